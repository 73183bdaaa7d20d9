/* Incidents: members of a group that are stopped one after the other, and then dealt
 * with together. */
#ifndef SUP_CORE_INCIDENT_H
#define SUP_CORE_INCIDENT_H

#include <stdint.h>

#include "sup/time.h"

#include "service.h"
#include "supervisor.h"

/* What an incident does with its members when they have ended. */
enum sup__incident {
    SUP__INCIDENT_NONE,
    SUP__INCIDENT_RESTART,    /* starts them again, together */
    SUP__INCIDENT_TERMINATE,  /* terminated: restart-limit */
    SUP__INCIDENT_QUARANTINE, /* idle, quarantined */
    SUP__INCIDENT_SHUTDOWN,   /* terminated: cancelled */
};

/* What becomes of one member at the end of the incident. */
enum sup__then {
    SUP__THEN_NOTHING,
    SUP__THEN_START,
};

void sup__incident_open(struct sup *sup, uint32_t group, enum sup__incident kind);
void sup__incident_join(struct sup *sup, uint32_t group, struct sup__service *s,
                        enum sup__then then);
void sup__incident_leave(struct sup *sup, struct sup__service *s);
/* Something else takes s over; an incident without members is over. */
void sup__incident_quit(struct sup *sup, struct sup__service *s);
/* A member's attempt, or its wait, has ended, and its group wanted it. */
void sup__incident_ended(struct sup *sup, struct sup__service *s);
/* Stops the next member, or finishes when all have ended; there may be no incident. */
void sup__incident_go_on(struct sup *sup, uint32_t group);
static inline void sup__incident_advance(struct sup *sup, uint32_t group)
{
    SUP_ASSERT(!sup->starting_group);
    if (sup->groups[group].incident != SUP__INCIDENT_NONE) {
        sup__incident_go_on(sup, group);
    }
}
/* The delay ends at that instant, or later when it was to end later. */
void sup__incident_at(struct sup *sup, uint32_t group, struct sup_instant at);
/* The delay has passed, or an operator's restart short-cuts it. */
void sup__incident_due(struct sup *sup, uint32_t group);
void sup__incident_dissolve(struct sup *sup, uint32_t group);

#endif
