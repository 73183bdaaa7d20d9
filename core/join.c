/* Joins, and the ties between registrations and tokens. */
#include "join.h"

#include "sup/join.h"

#include "memory.h"
#include "probe.h"
#include "registry.h"
#include "service.h"
#include "supervisor.h"
#include "text.h"

static int result_of(const struct sup__service *s)
{
    SUP_ASSERT(s->reason != SUP_REASON_NONE);
    if (s->reason == SUP_REASON_COMPLETED) {
        return SUP_OK;
    }
    switch ((enum sup_outcome)s->last) {
    case SUP_OUTCOME_CRASHED:
        return SUP_EPANICKED;
    case SUP_OUTCOME_REFUSED:
        return SUP_EREFUSED;
    case SUP_OUTCOME_FAILED:
    case SUP_OUTCOME_TIMED_OUT:
    case SUP_OUTCOME_UNHEALTHY:
        return SUP_EFAILED;
    default:
        return SUP_EABORTED;
    }
}

static void tell(struct sup_join *join, const struct sup_joined *joined)
{
    SUP_ASSERT(join->sup != NULL);
    sup_join_leave(join);
    join->fn(join->context, joined);
}

void sup__tell_joins(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->phase == SUP_PHASE_TERMINATED && !s->live);
    const struct sup__rare *rare = sup__rare_of(sup, s);
    if (rare->joins == NULL) {
        return;
    }
    bool removed = s->reason == SUP_REASON_NONE;
    SUP_PROBE("join: told");
    SUP_PROBE_WHEN("join: of one that is removed", removed);
    SUP_PROBE_WHEN("join: more than one", rare->joins->next != NULL);
    struct sup_joined joined = {
        .result = removed ? SUP_EABORTED : result_of(s),
        .value = rare->value,
        .error = sup__error_text(sup, s),
        .reason = s->reason,
        .outcome = s->last,
        .size = sizeof(joined),
    };
    while (rare->joins != NULL) {
        tell(rare->joins, &joined);
    }
}

void sup__joins_gone(struct sup *sup)
{
    struct sup_joined joined = {.result = SUP_EGONE, .error = "", .size = sizeof(joined)};
    for (uint32_t slot = 0; slot < sup->slot_count; slot++) {
        const struct sup__rare *rare = sup__rare_of(sup, &sup->services[slot]);
        while (rare->joins != NULL) {
            tell(rare->joins, &joined);
        }
    }
}

int sup_join_start(struct sup *sup, const char *service, sup_join_fn fn, void *context,
                   struct sup_join *join)
{
    struct sup__service *s = service == NULL ? NULL : sup__registered(sup, service);
    if (s == NULL || fn == NULL) {
        return s == NULL ? SUP_EUNKNOWN : SUP_EINVAL;
    }
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__rare *rare = sup__rare_make(sup, s);
    *join = (struct sup_join){.sup = sup,
                              .next = rare->joins,
                              .fn = fn,
                              .context = context,
                              .slot = slot,
                              .generation = s->generation};
    if (rare->joins != NULL) {
        rare->joins->previous = join;
    }
    rare->joins = join;
    if (s->phase == SUP_PHASE_TERMINATED) {
        sup__tell_joins(sup, s);
    }
    return SUP_OK;
}

void sup_join_leave(struct sup_join *join)
{
    if (join->sup == NULL) {
        return;
    }
    if (join->previous != NULL) {
        join->previous->next = join->next;
    } else {
        join->sup->rares[join->slot].joins = join->next;
    }
    if (join->next != NULL) {
        join->next->previous = join->previous;
    }
    join->sup = NULL;
}

/* ---- tokens ---- */

static void token_cancelled(void *context)
{
    struct sup__tie *tie = context;
    struct sup *sup = tie->sup;
    const struct sup__service *s = &sup->services[tie->slot];
    static const struct sup_actor actor = {"token", "its cancellation token was cancelled"};
    SUP_ASSERT(s->registered && s->generation == tie->generation);
    /* Refused only when something stronger is ending it already. */
    sup_ignore(sup_cancel(sup, s->name, &actor, NULL));
}

int sup__tie_make(struct sup *sup, struct sup_token *token, struct sup__tie **ret_tie)
{
    struct sup__tie *tie = sup__alloc(&sup->config.alloc, sizeof(*tie));
    if (tie == NULL) {
        return SUP_ENOMEM;
    }
    tie->token = token;
    tie->sup = sup;
    *ret_tie = tie;
    return SUP_OK;
}

/* The token is not cancelled now: the spawn would have been refused, or, when it waited
 * for a replaced one's end, dropped. */
void sup__tie_start(struct sup *sup, struct sup__service *s, struct sup__tie *tie)
{
    sup__tie_drop(sup, sup__rare_of(sup, s)->tie);
    if (tie == NULL) {
        if (s->rare) {
            sup__rare_make(sup, s)->tie = NULL;
        }
        return;
    }
    sup__rare_make(sup, s)->tie = tie;
    tie->slot = sup__slot_of(sup, s);
    tie->generation = s->generation;
    SUP_ASSERT(!sup_token_cancelled(tie->token));
    sup_token_watch_start(&tie->watch, tie->token, token_cancelled, tie);
}

void sup__tie_drop(struct sup *sup, struct sup__tie *tie)
{
    if (tie != NULL) {
        sup_token_watch_stop(&tie->watch);
        sup__release(&sup->config.alloc, tie, sizeof(*tie));
    }
}
