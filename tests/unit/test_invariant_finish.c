/* Planted streams about finish scripts. */
#include "planted.h"

#define AT_MOST "services: [{name: a, stop: {finish: 30ms}}]"
#define SETS(keys) "services: [{name: a, " keys "}]"

static const struct planted finishes[] = {
    {"of what does not live", NULL, "a begins; a ended failed; a waits 10ms 1", "a finishing",
     "attempt-end", "attempt 1 does no work", "+10ms; a starts; a finishing"},
    {"of another attempt", NULL, "a begins", "a finishing 2", "attempt-end",
     "attempt 2 does no work", "a finishing"},
    {"twice", NULL, "a begins; a finishing", "a finishing", "attempt-end", "attempt 1 does no work",
     "+1s; a ended failed"},
    {"of each attempt", NULL,
     "a begins; a finishing; a ended failed; a waits 10ms 1; +10ms; a starts; a finishing",
     "a cancel-delivered", "cancel-twice", "attempt 2 was cancelled before", "a ended failed"},
    {"tells nobody to cancel", NULL, "a begins; a finishing; a command cancel",
     "a cancel-delivered", "cancel-twice", "attempt 1 was cancelled before",
     "a ended failed; a terminated cancelled"},
    {"of nobody known", NULL, "z registered; z starts; z finishing; +1s", "z finishing",
     "attempt-end", "attempt 1 does no work", "z ended failed"},
    {"it had run for so long", SETS("run-for: 5ms"), "a begins", "+5000001ns; a finishing",
     "run-for-instant", "it had run for long enough at 5000000ns", "+5ms; a finishing"},
    {"its abort is somebody's, whatever the rules", SETS("stop: {finish: 1h}"),
     "a begins; a finishing; a command abort; a abort-requested", "a ended failed", "outcome-wrong",
     "failed, although its abort was requested",
     "a ended aborted exit=failed; a terminated aborted"},
    {"it is ready no more", NULL, "a begins; a finishing", "a not-ready", "attempt-end",
     "its work is over", "a ended failed"},
    {"it was ready before", SETS("ready: {after: 2ms}"), "a begins; +2ms", "a finishing",
     "ready-instant", "it was ready at 2000000ns", "a ready; a finishing"},
    {"the outcome is its work's", NULL, "a begins; a finishing", "a ended cancelled",
     "outcome-wrong", "cancelled, although nobody stopped it", "a ended failed"},
    {"also when it was cancelled", NULL,
     "a begins; a command cancel; a cancel-delivered; a finishing", "a ended failed",
     "outcome-wrong", "failed, although it was cancelled", "a ended cancelled"},
    {"also when it was aborted", NULL,
     "a begins; a command abort; a cancel-delivered; a abort-requested; a finishing",
     "a ended cancelled", "outcome-wrong", "cancelled, although its abort was requested",
     "a ended aborted"},
    {"aborted for somebody", NULL, "a begins; a finishing; a command abort; a abort-requested",
     "a ended failed", "outcome-wrong", "failed, although its abort was requested",
     "a ended aborted"},
    {"aborted for nobody", NULL, "a begins; a finishing", "a abort-requested", "abort-unasked",
     "its grace has not passed", "a command abort; a abort-requested"},
    {"the abort of its work was another", NULL,
     "a begins; a command abort; a cancel-delivered; a abort-requested; a finishing",
     "a abort-requested", "abort-unasked", "its grace has not passed", "a ended aborted"},
    {"the deadline of its work was another", AT_MOST,
     "a begins; a command cancel; a cancel-delivered; +50ms; a stop-deadline; a abort-requested; "
     "a finishing",
     "a abort-requested", "abort-unasked", "its grace has not passed",
     "+30ms; a stop-deadline; a abort-requested; a ended aborted"},
    {"its waits are as ever", NULL, "a begins; a finishing; +5ms; a ended failed", "a waits 5ms 1",
     "delay-bounds", "delay 5000000ns is not within 10000000ns and 10000000ns, streak 1",
     "a waits 10ms 1"},
    {"its breaker's probe proves itself by its end, unless somebody wishes something else",
     SETS("restart: always, breaker: {failures: 1, then: half-open, cooldown: 10ms}"),
     "a begins; a ended failed; a opened 1 1 10ms; +10ms; a breaker-half-open; a starts; "
     "a finishing",
     "a ended succeeded", "breaker-close", "its probe has proved itself",
     "a command restart; a ended succeeded"},
    {"its breaker's probe proves no more",
     SETS("breaker: {failures: 1, then: half-open, cooldown: 10ms, probe-for: 5ms}"),
     "a begins; a ended failed; a opened 1 1 10ms; +10ms; a breaker-half-open; a starts; +4ms; "
     "a finishing; +1ms",
     "a breaker-closed; a ended failed", "breaker-close",
     "it closed before its probe had proved it", "a ended failed; a opened 1 1 10ms"},
};

static const struct planted deadlines[] = {
    {"early", AT_MOST, "a begins; +5ms; a finishing", "+29999999ns; a stop-deadline",
     "stop-deadline-instant", "finishing at 5000000ns, grace 30000000ns", "+30ms; a stop-deadline"},
    {"late", AT_MOST, "a begins; +5ms; a finishing", "+30000001ns; a stop-deadline",
     "stop-deadline-instant", "finishing at 5000000ns, grace 30000000ns", "+30ms; a stop-deadline"},
    {"never", NULL, "a begins; a finishing", "+50ms; a stop-deadline", "stop-deadline-instant",
     "finishing at 0ns, grace 18446744073709551615ns", "+1h; a ended failed"},
    {"not at all", AT_MOST, "a begins; a finishing", "+30000001ns; a ended failed",
     "stop-deadline-instant", "what finishes it may take until 30000000ns",
     "+30ms; a ended failed"},
    {"when things are late nobody knows", AT_MOST, "a begins; a finishing; stalled",
     "+29999999ns; a stop-deadline", "stop-deadline-instant", "finishing at 0ns, grace 30000000ns",
     "+30000001ns; a ended failed"},
    {"late after its abort", SETS("stop: {finish: 5ms}"),
     "a begins; a finishing; +5ms; a stop-deadline; a abort-requested; +15ms", NULL, NULL, NULL,
     "a ended failed; a waits 10ms 1"},
    {"of nobody known", NULL, "z registered; z starts; z finishing; +1s", "a stop-deadline",
     "not-registered", "nothing of that name is registered",
     "z stop-deadline; z abort-requested; z ended failed"},
    {"given up like others", AT_MOST,
     "a begins; a finishing; +30ms; a stop-deadline; a abort-requested", "+19999999ns; a abandoned",
     "abandon-instant", "abort requested at 30000000ns",
     "+20ms; a abandoned; a terminated abandoned"},
};

static const struct planted codes[] = {
    {"prevents", SETS("exit: {prevent: ['finish:125']}"),
     "a begins; a finishing; a ended failed finish=125", "a waits 10ms 1", "follow-up",
     "`terminated` has to come now", "a terminated unrecoverable"},
    {"no script has no code", SETS("exit: {prevent: ['finish:0']}"), "a begins; a ended failed",
     "a terminated unrecoverable", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"ready when it was told so", SETS("ready: {after: 5ms}, backoff: {from: ready}"),
     "stalled; a begins; +7ms; a ready; a finishing; +1ms; a ended failed", "a waits 7ms 1",
     "delay-bounds", "delay 7000000ns is not within 9000000ns and 9000000ns, streak 1",
     "a waits 9ms 1"},
    {"another one does not", SETS("exit: {prevent: ['finish:125']}"),
     "a begins; a finishing; a ended failed finish=124", "a terminated unrecoverable", "follow-up",
     "`backing-off` has to come now", "a waits 10ms 1"},
    {"not of what was cancelled",
     SETS("restart: always, exit: {prevent: ['finish:3']}, "
          "heartbeat: {stale-after: 1ms, then: restart}"),
     "a begins; a stale; a cancel-delivered; a finishing; a ended unhealthy finish=3",
     "a terminated unrecoverable", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"ready, with what it and its script have lived",
     SETS("ready: {after: 5ms}, backoff: {after-ready: 2ms}"),
     "a begins; +3ms; a finishing; +2ms; a ended failed", "a waits 10ms 1", "streak-count",
     "streak 1 instead of 0", "a waits 2ms 0"},
    {"not a nanosecond earlier", SETS("ready: {after: 5ms}, backoff: {after-ready: 2ms}"),
     "a begins; +3ms; a finishing; +1999999ns; a ended failed", "a waits 2ms 0", "streak-count",
     "streak 0 instead of 1", "a waits 10ms 1"},
    {"from then on", SETS("ready: {after: 5ms}, backoff: {from: ready}"),
     "a begins; +3ms; a finishing; +6ms; a ended failed", "a waits 10ms 1", "delay-bounds",
     "delay 10000000ns is not within 6000000ns and 6000000ns, streak 1", "a waits 6ms 1"},
    {"not when it was told to stop",
     SETS("ready: {after: 5ms}, backoff: {after-ready: 2ms}, "
          "heartbeat: {stale-after: 1ms, then: restart}"),
     "a begins; a stale; a cancel-delivered; a finishing; +9ms; a ended unhealthy", "a waits 2ms 0",
     "streak-count", "streak 0 instead of 1", "a waits 10ms 1"},
    {"not when it owed a word", SETS("ready: {explicit: {}}, backoff: {after-ready: 2ms}"),
     "a begins; a finishing; +9ms; a ended failed", "a waits 2ms 0", "streak-count",
     "streak 0 instead of 1", "a waits 10ms 1"},
};

static void finish__of_work_that_was_done(void **state)
{
    (void)state;
    assert_planted(finishes, sizeof(finishes) / sizeof(finishes[0]));
}

static void finish__takes_no_longer(void **state)
{
    (void)state;
    assert_planted(deadlines, sizeof(deadlines) / sizeof(deadlines[0]));
}

static void finish__and_rules(void **state)
{
    (void)state;
    assert_planted(codes, sizeof(codes) / sizeof(codes[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finish__of_work_that_was_done),
        cmocka_unit_test(finish__takes_no_longer),
        cmocka_unit_test(finish__and_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
