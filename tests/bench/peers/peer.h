/* What a peer in a program of its own shares with the others: the workload, the line that is
 * printed. Its wall time is read from the kernel, since one of them has a clock_gettime of its own.
 *
 * For C and C++; included once, by the one file that such a program has.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../bench.h"
#include "../rss.h"

static inline void bench_note(struct bench_result *result, uint64_t at_ns, uint32_t service)
{
    result->count++;
    result->xored ^= at_ns * BENCH_K + service;
}

/* Runs W1 once, from nothing to nothing. 0, or -1. */
int bench_peer_run(uint32_t n, struct bench_result *ret_result);

static double seconds_now(void)
{
    struct timespec now = {0, 0};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* usage: PEER NAME N REPEAT, as `bench --peer NAME --repeat REPEAT W1 N`. */
int main(int argc, char **argv)
{
    double begin = seconds_now();
    struct bench_result result;
    uint32_t n = argc == 4 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    uint32_t repeat = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    memset(&result, 0, sizeof(result));
    if (n == 0 || n > BENCH_N_MAX || repeat == 0) {
        fprintf(stderr, "usage: %s NAME N REPEAT\n", argv[0]);
        return 2;
    }
    for (uint32_t i = 0; i < repeat; i++) {
        if (bench_peer_run(n, &result) != 0) {
            fprintf(stderr, "%s: out of memory\n", argv[0]);
            return 1;
        }
    }
    double wall = (seconds_now() - begin) / repeat;
    printf("peer=%s w=W1 n=%" PRIu32 " count=%" PRIu64 " xor=%016" PRIx64
           " wall_s=%.6f rate=%.0f rss_mb=%.1f\n",
           argv[1], n, result.count, result.xored, wall, (double)result.count / wall,
           bench_rss_mb());
    return 0;
}

#endif
