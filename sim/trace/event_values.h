/* An event as a list of keys and values, in the order of a trace line.
 *
 * The one place that knows which key carries which field of an event: the trace
 * writes this list, expectations look things up in it.
 */
#ifndef SIM_EVENT_VALUES_H
#define SIM_EVENT_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/event.h"

enum sim__value_kind { SIM__VALUE_NUMBER, SIM__VALUE_SIGNED, SIM__VALUE_TEXT, SIM__VALUE_BOOL };

struct sim__value {
    const char *key;
    enum sim__value_kind kind;
    uint64_t number;
    int64_t negative; /* SIM__VALUE_SIGNED */
    const char *text;
    bool boolean;
};

#define SIM__VALUES_MAX 32u

/* A condition of the world has got another state: an event without a service or a group,
 * its name in `error` and the state in `text`, which so go the ways of other events' texts.
 * Both have to stay where they are for as long as the event. */
void sim__event_condition(struct sup_event *ret_event, struct sup_instant at, const char *name,
                          const char *state);

/* Fills values[] and returns how many: `t`, `n` and `event` first. */
uint32_t sim__event_values(const struct sup_event *event, struct sim__value *values);

struct sim__text;
/* Appends the event as a line of a trace, without the newline; `because` is its last key, unless
 * it is "". */
void sim__event_put(const struct sup_event *event, const char *because, struct sim__text *line);
struct sim_trace_options;
/* The same, with the words of whom these options name, while it is told; NULL: of nobody. */
void sim__event_put_asked(const struct sup_event *event, const struct sim_trace_options *asked,
                          struct sim__text *line);

#endif
