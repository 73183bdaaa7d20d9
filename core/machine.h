/* The state machine: the table of phase and input, and how inputs are sent. */
#ifndef SUP_CORE_MACHINE_H
#define SUP_CORE_MACHINE_H

#include "sup/assert.h"
#include "sup/event.h"
#include "sup/executor.h"
#include "sup/time.h"

#include "probe.h"
#include "service.h"

struct sup;

/* clang-format off */
#define SUP__INPUT_LIST(X)                                                     \
    X(START, "start")                                                          \
    X(SLOT, "slot")                                                            \
    X(END, "end")                                                              \
    X(SETTLE, "settle")                                                        \
    X(TIMER, "timer")                                                          \
    X(READY, "ready")                                                          \
    X(NOT_READY, "not-ready")                                                  \
    X(BEAT, "beat")                                                            \
    X(EXTEND, "extend")                                                        \
    X(PROBE, "probe")                                                          \
    X(STALE, "stale")                                                          \
    X(STOP, "stop")                                                            \
    X(ABORT, "abort")                                                          \
    X(ABANDON, "abandon")                                                      \
    X(FINISHING, "finishing")
/* clang-format on */

enum sup__input_type {
#define SUP__X(id, name) SUP__INPUT_##id,
    SUP__INPUT_LIST(SUP__X)
#undef SUP__X
        SUP__INPUTS
};

struct sup__input {
    enum sup__input_type type;
    enum sup__intent intent;    /* STOP, SETTLE */
    enum sup_outcome outcome;   /* SETTLE: of the attempt that ended */
    const struct sup_end *end;  /* END, FINISHING */
    struct sup_duration length; /* EXTEND */
};

typedef void (*sup__reaction_fn)(struct sup *sup, struct sup__service *s,
                                 const struct sup__input *input);
struct sup__reaction {
    sup__reaction_fn fn;
    const char *name; /* "" where the input cannot come */
};
/* A row for each phase; longer than there are inputs, so that an index is a shift. */
#define SUP__INPUTS_ROOM 16
extern const struct sup__reaction sup__machine[SUP_PHASES][SUP__INPUTS_ROOM];

static inline void sup__react(struct sup *sup, struct sup__service *s,
                              const struct sup__input *input)
{
    SUP_ASSERT(s->phase < SUP_PHASES && input->type < SUP__INPUTS);
    SUP_PROBE_CELL(s->phase, input->type);
    sup__machine[s->phase][input->type].fn(sup, s, input);
}

/* Inputs that carry nothing, or only who stops it. */
void sup__send(struct sup *sup, struct sup__service *s, enum sup__input_type type);
void sup__stop(struct sup *sup, struct sup__service *s, enum sup__intent intent);

#endif
