/* Joins: how a registration's end reaches whoever waits for it, whatever its kind,
 * exactly once. */
#include "core_world.h"

#include <string.h>

#include "sup/join.h"

struct told {
    int times;
    int result;
    void *value;
    enum sup_reason reason;
    char error[64];
};

static void tell(void *context, const struct sup_joined *joined)
{
    struct told *told = context;
    told->times++;
    told->result = joined->result;
    told->value = joined->value;
    told->reason = joined->reason;
    strncpy(told->error, joined->error, sizeof(told->error) - 1);
}

static void expect_told(const struct told *told, int result, enum sup_reason reason,
                        const char *error)
{
    assert_int_equal(told->times, 1);
    assert_int_equal(told->result, result);
    assert_int_equal(told->reason, reason);
    assert_string_equal(told->error, error);
}

static struct sup_policy of_kind(enum sup_kind kind)
{
    struct sup_policy policy = policy_default();
    policy.kind = kind;
    policy.restart = SUP_RESTART_NEVER;
    return policy;
}

static void end_with(struct world *w, const char *name, enum sup_outcome outcome, void *value,
                     const char *error)
{
    struct sup_end end = {.outcome = outcome, .value = value, .error = error};
    assert_int_equal(end_attempt(w, live_attempt(w, name), &end), SUP_OK);
}

static void join(struct world *w, const char *name, struct told *told, struct sup_join *waits)
{
    assert_int_equal(sup_join_start(w->sup, name, tell, told, waits), SUP_OK);
}

/* Blocking work, as well as a task: the pointer is handed over as it is. */
static void join__task_completes_value_is_handed_over(void **state)
{
    (void)state;
    static const enum sup_kind kinds[] = {SUP_KIND_TASK, SUP_KIND_BLOCKING};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        struct sup_policy policy = of_kind(kinds[i]);
        struct told told = {0};
        struct sup_join waits;
        int value = 42;
        world_open(&w);
        spawn(&w, "answer", &policy);
        join(&w, "answer", &told, &waits);
        assert_int_equal(told.times, 0);
        end_with(&w, "answer", SUP_OUTCOME_SUCCEEDED, &value, NULL);
        expect_told(&told, SUP_OK, SUP_REASON_COMPLETED, "");
        assert_ptr_equal(told.value, &value);
        sup_join_leave(&waits);
        world_close(&w);
        assert_int_equal(told.times, 1);
    }
}

static void join__task_crashes_joiner_learns_panicked(void **state)
{
    (void)state;
    static const enum sup_kind kinds[] = {SUP_KIND_TASK, SUP_KIND_BLOCKING};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        struct sup_policy policy = of_kind(kinds[i]);
        struct told told = {0};
        struct sup_join waits;
        world_open(&w);
        spawn(&w, "bad", &policy);
        join(&w, "bad", &told, &waits);
        end_with(&w, "bad", SUP_OUTCOME_CRASHED, NULL, "index out of range");
        expect_told(&told, SUP_EPANICKED, SUP_REASON_UNRECOVERABLE, "index out of range");
        assert_null(told.value);
        world_close(&w);
    }
}

static void join__each_end_has_its_result(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    struct told failed = {0}, aborted = {0}, cancelled = {0}, refused = {0};
    struct sup_join waits[4];
    world_open(&w);
    spawn(&w, "failed", &policy);
    spawn(&w, "aborted", &policy);
    spawn(&w, "cancelled", &policy);
    join(&w, "failed", &failed, &waits[0]);
    join(&w, "aborted", &aborted, &waits[1]);
    join(&w, "cancelled", &cancelled, &waits[2]);
    end_with(&w, "failed", SUP_OUTCOME_FAILED, NULL, "no such table");
    expect_told(&failed, SUP_EFAILED, SUP_REASON_UNRECOVERABLE, "no such table");
    command(&w, SUP_COMMAND_ABORT, "aborted");
    assert_int_equal(aborted.times, 0);
    was_aborted(&w, "aborted");
    assert_true(aborted.times == 1 && aborted.result == SUP_EABORTED);
    command(&w, SUP_COMMAND_CANCEL, "cancelled");
    succeed(&w, "cancelled");
    assert_true(cancelled.times == 1 && cancelled.result == SUP_EABORTED);
    w.refusals = 1;
    w.refusal_text = "no thread is free";
    spawn(&w, "refused", &policy);
    join(&w, "refused", &refused, &waits[3]); /* over already: called at once */
    expect_told(&refused, SUP_EREFUSED, SUP_REASON_UNRECOVERABLE, "no thread is free");
    world_close(&w);
}

static void join__service_is_restarted_only_its_last_end_is_told(void **state)
{
    (void)state;
    struct world w;
    struct told told = {0};
    struct sup_join waits;
    int value = 7;
    world_open(&w);
    spawn(&w, "a", NULL);
    join(&w, "a", &told, &waits);
    fail_with(&w, "a", "boom");
    run_to(&w, 100 * MS);
    assert_int_equal(told.times, 0);
    end_with(&w, "a", SUP_OUTCOME_SUCCEEDED, &value, NULL);
    assert_true(told.times == 1 && told.result == SUP_OK && told.value == &value);
    world_close(&w);
}

static void join__queued_work_is_aborted_it_never_ran(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    struct told told = {0};
    struct sup_join waits;
    world_prepare(&w);
    w.config.blocking_pool = 1;
    world_create(&w);
    spawn(&w, "first", &policy);
    spawn(&w, "second", &policy);
    join(&w, "second", &told, &waits);
    command(&w, SUP_COMMAND_ABORT, "second");
    assert_true(told.times == 1 && told.result == SUP_EABORTED);
    expect_calls(&w, "0 start first#1");
    world_close(&w);
}

static void join__blocking_work_is_in_the_snapshot_until_it_ends(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    struct told told = {0};
    struct sup_join waits;
    struct sup_snapshot shot;
    uint64_t cursor = 0;
    world_open(&w);
    spawn(&w, "chunk_file", &policy);
    join(&w, "chunk_file", &told, &waits);
    run_to(&w, 10 * MS);
    assert_true(sup_snapshot_next(w.sup, &cursor, &shot));
    assert_string_equal(shot.service, "chunk_file");
    assert_int_equal(shot.kind, SUP_KIND_BLOCKING);
    assert_true(shot.active && shot.running_time.ns == 10 * MS);
    assert_false(sup_snapshot_next(w.sup, &cursor, &shot));
    succeed(&w, "chunk_file");
    assert_true(told.times == 1 && told.result == SUP_OK);
    assert_false(look(&w, "chunk_file").active);
    world_close(&w);
}

static void join__supervisor_goes_joiner_is_told(void **state)
{
    (void)state;
    struct world w;
    struct told told = {0}, left = {0}, other = {0};
    struct sup_join waits, leaves, another;
    world_open(&w);
    spawn(&w, "a", NULL);
    spawn(&w, "b", NULL);
    join(&w, "a", &told, &waits);
    join(&w, "b", &other, &another);
    join(&w, "a", &left, &leaves);
    sup_join_leave(&leaves);
    assert_int_equal(sup_join_start(w.sup, "nobody", tell, &left, &leaves), SUP_EUNKNOWN);
    world_close(&w);
    assert_true(told.times == 1 && told.result == SUP_EGONE);
    assert_true(other.times == 1 && other.result == SUP_EGONE);
    assert_int_equal(left.times, 0);
}

/* Whoever waits longest may cease first: the others go on waiting. */
static void join__the_older_of_two_leaves(void **state)
{
    (void)state;
    for (int leaver = 0; leaver < 3; leaver++) {
        struct world w;
        struct sup_policy policy = of_kind(SUP_KIND_TASK);
        struct told told[3] = {{0}};
        struct sup_join waits[3];
        world_open(&w);
        spawn(&w, "t", &policy);
        for (int i = 0; i < 3; i++) {
            join(&w, "t", &told[i], &waits[i]);
        }
        sup_join_leave(&waits[leaver]);
        sup_join_leave(&waits[leaver]);
        end_with(&w, "t", SUP_OUTCOME_SUCCEEDED, NULL, NULL);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(told[i].times, i != leaver);
        }
        world_close(&w);
    }
}

/* What an earlier registration brought is no result of the next one. */
static void join__value_ends_with_its_registration(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_SERVICE);
    struct told first = {0}, second = {0};
    struct sup_join waits[2];
    int value = 42;
    world_open(&w);
    spawn(&w, "a", &policy);
    join(&w, "a", &first, &waits[0]);
    end_with(&w, "a", SUP_OUTCOME_SUCCEEDED, &value, NULL);
    assert_ptr_equal(first.value, &value);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    join(&w, "a", &second, &waits[1]);
    end_with(&w, "a", SUP_OUTCOME_SUCCEEDED, NULL, NULL);
    expect_told(&second, SUP_OK, SUP_REASON_COMPLETED, "");
    assert_null(second.value);
    world_close(&w);
}

/* Removed or replaced, from whatever phase: there is no result to be had. */
static void join__service_is_removed_or_replaced(void **state)
{
    (void)state;
    for (int replaced = 0; replaced <= 1; replaced++) {
        struct world w;
        struct told live = {0}, waiting = {0}, over = {0};
        struct sup_join waits[2];
        int value = 42;
        world_prepare(&w);
        w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
        world_create(&w);
        spawn(&w, "live", NULL);
        spawn(&w, "waiting", NULL);
        fail_with(&w, "waiting", "x");
        join(&w, "live", &live, &waits[0]);
        join(&w, "waiting", &waiting, &waits[1]);
        for (int i = 0; i < 2; i++) {
            const char *name = i == 0 ? "live" : "waiting";
            if (replaced != 0) {
                spawn(&w, name, NULL);
            } else {
                assert_int_equal(command(&w, SUP_COMMAND_REMOVE, name), SUP_OK);
            }
        }
        assert_true(live.times == 0 && waiting.times == 1);
        end_with(&w, "live", SUP_OUTCOME_SUCCEEDED, &value, NULL);
        expect_told(&live, SUP_EABORTED, SUP_REASON_NONE, "");
        expect_told(&waiting, SUP_EABORTED, SUP_REASON_NONE, "x");
        assert_int_equal(over.times, 0);
        world_close(&w);
    }
}

/* Nor is how an earlier registration ended: one that never ran did not crash. */
static void join__end_of_an_earlier_registration_is_none_of_its_own(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    struct told told = {0};
    struct sup_join waits;
    world_prepare(&w);
    w.config.blocking_pool = 1;
    world_create(&w);
    spawn(&w, "a", &policy);
    crash(&w, "a");
    spawn(&w, "b", &policy);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    expect_state(&w, "a", "idle");
    join(&w, "a", &told, &waits);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    expect_told(&told, SUP_EABORTED, SUP_REASON_CANCELLED, "");
    world_close(&w);
}

/* Leaving twice, or after having been told, takes nobody else away. */
static void join__leaving_again_is_nothing(void **state)
{
    (void)state;
    struct world w;
    struct told first = {0}, second = {0}, third = {0};
    struct sup_join waits[3];
    world_open(&w);
    spawn(&w, "a", NULL);
    join(&w, "a", &first, &waits[0]);
    join(&w, "a", &second, &waits[1]);
    sup_join_leave(&waits[1]);
    join(&w, "a", &third, &waits[2]);
    sup_join_leave(&waits[1]);
    succeed(&w, "a");
    assert_true(first.times == 1 && second.times == 0 && third.times == 1);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    join(&w, "a", &second, &waits[1]);
    sup_join_leave(&waits[0]);
    sup_join_leave(&waits[2]);
    succeed(&w, "a");
    assert_true(first.times == 1 && second.times == 1 && third.times == 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join__task_completes_value_is_handed_over),
        cmocka_unit_test(join__task_crashes_joiner_learns_panicked),
        cmocka_unit_test(join__each_end_has_its_result),
        cmocka_unit_test(join__service_is_restarted_only_its_last_end_is_told),
        cmocka_unit_test(join__queued_work_is_aborted_it_never_ran),
        cmocka_unit_test(join__blocking_work_is_in_the_snapshot_until_it_ends),
        cmocka_unit_test(join__supervisor_goes_joiner_is_told),
        cmocka_unit_test(join__the_older_of_two_leaves),
        cmocka_unit_test(join__value_ends_with_its_registration),
        cmocka_unit_test(join__service_is_removed_or_replaced),
        cmocka_unit_test(join__end_of_an_earlier_registration_is_none_of_its_own),
        cmocka_unit_test(join__leaving_again_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
