/* Which files may go round without end at one instant. */
#include "reading.h"
#include "sim/shrink/spins.h"

#define AT_ONCE "backoff: {base: 0s}"

static const struct {
    bool spins;
    const char *rest; /* of the file */
} files[] = {
    {true, "services: [{name: a, " AT_ONCE ", script: [fail]}]"},
    {true, "services: [{name: a, backoff: {max: 0s}, script: [run, crash]}]"},
    {true, "services: [{name: a, " AT_ONCE ", script: [refuse]}]"},
    {true, "services: [{name: b}, {name: a, " AT_ONCE ", script: [{any: [run, fail]}]}]"},
    {true, "services: [{name: a, " AT_ONCE ", script: [{fail: {after: {uniform: [0s, 1s]}}}]}]"},
    {true, "services: [{name: a, " AT_ONCE ", script: [{steps: [{sleep: 1s}, fail]}]}]"},
    {true, "services: [{name: a, backoff: {waits: [1s, 0s]}, script: [fail]}]"},
    {true, "services: [{name: a, restart: always, clean-exit-delay: 0s, script: [succeed]}]"},
    {true,
     "services: [{name: a, restart: always, clean-exits: count, " AT_ONCE ", script: [succeed]}]"},
    {true, "services: [{name: a, backoff: {after-ready: 0s}, max-restarts: 1, script: [fail]}]"},
    {true, "supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 1s}}]}\n"
           "services: [{name: a, group: gg, " AT_ONCE ", script: [fail]}]"},
    /* Time passes. */
    {false, "services: [{name: a, backoff: {base: 1ns}, script: [fail]}]"},
    {false, "services: [{name: a, backoff: {shape: linear, base: 0s, step: 1ns}, script: [fail]}]"},
    {false, "services: [{name: a, backoff: {waits: [0s, 1ns]}, script: [fail]}]"},
    {false, "services: [{name: a, " AT_ONCE ", script: [{fail: {after: 1ns}}]}]"},
    {false, "services: [{name: a, " AT_ONCE ", lag: {start: 1ms}, script: [fail]}]"},
    {false, "services: [{name: a, restart: always, clean-exits: count, script: [succeed]}]"},
    {false, "services: [{name: a, restart: always, " AT_ONCE ", script: [succeed]}]"},
    {false, "services: [{name: a, kind: interval, interval: {every: 1s}, clean-exit-delay: 0s, "
            "restart: always, script: [succeed]}]"},
    /* It lives on. */
    {false, "services: [{name: a, " AT_ONCE ", script: [fail, run]}]"},
    {false, "services: [{name: a, " AT_ONCE ", script: [{fail: {}, times: 9}, hang]}]"},
    /* It is not started again. */
    {false, "services: [{name: a, restart: never, " AT_ONCE ", script: [fail]}]"},
    {false, "services: [{name: a, restart: on-crash, " AT_ONCE ", script: [fail]}]"},
    {false, "services: [{name: a, clean-exit-delay: 0s, " AT_ONCE ", script: [succeed]}]"},
    {false, "services: [{name: a, kind: task, " AT_ONCE ", script: [fail]}]"},
    /* Something stops it. */
    {false, "services: [{name: a, " AT_ONCE ", max-restarts: 1, script: [fail]}]"},
    {false, "services: [{name: a, " AT_ONCE ", breaker: {failures: 1}, script: [fail]}]"},
    {false, "services: [{name: a, " AT_ONCE ", restart-limit: {max: 1, within: 1s}, "
            "script: [fail]}]"},
    {false, "supervisor: {restart-limit: {max: 1, within: 1s}}\n"
            "services: [{name: a, " AT_ONCE ", script: [fail]}]"},
    {false, "supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 1s}}]}\n"
            "services: [{name: a, group: runtime.g.h, " AT_ONCE ", script: [fail]}]"},
};

static void spins__are_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text), HEAD "%s\n", files[i].rest);
        struct sim_scenario *scenario = read_good(text);
        if (sim__may_spin(scenario) != files[i].spins) {
            fail_msg("%s", files[i].rest);
        }
        sim_scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spins__are_seen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
