/* A run whose choices pass by a tape; see taped.h. */
#include "taped.h"

#include <inttypes.h>
#include <stdio.h>

#include "engine.h"
#include "sim/base/oracle_tape.h"
#include "sim/base/tape.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"

static void put_label(char *label, const char *what, const char *name)
{
    (void)snprintf(label, SIM__LABEL_BYTES, "%s:%s", what, name != NULL ? name : "");
}

int sim__taped_begin(struct sim_engine *engine)
{
    struct sim_tape *tape = engine->options->tape;
    if (tape == NULL || engine->own_oracle == NULL || engine->options->outside != NULL) {
        return SUP_OK;
    }
    sim__oracle_set_tape(engine->own_oracle, tape);
    return sim__tape_begin(tape, &engine->now_ns);
}

void sim__taped_end(struct sim_engine *engine)
{
    struct sim_tape *tape = sim__oracle_tape(engine->oracle);
    if (tape == NULL) {
        return;
    }
    sim__tape_end(tape);
    if (tape->error == SUP_ENOMEM) {
        engine->error = SUP_ENOMEM;
    }
}

/* ---- scripts ---- */

/* The stream is an agent's own, that of the name which it had first. */
static void label_script(void *context, const struct sup_random *stream, char *ret_label)
{
    const struct sim_executor *executor = context;
    const char *bytes = (const char *)stream;
    const struct sim_agent *agent = (const void *)(bytes - offsetof(struct sim_agent, own));
    SUP_ASSERT(executor->owners[agent->slot].stream == agent);
    put_label(ret_label, "script", sup_slot_name(executor->sup, agent->slot));
}

void sim__taped_executor(struct sim_executor *executor)
{
    executor->draws.tape = sim__oracle_tape(executor->oracle);
    executor->draws.label = label_script;
    executor->draws.context = executor;
}

uint64_t sim__taped_task(void *executor, const char *name, uint64_t bound, uint64_t drawn)
{
    struct sim_tape *tape = ((struct sim_executor *)executor)->draws.tape;
    char label[SIM__LABEL_BYTES];
    if (tape == NULL) {
        return drawn;
    }
    put_label(label, "task", name);
    const struct sim__asked asked = {.label = label, .most = bound, .drawn = drawn};
    return sim__tape_ask(tape, &asked);
}

/* ---- the timeline ---- */

static const struct sim_act *act_of(const struct sim_timeline *timeline,
                                    const struct sup_random *stream)
{
    for (uint32_t i = 0; i < timeline->count; i++) {
        const struct sim_act *act = &timeline->acts[i];
        if (&act->times == stream || &act->chosen == stream) {
            return act;
        }
    }
    const struct sim_act *act = timeline->scripted;
    while (act != NULL && &act->times != stream && &act->chosen != stream) {
        act = act->next;
    }
    return act;
}

static void label_timeline(void *context, const struct sup_random *stream, char *ret_label)
{
    const struct sim_act *act = act_of(context, stream);
    SUP_ASSERT(act != NULL);
    (void)snprintf(ret_label, SIM__LABEL_BYTES, "%s:%016" PRIx64,
                   stream == &act->times ? "timeline" : "target", act->action->stream);
}

void sim__taped_timeline(struct sim_timeline *timeline)
{
    timeline->draws.tape = sim__oracle_tape(timeline->oracle);
    timeline->draws.label = label_timeline;
    timeline->draws.context = timeline;
}

/* ---- the supervisor ---- */

static struct sup_duration pass_jitter(void *context, uint32_t slot,
                                       const struct sup_jitter_draw *draw)
{
    const struct sim_engine *engine = context;
    char label[SIM__LABEL_BYTES];
    put_label(label, "jitter", sup_slot_name(engine->sup, slot));
    const struct sim__asked asked = {
        .label = label,
        .most = draw->most.ns - draw->least.ns,
        .drawn = draw->drawn.ns - draw->least.ns,
        .low = draw->least.ns,
        .unit = SIM__UNIT_SPAN,
    };
    return SUP_NS(draw->least.ns + sim__tape_ask(sim__oracle_tape(engine->oracle), &asked));
}

void sim__taped_config(struct sim_engine *engine, struct sup_config *config)
{
    if (sim__oracle_tape(engine->oracle) != NULL) {
        config->jitter = pass_jitter;
        config->jitter_context = engine;
    }
}
