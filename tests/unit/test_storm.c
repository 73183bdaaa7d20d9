/* Storms: thousands of short lives in which everything happens at once, with
 * waits of a few nanoseconds so that coincidences are the rule. What is asserted
 * here is what always holds; a failure prints the seed that replays it:
 *
 *   test_storm SEED         one storm, with its events if it fails
 *   test_storm FIRST LAST   all of these
 */
#include "core_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "incident.h"
#include "supervisor.h"

#define NAMES 7
#define STORMS 4000
#define OPERATIONS 120

struct storm {
    struct world w;
    struct sup_random random;
    uint32_t waits; /* for idleness, that have not been answered */
};

/* The storm at hand, so that a failure can say how to see it again. */
struct replay {
    struct storm *storm;
    uint64_t first;
    uint64_t last;
    uint64_t seed;
    bool done;
};

static uint64_t dice(struct storm *storm, uint64_t sides)
{
    return sup_random_upto(&storm->random, sides - 1, NULL);
}

static struct sup_duration brief(struct storm *storm)
{
    return SUP_NS(dice(storm, 5) == 0 ? 0 : dice(storm, 6));
}

static const char *some_name(struct storm *storm)
{
    static const char *const names[NAMES] = {"a", "b", "c", "d", "e", "f", "g"};
    return names[dice(storm, NAMES)];
}

static const char *some_group(struct storm *storm)
{
    static const char *const groups[] = {"runtime", "x", "x.y", "x.y.z", "q"};
    return groups[dice(storm, 5)];
}

static struct sup_policy some_policy(struct storm *storm)
{
    struct sup_policy policy = policy_default();
    policy.restart = (enum sup_restart)dice(storm, 4);
    policy.kind = dice(storm, 3) == 0 ? (enum sup_kind)dice(storm, 4) : SUP_KIND_SERVICE;
    policy.max_restarts = dice(storm, 4) == 0 ? (uint32_t)dice(storm, 6) : SUP_UNLIMITED;
    policy.backoff.base = brief(storm);
    policy.backoff.max = SUP_NS(dice(storm, 20));
    policy.backoff.factor_billionths = SUP_FACTOR_ONE * (1 + dice(storm, 3));
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
    assert_int_equal(sup_policy_check(&policy, NULL), SUP_OK);
    return policy;
}

/* ---- what always holds, beyond sup_check ---- */

static void check_service(const struct storm *storm, const struct sup__service *s)
{
    const struct sup *sup = storm->w.sup;
    const struct sup__extra *extra = sup__extra_of(sup, s);
    bool member = sup__rare_of(sup, s)->incident != SUP__NONE;
    bool draining = sup->phase != SUP_SUPERVISOR_RUNNING;
    assert_true(s->operation != SUP_OPERATION_REMOVED || s->phase == SUP_PHASE_STOPPING ||
                s->reason == SUP_REASON_ABANDONED);
    switch ((enum sup_phase)s->phase) {
    case SUP_PHASE_IDLE:
        /* Idle and active: somebody will start it. */
        assert_true(s->operation != SUP_OPERATION_ACTIVE || s->queued || member);
        assert_true(s->timer_key == 0 && !draining);
        break;
    case SUP_PHASE_BACKING_OFF:
        assert_true(s->timer_key != 0 || member);
        assert_true(!draining && s->operation == SUP_OPERATION_ACTIVE);
        assert_true(!sup->groups[s->group].cancelled);
        break;
    case SUP_PHASE_STARTING:
    case SUP_PHASE_RUNNING:
        assert_true(!sup->groups[s->group].cancelled && s->operation == SUP_OPERATION_ACTIVE);
        assert_true(!draining || sup->config.shutdown_order == SUP_ORDER_REVERSE);
        break;
    case SUP_PHASE_STOPPING:
        assert_true(s->timer_key != 0 && s->intent != SUP__INTENT_NONE);
        break;
    default:
        assert_true(s->timer_key == 0 && !member && sup__rare_of(sup, s)->pending == NULL);
        assert_true(extra == NULL || (extra->probe_key == 0 && extra->beat_key == 0));
        break;
    }
    assert_true(s->breaker != SUP_BREAKER_STATE_OPEN || !s->live);
    assert_true(extra == NULL || extra->probe_key == 0 ||
                s->breaker == SUP_BREAKER_STATE_HALF_OPEN);
}

/* An incident goes on: a member is being stopped, or its timer runs. */
static void check_incident(const struct sup *sup, const struct sup__group *g)
{
    if (g->incident == SUP__INCIDENT_NONE) {
        assert_true(g->chain_first == SUP__NONE && g->incident_key == 0);
        return;
    }
    assert_int_equal(sup->phase, SUP_SUPERVISOR_RUNNING);
    bool stopping = false;
    uint64_t order = UINT64_MAX;
    for (uint32_t slot = g->chain_first; slot != SUP__NONE; slot = sup->rares[slot].chain_next) {
        stopping |= sup->services[slot].phase == SUP_PHASE_STOPPING;
        assert_true(sup->colds[slot].order < order);
        order = sup->colds[slot].order;
    }
    assert_true(stopping || g->incident_key != 0);
}

static void check(const struct storm *storm)
{
    const struct sup *sup = storm->w.sup;
    uint32_t busy = 0;
    struct sup_group_info info;
    assert_int_equal(sup_group_info_of(storm->w.sup, "runtime", &info), SUP_OK);
    for (uint32_t slot = sup->first; slot != SUP__NONE; slot = sup->colds[slot].next) {
        check_service(storm, &sup->services[slot]);
        busy += sup->services[slot].busy;
    }
    assert_int_equal(busy, info.busy);
    for (uint32_t g = 0; g < sup->group_count; g++) {
        check_incident(sup, &sup->groups[g]);
    }
    assert_int_equal(sup->deferred_first, SUP__NONE);
    assert_true(sup->queue_first == SUP__NONE || sup->pool_used == sup->config.blocking_pool ||
                sup->phase != SUP_SUPERVISOR_RUNNING);
    if (sup->phase == SUP_SUPERVISOR_DRAINED) {
        assert_true(sup_deadline(sup).ns == SUP_NEVER_NS);
        assert_int_equal(info.active, 0);
    }
}

/* ---- operations ---- */

static void some_end(struct storm *storm, struct sup_end *end)
{
    static const enum sup_outcome outcomes[] = {SUP_OUTCOME_SUCCEEDED, SUP_OUTCOME_FAILED,
                                                SUP_OUTCOME_FAILED, SUP_OUTCOME_CRASHED,
                                                SUP_OUTCOME_ABORTED};
    *end = (struct sup_end){.outcome = outcomes[dice(storm, 5)], .done = dice(storm, 6) == 0};
}

/* An attempt that the executor knows and that has not ended, or NULL. */
static struct world_attempt *some_attempt(struct storm *storm)
{
    struct world *w = &storm->w;
    if (w->attempt_count == 0) {
        return NULL;
    }
    uint32_t from = (uint32_t)dice(storm, w->attempt_count);
    for (uint32_t i = 0; i < w->attempt_count; i++) {
        struct world_attempt *a = &w->attempts[(from + i) % w->attempt_count];
        if (!a->ended) {
            return a;
        }
    }
    return NULL;
}

static void report_something(struct storm *storm)
{
    struct world_attempt *a = some_attempt(storm);
    if (a == NULL) {
        return;
    }
    struct sup *sup = storm->w.sup;
    struct sup_end end;
    switch (dice(storm, 8)) {
    case 0:
        sup_reported(sup_report_ready(sup, a->id, true));
        break;
    case 1:
        sup_reported(sup_report_ready(sup, a->id, false));
        break;
    case 2:
        sup_reported(sup_report_beat(sup, a->id));
        break;
    case 3:
        sup_reported(sup_report_extend(sup, a->id, brief(storm)));
        break;
    default:
        some_end(storm, &end);
        (void)end_attempt(&storm->w, a->id, &end);
        break;
    }
    sup_check(sup);
}

static void command_something(struct storm *storm)
{
    struct world *w = &storm->w;
    uint64_t which = dice(storm, 24);
    if (which == 0) {
        cancel_group(w, dice(storm, 3) == 0 ? some_group(storm) : "q");
    } else if (which == 1) {
        force_abort(w, some_group(storm));
    } else if (which == 2 && dice(storm, 8) == 0) {
        shut_down(w, dice(storm, 8));
    } else {
        enum sup_command code = (enum sup_command)(
            SUP_COMMAND_PAUSE + dice(storm, SUP_COMMAND_ABORT - SUP_COMMAND_PAUSE + 1));
        const char *name = some_name(storm);
        uint32_t waits = storm->waits; /* whose answer may command, too */
        int first = command(w, code, name);
        /* A resumed or restarted service may have failed again at once. */
        bool lasting = code != SUP_COMMAND_RESTART && code != SUP_COMMAND_RESUME;
        lasting = lasting && waits == storm->waits;
        if (first == SUP_OK && lasting && exists(w, name) && dice(storm, 3) == 0) {
            assert_int_equal(command(w, code, name), SUP_OK);
            assert_true(w->outcome.idempotent);
        }
    }
}

/* Each wait is answered once; a storm may ask again at once, from the answer. */
static void answered(void *context, int result)
{
    struct storm *storm = context;
    assert_true(result == SUP_OK || result == SUP_ETIMEOUT);
    assert_true(storm->waits > 0);
    storm->waits--;
    if (storm->waits == 0 && sup_supervisor_phase_of(storm->w.sup) == SUP_SUPERVISOR_RUNNING) {
        (void)command(&storm->w, SUP_COMMAND_RESTART, "a");
    }
}

static void wait_for_idleness(struct storm *storm)
{
    storm->waits++;
    int result = sup_wait_idle(storm->w.sup, some_group(storm), brief(storm), answered, storm);
    if (result != SUP_OK) {
        assert_int_equal(result, SUP_ELIMIT);
        storm->waits--;
    }
}

static void operate(struct storm *storm)
{
    struct world *w = &storm->w;
    uint64_t which = dice(storm, 10);
    if (which < 4) {
        report_something(storm);
    } else if (which < 6) {
        command_something(storm);
    } else if (which == 6) {
        struct sup_policy policy = some_policy(storm);
        (void)try_spawn(w, some_name(storm), some_group(storm), &policy);
    } else if (which == 7 && dice(storm, 4) == 0) {
        w->refusals = (uint32_t)dice(storm, 4);
    } else if (which == 7 && dice(storm, 6) == 0) {
        wait_for_idleness(storm);
    } else {
        w->now += dice(storm, dice(storm, 10) == 0 ? 30 : 3); /* now and then a stall */
        for (uint64_t steps = dice(storm, 3); steps > 0; steps--) {
            step(w);
        }
    }
    check(storm);
}

/* Whatever happened, a drain ends, and nothing is left. */
static void finish(struct storm *storm)
{
    struct world *w = &storm->w;
    shut_down(w, 5);
    check(storm);
    for (uint32_t i = 0; sup_supervisor_phase_of(w->sup) != SUP_SUPERVISOR_DRAINED; i++) {
        assert_true(i < 1000 && deadline(w) != SUP_NEVER_NS);
        w->now = deadline(w) > w->now ? deadline(w) : w->now;
        step(w);
        check(storm);
    }
    struct sup_drain_report report;
    sup_drain_report_read(w->sup, &report);
    assert_true(report.drained);
    assert_int_equal(storm->waits, 0);
    for (struct world_attempt *a; (a = some_attempt(storm)) != NULL;) {
        struct sup_end end;
        some_end(storm, &end);
        assert_int_equal(end_attempt(w, a->id, &end), SUP_ESTALE);
    }
    assert_int_equal(w->sup->pool_used, 0);
}

static void set_up(struct storm *storm, uint64_t seed)
{
    struct world *w = &storm->w;
    storm->waits = 0;
    storm->random = sup_random_derive(seed, "storm", 5);
    world_prepare(w);
    w->config.seed = seed;
    w->config.shutdown_order = (enum sup_order)dice(storm, 2);
    w->config.shutdown_abort = dice(storm, 2);
    w->config.on_duplicate = (enum sup_duplicate)dice(storm, 2);
    w->config.blocking_pool = 1 + (uint32_t)dice(storm, 2);
    w->config.journal_entries = 16;
    world_create(w);
    static const char *const groups[] = {"runtime", "x", "x.y", "x.y.z", "q"};
    for (size_t i = 0; i < 5; i++) {
        uint32_t max = dice(storm, 2) ? SUP_UNLIMITED : (uint32_t)dice(storm, 4);
        group_limited(w, groups[i], (enum sup_strategy)dice(storm, 3), max, dice(storm, 30),
                      (enum sup_limit_then)dice(storm, 3));
    }
}

static void run_storm(struct storm *storm, uint64_t seed)
{
    set_up(storm, seed);
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        operate(storm);
    }
    finish(storm);
}

static void storm__whatever_happens_the_promises_hold(void **state)
{
    struct replay *replay = *state;
    struct storm *storm = replay->storm;
    replay->done = false;
    for (uint64_t seed = replay->first; seed <= replay->last; seed++) {
        replay->seed = seed;
        run_storm(storm, seed);
        world_close(&storm->w);
    }
    replay->done = true;
}

static void storm__twice_tells_the_same_story(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct storm first;
        struct storm second;
        run_storm(&first, seed);
        run_storm(&second, seed);
        assert_string_equal(first.w.events.text, second.w.events.text);
        assert_string_equal(first.w.calls.text, second.w.calls.text);
        assert_true(sup_draws(first.w.sup) == sup_draws(second.w.sup));
        world_close(&first.w);
        world_close(&second.w);
    }
}

static int say_replay(void **state)
{
    const struct replay *replay = *state;
    if (!replay->done) {
        const struct world *w = &replay->storm->w;
        fprintf(stderr, "%s%stest_storm %" PRIu64 "\n", w->events.text, w->calls.text,
                replay->seed);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct storm storm;
    uint64_t only = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : only;
    struct replay replay = {&storm, only > 0 ? only : 1, only > 0 ? last : STORMS, 0, true};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(storm__whatever_happens_the_promises_hold, NULL,
                                                 say_replay, &replay),
        cmocka_unit_test(storm__twice_tells_the_same_story),
    };
    return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
