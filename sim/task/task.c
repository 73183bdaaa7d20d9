/* Runs a user's function as a coroutine. */
#include "task.h"

#include <string.h>

#include "sup/assert.h"

static struct sim_task_run *run_of(struct sup_task *task)
{
    return (struct sim_task_run *)(void *)task;
}

/* ---- the function's side ---- */

static void say(struct sim_task_run *run, enum sim_task_say what, struct sup_instant due)
{
    run->say = what;
    run->due = due;
    sim__coroutine_suspend(run->coroutine);
}

/* Every call of a task to its context is counted: within one instant it may make
 * a bounded number of them. */
static void count_call(struct sim_task_run *run)
{
    if (run->calls_at.ns != run->now.ns) {
        run->calls_at = run->now;
        run->calls = 0;
    }
    if (++run->calls <= run->calls_max) {
        return;
    }
    say(run, SIM_TASK_SPINS, run->now);
    run->calls = 0;
    if (run->forbidden) {
        sup_task_panic(&run->task, "it spins: its budget of calls within one instant is used up");
    }
}

static struct sup_instant op_now(struct sup_task *task)
{
    count_call(run_of(task));
    return run_of(task)->now;
}

/* Waits until then, or until it is cancelled; does not come back from an abort. */
static void wait_until(struct sim_task_run *run, struct sup_instant until)
{
    say(run, SIM_TASK_WAITS, run->aborted ? run->now : until);
    if (run->aborted) {
        sup_task_cleanup_all(&run->task);
        sim__coroutine_leave(run->coroutine);
    }
}

static int op_sleep(struct sup_task *task, struct sup_duration length)
{
    struct sim_task_run *run = run_of(task);
    count_call(run);
    if (!run->cancelled) {
        wait_until(run, sup_instant_add(run->now, length));
    }
    return run->cancelled ? SUP_ECANCELLED : SUP_OK;
}

static int op_wait_cancel(struct sup_task *task)
{
    struct sim_task_run *run = run_of(task);
    count_call(run);
    while (!run->cancelled) {
        wait_until(run, SUP_INSTANT_NEVER);
    }
    return SUP_ECANCELLED;
}

static int op_sleep_through(struct sup_task *task, struct sup_duration length)
{
    struct sim_task_run *run = run_of(task);
    count_call(run);
    struct sup_instant until = sup_instant_add(run->now, length);
    while (run->now.ns < until.ns) {
        wait_until(run, until);
    }
    return SUP_OK;
}

static bool op_cancelled(struct sup_task *task)
{
    count_call(run_of(task));
    return run_of(task)->cancelled;
}

static void op_beat(struct sup_task *task)
{
    count_call(run_of(task));
    say(run_of(task), SIM_TASK_BEATS, run_of(task)->now);
}

static void op_ready(struct sup_task *task, bool ready)
{
    count_call(run_of(task));
    say(run_of(task), ready ? SIM_TASK_READY : SIM_TASK_NOT_READY, run_of(task)->now);
}

static uint64_t op_random(struct sup_task *task, uint64_t bound)
{
    struct sim_task_run *run = run_of(task);
    count_call(run);
    uint64_t drawn = sup_random_upto(&run->random, bound, run->draws);
    return run->pass != NULL ? run->pass(run->context, run->name, bound, drawn) : drawn;
}

static void op_leave(struct sup_task *task)
{
    sim__coroutine_leave(run_of(task)->coroutine);
}

static const struct sup_task_ops coroutine_ops = {
    .now = op_now,
    .sleep = op_sleep,
    .wait_cancel = op_wait_cancel,
    .sleep_through = op_sleep_through,
    .cancelled = op_cancelled,
    .beat = op_beat,
    .ready = op_ready,
    .random = op_random,
    .leave = op_leave,
};

static void main_of(void *context)
{
    struct sim_task_run *run = context;
    run->returned = run->spec.fn(&run->task, run->spec.argument);
}

/* Handlers that are left, which may do whatever the function may: each that panics
 * leaves the others to the next call. */
static void clean_up(void *context)
{
    struct sim_task_run *run = context;
    sup_task_cleanup_all(&run->task);
}

/* ---- the other side ---- */

int sim__task_create(struct sim_task_run *run, size_t stack_bytes)
{
    SUP_ASSERT(run->coroutine == NULL);
    return sim__coroutine_create(stack_bytes, &run->coroutine);
}

/* One that waits is not waited for. */
void sim__task_drop(struct sim_task_run *run)
{
    sim__coroutine_drop(run->coroutine);
    while (run->task.cleanup_count > 0) {
        sim__coroutine_start(run->coroutine, clean_up, run);
        while (!sim__coroutine_resume(run->coroutine)) {
            if (run->say == SIM_TASK_WAITS || run->say == SIM_TASK_SPINS) {
                sim__coroutine_drop(run->coroutine);
                break;
            }
        }
    }
}

void sim__task_release(struct sim_task_run *run)
{
    if (run->coroutine != NULL) {
        sim__task_drop(run);
    }
    sim__coroutine_free(run->coroutine);
    run->coroutine = NULL;
}

void sim__task_start(struct sim_task_run *run, const struct sim_task_start *start)
{
    const struct sup_attempt id = start->start->id;
    size_t length = strlen(start->start->service);
    SUP_ASSERT(start->spec.fn != NULL && length < sizeof(run->name));
    memcpy(run->name, start->start->service, length + 1);
    sup_task_init(&run->task, &coroutine_ops, run->name, id);
    uint64_t seed = start->seed + ((uint64_t)id.generation << 32) + id.attempt;
    run->random = sup_random_derive(seed, run->name, length);
    run->spec = start->spec;
    run->draws = start->draws;
    run->pass = start->pass;
    run->context = start->context;
    run->calls_max = start->calls_max;
    run->calls = 0;
    run->returned = 0;
    run->begun = run->cancelled = run->aborted = run->forbidden = false;
    run->now = run->due = run->calls_at = start->now;
    sim__coroutine_start(run->coroutine, main_of, run);
}

void sim__task_cancel(struct sim_task_run *run, struct sup_instant now)
{
    run->cancelled = true; /* again, perhaps */
    run->due = run->due.ns < now.ns ? run->due : now;
}

void sim__task_abort(struct sim_task_run *run, struct sup_instant now)
{
    run->aborted = true;
    run->due = now;
}

struct sup_instant sim__task_due(const struct sim_task_run *run)
{
    return run->due;
}

void sim__task_forbid(struct sim_task_run *run)
{
    SUP_ASSERT(run->say == SIM_TASK_SPINS);
    run->forbidden = true;
}

enum sim_task_say sim__task_resume(struct sim_task_run *run, struct sup_instant now)
{
    run->now = now;
    if (run->aborted && !run->begun) {
        sim__coroutine_drop(run->coroutine);
    } else {
        run->begun = true;
        if (!sim__coroutine_resume(run->coroutine)) {
            return run->say;
        }
    }
    while (run->task.cleanup_count > 0) {
        sim__coroutine_start(run->coroutine, clean_up, run);
        if (!sim__coroutine_resume(run->coroutine)) {
            return run->say;
        }
    }
    run->say = SIM_TASK_ENDS;
    run->due = SUP_INSTANT_NEVER;
    return SIM_TASK_ENDS;
}

struct sup_end sim__task_end(const struct sim_task_run *run)
{
    SUP_ASSERT(run->say == SIM_TASK_ENDS);
    if (run->aborted && !run->task.panicked) {
        return (struct sup_end){.outcome = SUP_OUTCOME_ABORTED};
    }
    return sup_task_end(&run->task, run->returned);
}
