/* What becomes of the end of an attempt that an item of a script serves. */
#include "sup/rules.h"
#include "traps.h"

bool sim__lint_never_restarts(const struct sup_policy *policy)
{
    const struct sup_rules *rules = policy->rules;
    if (rules == NULL) {
        return policy->restart == SUP_RESTART_NEVER;
    }
    bool nothing = rules->has_restart_on ? sup_exit_set_is_empty(&rules->restart_on)
                                         : policy->restart == SUP_RESTART_NEVER;
    return nothing && sup_exit_set_is_empty(&rules->force);
}

/* Whether some set asks whether it was ready. */
bool sim__lint_asks_ready(const struct sup_rules *rules)
{
    const uint32_t unready = UINT32_C(1) << SUP_EXIT_UNREADY | UINT32_C(1) << SUP_EXIT_PROTOCOL;
    return rules != NULL &&
           ((rules->restart_on.classes | rules->prevent.classes | rules->force.classes) &
            unready) != 0;
}

/* What the item returns: an exit code, a signal, or neither. */
struct returned {
    enum sup_exit_class which;
    int32_t code;   /* -1: none */
    int32_t signal; /* 0: none */
};

static struct returned returned_by(const struct sim_behaviour *item)
{
    switch (item->kind) {
    case SIM_SUCCEED:
        return (struct returned){SUP_EXIT_CLEAN, 0, 0};
    case SIM_FAIL:
        return (struct returned){SUP_EXIT_FAILED, item->has_code ? item->code : 1, 0};
    case SIM_CRASH:
        return (struct returned){SUP_EXIT_CRASHED, item->signal > 0 ? -1 : 1, item->signal};
    default:
        return (struct returned){SUP_EXIT_REFUSED, -1, 0};
    }
}

static bool holds(const struct sup_exit_set *set, const struct returned *end)
{
    return (set->classes >> end->which & 1) != 0 ||
           (end->code >= 0 && (set->codes[end->code / 64] >> end->code % 64 & 1) != 0) ||
           (end->signal > 0 && (set->signals >> (end->signal - 1) & 1) != 0);
}

static bool class_restarts(enum sup_restart restart, enum sup_exit_class which)
{
    switch (restart) {
    case SUP_RESTART_ALWAYS:
        return true;
    case SUP_RESTART_ON_FAILURE:
        return which != SUP_EXIT_CLEAN;
    case SUP_RESTART_ON_CRASH:
        return which == SUP_EXIT_CRASHED;
    default:
        return false;
    }
}

enum sim__lint_end sim__lint_end(const struct sim_service *service,
                                 const struct sim_behaviour *item)
{
    const struct sup_policy *policy = &service->policy;
    const struct sup_rules *rules = policy->rules;
    bool ends = item->kind == SIM_FAIL || item->kind == SIM_REFUSE || item->kind == SIM_CRASH ||
                item->kind == SIM_SUCCEED;
    if (!ends || policy->kind == SUP_KIND_TASK ||
        (rules != NULL && (item->finish != NULL || policy->ready_explicit ||
                           rules->ready_after.ns > 0 || rules->run_for.ns != SUP_NEVER_NS))) {
        return SIM__LINT_LAST;
    }
    struct returned end = returned_by(item);
    if (rules != NULL && end.which != SUP_EXIT_REFUSED) {
        bool success = holds(&rules->success, &end);
        end.which = success                       ? SUP_EXIT_CLEAN
                    : end.which == SUP_EXIT_CLEAN ? SUP_EXIT_FAILED
                                                  : end.which;
    }
    bool clean = end.which == SUP_EXIT_CLEAN;
    if (rules != NULL && holds(&rules->prevent, &end)) {
        return SIM__LINT_LAST;
    }
    if (clean && policy->kind == SUP_KIND_INTERVAL) {
        return SIM__LINT_FREE;
    }
    bool restarts = class_restarts(policy->restart, end.which);
    if (rules != NULL) {
        restarts = holds(&rules->force, &end) ||
                   (rules->has_restart_on ? holds(&rules->restart_on, &end) : restarts);
    }
    if (!restarts) {
        return SIM__LINT_LAST;
    }
    if (rules != NULL && rules->after_ready.ns != SUP_NEVER_NS && end.which != SUP_EXIT_REFUSED) {
        return SIM__LINT_FREE; /* ready by its start */
    }
    bool counts = !clean || (rules != NULL && rules->clean_exits == SUP_CLEAN_EXITS_COUNT);
    return counts ? SIM__LINT_COUNTED : SIM__LINT_FREE;
}
