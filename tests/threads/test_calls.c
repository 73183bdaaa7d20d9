/* Calls from other threads through a loop that is idle in between: every one is answered,
 * which takes a wake-up for each that finds the loop asleep.
 *
 * A wake-up that is lost leaves a caller waiting for ever. So the test waits with
 * patience, and releases who still waits, before it says what happened. */
#include "thread_world.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define CALLERS_MAX 2u
#define CALLS_EACH 50000u

struct exchange {
    struct sup_host *host;
    uint32_t callers;
    uint32_t calls; /* of each */
    bool knocks;    /* before each call it wakes the loop by a post */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint32_t left;    /* callers that are not through; guarded */
    uint32_t refused; /* posts, by the one caller that makes them */
    int result;       /* of the run */
    atomic_uint made;
    atomic_uint answered;
    /* of the one that knocks */
    atomic_uint meet_at;
    atomic_uint locks;
    atomic_bool loop_there;
    atomic_bool caller_there;
};

static int take_note(struct sup *sup, void *context)
{
    struct exchange *exchange = context;
    (void)sup;
    atomic_fetch_add(&exchange->made, 1);
    return 42;
}

static int do_nothing(struct sup *sup, void *context)
{
    (void)sup;
    (void)context;
    return SUP_OK;
}

/* One caller, whom nobody helps out with a later wake-up, comes while the loop deals with
 * the knock that has woken it: just before the loop takes the mutex for the k-th time since,
 * for each k in turn. Both wait for each other with patience only, since the loop may
 * not take it so often; asleep, so that the other has the processor, and no longer than
 * so many milliseconds, however busy the machine is. */
#define LOCKS_A_TURN 10u
#define PATIENCE_MS 5u

static _Thread_local enum role { ROLE_OTHER, ROLE_LOOP, ROLE_CALLER } role;
static _Thread_local unsigned locks_of_call; /* the second one queues it */

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

static void meet(atomic_bool *other)
{
    const struct timespec moment = {0, 20000};
    uint64_t until = now_ns() + PATIENCE_MS * MS;
    while (!atomic_load(other) && now_ns() < until) {
        nanosleep(&moment, NULL);
    }
}

static void perturb(void *context)
{
    struct exchange *exchange = context;
    if (role == ROLE_CALLER && ++locks_of_call == 2) {
        meet(&exchange->loop_there);
        atomic_store(&exchange->caller_there, true);
    } else if (role == ROLE_LOOP &&
               atomic_fetch_add(&exchange->locks, 1) == atomic_load(&exchange->meet_at)) {
        atomic_store(&exchange->loop_there, true);
        meet(&exchange->caller_there);
        const struct timespec moment = {0, 100000};
        nanosleep(&moment, NULL); /* he has still to take the mutex */
    }
}

static void knock(struct exchange *exchange, uint32_t round)
{
    locks_of_call = 3; /* none of a call's */
    atomic_store(&exchange->loop_there, false);
    atomic_store(&exchange->caller_there, false);
    atomic_store(&exchange->meet_at, round % LOCKS_A_TURN);
    atomic_store(&exchange->locks, 0);
    exchange->refused += sup_host_post(exchange->host, do_nothing, NULL) != SUP_OK;
    locks_of_call = 0;
}

static void *make_calls(void *context)
{
    struct exchange *exchange = context;
    role = ROLE_CALLER;
    for (uint32_t i = 0; i < exchange->calls; i++) {
        if (exchange->knocks) {
            knock(exchange, i);
        }
        if (sup_host_call(exchange->host, take_note, exchange) == 42) {
            atomic_fetch_add(&exchange->answered, 1);
        }
    }
    pthread_mutex_lock(&exchange->mutex);
    exchange->left--;
    pthread_cond_signal(&exchange->changed);
    pthread_mutex_unlock(&exchange->mutex);
    return NULL;
}

static void *turn_loop(void *context)
{
    struct exchange *exchange = context;
    role = ROLE_LOOP;
    exchange->result = sup_host_run(exchange->host);
    return NULL;
}

/* Until all callers are through, or none has made a step for a long while. */
static void await_callers(struct exchange *exchange)
{
    int error = 0;
    pthread_mutex_lock(&exchange->mutex);
    while (exchange->left > 0 && error == 0) {
        unsigned before = atomic_load(&exchange->answered);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        /* Ten seconds of true time, also by a clock that runs ten times as fast. */
        until.tv_sec += thread_under_valgrind() ? 60 : getenv("FAKETIME") != NULL ? 100 : 10;
        error = pthread_cond_timedwait(&exchange->changed, &exchange->mutex, &until);
        if (error == ETIMEDOUT && atomic_load(&exchange->answered) != before) {
            error = 0;
        }
    }
    pthread_mutex_unlock(&exchange->mutex);
}

static void exchange_calls(struct exchange *exchange, const struct sup_host_config *config)
{
    struct thread_world world;
    pthread_t callers[CALLERS_MAX], loop;
    pthread_mutex_init(&exchange->mutex, NULL);
    pthread_cond_init(&exchange->changed, NULL);
    thread_world_open_host(&world, NULL, config);
    exchange->host = world.host;
    exchange->left = exchange->callers;
    assert_int_equal(pthread_create(&loop, NULL, turn_loop, exchange), 0);
    for (uint32_t i = 0; i < exchange->callers; i++) {
        assert_int_equal(pthread_create(&callers[i], NULL, make_calls, exchange), 0);
    }
    await_callers(exchange);
    unsigned answered = atomic_load(&exchange->answered);
    sup_host_end(world.host); /* tells who still waits */
    for (uint32_t i = 0; i < exchange->callers; i++) {
        assert_int_equal(pthread_join(callers[i], NULL), 0);
    }
    sup_host_stop(world.host);
    if (answered != exchange->callers * exchange->calls) {
        fail_msg("%u calls of %u were never answered",
                 exchange->callers * exchange->calls - answered,
                 exchange->callers * exchange->calls);
    }
    assert_int_equal(pthread_join(loop, NULL), 0);
    assert_int_equal(exchange->result, SUP_OK);
    assert_int_equal(exchange->refused, 0);
    assert_int_equal(atomic_load(&exchange->made), exchange->callers * exchange->calls);
    thread_world_close(&world);
    pthread_cond_destroy(&exchange->changed);
    pthread_mutex_destroy(&exchange->mutex);
}

static void calls__hundred_thousand_through_an_idle_loop_are_answered(void **state)
{
    struct exchange exchange = {.callers = CALLERS_MAX,
                                .calls = thread_under_valgrind() ? 1000 : CALLS_EACH};
    struct sup_host_config config;
    (void)state;
    sup_host_config_default(&config);
    exchange_calls(&exchange, &config);
}

static void calls__who_comes_while_the_loop_looks_is_answered(void **state)
{
    struct exchange exchange = {.callers = 1, .calls = 20 * LOCKS_A_TURN, .knocks = true};
    struct sup_host_config config;
    (void)state;
    sup_host_config_default(&config);
    config.perturb = perturb;
    config.perturb_context = &exchange;
    exchange_calls(&exchange, &config);
}

/* What is posted while the loop delivers what it has taken is for its next look. */
struct chain {
    struct sup_host_report report; /* first */
    uint32_t refused;
    struct sup_host *host;
    uint32_t left;
};

static int post_next(struct sup *sup, void *context);

static void report_next(struct sup_host_report *report, struct sup *sup)
{
    struct chain *chain = (struct chain *)(void *)report;
    chain->refused += sup_host_post(chain->host, post_next, chain) != SUP_OK;
    (void)sup;
}

/* Every other link is a report. */
static int post_next(struct sup *sup, void *context)
{
    struct chain *chain = context;
    (void)sup;
    if (--chain->left == 0) {
        sup_host_stop(chain->host);
        return SUP_OK;
    }
    if (chain->left % 2 == 0) {
        return sup_host_post(chain->host, post_next, chain);
    }
    sup_host_report(chain->host, &chain->report);
    return SUP_OK;
}

static void give_up(void *context)
{
    sup_host_stop(context);
}

static void calls__posted_by_a_post_are_carried_out(void **state)
{
    struct thread_world world;
    (void)state;
    thread_world_open(&world, NULL);
    struct chain chain = {.report = {.deliver = report_next}, .host = world.host, .left = 1000};
    struct sup_host_timer patience = {.due = give_up, .context = world.host};
    sup_host_timer_set(world.host, &patience,
                       sup_instant_add(sup_host_now(world.host), SUP_SEC(60)));
    assert_int_equal(sup_host_post(world.host, post_next, &chain), SUP_OK);
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    assert_int_equal(chain.left, 0);
    assert_int_equal(chain.refused, 0);
    thread_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls__posted_by_a_post_are_carried_out),
        cmocka_unit_test(calls__who_comes_while_the_loop_looks_is_answered),
        cmocka_unit_test(calls__hundred_thousand_through_an_idle_loop_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
