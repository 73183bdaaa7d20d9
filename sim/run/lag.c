/* How late things are in the world of a run. */
#include "lag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor.h"
#include "sim/attempt/draw.h"
#include "sim/base/grid.h"
#include "sim/base/grow.h"
#include "sim/base/oracle_tape.h"
#include "sim/base/probe.h"
#include "sup/assert.h"
#include "sup/snapshot.h"

#define LABEL_BYTES (SUP_NAME_MAX + 16)

static const char *put_label(char label[LABEL_BYTES], const struct sim_executor *executor,
                             uint32_t slot)
{
    const char *name = sup_slot_name(executor->sup, slot);
    (void)snprintf(label, LABEL_BYTES, "lag:%s", name != NULL ? name : "");
    return label;
}

/* The streams lie in one array, so a stream's place in it is its slot. */
static void label_lag(void *context, const struct sup_random *stream, char *ret_label)
{
    const struct sim_executor *executor = context;
    const char *bytes = (const char *)stream;
    size_t at = (size_t)(bytes - (const char *)executor->lags.streams);
    char label[LABEL_BYTES];
    (void)put_label(label, executor, (uint32_t)(at / sizeof(struct sim_lag_stream)));
    (void)snprintf(ret_label, SIM__LABEL_BYTES, "%s", label);
}

void sim__lags_init(struct sim_executor *executor, struct sup_duration clock)
{
    executor->lags = (struct sim_lags){.clock = clock};
    executor->lags.draws.tape = sim__oracle_tape(executor->oracle);
    executor->lags.draws.label = label_lag;
    executor->lags.draws.context = executor;
}

void sim__lags_release(struct sim_lags *lags)
{
    free(lags->streams);
    *lags = (struct sim_lags){0};
}

/* The name's own stream; NULL without memory. */
static struct sup_random *stream_of(struct sim_executor *executor, uint32_t slot)
{
    struct sim_lags *lags = &executor->lags;
    struct sim_lag_stream *grown =
        sim__grown(lags->streams, &lags->count, (uint64_t)slot + 1, sizeof(*grown));
    if (grown == NULL) {
        executor->failed = true;
        return NULL;
    }
    lags->streams = grown;
    if (!grown[slot].derived) {
        char label[LABEL_BYTES];
        put_label(label, executor, slot);
        grown[slot].random = sup_random_derive(executor->seed, label, strlen(label));
        grown[slot].derived = true;
    }
    return &grown[slot].random;
}

static struct sup_instant drawn_after(struct sim_executor *executor, uint32_t slot,
                                      const struct sim_draw *draw, struct sup_instant from)
{
    struct sup_random *stream = NULL;
    if (draw->kind != SIM_DRAW_FIXED) {
        stream = stream_of(executor, slot);
        if (stream == NULL) {
            return from;
        }
    }
    return sup_instant_add(from, sim__draw(draw, stream, &executor->lags.draws));
}

struct sup_instant sim__lag_put_off(void *context, struct sup_attempt id, void *work,
                                    enum sup_put_off what, struct sup_instant due)
{
    struct sim_executor *executor = context;
    const struct sim_agent *agent = work;
    const struct sim_lag *lag = agent->service->lag;
    const struct sup_duration clock = executor->lags.clock;
    struct sup_instant at = due;
    SUP_ASSERT(lag != NULL);
    switch (what) {
    case SUP_PUT_OFF_WAIT:
        at = sim__on_grid(clock, lag->grid, drawn_after(executor, id.slot, &lag->spread, at));
        SIM_PROBE_WHEN("lag: of a wait's timer", at.ns > due.ns);
        return sim__on_grid(clock, lag->poll, at);
    case SUP_PUT_OFF_START:
        return drawn_after(executor, id.slot, &lag->start, at);
    case SUP_PUT_OFF_DEADLINE:
        break;
    }
    return sim__on_grid(clock, lag->poll, at);
}

struct sup_instant sim__lag_learns(struct sim_executor *executor, uint32_t slot,
                                   const struct sim_lag *lag)
{
    struct sup_instant at = {*executor->now_ns};
    at = drawn_after(executor, slot, &lag->end, at);
    return sim__on_grid(executor->lags.clock, lag->poll, at);
}

static struct sup_duration least(const struct sim_draw *draw)
{
    struct sup_duration low = draw->low;
    if (draw->kind == SIM_DRAW_EXP) {
        return SUP_NS(0);
    }
    for (uint32_t i = 0; i < draw->pick_count; i++) {
        low = i == 0 || draw->picks[i].ns < low.ns ? draw->picks[i] : low;
    }
    return low;
}

static struct sup_duration most(const struct sim_draw *draw)
{
    struct sup_duration high = draw->kind == SIM_DRAW_UNIFORM ? draw->high : draw->low;
    if (draw->kind == SIM_DRAW_EXP) {
        return SUP_DURATION_NEVER;
    }
    for (uint32_t i = 0; i < draw->pick_count; i++) {
        high = draw->picks[i].ns > high.ns ? draw->picks[i] : high;
    }
    return high;
}

struct sim_invariants_lag sim__lag_bounds(const struct sim_lag *lag)
{
    return (struct sim_invariants_lag){
        .start_low = least(&lag->start),
        .start_high = most(&lag->start),
        .spread = most(&lag->spread),
        .grid = lag->grid,
        .poll = lag->poll,
    };
}
