/* An event is looked at plainly or at length (sim/invariant/plain.c): two checkers hear the same
 * supervisor, one of which does nothing plainly, and know the same after each event. */
#include "core_world.h"

#include <stdlib.h>
#include <string.h>

#include "sim/invariant/internal.h"

struct heard {
    struct world w;
    struct sim_invariants *usual;
    struct sim_invariants *long_one;
    uint32_t plain[SUP_EVENT_TYPES]; /* events that were looked at plainly */
    uint64_t dice;
};

/* Without what is each checker's own: where its memory is, and what it has noted to look at. */
static struct sim__shadow bare(const struct sim__shadow *s)
{
    struct sim__shadow other = *s;
    other.policy = NULL;
    other.known = NULL;
    other.breaker_ring.at = NULL;
    other.limit_ring.at = NULL;
    other.touched = false;
    return other;
}

static void assert_alike(const struct heard *h)
{
    const struct sim_invariants *a = h->usual, *b = h->long_one;
    assert_ptr_equal(sim_invariants_broken(a), NULL);
    assert_ptr_equal(sim_invariants_broken(b), NULL);
    assert_int_equal(a->shadow_count, b->shadow_count);
    for (uint32_t i = 0; i < a->shadow_count; i++) {
        struct sim__shadow one = bare(&a->shadows[i]), other = bare(&b->shadows[i]);
        if (memcmp(&one, &other, sizeof(one)) != 0) {
            fail_msg("%s: they differ\n%s", sup_slot_name(h->w.sup, i), h->w.events.text);
        }
        bool open = one.must != 0 || one.unsure_end || one.compare;
        assert_true(!open || a->shadows[i].touched);
    }
    assert_memory_equal(&a->metrics, &b->metrics, sizeof(a->metrics));
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->now.ns, b->now.ns);
    assert_int_equal(a->live_count, b->live_count);
    assert_int_equal(a->reported.attempt, b->reported.attempt);
}

static void hear(void *context, const struct sup_event *event)
{
    struct heard *h = context;
    h->usual->event = NULL;
    sim_invariants_event(h->usual, event);
    sim_invariants_event(h->long_one, event);
    h->plain[event->type] += h->usual->event != event;
    assert_ptr_equal(h->long_one->event, event);
    assert_alike(h);
}

static struct heard *open_world(enum sup_strategy strategy)
{
    struct heard *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    world_prepare(&h->w);
    h->w.forget_at = 512;
    h->w.config.root.strategy = strategy;
    struct sim_invariants_config config = {.blocking_pool = h->w.config.blocking_pool,
                                           .root = h->w.config.root};
    assert_int_equal(sim_invariants_create(&config, &h->usual), SUP_OK);
    assert_int_equal(sim_invariants_create(&config, &h->long_one), SUP_OK);
    h->long_one->at_length = true;
    world_create(&h->w);
    assert_int_equal(sup_subscribe(h->w.sup, hear, h), SUP_OK);
    return h;
}

static void close_world(struct heard *h)
{
    sim_invariants_end(h->usual, h->w.sup);
    sim_invariants_end(h->long_one, h->w.sup);
    assert_alike(h);
    sim_invariants_free(h->usual);
    sim_invariants_free(h->long_one);
    world_close(&h->w);
    free(h);
}

static void announced(struct heard *h, const char *name, const struct sup_policy *policy)
{
    assert_int_equal(sim_invariants_policy(h->usual, name, NULL, policy), SUP_OK);
    assert_int_equal(sim_invariants_policy(h->long_one, name, NULL, policy), SUP_OK);
    spawn(&h->w, name, policy);
}

static void settled(struct heard *h)
{
    sim_invariants_settled(h->usual, h->w.sup);
    sim_invariants_settled(h->long_one, h->w.sup);
    assert_alike(h);
}

static uint32_t roll(struct heard *h, uint32_t sides)
{
    h->dice = h->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(h->dice >> 33) % sides;
}

/* Whoever lives at that instant ends, or something is done to him, or neither. */
static void something(struct heard *h, const char *name)
{
    struct sup_snapshot now = look(&h->w, name);
    uint32_t side = roll(h, 64);
    if (side == 0) {
        command(&h->w, SUP_COMMAND_PAUSE, name);
    } else if (now.operation == SUP_OPERATION_PAUSED && side < 16) {
        command(&h->w, SUP_COMMAND_RESUME, name);
    } else if (side == 1) {
        command(&h->w, SUP_COMMAND_RESTART, name);
    } else if (now.active && side < 32) {
        const struct sup_attempt id = live_attempt(&h->w, name);
        if (roll(h, 2) == 0) {
            sim_invariants_reporting(h->usual, id);
            sim_invariants_reporting(h->long_one, id);
        }
        if (side < 4) {
            succeed(&h->w, name);
        } else if (side < 10) {
            crash(&h->w, name);
        } else {
            fail_with(&h->w, name, "x");
        }
    }
}

static void live_on(struct heard *h, const char *const *names, uint32_t count, uint32_t rounds)
{
    uint64_t now = 0;
    for (uint32_t i = 0; i < rounds; i++) {
        something(h, names[i % count]);
        settled(h);
        now += (1 + roll(h, 40)) * MS;
        run_to(&h->w, now);
        settled(h);
        if (i % 16 == 0) {
            forget_events(&h->w);
        }
    }
}

static struct sup_policy most(void)
{
    struct sup_policy policy = policy_backoff(10, 200);
    policy.backoff.reset_after = SUP_MS(300);
    policy.restart = SUP_RESTART_ALWAYS;
    return policy;
}

static void plain__both_ways_agree_whatever_the_policy(void **state)
{
    (void)state;
    static const char *const names[] = {"most",  "on-failure", "on-crash", "jitter",   "life",
                                        "trips", "limit",      "explicit", "blocking", "calls"};
    struct heard *h = open_world(SUP_STRATEGY_ONE_FOR_ONE);
    struct sup_policy policies[10];
    for (uint32_t i = 0; i < 10; i++) {
        policies[i] = most();
    }
    policies[1].restart = SUP_RESTART_ON_FAILURE;
    policies[2].restart = SUP_RESTART_ON_CRASH;
    policies[3].backoff.jitter = SUP_JITTER_FULL;
    policies[4].max_restarts = 12;
    policies[5].breaker.failures = 4;
    policies[5].breaker.within = SUP_SEC(1);
    policies[5].breaker.then = SUP_BREAKER_HALF_OPEN;
    policies[5].breaker.cooldown = SUP_MS(50);
    policies[5].breaker.probe_for = SUP_MS(20);
    policies[6].limit = (struct sup_limit_policy){
        .enabled = true, .max = 8, .within = SUP_SEC(1), .then = SUP_LIMIT_QUARANTINE};
    policies[7].ready_explicit = true;
    policies[8].kind = SUP_KIND_BLOCKING;
    policies[9].kind = SUP_KIND_INTERVAL;
    policies[9].interval_every = SUP_MS(30);
    for (uint32_t i = 0; i < 10; i++) {
        announced(h, names[i], &policies[i]);
    }
    live_on(h, names, 10, 6000);
    assert_in_range(h->plain[SUP_EVENT_ATTEMPT_STARTED], 300, 6000);
    assert_in_range(h->plain[SUP_EVENT_ATTEMPT_ENDED], 100, 6000);
    assert_in_range(h->plain[SUP_EVENT_BACKING_OFF], 50, 6000);
    close_world(h);
}

static void plain__who_shares_a_fate_starts_plainly_and_ends_at_length(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c"};
    struct heard *h = open_world(SUP_STRATEGY_REST_FOR_ONE);
    const struct sup_policy policy = most();
    for (uint32_t i = 0; i < 3; i++) {
        announced(h, names[i], &policy);
    }
    live_on(h, names, 3, 600);
    assert_in_range(h->plain[SUP_EVENT_ATTEMPT_STARTED], 20, 600);
    assert_int_equal(h->plain[SUP_EVENT_ATTEMPT_ENDED], 0);
    assert_int_equal(h->plain[SUP_EVENT_BACKING_OFF], 0);
    close_world(h);
}

/* A wait that has grown to its most is not computed any more, and still compared. */
static void plain__a_wait_of_the_most_is_exact(void **state)
{
    (void)state;
    struct heard *h = open_world(SUP_STRATEGY_ONE_FOR_ONE);
    const struct sup_policy policy = policy_backoff(10, 40);
    announced(h, "a", &policy);
    for (uint64_t i = 1; i <= 6; i++) {
        fail_with(&h->w, "a", "x");
        settled(h);
        run_to(&h->w, i * SECOND);
    }
    struct sup_event event = {.type = SUP_EVENT_ATTEMPT_ENDED,
                              .at = {h->w.now},
                              .sequence = h->usual->sequence + 1,
                              .service = "a",
                              .attempt = 7,
                              .outcome = SUP_OUTCOME_FAILED};
    const uint32_t waits = h->plain[SUP_EVENT_BACKING_OFF];
    assert_in_range(waits, 1, 6);
    sim_invariants_event(h->usual, &event);
    event.type = SUP_EVENT_BACKING_OFF;
    event.sequence++;
    event.streak = 7;
    event.delay = SUP_MS(41);
    sim_invariants_event(h->usual, &event);
    assert_string_equal(sim_invariants_broken(h->usual), "delay-bounds");
    sim_invariants_free(h->usual);
    sim_invariants_free(h->long_one);
    world_deafen(&h->w);
    assert_int_equal(sup_unsubscribe(h->w.sup, hear, h), SUP_OK);
    world_close(&h->w);
    free(h);
}

/* What was known of its group holds no longer. */
static void plain__a_group_that_gets_another_policy_is_looked_at(void **state)
{
    (void)state;
    struct heard *h = open_world(SUP_STRATEGY_ONE_FOR_ONE);
    const struct sup_policy policy = most();
    struct sup_group_policy root = h->w.config.root;
    announced(h, "a", &policy);
    for (uint64_t i = 1; i <= 3; i++) {
        fail_with(&h->w, "a", "x");
        settled(h);
        run_to(&h->w, i * 100 * MS);
    }
    const uint32_t ends = h->plain[SUP_EVENT_ATTEMPT_ENDED];
    assert_int_equal(ends, 3);
    root.limit = (struct sup_limit_policy){.enabled = true, .max = 9, .within = SUP_SEC(1)};
    assert_int_equal(sim_invariants_group(h->usual, NULL, &root), SUP_OK);
    assert_int_equal(sim_invariants_group(h->long_one, NULL, &root), SUP_OK);
    fail_with(&h->w, "a", "x");
    settled(h);
    assert_int_equal(h->plain[SUP_EVENT_ATTEMPT_ENDED], ends);
    close_world(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain__a_wait_of_the_most_is_exact),
        cmocka_unit_test(plain__a_group_that_gets_another_policy_is_looked_at),
        cmocka_unit_test(plain__both_ways_agree_whatever_the_policy),
        cmocka_unit_test(plain__who_shares_a_fate_starts_plainly_and_ends_at_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
