/* The task of task_test.c and task_threads.c: it asks a feed every ten seconds.
 *
 * What it talks to is handed in, so that a test may hand in something else. It
 * waits by sup_task_sleep alone, so that virtual time can pass, and so that a
 * cancellation ends the wait.
 */
#ifndef POLLER_H
#define POLLER_H

#include <sup/sup.h>
#include <sup/task.h>

struct poller {
    int (*ask)(struct sup_task *task, void *feed); /* below 0: no answer */
    void (*flush)(void *feed);                     /* writes down what has come */
    void (*close)(void *feed);
    void *feed;
};

static inline int poll_feed(struct sup_task *task, void *argument)
{
    const struct poller *poller = argument;
    int result = sup_task_cleanup_push(task, poller->close, poller->feed);
    if (result < 0)
        return result;
    sup_task_ready(task, true);
    while (sup_task_sleep(task, SUP_SEC(10)) == 0) {
        sup_task_beat(task);
        if (poller->ask(task, poller->feed) < 0 && !sup_task_cancelled(task)) {
            sup_task_error(task, "the feed does not answer");
            sup_task_cleanup_pop(task, true);
            return -1;
        }
    }
    /* Cancelled: answers that are still on their way have a moment to come. */
    if (sup_task_sleep_through(task, SUP_MS(200)) == 0)
        poller->flush(poller->feed);
    sup_task_cleanup_pop(task, true);
    return 0;
}

#endif
