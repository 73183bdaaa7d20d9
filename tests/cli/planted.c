/* The command with functions that end the process, or never come back: how a crash and a hang of
 * what is tested look to whoever runs it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "sim/main.h"
#include "sup/assert.h"
#include "sup/task.h"

_Noreturn void sup_assert_failed(const char *expression, const char *file, int line)
{
    sim_main_assert_failed(expression, file, line);
}

/* As the text has it: `assertion`, `hang`, or `signal`. */
static void end_as(const char *how)
{
    volatile unsigned turns = 0;
    bool planted = strcmp(how, "assertion") == 0;
    SUP_ASSERT(!planted);
    if (strcmp(how, "signal") == 0) {
        (void)raise(SIGKILL);
    }
    while (strcmp(how, "hang") == 0) {
        turns++;
    }
}

/* Good at its first start, at 0 s. */
static int fragile(struct sup_task *task, void *argument)
{
    if (sup_task_now(task).ns > 0) {
        end_as(argument);
    }
    return sup_task_wait_cancel(task);
}

/* Bad at one draw of eleven; with the second attempt. */
static int unlucky(struct sup_task *task, void *argument)
{
    uint64_t drawn = sup_task_random(task, 10);
    if (sup_task_attempt(task).attempt == 1) {
        return -1;
    }
    if (drawn == 0) {
        end_as(argument);
    }
    return sup_task_wait_cancel(task);
}

/* Bad when it is started a third time at 0 s. */
static int hasty(struct sup_task *task, void *argument)
{
    if (sup_task_now(task).ns == 0 && sup_task_attempt(task).attempt == 3) {
        end_as(argument);
    }
    return -1;
}

/* Not the same on every machine: where MACHINE is set, its second attempt ends. */
static int local(struct sup_task *task, void *argument)
{
    (void)argument;
    unsigned attempt = (unsigned)sup_task_attempt(task).attempt;
    return attempt == 1 || (attempt == 2 && getenv("MACHINE") != NULL) ? -1
                                                                       : sup_task_wait_cancel(task);
}

int main(int argc, char **argv)
{
    static const struct sim_task tasks[] = {
        {.name = "fragile", .fn = fragile},
        {.name = "local", .fn = local},
        {.name = "unlucky", .fn = unlucky},
        {.name = "hasty", .fn = hasty},
        {.name = NULL},
    };
    return sim_main(argc, argv, tasks);
}
