/* Works through numbered tasks, in this process or in several, and hands their
 * results over in order.
 *
 * Workers are forks of this process: they share what was read before, and each
 * gets one task at a time through a pipe and answers with bytes. A result waits
 * until those before it have been handed over, so the order is always that of
 * one job. A worker that dies costs its task, not the others.
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

struct cli_pool_work {
    void *context;
    uint64_t count;
    uint32_t jobs;
    /* Appends the result of the task; in a worker when there are several. */
    void (*work)(void *context, uint64_t task, struct cli_text *bytes);
    /* The same for a task whose worker died of `signal` (0: otherwise). */
    void (*lost)(void *context, uint64_t task, int signal, struct cli_text *bytes);
    /* Takes the bytes over; false ends the whole. */
    bool (*deliver)(void *context, uint64_t task, char *bytes, size_t length);
    /* Now and then; `done` tasks have ended. */
    void (*tick)(void *context, uint64_t done);
};

/* 0, or SUP_ENOMEM. */
int cli_pool_run(const struct cli_pool_work *work);

#endif
