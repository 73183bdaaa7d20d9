/* Planted streams about attempts that may not run for ever. */
#include "planted.h"

#define A(keys) "services: [{name: a, " keys "}]"
#define FOR(more) A("run-for: 30ms" more)

static const struct planted over[] = {
    {"a nanosecond early", FOR(""), "a begins; +29999999ns", "a cancel-delivered", "cancel-unasked",
     "nobody asked for it", "+1ns; a cancel-delivered; a ended timed-out"},
    {"a nanosecond late", FOR(""), "a begins; +30000001ns", "a cancel-delivered", "run-for-instant",
     "it had run for long enough at 30000000ns", NULL},
    {"late, and the command came late", FOR(""), "a begins; +31ms; a command cancel",
     "a cancel-delivered", "run-for-instant", "it had run for long enough at 30000000ns", NULL},
    {"a command at that instant", FOR(""), "a begins; +30ms; a command cancel; a cancel-delivered",
     "a ended failed", "outcome-wrong", "failed, although it was cancelled", "a ended cancelled"},
    {"its own end at that instant", FOR(""), "a begins; +30ms", "a ended timed-out",
     "outcome-wrong", "timed-out, although nobody stopped it", "a ended failed; a waits 10ms 1"},
    {"its own end later", FOR(""), "a begins; +30000001ns", "a ended failed", "run-for-instant",
     "it had run for long enough at 30000000ns", NULL},
    {"its work over later", FOR(""), "a begins; +30000001ns", "a finishing", "run-for-instant",
     "it had run for long enough at 30000000ns", NULL},
    {"what finishes it takes its own time", FOR(""), "a begins; +30ms; a finishing; +1s",
     "a ended timed-out", "outcome-wrong", "timed-out, although nobody stopped it",
     "a ended failed; a waits 10ms 1"},
    {"of the attempt that lives", FOR(""),
     "a begins; +20ms; a ended failed; a waits 10ms 1; +10ms; a starts; +29999999ns",
     "a cancel-delivered", "cancel-unasked", "nobody asked for it", "+1ns; a cancel-delivered"},
    {"it may be late where things are", FOR(""), "stalled; a begins; +29999999ns",
     "a cancel-delivered", "cancel-unasked", "nobody asked for it",
     "+1s; a cancel-delivered; a ended timed-out"},
    {.name = "its own end may come late there",
     .world = FOR(""),
     .story = "stalled; a begins; +1s",
     .fine = "a ended failed; a waits 10ms 1"},
    {"who may run for ever", A("run-for: never, clean-exits: count"), "a begins; +1d",
     "a cancel-delivered", "cancel-unasked", "nobody asked for it",
     "a ended failed; a waits 10ms 1"},
};

static const struct planted called[] = {
    {"it has timed out", FOR(""), "a begins; +30ms; a cancel-delivered", "a ended cancelled",
     "outcome-wrong", "cancelled, although it ran for too long", "a ended timed-out"},
    {"not unhealthy", FOR(""), "a begins; +30ms; a cancel-delivered", "a ended unhealthy",
     "outcome-wrong", "unhealthy, although it ran for too long", "a ended timed-out"},
    {"unless it was stale then", FOR(", heartbeat: {stale-after: 20ms, then: restart}"),
     "a begins; +30ms; a stale; a cancel-delivered", "a ended failed", "outcome-wrong",
     "failed, although it was cancelled", "a ended unhealthy"},
    {"unless it took an abort", FOR(""),
     "a begins; +30ms; a cancel-delivered; +50ms; a stop-deadline; a abort-requested",
     "a ended timed-out", "outcome-wrong", "timed-out, although its abort was requested",
     "a ended aborted; a waits 10ms 1"},
    {"of one that was not stopped for it", FOR(""),
     "a begins; +30ms; a cancel-delivered; a ended timed-out; a waits 10ms 1; +10ms; a starts; "
     "a command cancel; a cancel-delivered",
     "a ended failed", "outcome-wrong", "failed, although it was cancelled", "a ended cancelled"},
    {"it is a failure", FOR(""), "a begins; +30ms; a cancel-delivered; a ended timed-out",
     "a terminated cancelled", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {.name = "in a group nobody knows who stopped it",
     .world = "supervisor: {groups: [{name: g, strategy: one-for-all}]}\n"
              "services: [{name: a, group: g, run-for: 30ms}, {name: b, group: g}]",
     .story = "a begins; b begins; +30ms; a cancel-delivered",
     .fine = "a ended cancelled"},
    {"a class that is not restarted", FOR(", restart: {on: [failed, unhealthy]}"),
     "a begins; +30ms; a cancel-delivered; a ended timed-out", "a waits 10ms 1", "follow-up",
     "`terminated` has to come now", "a terminated unrecoverable"},
};

#define BY_TIME(after, more) A("run-for: 30ms, ready: {after: " after "}" more)
static const struct planted by_time[] = {
    {"at one instant it is ready first", BY_TIME("30ms", ""), "a begins; +30ms", "a ended failed",
     "ready-instant", "it was ready at 30000000ns", "a ready; a cancel-delivered"},
    {"a stop is no reason not to be", BY_TIME("29999999ns", ""), "a begins; +30ms",
     "a cancel-delivered", "ready-instant", "it was ready at 29999999ns", NULL},
    {.name = "what was missed is not made good for",
     .world = BY_TIME("30000001ns", ""),
     .story = "stalled; a begins; +1s",
     .fine = "a ended failed"},
    {"what came before is", BY_TIME("30ms", ""), "stalled; a begins; +1s", "a ended failed",
     "ready-instant", "it was ready at 30000000ns", "a ready; a ended failed"},
};

static void attempts__run_for_so_long(void **state)
{
    (void)state;
    assert_planted(over, sizeof(over) / sizeof(over[0]));
}

static void ends__are_called_by_what_stopped_them(void **state)
{
    (void)state;
    assert_planted(called, sizeof(called) / sizeof(called[0]));
}

static void readiness__comes_first_or_never(void **state)
{
    (void)state;
    assert_planted(by_time, sizeof(by_time) / sizeof(by_time[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts__run_for_so_long),
        cmocka_unit_test(ends__are_called_by_what_stopped_them),
        cmocka_unit_test(readiness__comes_first_or_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
