/* A service as the core keeps it: hot, cold, rare, and what only some policies need.
 *
 * A slot belongs to a name for the supervisor's life; registrations of that name
 * follow each other in it, told apart by their generation. Slots are named by
 * index, never by pointer across a registration, since the arrays grow then.
 */
#ifndef SUP_CORE_SERVICE_H
#define SUP_CORE_SERVICE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/event.h"
#include "sup/join.h"
#include "sup/policy.h"
#include "sup/random.h"
#include "sup/snapshot.h"
#include "sup/time.h"
#include "sup/token.h"

#include "needs.h"
#include "traits.h"
#include "window.h"

struct sup;

#define SUP__NONE UINT32_MAX
#define SUP__SLOTS_MAX (UINT32_C(1) << 22)

/* Why an attempt is being stopped, or a wait ended; ordered by rank below. */
/* clang-format off */
#define SUP__INTENT_LIST(X)                                                    \
    X(NONE, 0)                                                                 \
    X(LIVENESS, 1)   /* late or stale: the end is a failure */                 \
    X(GROUP, 2)      /* a strategy or an exhausted group stops it */           \
    X(RESTART, 3)    /* an operator's restart, or resume after a pause */      \
    X(PAUSE, 4)                                                                \
    X(QUARANTINE, 4)                                                           \
    X(CANCEL, 5)                                                               \
    X(DRAIN, 5)                                                                \
    X(ABORT, 6)                                                                \
    X(REPLACE, 7)                                                              \
    X(REMOVE, 8)
/* clang-format on */

enum sup__intent {
#define SUP__X(id, rank) SUP__INTENT_##id,
    SUP__INTENT_LIST(SUP__X)
#undef SUP__X
};

/* The last error: a text that somebody gave, or what its text is made of when somebody
 * asks. */
enum sup__error {
    SUP__ERROR_NONE,
    SUP__ERROR_TEXT,
    SUP__ERROR_FAILED,
    SUP__ERROR_CODE,
    SUP__ERROR_PANICKED,
    SUP__ERROR_SIGNAL,
    SUP__ERROR_REFUSED,
    SUP__ERROR_NOT_READY,
    SUP__ERROR_TOO_LONG,
    SUP__ERROR_STALE,
    SUP__ERROR_ABORTED,
};

/* A policy and what is computed from it once. */
struct sup__policy {
    struct sup_policy policy; /* its rules are owned */
    uint64_t hash;
    struct sup_duration *bounds; /* bounds[k-1] is backoff's bound(k) */
    uint32_t bound_count;
    bool bounds_end;  /* the last of them is the bound of every longer streak */
    bool bounds_only; /* what is waited is the bound itself, from the end on */
    uint16_t traits;  /* enum sup__trait */
    struct sup__needs needs;
    uint32_t restarts; /* classes of ends, as in struct sup_exit_set, that its restart class does */
    uint32_t spare;    /* every attempt looks its policy up: an index is a shift */
};
static_assert(sizeof(struct sup__policy) == 256 || sizeof(void *) < 8, "a power of two");

/* Hot: what every attempt touches. Two cache lines. */
struct sup__service {
    uint64_t timer_key;            /* of the armed main timer, 0 when none */
    struct sup_instant started_at; /* of the last attempt */
    struct sup_duration delay;     /* of the wait in progress, or the one before */
    struct sup_random random;
    uint32_t attempt;
    uint32_t generation;
    uint32_t streak;
    uint32_t failures;
    uint32_t restarts;
    uint32_t granted; /* restarts after failures, for max-restarts */
    uint32_t policy;
    uint32_t group;
    /* ---- second line ---- */
    void *work;
    const char *name; /* in the supervisor's book */
    struct sup_instant phase_since;
    struct sup_duration running; /* of its ended attempts */
    int32_t error_number;        /* exit code or signal, for its text */
    uint8_t error_kind;          /* enum sup__error */
    uint8_t phase;
    uint8_t operation;
    uint8_t breaker;
    uint8_t reason;
    uint8_t readiness;
    uint8_t heartbeat;
    bool registered;
    bool live;
    bool busy;          /* counted as busy in its groups */
    bool restart_event; /* `restarted` is due before the next start */
    bool start_free;    /* the next start is an interval's ordinary call */
    /* What somebody else did to the attempt: all of it together is 0 for one that is
     * left to itself, as most are. */
    union {
        struct {
            uint8_t intent;
            uint8_t liveness; /* outcome that a liveness stop brings, 0 when none */
            bool cancel_delivered;
            bool abort_requested;
            bool deadline_passed; /* its stop deadline has passed */
            bool queued;          /* waits for a slot of the blocking pool */
            bool deferred;        /* a refusal waits for the end of a group's start */
            bool member;          /* of an incident */
        };
        uint64_t disturbed;
    };
    bool limit_exhausted;
    uint8_t drain_class;
    uint8_t last;    /* outcome of the last ended attempt */
    bool was_ready;  /* of those that are not ready by their start */
    bool rare;       /* it has a rare part */
    bool extra;      /* it has a block of what its policy needs */
    uint16_t traits; /* of its policy */
};

/* What only some policies need: breaker, restart limit, heartbeat, interval. It begins a block. */
struct sup__extra {
    uint64_t probe_key;
    struct sup_instant probe_at;
    uint64_t beat_key;
    struct sup_instant beat_deadline;
    struct sup_instant interval_anchor;
    struct sup__window breaker;
    struct sup__window limit;
};

/* What a limit keeps that is no plain window; see limits.h. */
struct sup__limit {
    struct sup_instant opened; /* never: not open */
    struct sup_instant last;   /* of the score */
    uint64_t score;            /* in 2^-32 of an entry */
    uint32_t count;            /* since it opened */
    bool by_hand;              /* an operator's start is next */
};

/* Cold: the rest. */
#define SUP__ORDER_BITS 46 /* of registrations: years of nothing else */
#define SUP__ORDERS_MAX ((UINT64_C(1) << SUP__ORDER_BITS) - 1)
struct sup__cold {
    struct sup_instant registered_at;
    uint64_t finishing : 8; /* see finish.h; 0: its work goes on, if it lives */
    uint64_t later : 8;     /* enum sup__later */
    uint64_t paused : 1;    /* as it was registered */
    uint64_t dynamic : 1;
    uint64_t order : SUP__ORDER_BITS; /* of registration */
    uint32_t previous;                /* registration order */
    uint32_t next;
    uint32_t group_previous; /* the same within the group */
    uint32_t group_next;
};
static_assert(sizeof(struct sup__cold) == 32, "two of them to a cache line");

/* Rare: what most services never have while they run. There is room for it, which is not
 * touched before something is written into it. */
struct sup__rare {
    struct sup_instant last_beat;
    struct sup_instant deadline;       /* of an extendable main timer */
    struct sup__registration *pending; /* a replacement waits for the old one's end */
    struct sup__tie *tie;              /* to a token; NULL when there is none */
    struct sup_join *joins;
    void *value; /* result of its last ended attempt */
    uint32_t reason_count;
    uint32_t reason_limit;
    uint32_t chain_previous; /* members of an incident, or of a reverse drain */
    uint32_t chain_next;
    uint32_t queue_previous; /* blocking queue */
    uint32_t queue_next;     /* the same, or deferred refusals */
    uint32_t incident;       /* group whose incident it is a member of */
    uint8_t incident_then;   /* enum sup__then */
    /* Of the registrations that have ended, and what is counted at once; see metrics.h. */
    struct sup_metrics counted;
};

/* What ties a registration to its token. */
struct sup__tie {
    struct sup_token_watch watch;
    struct sup_token *token;
    struct sup *sup;
    uint32_t slot;
    uint32_t generation;
};

/* Everything a registration needs, had before anything changes. A replacement
 * keeps it until the old attempt has ended. */
struct sup__registration {
    const char *name; /* written, and not kept yet, where it is a new one; else NULL */
    uint32_t policy;
    uint32_t group;
    void *work;
    struct sup__tie *tie;
    struct sup__extra *extra; /* its block, where its policy needs one */
    bool paused;              /* it is not started before it is resumed */
    bool dynamic;
};

#endif
