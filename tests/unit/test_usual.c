/* Attempts of usual policies, which are not asked what they have not, beside those of a policy
 * that means the same and is not known to. */
#include <stdio.h>

#include "core_world.h"

#include "service.h"
#include "supervisor.h"

static const char *const names[] = {"a", "b", "c"};

/* What its policy says beside its restart class and its backoff does not matter, but is there. */
static struct sup_policy policy_of(bool usual, uint64_t what)
{
    struct sup_policy policy = policy_backoff(10, 80);
    policy.restart = what % 2 == 0 ? SUP_RESTART_ALWAYS : SUP_RESTART_ON_FAILURE;
    policy.backoff.jitter = what % 3 == 0 ? SUP_JITTER_NONE : SUP_JITTER_FULL;
    policy.backoff.reset_after = SUP_MS(40);
    policy.backoff.reset = what % 5 == 0 ? SUP_FORGIVE_HALVE : SUP_FORGIVE_ZERO;
    policy.max_restarts = usual ? SUP_UNLIMITED : SUP_UNLIMITED - 1;
    return policy;
}

static void end_somehow(struct world *w, const char *name, uint64_t how)
{
    struct sup_end end = {.outcome = SUP_OUTCOME_FAILED};
    end.outcome = how == 0   ? SUP_OUTCOME_SUCCEEDED
                  : how == 1 ? SUP_OUTCOME_CRASHED
                  : how == 2 ? SUP_OUTCOME_ABORTED
                             : SUP_OUTCOME_FAILED;
    end.signal = how == 1 ? 9 : 0;
    end.has_code = how == 4;
    end.code = 7;
    end.error = how == 5 ? "boom" : NULL;
    end.has_cpu = how == 6;
    end.cpu = SUP_MS(2);
    end.value = how == 7 ? w : NULL;
    assert_int_equal(end_attempt(w, live_attempt(w, name), &end), SUP_OK);
}

/* The same for the same seed, whatever the policy is. */
static void play(struct world *w, bool usual, uint64_t seed)
{
    struct sup_random random = {seed};
    for (uint32_t i = 0; i < 3; i++) {
        const struct sup_policy policy = policy_of(usual, seed);
        spawn_in(w, names[i], i == 2 ? "pool" : NULL, &policy);
        assert_int_equal(w->sup->services[i].traits & SUP__TRAIT_USUAL, usual);
    }
    for (uint32_t i = 0; i < 60; i++) {
        const char *name = names[sup_random_upto(&random, 2, NULL)];
        uint64_t what = sup_random_upto(&random, 23, NULL);
        if (what < 4) {
            static const enum sup_command commands[] = {SUP_COMMAND_RESTART, SUP_COMMAND_PAUSE,
                                                        SUP_COMMAND_RESUME, SUP_COMMAND_ABORT};
            command(w, commands[what], name);
        } else if (what < 18 && exists(w, name) && look(w, name).active) {
            end_somehow(w, name, sup_random_upto(&random, 10, NULL));
        } else {
            run_to(w, w->now + sup_random_upto(&random, 60, NULL) * MS);
        }
    }
    shut_down(w, SECOND);
    run_to(w, w->now + 10 * SECOND);
}

static void expect_the_same(const struct world *a, const struct world *b)
{
    const struct sup_metrics of_a = metrics(a), of_b = metrics(b);
    assert_memory_equal(&of_a, &of_b, sizeof(of_a));
    assert_memory_equal(&a->sup->histogram, &b->sup->histogram, sizeof(a->sup->histogram));
    assert_string_equal(a->calls.text, b->calls.text);
    assert_true(a->sup->sequence == b->sup->sequence && sup_draws(a->sup) == sup_draws(b->sup));
    for (uint32_t i = 0; i < 3; i++) {
        const struct sup_snapshot at_a = look(a, names[i]);
        char error[200];
        snprintf(error, sizeof(error), "%s", at_a.last_error);
        const struct sup_snapshot at_b = look(b, names[i]);
        assert_string_equal(error, at_b.last_error);
        assert_true(at_a.phase == at_b.phase && at_a.attempt == at_b.attempt);
        assert_true(at_a.streak == at_b.streak && at_a.failures == at_b.failures);
        assert_true(at_a.restarts == at_b.restarts && at_a.delay.ns == at_b.delay.ns);
        assert_true(at_a.running_time.ns == at_b.running_time.ns);
        assert_true(at_a.time_in_phase.ns == at_b.time_in_phase.ns);
    }
}

static void usual__does_what_any_policy_does(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        static struct world a, b;
        world_open(&a);
        world_open(&b);
        if (seed % 2 == 0) {
            world_deafen(&a);
            world_deafen(&b);
        }
        play(&a, true, seed);
        play(&b, false, seed);
        if (seed % 2 != 0) {
            assert_string_equal(a.events.text, b.events.text);
        }
        expect_the_same(&a, &b);
        world_close(&a);
        world_close(&b);
    }
}

/* Each of these takes it away. */
static void usual__is_a_policy_that_says_nothing_else(void **state)
{
    (void)state;
    struct sup_rules rules;
    sup_rules_default(&rules);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    for (uint32_t i = 0; i < 10; i++) {
        struct world w;
        struct sup_policy policy = policy_default();
        policy.restart = i == 1   ? SUP_RESTART_ON_CRASH
                         : i == 2 ? SUP_RESTART_NEVER
                                  : policy.restart;
        policy.kind = i == 3 ? SUP_KIND_BLOCKING : SUP_KIND_SERVICE;
        policy.max_restarts = i == 4 ? 3 : SUP_UNLIMITED;
        policy.breaker.failures = i == 5 ? 3 : 0;
        policy.limit.enabled = i == 6;
        policy.ready_explicit = i == 7;
        policy.stale_after = i == 8 ? SUP_SEC(1) : SUP_DURATION_NEVER;
        policy.rules = i == 9 ? &rules : NULL;
        world_open(&w);
        spawn(&w, "a", &policy);
        assert_int_equal(w.sup->services[0].traits & SUP__TRAIT_USUAL, i == 0);
        world_close(&w);
    }
}

/* A policy whose rules say the n-th thing alone, and which trait it then has besides theirs. */
static uint32_t say(uint32_t n, struct sup_policy *policy, struct sup_rules *rules)
{
    switch (n) {
    case 0:
        rules->put_off = true;
        return SUP__TRAIT_PUT_OFF;
    case 1:
        rules->ready_after = SUP_SEC(1);
        return SUP__TRAIT_READY_BY_TIME;
    case 2:
        rules->run_for = SUP_SEC(1);
        return SUP__TRAIT_LIFETIME;
    case 3:
        rules->success.codes[1] = 1;
        return SUP__TRAIT_SUCCESS;
    case 4:
        rules->prevent.finish[0] = 2;
        return SUP__TRAIT_FATES;
    case 5:
        rules->force.signals = 1;
        return SUP__TRAIT_FATES;
    case 6:
        rules->has_restart_on = true;
        rules->restart_on.codes[0] = 2;
        return SUP__TRAIT_FATES;
    case 7:
        rules->reset_poll = SUP_SEC(1);
        return SUP__TRAIT_RESET;
    case 8:
        rules->reset_from = SUP_RESET_FROM_FAILURE;
        return SUP__TRAIT_RESET;
    case 9:
        rules->from = SUP_FROM_START;
        return SUP__TRAIT_ANCHOR;
    case 10:
        rules->significant = true;
        policy->restart = SUP_RESTART_NEVER;
        return SUP__TRAIT_SIGNIFICANT;
    case 11:
        policy->limit.enabled = true;
        policy->limit.max = 1;
        policy->limit.within = SUP_SEC(1);
        rules->limit.window = SUP_LIMIT_WINDOW_FIXED;
        return SUP__TRAIT_LIMIT | SUP__TRAIT_LIMIT_STATE;
    default: /* what no start and no end asks for by a trait */
        rules->after_ready = SUP_SEC(1);
        return 0;
    }
}

static void traits__are_what_the_rules_say(void **state)
{
    (void)state;
    for (uint32_t n = 0; n <= 12; n++) {
        struct world w;
        struct sup_policy policy = policy_default();
        struct sup_rules rules;
        sup_rules_default(&rules);
        uint32_t wanted = SUP__TRAIT_RULES | say(n, &policy, &rules);
        policy.rules = &rules;
        world_open(&w);
        spawn(&w, "a", &policy);
        assert_int_equal(w.sup->services[0].traits, wanted);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traits__are_what_the_rules_say),
        cmocka_unit_test(usual__does_what_any_policy_does),
        cmocka_unit_test(usual__is_a_policy_that_says_nothing_else),
    };
    return cmocka_run_group_tests_name("usual", tests, NULL, NULL);
}
