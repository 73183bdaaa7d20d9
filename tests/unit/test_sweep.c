/* Faults at the points of a run, and which of them a sweep tries. */
#include <stdlib.h>

#include "reading.h"
#include "sim/scenario/tree.h"
#include "sim/sweep/spell.h"
#include "sim/sweep/sweep.h"
#include "sup/task.h"
#include "sup/error.h"

static const struct sim__sweep_how usual = {.late = {SECOND}};

static struct sim__sweep_try try_point(const char *text, struct sim__sweep_point point)
{
    struct sim_scenario *scenario = read_good(text);
    struct sim__sweep_try one;
    assert_int_equal(sim__sweep_try(scenario, &usual, &point, &one), SUP_OK);
    sim_scenario_free(scenario);
    return one;
}

static struct sim__sweep_try try_none(const char *text)
{
    return try_point(text, (struct sim__sweep_point){0});
}

enum way { ONCE, PERSISTENTLY };

static struct sim__sweep_try try_at(const char *text, enum sim__point kind, uint64_t at,
                                    enum way way)
{
    struct sim__sweep_point point = {
        .first = {.kind = kind, .at = at, .persistent = way == PERSISTENTLY}};
    struct sim__sweep_try one = try_point(text, point);
    assert_true(one.seen.first.met);
    return one;
}

/* What happens is what the file says would happen with that fault. */
static void assert_as_expected(const char *text, enum sim__point kind, uint64_t at, enum way way)
{
    struct sim__sweep_try one = try_at(text, kind, at, way);
    if (one.trial.sign != SIM__SIGN_PASSED) {
        fail_msg("%s %d: %s: %s", sim__point_name(kind), (int)at, sim__sign_name(one.trial.sign),
                 one.trial.message);
    }
}

#define SIMPLE HEAD "services: [{name: a, script: [{fail: {after: 1s}}, run]}]\nuntil: 10s\n"

static void sweep__points_of_a_run_are_counted(void **state)
{
    (void)state;
    struct sim__sweep_try one = try_none(SIMPLE);
    assert_int_equal(one.trial.sign, SIM__SIGN_PASSED);
    assert_int_equal(one.seen.points[SIM__POINT_START], 2);
    assert_int_equal(one.seen.points[SIM__POINT_ALLOCATION], 0);
    assert_int_equal(one.seen.points[SIM__POINT_TIMER], 1);
    assert_int_equal(one.seen.points[SIM__POINT_REPORT_LATE], 1);
    assert_int_equal(one.seen.points[SIM__POINT_REPORT_LOST], 1);
    assert_int_equal(one.seen.points[SIM__POINT_BEAT], 0);
    assert_int_equal(one.seen.points[SIM__POINT_READY], 0);
    assert_false(one.seen.first.met);
}

static void sweep__without_a_fault_the_run_is_the_same(void **state)
{
    (void)state;
    struct sim__trial bare;
    assert_int_equal(sim__trial_text(SIMPLE, strlen(SIMPLE), &(struct sim__trial_how){0}, &bare),
                     SUP_OK);
    assert_int_equal(try_none(SIMPLE).trial.hash, bare.hash);
}

static void sweep__start_that_is_refused_is_an_attempt_that_ended(void **state)
{
    (void)state;
    assert_as_expected(SIMPLE "expect:\n  - {starts: {a: [0s, 1100ms, 1300ms]}}\n"
                              "  - {at: end, service: a, is: {phase: running}}\n",
                       SIM__POINT_START, 2, ONCE);
    struct sim__sweep_try one = try_at(SIMPLE, SIM__POINT_START, 2, ONCE);
    assert_int_equal(one.seen.first.at.ns, 1100 * MS);
    assert_string_equal(one.seen.first.service, "a");
    assert_int_equal(one.seen.first.attempt, 2);
    one = try_at(SIMPLE, SIM__POINT_START, 2, PERSISTENTLY);
    assert_true(one.seen.points[SIM__POINT_START] > 5);
    assert_as_expected(SIMPLE "expect: [{at: end, service: a, is: {phase: backing-off}}]\n",
                       SIM__POINT_START, 2, PERSISTENTLY);
}

static void sweep__timer_that_is_late_is_done_late(void **state)
{
    (void)state;
    assert_as_expected(SIMPLE "expect: [{starts: {a: [0s, 2100ms]}}]\n", SIM__POINT_TIMER, 1, ONCE);
    struct sim__sweep_try one = try_at(SIMPLE, SIM__POINT_TIMER, 1, ONCE);
    assert_int_equal(one.seen.first.at.ns, 1100 * MS);
    assert_string_equal(one.seen.first.service, "");
}

static void sweep__late_supervisor_wakes_when_it_is_told_something(void **state)
{
    (void)state;
    assert_as_expected(HEAD "services:\n  - {name: a, script: [{fail: {after: 1s}}, run]}\n"
                            "  - {name: b, script: [{fail: {after: 1500ms}}, run]}\nuntil: 10s\n"
                            "expect: [{starts: {a: [0s, 1500ms], b: [0s, 1600ms]}}]\n",
                       SIM__POINT_TIMER, 1, ONCE);
    assert_as_expected(HEAD "services: [{name: a, script: [{fail: {after: 1s}}, run]}, {name: b}]\n"
                            "until: 10s\ntimeline: [{at: 1700ms, beat: b}]\n"
                            "expect: [{starts: {a: [0s, 1700ms], b: [0s]}}]\n",
                       SIM__POINT_TIMER, 1, ONCE);
}

static void sweep__expectation_that_looks_wakes_nobody(void **state)
{
    (void)state;
    assert_as_expected(SIMPLE "expect:\n  - {at: 1500ms, service: a, is: {phase: backing-off}}\n"
                              "  - {starts: {a: [0s, 2100ms]}}\n",
                       SIM__POINT_TIMER, 1, ONCE);
}

static void sweep__report_that_is_late_is_heard_late(void **state)
{
    (void)state;
    assert_as_expected(SIMPLE "expect: [{starts: {a: [0s, 2100ms]}}]\n", SIM__POINT_REPORT_LATE, 1,
                       ONCE);
}

/* It is cancelled, and is gone: what its script would do then it does not do. */
static void sweep__attempt_that_is_gone_hears_nothing(void **state)
{
    (void)state;
#define STOPPED \
    HEAD "services: [{name: a, script: [{fail: {after: 1s}, stop-after: 1ms}], stop: {grace: " \
         "5s}}]\n" \
         "timeline: [{at: 1s, pause: a}]\nuntil: 20s\n"
    assert_as_expected(STOPPED "expect:\n  - {at: 1999ms, service: a, is: {phase: stopping}}\n"
                               "  - {at: 2s, service: a, is: {phase: idle, starts: 1}}\n",
                       SIM__POINT_REPORT_LATE, 1, ONCE);
#undef STOPPED
}

static void sweep__end_that_is_lost_is_abandoned(void **state)
{
    (void)state;
#define DRAINED \
    HEAD "services: [{name: a, script: [{fail: {after: 1s}}], stop: {grace: 1s, abort-wait: " \
         "2s}}]\n" \
         "timeline: [{at: 5s, shutdown: {}}]\n"
    assert_as_expected(DRAINED
                       "expect:\n  - {at: 4s, service: a, is: {phase: running, starts: 1}}\n"
                       "  - {drain: {took: 3s, abandoned: [a]}}\n",
                       SIM__POINT_REPORT_LOST, 1, ONCE);
    assert_as_expected(DRAINED "expect:\n  - {drain: {took: 3s, abandoned: [a]}}\n",
                       SIM__POINT_REPORT_LOST, 1, PERSISTENTLY);
#undef DRAINED
}

static int fails_after_a_second(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_sleep_through(task, SUP_SEC(1)) == SUP_OK ? -1 : 0;
}

/* Of a function nothing is left, or what it ended with: neither runs again. */
static void sweep__function_that_is_gone_hears_nothing(void **state)
{
    (void)state;
    static const struct sim_task tasks[] = {{.name = "second", .fn = fails_after_a_second},
                                            {.name = NULL}};
    static const char text[] =
        HEAD "services: [{name: a, task: second, stop: {grace: 100ms, abort-wait: 5s}}]\n"
             "timeline: [{at: 1500ms, pause: a}]\nuntil: 20s\n";
    static const struct {
        enum sim__point kind;
        const char *expected;
    } rows[] = {
        {SIM__POINT_REPORT_LATE, "expect:\n  - {at: 1999ms, service: a, is: {phase: stopping}}\n"
                                 "  - {at: 2s, service: a, is: {phase: idle, starts: 1}}\n"},
        {SIM__POINT_REPORT_LOST,
         "expect:\n  - {at: 6599ms, service: a, is: {phase: stopping}}\n"
         "  - {at: 6600ms, service: a, is: {phase: terminated, reason: abandoned}}\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char whole[1024];
        struct sim_diagnostics diagnostics = {0};
        struct sim_scenario *scenario = NULL;
        struct sim__sweep_try one;
        const struct sim__sweep_point point = {.first = {.kind = rows[i].kind, .at = 1}};
        (void)snprintf(whole, sizeof(whole), "%s%s", text, rows[i].expected);
        const struct sim_limits limits = {.tasks = tasks};
        const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                             .bytes = whole,
                                             .length = strlen(whole),
                                             .file = "test",
                                             .limits = &limits};
        assert_int_equal(sim__scenario_read(&reading, &diagnostics, &scenario), SUP_OK);
        assert_int_equal(sim__sweep_try(scenario, &usual, &point, &one), SUP_OK);
        assert_int_equal(one.trial.sign, SIM__SIGN_PASSED);
        sim_scenario_free(scenario);
        sim_diagnostics_release(&diagnostics);
    }
}

/* Nothing that is injected meets it, and calm does not wake it. */
static void sweep__attempt_that_is_gone_is_met_by_nothing(void **state)
{
    (void)state;
    assert_as_expected(SIMPLE
                       "timeline:\n  - {at: 2s, crash: a, expect: {result: any}}\n"
                       "  - {at: 3s, beat: a, expect: {result: any}}\n  - {at: 4s, calm: {}}\n"
                       "expect: [{at: end, service: a, is: {phase: running, starts: 1}}]\n",
                       SIM__POINT_REPORT_LOST, 1, ONCE);
    assert_as_expected(SIMPLE "timeline: [{at: 1500ms, calm: {}}]\n"
                              "expect: [{starts: {a: [0s, 2100ms]}}]\n",
                       SIM__POINT_REPORT_LATE, 1, ONCE);
}

static void sweep__beat_that_is_lost_makes_it_stale(void **state)
{
    (void)state;
#define BEATS \
    HEAD "services: [{name: a, heartbeat: {stale-after: 1s}, script: [{run: {}, beat: {every: " \
         "600ms}}]}]\n" \
         "until: 5s\n"
    struct sim__sweep_try one = try_none(BEATS);
    assert_int_equal(one.seen.points[SIM__POINT_BEAT], 8);
    assert_as_expected(BEATS "expect: [{tally: {event: stale}, is: 0}]\n", SIM__POINT_BEAT, 1,
                       ONCE);
    assert_as_expected(BEATS "expect: [{tally: {event: stale}, is: 1}]\n", SIM__POINT_BEAT, 2,
                       ONCE);
    assert_as_expected(BEATS "expect: [{at: end, service: a, is: {heartbeat: stale}}]\n",
                       SIM__POINT_BEAT, 3, PERSISTENTLY);
#undef BEATS
}

static void sweep__readiness_that_is_lost_is_missed(void **state)
{
    (void)state;
#define READY \
    HEAD "services: [{name: a, ready: {explicit: {timeout: 2s}}, script: [{steps: [{sleep: 1s}, " \
         "ready, run]}]}]\n" \
         "until: 3s\n"
    assert_as_expected(READY
                       "expect: [{at: 2s, service: a, is: {last-error: not ready in time}}]\n",
                       SIM__POINT_READY, 1, ONCE);
#undef READY
}

static void sweep__allocation_that_fails_is_answered(void **state)
{
    (void)state;
#define SPAWNS HEAD "services: [{name: a}]\ntimeline:\n  - {at: 1s, spawn: {name: b, group: g.h}"
    struct sim__sweep_try one = try_none(SPAWNS "}\nuntil: 2s\n");
    uint64_t points = one.seen.points[SIM__POINT_ALLOCATION];
    assert_true(points > 0);
    for (uint64_t at = 1; at <= points; at++) {
        assert_as_expected(SPAWNS ", expect: {result: no-memory}}\n"
                                  "  - {at: 2s, spawn: {name: b, group: g.h}}\nuntil: 3s\n"
                                  "expect: [{starts: {b: [2s]}}]\n",
                           SIM__POINT_ALLOCATION, at, ONCE);
        assert_as_expected(SPAWNS ", expect: {result: no-memory}}\nuntil: 3s\n"
                                  "expect: [{at: end, metrics: {spawned_total: 1}}]\n",
                           SIM__POINT_ALLOCATION, at, PERSISTENTLY);
    }
#undef SPAWNS
}

static void sweep__second_fault_is_counted_from_the_first_on(void **state)
{
    (void)state;
    const struct sim__sweep_point point = {.first = {.kind = SIM__POINT_START, .at = 2},
                                           .then = {.kind = SIM__POINT_START, .at = 1}};
    struct sim__sweep_try one =
        try_point(SIMPLE "expect: [{starts: {a: [0s, 1100ms, 1300ms, 1700ms]}}]\n", point);
    assert_int_equal(one.trial.sign, SIM__SIGN_PASSED);
    assert_true(one.seen.then.met);
    assert_int_equal(one.seen.then.at.ns, 1300 * MS);
    assert_int_equal(one.seen.then.attempt, 3);
    assert_int_equal(one.seen.after[SIM__POINT_START], 2);
    assert_int_equal(one.seen.points[SIM__POINT_START], 4);
}

static void sweep__what_is_expected_does_not_count(void **state)
{
    (void)state;
    static const struct {
        enum sim__sign sign;
        const char *word;
        enum sim__sweep_fate fate;
    } rows[] = {
        {SIM__SIGN_PASSED, "", SIM__SWEEP_SURVIVED},
        {SIM__SIGN_EXPECTATION, "starts", SIM__SWEEP_SURVIVED},
        {SIM__SIGN_STALLED, "events", SIM__SWEEP_CUT},
        {SIM__SIGN_STALLED, "instant", SIM__SWEEP_FELL},
        {SIM__SIGN_STALLED, "steps", SIM__SWEEP_FELL},
        {SIM__SIGN_INVARIANT, "memory", SIM__SWEEP_FELL},
        {SIM__SIGN_NONDETERMINISTIC, "", SIM__SWEEP_FELL},
        {SIM__SIGN_CRASHED, "assertion", SIM__SWEEP_FELL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sim__trial trial = {0};
        sim__trial_sign(&trial, rows[i].sign, rows[i].word, "");
        assert_int_equal(sim__sweep_fate(&trial), rows[i].fate);
    }
    struct sim__trial silent = {.moves = true};
    sim__trial_sign(&silent, SIM__SIGN_STALLED, "steps", "");
    assert_int_equal(sim__sweep_fate(&silent), SIM__SWEEP_CUT); /* it beats, say, for ever */
    sim__trial_sign(&silent, SIM__SIGN_STALLED, "instant", "");
    assert_int_equal(sim__sweep_fate(&silent), SIM__SWEEP_FELL);
}

/* ---- which points ---- */

static bool same_fault(const struct sim_fault *a, const struct sim_fault *b)
{
    return a->kind == b->kind && a->at == b->at && a->persistent == b->persistent;
}

static void sweep__each_point_is_tried_in_both_ways(void **state)
{
    (void)state;
    const uint64_t points[SIM__POINTS] = {[SIM__POINT_START] = 2, [SIM__POINT_BEAT] = 1};
    const struct sim_fault wanted[] = {{SIM__POINT_START, 1, false}, {SIM__POINT_START, 1, true},
                                       {SIM__POINT_START, 2, false}, {SIM__POINT_START, 2, true},
                                       {SIM__POINT_BEAT, 1, false},  {SIM__POINT_BEAT, 1, true}};
    struct sim__sweep_plan plan = sim__sweep_plan(points, SIM__SWEEP_ALL, 0);
    assert_int_equal(plan.all, 3);
    assert_int_equal(sim__sweep_tries(&plan), 6);
    for (uint64_t i = 0; i < 6; i++) {
        struct sim__sweep_point point = sim__sweep_nth(&plan, i);
        assert_true(same_fault(&point.first, &wanted[i]));
        assert_int_equal(point.then.at, 0);
    }
    plan = sim__sweep_plan(points, 1u << SIM__POINT_BEAT, 7);
    assert_int_equal(plan.all, 1);
    assert_int_equal(plan.chosen, 1);
    assert_int_equal(sim__sweep_nth(&plan, 1).first.kind, SIM__POINT_BEAT);
}

static void sweep__few_of_many_points_are_spread_evenly(void **state)
{
    (void)state;
    const uint64_t points[SIM__POINTS] = {[SIM__POINT_START] = 700, [SIM__POINT_TIMER] = 300};
    struct sim__sweep_plan plan = sim__sweep_plan(points, SIM__SWEEP_ALL, 10);
    assert_int_equal(plan.all, 1000);
    assert_int_equal(plan.chosen, 10);
    for (uint64_t i = 0; i < 10; i++) {
        struct sim_fault fault = sim__sweep_nth(&plan, 2 * i).first;
        assert_int_equal(fault.kind, i < 7 ? SIM__POINT_START : SIM__POINT_TIMER);
        assert_int_equal(fault.at, (i < 7 ? i : i - 7) * 100 + 1);
    }
}

static void sweep__turns_have_each_point_once(void **state)
{
    (void)state;
    const uint64_t points[SIM__POINTS] = {[SIM__POINT_START] = 5, [SIM__POINT_TIMER] = 2};
    for (uint64_t turns = 1; turns < 10; turns++) {
        struct sim__sweep_plan plan = sim__sweep_plan(points, SIM__SWEEP_ALL, 0);
        uint32_t seen[2][6] = {{0}};
        plan.turns = turns;
        for (plan.turn = 0; plan.turn < turns; plan.turn++) {
            for (uint64_t i = 0; i < sim__sweep_tries(&plan); i++) {
                struct sim_fault fault = sim__sweep_nth(&plan, i).first;
                assert_true(fault.at > 0 && fault.at <= points[fault.kind]);
                seen[fault.kind == SIM__POINT_TIMER][fault.at] += fault.persistent ? 10 : 1;
            }
        }
        for (uint32_t at = 1; at < 6; at++) {
            assert_int_equal(seen[0][at], 11);
            assert_int_equal(seen[1][at], at < 3 ? 11 : 0);
        }
    }
}

static void sweep__order_for_a_budget_visits_each_once(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 10, 618, 1000, 4096, 9973};
    for (size_t i = 0; i < COUNT(counts); i++) {
        bool *seen = calloc(counts[i], sizeof(*seen));
        assert_non_null(seen);
        for (uint64_t k = 0; k < counts[i]; k++) {
            uint64_t at = sim__sweep_spread(k, counts[i]);
            assert_true(at < counts[i] && !seen[at]);
            seen[at] = true;
        }
        free(seen);
    }
    assert_true(sim__sweep_spread(1, 1000) > 500 && sim__sweep_spread(2, 1000) < 400);
}

static void sweep__pairs_follow_what_survived_alone(void **state)
{
    (void)state;
    struct sim__sweep_pairs pairs = {0};
    struct sim__sweep_try one = {.point = {.first = {SIM__POINT_START, 1, false}}};
    one.seen.after[SIM__POINT_START] = 2;
    one.seen.after[SIM__POINT_BEAT] = 1;
    assert_int_equal(sim__sweep_lead(&pairs, &one, SIM__SWEEP_ALL), SUP_OK);
    one.point.first.persistent = true;
    assert_int_equal(sim__sweep_lead(&pairs, &one, SIM__SWEEP_ALL), SUP_OK);
    one.point.first = (struct sim_fault){SIM__POINT_START, 2, false};
    sim__trial_sign(&one.trial, SIM__SIGN_INVARIANT, "memory", "");
    assert_int_equal(sim__sweep_lead(&pairs, &one, SIM__SWEEP_ALL), SUP_OK);
    assert_int_equal(pairs.all, 3);
    sim__trial_sign(&one.trial, SIM__SIGN_EXPECTATION, "starts", "");
    assert_int_equal(sim__sweep_lead(&pairs, &one, 1u << SIM__POINT_BEAT), SUP_OK);
    assert_int_equal(pairs.all, 4);
    static const struct sim__sweep_point wanted[] = {
        {{SIM__POINT_START, 1, false}, {SIM__POINT_START, 1, false}},
        {{SIM__POINT_START, 1, false}, {SIM__POINT_START, 2, false}},
        {{SIM__POINT_START, 1, false}, {SIM__POINT_BEAT, 1, false}},
        {{SIM__POINT_START, 2, false}, {SIM__POINT_BEAT, 1, false}}};
    for (uint64_t i = 0; i < 4; i++) {
        struct sim__sweep_point point = sim__sweep_pair(&pairs, 4, i);
        assert_true(same_fault(&point.first, &wanted[i].first));
        assert_true(same_fault(&point.then, &wanted[i].then));
    }
    assert_true(same_fault(&(struct sim_fault){SIM__POINT_BEAT, 1, false},
                           &(struct sim_fault[]){sim__sweep_pair(&pairs, 2, 1).then}[0]));
    sim__sweep_pairs_release(&pairs);
}

/* ---- in words ---- */

/* Whether the file that says the fault in this way passes, as one with the fault does. */
static bool passes_in_words(const char *text, const struct sim__sweep_try *one, uint32_t way)
{
    struct sim_arena *arena;
    struct sim__node *root;
    struct sim__trial trial;
    struct sim_diagnostics diagnostics = {0};
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc, .bytes = text, .length = strlen(text), .file = "test"};
    assert_int_equal(sim__tree_load(&reading, SIM__AS_WRITTEN, arena, &diagnostics, &root), SUP_OK);
    struct sim__node *said = sim__sweep_spell(arena, root, one, usual.late, way);
    bool passes = false;
    if (said != NULL) {
        assert_int_equal(sim__trial_tree(said, &usual.trial, &trial), SUP_OK);
        /* Of refusals without end some are left over. */
        passes = trial.sign == SIM__SIGN_PASSED ||
                 strstr(trial.message, "refuse-starts: every refusal") != NULL;
    }
    sim__arena_free(arena);
    sim_diagnostics_release(&diagnostics);
    return passes;
}

static uint32_t ways_that_pass(const char *text, enum sim__point kind, uint64_t at, enum way way)
{
    struct sim__sweep_try one = try_at(text, kind, at, way);
    uint32_t bits = 0;
    assert_int_equal(one.trial.sign, SIM__SIGN_PASSED);
    for (uint32_t i = 0; i < SIM__SPELLINGS; i++) {
        bits |= passes_in_words(text, &one, i) ? 1u << i : 0;
    }
    return bits;
}

static void sweep__fault_is_said_in_words_where_there_are_some(void **state)
{
    (void)state;
    /* The restart at 1.1s; the first start, before any entry of a timeline. */
    assert_int_equal(ways_that_pass(SIMPLE "expect: [{starts: {a: [0s, 1100ms, 1300ms]}}]\n",
                                    SIM__POINT_START, 2, ONCE),
                     1u << 0 | 1u << 1);
    assert_int_equal(ways_that_pass(SIMPLE
                                    "expect: [{at: 50ms, service: a, is: {phase: backing-off}}]\n",
                                    SIM__POINT_START, 1, ONCE),
                     1u << 2);
    assert_int_equal(ways_that_pass(SIMPLE
                                    "expect: [{at: 9s, service: a, is: {phase: backing-off}}]\n",
                                    SIM__POINT_START, 2, PERSISTENTLY),
                     1u << 0 | 1u << 1);
    assert_int_equal(ways_that_pass(SIMPLE
                                    "expect: [{at: 50ms, service: a, is: {phase: backing-off}}]\n",
                                    SIM__POINT_START, 1, PERSISTENTLY),
                     1u << 2);
    assert_int_equal(
        ways_that_pass(SIMPLE "expect: [{starts: {a: [0s, 2100ms]}}]\n", SIM__POINT_TIMER, 1, ONCE),
        1u << 0);
    assert_int_equal(ways_that_pass(SIMPLE "expect: [{at: 1200ms, service: a, is: {phase: "
                                           "running}}, {at: 2s, service: a, is: {starts: 1}}]\n",
                                    SIM__POINT_REPORT_LATE, 1, ONCE),
                     1u << 1);
    assert_int_equal(ways_that_pass(SIMPLE "expect: [{at: end, service: a, is: {starts: 1}}]\n",
                                    SIM__POINT_REPORT_LOST, 1, ONCE),
                     0);
}

static void sweep__second_fault_is_said_beside_the_first(void **state)
{
    (void)state;
    static const char text[] = SIMPLE "expect: [{starts: {a: [0s, 1100ms, 1300ms, 1700ms]}}]\n";
    const struct sim__sweep_point point = {.first = {.kind = SIM__POINT_START, .at = 2},
                                           .then = {.kind = SIM__POINT_START, .at = 1}};
    struct sim__sweep_try one = try_point(text, point);
    assert_int_equal(one.trial.sign, SIM__SIGN_PASSED);
    assert_true(passes_in_words(text, &one, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweep__points_of_a_run_are_counted),
        cmocka_unit_test(sweep__without_a_fault_the_run_is_the_same),
        cmocka_unit_test(sweep__start_that_is_refused_is_an_attempt_that_ended),
        cmocka_unit_test(sweep__timer_that_is_late_is_done_late),
        cmocka_unit_test(sweep__late_supervisor_wakes_when_it_is_told_something),
        cmocka_unit_test(sweep__expectation_that_looks_wakes_nobody),
        cmocka_unit_test(sweep__report_that_is_late_is_heard_late),
        cmocka_unit_test(sweep__attempt_that_is_gone_hears_nothing),
        cmocka_unit_test(sweep__function_that_is_gone_hears_nothing),
        cmocka_unit_test(sweep__end_that_is_lost_is_abandoned),
        cmocka_unit_test(sweep__attempt_that_is_gone_is_met_by_nothing),
        cmocka_unit_test(sweep__beat_that_is_lost_makes_it_stale),
        cmocka_unit_test(sweep__readiness_that_is_lost_is_missed),
        cmocka_unit_test(sweep__allocation_that_fails_is_answered),
        cmocka_unit_test(sweep__second_fault_is_counted_from_the_first_on),
        cmocka_unit_test(sweep__what_is_expected_does_not_count),
        cmocka_unit_test(sweep__each_point_is_tried_in_both_ways),
        cmocka_unit_test(sweep__few_of_many_points_are_spread_evenly),
        cmocka_unit_test(sweep__turns_have_each_point_once),
        cmocka_unit_test(sweep__order_for_a_budget_visits_each_once),
        cmocka_unit_test(sweep__pairs_follow_what_survived_alone),
        cmocka_unit_test(sweep__fault_is_said_in_words_where_there_are_some),
        cmocka_unit_test(sweep__second_fault_is_said_beside_the_first),
    };
    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
