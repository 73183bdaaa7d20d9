/* Ends of attempts that are not reported when they come: while their finish scripts run, until
 * the supervisor learns of them, or since a fault keeps them back. Meanwhile nothing reaches the
 * attempt. */
#ifndef SIM_RUN_ASIDE_H
#define SIM_RUN_ASIDE_H

#include "executor.h"
#include "sup/executor.h"

/* Its state may serve another attempt from now on. */
static inline void sim__retire(struct sim_executor *executor, struct sim_attempt *attempt)
{
    if (attempt->task != NULL) {
        sim__task_pool_give(&executor->tasks, attempt->task);
        attempt->task = NULL;
    }
    sim__cast_give(&executor->cast, attempt);
}

/* Tells the supervisor. */
static inline void sim__report_end(struct sim_executor *executor, struct sup_attempt id,
                                   const struct sup_end *end)
{
    if (executor->invariants != NULL) {
        sim_invariants_reporting(executor->invariants, id);
    }
    sup_reported(sup_report_end(executor->sup, id, end));
}

/* Whether the attempt's work is over, and its end waits. */
static inline bool sim__is_aside(const struct sim_executor *executor,
                                 const struct sim_attempt *attempt)
{
    return sim__points_keeps(&executor->points, attempt->index) ||
           sim__finish_waits(&executor->finishes, attempt->index) != SIM__END_WAITS_NOT;
}
/* Whether the end has to wait; else it is as it is to be reported. */
bool sim__put_aside(struct sim_executor *executor, struct sim_attempt *attempt,
                    struct sup_end *end);
/* The same of an end that no fault keeps back. */
bool sim__begin_waiting(struct sim_executor *executor, struct sim_attempt *attempt,
                        struct sup_end *end);
/* What waited is due: reports it, if nothing else keeps it. Returns what the attempt did. */
enum sim_say sim__take_up(struct sim_executor *executor, struct sim_attempt *attempt);
/* Nothing of it is left but its finish script, if that runs, which is ended by force. */
void sim__abort_aside(struct sim_executor *executor, const struct sim_attempt *attempt);

#endif
