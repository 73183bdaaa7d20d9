/* Looking at a supervisor from outside: snapshots, groups, metrics.
 *
 * Snapshots are copies, made in O(1) for a service; texts in them belong to the
 * supervisor and stay valid until its next call. Lists come in registration
 * order.
 */
#ifndef SUP_SNAPSHOT_H
#define SUP_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/control.h"
#include "sup/event.h"
#include "sup/policy.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

struct sup;

/* Grows. */
struct sup_snapshot {
    const char *service;
    const char *group; /* full path */
    uint32_t slot;
    enum sup_kind kind;
    enum sup_phase phase;
    enum sup_operation operation;
    bool active; /* an attempt is live */
    bool queued; /* waits for a slot of the blocking pool */
    uint32_t generation;
    uint32_t attempt; /* the last one started, 0 before the first */
    uint32_t starts;
    uint32_t restarts; /* attempts after the first; an interval's calls excepted */
    uint32_t failures;
    uint32_t streak;
    enum sup_reason reason;  /* SUP_REASON_NONE unless terminated */
    const char *reason_text; /* "" unless terminated */
    const char *last_error;  /* "" before the first */
    enum sup_readiness readiness;
    enum sup_heartbeat heartbeat;
    struct sup_instant last_beat; /* never before the first of this attempt */
    enum sup_breaker_state breaker;
    struct sup_duration delay; /* of the wait in progress; 0 when there is none */
    bool limit_enabled;
    uint32_t limit_used; /* of restart-limit at this instant */
    uint32_t limit_remaining;
    bool limit_exhausted; /* a failure found no restart left, and none since */
    enum sup_stop_state stop_state;
    struct sup_instant registered_at;
    struct sup_duration age;
    struct sup_duration time_in_phase;
    struct sup_duration running_time; /* of all its attempts, the live one included */
    void *work;
};

/* 0, or SUP_EUNKNOWN: never registered, or removed. */
int sup_snapshot_of_sized(struct sup *sup, const char *service, struct sup_snapshot *ret_snapshot,
                          size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_snapshot_of(struct sup *sup, const char *service,
                                                  struct sup_snapshot *ret_snapshot)
{
    return sup_snapshot_of_sized(sup, service, ret_snapshot, sizeof(*ret_snapshot));
}
int sup_snapshot_slot_sized(struct sup *sup, uint32_t slot, struct sup_snapshot *ret_snapshot,
                            size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_snapshot_slot(struct sup *sup, uint32_t slot,
                                                    struct sup_snapshot *ret_snapshot)
{
    return sup_snapshot_slot_sized(sup, slot, ret_snapshot, sizeof(*ret_snapshot));
}

/* Walks the registry in registration order: *cursor = 0 first; false at the
 * end. The registry must not change between the calls. */
bool sup_snapshot_next_sized(struct sup *sup, uint64_t *cursor, struct sup_snapshot *ret_snapshot,
                             size_t size);
static inline bool sup_snapshot_next(struct sup *sup, uint64_t *cursor,
                                     struct sup_snapshot *ret_snapshot)
{
    return sup_snapshot_next_sized(sup, cursor, ret_snapshot, sizeof(*ret_snapshot));
}

/* What a service's past has left that decides about its future: its streak, what its breaker, its
 * limits and those of its groups remember and for how long already, where the clock stands on the
 * grids that they look at. As long as its attempts do the same and nothing is left to chance,
 * what follows equal ones is the same, at whatever instants they were looked at; their words say
 * nothing else. They are compared within one release only. Frozen. */
struct sup_standing {
    uint64_t words[2];
};
/* Inside a callback, at its instant. 0, or SUP_EUNKNOWN. O(entries of its windows, groups). */
int sup_standing_of(struct sup *sup, const char *service,
                    struct sup_standing *ret_standing) SUP_WARN_UNUSED;

/* The name a slot stands for, also after its removal; NULL for no such slot. */
const char *sup_slot_name(const struct sup *sup, uint32_t slot);

/* Grows. */
struct sup_group_info {
    const char *path;
    bool cancelled;
    uint32_t active;   /* live attempts in the subtree */
    uint32_t busy;     /* services of the subtree that are live or will start */
    uint32_t services; /* registered in the subtree */
    /* Of the group's own services: */
    uint32_t inflight; /* not terminated */
    uint64_t spawned;
    uint64_t dropped; /* spawns refused by max_inflight */
    uint64_t completed;
};

/* 0, or SUP_EUNKNOWN. O(groups in the subtree). The root is "runtime"; "a.b" and
 * "runtime.a.b" are one. */
int sup_group_info_of_sized(struct sup *sup, const char *group, struct sup_group_info *ret_info,
                            size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_group_info_of(struct sup *sup, const char *group,
                                                    struct sup_group_info *ret_info)
{
    return sup_group_info_of_sized(sup, group, ret_info, sizeof(*ret_info));
}
/* Calls fn for each busy service of the subtree, in registration order. 0, or
 * SUP_EUNKNOWN. */
int sup_group_busy(struct sup *sup, const char *group,
                   void (*fn)(void *context, const char *service), void *context) SUP_WARN_UNUSED;

/* clang-format off */
#define SUP_SUPERVISOR_PHASE_LIST(X)                                           \
    X(RUNNING, "running") X(DRAINING, "draining") X(DRAINED, "drained")
/* clang-format on */

enum sup_supervisor_phase {
#define SUP__X(id, name) SUP_SUPERVISOR_##id,
    SUP_SUPERVISOR_PHASE_LIST(SUP__X)
#undef SUP__X
        SUP_SUPERVISOR_PHASES
};
const char *sup_supervisor_phase_name(enum sup_supervisor_phase phase);
enum sup_supervisor_phase sup_supervisor_phase_of(const struct sup *sup);

/* Counters since creation, and one gauge. spawned_total = active_services +
 * terminated_total always holds; paused, quarantined and idle services are
 * active, a removed one counts as terminated. */
/* clang-format off */
#define SUP_METRIC_LIST(X)                                                     \
    X(restarts_total, counter, "Attempts after a service's first.")            \
    X(active_services, gauge, "Registered services that are not terminated.")  \
    X(spawned_total, counter, "Registrations.")                                \
    X(terminated_total, counter, "Services terminated, removed or replaced.")  \
    X(circuit_breaker_trips, counter, "Times a circuit breaker opened.")       \
    X(failures_total, counter, "Failures of attempts.")                        \
    X(late_reports_total, counter, "Reports from attempts no longer live.")    \
    X(attempts_total, counter, "Attempts started.")                            \
    X(abandoned_total, counter, "Attempts given up after their abort.")        \
    X(commands_total, counter, "Operator commands, refused ones included.")
/* clang-format on */

/* Grows. */
struct sup_metrics {
#define SUP__X(name, type, help) uint64_t name;
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
};

void sup_metrics_read_sized(const struct sup *sup, struct sup_metrics *ret_metrics, size_t size);
static inline void sup_metrics_read(const struct sup *sup, struct sup_metrics *ret_metrics)
{
    sup_metrics_read_sized(sup, ret_metrics, sizeof(*ret_metrics));
}

/* The same for one name, all its generations, also when it is not registered any more.
 * `active_services` is 1 or 0; `commands_total` are the commands that named it. What is
 * reported late counts for the group in which the name is or was last. 0, or
 * SUP_EUNKNOWN: never registered. O(1). */
int sup_service_metrics_sized(const struct sup *sup, const char *service,
                              struct sup_metrics *ret_metrics, size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_service_metrics(const struct sup *sup, const char *service,
                                                      struct sup_metrics *ret_metrics)
{
    return sup_service_metrics_sized(sup, service, ret_metrics, sizeof(*ret_metrics));
}
/* The same for what was registered in a group's subtree, while it was in it; the root's
 * are the supervisor's. Commands on a group count for it, those on a name that nobody
 * bears, and shutdowns, for the root. 0, or SUP_EUNKNOWN. O(groups, and services of the
 * subtree). */
int sup_group_metrics_sized(const struct sup *sup, const char *group,
                            struct sup_metrics *ret_metrics, size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_group_metrics(const struct sup *sup, const char *group,
                                                    struct sup_metrics *ret_metrics)
{
    return sup_group_metrics_sized(sup, group, ret_metrics, sizeof(*ret_metrics));
}

/* Running time of ended attempts; bucket i counts those of at most bound i. */
#define SUP_HISTOGRAM_BUCKETS 16
/* Grows, but never by buckets. */
struct sup_histogram {
    uint64_t bucket[SUP_HISTOGRAM_BUCKETS + 1]; /* not cumulative; last: above all */
    uint64_t count;
    uint64_t sum_ns; /* saturates */
};
extern const uint64_t sup_histogram_bounds_ns[SUP_HISTOGRAM_BUCKETS];
void sup_histogram_read_sized(const struct sup *sup, struct sup_histogram *ret_histogram,
                              size_t size);
static inline void sup_histogram_read(const struct sup *sup, struct sup_histogram *ret_histogram)
{
    sup_histogram_read_sized(sup, ret_histogram, sizeof(*ret_histogram));
}
/* Processor time of ended attempts whose executor measured it, crashed ones too. */
void sup_cpu_histogram_read_sized(const struct sup *sup, struct sup_histogram *ret_histogram,
                                  size_t size);
static inline void sup_cpu_histogram_read(const struct sup *sup,
                                          struct sup_histogram *ret_histogram)
{
    sup_cpu_histogram_read_sized(sup, ret_histogram, sizeof(*ret_histogram));
}

SUP_END_DECLS

#endif
