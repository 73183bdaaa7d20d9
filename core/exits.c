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
    for (uint32_t code = first; code <= last; code++) {
        words[code / 64] |= UINT64_C(1) << code % 64;
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

/* By what the attempt itself returned. */
static bool by_return(const struct sup_exit_set *set, const struct sup__exit *exit)
{
    return has_code(set->codes, exit->code) || (set->signals & exit->signal) != 0 ||
           has_code(set->finish, exit->finish);
}

/* A clean end stays one when `success` knows it, a failure becomes one. What could not be
 * started has returned nothing. */
static void count_success(const struct sup_rules *rules, struct sup__exit *exit)
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

/* Each member by itself: `counted` is rarely anything. */
void sup__exit_look(struct sup *sup, struct sup__service *s, const struct sup_end *end,
                    struct sup__exit *ret_exit)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(s->live && policy->rules != NULL);
    ret_exit->returned = ret_exit->end = end;
    ret_exit->stopped = s->cancel_delivered;
    ret_exit->broke_word = !s->was_ready && policy->ready_explicit;
    ret_exit->unready = ret_exit->broke_word || (!s->was_ready && sup__ready_by_time(policy));
    s->was_ready = false;
    if (ret_exit->unready && sup__keeps_anchor(policy)) {
        sup__anchor_unready(sup, s);
    }
    if (ret_exit->stopped) {
        ret_exit->code = ret_exit->finish = -1;
        ret_exit->signal = 0;
        return;
    }
    ret_exit->code = code_of(end);
    ret_exit->signal = signal_of(end);
    ret_exit->finish = end->has_finish ? end->finish : -1;
    count_success(policy->rules, ret_exit);
}

/* ---- what follows ---- */

static uint32_t classes_of(const struct sup__exit *exit, enum sup_outcome cause)
{
    uint32_t unready = exit->unready ? BIT(UNREADY) : 0;
    switch (cause) {
    case SUP_OUTCOME_SUCCEEDED:
        return unready | (exit->broke_word ? BIT(PROTOCOL) : BIT(CLEAN));
    case SUP_OUTCOME_CRASHED:
        return unready | BIT(CRASHED);
    case SUP_OUTCOME_REFUSED:
        return unready | BIT(REFUSED);
    case SUP_OUTCOME_TIMED_OUT:
        return unready | BIT(TIMED_OUT);
    case SUP_OUTCOME_UNHEALTHY:
        return unready | BIT(UNHEALTHY);
    default: /* or aborted, by nobody here */
        SUP_ASSERT(cause == SUP_OUTCOME_FAILED || cause == SUP_OUTCOME_ABORTED);
        return unready | BIT(FAILED);
    }
}

uint32_t sup__exit_classes(const struct sup__exit *exit, enum sup_outcome cause)
{
    return classes_of(exit, cause);
}

bool sup__exit_is_in(const struct sup_exit_set *set, const struct sup__exit *exit,
                     enum sup_outcome cause)
{
    return (set->classes & classes_of(exit, cause)) != 0 || by_return(set, exit);
}

enum sup__fate sup__exit_fate(const struct sup_policy *policy, const struct sup__exit *exit,
                              enum sup_outcome cause)
{
    const struct sup_rules *rules = policy->rules;
    uint32_t classes = classes_of(exit, cause);
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
                                          : (sup__restart_classes(policy->restart) & classes) != 0;
    return restarts ? SUP__FATE_RESTARTS : SUP__FATE_ENDS;
}
