/* The product as a peer: libsup through its public interface, driven by a small
 * world of the benchmark's own, which is a virtual clock and a heap of attempt
 * ends. The checked peer also rolls the trace's hash (no text is kept) and feeds
 * the invariants, as every run of a scenario does.
 *
 * W3 has no attempts that end: a timer is the heartbeat deadline of one service,
 * the only deadline that a report may place freely. A beat arms it, an extension
 * moves it to the timer's delay, the event `stale` says that it fired.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "ends.h"
#include "sim/invariant.h"
#include "sim/trace.h"
#include "sup/sup.h"

/* The flag of a key: how the attempt ends. */
enum { END_FAILED = 0, END_CLEAN = 1, END_ABORTED = 2 };

struct world {
    struct sup_instant now;
    struct bench_ends ends;
    struct sup *sup;
    enum bench_workload workload;
    uint32_t n;
    bool wrong; /* something happened that the workload rules out */
    struct bench_result result;
    uint64_t shutdown_ns; /* never, but in W2 until it has been done */
    uint32_t *fired;      /* W3: slots that went stale in this step */
    uint32_t fired_count;
    uint8_t *fires; /* W3: of each slot, so far */
    struct sim_trace *trace;
    struct sim_invariants *invariants;
};

static const struct sup_actor actor = {.who = "bench", .why = "end of the workload"};

static void world_note(struct world *world, uint64_t service)
{
    world->result.count++;
    world->result.xored ^= world->now.ns * BENCH_K + service;
}

static void world_push(struct world *world, uint64_t at_ns, struct sup_attempt id, uint32_t how)
{
    if (world->ends.count >= world->ends.capacity || id.generation != 0) {
        world->wrong = true;
        return;
    }
    bench_ends_push(&world->ends, bench_end(at_ns, id.slot, id.attempt, how));
}

static struct sup_instant world_clock(void *context)
{
    return ((const struct world *)context)->now;
}

static int world_start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct world *world = context;
    uint32_t service = (uint32_t)(uintptr_t)start->work;
    uint32_t k = start->id.attempt - 1;
    (void)ret_error;
    if (world->workload == BENCH_W3) {
        return 0;
    }
    world_note(world, service);
    if (world->workload == BENCH_W1 || bench_attempt_fails(bench_fate_of(service), k)) {
        world_push(world, world->now.ns + bench_run_ns(service, k), start->id, END_FAILED);
    }
    return 0;
}

static void world_cancel(void *context, struct sup_attempt id, void *work)
{
    struct world *world = context;
    enum bench_fate fate = bench_fate_of((uint32_t)(uintptr_t)work);
    if (world->workload != BENCH_W2 || bench_attempt_fails(fate, id.attempt - 1)) {
        world->wrong = true;
    } else if (fate != BENCH_HUNG) {
        world_push(world, world->now.ns, id, END_CLEAN);
    }
}

static void world_abort(void *context, struct sup_attempt id, void *work)
{
    struct world *world = context;
    (void)work;
    world_push(world, world->now.ns, id, END_ABORTED);
}

static void world_stale(void *context, const struct sup_event *event)
{
    struct world *world = context;
    if (event->type == SUP_EVENT_STALE) {
        world->fired[world->fired_count++] = event->slot;
    }
}

/* Places the deadline of the timer's next firing. */
static void world_arm(struct world *world, uint32_t slot)
{
    struct sup_attempt id = {.slot = slot, .attempt = 1};
    uint64_t delay = bench_delay_ns(slot, world->fires[slot]);
    if (sup_report_beat(world->sup, id) != 0 ||
        sup_report_extend(world->sup, id, SUP_NS(delay)) != 0) {
        world->wrong = true;
    }
}

static void world_fired(struct world *world)
{
    for (uint32_t i = 0; i < world->fired_count; i++) {
        uint32_t slot = world->fired[i];
        world_note(world, slot);
        if (++world->fires[slot] < BENCH_FIRES) {
            world_arm(world, slot);
        }
    }
    world->result.end_ns = world->now.ns;
    world->fired_count = 0;
}

static void world_reports(struct world *world)
{
    static const struct sup_end ends[] = {
        [END_FAILED] = {.outcome = SUP_OUTCOME_FAILED},
        [END_CLEAN] = {.outcome = SUP_OUTCOME_SUCCEEDED},
        [END_ABORTED] = {.outcome = SUP_OUTCOME_ABORTED},
    };
    do {
        uint64_t end = bench_ends_pop(&world->ends);
        struct sup_attempt id = {.slot = bench_end_service(end), .attempt = bench_end_attempt(end)};
        if (sup_report_end(world->sup, id, &ends[bench_end_how(end)]) != 0) {
            world->wrong = true;
        }
    } while (bench_ends_at(&world->ends) <= world->now.ns);
}

static void world_shutdown(struct world *world)
{
    const struct sup_duration timeout = SUP_NS(BENCH_TIMEOUT_NS);
    world->shutdown_ns = UINT64_MAX;
    world->wrong |= sup_shutdown(world->sup, &timeout, &actor, NULL) != 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* At each instant everything that is due: reports, the shutdown, timers; again until nothing
 * is left. */
static void world_run(struct world *world)
{
    uint64_t horizon = world->workload == BENCH_W1 ? BENCH_HORIZON_NS : BENCH_END_NEVER_NS;
    uint64_t deadline = sup_deadline(world->sup).ns;
    uint64_t end = bench_ends_at(&world->ends);
    for (uint64_t next; (next = least(least(end, deadline), world->shutdown_ns)) < horizon;) {
        world->now.ns = next;
        if (end <= next) {
            world_reports(world);
        }
        if (world->shutdown_ns <= next) {
            world_shutdown(world);
        }
        deadline = sup_deadline(world->sup).ns;
        if (deadline <= next) {
            sup_step(world->sup);
            if (world->fired_count > 0) {
                world_fired(world);
            }
            deadline = sup_deadline(world->sup).ns;
        }
        end = bench_ends_at(&world->ends);
        if (world->invariants != NULL && end > next && deadline > next) {
            sim_invariants_settled(world->invariants, world->sup);
        }
    }
    if (world->workload == BENCH_W1) {
        world->result.end_ns = BENCH_HORIZON_NS;
    }
}

static void world_policy(const struct world *world, uint32_t service, struct sup_policy *policy)
{
    sup_policy_default(policy);
    policy->backoff.base = SUP_MS(100);
    policy->backoff.max = SUP_SEC(60);
    policy->backoff.factor_billionths = 2 * SUP_FACTOR_ONE;
    policy->backoff.jitter = SUP_JITTER_NONE;
    policy->backoff.reset_after = SUP_DURATION_NEVER;
    if (world->workload == BENCH_W2) {
        policy->stop_grace = SUP_NS(BENCH_TIMEOUT_NS);
        if (bench_fate_of(service) == BENCH_HOPELESS) {
            policy->breaker.failures = BENCH_BREAKER_FAILURES;
            policy->breaker.within = SUP_NS(BENCH_BREAKER_WITHIN_NS);
        }
    } else if (world->workload == BENCH_W3) {
        policy->stale_after = SUP_MS(1); /* an extension is never shorter */
        policy->stale_then = SUP_STALE_REPORT;
    }
}

static int world_populate(struct world *world)
{
    struct sup_policy policy;
    char name[32];
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < world->n; i++) {
        struct sup_spec spec = {.name = name, .policy = &policy, .work = (void *)(uintptr_t)i};
        snprintf(name, sizeof(name), "s%" PRIu32, i);
        world_policy(world, i, &policy);
        if (world->invariants != NULL) {
            error = sim_invariants_policy(world->invariants, name, NULL, &policy);
        }
        if (error == 0) {
            error = sup_spawn(world->sup, &spec);
        }
    }
    for (uint32_t i = 0; error == 0 && world->workload == BENCH_W3 && i < world->n; i++) {
        world_arm(world, i);
    }
    return error;
}

/* Subscribes the hash and the invariants. */
static int world_observe(struct world *world, const struct sup_config *config)
{
    const struct sim_trace_options options = {.keep_text = false, .hash = true};
    const struct sim_invariants_config shadow = {
        .blocking_pool = config->blocking_pool,
        .shutdown_timeout = config->shutdown_timeout,
        .root = config->root,
    };
    int error = sim_trace_create(&options, &world->trace);
    if (error == 0) {
        sim_trace_begin(world->trace, &(struct sim_trace_heading){.scenario = "bench",
                                                                  .seed = BENCH_SEED,
                                                                  .executor = "sim"});
        error = sim_invariants_create(&shadow, &world->invariants);
    }
    if (error == 0) {
        error = sup_subscribe(world->sup, sim_trace_event, world->trace);
    }
    if (error == 0) {
        error = sup_subscribe(world->sup, sim_invariants_event, world->invariants);
    }
    return error;
}

static int world_create(struct world *world, bool checked)
{
    struct sup_config config;
    int error;
    sup_config_default(&config);
    config.clock = (struct sup_clock){.now = world_clock, .context = world};
    config.executor = (struct sup_executor){
        .start = world_start, .cancel = world_cancel, .abort = world_abort, .context = world};
    config.alloc = sup_allocator_libc;
    config.error_bytes_max = 32; /* the attempts give no texts of their own */
    config.shutdown_timeout = SUP_NS(BENCH_TIMEOUT_NS);
    if (bench_ends_init(&world->ends, world->n) != 0) {
        return SUP_ENOMEM;
    }
    error = sup_create(&config, &world->sup);
    if (error == 0 && world->workload == BENCH_W3) {
        world->fired = malloc(world->n * sizeof(*world->fired));
        world->fires = calloc(world->n, 1);
        error = world->fired == NULL || world->fires == NULL ? SUP_ENOMEM : 0;
        error = error != 0 ? error : sup_subscribe(world->sup, world_stale, world);
    }
    if (error == 0 && checked) {
        error = world_observe(world, &config);
    }
    return error;
}

static void world_release(struct world *world)
{
    sup_free(world->sup);
    sim_trace_free(world->trace);
    sim_invariants_free(world->invariants);
    free(world->ends.block);
    free(world->fired);
    free(world->fires);
}

/* What the supervisor itself says of the run must agree with what the executor
 * saw. 0, or -1 after a message. */
static int world_conclude(struct world *world)
{
    struct sup_metrics metrics;
    uint64_t attempts = world->workload == BENCH_W3 ? world->n : world->result.count;
    sup_metrics_read(world->sup, &metrics);
    if (world->workload == BENCH_W2) {
        struct sup_drain_report report;
        sup_drain_report_read(world->sup, &report);
        world->result.cancelled = report.counts.graceful;
        world->result.broken = report.counts.already_exited;
        world->result.aborted = report.counts.aborted;
        world->result.end_ns = sup_instant_add(report.requested_at, report.took).ns;
        world->wrong |= !report.drained || report.counts.abandoned > 0;
        world->wrong |= metrics.circuit_breaker_trips != report.counts.already_exited;
    }
    if (world->invariants != NULL) {
        sim_invariants_end(world->invariants, world->sup);
        sim_trace_end(world->trace, sup_draws(world->sup), "pass");
        if (sim_invariants_broken(world->invariants) != NULL) {
            fprintf(stderr, "bench: invariant %s: %s\n", sim_invariants_broken(world->invariants),
                    sim_invariants_text(world->invariants));
            return -1;
        }
    }
    if (world->wrong || metrics.attempts_total != attempts) {
        fprintf(stderr, "bench: the supervisor did what the workload rules out\n");
        return -1;
    }
    return 0;
}

int bench_rehearse_run(enum bench_workload workload, uint32_t n, bool checked,
                       struct bench_result *ret_result)
{
    struct world world = {.workload = workload, .n = n, .shutdown_ns = UINT64_MAX};
    int error;
    if (workload == BENCH_W2) {
        world.shutdown_ns = BENCH_SHUTDOWN_NS;
    }
    error = world_create(&world, checked);
    if (error == 0) {
        error = world_populate(&world);
    }
    if (error == 0) {
        world_run(&world);
        error = world_conclude(&world);
        *ret_result = world.result;
    } else {
        fprintf(stderr, "bench: %s\n", sup_error_text(error));
        error = -1;
    }
    world_release(&world);
    return error;
}
