/* Storms of the real core under the invariant checker, which must not raise a
 * false alarm: short lives in which everything happens at once, with waits of a
 * few nanoseconds so that coincidences are the rule. A failure prints the seed.
 *
 *   test_invariant_storm SEED   that storm alone
 */
#include "core_world.h"
#include "limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor.h"
#include "sim/invariant.h"

#define STORMS 3000
#define OPERATIONS 150

struct storm {
    struct world w;
    struct sim_invariants *inv;
    struct sup_random random;
};

static uint64_t dice(struct storm *storm, uint64_t sides)
{
    return sup_random_upto(&storm->random, sides - 1, NULL);
}

static struct sup_duration brief(struct storm *storm)
{
    return SUP_NS(dice(storm, 4) == 0 ? 0 : dice(storm, 9));
}

static struct sup_policy some_policy(struct storm *storm)
{
    struct sup_policy policy = policy_default();
    policy.restart = (enum sup_restart)dice(storm, 4);
    policy.kind = dice(storm, 3) == 0 ? (enum sup_kind)dice(storm, 4) : SUP_KIND_SERVICE;
    policy.max_restarts = dice(storm, 4) == 0 ? (uint32_t)dice(storm, 6) : SUP_UNLIMITED;
    policy.backoff.base = brief(storm);
    policy.backoff.max = SUP_NS(dice(storm, 20));
    policy.backoff.factor_billionths = SUP_FACTOR_ONE + dice(storm, 3 * SUP_FACTOR_ONE);
    policy.backoff.jitter = (enum sup_jitter)dice(storm, 5);
    policy.backoff.jitter_percent = (uint32_t)dice(storm, 101);
    policy.backoff.reset_after = dice(storm, 2) ? SUP_DURATION_NEVER : brief(storm);
    policy.backoff.reset = (enum sup_forgive)dice(storm, 3);
    policy.clean_exit_delay = brief(storm);
    policy.breaker.failures = (uint32_t)(dice(storm, 2) * dice(storm, 4));
    policy.breaker.within = SUP_NS(dice(storm, 20));
    policy.breaker.then = (enum sup_breaker_then)dice(storm, 2);
    policy.breaker.cooldown = brief(storm);
    policy.breaker.probe_for = brief(storm);
    policy.limit.enabled = dice(storm, 3) == 0;
    policy.limit.max = (uint32_t)dice(storm, 4);
    policy.limit.within = SUP_NS(dice(storm, 30));
    policy.limit.then = (enum sup_limit_then)dice(storm, 3);
    policy.ready_explicit = dice(storm, 4) == 0;
    policy.ready_timeout = dice(storm, 3) == 0 ? SUP_DURATION_NEVER : brief(storm);
    policy.stale_after = dice(storm, 3) == 0 ? SUP_NS(1 + dice(storm, 6)) : SUP_DURATION_NEVER;
    policy.stale_then = (enum sup_stale_then)dice(storm, 2);
    policy.stop_grace = brief(storm);
    policy.stop_abort_wait = brief(storm);
    policy.interval_every = SUP_NS(1 + dice(storm, 5));
    policy.interval_mode = (enum sup_interval_mode)dice(storm, 2);
    return policy;
}

/* Some other window, other things that it counts, or another end, where they can be. */
static void some_limit(struct storm *storm, struct sup_limit_policy *limit,
                       struct sup_limit_rules *rules)
{
    *rules = (struct sup_limit_rules){
        .window = (enum sup_limit_window)dice(storm, 5),
        .counts = (enum sup_limit_counts)dice(storm, 3),
        .half_life = SUP_NS(1 + dice(storm, 30)),
        .grain = SUP_NS(dice(storm, 4)),
        .pause = SUP_NS(dice(storm, 20)),
        .ends = {.classes = (uint32_t)dice(storm, 256)},
    };
    limit->then = (enum sup_limit_then)dice(storm, 5);
}

static const char *some_group(struct storm *storm)
{
    static const char *const groups[] = {"runtime", "x", "x.y", "q"};
    return groups[dice(storm, 4)];
}

static void make_groups(struct storm *storm)
{
    bool plain = dice(storm, 2) == 0;
    for (uint32_t i = 0; i < 4 && !plain; i++) {
        struct sup_group_policy policy = {.strategy = (enum sup_strategy)dice(storm, 3)};
        policy.limit.enabled = dice(storm, 2) == 0;
        policy.limit.max = (uint32_t)dice(storm, 5);
        policy.limit.within = SUP_NS(dice(storm, 40));
        policy.limit.then = (enum sup_limit_then)dice(storm, 3);
        if (dice(storm, 2) == 0) {
            const struct sup_group_policy before = policy;
            some_limit(storm, &policy.limit, &policy.limit_rules);
            policy.limit_rules.counts = SUP_LIMIT_COUNTS_RESTARTS;
            policy = policy.limit_rules.window != SUP_LIMIT_WINDOW_STREAK &&
                             sup__limit_mistake(&policy.limit, &policy.limit_rules) == NULL
                         ? policy
                         : before;
        }
        if (dice(storm, 2) == 0) {
            policy.auto_shutdown = (enum sup_auto_shutdown)dice(storm, 3);
            policy.significant = dice(storm, 2) == 0;
            policy.rebirth = (enum sup_rebirth)dice(storm, 2);
        }
        const char *path = some_group(storm);
        assert_int_equal(sim_invariants_group(storm->inv, path, &policy), SUP_OK);
        storm->w.may_allocate = true;
        assert_int_equal(sup_group_create(storm->w.sup, path, &policy), SUP_OK);
        storm->w.may_allocate = false;
    }
}

static void spawn_some(struct storm *storm, const char *name)
{
    struct sup_policy policy = some_policy(storm);
    const char *path = some_group(storm);
    struct sup_rules rules;
    if (dice(storm, 2) == 0) {
        const struct sup_limit_policy before = policy.limit;
        sup_rules_default(&rules);
        some_limit(storm, &policy.limit, &rules.limit);
        rules.reset_from = (enum sup_reset_from)dice(storm, 3);
        rules.reset_poll = SUP_NS(dice(storm, 4));
        rules.from = (enum sup_from)dice(storm, 3);
        rules.after_ready = dice(storm, 3) == 0 ? brief(storm) : SUP_DURATION_NEVER;
        rules.ready_after = policy.ready_explicit ? SUP_NS(0) : brief(storm);
        if (dice(storm, 2) == 0) {
            rules.operators.clears = (uint32_t)dice(storm, 8);
            rules.operators.stop_clears = (uint32_t)dice(storm, 8);
            rules.operators.counts = dice(storm, 2) == 0;
            rules.operators.waits = dice(storm, 2) == 0;
        }
        rules.significant = policy.restart != SUP_RESTART_ALWAYS && dice(storm, 2) == 0;
        rules.run_for = dice(storm, 3) == 0 ? SUP_NS(1 + dice(storm, 8)) : SUP_DURATION_NEVER;
        rules.stop_then = (enum sup_stop_then)dice(storm, 3);
        rules.stop_abort = rules.stop_then != SUP_STOP_ABORT || dice(storm, 2) == 0;
        rules.stop_then = policy.stop_grace.ns == 0 ? SUP_STOP_ABORT : rules.stop_then;
        policy.rules = &rules;
        if (sup_policy_check(&policy, NULL) != SUP_OK) {
            policy.limit = before;
            policy.rules = NULL;
        }
    }
    assert_int_equal(sim_invariants_policy(storm->inv, name, path, &policy), SUP_OK);
    bool paused = dice(storm, 8) == 0;
    if (paused) {
        sim_invariants_paused(storm->inv, name);
    }
    const struct sup_spec spec = {.name = name,
                                  .group = path,
                                  .policy = &policy,
                                  .paused = paused,
                                  .dynamic = dice(storm, 3) == 0};
    if (spawn_spec(&storm->w, &spec) != SUP_OK) {
        sim_invariants_refused(storm->inv, name);
    }
}

static void report_some(struct storm *storm)
{
    static const enum sup_outcome outcomes[] = {SUP_OUTCOME_SUCCEEDED, SUP_OUTCOME_FAILED,
                                                SUP_OUTCOME_FAILED, SUP_OUTCOME_CRASHED};
    struct world *w = &storm->w;
    uint32_t from = w->attempt_count == 0 ? 0 : (uint32_t)dice(storm, w->attempt_count);
    for (uint32_t i = 0; i < w->attempt_count; i++) {
        struct world_attempt *a = &w->attempts[(from + i) % w->attempt_count];
        if (a->ended) {
            continue;
        }
        uint64_t what = dice(storm, 8);
        if (what == 0) {
            sup_reported(sup_report_ready(w->sup, a->id, dice(storm, 3) != 0));
        } else if (what == 1) {
            sup_reported(sup_report_beat(w->sup, a->id));
        } else {
            bool aborted = a->aborted && dice(storm, 2) == 0;
            struct sup_end end = {.outcome =
                                      aborted ? SUP_OUTCOME_ABORTED : outcomes[dice(storm, 4)],
                                  .done = dice(storm, 6) == 0};
            (void)end_attempt(w, a->id, &end);
        }
        return;
    }
}

static void operate(struct storm *storm)
{
    static const char *const services[] = {"a", "b", "c", "d", "e"};
    struct world *w = &storm->w;
    const char *name = services[dice(storm, 5)];
    uint64_t what = dice(storm, 100);
    if (what < 35) {
        run_to(w, w->now + dice(storm, 6));
    } else if (what < 65) {
        report_some(storm);
    } else if (what < 75) {
        spawn_some(storm, name);
    } else if (what < 96) {
        uint64_t code = SUP_COMMAND_PAUSE + dice(storm, 8);
        (void)command(w, code > SUP_COMMAND_ABORT ? SUP_COMMAND_FORGET : (enum sup_command)code,
                      name);
    } else if (what < 97) {
        (void)force_abort(w, some_group(storm));
    } else if (what < 98) {
        w->refusals = (uint32_t)dice(storm, 3);
    } else if (dice(storm, 4) == 0) {
        (void)cancel_group(w, some_group(storm));
    } else if (dice(storm, 4) == 0) {
        (void)shut_down(w, dice(storm, 10));
    }
}

static void storm_once(uint64_t seed)
{
    struct storm *storm = calloc(1, sizeof(*storm));
    assert_non_null(storm);
    storm->random = sup_random_derive(seed, "storm", 5);
    world_prepare(&storm->w);
    storm->w.again = true;
    storm->w.config.on_duplicate = (enum sup_duplicate)dice(storm, 2);
    storm->w.config.shutdown_abort = dice(storm, 2) == 0;
    storm->w.config.shutdown_order = (enum sup_order)dice(storm, 2);
    storm->w.config.blocking_pool = 1 + (uint32_t)dice(storm, 2);
    storm->w.config.clock_at_zero = SUP_NS(dice(storm, 4));
    struct sim_invariants_config config = {.blocking_pool = storm->w.config.blocking_pool,
                                           .shutdown_timeout = storm->w.config.shutdown_timeout,
                                           .root = storm->w.config.root,
                                           .clock_at_zero = storm->w.config.clock_at_zero};
    assert_int_equal(sim_invariants_create(&config, &storm->inv), SUP_OK);
    world_create(&storm->w);
    assert_int_equal(sup_subscribe(storm->w.sup, sim_invariants_event, storm->inv), SUP_OK);
    make_groups(storm);
    for (uint32_t i = 0; i < OPERATIONS && storm->w.attempt_count < 3000; i++) {
        operate(storm);
        sim_invariants_settled(storm->inv, storm->w.sup);
        if (sim_invariants_broken(storm->inv) != NULL) {
            fprintf(stderr, "storm %" PRIu64 ": %s: %s\n%s", seed,
                    sim_invariants_broken(storm->inv), sim_invariants_text(storm->inv),
                    storm->w.events.text);
            fail();
        }
    }
    sim_invariants_end(storm->inv, storm->w.sup);
    assert_null(sim_invariants_broken(storm->inv));
    assert_false(sim_invariants_failed(storm->inv));
    assert_true(sim_invariants_checked(storm->inv) > OPERATIONS);
    sim_invariants_free(storm->inv);
    world_close(&storm->w);
    free(storm);
}

static void storm__of_the_real_core_breaks_nothing(void **state)
{
    const uint64_t *range = *state;
    for (uint64_t seed = range[0]; seed <= range[1]; seed++) {
        storm_once(seed);
    }
}

int main(int count, char **arguments)
{
    uint64_t range[2] = {1, STORMS};
    if (count > 1) {
        range[0] = strtoull(arguments[1], NULL, 10);
        range[1] = count > 2 ? strtoull(arguments[2], NULL, 10) : range[0];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(storm__of_the_real_core_breaks_nothing, range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
