/* The few behaviours of attempts when all faults are off. */
#include "calm.h"

#include <string.h>

#include "executor.h"
#include "sup/assert.h"
#include "sup/error.h"

/* What tells one from another. */
struct key {
    uint64_t stale_after_ns;
    uint64_t is_call; /* of an interval */
    uint64_t reports;
};

struct sim__calm_form {
    struct key key;
    struct sim_behaviour behaviour;
};

int sim__calm_begin(struct sim_calm *calm)
{
    if (sim__calm_is_on(calm)) {
        return SUP_OK;
    }
    int result = sim__arena_create(&sup_allocator_libc, &calm->arena);
    if (result == SUP_OK) {
        sim__table_init(&calm->forms, calm->arena, 1);
    }
    return result;
}

void sim__calm_release(struct sim_calm *calm)
{
    sim__arena_free(calm->arena);
    *calm = (struct sim_calm){0};
}

static struct sim_behaviour behaviour_of(const struct key *key)
{
    struct sim_behaviour behaviour = {.kind = key->is_call ? SIM_SUCCEED : SIM_RUN, .times = 1};
    if (key->reports) {
        behaviour.ready = SIM_READY_AFTER;
    }
    if (!key->is_call && key->stale_after_ns != SUP_NEVER_NS) {
        behaviour.has_beat = true;
        behaviour.beat_every.low.ns = key->stale_after_ns > 1 ? key->stale_after_ns / 2 : 1;
    }
    return behaviour;
}

static struct sim__calm_form *new_form(struct sim_arena *arena, const struct key *key)
{
    struct sim__calm_form *form = sim__arena_alloc(arena, 1, sizeof(*form));
    if (form != NULL) {
        form->key = *key;
        form->behaviour = behaviour_of(key);
    }
    return form;
}

const struct sim_behaviour *sim__calm_behaviour(struct sim_calm *calm,
                                                const struct sim_service *service,
                                                enum sup_readiness readiness)
{
    const struct sup_policy *policy = &service->policy;
    const struct key key = {
        .stale_after_ns = policy->stale_after.ns,
        .is_call = policy->kind == SUP_KIND_INTERVAL,
        .reports = readiness == SUP_READINESS_NOT_READY ||
                   (policy->ready_explicit && readiness == SUP_READINESS_UNREPORTED),
    };
    SUP_ASSERT(sim__calm_is_on(calm));
    if (calm->last != NULL && memcmp(&calm->last->key, &key, sizeof(key)) == 0) {
        return &calm->last->behaviour;
    }
    const struct sim__slot *known =
        sim__table_find(&calm->forms, 0, (const char *)&key, sizeof(key));
    if (known != NULL) {
        calm->last = known->value;
        return &calm->last->behaviour;
    }
    bool is_new;
    struct sim__calm_form *form = new_form(calm->arena, &key);
    struct sim__slot *slot =
        form == NULL
            ? NULL
            : sim__table_add(&calm->forms, 0, (const char *)&form->key, sizeof(key), &is_new);
    if (slot == NULL) {
        return NULL;
    }
    slot->value = form;
    calm->last = form;
    return &form->behaviour;
}

/* ---- the attempts that there are ---- */

/* What was given up, and goes on all the same, does no more: it ends, and reports late. */
static int calm_abandoned(struct sim_executor *executor)
{
    for (uint32_t i = 0; i < executor->cast.unit_count; i++) {
        struct sim_attempt *attempt = sim__cast_attempt(&executor->cast, i);
        if (attempt->id.attempt == 0 || attempt->agent->live == attempt) {
            continue;
        }
        const struct sim_behaviour *behaviour =
            sim__calm_behaviour(&executor->calm, attempt->agent->service, SUP_READINESS_UNREPORTED);
        if (behaviour == NULL) {
            return SUP_ENOMEM;
        }
        attempt->script.cancelled = true;
        sim__executor_begin_anew(executor, attempt, behaviour);
    }
    return SUP_OK;
}

int sim__calm_attempts(struct sim_executor *executor)
{
    struct sup_snapshot snapshot;
    uint64_t cursor = 0;
    while (sup_snapshot_next(executor->sup, &cursor, &snapshot)) {
        const struct sim_agent *agent = snapshot.work;
        if (agent->live == NULL) {
            continue;
        }
        const struct sim_behaviour *behaviour =
            sim__calm_behaviour(&executor->calm, agent->service, snapshot.readiness);
        if (behaviour == NULL) {
            return SUP_ENOMEM;
        }
        sim__executor_begin_anew(executor, agent->live, behaviour);
    }
    return calm_abandoned(executor);
}
