/* Points of a run at which something can fail that is no wish of anybody's, and the faults
 * that make one of them fail, by its number.
 *
 * A run meets its points in an order that never changes: those of each kind are counted from
 * 1, and whether one fails is asked for right there. A run that is told of no fault does not
 * count, and pays a branch a point.
 *
 * What a fault does is what the world can do. A start that is refused leaves no attempt. An
 * allocation that fails does so in the supervisor, in what allocates once time passes: the
 * call says SUP_ENOMEM and has changed nothing. A timer that is late finds the supervisor
 * asleep: it wakes when the time is over, or earlier when it is told something. The end of an
 * attempt is reported late, or never, while the attempt itself is gone: nothing reaches it
 * any more. A beat or a readiness that is lost was said and not heard.
 */
#ifndef SIM_RUN_FAULTPOINTS_H
#define SIM_RUN_FAULTPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/attempt/script.h"
#include "sup/executor.h"
#include "sup/supervisor.h"
#include "sup/time.h"

/* clang-format off */
#define SIM__POINT_LIST(X)                                                                         \
    X(START, "start")             /* refused by the executor */                                    \
    X(ALLOCATION, "allocation")   /* of the supervisor, failed */                                  \
    X(TIMER, "timer")             /* the supervisor wakes late for it */                           \
    X(REPORT_LATE, "report-late") /* the end of an attempt */                                      \
    X(REPORT_LOST, "report-lost") /* the same, never reported */                                   \
    X(BEAT, "beat")               /* lost */                                                       \
    X(READY, "ready")             /* `ready` or `not-ready`, lost */
/* clang-format on */

enum sim__point {
#define SIM__X(id, name) SIM__POINT_##id,
    SIM__POINT_LIST(SIM__X)
#undef SIM__X
        SIM__POINTS
};
const char *sim__point_name(enum sim__point kind);

/* The at-th point of its kind fails; or every one from there on. */
struct sim_fault {
    enum sim__point kind;
    uint64_t at; /* from 1; 0: none */
    bool persistent;
};

/* Where a fault was met first. Plain data. */
struct sim_fault_met {
    bool met;
    struct sup_instant at;
    uint32_t attempt;               /* 0: it was nobody's */
    char service[SUP_NAME_MAX + 1]; /* "" likewise */
};

/* What a run has met. Plain data. */
struct sim_faults_seen {
    uint64_t points[SIM__POINTS];
    uint64_t after[SIM__POINTS]; /* those of them that came after the first fault */
    struct sim_fault_met first;
    struct sim_fault_met then;
};

struct sim_faults {
    struct sim_fault first;
    struct sim_fault then;        /* counted from the first fault on, itself not included */
    struct sup_duration late;     /* by how much, of what is late; above 0 */
    struct sim_faults_seen *seen; /* NULL, or given what the first run has met */
};

/* The end of an attempt whose report is kept back. */
struct sim_kept {
    struct sup_end end;
    bool kept;
};

struct sim_points {
    bool on;
    bool passing;         /* time passes: what is allocated is allocated by a running supervisor */
    uint64_t asleep_ns;   /* until then the supervisor does not see that a timer is due */
    bool short_of_memory; /* an allocation was failed, and no call has said so yet */
    struct sim_faults faults;
    struct sim_faults_seen seen;
    const uint64_t *now_ns; /* the clock */
    struct sim_kept *kept;  /* by the attempt's index in the queue */
    uint32_t kept_count;
};

/* Whose point it is. */
struct sim_whose {
    const char *service; /* NULL: nobody's */
    uint32_t attempt;
};

/* `faults` NULL: none, and nothing is counted. The clock is the caller's to set. */
void sim__points_init(struct sim_points *points, const struct sim_faults *faults);
void sim__points_release(struct sim_points *points);

/* Counts the point; whether it fails. Of a run that counts: see sim__point. */
bool sim__points_meet(struct sim_points *points, enum sim__point kind, struct sim_whose whose);
static inline bool sim__point(struct sim_points *points, enum sim__point kind,
                              struct sim_whose whose)
{
    return points->on && sim__points_meet(points, kind, whose);
}

/* An allocation of the supervisor's; whether it fails. */
bool sim__points_allocate(struct sim_points *points);
/* A call has answered SUP_ENOMEM: whether that is a fault's doing, and no want of ours. */
bool sim__points_excuse(struct sim_points *points);

/* When the report of an end comes. */
enum sim_keeping {
    SIM_KEEPING_NOT, /* now */
    SIM_KEEPING_LATE,
    SIM_KEEPING_LOST,   /* never */
    SIM_KEEPING_FAILED, /* without memory */
};
enum sim_keeping sim__points_keep(struct sim_points *points, uint32_t index, struct sim_whose whose,
                                  const struct sup_end *end);
/* Whether the attempt is gone, and the report of that kept back. */
static inline bool sim__points_keeps(const struct sim_points *points, uint32_t index)
{
    return points->on && index < points->kept_count && points->kept[index].kept;
}
/* What is to be reported now that it is due. */
struct sup_end sim__points_hand_over(struct sim_points *points, uint32_t index);

/* What an attempt says; whether it is lost. */
bool sim__points_lose(struct sim_points *points, struct sim_whose whose, enum sim_say say);

/* When the supervisor wakes for its timer, if nothing else wakes it. */
struct sup_instant sim__points_wake(struct sim_points *points, struct sup_instant timer);

#endif
