/* Tasks: the calls of <sup/task.h>, handed on to the executor that runs them. */
#include "sup/task.h"

#include "sup/assert.h"
#include "sup/error.h"

#include "face.h"
#include "text.h"

void sup_task_init_sized(struct sup_task *task, const struct sup_task_ops *ops, size_t ops_size,
                         const char *name, struct sup_attempt id)
{
    *task = (struct sup_task){.ops = ops, .name = name, .id = id, .ops_size = ops_size};
}

const char *sup_task_name(const struct sup_task *task)
{
    return task->name;
}

struct sup_attempt sup_task_attempt(const struct sup_task *task)
{
    return task->id;
}

struct sup_instant sup_task_now(struct sup_task *task)
{
    return task->ops->now(task);
}

int sup_task_sleep(struct sup_task *task, struct sup_duration length)
{
    return task->ops->sleep(task, length);
}

int sup_task_wait_cancel(struct sup_task *task)
{
    return task->ops->wait_cancel(task);
}

int sup_task_sleep_through(struct sup_task *task, struct sup_duration length)
{
    return task->ops->sleep_through(task, length);
}

bool sup_task_cancelled(struct sup_task *task)
{
    return task->ops->cancelled(task);
}

void sup_task_beat(struct sup_task *task)
{
    task->ops->beat(task);
}

void sup_task_ready(struct sup_task *task, bool ready)
{
    task->ops->ready(task, ready);
}

uint64_t sup_task_random(struct sup_task *task, uint64_t bound)
{
    return task->ops->random(task, bound);
}

void sup_task_error(struct sup_task *task, const char *text)
{
    task->has_error = text != NULL;
    if (text != NULL) {
        sup__copy_text(task->error, sizeof(task->error), text);
    }
}

void sup_task_done(struct sup_task *task)
{
    task->done = true;
}

void sup_task_result(struct sup_task *task, void *value)
{
    task->value = value;
}

SUP_NORETURN void sup_task_panic(struct sup_task *task, const char *text)
{
    sup_task_error(task, text != NULL ? text : "panicked");
    task->panicked = true;
    sup_task_cleanup_all(task);
    task->ops->leave(task);
    sup_assert_failed("an executor left a task that panicked", __FILE__, __LINE__);
}

int sup_task_cleanup_push(struct sup_task *task, sup_cleanup_fn fn, void *argument)
{
    if (fn == NULL) {
        return SUP_EINVAL;
    }
    if (task->cleanup_count == SUP_CLEANUPS_MAX) {
        return SUP_ELIMIT;
    }
    task->cleanups[task->cleanup_count].fn = fn;
    task->cleanups[task->cleanup_count].argument = argument;
    task->cleanup_count++;
    return SUP_OK;
}

void sup_task_cleanup_pop(struct sup_task *task, bool run)
{
    SUP_ASSERT(task->cleanup_count > 0);
    task->cleanup_count--;
    if (run) {
        task->cleanups[task->cleanup_count].fn(task->cleanups[task->cleanup_count].argument);
    }
}

void sup_task_cleanup_all(struct sup_task *task)
{
    while (task->cleanup_count > 0) {
        sup_task_cleanup_pop(task, true);
    }
}

void sup_task_end_sized(const struct sup_task *task, int returned, struct sup_end *ret_end,
                        size_t size)
{
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED, .value = task->value};
    if (task->end != NULL) {
        end = *task->end;
    } else if (task->panicked) {
        end.outcome = SUP_OUTCOME_CRASHED;
        end.error = task->error;
    } else if (returned < 0) {
        end.outcome = SUP_OUTCOME_FAILED;
        end.error = task->has_error ? task->error : sup_error_text(returned);
    } else {
        end.done = task->done;
    }
    sup__give(ret_end, size, &end, sizeof(end));
}
