/* Plans: what a policy does with attempts that all live the same life, to the nanosecond. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/plan/late.h"
#include "sim/plan/plan.h"
#include "sup/sup.h"

struct planned {
    struct sim_scenario *scenario;
    struct sim__plan plan;
};

/* Of service `a` with these keys; `more` stands at the top of the file. */
static struct planned plan_of(const char *more, const char *keys, const char *life,
                              enum sim__chance chance)
{
    char text[1024];
    struct planned planned = {0};
    struct sim_diagnostics diagnostics;
    struct sim__plan_ask ask = {.chance = chance};
    int length = snprintf(text, sizeof(text),
                          "{scenario: 1, name: x, %s services: [{name: a, %s}]}", more, keys);
    assert_in_range(length, 1, sizeof(text) - 1);
    int result = sim_scenario_read(text, (size_t)length, "x.yaml", &diagnostics, &planned.scenario);
    if (result != SUP_OK) {
        print_error("%s\n", diagnostics.text);
    }
    assert_int_equal(result, SUP_OK);
    assert_null(sim__life_parse(life, &ask.life));
    ask.scenario = planned.scenario;
    ask.service = &planned.scenario->services[0];
    assert_int_equal(sim__plan_run(&ask, &planned.plan), SUP_OK);
    return planned;
}

static void release(struct planned *planned)
{
    sim__plan_release(&planned->plan);
    sim_scenario_free(planned->scenario);
}

/* It goes on for ever, and the first start that stands as another is start `next` at `at`, from 0,
 * which stands as `again`. */
static void for_ever(const char *more, const char *keys, const char *life, uint32_t next,
                     uint64_t at, uint32_t again)
{
    struct planned planned = plan_of(more, keys, life, SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_FOR_EVER);
    assert_true(planned.plan.repeats);
    assert_int_equal(planned.plan.start_count, next);
    assert_int_equal(planned.plan.at.ns, at);
    assert_int_equal(planned.plan.again, again);
    release(&planned);
}

static void gives_up(const char *more, const char *keys, const char *life, uint32_t starts,
                     uint64_t at)
{
    struct planned planned = plan_of(more, keys, life, SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_GIVES_UP);
    assert_int_equal(planned.plan.start_count, starts);
    assert_int_equal(planned.plan.at.ns, at);
    release(&planned);
}

#define S(n) (UINT64_C(1000000000) * (n))
#define FLAT "backoff: {base: 1s, factor: 1, reset-after: never}"

static void standing__a_streak_beyond_the_longest_wait_is_as_long_as_it(void **state)
{
    (void)state;
    for_ever("", FLAT, "fail", 2, S(2), 1);
    for_ever("", "backoff: {base: 1s, max: 4s, reset-after: never}", "fail", 4, S(11), 3);
    for_ever("", "backoff: {base: 1s, shape: linear, step: 1s, max: 3s, reset-after: never}",
             "fail", 4, S(9), 3);
    /* What is forgiven in parts, and what a limit counts, has a length. */
    for_ever("", "backoff: {base: 1s, max: 2s, reset-after: 1m, reset: halve}", "fail after 1m", 2,
             S(122), 1);
    for_ever("", "backoff: {base: 1s, max: 2s, reset-after: never, reset: halve}", "fail", 3, S(5),
             2);
    struct planned planned =
        plan_of("", "backoff: {base: 1s, max: 2s, reset: halve}", "fail", SIM__CHANCE_LEAST);
    assert_false(planned.plan.repeats);
    assert_int_equal(planned.plan.start_count, SIM__PLAN_STARTS_MAX);
    release(&planned);
    gives_up("", FLAT ", restart-limit: {max: 3, window: streak}", "fail", 4, S(3));
}

static struct sup_instant at_once(void *context)
{
    (void)context;
    return (struct sup_instant){0};
}

static int start_nothing(void *context, const struct sup_start *start, const char **ret_error)
{
    (void)context;
    (void)start;
    (void)ret_error;
    return SUP_OK;
}

static void stop_nothing(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

static void standing__of_nobody_is_unknown(void **state)
{
    (void)state;
    struct sup_config config;
    struct sup_standing standing;
    struct sup *sup;
    sup_config_default(&config);
    config.clock = (struct sup_clock){at_once, NULL};
    config.executor = (struct sup_executor){start_nothing, stop_nothing, stop_nothing, NULL, NULL};
    config.alloc = sup_allocator_libc;
    assert_int_equal(sup_create(&config, &sup), SUP_OK);
    assert_int_equal(sup_standing_of(sup, "nobody", &standing), SUP_EUNKNOWN);
    const struct sup_spec spec = {.name = "somebody"};
    assert_int_equal(sup_spawn(sup, &spec), SUP_OK);
    assert_int_equal(sup_standing_of(sup, "somebody", &standing), SUP_OK);
    /* What is alike by one word differs by the other; and nothing but the state is in them. */
    assert_true(standing.words[0] != standing.words[1]);
    struct sup_standing again = {.words = {1, 1}};
    assert_int_equal(sup_standing_of(sup, "somebody", &again), SUP_OK);
    assert_memory_equal(&again, &standing, sizeof(again));
    sup_free(sup);
}

static void standing__windows_are_as_old_as_they_are(void **state)
{
    (void)state;
    /* A sliding one is full of the same ages; a fixed one has opened as long ago. */
    for_ever("", FLAT ", restart-limit: {max: 3, within: 2999999999ns}", "fail", 3, S(3), 2);
    gives_up("", FLAT ", restart-limit: {max: 3, within: 3s}", "fail", 4, S(3));
    for_ever("", FLAT ", restart-limit: {max: 3, within: 2s, window: fixed, counts: starts}",
             "fail", 4, S(4), 1);
    gives_up("", FLAT ", restart-limit: {max: 3, within: 3s, window: fixed, counts: starts}",
             "fail", 3, S(3));
    for_ever("", FLAT ", restart-limit: {max: 9, within: 4s, window: once}", "fail", 6, S(6), 5);
    gives_up("", FLAT ", restart-limit: {max: 2, within: never}", "fail", 3, S(2));
    /* One that holds nothing is over a nanosecond after its last. */
    for_ever("", FLAT ", restart-limit: {max: 9, within: 4s, window: once, counts: [crashed]}",
             "fail", 6, S(6), 5);
    for_ever("", FLAT ", restart-limit: {max: 3, within: 1s, counts: [crashed]}", "fail", 2, S(2),
             1);
    gives_up("", FLAT ", restart-limit: {max: 3, window: decay, half-life: 30s}", "fail", 4, S(3));
    for_ever("",
             "backoff: {base: 30s, factor: 1, reset-after: never}, "
             "restart-limit: {max: 3, window: decay, half-life: 30s}",
             "fail", 34, S(1020), 33);
}

static void standing__grids_are_where_the_clock_is_on_them(void **state)
{
    (void)state;
    for_ever("supervisor: {clock: 300ms},",
             "backoff: {base: 1500ms, factor: 1, reset-after: never}, "
             "restart-limit: {max: 2, within: 2s, grain: 1s}",
             "fail", 3, 4500000000, 1);
    /* In the sixth second as before, and yet another second of the clock. */
    gives_up("supervisor: {clock: 500ms},",
             "backoff: {base: 1900ms, factor: 1, reset-after: never}, "
             "restart-limit: {max: 1, within: 1s, grain: 1s}",
             "fail", 7, 11400000000);
    for_ever("", "backoff: {base: 20s, factor: 1, reset-after: 1m, reset-poll: 30s}", "fail", 4,
             S(80), 1);
    for_ever("", "backoff: {base: 20s, factor: 1, reset-after: 1m, reset-from: failure}", "fail", 2,
             S(20) * 2, 1);
}

static void standing__breakers_and_lives_count(void **state)
{
    (void)state;
    gives_up("", FLAT ", breaker: {failures: 3, within: 2s}", "fail", 3, S(2));
    for_ever("", FLAT ", breaker: {failures: 3, within: 1999999999ns}", "fail", 2, S(2), 1);
    for_ever("", FLAT ", breaker: {failures: 2, within: 1m, then: half-open, cooldown: 10s}",
             "fail", 4, S(31), 3);
    gives_up("", FLAT ", max-restarts: 4", "fail", 5, S(4));
    struct planned planned =
        plan_of("", "backoff: {base: 1s, max: 9s, jitter: decorrelated, reset-after: never}",
                "fail", SIM__CHANCE_MOST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_FOR_EVER);
    assert_true(planned.plan.drawn && planned.plan.repeats);
    assert_int_equal(planned.plan.starts[2].wait.ns, S(9));
    release(&planned);
}

static void standing__limits_of_groups_are_its_own_too(void **state)
{
    (void)state;
    gives_up("supervisor: {restart-limit: {max: 2, within: 10s}},", FLAT, "fail", 3, S(2));
    for_ever("supervisor: {groups: [{name: g, restart-limit: {max: 2, within: 1s}}]},",
             FLAT ", group: g.h", "fail", 2, S(2), 1);
}

static void plan__lives_are_lived(void **state)
{
    (void)state;
    struct planned planned =
        plan_of("", "ready: {explicit: {timeout: 5s}}, " FLAT, "never-ready", SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.starts[1].at.ns, S(6));
    release(&planned);
    planned = plan_of("", "heartbeat: {stale-after: 5s, then: restart}, " FLAT, "no-beat",
                      SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.starts[1].at.ns, S(6));
    release(&planned);
    planned = plan_of("", "heartbeat: {stale-after: 5s}", "no-beat", SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_STAYS_UP);
    release(&planned);
    planned = plan_of("", "restart: never", "crash after 3s", SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_STAYS_DOWN);
    assert_int_equal(planned.plan.reason, SUP_REASON_UNRECOVERABLE);
    assert_int_equal(planned.plan.at.ns, S(3));
    release(&planned);
    planned = plan_of("", "restart: {on: [SEGV]}", "crash", SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_FOR_EVER);
    release(&planned);
    planned = plan_of("", "restart: on-failure", "succeed", SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.reason, SUP_REASON_COMPLETED);
    release(&planned);
    planned = plan_of("", FLAT ", restart-limit: {max: 1, within: 1m, then: quarantine}", "fail",
                      SIM__CHANCE_LEAST);
    assert_int_equal(planned.plan.verdict, SIM_PLAN_GIVES_UP);
    assert_true(planned.plan.quarantined);
    release(&planned);
    for_ever("", FLAT ", restart-limit: {max: 1, within: 10s, then: {pause: 20s}}", "fail", 3,
             S(22), 1);
}

static void edge__is_found_to_the_nanosecond(void **state)
{
    (void)state;
    struct sim__edge edges[SIM__EDGES_MAX];
    uint32_t count;
    struct planned planned =
        plan_of("", FLAT ", restart-limit: {max: 3, within: 10s}", "fail", SIM__CHANCE_LEAST);
    struct sim__plan_ask ask = {.scenario = planned.scenario,
                                .service = &planned.scenario->services[0],
                                .life = {.kind = SIM_LIFE_FAIL}};
    assert_int_equal(sim__plan_edges(&ask, edges, &count), SUP_OK);
    assert_int_equal(count, 1);
    /* Entries at L, L + (1s + L), …: the fourth finds the first 3 (1s + L) old. */
    assert_int_equal(edges[0].run.ns, 2333333333);
    assert_int_equal(edges[0].below, SIM_PLAN_GIVES_UP);
    assert_int_equal(edges[0].above, SIM_PLAN_FOR_EVER);
    release(&planned);
}

/* ---- what a limit would need ---- */

/* The longest even wait below `below` of service `a`; by whatever its own waits are made. */
static struct sup_duration needed(const char *keys, const char *life, uint64_t below,
                                  enum sim__chance chance)
{
    struct planned planned = plan_of("", keys, life, chance);
    struct sim__plan_ask ask = {
        .scenario = planned.scenario, .service = &planned.scenario->services[0], .chance = chance};
    struct sup_duration wait = {0};
    assert_null(sim__life_parse(life, &ask.life));
    assert_int_equal(sim__plan_needed(&ask, SUP_NS(below), &wait), SUP_OK);
    release(&planned);
    return wait;
}

#define THREE ", restart-limit: {max: 3, within: 10s}"

static void needed__is_of_one_wait_whatever_its_waits_are(void **state)
{
    static const char *const waits[] = {
        "backoff: {base: 5s, max: 5s}",
        "backoff: {base: 5s, max: 5s, jitter: full}",
        "backoff: {base: 5s, max: 5s, jitter: ±30%, over-cap: true}",
        "backoff: {base: 5s, max: 5s, jitter: {add: 2s}, over-cap: true}",
        "backoff: {waits: [4s, 5s], jitter: +10%}",
        "backoff: {first: 9s, base: 5s, max: 5s}",
        "backoff: {shape: linear, base: 5s, step: 1s, max: 7s}",
        "backoff: {shape: steps, steps: 3, base: 1s, max: 5s, grain: 250ms}",
        "backoff: {base: 5s, max: 5s, grain: 1s, factor: 3}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        char keys[256];
        (void)snprintf(keys, sizeof(keys), "%s%s", waits[i], THREE);
        for (int chance = SIM__CHANCE_LEAST; chance <= SIM__CHANCE_MOST; chance++) {
            struct sup_duration wait = needed(keys, "fail", S(5), (enum sim__chance)chance);
            if (wait.ns != UINT64_C(3333333333)) {
                fail_msg("%s: %" PRIu64, waits[i], wait.ns);
            }
        }
    }
}

static void needed__lies_below_what_is_asked(void **state)
{
    (void)state;
    const char *keys = "backoff: {base: 5s, max: 5s}" THREE;
    /* Attempts of a second leave that much less for the waits. */
    assert_int_equal(needed(keys, "fail after 1s", S(5), SIM__CHANCE_LEAST).ns,
                     UINT64_C(2333333333));
    assert_int_equal(needed(keys, "fail", UINT64_C(3333333335), SIM__CHANCE_LEAST).ns,
                     UINT64_C(3333333333));
    assert_int_equal(needed(keys, "fail", UINT64_C(3333333334), SIM__CHANCE_LEAST).ns,
                     UINT64_C(3333333333));
    assert_int_equal(needed(keys, "fail", UINT64_C(3333333333), SIM__CHANCE_LEAST).ns,
                     UINT64_C(3333333332));
    assert_int_equal(needed(keys, "fail", 2, SIM__CHANCE_LEAST).ns, 1);
    assert_int_equal(needed(keys, "fail", 1, SIM__CHANCE_LEAST).ns, 0);
    /* Nothing lies below 0, and no wait at all is short enough. */
    assert_int_equal(needed(keys, "fail", 0, SIM__CHANCE_LEAST).ns, SUP_NEVER_NS);
    assert_int_equal(needed(keys, "fail after 4s", S(5), SIM__CHANCE_LEAST).ns, SUP_NEVER_NS);
}

/* ---- how late a plan's world is ---- */

static struct sup_duration picks[] = {{5}, {2}, {9}, {3}};

static void late__by_the_least_and_the_most_of_a_draw(void **state)
{
    static const struct {
        struct sim_draw draw;
        uint64_t least, most;
        bool drawn;
    } list[] = {
        {{.kind = SIM_DRAW_FIXED, .low = {4}}, 4, 4, false},
        {{.kind = SIM_DRAW_UNIFORM, .low = {4}, .high = {7}}, 4, 7, true},
        {{.kind = SIM_DRAW_EXP, .low = {4}}, 0, 4, true},
        {{.kind = SIM_DRAW_PICK, .picks = picks, .pick_count = 4}, 2, 9, true},
        {{.kind = SIM_DRAW_PICK, .picks = picks, .pick_count = 1}, 5, 5, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        const struct sim_lag lag = {.start = list[i].draw, .end = list[i].draw};
        assert_int_equal(sim__late_most(&list[i].draw).ns, list[i].most);
        for (int chance = SIM__CHANCE_LEAST; chance <= SIM__CHANCE_MOST; chance++) {
            bool drawn = false, learnt = false;
            const uint64_t after = chance == SIM__CHANCE_LEAST ? list[i].least : list[i].most;
            struct sim__late late = {.lag = &lag, .chance = (enum sim__chance)chance};
            late.drawn = &drawn;
            assert_int_equal(
                sim__late_put_off(&late, SUP_PUT_OFF_START, (struct sup_instant){100}).ns,
                100 + after);
            assert_int_equal(drawn, list[i].drawn);
            late.drawn = &learnt;
            assert_int_equal(sim__late_learns(&late, (struct sup_instant){100}).ns, 100 + after);
            assert_int_equal(learnt, list[i].drawn);
        }
    }
}

static void late__on_the_grids_of_its_clock(void **state)
{
    bool drawn = false;
    const struct sim_lag lag = {
        .spread = {.kind = SIM_DRAW_UNIFORM, .high = {3}}, .grid = {10}, .poll = {25}};
    struct sim__late late = {.lag = &lag, .clock = {4}, .drawn = &drawn};
    (void)state;
    /* The clock reads 10 at instant 6, and 25 at 21. */
    assert_int_equal(sim__late_put_off(&late, SUP_PUT_OFF_WAIT, (struct sup_instant){5}).ns, 21);
    assert_int_equal(sim__late_put_off(&late, SUP_PUT_OFF_WAIT, (struct sup_instant){21}).ns, 46);
    assert_int_equal(sim__late_learns(&late, (struct sup_instant){21}).ns, 21);
    assert_int_equal(sim__late_learns(&late, (struct sup_instant){22}).ns, 46);
    assert_int_equal(sim__late_learns(&late, SUP_INSTANT_NEVER).ns, SUP_NEVER_NS);
    late.chance = SIM__CHANCE_MOST;
    assert_int_equal(sim__late_put_off(&late, SUP_PUT_OFF_WAIT, (struct sup_instant){13}).ns, 21);
    assert_int_equal(sim__late_put_off(&late, SUP_PUT_OFF_WAIT, (struct sup_instant){14}).ns, 46);
    late.lag = NULL;
    assert_int_equal(sim__late_learns(&late, (struct sup_instant){22}).ns, 22);
}

static void late__where_the_clock_stands_on_them(void **state)
{
    struct sim_lag lag = {.grid = {10}, .poll = {25}};
    struct sim__late late = {.lag = &lag};
    struct sup_standing standing = {.words = {16, 32}};
    (void)state;
    sim__late_stands(&late, (struct sup_instant){53}, &standing);
    assert_int_equal(standing.words[0], 16 ^ 3);
    assert_int_equal(standing.words[1], 32 ^ 3);
    sim__late_stands(&late, (struct sup_instant){79}, &standing);
    assert_int_equal(standing.words[0], 16 ^ 3 ^ 9);
    assert_int_equal(standing.words[1], 32 ^ 3 ^ 4);
    lag = (struct sim_lag){0};
    sim__late_stands(&late, (struct sup_instant){77}, &standing);
    late.lag = NULL;
    sim__late_stands(&late, (struct sup_instant){77}, &standing);
    assert_int_equal(standing.words[0], 16 ^ 3 ^ 9);
    assert_int_equal(standing.words[1], 32 ^ 3 ^ 4);
    /* A length of one nanosecond is a grid, too. */
    lag = (struct sim_lag){.grid = {1}, .poll = {1}};
    late.lag = &lag;
    sim__late_stands(&late, (struct sup_instant){77}, &standing);
    assert_int_equal(standing.words[0], 16 ^ 3 ^ 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late__by_the_least_and_the_most_of_a_draw),
        cmocka_unit_test(late__on_the_grids_of_its_clock),
        cmocka_unit_test(late__where_the_clock_stands_on_them),
        cmocka_unit_test(needed__is_of_one_wait_whatever_its_waits_are),
        cmocka_unit_test(needed__lies_below_what_is_asked),
        cmocka_unit_test(standing__a_streak_beyond_the_longest_wait_is_as_long_as_it),
        cmocka_unit_test(standing__of_nobody_is_unknown),
        cmocka_unit_test(standing__windows_are_as_old_as_they_are),
        cmocka_unit_test(standing__grids_are_where_the_clock_is_on_them),
        cmocka_unit_test(standing__breakers_and_lives_count),
        cmocka_unit_test(standing__limits_of_groups_are_its_own_too),
        cmocka_unit_test(plan__lives_are_lived),
        cmocka_unit_test(edge__is_found_to_the_nanosecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
