/* Why an attempt does something else than its script says; see reason.h. */
#include "reason.h"

#include "calm.h"
#include "cast.h"
#include "engine.h"
#include "refusals.h"
#include "sim/base/text.h"
#include "sup/error.h"

/* What is refused does nothing at all. */
static bool follows_needs(struct sim_executor *executor, const struct sup_event *event)
{
    return !sim__calm_is_on(&executor->calm) &&
           !sim__refusals_owed(&executor->refusals, event->slot);
}

const char *sim__reason_of_world(void *context, const struct sup_event *event)
{
    struct sim_engine *engine = context;
    struct sup_snapshot snapshot;
    struct sim__text text;
    if (event->type != SUP_EVENT_ATTEMPT_STARTED || engine->scenario->condition_count == 0 ||
        sup_snapshot_slot(engine->sup, event->slot, &snapshot) != SUP_OK) {
        return NULL;
    }
    const struct sim_agent *agent = snapshot.work;
    const struct sim_need *need = sim__conditions_down(&engine->conditions, agent->service);
    if (need == NULL || !follows_needs(&engine->executor, event)) {
        return NULL;
    }
    sim__text_init_fixed(&text, engine->reason, sizeof(engine->reason));
    sim__text_put(&text, "needs: ");
    sim__text_put(&text, engine->scenario->conditions[need->condition].name);
    sim__text_put(&text, " is ");
    sim__text_put(&text, engine->conditions.states[need->condition]);
    return engine->reason;
}
