/* The thread executor, one behaviour at a time. */
#include "thread_world.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "sup/join.h"

/* ---- tasks ---- */

static int ends(struct sup_task *task, void *argument)
{
    (void)task;
    (void)argument;
    return 0;
}

static int fails(struct sup_task *task, void *argument)
{
    sup_task_error(task, argument);
    return -1;
}

static int waits(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

static int sleeps(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_sleep(task, SUP_SEC(3600)) == SUP_ECANCELLED ? 0 : -1;
}

/* ---- ends ---- */

static void threads__function_returns_service_completes(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_ON_FAILURE);
    struct sup_task_spec work = {.fn = ends};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_COMPLETED);
    assert_string_equal(world.story, "a registered;a attempt-started;"
                                     "a attempt-ended succeeded;a terminated;");
    thread_until_busy(&world, 0);
    thread_world_close(&world);
}

static void threads__negative_return_is_a_failure_with_its_text(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec named = {.fn = fails, .argument = (void *)(uintptr_t) "disk full"};
    struct sup_task_spec unnamed = {.fn = fails};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "named", &policy, &named);
    thread_spawn(&world, "unnamed", &policy, &unnamed);
    thread_until_phase(&world, "named", SUP_PHASE_TERMINATED);
    thread_until_phase(&world, "unnamed", SUP_PHASE_TERMINATED);
    assert_string_equal(thread_snapshot(&world, "named").last_error, "disk full");
    assert_string_equal(thread_snapshot(&world, "unnamed").last_error, sup_error_text(-1));
    thread_world_close(&world);
}

struct trail {
    pthread_mutex_t mutex;
    char text[64];
};

struct mark {
    struct trail *trail;
    char letter;
};

static void leave_mark(void *argument)
{
    struct mark *mark = argument;
    pthread_mutex_lock(&mark->trail->mutex);
    size_t length = strlen(mark->trail->text);
    mark->trail->text[length] = mark->letter;
    mark->trail->text[length + 1] = '\0';
    pthread_mutex_unlock(&mark->trail->mutex);
}

static int panics(struct sup_task *task, void *argument)
{
    struct mark first = {argument, 'a'}, second = {argument, 'b'}, third = {argument, 'c'};
    sup_ignore(sup_task_cleanup_push(task, leave_mark, &first));
    sup_ignore(sup_task_cleanup_push(task, leave_mark, &second));
    sup_ignore(sup_task_cleanup_push(task, leave_mark, &third));
    sup_task_cleanup_pop(task, false);
    sup_task_panic(task, "no way on");
}

static void threads__panic_is_contained_and_cleaned_up(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct trail trail = {.text = ""};
    struct sup_task_spec work = {.fn = panics, .argument = &trail};
    struct sup_task_spec other = {.fn = ends};
    (void)state;
    pthread_mutex_init(&trail.mutex, NULL);
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_true(thread_told(&world, "a attempt-ended crashed;"));
    assert_string_equal(thread_snapshot(&world, "a").last_error, "no way on");
    pthread_mutex_lock(&trail.mutex);
    assert_string_equal(trail.text, "ba");
    pthread_mutex_unlock(&trail.mutex);
    /* The thread lives on, and runs the next one. */
    thread_spawn(&world, "b", &policy, &other);
    thread_until_phase(&world, "b", SUP_PHASE_TERMINATED);
    assert_int_equal(sup_threads_count(world.threads), 1);
    thread_world_close(&world);
    pthread_mutex_destroy(&trail.mutex);
}

static int says_done(struct sup_task *task, void *argument)
{
    atomic_int *calls = argument;
    if (atomic_fetch_add(calls, 1) == 2) {
        sup_task_done(task);
    }
    return 0;
}

static void threads__interval_task_is_called_until_it_is_done(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_ON_FAILURE);
    atomic_int calls = 0;
    struct sup_task_spec work = {.fn = says_done, .argument = &calls};
    (void)state;
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_MS(1);
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(thread_snapshot(&world, "a").starts, 3);
    assert_int_equal(atomic_load(&calls), 3);
    thread_world_close(&world);
}

static int hands_back(struct sup_task *task, void *argument)
{
    sup_task_result(task, argument);
    return 0;
}

static void joined(void *context, const struct sup_joined *result)
{
    struct sup_joined *kept = context;
    *kept = *result;
    kept->error = NULL;
}

static void threads__result_reaches_who_joins(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    int value = 0;
    struct sup_task_spec work = {.fn = hands_back, .argument = &value};
    struct sup_joined result = {.result = 1};
    struct sup_join join;
    (void)state;
    policy.kind = SUP_KIND_TASK;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    assert_int_equal(sup_join_start(world.sup, "a", joined, &result, &join), SUP_OK);
    thread_until_told(&world, "a terminated;");
    assert_int_equal(result.result, SUP_OK);
    assert_ptr_equal(result.value, &value);
    thread_world_close(&world);
}

/* ---- stopping ---- */

static void threads__cancellation_ends_every_wait(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct sup_task_spec waiting = {.fn = waits}, sleeping = {.fn = sleeps};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "waiting", &policy, &waiting);
    thread_spawn(&world, "sleeping", &policy, &sleeping);
    thread_command(&world, SUP_COMMAND_CANCEL, "waiting");
    thread_command(&world, SUP_COMMAND_PAUSE, "sleeping");
    thread_until_phase(&world, "waiting", SUP_PHASE_TERMINATED);
    thread_until_phase(&world, "sleeping", SUP_PHASE_IDLE);
    thread_command(&world, SUP_COMMAND_RESUME, "sleeping");
    thread_until_attempt(&world, "sleeping", 2);
    thread_command(&world, SUP_COMMAND_REMOVE, "sleeping");
    thread_until_told(&world, "sleeping removed;");
    thread_world_close(&world);
}

/* Ignores its cancellation until it is let go. */
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open;
};

static int stays(struct sup_task *task, void *argument)
{
    struct gate *gate = argument;
    (void)task;
    pthread_mutex_lock(&gate->mutex);
    while (!gate->open) {
        pthread_cond_wait(&gate->changed, &gate->mutex);
    }
    pthread_mutex_unlock(&gate->mutex);
    return -1;
}

static void gate_init(struct gate *gate)
{
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->changed, NULL);
    gate->open = false;
}

static void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

static void gate_release(struct gate *gate)
{
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->mutex);
}

static void threads__straggler_is_abandoned_fenced_and_comes_back_late(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct gate gate;
    struct sup_task_spec work = {.fn = stays, .argument = &gate}, next = {.fn = waits};
    (void)state;
    gate_init(&gate);
    policy.stop_grace = SUP_MS(1);
    policy.stop_abort_wait = SUP_MS(1);
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    thread_command(&world, SUP_COMMAND_CANCEL, "a");
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_ABANDONED);
    assert_int_equal(sup_threads_busy(world.threads), 1);
    thread_spawn(&world, "b", &policy, &next);
    assert_int_equal(sup_threads_count(world.threads), 2);
    gate_open(&gate);
    thread_until_told(&world, "a late-report");
    assert_int_equal(thread_snapshot(&world, "a").phase, SUP_PHASE_TERMINATED);
    thread_command(&world, SUP_COMMAND_CANCEL, "b");
    thread_until_busy(&world, 0);
    thread_world_close(&world);
    gate_release(&gate);
}

static void threads__freeing_waits_for_stragglers_or_says_busy(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct gate gate;
    struct sup_task_spec work = {.fn = stays, .argument = &gate};
    (void)state;
    gate_init(&gate);
    policy.stop_grace = policy.stop_abort_wait = SUP_MS(1);
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    assert_int_equal(sup_shutdown(world.sup, NULL, &thread_actor, NULL), SUP_OK);
    thread_until_drained(&world);
    assert_int_equal(sup_threads_free(world.threads, SUP_MS(1)), SUP_EBUSY);
    assert_int_equal(sup_threads_free(world.threads, SUP_NS(0)), SUP_EBUSY);
    gate_open(&gate);
    thread_world_close(&world);
    gate_release(&gate);
}

static int cleans_up(struct sup_task *task, void *argument)
{
    int *steps = argument;
    steps[0] = sup_task_wait_cancel(task);
    steps[1] = sup_task_sleep(task, SUP_MS(1));
    steps[2] = sup_task_sleep_through(task, SUP_MS(1));
    return 0;
}

static void threads__sleeping_through_is_not_cut_short(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    int steps[3] = {0};
    struct sup_task_spec work = {.fn = cleans_up, .argument = steps};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    thread_command(&world, SUP_COMMAND_CANCEL, "a");
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    assert_int_equal(steps[0], SUP_ECANCELLED);
    assert_int_equal(steps[1], SUP_ECANCELLED);
    assert_int_equal(steps[2], SUP_OK);
    thread_world_close(&world);
}

static int sleeps_for_ever(struct sup_task *task, void *argument)
{
    int *result = argument;
    *result = sup_task_sleep_through(task, SUP_DURATION_NEVER);
    sup_task_beat(task);
    sup_task_ready(task, true);
    return -1;
}

static void threads__disowned_attempt_goes_home_and_is_not_heard(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    int result = 0;
    struct sup_task_spec work = {.fn = sleeps_for_ever, .argument = &result};
    const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    struct sup_snapshot snapshot = thread_snapshot(&world, "a");
    struct sup_attempt id = {snapshot.slot, snapshot.generation, snapshot.attempt};
    sup_threads_disown(world.threads, &id);
    assert_int_equal(sup_report_end(world.sup, id, &end), SUP_OK);
    thread_until_busy(&world, 0);
    assert_int_equal(result, SUP_EGONE);
    assert_string_equal(world.story, "a registered;a attempt-started;"
                                     "a attempt-ended succeeded;a terminated;");
    thread_world_close(&world);
}

/* ---- reports ---- */

static int reports(struct sup_task *task, void *argument)
{
    (void)argument;
    for (int i = 0; i < 20; i++) {
        sup_task_beat(task);
        sup_task_ready(task, i % 2 == 0);
    }
    return 0;
}

static void threads__readiness_keeps_its_order_and_comes_before_the_end(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec work = {.fn = reports};
    (void)state;
    policy.ready_explicit = true;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, &work);
    thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
    const char *at = world.story + strlen("a registered;a attempt-started;");
    for (int i = 0; i < 20; i++) {
        const char *wanted = i % 2 == 0 ? "a ready;" : "a not-ready;";
        assert_int_equal(strncmp(at, wanted, strlen(wanted)), 0);
        at += strlen(wanted);
    }
    assert_string_equal(at, "a attempt-ended succeeded;a terminated;");
    thread_world_close(&world);
}

/* ---- limits ---- */

static void threads__no_free_thread_is_a_refusal_that_backs_off(void **state)
{
    struct thread_world world;
    struct sup_threads_config config;
    struct sup_policy policy = thread_policy(SUP_RESTART_ALWAYS);
    struct sup_task_spec work = {.fn = waits};
    (void)state;
    sup_threads_config_default(&config);
    config.threads_max = 1;
    thread_world_open(&world, &config);
    thread_spawn(&world, "a", &policy, &work);
    thread_spawn(&world, "b", &policy, &work);
    assert_true(thread_told(&world, "b attempt-ended refused;b backing-off;"));
    assert_string_equal(thread_snapshot(&world, "b").last_error, "no thread is free");
    thread_until_attempt(&world, "b", 3);
    thread_command(&world, SUP_COMMAND_CANCEL, "a");
    thread_until_phase(&world, "b", SUP_PHASE_RUNNING);
    assert_int_equal(sup_threads_count(world.threads), 1);
    thread_command(&world, SUP_COMMAND_CANCEL, "b");
    thread_until_phase(&world, "b", SUP_PHASE_TERMINATED);
    thread_world_close(&world);
}

static void threads__system_without_threads_is_a_refusal(void **state)
{
    struct thread_world world;
    struct sup_threads_config config;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec work = {.fn = ends};
    (void)state;
    if (thread_under_valgrind()) {
        skip(); /* which reports a call that fails as a fault */
    }
    sup_threads_config_default(&config);
    config.stack_bytes = (size_t)1 << 46; /* no address space has that: EAGAIN */
    thread_world_open(&world, &config);
    thread_spawn(&world, "a", &policy, &work);
    assert_true(thread_told(&world, "a attempt-ended refused;a terminated;"));
    assert_string_equal(thread_snapshot(&world, "a").last_error, "the system has no thread left");
    assert_int_equal(sup_threads_count(world.threads), 0);
    thread_world_close(&world);
}

static int uses_stack(struct sup_task *task, void *argument)
{
    volatile char room[1024 * 1024];
    (void)argument;
    for (size_t i = 0; i < sizeof(room); i += 1024) {
        room[i] = (char)i;
    }
    return sup_task_cancelled(task) ? -1 : room[0];
}

static void threads__task_gets_the_stack_that_it_asks_for(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec small = {.fn = ends};
    struct sup_task_spec large = {.fn = uses_stack, .stack_bytes = 2u << 20};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "small", &policy, &small);
    thread_until_phase(&world, "small", SUP_PHASE_TERMINATED);
    thread_spawn(&world, "large", &policy, &large);
    thread_until_phase(&world, "large", SUP_PHASE_TERMINATED);
    assert_int_equal(sup_threads_count(world.threads), 2);
    thread_spawn(&world, "again", &policy, &large);
    thread_until_phase(&world, "again", SUP_PHASE_TERMINATED);
    assert_int_equal(sup_threads_count(world.threads), 2);
    thread_world_close(&world);
}

static void threads__service_without_a_task_is_refused(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_threads_config config = {.threads_max = 0};
    struct sup_threads *threads;
    (void)state;
    assert_int_equal(sup_threads_create(&config, &threads), SUP_EINVAL);
    thread_world_open(&world, NULL);
    thread_spawn(&world, "a", &policy, NULL);
    assert_string_equal(thread_snapshot(&world, "a").last_error, "the service has no task");
    thread_world_close(&world);
}

/* ---- surroundings ---- */

static int looks_around(struct sup_task *task, void *argument)
{
    uint64_t *found = argument;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    found[0] = sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGSEGV) == 0;
    found[1] = sup_task_random(task, 1000000);
    found[2] = strcmp(sup_task_name(task), "a") == 0 && sup_task_attempt(task).attempt == 1;
    return 0;
}

static void threads__task_knows_itself_and_takes_no_signals(void **state)
{
    uint64_t found[2][3] = {{0}};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct thread_world world;
        struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
        struct sup_task_spec work = {.fn = looks_around, .argument = found[i]};
        thread_world_open(&world, NULL);
        thread_spawn(&world, "a", &policy, &work);
        thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
        thread_world_close(&world);
        assert_int_equal(found[i][0], 1);
        assert_int_equal(found[i][2], 1);
    }
    /* The same seed, name and attempt: the same numbers. */
    assert_int_equal(found[0][1], found[1][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads__function_returns_service_completes),
        cmocka_unit_test(threads__negative_return_is_a_failure_with_its_text),
        cmocka_unit_test(threads__panic_is_contained_and_cleaned_up),
        cmocka_unit_test(threads__interval_task_is_called_until_it_is_done),
        cmocka_unit_test(threads__result_reaches_who_joins),
        cmocka_unit_test(threads__cancellation_ends_every_wait),
        cmocka_unit_test(threads__straggler_is_abandoned_fenced_and_comes_back_late),
        cmocka_unit_test(threads__freeing_waits_for_stragglers_or_says_busy),
        cmocka_unit_test(threads__sleeping_through_is_not_cut_short),
        cmocka_unit_test(threads__disowned_attempt_goes_home_and_is_not_heard),
        cmocka_unit_test(threads__readiness_keeps_its_order_and_comes_before_the_end),
        cmocka_unit_test(threads__no_free_thread_is_a_refusal_that_backs_off),
        cmocka_unit_test(threads__system_without_threads_is_a_refusal),
        cmocka_unit_test(threads__task_gets_the_stack_that_it_asks_for),
        cmocka_unit_test(threads__service_without_a_task_is_refused),
        cmocka_unit_test(threads__task_knows_itself_and_takes_no_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
