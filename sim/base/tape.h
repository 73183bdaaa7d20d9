/* The tape: every choice of a run passes by it, under a label, and it may keep the choice,
 * or answer in place of what was drawn.
 *
 * Whoever draws goes on drawing: a stream is where it would have been, whatever the tape
 * answers, so an answer in one place shifts no other. Without a tape nobody asks.
 *
 * One tape serves one run after the other: each begins anew. What is kept is of the first
 * one after sim__tape_rewind; a run that is done twice keeps its choices once.
 */
#ifndef SIM_BASE_TAPE_H
#define SIM_BASE_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "choices.h"
#include "sup/random.h"
#include "sup/time.h"

enum sim__tape_way {
    SIM__TAPE_DRAWN,    /* nothing is answered */
    SIM__TAPE_STRICT,   /* label and bound are those of the list, in its order */
    SIM__TAPE_TOLERANT, /* the next one of the label, brought into the bounds; else drawn */
};

/* What the list says where the run asks for something else. */
struct sim__tape_difference {
    bool differs;
    uint32_t index; /* of the choice; as many as the list has: it has ended */
    uint64_t at_ns;
    uint64_t most;
    char label[SIM__LABEL_BYTES]; /* what the run asked */
};

/* Start from all zeros; `answers` is the caller's. */
struct sim_tape {
    enum sim__tape_way way;
    const struct sim__choices *answers;
    uint32_t answer_count; /* the first so many of them; what follows is drawn */
    bool open_ended;       /* and may follow */
    bool keeps;
    struct sim__choices kept;
    /* NULL, or told of what is kept: of a choice when it is made, and once more when it is known
     * what it came to. */
    void (*told)(void *context, const struct sim__choices *kept, uint32_t index);
    void *told_context;
    int error; /* SUP_ENOMEM, and so says the run, or SUP_ELIMIT: what is kept is not all */
    struct sim__tape_difference difference;
    /* of the run at hand */
    const uint64_t *now_ns;
    bool ended;
    bool astray;   /* strict: it has asked for something else, and is answered no more */
    uint32_t runs; /* since it was rewound */
    uint64_t asked;
    uint64_t missed;   /* tolerant: drawn, for want of an answer */
    uint32_t *cursors; /* tolerant: the next answer of each label */
};

void sim__tape_release(struct sim_tape *tape);
/* As new, with the same answers: what is kept is forgotten. */
void sim__tape_rewind(struct sim_tape *tape);
/* A run begins, with this clock, in ns. SUP_OK or SUP_ENOMEM. */
int sim__tape_begin(struct sim_tape *tape, const uint64_t *clock) SUP_WARN_UNUSED;
/* The run is over, and nothing that is drawn from now on concerns the tape. A strict list
 * that has more differs. */
void sim__tape_end(struct sim_tape *tape);
/* Whether it may answer otherwise than was drawn. */
static inline bool sim__tape_answers(const struct sim_tape *tape)
{
    return tape != NULL && tape->way != SIM__TAPE_DRAWN;
}

struct sim__asked {
    const char *label;
    uint64_t most;
    uint64_t drawn;
    uint64_t low;
    enum sim__unit unit;
};
/* The answer, 0 … most. */
uint64_t sim__tape_ask(struct sim_tape *tape, const struct sim__asked *asked);
/* What the last answer came to. */
void sim__tape_came_to(struct sim_tape *tape, struct sup_duration length);

/* How many draws were taken of some streams, and the tape that they pass by. */
struct sim__draws {
    uint64_t taken;
    struct sim_tape *tape; /* NULL: none */
    /* With a tape: whose choice a draw of this stream is, in SIM__LABEL_BYTES. */
    void (*label)(void *context, const struct sup_random *stream, char *ret_label);
    void *context;
};
static inline bool sim__draws_are_taped(const struct sim__draws *draws)
{
    return __builtin_expect(draws->tape != NULL, 0);
}
/* What was drawn from the stream passes by the tape; the label is set here. */
uint64_t sim__draws_pass(const struct sim__draws *draws, const struct sup_random *stream,
                         const struct sim__asked *asked);

#endif
