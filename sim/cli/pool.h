/* Works through numbered tasks, in this process or in several, and hands their
 * results over in order.
 *
 * Workers are forks of this process: they share what was read before, get a few
 * tasks at a time through a pipe and answer with bytes. A result waits until
 * those before it have been handed over, so the order is always that of one job.
 * When a worker dies, what it had not answered is done again one by one, so that
 * a deadly task costs itself and no other. So does one that hangs.
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/time.h"
#include "words.h"

/* In place of a signal: the task was at work for longer than there was patience. */
#define CLI_POOL_HUNG (-1)

struct cli_pool_work {
    void *context;
    uint64_t count;
    uint32_t jobs;
    bool apart;     /* in processes of their own, also when there is one job */
    uint32_t batch; /* tasks a worker may get at a time; 1 when results are large */
    /* Before worker `index` (below `jobs`) is made; false: it cannot be. May be NULL. */
    bool (*hire)(void *context, uint32_t index);
    /* In the worker, first of all. May be NULL. */
    void (*hired)(void *context, uint32_t index);
    /* Appends the result of the task; in a worker when there are several. */
    void (*work)(void *context, uint64_t task, struct sim__text *bytes);
    /* How long a worker may work on one task, as sim/trial/patience.h has it; 0: for ever. */
    struct sup_duration patience;
    /* The same for a task whose worker died of `signal` (0: otherwise), or CLI_POOL_HUNG. */
    void (*lost)(void *context, uint64_t task, int signal, struct sim__text *bytes);
    /* Takes the bytes over; false ends the whole. */
    bool (*deliver)(void *context, uint64_t task, char *bytes, size_t length);
    /* Now and then; `done` tasks have ended. */
    void (*tick)(void *context, uint64_t done);
};

/* 0, or SUP_ENOMEM: here or in a worker, whose task is then not handed over. */
int cli_pool_run(const struct cli_pool_work *work);

#endif
