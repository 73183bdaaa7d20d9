/* Services whose own map cannot work as it reads. */
#include <string.h>

#include "sim/scenario/words.h"
#include "sup/rules.h"
#include "traps.h"

static const char *without_root(const char *path)
{
    return strncmp(path, "runtime.", 8) == 0 ? path + 8 : path;
}

/* ---- groups ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `shard-1` and `shard-22` are meant to differ. */
static bool differ_in_digits(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        while (is_digit(*a)) {
            a++;
        }
        while (is_digit(*b)) {
            b++;
        }
        if (*a != *b) {
            return false;
        }
        a += *a != '\0' ? 1 : 0;
        b += *b != '\0' ? 1 : 0;
    }
    return true;
}

static bool is_near(struct sim__lint *lint, const char *path, const char *declared)
{
    size_t length = strlen(path), other = strlen(declared);
    size_t longer = length > other ? length : other, shorter = length + other - longer;
    uint32_t most = longer < 8 ? 1 : 2;
    return shorter >= 4 && longer - shorter <= most && longer <= SIM__WORD_BYTES_MAX &&
           !differ_in_digits(path, declared) && sim__lint_spend(lint, (uint64_t)length * other) &&
           sim__distance(path, length, declared, other) <= most;
}

void sim__trap_group_nearly_declared(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim_scenario *scenario = lint->scenario;
    const char *near = NULL;
    if (subject->service->group == NULL || !sim__lint_spend(lint, scenario->group_count)) {
        return;
    }
    const char *path = without_root(subject->service->group);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const char *declared = without_root(scenario->groups[i].name);
        if (strcmp(path, declared) == 0) {
            return;
        }
        near = near == NULL && is_near(lint, path, declared) ? declared : near;
    }
    if (near != NULL) {
        sim__warn(lint, sim__lint_place(lint, subject, NULL, "group"),
                  "the group `%s` is not declared and so has no policy" SIM__HINT
                  ", did you mean `%s`?",
                  path, near);
    }
}

/* ---- backoff ---- */

/* Whether the file states each wait of the service: then it knows them. */
static bool has_delays(struct sim__lint *lint, const struct sim_service *service)
{
    const struct sim_scenario *scenario = lint->scenario;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *expectation = &scenario->expectations[i];
        if (!sim__lint_spend(lint, expectation->series_count + 1u)) {
            return true; /* too much to look through: nothing is said */
        }
        for (uint32_t k = 0; k < expectation->series_count; k++) {
            if (expectation->what == SIM_WHAT_DELAYS &&
                strcmp(expectation->series[k].name, service->name) == 0) {
                return true;
            }
        }
    }
    return false;
}

void sim__trap_base_above_max(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sup_backoff_policy *backoff = &subject->service->policy.backoff;
    char base[48], max[48];
    if (backoff->base.ns > backoff->max.ns && !has_delays(lint, subject->service)) {
        sim__warn(lint, sim__lint_place(lint, subject, "backoff", "base"),
                  "`base`, %s, is above `max`, %s: every wait is `max`",
                  sim_duration_format(backoff->base.ns, base),
                  sim_duration_format(backoff->max.ns, max));
    }
}

/* ---- readiness and heartbeats ---- */

/* Whether an attempt is a program, of which nothing is known here. */
static bool is_unknown(const struct sim__subject *subject)
{
    return subject->service->exec != NULL;
}

void sim__trap_never_beats(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim_service *service = subject->service;
    if (service->policy.stale_after.ns == SUP_NEVER_NS || sim__lint_script(lint, service)->beats ||
        (lint->actions & SIM__ACT(BEAT)) != 0 || is_unknown(subject) ||
        (lint->beats && !sim__lint_own(lint, subject, "heartbeat")) ||
        sim__lint_mentions(lint, "heartbeat")) {
        return;
    }
    sim__warn(lint, sim__lint_place(lint, subject, "heartbeat", "stale-after"),
              "no attempt beats, and a heartbeat is looked after from the first beat on" SIM__HINT
              "; an item of the script beats with `beat: {every: 1s}`");
}

/* The item whose beats come further apart than `stale-after`; NULL: none. */
static const struct sim_behaviour *slow_item(const struct sim_service *service)
{
    for (uint32_t i = 0; i < service->script_count; i++) {
        const struct sim_behaviour *item = &service->script[i];
        if (item->has_beat &&
            sim__lint_least(&item->beat_every).ns > service->policy.stale_after.ns) {
            return item;
        }
    }
    return NULL;
}

void sim__trap_beats_too_late(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim_service *service = subject->service;
    const struct sim_behaviour *item = slow_item(service);
    char every[48], after[48];
    if (item != NULL && (lint->actions & SIM__ACT(BEAT)) == 0 &&
        !sim__lint_mentions(lint, "stale unhealthy heartbeat")) {
        sim__warn(lint, item->place, "it beats every %s, and is stale after %s without a beat",
                  sim_duration_format(sim__lint_least(&item->beat_every).ns, every),
                  sim_duration_format(service->policy.stale_after.ns, after));
    }
}

void sim__trap_never_ready(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim_service *service = subject->service;
    if (!service->policy.ready_explicit || sim__lint_script(lint, service)->ready ||
        (lint->actions & SIM__ACT(READY)) != 0 || is_unknown(subject) ||
        sim__lint_asks_ready(service->policy.rules) ||
        sim__lint_mentions(lint, "starting unreported timed-out not-ready not ready in time")) {
        return;
    }
    sim__warn(lint, sim__lint_place(lint, subject, "ready", "explicit"),
              "no attempt reports that it is ready, so none ever runs" SIM__HINT
              "; an item of the script reports with `ready: {after: 1s}`");
}

/* ---- policies ---- */

void sim__trap_policy_without_restarts(struct sim__lint *lint, const struct sim__subject *subject)
{
    static const char *const keys[] = {"max-restarts", "backoff", "breaker", "restart-limit"};
    const struct sup_policy *policy = &subject->service->policy;
    bool by_word = policy->rules == NULL || !policy->rules->has_restart_on;
    if (!sim__lint_never_restarts(policy)) {
        return;
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (sim__lint_own(lint, subject, keys[i])) {
            sim__warn(lint, sim__lint_place(lint, subject, NULL, keys[i]),
                      "`%s` has no effect: `restart: %s` gives this service no restarts", keys[i],
                      by_word ? "never" : "{on: []}");
            return;
        }
    }
}

/* ---- scripts ---- */

/* What cuts an attempt short that would run for ever. */
static bool is_cut_short(const struct sim__lint *lint, const struct sim_service *service)
{
    const uint64_t ends = SIM__ACT(FAIL) | SIM__ACT(CRASH) | SIM__ACT(SUCCEED) |
                          SIM__ACT(REFUSE_STARTS) | SIM__ACT(RESTART) | SIM__ACT(RESUME) |
                          SIM__ACT(CANCEL) | SIM__ACT(ABORT);
    const struct sup_policy *policy = &service->policy;
    return (lint->actions & ends) != 0 || lint->together || lint->limited ||
           policy->ready_explicit || policy->stale_after.ns != SUP_NEVER_NS ||
           (policy->rules != NULL && policy->rules->run_for.ns != SUP_NEVER_NS);
}

void sim__trap_script_never_reached(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim_service *service = subject->service;
    if (is_cut_short(lint, service)) {
        return;
    }
    for (uint32_t i = 0; i + 1 < service->script_count; i++) {
        const struct sim_behaviour *item = &service->script[i];
        bool works = item->kind == SIM_RUN && item->call == NULL;
        bool endless = works || (item->kind == SIM_HANG && !item->has_for);
        if (endless && !is_unknown(subject)) {
            const struct sim__node *root = sim__lint_root(lint);
            if (root == NULL || sim__node_get(root, "conditions") != NULL) {
                return;
            }
            sim__warn(lint, service->script[i + 1].place,
                      "no attempt comes this far: the item before it does not end by itself");
            return;
        }
    }
}
