/* Backoff: golden schedules of well-known supervisors, saturation, jitter. */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

#include "backoff.h"
#include "policy.h"
#include "supervisor.h"

#define S SECOND

struct schedule {
    const char *whose;
    uint64_t base;
    uint64_t max;
    uint64_t factor_billionths;
    uint64_t delays[16]; /* 0 ends it */
};

static const struct schedule schedules[] = {
    {"the default",
     100 * MS,
     60 * S,
     2 * SUP_FACTOR_ONE,
     {100 * MS, 200 * MS, 400 * MS, 800 * MS, 1600 * MS, 3200 * MS, 6400 * MS, 12800 * MS,
      25600 * MS, 51200 * MS, 60 * S, 60 * S}},
    {"systemd, 2 s to 16 s in 3 steps",
     2 * S,
     16 * S,
     2 * SUP_FACTOR_ONE,
     {2 * S, 4 * S, 8 * S, 16 * S, 16 * S}},
    {"Kubernetes after its first, immediate restart",
     10 * S,
     300 * S,
     2 * SUP_FACTOR_ONE,
     {10 * S, 20 * S, 40 * S, 80 * S, 160 * S, 300 * S, 300 * S}},
    {"Kubernetes with reduced backoff",
     1 * S,
     60 * S,
     2 * SUP_FACTOR_ONE,
     {1 * S, 2 * S, 4 * S, 8 * S, 16 * S, 32 * S, 60 * S, 60 * S}},
    {"pm2, where its milliseconds are our nanoseconds",
     100,
     15000,
     1500000000,
     {100, 150, 225, 337, 505, 757, 1135, 1702, 2553, 3829, 5743, 8614, 12921, 15000, 15000}},
    {"gRPC without jitter",
     1 * S,
     120 * S,
     1600000000,
     {1000000000, 1600000000, 2560000000, 4096000000, 6553600000, 10485760000, 16777216000,
      26843545600, 42949672960, 68719476736, 109951162777, 120000000000, 120000000000}},
    {"Pekko", 3 * S, 30 * S, 2 * SUP_FACTOR_ONE, {3 * S, 6 * S, 12 * S, 24 * S, 30 * S, 30 * S}},
    {"resilience4j",
     5000 * MS,
     60 * S,
     1500000000,
     {5000 * MS, 7500 * MS, 11250 * MS, 16875 * MS, 25312500000, 37968750000, 56953125000, 60 * S}},
    {"constant", 7, 60 * S, SUP_FACTOR_ONE, {7, 7, 7, 7}},
    {"base above max", 2 * S, 1 * S, 2 * SUP_FACTOR_ONE, {1 * S, 1 * S, 1 * S}},
    {"rounded down until it stands still", 1, 100, 1900000000, {1, 1, 1, 1}},
};

/* The schedule as a service lives it: fails at once, waits, fails at once. */
static void schedule__as_a_service_lives_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
        const struct schedule *s = &schedules[i];
        struct world w;
        struct sup_policy policy = policy_default();
        policy.backoff.base.ns = s->base;
        policy.backoff.max.ns = s->max;
        policy.backoff.factor_billionths = s->factor_billionths;
        world_open(&w);
        spawn(&w, "a", &policy);
        for (size_t k = 0; k < 16 && s->delays[k] != 0; k++) {
            uint64_t now = w.now;
            fail_with(&w, "a", "x");
            if (look(&w, "a").delay.ns != s->delays[k]) {
                fail_msg("%s: wait %zu is %llu", s->whose, k + 1,
                         (unsigned long long)look(&w, "a").delay.ns);
            }
            assert_true(deadline(&w) == now + s->delays[k]);
            run_to(&w, deadline(&w));
        }
        assert_true(sup_draws(w.sup) == 0);
        world_close(&w);
    }
}

static const struct sup__policy *interned(struct world *w, const struct sup_policy *policy)
{
    uint32_t index;
    w->may_allocate = true;
    assert_int_equal(sup__policy_intern(w->sup, policy, &index), SUP_OK);
    w->may_allocate = false;
    return &w->sup->policies[index];
}

/* The formula once more, with numbers wide enough. */
static void bound__agrees_with_wide_arithmetic(void **state)
{
    (void)state;
    __extension__ typedef unsigned __int128 wide;
    struct world w;
    world_open(&w);
    struct sup_random random = sup_random_derive(1, "bounds", 6);
    for (uint32_t i = 0; i < 2000; i++) {
        struct sup_policy policy = policy_default();
        policy.backoff.base.ns = sup_random_next(&random) >> sup_random_upto(&random, 63, NULL);
        policy.backoff.max.ns = sup_random_next(&random) >> sup_random_upto(&random, 63, NULL);
        policy.backoff.factor_billionths =
            SUP_FACTOR_ONE + (sup_random_next(&random) >> sup_random_upto(&random, 63, NULL)) / 2;
        const struct sup__policy *known = interned(&w, &policy);
        uint64_t max = policy.backoff.max.ns;
        uint64_t bound = policy.backoff.base.ns < max ? policy.backoff.base.ns : max;
        for (uint32_t k = 1; k <= 70; k++) {
            assert_true(sup__backoff_bound(known, k).ns == bound);
            wide product = (wide)bound * policy.backoff.factor_billionths / SUP_FACTOR_ONE;
            bound = product > max ? max : (uint64_t)product;
        }
    }
    world_close(&w);
}

static void bound__saturates_and_never_wraps(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_default();
    policy.backoff.base.ns = UINT64_MAX / 2 + 1;
    policy.backoff.max.ns = UINT64_MAX;
    policy.backoff.factor_billionths = UINT64_MAX;
    const struct sup__policy *known = interned(&w, &policy);
    assert_true(sup__backoff_bound(known, 1).ns == UINT64_MAX / 2 + 1);
    assert_true(sup__backoff_bound(known, 2).ns == UINT64_MAX);
    assert_true(sup__backoff_bound(known, UINT32_MAX).ns == UINT64_MAX);
    world_close(&w);
}

/* A factor so close to 1 that the bounds are not all kept. */
static void bound__beyond_the_kept_ones_is_followed(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_default();
    policy.backoff.base.ns = SECOND;
    policy.backoff.max.ns = 60 * SECOND;
    policy.backoff.factor_billionths = SUP_FACTOR_ONE + 1;
    const struct sup__policy *known = interned(&w, &policy);
    for (uint32_t k = 1; k < 5000; k++) {
        assert_true(sup__backoff_bound(known, k).ns == SECOND + k - 1);
    }
    world_close(&w);
}

/* A delay of 584 years: the deadline is never, and so is the start. */
static void delay__never_waits_for_ever(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_default();
    policy.backoff.base = policy.backoff.max = SUP_DURATION_NEVER;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "backing-off");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    command(&w, SUP_COMMAND_RESTART, "a");
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void delay__that_would_pass_the_end_of_time_is_never(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_default();
    policy.backoff.base = policy.backoff.max = (struct sup_duration){UINT64_MAX - 10};
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, SECOND);
    fail_with(&w, "a", "x");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

struct jitter_case {
    enum sup_jitter jitter;
    uint32_t percent;
    /* bounds on the first two waits of base 1000, factor 2, max 2500 */
    uint64_t low[2];
    uint64_t high[2];
};

static void jitter__stays_in_its_bounds_and_reaches_them(void **state)
{
    (void)state;
    static const struct jitter_case cases[] = {
        {SUP_JITTER_NONE, 0, {1000, 2000}, {1000, 2000}},
        {SUP_JITTER_FULL, 0, {0, 0}, {1000, 2000}},
        {SUP_JITTER_EQUAL, 0, {500, 1000}, {1000, 2000}},
        {SUP_JITTER_PERCENT, 10, {900, 1800}, {1100, 2200}},
        {SUP_JITTER_PERCENT, 50, {500, 1000}, {1500, 2500}}, /* never above max */
        {SUP_JITTER_PERCENT, 100, {0, 0}, {2000, 2500}},
        {SUP_JITTER_PERCENT, 0, {1000, 2000}, {1000, 2000}},
        {SUP_JITTER_DECORRELATED, 0, {1000, 1000}, {2500, 2500}},
        {SUP_JITTER_PLUS, 20, {1000, 2000}, {1200, 2400}},
        {SUP_JITTER_PLUS, 50, {1000, 2000}, {1500, 2500}},
        {SUP_JITTER_PLUS, 0, {1000, 2000}, {1000, 2000}},
        {SUP_JITTER_ADD, 0, {1000, 2000}, {1000, 2000}}, /* no rules say how much */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct jitter_case *c = &cases[i];
        struct world w;
        struct sup_policy policy = policy_default();
        policy.backoff = (struct sup_backoff_policy){
            {1000},          {2500}, 2 * SUP_FACTOR_ONE, c->jitter, c->percent, SUP_DURATION_NEVER,
            SUP_FORGIVE_ZERO};
        world_open(&w);
        spawn(&w, "a", &policy);
        uint64_t least[2] = {UINT64_MAX, UINT64_MAX};
        uint64_t most[2] = {0, 0};
        for (uint32_t round = 0; round < 6000; round++) {
            uint32_t k = round % 2;
            fail_with(&w, "a", "x");
            uint64_t delay = look(&w, "a").delay.ns;
            least[k] = delay < least[k] ? delay : least[k];
            most[k] = delay > most[k] ? delay : most[k];
            if (k == 1) {
                command(&w, SUP_COMMAND_RESTART, "a"); /* a fresh start: streak 0 */
            }
            run_to(&w, k == 1 ? w.now : deadline(&w));
            forget_events(&w);
        }
        for (uint32_t k = 0; k < 2; k++) {
            assert_true(least[k] >= c->low[k] && most[k] <= c->high[k]);
            uint64_t slack = (c->high[k] - c->low[k]) / 50;
            assert_true(least[k] <= c->low[k] + slack && most[k] + slack >= c->high[k]);
        }
        world_close(&w);
    }
}

/* Each wait of a decorrelated service lies between base and three times the last. */
static void jitter__decorrelated_follows_the_wait_before(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_default();
    policy.backoff.base = SUP_NS(1000);
    policy.backoff.max = SUP_NS(UINT64_C(1) << 40);
    policy.backoff.jitter = SUP_JITTER_DECORRELATED;
    world_open(&w);
    spawn(&w, "a", &policy);
    uint64_t previous = 1000;
    for (uint32_t i = 0; i < 500; i++) {
        fail_with(&w, "a", "x");
        uint64_t delay = look(&w, "a").delay.ns;
        assert_true(delay >= 1000 && delay <= previous * 3);
        previous = delay;
        run_to(&w, deadline(&w));
    }
    world_close(&w);
}

/* Drawn once, from the service's own stream: another service shifts nothing. */
static void jitter__of_one_service_does_not_depend_on_another(void **state)
{
    (void)state;
    uint64_t delays[2][20];
    for (uint32_t with_other = 0; with_other < 2; with_other++) {
        struct world w;
        struct sup_policy policy = policy_default();
        policy.backoff.jitter = SUP_JITTER_FULL;
        policy.backoff.max = SUP_MS(100);
        world_open(&w);
        spawn(&w, "a", &policy);
        if (with_other) {
            spawn(&w, "b", &policy);
        }
        for (uint32_t i = 0; i < 20; i++) {
            fail_with(&w, "a", "x");
            delays[with_other][i] = look(&w, "a").delay.ns;
            if (with_other) {
                fail_with(&w, "b", "x");
            }
            run_to(&w, w.now + SECOND);
        }
        assert_true(sup_draws(w.sup) == (with_other ? 40 : 20));
        world_close(&w);
    }
    assert_memory_equal(delays[0], delays[1], sizeof(delays[0]));
}

static void jitter__depends_on_the_seed(void **state)
{
    (void)state;
    uint64_t delays[2];
    for (uint32_t i = 0; i < 2; i++) {
        struct world w;
        struct sup_policy policy = policy_default();
        policy.backoff.jitter = SUP_JITTER_FULL;
        world_prepare(&w);
        w.config.seed = i;
        world_create(&w);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "x");
        delays[i] = look(&w, "a").delay.ns;
        world_close(&w);
    }
    assert_true(delays[0] != delays[1]);
}

/* What a simulator answers, and what it was asked. */
struct asked {
    struct sup_jitter_draw draws[8];
    uint32_t slots[8];
    uint32_t count;
    uint64_t answer;
    bool as_drawn;
    struct world *w;
};

static struct sup_duration answer(void *context, uint32_t slot, const struct sup_jitter_draw *draw)
{
    struct asked *asked = context;
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_slot(asked->w->sup, slot, &snapshot), SUP_OK); /* it may read */
    asked->slots[asked->count] = slot;
    asked->draws[asked->count++] = *draw;
    return asked->as_drawn ? draw->drawn : (struct sup_duration){asked->answer};
}

/* Fails twice, and says how long it waits each time. */
static void two_delays(struct asked *asked, const struct sup_policy *policy, uint64_t *ret_delays)
{
    struct world w;
    world_prepare(&w);
    if (asked != NULL) {
        asked->w = &w;
        w.config.jitter = answer;
        w.config.jitter_context = asked;
    }
    world_create(&w);
    spawn(&w, "other", NULL);
    spawn(&w, "a", policy);
    for (uint32_t i = 0; i < 2; i++) {
        fail_with(&w, "a", "x");
        ret_delays[i] = look(&w, "a").delay.ns;
        run_to(&w, w.now + 10 * SECOND);
    }
    assert_int_equal(sup_draws(w.sup), 2);
    world_close(&w);
}

static void jitter__a_simulator_has_the_last_word(void **state)
{
    (void)state;
    struct sup_policy policy = policy_default();
    policy.backoff.jitter = SUP_JITTER_EQUAL;
    policy.backoff.base = SUP_SEC(2);
    policy.backoff.max = SUP_SEC(4);
    uint64_t plain[2], delays[2];
    struct asked asked = {.as_drawn = true};
    two_delays(NULL, &policy, plain);
    two_delays(&asked, &policy, delays);
    assert_memory_equal(plain, delays, sizeof(plain));
    assert_int_equal(asked.count, 2);
    assert_int_equal(asked.slots[0], 1);
    assert_int_equal(asked.draws[0].least.ns, SECOND);
    assert_int_equal(asked.draws[0].most.ns, 2 * SECOND);
    assert_int_equal(asked.draws[1].least.ns, 2 * SECOND);
    assert_int_equal(asked.draws[1].drawn.ns, plain[1]);
    /* Within the bounds it counts, beyond them the nearer end; the draws stay. */
    static const struct {
        uint64_t answer, first, second;
    } table[] = {
        {0, SECOND, 2 * SECOND},
        {1500 * MS, 1500 * MS, 2 * SECOND},
        {3 * SECOND, 2 * SECOND, 3 * SECOND},
        {UINT64_MAX, 2 * SECOND, 4 * SECOND},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct asked other = {.answer = table[i].answer};
        two_delays(&other, &policy, delays);
        assert_int_equal(delays[0], table[i].first);
        assert_int_equal(delays[1], table[i].second);
        assert_int_equal(other.draws[1].drawn.ns, plain[1]);
    }
}

static void jitter__without_a_choice_nobody_is_asked(void **state)
{
    (void)state;
    struct world w;
    struct asked asked = {.w = &w};
    struct sup_policy policy = policy_default();
    world_prepare(&w);
    w.config.jitter = answer;
    w.config.jitter_context = &asked;
    world_create(&w);
    spawn(&w, "plain", &policy);
    policy.backoff.jitter = SUP_JITTER_FULL;
    policy.backoff.base = SUP_NS(0);
    spawn(&w, "nothing", &policy);
    fail_with(&w, "plain", "x");
    fail_with(&w, "nothing", "x");
    assert_int_equal(asked.count, 0);
    world_close(&w);
}

static void forgive__each_way(void **state)
{
    (void)state;
    static const uint32_t streaks[] = {0, 1, 2, 3, 10, 11, UINT32_MAX};
    for (size_t i = 0; i < sizeof(streaks) / sizeof(streaks[0]); i++) {
        uint32_t k = streaks[i];
        assert_int_equal(sup__forgive(SUP_FORGIVE_ZERO, k), 0);
        assert_int_equal(sup__forgive(SUP_FORGIVE_HALVE, k), k / 2);
        assert_int_equal(sup__forgive(SUP_FORGIVE_MINUS_ONE, k), k == 0 ? 0 : k - 1);
    }
}

/* Beyond the kept bounds, and then at the longest one. */
static void bound__beyond_the_kept_ones_ends_at_max(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_default();
    policy.backoff.base.ns = SECOND;
    policy.backoff.max.ns = SECOND + 1500;
    policy.backoff.factor_billionths = SUP_FACTOR_ONE + 1;
    const struct sup__policy *known = interned(&w, &policy);
    assert_false(known->bounds_end);
    assert_true(sup__backoff_bound(known, 1500).ns == SECOND + 1499);
    assert_true(sup__backoff_bound(known, 1501).ns == SECOND + 1500);
    assert_true(sup__backoff_bound(known, 1502).ns == SECOND + 1500);
    assert_true(sup__backoff_bound(known, UINT32_MAX).ns == SECOND + 1500);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedule__as_a_service_lives_it),
        cmocka_unit_test(bound__agrees_with_wide_arithmetic),
        cmocka_unit_test(bound__saturates_and_never_wraps),
        cmocka_unit_test(bound__beyond_the_kept_ones_is_followed),
        cmocka_unit_test(delay__never_waits_for_ever),
        cmocka_unit_test(delay__that_would_pass_the_end_of_time_is_never),
        cmocka_unit_test(jitter__stays_in_its_bounds_and_reaches_them),
        cmocka_unit_test(jitter__decorrelated_follows_the_wait_before),
        cmocka_unit_test(jitter__of_one_service_does_not_depend_on_another),
        cmocka_unit_test(jitter__depends_on_the_seed),
        cmocka_unit_test(jitter__a_simulator_has_the_last_word),
        cmocka_unit_test(jitter__without_a_choice_nobody_is_asked),
        cmocka_unit_test(forgive__each_way),
        cmocka_unit_test(bound__beyond_the_kept_ones_ends_at_max),
    };
    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
