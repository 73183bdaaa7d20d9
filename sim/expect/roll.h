/* A roll of those that events are about: each name has a number, from 1, in the order in
 * which they are first heard of.
 *
 * A command may name who is not registered yet, and has no slot then: who is registered
 * under that name later keeps the number. Where a target is given, others have none.
 */
#ifndef SIM_EXPECT_ROLL_H
#define SIM_EXPECT_ROLL_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/table.h"
#include "sup/event.h"

struct sim__target;

#define SIM__NOT_ON_ROLL UINT32_MAX

struct sim__roll {
    const struct sim__target *target; /* NULL: everybody is asked */
    uint32_t *by_slot;                /* its number, or SIM__NOT_ON_ROLL */
    uint32_t room;
    uint32_t count;
    struct sim__table early; /* of those that were heard of before they had a slot */
    struct sim__early *latest;
    struct sim_arena *arena; /* of these; NULL while there are none */
    uint64_t seed;
};

/* The target outlives the roll. */
void sim__roll_init(struct sim__roll *roll, const struct sim__target *target, uint64_t seed);
void sim__roll_release(struct sim__roll *roll);
/* The number of whom the event names, which has to be somebody; SIM__NOT_ON_ROLL; 0 when out
 * of memory. */
uint32_t sim__roll_hear(struct sim__roll *roll, const struct sup_event *event);
/* The number of a name, and of its slot where it has one (else UINT32_MAX); 0 or
 * SIM__NOT_ON_ROLL when it has none. */
uint32_t sim__roll_find(const struct sim__roll *roll, uint32_t slot, const char *name);
/* Whose number it is; NULL: nobody's. Looks through all of them. Valid until the next call
 * of sup. */
const char *sim__roll_name(const struct sim__roll *roll, const struct sup *sup, uint32_t number);

#endif
