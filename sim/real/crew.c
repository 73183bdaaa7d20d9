/* What the crews share. */
#include "crew.h"

#include "sim/run/action.h"
#include "sim/run/engine.h"
#include "sup/error.h"

bool sim__crew_live(const struct sim_engine *engine, uint32_t slot, struct sup_attempt *ret_id)
{
    struct sup_snapshot snapshot;
    if (sup_snapshot_slot(engine->sup, slot, &snapshot) != SUP_OK || !snapshot.active) {
        return false;
    }
    *ret_id = (struct sup_attempt){
        .slot = slot, .generation = snapshot.generation, .attempt = snapshot.attempt};
    return true;
}

bool sim__crew_say(const struct sim_engine *engine, uint32_t slot, enum sim_say say)
{
    struct sup_attempt id;
    if (!sim__crew_live(engine, slot, &id)) {
        return false;
    }
    if (say == SIM_SAY_BEAT) {
        sup_reported(sup_report_beat(engine->sup, id));
    } else {
        sup_reported(sup_report_ready(engine->sup, id, say == SIM_SAY_READY));
    }
    return true;
}

void sim__crew_do(struct sim_engine *engine, const struct sup_host *host,
                  const struct sim_action *action)
{
    uint64_t now_ns = sup_host_now(host).ns;
    if (engine->stopped) {
        return;
    }
    engine->now_ns = now_ns > engine->now_ns ? now_ns : engine->now_ns;
    sim__action_do(engine, sim__timeline_scripted(&engine->timeline, action));
}
