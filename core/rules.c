/* Rules: defaults, what is impossible, and one form for all that mean the same. */
#include "rules.h"

#include <assert.h>
#include <string.h>

#include "sup/assert.h"

#include "exits.h"
#include "face.h"
#include "limits.h"
#include "table.h"

/* What is larger was never filled in by anybody. */
#define SIZE_MAX_SANE ((size_t)1 << 16)

static const struct sup_rules defaults = {
    .size = sizeof(defaults),
    .clean_exits = SUP_CLEAN_EXITS_FREE,
    .success = {.codes = {1}}, /* code 0 */
    .grain = {1},
    .first = {SUP_NEVER_NS},
    .after_ready = {SUP_NEVER_NS},
    .operators = {.clears = SUP_CLEARS_ALL},
    .stop_finish = {SUP_NEVER_NS},
    .run_for = {SUP_NEVER_NS},
    .stop_abort = true,
};

void sup_rules_default_sized(struct sup_rules *ret_rules, size_t size)
{
    struct sup_rules own = defaults;
    own.size = size;
    sup__give(ret_rules, size, &own, sizeof(own));
}

/* A program's rules as this library knows them: they themselves, or, of another size, what `room`
 * then holds. NULL, and *ret_error is SUP_EINVAL or SUP_ENEWER. */
static const struct sup_rules *taken(const struct sup_rules *from, struct sup_rules *room,
                                     int *ret_error)
{
    if (__builtin_expect(from->size == sizeof(*from), 1)) {
        return from;
    }
    *ret_error = SUP_EINVAL;
    if (from->size < sizeof(from->size) || from->size > SIZE_MAX_SANE) {
        return NULL;
    }
    *room = defaults;
    *ret_error = sup__take(room, sizeof(*room), from, from->size);
    room->size = sizeof(*room);
    return *ret_error == SUP_OK ? room : NULL;
}

static bool set_wrong(const struct sup_exit_set *set)
{
    return set->unused != 0 || set->classes >> SUP_EXIT_CLASSES != 0;
}

static const char *mistake_of_waits(const struct sup_rules *rules)
{
    if ((unsigned)rules->shape > SUP_SHAPE_STEPS) {
        return "rules.shape is not a shape of waits";
    }
    if (rules->grain.ns == 0) {
        return "rules.grain is 0";
    }
    if ((unsigned)rules->from > SUP_FROM_READY) {
        return "rules.from is none of end, start, ready";
    }
    if (rules->wait_count > SUP_WAITS_MAX ||
        (rules->shape == SUP_SHAPE_STEPS) != (rules->wait_count > 0)) {
        return "rules.wait_count is not what rules.shape has";
    }
    return NULL;
}

static const char *mistake_of_readiness(const struct sup_policy *policy,
                                        const struct sup_rules *rules)
{
    if (rules->ready_after.ns == SUP_NEVER_NS) {
        return "rules.ready_after is never";
    }
    if (rules->ready_after.ns > 0 && policy->ready_explicit) {
        return "rules.ready_after stands beside ready_explicit";
    }
    return NULL;
}

static const char *mistake_of_operators(const struct sup_operator_rules *operators)
{
    static const struct sup_operator_rules none;
    if ((operators->clears | operators->stop_clears) > SUP_CLEARS_ALL) {
        return "rules.operators empties what there is not";
    }
    return memcmp(operators->unused, none.unused, sizeof(none.unused)) == 0
               ? NULL
               : "rules.operators.unused is not 0";
}

static const char *mistake_of_significance(const struct sup_policy *policy,
                                           const struct sup_rules *rules)
{
    static const bool none[sizeof(rules->unused_significant)];
    uint32_t always = sup__restart_classes(SUP_RESTART_ALWAYS);
    bool restarts = rules->has_restart_on ? rules->restart_on.classes == always
                                          : policy->restart == SUP_RESTART_ALWAYS;
    if (rules->significant && restarts && policy->kind != SUP_KIND_TASK) {
        return "rules.significant: what is always restarted does not end";
    }
    return memcmp(rules->unused_significant, none, sizeof(none)) == 0
               ? NULL
               : "rules.unused_significant is not false";
}

static const char *mistake_of_life(const struct sup_policy *policy, const struct sup_rules *rules)
{
    if (rules->run_for.ns == 0) {
        return "rules.run_for is 0";
    }
    if ((unsigned)rules->stop_then > SUP_STOP_LEAVE) {
        return "rules.stop_then is none of abort, repeat, leave";
    }
    if (rules->stop_then == SUP_STOP_REPEAT && policy->stop_grace.ns == 0) {
        return "rules.stop_then: to repeat needs a stop_grace above 0";
    }
    if (rules->stop_signal < 0 || rules->stop_signal > SUP_EXIT_SIGNAL_MAX) {
        return "rules.stop_signal is no signal";
    }
    if (rules->stop_then != SUP_STOP_ABORT && !rules->stop_abort) {
        return "rules.stop_then stands beside a stop_abort that is false";
    }
    return NULL;
}

static const char *mistake(const struct sup_policy *policy, const struct sup_rules *rules)
{
    if ((unsigned)rules->clean_exits > SUP_CLEAN_EXITS_COUNT) {
        return "rules.clean_exits is neither free nor count";
    }
    if (set_wrong(&rules->restart_on) || set_wrong(&rules->success) || set_wrong(&rules->prevent) ||
        set_wrong(&rules->force)) {
        return "a set of the rules holds a class that there is not";
    }
    if (rules->success.classes != 0) {
        return "rules.success holds a class; it says what is clean by code and signal";
    }
    if ((unsigned)rules->reset_from > SUP_RESET_FROM_FAILURE) {
        return "rules.reset_from is none of start, ready, failure";
    }
    const char *why = mistake_of_operators(&rules->operators);
    why = why != NULL ? why : mistake_of_significance(policy, rules);
    why = why != NULL ? why : mistake_of_waits(rules);
    why = why != NULL ? why : mistake_of_life(policy, rules);
    return why != NULL ? why : mistake_of_readiness(policy, rules);
}

const char *sup__rules_mistake(const struct sup_policy *policy, int *ret_error)
{
    SUP_ASSERT(policy->rules != NULL);
    struct sup_rules room;
    const struct sup_rules *own = taken(policy->rules, &room, ret_error);
    if (own != NULL) {
        const char *why = mistake(policy, own);
        return why != NULL ? why : sup__limit_mistake(&policy->limit, &own->limit);
    }
    return *ret_error == SUP_ENEWER ? "the rules ask for what only a later library knows"
                                    : "rules.size is not what sup_rules_default fills in";
}

/* A set that is one of the restart classes is left to the policy. */
static void settle_restart(struct sup_rules *rules, struct sup_policy *policy)
{
    static const struct sup_exit_set nothing;
    for (int word = SUP_RESTART_ON_FAILURE; word <= SUP_RESTART_NEVER; word++) {
        struct sup_exit_set same = {.classes = sup__restart_classes((enum sup_restart)word)};
        if (rules->has_restart_on && memcmp(&rules->restart_on, &same, sizeof(same)) == 0) {
            policy->restart = (enum sup_restart)word;
            rules->has_restart_on = false;
        }
    }
    if (rules->has_restart_on) {
        policy->restart = SUP_RESTART_ON_FAILURE; /* which nobody asks */
    } else {
        rules->restart_on = nothing;
    }
}

/* What the shape does not look at is as if nobody had said it. */
static void settle_waits(struct sup_rules *rules, const struct sup_rules *own,
                         enum sup_jitter jitter)
{
    rules->jitter_add = jitter == SUP_JITTER_ADD ? own->jitter_add : SUP_NS(0);
    rules->over_cap = jitter != SUP_JITTER_NONE && own->over_cap;
    rules->reset_from = own->reset_from;
    rules->reset_poll = own->reset_poll;
    rules->shape = own->shape;
    rules->after_ready = own->after_ready;
    rules->grain = own->grain;
    rules->first = own->first;
    rules->step = own->shape == SUP_SHAPE_LINEAR ? own->step : SUP_NS(0);
    rules->wait_count = own->wait_count;
    memcpy(rules->waits, own->waits, own->wait_count * sizeof(rules->waits[0]));
}

/* The waits, half of what rules may hold, lie between these two; most rules have none of them. */
#define HEAD_BYTES offsetof(struct sup_rules, waits)
#define TAIL_AT offsetof(struct sup_rules, jitter_add)
#define TAIL_BYTES (sizeof(struct sup_rules) - TAIL_AT)

static const void *tail_of(const struct sup_rules *rules)
{
    return (const char *)rules + TAIL_AT;
}

static size_t wait_bytes(const struct sup_rules *rules)
{
    return rules->wait_count * sizeof(rules->waits[0]);
}

bool sup__rules_same(const struct sup_rules *a, const struct sup_rules *b)
{
    return memcmp(a, b, HEAD_BYTES) == 0 && memcmp(a->waits, b->waits, wait_bytes(a)) == 0 &&
           memcmp(tail_of(a), tail_of(b), TAIL_BYTES) == 0;
}

void sup__rules_copy(struct sup_rules *to, const struct sup_rules *from)
{
    memcpy(to, from, HEAD_BYTES);
    memcpy(to->waits, from->waits, wait_bytes(from));
    memset((char *)to->waits + wait_bytes(from), 0, sizeof(to->waits) - wait_bytes(from));
    memcpy((char *)to + TAIL_AT, tail_of(from), TAIL_BYTES);
}

bool sup__rules_canonical(struct sup_rules *ret_rules, struct sup_policy *policy)
{
    static const struct sup_exit_set nothing;
    struct sup_rules room;
    int error;
    const struct sup_rules *own = taken(policy->rules, &room, &error);
    SUP_ASSERT(own != NULL && mistake(policy, own) == NULL);
    memset(ret_rules, 0, HEAD_BYTES);
    memset((char *)ret_rules + TAIL_AT, 0, TAIL_BYTES);
    ret_rules->size = sizeof(*ret_rules);
    ret_rules->success = own->success;
    ret_rules->grain = SUP_NS(1);
    ret_rules->first = SUP_DURATION_NEVER;
    ret_rules->ready_after = own->ready_after;
    ret_rules->significant = own->significant;
    ret_rules->run_for = own->run_for;
    ret_rules->stop_then = own->stop_then;
    ret_rules->stop_abort = own->stop_abort;
    ret_rules->stop_signal = own->stop_signal;
    ret_rules->after_ready = SUP_DURATION_NEVER;
    ret_rules->operators.clears = SUP_CLEARS_ALL;
    ret_rules->stop_finish = own->stop_finish;
    ret_rules->put_off = own->put_off;
    if (policy->kind != SUP_KIND_TASK) { /* which runs once */
        ret_rules->has_restart_on = own->has_restart_on;
        ret_rules->restart_on = own->restart_on;
        ret_rules->prevent = own->prevent;
        ret_rules->force = own->force;
        ret_rules->limit = own->limit;
        ret_rules->operators = own->operators;
        sup__limit_canonical(&policy->limit, &ret_rules->limit);
        ret_rules->clean_exits =
            policy->kind == SUP_KIND_INTERVAL ? SUP_CLEAN_EXITS_FREE : own->clean_exits;
        settle_waits(ret_rules, own, policy->backoff.jitter);
        bool at_start = !policy->ready_explicit && own->ready_after.ns == 0;
        ret_rules->from = own->from == SUP_FROM_READY && at_start ? SUP_FROM_START : own->from;
    } else {
        ret_rules->restart_on = ret_rules->prevent = ret_rules->force = nothing;
    }
    settle_restart(ret_rules, policy);
    return !sup__rules_same(ret_rules, &defaults);
}

/* Of what rules differ in most often: who finds the same hash compares all of them. */
uint64_t sup__rules_hash(const struct sup_rules *rules)
{
    const uint64_t some[] = {
        rules->restart_on.codes[0] ^ rules->restart_on.classes,
        rules->success.codes[0] ^ rules->success.signals,
        rules->prevent.codes[0] ^ rules->prevent.classes,
        rules->force.codes[0] ^ rules->force.classes,
        rules->wait_count > 0 ? rules->waits[rules->wait_count - 1].ns : rules->step.ns,
        rules->first.ns,
        rules->jitter_add.ns,
        rules->ready_after.ns,
        rules->limit.grain.ns ^ rules->limit.half_life.ns,
        rules->stop_finish.ns,
        rules->run_for.ns,
        (uint64_t)rules->shape << 32 | (uint32_t)rules->stop_signal,
    };
    return sup__hash_words(1, some, sizeof(some));
}
