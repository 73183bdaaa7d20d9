/* Judges when the events of a run in real time came, and whether it was the machine that
 * made them late.
 *
 * Each event has to come within the tolerance of what it waited for: of its cause, as
 * evidence.h finds it, or of the file's clock. Where the simulation has links between the
 * two that make no event (a cancellation that is heard), it is so many tolerances. It may
 * not come early; and events of different services have to keep an order that no
 * lateness changes.
 *
 * An event that is too late is the machine's doing when, without twice what the machine
 * kept the process waiting between the instant at which it was due and the one at which it
 * came, it would have been in time. Twice, since what is seen of the waiting is less than
 * it was.
 */
#ifndef SIM_REAL_JUDGE_H
#define SIM_REAL_JUDGE_H

#include <stdint.h>

#include "conform.h"
#include "evidence.h"
#include "machine.h"

/* How the scenario's time passed in real time. */
struct sim__pace {
    uint64_t origin_ns; /* of CLOCK_MONOTONIC, where the scenario's is 0 */
    uint64_t speed_billionths;
};

struct sim__judge {
    const struct sim__evidence *evidence;
    const struct sim__conformance *conformance; /* of the reference and the run */
    const struct sim__machine *machine;
    struct sim__pace pace;
    uint64_t tolerance_ns; /* of the scenario's time, as all that follows */
    uint64_t end_ns;       /* when the run was over */
};

enum sim__blame {
    SIM__NOBODY,
    SIM__THE_MACHINE,
    SIM__THE_PROGRAM,
};

struct sim__judgement {
    enum sim__blame blame;
    uint64_t waited_ns;            /* real time that the machine took where that decided */
    uint64_t late_ns;              /* the most that an event came after what it waited for, */
    uint64_t behind_ns;            /* and after the reference's: all that made it late */
    char text[SIM__VERDICT_BYTES]; /* what was wrong; "" */
};

/* Of the instants and the order of what both tell. The first event that nothing excuses
 * is named, or else the first that is excused. SUP_OK or SUP_ENOMEM. */
int sim__judge_times(const struct sim__judge *judge,
                     struct sim__judgement *ret_judgement) SUP_WARN_UNUSED;
/* Of the first difference: could it be the machine's doing? SUP_OK or SUP_ENOMEM. */
int sim__judge_difference(const struct sim__judge *judge,
                          struct sim__judgement *ret_judgement) SUP_WARN_UNUSED;
/* Of expectations that failed although the story was the same. */
void sim__judge_expectations(const struct sim__judge *judge, struct sim__judgement *ret_judgement);

#endif
