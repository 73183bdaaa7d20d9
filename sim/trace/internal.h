/* Shared by the files of the trace: its lines and its hash. */
#ifndef SIM_TRACE_INTERNAL_H
#define SIM_TRACE_INTERNAL_H

#include "record.h"
#include "sim/base/text.h"

/* The bytes of the first events, one after the other, and the hash after the last of them. */
struct sim__record {
    unsigned char *bytes;
    size_t length;
    size_t room;
    uint64_t hash;
};

struct sim_trace {
    struct sim_trace_options options;
    uint64_t hash;
    enum sim__told course;            /* of the next event, unless something comes between */
    struct sim__record record;        /* KEPT */
    const struct sim__record *before; /* HELD: of whom … */
    size_t held;                      /* … so many bytes are alike */
    uint64_t events;
    uint64_t last_ns;
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
void sim__trace_roll_draws(struct sim_trace *trace, uint64_t draws);

#endif
