/* Draining: everything ends, within a time, and a report says how. */
#ifndef SUP_CORE_DRAIN_H
#define SUP_CORE_DRAIN_H

#include "sup/control.h"
#include "sup/supervisor.h"
#include "sup/time.h"

#include "service.h"

struct sup;

enum sup__drain_cause {
    SUP__DRAIN_BY_COMMAND,
    SUP__DRAIN_BY_LIMIT, /* the root's restart limit, nobody asked */
};

void sup__drain_begin(struct sup *sup, struct sup_duration timeout, enum sup__drain_cause cause,
                      const struct sup_actor *actor);
void sup__drain_timeout(struct sup *sup);
void sup__drain_advance(struct sup *sup); /* reverse order: cancel the next one */
void sup__drain_leave(struct sup *sup, struct sup__service *s);
/* What the drain made of s: once. */
void sup__drain_classify(struct sup *sup, struct sup__service *s, enum sup_drain_class class_);
void sup__drain_check(struct sup *sup);

#endif
