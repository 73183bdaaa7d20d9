/* A picture as lines of text, for a terminal: a strip for each lane beneath a ruler. */
#ifndef SIM_PICTURE_STRIP_H
#define SIM_PICTURE_STRIP_H

#include "picture.h"
#include "sim/base/text.h"

/* Lanes that are drawn; how many there are more is said. */
#define SIM__STRIP_LANES_MAX 40u

/* The picture is complete, and did not fail. `indent` spaces stand before each line. */
void sim__strip_put(struct sim__text *text, const struct sim__picture *picture, uint32_t indent);

#endif
