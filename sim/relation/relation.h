/* Relations: what has to be true of two runs, whatever each of them does.
 *
 * A relation makes of a scenario two that have something in common, lets both of them run,
 * and compares their stories, event by event.
 *
 *   unrelated-service  the scenario, and the same with one service more that nobody knows
 *                      of, in a group of its own. Every other service has the same story:
 *                      the same events at the same instants in the same order.
 *   doubled-times      the scenario without what is drawn as a length of time, and the same
 *                      with every time doubled, those too that are built in. Both tell the
 *                      same story, one of them at doubled instants.
 *
 * Not every scenario can be asked: a shutdown rightly takes longer with one service more.
 * Where that ends the comparison, what came before it is compared all the same.
 */
#ifndef SIM_RELATION_RELATION_H
#define SIM_RELATION_RELATION_H

#include "sim/scenario/tree.h"
#include "sim/trial/trial.h"

#define SIM__RELATION_LIST(X) \
    X(UNRELATED_SERVICE, "unrelated-service") \
    X(DOUBLED_TIMES, "doubled-times")

enum sim__relation {
#define SIM__X(id, name) SIM__RELATION_##id,
    SIM__RELATION_LIST(SIM__X)
#undef SIM__X
        SIM__RELATIONS
};

enum sim__relation_answer {
    SIM__RELATION_LEFT_OUT,  /* nobody wanted to know */
    SIM__RELATION_NOT_ASKED, /* it cannot be asked of this scenario */
    SIM__RELATION_HOLDS,
    SIM__RELATION_BROKEN,
};

struct sim__relation_asked {
    enum sim__relation_answer answer;
    uint64_t events;                        /* that were compared */
    char message[SIM__TRIAL_MESSAGE_BYTES]; /* of one that is broken: where, in a sentence */
};

const char *sim__relation_name(enum sim__relation relation);

/* Of a tree as it is read. `how` says with which seed and within which budgets it is run;
 * without a seed, with the tree's own. What is added is drawn from `draw`. 0 and *ret_asked,
 * or SUP_ENOMEM. */
int sim__relation_ask(enum sim__relation relation, const struct sim__node *root,
                      const struct sim__trial_how *how, uint64_t draw,
                      struct sim__relation_asked *ret_asked) SUP_WARN_UNUSED;

/* The same in parts, with a trial of the tree in between, one of whose runs may be listened to:
 * then the relation need not do it by itself. All that it is given has to stay until it is
 * dropped. */
struct sim__asking;
int sim__relation_begin(enum sim__relation relation, const struct sim__node *root,
                        const struct sim__trial_how *how, uint64_t draw,
                        struct sim__asking **ret_asking) SUP_WARN_UNUSED;
/* Whom the trial has to tell; NULL: nobody. */
const struct sim__listener *sim__relation_listen(struct sim__asking *asking);
/* What came of the trial, which may have told too little or nothing; NULL: there was none. */
int sim__relation_end(struct sim__asking *asking, const struct sim__trial *trial,
                      struct sim__relation_asked *ret_asked) SUP_WARN_UNUSED;
void sim__relation_drop(struct sim__asking *asking);

#endif
