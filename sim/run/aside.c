/* Keeps ends aside, and takes them up when they are due. */
#include "aside.h"

#include "sim/attempt/draw.h"
#include "sim/base/probe.h"
#include "sup/error.h"
#include "sup/snapshot.h"

static struct sup_instant now_of(const struct sim_executor *executor)
{
    return (struct sup_instant){*executor->now_ns};
}

/* Whether a fault keeps the report back. What is lost has nothing left but its state, which
 * nobody else gets. */
static bool keep_back(struct sim_executor *executor, struct sim_attempt *attempt,
                      const struct sup_end *end)
{
    struct sim_points *points = &executor->points;
    const struct sim_whose whose = {sup_slot_name(executor->sup, attempt->id.slot),
                                    attempt->id.attempt};
    switch (sim__points_keep(points, attempt->index, whose, end)) {
    case SIM_KEEPING_NOT:
        return false;
    case SIM_KEEPING_LATE:
        sim__queue_set(&executor->queue, attempt->index,
                       sup_instant_add(now_of(executor), points->faults.late), ++executor->order);
        return true;
    case SIM_KEEPING_LOST:
        sim__queue_remove(&executor->queue, attempt->index);
        if (attempt->task != NULL) {
            sim__task_pool_give(&executor->tasks, attempt->task);
            attempt->task = NULL;
        }
        return true;
    case SIM_KEEPING_FAILED:
        break;
    }
    executor->failed = true;
    return false;
}

/* The report that was kept back. */
static enum sim_say hand_over(struct sim_executor *executor, struct sim_attempt *attempt)
{
    const struct sup_attempt id = attempt->id;
    const struct sup_end end = sim__points_hand_over(&executor->points, attempt->index);
    sim__retire(executor, attempt);
    sim__report_end(executor, id, &end);
    return SIM_SAY_END;
}

/* Until then the end waits. False without memory. */
static bool hold(struct sim_executor *executor, const struct sim_attempt *attempt,
                 const struct sup_end *end, enum sim__wait_of_end waits, struct sup_instant until)
{
    if (sim__finish_begin(&executor->finishes, attempt->index, end, waits) != SUP_OK) {
        executor->failed = true;
        return false;
    }
    if (until.ns == SUP_NEVER_NS) {
        sim__queue_remove(&executor->queue, attempt->index);
    } else {
        sim__queue_set(&executor->queue, attempt->index, until, ++executor->order);
    }
    return true;
}

/* Whether the supervisor learns of it later. */
static bool learn_later(struct sim_executor *executor, const struct sim_attempt *attempt,
                        const struct sup_end *end, enum sim__wait_of_end waits)
{
    const struct sim_lag *lag = attempt->agent->service->lag;
    if (lag == NULL) {
        return false;
    }
    struct sup_instant at = sim__lag_learns(executor, attempt->id.slot, lag);
    SIM_PROBE_WHEN("lag: an end is learned later", at.ns > now_of(executor).ns);
    return at.ns > now_of(executor).ns && hold(executor, attempt, end, waits, at);
}

/* Whether a finish script runs, for which the end waits; else its code is a part of the end. */
static bool begin_finish(struct sim_executor *executor, const struct sim_attempt *attempt,
                         struct sup_end *end)
{
    const struct sim_finish *finish =
        attempt->task == NULL ? attempt->script.behaviour->finish : NULL;
    if (finish == NULL) {
        return false;
    }
    struct sup_duration takes = sim__draw(&finish->takes, attempt->agent->stream, &executor->draws);
    end->has_finish = true;
    end->finish = finish->code;
    SIM_PROBE_WHEN("script: a finish script takes no time", takes.ns == 0);
    struct sup_instant over = sup_instant_add(now_of(executor), takes);
    if (takes.ns == 0 || !hold(executor, attempt, end, SIM__END_FINISHING, over)) {
        return false;
    }
    SIM_PROBE_WHEN("script: a finish script of one that was given up",
                   attempt->agent->live != attempt);
    if (attempt->agent->live == attempt) {
        sup_reported(sup_report_finishing(executor->sup, attempt->id, end));
    }
    return true;
}

bool sim__begin_waiting(struct sim_executor *executor, struct sim_attempt *attempt,
                        struct sup_end *end)
{
    return learn_later(executor, attempt, end, SIM__END_UNLEARNED) ||
           begin_finish(executor, attempt, end);
}

bool sim__put_aside(struct sim_executor *executor, struct sim_attempt *attempt, struct sup_end *end)
{
    return sim__begin_waiting(executor, attempt, end) ||
           (executor->points.on && keep_back(executor, attempt, end));
}

/* Whether what comes after that is waited for. */
static bool goes_on(struct sim_executor *executor, struct sim_attempt *attempt,
                    enum sim__wait_of_end waited, struct sup_end *end)
{
    switch (waited) {
    case SIM__END_UNLEARNED:
        return begin_finish(executor, attempt, end);
    case SIM__END_FINISHING:
        return learn_later(executor, attempt, end, SIM__END_FINISHED);
    default:
        return false;
    }
}

static enum sim_say end_wait(struct sim_executor *executor, struct sim_attempt *attempt)
{
    const struct sup_attempt id = attempt->id;
    enum sim__wait_of_end waited = sim__finish_waits(&executor->finishes, attempt->index);
    struct sup_end end = sim__finish_end(&executor->finishes, attempt->index);
    if (goes_on(executor, attempt, waited, &end) ||
        (executor->points.on && keep_back(executor, attempt, &end))) {
        return SIM_SAY_NOTHING;
    }
    sim__retire(executor, attempt);
    sim__report_end(executor, id, &end);
    return SIM_SAY_END;
}

enum sim_say sim__take_up(struct sim_executor *executor, struct sim_attempt *attempt)
{
    return sim__points_keeps(&executor->points, attempt->index) ? hand_over(executor, attempt)
                                                                : end_wait(executor, attempt);
}

/* What no signal reaches takes its time. */
void sim__abort_aside(struct sim_executor *executor, const struct sim_attempt *attempt)
{
    bool runs = sim__finish_waits(&executor->finishes, attempt->index) == SIM__END_FINISHING;
    if (runs && !attempt->script.ignores_abort) {
        SIM_PROBE("script: a finish script is ended by force");
        sim__finish_kill(&executor->finishes, attempt->index);
        sim__queue_set(&executor->queue, attempt->index, now_of(executor), ++executor->order);
    }
}
