/* The traces that a worker's runs make, kept on disk until their turn comes: the memory
 * of neither side grows with the number of events. A spool is a file without a name;
 * what has been read is given back. */
#ifndef CLI_SPOOL_H
#define CLI_SPOOL_H

#include "sim/base/text.h"

struct cli_spool {
    int descriptor;
    int error; /* errno of the first write that failed; 0 */
    uint64_t length;
    struct sim__text buffer; /* not written yet */
};

/* In $TMPDIR, or /tmp. False when there is none to be had. */
bool cli_spool_open(struct cli_spool *spool);
void cli_spool_close(struct cli_spool *spool);

/* For a worker, which inherits it: goes on behind what its predecessor left. */
void cli_spool_resume(struct cli_spool *spool);
/* For the worker: a line behind those before it. */
void cli_spool_put(struct cli_spool *spool, const char *line, size_t length);
/* Everything is in the file; false when it is not. */
bool cli_spool_flush(struct cli_spool *spool);

/* For the parent: hands over the lines from `at` on, `length` bytes, and frees their room
 * on the disk. False when they cannot be read. */
bool cli_spool_take(struct cli_spool *spool, uint64_t at, uint64_t length,
                    void (*line)(void *context, const char *line, size_t length), void *context);

#endif
