/* Histograms: running time and processor time of attempts, however they end. */
#include "core_world.h"
#include "histogram.h"

static struct sup_histogram wall_of(const struct world *w)
{
    struct sup_histogram histogram;
    sup_histogram_read(w->sup, &histogram);
    return histogram;
}

static struct sup_histogram cpu_of(const struct world *w)
{
    struct sup_histogram histogram;
    sup_cpu_histogram_read(w->sup, &histogram);
    return histogram;
}

/* The bucket that a duration belongs in. */
static uint32_t bucket_of(uint64_t ns)
{
    uint32_t bucket = 0;
    while (bucket < SUP_HISTOGRAM_BUCKETS && ns > sup_histogram_bounds_ns[bucket]) {
        bucket++;
    }
    return bucket;
}

static void histogram__attempt_ends_running_time_is_counted(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    run_to(&w, 20 * MS);
    assert_true(wall_of(&w).count == 0);
    succeed(&w, "a");
    assert_true(wall_of(&w).count == 1 && wall_of(&w).sum_ns == 20 * MS);
    assert_true(wall_of(&w).bucket[bucket_of(20 * MS)] == 1);
    assert_true(cpu_of(&w).count == 0); /* the executor did not measure it */
    world_close(&w);
}

static void histogram__blocking_work_is_measured_also_when_it_crashes(void **state)
{
    (void)state;
    static const enum sup_outcome outcomes[] = {SUP_OUTCOME_SUCCEEDED, SUP_OUTCOME_FAILED,
                                                SUP_OUTCOME_CRASHED};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct sup_policy policy = policy_default();
        struct sup_end end = {.outcome = outcomes[i], .has_cpu = true, .cpu = SUP_US(1500)};
        policy.kind = SUP_KIND_BLOCKING;
        policy.restart = SUP_RESTART_NEVER;
        world_open(&w);
        spawn(&w, "work", &policy);
        run_to(&w, 3 * MS);
        assert_int_equal(end_attempt(&w, live_attempt(&w, "work"), &end), SUP_OK);
        assert_true(wall_of(&w).count == 1 && wall_of(&w).sum_ns == 3 * MS);
        assert_true(cpu_of(&w).count == 1 && cpu_of(&w).sum_ns == 1500000);
        assert_true(wall_of(&w).bucket[bucket_of(3 * MS)] == 1);
        assert_true(cpu_of(&w).bucket[bucket_of(1500000)] == 1);
        assert_true(look(&w, "work").running_time.ns == 3 * MS);
        world_close(&w);
    }
}

static void histogram__queued_work_does_not_run_yet(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_default();
    policy.kind = SUP_KIND_BLOCKING;
    policy.restart = SUP_RESTART_NEVER;
    world_prepare(&w);
    w.config.blocking_pool = 1;
    world_create(&w);
    spawn(&w, "first", &policy);
    spawn(&w, "second", &policy);
    run_to(&w, 10 * MS);
    succeed(&w, "first");
    run_to(&w, 12 * MS);
    succeed(&w, "second");
    assert_true(wall_of(&w).count == 2 && wall_of(&w).sum_ns == 12 * MS);
    world_close(&w);
}

static void histogram__late_end_of_an_abandoned_attempt_is_in_neither(void **state)
{
    (void)state;
    struct world w;
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED, .has_cpu = true, .cpu = SUP_MS(1)};
    world_open(&w);
    spawn(&w, "a", NULL);
    struct sup_attempt id = live_attempt(&w, "a");
    command(&w, SUP_COMMAND_CANCEL, "a");
    run_to(&w, 6 * SECOND); /* grace 5 s, abort-wait 1 s */
    expect_state(&w, "a", "terminated abandoned");
    assert_int_equal(end_attempt(&w, id, &end), SUP_ESTALE);
    assert_true(wall_of(&w).count == 0 && cpu_of(&w).count == 0);
    world_close(&w);
}

static void expect_bucket(uint64_t ns)
{
    struct sup_histogram histogram = {.count = 0};
    sup__histogram_add(&histogram, SUP_NS(ns));
    assert_true(histogram.bucket[bucket_of(ns)] == 1);
    assert_true(histogram.count == 1 && histogram.sum_ns == ns);
}

/* Around every bound and every power of two. */
static void histogram__every_length_has_its_bucket(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SUP_HISTOGRAM_BUCKETS; i++) {
        for (uint64_t near = 0; near < 3; near++) {
            expect_bucket(sup_histogram_bounds_ns[i] - 1 + near);
        }
    }
    for (uint32_t i = 0; i < 64; i++) {
        expect_bucket(UINT64_C(1) << i);
        expect_bucket((UINT64_C(2) << i) - 1);
    }
    expect_bucket(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram__attempt_ends_running_time_is_counted),
        cmocka_unit_test(histogram__blocking_work_is_measured_also_when_it_crashes),
        cmocka_unit_test(histogram__queued_work_does_not_run_yet),
        cmocka_unit_test(histogram__every_length_has_its_bucket),
        cmocka_unit_test(histogram__late_end_of_an_abandoned_attempt_is_in_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
