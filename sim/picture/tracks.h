/* A picture as tracks: the trace-event form that Perfetto's viewer and Chrome's read.
 *
 * A process for each group and one for the supervisor and the world, a thread for each service
 * with its bars as slices and its events as instants, one beside it for its breaker, a counter for
 * each plot, a flow from each command to the bars that it began. Times are microseconds with
 * three digits, as the form has them; tests/pictures/trace-events.json is its schema.
 */
#ifndef SIM_PICTURE_TRACKS_H
#define SIM_PICTURE_TRACKS_H

#include "picture.h"
#include "sim/base/text.h"

/* The picture is complete, and did not fail. */
void sim__tracks_put(struct sim__text *text, const struct sim__picture *picture,
                     const struct sim__picture_frame *frame);

#endif
