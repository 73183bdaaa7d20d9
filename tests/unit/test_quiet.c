/* A supervisor that nobody listens to counts the same events as one that tells them:
 * whoever subscribes later finds no gap and no repetition. */
#include "core_world.h"

#include "supervisor.h"

static void restart_a_group(struct world *w)
{
    group(w, "all", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(w, "a", "all", NULL);
    spawn_in(w, "b", "all", NULL);
    fail_with(w, "a", "x");
    was_aborted(w, "b");
    run_to(w, w->now + SECOND);
}

static void exhaust_a_group(struct world *w)
{
    group_limited(w, "tight", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(w, "c", "tight", NULL);
    spawn_in(w, "d", "tight", NULL);
    fail_with(w, "c", "x");
    run_to(w, w->now + 10 * SECOND);
}

static void cancel_a_group(struct world *w)
{
    group(w, "gone", SUP_STRATEGY_ONE_FOR_ONE);
    spawn_in(w, "e", "gone", NULL);
    assert_int_equal(cancel_group(w, "gone"), SUP_OK);
    succeed(w, "e");
    assert_int_equal(cancel_group(w, "gone"), SUP_OK);
    assert_int_equal(force_abort(w, "gone"), SUP_OK);
}

static void trip_and_close_a_breaker(struct world *w)
{
    struct sup_policy policy = policy_backoff(10, 10);
    policy.breaker.failures = 1;
    policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    policy.breaker.cooldown = SUP_MS(50);
    policy.breaker.probe_for = SUP_MS(50);
    spawn(w, "f", &policy);
    fail_with(w, "f", "x");
    run_to(w, w->now + SECOND);
}

static void exhaust_the_limits_of_a_service(struct world *w)
{
    struct sup_policy policy = policy_backoff(10, 10);
    policy.max_restarts = 0;
    spawn(w, "g", &policy);
    fail_with(w, "g", "x");
    policy.max_restarts = SUP_UNLIMITED;
    policy.limit = (struct sup_limit_policy){true, 0, {SECOND}, SUP_LIMIT_QUARANTINE};
    spawn(w, "h", &policy);
    fail_with(w, "h", "x");
}

static void beat_and_be_ready(struct world *w)
{
    struct sup_policy policy = policy_default();
    policy.ready_explicit = true;
    policy.stale_after = SUP_MS(100);
    policy.stale_then = SUP_STALE_REPORT;
    spawn(w, "i", &policy);
    ready(w, "i");
    not_ready(w, "i");
    beat(w, "i");
    run_to(w, w->now + SECOND);
}

static void command_everything(struct world *w)
{
    static const enum sup_command commands[] = {
        SUP_COMMAND_PAUSE, SUP_COMMAND_RESUME,  SUP_COMMAND_QUARANTINE, SUP_COMMAND_RESUME,
        SUP_COMMAND_ABORT, SUP_COMMAND_RESTART, SUP_COMMAND_CANCEL,     SUP_COMMAND_REMOVE,
    };
    spawn(w, "j", NULL);
    fail_with(w, "j", "x");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        assert_int_equal(command(w, commands[i], "j"), SUP_OK);
        run_to(w, w->now + 10 * SECOND);
    }
    assert_int_equal(command(w, SUP_COMMAND_PAUSE, "nobody"), SUP_EUNKNOWN);
}

static void report_late(struct world *w)
{
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    spawn(w, "k", NULL);
    struct sup_attempt id = live_attempt(w, "k");
    assert_int_equal(command(w, SUP_COMMAND_CANCEL, "k"), SUP_OK);
    run_to(w, w->now + 10 * SECOND);
    assert_int_equal(sup_report_beat(w->sup, id), SUP_ESTALE);
    assert_int_equal(end_attempt(w, id, &end), SUP_ESTALE);
}

static void drain_all(struct world *w)
{
    assert_int_equal(shut_down(w, SECOND), SUP_OK);
    assert_int_equal(shut_down(w, SECOND), SUP_OK);
    run_to(w, w->now + 10 * SECOND);
    assert_int_equal(sup_supervisor_phase_of(w->sup), SUP_SUPERVISOR_DRAINED);
}

static void events__are_counted_alike_when_nobody_listens(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*play)(struct world *w);
    } scenes[] = {
        {"restart a group", restart_a_group},
        {"exhaust a group", exhaust_a_group},
        {"cancel a group", cancel_a_group},
        {"trip and close a breaker", trip_and_close_a_breaker},
        {"exhaust the limits of a service", exhaust_the_limits_of_a_service},
        {"beat and be ready", beat_and_be_ready},
        {"command everything", command_everything},
        {"report late", report_late},
        {"drain all", drain_all},
    };
    struct world heard, deaf;
    world_open(&heard);
    world_open(&deaf);
    world_deafen(&deaf);
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        uint64_t before = heard.sup->sequence;
        scenes[i].play(&heard);
        scenes[i].play(&deaf);
        assert_true(heard.sup->sequence > before);
        if (heard.sup->sequence != deaf.sup->sequence) {
            fail_msg("%s: %d events were told, and one more or less counted", scenes[i].name,
                     (int)(heard.sup->sequence - before));
        }
    }
    world_close(&heard);
    world_close(&deaf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events__are_counted_alike_when_nobody_listens),
    };
    return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
