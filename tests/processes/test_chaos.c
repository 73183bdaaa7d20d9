/* Scenario services acted by chaos children, in real time. */
#define _GNU_SOURCE
#include "process_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/chaos/child.h"
#include "sim/chaos/encode.h"
#include "sim/real/processes.h"
#include "sim/run.h"

/* A scenario's services on processes, beside the usual world's log. */
struct chaos {
    struct world world;
    struct sim_scenario *scenario;
    struct sim_processes *processes;
    uint32_t refusals;
    const struct sim_action *acted;
};

static struct sim_scenario *read_scenario(const char *services)
{
    char text[4096];
    struct sim_scenario *scenario = NULL;
    struct sim_diagnostics diagnostics = {0};
    int length =
        snprintf(text, sizeof(text), "scenario: 1\nname: chaos\nseed: 11\nservices:\n%s", services);
    assert_in_range(length, 1, sizeof(text) - 1);
    int error = sim_scenario_read(text, (size_t)length, "test", &diagnostics, &scenario);
    if (error != SUP_OK) {
        print_error("%s", diagnostics.text);
    }
    sim_diagnostics_release(&diagnostics);
    assert_int_equal(error, SUP_OK);
    return scenario;
}

static int prepare(void *context, const struct sup_start *start,
                   const struct sim_service **ret_service,
                   const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    struct chaos *chaos = context;
    if (chaos->refusals > 0) {
        chaos->refusals--;
        *ret_error = "not today";
        return SUP_EREFUSED;
    }
    return sim__processes_prepare(start, ret_service, ret_behaviour, ret_error);
}

static void act(void *context, struct sup_attempt id, const struct sim_action *action)
{
    struct chaos *chaos = context;
    (void)id;
    chaos->acted = action;
    if (action->kind == SIM_ACT_CANCEL) {
        world_command(&chaos->world, SUP_COMMAND_CANCEL, "a");
    }
}

static void spawn_services(struct chaos *chaos)
{
    for (uint32_t i = 0; i < chaos->scenario->service_count; i++) {
        const struct sim_service *service = &chaos->scenario->services[i];
        struct sup_spec spec = {.name = service->name, .policy = &service->policy};
        assert_int_equal(sim__processes_define(chaos->processes, service, &spec.work), SUP_OK);
        assert_int_equal(sup_spawn(chaos->world.sup, &spec), SUP_OK);
    }
}

static void chaos_open(struct chaos *chaos, const char *services)
{
    struct sim_processes_config config;
    memset(chaos, 0, sizeof(*chaos));
    chaos->scenario = read_scenario(services);
    world_init(&chaos->world);
    sim__processes_config_default(&config);
    config.seed = chaos->scenario->seed;
    config.prepare = prepare;
    config.act = act;
    config.context = chaos;
    assert_int_equal(sim__processes_create(&config, &chaos->processes), SUP_OK);
    chaos->world.processes = sim__processes_inner(chaos->processes);
    world_open_with(&chaos->world, sim__processes_executor(chaos->processes));
    spawn_services(chaos);
}

static void chaos_close(struct chaos *chaos)
{
    world_drain(&chaos->world);
    assert_int_equal(sim__processes_free(chaos->processes), SUP_OK);
    world_release(&chaos->world);
    sim_scenario_free(chaos->scenario);
}

/* Runs until the service is terminated; then its story must be this one. */
static void acts(const char *service, const char *story)
{
    struct chaos chaos;
    chaos_open(&chaos, service);
    world_await(&chaos.world, "a terminated");
    world_story(&chaos.world, "a", story);
    chaos_close(&chaos);
}

static void chaos__each_behaviour_ends_as_it_says(void **state)
{
    (void)state;
    acts("  - {name: a, script: [succeed]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 succeeded\nterminated completed\n");
    acts("  - {name: a, restart: never, script: [{fail: {after: 5ms, code: 42}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 failed 'exit code 42'\n"
         "terminated unrecoverable\n");
    acts("  - {name: a, restart: never, script: [{fail: {error: 'no \"route\", 50% lost'}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 failed 'no \"route\", 50% lost'\n"
         "terminated unrecoverable\n");
    acts("  - {name: a, restart: never, script: [{fail: {}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 failed 'failed'\n"
         "terminated unrecoverable\n");
    acts("  - {name: a, restart: never, script: [{crash: {signal: SEGV}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 crashed 'killed by SIGSEGV'\n"
         "terminated unrecoverable\n");
    acts("  - {name: a, restart: never, script: [{crash: {}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 crashed 'panicked'\n"
         "terminated unrecoverable\n");
    acts("  - {name: a, restart: never, script: [{refuse: {error: full}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 refused 'full'\n"
         "terminated unrecoverable\n");
    acts("  - {name: a, restart: never, script: [{hang: {for: 10ms}}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 succeeded\nterminated completed\n");
}

static void chaos__attempts_follow_the_items_of_the_script(void **state)
{
    (void)state;
    acts("  - {name: a, backoff: {base: 1ms}, script: [{fail: {}, times: 2}, {crash: {}},\n"
         "     succeed]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 failed 'failed'\nbacking-off 'failed'\n"
         "attempt-started #2\nattempt-ended #2 failed 'failed'\nbacking-off 'failed'\n"
         "attempt-started #3\nattempt-ended #3 crashed 'panicked'\n"
         "backing-off 'panicked'\n"
         "attempt-started #4\nattempt-ended #4 succeeded\nterminated completed\n");
}

/* As the simulator decides for this seed; unit/test_drawn.c shows how often. */
static void chaos__any_is_decided_for_each_attempt(void **state)
{
    (void)state;
    acts("  - {name: a, backoff: {base: 1ms}, script: [{any: [{refuse: {error: full}},\n"
         "     {crash: {}}, {fail: {}}], times: 3}, {any: [{any: [succeed]}]}]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 refused 'full'\nbacking-off 'full'\n"
         "attempt-started #2\nattempt-ended #2 crashed 'panicked'\nbacking-off 'panicked'\n"
         "attempt-started #3\nattempt-ended #3 crashed 'panicked'\nbacking-off 'panicked'\n"
         "attempt-started #4\nattempt-ended #4 succeeded\nterminated completed\n");
}

static void chaos__interval_goes_on_until_done(void **state)
{
    (void)state;
    acts("  - {name: a, kind: interval, interval: {every: 1ms},\n"
         "     script: [succeed, succeed, done]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 succeeded\n"
         "attempt-started #2\nattempt-ended #2 succeeded\n"
         "attempt-started #3\nattempt-ended #3 succeeded\nterminated completed\n");
}

static void chaos__steps_are_taken_in_order(void **state)
{
    (void)state;
    acts("  - {name: a, restart: never, script: [{steps: [ready, {sleep: 3ms}, not-ready,\n"
         "     {repeat: {times: 2, steps: [ready, not-ready]}}, {fail: worn out}]}]}\n",
         "registered\nattempt-started #1\nnot-ready #1\nready #1\nnot-ready #1\nready #1\n"
         "not-ready #1\nattempt-ended #1 failed 'worn out'\nterminated unrecoverable\n");
}

static void chaos__readiness_comes_over_the_pipe(void **state)
{
    struct chaos chaos;
    (void)state;
    chaos_open(&chaos, "  - {name: a, ready: {explicit: {timeout: 50s}}, script: [{run: {}, "
                       "ready: {after: 5ms}}]}\n");
    world_await(&chaos.world, "a ready #1");
    world_command(&chaos.world, SUP_COMMAND_CANCEL, "a");
    world_await(&chaos.world, "a attempt-ended #1 cancelled exit=succeeded\n");
    chaos_close(&chaos);
}

static void chaos__beats_stop_and_the_service_is_restarted(void **state)
{
    struct chaos chaos;
    (void)state;
    chaos_open(&chaos, "  - {name: a, heartbeat: {stale-after: 300ms, then: restart},\n"
                       "     backoff: {base: 1ms}, script: [{run: {}, beat: {every: 20ms,\n"
                       "     for: 100ms}}, run]}\n");
    world_await(&chaos.world, "a attempt-started #2");
    world_story(&chaos.world, "a",
                "registered\nattempt-started #1\nstale #1\ncancel-delivered #1\n"
                "attempt-ended #1 unhealthy exit=succeeded 'heartbeat stale'\n"
                "backing-off 'heartbeat stale'\nattempt-started #2\n");
    chaos_close(&chaos);
}

/* ---- stopping ---- */

static void chaos__cancelled_at_once_it_still_answers_as_it_says(void **state)
{
    struct chaos chaos;
    (void)state;
    /* The cancel comes before any of them can have started to listen. */
    chaos_open(&chaos,
               "  - {name: a, script: [run]}\n"
               "  - {name: b, script: [{run: {}, stop-after: 30ms}]}\n"
               "  - {name: c, stop: {grace: 30ms}, script: [{run: {}, ignore-cancel: true}]}\n"
               "  - {name: d, stop: {grace: 30ms}, script: [hang]}\n"
               "  - {name: e, stop: {grace: 30ms}, script: [{run: {}, ignore-abort: true,\n"
               "     ignore-cancel: true}]}\n"
               "  - {name: f, script: [{steps: [{on-cancel: [{fail: spilt}]}, run]}]}\n");
    uint64_t before = sup_host_now(chaos.world.host).ns;
    for (const char *name = "abcde"; *name != '\0'; name++) {
        const char service[] = {*name, '\0'};
        world_command(&chaos.world, SUP_COMMAND_CANCEL, service);
    }
    world_await(&chaos.world, "a attempt-ended #1 cancelled exit=succeeded\n");
    world_await(&chaos.world, "b attempt-ended #1 cancelled exit=succeeded\n");
    assert_true(sup_host_now(chaos.world.host).ns - before >= 30 * MS);
    world_await(&chaos.world, "c attempt-ended #1 aborted\n");
    world_await(&chaos.world, "d attempt-ended #1 aborted\n");
    world_await(&chaos.world, "e attempt-ended #1 aborted\n"); /* SIGKILL wins */
    chaos_close(&chaos);
}

static void chaos__handler_of_a_cancellation_runs(void **state)
{
    struct chaos chaos;
    (void)state;
    chaos_open(&chaos, "  - {name: a, ready: {explicit: {timeout: 50s}}, script: [{steps: [\n"
                       "     {on-cancel: [{sleep: 5ms}, {fail: spilt}]}, ready, run]}]}\n");
    world_await(&chaos.world, "a ready");
    world_command(&chaos.world, SUP_COMMAND_CANCEL, "a");
    world_await(&chaos.world, "a attempt-ended #1 cancelled exit=failed 'spilt'\n");
    chaos_close(&chaos);
}

/* ---- what others do to attempts ---- */

static uint32_t slot_of(struct chaos *chaos, const char *service)
{
    return world_look(&chaos->world, service).slot;
}

static void chaos__injections_reach_the_live_attempt(void **state)
{
    struct chaos chaos;
    struct sup_end failed = {.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 9};
    struct sup_end crashed = {.outcome = SUP_OUTCOME_CRASHED, .signal = SIGBUS};
    struct sup_end succeeded = {.outcome = SUP_OUTCOME_SUCCEEDED};
    (void)state;
    chaos_open(&chaos, "  - {name: a, backoff: {base: 1ms}, script: [hang]}\n"
                       "  - {name: real, restart: never, exec: [sleep, '60']}\n"
                       "  - {name: over, script: [succeed]}\n");
    uint32_t slot = slot_of(&chaos, "a");
    assert_true(sim__processes_say(chaos.processes, slot, SIM_SAY_NOT_READY));
    assert_true(sim__processes_say(chaos.processes, slot, SIM_SAY_READY));
    world_await(&chaos.world, "a ready #1");
    assert_true(sim__processes_end(chaos.processes, slot, &failed));
    world_await(&chaos.world, "a attempt-started #2");
    assert_true(sim__processes_end(chaos.processes, slot, &crashed));
    world_await(&chaos.world, "a attempt-started #3");
    assert_true(sim__processes_end(chaos.processes, slot, &succeeded));
    world_await(&chaos.world, "a terminated completed");
    assert_true(world_logged(&chaos.world, "a attempt-ended #1 failed 'exit code 9'"));
    assert_true(world_logged(&chaos.world, "a attempt-ended #2 crashed 'killed by SIGBUS'"));
    assert_false(sim__processes_end(chaos.processes, slot, &failed));
    assert_false(sim__processes_end(chaos.processes, slot_of(&chaos, "real"), &failed));
    assert_true(sim__processes_end(chaos.processes, slot_of(&chaos, "real"), &crashed));
    world_await(&chaos.world, "real attempt-ended #1 crashed 'killed by SIGBUS'");
    assert_false(sim__processes_end(chaos.processes, 9999, &failed));
    chaos_close(&chaos);
}

static void chaos__starts_can_be_refused_from_outside(void **state)
{
    struct chaos chaos;
    (void)state;
    chaos_open(&chaos,
               "  - {name: a, kind: interval, interval: {every: 1ms}, script: [succeed]}\n");
    world_await(&chaos.world, "a attempt-started #2");
    chaos.refusals = 2;
    world_await_count(&chaos.world, "refused 'not today'", 2);
    chaos_close(&chaos);
}

static void chaos__script_may_ask_for_an_action(void **state)
{
    struct chaos chaos;
    (void)state;
    chaos_open(&chaos, "  - {name: a, restart: never, script: [{steps: [{choose: [{weight: 1,\n"
                       "     steps: [{do: {pause: a}}]}]}, {do: {quarantine: a}}]}]}\n");
    world_await(&chaos.world, "a terminated");
    assert_non_null(chaos.acted);
    assert_int_equal(chaos.acted->kind, SIM_ACT_QUARANTINE);
    chaos_close(&chaos);
}

static void chaos__script_waits_for_the_action_that_it_asked_for(void **state)
{
    (void)state;
    /* Cancelled by its own action, it does not come to its failure. */
    acts("  - {name: a, restart: never, script: [{steps: [{do: {cancel: a}},\n"
         "     {fail: too late}]}]}\n",
         "registered\nattempt-started #1\ncommand\ncancel-delivered #1\n"
         "attempt-ended #1 cancelled exit=succeeded\nterminated cancelled\n");
}

static void chaos__program_is_run_instead_of_the_script(void **state)
{
    (void)state;
    acts("  - {name: a, restart: never, exec: [sh, -c, 'exit 12'], script: [run]}\n",
         "registered\nattempt-started #1\nattempt-ended #1 failed 'exit code 12'\n"
         "terminated unrecoverable\n");
}

static void chaos__program_is_offered_every_way_to_report(void **state)
{
    (void)state;
    acts("  - {name: a, restart: never, exec: [sh, -c,\n"
         "     'test $NOTIFY_FD = 3 -a -n \"$NOTIFY_SOCKET\" && echo not-ready >&3']}\n",
         "registered\nattempt-started #1\nnot-ready #1\nattempt-ended #1 succeeded\n"
         "terminated completed\n");
}

/* ---- the same draws as in virtual time ---- */

/* The first letters of the outcome and the error of each attempt, as the trace has it
 * and as the log has it. */
static void outcomes_of(const char *text, const char *before, const char *error, char *ret_letters,
                        size_t size)
{
    size_t length = 0;
    for (const char *at = strstr(text, before); at != NULL; at = strstr(at + 1, before)) {
        const char *cause = strstr(at, error);
        const char *line = strchr(at, '\n');
        assert_true(length + 3 < size && line != NULL);
        ret_letters[length++] = at[strlen(before)];
        ret_letters[length++] = cause != NULL && cause < line ? cause[strlen(error)] : '-';
    }
    ret_letters[length] = '\0';
}

static void outcomes_in_virtual_time(const struct chaos *chaos, char *ret_letters, size_t size)
{
    struct sim_result result;
    struct sim_run_options options = {.once = true, .keep_trace = true};
    assert_int_equal(sim_run(chaos->scenario, &options, &result), SUP_OK);
    outcomes_of(result.trace, "\"outcome\":\"", "\"error\":\"", ret_letters, size);
    sim_result_release(&result);
}

/* When the service has terminated. */
static void outcomes_found(struct chaos *chaos, char *ret_letters, size_t size)
{
    world_await(&chaos->world, "a terminated");
    for (char *at = strstr(chaos->world.log, "attempt-ended #"); at != NULL;
         at = strstr(at + 1, "attempt-ended #")) {
        assert_true(at[16] == ' '); /* one digit */
        at[15] = 'N';
    }
    outcomes_of(chaos->world.log, "attempt-ended #N ", " '", ret_letters, size);
}

static void chaos__branches_are_those_of_virtual_time(void **state)
{
    struct chaos chaos;
    char wanted[128];
    char found[128];
    (void)state;
    chaos_open(&chaos,
               "  - {name: a, max-restarts: 8, backoff: {base: 1ms, max: 2ms}, script: [{steps: [\n"
               "     {sleep: {uniform: [0, 3ms]}}, {choose: [{weight: 2, steps: [{fail: odd}]},\n"
               "       {weight: 1, steps: [{crash: SEGV}]}, {weight: 3, steps: [ready, not-ready,\n"
               "       {sleep: {exp: 1ms}}, {fail: late}]}]}]}]}\n");
    outcomes_in_virtual_time(&chaos, wanted, sizeof(wanted));
    outcomes_found(&chaos, found, sizeof(found));
    assert_int_equal(strlen(found), 2 * 9);
    assert_string_equal(found, wanted);
    chaos_close(&chaos);
}

/* Each attempt fails at once, or so late that it is ended from outside, which need not be
 * waited for: it is known from virtual time which ones these are. */
static void chaos__durations_are_those_of_virtual_time(void **state)
{
    struct chaos chaos;
    struct sup_end failed = {.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 9};
    char wanted[128];
    char found[128];
    (void)state;
    chaos_open(&chaos, "  - {name: a, max-restarts: 6, backoff: {base: 1ms, max: 2ms},\n"
                       "     ready: {explicit: {timeout: 5m}},\n"
                       "     script: [{fail: {after: {pick: [0s, 10m]}, error: odd}}]}\n");
    uint32_t slot = slot_of(&chaos, "a");
    outcomes_in_virtual_time(&chaos, wanted, sizeof(wanted));
    assert_string_equal(wanted, "tnfotnfotnfofo");
    for (uint32_t i = 0; i < 7; i++) {
        char line[32];
        bool late = wanted[2 * i] == 't';
        (void)snprintf(line, sizeof(line), "a attempt-%s #%u", late ? "started" : "ended", i + 1);
        world_await(&chaos.world, line);
        assert_true(!late || sim__processes_end(chaos.processes, slot, &failed));
    }
    outcomes_found(&chaos, found, sizeof(found));
    assert_string_equal(found, "fefofefofefofo"); /* "exit code 9", or "odd" */
    chaos_close(&chaos);
}

/* ---- items as text ---- */

static const char everything[] =
    "  - {name: a, script: [run, {succeed: {after: {uniform: [1ms, 2ms]}}, times: 3},\n"
    "     {fail: {after: {exp: 5ms}, error: \"a b%c\\n\xC3\xBC\"}}, {fail: {code: 255}},\n"
    "     {crash: {after: {pick: [1ms, 2ms, 3ms]}, signal: SEGV}}, hang, {hang: {for: 2ms}},\n"
    "     done, {run: {}, ready: never, beat: {every: 1ms, for: 1h}, ignore-cancel: true,\n"
    "       ignore-abort: true}, {run: {}, ready: {after: 1s}, stop-after: 4s},\n"
    "     {steps: [{sleep: 1s}, ready, not-ready, beat, {repeat: {times: 18446744073709551615,\n"
    "       steps: [{fail: x}, {crash: ABRT}]}}, {on-cancel: [succeed]}, {choose: [{weight: 3,\n"
    "       steps: [run]}, {weight: 1, steps: [hang, {do: {pause: a}}]}]}]}]}\n";

static void encode__text_becomes_the_same_item_again(void **state)
{
    struct sim_scenario *scenario = read_scenario(everything);
    const struct sim_service *service = &scenario->services[0];
    (void)state;
    for (uint32_t i = 0; i < service->script_count; i++) {
        char text[1024];
        char again[1024];
        struct sim_behaviour behaviour;
        struct sim_arena *arena;
        size_t length = sim__chaos_encode(&service->script[i], text, sizeof(text));
        assert_in_range(length, 1, sizeof(text) - 1);
        assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
        assert_int_equal(sim__chaos_decode(text, arena, &behaviour), SUP_OK);
        assert_int_equal(sim__chaos_encode(&behaviour, again, sizeof(again)), length);
        assert_string_equal(again, text);
        assert_int_equal(behaviour.kind, service->script[i].kind);
        assert_true((behaviour.error == NULL) == (service->script[i].error == NULL));
        if (behaviour.error != NULL) {
            assert_string_equal(behaviour.error, service->script[i].error);
        }
        sim__arena_free(arena);
    }
    sim_scenario_free(scenario);
}

static void encode__no_damaged_text_is_trusted(void **state)
{
    struct sim_scenario *scenario = read_scenario(everything);
    const struct sim_service *service = &scenario->services[0];
    (void)state;
    for (uint32_t i = 0; i < service->script_count; i++) {
        char text[1024];
        struct sim_behaviour behaviour;
        size_t length = sim__chaos_encode(&service->script[i], text, sizeof(text));
        for (size_t cut = 0; cut < length; cut++) {
            struct sim_arena *arena;
            char kept = text[cut];
            assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
            text[cut] = '\0';
            assert_int_equal(sim__chaos_decode(text, arena, &behaviour), SUP_EINVAL);
            text[cut] = '9'; /* anything but a crash or a hang */
            int error = sim__chaos_decode(text, arena, &behaviour);
            assert_true(error == SUP_OK || error == SUP_EINVAL);
            text[cut] = kept;
            sim__arena_free(arena);
        }
    }
    sim_scenario_free(scenario);
}

static void child__refuses_arguments_that_it_does_not_understand(void **state)
{
    char program[] = "test";
    char word[] = SIM_CHAOS_WORD;
    char item[] = "0 0 0 0 - 0 0 0 ";
    char name[] = "a";
    char chance[] = "1 1000000000 2 three";
    char *few[] = {program, word, NULL};
    char *bad[] = {program, word, name, item, chance, NULL};
    (void)state;
    assert_true(sim__chaos_is_child(2, few));
    assert_false(sim__chaos_is_child(1, few));
    assert_int_equal(sim__chaos_child(2, few), 125);
    assert_int_equal(sim__chaos_child(5, bad), 125);
}

int main(int argc, char **argv)
{
    if (sim__chaos_is_child(argc, argv)) {
        return sim__chaos_child(argc, argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chaos__each_behaviour_ends_as_it_says),
        cmocka_unit_test(chaos__attempts_follow_the_items_of_the_script),
        cmocka_unit_test(chaos__any_is_decided_for_each_attempt),
        cmocka_unit_test(chaos__interval_goes_on_until_done),
        cmocka_unit_test(chaos__steps_are_taken_in_order),
        cmocka_unit_test(chaos__readiness_comes_over_the_pipe),
        cmocka_unit_test(chaos__beats_stop_and_the_service_is_restarted),
        cmocka_unit_test(chaos__cancelled_at_once_it_still_answers_as_it_says),
        cmocka_unit_test(chaos__handler_of_a_cancellation_runs),
        cmocka_unit_test(chaos__injections_reach_the_live_attempt),
        cmocka_unit_test(chaos__starts_can_be_refused_from_outside),
        cmocka_unit_test(chaos__script_may_ask_for_an_action),
        cmocka_unit_test(chaos__script_waits_for_the_action_that_it_asked_for),
        cmocka_unit_test(chaos__program_is_run_instead_of_the_script),
        cmocka_unit_test(chaos__program_is_offered_every_way_to_report),
        cmocka_unit_test(chaos__branches_are_those_of_virtual_time),
        cmocka_unit_test(chaos__durations_are_those_of_virtual_time),
        cmocka_unit_test(encode__text_becomes_the_same_item_again),
        cmocka_unit_test(encode__no_damaged_text_is_trusted),
        cmocka_unit_test(child__refuses_arguments_that_it_does_not_understand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
