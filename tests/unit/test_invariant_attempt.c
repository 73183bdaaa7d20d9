/* Planted streams about attempts: their starts, ends, readiness and outcomes. */
#include "planted.h"
#include "sim/invariant/internal.h"

#define TOGETHER "supervisor: {strategy: one-for-all}\n"
#define BLOCKING "supervisor: {blocking-pool: 1}\n"
#define CALLS(more) "services: [{name: a, kind: interval, interval: {every: 10ms" more "}}]"
#define BY_TIME(more) "services: [{name: a, ready: {after: 10ms}" more "}, {name: b}]"
#define EXPLICIT "services: [{name: a, ready: {explicit: {timeout: 10ms}}}, {name: b}]"

static const struct planted events[] = {
    {"an event is missing", NULL, "a begins", "gap; a ended failed", "sequence-gap",
     "the event before it was 2", "a ended failed"},
    {"an earlier event", NULL, "@10ns; a begins", "@9ns; a ended failed", "time-backwards",
     "the event before it was at 10ns", "@10ns; a ended failed"},
    {"a name that is not registered", NULL, "a begins", "b starts", "not-registered",
     "nothing of that name is registered", "b begins"},
    {"a name that is gone", NULL, "a registered; a removed", "a starts", "not-registered",
     "nothing of that name is registered", "a registered 1; a starts"},
    {"who waited and is gone", NULL,
     "a begins; a ended failed; a waits 10ms 1; a command remove; a removed; +10ms", "a starts",
     "not-registered", "nothing of that name is registered", "b begins"},
    {"a place nobody has", NULL, "a begins", "x stale", "not-registered",
     "nothing of that name is registered", "a stale"},
};

static const struct planted starts[] = {
    {"two at once", NULL, "a begins", "a starts", "attempt-overlap", "attempt 1 lives",
     "a ended failed; a waits 10ms 1; +10ms; a starts"},
    {"one left out", NULL, "a begins; a ended failed; a waits 10ms 1; +10ms", "a starts 3",
     "attempt-count", "attempt 3 after 1", "a starts 2"},
    {"one again", NULL, "a begins; a ended failed; a waits 10ms 1; +10ms", "a starts 1",
     "attempt-count", "attempt 1 after 1", "a starts 2"},
    {"paused", NULL, "a begins; a command pause; a paused; a cancel-delivered; a ended cancelled",
     "a starts", "attempt-inactive", "it is paused", "a resumed; a starts"},
    {"quarantined while idle", NULL, "a registered; a command quarantine; a quarantined",
     "a starts", "attempt-inactive", "it is quarantined", "a resumed; a starts"},
    {"being removed", NULL, "a registered; a command remove", "a starts", "attempt-inactive",
     "it is removed", "a removed"},
    {"while draining", NULL, "a registered; shutdown", "a starts", "attempt-draining",
     "the supervisor is draining", "a terminated cancelled"},
    {"in a cancelled group", "services: [{name: a, group: x}, {name: b, group: y}]",
     "a registered; b registered; group runtime.x group-cancelled", "a starts",
     "attempt-cancelled-group", "its group is cancelled", "b starts"},
    {"below a cancelled group", "services: [{name: a, group: x.y}, {name: b, group: y}]",
     "a registered; b registered; group x group-cancelled", "a starts", "attempt-cancelled-group",
     "its group is cancelled", "b starts"},
    {"what was to be replaced", NULL,
     "a begins; announce a; a command spawn; a cancel-delivered; a ended cancelled", "a starts",
     "stop-beats-restart", "a command has ended it", "a replaced; a registered 1; a starts"},
    {"one too many for the pool",
     BLOCKING "services: [{name: a, kind: blocking}, {name: b, kind: blocking}]",
     "a begins; b registered", "b starts", "pool-exceeded", "2 of 1 slots are held",
     "a ended succeeded; a terminated completed; b starts"},
    {"a slot is held until the end is reported",
     BLOCKING "services: [{name: a, kind: blocking}, {name: b, kind: blocking}]",
     "a begins; a command abort; a cancel-delivered; a abort-requested; +20ms; a abandoned; "
     "a terminated abandoned; b registered",
     "a late 1; b starts", "pool-exceeded", "2 of 1 slots are held", "a late 1 exit; b starts"},
    {"a slot is given back once",
     BLOCKING "services: [{name: a, kind: blocking}, {name: b, kind: blocking}, "
              "{name: c, kind: blocking}]",
     "a begins; a command abort; a cancel-delivered; a abort-requested; +20ms; a abandoned; "
     "a terminated abandoned; a late 1 exit; a late 1 exit; b begins; c registered",
     "c starts", "pool-exceeded", "2 of 1 slots are held",
     "b ended succeeded; b terminated completed; c starts"},
};

static const struct planted instants[] = {
    {"a nanosecond early", NULL, "a begins; a ended failed; a waits 10ms 1", "+9999999ns; a starts",
     "restart-instant", "it was due at 10000000ns", "+10ms; a starts"},
    {"a nanosecond late", NULL, "a begins; a ended failed; a waits 10ms 1", "+10000001ns; a starts",
     "restart-instant", "it was due at 10000000ns", "+10ms; a starts"},
    {"early after a stall", NULL, "a begins; a ended failed; a waits 10ms 1; stalled",
     "+9999999ns; a starts", "restart-instant", "it was due at 10000000ns", "+1s; a starts"},
    {"early behind the pool", "services: [{name: a, kind: blocking}]",
     "a begins; a ended failed; a waits 10ms 1", "+9999999ns; a starts", "restart-instant",
     "it was due at 10000000ns", "+1s; a starts"},
    {"nobody asked for it when something else was due",
     "services: [{name: a, breaker: {failures: 9, then: half-open, cooldown: 1s, probe-for: "
     "10ms}}]",
     "a begins; a command pause; a cancel-delivered; +10ms; a ended cancelled", "a starts",
     "restart-instant", "it was ended and nobody asked", "a paused; a resumed; a starts"},
    {"without a wait", NULL, "a begins; a command pause; a cancel-delivered; a ended cancelled",
     "a starts", "restart-instant", "it was ended and nobody asked",
     "a paused; a resumed; a starts"},
    {"a call without a wait", CALLS(""),
     "a begins; a command pause; a cancel-delivered; a ended cancelled", "a starts",
     "restart-instant", "it was ended and nobody asked", "a paused; a resumed; a starts"},
    {"a call after a call", CALLS(""), "a begins; +5ms; a ended succeeded", "+9ms; a starts",
     "restart-instant", "it was due at 15000000ns", "+10ms; a starts"},
    {"a call on the grid", CALLS(", mode: fixed-rate"), "a begins; +5ms; a ended succeeded",
     "+10ms; a starts", "restart-instant", "it was due at 10000000ns", "+5ms; a starts"},
    {"a call that missed some", CALLS(", mode: fixed-rate"), "a begins; +25ms; a ended succeeded",
     "+4ms; a starts", "restart-instant", "it was due at 30000000ns", "+5ms; a starts"},
    {"a call that ends on the grid", CALLS(", mode: fixed-rate"),
     "a begins; +20ms; a ended succeeded", "+10ms; a starts", "restart-instant",
     "it was due at 20000000ns", "a starts"},
    {"a call of no length", CALLS(", mode: fixed-rate"), "a begins; a ended succeeded", "a starts",
     "restart-instant", "it was due at 10000000ns", "+10ms; a starts"},
    {"a failed call's restart is no new grid", CALLS(", mode: fixed-rate"),
     "@3ms; a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +1ms; a ended succeeded",
     "+10ms; a starts", "restart-instant", "it was due at 23000000ns", "+9ms; a starts"},
    {"after a fresh start the next wait counts again", NULL,
     "a begins; a command restart; a cancel-delivered; a ended cancelled; a restarted; a starts; "
     "a ended failed; a waits 10ms 1",
     "+5ms; a starts", "restart-instant", "it was due at 10000000ns", "+10ms; a starts"},
    {"after a call the next wait counts again", CALLS(""),
     "a begins; a ended succeeded; +10ms; a starts; a command pause; a cancel-delivered; "
     "a ended cancelled",
     "a starts", "restart-instant", "it was ended and nobody asked",
     "a paused; a resumed; a starts"},
    {.name = "in a group that acts nobody knows when",
     .world = TOGETHER "services: [{name: a}]",
     .story = "a begins; a ended failed; a waits 10ms 1; +5ms",
     .fine = "a starts"},
};

static const struct planted restarted[] = {
    {"while an attempt lives", NULL, "a begins; a command restart", "a restarted",
     "attempt-overlap", "attempt 1 lives",
     "a cancel-delivered; a ended cancelled; a restarted; a starts"},
    {"without a start", NULL, "a registered; a command restart; a restarted", "a paused",
     "follow-up", "`attempt-started` has to come now", "a starts"},
    {"is a fresh start, in a group too", TOGETHER "services: [{name: a}]",
     "a begins; a command restart; a cancel-delivered; a ended cancelled; a restarted; a starts; "
     "a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
};

#define TWICE "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; "
#define RESTARTED TWICE "a command restart; a cancel-delivered; a ended cancelled; "
#define RESUMED(name) \
    name " command pause; " name " paused; " name " cancel-delivered; " name \
         " command resume; " name " resumed; " name " ended cancelled; "
/* In a group, whose end may overrule the command. */
static const struct planted again[] = {
    {"a restart that is not told is its group's", TOGETHER "services: [{name: a}]",
     RESTARTED "a starts; a ended failed", "a waits 10ms 1", "streak-count",
     "streak 1 instead of 2", "a waits 20ms 2"},
    {"and of one that may have waited for the pool",
     TOGETHER "services: [{name: a, kind: blocking}]", RESTARTED "a starts; a ended failed",
     "a waits 10ms 1", "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"who was resumed starts at its end, or with its group",
     TOGETHER "services: [{name: a}, {name: b}]",
     TWICE RESUMED("a") "b begins; a starts; a ended failed", "a waits 10ms 1", "streak-count",
     "streak 1 instead of 2", "a waits 20ms 2"},
    {"who was resumed starts at its end", TOGETHER "services: [{name: a}, {name: b}]",
     TWICE RESUMED("a") "a starts; a ended failed", "a waits 20ms 2", "streak-count",
     "streak 2 instead of 1", "a waits 10ms 1"},
    {.name = "or when the pool has room",
     .world = TOGETHER "services: [{name: a, kind: blocking}, {name: b}]",
     .story = TWICE RESUMED("a") "b begins; a starts; a ended failed",
     .fine = "a waits 10ms 1"},
    {"resumed once more, it starts afresh whenever that is",
     TOGETHER "services: [{name: a, kind: blocking}, {name: b}]",
     TWICE RESUMED("a") "a command pause; a paused; a command resume; a resumed; b begins; "
                        "a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {.name = "who was not announced is of no kind",
     .world = TOGETHER "services: [{name: a}]",
     .story = "a begins; x begins; " RESUMED("x") "a not-ready",
     .fine = "x starts"},
};

static const struct planted ends[] = {
    {"twice", NULL, "a begins; a ended failed; a waits 10ms 1", "a ended failed", "attempt-end",
     "attempt 1 does not live", "+10ms; a starts; a ended failed"},
    {"of another attempt", NULL, "a begins", "a ended failed 2", "attempt-end",
     "attempt 2 does not live", "a ended failed 1"},
    {"before it began", NULL, "a registered", "a ended failed 0", "attempt-end",
     "attempt 0 does not live", "a starts; a ended failed"},
    {"cancelled, and nobody did", NULL, "a begins", "a ended cancelled", "outcome-wrong",
     "cancelled, although nobody stopped it", "a ended failed"},
    {"timed out, and nobody stopped it", NULL, "a begins", "a ended timed-out", "outcome-wrong",
     "timed-out, although nobody stopped it", "a ended crashed"},
    {"unhealthy, and nobody stopped it", NULL, "a begins", "a ended unhealthy", "outcome-wrong",
     "unhealthy, although nobody stopped it", "a ended succeeded"},
    {"failed, though cancelled", NULL, "a begins; a command cancel; a cancel-delivered",
     "a ended failed", "outcome-wrong", "failed, although it was cancelled", "a ended cancelled"},
    {"aborted, though only cancelled", NULL, "a begins; a command cancel; a cancel-delivered",
     "a ended aborted", "outcome-wrong", "aborted, although it was cancelled", "a ended timed-out"},
    {"late for readiness", EXPLICIT, "a begins; +10ms; a cancel-delivered", "a ended succeeded",
     "outcome-wrong", "succeeded, although it was cancelled", "a ended unhealthy"},
    {"cancelled, though aborted", NULL,
     "a begins; a command abort; a cancel-delivered; a abort-requested", "a ended cancelled",
     "outcome-wrong", "cancelled, although its abort was requested", "a ended aborted"},
    {"a late report of the live one", NULL, "a begins", "a late 1", "attempt-end",
     "attempt 1 lives", "a late 0"},
    {"a late report of another generation", NULL,
     "a begins; a ended succeeded; "
     "a terminated completed; a command restart; a registered 1; a starts",
     "a late 1", "attempt-end", "attempt 1 lives", "a late 1 exit 0"},
};

static const struct planted readiness[] = {
    {"ready twice", EXPLICIT, "a begins; a ready", "a ready", "readiness-repeated",
     "it was so already", "a not-ready; a ready"},
    {"ready, which it is by its start", NULL, "a begins", "a ready", "readiness-repeated",
     "it was so already", "a not-ready; a ready"},
    {"not ready twice", NULL, "a begins; a not-ready", "a not-ready", "readiness-repeated",
     "it was so already", "a ready"},
    {"ready without an attempt", NULL, "a registered", "a ready", "attempt-end", "no attempt lives",
     "a starts"},
    {"stale without an attempt", NULL, "a registered", "a stale", "attempt-end", "no attempt lives",
     "a starts; a stale"},
    {"ready before its time", BY_TIME(""), "a begins; +9999999ns", "a ready", "ready-instant",
     "it is ready at 10000000ns", "+1ns; a ready"},
    {"ready after its time", BY_TIME(""), "a begins; +10ms", "+1ns; a ready", "ready-instant",
     "it is ready at 10000000ns", "a ready"},
    {"late, when all is", BY_TIME(""), "stalled; a begins; +9999999ns", "a ready", "ready-instant",
     "it is ready at 10000000ns", "+1s; a ready"},
    {"its end at that instant comes after", BY_TIME(""), "a begins; +10ms", "a ended failed",
     "ready-instant", "it was ready at 10000000ns", "a ready; a ended failed; a waits 10ms 1"},
    {"its end before", BY_TIME(""), "a begins; +9999999ns", "+1ns; a ended failed", "ready-instant",
     "it was ready at 10000000ns", "a ended failed; a waits 10ms 1"},
    {"its end after, when all is late", BY_TIME(""), "stalled; a begins; +10ms", "a ended failed",
     "ready-instant", "it was ready at 10000000ns", "a ready; a ended failed"},
    {"a stop at that instant wins, and no later one", BY_TIME(""),
     "a begins; a command cancel; +10ms", "+1ns; a cancel-delivered", "ready-instant",
     "it was ready at 10000000ns", "a cancel-delivered"},
    {"a later one does when all is late", BY_TIME(""), "stalled; a begins; a command cancel; +1s",
     "a cancel-delivered; a ended failed", "outcome-wrong", "failed, although it was cancelled",
     "a cancel-delivered; a ended cancelled"},
    {"it may take its word back before", BY_TIME(""), "a begins; a not-ready; +5ms", "a ready",
     "ready-instant", "it is ready at 10000000ns", "+5ms; a ready"},
    {"again in the second attempt", BY_TIME(""),
     "a begins; +10ms; a ready; a ended failed; a waits 10ms 1; +10ms; a starts; +9ms", "a ready",
     "ready-instant", "it is ready at 30000000ns", "+1ms; a ready"},
    {"its probe runs from its start",
     BY_TIME(", breaker: {failures: 1, then: half-open, cooldown: 50ms, probe-for: 12ms}"),
     "a begins; a ended failed; a opened 1 1 50ms; +50ms; a breaker-half-open; a starts; +10ms; "
     "a ready; +2ms",
     "+10ms; a breaker-closed", "breaker-close", "its probe had proved itself at 62000000ns",
     "a breaker-closed"},
    {"not ready in between, and ready again", EXPLICIT, "a begins; a ready; a not-ready",
     "a not-ready", "readiness-repeated", "it was so already", "a ready"},
};

/* ---- phases ---- */

static const struct planted phases[] = {
    {"terminated while it runs", NULL, "a begins", "a terminated cancelled", "phase-illegal",
     "attempt 1 lives", "a ended succeeded; a terminated completed"},
    {"removed while it runs", NULL, "a begins; a command remove", "a removed", "phase-illegal",
     "attempt 1 lives", "a cancel-delivered; a ended cancelled; a removed"},
    {"replaced while it runs", NULL, "a begins; announce a; a command spawn", "a replaced",
     "phase-illegal", "attempt 1 lives", "a cancel-delivered; a ended cancelled; a replaced"},
    {"terminated twice", NULL, "a begins; a ended succeeded; a terminated completed",
     "a terminated completed", "phase-illegal", "from terminated to terminated", "a removed"},
    {"a wait out of nothing", NULL, "a registered", "a waits 10ms 1", "phase-illegal",
     "from idle to backing-off", "a starts; a ended failed; a waits 10ms 1"},
    {"a second wait", NULL, "a begins; a ended failed; a waits 10ms 1", "a waits 20ms 2",
     "phase-illegal", "from backing-off to backing-off", "+10ms; a starts"},
    {"a wait while it runs", NULL, "a begins", "a waits 10ms 1", "phase-illegal",
     "from running to backing-off", "a ended failed; a waits 10ms 1"},
    {"a wait while it starts", EXPLICIT, "a begins", "a waits 10ms 1", "phase-illegal",
     "from starting to backing-off", "a ended failed; a waits 10ms 1"},
    {"a wait while it stops", EXPLICIT, "a begins; +10ms; a cancel-delivered", "a waits 10ms 1",
     "phase-illegal", "from stopping to backing-off", "a ended timed-out; a waits 10ms 1"},
    {"a wait after the end", NULL, "a begins; a ended succeeded; a terminated completed",
     "a waits 10ms 1", "phase-illegal", "from terminated to backing-off", "a removed"},
    {"a start after the end", NULL, "a begins; a ended succeeded; a terminated completed",
     "a starts", "restart-instant", "it was terminated and nobody asked",
     "a registered 1; a starts"},
};

static void start__in_order(void **state)
{
    (void)state;
    assert_planted(events, COUNT(events));
    assert_planted(starts, COUNT(starts));
    assert_planted(restarted, COUNT(restarted));
    assert_planted(again, COUNT(again));
}

static void start__at_its_instant(void **state)
{
    (void)state;
    assert_planted(instants, COUNT(instants));
}

#define PROBED \
    "kind: blocking, breaker: {failures: 1, then: half-open, probe-for: 30ms, cooldown: 100ms}"
/* A probe that was resumed, and then may have started afresh or have been started by its group. */
static struct stream *unsure_of_its_breaker(void)
{
    struct stream *s = stream_open(TOGETHER "services: [{name: a, " PROBED "}, {name: b}]");
    stream_play(s, "a begins; a ended failed; a opened 1 1 100ms; +100ms; a breaker-half-open; "
                   "a starts; " RESUMED("a") "b begins");
    const struct sim__shadow *shadow = &stream_invariants(s)->shadows[0];
    assert_int_equal(shadow->restarting, SIM__AGAIN_UNTOLD); /* until then nothing is compared */
    assert_false(shadow->unsure_breaker);
    stream_play(s, "a starts");
    assert_int_equal(shadow->restarting, SIM__AGAIN_NONE);
    assert_true(shadow->unsure_breaker);
    return s;
}

/* From then on it is compared with the snapshot's. */
static void start__what_its_breaker_is_the_next_event_tells(void **state)
{
    (void)state;
    static const char *const telling[] = {"a ended failed; a opened 1 1 100ms",
                                          "+30ms; a breaker-closed"};
    for (size_t i = 0; i < COUNT(telling); i++) {
        struct stream *s = unsure_of_its_breaker();
        stream_play(s, telling[i]);
        assert_false(stream_invariants(s)->shadows[0].unsure_breaker);
        stream_close(s);
    }
}

static void end__of_the_live_attempt_with_its_outcome(void **state)
{
    (void)state;
    assert_planted(ends, COUNT(ends));
}

static void readiness__tells_changes(void **state)
{
    (void)state;
    assert_planted(readiness, COUNT(readiness));
}

static void phase__along_legal_edges(void **state)
{
    (void)state;
    assert_planted(phases, COUNT(phases));
}

/* From each phase, in the order of their list and with `ended` behind them, to
 * each. */
static void phase__each_edge_is_legal_or_is_not(void **state)
{
    (void)state;
    static const char *const edges[SUP_PHASES + 1] = {
        [SUP_PHASE_IDLE] = ".s...t.",     [SUP_PHASE_STARTING] = "..r.p.e",
        [SUP_PHASE_RUNNING] = "....p.e",  [SUP_PHASE_BACKING_OFF] = "is...t.",
        [SUP_PHASE_STOPPING] = "......e", [SUP_PHASE_TERMINATED] = ".......",
        [SIM__PHASE_ENDED] = "is.b.t.",
    };
    for (uint8_t from = 0; from <= SIM__PHASE_ENDED; from++) {
        for (uint8_t to = 0; to <= SIM__PHASE_ENDED; to++) {
            struct stream *s = stream_open(NULL);
            struct sim__shadow shadow = {.phase = from};
            sim__shadow_phase(stream_invariants(s), &shadow, to);
            bool broken = sim_invariants_broken(stream_invariants(s)) != NULL;
            assert_int_equal(broken, edges[from][to] == '.');
            assert_int_equal(shadow.phase, to);
            stream_close(s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__in_order),
        cmocka_unit_test(start__at_its_instant),
        cmocka_unit_test(start__what_its_breaker_is_the_next_event_tells),
        cmocka_unit_test(end__of_the_live_attempt_with_its_outcome),
        cmocka_unit_test(readiness__tells_changes),
        cmocka_unit_test(phase__along_legal_edges),
        cmocka_unit_test(phase__each_edge_is_legal_or_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
