/* What a supervisor says: one event for each thing that happened, in order.
 *
 * State is updated before its event is emitted, so a subscriber that takes a
 * snapshot sees the event's effect. Events carry a sequence number from 1
 * without gaps. With no subscriber and no journal an event costs one increment.
 */
#ifndef SUP_EVENT_H
#define SUP_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

struct sup;

/* clang-format off */
#define SUP_EVENT_LIST(X)                                                      \
    X(REGISTERED, "registered")                                                \
    X(ATTEMPT_STARTED, "attempt-started")                                      \
    X(ATTEMPT_ENDED, "attempt-ended")                                          \
    X(READY, "ready")                                                          \
    X(NOT_READY, "not-ready")                                                  \
    X(STALE, "stale")                                                          \
    X(BACKING_OFF, "backing-off")                                              \
    X(BREAKER_OPENED, "breaker-opened")                                        \
    X(BREAKER_HALF_OPEN, "breaker-half-open")                                  \
    X(BREAKER_CLOSED, "breaker-closed")                                        \
    X(LIMIT_EXHAUSTED, "limit-exhausted")                                      \
    X(CANCEL_DELIVERED, "cancel-delivered")                                    \
    X(STOP_DEADLINE, "stop-deadline")                                          \
    X(ABORT_REQUESTED, "abort-requested")                                      \
    X(ABANDONED, "abandoned")                                                  \
    X(TERMINATED, "terminated")                                                \
    X(PAUSED, "paused")                                                        \
    X(RESUMED, "resumed")                                                      \
    X(QUARANTINED, "quarantined")                                              \
    X(REMOVED, "removed")                                                      \
    X(REPLACED, "replaced")                                                    \
    X(RESTARTED, "restarted")                                                  \
    X(GROUP_CANCELLED, "group-cancelled")                                      \
    X(GROUP_RESTART, "group-restart")                                          \
    X(SHUTDOWN_REQUESTED, "shutdown-requested")                                \
    X(DRAINED, "drained")                                                      \
    X(LATE_REPORT, "late-report")                                              \
    X(COMMAND, "command")                                                      \
    X(FINISHING, "finishing") /* its work is over, what finishes it is not */   \
    X(GROUP_SHUTDOWN, "group-shutdown")
/* clang-format on */

/* clang-format off */
#define SUP_OUTCOME_LIST(X)                                                    \
    X(SUCCEEDED, "succeeded")                                                  \
    X(FAILED, "failed")                                                        \
    X(CRASHED, "crashed")                                                      \
    X(REFUSED, "refused")                                                      \
    X(TIMED_OUT, "timed-out")                                                  \
    X(UNHEALTHY, "unhealthy")                                                  \
    X(CANCELLED, "cancelled")                                                  \
    X(ABORTED, "aborted")
/* clang-format on */

/* Why a service is terminated. */
/* clang-format off */
#define SUP_REASON_LIST(X)                                                     \
    X(NONE, "none")                                                            \
    X(COMPLETED, "completed")                                                  \
    X(CANCELLED, "cancelled")                                                  \
    X(CIRCUIT_BREAKER_OPEN, "circuit-breaker-open")                            \
    X(RESTART_LIMIT, "restart-limit")                                          \
    X(UNRECOVERABLE, "unrecoverable")                                          \
    X(ABORTED, "aborted")                                                      \
    X(ABANDONED, "abandoned")
/* clang-format on */

/* clang-format off */
#define SUP_PHASE_LIST(X)                                                      \
    X(IDLE, "idle")                                                            \
    X(STARTING, "starting")                                                    \
    X(RUNNING, "running")                                                      \
    X(BACKING_OFF, "backing-off")                                              \
    X(STOPPING, "stopping")                                                    \
    X(TERMINATED, "terminated")
/* clang-format on */

/* clang-format off */
#define SUP_OPERATION_LIST(X)                                                  \
    X(ACTIVE, "active")                                                        \
    X(PAUSED, "paused")                                                        \
    X(QUARANTINED, "quarantined")                                              \
    X(REMOVED, "removed")
/* clang-format on */

/* clang-format off */
#define SUP_READINESS_LIST(X)                                                  \
    X(UNREPORTED, "unreported") X(READY, "ready") X(NOT_READY, "not-ready")
/* clang-format on */

#define SUP_HEARTBEAT_LIST(X) X(NONE, "none") X(FRESH, "fresh") X(STALE, "stale")

/* clang-format off */
#define SUP_BREAKER_STATE_LIST(X)                                              \
    X(CLOSED, "closed") X(OPEN, "open") X(HALF_OPEN, "half-open")
/* clang-format on */
#define SUP_BREAKER_LIST(X) SUP_BREAKER_STATE_LIST(X) /* deprecated */

/* clang-format off */
#define SUP_COMMAND_LIST(X)                                                    \
    X(SPAWN, "spawn")                                                          \
    X(PAUSE, "pause")                                                          \
    X(RESUME, "resume")                                                        \
    X(QUARANTINE, "quarantine")                                                \
    X(REMOVE, "remove")                                                        \
    X(RESTART, "restart")                                                      \
    X(CANCEL, "cancel")                                                        \
    X(ABORT, "abort")                                                          \
    X(CANCEL_GROUP, "cancel-group")                                            \
    X(FORCE_ABORT, "force-abort")                                              \
    X(SHUTDOWN, "shutdown")                                                    \
    X(FORGET, "forget")
/* clang-format on */

enum sup_event_type {
#define SUP__X(id, name) SUP_EVENT_##id,
    SUP_EVENT_LIST(SUP__X)
#undef SUP__X
        SUP_EVENT_TYPES
};
enum sup_outcome {
#define SUP__X(id, name) SUP_OUTCOME_##id,
    SUP_OUTCOME_LIST(SUP__X)
#undef SUP__X
        SUP_OUTCOMES
};
enum sup_reason {
#define SUP__X(id, name) SUP_REASON_##id,
    SUP_REASON_LIST(SUP__X)
#undef SUP__X
        SUP_REASONS
};
enum sup_phase {
#define SUP__X(id, name) SUP_PHASE_##id,
    SUP_PHASE_LIST(SUP__X)
#undef SUP__X
        SUP_PHASES
};
enum sup_operation {
#define SUP__X(id, name) SUP_OPERATION_##id,
    SUP_OPERATION_LIST(SUP__X)
#undef SUP__X
        SUP_OPERATIONS
};
enum sup_readiness {
#define SUP__X(id, name) SUP_READINESS_##id,
    SUP_READINESS_LIST(SUP__X)
#undef SUP__X
        SUP_READINESSES
};
enum sup_heartbeat {
#define SUP__X(id, name) SUP_HEARTBEAT_##id,
    SUP_HEARTBEAT_LIST(SUP__X)
#undef SUP__X
        SUP_HEARTBEATS
};
enum sup_breaker_state {
#define SUP__X(id, name) SUP_BREAKER_STATE_##id,
    SUP_BREAKER_STATE_LIST(SUP__X)
#undef SUP__X
        SUP_BREAKER_STATES
};
enum sup_command {
#define SUP__X(id, name) SUP_COMMAND_##id,
    SUP_COMMAND_LIST(SUP__X)
#undef SUP__X
        SUP_COMMANDS
};

const char *sup_event_name(enum sup_event_type type);
const char *sup_outcome_name(enum sup_outcome outcome);
const char *sup_reason_name(enum sup_reason reason);
const char *sup_phase_name(enum sup_phase phase);
const char *sup_operation_name(enum sup_operation operation);
const char *sup_readiness_name(enum sup_readiness readiness);
const char *sup_heartbeat_name(enum sup_heartbeat heartbeat);
const char *sup_breaker_name(enum sup_breaker_state state);
const char *sup_command_name(enum sup_command command);

/* Which of an event's optional fields are set. */
enum sup_event_field {
    SUP_FIELD_GENERATION = 1u << 0, /* generation */
    SUP_FIELD_ATTEMPT = 1u << 1,    /* attempt */
    SUP_FIELD_OUTCOME = 1u << 2,    /* outcome */
    SUP_FIELD_EXIT = 1u << 3,       /* exit: what the attempt itself returned */
    SUP_FIELD_CODE = 1u << 4,       /* code: exit code of a failure */
    SUP_FIELD_SIGNAL = 1u << 5,     /* signal: number of a crash's signal */
    SUP_FIELD_ERROR = 1u << 6,      /* error: text */
    SUP_FIELD_DELAY = 1u << 7,      /* delay: backoff, or the breaker's cooldown */
    SUP_FIELD_STREAK = 1u << 8,     /* streak */
    SUP_FIELD_REASON = 1u << 9,     /* reason: why terminated */
    SUP_FIELD_TEXT = 1u << 10,      /* text: the sentence that belongs to it */
    SUP_FIELD_COUNT = 1u << 11,     /* count of limit: 3 of 3 failures */
    SUP_FIELD_COMMAND = 1u << 12,   /* command, who, why, result, idempotent */
    SUP_FIELD_TIMEOUT = 1u << 13,   /* timeout of a shutdown */
    SUP_FIELD_DRAIN = 1u << 14,     /* took, timed_out, the four counts */
    SUP_FIELD_THEN = 1u << 15,      /* then: what an exhausted limit brings */
    SUP_FIELD_FINISH = 1u << 16,    /* finish: what its finish script ended with */
};

/* Frozen. */
struct sup_drain_counts {
    uint32_t already_exited;
    uint32_t graceful;
    uint32_t aborted;
    uint32_t abandoned;
};

/* Strings are valid during the callback only. `service` is NULL for events of
 * the supervisor or a group; `slot` identifies the name for the supervisor's
 * life, UINT32_MAX where there is none. Grows: a member that is added has a bit in
 * `fields`. A later library also sends types, outcomes and reasons that are not in
 * the lists above, and a callback lets them pass. */
struct sup_event {
    struct sup_instant at;
    uint64_t sequence; /* from 1 */
    enum sup_event_type type;
    uint32_t fields; /* SUP_FIELD_… */
    const char *service;
    const char *group; /* full path; set with group events and `registered` */
    uint32_t slot;
    uint32_t generation;
    uint32_t attempt;
    enum sup_outcome outcome;
    enum sup_outcome exit;
    int32_t code;
    int32_t signal;
    const char *error;
    struct sup_duration delay;
    uint32_t streak;
    enum sup_reason reason;
    const char *text;
    uint32_t count;
    uint32_t limit;
    uint32_t then; /* enum sup_limit_then */
    /* What follows is set in `command`, `shutdown-requested` and `drained` only, and
     * undefined elsewhere. */
    enum sup_command command;
    const char *who;
    const char *why;
    int result; /* SUP_OK or SUP_E… */
    bool idempotent;
    struct sup_duration timeout;
    struct sup_duration took;
    bool timed_out;
    struct sup_drain_counts drain;
    uint32_t unused; /* undefined */
    int32_t finish;  /* of `attempt-ended`, where its field is set */
};

/* A copy that outlives the callback, its strings excepted: what an older library does not
 * have is zeroed, which `*to = *event` would read beyond the event. */
void sup_event_copy_sized(struct sup_event *ret_event, size_t size, const struct sup_event *event);
static inline void sup_event_copy(struct sup_event *ret_event, const struct sup_event *event)
{
    sup_event_copy_sized(ret_event, sizeof(*ret_event), event);
}

/* Called inside the step that made the event, on its thread. It may read the
 * supervisor (snapshots, metrics) but not command it or report to it. */
typedef void (*sup_event_fn)(void *context, const struct sup_event *event);

#define SUP_SUBSCRIBERS_MAX 8

/* 0, SUP_EINVAL, or SUP_ELIMIT when SUP_SUBSCRIBERS_MAX are there. A subscriber
 * sees what happens after its subscription. */
int sup_subscribe(struct sup *sup, sup_event_fn fn, void *context) SUP_WARN_UNUSED;
/* 0, or SUP_EUNKNOWN when the pair is not subscribed. */
int sup_unsubscribe(struct sup *sup, sup_event_fn fn, void *context) SUP_WARN_UNUSED;

/* The journal keeps the last events in a ring of fixed records, without their
 * texts; older ones are overwritten and counted as dropped. Grows. */
struct sup_journal_entry {
    struct sup_instant at;
    uint64_t sequence;
    uint64_t value; /* delay or took, in ns */
    uint32_t slot;
    uint32_t generation;
    uint32_t attempt;
    uint32_t count;
    uint8_t type;
    uint8_t outcome;
    uint8_t reason;
    uint8_t command;
};

/* Copies into entries[] up to `size` entries whose sequence is above `after`,
 * oldest first; returns how many, and in *ret_dropped (may be NULL) how many
 * events were overwritten before anyone could read them here. O(copied). */
uint32_t sup_journal_read_sized(const struct sup *sup, uint64_t after, void *entries,
                                size_t entry_bytes, uint32_t size, uint64_t *ret_dropped);
static inline uint32_t sup_journal_read(const struct sup *sup, uint64_t after,
                                        struct sup_journal_entry *entries, uint32_t size,
                                        uint64_t *ret_dropped)
{
    return sup_journal_read_sized(sup, after, entries, sizeof(*entries), size, ret_dropped);
}

SUP_END_DECLS

#endif
