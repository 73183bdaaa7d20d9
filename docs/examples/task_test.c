/* Tests a task of one's own under virtual time, with CMocka.
 *
 *   cc task_test.c $(pkg-config --cflags --libs libsupsim cmocka) && ./a.out
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sim/oracle.h>
#include <sim/world.h>

#include "poller.h"

static const struct sup_actor tester = {"the test", "to see what happens"};

/* A feed that does as it is told and counts. */
struct feed {
    unsigned asked;
    unsigned fails_at; /* this question has no answer */
    unsigned hangs_at; /* this one takes an hour */
    unsigned flushed;
    unsigned closed;
};

static int ask(struct sup_task *task, void *context)
{
    struct feed *feed = context;
    feed->asked++;
    if (feed->asked == feed->hangs_at) {
        return sup_task_sleep(task, SUP_SEC(3600));
    }
    return feed->asked == feed->fails_at ? -1 : 0;
}

static void flush(void *context)
{
    ((struct feed *)context)->flushed++;
}

static void close_feed(void *context)
{
    ((struct feed *)context)->closed++;
}

static struct sup_instant at_ms(uint64_t ms)
{
    return (struct sup_instant){ms * 1000000};
}

/* One world, one poller in it. */
struct bench {
    struct feed feed;
    struct poller poller;
    struct sup_task_spec work;
    struct sup_policy policy;
    struct sim_world *world;
};

static void open_bench(struct bench *bench, struct sim_oracle *oracle)
{
    struct sim_world_config config;
    bench->poller = (struct poller){ask, flush, close_feed, &bench->feed};
    bench->work = (struct sup_task_spec){.fn = poll_feed, .argument = &bench->poller};
    sup_policy_default(&bench->policy);
    bench->policy.stale_after = SUP_SEC(30);
    bench->policy.stale_then = SUP_STALE_RESTART;
    sim_world_config_default(&config);
    config.oracle = oracle;
    assert_int_equal(sim_world_create(&config, &bench->world), 0);
    struct sup_spec spec = {.name = "poller", .policy = &bench->policy, .work = &bench->work};
    assert_int_equal(sup_spawn(sim_world_supervisor(bench->world), &spec), 0);
}

static struct sup_snapshot look(const struct bench *bench)
{
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(sim_world_supervisor(bench->world), "poller", &snapshot), 0);
    return snapshot;
}

static void poller__a_day_passes_it_has_asked_every_ten_seconds(void **state)
{
    struct bench bench = {.feed = {.asked = 0}};
    (void)state;
    open_bench(&bench, NULL);
    assert_int_equal(sim_world_run_until(bench.world, at_ms(86400 * 1000)), 0);
    assert_int_equal(bench.feed.asked, 8640);
    assert_int_equal(look(&bench).phase, SUP_PHASE_RUNNING);
    sim_world_free(bench.world);
}

static void poller__the_feed_fails_it_is_closed_and_asked_again_after_the_backoff(void **state)
{
    struct bench bench = {.feed = {.fails_at = 2}};
    (void)state;
    open_bench(&bench, NULL);
    assert_int_equal(sim_world_run_until(bench.world, at_ms(20099)), 0);
    assert_int_equal(look(&bench).phase, SUP_PHASE_BACKING_OFF);
    assert_string_equal(look(&bench).last_error, "the feed does not answer");
    assert_int_equal(bench.feed.closed, 1);
    assert_int_equal(sim_world_run_until(bench.world, at_ms(20100)), 0);
    assert_int_equal(look(&bench).attempt, 2);
    assert_int_equal(sim_world_run_until(bench.world, at_ms(30100)), 0);
    assert_int_equal(bench.feed.asked, 3);
    sim_world_free(bench.world);
}

static void poller__the_feed_hangs_it_is_found_stale_and_restarted(void **state)
{
    struct bench bench = {.feed = {.hangs_at = 3}};
    (void)state;
    open_bench(&bench, NULL);
    /* The third beat comes at 30 s; 30 s later the attempt is stopped, flushes
     * for 200 ms, and is restarted after a backoff of 100 ms. */
    assert_int_equal(sim_world_run_until(bench.world, at_ms(60299)), 0);
    assert_int_equal(look(&bench).attempt, 1);
    assert_int_equal(sim_world_run_until(bench.world, at_ms(60300)), 0);
    assert_int_equal(look(&bench).attempt, 2);
    assert_string_equal(look(&bench).last_error, "heartbeat stale");
    sim_world_free(bench.world);
}

static void poller__grace_is_too_short_it_is_closed_without_a_flush(void **state)
{
    struct bench bench = {.feed = {.asked = 0}};
    (void)state;
    open_bench(&bench, NULL);
    struct sup *sup = sim_world_supervisor(bench.world);
    struct sup_duration timeout = SUP_MS(100);
    assert_int_equal(sim_world_run_until(bench.world, at_ms(15000)), 0);
    assert_int_equal(sup_shutdown(sup, &timeout, &tester, NULL), 0);
    assert_int_equal(sim_world_run(bench.world), 0);
    assert_true(sim_world_now(bench.world).ns == at_ms(15100).ns);
    assert_int_equal(bench.feed.flushed, 0);
    assert_int_equal(bench.feed.closed, 1);
    assert_int_equal(look(&bench).reason, SUP_REASON_ABORTED);
    sim_world_free(bench.world);
}

static void shut_down(struct sim_world *world, void *context)
{
    (void)context;
    assert_int_equal(sup_shutdown(sim_world_supervisor(world), NULL, &tester, NULL), 0);
}

static void poller__shut_down_while_it_asks_in_any_order_it_flushes_once(void **state)
{
    struct sim_oracle *oracle;
    unsigned orders = 0;
    (void)state;
    assert_int_equal(sim_oracle_create_enumerate(&oracle), 0);
    do {
        struct bench bench = {.feed = {.fails_at = 1}};
        open_bench(&bench, oracle);
        assert_int_equal(sim_world_at(bench.world, at_ms(10000), shut_down, NULL), 0);
        assert_int_equal(sim_world_run(bench.world), 0);
        assert_int_equal(look(&bench).reason, SUP_REASON_CANCELLED);
        assert_int_equal(bench.feed.closed, 1);
        /* Cancelled first, it flushes; asked first, it has failed and ended. */
        assert_int_equal(bench.feed.flushed + bench.feed.asked, 1);
        sim_world_free(bench.world);
        orders++;
    } while (sim_oracle_next(oracle));
    sim_oracle_free(oracle);
    assert_int_equal(orders, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poller__a_day_passes_it_has_asked_every_ten_seconds),
        cmocka_unit_test(poller__the_feed_fails_it_is_closed_and_asked_again_after_the_backoff),
        cmocka_unit_test(poller__the_feed_hangs_it_is_found_stale_and_restarted),
        cmocka_unit_test(poller__grace_is_too_short_it_is_closed_without_a_flush),
        cmocka_unit_test(poller__shut_down_while_it_asks_in_any_order_it_flushes_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
