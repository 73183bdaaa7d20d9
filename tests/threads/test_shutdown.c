/* A shutdown against registrations from other threads, on real threads: whoever
 * was registered is drained, whoever was not is told so, and nothing is left. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sup/host.h"
#include "sup/sup.h"
#include "sup/threads.h"

#define SPAWNERS 3u
#define EACH 12u

static const struct sup_actor actor = {"test", "race"};

struct spawner {
    pthread_t thread;
    struct sup_host *host;
    uint32_t number;
    uint32_t registered;
    uint32_t refused; /* draining, or gone */
    uint32_t other;
};

static int waits(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

static struct sup_task_spec work = {.fn = waits};

static void *spawn_some(void *context)
{
    struct spawner *spawner = context;
    char name[16];
    for (uint32_t i = 0; i < EACH; i++) {
        snprintf(name, sizeof(name), "s%u-%u", spawner->number, i);
        struct sup_spec spec = {.name = name, .group = "pool.inner", .work = &work};
        int result = sup_host_spawn(spawner->host, &spec, &actor);
        spawner->registered += result == SUP_OK;
        spawner->refused += result == SUP_EDRAINING || result == SUP_EGONE;
        spawner->other += result != SUP_OK && result != SUP_EDRAINING && result != SUP_EGONE;
    }
    return NULL;
}

static void *shut_down(void *context)
{
    struct sup_host *host = context;
    sup_ignore(sup_host_shutdown(host, NULL, &actor)); /* ends the loop */
    return NULL;
}

static uint32_t race(struct sup_host *host)
{
    struct spawner spawners[SPAWNERS];
    pthread_t closer;
    uint32_t registered = 0;
    for (uint32_t i = 0; i < SPAWNERS; i++) {
        spawners[i] = (struct spawner){.host = host, .number = i};
        assert_int_equal(pthread_create(&spawners[i].thread, NULL, spawn_some, &spawners[i]), 0);
    }
    assert_int_equal(pthread_create(&closer, NULL, shut_down, host), 0);
    assert_int_equal(sup_host_run(host), SUP_OK);
    assert_int_equal(pthread_join(closer, NULL), 0);
    for (uint32_t i = 0; i < SPAWNERS; i++) {
        assert_int_equal(pthread_join(spawners[i].thread, NULL), 0);
        assert_int_equal(spawners[i].registered + spawners[i].refused, EACH);
        assert_int_equal(spawners[i].other, 0);
        registered += spawners[i].registered;
    }
    return registered;
}

static void threads__spawn_races_shutdown_nothing_is_left(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct sup_threads_config threads_config;
        struct sup_host_config config;
        struct sup_threads *threads;
        struct sup_host *host;
        struct sup_metrics metrics;
        sup_threads_config_default(&threads_config);
        sup_host_config_default(&config);
        assert_int_equal(sup_threads_create(&threads_config, &threads), SUP_OK);
        config.sup.executor = sup_threads_executor(threads);
        assert_int_equal(sup_host_create(&config, &host), SUP_OK);
        assert_int_equal(sup_threads_bind(threads, host), SUP_OK);
        uint32_t registered = race(host);
        struct sup *sup = sup_host_supervisor(host);
        sup_metrics_read(sup, &metrics);
        assert_int_equal(sup_supervisor_phase_of(sup), SUP_SUPERVISOR_DRAINED);
        assert_int_equal(metrics.spawned_total, registered);
        assert_int_equal(metrics.terminated_total, registered);
        assert_int_equal(metrics.active_services + metrics.abandoned_total, 0);
        sup_check(sup);
        assert_int_equal(sup_threads_free(threads, SUP_SEC(60)), SUP_OK);
        sup_host_free(host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads__spawn_races_shutdown_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
