/* What a file itself says of how it comes to rest.
 *
 * A file may turn every fault off (`calm`), and expect everybody to have settled some time
 * later, or that the supervisor has drained. Whoever is not settled then may be the victim of a
 * bug, or may just never have had the time: a wait that is too long for it, a fault that comes
 * after the calm, a service that is started again and again. Which of them it was nobody can
 * tell from the run. But the file's figures foretell how long it may take at most, as those
 * of a generated scenario do (sim/fuzz/calm.c), so a smaller file can be held to what the
 * larger one had foretold.
 */
#ifndef SIM_TRIAL_SETTLING_H
#define SIM_TRIAL_SETTLING_H

#include <stdbool.h>

#include "sim/scenario.h"

enum sim__rest {
    SIM__REST_UNSAID, /* it is about something else, or nothing has turned the faults off */
    SIM__REST_CALM,   /* it may come to rest by itself, or not */
    SIM__REST_FORETOLD,
};

/* Plain data. */
struct sim__settling {
    enum sim__rest rest;
    struct sup_duration room; /* from the calm, or what ends all, to when that is expected */
};

/* Of the expectation that stands in this line; of none, nothing is said. */
struct sim__settling sim__settling_of(const struct sim_scenario *scenario, uint32_t line);
/* Whether a smaller file has kept what the first one said. */
bool sim__settling_kept(const struct sim__settling *first, const struct sim__settling *smaller);

#endif
