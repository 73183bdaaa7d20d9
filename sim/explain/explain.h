/* Where a failure became likely: the run is done again and again from each of its choices,
 * with other seeds, and what is looked for is the choice at which the share of those
 * continuations that fail in the same way jumps.
 *
 * After k choices: the first k answers are those of the failing run, the rest is as another
 * seed has it. The same other seeds serve every k, so that what differs between two shares
 * is what was decided between them. With many choices some are looked at first, and then
 * what lies between two that differ is halved.
 *
 * Each continuation runs in a process apart: who uses this must have no threads.
 */
#ifndef SIM_EXPLAIN_EXPLAIN_H
#define SIM_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/tape.h"
#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sim/trial/trial.h"

#define SIM__EXPLAIN_JUMPS_MAX 2u
/* A rise that counts, with 200 continuations or more, and one that is looked into, in
 * percent. With fewer, a rise has to be greater than what chance makes. */
#define SIM__EXPLAIN_JUMP 15u
#define SIM__EXPLAIN_LOOK 10u

struct sim__explaining {
    const struct sim_scenario *scenario;
    struct sim__trial_how how;          /* seed, tape and once are set here */
    uint32_t jobs;                      /* continuations beside each other; 0: one */
    struct sup_duration patience;       /* of each, as sim/trial/patience.h has it */
    const struct sim__choices *choices; /* of the failing run */
    const struct sim__trial *failure;   /* what it came to */
    uint32_t continuations;             /* after each choice that is looked at; above 0 */
    /* Asked before each run; false: no more. */
    bool (*more)(void *context, uint64_t runs);
    void *context;
    bool (*is_over)(
        void); /* asked while it waits; true: what is at work is given up. NULL: nobody */
};

/* After so many choices. */
struct sim__look {
    uint32_t choices;
    uint32_t runs;
    uint32_t same;  /* of these, that failed in the same way */
    uint32_t other; /* that failed in another */
};

/* A stretch of choices at which the share rises: mostly one. */
struct sim__jump {
    uint32_t first; /* choice, from 0 */
    uint32_t count;
    struct sim__look before;
    struct sim__look after;
};

struct sim__explained {
    struct sim__look *points; /* in the order of their choices */
    uint32_t count;
    uint32_t room;
    struct sim__jump jumps[SIM__EXPLAIN_JUMPS_MAX]; /* the greatest first */
    uint32_t jump_count;
    uint64_t runs;
    bool whole; /* nothing was left out because there were to be no more runs */
};

/* SUP_OK, SUP_ENOMEM, or SUP_EINVAL: a continuation did not make the choices that the run
 * made before. Start from {0}; to be released in any case. */
int sim__explain(const struct sim__explaining *explaining,
                 struct sim__explained *ret_explained) SUP_WARN_UNUSED;
void sim__explained_release(struct sim__explained *explained);

/* In percent; 0 without runs. */
uint32_t sim__look_percent(const struct sim__look *point);

/* What a choice decided, in words, without its instant. */
void sim__explain_choice(const struct sim_scenario *scenario, const char *label,
                         const struct sim__choice *choice, struct sim__text *text);

#endif
