/* A picture as a still: SVG, for a README or a report. Lanes beneath each other in the order of
 * the page, shapes and patterns that need no colour, light and dark by the reader's preference.
 */
#ifndef SIM_PICTURE_STILL_H
#define SIM_PICTURE_STILL_H

#include "picture.h"
#include "sim/base/text.h"

/* The picture is complete, and did not fail. Of more lanes than fit on it those that a failure
 * is about come first, and how many there are more is said. */
void sim__still_put(struct sim__text *text, const struct sim__picture *picture,
                    const struct sim__picture_frame *frame);

#endif
