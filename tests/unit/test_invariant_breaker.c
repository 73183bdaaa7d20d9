/* Planted streams about the circuit breaker: its edges, trips, cooldowns, probes. */
#include "planted.h"

#define TOGETHER "supervisor: {strategy: one-for-all}\n"
#define PROBED "breaker: {failures: 1, then: half-open, cooldown: 100ms, probe-for: 30ms}"
#define ONE "services: [{name: a, " PROBED "}]"
#define OPEN "a begins; a ended failed; a opened 1 1 100ms"
#define PROBING OPEN "; +100ms; a breaker-half-open; a starts"
#define TWICE "services: [{name: a, breaker: {failures: 2, within: 10ms}}]"

static const struct planted edges[] = {
    {"a start while it is open", ONE, OPEN "; +100ms", "a starts", "breaker-edge",
     "its breaker is open", "a breaker-half-open; a starts"},
    {"opened while it is open", ONE, OPEN, "a opened 1 1 100ms", "breaker-edge", "it was open",
     "+100ms; a breaker-half-open; a starts; a ended failed; a opened 1 1 100ms"},
    {"half-open while it is closed", ONE, "a registered", "a breaker-half-open", "breaker-edge",
     "it was closed", "a starts"},
    {"closed while it is closed", ONE, "a begins", "a breaker-closed", "breaker-edge",
     "it was closed", "a ended succeeded"},
    {"closed without a probe", ONE,
     PROBING "; a command pause; a paused; a cancel-delivered; a ended cancelled",
     "a breaker-closed", "breaker-edge", "it was half-open", "a resumed; a starts"},
    {"half-open without a start", ONE, OPEN "; +100ms; a breaker-half-open", "a paused",
     "follow-up", "`attempt-started` has to come now", "a starts"},
    {"half-open, then an operator's restart", ONE, OPEN "; +100ms; a breaker-half-open",
     "a terminated cancelled", "follow-up", "`attempt-started` has to come now",
     "a restarted; a starts"},
};

static const struct planted trips[] = {
    {"one failure too few", TWICE, "a begins; a ended failed", "a opened 1 2", "breaker-trip",
     "`backing-off` has to come now", "a waits 10ms 1"},
    {"one failure too many", TWICE,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed", "a waits 20ms 2",
     "breaker-trip", "`breaker-opened` has to come now",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"a failure that has left the window", TWICE,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +1ns; a ended failed",
     "a opened 2 2", "breaker-trip", "`backing-off` has to come now", "a waits 20ms 2"},
    {"a wrong count", TWICE,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed", "a opened 1 2",
     "breaker-trip", "1 of 2 failures, not 2 of 2",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"a wrong limit", TWICE,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed", "a opened 2 3",
     "breaker-trip", "2 of 3 failures, not 2 of 2",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"it goes on", TWICE,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; a opened 2 2",
     "a waits 20ms 2", "follow-up", "`terminated` has to come now",
     "a terminated circuit-breaker-open"},
    {"its reason", TWICE,
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; a opened 2 2",
     "a terminated unrecoverable", "follow-up", "reason circuit-breaker-open, not unrecoverable",
     "a terminated circuit-breaker-open"},
    {"a failure that never leaves the window",
     "services: [{name: a, breaker: {failures: 2, within: never}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +1m; a ended failed",
     "a opened 3 2", "breaker-trip", "3 of 2 failures, not 2 of 2",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"failures that never leave the window, and a probe's",
     "services: [{name: a, breaker: {failures: 2, within: never, then: half-open, "
     "cooldown: 100ms}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; "
     "a opened 2 2 100ms; +100ms; a breaker-half-open; a starts; a ended failed",
     "a opened 3 2 100ms", "breaker-trip", "3 of 2 failures, not 2 of 2", "a opened 2 2 100ms"},
    {"a clean exit empties the window",
     "services: [{name: a, restart: always, breaker: {failures: 2}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; "
     "a waits 100ms 0; +100ms; a starts; a ended failed",
     "a opened 2 2", "breaker-trip", "`backing-off` has to come now", "a waits 10ms 1"},
    {"so does a call",
     "services: [{name: a, kind: interval, interval: {every: 1s}, breaker: {failures: 2}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; +1s; "
     "a starts; a ended failed",
     "a opened 2 2", "breaker-trip", "`backing-off` has to come now", "a waits 10ms 1"},
    {"so does what is forgiven",
     "services: [{name: a, backoff: {reset-after: 5s}, breaker: {failures: 2}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +5s; a ended failed",
     "a opened 2 2", "breaker-trip", "`backing-off` has to come now", "a waits 10ms 1"},
    {"and what is not forgiven stays",
     "services: [{name: a, backoff: {reset-after: 5s}, breaker: {failures: 2}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +4999999999ns; a ended failed",
     "a waits 10ms 1", "breaker-trip", "`breaker-opened` has to come now",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"so does an operator's restart", "services: [{name: a, breaker: {failures: 2}}]",
     "a begins; a ended failed; a waits 10ms 1; a command restart; a restarted; a starts; "
     "a ended failed",
     "a opened 2 2", "breaker-trip", "`backing-off` has to come now", "a waits 10ms 1"},
    {"so does a new registration", "services: [{name: a, breaker: {failures: 2}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; "
     "a terminated completed; a command restart; a registered 1; a starts; a ended failed",
     "a opened 2 2", "breaker-trip", "`backing-off` has to come now", "a waits 10ms 1"},
    {"and a new registration's own window",
     "services: [{name: a, breaker: {failures: 3}}]\n"
     "timeline: [{at: 1s, spawn: {name: a, "
     "breaker: {failures: 1}}}]",
     "a begins; a ended succeeded; a terminated completed; announce a; a command spawn; "
     "a registered 1; a starts; a ended failed",
     "a waits 10ms 1", "breaker-trip", "`breaker-opened` has to come now",
     "a opened 1 1; a terminated circuit-breaker-open"},
    {"the oldest leaves a full window first",
     "services: [{name: a, breaker: {failures: 3, within: 200ms, then: half-open, "
     "cooldown: 100ms}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; a waits 20ms 2; "
     "+20ms; a starts; a ended failed; a opened 3 3 100ms; +100ms; a breaker-half-open; a starts; "
     "a ended failed; a opened 3 3 100ms; +100ms; a breaker-half-open; a starts; a ended failed",
     "a opened 2 3 100ms", "breaker-trip", "2 of 3 failures, not 3 of 3", "a opened 3 3 100ms"},
};

static const struct planted cooldowns[] = {
    {"too short", ONE, "a begins; a ended failed", "a opened 1 1 99ms", "breaker-cooldown",
     "its policy says 100000000ns", "a opened 1 1 100ms"},
    {"not told", ONE, "a begins; a ended failed", "a opened 1 1", "breaker-cooldown",
     "its policy says 100000000ns", "a opened 1 1 100ms"},
    {"none, and not told",
     "services: [{name: a, breaker: {failures: 1, then: half-open, cooldown: 0, probe-for: 1s}}]",
     "a begins; a ended failed", "a opened 1 1", "breaker-cooldown", "its policy says 0ns",
     "a opened 1 1 0"},
    {"over too early", ONE, OPEN, "+99999999ns; a breaker-half-open", "breaker-cooldown",
     "its cooldown ends at 100000000ns", "+100ms; a breaker-half-open"},
    {"over too late", ONE, OPEN, "+100000001ns; a breaker-half-open", "breaker-cooldown",
     "its cooldown ends at 100000000ns", "+100ms; a breaker-half-open"},
    {"over too early after a stall", ONE, OPEN "; stalled", "+99999999ns; a breaker-half-open",
     "breaker-cooldown", "its cooldown ends at 100000000ns", "+200ms; a breaker-half-open"},
    {"over too early behind the pool", "services: [{name: a, kind: blocking, " PROBED "}]", OPEN,
     "+99999999ns; a breaker-half-open", "breaker-cooldown", "its cooldown ends at 100000000ns",
     "+200ms; a breaker-half-open; a starts"},
    {.name = "in a group that acts nobody knows when",
     .world = TOGETHER ONE,
     .story = OPEN "; +50ms",
     .fine = "a breaker-half-open; a starts"},
};

static const struct planted probes[] = {
    {"a second probe", ONE, PROBING "; a command pause; a cancel-delivered; a ended cancelled",
     "a starts", "breaker-probe", "its breaker has had its one probe",
     "a paused; a resumed; a starts"},
    {"a failed probe waits", ONE, PROBING "; a ended failed", "a waits 20ms 2", "breaker-trip",
     "`breaker-opened` has to come now", "a opened 1 1 100ms"},
    {"a clean probe does not close it", ONE, PROBING "; +10ms", "a ended succeeded",
     "breaker-close", "its probe has proved itself", "a breaker-closed; a ended succeeded"},
    {"a long probe does not close it", ONE, PROBING "; +30ms", "a ended failed", "breaker-close",
     "its probe has proved itself", "a breaker-closed; a ended failed; a opened 1 1 100ms"},
    {"a nanosecond is missing", ONE, PROBING "; +29999999ns", "a breaker-closed; a ended failed",
     "breaker-close", "it closed before its probe had proved it",
     "a ended failed; a opened 1 1 100ms"},
    {"closed early for no end", ONE, PROBING "; +29999999ns; a breaker-closed", "a paused",
     "follow-up", "`attempt-ended` has to come now", "a ended succeeded; a terminated completed"},
    {"closed a nanosecond late", ONE, PROBING, "+30000001ns; a breaker-closed", "breaker-close",
     "its probe had proved itself at 130000000ns", "+30ms; a breaker-closed"},
    {"closed early after a stall", ONE, PROBING "; stalled",
     "+29999999ns; a breaker-closed; a ended failed", "breaker-close",
     "it closed before its probe had proved it", "+1s; a breaker-closed; a ended failed"},
    {"what is closed starts with an empty window and no streak",
     "services: [{name: a, breaker: {failures: 2, then: half-open, cooldown: 100ms, "
     "probe-for: 30ms}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; "
     "a opened 2 2 100ms; +100ms; a breaker-half-open; a starts; +30ms; a breaker-closed; "
     "a ended failed",
     "a opened 1 2 100ms", "breaker-trip", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a probe that is to be ready",
     "services: [{name: a, ready: {explicit: {timeout: 10s}}, " PROBED "}]",
     PROBING "; +50ms; "
             "a ready; +29999999ns",
     "a breaker-closed; a ended failed", "breaker-close",
     "it closed before its probe had proved it", "+1ns; a breaker-closed"},
    {"a probe that was never ready proves nothing",
     "services: [{name: a, ready: {explicit: {timeout: 10s}}, " PROBED "}]", PROBING "; +50ms",
     "a breaker-closed; a ended failed", "breaker-close",
     "it closed before its probe had proved it", "a ended failed; a opened 1 1 100ms"},
    {.name = "a refused probe proves nothing",
     .world = "services: [{name: a, breaker: {failures: 1, then: half-open, cooldown: 100ms, "
              "probe-for: 0s}}]",
     .story = PROBING,
     .fine = "a ended refused; a opened 1 1 100ms"},
    {.name = "a probe that was stopped proves nothing",
     .world = ONE,
     .story = PROBING "; a command cancel; a cancel-delivered; +40ms",
     .fine = "a ended cancelled; a terminated cancelled"},
    {.name = "in the drain a probe proves nothing",
     .world = ONE,
     .story = PROBING "; shutdown; +10ms",
     .fine = "a ended succeeded; a terminated cancelled"},
};

static void breaker__edges(void **state)
{
    (void)state;
    assert_planted(edges, COUNT(edges));
}

static void breaker__trips_on_the_failure_that_fills_its_window(void **state)
{
    (void)state;
    assert_planted(trips, COUNT(trips));
}

static void breaker__cooldown(void **state)
{
    (void)state;
    assert_planted(cooldowns, COUNT(cooldowns));
}

static void breaker__probe(void **state)
{
    (void)state;
    assert_planted(probes, COUNT(probes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaker__edges),
        cmocka_unit_test(breaker__trips_on_the_failure_that_fills_its_window),
        cmocka_unit_test(breaker__cooldown),
        cmocka_unit_test(breaker__probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
