/* Policies: documented defaults, what is impossible, equal ones kept once. */
#include "core_world.h"

#include <assert.h>
#include <string.h>

#include "policy.h"
#include "supervisor.h"

static void default__is_as_documented(void **state)
{
    (void)state;
    struct sup_policy p;
    memset(&p, 0xA5, sizeof(p));
    sup_policy_default(&p);
    assert_int_equal(p.restart, SUP_RESTART_ON_FAILURE);
    assert_int_equal(p.kind, SUP_KIND_SERVICE);
    assert_true(p.max_restarts == SUP_UNLIMITED);
    assert_true(p.backoff.base.ns == 100 * MS && p.backoff.max.ns == 60 * SECOND);
    assert_true(p.backoff.factor_billionths == 2 * SUP_FACTOR_ONE);
    assert_int_equal(p.backoff.jitter, SUP_JITTER_NONE);
    assert_true(p.backoff.reset_after.ns == 300 * SECOND);
    assert_int_equal(p.backoff.reset, SUP_FORGIVE_ZERO);
    assert_true(p.clean_exit_delay.ns == 100 * MS);
    assert_int_equal(p.breaker.failures, 0);
    assert_true(p.breaker.within.ns == 60 * SECOND && p.breaker.cooldown.ns == 60 * SECOND);
    assert_int_equal(p.breaker.then, SUP_BREAKER_THEN_TERMINATE);
    assert_true(p.breaker.probe_for.ns == p.breaker.cooldown.ns);
    assert_false(p.limit.enabled || p.ready_explicit);
    assert_int_equal(p.limit.then, SUP_LIMIT_TERMINATE);
    assert_true(p.ready_timeout.ns == SUP_NEVER_NS && p.stale_after.ns == SUP_NEVER_NS);
    assert_int_equal(p.stale_then, SUP_STALE_REPORT);
    assert_true(p.stop_grace.ns == 5 * SECOND && p.stop_abort_wait.ns == SECOND);
    assert_int_equal(p.interval_mode, SUP_INTERVAL_FIXED_DELAY);
    assert_int_equal(sup_policy_check(&p, NULL), SUP_OK);
}

static void default__of_the_supervisor_is_as_documented(void **state)
{
    (void)state;
    struct sup_config c;
    memset(&c, 0xA5, sizeof(c));
    sup_config_default(&c);
    assert_true(c.seed == 1 && c.shutdown_timeout.ns == 30 * SECOND && c.shutdown_abort);
    assert_int_equal(c.shutdown_order, SUP_ORDER_PARALLEL);
    assert_int_equal(c.on_duplicate, SUP_DUPLICATE_REJECT);
    assert_int_equal(c.blocking_pool, 8);
    assert_int_equal(c.root.strategy, SUP_STRATEGY_ONE_FOR_ONE);
    assert_int_equal(c.root.limit.then, SUP_LIMIT_ESCALATE);
    assert_false(c.root.limit.enabled);
}

typedef void (*spoil_fn)(struct sup_policy *policy);

#define SPOIL(name, statement) \
    static void name(struct sup_policy *p) \
    { \
        statement; \
    }

SPOIL(factor, p->backoff.factor_billionths = SUP_FACTOR_ONE - 1)
SPOIL(no_factor, p->backoff.factor_billionths = 0)
SPOIL(percent, p->backoff.jitter_percent = 101)
SPOIL(failures, p->breaker.failures = SUP_BREAKER_FAILURES_MAX + 1)
SPOIL(limit_max, (p->limit.enabled = true, p->limit.max = SUP_LIMIT_MAX_MAX + 1))
SPOIL(probe, (p->breaker.failures = 1, p->breaker.then = SUP_BREAKER_THEN_HALF_OPEN,
              p->breaker.probe_for = SUP_DURATION_NEVER))
SPOIL(stale, p->stale_after = SUP_NS(0))
SPOIL(every, (p->kind = SUP_KIND_INTERVAL, p->interval_every = SUP_NS(0)))
SPOIL(restart, p->restart = (enum sup_restart)4)
SPOIL(kind, p->kind = (enum sup_kind)4)
SPOIL(jitter, p->backoff.jitter = (enum sup_jitter)7)
SPOIL(reset, p->backoff.reset = (enum sup_forgive)3)
SPOIL(breaker_then, p->breaker.then = (enum sup_breaker_then)2)
SPOIL(limit_then, p->limit.then = (enum sup_limit_then)5)
SPOIL(stale_then, p->stale_then = (enum sup_stale_then)2)
SPOIL(mode, p->interval_mode = (enum sup_interval_mode)2)
SPOIL(negative, p->restart = (enum sup_restart) - 1)

static void check__says_what_is_impossible(void **state)
{
    (void)state;
    static const spoil_fn spoils[] = {factor,     no_factor, percent, failures,     limit_max,
                                      probe,      stale,     every,   restart,      kind,
                                      jitter,     reset,     mode,    breaker_then, limit_then,
                                      stale_then, negative};
    struct world w;
    world_open(&w);
    for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
        struct sup_policy policy = policy_default();
        const char *why = NULL;
        spoils[i](&policy);
        assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
        assert_true(why != NULL && why[0] != '\0');
        assert_int_equal(sup_policy_check(&policy, NULL), SUP_EINVAL);
        assert_int_equal(try_spawn(&w, "a", NULL, &policy), SUP_EINVAL);
    }
    const char *why = NULL;
    assert_int_equal(sup_policy_check(NULL, &why), SUP_EINVAL);
    assert_non_null(why);
    assert_false(exists(&w, "a"));
    expect_no_events(&w);
    world_close(&w);
}

SPOIL(largest, (p->breaker.failures = SUP_BREAKER_FAILURES_MAX, p->limit.enabled = true,
                p->limit.max = SUP_LIMIT_MAX_MAX, p->backoff.jitter_percent = 100))
SPOIL(least, (p->backoff.factor_billionths = SUP_FACTOR_ONE, p->backoff.base = SUP_NS(0),
              p->backoff.max = SUP_NS(0), p->stale_after = SUP_NS(1), p->stop_grace = SUP_NS(0)))
SPOIL(unused, (p->breaker.probe_for = SUP_DURATION_NEVER, p->interval_every = SUP_NS(0)))
SPOIL(eternal, (p->backoff.base = p->backoff.max = SUP_DURATION_NEVER,
                p->stop_grace = p->stop_abort_wait = SUP_DURATION_NEVER,
                p->clean_exit_delay = SUP_DURATION_NEVER))

static void check__allows_the_extremes(void **state)
{
    (void)state;
    static const spoil_fn extremes[] = {largest, least, unused, eternal};
    for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++) {
        struct sup_policy policy = policy_default();
        extremes[i](&policy);
        assert_int_equal(sup_policy_check(&policy, NULL), SUP_OK);
    }
}

/* Whatever lies in the padding of the caller's struct. */
static void intern__equal_policies_are_kept_once(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    for (int fill = 0; fill < 256; fill += 51) {
        struct sup_policy filled;
        memset(&filled, fill, sizeof(filled));
        sup_policy_default(&filled);
        char name[] = {'s', (char)('a' + fill / 51), '\0'};
        spawn(&w, name, &filled);
    }
    assert_int_equal(w.sup->policy_count, 1);
    struct sup_policy other = policy_default();
    other.stop_grace.ns++;
    spawn(&w, "other", &other);
    spawn(&w, "plain", NULL);
    assert_int_equal(w.sup->policy_count, 2);
    world_close(&w);
}

/* Every field counts: none may be forgotten when policies are compared. */
static void intern__every_field_makes_a_policy_of_its_own(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy base = policy_default();
    base.breaker.failures = 2;
    base.limit.enabled = true;
    base.limit.max = 2;
    base.kind = SUP_KIND_INTERVAL;
    base.interval_every = SUP_SEC(1);
    spawn(&w, "base", &base);
    struct sup_policy p[24];
    size_t n = 0;
#define VARY(statement) (p[n] = base, p[n].statement, n++)
    VARY(restart = SUP_RESTART_ALWAYS), VARY(kind = SUP_KIND_SERVICE), VARY(max_restarts = 7);
    VARY(backoff.base.ns++), VARY(backoff.max.ns++), VARY(backoff.factor_billionths++);
    VARY(backoff.jitter = SUP_JITTER_FULL), VARY(backoff.jitter_percent++);
    VARY(backoff.reset_after.ns++), VARY(backoff.reset = SUP_FORGIVE_HALVE);
    VARY(clean_exit_delay.ns++), VARY(breaker.failures++), VARY(breaker.within.ns++);
    VARY(breaker.then = SUP_BREAKER_THEN_HALF_OPEN), VARY(breaker.cooldown.ns++);
    VARY(breaker.probe_for.ns++), VARY(limit.max++), VARY(limit.within.ns++);
    VARY(limit.then = SUP_LIMIT_ESCALATE), VARY(ready_explicit = true);
    VARY(stop_grace.ns++), VARY(stop_abort_wait.ns++), VARY(interval_every.ns++);
    VARY(interval_mode = SUP_INTERVAL_FIXED_RATE);
    assert_int_equal(n, 24);
    for (size_t i = 0; i < n; i++) {
        char name[] = {'s', (char)('a' + i), '\0'};
        spawn(&w, name, &p[i]);
        assert_int_equal(w.sup->policy_count, i + 2);
    }
    world_close(&w);
}

static void names__of_everything_and_of_nothing(void **state)
{
    (void)state;
    assert_string_equal(sup_restart_name(SUP_RESTART_ON_CRASH), "on-crash");
    assert_string_equal(sup_jitter_name(SUP_JITTER_DECORRELATED), "decorrelated");
    assert_string_equal(sup_kind_name(SUP_KIND_INTERVAL), "interval");
    assert_string_equal(sup_strategy_name(SUP_STRATEGY_REST_FOR_ONE), "rest-for-one");
    assert_string_equal(sup_limit_then_name(SUP_LIMIT_ESCALATE), "escalate");
    assert_string_equal(sup_event_name(SUP_EVENT_LATE_REPORT), "late-report");
    assert_string_equal(sup_event_name(SUP_EVENT_TYPES), "?");
    assert_string_equal(sup_phase_name((enum sup_phase) - 1), "?");
    assert_string_equal(sup_error_name(SUP_ENOTACTIVE), "not-active");
    assert_string_equal(sup_error_name(5), "ok");
    assert_string_equal(sup_error_name(-1000), "unknown-error");
    assert_string_equal(sup_error_text(SUP_OK), "done");
    assert_non_null(sup_error_text(-1000));
}

/* Sources written before a breaker's policy was told apart from its state. */
static void old_names__mean_the_same(void **state)
{
    (void)state;
    static_assert(SUP_BREAKER_TERMINATE == SUP_BREAKER_THEN_TERMINATE, "policy");
    static_assert(SUP_BREAKER_HALF_OPEN == SUP_BREAKER_THEN_HALF_OPEN, "policy");
#define X(id, name) SUP_BREAKER_STATE_##id,
    static const enum sup_breaker_state states[] = {SUP_BREAKER_LIST(X)};
#undef X
    assert_int_equal(sizeof(states) / sizeof(states[0]), SUP_BREAKER_STATES);
    for (int i = 0; i < SUP_BREAKER_STATES; i++) {
        assert_int_equal(states[i], i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default__is_as_documented),
        cmocka_unit_test(default__of_the_supervisor_is_as_documented),
        cmocka_unit_test(check__says_what_is_impossible),
        cmocka_unit_test(check__allows_the_extremes),
        cmocka_unit_test(intern__equal_policies_are_kept_once),
        cmocka_unit_test(intern__every_field_makes_a_policy_of_its_own),
        cmocka_unit_test(names__of_everything_and_of_nothing),
        cmocka_unit_test(old_names__mean_the_same),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
