/* A user's own C tasks under virtual time: sleeping, being cancelled, aborted at
 * a suspension point, panicking, spinning; joins and capacity classes with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/world.h"
#include "sup/sup.h"

static const struct sup_actor actor = {"test", "test"};
static char told[256];

static void note(void *context)
{
    strcat(told, context);
}

static struct sim_world *make(const struct sim_world_config *config)
{
    struct sim_world *world;
    told[0] = '\0';
    assert_int_equal(sim_world_create(config, &world), SUP_OK);
    return world;
}

static void spawn(struct sim_world *world, const char *name, enum sup_kind kind,
                  struct sup_task_spec *work)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.kind = kind;
    policy.interval_every = SUP_SEC(10);
    struct sup_spec spec = {.name = name, .policy = &policy, .work = work};
    assert_int_equal(sup_spawn(sim_world_supervisor(world), &spec), SUP_OK);
}

static struct sup_snapshot look(struct sim_world *world, const char *name)
{
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(sim_world_supervisor(world), name, &snapshot), SUP_OK);
    return snapshot;
}

static struct sup_instant at(uint64_t seconds)
{
    return (struct sup_instant){seconds * 1000000000u};
}

/* ---- tasks ---- */

static int naps(struct sup_task *task, void *argument)
{
    uint64_t *woke = argument;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sup_task_sleep(task, SUP_SEC(60)), SUP_OK);
        woke[i] = sup_task_now(task).ns;
    }
    return 0;
}

static int fails_twice(struct sup_task *task, void *argument)
{
    (void)argument;
    if (sup_task_attempt(task).attempt <= 2) {
        sup_ignore(sup_task_sleep(task, SUP_SEC(1)));
        sup_task_error(task, "connection refused");
        return -1;
    }
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

static int tidies_up(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_task_wait_cancel(task);
    assert_int_equal(sup_task_sleep(task, SUP_SEC(1)), SUP_ECANCELLED);
    note("tidy");
    return 0;
}

static int stubborn(struct sup_task *task, void *argument)
{
    (void)argument;
    assert_int_equal(sup_task_cleanup_push(task, note, "first "), SUP_OK);
    assert_int_equal(sup_task_cleanup_push(task, note, "second "), SUP_OK);
    struct sup_instant until = sup_instant_add(sup_task_now(task), SUP_SEC(3600));
    while (sup_task_now(task).ns < until.ns) {
        /* It does not care for its cancellation, and waits in vain. */
        if (sup_task_sleep(task, SUP_SEC(3600)) != SUP_OK) {
            sup_task_wait_cancel(task);
            break;
        }
    }
    note("returned ");
    return 0;
}

static int waits_uncut(struct sup_task *task, void *argument)
{
    (void)argument;
    assert_int_equal(sup_task_cleanup_push(task, note, "first "), SUP_OK);
    assert_int_equal(sup_task_cleanup_push(task, note, "second "), SUP_OK);
    sup_ignore(sup_task_sleep(task, SUP_SEC(1000)));
    note("returned ");
    return 0;
}

static int panics(struct sup_task *task, void *argument)
{
    (void)argument;
    assert_int_equal(sup_task_cleanup_push(task, note, "clean "), SUP_OK);
    sup_ignore(sup_task_sleep(task, SUP_SEC(1)));
    sup_task_panic(task, "index out of range");
}

static void panics_too(void *context)
{
    sup_task_panic(context, "no way back");
}

static void sleeps_on(void *context)
{
    assert_int_equal(sup_task_sleep_through(context, SUP_SEC(2)), SUP_OK);
    note("slept ");
}

/* Returns with handlers pushed, which are run for it and may do what it may. */
static int leaves_work_behind(struct sup_task *task, void *argument)
{
    (void)argument;
    assert_int_equal(sup_task_cleanup_push(task, note, "first "), SUP_OK);
    assert_int_equal(sup_task_cleanup_push(task, panics_too, task), SUP_OK);
    assert_int_equal(sup_task_cleanup_push(task, panics_too, task), SUP_OK);
    assert_int_equal(sup_task_cleanup_push(task, sleeps_on, task), SUP_OK);
    sup_ignore(sup_task_sleep(task, SUP_SEC(1)));
    return 0;
}

static int spins(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_ignore(sup_task_sleep(task, SUP_SEC(5)));
    while (!sup_task_cancelled(task)) {
    }
    return 0;
}

static int answers(struct sup_task *task, void *argument)
{
    sup_ignore(sup_task_sleep(task, SUP_MS(20)));
    sup_task_result(task, argument);
    return 0;
}

static int draws(struct sup_task *task, void *argument)
{
    uint64_t *drawn = argument;
    for (int i = 0; i < 4; i++) {
        drawn[i] = sup_task_random(task, 999);
        sup_ignore(sup_task_sleep(task, SUP_NS(sup_task_random(task, 1000) + 1)));
    }
    return 0;
}

static int counts_to_three(struct sup_task *task, void *argument)
{
    uint64_t *calls = argument;
    sup_ignore(sup_task_sleep(task, SUP_SEC(3)));
    if (++*calls == 3) {
        sup_task_done(task);
    }
    return 0;
}

static int beats_for_a_while(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_task_ready(task, true);
    for (int i = 0; i < 5; i++) {
        sup_task_beat(task);
        sup_ignore(sup_task_sleep(task, SUP_SEC(1)));
    }
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

/* ---- tests ---- */

static void world__a_sleep_of_minutes_takes_exactly_that(void **state)
{
    uint64_t woke[3] = {0};
    struct sup_task_spec work = {.fn = naps, .argument = woke};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "naps", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_true(woke[0] == at(60).ns && woke[1] == at(120).ns && woke[2] == at(180).ns);
    assert_int_equal(look(world, "naps").reason, SUP_REASON_COMPLETED);
    assert_true(look(world, "naps").running_time.ns == at(180).ns);
    sim_world_free(world);
}

static void world__a_failing_task_is_restarted_after_its_backoff(void **state)
{
    struct sup_task_spec work = {.fn = fails_twice};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "flaky", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run_until(world, (struct sup_instant){1099999999u}), SUP_OK);
    assert_int_equal(look(world, "flaky").phase, SUP_PHASE_BACKING_OFF);
    assert_string_equal(look(world, "flaky").last_error, "connection refused");
    assert_int_equal(sim_world_run_until(world, (struct sup_instant){1100000000u}), SUP_OK);
    assert_int_equal(look(world, "flaky").attempt, 2);
    assert_int_equal(sim_world_run_until(world, at(10)), SUP_OK);
    assert_int_equal(look(world, "flaky").attempt, 3);
    assert_int_equal(look(world, "flaky").phase, SUP_PHASE_RUNNING);
    sim_world_free(world);
}

static void world__a_cancelled_task_tidies_up_and_returns(void **state)
{
    struct sup_task_spec work = {.fn = tidies_up};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "tidy", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run_until(world, at(7)), SUP_OK);
    assert_int_equal(sup_cancel(sim_world_supervisor(world), "tidy", &actor, NULL), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_string_equal(told, "tidy");
    assert_int_equal(look(world, "tidy").reason, SUP_REASON_CANCELLED);
    assert_true(sim_world_now(world).ns == at(7).ns);
    sim_world_free(world);
}

static void waits_again(void *context)
{
    note("waits ");
    sup_ignore(sup_task_sleep_through(context, SUP_SEC(3)));
    note("never ");
}

static int waits_while_it_cleans_up(struct sup_task *task, void *argument)
{
    (void)argument;
    assert_int_equal(sup_task_cleanup_push(task, note, "first "), SUP_OK);
    assert_int_equal(sup_task_cleanup_push(task, waits_again, task), SUP_OK);
    sup_ignore(sup_task_sleep(task, SUP_SEC(1000)));
    return 0;
}

/* A handler that waits is left where it waits, and those below it have their turn. */
static void world__that_goes_leaves_a_handler_that_waits(void **state)
{
    struct sup_task_spec work = {.fn = waits_while_it_cleans_up};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "waits", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run_until(world, at(1)), SUP_OK);
    sim_world_free(world);
    assert_string_equal(told, "waits first ");
}

static void world__an_abort_ends_a_task_where_it_waits_and_cleans_up(void **state)
{
    struct sup_task_spec work = {.fn = waits_uncut};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "stuck", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run_until(world, at(1)), SUP_OK);
    assert_int_equal(sup_abort(sim_world_supervisor(world), "stuck", &actor, NULL), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_string_equal(told, "second first ");
    assert_int_equal(look(world, "stuck").reason, SUP_REASON_ABORTED);
    sim_world_free(world);
}

static void world__a_task_that_ends_on_cancellation_runs_no_clean_up_by_force(void **state)
{
    struct sup_task_spec work = {.fn = stubborn};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "stubborn", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run_until(world, at(1)), SUP_OK);
    assert_int_equal(sup_cancel(sim_world_supervisor(world), "stubborn", &actor, NULL), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_string_equal(told, "returned second first ");
    sim_world_free(world);
}

static void world__an_attempt_aborted_before_it_ran_never_runs(void **state)
{
    struct sup_task_spec work = {.fn = waits_uncut};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "unborn", SUP_KIND_SERVICE, &work);
    assert_int_equal(sup_abort(sim_world_supervisor(world), "unborn", &actor, NULL), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_string_equal(told, "");
    assert_int_equal(look(world, "unborn").reason, SUP_REASON_ABORTED);
    sim_world_free(world);
}

static void world__a_panic_is_a_crash_and_the_supervisor_goes_on(void **state)
{
    struct sup_task_spec bad = {.fn = panics};
    struct sup_task_spec good = {.fn = tidies_up};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "bad", SUP_KIND_TASK, &bad);
    spawn(world, "good", SUP_KIND_SERVICE, &good);
    struct sup_metrics metrics;
    assert_int_equal(sim_world_run_until(world, at(2)), SUP_OK);
    sup_metrics_read(sim_world_supervisor(world), &metrics);
    assert_string_equal(told, "clean ");
    assert_true(metrics.failures_total == 1 && metrics.terminated_total == 1);
    assert_int_equal(look(world, "good").phase, SUP_PHASE_RUNNING);
    sim_world_free(world);
}

static void world__clean_up_may_wait_and_panic(void **state)
{
    struct sup_task_spec work = {.fn = leaves_work_behind};
    struct sim_world_config config;
    (void)state;
    sim_world_config_default(&config);
    config.keep_trace = true;
    struct sim_world *world = make(&config);
    spawn(world, "mine", SUP_KIND_TASK, &work);
    assert_int_equal(sim_world_run_until(world, at(2)), SUP_OK);
    assert_string_equal(told, "");
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_string_equal(told, "slept first ");
    assert_non_null(strstr(sim_world_trace(world),
                           "{\"t\":3000000000,\"n\":3,\"event\":\"attempt-ended\","
                           "\"service\":\"mine\",\"attempt\":1,\"outcome\":\"crashed\","
                           "\"error\":\"no way back\""));
    sim_world_free(world);
}

/* The world goes while a handler waits: what comes after it is run all the same. */
static void world__clean_up_is_done_when_the_world_goes(void **state)
{
    struct sup_task_spec work = {.fn = leaves_work_behind};
    (void)state;
    struct sim_world *world = make(NULL);
    spawn(world, "mine", SUP_KIND_TASK, &work);
    assert_int_equal(sim_world_run_until(world, at(2)), SUP_OK);
    sim_world_free(world);
    assert_string_equal(told, "first ");
}

static void world__a_task_that_spins_is_found_and_named(void **state)
{
    struct sup_task_spec work = {.fn = spins};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "busy-loop", SUP_KIND_SERVICE, &work);
    assert_int_equal(sim_world_run(world), SUP_ELIMIT);
    assert_non_null(strstr(sim_world_problem(world), "busy-loop"));
    assert_non_null(strstr(sim_world_problem(world), "5000000000 ns"));
    sim_world_free(world);
}

static void world__the_same_seed_draws_the_same_and_hashes_the_same(void **state)
{
    uint64_t drawn[3][4];
    uint64_t hash[3];
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct sim_world_config config;
        sim_world_config_default(&config);
        config.sup.seed = i == 2 ? 8 : 7;
        struct sup_task_spec work = {.fn = draws, .argument = drawn[i]};
        struct sim_world *world = make(&config);
        spawn(world, "draws", SUP_KIND_SERVICE, &work);
        assert_int_equal(sim_world_run(world), SUP_OK);
        hash[i] = sim_world_hash(world);
        sim_world_free(world);
    }
    assert_memory_equal(drawn[0], drawn[1], sizeof(drawn[0]));
    assert_true(hash[0] == hash[1] && hash[0] != hash[2]);
    assert_memory_not_equal(drawn[0], drawn[2], sizeof(drawn[0]));
}

static void world__an_interval_task_is_called_until_it_says_stop(void **state)
{
    uint64_t calls = 0;
    struct sup_task_spec work = {.fn = counts_to_three, .argument = &calls};
    struct sim_world *world = make(NULL);
    (void)state;
    spawn(world, "tick", SUP_KIND_INTERVAL, &work);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_true(calls == 3);
    /* calls at 0, 13 and 26 s, each of 3 s */
    assert_true(sim_world_now(world).ns == at(29).ns);
    assert_int_equal(look(world, "tick").reason, SUP_REASON_COMPLETED);
    sim_world_free(world);
}

static void world__a_silent_task_goes_stale_and_is_restarted(void **state)
{
    struct sup_task_spec work = {.fn = beats_for_a_while};
    struct sim_world *world = make(NULL);
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.ready_explicit = true;
    policy.stale_after = SUP_SEC(3);
    policy.stale_then = SUP_STALE_RESTART;
    struct sup_spec spec = {.name = "quiet", .policy = &policy, .work = &work};
    assert_int_equal(sup_spawn(sim_world_supervisor(world), &spec), SUP_OK);
    assert_int_equal(sim_world_run_until(world, (struct sup_instant){6999999999u}), SUP_OK);
    assert_int_equal(look(world, "quiet").attempt, 1);
    assert_int_equal(look(world, "quiet").readiness, SUP_READINESS_READY);
    assert_int_equal(sim_world_run_until(world, (struct sup_instant){7100000000u}), SUP_OK);
    assert_int_equal(look(world, "quiet").attempt, 2);
    assert_string_equal(look(world, "quiet").last_error, "heartbeat stale");
    sim_world_free(world);
}

/* ---- joins ---- */

struct joined {
    int times;
    struct sup_joined result;
    char error[64];
};

static void on_joined(void *context, const struct sup_joined *joined)
{
    struct joined *to = context;
    to->times++;
    to->result = *joined;
    snprintf(to->error, sizeof(to->error), "%s", joined->error);
}

static void join__hands_over_value_panic_and_abort(void **state)
{
    int value = 42;
    struct sup_task_spec good = {.fn = answers, .argument = &value};
    struct sup_task_spec bad = {.fn = panics};
    struct sup_task_spec long_one = {.fn = waits_uncut};
    struct joined joined[3] = {{0}};
    struct sup_join joins[3];
    struct sim_world *world = make(NULL);
    struct sup *sup = sim_world_supervisor(world);
    (void)state;
    spawn(world, "good", SUP_KIND_TASK, &good);
    spawn(world, "bad", SUP_KIND_TASK, &bad);
    spawn(world, "long", SUP_KIND_TASK, &long_one);
    assert_int_equal(sup_join_start(sup, "good", on_joined, &joined[0], &joins[0]), SUP_OK);
    assert_int_equal(sup_join_start(sup, "bad", on_joined, &joined[1], &joins[1]), SUP_OK);
    assert_int_equal(sup_join_start(sup, "long", on_joined, &joined[2], &joins[2]), SUP_OK);
    assert_int_equal(sup_join_start(sup, "none", on_joined, NULL, &joins[2]), SUP_EUNKNOWN);
    assert_int_equal(sim_world_run_until(world, at(2)), SUP_OK);
    assert_int_equal(joined[0].times, 1);
    assert_int_equal(joined[0].result.result, SUP_OK);
    assert_ptr_equal(joined[0].result.value, &value);
    assert_int_equal(joined[1].result.result, SUP_EPANICKED);
    assert_string_equal(joined[1].error, "index out of range");
    assert_int_equal(joined[2].times, 0);
    assert_int_equal(sup_abort(sup, "long", &actor, NULL), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    assert_int_equal(joined[2].result.result, SUP_EABORTED);
    assert_int_equal(joined[2].times, 1);
    sim_world_free(world);
}

static void join__a_supervisor_that_goes_tells_who_waits(void **state)
{
    struct sup_task_spec work = {.fn = waits_uncut};
    struct joined waiting = {0};
    struct joined left = {0};
    struct sup_join join_waiting, join_left;
    struct sim_world *world = make(NULL);
    struct sup *sup = sim_world_supervisor(world);
    (void)state;
    spawn(world, "long", SUP_KIND_TASK, &work);
    assert_int_equal(sup_join_start(sup, "long", on_joined, &waiting, &join_waiting), SUP_OK);
    assert_int_equal(sup_join_start(sup, "long", on_joined, &left, &join_left), SUP_OK);
    assert_int_equal(sim_world_run_until(world, at(1)), SUP_OK);
    sup_join_leave(&join_left);
    sim_world_free(world);
    assert_int_equal(waiting.times, 1);
    assert_int_equal(waiting.result.result, SUP_EGONE);
    assert_int_equal(left.times, 0);
}

/* ---- capacity classes and external tokens ---- */

static void class__the_one_too_many_is_dropped_and_counted(void **state)
{
    static const char *const names[] = {"e0", "e1", "e2", "e3", "e4"};
    struct sup_task_spec work = {.fn = waits_uncut};
    struct sup_group_policy enrichment = {.max_inflight = 4};
    struct sup_group_policy telemetry = {.max_inflight = 8};
    struct sim_world *world = make(NULL);
    struct sup *sup = sim_world_supervisor(world);
    struct sup_group_info info;
    (void)state;
    assert_int_equal(sup_group_create(sup, "enrichment", &enrichment), SUP_OK);
    assert_int_equal(sup_group_create(sup, "telemetry", &telemetry), SUP_OK);
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.kind = SUP_KIND_TASK;
    for (int i = 0; i < 5; i++) {
        struct sup_spec spec = {
            .name = names[i], .group = "enrichment", .policy = &policy, .work = &work};
        assert_int_equal(sup_spawn(sup, &spec), i < 4 ? SUP_OK : SUP_ELIMIT);
    }
    struct sup_spec other = {.name = "t0", .group = "telemetry", .policy = &policy, .work = &work};
    assert_int_equal(sup_spawn(sup, &other), SUP_OK);
    assert_int_equal(sup_group_info_of(sup, "enrichment", &info), SUP_OK);
    assert_true(info.inflight == 4 && info.spawned == 4 && info.dropped == 1);
    assert_int_equal(sup_force_abort(sup, "enrichment", &actor, NULL), SUP_OK);
    assert_int_equal(sim_world_run_until(world, at(1)), SUP_OK);
    assert_int_equal(sup_group_info_of(sup, "enrichment", &info), SUP_OK);
    assert_true(info.inflight == 0 && info.completed == 4 && info.dropped == 1);
    assert_int_equal(sup_group_info_of(sup, "telemetry", &info), SUP_OK);
    assert_true(info.inflight == 1 && info.dropped == 0);
    struct sup_spec again = {.name = "e4", .group = "enrichment", .policy = &policy, .work = &work};
    assert_int_equal(sup_spawn(sup, &again), SUP_OK);
    sim_world_free(world);
}

static void token__an_external_token_cancels_the_one_task_it_was_given_to(void **state)
{
    struct sup_task_spec work = {.fn = tidies_up};
    struct sup_token root, own;
    struct sim_world *world = make(NULL);
    struct sup *sup = sim_world_supervisor(world);
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&own, &root);
    struct sup_spec tied = {.name = "tied", .work = &work, .token = &own};
    struct sup_spec loose = {.name = "loose", .work = &work};
    assert_int_equal(sup_spawn(sup, &tied), SUP_OK);
    assert_int_equal(sup_spawn(sup, &loose), SUP_OK);
    assert_int_equal(sim_world_run_until(world, at(3)), SUP_OK);
    sup_token_cancel(&root);
    assert_int_equal(sim_world_run_until(world, at(4)), SUP_OK);
    assert_int_equal(look(world, "tied").reason, SUP_REASON_CANCELLED);
    assert_int_equal(look(world, "loose").phase, SUP_PHASE_RUNNING);
    struct sup_spec late = {.name = "late", .work = &work, .token = &own};
    assert_int_equal(sup_spawn(sup, &late), SUP_ECANCELLED);
    sim_world_free(world);
}

static void blocking__sixteen_pieces_of_work_run_eight_at_a_time(void **state)
{
    static char names[16][16];
    struct sup_task_spec work = {.fn = answers};
    struct sim_world *world = make(NULL);
    struct sup_metrics metrics;
    (void)state;
    for (int i = 0; i < 16; i++) {
        snprintf(names[i], sizeof(names[i]), "b%d", i);
        spawn(world, names[i], SUP_KIND_BLOCKING, &work);
    }
    sup_metrics_read(sim_world_supervisor(world), &metrics);
    assert_true(metrics.attempts_total == 8);
    assert_int_equal(sim_world_run(world), SUP_OK);
    sup_metrics_read(sim_world_supervisor(world), &metrics);
    assert_true(metrics.attempts_total == 16 && metrics.terminated_total == 16);
    assert_true(sim_world_now(world).ns == 40000000u);
    sim_world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(world__a_sleep_of_minutes_takes_exactly_that),
        cmocka_unit_test(world__a_failing_task_is_restarted_after_its_backoff),
        cmocka_unit_test(world__a_cancelled_task_tidies_up_and_returns),
        cmocka_unit_test(world__that_goes_leaves_a_handler_that_waits),
        cmocka_unit_test(world__an_abort_ends_a_task_where_it_waits_and_cleans_up),
        cmocka_unit_test(world__a_task_that_ends_on_cancellation_runs_no_clean_up_by_force),
        cmocka_unit_test(world__an_attempt_aborted_before_it_ran_never_runs),
        cmocka_unit_test(world__a_panic_is_a_crash_and_the_supervisor_goes_on),
        cmocka_unit_test(world__clean_up_may_wait_and_panic),
        cmocka_unit_test(world__clean_up_is_done_when_the_world_goes),
        cmocka_unit_test(world__a_task_that_spins_is_found_and_named),
        cmocka_unit_test(world__the_same_seed_draws_the_same_and_hashes_the_same),
        cmocka_unit_test(world__an_interval_task_is_called_until_it_says_stop),
        cmocka_unit_test(world__a_silent_task_goes_stale_and_is_restarted),
        cmocka_unit_test(join__hands_over_value_panic_and_abort),
        cmocka_unit_test(join__a_supervisor_that_goes_tells_who_waits),
        cmocka_unit_test(class__the_one_too_many_is_dropped_and_counted),
        cmocka_unit_test(token__an_external_token_cancels_the_one_task_it_was_given_to),
        cmocka_unit_test(blocking__sixteen_pieces_of_work_run_eight_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
