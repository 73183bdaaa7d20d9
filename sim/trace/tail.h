/* The last events of a run, for the report of one that fails: a ring of copies, whose
 * size does not depend on how many events there are. */
#ifndef SIM_TRACE_TAIL_H
#define SIM_TRACE_TAIL_H

#include "sim/base/text.h"
#include "sim/trace.h"
#include "sup/event.h"
#include "sup/supervisor.h"

#define SIM_TAIL_EVENTS 10u

struct sim_tail_slot {
    struct sup_event event;
    struct sim__text strings;    /* its own; a service is known by its slot */
    struct sim__text because;    /* of a tail that is explained */
    char name[SUP_NAME_MAX + 1]; /* of the service, once settled */
};

struct sim_tail {
    struct sim_tail_slot *slots; /* NULL before the first event */
    uint32_t next;
    uint32_t count; /* at most SIM_TAIL_EVENTS */
    bool failed;    /* there was no memory for an event, or for a string */
};

/* Starts with all zeros. */
void sim__tail_push(struct sim_tail *tail, const struct sup_event *event);
/* Of the event that was pushed last, inside of its callback: the lines say why it came. Of a tail
 * it is done for each event or for none. */
void sim__tail_explain(struct sim_tail *tail, const struct sim_trace_options *asked,
                       const struct sup_event *event);
/* The supervisor is about to go, and with it the names of its slots. */
void sim__tail_settle(struct sim_tail *tail, const struct sup *sup);
/* Takes the words of another one that is explained, both settled, for each event that both have
 * alike. */
void sim__tail_take_words(struct sim_tail *tail, struct sim_tail *explained);
/* Appends them, once settled, as lines of a trace, the oldest first. */
void sim__tail_put(const struct sim_tail *tail, struct sim__text *lines);
void sim__tail_release(struct sim_tail *tail);

#endif
