/* Rules: what a policy may ask for beyond <sup/policy.h>, so that the restart policy of
 * any known supervisor can be written down.
 *
 * A policy points to them (`rules`), or to nothing, which is the same as rules that say
 * nothing: each field's default is what holds without them. They are plain data; they
 * and all they hold are copied when a service is spawned, and equal ones are kept once.
 *
 *     struct sup_rules rules;
 *     sup_rules_default(&rules);
 *     error = sup_exit_set_add_code(&rules.prevent, 64, 78);
 *     policy.rules = &rules;
 */
#ifndef SUP_RULES_H
#define SUP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

/* What an end was. Each has one of these, and may be `unready` besides. */
/* clang-format off */
#define SUP_EXIT_CLASS_LIST(X)                                                  \
    X(CLEAN, "clean")                                                           \
    X(FAILED, "failed")                                                         \
    X(CRASHED, "crashed")                                                       \
    X(REFUSED, "refused")     /* the executor could not start it */             \
    X(TIMED_OUT, "timed-out") /* not ready in time, or ran for too long */      \
    X(UNHEALTHY, "unhealthy") /* stopped for a stale heartbeat */               \
    X(UNREADY, "unready")     /* any end before it was ready */                 \
    X(PROTOCOL, "protocol")   /* clean, before a readiness that it was to report */

/* What a clean end that is restarted is. */
#define SUP_CLEAN_EXITS_LIST(X)                                                 \
    X(FREE, "free")   /* it forgives, and waits clean_exit_delay */             \
    X(COUNT, "count") /* it raises the streak, waits as a failure, is limited */

/* How the waits f(1), f(2), … of a streak grow. */
#define SUP_SHAPE_LIST(X)                                                       \
    X(EXPONENTIAL, "exponential") /* f(k+1) = f(k) * factor */                  \
    X(LINEAR, "linear")           /* f(k+1) = f(k) + step */                    \
    X(FIBONACCI, "fibonacci")     /* f(1) = f(2) = base, f(k+1) = f(k) + f(k-1) */ \
    X(STEPS, "steps")             /* f(k) is waits[k-1], and then its last */

/* What comes when the grace of a stop has passed. */
#define SUP_STOP_THEN_LIST(X)                                                   \
    X(ABORT, "abort")   /* an abort; and when that took too long, it is given up */ \
    X(REPEAT, "repeat") /* an abort, and another one every `stop_grace`, for ever */ \
    X(LEAVE, "leave")   /* a second cancel; and after as long again it is given up */

/* What a wait of the streak is measured from. */
#define SUP_FROM_LIST(X)                                                        \
    X(END, "end")     /* the attempt's end */                                   \
    X(START, "start") /* its start; what is over then is not waited */          \
    X(READY, "ready") /* when it was ready; its end, when it never was */

/* Which of a limit's entries are remembered. */
#define SUP_LIMIT_WINDOW_LIST(X)                                                \
    X(SLIDING, "sliding") /* those no older than `within` */                    \
    X(FIXED, "fixed")     /* since it opened; an entry after `within` opens it anew */ \
    X(ONCE, "once")       /* as fixed, but what comes after `within` is free for ever */ \
    X(STREAK, "streak")   /* the streak itself, and what forgives it */         \
    X(DECAY, "decay")     /* a score, halved every `half_life` */

/* What a limit counts. */
#define SUP_LIMIT_COUNTS_LIST(X)                                                \
    X(RESTARTS, "restarts") /* each restart, at the end that grants it */       \
    X(STARTS, "starts")     /* each start, at its instant; a full limit refuses it there */ \
    X(ENDS, "ends")         /* each end that is in `ends` */

/* From when on a run has to last for `reset_after` to be forgiven. */
#define SUP_RESET_FROM_LIST(X)                                                  \
    X(START, "start")     /* the attempt's start */                             \
    X(READY, "ready")     /* when it became ready; never, when it did not */    \
    X(FAILURE, "failure") /* the end before that raised the streak */

/* What an operator's start or stop may empty. */
#define SUP_CLEARS_LIST(X)                                                      \
    X(STREAK, "streak")   /* and with it a window that is the streak */         \
    X(LIMIT, "limit")     /* the window of the restart limit */                 \
    X(BREAKER, "breaker") /* its window; and it is closed */
/* clang-format on */

enum sup_exit_class {
#define SUP__X(id, name) SUP_EXIT_##id,
    SUP_EXIT_CLASS_LIST(SUP__X)
#undef SUP__X
        SUP_EXIT_CLASSES
};
enum sup_clean_exits {
#define SUP__X(id, name) SUP_CLEAN_EXITS_##id,
    SUP_CLEAN_EXITS_LIST(SUP__X)
#undef SUP__X
};
enum sup_shape {
#define SUP__X(id, name) SUP_SHAPE_##id,
    SUP_SHAPE_LIST(SUP__X)
#undef SUP__X
};
enum sup_limit_window {
#define SUP__X(id, name) SUP_LIMIT_WINDOW_##id,
    SUP_LIMIT_WINDOW_LIST(SUP__X)
#undef SUP__X
};
enum sup_limit_counts {
#define SUP__X(id, name) SUP_LIMIT_COUNTS_##id,
    SUP_LIMIT_COUNTS_LIST(SUP__X)
#undef SUP__X
};
enum sup_reset_from {
#define SUP__X(id, name) SUP_RESET_FROM_##id,
    SUP_RESET_FROM_LIST(SUP__X)
#undef SUP__X
};

enum sup_clears {
#define SUP__X(id, name) SUP_CLEARS_##id,
    SUP_CLEARS_LIST(SUP__X)
#undef SUP__X
};

enum sup_stop_then {
#define SUP__X(id, name) SUP_STOP_##id,
    SUP_STOP_THEN_LIST(SUP__X)
#undef SUP__X
};

enum sup_from {
#define SUP__X(id, name) SUP_FROM_##id,
    SUP_FROM_LIST(SUP__X)
#undef SUP__X
};

#define SUP_EXIT_CODE_MAX 255u
#define SUP_EXIT_SIGNAL_MAX 64
#define SUP_WAITS_MAX 65u
#define SUP_CLEARS_ALL 7u

/* A set of ends: an end is in it when its class is, its exit code, the signal that killed
 * it, or the code of its finish script. {0} is empty. An end by exit has no signal, one by
 * a signal no code; a failure that told neither has code 1, a clean end code 0. What the
 * supervisor stopped, and what could not be started, has neither. Frozen. */
struct sup_exit_set {
    uint64_t codes[4];  /* bit n % 64 of word n / 64 is code n */
    uint64_t signals;   /* bit n - 1 is signal n */
    uint64_t finish[4]; /* as `codes` */
    uint32_t classes;   /* bit n is enum sup_exit_class n */
    uint32_t unused;    /* 0 */
};

/* Each 0, or SUP_EINVAL when there is no such code (0 to 255, first <= last), signal (1 to
 * 64) or class; the set is then as it was. */
int sup_exit_set_add_code(struct sup_exit_set *set, uint32_t first, uint32_t last) SUP_WARN_UNUSED;
int sup_exit_set_add_finish(struct sup_exit_set *set, uint32_t first,
                            uint32_t last) SUP_WARN_UNUSED;
int sup_exit_set_add_signal(struct sup_exit_set *set, int32_t signal) SUP_WARN_UNUSED;
int sup_exit_set_add_class(struct sup_exit_set *set, enum sup_exit_class which) SUP_WARN_UNUSED;
bool sup_exit_set_is_empty(const struct sup_exit_set *set);

/* The windows and counts of a struct sup_limit_policy; {0} is a plain one. The entry that makes
 * more than `max` of them exhausts it. A fixed one, and one that opens once, opens at the first
 * start, or at the first one or entry after it was emptied; what is exactly `within` after that
 * belongs to it. A streak and a score have no `within`. Frozen. */
struct sup_limit_rules {
    enum sup_limit_window window;  /* sliding */
    enum sup_limit_counts counts;  /* restarts; of a group, and of a streak, nothing else */
    struct sup_duration half_life; /* for decay; above 0 and finite */
    struct sup_duration grain;     /* for sliding: instants are rounded down to multiples of it,
                                    * of the supervisor's clock; 0 is none */
    struct sup_duration pause;     /* for SUP_LIMIT_PAUSE: no restart before that */
    struct sup_exit_set ends;      /* for SUP_LIMIT_COUNTS_ENDS */
};

/* What operators' commands mean beside what they do. Bit n of a set is enum sup_clears n.
 * Frozen. */
struct sup_operator_rules {
    uint32_t clears;      /* all: what a start by hand empties, which is a resume or a restart */
    uint32_t stop_clears; /* nothing: what a pause, quarantine or cancel of a live attempt does */
    /* false: a start by hand is an entry of a limit that counts starts, and refused by a full
     * one: at the command, SUP_ELIMIT, when no attempt lives, else when it is due. And a stop
     * during a wait takes back the streak's last step. */
    bool counts;
    bool waits; /* false: a start by hand does not end a wait, nor does a stop and a resume */
    uint8_t unused[6]; /* 0 */
};

/* Who decides whether an ended attempt is followed by another, in this order: the command
 * that stopped it, `prevent`, `force`, and what restarts it, which is restart_on where it is
 * given, else the policy's `restart`. Before all that `success` has said whether the end was
 * clean. Classes are those that `success` has left; codes and signals are the attempt's own.
 *
 * Grows: start from sup_rules_default. */
struct sup_rules {
    size_t size;                      /* of this struct, filled in by sup_rules_default */
    bool has_restart_on;              /* false: the policy's `restart` says it */
    enum sup_clean_exits clean_exits; /* free; of no service that runs once or by interval */
    struct sup_exit_set restart_on;
    /* Code 0. Codes, signals and finish codes that are a clean end; it holds no class. Code
     * 0 that is not in it is a failure. */
    struct sup_exit_set success;
    /* Empty. Ends the service: `completed` when the end was clean, else `unrecoverable`. */
    struct sup_exit_set prevent;
    /* Empty. Restarts it whatever its class is; a clean end stays one. */
    struct sup_exit_set force;
    /* The wait function, for the one of struct sup_backoff_policy. With f(k) of the shape, each
     * rounded down to a multiple of `grain` before the next is made of it, the bound after
     * failure k is min(max, f(k)); where there is a `first`, it is min(max, first), rounded
     * too, after the first failure and min(max, f(k-1)) after the k-th. */
    enum sup_shape shape;                     /* exponential */
    uint32_t wait_count;                      /* of `waits`; 0, and 1 to SUP_WAITS_MAX for steps */
    struct sup_duration step;                 /* 0; for linear */
    struct sup_duration grain;                /* 1 ns; above 0 */
    struct sup_duration first;                /* SUP_DURATION_NEVER: there is none */
    struct sup_duration waits[SUP_WAITS_MAX]; /* 0; for steps */
    struct sup_duration jitter_add; /* 0; for SUP_JITTER_ADD, which draws up to so much more */
    bool over_cap;                  /* false; what is drawn may be above backoff.max */
    /* Ready when it has lived so long, until then starting; finite, and 0 where the policy's
     * readiness is explicit. An end at that very instant is one of a ready attempt. */
    struct sup_duration ready_after; /* 0 */
    /* SUP_DURATION_NEVER: nothing of this. The wait after an attempt that had been ready, drawn
     * from nothing: its end makes the streak 0, and a restart is none that limits or
     * max_restarts count. A failure stays one, also of the breaker. */
    struct sup_duration after_ready;
    enum sup_from from;           /* end; the restart is at max(end, from + what is drawn) */
    uint32_t unused_from;         /* 0 */
    struct sup_limit_rules limit; /* of the policy's `limit`; plain */
    /* What `backoff.reset_after` runs from, and how often that is looked at: with a poll it has
     * to have passed at the last multiple of it, of the supervisor's clock. */
    enum sup_reset_from reset_from; /* start */
    uint32_t reserved;              /* 0 */
    struct sup_duration reset_poll; /* 0: at every instant */
    struct sup_operator_rules operators;
    /* SUP_DURATION_NEVER. How long what cleans up after an attempt may take; it is then ended
     * by force, and has no code. See sup_report_finishing. */
    struct sup_duration stop_finish;
    /* false: an end of its own, after which it is not started again, is one for which its group
     * shuts down where the group's policy says so. Of no service that is always restarted. */
    bool significant;
    bool unused_significant[7]; /* false */
    /* SUP_DURATION_NEVER: for ever. An attempt that has run so long since its start is stopped,
     * and has timed out; above 0. What it asks for in addition counts here, too. */
    struct sup_duration run_for;
    /* How a stop goes on. `leave`, and no stop_abort: only a command aborts it, and a drain
     * whose time is over gives it up; without stop_abort it is given up as soon as its grace
     * has passed. */
    enum sup_stop_then stop_then; /* abort; to repeat needs a stop_grace above 0 */
    bool stop_abort;              /* true; false beside `abort` only */
    /* 0: the executor's own, which is SIGTERM unless its spec says otherwise. What a cancel is
     * to an attempt that is a process, 1 to SUP_EXIT_SIGNAL_MAX; of no matter to any other. */
    int32_t stop_signal;
    uint32_t unused_stop;  /* 0 */
    bool put_off;          /* false; its starts and times come when the config's `put_off` says */
    uint8_t unused_off[7]; /* 0 */
};

void sup_rules_default_sized(struct sup_rules *ret_rules, size_t size);
static inline void sup_rules_default(struct sup_rules *ret_rules)
{
    sup_rules_default_sized(ret_rules, sizeof(*ret_rules));
}

const char *sup_exit_class_name(enum sup_exit_class which);
const char *sup_clean_exits_name(enum sup_clean_exits clean_exits);
const char *sup_limit_window_name(enum sup_limit_window window);
const char *sup_limit_counts_name(enum sup_limit_counts counts);
const char *sup_clears_name(enum sup_clears what);

SUP_END_DECLS

#endif
