/* Readiness, heartbeats and probes: what a live attempt says of itself, and the
 * timers that wait for it. */
#ifndef SUP_CORE_LIVENESS_H
#define SUP_CORE_LIVENESS_H

#include "machine.h"
#include "service.h"

struct sup;

/* The attempt counts as running: from its start, or from its first `ready` when
 * that is explicit. A half-open breaker's probe is timed from here. */
void sup__running(struct sup *sup, struct sup__service *s);

/* Reactions of the table. */
void sup__on_ready(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_readiness(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_beat(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_stale(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_late_start(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_probe(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_extend(struct sup *sup, struct sup__service *s, const struct sup__input *input);

#endif
