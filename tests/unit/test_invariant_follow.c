/* Planted streams about what follows an end: by its outcome, the restart class, the
 * wishes of operators, and the groups. */
#include "planted.h"

#define TOGETHER "supervisor: {strategy: one-for-all}\n"
#define CALLS(more) "services: [{name: a, kind: interval, interval: {every: 10ms}" more "}]"

static const struct planted classes[] = {
    {"a clean exit is waited for", NULL, "a begins; a ended succeeded", "a waits 100ms 0",
     "follow-up", "`terminated` has to come now", "a terminated completed"},
    {"a clean exit's reason", NULL, "a begins; a ended succeeded", "a terminated unrecoverable",
     "follow-up", "reason completed, not unrecoverable", "a terminated completed"},
    {"a clean exit of class always", "services: [{name: a, restart: always}]",
     "a begins; a ended succeeded", "a paused", "follow-up", "`backing-off` has to come now",
     "a waits 100ms 0"},
    {"a failure that ends it", NULL, "a begins; a ended failed", "a terminated unrecoverable",
     "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a failure of class never", "services: [{name: a, restart: never}]",
     "a begins; a ended failed", "a waits 10ms 1", "follow-up", "`terminated` has to come now",
     "a terminated unrecoverable"},
    {"the reason of class never", "services: [{name: a, restart: never}]",
     "a begins; a ended failed", "a terminated completed", "follow-up",
     "reason unrecoverable, not completed", "a terminated unrecoverable"},
    {"a failure of class on-crash", "services: [{name: a, restart: on-crash}]",
     "a begins; a ended failed", "a waits 10ms 1", "follow-up", "`terminated` has to come now",
     "a terminated unrecoverable"},
    {"a crash of class on-crash", "services: [{name: a, restart: on-crash}]",
     "a begins; a ended crashed", "a terminated unrecoverable", "follow-up",
     "`backing-off` has to come now", "a waits 10ms 1"},
    {"a clean exit after a wait may be cancelled", "services: [{name: a, restart: always}]",
     "a begins; a ended succeeded; a waits 100ms 0; a command cancel", "a paused; a starts",
     "attempt-inactive", "it is paused", "a terminated cancelled"},
};

static const struct planted wishes[] = {
    {"a cancelled one waits", NULL,
     "a begins; a command cancel; a cancel-delivered; "
     "a ended cancelled",
     "a waits 10ms 1", "follow-up", "`terminated` has to come now", "a terminated cancelled"},
    {"a cancelled one's reason", NULL,
     "a begins; a command cancel; a cancel-delivered; "
     "a ended cancelled",
     "a terminated aborted", "follow-up", "reason cancelled, not aborted",
     "a terminated cancelled"},
    {"a cancelled one is replaced, and nobody asked", NULL,
     "a begins; a command cancel; a cancel-delivered; a ended cancelled", "a replaced", "follow-up",
     "`terminated` has to come now", "a terminated cancelled"},
    {"a cancelled one may be replaced, if somebody asked", NULL,
     "a begins; announce a; a command cancel; a cancel-delivered; a ended cancelled", "a paused",
     "follow-up", "`terminated` has to come now", "a replaced; a registered 1"},
    {"announced, and nobody stops it", NULL, "a begins; announce a; a ended failed",
     "a terminated cancelled", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"the same of one who is looked at at length",
     "services: [{name: a, breaker: {failures: 9, within: 1m}}]",
     "a begins; announce a; a ended failed", "a terminated cancelled", "follow-up",
     "`backing-off` has to come now", "a waits 10ms 1"},
    {"the replacement was refused", NULL,
     "a begins; announce a; refused a; a command cancel; a cancel-delivered; a ended cancelled",
     "a replaced", "follow-up", "`terminated` has to come now", "a terminated cancelled"},
    {"an aborted one waits", NULL,
     "a begins; a command abort; a cancel-delivered; "
     "a abort-requested; a ended aborted",
     "a waits 10ms 1", "follow-up", "`terminated` has to come now", "a terminated aborted"},
    {"an aborted one's reason", NULL,
     "a begins; a command abort; a cancel-delivered; "
     "a abort-requested; a ended aborted",
     "a terminated cancelled", "follow-up", "reason aborted, not cancelled",
     "a terminated aborted"},
    {"a removed one stays", NULL,
     "a begins; a command remove; a cancel-delivered; "
     "a ended cancelled",
     "a terminated cancelled", "follow-up", "`removed` has to come now", "a removed"},
    {"an abort only hastens a removal", NULL,
     "a begins; a command remove; a cancel-delivered; "
     "a command abort; a abort-requested; a ended aborted",
     "a terminated aborted", "follow-up", "`removed` has to come now", "a removed"},
    {"an abort only hastens a replacement", NULL,
     "a begins; announce a; a command spawn; "
     "a cancel-delivered; a command abort; a abort-requested; a ended aborted",
     "a starts", "stop-beats-restart", "a command has ended it", "a replaced; a registered 1"},
    {"an abort replaces a pause", NULL,
     "a begins; a command pause; a paused; a cancel-delivered; "
     "a command abort; a abort-requested; a ended aborted",
     "a resumed", "follow-up", "`terminated` has to come now", "a terminated aborted"},
    {"in the drain it ends", NULL, "a begins; shutdown; a cancel-delivered; a ended cancelled",
     "a waits 10ms 1", "follow-up", "`terminated` has to come now", "a terminated cancelled"},
    {"in a stopped group it ends", "services: [{name: a, group: x.y}, {name: b, group: z}]",
     "a begins; b begins; group runtime.x command cancel-group; "
     "group runtime.x group-cancelled; a cancel-delivered; a ended cancelled",
     "a waits 10ms 1", "follow-up", "`terminated` has to come now",
     "a terminated cancelled; b ended failed; b waits 10ms 1"},
    {"in a group that is aborted it ends", "services: [{name: a, group: x}]",
     "a begins; group x command force-abort; a cancel-delivered; a abort-requested; "
     "a ended aborted",
     "a waits 10ms 1", "follow-up", "`terminated` has to come now", "a terminated aborted"},
    {"a group stopped before it began is no reason", "services: [{name: a, group: x}]",
     "a registered; group x command force-abort; a starts; a ended failed",
     "a terminated cancelled", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a refused command is no wish", NULL, "a begins; a command restart refused; a ended failed",
     "a terminated cancelled", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a repeated command is no wish", NULL,
     "a begins; a command restart idempotent; a ended failed", "a terminated cancelled",
     "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"an operator's restart is a fresh start", NULL,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a command restart; "
     "a cancel-delivered; a ended cancelled; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"resumed, and it was active", NULL, "a begins", "a resumed", "follow-up",
     "it was neither paused nor quarantined", "a command pause; a paused; a resumed"},
    {"a pause that is resumed starts again at once", NULL,
     "a begins; a command pause; a paused; a cancel-delivered; a resumed; a ended cancelled",
     "a waits 10ms 1", "stop-beats-restart", "a stop was asked for", "a starts"},
    {"not ready in time", "services: [{name: a, ready: {explicit: {timeout: 10ms}}}]",
     "a begins; +10ms; a cancel-delivered; a ended timed-out", "a terminated cancelled",
     "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"not ready in time, called cancelled",
     "services: [{name: a, ready: {explicit: {timeout: 10ms}}}]",
     "a begins; +10ms; a cancel-delivered; a ended cancelled", "a terminated cancelled",
     "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"not ready in time, and aborted", "services: [{name: a, ready: {explicit: {timeout: 10ms}}}]",
     "a begins; +10ms; a cancel-delivered; +50ms; a stop-deadline; a abort-requested; "
     "a ended aborted",
     "a terminated aborted", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"one before was stopped for a replacement that was refused",
     "services: [{name: a, heartbeat: {stale-after: 1s, then: restart}}]",
     "a begins; announce a; a cancel-delivered; a command restart; refused a; a ended cancelled; "
     "a restarted; a starts; a stale; a cancel-delivered; a ended cancelled",
     "a terminated cancelled", "follow-up", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a cancel for a replacement that did not come in time",
     "services: [{name: a, ready: {explicit: {timeout: 10ms}}}]",
     "a begins; announce a; a cancel-delivered; a ended timed-out", "a paused; a starts",
     "attempt-inactive", "it is paused", "a waits 10ms 1"},
};

static const struct planted waits[] = {
    {"a wait of what is paused", NULL,
     "a begins; a command pause; a paused; a cancel-delivered; a ended cancelled", "a waits 10ms 1",
     "stop-beats-restart", "a stop was asked for", "a resumed; a starts"},
    {"a wait of what is to be paused", NULL,
     "a begins; a command pause; a cancel-delivered; a ended cancelled", "a waits 10ms 1",
     "stop-beats-restart", "a stop was asked for", "a paused"},
    {"a wait of what was paused as it ended", NULL, "a begins; a ended failed", "a paused",
     "follow-up", "`backing-off` has to come now", "a waits 10ms 1; a paused"},
    {"a wait in the drain", NULL, "a begins; a ended failed; shutdown", "a waits 10ms 1",
     "stop-beats-restart", "a stop was asked for", NULL},
    {"a wait in a cancelled group", "services: [{name: a, group: x.y}, {name: b}]",
     "a begins; b begins; a ended failed; b ended failed; group x group-cancelled",
     "a waits 10ms 1", "stop-beats-restart", "a stop was asked for", "b waits 10ms 1"},
    {"a group's restart in the drain", TOGETHER "services: [{name: a}]",
     "a begins; shutdown; a cancel-delivered", "group runtime group-restart", "stop-beats-restart",
     "the supervisor is draining", "a ended cancelled; a terminated cancelled"},
    {"left open at the end of the instant", NULL, "a begins; a ended failed", "settle", "follow-up",
     "`backing-off` has to come now", NULL},
    {"a breaker's end left open", "services: [{name: a, breaker: {failures: 1}}]",
     "a begins; a ended failed", "settle", "breaker-trip", "`breaker-opened` has to come now",
     NULL},
    {"a limit's end left open", "services: [{name: a, restart-limit: {max: 0, within: 1s}}]",
     "a begins; a ended failed", "settle", "limit-exceeded", "`limit-exhausted` has to come now",
     NULL},
};

/* Where a group may act, the event that follows says what an end meant. */
static const struct planted together[] = {
    {"a start instead of a wait counts no failure", TOGETHER "services: [{name: a}]",
     "a begins; a ended failed; a starts; a ended failed", "a waits 20ms 2", "streak-count",
     "streak 2 instead of 1", "a waits 10ms 1"},
    {"nor does a failed call", TOGETHER CALLS(""),
     "a begins; a ended failed; a starts; a ended failed", "a waits 20ms 2", "streak-count",
     "streak 2 instead of 1", "a waits 10ms 1"},
    {"a wait of what was paused after its end", TOGETHER "services: [{name: a}]",
     "a begins; a ended failed; a command pause; a paused", "a waits 10ms 1", "stop-beats-restart",
     "a stop was asked for", "a resumed; a starts"},
    {"nor does one after a clean exit", TOGETHER "services: [{name: a}]",
     "a begins; a ended succeeded; a starts; a ended failed", "a waits 20ms 2", "streak-count",
     "streak 2 instead of 1", "a waits 10ms 1"},
    {"an unwanted end is looked at like any other", TOGETHER "services: [{name: a}]",
     "a begins; a ended succeeded", "a waits 10ms 1", "follow-up", "`terminated` has to come now",
     "a terminated completed"},
    {"an end that nothing recovers has its reason", TOGETHER "services: [{name: a}]",
     "a begins; a ended failed", "a terminated unrecoverable", "follow-up",
     "`backing-off` has to come now", "a terminated cancelled"},
    {"a clean end does not come of a failure", TOGETHER "services: [{name: a}]",
     "a begins; a ended failed", "a terminated completed", "follow-up",
     "`backing-off` has to come now", "a terminated restart-limit"},
    {"the end of a limit", TOGETHER "services: [{name: a, max-restarts: 2}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed",
     "a exhausted 3 3 terminate", "limit-early", "0 of 3 restarts are used",
     "a exhausted 2 2 terminate; a terminated restart-limit"},
    {"a limit that nobody set", TOGETHER "services: [{name: a}]", "a begins; a ended failed",
     "a exhausted 0 0 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a count that a group's restart left open is bounded still",
     TOGETHER "services: [{name: a, max-restarts: 2}]", "a begins; a ended failed",
     "a exhausted 1 2 terminate", "limit-early", "0 of 2 restarts are used",
     "a exhausted 2 2 terminate; a terminated restart-limit"},
    {"a cancellation by the group", TOGETHER "services: [{name: a}, {name: b}]",
     "a begins; b begins; a ended failed; a waits 10ms 1; b cancel-delivered; b ended cancelled",
     "b cancel-delivered", "cancel-twice", "attempt 1 has ended",
     "+10ms; group runtime group-restart; a starts; b starts"},
    {"one that it then does not want", TOGETHER "services: [{name: a}]",
     "a begins; a cancel-delivered; a ended timed-out", "a terminated completed", "follow-up",
     "`backing-off` has to come now", "a waits 10ms 1"},
    {"a call's end was the group's wish, or was not", TOGETHER CALLS(", breaker: {failures: 2}"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; +10ms; "
     "a starts; a ended failed",
     "a opened 2 3", "breaker-trip", "2 of 3 failures, not 2 of 2", "a waits 10ms 1"},
    {"or the breaker opens", TOGETHER CALLS(", breaker: {failures: 2}"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; +10ms; "
     "a starts; a ended failed",
     "a opened 1 3", "breaker-trip", "1 of 3 failures, not 2 of 2",
     "a opened 1 2; a terminated circuit-breaker-open"},
    {"then the streak is not known, but the delay's bounds are", TOGETHER CALLS(""),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; +10ms; "
     "a starts; a ended failed",
     "a waits 10ms 2", "delay-bounds",
     "delay 10000000ns is not within 20000000ns and 20000000ns, streak 2", "a waits 20ms 2"},
    {"then its limit's count is not known", TOGETHER CALLS(", restart-limit: {max: 1, within: 1s}"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; +10ms; "
     "a starts; a ended failed; a exhausted 0 1 terminate",
     "a paused", "follow-up", "`terminated` has to come now", "a terminated restart-limit"},
    {"an operator's restart makes it known again", TOGETHER CALLS(""),
     "a begins; a ended succeeded; +10ms; a starts; a command restart; a cancel-delivered; "
     "a ended cancelled; a restarted; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"a start after an unsure end settles it", TOGETHER CALLS(""),
     "a begins; a ended succeeded; +10ms; a starts; a command cancel; a cancel-delivered; "
     "a ended cancelled",
     "a terminated completed", "follow-up", "reason cancelled, not completed",
     "a terminated cancelled"},
    {.name = "a probe of a group's service ends as the group wants",
     .world = TOGETHER "services: [{name: a, breaker: {failures: 1, then: half-open, "
                       "cooldown: 100ms, probe-for: 30ms}}]",
     .story = "a begins; a ended failed; a opened 1 1 100ms; +50ms; a breaker-half-open; "
              "a starts; a command pause; a cancel-delivered; a ended cancelled; a starts",
     .fine = "a ended succeeded; a terminated completed"},
    {"who is resumed while it stops has a fresh start",
     TOGETHER "services: [{name: a, breaker: {failures: 2, then: half-open, "
              "cooldown: 100ms, probe-for: 1s}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; "
     "a opened 2 2 100ms; +100ms; a breaker-half-open; a starts; a command pause; "
     "a paused; a cancel-delivered; a command resume; a resumed; a ended cancelled; a starts",
     "a breaker-closed", "breaker-edge", "it was closed", "a ended failed; a waits 10ms 1"},
};

static void follow__by_outcome_and_class(void **state)
{
    (void)state;
    assert_planted(classes, COUNT(classes));
}

static void follow__by_the_wishes_of_operators(void **state)
{
    (void)state;
    assert_planted(wishes, COUNT(wishes));
}

static void follow__no_wait_after_a_stop(void **state)
{
    (void)state;
    assert_planted(waits, COUNT(waits));
}

static void follow__in_a_group_that_acts(void **state)
{
    (void)state;
    assert_planted(together, COUNT(together));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follow__by_outcome_and_class),
        cmocka_unit_test(follow__by_the_wishes_of_operators),
        cmocka_unit_test(follow__no_wait_after_a_stop),
        cmocka_unit_test(follow__in_a_group_that_acts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
