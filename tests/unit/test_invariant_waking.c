/* The invariant checker against a real supervisor that forgets somebody who waits, keeps a
 * timer too long, draws from another's stream, or ends another attempt than the one that
 * ended. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor.h"
#include "timer.h"
#include "sim/invariant/internal.h"

struct heard {
    struct world w;
    struct sim_invariants *inv;
};

static struct sup_instant starts_later(void *context, struct sup_attempt id, void *work,
                                       enum sup_put_off what, struct sup_instant due)
{
    (void)context;
    (void)id;
    (void)work;
    return what == SUP_PUT_OFF_START ? sup_instant_add(due, SUP_MS(5)) : due;
}

static struct heard *hear(enum sup_strategy strategy)
{
    struct heard *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    world_prepare(&h->w);
    h->w.config.root.strategy = strategy;
    h->w.config.blocking_pool = 1;
    h->w.config.put_off = starts_later; /* of those that say so */
    struct sim_invariants_config config = {
        .blocking_pool = 1, .root = h->w.config.root, .has_seed = true, .seed = h->w.config.seed};
    assert_int_equal(sim_invariants_create(&config, &h->inv), SUP_OK);
    world_create(&h->w);
    assert_int_equal(sup_subscribe(h->w.sup, sim_invariants_event, h->inv), SUP_OK);
    return h;
}

static void announced(struct heard *h, const char *name, const struct sup_policy *policy)
{
    assert_int_equal(sim_invariants_policy(h->inv, name, NULL, policy), SUP_OK);
    spawn(&h->w, name, policy);
}

static void unheard(struct heard *h)
{
    sim_invariants_free(h->inv);
    world_close(&h->w);
    free(h);
}

static void assert_broken(const struct heard *h, const char *name, const char *text)
{
    const char *broken = sim_invariants_broken(h->inv);
    assert_string_equal(broken != NULL ? broken : "nothing", name);
    assert_string_equal(sim_invariants_text(h->inv), text);
}

static void assert_fine(const struct heard *h)
{
    assert_string_equal(sim_invariants_text(h->inv), "");
}

static struct sup__service *nth(struct heard *h, uint32_t slot)
{
    return &h->w.sup->services[slot];
}

/* ---- who waits ---- */

static void waiting__without_its_timer_it_is_lost(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    fail_with(&h->w, "a", "x");
    sim_invariants_settled(h->inv, h->w.sup);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    sup__disarm(h->w.sup, &nth(h, 0)->timer_key);
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 4: it waits since its attempt 1, and no timer is armed");
    unheard(h);
}

/* Who is to be ready at an instant has a timer for it, whatever else it waits for. */
static void waiting__who_becomes_ready_has_a_timer(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    struct sup_rules rules;
    sup_rules_default(&rules);
    rules.ready_after = SUP_MS(10);
    policy.rules = &rules;
    announced(h, "a", &policy);
    sim_invariants_settled(h->inv, h->w.sup);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    sup__arm_main(h->w.sup, nth(h, 0), (struct sup_instant){10 * MS + 1});
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 2: it is ready at 10000000ns, and no timer is armed");
    unheard(h);
}

/* Who may run for some time only has one for that, ready or not; where things are late it may
 * have asked for more. */
static void waiting__who_may_not_run_for_ever_has_a_timer(void **state)
{
    (void)state;
    static const struct {
        uint64_t ready_after;
        bool late;
    } cases[] = {{0, false}, {20, false}, {0, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
        struct sup_policy policy = policy_backoff(10, 1000);
        struct sup_rules rules;
        sup_rules_default(&rules);
        rules.run_for = SUP_MS(10);
        rules.ready_after = SUP_MS(cases[i].ready_after);
        policy.rules = &rules;
        announced(h, "a", &policy);
        sim_invariants_settled(h->inv, h->w.sup);
        sim_invariants_end(h->inv, h->w.sup);
        assert_fine(h);
        sup__arm_main(h->w.sup, nth(h, 0), (struct sup_instant){10 * MS + 1});
        if (cases[i].late) {
            sim_invariants_stalled(h->inv);
            sim_invariants_end(h->inv, h->w.sup);
            assert_fine(h);
        } else {
            sim_invariants_end(h->inv, h->w.sup);
            assert_broken(h, "wake-up-lost",
                          "a at 0s, event 2: it may run until 10000000ns, and no timer is armed");
        }
        unheard(h);
    }
}

/* Of whom nobody knows how long that may take nothing is said. */
static void waiting__a_stop_of_who_was_not_announced(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    spawn(&h->w, "b", &policy);
    assert_int_equal(command(&h->w, SUP_COMMAND_CANCEL, "b"), SUP_OK);
    sup__disarm(h->w.sup, &nth(h, 1)->timer_key);
    sim_invariants_settled(h->inv, h->w.sup);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    unheard(h);
}

/* Of whoever is being stopped some time is over next, unless more was asked for. */
static void waiting__a_stop_goes_on(void **state)
{
    (void)state;
    static const struct {
        enum sup_stop_then then;
        enum sup_command command;
        const char *at;
    } cases[] = {{SUP_STOP_ABORT, SUP_COMMAND_CANCEL, "30000000"},
                 {SUP_STOP_ABORT, SUP_COMMAND_ABORT, "5000000"},
                 {SUP_STOP_REPEAT, SUP_COMMAND_ABORT, "30000000"},
                 {SUP_STOP_LEAVE, SUP_COMMAND_CANCEL, "30000000"},
                 {SUP_STOP_ABORT, SUP_COMMAND_CANCEL, NULL}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128];
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
        struct sup_policy policy = policy_backoff(10, 1000);
        struct sup_rules rules;
        sup_rules_default(&rules);
        rules.stop_then = cases[i].then;
        policy.rules = &rules;
        policy.stop_grace = SUP_MS(30);
        policy.stop_abort_wait = SUP_MS(5);
        announced(h, "a", &policy);
        assert_int_equal(command(&h->w, cases[i].command, "a"), SUP_OK);
        sim_invariants_settled(h->inv, h->w.sup);
        sim_invariants_end(h->inv, h->w.sup);
        assert_fine(h);
        sup__disarm(h->w.sup, &nth(h, 0)->timer_key);
        if (cases[i].at == NULL) {
            sim_invariants_stalled(h->inv);
            sim_invariants_end(h->inv, h->w.sup);
            assert_fine(h);
        } else {
            sim_invariants_end(h->inv, h->w.sup);
            (void)snprintf(text, sizeof(text),
                           "a at 0s, event %d: its stop goes on at %sns, and no timer is armed",
                           cases[i].command == SUP_COMMAND_ABORT ? 5 : 4, cases[i].at);
            assert_broken(h, "wake-up-lost", text);
        }
        unheard(h);
    }
}

/* At the instant itself, not only after the run. */
static void waiting__a_timer_that_is_too_late_is_none(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    sim_invariants_settled(h->inv, h->w.sup);
    fail_with(&h->w, "a", "x");
    sup__arm_main(h->w.sup, nth(h, 0), (struct sup_instant){10 * MS + 1});
    sim_invariants_settled(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 4: it waits since its attempt 1, and no timer is armed");
    unheard(h);
}

/* How late a start is that takes its time nobody knows where things are late, too. */
static void waiting__a_timer_that_is_too_late_may_be_one_of_a_stall(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool lags = i % 2 != 0, late = i / 2 != 0;
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
        struct sup_policy policy = policy_backoff(10, 1000);
        struct sup_rules rules;
        sup_rules_default(&rules);
        rules.put_off = lags;
        policy.rules = &rules;
        const struct sim_invariants_lag lag = {.start_low = SUP_MS(5), .start_high = SUP_MS(5)};
        assert_int_equal(sim_invariants_policy(h->inv, "a", NULL, &policy), SUP_OK);
        assert_int_equal(sim_invariants_lag(h->inv, "a", &lag), SUP_OK);
        spawn(&h->w, "a", &policy);
        run_to(&h->w, 5 * MS);
        fail_with(&h->w, "a", "x");
        if (late) {
            sim_invariants_stalled(h->inv);
        }
        sup__arm_main(h->w.sup, nth(h, 0), (struct sup_instant){(lags ? 20 : 15) * MS + 1});
        sim_invariants_settled(h->inv, h->w.sup);
        const char *broken = sim_invariants_broken(h->inv);
        assert_string_equal(broken != NULL ? broken : "", lags && late ? "" : "wake-up-lost");
        unheard(h);
    }
}

static void waiting__for_a_pool_that_has_room_it_is_lost(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.kind = SUP_KIND_BLOCKING;
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h); /* b waits for its first start, and the pool is full */
    fail_with(&h->w, "a", "x");
    run_to(&h->w, 20 * MS);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h); /* now a waits for its second */
    h->inv->pool_used = 0;
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 6: it waits since its attempt 1, and a slot of the pool is free");
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    h->inv->pool_used = 0;
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "b at 0s, event 3: it waits since its attempt 0, and a slot of the pool is free");
    unheard(h);
}

/* Whom an operator holds nobody starts, whether the pool has room or not. */
static void waiting__for_its_operator_is_no_loss(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.kind = SUP_KIND_BLOCKING;
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    assert_int_equal(command(&h->w, SUP_COMMAND_PAUSE, "b"), SUP_OK);
    succeed(&h->w, "a");
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    unheard(h);
}

static void waiting__idle_that_nobody_starts_is_lost(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    fail_with(&h->w, "b", "x"); /* whose timer starts nobody else */
    fail_with(&h->w, "a", "x");
    assert_int_equal(command(&h->w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    h->inv->shadows[0].operation = SUP_OPERATION_ACTIVE; /* resumed, and not started */
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 10: it waits since its attempt 1, and no timer is armed");
    unheard(h);
}

/* Whose start takes its time is idle until then. */
static void waiting__for_a_start_that_takes_its_time_has_a_timer(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    struct sup_rules rules;
    sup_rules_default(&rules);
    rules.put_off = true;
    policy.rules = &rules;
    const struct sim_invariants_lag lag = {.start_low = SUP_MS(5), .start_high = SUP_MS(5)};
    assert_int_equal(sim_invariants_policy(h->inv, "a", NULL, &policy), SUP_OK);
    assert_int_equal(sim_invariants_lag(h->inv, "a", &lag), SUP_OK);
    spawn(&h->w, "a", &policy);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    sup__disarm(h->w.sup, &nth(h, 0)->timer_key);
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 1: it waits since its attempt 0, and no timer is armed");
    unheard(h);
}

/* In a group, the first start may wait until all restart together. */
static void waiting__for_the_restart_of_its_group_is_no_loss(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ALL);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.kind = SUP_KIND_BLOCKING;
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    fail_with(&h->w, "a", "x");
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    unheard(h);
}

/* Of what was never announced nobody knows whether it needs the pool. */
static void waiting__of_the_unknown_is_no_loss(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.kind = SUP_KIND_BLOCKING;
    spawn(&h->w, "a", &policy);
    spawn(&h->w, "b", &policy);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h); /* b waits for its first start */
    fail_with(&h->w, "a", "x");
    run_to(&h->w, 20 * MS);
    assert_int_equal(deadline(&h->w), SUP_NEVER_NS);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    unheard(h);
}

/* Who lives and is not to end ends no wait. */
static void waiting__beside_a_member_that_runs_it_is_lost(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_REST_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    fail_with(&h->w, "b", "x");
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    sup__disarm(h->w.sup, &h->w.sup->groups[0].incident_key);
    sup__disarm(h->w.sup, &nth(h, 1)->timer_key);
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "b at 0s, event 6: it waits since its attempt 1, and nothing will come any more");
    unheard(h);
}

static void waiting__for_nobody_of_its_group_it_is_lost(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ALL);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.stop_grace = SUP_DURATION_NEVER;
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    fail_with(&h->w, "a", "x"); /* b is cancelled, and does not end */
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    sup__disarm(h->w.sup, &h->w.sup->groups[0].incident_key);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h); /* it is waited for */
    succeed(&h->w, "b");
    sup__disarm(h->w.sup, &h->w.sup->groups[0].incident_key);
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "wake-up-lost",
                  "a at 0s, event 8: it waits since its attempt 1, and nothing will come any more");
    unheard(h);
}

static void waiting__for_ever_is_no_loss(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ALL);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = SUP_DURATION_NEVER;
    announced(h, "a", &policy);
    succeed(&h->w, "a");
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    unheard(h);
}

static void drained__leaves_no_timer(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    assert_int_equal(shut_down(&h->w, 30 * SECOND), SUP_OK);
    succeed(&h->w, "a");
    sim_invariants_settled(h->inv, h->w.sup);
    assert_fine(h);
    sup__arm_main(h->w.sup, nth(h, 0), (struct sup_instant){SUP_NEVER_NS - 1});
    sim_invariants_end(h->inv, h->w.sup);
    sup__disarm(h->w.sup, &nth(h, 0)->timer_key);
    assert_broken(h, "timer-left",
                  "the supervisor at 0s, event 8: everything has ended, but a timer is armed");
    unheard(h);
}

/* ---- draws ---- */

static const struct {
    enum sup_jitter jitter;
    uint32_t percent;
    struct sup_duration base;
    struct sup_duration max;
} drawn[] = {
    {SUP_JITTER_NONE, 0, {10 * MS}, {1000 * MS}},
    {SUP_JITTER_FULL, 0, {10 * MS}, {1000 * MS}},
    {SUP_JITTER_FULL, 0, {UINT64_C(3) << 62}, {UINT64_C(3) << 62}}, /* one in four is refused */
    {SUP_JITTER_FULL, 0, {UINT64_MAX - 1}, {UINT64_MAX - 1}},
    {SUP_JITTER_FULL, 0, {0}, {0}},
    {SUP_JITTER_EQUAL, 0, {10 * MS}, {1000 * MS}},
    {SUP_JITTER_DECORRELATED, 0, {10 * MS}, {1000 * MS}},
    {SUP_JITTER_PERCENT, 30, {10 * MS}, {1000 * MS}},
};

static struct heard *hear_drawn(size_t i, enum sup_strategy strategy)
{
    struct heard *h = hear(strategy);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.backoff.jitter = drawn[i].jitter;
    policy.backoff.jitter_percent = drawn[i].percent;
    policy.backoff.base = drawn[i].base;
    policy.backoff.max = drawn[i].max;
    announced(h, "other", &policy);
    announced(h, "a", &policy);
    return h;
}

/* As long as an attempt ends before its delays are beyond the clock. */
static void fail_often(struct heard *h)
{
    for (int k = 0; k < 8; k++) {
        fail_with(&h->w, "a", "x");
        sim_invariants_settled(h->inv, h->w.sup);
        assert_fine(h);
        assert_int_equal(command(&h->w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    }
}

static void draws__are_foretold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++) {
        struct heard *h = hear_drawn(i, SUP_STRATEGY_ONE_FOR_ONE);
        fail_often(h);
        for (int k = 0; k < 8 && drawn[i].max.ns <= 1000 * MS; k++) { /* with a streak */
            fail_with(&h->w, "a", "x");
            sim_invariants_settled(h->inv, h->w.sup);
            assert_fine(h);
            run_to(&h->w, h->w.now + 1000 * MS);
        }
        unheard(h);
    }
}

/* The draw before is known also where nothing was left of that wait. */
static void draws__of_waits_from_the_start_are_foretold(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    struct sup_rules rules;
    uint32_t cut = 0;
    sup_rules_default(&rules);
    rules.from = SUP_FROM_START;
    policy.rules = &rules;
    policy.backoff.jitter = SUP_JITTER_DECORRELATED;
    announced(h, "a", &policy);
    for (int k = 0; k < 30; k++) {
        advance_to(&h->w, h->w.now + 60 * MS);
        fail_with(&h->w, "a", "x");
        sim_invariants_settled(h->inv, h->w.sup);
        assert_fine(h);
        cut += look(&h->w, "a").delay.ns == 0;
        run_to(&h->w, h->w.now + look(&h->w, "a").delay.ns);
    }
    assert_in_range(cut, 5, 25);
    nth(h, 0)->random.state++;
    fail_with(&h->w, "a", "x");
    const char *broken = sim_invariants_broken(h->inv);
    assert_string_equal(broken != NULL ? broken : "", "delay-drawn");
    unheard(h);
}

static void draws__of_another_stream_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++) {
        bool draws = drawn[i].jitter != SUP_JITTER_NONE && drawn[i].max.ns > 0;
        struct heard *h = hear_drawn(i, SUP_STRATEGY_ONE_FOR_ONE);
        nth(h, 1)->random = nth(h, 0)->random;
        fail_with(&h->w, "a", "x");
        const char *broken = sim_invariants_broken(h->inv);
        assert_string_equal(broken != NULL ? broken : "", draws ? "delay-drawn" : "");
        unheard(h);
    }
}

/* Who is registered anew goes on with the stream of its name. */
static void draws__of_who_comes_again_are_foretold(void **state)
{
    (void)state;
    for (int other = 0; other < 2; other++) {
        struct heard *h = hear_drawn(1, SUP_STRATEGY_ONE_FOR_ONE);
        struct sup_policy policy = policy_backoff(10, 1000);
        policy.backoff.jitter = SUP_JITTER_FULL;
        fail_with(&h->w, "a", "x");
        assert_int_equal(command(&h->w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
        announced(h, "a", &policy);
        if (other == 1) {
            nth(h, 1)->random = nth(h, 0)->random;
        }
        fail_with(&h->w, "a", "x");
        const char *broken = sim_invariants_broken(h->inv);
        assert_string_equal(broken != NULL ? broken : "", other == 1 ? "delay-drawn" : "");
        unheard(h);
    }
}

/* A group may draw what no event tells, so there nothing is foretold. */
static void draws__in_a_group_are_not_foretold(void **state)
{
    (void)state;
    struct heard *h = hear_drawn(1, SUP_STRATEGY_ONE_FOR_ALL);
    nth(h, 1)->random = nth(h, 0)->random;
    fail_with(&h->w, "a", "x");
    assert_fine(h);
    unheard(h);
}

/* That a wait stands in the queue matters to who draws from the wait before alone. */
static void draws__of_blocking_work_are_foretold(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.kind = SUP_KIND_BLOCKING;
    policy.backoff.jitter = SUP_JITTER_FULL;
    announced(h, "other", &policy);
    announced(h, "a", &policy);
    nth(h, 0)->random = nth(h, 1)->random;
    fail_with(&h->w, "other", "x");
    const char *broken = sim_invariants_broken(h->inv);
    assert_string_equal(broken != NULL ? broken : "", "delay-drawn");
    unheard(h);
}

static void draws__by_rules_are_foretold(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    struct sup_rules rules;
    sup_rules_default(&rules);
    rules.grain = SUP_NS(2);
    policy.backoff.jitter = SUP_JITTER_FULL;
    policy.rules = &rules;
    announced(h, "other", &policy);
    announced(h, "a", &policy);
    nth(h, 0)->random = nth(h, 1)->random;
    fail_with(&h->w, "other", "x");
    const char *broken = sim_invariants_broken(h->inv);
    assert_string_equal(broken != NULL ? broken : "", "delay-drawn");
    unheard(h);
}

/* Whoever drew once unseen is not followed again, however it is registered next. */
static void draws__after_unseen_ones_are_not_foretold(void **state)
{
    (void)state;
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.backoff.jitter = SUP_JITTER_FULL;
    struct sup_policy queues = policy;
    queues.kind = SUP_KIND_BLOCKING;
    queues.backoff.jitter = SUP_JITTER_DECORRELATED;
    for (int unknown = 0; unknown < 2; unknown++) {
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
        if (unknown) {
            spawn(&h->w, "a", &policy);
        } else {
            announced(h, "a", &queues);
        }
        fail_with(&h->w, "a", "x");
        assert_int_equal(command(&h->w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
        announced(h, "a", &policy);
        fail_with(&h->w, "a", "x");
        sim_invariants_settled(h->inv, h->w.sup);
        assert_fine(h);
        unheard(h);
    }
}

/* ---- whose end ---- */

static void ends__are_of_the_attempt_that_ended(void **state)
{
    (void)state;
    static const struct {
        struct sup_attempt reported;
        const char *text; /* NULL: fine */
    } list[] = {
        {{0, 0, 1}, NULL},
        {{1, 0, 1}, "the supervisor at 0s, event 4: nothing was told of the end of attempt 1"},
        {{0, 1, 1},
         "a at 0s, event 3 (attempt-ended): it was attempt 1 of generation 1 that ended"},
        {{0, 0, 2},
         "a at 0s, event 3 (attempt-ended): it was attempt 2 of generation 0 that ended"},
    };
    for (size_t i = 0; i < 2 * sizeof(list) / sizeof(list[0]); i++) {
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
        struct sup_policy policy = policy_backoff(10, 1000);
        policy.breaker.failures = i % 2 != 0 ? 9 : 0; /* it is looked at at length, or plainly */
        announced(h, "a", &policy);
        sim_invariants_reporting(h->inv, list[i / 2].reported);
        fail_with(&h->w, "a", "x");
        sim_invariants_end(h->inv, h->w.sup);
        if (list[i / 2].text == NULL) {
            assert_fine(h);
        } else {
            assert_broken(h, "attempt-end", list[i / 2].text);
        }
        unheard(h);
    }
}

/* What was settled before is not whom it accuses; and who misses events accuses nobody. */
static void ends__that_nobody_tells_are_the_supervisor_s(void **state)
{
    (void)state;
    for (int failed = 0; failed < 2; failed++) {
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
        struct sup_policy policy = policy_backoff(10, 1000);
        announced(h, "a", &policy);
        sim_invariants_settled(h->inv, h->w.sup);
        fail_with(&h->w, "a", "x");
        sim_invariants_settled(h->inv, h->w.sup);
        h->inv->failed = failed;
        sim_invariants_reporting(h->inv, (struct sup_attempt){0, 0, 1});
        sim_invariants_reporting(h->inv, (struct sup_attempt){0, 0, 1});
        if (failed) {
            assert_fine(h);
        } else {
            assert_broken(
                h, "attempt-end",
                "the supervisor at 0s, event 4: nothing was told of the end of attempt 1");
        }
        unheard(h);
    }
}

/* A late report tells of it as well. */
static void ends__that_come_late_are_told_too(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policy = policy_backoff(10, 1000);
    announced(h, "a", &policy);
    struct sup_attempt before = {0, 0, 1};
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    fail_with(&h->w, "a", "x");
    sim_invariants_reporting(h->inv, before);
    assert_int_equal(sup_report_end(h->w.sup, before, &end), SUP_ESTALE);
    sim_invariants_end(h->inv, h->w.sup);
    assert_fine(h);
    unheard(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting__without_its_timer_it_is_lost),
        cmocka_unit_test(waiting__who_becomes_ready_has_a_timer),
        cmocka_unit_test(waiting__who_may_not_run_for_ever_has_a_timer),
        cmocka_unit_test(waiting__a_stop_of_who_was_not_announced),
        cmocka_unit_test(waiting__a_stop_goes_on),
        cmocka_unit_test(waiting__a_timer_that_is_too_late_is_none),
        cmocka_unit_test(waiting__a_timer_that_is_too_late_may_be_one_of_a_stall),
        cmocka_unit_test(waiting__for_a_pool_that_has_room_it_is_lost),
        cmocka_unit_test(waiting__for_its_operator_is_no_loss),
        cmocka_unit_test(waiting__idle_that_nobody_starts_is_lost),
        cmocka_unit_test(waiting__for_a_start_that_takes_its_time_has_a_timer),
        cmocka_unit_test(waiting__for_the_restart_of_its_group_is_no_loss),
        cmocka_unit_test(waiting__of_the_unknown_is_no_loss),
        cmocka_unit_test(waiting__beside_a_member_that_runs_it_is_lost),
        cmocka_unit_test(waiting__for_nobody_of_its_group_it_is_lost),
        cmocka_unit_test(waiting__for_ever_is_no_loss),
        cmocka_unit_test(drained__leaves_no_timer),
        cmocka_unit_test(draws__are_foretold),
        cmocka_unit_test(draws__of_waits_from_the_start_are_foretold),
        cmocka_unit_test(draws__of_another_stream_are_found),
        cmocka_unit_test(draws__of_who_comes_again_are_foretold),
        cmocka_unit_test(draws__in_a_group_are_not_foretold),
        cmocka_unit_test(draws__of_blocking_work_are_foretold),
        cmocka_unit_test(draws__by_rules_are_foretold),
        cmocka_unit_test(draws__after_unseen_ones_are_not_foretold),
        cmocka_unit_test(ends__are_of_the_attempt_that_ended),
        cmocka_unit_test(ends__that_nobody_tells_are_the_supervisor_s),
        cmocka_unit_test(ends__that_come_late_are_told_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
