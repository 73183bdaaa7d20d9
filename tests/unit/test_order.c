/* Every scenario of the seeds under `order: random`: whatever the order of things
 * due at one instant, no invariant breaks, nothing stalls, and the second run
 * equals the first. What the files expect does not count here, since their
 * instants and orders are those of `fifo`.
 *
 * ORDER_SEEDS is the number of seeds a file is run with; 20 when it is not set.
 */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "sim/run.h"
#include "sim/scenario.h"

struct tally {
    uint64_t seeds;
    uint64_t files;
    uint64_t runs;
};

static void run_seeds(struct tally *tally, const char *path, struct sim_scenario *scenario)
{
    for (uint64_t seed = 1; seed <= tally->seeds; seed++) {
        struct sim_run_options options = {.has_seed = true, .seed = seed};
        struct sim_result result;
        assert_int_equal(sim_run(scenario, &options, &result), 0);
        bool sound = result.verdict == SIM_PASS || result.verdict == SIM_EXPECTATION_FAILED;
        if (!sound || !result.ran_twice) {
            print_error("%s with seed %llu: %s: %s\n", path, (unsigned long long)seed,
                        sim_verdict_name(result.verdict), result.message);
        }
        assert_true(sound && result.ran_twice);
        sim_result_release(&result);
        tally->runs++;
    }
}

static void run_file(struct tally *tally, const char *path)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    assert_int_equal(sim_scenario_load(path, &diagnostics, &scenario), 0);
    scenario->order_random = true;
    scenario->has_verdict = false;
    run_seeds(tally, path, scenario);
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    tally->files++;
}

static void walk(struct tally *tally, const char *directory)
{
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[1024];
        struct stat status;
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.') {
            continue;
        }
        int written = snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        assert_true(written > 0 && (size_t)written < sizeof(path));
        assert_int_equal(stat(path, &status), 0);
        if (S_ISDIR(status.st_mode)) {
            walk(tally, path);
        } else if (length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0) {
            run_file(tally, path);
        }
    }
    closedir(dir);
}

static void order__random_over_many_seeds_breaks_no_invariant(void **state)
{
    (void)state;
    const char *seeds = getenv("ORDER_SEEDS");
    struct tally tally = {.seeds = seeds == NULL ? 20 : strtoull(seeds, NULL, 10)};
    assert_true(tally.seeds > 0);
    walk(&tally, "scenarios/seeds");
    print_message("%llu files, %llu seeds each, %llu runs, each of them twice\n",
                  (unsigned long long)tally.files, (unsigned long long)tally.seeds,
                  (unsigned long long)tally.runs);
    assert_true(tally.files >= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order__random_over_many_seeds_breaks_no_invariant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
