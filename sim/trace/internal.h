/* Shared by the files of the trace: its lines and its hash. */
#ifndef SIM_TRACE_INTERNAL_H
#define SIM_TRACE_INTERNAL_H

#include "record.h"
#include "sim/base/text.h"

struct sim__roller;

/* The bytes of the first events, one after the other. */
struct sim__record {
    unsigned char *bytes;
    size_t length; /* once it is full */
    size_t room;
    bool full; /* there are events that are not in it */
};

struct sim_trace {
    struct sim_trace_options options;
    enum sim__told course;          /* of the next event */
    unsigned char *to;              /* where its bytes go: into the record or the block … */
    const unsigned char *brim;      /* … if that is before this; NULL: there is neither */
    struct sim__record record;      /* KEPT */
    struct sim__roller *roller;     /* ROLLED; NULL: nothing has been */
    const struct sim_trace *before; /* HELD: against this one's record … */
    const unsigned char *same;      /* … from here on … */
    const unsigned char *same_end;  /* … to here */
    uint64_t events;
    uint64_t last_ns;
    uint64_t draws;       /* once it has ended, as what follows */
    uint64_t hash;        /* of all */
    uint64_t events_hash; /* without the draws, of one that is ROLLED; else 0 */
    bool ended;
    struct sim__text text; /* all lines, or with a sink alone the last one */
    bool has_lines;
    bool failed;
};

/* ---- trace.c ---- */
/* Why the event came: of the supervisor and the world of these options. */
void sim__trace_because(const struct sim_trace_options *asked, const struct sup_event *event,
                        struct sim__text *text);
/* One line, where lines are wanted. */
void sim__trace_line(struct sim_trace *trace, const struct sup_event *event);

/* ---- roll.c ---- */
void sim__trace_end_hash(struct sim_trace *trace, uint64_t draws);

#endif
