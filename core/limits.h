/* The windows and counts of restart limits that are not plain, of services and groups. */
#ifndef SUP_CORE_LIMITS_H
#define SUP_CORE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/time.h"

#include "exits.h"
#include "service.h"
#include "supervisor.h"
#include "window.h"

/* One limit, whosever it is, and where its entries are kept. */
struct sup__limited {
    const struct sup_limit_policy *policy;
    const struct sup_limit_rules *rules;
    struct sup__window *ring; /* of a sliding one */
    struct sup__limit *state; /* of the others */
    struct sup_duration clock_at_zero;
    uint32_t streak; /* of who is limited, where that is its window */
};

/* What is impossible in a limit, NULL when nothing is. `rules` may be NULL: plain ones. */
const char *sup__limit_mistake(const struct sup_limit_policy *policy,
                               const struct sup_limit_rules *rules);
/* Nothing is left of what the limit does not look at. */
void sup__limit_canonical(struct sup_limit_policy *policy, struct sup_limit_rules *rules);
/* Is there anything in them that a plain limit has not? */
bool sup__limit_is_ruled(const struct sup_limit_policy *policy,
                         const struct sup_limit_rules *rules);

/* Entries that it may have to keep in its ring, and how many have to be reserved for it. */
uint32_t sup__limit_capacity(const struct sup_limit_policy *policy,
                             const struct sup_limit_rules *rules);
uint32_t sup__limit_reserve(const struct sup_limit_policy *policy,
                            const struct sup_limit_rules *rules);

/* score * 2^-(passed / half_life), rounded down at each step; in 2^-32. */
uint64_t sup__decayed(uint64_t score, struct sup_duration passed, struct sup_duration half_life);
void sup__limit_clear(const struct sup__limited *limited);
/* Entries that count now; of a score as many as make no less of it. */
uint32_t sup__limit_used(const struct sup__limited *limited, struct sup_instant now);
/* True when there is no room for an entry at this instant, or, where ends are counted, when it
 * holds one too many. A fixed window that is over opens anew. */
bool sup__limit_is_full(const struct sup__limited *limited, struct sup_instant now,
                        uint32_t *ret_used);
/* Whether one entry more would fit now; nothing changes. Of none that counts ends. */
bool sup__limit_has_room(const struct sup__limited *limited, struct sup_instant now);
void sup__limit_enter(const struct sup__limited *limited, struct sup_instant now);
/* A window that is not open opens: something has started. Not of a plain limit. */
void sup__limit_open(const struct sup__limited *limited, struct sup_instant now);
/* How long a restart that finds it full waits, at least; SUP_LIMIT_WAIT and _PAUSE. */
struct sup_duration sup__limit_holds(const struct sup__limited *limited, struct sup_instant now);

/* ---- of services: those whose policy has rules ---- */

/* Has it a state of its own, in the registration's block? */
bool sup__limit_has_state(const struct sup_policy *policy);
/* The windows of a registration begin. */
void sup__limit_begin(const struct sup_policy *policy, struct sup__extra *extra,
                      struct sup_instant *room);
struct sup__limited sup__limited_of(const struct sup *sup, const struct sup__service *s);
/* An end, before anything is decided; a plain limit does not count any. */
void sup__limit_see_end(struct sup *sup, struct sup__service *s, const struct sup__exit *exit,
                        enum sup_outcome cause);
static inline void sup__limit_on_end(struct sup *sup, struct sup__service *s,
                                     const struct sup__exit *exit, enum sup_outcome cause)
{
    if ((s->traits & SUP__TRAIT_LIMIT_STATE) != 0) {
        sup__limit_see_end(sup, s, exit, cause);
    }
}
/* A start, at its instant, of one whose limit has a state: false when it is refused, and what then
 * is to happen has. */
bool sup__limit_admits_start(struct sup *sup, struct sup__service *s);

#endif
