/* The supervisor as the core keeps it, and how its parts are reached.
 *
 * `struct sup` owns every array; services and groups are named by index. Every
 * public call that may change something enters, which reads the clock once, and
 * leaves, which deals with what the call set free.
 */
#ifndef SUP_CORE_SUPERVISOR_H
#define SUP_CORE_SUPERVISOR_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/assert.h"
#include "sup/control.h"
#include "sup/event.h"
#include "sup/executor.h"
#include "sup/policy.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"
#include "sup/time.h"

#include "heap.h"
#include "namebook.h"
#include "service.h"
#include "table.h"
#include "window.h"

#define SUP__ROOT 0u
#define SUP__PATH_MAX 1024
#define SUP__GROUPS_MAX ((UINT32_C(1) << 22) - 128u)

struct sup__exit;

struct sup__group {
    char *path;
    uint32_t parent;
    uint32_t first_child;
    uint32_t next_sibling;
    uint32_t first; /* own services in registration order */
    uint32_t last;
    bool cancelled;
    bool shuts_down; /* as soon as the start of a group is over */
    bool reborn;     /* by the restart that is under way */
    bool escalated;  /* which its parent has allowed */
    struct sup_group_policy policy;
    struct sup__window limit;
    uint32_t active;      /* live attempts of its own services */
    uint32_t busy;        /* own services that live or will start */
    uint32_t services;    /* registered in the subtree */
    uint32_t inflight;    /* own services that are not terminated */
    uint32_t significant; /* own services that are busy and significant */
    uint64_t spawned;
    uint64_t dropped;
    uint64_t completed;
    struct sup_metrics counted; /* of its own services, as theirs; see metrics.h */
    /* incident */
    uint8_t incident;  /* enum sup__incident */
    bool incident_due; /* the delay has passed */
    struct sup_instant incident_at;
    uint64_t incident_key;
    uint32_t chain_first; /* members, last registered first */
    uint32_t chain_last;
    uint32_t chain_cursor; /* the member that the chain waits for */
    /* of a limit that is not plain */
    struct sup__limit limit_state;
    struct sup_instant paused_until; /* no restart of its own services before that */
    uint64_t paused_last;            /* order of the last one registered that waits for it */
    uint64_t spare[9];               /* each event looks its group up: an index is a shift */
};
static_assert(sizeof(struct sup__group) == 512 || sizeof(void *) < 8, "a power of two");

struct sup__wait {
    sup_idle_fn fn;
    void *context;
    uint32_t group;
    uint64_t key;
    bool used;
    bool timed_out;
};

struct sup__subscriber {
    sup_event_fn fn;
    void *context;
};

struct sup__drain {
    struct sup_drain_report report;
    struct sup_instant deadline;
    uint64_t key;
    uint32_t chain_first;
    uint32_t chain_last;
    bool chained;
    char who[SUP_NAME_MAX + 1];
    char why[SUP_NAME_MAX + 1];
};

/* What decides at the present and has gone by the time that nobody asks any more; written where
 * it is rare, and read by grounds.c alone. No decision depends on it. */
struct sup__notes {
    struct sup_jitter_draw drawn; /* the last one */
    const struct sup__exit *exit; /* what follows on it is being decided; else NULL */
    enum sup_outcome cause;       /* what it counts as */
    struct {
        uint32_t slot; /* the one whose streak was forgiven last, … */
        uint32_t generation;
        uint32_t attempt;
        uint32_t streak; /* … which was so long */
        uint32_t by;     /* enum sup_forgiven */
    } forgiven;
    uint32_t group;    /* decides; SUP__NONE */
    uint32_t reborn;   /* starts as it was declared; SUP__NONE */
    uint32_t queued;   /* the slot that the pool lets start; SUP__NONE */
    const char *ended; /* the significant one */
    uint8_t incident;  /* that the group above has decided upon */
    uint8_t wish;      /* of who settles */
    bool life;         /* max_restarts decides */
    bool limit;        /* a restart limit quarantines */
    bool declared;     /* it is registered as paused */
};

struct sup {
    struct sup_config config;
    struct sup_instant now;
    uint64_t sequence; /* of events */
    uint64_t draws;
    uint64_t orders;
    uint32_t live; /* attempts */
    struct sup__heap heap;
    uint64_t no_key;               /* always 0: the key of a timer that no longer has an owner */
    struct sup__service *services; /* aligned to their size */
    void *service_block;
    struct sup__cold *colds;
    struct sup__rare *rares;    /* of those that have one */
    struct sup__extra **extras; /* likewise */
    char *errors;               /* a text of error_bytes_max for each slot, not touched by most */
    struct sup__namebook book;
    uint32_t slot_count;
    uint32_t service_capacity;
    uint32_t cold_capacity;
    uint32_t scratch_capacity;
    uint32_t rare_capacity;
    uint32_t extra_capacity;
    uint32_t error_capacity;
    uint32_t first; /* registration order */
    uint32_t last;
    struct sup__policy *policies;
    uint32_t policy_count;
    uint32_t policy_capacity;
    struct sup__group *groups;
    uint32_t group_count;
    uint32_t group_capacity;
    struct sup__table names;
    struct sup__table paths;
    uint32_t *scratch;        /* one for each slot, for ordering a subtree */
    uint64_t timers;          /* timers that can be armed at a time */
    uint64_t window_entries;  /* reserved */
    struct sup_attempt *pool; /* who holds a slot of the blocking pool */
    uint32_t pool_used;
    uint32_t queue_first; /* FIFO of services waiting for one */
    uint32_t queue_last;
    uint32_t deferred_first; /* refusals during a group's start */
    uint32_t deferred_last;
    struct sup_metrics metrics;
    struct sup_histogram histogram;
    struct sup_histogram cpu_histogram;
    struct sup__subscriber subscribers[SUP_SUBSCRIBERS_MAX];
    struct sup__subscriber teller; /* who is given each event: one of them, or who tells them */
    uint32_t subscriber_count;
    bool listening; /* a subscriber or a journal: events are worth building */
    bool inside;    /* in a call: callbacks may only read */
    bool starting_group;
    bool shutdown_check; /* some group shuts down when that start is over */
    bool idle_check;     /* some group became idle, and somebody waits */
    uint8_t phase;       /* enum sup_supervisor_phase */
    struct sup__drain drain;
    struct sup__wait waits[SUP_IDLE_WAITS_MAX];
    uint32_t wait_count;
    struct sup_journal_entry *journal;
    char *text; /* for reason texts: those of events, then those of snapshots */
    size_t text_bytes;
    struct sup__notes notes;
};

/* ---- entering and leaving ---- */

static inline void sup__enter(struct sup *sup)
{
    SUP_ASSERT(!sup->inside);
    sup->inside = true;
    struct sup_instant now = sup->config.clock.now(sup->config.clock.context);
    sup->now = now.ns > sup->now.ns ? now : sup->now;
}

/* What a call set free is dealt with before it returns. */
void sup__leave_busy(struct sup *sup);
static inline void sup__leave(struct sup *sup)
{
    if (__builtin_expect(sup->queue_first != SUP__NONE || (sup->idle_check | sup->phase) != 0, 0)) {
        sup__leave_busy(sup);
    }
    sup->inside = false;
}

/* ---- reaching the parts ---- */

/* The instant that lies `wait` after now. */
static inline struct sup_instant sup__after(const struct sup *sup, struct sup_duration wait)
{
    return sup_instant_add(sup->now, wait);
}

static inline struct sup_policy *sup__policy_of(const struct sup *sup, const struct sup__service *s)
{
    return &sup->policies[s->policy].policy;
}

static inline const struct sup__needs *sup__needs(const struct sup *sup, uint32_t policy)
{
    return &sup->policies[policy].needs;
}

static inline uint32_t sup__slot_of(const struct sup *sup, const struct sup__service *s)
{
    return (uint32_t)(s - sup->services);
}

static inline struct sup__cold *sup__cold_of(const struct sup *sup, const struct sup__service *s)
{
    return &sup->colds[s - sup->services];
}

/* The rare part, to be read: of one without it that of nobody. */
extern const struct sup__rare sup__rare_none;
static inline const struct sup__rare *sup__rare_of(const struct sup *sup,
                                                   const struct sup__service *s)
{
    return s->rare ? &sup->rares[s - sup->services] : &sup__rare_none;
}
/* The same to be written, which it then has. */
static inline struct sup__rare *sup__rare_make(struct sup *sup, struct sup__service *s)
{
    struct sup__rare *rare = &sup->rares[s - sup->services];
    if (!s->rare) {
        *rare = sup__rare_none;
        s->rare = true;
    }
    return rare;
}

static inline struct sup__extra *sup__extra_of(const struct sup *sup, const struct sup__service *s)
{
    return s->extra ? sup->extras[s - sup->services] : NULL;
}

static inline char *sup__error_of(const struct sup *sup, const struct sup__service *s)
{
    return sup->errors + (size_t)sup__slot_of(sup, s) * sup->config.error_bytes_max;
}

static inline struct sup_attempt sup__attempt_of(const struct sup *sup,
                                                 const struct sup__service *s)
{
    return (struct sup_attempt){sup__slot_of(sup, s), s->generation, s->attempt};
}

/* A service that will be needed soon is in no cache where there are tens of thousands, and there is
 * time to bring it there. Its first line is read, and nothing is done with that: processors drop a
 * prefetch whose address has no translation at hand, which is so as a rule then. Any slot. */
static inline void sup__touch(const struct sup *sup, uint32_t slot)
{
    if (slot < sup->slot_count) {
        const volatile char *bytes = (const volatile char *)&sup->services[slot];
        (void)bytes[0];
        __builtin_prefetch((const void *)(bytes + sizeof(struct sup__service) / 2), 1);
    }
}

#endif
