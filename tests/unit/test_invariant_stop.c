/* Planted streams about stopping: who asked, in which order, at which instant. */
#include "planted.h"

#define TOGETHER "supervisor: {strategy: one-for-all}\n"
#define EXPLICIT "services: [{name: a, ready: {explicit: {timeout: 10ms}}}]"
#define STALE(then) "services: [{name: a, heartbeat: {stale-after: 1s, then: " then "}}]"
#define CANCELLED "a begins; a command cancel; a cancel-delivered"
#define ABORTED "a begins; a command abort; a cancel-delivered; a abort-requested"
#define DRAINED "a begins; shutdown 30ms; a cancel-delivered"

static const struct planted cancellations[] = {
    {"nobody asked", NULL, "a begins", "a cancel-delivered", "cancel-unasked",
     "nobody asked for it", "a command cancel; a cancel-delivered"},
    {"the one before was asked to stop", NULL,
     "a begins; a command restart; a cancel-delivered; a ended cancelled; a starts",
     "a cancel-delivered", "cancel-unasked", "nobody asked for it",
     "a command pause; a cancel-delivered"},
    {"twice", NULL, CANCELLED, "a cancel-delivered", "cancel-twice",
     "attempt 1 was cancelled before", "a ended cancelled"},
    {"without an attempt", NULL, "a registered", "a cancel-delivered", "cancel-twice",
     "attempt 0 has ended", "a starts"},
    {"after its end", NULL, CANCELLED "; a ended cancelled; a terminated cancelled",
     "a cancel-delivered", "cancel-twice", "attempt 1 has ended", "a removed"},
    {"another group is stopped", "services: [{name: a, group: x}, {name: b, group: y}]",
     "a begins; b begins; group x command cancel-group; group x group-cancelled",
     "b cancel-delivered", "cancel-unasked", "nobody asked for it", "a cancel-delivered"},
    {"the group was stopped before it began", "services: [{name: a, group: x}]",
     "a registered; group x command force-abort; a starts", "a cancel-delivered", "cancel-unasked",
     "nobody asked for it", "group x command force-abort; a cancel-delivered"},
    {"the root is stopped", "services: [{name: a, group: x.y}]", "a begins", "a cancel-delivered",
     "cancel-unasked", "nobody asked for it",
     "group runtime command force-abort; a cancel-delivered"},
    {"not ready, but its time is not over", EXPLICIT, "a begins", "+9999999ns; a cancel-delivered",
     "cancel-unasked", "nobody asked for it", "+10ms; a cancel-delivered"},
    {"ready in time", EXPLICIT, "a begins; +5ms; a ready; +5ms", "a cancel-delivered",
     "cancel-unasked", "nobody asked for it", "a command cancel; a cancel-delivered"},
    {"stale, which is reported only", STALE("report"), "a begins; a stale", "a cancel-delivered",
     "cancel-unasked", "nobody asked for it", "a command cancel; a cancel-delivered"},
    {"stale in time", STALE("restart"), "a begins", "a cancel-delivered", "cancel-unasked",
     "nobody asked for it", "a stale; a cancel-delivered"},
    {"the one before was stale", STALE("restart"),
     "a begins; a stale; a cancel-delivered; a ended unhealthy; a waits 10ms 1; +10ms; a starts",
     "a cancel-delivered", "cancel-unasked", "nobody asked for it", "a stale; a cancel-delivered"},
    {"it is to be replaced", NULL, "a begins; announce a; refused a", "a cancel-delivered",
     "cancel-unasked", "nobody asked for it", "announce a; a cancel-delivered"},
    {"of what its group stops it may be told", TOGETHER "services: [{name: a}]",
     "a begins; a cancel-delivered", "a cancel-delivered", "cancel-twice",
     "attempt 1 was cancelled before", "a ended cancelled"},
};

static const struct planted deadlines[] = {
    {"a nanosecond early", NULL, CANCELLED, "+49999999ns; a stop-deadline", "stop-deadline-instant",
     "cancelled at 0ns, grace 50000000ns", "+50ms; a stop-deadline"},
    {"a nanosecond late", NULL, CANCELLED, "+50000001ns; a stop-deadline", "stop-deadline-instant",
     "cancelled at 0ns, grace 50000000ns", "+50ms; a stop-deadline"},
    {"early after a stall", NULL, CANCELLED "; stalled", "+49999999ns; a stop-deadline",
     "stop-deadline-instant", "cancelled at 0ns, grace 50000000ns", "+1s; a stop-deadline"},
    {"at its instant after a stall", NULL, CANCELLED "; stalled", "+49999999ns; a stop-deadline",
     "stop-deadline-instant", "cancelled at 0ns, grace 50000000ns", "+50ms; a stop-deadline"},
    {"of what was not cancelled", NULL, "a begins; +50ms", "a stop-deadline", "abort-order",
     "no attempt has a grace that could end", "a ended failed"},
    {"of what has ended", NULL, CANCELLED "; a ended cancelled; a terminated cancelled; +50ms",
     "a stop-deadline", "abort-order", "no attempt has a grace that could end", "a removed"},
    {"of what is aborted", NULL, CANCELLED "; a command abort; a abort-requested; +50ms",
     "a stop-deadline", "abort-order", "no attempt has a grace that could end", "a ended aborted"},
    {"without an abort", NULL, CANCELLED "; +50ms; a stop-deadline", "a ended cancelled",
     "follow-up", "`abort-requested` has to come now", "a abort-requested"},
};

static const struct planted aborts[] = {
    {"before the cancellation", NULL, "a begins; a command abort", "a abort-requested",
     "abort-order", "it was not cancelled", "a cancel-delivered; a abort-requested"},
    {"twice", NULL, ABORTED, "a abort-requested", "abort-order", "it was requested before",
     "a ended aborted"},
    {"after its end", NULL, CANCELLED "; a ended cancelled; a terminated cancelled",
     "a abort-requested", "abort-order", "no attempt lives", "a removed"},
    {"nobody asked", NULL, CANCELLED, "a abort-requested", "abort-unasked",
     "its grace has not passed", "a command abort; a abort-requested"},
    {"the one before was to be aborted", NULL,
     "a begins; a command abort; a command restart; a cancel-delivered; a abort-requested; "
     "a ended aborted; a starts; a command cancel; a cancel-delivered",
     "a abort-requested", "abort-unasked", "its grace has not passed", "a ended cancelled"},
    {"the grace of the one before", STALE("restart"),
     "a begins; a stale; a cancel-delivered; +50ms; a stop-deadline; a abort-requested; "
     "a ended aborted; a waits 10ms 1; +10ms; a starts; a stale; a cancel-delivered",
     "a abort-requested", "abort-unasked", "its grace has not passed", "a ended unhealthy"},
    {"another group is aborted", "services: [{name: a, group: x}, {name: b, group: y}]",
     "a begins; a command cancel; a cancel-delivered; group y command force-abort",
     "a abort-requested", "abort-unasked", "its grace has not passed",
     "group x command force-abort; a abort-requested"},
    {"the drain's time is not over", NULL, DRAINED, "+29999999ns; a abort-requested",
     "abort-unasked", "its grace has not passed", "+30ms; a abort-requested"},
    {"the supervisor's time is not over",
     "supervisor: {shutdown: {timeout: 40ms}}\n"
     "services: [{name: a}]",
     "a begins; shutdown; a cancel-delivered", "+39999999ns; a abort-requested", "abort-unasked",
     "its grace has not passed", "+40ms; a abort-requested"},
};

static const struct planted abandonments[] = {
    {"a nanosecond early", NULL, ABORTED, "+19999999ns; a abandoned", "abandon-instant",
     "abort requested at 0ns", "+20ms; a abandoned"},
    {"a nanosecond late", NULL, ABORTED, "+20000001ns; a abandoned", "abandon-instant",
     "abort requested at 0ns", "+20ms; a abandoned"},
    {"early after a stall", NULL, ABORTED "; stalled", "+19999999ns; a abandoned",
     "abandon-instant", "abort requested at 0ns", "+1s; a abandoned"},
    {"without an abort", NULL, CANCELLED, "+20ms; a abandoned", "abandon-instant",
     "abort not requested; cancelled at 0ns",
     "+50ms; a stop-deadline; a abort-requested; +20ms; a abandoned"},
    {"of what is not being stopped", NULL, "a begins", "a abandoned", "abort-order",
     "no attempt is being stopped", "a ended failed"},
    {"of what has ended", NULL, ABORTED "; a ended aborted; a terminated aborted; +20ms",
     "a abandoned", "abort-order", "no attempt is being stopped", "a removed"},
    {"in a drain whose time is not over", NULL, DRAINED, "+29999999ns; a abandoned",
     "abandon-instant", "abort not requested; cancelled at 0ns", "+30ms; a abandoned"},
    {"in a drain, aborted, too early", NULL, DRAINED "; +30ms; a abort-requested",
     "+19999999ns; a abandoned", "abandon-instant", "abort requested at 30000000ns",
     "+20ms; a abandoned"},
    {"it starts again", NULL, ABORTED "; +20ms; a abandoned", "a waits 10ms 1", "follow-up",
     "`terminated` has to come now", "a terminated abandoned"},
    {"its reason", NULL, ABORTED "; +20ms; a abandoned", "a terminated aborted", "follow-up",
     "reason abandoned, not aborted", "a terminated abandoned"},
    {"it ends after all", NULL, ABORTED "; +20ms; a abandoned; a terminated abandoned",
     "a ended aborted", "attempt-end", "attempt 1 does not live", "a late 1 exit"},
};

static void cancel__once_and_asked_for(void **state)
{
    (void)state;
    assert_planted(cancellations, COUNT(cancellations));
}

static void deadline__at_the_end_of_the_grace(void **state)
{
    (void)state;
    assert_planted(deadlines, COUNT(deadlines));
}

static void abort__after_the_cancellation_and_asked_for(void **state)
{
    (void)state;
    assert_planted(aborts, COUNT(aborts));
}

static void abandon__after_the_wait_for_the_abort(void **state)
{
    (void)state;
    assert_planted(abandonments, COUNT(abandonments));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancel__once_and_asked_for),
        cmocka_unit_test(deadline__at_the_end_of_the_grace),
        cmocka_unit_test(abort__after_the_cancellation_and_asked_for),
        cmocka_unit_test(abandon__after_the_wait_for_the_abort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
