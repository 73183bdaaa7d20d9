/* The host in the real world: how late it wakes after a deadline, and how many
 * commands other threads get through it. Absolute times, so they say something of
 * this machine at this moment only.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "sup/host.h"
#include "sup/sup.h"

#define WAKE_UPS 400u
#define WAIT_NS (5 * BENCH_MS)
#define COMMANDS 20000u
#define THREADS_MAX 4u

/* An executor whose attempts do nothing: refused at once for the latencies, so
 * that each wait is a backoff of WAIT_NS, and live until cancelled else. */
struct world {
    struct sup_host *host;
    bool refuse;
    uint64_t due_ns;
    uint64_t late_ns[WAKE_UPS];
    uint32_t count;
};

static int end_now(struct sup *sup, void *context)
{
    static const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    struct sup_attempt *id = context;
    sup_reported(sup_report_end(sup, *id, &end));
    free(id);
    return 0;
}

static int start(void *context, const struct sup_start *start_, const char **ret_error)
{
    struct world *world = context;
    (void)start_;
    if (!world->refuse) {
        return 0;
    }
    uint64_t now_ns = sup_host_now(world->host).ns;
    if (world->due_ns != 0 && world->count < WAKE_UPS) {
        world->late_ns[world->count++] = now_ns - world->due_ns;
    }
    *ret_error = "refused";
    return SUP_EREFUSED;
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct world *world = context;
    struct sup_attempt *copy = malloc(sizeof(*copy));
    (void)work;
    if (copy != NULL) {
        *copy = id;
        if (sup_host_post(world->host, end_now, copy) != 0) {
            free(copy);
        }
    }
}

static void waits(void *context, const struct sup_event *event)
{
    struct world *world = context;
    if (event->type == SUP_EVENT_BACKING_OFF) {
        world->due_ns = event->at.ns + event->delay.ns;
    }
}

static int create(struct world *world)
{
    struct sup_host_config config;
    sup_host_config_default(&config);
    config.sup.executor =
        (struct sup_executor){.start = start, .cancel = cancel, .abort = cancel, .context = world};
    return sup_host_create(&config, &world->host);
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static int spawn(struct world *world, const char *name)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_NS(WAIT_NS);
    policy.backoff.factor_billionths = SUP_FACTOR_ONE;
    struct sup_spec spec = {.name = name, .policy = &policy};
    return sup_spawn(sup_host_supervisor(world->host), &spec);
}

static int latencies(void)
{
    struct world *world = calloc(1, sizeof(*world));
    if (world == NULL) {
        return -1;
    }
    world->refuse = true;
    int error = create(world);
    if (error == 0) {
        error = sup_subscribe(sup_host_supervisor(world->host), waits, world);
    }
    if (error == 0) {
        error = spawn(world, "late");
    }
    while (error == 0 && world->count < WAKE_UPS) {
        error = sup_host_turn(world->host, SUP_SEC(1));
    }
    if (error == 0) {
        qsort(world->late_ns, WAKE_UPS, sizeof(world->late_ns[0]), compare);
        printf("host   wake-up after a deadline: median %.1f us, 99 %% %.1f us, worst %.1f us\n",
               (double)world->late_ns[WAKE_UPS / 2] / 1e3,
               (double)world->late_ns[WAKE_UPS * 99 / 100] / 1e3,
               (double)world->late_ns[WAKE_UPS - 1] / 1e3);
    }
    sup_host_free(world->host);
    free(world);
    return error;
}

struct operator_ {
    struct sup_host *host;
    uint32_t commands;
    uint32_t refused;
};

static void *operate(void *context)
{
    static const struct sup_actor actor = {"bench", "throughput"};
    struct operator_ *operator_ = context;
    for (uint32_t i = 0; i < operator_->commands; i++) {
        enum sup_command command = i % 2 == 0 ? SUP_COMMAND_PAUSE : SUP_COMMAND_RESUME;
        operator_->refused +=
            sup_host_command(operator_->host, command, "target", &actor, NULL) != 0;
    }
    return NULL;
}

static void *loop(void *context)
{
    return sup_host_run(context) == 0 ? NULL : context;
}

static int throughput(uint32_t threads)
{
    struct world world = {.refuse = false};
    pthread_t loop_thread;
    pthread_t operators[THREADS_MAX];
    struct operator_ work[THREADS_MAX];
    static const struct sup_actor actor = {"bench", "done"};
    struct timespec began, ended;
    if (create(&world) != 0 || spawn(&world, "target") != 0 ||
        pthread_create(&loop_thread, NULL, loop, world.host) != 0) {
        sup_host_free(world.host);
        return -1;
    }
    clock_gettime(CLOCK_MONOTONIC, &began);
    uint32_t running = 0;
    for (; running < threads; running++) {
        work[running] = (struct operator_){world.host, COMMANDS / threads, 0};
        if (pthread_create(&operators[running], NULL, operate, &work[running]) != 0) {
            break;
        }
    }
    for (uint32_t i = 0; i < running; i++) {
        pthread_join(operators[i], NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    int error = sup_host_shutdown(world.host, NULL, &actor);
    pthread_join(loop_thread, NULL);
    sup_host_free(world.host);
    double seconds =
        (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
    printf("host   commands, each answered, from %u thread%s: %.0f a second\n", threads,
           threads == 1 ? "" : "s", COMMANDS / seconds);
    return error != 0 || running < threads ? -1 : 0;
}

int bench_host_run(void)
{
    printf("\n");
    return latencies() != 0 || throughput(1) != 0 || throughput(THREADS_MAX) != 0 ? -1 : 0;
}
