/* Tells what happened in a run; see told.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sup/error.h"
#include "unit/told.h"

static const char *value_of(const char *line, const char *key, char *buffer, size_t size)
{
    char quoted[32];
    (void)snprintf(quoted, sizeof(quoted), "\"%s\":", key);
    const char *found = strstr(line, quoted);
    const char *end = strchr(line, '\n');
    buffer[0] = '\0';
    if (found == NULL || found > end) {
        return NULL;
    }
    found += strlen(quoted);
    found += *found == '"';
    size_t length = strcspn(found, ",}\"");
    if (length >= size) {
        length = size - 1;
    }
    memcpy(buffer, found, length);
    buffer[length] = '\0';
    return buffer;
}

static void tell(struct told *told)
{
    size_t length = 0;
    const char *line = told->result.trace;
    told->story[0] = '\0';
    for (; *line != '\0'; line = strchr(line, '\n') + 1) {
        char t[32], event[32], service[160], at[48];
        if (strstr(line, "{\"t\":") != line ||
            value_of(line, "event", event, sizeof(event)) == NULL) {
            continue;
        }
        (void)value_of(line, "t", t, sizeof(t));
        (void)value_of(line, "service", service, sizeof(service));
        (void)sim_duration_format(strtoull(t, NULL, 10), at);
        int more = snprintf(told->story + length, STORY_BYTES - length, "%s %s%s%s\n", at, event,
                            service[0] != '\0' ? " " : "", service);
        length += (size_t)more;
        if (length >= STORY_BYTES) {
            return;
        }
    }
}

void told_read(const char *text, struct told *told)
{
    struct sim_diagnostics diagnostics = {0};
    *told = (struct told){0};
    int error = sim_scenario_read(text, strlen(text), "test.yaml", &diagnostics, &told->scenario);
    if (error != SUP_OK) {
        print_message("%s\n", diagnostics.text != NULL ? diagnostics.text : "");
    }
    sim_diagnostics_release(&diagnostics);
    assert_int_equal(error, SUP_OK);
}

void told_run_with(struct told *told, const struct sim_run_options *options)
{
    sim_result_release(&told->result);
    assert_int_equal(sim_run(told->scenario, options, &told->result), SUP_OK);
    tell(told);
}

void told_forget(struct told *told)
{
    sim_result_release(&told->result);
    sim_scenario_free(told->scenario);
}

void told_run(const char *text, struct told *told)
{
    const struct sim_run_options options = {.keep_trace = true};
    told_read(text, told);
    told_run_with(told, &options);
}

void told_show(const struct told *told)
{
    print_message("%s%s\n", told->story, told->result.message);
    for (uint32_t i = 0; i < told->result.failure_count; i++) {
        print_message("expected %s, found %s\n", told->result.failures[i].expected,
                      told->result.failures[i].found);
    }
}

void told_assert_verdict(const struct told *told, enum sim_verdict verdict)
{
    if (told->result.verdict != verdict) {
        told_show(told);
    }
    assert_int_equal(told->result.verdict, verdict);
}

void told_assert(const struct told *told, const char *lines)
{
    if (strstr(told->story, lines) == NULL) {
        print_message("wanted:\n%s", lines);
        told_show(told);
    }
    assert_non_null(strstr(told->story, lines));
}
