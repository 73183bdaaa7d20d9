/* Fails the n-th allocation of an import, n = 1, 2, … until there is none left to fail: the answer
 * is SUP_ENOMEM, not a block is lost, and afterwards the same call works (heap.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "oom/heap.h"
#include "sim/import/import.h"
#include "sup/error.h"

/* One of every kind, and what is refused. */
static const char *const sources[] = {
    "tests/import/systemd",
    "tests/import/systemd/worker@one.service",
    "tests/import/systemd/shown.txt",
    "tests/import/supervisord/supervisord.conf",
    "tests/import/compose/compose.yaml",
    "tests/import/kubernetes",
    "tests/import/services",
    "tests/import/otp/tree.config",
    "tests/import/none",
};
#define SOURCES (sizeof(sources) / sizeof(sources[0]))

/* The source of that number, or all of them, which have services of one name. */
static int import(size_t source, struct sim__imported *ret_imported)
{
    const struct sim__set sets[] = {{"mode", "realistic"}};
    const struct sim__import_request request = {
        .alloc = &sup_allocator_libc,
        .world = &sim__import_disk,
        .sources = source < SOURCES ? sources + source : sources,
        .source_count = source < SOURCES ? 1 : (uint32_t)SOURCES,
        .from = SIM__IMPORT_KIND_COUNT,
        .sets = sets,
        .set_count = 1,
        .failure = {.when = SIM__WHEN_FAIL, .at = {1}},
    };
    return sim__import(&request, ret_imported);
}

static void sweep(size_t source, int wanted, bool for_good)
{
    struct sim__imported imported;
    size_t refused = 1;
    for (size_t n = 1; refused != 0; n++) {
        long live = heap.live;
        arm(n, for_good);
        int result = import(source, &imported);
        refused = heap.refused;
        arm(0, false);
        if (result != (refused == 0 ? wanted : SUP_ENOMEM)) {
            fail_msg("with request %zu refused, the answer is %s: %s", n, sup_error_name(result),
                     sim__text_string(&imported.said));
        }
        sim__imported_release(&imported);
        if (heap.live != live) {
            fail_msg("with request %zu refused, %ld blocks are left", n, heap.live - live);
        }
        assert_true(refused != 0 || n > 3);
    }
}

static void import__of_every_kind_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < SOURCES - 1; i++) {
        sweep(i, SUP_OK, false);
        sweep(i, SUP_OK, true);
    }
}

static void import__refused_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep(SOURCES - 1, SUP_EINVAL, false);
    sweep(SOURCES, SUP_EINVAL, false);
}

/* What a directory is, where scenarios are taken, too. */
static void import__of_a_directory_nth_allocation_fails_nothing_is_left(void **state)
{
    static const struct {
        const char *path;
        enum sim__import_whole is;
    } directories[] = {
        {"tests/import/systemd", SIM__WHOLE_SOURCE},
        {"tests/import/kubernetes", SIM__WHOLE_SOURCE},
        {"tests/import/services", SIM__WHOLE_SOURCE},
        {"tests/import", SIM__WHOLE_NOTHING},
        {"tests/import/torn", SIM__WHOLE_NOTHING}, /* of which something is said, in vain */
    };
    const struct sim__import_request request = {
        .alloc = &sup_allocator_libc, .world = &sim__import_disk, .from = SIM__IMPORT_KIND_COUNT};
    (void)state;
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
        size_t refused = 1;
        for (size_t n = 1; refused != 0; n++) {
            enum sim__import_whole whole = SIM__WHOLE_BOTH;
            long live = heap.live;
            arm(n, false);
            int result = sim__import_whole(&request, directories[i].path, &whole);
            refused = heap.refused;
            arm(0, false);
            assert_int_equal(result, refused == 0 ? SUP_OK : SUP_ENOMEM);
            assert_true(refused != 0 || whole == directories[i].is);
            assert_int_equal(heap.live, live);
            assert_true(refused != 0 || n > 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import__of_every_kind_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(import__refused_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(import__of_a_directory_nth_allocation_fails_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
