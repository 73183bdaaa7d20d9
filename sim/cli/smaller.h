/* A failing scenario made smaller, each candidate in a process apart: what `shrink` does with a
 * file, and `fuzz` with what it has found. */
#ifndef CLI_SMALLER_H
#define CLI_SMALLER_H

#include <stddef.h>
#include <stdint.h>

#include "progress.h"
#include "sim/base/text.h"
#include "sim/relation/claim.h"
#include "sim/shrink/shrink.h"
#include "sim/trial/apart.h"
#include "sim/trial/trial.h"

/* How large a file is. */
struct cli_size {
    uint32_t services;
    uint32_t timeline;
    uint32_t lines;
    size_t bytes;
};

/* Start from zeros and what is given. */
struct cli_smaller {
    /* Given: */
    struct sim_arena *arena;        /* of the tree; the caller's */
    struct sim__node *root;         /* settled; it becomes the result */
    struct sim__trial_how how;      /* as it is run in the end */
    const struct sim__claim *claim; /* a relation that breaks; NULL: what the file does alone */
    struct sup_duration patience;   /* a run that takes longer hangs; 0: none does */
    struct sup_duration budget;     /* of wall time, from the first candidate on */
    enum cli_words words;           /* whether progress is shown */
    struct sim__trial first;        /* the failure to keep: what cli_smaller_try came to */
    /* Made: */
    struct sim__trial last; /* what the result comes to */
    struct cli_size before, after;
    struct sim__shrunk shrunk;
    struct sim__text text; /* of the tree, as it was tried last */
    /* Its own: */
    struct sim__apart *apart;
    struct sim__apart *whole; /* with the whole budgets; NULL: not wanted so far */
    struct sup_duration took; /* by the last try */
    struct sup_instant until; /* then no more files are tried */
    bool may_spin;            /* and so the first does */
    struct cli_progress progress;
    size_t least; /* bytes of the smallest file so far */
    int error;
};

/* Tries the tree as it is: 0 and *ret_trial; SUP_ENOMEM; 1: a signal came. */
int cli_smaller_try(struct cli_smaller *smaller, struct sim__trial *ret_trial) SUP_WARN_UNUSED;
/* Makes the tree as small as it can be with the same failure, until the budget is spent or a
 * signal comes: `last` is to be compared with `first` in the end. 0, or SUP_ENOMEM. */
int cli_smaller_shrink(struct cli_smaller *smaller) SUP_WARN_UNUSED;
/* Whether it is the same failure: its signature, and the fact that failed. */
bool cli_smaller_same(const struct sim__trial *a, const struct sim__trial *b);
/* Not the arena. */
void cli_smaller_release(struct cli_smaller *smaller);

/* "40 -> 1 services, 24 -> 2 timeline entries, 90 -> 6 lines, 8100 -> 211 bytes" */
void cli_smaller_sizes(const struct cli_smaller *smaller, struct sim__text *text);

#endif
