/* bench: the benchmark's command line.
 *
 * Without a workload it runs the whole series in child processes; with one it
 * runs that workload once and prints one line, which is also what the children
 * of a series do.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "rss.h"

struct options {
    enum bench_workload workload; /* BENCH_WORKLOADS: the series */
    enum bench_peer peer;
    uint32_t n;
    uint32_t repeat;
    uint32_t rounds;
    bool verify;
};

static const char usage[] =
    "usage: bench [--rounds R]                       every workload, size and peer\n"
    "       bench [--peer P] [--repeat R] W N        one run: W1, W2 or W3 with N services\n"
    "       bench host                               the host: wake-ups and commands\n"
    "       bench large N                            registration, snapshots and drain of N\n"
    "\n"
    "  --peer P     floor, rehearse (the default) or rehearse-checked\n"
    "  --repeat R   run it R times in one process; wall_s is the mean\n"
    "  --rounds R   rounds of the series, 5 if not given\n"
    "  --no-verify  do not compare with the definition (for counting instructions)\n";

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool parse_number(const char *text, uint32_t max, uint32_t *ret_number)
{
    char *end;
    unsigned long long value;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < 1 || value > max) {
        return false;
    }
    *ret_number = (uint32_t)value;
    return true;
}

/* Reads one option and its value; how many arguments were used, 0 if wrong. */
static int parse_option(char **argument, struct options *options)
{
    const char *value = argument[1];
    if (strcmp(argument[0], "--no-verify") == 0) {
        options->verify = false;
        return 1;
    }
    if (value == NULL) {
        return 0;
    }
    if (strcmp(argument[0], "--peer") == 0) {
        options->peer = bench_peer_of(value);
        return options->peer < BENCH_PEERS ? 2 : 0;
    }
    if (strcmp(argument[0], "--repeat") == 0) {
        return parse_number(value, 1000000, &options->repeat) ? 2 : 0;
    }
    if (strcmp(argument[0], "--rounds") == 0) {
        return parse_number(value, 1000, &options->rounds) ? 2 : 0;
    }
    return 0;
}

static bool parse(int argc, char **argv, struct options *options)
{
    int i = 1;
    while (i < argc && argv[i][0] == '-') {
        int used = parse_option(&argv[i], options);
        if (used == 0) {
            return false;
        }
        i += used;
    }
    if (i == argc) {
        return true;
    }
    options->workload = bench_workload_of(argv[i]);
    return i + 2 == argc && options->workload < BENCH_WORKLOADS &&
           parse_number(argv[i + 1], BENCH_N_MAX, &options->n);
}

static int run_once(const struct options *options, struct bench_result *ret_result)
{
    if (options->peer == BENCH_FLOOR) {
        return bench_floor_run(options->workload, options->n, ret_result);
    }
    return bench_rehearse_run(options->workload, options->n, options->peer == BENCH_CHECKED,
                              ret_result);
}

static int run_single(const struct options *options, double begin)
{
    struct bench_result result = {0};
    double wall;
    for (uint32_t i = 0; i < options->repeat; i++) {
        if (run_once(options, &result) != 0) {
            return 1;
        }
    }
    wall = (seconds_now() - begin) / options->repeat;
    printf("peer=%s w=%s n=%" PRIu32 " count=%" PRIu64 " xor=%016" PRIx64
           " wall_s=%.6f rate=%.0f rss_mb=%.1f\n",
           bench_peer_name(options->peer), bench_workload_name(options->workload), options->n,
           result.count, result.xored, wall, (double)result.count / wall, bench_rss_mb());
    if (options->verify && bench_verify(options->workload, options->n, &result) != 0) {
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    double begin = seconds_now();
    struct options options = {.workload = BENCH_WORKLOADS,
                              .peer = BENCH_REHEARSE,
                              .repeat = 1,
                              .rounds = 5,
                              .verify = true};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "host") == 0) {
        return bench_host_run() == 0 ? 0 : 1;
    }
    if (argc == 3 && strcmp(argv[1], "large") == 0) {
        bool is_number = parse_number(argv[2], BENCH_N_MAX, &options.n);
        if (is_number) {
            return bench_large_run(options.n) == 0 ? 0 : 1;
        }
    }
    if (!parse(argc, argv, &options)) {
        fputs(usage, stderr);
        return 2;
    }
    if (options.workload == BENCH_WORKLOADS) {
        return bench_series(options.rounds) == 0 && bench_host_run() == 0 ? 0 : 1;
    }
    return run_single(&options, begin);
}
