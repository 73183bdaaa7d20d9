/* A run whose choices pass by a tape (sim/base/tape.h): who asks, and under which label.
 *
 *   jitter:NAME      a delay before a restart, drawn by the supervisor
 *   script:NAME      a duration that a script draws
 *   lag:NAME         how late something is
 *   choose:NAME      a branch of a `choose`; any:NAME a way of an `any` in a script
 *   task:NAME        a number that a function of the program asks for
 *   timeline:ENTRY   an instant that an entry of the timeline draws
 *   target:ENTRY     one draw of whom it concerns
 *   any:at:ENTRY, any:to:ENTRY, any:entry:ENTRY   a way of an `any` in the timeline
 *   order:next, order:report, order:action        what comes next of one instant
 *
 * ENTRY is the entry's stream in 16 hexadecimal digits, which stays when other entries
 * come and go. */
#ifndef SIM_RUN_TAPED_H
#define SIM_RUN_TAPED_H

#include <stdint.h>

#include "sup/supervisor.h"

struct sim_engine;
struct sim_executor;
struct sim_timeline;

/* The run begins: its oracle has the tape of its options. SUP_OK or SUP_ENOMEM. */
int sim__taped_begin(struct sim_engine *engine) SUP_WARN_UNUSED;
/* And is over. */
void sim__taped_end(struct sim_engine *engine);

/* Each passes its draws by the tape of its oracle, when there is one. */
void sim__taped_executor(struct sim_executor *executor);
void sim__taped_timeline(struct sim_timeline *timeline);
void sim__taped_config(struct sim_engine *engine, struct sup_config *config);
/* What a task has drawn; `executor` is one. */
uint64_t sim__taped_task(void *executor, const char *name, uint64_t bound, uint64_t drawn);

#endif
