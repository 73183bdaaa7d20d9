/* Work that grows with the number of services and no faster: a thousand groups,
 * ten deep, are cancelled and drained with 10,000 and with 100,000 services in
 * them, and what is counted (events, calls of the executor, readings of the clock,
 * requests for memory) is compared. Nothing here looks at a wall clock; work that
 * is hidden from these counts and quadratic would not end within the runner's limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sup/sup.h"

#include "service.h"

#define CHAINS 100u
#define DEPTH 10u
#define SMALL 10000u
#define LARGE 100000u

static const struct sup_actor actor = {"test", "scale"};

struct counts {
    uint64_t events;
    uint64_t starts;
    uint64_t cancels;
    uint64_t aborts;
    uint64_t readings;
    uint64_t requests; /* for memory */
    uint64_t fired;    /* timers */
};

struct scale {
    struct sup *sup;
    uint64_t now;
    struct counts counts;
    struct sup_attempt *live; /* by slot; attempt 0: none */
    struct sup_attempt *cancelled;
    uint32_t cancelled_count;
};

static struct sup_instant read_clock(void *context)
{
    struct scale *scale = context;
    scale->counts.readings++;
    return (struct sup_instant){scale->now};
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct scale *scale = context;
    (void)old_size;
    scale->counts.requests += new_size > 0;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct scale *scale = context;
    (void)ret_error;
    scale->counts.starts++;
    scale->live[what->id.slot] = what->id;
    return 0;
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct scale *scale = context;
    (void)work;
    scale->counts.cancels++;
    scale->cancelled[scale->cancelled_count++] = id;
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    (void)id, (void)work;
    ((struct scale *)context)->counts.aborts++;
}

static void count_event(void *context, const struct sup_event *event)
{
    (void)event;
    ((struct scale *)context)->counts.events++;
}

static void open_scale(struct scale *scale, uint32_t services, enum sup_order order)
{
    struct sup_config config;
    memset(scale, 0, sizeof(*scale));
    scale->live = calloc(services, sizeof(*scale->live));
    scale->cancelled = calloc(services, sizeof(*scale->cancelled));
    assert_true(scale->live != NULL && scale->cancelled != NULL);
    sup_config_default(&config);
    config.clock = (struct sup_clock){read_clock, scale};
    config.executor = (struct sup_executor){start, cancel, abort_attempt, NULL, scale};
    config.alloc = (struct sup_allocator){resize, scale};
    config.shutdown_order = order;
    assert_int_equal(sup_create(&config, &scale->sup), SUP_OK);
    assert_int_equal(sup_subscribe(scale->sup, count_event, scale), SUP_OK);
}

static void close_scale(struct scale *scale)
{
    sup_check(scale->sup);
    sup_free(scale->sup);
    free(scale->live);
    free(scale->cancelled);
}

/* The counts since the last call. */
static struct counts take(struct scale *scale)
{
    struct counts counts = scale->counts;
    scale->counts = (struct counts){0};
    return counts;
}

static void end_live(struct scale *scale, uint32_t slot, enum sup_outcome outcome)
{
    struct sup_attempt id = scale->live[slot];
    assert_true(id.attempt > 0);
    scale->live[slot].attempt = 0;
    assert_int_equal(sup_report_end(scale->sup, id, &(struct sup_end){.outcome = outcome}), SUP_OK);
}

/* Whoever is cancelled ends; an end may bring the next cancellation. */
static void end_cancelled(struct scale *scale)
{
    for (uint32_t i = 0; i < scale->cancelled_count; i++) {
        end_live(scale, scale->cancelled[i].slot, SUP_OUTCOME_SUCCEEDED);
    }
    scale->cancelled_count = 0;
}

/* "c7.d1.d2": each chain's groups in turn, so every group has its share. */
static void path_of(uint32_t number, char *path, size_t size)
{
    size_t length = (size_t)snprintf(path, size, "c%u", number % CHAINS);
    for (uint32_t d = 1; d <= number / CHAINS % DEPTH; d++) {
        length += (size_t)snprintf(path + length, size - length, ".d%u", d);
    }
}

/* A quarter waits for its restart, a quarter has a heartbeat that is watched. */
static void fill(struct scale *scale, uint32_t services)
{
    struct sup_policy policies[2];
    char name[16];
    char path[64];
    sup_policy_default(&policies[0]);
    policies[1] = policies[0];
    policies[1].stale_after = SUP_SEC(100);
    for (uint32_t i = 0; i < services; i++) {
        snprintf(name, sizeof(name), "s%u", i);
        path_of(i / 4, path, sizeof(path));
        struct sup_spec spec = {.name = name, .group = path, .policy = &policies[i % 4 == 2]};
        assert_int_equal(sup_spawn(scale->sup, &spec), SUP_OK);
        if (i % 4 == 1) {
            end_live(scale, i, SUP_OUTCOME_FAILED);
        } else if (i % 4 == 2) {
            assert_int_equal(sup_report_beat(scale->sup, scale->live[i]), SUP_OK);
        }
    }
    sup_check(scale->sup);
}

struct phases {
    struct counts fill;
    struct counts cancel;
    struct counts drain;
};

/* Cancels every second chain from its top, lets what waits start, drains. */
static struct phases play(uint32_t services, enum sup_order order)
{
    struct scale scale;
    struct phases phases;
    struct sup_drain_report report;
    struct sup_metrics metrics;
    char path[16];
    open_scale(&scale, services, order);
    fill(&scale, services);
    phases.fill = take(&scale);
    for (uint32_t chain = 0; chain < CHAINS; chain += 2) {
        snprintf(path, sizeof(path), "c%u", chain);
        assert_int_equal(sup_cancel_group(scale.sup, path, &actor, NULL), SUP_OK);
    }
    end_cancelled(&scale);
    phases.cancel = take(&scale);
    scale.now = sup_deadline(scale.sup).ns;
    phases.drain.fired = sup_step(scale.sup);
    assert_int_equal(sup_shutdown(scale.sup, NULL, &actor, NULL), SUP_OK);
    end_cancelled(&scale);
    scale.counts.fired = phases.drain.fired;
    phases.drain = take(&scale);
    sup_drain_report_read(scale.sup, &report);
    sup_metrics_read(scale.sup, &metrics);
    assert_true(report.drained && !report.timed_out && report.took.ns == 0);
    assert_int_equal(report.counts.graceful, services / 2);
    assert_int_equal(report.counts.already_exited, services / 2);
    assert_true(metrics.active_services == 0 && metrics.terminated_total == services);
    assert_true(sup_deadline(scale.sup).ns == SUP_NEVER_NS);
    close_scale(&scale);
    return phases;
}

/* Exactly `slope` for each service and `base` for all together. */
#define expect_linear(what, services, slope_4, base) \
    do { \
        uint64_t found_ = (what); \
        uint64_t wanted_ = (uint64_t)(services) * (slope_4) / 4 + (base); \
        if (found_ != wanted_) \
            print_error(#what ": %llu of %u services, expected %llu\n", \
                        (unsigned long long)found_, services, (unsigned long long)wanted_); \
        assert_true(found_ == wanted_); \
    } while (0)

static void check_phases(uint32_t n, enum sup_order order)
{
    struct phases p = play(n, order);
    const uint32_t commands = CHAINS / 2;
    /* Registered and started each; a quarter ended and backs off. */
    expect_linear(p.fill.events, n, 8 + 2, 0);
    expect_linear(p.fill.starts, n, 4, 0);
    /* One request for each service that keeps more than most, which is a quarter, each group's
     * path and each page of names; tables double. */
    assert_in_range(p.fill.requests, n / 4 + CHAINS * DEPTH,
                    n / 4 + n / 1000 + CHAINS * DEPTH + 200);
    /* Of one half: a quarter is terminated; three quarters are cancelled, end and
     * are terminated. Each command is told, and so is its group. */
    expect_linear(p.cancel.events, n / 2, 1 + 9, 2 * commands);
    expect_linear(p.cancel.cancels, n / 2, 3, 0);
    expect_linear(p.cancel.readings, n / 2, 3, commands);
    /* Of the other half: a quarter starts, then all are cancelled, end and are
     * terminated; the command, the request, and drained. */
    expect_linear(p.drain.fired, n / 2, 1, 0);
    expect_linear(p.drain.starts, n / 2, 1, 0);
    expect_linear(p.drain.events, n / 2, 1 + 12, 3);
    expect_linear(p.drain.cancels, n / 2, 4, 0);
    expect_linear(p.drain.readings, n / 2, 4, 2);
    assert_true(p.cancel.requests == 0 && p.drain.requests == 0);
    assert_true(p.cancel.aborts == 0 && p.drain.aborts == 0);
}

static void scale__a_thousand_groups_are_cancelled_and_drained_in_linear_work(void **state)
{
    (void)state;
    check_phases(SMALL, SUP_ORDER_PARALLEL);
    check_phases(LARGE, SUP_ORDER_PARALLEL);
}

static void scale__a_drain_in_reverse_order_is_linear_too(void **state)
{
    (void)state;
    check_phases(SMALL, SUP_ORDER_REVERSE);
    check_phases(LARGE, SUP_ORDER_REVERSE);
}

/* Eight work, all others queue, and leave the queue from its far end. */
static void scale__a_queue_of_blocking_work_is_drained(void **state)
{
    (void)state;
    struct scale scale;
    struct sup_policy policy;
    char name[16];
    sup_policy_default(&policy);
    policy.kind = SUP_KIND_BLOCKING;
    open_scale(&scale, LARGE, SUP_ORDER_PARALLEL);
    for (uint32_t i = 0; i < LARGE; i++) {
        snprintf(name, sizeof(name), "b%u", i);
        struct sup_spec spec = {.name = name, .policy = &policy};
        assert_int_equal(sup_spawn(scale.sup, &spec), SUP_OK);
    }
    struct counts filled = take(&scale);
    assert_true(filled.starts == 8 && filled.events == LARGE + 8);
    assert_int_equal(sup_shutdown(scale.sup, NULL, &actor, NULL), SUP_OK);
    end_cancelled(&scale);
    struct counts drained = take(&scale);
    assert_true(drained.starts == 0 && drained.cancels == 8 && drained.requests == 0);
    assert_true(drained.events == LARGE + 2 * 8 + 3);
    assert_int_equal(sup_supervisor_phase_of(scale.sup), SUP_SUPERVISOR_DRAINED);
    close_scale(&scale);
}

/* What is promised of a service's size is what the structures have. */
static void service__bytes_are_those_of_its_parts(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct sup__service), 128);
    /* And a place in a heap that is four fifths full and in a table that is as full. */
    size_t parts = sizeof(struct sup__service) + sizeof(struct sup__cold) +
                   sizeof(struct sup__rare) + sizeof(void *) + sizeof(uint32_t);
    assert_int_equal(sup_service_bytes(), parts + 20 + 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scale__a_thousand_groups_are_cancelled_and_drained_in_linear_work),
        cmocka_unit_test(scale__a_drain_in_reverse_order_is_linear_too),
        cmocka_unit_test(scale__a_queue_of_blocking_work_is_drained),
        cmocka_unit_test(service__bytes_are_those_of_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
