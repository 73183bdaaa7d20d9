/* What a failed run shows: the last events, up to its instant, of the services that
 * each failure is about; of a run that failed as a whole, why its last events came. They
 * are gathered when the run is done once more, since only then it is known what will be
 * asked for; so a run that passes pays nothing. */
#ifndef SIM_RUN_SHOWN_H
#define SIM_RUN_SHOWN_H

#include "sim/expect.h"
#include "sim/trace/tail.h"

#define SIM_SHOWN_FAILURES 20u /* the first of a run's failures have evidence */

struct sim_shown {
    const struct sim_failure *failures;
    uint32_t count;
    uint32_t *asked; /* of each slot: bit i: failure i is about it */
    uint32_t slot_count;
    uint64_t from; /* the number of the first event that is looked at */
    struct sim_tail tails[SIM_SHOWN_FAILURES];
    bool failed; /* there was no memory for all of it */
};

/* The failures stay the caller's. SUP_OK or SUP_ENOMEM. */
int sim__shown_create(const struct sim_failure *failures, uint32_t count,
                      struct sim_shown **ret_shown);
/* The last events of a run that had so many. SUP_OK or SUP_ENOMEM. */
int sim__shown_create_last(uint64_t events, struct sim_shown **ret_shown);
void sim__shown_free(struct sim_shown *shown);
/* The supervisor is about to go. */
void sim__shown_settle(struct sim_shown *shown, const struct sup *sup);
/* Of a run's last events, why they came, where another run of it has told the same ones. */
void sim__shown_give_words(struct sim_shown *shown, struct sim_tail *tail);
/* An event, while it is told; `asked` are who say why it came. */
void sim__shown_event(struct sim_shown *shown, const struct sim_trace_options *asked,
                      const struct sup_event *event);

#endif
