/* The budgets of a run: what ends one that does not end by itself.
 *
 * There is a budget of events, one of steps (everything that the run does, whether it
 * makes an event or not: reports, actions, steps of the supervisor, silent steps of
 * scripts), one for each single instant, and one of wall time. The last can only cut
 * a run short, never change it.
 */
#ifndef SIM_RUN_BUDGET_H
#define SIM_RUN_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/attempt/script.h"
#include "sim/run.h"
#include "watch.h"

#define SIM_BUDGET_TEXT_BYTES 512u

struct sup;

struct sim_budget {
    uint64_t steps; /* so far */
    uint64_t steps_max;
    uint64_t events_max;
    uint64_t an_instant_max;       /* events and reports at one instant */
    struct sup_duration wall_max;  /* 0: none */
    struct sup_instant wall_start; /* 0: not begun */
    /* What was done last. */
    enum sim_say said;               /* by the report of an attempt */
    const struct sim_action *action; /* of the timeline; NULL: it was none */
    uint32_t slot;                   /* of the attempt; UINT32_MAX: it was none */
    bool events_left_out;            /* there would have been more than events_max */
};

/* The state of a run that a budget is looked at with. */
struct sim_budget_view {
    const struct sim_watch *watch;
    struct sup *sup;
    struct sup_instant now;
};

void sim__budget_init(struct sim_budget *budget, const struct sim_run_options *options);
/* Wall time begins to count, if it has not. */
void sim__budget_begin(struct sim_budget *budget);
/* Which budget has run out, and the sentence for the verdict. */
enum sim_stall sim__budget_spent(struct sim_budget *budget, const struct sim_budget_view *view,
                                 char text[SIM_BUDGET_TEXT_BYTES]);
bool sim__budget_wall_spent(const struct sim_budget *budget, struct sup_instant now,
                            char text[SIM_BUDGET_TEXT_BYTES]);

#define SIM_BUDGET_LOOK_EVERY 1024u /* steps between two looks at the wall clock */

/* After each step: whether it is time to look whether a budget has run out. */
static inline bool sim__budget_wants_look(const struct sim_budget *budget,
                                          const struct sim_watch *watch)
{
    return watch->at_instant > budget->an_instant_max || budget->events_left_out ||
           budget->steps > budget->steps_max;
}

#endif
