/* Wait functions: each shape, past the table, and never down or around; steps as roots; and
 * what of all this the reader makes. */
#include "ruled.h"

#include "backoff.h"
#include "policy.h"
#include "sim/base/power.h"
#include "supervisor.h"

#define S SECOND
#define NEVER SUP_NEVER_NS

struct schedule {
    enum sup_shape shape;
    uint64_t base, step, max, grain, first; /* 0: what is built in; a step that is built in is 0 */
    uint64_t waits[4];                      /* 0 ends them */
    uint64_t delays[8];                     /* and these */
};

static const struct schedule schedules[] = {
    {SUP_SHAPE_LINEAR, S, 2 * S, 6 * S, 0, 0, {0}, {S, 3 * S, 5 * S, 6 * S, 6 * S}},
    {SUP_SHAPE_LINEAR, S, 0, 6 * S, 0, 0, {0}, {S, S, S}},
    {SUP_SHAPE_LINEAR, NEVER - 3, 2, NEVER, 0, 0, {0}, {NEVER - 3, NEVER - 1, NEVER, NEVER}},
    {SUP_SHAPE_LINEAR, 9 * S, S, 6 * S, 0, 0, {0}, {6 * S, 6 * S}},
    {SUP_SHAPE_LINEAR, 29, 19, S, 10, 0, {0}, {20, 30, 40, 50}},
    {SUP_SHAPE_FIBONACCI, 7, 0, 50, 0, 0, {0}, {7, 7, 14, 21, 35, 50, 50}},
    {SUP_SHAPE_FIBONACCI, NEVER / 2, 0, NEVER, 0, 0, {0}, {NEVER / 2, NEVER / 2, NEVER - 1, NEVER}},
    {SUP_SHAPE_FIBONACCI, 0, 0, 50, 0, 7, {0}, {7}},
    {SUP_SHAPE_STEPS, S, 0, 4 * S, 0, 0, {3 * S, 9 * S, 1}, {3 * S, 4 * S, 1, 1}},
    {SUP_SHAPE_STEPS, S, 0, 60 * S, 10, 0, {19, 39}, {10, 30, 30}},
    {SUP_SHAPE_EXPONENTIAL, 100, 0, 15000, 10, 0, {0}, {100, 200, 400, 800}},
    {SUP_SHAPE_EXPONENTIAL, 15, 0, 55, 10, 0, {0}, {10, 20, 40, 55, 55}},
    {SUP_SHAPE_EXPONENTIAL, 100, 0, 300, 0, 999, {0}, {300, 100, 200, 300, 300}},
    {SUP_SHAPE_EXPONENTIAL, 100, 0, 300, 20, 59, {0}, {40, 100, 200, 300, 300}},
};

static void take(const struct schedule *s, struct sup_rules *rules, struct sup_policy *policy)
{
    rules->shape = s->shape;
    rules->step.ns = s->step;
    rules->grain.ns = s->grain != 0 ? s->grain : 1;
    rules->first.ns = s->first != 0 ? s->first : NEVER;
    for (; s->waits[rules->wait_count] != 0; rules->wait_count++) {
        rules->waits[rules->wait_count].ns = s->waits[rules->wait_count];
    }
    policy->backoff.base.ns = s->base;
    policy->backoff.max.ns = s->max;
}

static const struct sup__policy *interned(struct world *w, const struct sup_policy *policy)
{
    uint32_t index;
    w->may_allocate = true;
    assert_int_equal(sup__policy_intern(w->sup, policy, &index), SUP_OK);
    w->may_allocate = false;
    return &w->sup->policies[index];
}

static void shape__bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        struct world w;
        take(&schedules[i], &rules, &policy);
        world_open(&w);
        const struct sup__policy *known = interned(&w, &policy);
        for (uint32_t k = 0; schedules[i].delays[k] != 0; k++) {
            uint64_t bound = sup__backoff_bound(known, k + 1).ns;
            if (bound != schedules[i].delays[k]) {
                fail_msg("schedule %zu: wait %u is %llu", i, k + 1, (unsigned long long)bound);
            }
        }
        world_close(&w);
    }
}

static void shape__as_a_service_lives_it(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    struct world w;
    take(&schedules[0], &rules, &policy);
    world_open(&w);
    spawn(&w, "a", &policy);
    for (size_t k = 0; schedules[0].delays[k] != 0; k++) {
        uint64_t now = w.now;
        fail_with(&w, "a", "x");
        assert_true(deadline(&w) == now + schedules[0].delays[k]);
        run_to(&w, deadline(&w));
    }
    world_close(&w);
}

/* A million failures on, and where addition would wrap. */
static void linear__goes_on_past_its_table(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    struct world w;
    rules.shape = SUP_SHAPE_LINEAR;
    rules.step = SUP_NS(3);
    policy.backoff.base = SUP_NS(100);
    policy.backoff.max = SUP_DURATION_NEVER;
    world_open(&w);
    const struct sup__policy *known = interned(&w, &policy);
    assert_false(known->bounds_end);
    for (uint32_t k = 1; k < 3000; k++) {
        assert_true(sup__backoff_bound(known, k).ns == 100 + 3 * (uint64_t)(k - 1));
    }
    assert_true(sup__backoff_bound(known, UINT32_MAX).ns == 100 + 3 * (uint64_t)(UINT32_MAX - 1));
    rules.first = SUP_NS(7);
    rules.grain = SUP_NS(2);
    policy.backoff.max = SUP_NS(100 + 2 * 4000);
    known = interned(&w, &policy);
    for (uint32_t k = 2; k < 3000; k++) {
        assert_true(sup__backoff_bound(known, k).ns == 100 + 2 * (uint64_t)(k - 2));
    }
    assert_true(sup__backoff_bound(known, 1).ns == 6);
    assert_true(sup__backoff_bound(known, 4002).ns == 100 + 2 * 4000);
    assert_true(sup__backoff_bound(known, 4001).ns == 100 + 2 * 3999);
    assert_true(sup__backoff_bound(known, 4003).ns == 100 + 2 * 4000);
    rules = rules_default();
    rules.shape = SUP_SHAPE_LINEAR;
    rules.step = SUP_NS(NEVER / 2000);
    policy.backoff.max = SUP_DURATION_NEVER;
    known = interned(&w, &policy);
    assert_true(sup__backoff_bound(known, 2000).ns == 100 + NEVER / 2000 * 1999);
    assert_true(sup__backoff_bound(known, 2002).ns == NEVER);
    assert_true(sup__backoff_bound(known, UINT32_MAX).ns == NEVER);
    world_close(&w);
}

static void exponential__past_its_table_with_a_first(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    struct world w;
    rules.first = SUP_NS(0);
    policy.backoff.base = SUP_SEC(1);
    policy.backoff.max = SUP_NS(SECOND + 1500);
    policy.backoff.factor_billionths = SUP_FACTOR_ONE + 1;
    world_open(&w);
    const struct sup__policy *known = interned(&w, &policy);
    assert_false(known->bounds_end);
    assert_true(sup__backoff_bound(known, 1).ns == 0);
    assert_true(sup__backoff_bound(known, 2).ns == SECOND);
    assert_true(sup__backoff_bound(known, 1501).ns == SECOND + 1499);
    assert_true(sup__backoff_bound(known, 1502).ns == SECOND + 1500);
    assert_true(sup__backoff_bound(known, UINT32_MAX).ns == SECOND + 1500);
    world_close(&w);
}

static void intern__what_a_shape_does_not_look_at(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    struct world w;
    world_open(&w);
    rules.step = SUP_SEC(1);
    rules.waits[3] = SUP_SEC(1);
    assert_null(interned(&w, &policy)->policy.rules);
    rules.shape = SUP_SHAPE_LINEAR;
    const struct sup__policy *linear = interned(&w, &policy);
    assert_true(linear->policy.rules->step.ns == SECOND);
    assert_true(linear->policy.rules->waits[3].ns == 0);
    assert_int_equal(w.sup->policy_count, 2);
    rules.step = SUP_SEC(2);
    (void)interned(&w, &policy);
    assert_int_equal(w.sup->policy_count, 3);
    policy.kind = SUP_KIND_TASK;
    assert_null(interned(&w, &policy)->policy.rules);
    world_close(&w);
}

static void check__refuses_no_waits(void **state)
{
    (void)state;
    static const struct {
        uint32_t shape, count;
        uint64_t grain;
        int result;
    } cases[] = {
        {SUP_SHAPE_STEPS, 1, 1, SUP_OK},         {SUP_SHAPE_STEPS, 65, 1, SUP_OK},
        {SUP_SHAPE_STEPS, 0, 1, SUP_EINVAL},     {SUP_SHAPE_STEPS, 66, 1, SUP_EINVAL},
        {SUP_SHAPE_STEPS, 1, 0, SUP_EINVAL},     {SUP_SHAPE_LINEAR, 1, 1, SUP_EINVAL},
        {SUP_SHAPE_STEPS + 1, 0, 1, SUP_EINVAL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        rules.shape = (enum sup_shape)cases[i].shape;
        rules.wait_count = cases[i].count;
        rules.grain.ns = cases[i].grain;
        assert_int_equal(sup_policy_check(&policy, NULL), cases[i].result);
    }
}

static void steps__are_exact(void **state)
{
    (void)state;
    uint64_t steps[SIM__STEPS_MAX + 1];
    static const uint64_t systemd[] = {100000, 251188, 630957, 1584893, 3981071, 10000000};
    static const uint64_t widest[] = {1, 65535, UINT64_C(4294967295), UINT64_C(281474976710655),
                                      NEVER};
    sim__power_steps(100000, 10000000, 5, steps);
    assert_memory_equal(steps, systemd, sizeof(systemd));
    sim__power_steps(1, NEVER, 4, steps);
    assert_memory_equal(steps, widest, sizeof(widest));
    sim__power_steps(NEVER, NEVER, SIM__STEPS_MAX, steps);
    for (uint32_t j = 0; j <= SIM__STEPS_MAX; j++) {
        assert_true(steps[j] == NEVER);
    }
    sim__power_steps(1, UINT64_C(1) << 63, 63, steps);
    for (uint32_t j = 0; j <= 63; j++) {
        assert_true(steps[j] == UINT64_C(1) << j);
    }
    sim__power_steps(1000003, NEVER - 1, SIM__STEPS_MAX, steps);
    assert_true(steps[1] == 1611689 && steps[32] == UINT64_C(4294973738446) &&
                steps[63] == UINT64_C(11445631178507736309));
}

/* The draws of one bound, with what the rules add, and above the cap. */
static void jitter__of_the_rules(void **state)
{
    (void)state;
    static const struct {
        enum sup_jitter jitter;
        uint32_t percent;
        uint64_t add;
        bool over_cap;
        uint64_t low, high;
    } cases[] = {
        {SUP_JITTER_ADD, 0, 300, false, 1000, 1300},
        {SUP_JITTER_ADD, 0, 900, false, 1000, 1500},
        {SUP_JITTER_ADD, 0, 900, true, 1000, 1900},
        {SUP_JITTER_ADD, 0, 0, true, 1000, 1000},
        {SUP_JITTER_PLUS, 90, 0, true, 1000, 1900},
        {SUP_JITTER_PLUS, 90, 7, false, 1000, 1500},
        {SUP_JITTER_PERCENT, 90, 0, true, 100, 1900},
        {SUP_JITTER_DECORRELATED, 0, 0, true, 1000, 3000},
        {SUP_JITTER_NONE, 0, 900, true, 1000, 1000},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        struct world w;
        uint64_t least = UINT64_MAX, most = 0;
        policy.backoff.base = SUP_NS(1000);
        policy.backoff.max = SUP_NS(1500);
        policy.backoff.jitter = cases[i].jitter;
        policy.backoff.jitter_percent = cases[i].percent;
        rules.jitter_add.ns = cases[i].add;
        rules.over_cap = cases[i].over_cap;
        world_open(&w);
        spawn(&w, "a", &policy);
        for (uint32_t round = 0; round < 3000; round++) {
            fail_with(&w, "a", "x");
            uint64_t delay = look(&w, "a").delay.ns;
            least = delay < least ? delay : least;
            most = delay > most ? delay : most;
            command(&w, SUP_COMMAND_RESTART, "a");
            run_to(&w, w.now);
            forget_events(&w);
        }
        uint64_t slack = (cases[i].high - cases[i].low) / 50;
        if (least < cases[i].low || most > cases[i].high || least > cases[i].low + slack ||
            most + slack < cases[i].high) {
            fail_msg("case %zu: from %llu to %llu", i, (unsigned long long)least,
                     (unsigned long long)most);
        }
        world_close(&w);
    }
}

/* Ten seconds from one failure to the next; what a command wanted is none, and the instant is
 * kept beside what else a registration may keep. */
static void reset__from_the_failure_before(void **state)
{
    (void)state;
    for (uint32_t breaker = 0; breaker < 2; breaker++) {
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        struct world w;
        rules.reset_from = SUP_RESET_FROM_FAILURE;
        policy.backoff.base = SUP_SEC(1);
        policy.backoff.reset_after = SUP_SEC(10);
        policy.breaker.failures = breaker * 100;
        world_open(&w);
        spawn(&w, "a", &policy);
        run_to(&w, 20 * S); /* a long run, after no failure */
        fail_with(&w, "a", "x");
        run_to(&w, 30 * S - 1);
        fail_with(&w, "a", "x");
        assert_int_equal(look(&w, "a").streak, 2);
        run_to(&w, 40 * S - 1);
        fail_with(&w, "a", "x");
        assert_int_equal(look(&w, "a").streak, 1);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape__bounds),
        cmocka_unit_test(shape__as_a_service_lives_it),
        cmocka_unit_test(linear__goes_on_past_its_table),
        cmocka_unit_test(exponential__past_its_table_with_a_first),
        cmocka_unit_test(intern__what_a_shape_does_not_look_at),
        cmocka_unit_test(check__refuses_no_waits),
        cmocka_unit_test(steps__are_exact),
        cmocka_unit_test(jitter__of_the_rules),
        cmocka_unit_test(reset__from_the_failure_before),
    };
    return cmocka_run_group_tests_name("waits", tests, NULL, NULL);
}
