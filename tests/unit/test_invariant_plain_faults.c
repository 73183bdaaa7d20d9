/* Planted streams about what is mostly looked at plainly: a fault in it is found like any other. */
#include "planted.h"

#include <stdio.h>

#include "sim/invariant/internal.h"

#define TEN "{base: 10ms, max: 10ms}"
#define STEADY "services: [{name: a, backoff: " TEN "}, {name: b, backoff: " TEN "}]"
#define HALVES \
    "services: [{name: a, backoff: {base: 10ms, factor: 2, max: 80ms, reset: halve, " \
    "reset-after: 1s}}]"
#define ONCE(delay, streak) "a ended failed; a waits " delay " " streak "; +" delay "; a starts; "
#define UP_TO_3 ONCE("10ms", "1") ONCE("20ms", "2") ONCE("40ms", "3")

static const struct planted faults[] = {
    {"the wait before once more", HALVES, "a begins; " ONCE("10ms", "1") "a ended failed",
     "a waits 10ms 2", "delay-bounds",
     "delay 10000000ns is not within 20000000ns and 20000000ns, streak 2", "a waits 20ms 2"},
    {"the most, after a streak that was halved", HALVES,
     "a begins; " UP_TO_3 ONCE("80ms", "4") "+1s; a ended failed", "a waits 80ms 3", "delay-bounds",
     "delay 80000000ns is not within 40000000ns and 40000000ns, streak 3", "a waits 40ms 3"},
    {"the most, long after such a streak", HALVES,
     "a begins; " UP_TO_3 ONCE("80ms", "4")
         ONCE("80ms", "5") "+1s; " ONCE("40ms", "3") "+1s; a ended failed",
     "a waits 80ms 2", "delay-bounds",
     "delay 80000000ns is not within 20000000ns and 20000000ns, streak 2", "a waits 20ms 2"},
    {"another streak with the right wait", STEADY, "a begins; " ONCE("10ms", "1") "a ended failed",
     "a waits 10ms 3", "streak-count", "streak 3 instead of 2", "a waits 10ms 2"},
    {"twice", STEADY, "a begins; a ended failed; a waits 10ms 1", "a waits 10ms 1", "phase-illegal",
     "from backing-off to backing-off", "+10ms; a starts"},
    {"when it is due, but before what has come", STEADY,
     "a begins; a ended failed; a waits 10ms 1; +20ms; b registered", "@10ms; a starts",
     "time-backwards", "the event before it was at 20000000ns", "b starts"},
    {"an end that was commanded", STEADY,
     "a begins; group runtime command force-abort; "
     "a ended failed",
     "a waits 10ms 1", "follow-up", "`terminated` has to come now", "a terminated cancelled"},
};

static void plain__faults_are_found(void **state)
{
    (void)state;
    assert_planted(faults, sizeof(faults) / sizeof(faults[0]));
}

static void nothing_is_noted(struct sim_invariants *inv)
{
    for (uint32_t i = 0; i < inv->shadow_count; i++) {
        inv->shadows[i].touched = inv->shadows[i].compare = false;
    }
    inv->touched_count = 0;
}

/* Who has nothing open is not looked at when the instant is settled; whoever was touched after
 * him is. */
static void plain__what_is_open_is_noted(void **state)
{
    (void)state;
    struct stream *s = stream_open(STEADY);
    struct sim_invariants *inv = stream_invariants(s);
    stream_play(s, "a begins; b begins");
    for (uint32_t i = 1; i < 9; i++) {
        char story[128];
        (void)snprintf(story, sizeof(story),
                       "a ended failed; a waits 10ms %u; b ended failed; b waits 10ms %u; "
                       "+10ms; a starts; b starts",
                       i, i);
        stream_play(s, story);
    }
    nothing_is_noted(inv);
    stream_play(s, "a ended failed; a waits 10ms 9");
    assert_int_equal(inv->touched_count, 0);
    stream_play(s, "+10ms; a starts; a ended failed; b ended failed; a waits 10ms 10");
    assert_int_equal(inv->touched_count, 2);
    assert_true(inv->shadows[0].touched && inv->shadows[1].touched);
    stream_play(s, "b waits 10ms 9");
    assert_int_equal(inv->touched_count, 1);
    assert_int_equal(inv->touched[0], 0);
    assert_false(inv->shadows[1].touched);
    stream_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain__faults_are_found),
        cmocka_unit_test(plain__what_is_open_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
