/* Policies: defaults, what is impossible, and keeping equal ones once. */
#include "policy.h"

#include <assert.h>
#include <string.h>

#include "backoff.h"
#include "exits.h"
#include "face.h"
#include "limits.h"
#include "memory.h"
#include "rules.h"
#include "service.h"
#include "supervisor.h"
#include "table.h"

static void fill_defaults(struct sup_policy *ret_policy)
{
    memset(ret_policy, 0, sizeof(*ret_policy));
    ret_policy->restart = SUP_RESTART_ON_FAILURE;
    ret_policy->kind = SUP_KIND_SERVICE;
    ret_policy->max_restarts = SUP_UNLIMITED;
    ret_policy->backoff.base = SUP_MS(100);
    ret_policy->backoff.max = SUP_SEC(60);
    ret_policy->backoff.factor_billionths = 2 * SUP_FACTOR_ONE;
    ret_policy->backoff.jitter = SUP_JITTER_NONE;
    ret_policy->backoff.reset_after = SUP_SEC(300);
    ret_policy->backoff.reset = SUP_FORGIVE_ZERO;
    ret_policy->clean_exit_delay = SUP_MS(100);
    ret_policy->breaker.within = SUP_SEC(60);
    ret_policy->breaker.then = SUP_BREAKER_THEN_TERMINATE;
    ret_policy->breaker.cooldown = SUP_SEC(60);
    ret_policy->breaker.probe_for = SUP_SEC(60);
    ret_policy->limit.then = SUP_LIMIT_TERMINATE;
    ret_policy->ready_timeout = SUP_DURATION_NEVER;
    ret_policy->stale_after = SUP_DURATION_NEVER;
    ret_policy->stop_grace = SUP_SEC(5);
    ret_policy->stop_abort_wait = SUP_SEC(1);
}

void sup_policy_default_sized(struct sup_policy *ret_policy, size_t size)
{
    struct sup_policy own;
    fill_defaults(&own);
    sup__give(ret_policy, size, &own, sizeof(own));
}

static const char *enum_mistake(const struct sup_policy *policy)
{
    if ((unsigned)policy->restart > SUP_RESTART_NEVER) {
        return "restart is not a restart class";
    }
    if ((unsigned)policy->kind > SUP_KIND_INTERVAL) {
        return "kind is not a kind of service";
    }
    if ((unsigned)policy->backoff.jitter > SUP_JITTER_ADD) {
        return "backoff.jitter is not a kind of jitter";
    }
    if ((unsigned)policy->backoff.reset > SUP_FORGIVE_MINUS_ONE) {
        return "backoff.reset is not a way to forgive";
    }
    if ((unsigned)policy->breaker.then > SUP_BREAKER_THEN_HALF_OPEN) {
        return "breaker.then is neither terminate nor half-open";
    }
    if ((unsigned)policy->limit.then > SUP_LIMIT_PAUSE) {
        return "limit.then is none of terminate, quarantine, escalate, wait, pause";
    }
    if ((unsigned)policy->stale_then > SUP_STALE_RESTART) {
        return "stale_then is neither report nor restart";
    }
    if ((unsigned)policy->interval_mode > SUP_INTERVAL_FIXED_RATE) {
        return "interval_mode is neither fixed-delay nor fixed-rate";
    }
    return NULL;
}

static const char *value_mistake(const struct sup_policy *policy)
{
    if (policy->backoff.factor_billionths < SUP_FACTOR_ONE) {
        return "backoff.factor is below 1";
    }
    if (policy->backoff.jitter_percent > 100) {
        return "backoff.jitter is above 100 percent";
    }
    if (policy->breaker.failures > SUP_BREAKER_FAILURES_MAX) {
        return "breaker.failures is above its maximum";
    }
    if (policy->breaker.failures > 0 && policy->breaker.then == SUP_BREAKER_THEN_HALF_OPEN &&
        policy->breaker.probe_for.ns == SUP_NEVER_NS) {
        return "breaker.probe_for is not finite";
    }
    if (policy->limit.enabled && policy->limit.max > SUP_LIMIT_MAX_MAX) {
        return "limit.max is above its maximum";
    }
    if (policy->stale_after.ns == 0) {
        return "heartbeat.stale_after is 0";
    }
    if (policy->kind == SUP_KIND_INTERVAL && policy->interval_every.ns == 0) {
        return "interval.every is 0";
    }
    return NULL;
}

static const char *mistake(const struct sup_policy *policy, int *ret_error)
{
    const char *why = enum_mistake(policy);
    if (why == NULL) {
        why = value_mistake(policy);
    }
    if (why == NULL && policy->rules == NULL) {
        return sup__limit_mistake(&policy->limit, NULL);
    }
    return why != NULL ? why : sup__rules_mistake(policy, ret_error);
}

static const char *mistake_of_other_age(const struct sup_policy *policy, size_t size,
                                        int *ret_error)
{
    struct sup_policy own;
    fill_defaults(&own);
    if (sup__take(&own, sizeof(own), policy, size) == SUP_OK) {
        return mistake(&own, ret_error);
    }
    *ret_error = SUP_ENEWER;
    return "the policy asks for what only a later library knows";
}

int sup_policy_check_sized(const struct sup_policy *policy, size_t size, const char **ret_why)
{
    int error = SUP_EINVAL;
    const char *why = policy == NULL            ? "there is no policy"
                      : size == sizeof(*policy) ? mistake(policy, &error)
                                                : mistake_of_other_age(policy, size, &error);
    if (why != NULL && ret_why != NULL) {
        *ret_why = why;
    }
    return why == NULL ? SUP_OK : error;
}

/* A copy whose padding is zero and whose unused parts are alike, so that bytes
 * can be compared and hashed. */
static void canonical(struct sup_policy *to, const struct sup_policy *from)
{
    memset(to, 0, sizeof(*to));
    to->restart = from->kind == SUP_KIND_TASK ? SUP_RESTART_NEVER : from->restart;
    to->kind = from->kind;
    to->max_restarts = from->max_restarts;
    to->backoff.base = from->backoff.base;
    to->backoff.max = from->backoff.max;
    to->backoff.factor_billionths = from->backoff.factor_billionths;
    to->backoff.jitter = from->backoff.jitter;
    to->backoff.jitter_percent = from->backoff.jitter_percent;
    to->backoff.reset_after = from->backoff.reset_after;
    to->backoff.reset = from->backoff.reset;
    to->clean_exit_delay = from->clean_exit_delay;
    to->breaker.failures = from->breaker.failures;
    to->breaker.within = from->breaker.within;
    to->breaker.then = from->breaker.then;
    to->breaker.cooldown = from->breaker.cooldown;
    to->breaker.probe_for = from->breaker.probe_for;
    to->limit.enabled = from->limit.enabled;
    to->limit.max = from->limit.max;
    to->limit.within = from->limit.within;
    to->limit.then = from->limit.then;
    to->ready_explicit = from->ready_explicit;
    to->ready_timeout = from->ready_timeout;
    to->stale_after = from->stale_after;
    to->stale_then = from->stale_then;
    to->stop_grace = from->stop_grace;
    to->stop_abort_wait = from->stop_abort_wait;
    to->interval_every = from->interval_every;
    to->interval_mode = from->interval_mode;
}

/* A policy without its rules. */
#define PLAIN_BYTES offsetof(struct sup_policy, rules)

static uint64_t hash_of(const struct sup_policy *policy)
{
    return sup__hash_words(0, policy, PLAIN_BYTES);
}

static bool same(const struct sup_policy *a, const struct sup_policy *b)
{
    return memcmp(a, b, PLAIN_BYTES) == 0 &&
           (__builtin_expect(a->rules == b->rules, 1) ||
            (a->rules != NULL && b->rules != NULL && sup__rules_same(a->rules, b->rules)));
}

/* Rules of its own for a policy that is new. */
static int own_rules(const struct sup_allocator *alloc, struct sup_policy *policy)
{
    struct sup_rules *copy = alloc->resize(alloc->context, NULL, 0, sizeof(*copy));
    if (copy == NULL) {
        return SUP_ENOMEM;
    }
    sup__rules_copy(copy, policy->rules);
    policy->rules = copy;
    return SUP_OK;
}

static void release_rules(const struct sup_allocator *alloc, struct sup_policy *policy)
{
    if (policy->rules != NULL) {
        sup__release(alloc, (void *)(uintptr_t)policy->rules, sizeof(*policy->rules));
    }
}

/* What is kept of a new policy. */
static int prepare(const struct sup_allocator *alloc, struct sup__policy *entry)
{
    int error = entry->policy.rules == NULL ? SUP_OK : own_rules(alloc, &entry->policy);
    if (error != SUP_OK) {
        return error;
    }
    entry->traits = sup__traits_of(&entry->policy);
    entry->restarts = sup__restart_classes(entry->policy.restart);
    entry->needs = sup__needs_of(&entry->policy);
    error = sup__backoff_prepare(alloc, entry);
    if (error != SUP_OK) {
        release_rules(alloc, &entry->policy);
    }
    return error;
}

/* Equal policies are found by their hash; looking from the newest back finds a
 * run of equal registrations at once. */
int sup__policy_intern(struct sup *sup, const struct sup_policy *policy, uint32_t *ret_index)
{
    SUP_ASSERT(policy->backoff.factor_billionths >= SUP_FACTOR_ONE);
    struct sup_policy own;
    struct sup_rules rules;
    canonical(&own, policy);
    if (__builtin_expect(policy->rules != NULL, 0)) {
        own.rules = policy->rules;
        bool left = sup__rules_canonical(&rules, &own);
        own.rules = left ? &rules : NULL;
    }
    uint64_t hash = hash_of(&own);
    if (__builtin_expect(own.rules != NULL, 0)) {
        hash ^= sup__rules_hash(&rules);
    }
    for (uint32_t i = sup->policy_count; i-- > 0;) {
        const struct sup__policy *known = &sup->policies[i];
        if (known->hash == hash && same(&known->policy, &own)) {
            *ret_index = i;
            return SUP_OK;
        }
    }
    void *policies = sup->policies;
    int error = sup__grow(&sup->config.alloc, &policies, &sup->policy_capacity,
                          sup->policy_count + 1, sizeof(struct sup__policy));
    sup->policies = policies;
    if (error != SUP_OK) {
        return error;
    }
    struct sup__policy *entry = &sup->policies[sup->policy_count];
    *entry = (struct sup__policy){.hash = hash};
    memcpy(&entry->policy, &own, sizeof(own));
    error = prepare(&sup->config.alloc, entry);
    if (error == SUP_OK) {
        *ret_index = sup->policy_count++;
    }
    return error;
}

void sup__policies_release(struct sup *sup)
{
    for (uint32_t i = 0; i < sup->policy_count; i++) {
        struct sup__policy *policy = &sup->policies[i];
        release_rules(&sup->config.alloc, &policy->policy);
        sup__release(&sup->config.alloc, policy->bounds,
                     policy->bound_count * sizeof(*policy->bounds));
    }
    sup__release(&sup->config.alloc, sup->policies, sup->policy_capacity * sizeof(*sup->policies));
}
