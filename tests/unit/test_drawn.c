/* What a timeline draws: the right values, as often as they should be, the same for a seed,
 * and nobody's draws changed by another entry. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/oracle.h"
#include "sim/run/timeline.h"
#include "sup/error.h"
#include "unit/told.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SEEDS 2000u
#define TIMES 64u
#define BEGIN HEAD "services: [{name: a}, {name: b}, {name: w, count: 8}]\n"

static struct sim_scenario *read_good(const char *text)
{
    struct told told;
    told_read(text, &told);
    return told.scenario;
}

/* The first instants of an entry. */
struct times {
    uint64_t at[TIMES];
    uint32_t count;
};

static struct sim_oracle *begin(struct sim_timeline *timeline, const struct sim_scenario *scenario,
                                uint64_t seed)
{
    struct sim_oracle *oracle = NULL;
    assert_int_equal(sim_oracle_create_seeded(seed, &oracle), SUP_OK);
    assert_int_equal(sim__timeline_init(timeline, scenario, seed, oracle), SUP_OK);
    return oracle;
}

static void times_of(const struct sim_scenario *scenario, uint32_t entry, uint64_t seed,
                     struct times *ret_times)
{
    struct sim_timeline timeline;
    struct sim_oracle *oracle = begin(&timeline, scenario, seed);
    assert_true(entry < timeline.count);
    const struct sim_act *act = &timeline.acts[entry];
    ret_times->count = 0;
    while (act->due_ns != UINT64_MAX && ret_times->count < TIMES) {
        uint64_t due = act->due_ns;
        ret_times->at[ret_times->count++] = due;
        (void)sim__timeline_take(&timeline, entry);
        if (act->due_ns == due) {
            break; /* it is not due again */
        }
    }
    sim__timeline_release(&timeline);
    sim_oracle_free(oracle);
}

static uint64_t first_of(const struct sim_scenario *scenario, uint32_t entry, uint64_t seed)
{
    struct times times;
    times_of(scenario, entry, seed, &times);
    assert_true(times.count > 0);
    return times.at[0];
}

/* ---- support and frequency ---- */

static void drawn__uniform_reaches_both_ends_and_all_between_as_often(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(BEGIN "timeline: [{at: {uniform: [1s, 1000000009ns]}, pause: a}]\n");
    uint32_t seen[10] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t at = first_of(scenario, 0, seed);
        assert_in_range(at, SECOND, SECOND + 9);
        seen[at - SECOND]++;
    }
    for (uint32_t i = 0; i < 10; i++) {
        assert_in_range(seen[i], SEEDS / 10 - 60, SEEDS / 10 + 60);
    }
    sim_scenario_free(scenario);
}

static void drawn__pick_takes_each_as_often_and_nothing_else(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(BEGIN "timeline: [{at: {pick: [1s, 2s, 3s, 4s]}, pause: a}]\n");
    uint32_t seen[5] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t at = first_of(scenario, 0, seed);
        assert_int_equal(at % SECOND, 0);
        assert_in_range(at / SECOND, 1, 4);
        seen[at / SECOND]++;
    }
    for (uint32_t i = 1; i <= 4; i++) {
        assert_in_range(seen[i], SEEDS / 4 - 80, SEEDS / 4 + 80);
    }
    sim_scenario_free(scenario);
}

/* Of an exponential draw 1 in e is above the mean, 1 in e^2 above twice the mean. */
static void drawn__exp_has_its_mean_and_its_tail(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(BEGIN "timeline: [{at: {exp: 1s}, pause: a}]\n");
    uint64_t sum_ms = 0;
    uint32_t above = 0;
    uint32_t far_above = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t at = first_of(scenario, 0, seed);
        sum_ms += at / MS;
        above += at > SECOND;
        far_above += at > 2 * SECOND;
    }
    assert_in_range(sum_ms / SEEDS, 930, 1070);
    assert_in_range(above, SEEDS * 33 / 100, SEEDS * 41 / 100);
    assert_in_range(far_above, SEEDS * 11 / 100, SEEDS * 16 / 100);
    sim_scenario_free(scenario);
}

/* ---- repeating ---- */

static void every__each_period_is_drawn_from_the_time_before(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(BEGIN "timeline: [{every: {uniform: [10s, 20s]}, pause: a}]\n");
    struct times times;
    times_of(scenario, 0, 7, &times);
    assert_int_equal(times.count, TIMES);
    uint64_t before = 0;
    uint32_t alike = 0;
    for (uint32_t i = 0; i < TIMES; i++) {
        assert_in_range(times.at[i] - before, 10 * SECOND, 20 * SECOND);
        alike += i > 0 && times.at[i] - before == times.at[0];
        before = times.at[i];
    }
    assert_int_equal(alike, 0);
    sim_scenario_free(scenario);
}

static void every__from_and_to_are_drawn_once(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        BEGIN
        "timeline: [{every: 1s, from: {pick: [10s, 20s]}, to: {pick: [30s, 40s]}, pause: a}]\n");
    bool seen[2][2] = {{false}};
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct times times;
        times_of(scenario, 0, seed, &times);
        bool late = times.at[0] == 20 * SECOND;
        bool longer = times.at[times.count - 1] == 40 * SECOND;
        assert_int_equal(times.at[0], (late ? 20 : 10) * SECOND);
        assert_int_equal(times.at[times.count - 1], (longer ? 40 : 30) * SECOND);
        assert_int_equal(times.count, (longer ? 41u : 31u) - (late ? 20u : 10u));
        seen[late][longer] = true;
    }
    assert_true(seen[0][0] && seen[0][1] && seen[1][0] && seen[1][1]);
    sim_scenario_free(scenario);
}

static void every__an_end_before_the_beginning_leaves_no_time(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        BEGIN "timeline: [{every: 1s, from: {pick: [10s]}, to: {pick: [9s, 11s]}, pause: a}]\n");
    uint32_t none = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct times times;
        times_of(scenario, 0, seed, &times);
        assert_true(times.count == 0 || times.count == 2);
        none += times.count == 0;
    }
    assert_in_range(none, 25, 75);
    sim_scenario_free(scenario);
}

static void every__a_period_is_never_nothing(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(BEGIN "timeline: [{every: {exp: 1ns}, pause: a}]\n");
    struct times times;
    times_of(scenario, 0, 1, &times);
    assert_int_equal(times.count, TIMES);
    for (uint32_t i = 1; i < TIMES; i++) {
        assert_true(times.at[i] > times.at[i - 1]);
    }
    sim_scenario_free(scenario);
}

static void every__beyond_the_end_of_time_is_never(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(BEGIN "timeline: [{every: {uniform: [200000d, 200000d]}, pause: a}]\n");
    struct times times;
    times_of(scenario, 0, 1, &times);
    assert_int_equal(times.count, 1);
    sim_scenario_free(scenario);
}

/* ---- streams ---- */

#define DRAWN "{at: {uniform: [1s, 1h]}, fail: a}"

static void stream__a_seed_draws_the_same_again_and_another_seed_another(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(BEGIN "timeline: [" DRAWN "]\n");
    assert_int_equal(first_of(scenario, 0, 1), first_of(scenario, 0, 1));
    assert_int_not_equal(first_of(scenario, 0, 1), first_of(scenario, 0, 2));
    /* Whoever changes this changes every recorded seed. */
    assert_int_equal(first_of(scenario, 0, 1), UINT64_C(0x27E60F803BB));
    sim_scenario_free(scenario);
}

/* Each timeline holds DRAWN as the entry `index`. */
static void stream__another_entry_changes_no_draw(void **state)
{
    (void)state;
    static const struct {
        const char *entries;
        uint32_t index;
    } list[] = {
        {DRAWN ", {at: {uniform: [1s, 1h]}, fail: b}", 0},
        {"{at: {uniform: [1s, 1h]}, fail: b}, " DRAWN, 1},
        {"{at: {uniform: [1s, 2h]}, fail: a}, " DRAWN, 1},
        {"{at: {uniform: [1s, 1h]}, crash: a}, " DRAWN, 1},
        {"{at: 1s, fail: a}, {every: {exp: 1s}, beat: 'w-*'}, " DRAWN, 2},
        {DRAWN ", " DRAWN, 0},
        /* What is recorded or expected is not what is drawn. */
        {"{at: {uniform: [1s, 1h]}, fail: a, error: boom, expect: {result: ok}}", 0},
        {"{fail: {service: a, code: 3}, at: {uniform: [1000ms, 60m]}}", 0},
    };
    struct sim_scenario *alone = read_good(BEGIN "timeline: [" DRAWN "]\n");
    for (size_t i = 0; i < COUNT(list); i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text), BEGIN "timeline: [%s]\n", list[i].entries);
        struct sim_scenario *scenario = read_good(text);
        for (uint64_t seed = 0; seed < 20; seed++) {
            assert_int_equal(first_of(scenario, list[i].index, seed), first_of(alone, 0, seed));
        }
        sim_scenario_free(scenario);
    }
    sim_scenario_free(alone);
}

static void stream__entries_that_are_alike_draw_apart(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(BEGIN "timeline: [" DRAWN ", " DRAWN ", " DRAWN "]\n");
    for (uint64_t seed = 0; seed < 20; seed++) {
        uint64_t at[3];
        for (uint32_t i = 0; i < 3; i++) {
            at[i] = first_of(scenario, i, seed);
        }
        assert_true(at[0] != at[1] && at[1] != at[2] && at[0] != at[2]);
    }
    sim_scenario_free(scenario);
}

/* What a service draws has nothing to do with the timeline. */
static void stream__scripts_draw_as_without_a_timeline(void **state)
{
    (void)state;
    struct told without, with;
#define SERVICE "services: [{name: a, script: [{fail: {after: {exp: 1s}}}, run]}, {name: z}]\n"
    told_run(HEAD SERVICE "timeline: [{at: 1h, pause: z}]\n", &without);
    told_run(
        "scenario: 1\nname: x\n" SERVICE
        "timeline: [{at: {uniform: [1h, 1h]}, pause: z}, {every: {exp: 1s}, to: 1s, beat: z}]\n",
        &with);
    told_assert_verdict(&without, SIM_PASS);
    told_assert(&with, without.story);
    /* They are counted, which the hash shows. */
    assert_true(with.result.hash != without.result.hash);
    told_forget(&without);
    told_forget(&with);
}

/* ---- targets ---- */

/* Which of w-0 … w-7 a run of the file restarts, as bits. */
static uint32_t restarted(const char *target, uint64_t seed)
{
    char text[512];
    struct told told;
    const struct sim_run_options options = {
        .keep_trace = true, .once = true, .has_seed = true, .seed = seed};
    (void)snprintf(text, sizeof(text),
                   HEAD "services: [{name: w, count: 8}]\n"
                        "timeline: [{at: 1s, restart: %s}]\n",
                   target);
    told_read(text, &told);
    told_run_with(&told, &options);
    told_assert_verdict(&told, SIM_PASS);
    uint32_t set = 0;
    for (uint32_t i = 0; i < 8; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "1s restarted w-%" PRIu32 "\n", i);
        set |= strstr(told.story, line) != NULL ? 1u << i : 0;
    }
    told_forget(&told);
    return set;
}

static uint32_t bits(uint32_t set)
{
    uint32_t count = 0;
    for (; set != 0; set &= set - 1) {
        count++;
    }
    return count;
}

static void target__each_is_drawn_as_often(void **state)
{
    (void)state;
    uint32_t seen[8] = {0};
    for (uint64_t seed = 0; seed < 800; seed++) {
        uint32_t set = restarted("{one-of: w-*}", seed);
        assert_int_equal(bits(set), 1);
        for (uint32_t i = 0; i < 8; i++) {
            seen[i] += set >> i & 1;
        }
    }
    for (uint32_t i = 0; i < 8; i++) {
        assert_in_range(seen[i], 65, 135);
    }
}

/* All 28 pairs come, and each service stands in a quarter of them. */
static void target__each_set_of_some_is_drawn(void **state)
{
    (void)state;
    bool pairs[256] = {false};
    uint32_t seen[8] = {0};
    uint32_t different = 0;
    for (uint64_t seed = 0; seed < 800; seed++) {
        uint32_t set = restarted("{some: 2, of: w-*}", seed);
        assert_int_equal(bits(set), 2);
        different += pairs[set] ? 0 : 1;
        pairs[set] = true;
        for (uint32_t i = 0; i < 8; i++) {
            seen[i] += set >> i & 1;
        }
    }
    assert_int_equal(different, 28);
    for (uint32_t i = 0; i < 8; i++) {
        assert_in_range(seen[i], 150, 250);
    }
}

static void target__fewer_are_all_and_nobody_is_drawn_twice(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        assert_int_equal(restarted("{some: 8, of: w-*}", seed), 0xFF);
        assert_int_equal(restarted("{some: 9, of: w-*}", seed), 0xFF);
        assert_int_equal(restarted("{some: 2, of: [w-3, w-1, w-3]}", seed), 0x0A);
        assert_int_equal(restarted("{one-of: w-5}", seed), 0x20);
        assert_int_equal(bits(restarted("{some: 7, of: w-*}", seed)), 7);
    }
}

static void target__a_seed_draws_the_same_again_and_another_seed_another(void **state)
{
    (void)state;
    uint32_t different = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        uint32_t set = restarted("{some: 3, of: w-*}", seed);
        assert_int_equal(restarted("{some: 3, of: w-*}", seed), set);
        different += restarted("{some: 3, of: w-*}", seed + 1) != set;
    }
    assert_in_range(different, 15, 20);
}

/* An instant is drawn as if nobody had drawn a target, and the other way round. */
static void target__is_drawn_apart_from_the_instants(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(BEGIN "timeline: [{every: {uniform: [1s, 2s]}, beat: {some: 3, of: w-*}}]\n");
    struct times before = {0}, after = {0};
    times_of(scenario, 0, 1, &before);
    struct sim_timeline timeline;
    struct sim_oracle *oracle = begin(&timeline, scenario, 1);
    for (uint32_t i = 0; i < 7; i++) {
        (void)sup_random_next(sim__timeline_chosen(&timeline, &timeline.acts[0]));
    }
    assert_int_equal(sim__timeline_take(&timeline, 0)->due_ns, before.at[1]);
    struct sup_random first = *sim__timeline_chosen(&timeline, &timeline.acts[0]);
    assert_int_equal(sim__timeline_chosen(&timeline, &timeline.acts[0])->state, first.state);
    sim__timeline_release(&timeline);
    sim_oracle_free(oracle);
    times_of(scenario, 0, 1, &after);
    assert_memory_equal(&before, &after, sizeof(before));
    sim_scenario_free(scenario);
}

/* ---- any ---- */

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

#define ANY_SCRIPT \
    "defaults: {backoff: {base: 1s, max: 1s}}\n" \
    "services: [{name: a, script: [{any: [{fail: {error: one}}, {fail: {error: two}}, " \
    "{any: [{fail: {error: three}}, {fail: {error: four}}]}], times: 600}, run]}]\n"

static void any__each_attempt_takes_each_way_as_often(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD ANY_SCRIPT, &told);
    told_assert_verdict(&told, SIM_PASS);
    const char *trace = told.result.trace;
    assert_in_range(count_of(trace, "\"error\":\"one\""), 160, 240);
    assert_in_range(count_of(trace, "\"error\":\"two\""), 160, 240);
    assert_in_range(count_of(trace, "\"error\":\"three\""), 70, 130);
    assert_in_range(count_of(trace, "\"error\":\"four\""), 70, 130);
    assert_int_equal(count_of(trace, "attempt-started"), 601);
    told_forget(&told);
}

/* How many ways the oracle knows, and how many of them pass. */
static uint64_t explored(const char *text, uint32_t *ret_passed)
{
    struct told told;
    struct sim_oracle *oracle = NULL;
    *ret_passed = 0;
    told_read(text, &told);
    assert_int_equal(sim_oracle_create_enumerate(&oracle), SUP_OK);
    do {
        const struct sim_run_options options = {.keep_trace = true, .once = true, .oracle = oracle};
        told_run_with(&told, &options);
        *ret_passed += told.result.verdict == SIM_PASS;
    } while (sim_oracle_next(oracle));
    uint64_t visited = sim_oracle_visited(oracle);
    sim_oracle_free(oracle);
    told_forget(&told);
    return visited;
}

static void any__every_way_of_a_script_can_be_enumerated(void **state)
{
    (void)state;
    uint32_t passed;
    /* Two attempts of three ways each; in four of the nine both fail. */
    uint64_t visited = explored(
        HEAD "services: [{name: a, script: [{any: [fail, succeed, crash], times: 2}, run]}]\n"
             "defaults: {restart: always}\n"
             "expect: [{at: end, metrics: {failures_total: {max: 1}}}]\n",
        &passed);
    assert_int_equal(visited, 9);
    assert_int_equal(passed, 5);
    /* Draws are no decisions. */
    visited = explored(
        HEAD "services: [{name: a, script: [{fail: {after: {pick: [1s, 2s]}}}, run]}]\n", &passed);
    assert_int_equal(visited, 1);
    /* What is nested is asked only where it is come to. */
    visited =
        explored(HEAD "services: [{name: a, script: [{any: [fail, {any: [fail, crash]}]}, run]}]\n",
                 &passed);
    assert_int_equal(visited, 3);
}

#define ANY_AT "{at: {any: [1s, 2s, {any: [3s, 4s]}, {uniform: [5s, 6s]}]}, fail: a}"
#define ANY_ENTRY "{any: [{at: 1s, pause: a}, {at: 1s, restart: a}, nothing]}"

static void any__each_instant_is_taken_as_often(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(BEGIN "timeline: [" ANY_AT "]\n");
    uint32_t seen[6] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t at = first_of(scenario, 0, seed);
        assert_in_range(at, SECOND, 6 * SECOND);
        assert_true(at >= 5 * SECOND || at % SECOND == 0);
        seen[at / SECOND == 6 ? 5 : at / SECOND]++;
    }
    static const uint32_t in_eighths[6] = {0, 2, 2, 1, 1, 2};
    for (uint32_t i = 0; i < 6; i++) {
        uint32_t wanted = SEEDS * in_eighths[i] / 8;
        assert_in_range(seen[i], wanted == 0 ? 0 : wanted - 70, wanted == 0 ? 0 : wanted + 70);
    }
    sim_scenario_free(scenario);
}

/* Which of the entries a run carries out, as bits. */
static uint32_t taken(const struct sim_scenario *scenario, uint64_t seed)
{
    struct sim_timeline timeline;
    struct sim_oracle *oracle = begin(&timeline, scenario, seed);
    uint32_t set = 0;
    for (uint32_t i = 0; i < timeline.count; i++) {
        set |= timeline.acts[i].due_ns != UINT64_MAX ? 1u << i : 0;
    }
    sim__timeline_release(&timeline);
    sim_oracle_free(oracle);
    return set;
}

static void any__one_entry_is_taken_or_none_each_as_often(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        BEGIN "timeline: [{any: [{at: 1s, pause: a}, nothing, "
              "{any: [{at: 1s, restart: a}, {at: 1s, fail: a}, {every: 1s, fail: b}]}]}]\n");
    uint32_t seen[16] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint32_t set = taken(scenario, seed);
        assert_in_range(bits(set), 0, 1);
        assert_true(set < 16);
        seen[set]++;
    }
    assert_in_range(seen[0], SEEDS / 3 - 80, SEEDS / 3 + 80);
    assert_in_range(seen[1], SEEDS / 3 - 80, SEEDS / 3 + 80);
    assert_in_range(seen[2], SEEDS / 9 - 60, SEEDS / 9 + 60);
    assert_in_range(seen[4], SEEDS / 9 - 60, SEEDS / 9 + 60);
    assert_in_range(seen[8], SEEDS / 9 - 60, SEEDS / 9 + 60);
    sim_scenario_free(scenario);
}

/* ANY_ENTRY stands in each timeline, its first action as the entry `index`. */
static void any__another_entry_changes_no_decision(void **state)
{
    (void)state;
    static const struct {
        const char *entries;
        uint32_t index;
    } list[] = {
        {ANY_ENTRY ", {any: [{at: 2s, pause: a}, nothing]}", 0},
        {"{any: [nothing, {at: 1s, pause: b}, {at: 1s, restart: a}]}, " ANY_ENTRY, 2},
        {ANY_AT ", " ANY_ENTRY, 1},
        {ANY_ENTRY ", " ANY_ENTRY, 0},
        {"{any: [{at: 1s, pause: a, who: me}, {at: 1s, restart: a, expect: {attempt: 2}}, "
         "nothing]}",
         0},
    };
    struct sim_scenario *alone = read_good(BEGIN "timeline: [" ANY_ENTRY "]\n");
    for (size_t i = 0; i < COUNT(list); i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text), BEGIN "timeline: [%s]\n", list[i].entries);
        struct sim_scenario *scenario = read_good(text);
        for (uint64_t seed = 0; seed < 30; seed++) {
            assert_int_equal(taken(scenario, seed) >> list[i].index & 3, taken(alone, seed));
        }
        sim_scenario_free(scenario);
    }
    sim_scenario_free(alone);
}

static void any__entries_that_are_alike_are_decided_apart(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(BEGIN "timeline: [" ANY_ENTRY ", " ANY_ENTRY "]\n");
    uint32_t same = 0;
    for (uint64_t seed = 0; seed < 90; seed++) {
        uint32_t set = taken(scenario, seed);
        same += (set & 3) == set >> 2;
    }
    assert_in_range(same, 15, 45);
    sim_scenario_free(scenario);
}

static void any__every_way_of_a_timeline_can_be_enumerated(void **state)
{
    (void)state;
    uint32_t passed;
    /* Three entries, three instants, and two entries in one of three. */
    uint64_t visited = explored(
        BEGIN "timeline: [" ANY_ENTRY ", {at: {any: [2s, 3s, 4s]}, restart: b}, "
              "{any: [nothing, {any: [{at: 1s, pause: w-0}, {at: 1s, pause: w-1}]}, nothing]}]\n"
              "expect: [{at: 2s, service: b, is: {restarts: 1}}, "
              "{at: 1s, service: w-*, count: 1, is: {operation: paused}}]\n",
        &passed);
    assert_int_equal(visited, 3 * 3 * 4);
    assert_int_equal(passed, 3 * 1 * 2);
    /* Draws are no decisions, nor is the only way there is. */
    visited = explored(BEGIN "timeline: [{any: [{at: {any: [1s]}, pause: a}]}, "
                             "{at: {uniform: [1s, 2s]}, fail: {some: 3, of: w-*}}]\n",
                       &passed);
    assert_int_equal(visited, 1);
    assert_int_equal(passed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawn__uniform_reaches_both_ends_and_all_between_as_often),
        cmocka_unit_test(drawn__pick_takes_each_as_often_and_nothing_else),
        cmocka_unit_test(drawn__exp_has_its_mean_and_its_tail),
        cmocka_unit_test(every__each_period_is_drawn_from_the_time_before),
        cmocka_unit_test(every__from_and_to_are_drawn_once),
        cmocka_unit_test(every__an_end_before_the_beginning_leaves_no_time),
        cmocka_unit_test(every__a_period_is_never_nothing),
        cmocka_unit_test(every__beyond_the_end_of_time_is_never),
        cmocka_unit_test(stream__a_seed_draws_the_same_again_and_another_seed_another),
        cmocka_unit_test(stream__another_entry_changes_no_draw),
        cmocka_unit_test(stream__entries_that_are_alike_draw_apart),
        cmocka_unit_test(stream__scripts_draw_as_without_a_timeline),
        cmocka_unit_test(target__each_is_drawn_as_often),
        cmocka_unit_test(target__each_set_of_some_is_drawn),
        cmocka_unit_test(target__fewer_are_all_and_nobody_is_drawn_twice),
        cmocka_unit_test(target__a_seed_draws_the_same_again_and_another_seed_another),
        cmocka_unit_test(target__is_drawn_apart_from_the_instants),
        cmocka_unit_test(any__each_attempt_takes_each_way_as_often),
        cmocka_unit_test(any__every_way_of_a_script_can_be_enumerated),
        cmocka_unit_test(any__each_instant_is_taken_as_often),
        cmocka_unit_test(any__one_entry_is_taken_or_none_each_as_often),
        cmocka_unit_test(any__another_entry_changes_no_decision),
        cmocka_unit_test(any__entries_that_are_alike_are_decided_apart),
        cmocka_unit_test(any__every_way_of_a_timeline_can_be_enumerated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
