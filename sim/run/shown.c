/* What a failed run shows; see shown.h. */
#include "shown.h"

#include <assert.h>

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

/* The names of the slot have been compared. */
#define KNOWN (UINT32_C(1) << 31)
static_assert(SIM_SHOWN_FAILURES < 32, "failures are a set of bits");

int sim__shown_create(const struct sim_failure *failures, uint32_t count,
                      struct sim_shown **ret_shown)
{
    struct sim_shown *shown = calloc(1, sizeof(*shown));
    if (shown == NULL) {
        return SUP_ENOMEM;
    }
    shown->failures = failures;
    shown->count = count < SIM_SHOWN_FAILURES ? count : SIM_SHOWN_FAILURES;
    *ret_shown = shown;
    return SUP_OK;
}

int sim__shown_create_last(uint64_t events, struct sim_shown **ret_shown)
{
    static const struct sim_failure whole = {.at_ns = UINT64_MAX};
    int error = sim__shown_create(&whole, 1, ret_shown);
    if (error == SUP_OK && events > SIM_TAIL_EVENTS) {
        (*ret_shown)->from = events - SIM_TAIL_EVENTS + 1;
    }
    return error;
}

void sim__shown_free(struct sim_shown *shown)
{
    if (shown == NULL) {
        return;
    }
    for (uint32_t i = 0; i < SIM_SHOWN_FAILURES; i++) {
        sim__tail_release(&shown->tails[i]);
    }
    free(shown->asked);
    free(shown);
}

/* The failures that are about this name; those about nobody are about everything. */
static uint32_t asked_of(const struct sim_shown *shown, const char *service)
{
    uint32_t asked = 0;
    for (uint32_t i = 0; i < shown->count; i++) {
        const struct sim_failure *failure = &shown->failures[i];
        bool about = failure->service_count == 0;
        for (uint32_t k = 0; k < failure->service_count && !about && service != NULL; k++) {
            about = strcmp(failure->services[k], service) == 0;
        }
        asked |= about ? UINT32_C(1) << i : 0;
    }
    return asked;
}

/* A slot stands for its name, so names are compared once for each. */
static uint32_t asked_at(struct sim_shown *shown, uint32_t slot, const char *service)
{
    if (slot >= shown->slot_count && slot < UINT32_MAX / 2) {
        uint32_t *asked =
            sim__grown(shown->asked, &shown->slot_count, (uint64_t)slot + 1, sizeof(*asked));
        if (asked == NULL) {
            shown->failed = true;
            return 0;
        }
        shown->asked = asked;
    }
    if (slot >= shown->slot_count || service == NULL) {
        return asked_of(shown, service);
    }
    if (shown->asked[slot] == 0) {
        shown->asked[slot] = KNOWN | asked_of(shown, service);
    }
    return shown->asked[slot] & ~KNOWN;
}

void sim__shown_settle(struct sim_shown *shown, const struct sup *sup)
{
    for (uint32_t i = 0; i < shown->count; i++) {
        sim__tail_settle(&shown->tails[i], sup);
    }
}

void sim__shown_give_words(struct sim_shown *shown, struct sim_tail *tail)
{
    SUP_ASSERT(shown->count == 1 && shown->failures[0].service_count == 0);
    sim__tail_take_words(tail, &shown->tails[0]);
}

void sim__shown_event(struct sim_shown *shown, const struct sim_trace_options *asked,
                      const struct sup_event *event)
{
    if (event->sequence < shown->from) {
        return;
    }
    uint32_t about = asked_at(shown, event->slot, event->service);
    for (uint32_t i = 0; about >> i != 0; i++) {
        if ((about >> i & 1u) != 0 && event->at.ns <= shown->failures[i].at_ns) {
            sim__tail_push(&shown->tails[i], event);
            sim__tail_explain(&shown->tails[i], asked, event);
            shown->failed |= shown->tails[i].failed;
        }
    }
}
