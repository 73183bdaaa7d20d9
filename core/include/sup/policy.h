/* What a service may ask for: restart class, backoff, circuit breaker, limits,
 * readiness, heartbeat, stopping.
 *
 * A policy is plain data. `sup_policy_default` fills in the documented defaults;
 * `sup_policy_check` says what is impossible. A supervisor copies the policies
 * it is given and keeps equal ones once, so a hundred thousand services with the
 * same policy cost one.
 */
#ifndef SUP_POLICY_H
#define SUP_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"
#include "sup/rules.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

#define SUP_UNLIMITED UINT32_MAX

/* Restart classes; permanent, transient and temporary are Erlang's words. */
/* clang-format off */
#define SUP_RESTART_LIST(X)                                                    \
    X(ON_FAILURE, "on-failure") /* transient: failures only */                 \
    X(ALWAYS, "always")         /* permanent: clean exits too */               \
    X(ON_CRASH, "on-crash")     /* crashes only */                             \
    X(NEVER, "never")           /* temporary */
/* clang-format on */

/* clang-format off */
#define SUP_JITTER_LIST(X)                                                     \
    X(NONE, "none")                 /* the bound itself */                     \
    X(FULL, "full")                 /* uniform in [0, bound] */                \
    X(EQUAL, "equal")               /* uniform in [bound/2, bound] */          \
    X(DECORRELATED, "decorrelated") /* uniform in [base, 3 previous] */        \
    X(PERCENT, "percent")           /* uniform in bound +- percent */          \
    X(PLUS, "plus")                 /* uniform in [bound, bound + percent] */  \
    X(ADD, "add")                   /* uniform in [bound, bound + jitter_add] */
/* clang-format on */

/* clang-format off */
#define SUP_FORGIVE_LIST(X)                                                    \
    X(ZERO, "zero") X(HALVE, "halve") X(MINUS_ONE, "minus-one")
/* clang-format on */

#define SUP_BREAKER_THEN_LIST(X) X(TERMINATE, "terminate") X(HALF_OPEN, "half-open")

/* clang-format off */
#define SUP_LIMIT_THEN_LIST(X)                                                 \
    X(TERMINATE, "terminate") X(QUARANTINE, "quarantine") X(ESCALATE, "escalate") \
    X(WAIT, "wait")   /* the restart waits until a fixed window is over */     \
    X(PAUSE, "pause") /* no restart for a while, and the window is empty */
/* clang-format on */

/* Whether a group shuts down when significant ones in it have ended by themselves. */
/* clang-format off */
#define SUP_AUTO_SHUTDOWN_LIST(X)                                              \
    X(NEVER, "never")                                                          \
    X(ANY, "any") /* when one has */                                           \
    X(ALL, "all") /* when one has and no other lives or is going to */
/* clang-format on */

/* What a group is that its parent starts again. */
#define SUP_REBIRTH_LIST(X) X(KEPT, "kept") X(FRESH, "fresh")

#define SUP_STALE_THEN_LIST(X) X(REPORT, "report") X(RESTART, "restart")

/* clang-format off */
#define SUP_KIND_LIST(X)                                                       \
    X(SERVICE, "service")                                                      \
    X(TASK, "task")         /* runs once; leaves the registry at its end */    \
    X(BLOCKING, "blocking") /* its attempts need a slot of the capped pool */  \
    X(INTERVAL, "interval") /* called again and again until it says stop */
/* clang-format on */

#define SUP_INTERVAL_LIST(X) X(FIXED_DELAY, "fixed-delay") X(FIXED_RATE, "fixed-rate")

enum sup_restart {
#define SUP__X(id, name) SUP_RESTART_##id,
    SUP_RESTART_LIST(SUP__X)
};
enum sup_jitter {
#undef SUP__X
#define SUP__X(id, name) SUP_JITTER_##id,
    SUP_JITTER_LIST(SUP__X)
};
enum sup_forgive {
#undef SUP__X
#define SUP__X(id, name) SUP_FORGIVE_##id,
    SUP_FORGIVE_LIST(SUP__X)
};
enum sup_breaker_then {
#undef SUP__X
#define SUP__X(id, name) SUP_BREAKER_THEN_##id,
    SUP_BREAKER_THEN_LIST(SUP__X)
    /* Deprecated, gone with the next release: too like the states of a breaker. */
    SUP_BREAKER_TERMINATE = SUP_BREAKER_THEN_TERMINATE,
    SUP_BREAKER_HALF_OPEN = SUP_BREAKER_THEN_HALF_OPEN,
};
enum sup_limit_then {
#undef SUP__X
#define SUP__X(id, name) SUP_LIMIT_##id,
    SUP_LIMIT_THEN_LIST(SUP__X)
};
enum sup_auto_shutdown {
#undef SUP__X
#define SUP__X(id, name) SUP_AUTO_SHUTDOWN_##id,
    SUP_AUTO_SHUTDOWN_LIST(SUP__X)
};
enum sup_rebirth {
#undef SUP__X
#define SUP__X(id, name) SUP_REBIRTH_##id,
    SUP_REBIRTH_LIST(SUP__X)
};
enum sup_stale_then {
#undef SUP__X
#define SUP__X(id, name) SUP_STALE_##id,
    SUP_STALE_THEN_LIST(SUP__X)
};
enum sup_kind {
#undef SUP__X
#define SUP__X(id, name) SUP_KIND_##id,
    SUP_KIND_LIST(SUP__X)
};
enum sup_interval_mode {
#undef SUP__X
#define SUP__X(id, name) SUP_INTERVAL_##id,
    SUP_INTERVAL_LIST(SUP__X)
};
#undef SUP__X

/* A factor is an exact decimal, in billionths: 2 is 2,000,000,000. */
#define SUP_FACTOR_ONE UINT64_C(1000000000)

/* Exponential backoff with a cap. With k the failure streak (1 for the first):
 *   bound(1) = min(max, base); bound(k+1) = min(max, floor(bound(k) * factor))
 * saturating, in nanoseconds; then the jitter, never above max unless the rules say so.
 * Frozen, as the two below: what is to be said beyond them comes at the end of struct
 * sup_policy. */
struct sup_backoff_policy {
    struct sup_duration base;        /* 100 ms */
    struct sup_duration max;         /* 60 s */
    uint64_t factor_billionths;      /* 2; at least 1 */
    enum sup_jitter jitter;          /* none */
    uint32_t jitter_percent;         /* 0..100, for SUP_JITTER_PERCENT and _PLUS */
    struct sup_duration reset_after; /* 300 s: a run this long (>=) is forgiven */
    enum sup_forgive reset;          /* zero */
};

/* Trips on the failure that makes `failures` of them within `within`; an entry
 * exactly `within` old still counts. failures = 0 switches the breaker off. Frozen. */
struct sup_breaker_policy {
    uint32_t failures;
    struct sup_duration within;    /* 60 s */
    enum sup_breaker_then then;    /* terminate */
    struct sup_duration cooldown;  /* 60 s: open to half-open */
    struct sup_duration probe_for; /* = cooldown: half-open to closed; finite */
};

/* At most `max` restarts after failures within `within`. Frozen. */
struct sup_limit_policy {
    bool enabled;
    uint32_t max;
    struct sup_duration within;
    enum sup_limit_then then;
};

/* Grows: start from sup_policy_default. */
struct sup_policy {
    enum sup_restart restart;
    enum sup_kind kind;
    uint32_t max_restarts; /* in the service's life; SUP_UNLIMITED */
    struct sup_backoff_policy backoff;
    struct sup_duration clean_exit_delay; /* 100 ms; for SUP_RESTART_ALWAYS */
    struct sup_breaker_policy breaker;
    struct sup_limit_policy limit;
    bool ready_explicit;               /* stays starting until it reports ready */
    struct sup_duration ready_timeout; /* bound on that; SUP_DURATION_NEVER */
    struct sup_duration stale_after;   /* heartbeat; SUP_DURATION_NEVER is none */
    enum sup_stale_then stale_then;
    struct sup_duration stop_grace;      /* 5 s: cancel to abort */
    struct sup_duration stop_abort_wait; /* 1 s: abort to abandoned */
    struct sup_duration interval_every;  /* for SUP_KIND_INTERVAL; above 0 */
    enum sup_interval_mode interval_mode;
    /* NULL: none of what <sup/rules.h> says. Copied when a service is spawned. */
    const struct sup_rules *rules;
};

/* What the root or a group does when one of its services is to restart. */
/* clang-format off */
#define SUP_STRATEGY_LIST(X)                                                   \
    X(ONE_FOR_ONE, "one-for-one")                                              \
    X(ONE_FOR_ALL, "one-for-all")                                              \
    X(REST_FOR_ONE, "rest-for-one")
/* clang-format on */

enum sup_strategy {
#define SUP__X(id, name) SUP_STRATEGY_##id,
    SUP_STRATEGY_LIST(SUP__X)
#undef SUP__X
};

/* Grows: start from {.strategy = …}, the rest 0. */
struct sup_group_policy {
    enum sup_strategy strategy;    /* one-for-one */
    struct sup_limit_policy limit; /* then: escalate, unless said */
    /* Services of the group itself that are not terminated, at most; a spawn that
     * would make one more is dropped: SUP_ELIMIT, and counted. 0: no such limit. */
    uint32_t max_inflight;
    /* Windows of `limit`. A pause holds back the restarts of all services of the group. */
    struct sup_limit_rules limit_rules;
    /* never. Its services and those below are stopped in reverse order and terminated, cancelled;
     * of the root, the supervisor drains. Those that come later are as any. */
    enum sup_auto_shutdown auto_shutdown;
    bool significant; /* false: that it has shut down counts as a significant end in its parent */
    bool unused[3];   /* false */
    /* kept: its services that lived or waited start again. fresh: it is as it was declared: those
     * that are dynamic are gone, those that had terminated are registered anew, those that an
     * operator has stopped start too, and its limit is empty. */
    enum sup_rebirth rebirth;
    uint32_t reserved; /* 0 */
};

#define SUP_BREAKER_FAILURES_MAX 100000u
#define SUP_LIMIT_MAX_MAX 100000u

void sup_policy_default_sized(struct sup_policy *ret_policy, size_t size);
static inline void sup_policy_default(struct sup_policy *ret_policy)
{
    sup_policy_default_sized(ret_policy, sizeof(*ret_policy));
}

/* 0, or SUP_EINVAL and in *ret_why (may be NULL) a static sentence. */
int sup_policy_check_sized(const struct sup_policy *policy, size_t size,
                           const char **ret_why) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_policy_check(const struct sup_policy *policy,
                                                   const char **ret_why)
{
    return sup_policy_check_sized(policy, sizeof(*policy), ret_why);
}

const char *sup_restart_name(enum sup_restart restart);
const char *sup_jitter_name(enum sup_jitter jitter);
const char *sup_kind_name(enum sup_kind kind);
const char *sup_strategy_name(enum sup_strategy strategy);
const char *sup_limit_then_name(enum sup_limit_then then);
const char *sup_auto_shutdown_name(enum sup_auto_shutdown auto_shutdown);
const char *sup_rebirth_name(enum sup_rebirth rebirth);

SUP_END_DECLS

#endif
