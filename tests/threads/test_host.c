/* The host: calls from other threads, wake-ups, sources, signals, the clock. */
#include "thread_world.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static int waits(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

static struct sup_task_spec waiting = {.fn = waits};

/* ---- calls ---- */

struct caller {
    pthread_t thread;
    struct thread_world *world;
    int result;
    int inner;
    pthread_t ran_on;
};

static int on_the_loop(struct sup *sup, void *context)
{
    struct caller *caller = context;
    (void)sup;
    caller->ran_on = pthread_self();
    return 42;
}

/* A call from the loop's own thread is made at once. */
static int calls_again(struct sup *sup, void *context)
{
    struct caller *caller = context;
    (void)sup;
    caller->inner = sup_host_call(caller->world->host, on_the_loop, caller);
    return 7;
}

static void *call(void *context)
{
    struct caller *caller = context;
    caller->result = sup_host_call(caller->world->host, calls_again, caller);
    sup_ignore(sup_host_shutdown(caller->world->host, NULL, &thread_actor)); /* ends the loop */
    return NULL;
}

static void host__call_from_another_thread_runs_on_the_loop(void **state)
{
    struct thread_world world;
    struct caller caller = {.world = &world};
    (void)state;
    thread_world_open(&world, NULL);
    assert_int_equal(pthread_create(&caller.thread, NULL, call, &caller), 0);
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    assert_int_equal(pthread_join(caller.thread, NULL), 0);
    assert_int_equal(caller.result, 7);
    assert_int_equal(caller.inner, 42);
    assert_true(pthread_equal(caller.ran_on, pthread_self()));
    thread_world_close(&world);
}

static void *command_all(void *context)
{
    struct caller *caller = context;
    struct sup_host *host = caller->world->host;
    struct sup_spec spec = {.name = "a", .work = &waiting};
    struct sup_command_outcome outcome;
    bool good = sup_host_spawn(host, &spec, &thread_actor) == SUP_OK;
    good &= sup_host_spawn(host, &spec, &thread_actor) == SUP_EEXISTS;
    good &= sup_host_command(host, SUP_COMMAND_PAUSE, "a", &thread_actor, &outcome) == SUP_OK;
    good &= outcome.cancel_delivered && outcome.operation_after == SUP_OPERATION_PAUSED;
    good &= sup_host_command(host, SUP_COMMAND_PAUSE, "a", &thread_actor, &outcome) == SUP_OK;
    good &= outcome.idempotent;
    good &= sup_host_command(host, SUP_COMMAND_ABORT, "b", &thread_actor, NULL) == SUP_EUNKNOWN;
    good &= sup_host_command(host, SUP_COMMAND_SPAWN, "b", &thread_actor, NULL) == SUP_EINVAL;
    good &=
        sup_host_command(host, SUP_COMMAND_CANCEL_GROUP, "x", &thread_actor, NULL) == SUP_EUNKNOWN;
    good &= sup_host_shutdown(host, NULL, &thread_actor) == SUP_OK;
    caller->result = good;
    return NULL;
}

static void host__commands_from_another_thread_are_answered(void **state)
{
    struct thread_world world;
    struct caller caller = {.world = &world};
    (void)state;
    thread_world_open(&world, NULL);
    assert_int_equal(pthread_create(&caller.thread, NULL, command_all, &caller), 0);
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    assert_int_equal(pthread_join(caller.thread, NULL), 0);
    assert_true(caller.result);
    thread_world_close(&world);
}

static int count_one(struct sup *sup, void *context)
{
    (void)sup;
    atomic_fetch_add((atomic_uint *)context, 1);
    return SUP_OK;
}

static void host__posts_are_bounded_and_carried_out_in_one_turn(void **state)
{
    struct thread_world world;
    struct sup_host_config config;
    atomic_uint count = 0;
    (void)state;
    sup_host_config_default(&config);
    config.calls_max = 3;
    thread_world_open_host(&world, NULL, &config);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sup_host_post(world.host, count_one, &count), SUP_OK);
    }
    assert_int_equal(sup_host_post(world.host, count_one, &count), SUP_ELIMIT);
    assert_int_equal(sup_host_turn(world.host, SUP_NS(0)), 0);
    assert_int_equal(atomic_load(&count), 3);
    assert_int_equal(sup_host_post(world.host, count_one, &count), SUP_OK);
    /* What waits when the loop ends is dropped, and what comes is refused. */
    sup_host_end(world.host);
    sup_host_end(world.host);
    assert_int_equal(sup_host_post(world.host, count_one, &count), SUP_EGONE);
    assert_int_equal(sup_host_call(world.host, count_one, &count), SUP_EGONE);
    assert_int_equal(atomic_load(&count), 3);
    thread_world_close(&world);
}

static void *call_and_keep(void *context)
{
    struct caller *caller = context;
    caller->result = sup_host_call(caller->world->host, on_the_loop, caller);
    return NULL;
}

static void host__end_answers_who_still_waits(void **state)
{
    struct thread_world world;
    struct caller callers[4];
    (void)state;
    thread_world_open(&world, NULL);
    for (int i = 0; i < 4; i++) {
        callers[i] = (struct caller){.world = &world};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_and_keep, &callers[i]), 0);
    }
    sup_host_end(world.host);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
        assert_int_equal(callers[i].result, SUP_EGONE);
    }
    thread_world_close(&world);
}

/* ---- whose the loop is ---- */

static void host__who_made_it_may_call_before_the_first_turn(void **state)
{
    struct thread_world world;
    struct caller caller = {.world = &world};
    struct sup_spec spec = {.name = "a", .work = &waiting};
    (void)state;
    thread_world_open(&world, NULL);
    caller.result = sup_host_call(world.host, calls_again, &caller);
    assert_int_equal(caller.result, 7);
    assert_int_equal(caller.inner, 42);
    assert_true(pthread_equal(caller.ran_on, pthread_self()));
    assert_int_equal(sup_host_spawn(world.host, &spec, &thread_actor), SUP_OK);
    assert_int_equal(sup_host_shutdown(world.host, NULL, &thread_actor), SUP_OK);
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    thread_world_close(&world);
}

/* The loop changes its thread while the one that has it is in a call. */
struct handover {
    struct thread_world *world;
    pthread_t thread;
    atomic_bool entered;
    atomic_uint turns;
    unsigned turns_meanwhile;
    int result; /* of the run */
};

static void count_turn(void *context)
{
    struct handover *handover = context;
    atomic_fetch_add(&handover->turns, 1);
}

static void *take_over(void *context)
{
    struct handover *handover = context;
    atomic_store(&handover->entered, true);
    handover->result = sup_host_run(handover->world->host);
    return NULL;
}

static int hand_over(struct sup *sup, void *context)
{
    struct handover *handover = context;
    int error = pthread_create(&handover->thread, NULL, take_over, handover);
    while (error == 0 && !atomic_load(&handover->entered)) {
        sched_yield();
    }
    const struct timespec moment = {0, 20000000}; /* in which it could turn the loop */
    nanosleep(&moment, NULL);
    handover->turns_meanwhile = atomic_load(&handover->turns);
    sup_check(sup);
    return error;
}

static int look(struct sup *sup, void *context)
{
    pthread_t *ran_on = context;
    sup_check(sup);
    *ran_on = pthread_self();
    return SUP_OK;
}

static int fails(struct sup_task *task, void *argument)
{
    (void)task;
    (void)argument;
    return -1;
}

static void host__loop_that_changes_its_thread_waits_for_a_call(void **state)
{
    struct thread_world world;
    struct handover handover = {.world = &world};
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct sup_task_spec failing = {.fn = fails};
    (void)state;
    policy.backoff.base = policy.backoff.max = SUP_US(100);
    thread_world_open(&world, NULL);
    for (int i = 0; i < 8; i++) {
        char name[] = {'a', (char)('0' + i), '\0'};
        thread_spawn(&world, name, &policy, &failing);
    }
    thread_turn(&world); /* the loop is this thread's */
    sup_host_after_turn(world.host, count_turn, &handover);
    assert_int_equal(sup_host_call(world.host, hand_over, &handover), SUP_OK);
    assert_int_equal(handover.turns_meanwhile, 0);
    while (atomic_load(&handover.turns) == 0) {
        const struct timespec moment = {0, 100000};
        nanosleep(&moment, NULL); /* now the loop is the other's */
    }
    for (unsigned i = 0; i < 200; i++) {
        pthread_t ran_on = pthread_self();
        assert_int_equal(sup_host_call(world.host, look, &ran_on), SUP_OK);
        assert_true(pthread_equal(ran_on, handover.thread));
    }
    assert_int_equal(sup_host_shutdown(world.host, NULL, &thread_actor), SUP_OK);
    assert_int_equal(pthread_join(handover.thread, NULL), 0);
    assert_int_equal(handover.result, SUP_OK);
    sup_host_after_turn(world.host, NULL, NULL);
    thread_world_close(&world);
}

/* ---- wake-ups ---- */

static void *watch_idle(void *context)
{
    struct caller *caller = context;
    struct sup_host *host = caller->world->host;
    sup_ignore(sup_host_call(host, on_the_loop, caller)); /* the loop is there when it is back */
    uint64_t before = sup_host_wakeups(host);
    const struct timespec moment = {0, 300000000};
    nanosleep(&moment, NULL);
    caller->inner = (int)(sup_host_wakeups(host) - before);
    sup_ignore(sup_host_shutdown(host, NULL, &thread_actor)); /* ends the loop */
    return NULL;
}

static void host__idle_host_never_wakes_up(void **state)
{
    struct thread_world world;
    struct caller caller = {.world = &world, .inner = -1};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", NULL, &waiting);
    thread_spawn(&world, "b", NULL, &waiting);
    assert_int_equal(pthread_create(&caller.thread, NULL, watch_idle, &caller), 0);
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    assert_int_equal(pthread_join(caller.thread, NULL), 0);
    assert_int_equal(caller.inner, 0);
    thread_world_close(&world);
}

/* ---- sources ---- */

struct pair {
    struct sup_host *host;
    struct sup_host_source sources[2];
    int fds[2];
    int calls;
};

/* Whoever is called first takes the other one away. */
static void take_other_away(struct pair *pair, int other)
{
    pair->calls++;
    sup_host_unwatch(pair->host, pair->fds[0]);
    sup_host_unwatch(pair->host, pair->fds[1]);
    pair->sources[other] = (struct sup_host_source){NULL, NULL};
}

static void first_ready(void *context, uint32_t events)
{
    (void)events;
    take_other_away(context, 1);
}

static void second_ready(void *context, uint32_t events)
{
    (void)events;
    take_other_away(context, 0);
}

static void host__source_taken_away_by_another_is_not_called(void **state)
{
    struct thread_world world;
    int pipes[2][2];
    (void)state;
    thread_world_open(&world, NULL);
    struct pair pair = {.host = world.host};
    pair.sources[0] = (struct sup_host_source){first_ready, &pair};
    pair.sources[1] = (struct sup_host_source){second_ready, &pair};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pipe(pipes[i]), 0);
        pair.fds[i] = pipes[i][0];
        assert_int_equal(sup_host_watch(world.host, pipes[i][0], EPOLLIN, &pair.sources[i]), 0);
        assert_int_equal(write(pipes[i][1], "x", 1), 1);
    }
    assert_int_equal(sup_host_watch(world.host, -1, EPOLLIN, &pair.sources[0]), SUP_EINVAL);
    thread_turn(&world);
    assert_int_equal(pair.calls, 1);
    for (int i = 0; i < 2; i++) {
        close(pipes[i][0]);
        close(pipes[i][1]);
    }
    thread_world_close(&world);
}

/* Whoever is called first closes the other's descriptor, and watches something else that
 * gets its number: the event that was on its way is not that one's. */
struct renewed {
    struct sup_host *host;
    struct sup_host_source sources[2];
    struct sup_host_source later;
    int pipes[2][2];
    int later_pipe[2];
    int calls;
    int wrong_calls;
};

static void never_ready(void *context, uint32_t events)
{
    struct renewed *renewed = context;
    (void)events;
    renewed->wrong_calls++;
}

static void renew(struct renewed *renewed, int other)
{
    renewed->calls++;
    sup_host_unwatch(renewed->host, renewed->pipes[0][0]);
    sup_host_unwatch(renewed->host, renewed->pipes[1][0]);
    int number = renewed->pipes[other][0];
    assert_int_equal(pipe(renewed->later_pipe), 0);
    assert_int_equal(dup2(renewed->later_pipe[0], number), number);
    assert_int_equal(sup_host_watch(renewed->host, number, EPOLLIN, &renewed->later), SUP_OK);
}

static void first_renews(void *context, uint32_t events)
{
    (void)events;
    renew(context, 1);
}

static void second_renews(void *context, uint32_t events)
{
    (void)events;
    renew(context, 0);
}

static void host__event_of_a_closed_descriptor_is_not_its_successors(void **state)
{
    struct thread_world world;
    (void)state;
    thread_world_open(&world, NULL);
    struct renewed renewed = {.host = world.host, .later = {never_ready, &renewed}};
    renewed.sources[0] = (struct sup_host_source){first_renews, &renewed};
    renewed.sources[1] = (struct sup_host_source){second_renews, &renewed};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pipe(renewed.pipes[i]), 0);
        assert_int_equal(
            sup_host_watch(world.host, renewed.pipes[i][0], EPOLLIN, &renewed.sources[i]), SUP_OK);
        assert_int_equal(write(renewed.pipes[i][1], "x", 1), 1);
    }
    thread_turn(&world);
    assert_int_equal(renewed.calls, 1);
    assert_int_equal(renewed.wrong_calls, 0);
    for (int i = 0; i < 2; i++) {
        close(renewed.pipes[i][0]);
        close(renewed.pipes[i][1]);
        close(renewed.later_pipe[i]);
    }
    thread_world_close(&world);
}

/* ---- signals ---- */

static int ignores(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_sleep_through(task, SUP_DURATION_NEVER) == SUP_EGONE ? 0 : -1;
}

static void host__first_signal_drains_and_the_second_aborts(void **state)
{
    struct thread_world world;
    struct sup_host_config config;
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct sup_task_spec stubborn = {.fn = ignores};
    sigset_t before;
    (void)state;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    sup_host_config_default(&config);
    config.signals = true;
    policy.stop_abort_wait = SUP_MS(1);
    thread_world_open_host(&world, NULL, &config);
    thread_spawn(&world, "polite", &policy, &waiting);
    thread_spawn(&world, "stubborn", &policy, &stubborn);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    thread_until_phase(&world, "polite", SUP_PHASE_TERMINATED);
    thread_turn(&world);
    assert_int_equal(thread_snapshot(&world, "stubborn").phase, SUP_PHASE_STOPPING);
    assert_false(thread_told(&world, "stubborn abort-requested"));
    assert_int_equal(kill(getpid(), SIGINT), 0);
    thread_until_drained(&world);
    assert_true(thread_told(&world, "stubborn abort-requested;stubborn abandoned;"));
    sup_threads_disown(world.threads, NULL);
    thread_world_close(&world);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static bool is_blocked(int number)
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    return sigismember(&mask, number) == 1;
}

/* What was blocked before stays so; what came while the host stood was the host's. */
static void host__freeing_unblocks_the_signals_that_it_has_blocked(void **state)
{
    struct thread_world world;
    struct sup_host_config config;
    sigset_t before, interrupt;
    (void)state;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &before);
    sup_host_config_default(&config);
    config.signals = true;
    thread_world_open_host(&world, NULL, &config);
    assert_true(is_blocked(SIGTERM) && is_blocked(SIGINT));
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    thread_until_drained(&world);
    sup_check(world.sup);
    assert_int_equal(sup_threads_free(world.threads, SUP_NS(0)), SUP_OK);
    assert_int_equal(kill(getpid(), SIGTERM), 0); /* nobody reads it any more */
    sup_host_free(world.host);
    free(world.story);
    assert_false(is_blocked(SIGTERM));
    assert_true(is_blocked(SIGINT));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void *free_host(void *context)
{
    sup_host_free(context);
    return is_blocked(SIGTERM) ? context : NULL;
}

/* A mask belongs to its thread, so there is nothing to give back on another one. */
static void host__freed_on_another_thread_leaves_masks_alone(void **state)
{
    struct thread_world world;
    struct sup_host_config config;
    sigset_t before;
    pthread_t thread;
    (void)state;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    sup_host_config_default(&config);
    config.signals = true;
    thread_world_open_host(&world, NULL, &config);
    assert_int_equal(sup_threads_free(world.threads, SUP_NS(0)), SUP_OK);
    assert_int_equal(pthread_create(&thread, NULL, free_host, world.host), 0);
    void *still_blocked;
    assert_int_equal(pthread_join(thread, &still_blocked), 0);
    assert_non_null(still_blocked);
    assert_true(is_blocked(SIGTERM));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    free(world.story);
}

/* ---- the clock ---- */

static int sleeps_hours(struct sup_task *task, void *argument)
{
    uint64_t *times = argument;
    times[0] = sup_task_now(task).ns;
    int result = sup_task_sleep(task, SUP_SEC(7200));
    times[1] = sup_task_now(task).ns;
    return result;
}

static void host__fast_clock_is_everybodys(void **state)
{
    struct thread_world world;
    struct sup_host_config config;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    uint64_t times[2] = {0};
    struct sup_task_spec work = {.fn = sleeps_hours, .argument = times};
    (void)state;
    sup_host_config_default(&config);
    config.from_zero = true;
    config.speed_billionths = UINT64_C(100000) * 1000000000u;
    thread_world_open_host(&world, NULL, &config);
    thread_spawn(&world, "a", &policy, &work);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_COMPLETED);
    assert_true(times[1] - times[0] >= 7200 * SECOND);
    assert_true(thread_snapshot(&world, "a").running_time.ns >= times[1] - times[0]);
    thread_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host__call_from_another_thread_runs_on_the_loop),
        cmocka_unit_test(host__commands_from_another_thread_are_answered),
        cmocka_unit_test(host__posts_are_bounded_and_carried_out_in_one_turn),
        cmocka_unit_test(host__end_answers_who_still_waits),
        cmocka_unit_test(host__who_made_it_may_call_before_the_first_turn),
        cmocka_unit_test(host__loop_that_changes_its_thread_waits_for_a_call),
        cmocka_unit_test(host__idle_host_never_wakes_up),
        cmocka_unit_test(host__source_taken_away_by_another_is_not_called),
        cmocka_unit_test(host__event_of_a_closed_descriptor_is_not_its_successors),
        cmocka_unit_test(host__first_signal_drains_and_the_second_aborts),
        cmocka_unit_test(host__freeing_unblocks_the_signals_that_it_has_blocked),
        cmocka_unit_test(host__freed_on_another_thread_leaves_masks_alone),
        cmocka_unit_test(host__fast_clock_is_everybodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
