/* Planted streams about lag: starts that take their time, timers that are late. */
#include "planted.h"

#define LAG(keys) "supervisor: {clock: 2ms}\nservices: [{name: a, lag: {" keys "}}]"
#define WITH(keys, more) \
    "supervisor: {clock: 2ms}\nservices: [{name: a, lag: {" keys "}, " more "}]"
#define FAILED "a begins; +3ms; a ended failed; a waits 10ms 1"
#define AT(ns) "it was due at " ns "ns"

static const struct planted starts[] = {
    {"the first one, early", LAG("start: 5ms"), "a registered", "+4999999ns; a starts",
     "restart-instant", AT("5000000"), "+5ms; a starts"},
    {"the first one, late", LAG("start: 5ms"), "+1s; a registered", "+5000001ns; a starts",
     "restart-instant", AT("1005000000"), "+5ms; a starts"},
    {"the first one, when things are late", LAG("start: 5ms"), "stalled; a registered",
     "+4999999ns; a starts", "restart-instant", AT("5000000"), "+1s; a starts"},
    {"the first one, with no lag of its own", LAG("end: 5ms"), "a registered", "+1ns; a starts",
     "restart-instant", AT("0"), "a starts"},
    {"drawn, early", LAG("start: {pick: [4ms, 2ms, 3ms]}"), "a registered", "+1999999ns; a starts",
     "restart-instant", AT("2000000"), "+2ms; a starts"},
    {"drawn, late", LAG("start: {pick: [3ms, 4ms, 2ms]}"), "a registered", "+4000001ns; a starts",
     "restart-instant", AT("2000000"), "+4ms; a starts"},
    {"uniform, early", LAG("start: {uniform: [2ms, 4ms]}"), "a registered", "+1999999ns; a starts",
     "restart-instant", AT("2000000"), "+2ms; a starts"},
    {"uniform, late", LAG("start: {uniform: [2ms, 4ms]}"), "a registered", "+4000001ns; a starts",
     "restart-instant", AT("2000000"), "+4ms; a starts"},
    {"after a wait", LAG("start: {exp: 5ms}"), "a begins; a ended failed; a waits 10ms 1",
     "+9999999ns; a starts", "restart-instant", AT("10000000"), "+1h; a starts"},
    {"after a wait, early", WITH("start: 5ms", "backoff: {base: 10ms}"),
     "a registered; +5ms; a starts; a ended failed; a waits 10ms 1", "+14999999ns; a starts",
     "restart-instant", AT("20000000"), "+15ms; a starts"},
    {"after a wait, late", LAG("start: 5ms"),
     "a registered; +5ms; a starts; a ended failed; a waits 10ms 1", "+15000001ns; a starts",
     "restart-instant", AT("20000000"), "+15ms; a starts"},
    {"a first start has no timer", LAG("timer: {grid: 10ms}"), "+3ms; a registered",
     "+5ms; a starts", "restart-instant", AT("3000000"), "a starts"},
    {"who was resumed in a group starts afresh, and late",
     "supervisor: {strategy: one-for-all}\nservices: [{name: a, lag: {start: 5ms}}, {name: b}]",
     "a registered; +5ms; a starts; a ended failed; a waits 10ms 1; +15ms; a starts; "
     "a command pause; a paused; a cancel-delivered; a command resume; a resumed; "
     "a ended cancelled; b registered; +5ms; a starts; a ended failed",
     NULL, NULL, NULL, "a waits 10ms 1"},
    {"another registration has none",
     "services: [{name: a, lag: {start: 5ms}}]\n"
     "timeline: [{at: 1s, spawn: {name: a}}]",
     "a registered; +5ms; a starts; a ended succeeded; a terminated completed; announce a; "
     "a registered; a starts; a ended failed; a waits 10ms 1",
     "+10000001ns; a starts", "restart-instant", AT("15000000"), "+10ms; a starts"},
};

static const struct planted timers[] = {
    {"on its grid, early", LAG("timer: {grid: 10ms}"), FAILED, "+14999999ns; a starts",
     "restart-instant", AT("18000000"), "+15ms; a starts"},
    {"on its grid, late", LAG("timer: {grid: 10ms}"), FAILED, "+15000001ns; a starts",
     "restart-instant", AT("18000000"), "+15ms; a starts"},
    {"due on its grid", LAG("timer: {grid: 5ms}"), FAILED, "+10000001ns; a starts",
     "restart-instant", AT("13000000"), "+10ms; a starts"},
    {"of a wait of 0", WITH("timer: {grid: 10ms}", "backoff: {base: 0s}"),
     "a begins; +3ms; a ended failed; a waits 0ns 1", "+5ms; a starts", "restart-instant",
     AT("3000000"), "a starts"},
    {"spread, early", LAG("timer: {spread: 5ms}"), FAILED, "+9999999ns; a starts",
     "restart-instant", AT("13000000"), "+10ms; a starts"},
    {"spread, late", LAG("timer: {spread: 5ms}"), FAILED, "+15000001ns; a starts",
     "restart-instant", AT("13000000"), "+15ms; a starts"},
    {"looked at", LAG("poll: 10ms"), FAILED, "+10ms; a starts", "restart-instant", AT("18000000"),
     "+15ms; a starts"},
    {"spread, and looked at", LAG("timer: {spread: 6ms}, poll: 10ms"), FAILED,
     "+25000001ns; a starts", "restart-instant", AT("18000000"), "+25ms; a starts"},
    {"all of it", LAG("start: 1ms, timer: {grid: 4ms}, poll: 10ms"),
     "a registered; +1ms; a starts; +2ms; a ended failed; a waits 10ms 1", "+15ms; a starts",
     "restart-instant", AT("19000000"), "+16ms; a starts"},
    {"of a cooldown",
     WITH("timer: {grid: 10ms}", "breaker: {failures: 1, then: half-open, cooldown: 10ms}"),
     "a begins; +3ms; a ended failed; a opened 1 1 10ms", "+10ms; a breaker-half-open",
     "breaker-cooldown", "its cooldown ends at 13000000ns", "+15ms; a breaker-half-open"},
    {"of a cooldown, late",
     WITH("timer: {grid: 10ms}", "breaker: {failures: 1, then: half-open, cooldown: 10ms}"),
     "a begins; +3ms; a ended failed; a opened 1 1 10ms", "+15000001ns; a breaker-half-open",
     "breaker-cooldown", "its cooldown ends at 13000000ns", "+15ms; a breaker-half-open"},
};

static const struct planted looks[] = {
    {"at its readiness", WITH("poll: 10ms", "ready: {after: 3ms}"), "a begins", "+3ms; a ready",
     "ready-instant", "it is ready at 8000000ns", "+8ms; a ready"},
    {"at how long it may run", WITH("poll: 10ms", "run-for: 3ms"), "a begins",
     "+8000001ns; a ended failed", "run-for-instant", "it had run for long enough at 8000000ns",
     "+8ms; a ended failed"},
    {"at its grace", LAG("poll: 20ms"), "a begins; a command cancel; a cancel-delivered",
     "+50ms; a stop-deadline", "stop-deadline-instant", "cancelled at 0ns, grace 50000000ns",
     "+58ms; a stop-deadline"},
    {"at its abort-wait", LAG("poll: 50ms"),
     "a begins; a command abort; a cancel-delivered; a abort-requested", "+20ms; a abandoned",
     "abandon-instant", "abort requested at 0ns", "+48ms; a abandoned; a terminated abandoned"},
    {"at its finish script", WITH("poll: 50ms", "stop: {finish: 30ms}"), "a begins; a finishing",
     "+48000001ns; a ended failed", "stop-deadline-instant",
     "what finishes it may take until 48000000ns", "+48ms; a ended failed"},
    {"at its probe",
     WITH("poll: 10ms", "breaker: {failures: 1, then: half-open, cooldown: 10ms, probe-for: 13ms}"),
     "a begins; +8ms; a ended failed; a opened 1 1 10ms; +10ms; a breaker-half-open; a starts; "
     "+20ms",
     "+1ns; a breaker-closed", "breaker-close", "its probe had proved itself at 31000000ns",
     "a breaker-closed"},
};

static void start__of_so_much(void **state)
{
    (void)state;
    assert_planted(starts, sizeof(starts) / sizeof(starts[0]));
}

static void timer__of_a_wait(void **state)
{
    (void)state;
    assert_planted(timers, sizeof(timers) / sizeof(timers[0]));
}

static void look__at_other_times(void **state)
{
    (void)state;
    assert_planted(looks, sizeof(looks) / sizeof(looks[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__of_so_much),
        cmocka_unit_test(timer__of_a_wait),
        cmocka_unit_test(look__at_other_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
