/* The supervisor itself: creation, registration, stepping, shutdown.
 *
 * A supervisor is a pure state machine. It never starts a thread, makes a
 * system call, reads the environment or looks at a clock but the one it was
 * given, and keeps nothing outside itself: two of them in one program do not
 * meet. All calls for one supervisor are made from one thread at a time.
 *
 * The caller's loop is: report what attempts did, issue commands, then
 * sup_step() when sup_deadline() is reached.
 */
#ifndef SUP_SUPERVISOR_H
#define SUP_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/alloc.h"
#include "sup/control.h"
#include "sup/error.h"
#include "sup/event.h"
#include "sup/executor.h"
#include "sup/policy.h"
#include "sup/snapshot.h"
#include "sup/time.h"
#include "sup/token.h"

SUP_BEGIN_DECLS

struct sup;

/* clang-format off */
#define SUP_ORDER_LIST(X)                                                      \
    X(PARALLEL, "parallel") /* a drain cancels every live attempt at once */   \
    X(REVERSE, "reverse")   /* each when the one registered after it has ended */

#define SUP_DUPLICATE_LIST(X)                                                  \
    X(REJECT, "reject")                                                        \
    X(REPLACE, "replace") /* stop the old one, then start the new one */
/* clang-format on */

enum sup_order {
#define SUP__X(id, name) SUP_ORDER_##id,
    SUP_ORDER_LIST(SUP__X)
#undef SUP__X
};
enum sup_duplicate {
#define SUP__X(id, name) SUP_DUPLICATE_##id,
    SUP_DUPLICATE_LIST(SUP__X)
#undef SUP__X
};

/* A delay before a restart, as the stream of its service has drawn it. Grows at its end. */
struct sup_jitter_draw {
    struct sup_duration least;
    struct sup_duration most; /* above least: where there is no choice nobody asks */
    struct sup_duration drawn;
};

/* Given a draw of the service in `slot`, says what is taken: of least … most, and what lies
 * outside is moved to the nearer end. The policy's own `max` holds as ever. The draw was made
 * and counted before, whatever the answer, so that no other draw shifts.
 *
 * Called inside of the call that decides on the restart, by its thread, once for each
 * jittered delay; it may read the supervisor and change nothing. The answer has to depend on
 * nothing but what has happened in the run, or the run cannot be repeated. */
typedef struct sup_duration (*sup_jitter_fn)(void *context, uint32_t slot,
                                             const struct sup_jitter_draw *draw);

/* What may come later than the rules of a service have it; see rules.put_off. */
enum sup_put_off {
    SUP_PUT_OFF_WAIT,     /* the end of a wait above 0 is seen */
    SUP_PUT_OFF_START,    /* a start that has been decided takes its time */
    SUP_PUT_OFF_DEADLINE, /* any other time of an attempt is up: its readiness, a stop, a beat */
};
/* When that happens which is due at `due`: what is not in the future happens now. Of a time that
 * is up it is asked again then, and has to answer the same. `id` is of the attempt that waits,
 * lives or was the last one. Called inside a step: it may read, but not command or report. */
typedef struct sup_instant (*sup_put_off_fn)(void *context, struct sup_attempt id, void *work,
                                             enum sup_put_off what, struct sup_instant due);

/* Grows: start from sup_config_default. */
struct sup_config {
    struct sup_clock clock;               /* required */
    struct sup_executor executor;         /* required: start, cancel, abort */
    struct sup_allocator alloc;           /* required */
    uint64_t seed;                        /* of the jitter streams; default 1 */
    struct sup_duration shutdown_timeout; /* 30 s */
    enum sup_order shutdown_order;
    bool shutdown_abort; /* true: abort stragglers; false: abandon them */
    enum sup_duplicate on_duplicate;
    uint32_t blocking_pool; /* 8: attempts of blocking services at a time; see below */
    struct sup_group_policy root;
    uint32_t error_bytes_max; /* 128: room for a service's last error, its NUL included */
    uint32_t journal_entries; /* 0: no journal */
    uint32_t services_max;    /* 1,000,000: names ever registered */
    uint32_t groups_max;      /* 100,000 */
    /* 2^28: instants that the windows of all registrations and groups may hold
     * together, 8 bytes each; `failures` for a breaker and `max` for a limit,
     * nothing where `within` is never. They are reserved with the registration,
     * which is SUP_ELIMIT when they may not be. */
    uint64_t window_entries_max;
    /* For simulators, which record or decide what was left to chance; NULL, the default:
     * what was drawn is taken. See below. */
    sup_jitter_fn jitter;
    void *jitter_context;
    /* 0: what the clock reads at instant 0 to those who look at whole multiples of a length of it:
     * the grain of limits, reset_poll. */
    struct sup_duration clock_at_zero;
    /* For simulators, and for executors whose starts take their time; NULL, the default: all
     * happens when it is due. Asked for services whose rules say `put_off`. */
    sup_put_off_fn put_off;
    void *put_off_context;
};

/* The most that `blocking_pool` may be; the least is 1. */
#define SUP_BLOCKING_POOL_MAX 65536u

/* The stretches of a program's config, for sup_face_take: what comes before `root`,
 * `root`, and what comes after it. Returns their number; 0: the sizes make no sense. */
#define SUP_CONFIG_STRETCHES 3
static inline size_t sup_config_stretches(struct sup_stretch *ret_parts, size_t size,
                                          size_t root_size)
{
    const size_t head = offsetof(struct sup_config, root);
    const size_t root = sizeof(struct sup_group_policy);
    if (size < head || size - head < root_size) {
        return 0;
    }
    ret_parts[0].theirs = ret_parts[0].ours = head;
    ret_parts[1].theirs = root_size;
    ret_parts[1].ours = root;
    ret_parts[2].theirs = size - head - root_size;
    ret_parts[2].ours = sizeof(struct sup_config) - head - root;
    return SUP_CONFIG_STRETCHES;
}

/* A drain's abort-wait is each straggler's own. */
void sup_config_default_sized(struct sup_config *ret_config, size_t size, size_t root_size);
static inline void sup_config_default(struct sup_config *ret_config)
{
    sup_config_default_sized(ret_config, sizeof(*ret_config), sizeof(ret_config->root));
}

/* SUP_EINVAL, SUP_ENEWER, SUP_ENOMEM, or SUP_ELIMIT when the root's restart limit asks
 * for more than `window_entries_max`; nothing is left behind on failure. */
int sup_create_sized(const struct sup_config *config, size_t size, size_t root_size,
                     struct sup **ret_sup) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_create(const struct sup_config *config, struct sup **ret_sup)
{
    return sup_create_sized(config, sizeof(*config), sizeof(config->root), ret_sup);
}
/* Frees everything, live attempts included: the executor is not told. NULL is
 * allowed. */
void sup_free(struct sup *sup);

#define SUP_NAME_MAX 128

/* Grows: start from {.name = …}, the rest 0. */
struct sup_spec {
    const char *name;                /* [A-Za-z0-9_.-]+, at most SUP_NAME_MAX bytes */
    const char *group;               /* dotted path; NULL is the root */
    const struct sup_policy *policy; /* copied; NULL takes the defaults */
    void *work;                      /* handed to the executor */
    /* When it is cancelled so is this registration, by the actor "token". NULL:
     * none. It must outlive the registration; spawning under a token that is
     * cancelled already is SUP_ECANCELLED. */
    struct sup_token *token;
    bool paused;  /* it is not started, but waits for a resume */
    bool dynamic; /* of a group that is fresh when its parent starts it again: gone then */
    bool unused[6];
};

/* Registers the service and starts its first attempt, unless it is paused. The name is visible from
 * the instant this returns. SUP_EEXISTS, SUP_ECANCELLED (its group is
 * cancelled), SUP_EDRAINING, SUP_EINVAL, SUP_ENOMEM, SUP_ELIMIT. A refused
 * attempt is no error here: it is an attempt that ended. */
SUP_WARN_UNUSED static inline int sup_spawn(struct sup *sup, const struct sup_spec *spec);

/* The same as an audited command: emits `command`. With actor NULL it is sup_spawn. */
SUP_WARN_UNUSED static inline int sup_spawn_as(struct sup *sup, const struct sup_spec *spec,
                                               const struct sup_actor *actor,
                                               struct sup_command_outcome *ret_outcome);

int sup_spawn_sized(struct sup *sup, const struct sup_spec *spec, size_t size, size_t policy_size,
                    const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                    size_t outcome_size) SUP_WARN_UNUSED;
static inline int sup_spawn_as(struct sup *sup, const struct sup_spec *spec,
                               const struct sup_actor *actor,
                               struct sup_command_outcome *ret_outcome)
{
    return sup_spawn_sized(sup, spec, sizeof(*spec), sizeof(*spec->policy), actor, ret_outcome,
                           sizeof(*ret_outcome));
}
static inline int sup_spawn(struct sup *sup, const struct sup_spec *spec)
{
    return sup_spawn_as(sup, spec, NULL, NULL);
}

/* Makes the group `path` (and its ancestors), or finds it. The policy, when not
 * NULL, is set on it. SUP_EINVAL, SUP_ENOMEM, or SUP_ELIMIT: more groups than
 * `groups_max`, or a restart limit for which no window entries are left. */
int sup_group_create_sized(struct sup *sup, const char *path, const struct sup_group_policy *policy,
                           size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_group_create(struct sup *sup, const char *path,
                                                   const struct sup_group_policy *policy)
{
    return sup_group_create_sized(sup, path, policy, sizeof(*policy));
}

/* The earliest instant at which sup_step() has something to do; never when
 * there is none. O(1). */
struct sup_instant sup_deadline(const struct sup *sup);

/* Fires the timers due now, in (deadline, sequence) order; one that is armed
 * meanwhile waits for the next step. Returns how many fired. Allocates nothing;
 * O(log timers) each. */
uint32_t sup_step(struct sup *sup);

/* A step in slices, for a loop that has to listen in between. The mark tells timers
 * that are armed by now from those that will be; sup_step_some fires at most `most` of
 * the former that are due, at `until` or before, in the order of sup_step. Returns how
 * many: fewer than `most` when none of them is left. What is reported and commanded
 * between two slices may arm and disarm as ever. */
uint64_t sup_step_mark(struct sup *sup);
uint32_t sup_step_some(struct sup *sup, uint64_t mark, struct sup_instant until, uint32_t most);

/* Drains everything. Idempotent: the first cause and timeout are kept.
 * timeout NULL takes the configured one. */
int sup_shutdown_sized(struct sup *sup, const struct sup_duration *timeout,
                       const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                       size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_shutdown(struct sup *sup, const struct sup_duration *timeout,
                                               const struct sup_actor *actor,
                                               struct sup_command_outcome *ret_outcome)
{
    return sup_shutdown_sized(sup, timeout, actor, ret_outcome, sizeof(*ret_outcome));
}

/* clang-format off */
#define SUP_DRAIN_CLASS_LIST(X)                                                \
    X(NONE, "none")                                                            \
    X(ALREADY_EXITED, "already-exited")                                        \
    X(GRACEFUL, "graceful")                                                    \
    X(ABORTED, "aborted")                                                      \
    X(ABANDONED, "abandoned")
/* clang-format on */

enum sup_drain_class {
#define SUP__X(id, name) SUP_DRAIN_##id,
    SUP_DRAIN_CLASS_LIST(SUP__X)
#undef SUP__X
        SUP_DRAIN_CLASSES
};
const char *sup_drain_class_name(enum sup_drain_class class_);

/* Grows. */
struct sup_drain_report {
    bool requested;
    bool drained;
    bool timed_out;
    bool by_limit; /* the root's restart limit was exhausted, nobody asked */
    const char *who;
    const char *why;
    struct sup_instant requested_at;
    struct sup_duration took;
    struct sup_drain_counts counts;
};

void sup_drain_report_read_sized(const struct sup *sup, struct sup_drain_report *ret_report,
                                 size_t size);
static inline void sup_drain_report_read(const struct sup *sup, struct sup_drain_report *ret_report)
{
    sup_drain_report_read_sized(sup, ret_report, sizeof(*ret_report));
}
/* What the drain made of one service; SUP_DRAIN_NONE before it is known. */
enum sup_drain_class sup_drain_class_of(const struct sup *sup, uint32_t slot);

/* Random draws taken so far, all streams together. */
uint64_t sup_draws(const struct sup *sup);

/* Bytes a registered service costs, its texts and windows excepted. */
size_t sup_service_bytes(void);

/* Verifies every structure: heap order, lists, counters, phases. Asserts. O(n),
 * a debugging aid. */
void sup_check(const struct sup *sup);

SUP_END_DECLS

#endif
