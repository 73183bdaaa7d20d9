/* One attempt of a user's own C function, as a coroutine under virtual time.
 *
 * It knows no supervisor and no queue, as a script (sim/attempt/script.h) does not: it is
 * told that the attempt starts, is cancelled or is aborted, says until when it waits, and,
 * resumed at that time or later, the one thing that the function then does. What its
 * context is asked within (the time, a draw) is answered at once.
 *
 * An attempt's clock is the one of who resumes it. An abort ends it where it next waits:
 * clean-up handlers run, the function does not return.
 */
#ifndef SIM_TASK_H
#define SIM_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "coroutine.h"
#include "sup/random.h"
#include "sup/report.h"
#include "sup/supervisor.h"
#include "sup/task.h"

enum sim_task_say {
    SIM_TASK_WAITS, /* until sim__task_due */
    SIM_TASK_BEATS, /* and goes on at once, as after the next three */
    SIM_TASK_READY,
    SIM_TASK_NOT_READY,
    SIM_TASK_SPINS, /* it made `calls_max` calls and let no time pass */
    SIM_TASK_ENDS,
};

/* Given what the function of this name has drawn, of 0 … bound: what it is answered. */
typedef uint64_t (*sim__task_pass_fn)(void *context, const char *name, uint64_t bound,
                                      uint64_t drawn);

struct sim_task_run {
    struct sup_task task; /* first: the task's context is the run */
    struct sim_coroutine *coroutine;
    struct sup_task_spec spec;
    struct sup_random random;
    struct sup_instant now; /* of who resumed it last */
    struct sup_instant due;
    struct sup_instant calls_at;
    uint64_t *draws; /* counted here; NULL: nobody counts */
    sim__task_pass_fn pass;
    void *context;
    uint32_t calls; /* since calls_at */
    uint32_t calls_max;
    int returned;
    enum sim_task_say say;
    bool begun;
    bool cancelled;
    bool aborted;
    bool forbidden; /* to spin any longer */
    char name[SUP_NAME_MAX + 1];
};

struct sim_task_start {
    const struct sup_start *start;
    struct sup_task_spec spec;
    struct sup_instant now;
    uint64_t seed; /* of the run: a draw depends on it, the name, generation and attempt */
    uint64_t *draws;
    sim__task_pass_fn pass; /* NULL: what is drawn is the answer */
    void *context;
    uint32_t calls_max;
};

/* Its stack. Zeroed before; may serve one attempt after the other. SUP_OK or SUP_ENOMEM. */
int sim__task_create(struct sim_task_run *run, size_t stack_bytes) SUP_WARN_UNUSED;
/* What is suspended in it is dropped there: its clean-up handlers run. */
void sim__task_release(struct sim_task_run *run);

/* What is suspended is left there: its clean-up handlers run, and it is over. */
void sim__task_drop(struct sim_task_run *run);
void sim__task_start(struct sim_task_run *run, const struct sim_task_start *start);
/* Each at most once. */
void sim__task_cancel(struct sim_task_run *run, struct sup_instant now);
void sim__task_abort(struct sim_task_run *run, struct sup_instant now);
/* Until when it waits; never: until it is cancelled. */
struct sup_instant sim__task_due(const struct sim_task_run *run);
/* What it does next. */
enum sim_task_say sim__task_resume(struct sim_task_run *run, struct sup_instant now);
/* It spins, which nobody has patience for: resumed, it panics. */
void sim__task_forbid(struct sim_task_run *run);
/* After SIM_TASK_ENDS; its texts are the run's, until the next start. */
struct sup_end sim__task_end(const struct sim_task_run *run);

#endif
