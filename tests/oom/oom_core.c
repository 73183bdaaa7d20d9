/* Fails the n-th allocation of every constructor of libsup, n = 1, 2, … until
 * the call succeeds: the error is exactly SUP_ENOMEM, nothing has changed, not a
 * byte is lost, and the same call works when memory is back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "oom/failing.h"
#include "sup/sup.h"

struct world {
    struct failing failing;
    struct sup_instant now;
    struct sup_attempt last;
    uint64_t events;
    enum sup_duplicate on_duplicate;
    struct sup *sup;
};

static struct sup_instant read_clock(void *context)
{
    return ((struct world *)context)->now;
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    (void)ret_error;
    ((struct world *)context)->last = what->id;
    return 0;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id, (void)work;
}

static void count_event(void *context, const struct sup_event *event)
{
    (void)event;
    ((struct world *)context)->events++;
}

static struct sup_config world_config(struct world *world)
{
    struct sup_config config;
    sup_config_default(&config);
    config.clock = (struct sup_clock){read_clock, world};
    config.executor = (struct sup_executor){start, stop, stop, NULL, world};
    config.alloc = failing_allocator(&world->failing);
    config.journal_entries = 16;
    config.on_duplicate = world->on_duplicate;
    return config;
}

static void world_open(struct world *world)
{
    struct sup_config config = world_config(world);
    assert_int_equal(sup_create(&config, &world->sup), 0);
    assert_int_equal(sup_subscribe(world->sup, count_event, world), 0);
}

static void world_close(struct world *world)
{
    sup_free(world->sup);
    assert_int_equal(world->failing.live, 0);
    assert_int_equal(world->failing.bytes, 0);
    assert_false(world->failing.wrong_size);
}

/* A constructor under test: returns 0 or an error code. */
typedef int (*construct_fn)(struct world *world, uint32_t number);

/* Sweeps one call. In the end it has succeeded once, and every earlier failure
 * has left blocks, bytes, events and metrics as they were. */
static size_t sweep(struct world *world, construct_fn construct, uint32_t number, bool for_good)
{
    for (size_t n = 1;; n++) {
        struct sup_metrics before, after;
        size_t bytes = world->failing.bytes;
        uint64_t events = world->events;
        sup_metrics_read(world->sup, &before);
        failing_arm(&world->failing, n, for_good);
        int result = construct(world, number);
        size_t refused = world->failing.refused;
        failing_arm(&world->failing, 0, false);
        if (refused == 0) {
            assert_int_equal(result, 0);
            return n - 1;
        }
        assert_int_equal(result, SUP_ENOMEM);
        assert_int_equal(world->events, events);
        sup_metrics_read(world->sup, &after);
        assert_memory_equal(&before, &after, sizeof before);
        /* Room that a table grew meanwhile may stay; it belongs to the supervisor. */
        assert_true(world->failing.bytes >= bytes);
        sup_check(world->sup);
    }
}

static void sweep_create(bool for_good)
{
    struct world world = {.events = 0};
    struct sup_config config = world_config(&world);
    for (size_t n = 1;; n++) {
        failing_arm(&world.failing, n, for_good);
        int result = sup_create(&config, &world.sup);
        if (world.failing.refused == 0) {
            assert_int_equal(result, 0);
            assert_true(n > 1);
            break;
        }
        assert_int_equal(result, SUP_ENOMEM);
        assert_null(world.sup);
        assert_int_equal(world.failing.live, 0);
    }
    world_close(&world);
}

static void create__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_create(false);
}

static void create__all_allocations_from_the_nth_fail_nothing_is_left(void **state)
{
    (void)state;
    sweep_create(true);
}

static int spawn_numbered(struct world *world, uint32_t number)
{
    char name[24];
    snprintf(name, sizeof name, "service-%u", number);
    return sup_spawn(world->sup, &(struct sup_spec){.name = name});
}

static void sweep_spawns(construct_fn construct)
{
    for (int for_good = 0; for_good <= 1; for_good++) {
        struct world world = {.events = 0};
        size_t failed = 0;
        world_open(&world);
        for (uint32_t i = 0; i < 300; i++) {
            failed += sweep(&world, construct, i, for_good != 0);
        }
        assert_true(failed >= 10);
        struct sup_metrics metrics;
        sup_metrics_read(world.sup, &metrics);
        assert_int_equal(metrics.spawned_total, 300);
        world_close(&world);
    }
}

static void spawn__nth_allocation_fails_every_retry_works(void **state)
{
    (void)state;
    sweep_spawns(spawn_numbered);
}

/* Everything that needs storage of its own: windows, texts, another policy for
 * each, a group for every third. */
static int spawn_rich(struct world *world, uint32_t number)
{
    char name[24], group[24];
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1 + number);
    policy.breaker.failures = 3 + number % 7;
    policy.limit = (struct sup_limit_policy){true, 5, SUP_SEC(10), SUP_LIMIT_TERMINATE};
    policy.stale_after = SUP_SEC(1);
    policy.ready_explicit = number % 2 == 0;
    snprintf(name, sizeof name, "rich-%u", number);
    snprintf(group, sizeof group, "g%u.part", number / 3);
    return sup_spawn(world->sup,
                     &(struct sup_spec){.name = name, .group = group, .policy = &policy});
}

static void spawn__with_windows_policies_and_groups_every_retry_works(void **state)
{
    (void)state;
    sweep_spawns(spawn_rich);
}

/* Rules of their own for each, with a table of waits. */
static int spawn_ruled(struct world *world, uint32_t number)
{
    char name[24];
    struct sup_policy policy;
    struct sup_rules rules;
    sup_policy_default(&policy);
    sup_rules_default(&rules);
    rules.shape = SUP_SHAPE_LINEAR;
    rules.step = SUP_MS(1 + number);
    policy.rules = &rules;
    snprintf(name, sizeof name, "ruled-%u", number);
    return sup_spawn(world->sup, &(struct sup_spec){.name = name, .policy = &policy});
}

static void spawn__with_rules_every_retry_works(void **state)
{
    (void)state;
    sweep_spawns(spawn_ruled);
}

static struct sup_token sweeping;

/* Under a token; every second one replaces the one before it, which lives. */
static int spawn_tied(struct world *world, uint32_t number)
{
    char name[24];
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.breaker.failures = 1 + number % 5;
    snprintf(name, sizeof name, "tied-%u", number / 2);
    return sup_spawn(world->sup,
                     &(struct sup_spec){.name = name, .policy = &policy, .token = &sweeping});
}

static void spawn__tied_and_replacing_every_retry_works(void **state)
{
    (void)state;
    sup_token_init(&sweeping, NULL);
    for (int for_good = 0; for_good <= 1; for_good++) {
        struct world world = {.on_duplicate = SUP_DUPLICATE_REPLACE};
        size_t failed = 0;
        world_open(&world);
        for (uint32_t i = 0; i < 100; i++) {
            failed += sweep(&world, spawn_tied, i, for_good != 0);
        }
        assert_true(failed >= 100);
        world_close(&world);
        assert_null(sweeping.first_watch);
    }
}

static int spawn_audited(struct world *world, uint32_t number)
{
    char name[24];
    const struct sup_actor actor = {"test", "sweep"};
    struct sup_command_outcome outcome;
    snprintf(name, sizeof name, "audited-%u", number);
    return sup_spawn_as(world->sup, &(struct sup_spec){.name = name}, &actor, &outcome);
}

/* A refused command is an event and a metric, so this sweep counts those apart. */
static void spawn_as__nth_allocation_fails_command_says_no_memory(void **state)
{
    (void)state;
    struct world world = {.events = 0};
    world_open(&world);
    for (uint32_t i = 0; i < 50; i++) {
        int result;
        size_t n = 1;
        do {
            failing_arm(&world.failing, n++, false);
            result = spawn_audited(&world, i);
            assert_int_equal(result, world.failing.refused == 0 ? 0 : SUP_ENOMEM);
            sup_check(world.sup);
        } while (result != 0);
        failing_arm(&world.failing, 0, false);
    }
    struct sup_metrics metrics;
    sup_metrics_read(world.sup, &metrics);
    assert_int_equal(metrics.spawned_total, 50);
    world_close(&world);
}

static int create_group(struct world *world, uint32_t number)
{
    char path[48];
    struct sup_group_policy policy = {
        .strategy = SUP_STRATEGY_ONE_FOR_ALL,
        .limit = {true, 2 + number % 5, SUP_SEC(1), SUP_LIMIT_ESCALATE},
    };
    snprintf(path, sizeof path, "g%u.h%u.leaf", number / 4, number);
    return sup_group_create(world->sup, path, &policy);
}

static void group_create__nth_allocation_fails_every_retry_works(void **state)
{
    (void)state;
    for (int for_good = 0; for_good <= 1; for_good++) {
        struct world world = {.events = 0};
        size_t failed = 0;
        world_open(&world);
        for (uint32_t i = 0; i < 100; i++) {
            failed += sweep(&world, create_group, i, for_good != 0);
        }
        assert_true(failed >= 10);
        world_close(&world);
    }
}

/* Failures, restarts, commands and a drain with no memory to be had at all. */
static void step__asks_for_no_memory(void **state)
{
    (void)state;
    struct world world = {.events = 0};
    const struct sup_actor actor = {"test", "no memory"};
    world_open(&world);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(spawn_rich(&world, i), 0);
    }
    assert_int_equal(spawn_numbered(&world, 1), 0);
    failing_arm(&world.failing, 1, true);
    for (unsigned i = 0; i < 200; i++) {
        const struct sup_end end = {.outcome = SUP_OUTCOME_FAILED, .error = "no reason at all"};
        sup_ignore(sup_report_end(world.sup, world.last, &end));
        if (i % 10 == 0) {
            sup_ignore(sup_pause(world.sup, "rich-3", &actor, NULL));
        }
        if (i % 10 == 5) {
            sup_ignore(sup_resume(world.sup, "rich-3", &actor, NULL));
        }
        if (sup_deadline(world.sup).ns != SUP_NEVER_NS) {
            world.now = sup_deadline(world.sup);
        }
        sup_step(world.sup);
    }
    assert_int_equal(sup_restart(world.sup, "service-1", &actor, NULL), 0);
    assert_int_equal(sup_cancel_group(world.sup, "g1", &actor, NULL), 0);
    assert_int_equal(sup_shutdown(world.sup, NULL, &actor, NULL), 0);
    while (sup_deadline(world.sup).ns != SUP_NEVER_NS) {
        world.now = sup_deadline(world.sup);
        sup_step(world.sup);
    }
    assert_int_equal(sup_supervisor_phase_of(world.sup), SUP_SUPERVISOR_DRAINED);
    assert_int_equal(world.failing.requests, 0);
    world_close(&world);
}

/* The sweep itself must see a leak and a wrong size. */
static void failing__leak_and_wrong_size_are_seen(void **state)
{
    (void)state;
    struct failing failing = {.fail_at = 0};
    struct sup_allocator allocator = failing_allocator(&failing);
    void *block = allocator.resize(allocator.context, NULL, 0, 10);
    assert_non_null(block);
    assert_int_equal(failing.live, 1);
    assert_int_equal(failing.bytes, 10);
    assert_false(failing.wrong_size);
    allocator.resize(allocator.context, block, 9, 0);
    assert_true(failing.wrong_size);
    assert_int_equal(failing.live, 0);
    failing_arm(&failing, 1, false);
    assert_null(allocator.resize(allocator.context, NULL, 0, 10));
    assert_int_equal(failing.refused, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing__leak_and_wrong_size_are_seen),
        cmocka_unit_test(create__nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(create__all_allocations_from_the_nth_fail_nothing_is_left),
        cmocka_unit_test(spawn__nth_allocation_fails_every_retry_works),
        cmocka_unit_test(spawn__with_windows_policies_and_groups_every_retry_works),
        cmocka_unit_test(spawn__with_rules_every_retry_works),
        cmocka_unit_test(spawn__tied_and_replacing_every_retry_works),
        cmocka_unit_test(spawn_as__nth_allocation_fails_command_says_no_memory),
        cmocka_unit_test(group_create__nth_allocation_fails_every_retry_works),
        cmocka_unit_test(step__asks_for_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
