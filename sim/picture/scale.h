/* Where instants lie across a picture, and which of them its ruler names. */
#ifndef SIM_PICTURE_SCALE_H
#define SIM_PICTURE_SCALE_H

#include <stdint.h>

#include "sup/time.h"

/* Where `at` lies when a run of that length lies on 0 to `width`, up to 2^24; rounded down. */
uint32_t sim__scale(struct sup_instant at, struct sup_duration whole, uint32_t width);
/* The length between two names: one that people count in, of which at most `most` fit into it. */
struct sup_duration sim__scale_step(struct sup_duration whole, uint32_t most);

#endif
