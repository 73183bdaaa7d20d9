/* Phases: the only place that writes one, and the accounts that follow from it. */
#ifndef SUP_CORE_PHASE_H
#define SUP_CORE_PHASE_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/assert.h"
#include "sup/event.h"

#include "service.h"
#include "supervisor.h"

extern const uint8_t sup__legal_phases[SUP_PHASES];
static inline bool sup__phase_legal(enum sup_phase from, enum sup_phase to)
{
    return (sup__legal_phases[from] >> to & 1u) != 0;
}

#define SUP__BUSY_PHASES \
    (1u << SUP_PHASE_STARTING | 1u << SUP_PHASE_RUNNING | 1u << SUP_PHASE_STOPPING | \
     1u << SUP_PHASE_BACKING_OFF)

/* Whether the group counts the service as busy, once more. */
void sup__account(struct sup *sup, struct sup__service *s);

static inline void sup__set_phase(struct sup *sup, struct sup__service *s, enum sup_phase phase)
{
    SUP_ASSERT(sup__phase_legal(s->phase, phase));
    uint32_t was_busy = SUP__BUSY_PHASES >> s->phase & 1u;
    s->phase = (uint8_t)phase;
    s->phase_since = sup->now;
    if (was_busy != (SUP__BUSY_PHASES >> phase & 1u)) {
        sup__account(sup, s);
    }
}

enum sup__life { SUP__LIFE_OVER, SUP__LIFE_BEGUN };

static inline void sup__account_live(struct sup *sup, struct sup__service *s, enum sup__life life)
{
    bool live = life == SUP__LIFE_BEGUN;
    SUP_ASSERT(s->live != live);
    uint32_t by = live ? 1u : UINT32_MAX;
    s->live = live;
    sup->live += by;
    sup->groups[s->group].active += by;
}

/* Nothing to wait for: idle, unless it is already. */
void sup__come_to_rest(struct sup *sup, struct sup__service *s);
void sup__terminate(struct sup *sup, struct sup__service *s, enum sup_reason reason);
/* The same with the numbers of its sentence: count of limit. */
void sup__terminate_counted(struct sup *sup, struct sup__service *s, enum sup_reason reason,
                            uint32_t count, uint32_t limit);
/* Ends a registration without `terminated`: removed or replaced. */
void sup__gone(struct sup *sup, struct sup__service *s, enum sup_event_type type);

#endif
