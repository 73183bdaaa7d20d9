/* Snapshots, metrics and histograms: what is seen from outside, and when. */
#include "core_world.h"

#include <string.h>

static void snapshot__of_a_running_service(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    run_to(&w, SECOND);
    spawn_in(&w, "a", "x.y", NULL);
    run_to(&w, 3 * SECOND);
    struct sup_snapshot s = look(&w, "a");
    assert_string_equal(s.service, "a");
    assert_string_equal(s.group, "runtime.x.y");
    assert_int_equal(s.kind, SUP_KIND_SERVICE);
    assert_int_equal(s.phase, SUP_PHASE_RUNNING);
    assert_int_equal(s.operation, SUP_OPERATION_ACTIVE);
    assert_true(s.active && !s.queued);
    assert_int_equal(s.generation, 0);
    assert_int_equal(s.attempt, 1);
    assert_int_equal(s.starts, 1);
    assert_int_equal(s.restarts + s.failures + s.streak, 0);
    assert_int_equal(s.reason, SUP_REASON_NONE);
    assert_string_equal(s.reason_text, "");
    assert_string_equal(s.last_error, "");
    assert_int_equal(s.breaker, SUP_BREAKER_STATE_CLOSED);
    assert_true(s.delay.ns == 0 && !s.limit_enabled && !s.limit_exhausted);
    assert_int_equal(s.stop_state, SUP_STOP_STATE_IDLE);
    assert_true(s.registered_at.ns == SECOND && s.age.ns == 2 * SECOND);
    assert_true(s.time_in_phase.ns == 2 * SECOND && s.running_time.ns == 2 * SECOND);
    assert_ptr_equal(s.work, &w);
    world_close(&w);
}

static void snapshot__running_time_is_of_all_attempts(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 5 * MS);
    fail_with(&w, "a", "x");
    run_to(&w, 15 * MS);
    run_to(&w, 22 * MS);
    assert_true(look(&w, "a").running_time.ns == 12 * MS);
    assert_true(look(&w, "a").time_in_phase.ns == 7 * MS);
    succeed(&w, "a");
    run_to(&w, SECOND);
    assert_true(look(&w, "a").running_time.ns == 12 * MS);
    world_close(&w);
}

static void snapshot__delay_is_of_the_wait_in_progress(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_true(look(&w, "a").delay.ns == 10 * MS);
    run_to(&w, 10 * MS);
    assert_true(look(&w, "a").delay.ns == 0);
    world_close(&w);
}

static void snapshot__of_nobody(void **state)
{
    (void)state;
    struct world w;
    struct sup_snapshot s;
    world_open(&w);
    assert_int_equal(sup_snapshot_of(w.sup, "a", &s), SUP_EUNKNOWN);
    assert_int_equal(sup_snapshot_of(w.sup, NULL, &s), SUP_EUNKNOWN);
    assert_int_equal(sup_snapshot_slot(w.sup, 0, &s), SUP_EUNKNOWN);
    assert_int_equal(sup_snapshot_slot(w.sup, UINT32_MAX, &s), SUP_EUNKNOWN);
    assert_null(sup_slot_name(w.sup, 0));
    spawn(&w, "a", NULL);
    command(&w, SUP_COMMAND_REMOVE, "a");
    assert_int_equal(sup_snapshot_of(w.sup, "a", &s), SUP_OK);
    succeed(&w, "a");
    assert_int_equal(sup_snapshot_of(w.sup, "a", &s), SUP_EUNKNOWN);
    assert_string_equal(sup_slot_name(w.sup, 0), "a"); /* the slot still stands for it */
    uint64_t cursor = 0;
    assert_false(sup_snapshot_next(w.sup, &cursor, &s));
    world_close(&w);
}

static void snapshot__all_come_in_registration_order(void **state)
{
    (void)state;
    struct world w;
    char order[16] = "";
    world_open(&w);
    spawn(&w, "c", NULL);
    spawn_in(&w, "a", "x", NULL);
    spawn(&w, "b", NULL);
    spawn(&w, "d", NULL);
    command(&w, SUP_COMMAND_REMOVE, "a");
    succeed(&w, "a");
    spawn(&w, "a", NULL);
    struct sup_snapshot s;
    for (uint64_t cursor = 0; sup_snapshot_next(w.sup, &cursor, &s);) {
        strcat(order, s.service);
    }
    assert_string_equal(order, "cbda");
    world_close(&w);
}

static void metrics__count_everything_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.breaker.failures = 3;
    policy.stop_grace = policy.stop_abort_wait = SUP_MS(1);
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    for (uint32_t i = 0; i < 3; i++) {
        fail_with(&w, "a", "x");
        run_to(&w, w.now + 10 * MS);
    }
    command(&w, SUP_COMMAND_REMOVE, "b");
    succeed(&w, "b");
    command(&w, SUP_COMMAND_ABORT, "c");
    run_to(&w, SECOND);
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    end_attempt(&w, attempt_of(&w, "c", 0, 1), &end);
    command(&w, SUP_COMMAND_PAUSE, "nobody");
    spawn(&w, "d", &policy);
    struct sup_metrics m = metrics(&w);
    assert_int_equal(m.restarts_total, 2);
    assert_int_equal(m.active_services, 1);
    assert_int_equal(m.spawned_total, 4);
    assert_int_equal(m.terminated_total, 3);
    assert_int_equal(m.circuit_breaker_trips, 1);
    assert_int_equal(m.failures_total, 3);
    assert_int_equal(m.late_reports_total, 1);
    assert_int_equal(m.attempts_total, 6);
    assert_int_equal(m.abandoned_total, 1);
    assert_int_equal(m.commands_total, 3);
    world_close(&w);
}

/* Bucket i counts what ran for at most bound i, to the nanosecond. */
static void histogram__edges_of_every_bucket(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SUP_HISTOGRAM_BUCKETS; i++) {
        for (uint64_t over = 0; over < 2; over++) {
            struct world w;
            struct sup_histogram h;
            world_open(&w);
            spawn(&w, "a", NULL);
            run_to(&w, sup_histogram_bounds_ns[i] + over);
            succeed(&w, "a");
            sup_histogram_read(w.sup, &h);
            for (uint32_t b = 0; b <= SUP_HISTOGRAM_BUCKETS; b++) {
                assert_int_equal(h.bucket[b], b == i + over);
            }
            assert_true(h.count == 1 && h.sum_ns == sup_histogram_bounds_ns[i] + over);
            world_close(&w);
        }
    }
}

static void histogram__sum_saturates(void **state)
{
    (void)state;
    struct world w;
    struct sup_histogram h;
    world_open(&w);
    spawn(&w, "a", NULL);
    spawn(&w, "b", NULL);
    run_to(&w, UINT64_MAX - 5);
    succeed(&w, "a");
    succeed(&w, "b");
    sup_histogram_read(w.sup, &h);
    assert_true(h.sum_ns == UINT64_MAX && h.count == 2);
    world_close(&w);
}

/* Two supervisors in one program do not meet. */
static void supervisors__share_nothing(void **state)
{
    (void)state;
    struct world one;
    struct world two;
    world_open(&one);
    world_open(&two);
    spawn(&one, "a", NULL);
    spawn(&two, "a", NULL);
    fail_with(&one, "a", "x");
    shut_down(&one, SECOND);
    expect_state(&two, "a", "running");
    assert_int_equal(metrics(&two).failures_total, 0);
    assert_int_equal(sup_supervisor_phase_of(two.sup), SUP_SUPERVISOR_RUNNING);
    world_close(&one);
    expect_state(&two, "a", "running");
    world_close(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot__of_a_running_service),
        cmocka_unit_test(snapshot__running_time_is_of_all_attempts),
        cmocka_unit_test(snapshot__delay_is_of_the_wait_in_progress),
        cmocka_unit_test(snapshot__of_nobody),
        cmocka_unit_test(snapshot__all_come_in_registration_order),
        cmocka_unit_test(metrics__count_everything_once),
        cmocka_unit_test(histogram__edges_of_every_bucket),
        cmocka_unit_test(histogram__sum_saturates),
        cmocka_unit_test(supervisors__share_nothing),
    };
    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
