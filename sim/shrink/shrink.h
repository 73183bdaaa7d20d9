/* Makes a failing file smaller, with the same failure.
 *
 * The passes take away and make simpler, one change at a time, and ask after each whether
 * the file still fails in the same way; what does not is taken back. They go round until
 * nothing more can be changed, so the result depends on the file and on the answers alone.
 * Each change makes the file shorter or one of its values smaller, so they come to an end.
 *
 * What an expectation claims is never changed, only asked for less, asked elsewhere, or
 * dropped: a failure that comes of another claim is another failure.
 */
#ifndef SIM_SHRINK_SHRINK_H
#define SIM_SHRINK_SHRINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/scenario/node.h"
#include "sup/face.h"

enum sim__judgement {
    SIM__SAME,  /* it fails in the same way */
    SIM__OTHER, /* it does not */
    SIM__ENOUGH /* no more is to be tried: out of time, interrupted, out of memory */
};

/* A smaller file. */
struct sim__candidate {
    const char *bytes;
    size_t length;
    uint32_t line; /* where the failure has to stand in it; 0: anywhere */
};

struct sim__shrinking {
    struct sim_arena *arena; /* of the tree */
    struct sim__node *root;  /* made or copied for this (tree.h); it becomes the result */
    /* Where its first failure stands, as sim__tree_write writes it: the line of an
     * expectation, of an entry of the timeline, of a service. 0: nowhere. It stays there. */
    uint32_t line;
    bool keeps_until; /* so that it ends, also when it fails no more */
    /* Tries a file. */
    enum sim__judgement (*judge)(void *context, const struct sim__candidate *candidate);
    void *context;
};

struct sim__shrunk {
    uint64_t tried;
    uint64_t kept;
    uint32_t rounds;
    bool whole; /* nothing more can be changed; else it was enough */
};

/* 0 and the tree made smaller, settled; SUP_ENOMEM, and the tree is worth nothing. */
int sim__shrink(const struct sim__shrinking *shrinking,
                struct sim__shrunk *ret_shrunk) SUP_WARN_UNUSED;

#endif
