/* Counts the points of a run, and has them fail; see faultpoints.h. */
#include "faultpoints.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/grow.h"
#include "sup/assert.h"

const char *sim__point_name(enum sim__point kind)
{
    static const char *const names[] = {
#define SIM__X(id, name) name,
        SIM__POINT_LIST(SIM__X)
#undef SIM__X
    };
    SUP_ASSERT(kind < SIM__POINTS);
    return names[kind];
}

void sim__points_init(struct sim_points *points, const struct sim_faults *faults)
{
    *points = (struct sim_points){0};
    if (faults != NULL) {
        SUP_ASSERT(faults->late.ns > 0);
        points->on = true;
        points->faults = *faults;
    }
}

void sim__points_release(struct sim_points *points)
{
    free(points->kept);
    *points = (struct sim_points){0};
}

static void keep(struct sim_fault_met *met, struct sup_instant at, struct sim_whose whose)
{
    if (met->met) {
        return;
    }
    met->met = true;
    met->at = at;
    met->attempt = whose.attempt;
    (void)snprintf(met->service, sizeof(met->service), "%s",
                   whose.service != NULL ? whose.service : "");
}

static bool is_it(const struct sim_fault *fault, enum sim__point kind, uint64_t number)
{
    if (fault->at == 0 || fault->kind != kind) {
        return false;
    }
    return fault->persistent ? number >= fault->at : number == fault->at;
}

static bool meet(struct sim_points *points, enum sim__point kind, struct sup_instant at,
                 struct sim_whose whose)
{
    struct sim_faults_seen *seen = &points->seen;
    SUP_ASSERT(points->on && kind < SIM__POINTS);
    uint64_t number = ++seen->points[kind];
    uint64_t after = seen->first.met ? ++seen->after[kind] : 0;
    bool fails = false;
    if (after > 0 && is_it(&points->faults.then, kind, after)) {
        keep(&seen->then, at, whose);
        fails = true;
    }
    if (is_it(&points->faults.first, kind, number)) {
        keep(&seen->first, at, whose);
        fails = true;
    }
    return fails;
}

bool sim__points_meet(struct sim_points *points, enum sim__point kind, struct sim_whose whose)
{
    return meet(points, kind, (struct sup_instant){*points->now_ns}, whose);
}

/* ---- memory ---- */

bool sim__points_allocate(struct sim_points *points)
{
    const struct sim_whose nobody = {0};
    if (!points->passing || !sim__points_meet(points, SIM__POINT_ALLOCATION, nobody)) {
        return false;
    }
    points->short_of_memory = true;
    return true;
}

bool sim__points_excuse(struct sim_points *points)
{
    bool excused = points->short_of_memory;
    points->short_of_memory = false;
    return excused;
}

/* ---- what attempts report ---- */

enum sim_keeping sim__points_keep(struct sim_points *points, uint32_t index, struct sim_whose whose,
                                  const struct sup_end *end)
{
    /* Both are counted, whichever of them fails. */
    bool lost = sim__points_meet(points, SIM__POINT_REPORT_LOST, whose);
    bool late = sim__points_meet(points, SIM__POINT_REPORT_LATE, whose);
    if (!lost && !late) {
        return SIM_KEEPING_NOT;
    }
    struct sim_kept *kept =
        sim__grown(points->kept, &points->kept_count, (uint64_t)index + 1, sizeof(*points->kept));
    if (kept == NULL) {
        return SIM_KEEPING_FAILED;
    }
    points->kept = kept;
    kept[index] = (struct sim_kept){.end = *end, .kept = true};
    return lost ? SIM_KEEPING_LOST : SIM_KEEPING_LATE;
}

struct sup_end sim__points_hand_over(struct sim_points *points, uint32_t index)
{
    SUP_ASSERT(sim__points_keeps(points, index));
    points->kept[index].kept = false;
    return points->kept[index].end;
}

bool sim__points_lose(struct sim_points *points, struct sim_whose whose, enum sim_say say)
{
    enum sim__point kind = say == SIM_SAY_BEAT ? SIM__POINT_BEAT : SIM__POINT_READY;
    SUP_ASSERT(say == SIM_SAY_BEAT || say == SIM_SAY_READY || say == SIM_SAY_NOT_READY);
    return sim__points_meet(points, kind, whose);
}

/* ---- time ---- */

struct sup_instant sim__points_wake(struct sim_points *points, struct sup_instant timer)
{
    const struct sim_whose nobody = {0};
    bool late = meet(points, SIM__POINT_TIMER, timer, nobody);
    return late ? sup_instant_add(timer, points->faults.late) : timer;
}
