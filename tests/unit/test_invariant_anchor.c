/* Planted streams about waits that are measured from the start or the readiness, and about what
 * is waited after an attempt that had been ready. */
#include "planted.h"

#define A(keys) "services: [{name: a, " keys "}]"
#define FROM(word, more) A("backoff: {from: " word more "}")
#define WITHIN(delay, low, high, streak) \
    "delay " delay "ns is not within " low "ns and " high "ns, streak " streak

static const struct planted anchors[] = {
    {"from the start", FROM("start", ""), "a begins; +4ms; a ended failed", "a waits 10ms 1",
     "delay-bounds", WITHIN("10000000", "6000000", "6000000", "1"), "a waits 6ms 1"},
    {"over at its end", FROM("start", ""), "a begins; +10ms; a ended failed", "a waits 1ns 1",
     "delay-bounds", WITHIN("1", "0", "0", "1"), "a waits 0ns 1"},
    {"over before", FROM("start", ""), "a begins; +12ms; a ended failed", "a waits 10ms 1",
     "delay-bounds", WITHIN("10000000", "0", "0", "1"), "a waits 0ns 1"},
    {"not over yet", FROM("start", ""), "a begins; +9999999ns; a ended failed", "a waits 0ns 1",
     "delay-bounds", WITHIN("0", "1", "1", "1"), "a waits 1ns 1"},
    {"from when it was ready", A("ready: {after: 2ms}, backoff: {from: ready}"),
     "a begins; +2ms; a ready; +3ms; a ended failed", "a waits 5ms 1", "delay-bounds",
     WITHIN("5000000", "7000000", "7000000", "1"), "a waits 7ms 1"},
    {"from when it said so", A("ready: {explicit: {}}, backoff: {from: ready}"),
     "a begins; +2ms; a ready; +3ms; a not-ready; a ready; a ended failed", "a waits 10ms 1",
     "delay-bounds", WITHIN("10000000", "7000000", "7000000", "1"), "a waits 7ms 1"},
    {"never ready", A("ready: {after: 2ms}, backoff: {from: ready}"),
     "a begins; +1ms; a ended failed", "a waits 9ms 1", "delay-bounds",
     WITHIN("9000000", "10000000", "10000000", "1"), "a waits 10ms 1"},
    {"not ready this time", A("ready: {after: 2ms}, backoff: {from: ready}"),
     "a begins; +2ms; a ready; a ended failed; a waits 10ms 1; +10ms; a starts; +1ms; "
     "a ended failed",
     "a waits 9ms 2", "delay-bounds", WITHIN("9000000", "20000000", "20000000", "2"),
     "a waits 20ms 2"},
    {"ready by its start", FROM("ready", ""), "a begins; +4ms; a ended failed", "a waits 10ms 1",
     "delay-bounds", WITHIN("10000000", "6000000", "6000000", "1"), "a waits 6ms 1"},
    {"by the start that it is", FROM("ready", ""), "+5ms; a begins; +4ms; a ended failed",
     "a waits 1ms 1", "delay-bounds", WITHIN("1000000", "6000000", "6000000", "1"),
     "a waits 6ms 1"},
    {"from its end, with other rules", FROM("end", ", first: 1ms"),
     "a begins; +4ms; a ended failed", "a waits 0ns 1", "delay-bounds",
     WITHIN("0", "1000000", "1000000", "1"), "a waits 1ms 1"},
    {"the most that may be left", FROM("start", ", jitter: full"), "a begins; +4ms; a ended failed",
     "a waits 6000001ns 1", "delay-bounds", WITHIN("6000001", "0", "6000000", "1"),
     "a waits 6ms 1"},
    {"the least", FROM("start", ", jitter: equal"), "a begins; +4ms; a ended failed",
     "a waits 999999ns 1", "delay-bounds", WITHIN("999999", "1000000", "6000000", "1"),
     "a waits 1ms 1"},
    {"three times the wait before", FROM("start", ", jitter: decorrelated"),
     "a begins; +4ms; a ended failed; a waits 16ms 1; +16ms; a starts; a ended failed",
     "a waits 60000001ns 2", "delay-bounds", WITHIN("60000001", "10000000", "60000000", "2"),
     "a waits 60ms 2"},
    {"of which nobody saw more than this", FROM("start", ", jitter: decorrelated"),
     "a begins; +15ms; a ended failed; a waits 0ns 1; a starts; a ended failed",
     "a waits 45000001ns 2", "delay-bounds", WITHIN("45000001", "10000000", "45000000", "2"),
     "a waits 45ms 2"},
    {"a clean exit", A("restart: always, backoff: {from: start}"),
     "a begins; +4ms; a ended succeeded", "a waits 96ms 0", "delay-bounds",
     WITHIN("96000000", "100000000", "100000000", "0"), "a waits 100ms 0"},
    {"a clean exit that counts", A("restart: always, clean-exits: count, backoff: {from: start}"),
     "a begins; +4ms; a ended succeeded", "a waits 10ms 1", "delay-bounds",
     WITHIN("10000000", "6000000", "6000000", "1"), "a waits 6ms 1"},
    {"later than there is time",
     FROM("start", ", shape: linear, base: 106751d, step: 106751d, max: never, reset-after: never"),
     "a begins; +2d; a ended failed; a waits 106749d 1; +106749d; a starts; +2d; a ended failed",
     "a waits 213500d 2", "delay-bounds",
     WITHIN("18446400000000000000", "18446744073709551615", "18446744073709551615", "2"),
     "a waits never 2"},
    {"just in time", FROM("start", ", base: 18446744073709551614ns, max: never"),
     "a begins; +4ns; a ended failed", "a waits never 1", "delay-bounds",
     WITHIN("18446744073709551615", "18446744073709551610", "18446744073709551610", "1"),
     "a waits 18446744073709551610ns 1"},
};

#define SETTLED(more) A("backoff: {after-ready: 2ms}" more)
#define LATER(more) A("ready: {after: 5ms}, backoff: {after-ready: 2ms}" more)
static const struct planted settled[] = {
    {"no streak", SETTLED(""), "a begins; a ended failed", "a waits 10ms 1", "streak-count",
     "streak 1 instead of 0", "a waits 2ms 0"},
    {"its own wait", SETTLED(""), "a begins; a ended failed", "a waits 2000001ns 0", "delay-bounds",
     WITHIN("2000001", "2000000", "2000000", "0"), "a waits 2ms 0"},
    {"after a clean exit", SETTLED(", restart: always"), "a begins; a ended succeeded",
     "a waits 100ms 0", "delay-bounds", WITHIN("100000000", "2000000", "2000000", "0"),
     "a waits 2ms 0"},
    {"after a clean exit that counts", SETTLED(", restart: always, clean-exits: count"),
     "a begins; a ended succeeded", "a waits 10ms 1", "streak-count", "streak 1 instead of 0",
     "a waits 2ms 0"},
    {"not before it was ready", LATER(""), "a begins; +4ms; a ended failed", "a waits 2ms 0",
     "streak-count", "streak 0 instead of 1", "a waits 10ms 1"},
    {"a clean exit before", LATER(", restart: always"), "a begins; +4ms; a ended succeeded",
     "a waits 2ms 0", "delay-bounds", WITHIN("2000000", "100000000", "100000000", "0"),
     "a waits 100ms 0"},
    {"not when it was refused", SETTLED(""), "a begins; a ended refused", "a waits 2ms 0",
     "streak-count", "streak 0 instead of 1", "a waits 10ms 1"},
    {"the streak begins again", LATER(""),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +5ms; a ready; a ended failed; "
     "a waits 2ms 0; +2ms; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"also with a clean exit that counts", LATER(", restart: always, clean-exits: count"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +5ms; a ready; a ended succeeded",
     "a waits 2ms 1", "streak-count", "streak 1 instead of 0", "a waits 2ms 0"},
    {"of another class", SETTLED(", restart: on-crash"), "a begins; a ended failed",
     "a terminated completed", "follow-up", "reason unrecoverable, not completed",
     "a terminated unrecoverable"},
    {"no limit", SETTLED(", restart-limit: {max: 0, within: 1s}"), "a begins; a ended failed",
     "a exhausted 0 0 terminate", "limit-early", "`backing-off` has to come now", "a waits 2ms 0"},
    {"no count for life", SETTLED(", max-restarts: 0"), "a begins; a ended failed",
     "a exhausted 0 0 terminate", "limit-early", "`backing-off` has to come now", "a waits 2ms 0"},
    {"no limit of counted clean ends",
     SETTLED(", restart: always, clean-exits: count, max-restarts: 0"),
     "a begins; a ended succeeded", "a exhausted 0 0 terminate", "limit-early",
     "`backing-off` has to come now", "a waits 2ms 0"},
    {"and uses none up", LATER(", restart-limit: {max: 1, within: 1s}"),
     "a begins; +5ms; a ready; a ended failed; a waits 2ms 0; +2ms; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a breaker trips", SETTLED(", breaker: {failures: 1}"), "a begins; a ended failed",
     "a waits 2ms 0", "breaker-trip", "`breaker-opened` has to come now",
     "a opened 1 1; a terminated circuit-breaker-open"},
    {"a clean exit empties its window", SETTLED(", restart: always, breaker: {failures: 2}"),
     "a begins; a ended failed; a waits 2ms 0; +2ms; a starts; a ended succeeded; a waits 2ms 0; "
     "+2ms; a starts; a ended failed",
     "a opened 1 2", "breaker-trip", "`backing-off` has to come now", "a waits 2ms 0"},
    {"one that counts leaves it",
     SETTLED(", restart: always, clean-exits: count, breaker: {failures: 2}"),
     "a begins; a ended failed; a waits 2ms 0; +2ms; a starts; a ended succeeded; a waits 2ms 0; "
     "+2ms; a starts; a ended failed",
     "a waits 2ms 0", "breaker-trip", "`breaker-opened` has to come now",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"its class decides", SETTLED(", restart: on-crash"), "a begins; a ended failed",
     "a waits 2ms 0", "follow-up", "`terminated` has to come now", "a terminated unrecoverable"},
    {"forgiven all the same", A("backoff: {after-ready: 2ms, reset-after: 5ms, reset: halve}"),
     "a begins; +5ms; a ended failed; a waits 2ms 0; +2ms; a starts; a ended refused",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"from elsewhere, but not this", A("backoff: {after-ready: 2ms, from: start}"),
     "a begins; +1ms; a ended failed", "a waits 1ms 0", "delay-bounds",
     WITHIN("1000000", "2000000", "2000000", "0"), "a waits 2ms 0"},
    {"stopped for its beats",
     A("heartbeat: {stale-after: 5ms, then: restart}, backoff: {after-ready: 2ms}"),
     "a begins; +5ms; a stale; a cancel-delivered; a ended unhealthy", "a waits 10ms 1",
     "streak-count", "streak 1 instead of 0", "a waits 2ms 0"},
};

static void anchor__of_a_wait(void **state)
{
    (void)state;
    assert_planted(anchors, sizeof(anchors) / sizeof(anchors[0]));
}

static void ready__before_its_end(void **state)
{
    (void)state;
    assert_planted(settled, sizeof(settled) / sizeof(settled[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchor__of_a_wait),
        cmocka_unit_test(ready__before_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
