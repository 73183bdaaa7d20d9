/* The series: every workload, size and peer in child processes, interleaved in
 * rounds, so that a machine that gets slower gets slower for all of them; then
 * the medians, and the ratios to the floor of the same round.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "sup/supervisor.h"

enum { SIZES = 3 };
static const uint32_t sizes[SIZES] = {1000, 10000, 100000};

/* How many services a child runs through in all: small sizes are repeated
 * inside it, because a run of a millisecond measures the start of a process. */
#define SERVICES_A_CHILD 100000u

/* What one child printed. */
struct run {
    uint64_t count;
    uint64_t xored;
    double wall_s;
    double rate;
    double rss_mb;
};

struct series {
    uint32_t rounds;
    struct bench_result defined[BENCH_WORKLOADS][SIZES];
    struct run *runs; /* [round][workload][size][peer] */
    double rss_of_one[BENCH_PEERS];
};

static struct run *run_at(const struct series *series, uint32_t round, unsigned workload,
                          unsigned size, unsigned peer)
{
    size_t cell = ((size_t)round * BENCH_WORKLOADS + workload) * SIZES + size;
    return &series->runs[cell * BENCH_PEERS + peer];
}

/* Never returns. */
static void child_exec(const int *pipe_ends, enum bench_workload workload, uint32_t n,
                       enum bench_peer peer, uint32_t repeat)
{
    char n_text[16];
    char repeat_text[16];
    snprintf(n_text, sizeof(n_text), "%" PRIu32, n);
    snprintf(repeat_text, sizeof(repeat_text), "%" PRIu32, repeat);
    if (dup2(pipe_ends[1], STDOUT_FILENO) >= 0) {
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        execl("/proc/self/exe", "bench", "--peer", bench_peer_name(peer), "--repeat", repeat_text,
              "--no-verify", bench_workload_name(workload), n_text, (char *)NULL);
    }
    _exit(127);
}

/* Reads the child's line, shows it, and takes its numbers. */
static int child_read(int from, struct run *ret_run)
{
    char line[256] = "";
    FILE *stream = fdopen(from, "r");
    int fields = 0;
    if (stream == NULL) {
        close(from);
        return -1;
    }
    if (fgets(line, sizeof(line), stream) != NULL) {
        fputs(line, stdout);
        fflush(stdout);
        fields = sscanf(
            line,
            "peer=%*s w=%*s n=%*s count=%" SCNu64 " xor=%" SCNx64 " wall_s=%lf rate=%lf rss_mb=%lf",
            &ret_run->count, &ret_run->xored, &ret_run->wall_s, &ret_run->rate, &ret_run->rss_mb);
    }
    fclose(stream);
    return fields == 5 ? 0 : -1;
}

static int child_run(enum bench_workload workload, uint32_t n, enum bench_peer peer,
                     uint32_t repeat, struct run *ret_run)
{
    int pipe_ends[2];
    int status = -1;
    int error;
    pid_t child;
    fflush(stdout);
    if (pipe(pipe_ends) != 0) {
        return -1;
    }
    child = fork();
    if (child == 0) {
        child_exec(pipe_ends, workload, n, peer, repeat);
    }
    close(pipe_ends[1]);
    if (child < 0) {
        close(pipe_ends[0]);
        return -1;
    }
    error = child_read(pipe_ends[0], ret_run);
    if (waitpid(child, &status, 0) != child || status != 0 || error != 0) {
        fprintf(stderr, "bench: %s %s %" PRIu32 " failed\n", bench_peer_name(peer),
                bench_workload_name(workload), n);
        return -1;
    }
    return 0;
}

/* Runs one cell of a round and compares it with the definition. */
static int series_cell(struct series *series, uint32_t round, enum bench_workload workload,
                       unsigned size, enum bench_peer peer)
{
    const struct bench_result *defined = &series->defined[workload][size];
    struct run *run = run_at(series, round, workload, size, peer);
    if (child_run(workload, sizes[size], peer, SERVICES_A_CHILD / sizes[size], run) != 0) {
        return -1;
    }
    if (run->count != defined->count || run->xored != defined->xored) {
        fprintf(stderr, "bench: by definition count=%" PRIu64 " xor=%016" PRIx64 "\n",
                defined->count, defined->xored);
        return -1;
    }
    return 0;
}

static int series_round(struct series *series, uint32_t round)
{
    int error = 0;
    printf("# round %" PRIu32 " of %" PRIu32 "\n", round + 1, series->rounds);
    for (unsigned w = 0; error == 0 && w < BENCH_WORKLOADS; w++) {
        for (unsigned s = 0; error == 0 && s < SIZES; s++) {
            for (unsigned p = 0; error == 0 && p < BENCH_PEERS; p++) {
                error = series_cell(series, round, (enum bench_workload)w, s, (enum bench_peer)p);
            }
        }
    }
    return error;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sorts the values and returns the middle one. */
static double median(double *values, uint32_t count)
{
    qsort(values, count, sizeof(*values), compare_doubles);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* One line of the table; `values` has room for one number a round. */
static void print_cell(const struct series *series, unsigned workload, unsigned size, unsigned peer,
                       double *values)
{
    uint32_t rounds = series->rounds;
    double virtual_s = (double)series->defined[workload][size].end_ns / 1e9;
    double rate, wall, rss, ratio;
    for (uint32_t i = 0; i < rounds; i++) {
        values[i] = run_at(series, i, workload, size, peer)->rate;
    }
    rate = median(values, rounds);
    for (uint32_t i = 0; i < rounds; i++) {
        values[i] = run_at(series, i, workload, size, peer)->wall_s;
    }
    wall = median(values, rounds);
    for (uint32_t i = 0; i < rounds; i++) {
        values[i] = run_at(series, i, workload, size, peer)->rss_mb;
    }
    rss = median(values, rounds);
    for (uint32_t i = 0; i < rounds; i++) {
        values[i] = run_at(series, i, workload, size, peer)->rate /
                    run_at(series, i, workload, size, BENCH_FLOOR)->rate;
    }
    ratio = median(values, rounds);
    printf("%-3s %7" PRIu32 "  %-16s %8.3f M  %5.2f  %5.2f-%.2f  %10.0f  %7.1f\n",
           bench_workload_name((enum bench_workload)workload), sizes[size],
           bench_peer_name((enum bench_peer)peer), rate / 1e6, ratio, values[0], values[rounds - 1],
           virtual_s / wall, rss);
}

/* What a service costs in W1, and what the library itself says. */
static void print_bytes(const struct series *series, double *values)
{
    printf("\nbytes a service (resident at 100,000 less resident at 1, by 99,999):\n");
    for (unsigned p = 0; p < BENCH_PEERS; p++) {
        for (uint32_t i = 0; i < series->rounds; i++) {
            values[i] = run_at(series, i, BENCH_W1, SIZES - 1, p)->rss_mb;
        }
        printf("  %-16s %5.0f\n", bench_peer_name((enum bench_peer)p),
               (median(values, series->rounds) - series->rss_of_one[p]) * 1048576 / 99999);
    }
    printf("  sup_service_bytes() %zu, without names, texts and windows\n", sup_service_bytes());
}

static double ratio_at(const struct series *series, unsigned size, double *values)
{
    for (uint32_t i = 0; i < series->rounds; i++) {
        values[i] = run_at(series, i, BENCH_W1, size, BENCH_REHEARSE)->rate /
                    run_at(series, i, BENCH_W1, size, BENCH_FLOOR)->rate;
    }
    return median(values, series->rounds);
}

/* A missed target is said, and is no error: rates depend on the machine's load. */
static void print_targets(const struct series *series, double *values)
{
    double rss;
    printf("\ntargets, W1, rehearse:\n");
    for (unsigned size = 1; size < SIZES; size++) {
        double ratio = ratio_at(series, size, values);
        printf("  at least half the floor's rate at %" PRIu32 ": %.2f, %s\n", sizes[size], ratio,
               ratio >= 0.5 ? "met" : "MISSED");
    }
    for (uint32_t i = 0; i < series->rounds; i++) {
        values[i] = run_at(series, i, BENCH_W1, SIZES - 1, BENCH_REHEARSE)->rss_mb;
    }
    rss = median(values, series->rounds);
    printf("  at most 18 MB at %" PRIu32 ": %.1f, %s\n", sizes[SIZES - 1], rss,
           rss <= 18 ? "met" : "MISSED");
}

static void series_print(const struct series *series, double *values)
{
    printf("\nMedians of %" PRIu32 " rounds; ratios are to the floor of the same round.\n\n",
           series->rounds);
    printf("          N  peer                per s   ratio   min-max  virtual s/s   RSS MB\n");
    for (unsigned w = 0; w < BENCH_WORKLOADS; w++) {
        for (unsigned s = 0; s < SIZES; s++) {
            for (unsigned p = 0; p < BENCH_PEERS; p++) {
                print_cell(series, w, s, p, values);
            }
        }
    }
    print_bytes(series, values);
    print_targets(series, values);
}

static int series_run(struct series *series)
{
    struct run one;
    int error = 0;
    for (unsigned w = 0; w < BENCH_WORKLOADS; w++) {
        for (unsigned s = 0; s < SIZES; s++) {
            bench_definition((enum bench_workload)w, sizes[s], &series->defined[w][s]);
        }
    }
    for (unsigned p = 0; error == 0 && p < BENCH_PEERS; p++) {
        error = child_run(BENCH_W1, 1, (enum bench_peer)p, 1, &one);
        series->rss_of_one[p] = one.rss_mb;
    }
    for (uint32_t round = 0; error == 0 && round < series->rounds; round++) {
        error = series_round(series, round);
    }
    return error;
}

int bench_series(uint32_t rounds)
{
    size_t cells = (size_t)rounds * BENCH_WORKLOADS * SIZES * BENCH_PEERS;
    struct series series = {.rounds = rounds, .runs = calloc(cells, sizeof(*series.runs))};
    double *values = calloc(rounds, sizeof(*values));
    int error = series.runs == NULL || values == NULL ? -1 : series_run(&series);
    if (error == 0) {
        series_print(&series, values);
    }
    free(values);
    free(series.runs);
    return error;
}
