/* Exit sets: what is in them, what `success` makes of an end, and who decides whether
 * another attempt follows it. */
#include "exits.h"

#include "sup/assert.h"

#include "anchor.h"
#include "liveness.h"
#include "probe.h"
#include "supervisor.h"

#define BIT(class) (UINT32_C(1) << SUP_EXIT_##class)

/* ---- sets ---- */

static int add_range(uint64_t *words, uint32_t first, uint32_t last)
{
    if (first > last || last > SUP_EXIT_CODE_MAX) {
        return SUP_EINVAL;
    }
    for (uint32_t word = first / 64; word <= last / 64; word++) {
        uint32_t low = word == first / 64 ? first % 64 : 0;
        uint32_t high = word == last / 64 ? last % 64 : 63;
        words[word] |= UINT64_MAX << low & UINT64_MAX >> (63 - high);
    }
    return SUP_OK;
}

int sup_exit_set_add_code(struct sup_exit_set *set, uint32_t first, uint32_t last)
{
    return add_range(set->codes, first, last);
}

int sup_exit_set_add_finish(struct sup_exit_set *set, uint32_t first, uint32_t last)
{
    return add_range(set->finish, first, last);
}

int sup_exit_set_add_signal(struct sup_exit_set *set, int32_t signal)
{
    if (signal < 1 || signal > SUP_EXIT_SIGNAL_MAX) {
        return SUP_EINVAL;
    }
    set->signals |= UINT64_C(1) << (signal - 1);
    return SUP_OK;
}

int sup_exit_set_add_class(struct sup_exit_set *set, enum sup_exit_class which)
{
    if ((unsigned)which >= SUP_EXIT_CLASSES) {
        return SUP_EINVAL;
    }
    set->classes |= UINT32_C(1) << which;
    return SUP_OK;
}

bool sup_exit_set_is_empty(const struct sup_exit_set *set)
{
    uint64_t all = set->signals | set->classes;
    for (int i = 0; i < 4; i++) {
        all |= set->codes[i] | set->finish[i];
    }
    return all == 0;
}

uint32_t sup__restart_classes(enum sup_restart restart)
{
    switch (restart) {
    case SUP_RESTART_ALWAYS:
        return (UINT32_C(1) << SUP_EXIT_CLASSES) - 1;
    case SUP_RESTART_ON_FAILURE:
        return BIT(FAILED) | BIT(CRASHED) | BIT(REFUSED) | BIT(TIMED_OUT) | BIT(UNHEALTHY);
    case SUP_RESTART_ON_CRASH:
        return BIT(CRASHED);
    default:
        SUP_ASSERT(restart == SUP_RESTART_NEVER);
        return 0;
    }
}

/* ---- what an end is ---- */

static bool has_code(const uint64_t *words, int32_t code)
{
    return code >= 0 && code <= (int32_t)SUP_EXIT_CODE_MAX && (words[code / 64] >> code % 64 & 1);
}

/* The exit code that a set looks at; -1 when there is none. A failure never has code 0,
 * whatever it says: that is a clean end's. */
static int32_t code_of(const struct sup_end *end)
{
    switch (end->outcome) {
    case SUP_OUTCOME_SUCCEEDED:
        return 0;
    case SUP_OUTCOME_FAILED:
        return !end->has_code ? 1 : end->code != 0 ? end->code : -1;
    case SUP_OUTCOME_CRASHED:
        return end->signal > 0 ? -1 : 1;
    default:
        return -1;
    }
}

static uint64_t signal_of(const struct sup_end *end)
{
    bool known = end->outcome == SUP_OUTCOME_CRASHED && end->signal > 0 &&
                 end->signal <= SUP_EXIT_SIGNAL_MAX;
    return known ? UINT64_C(1) << (end->signal - 1) : 0;
}

int32_t sup__exit_code(const struct sup__exit *exit)
{
    return exit->stopped ? -1 : code_of(exit->returned);
}

int32_t sup__exit_finish(const struct sup__exit *exit)
{
    return !exit->stopped && exit->returned->has_finish ? exit->returned->finish : -1;
}

/* By what the attempt itself returned. */
static bool by_return(const struct sup_exit_set *set, const struct sup__exit *exit)
{
    return !exit->stopped && (has_code(set->codes, code_of(exit->returned)) ||
                              (set->signals & signal_of(exit->returned)) != 0 ||
                              has_code(set->finish, sup__exit_finish(exit)));
}

/* A clean end stays one when `success` knows it, a failure becomes one. What could not be
 * started has returned nothing. */
static __attribute__((noinline)) void count_success(const struct sup_rules *rules,
                                                    struct sup__exit *exit)
{
    const struct sup_end *end = exit->returned;
    bool success = by_return(&rules->success, exit);
    if (end->outcome == SUP_OUTCOME_SUCCEEDED && !success) {
        SUP_PROBE("exit: clean, and counts as a failure");
        exit->counted = (struct sup_end){.outcome = SUP_OUTCOME_FAILED,
                                         .has_code = true,
                                         .value = end->value,
                                         .has_cpu = end->has_cpu,
                                         .cpu = end->cpu};
        exit->end = &exit->counted;
    } else if (end->outcome != SUP_OUTCOME_SUCCEEDED && success) {
        SUP_PROBE("exit: a failure that counts as clean");
        exit->counted = *end;
        exit->counted.outcome = SUP_OUTCOME_SUCCEEDED;
        exit->end = &exit->counted;
    }
}

static void look_at_readiness(struct sup *sup, struct sup__service *s, struct sup__exit *exit)
{
    exit->unready = !s->was_ready;
    exit->broke_word = !s->was_ready && (s->traits & SUP__TRAIT_READY_EXPLICIT) != 0;
    s->was_ready = false;
    if (exit->unready && (s->traits & SUP__TRAIT_ANCHOR) != 0) {
        sup__anchor_unready(sup, s);
    }
}

/* Each member by itself: `counted` is rarely anything. */
void sup__exit_look(struct sup *sup, struct sup__service *s, const struct sup_end *end,
                    struct sup__exit *ret_exit)
{
    SUP_ASSERT(s->live && (s->traits & SUP__TRAIT_RULES) != 0);
    ret_exit->returned = ret_exit->end = end;
    ret_exit->stopped = s->cancel_delivered;
    ret_exit->unready = ret_exit->broke_word = false;
    if ((s->traits & SUP__TRAITS_READY) != 0) {
        look_at_readiness(sup, s, ret_exit);
    }
    if ((s->traits & SUP__TRAIT_SUCCESS) != 0 && !ret_exit->stopped) {
        count_success(sup__policy_of(sup, s)->rules, ret_exit);
    }
}

/* ---- what follows ---- */

const uint8_t sup__exit_class_of[SUP_OUTCOMES] = {
    [SUP_OUTCOME_SUCCEEDED] = BIT(CLEAN),     [SUP_OUTCOME_FAILED] = BIT(FAILED),
    [SUP_OUTCOME_CRASHED] = BIT(CRASHED),     [SUP_OUTCOME_REFUSED] = BIT(REFUSED),
    [SUP_OUTCOME_TIMED_OUT] = BIT(TIMED_OUT), [SUP_OUTCOME_UNHEALTHY] = BIT(UNHEALTHY),
    [SUP_OUTCOME_ABORTED] = BIT(FAILED), /* by nobody here */
};

bool sup__exit_is_in(const struct sup_exit_set *set, const struct sup__exit *exit,
                     enum sup_outcome cause)
{
    return (set->classes & sup__exit_classes(exit, cause)) != 0 || by_return(set, exit);
}

enum sup__fate sup__exit_fate_by_sets(const struct sup__policy *policy,
                                      const struct sup__exit *exit, uint32_t classes)
{
    const struct sup_rules *rules = policy->policy.rules;
    if ((rules->prevent.classes & classes) != 0 || by_return(&rules->prevent, exit)) {
        SUP_PROBE("exit: no restart after this one");
        return SUP__FATE_PREVENTED;
    }
    if ((rules->force.classes & classes) != 0 || by_return(&rules->force, exit)) {
        SUP_PROBE("exit: a restart after this one in any case");
        return SUP__FATE_FORCED;
    }
    bool restarts = rules->has_restart_on ? (rules->restart_on.classes & classes) != 0 ||
                                                by_return(&rules->restart_on, exit)
                                          : (policy->restarts & classes) != 0;
    return restarts ? SUP__FATE_RESTARTS : SUP__FATE_ENDS;
}
