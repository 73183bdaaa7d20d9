/* Groups with a capacity, for work that may be dropped: max_inflight tasks at a
 * time, one more is refused and counted, and no group is in another's way. */
#include "core_world.h"

#include <stdio.h>

#include "sup/join.h"

static struct sup_policy a_task(void)
{
    struct sup_policy policy = policy_default();
    policy.kind = SUP_KIND_TASK;
    return policy;
}

static void capacity(struct world *w, const char *path, uint32_t max)
{
    struct sup_group_policy policy = {.max_inflight = max};
    w->may_allocate = true;
    assert_int_equal(sup_group_create(w->sup, path, &policy), SUP_OK);
    w->may_allocate = false;
}

static int put(struct world *w, const char *name, const char *path)
{
    struct sup_policy policy = a_task();
    return try_spawn(w, name, path, &policy);
}

static struct sup_group_info info_of(const struct world *w, const char *path)
{
    struct sup_group_info info;
    assert_int_equal(sup_group_info_of(w->sup, path, &info), SUP_OK);
    return info;
}

/* Two classes, as a background worker has them. */
static void open_classes(struct world *w)
{
    world_open(w);
    capacity(w, "enrichment", 4);
    capacity(w, "telemetry", 8);
}

static void inflight__task_ends_it_is_counted_out(void **state)
{
    (void)state;
    struct world w;
    open_classes(&w);
    assert_int_equal(put(&w, "e0", "enrichment"), SUP_OK);
    assert_int_equal(info_of(&w, "enrichment").inflight, 1);
    succeed(&w, "e0");
    assert_int_equal(info_of(&w, "enrichment").inflight, 0);
    assert_int_equal(info_of(&w, "enrichment").spawned, 1);
    world_close(&w);
}

static void inflight__one_too_many_is_dropped_and_counted(void **state)
{
    (void)state;
    struct world w;
    char name[8];
    open_classes(&w);
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "e%d", i);
        assert_int_equal(put(&w, name, "enrichment"), i < 4 ? SUP_OK : SUP_ELIMIT);
    }
    assert_int_equal(info_of(&w, "enrichment").dropped, 1);
    assert_int_equal(info_of(&w, "enrichment").inflight, 4);
    assert_false(exists(&w, "e4"));
    assert_int_equal(metrics(&w).spawned_total, 4);
    world_close(&w);
}

struct signal {
    int calls;
    void *value;
    enum sup_reason reason;
};

static void on_end(void *context, const struct sup_joined *joined)
{
    struct signal *signal = context;
    signal->calls++;
    signal->value = joined->value;
    signal->reason = joined->reason;
}

/* What a task found out reaches whoever waits, once. */
static void inflight__signal_of_a_task_reaches_its_observer_once(void **state)
{
    (void)state;
    struct world w;
    struct signal signal = {0};
    struct sup_join join;
    int summary = 1;
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED, .value = &summary};
    open_classes(&w);
    assert_int_equal(put(&w, "e0", "enrichment"), SUP_OK);
    assert_int_equal(sup_join_start(w.sup, "e0", on_end, &signal, &join), SUP_OK);
    assert_int_equal(end_attempt(&w, live_attempt(&w, "e0"), &end), SUP_OK);
    run_to(&w, SECOND);
    assert_int_equal(signal.calls, 1);
    assert_ptr_equal(signal.value, &summary);
    assert_int_equal(signal.reason, SUP_REASON_COMPLETED);
    world_close(&w);
}

static void inflight__abort_of_all_is_safe_with_many_and_with_none(void **state)
{
    (void)state;
    struct world w;
    open_classes(&w);
    assert_int_equal(force_abort(&w, "runtime"), SUP_OK);
    assert_int_equal(w.outcome.affected, 0);
    assert_int_equal(put(&w, "e0", "enrichment"), SUP_OK);
    assert_int_equal(put(&w, "t0", "telemetry"), SUP_OK);
    assert_int_equal(force_abort(&w, "runtime"), SUP_OK);
    assert_int_equal(w.outcome.affected, 2);
    assert_int_equal(force_abort(&w, "runtime"), SUP_OK);
    was_aborted(&w, "t0");
    was_aborted(&w, "e0");
    assert_int_equal(info_of(&w, "enrichment").inflight, 0);
    assert_int_equal(info_of(&w, "telemetry").inflight, 0);
    world_close(&w);
}

/* Room is there at the end itself: nobody has to look first. */
static void inflight__room_is_made_by_the_end_and_not_by_a_look(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    capacity(&w, "one", 1);
    assert_int_equal(put(&w, "a", "one"), SUP_OK);
    assert_int_equal(put(&w, "b", "one"), SUP_ELIMIT);
    succeed(&w, "a");
    assert_int_equal(put(&w, "b", "one"), SUP_OK);
    world_close(&w);
}

static void inflight__completion_has_a_duration(void **state)
{
    (void)state;
    struct world w;
    struct sup_histogram histogram;
    open_classes(&w);
    assert_int_equal(put(&w, "e0", "enrichment"), SUP_OK);
    run_to(&w, 15 * MS);
    succeed(&w, "e0");
    sup_histogram_read(w.sup, &histogram);
    assert_int_equal(info_of(&w, "enrichment").completed, 1);
    assert_true(histogram.count == 1 && histogram.sum_ns == 15 * MS);
    world_close(&w);
}

static void inflight__classes_are_counted_apart(void **state)
{
    (void)state;
    struct world w;
    open_classes(&w);
    assert_int_equal(put(&w, "e0", "enrichment"), SUP_OK);
    assert_int_equal(put(&w, "t0", "telemetry"), SUP_OK);
    assert_int_equal(info_of(&w, "enrichment").inflight, 1);
    assert_int_equal(info_of(&w, "telemetry").inflight, 1);
    assert_int_equal(info_of(&w, "runtime").active, 2);
    world_close(&w);
}

static void inflight__abort_of_one_class_leaves_the_other(void **state)
{
    (void)state;
    struct world w;
    open_classes(&w);
    assert_int_equal(put(&w, "e0", "enrichment"), SUP_OK);
    assert_int_equal(put(&w, "t0", "telemetry"), SUP_OK);
    assert_int_equal(force_abort(&w, "enrichment"), SUP_OK);
    was_aborted(&w, "e0");
    assert_int_equal(info_of(&w, "enrichment").inflight, 0);
    assert_int_equal(info_of(&w, "telemetry").inflight, 1);
    expect_state(&w, "t0", "running");
    world_close(&w);
}

static void inflight__limit_is_the_configured_one(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    capacity(&w, "two", 2);
    assert_int_equal(put(&w, "a", "two"), SUP_OK);
    assert_int_equal(put(&w, "b", "two"), SUP_OK);
    assert_int_equal(put(&w, "c", "two"), SUP_ELIMIT);
    capacity(&w, "two", 3); /* it may be changed while work is under way */
    assert_int_equal(put(&w, "c", "two"), SUP_OK);
    capacity(&w, "two", 1);
    succeed(&w, "a");
    assert_int_equal(put(&w, "d", "two"), SUP_ELIMIT);
    assert_int_equal(info_of(&w, "two").dropped, 2);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflight__task_ends_it_is_counted_out),
        cmocka_unit_test(inflight__one_too_many_is_dropped_and_counted),
        cmocka_unit_test(inflight__signal_of_a_task_reaches_its_observer_once),
        cmocka_unit_test(inflight__abort_of_all_is_safe_with_many_and_with_none),
        cmocka_unit_test(inflight__room_is_made_by_the_end_and_not_by_a_look),
        cmocka_unit_test(inflight__completion_has_a_duration),
        cmocka_unit_test(inflight__classes_are_counted_apart),
        cmocka_unit_test(inflight__abort_of_one_class_leaves_the_other),
        cmocka_unit_test(inflight__limit_is_the_configured_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
