/* What a decision rests on: the numbers of a supervisor at the instant at which one of its events
 * is told, so that whoever is told can say why it came.
 *
 * Asked for inside of the callback that is given the event, and about that event; texts and
 * policies belong to the supervisor and are valid until the callback returns. Nothing of it is
 * kept: who does not ask pays nothing. It is put together for people and their tools, and no
 * decision depends on it.
 */
#ifndef SUP_GROUNDS_H
#define SUP_GROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"
#include "sup/event.h"
#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/supervisor.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

struct sup;

/* Whose wish it is that an attempt, or a wait, ends. */
/* clang-format off */
#define SUP_WISH_LIST(X)                                                       \
    X(NONE, "none")                                                            \
    X(LIVENESS, "liveness") /* it was late, stale, or ran for too long */      \
    X(GROUP, "group")       /* its group restarts, gives up or shuts down */   \
    X(RESTART, "restart")   /* an operator's restart or resume */              \
    X(PAUSE, "pause")                                                          \
    X(QUARANTINE, "quarantine")                                                \
    X(CANCEL, "cancel")     /* an operator's, or that of a token */            \
    X(DRAIN, "drain")                                                          \
    X(ABORT, "abort")                                                          \
    X(REPLACE, "replace")   /* by a registration of the same name */           \
    X(REMOVE, "remove")

/* What a group does with those of its services that it stops. */
#define SUP_INCIDENT_LIST(X)                                                   \
    X(NONE, "none")                                                            \
    X(RESTART, "restart")       /* starts them again, together */              \
    X(TERMINATE, "terminate")   /* its limit is exhausted */                   \
    X(QUARANTINE, "quarantine") /* the same */                                 \
    X(SHUTDOWN, "shutdown")     /* a significant one has ended */

/* Whether an end is followed by another attempt, and what says so. */
#define SUP_FATE_LIST(X)                                                       \
    X(NONE, "none")           /* it has no rules: its restart class does */    \
    X(ENDS, "ends")           /* what restarts it does not hold the end */     \
    X(PREVENTED, "prevented") /* rules.prevent */                              \
    X(FORCED, "forced")       /* rules.force */                                \
    X(RESTARTS, "restarts")

/* What has forgiven the streak that an end found, or a part of it. */
#define SUP_FORGIVEN_LIST(X)                                                   \
    X(NOT, "not")                                                              \
    X(RUN, "run")         /* it has run for backoff.reset_after */             \
    X(READY, "ready")     /* it had been ready: rules.after_ready */           \
    X(CLEAN, "clean")     /* a clean end */                                    \
    X(BREAKER, "breaker") /* its breaker has closed */
/* clang-format on */

enum sup_forgiven {
#define SUP__X(id, name) SUP_FORGIVEN_##id,
    SUP_FORGIVEN_LIST(SUP__X)
#undef SUP__X
};
enum sup_wish {
#define SUP__X(id, name) SUP_WISH_##id,
    SUP_WISH_LIST(SUP__X)
#undef SUP__X
};
enum sup_incident {
#define SUP__X(id, name) SUP_INCIDENT_##id,
    SUP_INCIDENT_LIST(SUP__X)
#undef SUP__X
};
enum sup_fate {
#define SUP__X(id, name) SUP_FATE_##id,
    SUP_FATE_LIST(SUP__X)
#undef SUP__X
};
const char *sup_wish_name(enum sup_wish wish);

/* A limit as it stands at the instant, this event's entry included where it was granted. Frozen. */
struct sup_limit_grounds {
    const struct sup_limit_policy *policy; /* NULL: there is none */
    const struct sup_limit_rules *rules;
    struct sup_instant since; /* its window: when it opened, or, of a sliding one, its oldest
                               * entry; never: neither */
    uint64_t score;           /* of one that decays, in 2^-32 of an entry */
    uint32_t used;            /* entries that count now */
    uint32_t unused;          /* 0 */
};

/* An end that rules look at, as they see it. Frozen. */
struct sup_end_grounds {
    enum sup_fate fate;
    uint32_t classes;  /* bit n is enum sup_exit_class n */
    int32_t code;      /* -1: it has none */
    int32_t signal;    /* 0: likewise */
    int32_t finish;    /* -1: likewise */
    bool was_ready;    /* of who is ready by its start: true */
    uint8_t unused[3]; /* 0 */
};

/* Grows. */
struct sup_grounds {
    /* ---- of the service that the event is about; zeros where there is none any more ---- */
    const struct sup_policy *policy;
    struct sup_limit_grounds limit;
    enum sup_wish wish;                /* whose it is that it stops, or settles */
    enum sup_outcome liveness;         /* what that brings; SUP_OUTCOME_SUCCEEDED: nothing */
    enum sup_outcome last;             /* of its last attempt that has ended */
    enum sup_incident incident;        /* what the group below does with it */
    enum sup_forgiven forgiven_by;     /* its last end: its streak, `forgiven` */
    uint32_t breaker_count;            /* failures that its breaker counts */
    struct sup_instant started_at;     /* of its last attempt */
    struct sup_instant stopping_since; /* never: it is not stopping */
    struct sup_instant last_beat;      /* never: there was none */
    struct sup_instant queued_since;   /* of one that the pool has just let start; else never */
    struct sup_instant breaker_since;  /* the oldest failure that its breaker counts, or never */
    struct sup_instant anchor;         /* what its wait is measured from; never: the end */
    struct sup_instant paused_until;   /* no restart in its group before that */
    struct sup_duration bound;         /* what its streak waits, before jitter; 0 without one */
    struct sup_jitter_draw drawn;      /* the last draw of any wait; where its policy draws */
    struct sup_end_grounds end;        /* while it is decided what follows on one */
    uint32_t streak;
    uint32_t forgiven;     /* the streak that its last end found and took from it; 0: none */
    uint32_t granted;      /* restarts that count in its life */
    uint32_t unused_count; /* 0 */
    bool life_spent;       /* there is none left, which decides */
    bool limit_full;       /* its limit had no room for the restart that was wanted last */
    bool limit_decides;    /* … and takes it out of service */
    bool declared;         /* it is paused since it was registered so */
    bool ran_too_long;     /* which is why it stops */
    bool deadline_passed;  /* of its stop */
    bool abort_requested;
    bool finishing;    /* its work is over, what cleans up is not */
    bool by_token;     /* the token that it hangs on is cancelled */
    bool escalated;    /* of the group below: it restarts as its parent has allowed */
    uint8_t unused[6]; /* 0 */
    /* ---- of the group that decides, or that the event is about; NULL: there is none ---- */
    const char *group; /* full path */
    const struct sup_group_policy *group_policy;
    struct sup_limit_grounds group_limit;
    const char *reborn; /* the path of the group that starts as it was declared, or NULL */
    const char *ended;  /* the significant service or group for which one shuts down, or NULL */
    /* ---- of all ---- */
    bool draining;
    bool drain_timed_out;
    bool drain_by_limit;
    uint8_t unused_drain; /* 0 */
    uint32_t pool;        /* slots for blocking attempts */
};

/* 0, or SUP_EINVAL: no event of this supervisor's. */
int sup_grounds_of_sized(struct sup *sup, const struct sup_event *event,
                         struct sup_grounds *ret_grounds, size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_grounds_of(struct sup *sup, const struct sup_event *event,
                                                 struct sup_grounds *ret_grounds)
{
    return sup_grounds_of_sized(sup, event, ret_grounds, sizeof(*ret_grounds));
}

SUP_END_DECLS

#endif
