/* What the relations share: pairs of trees, and the stories that they tell. */
#ifndef SIM_RELATION_INTERNAL_H
#define SIM_RELATION_INTERNAL_H

#include "relation.h"
#include "sim/run/heard.h"

/* ---- pairs ---- */

enum sim__tempo { SIM__AS_TOLD, SIM__HALVED };

struct sim__pair {
    struct sim__node *one;
    struct sim__node *other;
    const char *added;     /* a service and its group, in the other one only; NULL: none */
    enum sim__tempo tempo; /* of the other */
    bool as_it_is;         /* one has the same story as the tree that they are made of */
};

/* Each: whether the relation can be asked of the tree, and the pair of trees in the arena, when
 * it has not failed; they may share what neither changes with each other and with the tree.
 * What is new in them has no place, which only a diagnostic would want. */
bool sim__pair_unrelated(struct sim_arena *arena, const struct sim__node *root, uint64_t draw,
                         struct sim__pair *ret_pair);
bool sim__pair_doubled(struct sim_arena *arena, const struct sim__node *root,
                       struct sim__pair *ret_pair);

/* ---- trees ---- */

/* The root without what only judges: expectations, measures, a verdict. A map of its own,
 * whose values are those of the tree: to be read, and to be forked before they are changed. */
struct sim__node *sim__relation_base(struct sim_arena *arena, const struct sim__node *root);
/* Whether a scalar is a length of time above zero, but not one without end. */
bool sim__relation_is_length(const struct sim__node *node, struct sup_duration *ret_length);
/* Whether the node is this word. */
bool sim__relation_is_word(const struct sim__node *node, const char *word);
/* The value of a key, when the node is a map that has it; else NULL. */
struct sim__node *sim__relation_get(const struct sim__node *node, enum sim__key key);

/* ---- stories ---- */

#define SIM__TALE_EVENTS (1u << 20) /* later ones are not compared */
#define SIM__TALE_LINE_BYTES 400u

struct sim__telling {
    const char *without;         /* as `added` of a pair */
    enum sim__tempo tempo;       /* halved: its instants and lengths are half of what they are */
    bool ends_where_all_are_met; /* with the first event that is about everybody */
    uint32_t quoted;             /* from 1: the event whose line is wanted; 0: none */
};

/* A number for each event, which rolls over all that came before it. */
struct sim__tale {
    uint32_t *digests;
    uint32_t count;
    uint32_t room;
    bool stopped; /* the run was ended, so that more might have come */
    bool refused; /* the reader does not take the tree */
    char line[SIM__TALE_LINE_BYTES];
};

/* 0 or SUP_ENOMEM; the caller releases it also then. All zeros before. */
int sim__tale_hear(const struct sim__node *root, const struct sim__trial_how *how,
                   const struct sim__telling *telling, struct sim__tale *story) SUP_WARN_UNUSED;

/* Who hears a run, and makes its story. */
struct sim__ear {
    const struct sim__telling *telling;
    struct sim__tale *story;
    struct sim__listener listener; /* none: it is not open */
    uint64_t told;                 /* events */
    uint64_t digest;               /* of those that are part of the story */
    uint32_t left_out;             /* the slot of who is left out; UINT32_MAX: none so far */
    bool over;
    bool failed;
};
/* It stays where it is, and so do the telling and the story. */
void sim__ear_open(struct sim__ear *ear, const struct sim__telling *telling,
                   struct sim__tale *story);
/* The first event, from 1, that only one of them tells so; 0 when they agree. */
uint32_t sim__tale_difference(const struct sim__tale *one, const struct sim__tale *other);
void sim__tale_release(struct sim__tale *story);

#endif
