/* What a late run does otherwise when what is done takes its time. */
#include "late.h"

#include "engine.h"
#include "sup/supervisor.h"

void sim__set_late_clock(void *context, struct sup_instant now)
{
    struct sim_engine *engine = context;
    engine->turn_ns = now.ns;
    if (engine->options->lateness_each_ns == 0 || now.ns > engine->now_ns) {
        engine->now_ns = now.ns;
    }
}

void sim__step_late(const struct sim_engine *engine)
{
    struct sup_instant until = {engine->turn_ns};
    (void)sup_step_some(engine->sup, sup_step_mark(engine->sup), until, UINT32_MAX);
}

bool sim__turn_goes_on(const struct sim_engine *engine, struct sup_instant next)
{
    struct sup_duration each = SUP_NS(engine->options->lateness_each_ns);
    struct sup_instant over = sup_instant_add((struct sup_instant){engine->now_ns}, each);
    return each.ns > 0 && next.ns <= over.ns && next.ns <= engine->scenario->until.ns;
}
