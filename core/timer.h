/* Timers by owner: a service's main timer (whatever its phase waits for), its probe and
 * its beat; the drain's, those of idle waits, and one for each group's incident. */
#ifndef SUP_CORE_TIMER_H
#define SUP_CORE_TIMER_H

#include <stdint.h>

#include "sup/time.h"

#include "heap.h"
#include "supervisor.h"

enum sup__timer { SUP__TIMER_MAIN, SUP__TIMER_PROBE, SUP__TIMER_BEAT, SUP__TIMER_OTHER };

/* An id is index << 2 | kind; the index is a slot, or one of these. */
#define SUP__OTHER_DRAIN 0u
#define SUP__OTHER_WAIT 1u
#define SUP__OTHER_GROUP 128u

static inline void sup__disarm(struct sup *sup, uint64_t *key)
{
    sup__heap_forget(&sup->heap, key);
}

/* Arms it anew when it is armed; never is not at all. */
static inline void sup__arm(struct sup *sup, uint64_t *key, struct sup_instant deadline,
                            enum sup__timer kind, uint32_t index)
{
    uint32_t id = index << 2 | (uint32_t)kind;
    sup__heap_push(&sup->heap, deadline, SUP__HEAP_USUAL | id, key);
}

/* A service's main timer. */
static inline void sup__arm_main(struct sup *sup, struct sup__service *s,
                                 struct sup_instant deadline)
{
    sup__arm(sup, &s->timer_key, deadline, SUP__TIMER_MAIN, sup__slot_of(sup, s));
}

/* The same, before all else that is due then. */
static inline void sup__arm_main_before(struct sup *sup, struct sup__service *s,
                                        struct sup_instant deadline)
{
    uint32_t id = sup__slot_of(sup, s) << 2 | (uint32_t)SUP__TIMER_MAIN;
    sup__heap_push(&sup->heap, deadline, id, &s->timer_key);
}

uint64_t *sup__timer_owner(struct sup *sup, uint32_t id);
void sup__fire(struct sup *sup, uint32_t id);

#endif
