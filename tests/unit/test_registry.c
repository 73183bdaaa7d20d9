/* The registry: names, generations, duplicates, replacement, order, and numbers
 * large enough to find what grows wrongly. */
#include "core_world.h"
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name__of_allowed_bytes_and_length_only(void **state)
{
    (void)state;
    struct world w;
    char longest[SUP_NAME_MAX + 2];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    world_open(&w);
    static const char *const bad[] = {"", " ", "a b", "a/b", "a\n", "\xC3\xA9", "a*", "a:b", "{"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(try_spawn(&w, bad[i], NULL, NULL), SUP_EINVAL);
    }
    assert_int_equal(try_spawn(&w, NULL, NULL, NULL), SUP_EINVAL);
    assert_int_equal(try_spawn(&w, longest, NULL, NULL), SUP_EINVAL);
    longest[SUP_NAME_MAX] = '\0';
    spawn(&w, longest, NULL);
    spawn(&w, "AZaz09_.-", NULL);
    spawn(&w, ".", NULL);
    spawn(&w, "runtime", NULL); /* a group's name is not in the way */
    struct sup_spec none = {.name = NULL};
    assert_int_equal(sup_spawn(w.sup, &none), SUP_EINVAL);
    assert_int_equal(sup_spawn(w.sup, NULL), SUP_EINVAL);
    world_close(&w);
}

/* Two names with one hash, of one length and of two, where words are read from their last byte
 * on. */
static void name__of_the_same_hash_is_another(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"217579", "883679"}, {"300166", "0616136"}};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        struct sup_snapshot snapshot;
        world_open(&w);
        spawn(&w, pairs[i][0], NULL);
        assert_int_equal(sup_snapshot_of(w.sup, pairs[i][1], &snapshot), SUP_EUNKNOWN);
        spawn(&w, pairs[i][1], NULL);
        fail_with(&w, pairs[i][1], "x");
        assert_int_equal(sup_snapshot_of(w.sup, pairs[i][0], &snapshot), SUP_OK);
        assert_int_equal(snapshot.failures, 0);
        assert_int_equal(sup_snapshot_of(w.sup, pairs[i][1], &snapshot), SUP_OK);
        assert_int_equal(snapshot.failures, 1);
        assert_int_equal(try_spawn(&w, pairs[i][1], NULL, NULL), SUP_EEXISTS);
        world_close(&w);
    }
}

static void spawn__is_visible_when_it_returns_also_if_it_ended(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_default();
    policy.restart = SUP_RESTART_NEVER;
    world_open(&w);
    w.refusals = 1;
    assert_int_equal(try_spawn(&w, "a", NULL, &policy), SUP_OK);
    expect_state(&w, "a", "terminated unrecoverable");
    world_close(&w);
}

static void spawn__command_tells_its_result(void **state)
{
    (void)state;
    struct world w;
    struct sup_actor actor = {"ops", "test"};
    struct sup_actor blank = {"ops", " "};
    struct sup_spec spec = {.name = "a"};
    struct sup_command_outcome outcome;
    world_open(&w);
    w.may_allocate = true;
    assert_int_equal(sup_spawn_as(w.sup, &spec, &actor, &outcome), SUP_OK);
    assert_int_equal(outcome.phase_after, SUP_PHASE_RUNNING);
    assert_int_equal(outcome.attempt, 1);
    assert_int_equal(sup_spawn_as(w.sup, &spec, &actor, &outcome), SUP_EEXISTS);
    assert_int_equal(sup_spawn_as(w.sup, &spec, &blank, &outcome), SUP_EINVAL);
    w.may_allocate = false;
    expect_events(&w, "0 a command spawn ok", "0 a registered g0", "0 a attempt-started #1",
                  "0 a command spawn exists");
    world_close(&w);
}

static void duplicate__rejected_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    forget_events(&w);
    assert_int_equal(try_spawn(&w, "a", "elsewhere", NULL), SUP_EEXISTS);
    succeed(&w, "a");
    assert_int_equal(try_spawn(&w, "a", NULL, NULL), SUP_EEXISTS); /* terminated is registered */
    struct sup_group_info info;
    assert_int_equal(sup_group_info_of(w.sup, "elsewhere", &info), SUP_EUNKNOWN);
    expect_events(&w, "0 a attempt-ended #1 succeeded", "0 a terminated completed 'completed'");
    world_close(&w);
}

static void open_replacing(struct world *w)
{
    world_prepare(w);
    w->config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(w);
}

static void replace__waits_for_the_old_one_to_end(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy fresh = policy_backoff(7, 7);
    open_replacing(&w);
    spawn(&w, "a", NULL);
    forget_events(&w);
    assert_int_equal(try_spawn(&w, "a", "g", &fresh), SUP_OK);
    expect_events(&w, "0 a cancel-delivered #1");
    assert_int_equal(look(&w, "a").generation, 0);
    advance_to(&w, 2 * MS);
    succeed(&w, "a");
    expect_events(&w, "2ms a attempt-ended #1 cancelled exit succeeded", "2ms a replaced",
                  "2ms a registered in runtime.g g1", "2ms a attempt-started #1");
    assert_string_equal(look(&w, "a").group, "runtime.g");
    fail_with(&w, "a", "x");
    assert_true(look(&w, "a").delay.ns == 7 * MS);
    world_close(&w);
}

static void replace__the_last_replacement_wins(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy first = policy_backoff(7, 7);
    struct sup_policy second = policy_backoff(9, 9);
    open_replacing(&w);
    spawn(&w, "a", NULL);
    spawn(&w, "a", &first);
    spawn(&w, "a", &second);
    succeed(&w, "a");
    assert_int_equal(look(&w, "a").generation, 1);
    fail_with(&w, "a", "x");
    assert_true(look(&w, "a").delay.ns == 9 * MS);
    world_close(&w);
}

static void replace__of_a_waiting_paused_or_terminated_one_is_immediate(void **state)
{
    (void)state;
    struct world w;
    open_replacing(&w);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", "x");
    forget_events(&w);
    spawn(&w, "a", NULL);
    expect_events(&w, "0 a replaced", "0 a registered g1", "0 a attempt-started #1");
    succeed(&w, "a");
    forget_events(&w);
    spawn(&w, "a", NULL);
    expect_events(&w, "0 a replaced", "0 a registered g2", "0 a attempt-started #1");
    command(&w, SUP_COMMAND_PAUSE, "a");
    succeed(&w, "a");
    spawn(&w, "a", NULL);
    expect_state(&w, "a", "running");
    struct sup_metrics m = metrics(&w);
    assert_int_equal(m.spawned_total, 4);
    assert_int_equal(m.active_services, 1);
    assert_int_equal(m.terminated_total, 3);
    world_close(&w);
}

static void replace__meets_a_removal(void **state)
{
    (void)state;
    struct world w;
    open_replacing(&w);
    spawn(&w, "a", NULL);
    command(&w, SUP_COMMAND_REMOVE, "a");
    assert_int_equal(try_spawn(&w, "a", NULL, NULL), SUP_ESTOPPING);
    succeed(&w, "a");
    assert_false(exists(&w, "a"));
    spawn(&w, "a", NULL);
    spawn(&w, "a", NULL);
    command(&w, SUP_COMMAND_REMOVE, "a"); /* stronger: neither is left */
    succeed(&w, "a");
    assert_false(exists(&w, "a"));
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

/* Two could live at once, so the new one is never started. */
static void replace__of_one_that_is_abandoned_is_dropped(void **state)
{
    (void)state;
    struct world w;
    open_replacing(&w);
    spawn(&w, "a", NULL);
    spawn(&w, "a", NULL);
    run_to(&w, 10 * SECOND);
    expect_state(&w, "a", "terminated abandoned");
    assert_int_equal(look(&w, "a").generation, 0);
    spawn(&w, "a", NULL); /* asked for again it is fenced off */
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").generation, 1);
    world_close(&w);
}

/* Many replacements wait at a time, each with more timers than the one it replaces:
 * the heap has room for all of them when they come. */
static void replace__of_a_thousand_by_larger_ones_at_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy large = policy_default();
    large.ready_explicit = true;
    large.ready_timeout = SUP_SEC(60);
    large.stale_after = SUP_SEC(30);
    large.breaker.failures = 1;
    large.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    open_replacing(&w);
    char name[16];
    for (uint32_t i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "s%u", i);
        spawn(&w, name, NULL);
        forget_events(&w);
    }
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 1000; i++) {
            snprintf(name, sizeof(name), "s%u", i);
            spawn(&w, name, &large);
        }
        for (uint32_t i = 0; i < 1000; i++) {
            snprintf(name, sizeof(name), "s%u", i);
            succeed(&w, name);
            beat(&w, name);
            forget_events(&w);
        }
    }
    assert_int_equal(metrics(&w).active_services, 1000);
    world_close(&w);
}

static void generation__counts_registrations_of_a_name(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    for (uint32_t i = 0; i < 5; i++) {
        spawn(&w, "a", NULL);
        assert_int_equal(look(&w, "a").generation, i);
        assert_int_equal(look(&w, "a").attempt, 1);
        command(&w, SUP_COMMAND_REMOVE, "a");
        succeed(&w, "a");
    }
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "a", 2, 1), &end), SUP_ESTALE);
    world_close(&w);
}

static void groups__a_thousand_ten_deep(void **state)
{
    (void)state;
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    world_open(w);
    char path[128];
    char name[32];
    struct sup_group_info info;
    for (uint32_t i = 0; i < 100; i++) {
        size_t length = (size_t)snprintf(path, sizeof(path), "g%u", i);
        for (uint32_t depth = 1; depth < 10; depth++) {
            length += (size_t)snprintf(path + length, sizeof(path) - length, ".d%u", depth);
        }
        snprintf(name, sizeof(name), "s%u", i);
        spawn_in(w, name, path, NULL);
        assert_int_equal(sup_group_info_of(w->sup, path, &info), SUP_OK);
        assert_int_equal(info.active, 1);
        forget_events(w);
    }
    assert_int_equal(sup_group_info_of(w->sup, "runtime", &info), SUP_OK);
    assert_int_equal(info.services, 100);
    cancel_group(w, "g7.d1.d2");
    expect_state(w, "s7", "stopping");
    expect_state(w, "s8", "running");
    assert_int_equal(try_spawn(w, "new", "g7.d1.d2.d3.other", NULL), SUP_ECANCELLED);
    assert_int_equal(try_spawn(w, "new", "g7.d1.other", NULL), SUP_OK);
    shut_down(w, SECOND);
    for (uint32_t i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "s%u", i);
        succeed(w, name);
    }
    succeed(w, "new");
    assert_int_equal(sup_supervisor_phase_of(w->sup), SUP_SUPERVISOR_DRAINED);
    world_close(w);
    free(w);
}

/* Growing moves every array; nothing may hold a pointer across it. */
static void services__many_with_timers_running(void **state)
{
    (void)state;
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    world_open(w);
    struct sup_policy policy = policy_backoff(10, 10);
    policy.breaker.failures = 5;
    policy.stale_after = SUP_MS(5);
    char name[16];
    for (uint32_t i = 0; i < 1500; i++) {
        snprintf(name, sizeof(name), "s%u", i);
        spawn_in(w, name, i % 3 ? "x" : "y.z", &policy);
        if (i % 2) {
            fail_with(w, name, "x");
        } else {
            beat(w, name);
        }
        forget_events(w);
    }
    run_to(w, 20 * MS);
    assert_int_equal(count_events(w, " stale #1"), 750);
    assert_int_equal(count_events(w, "attempt-started #2"), 750);
    world_close(w);
    free(w);
}

static void create__what_is_missing_or_impossible(void **state)
{
    (void)state;
    struct world w;
    struct sup *sup = NULL;
    world_prepare(&w);
    const struct sup_config good = w.config;
#define BAD(statement) \
    do { \
        struct sup_config config = good; \
        config.statement; \
        assert_int_equal(sup_create(&config, &sup), SUP_EINVAL); \
        assert_null(sup); \
    } while (0)
    w.may_allocate = true;
    BAD(clock.now = NULL);
    BAD(executor.start = NULL);
    BAD(executor.cancel = NULL);
    BAD(executor.abort = NULL);
    BAD(alloc.resize = NULL);
    BAD(blocking_pool = 0);
    BAD(blocking_pool = UINT32_MAX);
    BAD(error_bytes_max = 0);
    BAD(error_bytes_max = UINT32_MAX);
    BAD(journal_entries = UINT32_MAX);
    BAD(services_max = UINT32_MAX);
    BAD(groups_max = 0);
    BAD(groups_max = UINT32_MAX);
    BAD(shutdown_order = (enum sup_order)7);
    BAD(on_duplicate = (enum sup_duplicate)7);
    BAD(root.strategy = (enum sup_strategy)7);
    /* One more than the most; the most itself, where it costs little. */
    BAD(blocking_pool = SUP_BLOCKING_POOL_MAX + 1);
    BAD(error_bytes_max = (1u << 20) + 1);
    BAD(journal_entries = (1u << 24) + 1);
    BAD(services_max = 1u << 22);
    BAD(groups_max = (1u << 22) - 128);
    struct sup_config most = good;
    most.blocking_pool = SUP_BLOCKING_POOL_MAX;
    most.error_bytes_max = 1u << 20;
    most.services_max = (1u << 22) - 1;
    most.groups_max = (1u << 22) - 129;
    assert_int_equal(sup_create(&most, &sup), SUP_OK);
    sup_free(sup);
    sup = NULL;
    assert_int_equal(sup_create(NULL, &sup), SUP_EINVAL);
    assert_int_equal(sup_create(&good, NULL), SUP_EINVAL);
    assert_int_equal(w.blocks, 0);
    sup_free(NULL);
}

static void free__with_everything_still_live(void **state)
{
    (void)state;
    struct world w;
    open_replacing(&w);
    spawn(&w, "a", NULL);
    spawn(&w, "a", NULL); /* waiting for the old one */
    spawn(&w, "b", NULL);
    fail_with(&w, "b", "x");
    forget_events(&w);
    world_close(&w); /* asserts that no byte is left */
}

/* A life in which everything happens that leaves a mark. */
static void live_eventfully(struct world *w, const char *name)
{
    beat(w, name);
    run_to(w, w->now + 5 * MS); /* stale: stopped, unhealthy */
    run_to(w, w->now + 5 * MS); /* its grace passes */
    was_aborted(w, name);
    run_to(w, w->now + 10 * MS);
    fail_with(w, name, "boom");
    run_to(w, w->now + 10 * MS);
    crash(w, name); /* the restart limit is used up: quarantined */
    expect_state(w, name, "idle quarantined");
}

#define SAME(field) assert_int_equal(a->field, b->field)

static void assert_alike(const struct sup_snapshot *a, const struct sup_snapshot *b)
{
    SAME(phase), SAME(operation), SAME(active), SAME(queued), SAME(attempt), SAME(starts);
    SAME(restarts), SAME(failures), SAME(streak), SAME(reason), SAME(readiness), SAME(heartbeat);
    SAME(last_beat.ns), SAME(breaker), SAME(delay.ns), SAME(limit_used), SAME(limit_remaining);
    SAME(limit_exhausted), SAME(stop_state), SAME(registered_at.ns), SAME(age.ns);
    SAME(time_in_phase.ns), SAME(running_time.ns);
}

/* Nothing of an earlier registration is left in a new one of the same name. */
static void register__again_is_like_the_first_time(void **state)
{
    (void)state;
    for (uint32_t way = 0; way < 2; way++) {
        struct world w;
        struct sup_policy policy = policy_backoff(10, 10);
        policy.stale_after = SUP_MS(5);
        policy.stale_then = SUP_STALE_RESTART;
        policy.stop_grace = SUP_MS(5);
        policy.limit = (struct sup_limit_policy){true, 2, {SECOND}, SUP_LIMIT_QUARANTINE};
        policy.breaker.failures = 5;
        world_open(&w);
        spawn(&w, "old", &policy);
        live_eventfully(&w, "old");
        if (way == 0) {
            command(&w, SUP_COMMAND_REMOVE, "old");
            spawn(&w, "old", &policy);
        } else {
            command(&w, SUP_COMMAND_RESUME, "old");
            command(&w, SUP_COMMAND_CANCEL, "old");
            succeed(&w, "old");
            command(&w, SUP_COMMAND_RESTART, "old");
        }
        spawn(&w, "new", &policy);
        struct sup_snapshot old = look(&w, "old");
        struct sup_snapshot new_ = look(&w, "new");
        assert_int_equal(old.generation, 1);
        assert_string_equal(old.last_error, "");
        assert_string_equal(old.reason_text, "");
        assert_alike(&old, &new_);
        fail_with(&w, "old", "x"); /* and it lives like one */
        assert_int_equal(look(&w, "old").streak, 1);
        world_close(&w);
    }
}

/* A refused spawn tells what stands there. */
static void spawn__refused_tells_the_state_of_the_one_that_stays(void **state)
{
    (void)state;
    struct world w;
    struct sup_command_outcome outcome;
    static const struct sup_actor ops = {"ops", "test"};
    const struct sup_spec spec = {.name = "a"};
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(command(&w, SUP_COMMAND_QUARANTINE, "a"), SUP_OK);
    assert_int_equal(sup_spawn_as(w.sup, &spec, &ops, &outcome), SUP_EEXISTS);
    assert_int_equal(outcome.phase_after, SUP_PHASE_STOPPING);
    assert_int_equal(outcome.operation_after, SUP_OPERATION_QUARANTINED);
    assert_int_equal(outcome.attempt, 1);
    succeed(&w, "a");
    assert_int_equal(sup_spawn_as(w.sup, &spec, &ops, &outcome), SUP_EEXISTS);
    assert_int_equal(outcome.phase_after, SUP_PHASE_IDLE);
    assert_int_equal(outcome.operation_after, SUP_OPERATION_QUARANTINED);
    assert_int_equal(outcome.attempt, 0);
    world_close(&w);
}

/* Beside the arrays and the names a registration costs what only its policy needs, rounded up to
 * words of eight bytes, and no policy at all nothing. */
static void spawn__has_a_block_only_where_its_policy_needs_one(void **state)
{
    (void)state;
    struct world w;
    static const char *const names[] = {"b", "c12345678", "d"};
    struct sup_policy policies[3] = {policy_default(), policy_default(), policy_default()};
    size_t cost[3];
    policies[1].stale_after = SUP_SEC(1);
    policies[2].breaker.failures = 3;
    world_open(&w);
    for (uint32_t i = 0; i < 3; i++) {
        char name[] = {(char)('0' + i), '\0'};
        spawn(&w, name, &policies[i]); /* for whom arrays and policies were made */
    }
    for (uint32_t i = 0; i < 3; i++) {
        size_t before = w.bytes;
        spawn(&w, names[i], &policies[i]);
        cost[i] = w.bytes - before;
    }
    assert_int_equal(cost[0], 0);
    assert_int_equal(cost[1], sizeof(struct sup__extra));
    assert_int_equal(cost[2], sizeof(struct sup__extra) + 3 * sizeof(struct sup_instant));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name__of_allowed_bytes_and_length_only),
        cmocka_unit_test(name__of_the_same_hash_is_another),
        cmocka_unit_test(spawn__is_visible_when_it_returns_also_if_it_ended),
        cmocka_unit_test(spawn__command_tells_its_result),
        cmocka_unit_test(duplicate__rejected_changes_nothing),
        cmocka_unit_test(replace__waits_for_the_old_one_to_end),
        cmocka_unit_test(replace__the_last_replacement_wins),
        cmocka_unit_test(replace__of_a_waiting_paused_or_terminated_one_is_immediate),
        cmocka_unit_test(replace__meets_a_removal),
        cmocka_unit_test(replace__of_one_that_is_abandoned_is_dropped),
        cmocka_unit_test(replace__of_a_thousand_by_larger_ones_at_once),
        cmocka_unit_test(generation__counts_registrations_of_a_name),
        cmocka_unit_test(groups__a_thousand_ten_deep),
        cmocka_unit_test(services__many_with_timers_running),
        cmocka_unit_test(create__what_is_missing_or_impossible),
        cmocka_unit_test(free__with_everything_still_live),
        cmocka_unit_test(register__again_is_like_the_first_time),
        cmocka_unit_test(spawn__refused_tells_the_state_of_the_one_that_stays),
        cmocka_unit_test(spawn__has_a_block_only_where_its_policy_needs_one),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
