/* The other side of the pool: what a worker does, and how the two talk. */
#ifndef CLI_POOL_WORKER_H
#define CLI_POOL_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool.h"

/* Tasks first to end - 1. */
struct cli_pool_range {
    uint64_t first;
    uint64_t end;
};

/* In place of the length of a result: there is no memory for it. */
#define CLI_POOL_NO_MEMORY UINT64_MAX

/* All of it; false: nobody reads any more. */
bool cli_pool_write(int descriptor, const void *buffer, size_t size);
/* Works through what comes, and ends the process when nothing more can; *task is the one that it
 * is at. */
_Noreturn void cli_pool_serve(const struct cli_pool_work *work, volatile uint64_t *task, int ranges,
                              int answers);

#endif
