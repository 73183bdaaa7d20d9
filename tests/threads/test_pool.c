/* The threads of the pool: how they come, are shared, make room for each other, and go,
 * also when a task ends its own. */
#include "thread_world.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LARGE ((size_t)1 << 20)

static int ends(struct sup_task *task, void *argument)
{
    (void)task;
    (void)argument;
    return 0;
}

static int waits(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

static void run_to_its_end(struct thread_world *world, const char *name, struct sup_task_spec *work)
{
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    thread_spawn(world, name, &policy, work);
    thread_until_phase(world, name, SUP_PHASE_TERMINATED);
}

/* ---- stacks ---- */

static void open_small(struct thread_world *world, uint32_t threads_max)
{
    struct sup_threads_config config;
    sup_threads_config_default(&config);
    config.threads_max = threads_max;
    thread_world_open(world, &config);
}

static void pool__idle_threads_with_small_stacks_make_room_for_a_large_one(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec small = {.fn = waits}, large = {.fn = ends, .stack_bytes = LARGE};
    (void)state;
    open_small(&world, 2);
    thread_spawn(&world, "a", &policy, &small);
    thread_spawn(&world, "b", &policy, &small);
    assert_int_equal(sup_threads_count(world.threads), 2);
    thread_command(&world, SUP_COMMAND_CANCEL, "a");
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    run_to_its_end(&world, "large", &large);
    assert_int_equal(thread_snapshot(&world, "large").reason, SUP_REASON_COMPLETED);
    assert_false(thread_told(&world, "refused"));
    /* It suits a small one too, and the one at work was left alone. */
    run_to_its_end(&world, "c", &(struct sup_task_spec){.fn = ends});
    assert_int_equal(thread_snapshot(&world, "b").phase, SUP_PHASE_RUNNING);
    thread_command(&world, SUP_COMMAND_CANCEL, "b");
    thread_until_phase(&world, "b", SUP_PHASE_TERMINATED);
    while (sup_threads_count(world.threads) > 2) {
        thread_turn(&world); /* the one that made room is still going */
    }
    thread_world_close(&world);
}

static void pool__nobody_idle_large_stack_is_refused(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec small = {.fn = waits}, large = {.fn = ends, .stack_bytes = LARGE};
    (void)state;
    open_small(&world, 1);
    thread_spawn(&world, "a", &policy, &small);
    thread_spawn(&world, "large", &policy, &large);
    assert_string_equal(thread_snapshot(&world, "large").last_error, "no thread is free");
    thread_command(&world, SUP_COMMAND_CANCEL, "a");
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    thread_world_close(&world);
}

/* An idle thread is given up when the system has no other. */
static void pool__system_that_refuses_leaves_the_rest_at_work(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec huge = {.fn = ends, .stack_bytes = (size_t)1 << 46};
    struct sup_task_spec odd = {.fn = ends, .stack_bytes = 1};
    (void)state;
    if (thread_under_valgrind()) {
        skip(); /* which reports a call that fails as a fault */
    }
    open_small(&world, 4);
    run_to_its_end(&world, "a", &(struct sup_task_spec){.fn = ends});
    thread_spawn(&world, "huge", &policy, &huge);
    assert_string_equal(thread_snapshot(&world, "huge").last_error,
                        "the system has no thread left");
    run_to_its_end(&world, "b", &(struct sup_task_spec){.fn = ends});
    assert_int_equal(thread_snapshot(&world, "b").reason, SUP_REASON_COMPLETED);
    struct sup_threads *threads;
    struct sup_threads_config config;
    sup_threads_config_default(&config);
    config.stack_bytes = 1; /* too small for any thread */
    assert_int_equal(sup_threads_create(&config, &threads), SUP_OK);
    struct sup_host_config host_config;
    struct sup_host *host;
    sup_host_config_default(&host_config);
    host_config.sup.executor = sup_threads_executor(threads);
    assert_int_equal(sup_host_create(&host_config, &host), SUP_OK);
    assert_int_equal(sup_threads_bind(threads, host), SUP_OK);
    struct sup_spec spec = {.name = "odd", .policy = &policy, .work = &odd};
    assert_int_equal(sup_spawn(sup_host_supervisor(host), &spec), SUP_OK);
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(sup_host_supervisor(host), "odd", &snapshot), SUP_OK);
    assert_string_equal(snapshot.last_error, "cannot create a thread");
    assert_int_equal(sup_threads_free(threads, SUP_NS(0)), SUP_OK);
    sup_host_free(host);
    thread_world_close(&world);
}

/* ---- tasks that end their thread ---- */

struct leaver {
    void *value;
    const char *error;
    bool in_cleanup;   /* leaves from its clean-up handler */
    bool panics_there; /* or panics in it */
    atomic_int cleaned;
    struct sup_task *task;
};

static void clean_up(void *argument)
{
    struct leaver *leaver = argument;
    atomic_fetch_add(&leaver->cleaned, 1);
    if (leaver->in_cleanup) {
        leaver->in_cleanup = false;
        pthread_exit(leaver->value);
    }
    if (leaver->panics_there) {
        leaver->panics_there = false;
        sup_task_panic(leaver->task, "in the clean-up");
    }
}

static int leaves(struct sup_task *task, void *argument)
{
    struct leaver *leaver = argument;
    leaver->task = task;
    sup_task_beat(task);
    sup_task_ready(task, true);
    if (leaver->error != NULL) {
        sup_task_error(task, leaver->error);
    }
    for (int i = 0; i < 3; i++) {
        if (sup_task_cleanup_push(task, clean_up, leaver) != SUP_OK) {
            return -2;
        }
    }
    if (leaver->in_cleanup) {
        return 0;
    }
    pthread_exit(leaver->value);
}

/* What it ends as, in a pool of one thread; and another task finds its place there. */
static void leave(struct leaver *leaver, const char *told, const char *error)
{
    struct thread_world world;
    struct sup_task_spec work = {.fn = leaves, .argument = leaver};
    open_small(&world, 1);
    run_to_its_end(&world, "a", &work);
    assert_true(thread_told(&world, told));
    assert_string_equal(thread_snapshot(&world, "a").last_error, error);
    assert_int_equal(atomic_load(&leaver->cleaned), 3);
    struct sup_histogram cpu;
    sup_cpu_histogram_read(world.sup, &cpu);
    assert_true(cpu.count == 1 && cpu.sum_ns > 0);
    assert_int_equal(sup_threads_busy(world.threads), 0);
    assert_int_equal(sup_threads_count(world.threads), 0);
    run_to_its_end(&world, "b", &(struct sup_task_spec){.fn = ends});
    assert_int_equal(thread_snapshot(&world, "b").reason, SUP_REASON_COMPLETED);
    thread_world_close(&world);
}

static void pool__task_that_ends_its_thread_ends_as_if_it_had_returned(void **state)
{
    struct leaver clean = {.value = NULL};
    struct leaver positive = {.value = (void *)(intptr_t)7};
    struct leaver failed = {.value = (void *)(intptr_t)-1, .error = "no way on"};
    struct leaver late = {.value = (void *)(intptr_t)-1, .in_cleanup = true, .error = "late"};
    struct leaver panicked = {.value = NULL, .panics_there = true};
    (void)state;
    leave(&clean, "a attempt-ended succeeded;", "");
    leave(&positive, "a attempt-ended succeeded;", "");
    leave(&failed, "a attempt-ended failed;", "no way on");
    leave(&late, "a attempt-ended failed;", "late");
    leave(&panicked, "a attempt-ended crashed;", "in the clean-up");
}

static void pool__task_that_ends_its_thread_is_restarted_on_another(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct leaver leaver = {.value = (void *)(intptr_t)-1};
    struct sup_task_spec work = {.fn = leaves, .argument = &leaver};
    (void)state;
    open_small(&world, 1);
    thread_spawn(&world, "a", &policy, &work);
    thread_until_attempt(&world, "a", 20);
    assert_false(thread_told(&world, "refused"));
    assert_int_equal(sup_shutdown(world.sup, NULL, &thread_actor, NULL), SUP_OK);
    thread_until_drained(&world);
    thread_world_close(&world);
}

/* A destructor of thread-specific data that takes its time: the loop goes on, the attempt
 * is over when it is. */
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open;
    bool entered;
};

static void pass_gate(void *argument)
{
    struct gate *gate = argument;
    pthread_mutex_lock(&gate->mutex);
    gate->entered = true;
    while (!gate->open) {
        pthread_cond_wait(&gate->changed, &gate->mutex);
    }
    pthread_mutex_unlock(&gate->mutex);
}

static void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

static bool gate_entered(struct gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    bool entered = gate->entered;
    pthread_mutex_unlock(&gate->mutex);
    return entered;
}

static pthread_key_t key;

static int leaves_slowly(struct sup_task *task, void *argument)
{
    (void)task;
    pthread_setspecific(key, argument);
    pthread_exit(NULL);
}

static int ends_slowly(struct sup_task *task, void *argument)
{
    (void)task;
    pthread_setspecific(key, argument);
    return 0;
}

static void pool__slow_destructor_does_not_hold_up_the_loop(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    struct sup_task_spec work = {.fn = leaves_slowly, .argument = &gate};
    (void)state;
    assert_int_equal(pthread_key_create(&key, pass_gate), 0);
    open_small(&world, 2);
    thread_spawn(&world, "a", &policy, &work);
    while (!gate_entered(&gate)) {
        thread_turn(&world);
    }
    run_to_its_end(&world, "b", &(struct sup_task_spec){.fn = ends});
    assert_int_equal(thread_snapshot(&world, "a").phase, SUP_PHASE_RUNNING);
    assert_int_equal(sup_threads_free(world.threads, SUP_MS(1)), SUP_EBUSY);
    gate_open(&gate);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_COMPLETED);
    thread_world_close(&world);
    assert_int_equal(pthread_key_delete(key), 0);
}

/* A thread that has ended its own counts while its attempt is not over; one that makes
 * room does not, but there may not be any number of those. */
static void pool__threads_that_are_ending_are_bounded(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    struct sup_task_spec leaving = {.fn = leaves_slowly, .argument = &gate};
    struct sup_task_spec slow = {.fn = ends_slowly, .argument = &gate};
    struct sup_task_spec plain = {.fn = ends}, large = {.fn = ends, .stack_bytes = LARGE};
    struct sup_task_spec larger = {.fn = ends, .stack_bytes = 2 * LARGE};
    (void)state;
    assert_int_equal(pthread_key_create(&key, pass_gate), 0);
    open_small(&world, 1);
    thread_spawn(&world, "a", &policy, &leaving);
    while (!gate_entered(&gate)) {
        thread_turn(&world);
    }
    thread_spawn(&world, "refused", &policy, &plain);
    assert_string_equal(thread_snapshot(&world, "refused").last_error, "no thread is free");
    gate_open(&gate);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    gate.open = gate.entered = false;
    run_to_its_end(&world, "slow", &slow);
    run_to_its_end(&world, "large", &large);
    assert_int_equal(thread_snapshot(&world, "large").reason, SUP_REASON_COMPLETED);
    assert_int_equal(sup_threads_count(world.threads), 2);
    thread_spawn(&world, "larger", &policy, &larger);
    assert_string_equal(thread_snapshot(&world, "larger").last_error, "no thread is free");
    gate_open(&gate);
    while (sup_threads_count(world.threads) > 1) {
        thread_turn(&world);
    }
    run_to_its_end(&world, "again", &larger);
    assert_int_equal(thread_snapshot(&world, "again").reason, SUP_REASON_COMPLETED);
    thread_world_close(&world);
    assert_int_equal(pthread_key_delete(key), 0);
}

static void pool__thread_that_makes_room_takes_none(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    struct sup_task_spec waiting = {.fn = waits}, plain = {.fn = ends};
    struct sup_task_spec slow = {.fn = ends_slowly, .argument = &gate};
    struct leaver leaver = {.value = NULL};
    struct sup_task_spec leaving = {.fn = leaves, .argument = &leaver, .stack_bytes = LARGE};
    (void)state;
    assert_int_equal(pthread_key_create(&key, pass_gate), 0);
    open_small(&world, 2);
    thread_spawn(&world, "waiting", &policy, &waiting);
    run_to_its_end(&world, "slow", &slow);
    run_to_its_end(&world, "leaving", &leaving); /* the slow one makes room, and lingers */
    assert_int_equal(sup_threads_count(world.threads), 2);
    run_to_its_end(&world, "plain", &plain);
    assert_int_equal(thread_snapshot(&world, "plain").reason, SUP_REASON_COMPLETED);
    gate_open(&gate);
    thread_command(&world, SUP_COMMAND_CANCEL, "waiting");
    thread_until_phase(&world, "waiting", SUP_PHASE_TERMINATED);
    thread_world_close(&world);
    assert_int_equal(pthread_key_delete(key), 0);
}

/* The same when the pool is freed with the thread on its way out. */
static void pool__freeing_waits_for_a_thread_that_is_ending(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    struct sup_task_spec work = {.fn = leaves_slowly, .argument = &gate};
    (void)state;
    assert_int_equal(pthread_key_create(&key, pass_gate), 0);
    open_small(&world, 2);
    thread_spawn(&world, "a", &policy, &work);
    while (!gate_entered(&gate)) {
        sched_yield();
    }
    assert_int_equal(sup_threads_free(world.threads, SUP_MS(1)), SUP_EBUSY);
    gate_open(&gate);
    assert_int_equal(sup_threads_free(world.threads, SUP_SEC(PATIENCE_SECONDS)), SUP_OK);
    /* The host's loop may turn on without it. */
    assert_int_equal(sup_host_settle(world.host, SUP_MS(5)), SUP_OK);
    sup_host_free(world.host);
    free(world.story);
    assert_int_equal(pthread_key_delete(key), 0);
}

/* ---- being told to stop ---- */

/* Asks again and again, without a wait that would order it behind the loop. */
static int polls(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_task_ready(task, true);
    while (!sup_task_cancelled(task)) {
        sched_yield();
    }
    return 0;
}

static void pool__task_that_polls_sees_its_cancellation(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct sup_task_spec work = {.fn = polls};
    (void)state;
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_SEC(PATIENCE_SECONDS);
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    for (uint32_t round = 1; round <= 20; round++) {
        thread_until_phase(&world, "a", SUP_PHASE_RUNNING); /* it is past its last lock */
        thread_command(&world, SUP_COMMAND_RESTART, "a");
        thread_until_attempt(&world, "a", round + 1);
    }
    thread_command(&world, SUP_COMMAND_CANCEL, "a");
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_CANCELLED);
    thread_world_close(&world);
}

/* What the task before it on the same thread was told is not told to this one. */
struct found {
    bool cancelled;
    int slept;
    int slept_through;
};

static int looks(struct sup_task *task, void *argument)
{
    struct found *found = argument;
    found->cancelled = sup_task_cancelled(task);
    found->slept = sup_task_sleep(task, SUP_MS(1));
    found->slept_through = sup_task_sleep_through(task, SUP_MS(1));
    return 0;
}

static void pool__thread_that_is_used_again_begins_anew(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec waiting = {.fn = waits};
    struct found found = {true, 1, 1};
    struct sup_task_spec looking = {.fn = looks, .argument = &found};
    const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    (void)state;
    open_small(&world, 1);
    thread_spawn(&world, "a", &policy, &waiting);
    struct sup_snapshot snapshot = thread_snapshot(&world, "a");
    struct sup_attempt id = {snapshot.slot, snapshot.generation, snapshot.attempt};
    sup_threads_disown(world.threads, &id); /* which cancels it, too */
    assert_int_equal(sup_report_end(world.sup, id, &end), SUP_OK);
    thread_until_busy(&world, 0);
    run_to_its_end(&world, "b", &looking);
    assert_int_equal(sup_threads_count(world.threads), 1);
    assert_false(found.cancelled);
    assert_int_equal(found.slept, SUP_OK);
    assert_int_equal(found.slept_through, SUP_OK);
    thread_world_close(&world);
}

static int cancels_itself(struct sup_task *task, void *argument)
{
    (void)argument;
    pthread_cancel(pthread_self());
    return sup_task_sleep(task, SUP_MS(1));
}

static void pool__threads_of_the_pool_cannot_be_cancelled(void **state)
{
    struct thread_world world;
    struct sup_task_spec work = {.fn = cancels_itself};
    (void)state;
    open_small(&world, 1);
    run_to_its_end(&world, "a", &work);
    assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_COMPLETED);
    run_to_its_end(&world, "b", &work);
    assert_int_equal(thread_snapshot(&world, "b").reason, SUP_REASON_COMPLETED);
    thread_world_close(&world);
}

/* ---- binding and freeing ---- */

static void pool__bound_once_and_freed_before_or_after_its_host(void **state)
{
    (void)state;
    for (int host_first = 0; host_first < 2; host_first++) {
        struct thread_world world;
        open_small(&world, 2);
        assert_int_equal(sup_threads_bind(world.threads, world.host), SUP_EINVAL);
        assert_int_equal(sup_threads_bind(NULL, world.host), SUP_EINVAL);
        run_to_its_end(&world, "a", &(struct sup_task_spec){.fn = ends});
        struct sup_task_spec large = {.fn = ends, .stack_bytes = LARGE};
        run_to_its_end(&world, "b", &large);
        run_to_its_end(&world, "c", &(struct sup_task_spec){.fn = ends, .stack_bytes = 2 * LARGE});
        if (host_first) {
            sup_host_free(world.host);
            assert_int_equal(sup_threads_free(world.threads, SUP_SEC(PATIENCE_SECONDS)), SUP_OK);
            free(world.story);
        } else {
            thread_world_close(&world);
        }
    }
    assert_int_equal(sup_threads_free(NULL, SUP_NS(0)), SUP_OK);
}

static void pool__who_has_ended_or_never_was_is_not_asked(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec waiting = {.fn = waits};
    (void)state;
    open_small(&world, 1);
    run_to_its_end(&world, "a", &(struct sup_task_spec){.fn = ends});
    struct sup_snapshot ended = thread_snapshot(&world, "a");
    thread_spawn(&world, "b", &policy, &waiting); /* on the same thread */
    struct sup_snapshot live = thread_snapshot(&world, "b");
    const struct sup_attempt ids[] = {{ended.slot, ended.generation, ended.attempt},
                                      {live.slot, live.generation, live.attempt + 1},
                                      {live.slot, live.generation + 1, live.attempt},
                                      {100000, 0, 1}};
    struct sup_executor executor = sup_threads_executor(world.threads);
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        executor.cancel(executor.context, ids[i], NULL);
        executor.abort(executor.context, ids[i], NULL);
        sup_threads_disown(world.threads, &ids[i]);
    }
    thread_turn(&world);
    assert_int_equal(thread_snapshot(&world, "b").phase, SUP_PHASE_RUNNING);
    thread_command(&world, SUP_COMMAND_CANCEL, "b");
    thread_until_phase(&world, "b", SUP_PHASE_TERMINATED);
    thread_world_close(&world);
}

static void pool__never_bound_it_runs_nothing_and_can_be_freed(void **state)
{
    struct sup_threads *threads;
    struct sup_threads_config config;
    struct sup_task_spec work = {.fn = ends};
    const struct sup_start start = {.service = "a", .work = &work};
    const char *error = NULL;
    (void)state;
    sup_threads_config_default(&config);
    assert_int_equal(sup_threads_create(&config, NULL), SUP_EINVAL);
    assert_int_equal(sup_threads_create(&config, &threads), SUP_OK);
    struct sup_executor executor = sup_threads_executor(threads);
    assert_int_equal(executor.start(executor.context, &start, &error), SUP_EINVAL);
    assert_string_equal(error, "the executor is not bound to a host");
    assert_int_equal(sup_threads_free(threads, SUP_DURATION_NEVER), SUP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool__idle_threads_with_small_stacks_make_room_for_a_large_one),
        cmocka_unit_test(pool__nobody_idle_large_stack_is_refused),
        cmocka_unit_test(pool__system_that_refuses_leaves_the_rest_at_work),
        cmocka_unit_test(pool__task_that_ends_its_thread_ends_as_if_it_had_returned),
        cmocka_unit_test(pool__task_that_ends_its_thread_is_restarted_on_another),
        cmocka_unit_test(pool__slow_destructor_does_not_hold_up_the_loop),
        cmocka_unit_test(pool__threads_that_are_ending_are_bounded),
        cmocka_unit_test(pool__thread_that_makes_room_takes_none),
        cmocka_unit_test(pool__freeing_waits_for_a_thread_that_is_ending),
        cmocka_unit_test(pool__task_that_polls_sees_its_cancellation),
        cmocka_unit_test(pool__thread_that_is_used_again_begins_anew),
        cmocka_unit_test(pool__threads_of_the_pool_cannot_be_cancelled),
        cmocka_unit_test(pool__bound_once_and_freed_before_or_after_its_host),
        cmocka_unit_test(pool__who_has_ended_or_never_was_is_not_asked),
        cmocka_unit_test(pool__never_bound_it_runs_nothing_and_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
