/* Storms: many threads command many services that fail, hang and recover, while a
 * seeded perturbation makes every thread yield or sleep before it takes a lock. The
 * order of events is the system's; what has to hold in every order is checked.
 *
 * SUP_STORM in the environment multiplies how much is done. */
#include "thread_world.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sup/random.h"

#define COMMANDERS 8u
#define SERVICES 64u
#define COMMANDS 60u

/* A short while. */
static struct sup_duration us(uint64_t n)
{
    return SUP_US(thread_under_valgrind() ? 50 * n : n);
}

static uint32_t scale(void)
{
    const char *given = getenv("SUP_STORM");
    int factor = given != NULL ? atoi(given) : 1;
    return factor > 0 ? (uint32_t)factor : 1;
}

/* ---- perturbation ---- */

struct weather {
    atomic_uint_fast64_t drawn;
    uint64_t seed;
};

static void perturb(void *context)
{
    struct weather *weather = context;
    struct sup_random random = {weather->seed + atomic_fetch_add(&weather->drawn, 1)};
    uint64_t what = sup_random_next(&random) % 16;
    if (what < 4) {
        sched_yield();
    } else if (what == 4) {
        struct timespec moment = {0, 50000};
        nanosleep(&moment, NULL);
    }
}

/* ---- services ---- */

static int fickle(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_task_beat(task);
    sup_task_ready(task, true);
    switch (sup_task_random(task, 5)) {
    case 0:
        return -1;
    case 1:
        sup_task_panic(task, "storm");
    case 2:
        return sup_task_sleep(task, us(300)) == SUP_OK ? 0 : -1;
    case 3: /* late in stopping */
        (void)sup_task_wait_cancel(task);
        sup_ignore(sup_task_sleep_through(task, us(500)));
        return 0;
    default:
        while (sup_task_sleep(task, us(200)) == SUP_OK) {
            sup_task_beat(task);
        }
        return 0;
    }
}

static struct sup_task_spec work = {.fn = fickle};

static struct sup_policy fickle_policy(uint32_t i)
{
    struct sup_policy policy =
        thread_policy(i % 2 == 0 ? SUP_RESTART_ALWAYS : SUP_RESTART_ON_FAILURE);
    policy.backoff.base = us(100);
    policy.backoff.max = us(2000);
    policy.clean_exit_delay = us(100);
    policy.stop_grace = i % 3 == 0 ? us(200) : us(20000);
    policy.stop_abort_wait = i % 4 == 0 ? us(100) : SUP_SEC(PATIENCE_SECONDS);
    if (i % 5 == 0) {
        policy.ready_explicit = true;
        policy.ready_timeout = us(5000);
    }
    if (i % 7 == 0) {
        policy.stale_after = us(1000);
        policy.stale_then = SUP_STALE_RESTART;
    }
    return policy;
}

/* ---- commanders ---- */

struct commander {
    pthread_t thread;
    struct sup_host *host;
    uint64_t seed;
    uint32_t commands;
    uint32_t strange; /* answers that no command may give */
    atomic_uint *left;
};

static bool is_an_answer(int result)
{
    return result == SUP_OK || result == SUP_EUNKNOWN || result == SUP_ESTOPPING ||
           result == SUP_ENOTACTIVE || result == SUP_EEXISTS || result == SUP_ECANCELLED;
}

static int command(struct commander *commander, uint64_t bits)
{
    static const enum sup_command commands[] = {
        SUP_COMMAND_PAUSE,      SUP_COMMAND_RESUME, SUP_COMMAND_RESUME,
        SUP_COMMAND_QUARANTINE, SUP_COMMAND_REMOVE, SUP_COMMAND_RESTART,
        SUP_COMMAND_RESTART,    SUP_COMMAND_CANCEL, SUP_COMMAND_ABORT,
    };
    char name[16];
    uint32_t number = (uint32_t)(bits >> 8) % SERVICES;
    snprintf(name, sizeof(name), "s%u", number);
    uint32_t what = (uint32_t)bits % 12;
    if (what < 9) {
        return sup_host_command(commander->host, commands[what], name, &thread_actor, NULL);
    }
    struct sup_policy policy = fickle_policy(number);
    struct sup_spec spec = {.name = name, .policy = &policy, .work = &work};
    return sup_host_spawn(commander->host, &spec, &thread_actor);
}

static void *command_at_random(void *context)
{
    struct commander *commander = context;
    struct sup_random random = {commander->seed};
    for (uint32_t i = 0; i < commander->commands; i++) {
        commander->strange += !is_an_answer(command(commander, sup_random_next(&random)));
    }
    /* The last one turns the lights off. */
    if (atomic_fetch_sub(commander->left, 1) == 1) {
        const struct sup_duration timeout = SUP_SEC(PATIENCE_SECONDS);
        commander->strange += sup_host_shutdown(commander->host, &timeout, &thread_actor) != SUP_OK;
    }
    return NULL;
}

static void open_storm(struct thread_world *world, struct weather *weather)
{
    struct sup_threads_config config;
    sup_threads_config_default(&config);
    config.threads_max = 2 * SERVICES;
    config.seed = weather->seed;
    config.perturb = perturb;
    config.perturb_context = weather;
    thread_world_open(world, &config);
    for (uint32_t i = 0; i < SERVICES; i++) {
        char name[16];
        struct sup_policy policy = fickle_policy(i);
        snprintf(name, sizeof(name), "s%u", i);
        thread_spawn(world, name, &policy, &work);
    }
}

static void look_at_the_end(struct thread_world *world)
{
    struct sup_metrics metrics;
    struct sup_drain_report report;
    sup_metrics_read(world->sup, &metrics);
    sup_drain_report_read(world->sup, &report);
    assert_true(report.drained);
    assert_int_equal(metrics.active_services, 0);
    assert_int_equal(metrics.spawned_total, metrics.terminated_total);
    assert_true(metrics.attempts_total > SERVICES);
    sup_check(world->sup);
    /* Whoever was abandoned comes home once he is told that he may. */
    sup_threads_disown(world->threads, NULL);
}

static void storm(uint64_t seed)
{
    struct thread_world world;
    struct weather weather = {.seed = seed};
    struct commander commanders[COMMANDERS];
    atomic_uint left = COMMANDERS;
    open_storm(&world, &weather);
    for (uint32_t i = 0; i < COMMANDERS; i++) {
        commanders[i] = (struct commander){
            .host = world.host,
            .seed = seed * COMMANDERS + i,
            .commands = thread_under_valgrind() ? COMMANDS / 4 : COMMANDS,
            .left = &left,
        };
        assert_int_equal(
            pthread_create(&commanders[i].thread, NULL, command_at_random, &commanders[i]), 0);
    }
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    for (uint32_t i = 0; i < COMMANDERS; i++) {
        assert_int_equal(pthread_join(commanders[i].thread, NULL), 0);
        assert_int_equal(commanders[i].strange, 0);
    }
    look_at_the_end(&world);
    thread_world_close(&world);
}

static void storm__eight_threads_command_sixty_four_services(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= (thread_under_valgrind() ? 1 : 3) * scale(); i++) {
        storm(i);
    }
}

/* ---- the pool ---- */

static int fails(struct sup_task *task, void *argument)
{
    (void)task;
    (void)argument;
    return -1;
}

static void storm__ten_thousand_attempts_through_sixty_four_threads(void **state)
{
    struct thread_world world;
    struct sup_threads_config config;
    struct sup_task_spec failing = {.fn = fails};
    struct sup_policy policy = thread_policy(SUP_RESTART_ON_FAILURE);
    struct sup_metrics metrics;
    const uint32_t each = thread_under_drd() ? 17 : 157;
    (void)state;
    sup_threads_config_default(&config);
    config.threads_max = 64;
    policy.backoff.base = policy.backoff.max = SUP_NS(0);
    policy.max_restarts = each - 1;
    thread_world_open(&world, &config);
    for (uint32_t i = 0; i < 64; i++) {
        char name[16];
        snprintf(name, sizeof(name), "s%u", i);
        thread_spawn(&world, name, &policy, &failing);
    }
    for (uint32_t i = 0; i < 64; i++) {
        char name[16];
        snprintf(name, sizeof(name), "s%u", i);
        thread_until_phase(&world, name, SUP_PHASE_TERMINATED);
        assert_int_equal(thread_snapshot(&world, name).reason, SUP_REASON_RESTART_LIMIT);
        assert_int_equal(thread_snapshot(&world, name).starts, each);
    }
    sup_metrics_read(world.sup, &metrics);
    assert_int_equal(metrics.attempts_total, 64 * each);
    assert_int_equal(metrics.failures_total, 64 * each);
    assert_false(thread_told(&world, "refused"));
    assert_true(sup_threads_count(world.threads) <= 64);
    thread_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storm__eight_threads_command_sixty_four_services),
        cmocka_unit_test(storm__ten_thousand_attempts_through_sixty_four_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
