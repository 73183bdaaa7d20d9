/* What a run lights; see lights.h. */
#include "lights.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/run/heard.h"
#include "sim/scenario/read.h"
#include "sup/alloc.h"
#include "sup/error.h"

/* Services beyond share their places with others. */
#define PLACES 4096u
#define KINDS 256u
/* More than one service had an event of the kind in this instant. */
#define SEVERAL UINT32_MAX
#define NOBODY (UINT32_MAX - 1)

enum point { POINT_OF_ONE, POINT_OF_TWO, POINT_NEXT };

struct place {
    struct sup_instant at;
    uint16_t kind;
    uint8_t phase;
    bool met; /* it has had an event */
};

struct ear {
    struct sim__lights *lights;
    struct sup_instant now;
    uint32_t whose[KINDS]; /* by kind, in this instant */
    uint16_t kinds[KINDS]; /* those of this instant */
    uint32_t kind_count;
    struct place places[PLACES];
};

uint32_t sim__lights_count(const struct sim__lights *lights)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < SIM__LIGHTS / 64; i++) {
        count += (uint32_t)__builtin_popcountll(lights->words[i]);
    }
    return count;
}

/* ---- one event ---- */

/* At most 28 types with 8 details each. */
static_assert(SUP_EVENT_TYPES <= KINDS / 8, "every kind has a number");

static uint32_t detail_of(const struct sup_event *event)
{
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_ENDED:
    case SUP_EVENT_LATE_REPORT:
        return (uint32_t)event->outcome;
    case SUP_EVENT_TERMINATED:
        return (uint32_t)event->reason;
    case SUP_EVENT_LIMIT_EXHAUSTED:
        return event->then;
    case SUP_EVENT_COMMAND:
        return (uint32_t)event->command;
    case SUP_EVENT_BACKING_OFF:
        return event->streak;
    default:
        return 0;
    }
}

static uint32_t kind_of(const struct sup_event *event)
{
    uint32_t detail = detail_of(event);
    return 8 * (uint32_t)event->type + (detail < 7 ? detail : 7);
}

/* The phase that a service is in behind its event, which says it; the one before when it says
 * nothing of it. */
static uint8_t phase_behind(const struct sup_event *event, uint8_t before)
{
    switch (event->type) {
    case SUP_EVENT_REGISTERED:
        return SUP_PHASE_IDLE;
    case SUP_EVENT_ATTEMPT_STARTED:
    case SUP_EVENT_READY:
        return SUP_PHASE_RUNNING;
    case SUP_EVENT_BACKING_OFF:
        return SUP_PHASE_BACKING_OFF;
    case SUP_EVENT_CANCEL_DELIVERED:
    case SUP_EVENT_ABORT_REQUESTED:
        return SUP_PHASE_STOPPING;
    case SUP_EVENT_TERMINATED:
        return SUP_PHASE_TERMINATED;
    default:
        return before;
    }
}

static void light(struct ear *ear, enum point what, uint32_t one, uint32_t other)
{
    uint64_t number = ((uint64_t)what << 48) | ((uint64_t)one << 24) | other;
    number = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    number ^= number >> 29;
    number *= UINT64_C(0xbf58476d1ce4e5b9);
    sim__lights_put(ear->lights, (uint32_t)(number >> 48));
}

static void begin_instant(struct ear *ear, struct sup_instant now)
{
    for (uint32_t i = 0; i < ear->kind_count; i++) {
        ear->whose[ear->kinds[i]] = NOBODY;
    }
    ear->kind_count = 0;
    ear->now = now;
}

/* With what others had before it in this instant. */
static void light_others(struct ear *ear, uint32_t kind, uint32_t slot)
{
    for (uint32_t i = 0; i < ear->kind_count; i++) {
        if (ear->whose[ear->kinds[i]] != slot) {
            light(ear, POINT_OF_TWO, ear->kinds[i], kind);
        }
    }
    uint32_t *whose = &ear->whose[kind];
    if (*whose == NOBODY) {
        ear->kinds[ear->kind_count++] = (uint16_t)kind;
        *whose = slot;
    } else if (*whose != slot) {
        *whose = SEVERAL;
    }
}

static void hear(void *context, const struct sup_event *event)
{
    struct ear *ear = context;
    uint32_t kind = kind_of(event);
    if (event->at.ns != ear->now.ns) {
        begin_instant(ear, event->at);
    }
    /* What is about nobody is a place of its own. */
    uint32_t slot = event->service != NULL ? event->slot % (PLACES - 1) : PLACES - 1;
    struct place *place = &ear->places[slot];
    light_others(ear, kind, slot);
    if (place->met) {
        light(ear, POINT_NEXT, 8u * place->kind + place->phase, kind);
        if (place->at.ns == event->at.ns) {
            light(ear, POINT_OF_ONE, place->kind, kind);
        }
    }
    place->phase = phase_behind(event, place->phase);
    place->kind = (uint16_t)kind;
    place->at = event->at;
    place->met = true;
}

/* ---- the run ---- */

static int listen(const struct sim_scenario *scenario, const struct sim__trial_how *how,
                  struct sim__lights *lights, enum sim__hearing *ret_hearing)
{
    const struct sim_run_options options = {
        .once = true,
        .max_events = how->max_events,
        .max_steps = how->max_steps,
        .max_events_an_instant = how->max_events_an_instant,
    };
    struct ear *ear = calloc(1, sizeof *ear);
    const struct sim__listener listener = {.hear = hear, .context = ear};
    enum sim__heard heard = SIM__HEARD_STOPPED;
    if (ear == NULL) {
        return SUP_ENOMEM;
    }
    ear->lights = lights;
    for (uint32_t i = 0; i < KINDS; i++) {
        ear->whose[i] = NOBODY;
    }
    int error = sim__run_heard(scenario, &options, &listener, &heard);
    free(ear);
    *ret_hearing = heard == SIM__HEARD_WHOLE ? SIM__HEARING_WHOLE : SIM__HEARING_STOPPED;
    return error;
}

int sim__lights_hear(const struct sim__node *root, const struct sim__trial_how *how,
                     struct sim__lights *lights, enum sim__hearing *ret_hearing)
{
    const struct sim_limits limits = {.memory_bytes = how->memory_bytes, .tasks = how->tasks};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = "",
        .file = "lights",
        .tree = root,
        .limits = &limits,
    };
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    int error = sim__scenario_read(&reading, &diagnostics, &scenario);
    if (error == SUP_EINVAL) {
        *ret_hearing = SIM__HEARING_REFUSED;
        error = SUP_OK;
    } else if (error == SUP_OK) {
        error = listen(scenario, how, lights, ret_hearing);
    }
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    return error;
}
