/* What a worker of the pool does; see pool_worker.h. */
#include "pool_worker.h"

#include <errno.h>
#include <unistd.h>

#include "interrupt.h"
#include "progress.h"

/* A worker sends its results when it has this much or is this late. */
#define SEND_BYTES 32768u
#define SEND_NS 50000000u

static bool read_all(int descriptor, void *buffer, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t got = read(descriptor, (char *)buffer + at, size - at);
        if (got == 0 || (got < 0 && (errno != EINTR || cli_interrupted()))) {
            return false;
        }
        at += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool cli_pool_write(int descriptor, const void *buffer, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t put = write(descriptor, (const char *)buffer + at, size - at);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        at += put > 0 ? (size_t)put : 0;
    }
    return true;
}

static void send_results(int descriptor, struct sim__text *results)
{
    const uint64_t no_memory = CLI_POOL_NO_MEMORY;
    if (results->failed) {
        (void)cli_pool_write(descriptor, &no_memory, sizeof no_memory);
        _exit(1);
    }
    if (!cli_pool_write(descriptor, results->bytes, results->length)) {
        _exit(1);
    }
    sim__text_clear(results);
}

_Noreturn void cli_pool_serve(const struct cli_pool_work *work, volatile uint64_t *task, int ranges,
                              int answers)
{
    struct cli_pool_range range;
    struct sim__text bytes = {0}, results = {0};
    while (read_all(ranges, &range, sizeof range)) {
        struct sup_instant sent = cli_wall_now();
        for (*task = range.first; *task < range.end; ++*task) {
            sim__text_clear(&bytes);
            work->work(work->context, *task, &bytes);
            if (cli_interrupted()) {
                _exit(0);
            }
            uint64_t length = bytes.length;
            sim__text_putn(&results, (const char *)&length, sizeof length);
            sim__text_putn(&results, bytes.bytes, bytes.length);
            results.failed |= bytes.failed;
            struct sup_instant now = cli_wall_now();
            if (results.length >= SEND_BYTES || sup_instant_since(now, sent).ns >= SEND_NS ||
                *task + 1 == range.end) {
                send_results(answers, &results);
                sent = now;
            }
        }
    }
    _exit(0);
}
