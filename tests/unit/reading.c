/* Reading scenarios in tests. */
#include "reading.h"

struct reading reading_of(const char *text, size_t length)
{
    struct reading reading = {0};
    reading.result =
        sim_scenario_read(text, length, "test.yaml", &reading.diagnostics, &reading.scenario);
    if (reading.result == SUP_OK) {
        assert_non_null(reading.scenario);
        assert_null(reading.diagnostics.text);
    } else {
        assert_int_equal(reading.result, SUP_EINVAL);
        assert_null(reading.scenario);
        assert_non_null(reading.diagnostics.text);
        assert_true(reading.diagnostics.errors > 0);
    }
    return reading;
}

void reading_release(struct reading *reading)
{
    sim_scenario_free(reading->scenario);
    sim_diagnostics_release(&reading->diagnostics);
}

struct sim_scenario *read_good(const char *text)
{
    struct reading reading = reading_of(text, strlen(text));
    if (reading.result != SUP_OK) {
        fail_msg("refused:\n%s%s", text, reading.diagnostics.text);
    }
    return reading.scenario;
}

static void check_refused(const char *text, const char *part, bool once)
{
    struct reading reading = reading_of(text, strlen(text));
    if (reading.result == SUP_OK) {
        fail_msg("accepted instead of `%s`:\n%s", part, text);
    }
    if (strstr(reading.diagnostics.text, part) == NULL) {
        fail_msg("no `%s` in:\n%s", part, reading.diagnostics.text);
    }
    if (once && reading.diagnostics.errors != 1) {
        fail_msg("more than one error:\n%s", reading.diagnostics.text);
    }
    reading_release(&reading);
}

void assert_refused(const char *text, const char *part)
{
    check_refused(text, part, false);
}

void assert_refused_once(const char *text, const char *part)
{
    check_refused(text, part, true);
}

static const char *after_head(const char *text, char *buffer, size_t size)
{
    int length = snprintf(buffer, size, HEAD "%s", text);
    assert_true(length > 0 && (size_t)length < size);
    return buffer;
}

void assert_all_refused(const struct refusal *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char buffer[2048];
        check_refused(after_head(list[i].text, buffer, sizeof(buffer)), list[i].part, true);
    }
}

void assert_all_good(const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char buffer[2048];
        sim_scenario_free(read_good(after_head(list[i], buffer, sizeof(buffer))));
    }
}
