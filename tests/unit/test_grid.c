/* The grids of the supervisor's clock: what a limit's grain and a poll take for whole multiples. */
#include "ruled.h"

#include "grid.h"

static void grid__how_long_ago(void **state)
{
    (void)state;
    static const struct {
        uint64_t zero, now, grid, wanted;
    } cases[] = {
        {0, 0, 1, 0},
        {0, 10, 4, 2},
        {0, 12, 4, 0},
        {1, 10, 4, 3},
        {1, 11, 4, 0},
        {3, 0, 4, 3},
        {3, 1, 4, 0},
        {4, 0, 4, 0},
        {9, 2, 4, 3},
        {700, 199, 1000, 899},
        {700, 299, 1000, 999},
        {700, 300, 1000, 0},
        {UINT64_MAX, 0, 7, UINT64_MAX % 7},
        {0, UINT64_MAX, UINT64_MAX, 0},
        {UINT64_MAX - 1, UINT64_MAX - 1, UINT64_MAX, UINT64_MAX - 2},
        {UINT64_MAX - 1, 1, UINT64_MAX, 0},
        {UINT64_MAX - 1, 0, UINT64_MAX, UINT64_MAX - 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sup_duration passed = sup__grid_passed(
            SUP_NS(cases[i].zero), (struct sup_instant){cases[i].now}, SUP_NS(cases[i].grid));
        assert_int_equal(passed.ns, cases[i].wanted);
    }
}

static void open_at(struct world *w, uint64_t clock)
{
    world_prepare(w);
    assert_true(w->config.clock_at_zero.ns == 0);
    w->config.clock_at_zero = SUP_NS(clock);
    world_create(w);
}

/* Whether the restart at `second` is one too many beside that at `first`: one is allowed. */
static bool too_many(uint64_t clock, uint64_t first, uint64_t second)
{
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = policy_backoff(0, 0);
    rules.limit.grain = SUP_MS(10);
    policy.limit = (struct sup_limit_policy){true, 1, SUP_MS(10), SUP_LIMIT_TERMINATE};
    policy.rules = &rules;
    open_at(&w, clock);
    spawn(&w, "a", &policy);
    run_to(&w, first);
    fail_with(&w, "a", "x");
    run_to(&w, second);
    fail_with(&w, "a", "y");
    bool gone = look(&w, "a").phase == SUP_PHASE_TERMINATED;
    world_close(&w);
    return gone;
}

static void grain__of_the_clock(void **state)
{
    (void)state;
    assert_true(too_many(0, 5 * MS, 20 * MS - 1));
    assert_false(too_many(0, 5 * MS, 20 * MS));
    assert_true(too_many(7 * MS, 5 * MS, 23 * MS - 1));
    assert_false(too_many(7 * MS, 5 * MS, 23 * MS));
    assert_true(too_many(27 * MS, 5 * MS, 23 * MS - 1));
    assert_false(too_many(27 * MS, 5 * MS, 23 * MS));
    /* The first one's multiple lies before instant 0. */
    assert_true(too_many(7 * MS, 1 * MS, 13 * MS - 1));
    assert_false(too_many(7 * MS, 1 * MS, 13 * MS));
}

/* The same of a group. */
static void grain__of_a_group(void **state)
{
    (void)state;
    for (uint32_t late = 0; late <= 1; late++) {
        struct world w;
        struct sup_policy policy = policy_backoff(0, 0);
        struct sup_group_policy group = {.limit = {true, 1, SUP_MS(10), SUP_LIMIT_QUARANTINE},
                                         .limit_rules = {.grain = SUP_MS(10)}};
        open_at(&w, 7 * MS);
        w.may_allocate = true;
        assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_OK);
        w.may_allocate = false;
        spawn_in(&w, "a", "g", &policy);
        run_to(&w, 5 * MS);
        fail_with(&w, "a", "x");
        run_to(&w, 23 * MS - 1 + late);
        fail_with(&w, "a", "y");
        run_to(&w, w.now);
        expect_state(&w, "a", late != 0 ? "running" : "idle quarantined");
        world_close(&w);
    }
}

/* The streak after a second failure at that instant: the attempt has run for 5 ms by then. */
static uint32_t streak_of(uint64_t clock, uint64_t at, uint64_t after)
{
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = policy_backoff(0, 0);
    rules.reset_poll = SUP_MS(10);
    policy.backoff.reset_after = SUP_NS(after);
    policy.rules = &rules;
    open_at(&w, clock);
    w.now = at - 5 * MS;
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, w.now);
    run_to(&w, at);
    fail_with(&w, "a", "y");
    uint32_t streak = look(&w, "a").streak;
    world_close(&w);
    return streak;
}

static void poll__of_the_clock(void **state)
{
    (void)state;
    assert_int_equal(streak_of(0, 20 * MS, 5 * MS), 1);
    assert_int_equal(streak_of(0, 20 * MS, 5 * MS + 1), 2);
    assert_int_equal(streak_of(0, 20 * MS - 1, 5 * MS), 2);
    assert_int_equal(streak_of(0, 22 * MS, 3 * MS), 1);
    assert_int_equal(streak_of(0, 22 * MS, 3 * MS + 1), 2);
    assert_int_equal(streak_of(3 * MS, 17 * MS, 5 * MS), 1);
    assert_int_equal(streak_of(3 * MS, 17 * MS - 1, 5 * MS), 2);
    assert_int_equal(streak_of(13 * MS, 17 * MS, 5 * MS), 1);
    /* Nobody has looked yet. */
    assert_int_equal(streak_of(3 * MS, 5 * MS, 0), 2);
    assert_int_equal(streak_of(5 * MS, 5 * MS, 0), 1);
    assert_int_equal(streak_of(0, 5 * MS, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid__how_long_ago),
        cmocka_unit_test(grain__of_the_clock),
        cmocka_unit_test(grain__of_a_group),
        cmocka_unit_test(poll__of_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
