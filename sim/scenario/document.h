/* A file that has been taken apart, with what it includes: the tree from which scenarios
 * are made.
 */
#ifndef SIM_SCENARIO_DOCUMENT_H
#define SIM_SCENARIO_DOCUMENT_H

#include "read.h"
#include "reader.h"
#include "sources.h"
#include "variants.h"

struct sim__document {
    const struct sim__reading *reading;
    struct sim_arena *scratch; /* of the tree */
    struct sim__sources *sources;
    struct sim__reader reader; /* of what is looked at before any scenario is made */
    struct sim__node *root;    /* what is included merged in; NULL: see the diagnostics */
    bool shares_only;
    struct sim__variants variants;
    uint64_t work; /* that making scenarios of it has taken so far */
};

/* The mistakes of all combinations, each once. */
struct sim__blame {
    struct sim_arena *arena;
    struct sim__blamed *list;
    uint32_t listed;
    uint32_t variants;             /* that have mistakes */
    struct sim_diagnostics *alone; /* NULL, or given the mistakes of the only scenario there is */
};
void sim__blame_note(struct sim__blame *blame, const struct sim__diagnosis *diagnosis,
                     uint32_t combination);

/* ---- read.c ---- */

/* The scenario of one combination. 0; SUP_EINVAL, and the mistakes noted; SUP_ENOMEM. */
int sim__document_make(struct sim__document *document, uint32_t combination,
                       struct sim__blame *blame,
                       struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

/* What is wrong with the file, for people and for tools. SUP_EINVAL, or SUP_ENOMEM. */
int sim__document_refuse(struct sim__document *document,
                         struct sim_diagnostics *ret_diagnostics) SUP_WARN_UNUSED;

/* ---- combine.c ---- */

/* Gives the scenarios of all combinations that are asked for to the reading's `take`, or
 * none of them, when one has a mistake, which the document's diagnosis then has. 0 or
 * SUP_ENOMEM. */
int sim__document_make_all(struct sim__document *document) SUP_WARN_UNUSED;

/* Whether the combination has the values that were asked for. */
bool sim__document_is_chosen(const struct sim__document *document, uint32_t combination);

/* Takes the file apart and reads what it includes. 0, with a tree or with diagnostics, or
 * SUP_ENOMEM; sim__document_close in every case. */
int sim__document_open(struct sim__document *document,
                       const struct sim__reading *reading) SUP_WARN_UNUSED;
void sim__document_close(struct sim__document *document);

/* ---- include.c ---- */

/* Whether the tree is no scenario, but what others may include. */
bool sim__is_shared(const struct sim__node *root);
/* Reads what the tree includes; the tree with all of it merged in. NULL when something is
 * wrong, which has been diagnosed, or out of memory. */
struct sim__node *sim__include(struct sim__document *document, struct sim__node *root);

/* ---- share.c ---- */

/* What is included, each file behind those that it wins over. */
struct sim__shares {
    const struct sim__node *trees[SIM_INCLUDED_MAX];
    uint32_t count;
};
/* The scenario's tree with all of it merged in, by the rules of each key. NULL when something
 * is of the wrong kind, which has been diagnosed, or out of memory. */
struct sim__node *sim__share(struct sim__reader *reader, const struct sim__shares *shares,
                             const struct sim__node *root);

#endif
