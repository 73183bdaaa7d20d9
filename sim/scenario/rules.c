/* The rules of a policy: `restart: {on: SET}`, `exit`, `clean-exits`, and those of its parts. */
#include "rules.h"

#include <string.h>

#define X(id, name) {name, SUP_CLEAN_EXITS_##id},
static const struct sim__word clean_exits_words[] = {SUP_CLEAN_EXITS_LIST(X)};
#undef X

#define X(id, name) {name, SUP_STOP_##id},
static const struct sim__word stop_words[] = {SUP_STOP_THEN_LIST(X)};
#undef X

static void read_restart(struct sim__reader *r, const struct sim__node *node,
                         struct sup_rules *rules)
{
    enum { SIM__RESTART_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__RESTART_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (sim__map(r, node, &keys, v) && sim__required(r, node, v[ON], "on")) {
        sim__read_exit_set(r, v[ON], SIM__SET_OF_ENDS, &rules->restart_on);
        rules->has_restart_on = true;
    }
}

static void read_exit(struct sim__reader *r, const struct sim__node *node, struct sup_rules *rules)
{
    enum { SIM__EXIT_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__EXIT_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    if (v[SUCCESS] != NULL) {
        sim__read_exit_set(r, v[SUCCESS], SIM__SET_OF_RETURNS, &rules->success);
    }
    if (v[PREVENT] != NULL) {
        sim__read_exit_set(r, v[PREVENT], SIM__SET_OF_ENDS, &rules->prevent);
    }
    if (v[FORCE] != NULL) {
        sim__read_exit_set(r, v[FORCE], SIM__SET_OF_ENDS, &rules->force);
    }
}

static void read_ready(struct sim__reader *r, const struct sim__node *node, struct sup_rules *rules)
{
    const struct sim__node *after =
        node != NULL && node->kind == SIM__MAP ? sim__node_at(node, SIM__KEY_AFTER) : NULL;
    if (after != NULL) {
        (void)sim__duration(r, after, SIM__FINITE, &rules->ready_after);
    }
}

static void read_stop(struct sim__reader *r, const struct sim__node *stop,
                      const struct sup_policy *policy, struct sup_rules *rules)
{
    const struct sim__node *then = sim__node_at(stop, SIM__KEY_THEN);
    const struct sim__node *abort = sim__node_at(stop, SIM__KEY_ABORT);
    const struct sim__node *signal = sim__node_at(stop, SIM__KEY_SIGNAL);
    const struct sim__node *finish = sim__node_at(stop, SIM__KEY_FINISH);
    int word;
    if (then != NULL && sim__word(r, then, SIM__WORDS("`then` of a stop", stop_words), &word)) {
        rules->stop_then = (enum sup_stop_then)word;
    }
    if (abort != NULL) {
        (void)sim__boolean(r, abort, &rules->stop_abort);
    }
    if (finish != NULL) {
        (void)sim__duration(r, finish, SIM__NEVER_OK, &rules->stop_finish);
    }
    if (signal != NULL) {
        (void)sim__signal(r, signal, SIM__SIGNAL_ANY, &rules->stop_signal);
    }
    if (rules->stop_then == SUP_STOP_REPEAT && policy->stop_grace.ns == 0) {
        sim__error(r, then->at, "`then`: to repeat needs a `grace` above 0");
    }
}

static void read_all(struct sim__reader *r, struct sim__node *const *v, struct sup_policy *policy,
                     struct sup_rules *rules)
{
    enum { SIM__SERVICE_KEYS(SIM__ID) KEYS };
    int word;
    if (v[BACKOFF] != NULL && v[BACKOFF]->kind == SIM__MAP) {
        sim__read_waits(r, v[BACKOFF], &policy->backoff, rules);
    }
    if (v[RESTART] != NULL && sim__is_map(v[RESTART])) {
        read_restart(r, v[RESTART], rules);
    }
    if (v[EXIT] != NULL) {
        read_exit(r, v[EXIT], rules);
    }
    read_ready(r, v[READY], rules);
    sim__read_operator(r, v[OPERATOR], &rules->operators);
    if (v[STOP] != NULL && v[STOP]->kind == SIM__MAP) {
        read_stop(r, v[STOP], policy, rules);
    }
    if (v[SIGNIFICANT] != NULL) {
        (void)sim__boolean(r, v[SIGNIFICANT], &rules->significant);
    }
    if (v[RUN_FOR] != NULL) {
        (void)sim__duration(r, v[RUN_FOR], SIM__NEVER_OK | SIM__ABOVE_ZERO, &rules->run_for);
    }
    if (v[CLEAN_EXITS] != NULL &&
        sim__word(r, v[CLEAN_EXITS], SIM__WORDS("word of `clean-exits`", clean_exits_words),
                  &word)) {
        rules->clean_exits = (enum sup_clean_exits)word;
    }
    sim__read_limit(r, v[RESTART_LIMIT], SIM__LIMIT_OF_SERVICE, &policy->limit, &rules->limit);
}

/* The rules of a policy that says none. */
static const struct sup_rules *no_rules(struct sim__reader *r)
{
    if (r->no_rules == NULL) {
        r->no_rules = sim__arena_alloc(r->scratch, 1, sizeof(*r->no_rules));
        if (r->no_rules != NULL) {
            sup_rules_default(r->no_rules);
        }
    }
    return r->no_rules;
}

/* Most services of a file have the same rules, those of its defaults. */
const struct sup_rules *sim__read_rules(struct sim__reader *r, struct sim__node *const *values,
                                        struct sup_policy *policy)
{
    const struct sup_rules *none = no_rules(r);
    struct sup_rules rules;
    if (none == NULL) {
        return NULL;
    }
    memcpy(&rules, none, sizeof(rules));
    read_all(r, values, policy, &rules);
    if (memcmp(&rules, none, sizeof(rules)) == 0) {
        return NULL;
    }
    if (r->last_rules != NULL && memcmp(&rules, r->last_rules, sizeof(rules)) == 0) {
        return r->last_rules;
    }
    struct sup_rules *copy = sim__arena_alloc(r->arena, 1, sizeof(*copy));
    if (copy != NULL) {
        memcpy(copy, &rules, sizeof(rules));
        r->last_rules = copy;
    }
    return copy;
}
