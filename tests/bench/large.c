/* One supervisor with very many services that all run: what it takes to register them, to look
 * at every one of them, and to drain them. Nothing fails and nothing waits, so this is what an
 * operator pays, and not what a restart does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "sup/sup.h"

struct fleet {
    struct sup *sup;
    struct sup_instant now;
    struct sup_attempt *cancelled; /* to be reported, in order */
    uint32_t count;
    uint32_t n;
};

static struct sup_instant fleet_clock(void *context)
{
    return ((const struct fleet *)context)->now;
}

static int fleet_start(void *context, const struct sup_start *start, const char **ret_error)
{
    (void)context;
    (void)start;
    (void)ret_error;
    return 0;
}

static void fleet_cancel(void *context, struct sup_attempt id, void *work)
{
    struct fleet *fleet = context;
    (void)work;
    fleet->cancelled[fleet->count++] = id;
}

static void fleet_abort(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

static int fleet_populate(struct fleet *fleet)
{
    struct sup_policy policy;
    char name[32];
    int error = 0;
    sup_policy_default(&policy);
    for (uint32_t i = 0; error == 0 && i < fleet->n; i++) {
        struct sup_spec spec = {.name = name, .policy = &policy};
        snprintf(name, sizeof(name), "s%" PRIu32, i);
        error = sup_spawn(fleet->sup, &spec);
    }
    return error;
}

/* 0 when each of them was seen, and runs. */
static int fleet_look(struct fleet *fleet)
{
    struct sup_snapshot snapshot;
    uint64_t cursor = 0;
    uint32_t running = 0;
    while (sup_snapshot_next(fleet->sup, &cursor, &snapshot)) {
        running += snapshot.phase == SUP_PHASE_RUNNING;
    }
    return running == fleet->n ? 0 : -1;
}

/* 0 when all of them were drained by being told to stop. */
static int fleet_drain(struct fleet *fleet)
{
    static const struct sup_actor actor = {.who = "bench", .why = "end of the workload"};
    static const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    struct sup_drain_report report;
    int error = sup_shutdown(fleet->sup, NULL, &actor, NULL);
    for (uint32_t i = 0; error == 0 && i < fleet->count; i++) {
        error = sup_report_end(fleet->sup, fleet->cancelled[i], &end);
    }
    sup_step(fleet->sup);
    sup_drain_report_read(fleet->sup, &report);
    return error == 0 && report.drained && report.counts.graceful == fleet->n ? 0 : -1;
}

static int timed(const char *what, int (*part)(struct fleet *fleet), struct fleet *fleet)
{
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    int error = part(fleet);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double wall = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("what=%s n=%" PRIu32 " wall_s=%.6f each_ns=%.0f\n", what, fleet->n, wall,
           wall * 1e9 / fleet->n);
    return error;
}

int bench_large_run(uint32_t n)
{
    struct fleet fleet = {.n = n, .cancelled = malloc(n * sizeof(*fleet.cancelled))};
    struct sup_config config;
    int error;
    sup_config_default(&config);
    config.clock = (struct sup_clock){.now = fleet_clock, .context = &fleet};
    config.executor = (struct sup_executor){
        .start = fleet_start, .cancel = fleet_cancel, .abort = fleet_abort, .context = &fleet};
    config.alloc = sup_allocator_libc;
    error = fleet.cancelled == NULL ? SUP_ENOMEM : sup_create(&config, &fleet.sup);
    error = error != 0 ? error : timed("registration", fleet_populate, &fleet);
    error = error != 0 ? error : timed("snapshot", fleet_look, &fleet);
    error = error != 0 ? error : timed("drain", fleet_drain, &fleet);
    sup_free(fleet.sup);
    free(fleet.cancelled);
    if (error != 0) {
        fprintf(stderr, "bench: a large fleet did what it must not (%d)\n", error);
    }
    return error == 0 ? 0 : -1;
}
