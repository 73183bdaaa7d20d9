/* Changes of a tree that can be taken back, and the question whether to keep them.
 *
 * A pass makes one or several changes and calls sim__try: what it does not like is taken
 * back. No file is tried twice.
 */
#ifndef SIM_SHRINK_CHANGE_H
#define SIM_SHRINK_CHANGE_H

#include "shrink.h"
#include "sim/base/text.h"
#include "sim/scenario/tree.h"

struct sim__undo {
    struct sim__node *node;
    struct sim__node was; /* all of it; or, when entries were dropped: */
    uint32_t index;       /* the first of them */
    uint32_t count;       /* how many; 0: all of the node is put back */
    uint32_t saved;       /* where they are kept */
};

struct sim__shrinker {
    const struct sim__shrinking *how;
    struct sim_arena *arena;
    struct sim__node *root;
    struct sim__node *pinned; /* the entry of a list that fails; NULL: none is known */
    struct sim__shrunk shrunk;
    bool enough;
    bool failed; /* out of memory */
    struct sim__text text;
    struct sim__undo *undo;
    uint32_t undo_count, undo_room;
    struct sim__entry *saved; /* entries that were dropped */
    uint32_t saved_count, saved_room;
    uint64_t *seen; /* hashes of files that were tried: a table with open addressing */
    uint32_t seen_count, seen_room;
};

/* The passes' own: true when no more is to be tried. */
static inline bool sim__done(const struct sim__shrinker *s)
{
    return s->enough || s->failed;
}

/* Entries [index, index + count) go. */
void sim__change_drop(struct sim__shrinker *s, struct sim__node *node, uint32_t index,
                      uint32_t count);
/* The node becomes this one; its entries are not copied. */
void sim__change_node(struct sim__shrinker *s, struct sim__node *node,
                      const struct sim__node *value);
/* A scalar, plain; the text is copied. */
void sim__change_word(struct sim__shrinker *s, struct sim__node *node, const char *word);
/* The node gets entries of its own, room for `room` of them, and they may be changed. */
bool sim__change_entries(struct sim__shrinker *s, struct sim__node *node, uint32_t room);
/* Whether all changes since the last try are kept. */
bool sim__try(struct sim__shrinker *s);
/* Takes them back without asking. */
void sim__forget(struct sim__shrinker *s);
void sim__shrinker_release(struct sim__shrinker *s);

#endif
