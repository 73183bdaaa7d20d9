/* Filters: which events are counted. The one place that says so: entries that count
 * events, and measures, have filters of their own, and show each event to them.
 *
 * A service's name is compared once; then its slot remembers. The same of the group that
 * it was registered in last, which only `registered` tells.
 */
#ifndef SIM_FILTER_H
#define SIM_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "internal.h"
#include "sim/scenario.h"
#include "sup/event.h"

struct sim__filter {
    const struct sim_filter *wanted;
    struct sim__target target;
    uint8_t *known; /* by slot, of enum sim__filter_known */
    uint32_t room;
    bool failed; /* out of memory */
};

/* SUP_ENOMEM leaves something that wants to be released. */
int sim__filter_init(struct sim__filter *filter, const struct sim_filter *wanted) SUP_WARN_UNUSED;
void sim__filter_release(struct sim__filter *filter);
/* The event types that have to be shown to it, one bit each. */
uint32_t sim__filter_types(const struct sim_filter *wanted);
/* Is it one of those? Each event of those types is shown once, in the order of the trace. */
bool sim__filter_fits(struct sim__filter *filter, const struct sup_event *event);
/* Whether the slot is one of the target's and, where there is a group, has been in it. */
bool sim__filter_asks(struct sim__filter *filter, uint32_t slot, const char *name);

/* "attempt-started, outcome failed, service app-*, from 1s to 2s" */
void sim__filter_text(struct sim__text *out, const struct sim_filter *wanted);

#endif
