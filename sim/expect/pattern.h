/* What an event has to be: entries of `events` and filters ask the same way. */
#ifndef SIM_PATTERN_H
#define SIM_PATTERN_H

#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sup/event.h"

/* How far an event is the one that the pattern describes. */
enum sim__likeness { SIM__ANOTHER, SIM__AT_ANOTHER_INSTANT, SIM__THE_SAME };
enum sim__likeness sim__pattern_likeness(const struct sim_event_pattern *pattern,
                                         const struct sup_event *event);

/* "attempt-ended, outcome failed" */
void sim__pattern_text(struct sim__text *out, const struct sim_event_pattern *pattern);

#endif
