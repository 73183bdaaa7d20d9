/* The n-th allocation of the reader fails, n = 1, 2, … until it succeeds. */
#include "reading.h"

#include <stdlib.h>

#include "sim/scenario/read.h"

struct limited {
    size_t requests;
    size_t fail_at;
    size_t live;
};

static void *limited_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct limited *limited = context;
    (void)old_size;
    if (new_size == 0) {
        limited->live -= block != NULL ? 1 : 0;
        free(block);
        return NULL;
    }
    if (++limited->requests == limited->fail_at) {
        return NULL;
    }
    void *grown = realloc(block, new_size);
    limited->live += block == NULL && grown != NULL ? 1 : 0;
    return grown;
}

/* Returns how many allocations it takes. */
static size_t sweep(const char *text, size_t length, int expected)
{
    for (size_t n = 1;; n++) {
        struct limited limited = {0, n, 0};
        struct sup_allocator alloc = {limited_resize, &limited};
        struct reading reading = {0};
        const struct sim__reading wanted = {
            .alloc = &alloc, .bytes = text, .length = length, .file = "test.yaml"};
        int result = sim__scenario_read(&wanted, &reading.diagnostics, &reading.scenario);
        if (limited.requests < n) {
            assert_int_equal(result, expected);
            reading_release(&reading);
            return n - 1;
        }
        assert_int_equal(result, SUP_ENOMEM);
        assert_null(reading.scenario);
        assert_null(reading.diagnostics.text);
        assert_int_equal(limited.live, 0);
    }
}

static char *large(const char *entry, size_t count)
{
    char *text = malloc(sizeof(HEAD) + 64 + count * (strlen(entry) + 8));
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, HEAD "%s", "services:\n");
    for (size_t i = 0; i < count; i++) {
        used += (size_t)sprintf(text + used, entry, (unsigned)i);
    }
    return text;
}

static void memory__every_failing_allocation_is_survived(void **state)
{
    (void)state;
    char *good = large("  - {name: s%u, script: [{fail: {error: boom}}, run], group: g}\n", 4000);
    char *bad = large("  - {name: s%u, scrpt: [run]}\n", 3000);
    assert_true(sweep(good, strlen(good), SUP_OK) > 8);
    assert_true(sweep(bad, strlen(bad), SUP_EINVAL) > 8);
    assert_true(sweep(HEAD, strlen(HEAD), SUP_OK) >= 4);
    assert_true(sweep("", 0, SUP_EINVAL) >= 4);
    assert_true(sweep("{\"scenario\": 1, \"name\": \"x\"}", 28, SUP_OK) >= 4);
    free(good);
    free(bad);
}

static void memory__a_scenario_gives_everything_back(void **state)
{
    (void)state;
    struct limited limited = {0, 0, 0};
    struct sup_allocator alloc = {limited_resize, &limited};
    struct reading reading = {0};
    const struct sim__reading wanted = {
        .alloc = &alloc, .bytes = HEAD, .length = strlen(HEAD), .file = "test.yaml"};
    assert_int_equal(sim__scenario_read(&wanted, &reading.diagnostics, &reading.scenario), SUP_OK);
    assert_true(limited.live > 0);
    sim_scenario_free(reading.scenario);
    assert_int_equal(limited.live, 0);
}

/* What a run needs at most is reckoned with the file itself, of which comments are a part. */
static void memory__of_a_run_counts_the_bytes_of_its_file(void **state)
{
    (void)state;
    static const char line[] = "# 0123456789 0123456789 0123456789 0123456789\n";
    const size_t lines = 20000;
    const size_t more = lines * (sizeof(line) - 1);
    char *text = malloc(sizeof(HEAD) + more);
    assert_non_null(text);
    char *at = text + sprintf(text, "%s", HEAD);
    for (size_t i = 0; i < lines; i++) {
        at = memcpy(at, line, sizeof(line));
        at += sizeof(line) - 1;
    }
    struct sim_scenario *plain = read_good(HEAD);
    struct sim_scenario *commented = read_good(text);
    assert_true(commented->memory_bytes >= plain->memory_bytes + more);
    sim_scenario_free(plain);
    sim_scenario_free(commented);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory__every_failing_allocation_is_survived),
        cmocka_unit_test(memory__a_scenario_gives_everything_back),
        cmocka_unit_test(memory__of_a_run_counts_the_bytes_of_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
