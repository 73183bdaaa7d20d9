/* Finish scripts: an attempt whose work is over, while what cleans up after it runs. It is
 * stopping, though perhaps nobody stops it: what it had been told before is kept aside, so that
 * its end is judged by that. */
#ifndef SUP_CORE_FINISH_H
#define SUP_CORE_FINISH_H

#include "machine.h"
#include "service.h"

struct sup;

/* Kept with a service that is finishing. */
enum sup__finish {
    SUP__FINISH_BEGUN = 1u << 0,
    SUP__FINISH_CANCELLED = 1u << 1, /* its work had been told to stop, */
    SUP__FINISH_ABORTED = 1u << 2,   /* and to abort; */
    SUP__FINISH_STARTING = 1u << 3,  /* it was neither, nor ready */
};

/* Reactions of the table; the second is of an end, and nothing for one that is not finishing. */
void sup__on_finishing(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__finish_over(struct sup *sup, struct sup__service *s);

#endif
