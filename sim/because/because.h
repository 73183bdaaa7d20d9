/* Why: the decisions of a supervisor in words, with their numbers, as the field `because` of a
 * trace's event has them.
 *
 * The words are made of an event and of what the supervisor says about it while it is told
 * (<sup/grounds.h>); a plan words its limits by the same phrases (phrases.h), so that both say
 * the same. Instants and lengths are written as scenario files write them.
 */
#ifndef SIM_BECAUSE_BECAUSE_H
#define SIM_BECAUSE_BECAUSE_H

#include "sim/base/text.h"
#include "sup/event.h"

struct sup;

/* Room for any of them: a path, three names and a few numbers. */
#define SIM__BECAUSE_BYTES 2048u

/* Whether an event tells a decision: by itself, always, or only where there is something that
 * has decided: a start that waited for the pool, a readiness by time, a group's rebirth. */
enum sim__decides { SIM__DECIDES_NEVER, SIM__DECIDES_PERHAPS, SIM__DECIDES_ALWAYS };
enum sim__decides sim__event_decides(const struct sup_event *event);

/* Appends the words; nothing for an event that tells no decision. Inside of the callback that is
 * given the event. */
void sim__because_put(struct sup *sup, const struct sup_event *event, struct sim__text *text);

#endif
