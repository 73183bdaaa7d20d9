/* Planted streams about stops that go on by rules. */
#include "planted.h"

#define A(keys) "services: [{name: a, restart: never, stop: {grace: 50ms, " keys "}}]"
#define REPEATS A("then: repeat")
#define LEAVES A("then: leave, abort-wait: 20ms")
#define NEVER A("abort: false, abort-wait: 20ms")
#define ASKED "a begins; a command cancel; a cancel-delivered; "
#define OVER ASKED "+50ms; a stop-deadline"
#define PASSED OVER "; "

static const struct planted repeats[] = {
    {"a nanosecond early", REPEATS, PASSED "a abort-requested; +49999999ns", "a abort-requested",
     "abort-repeated", "aborted at 50000000ns, grace 50000000ns",
     "+1ns; a abort-requested; +50ms; a abort-requested"},
    {"a nanosecond late", REPEATS, PASSED "a abort-requested; +50000001ns", "a abort-requested",
     "abort-repeated", "aborted at 50000000ns, grace 50000000ns", NULL},
    {"the second is the one before the third", REPEATS,
     PASSED "a abort-requested; +50ms; a abort-requested; +49ms", "a abort-requested",
     "abort-repeated", "aborted at 100000000ns, grace 50000000ns", "+1ms; a abort-requested"},
    {"late is not early", REPEATS, "stalled; " PASSED "a abort-requested; +49ms",
     "a abort-requested", "abort-repeated", "aborted at 50000000ns, grace 50000000ns",
     "+2ms; a abort-requested"},
    {"it is never given up", REPEATS, PASSED "a abort-requested; +50ms", "a abandoned",
     "abandon-instant", "abort requested at 50000000ns", "a abort-requested"},
    {"nor by a drain", REPEATS, PASSED "a abort-requested; shutdown 10ms; +50ms", "a abandoned",
     "abandon-instant", "abort requested at 50000000ns", "a abort-requested"},
    {"unless nobody has aborted it", REPEATS,
     "a begins; +10ms; shutdown 10ms; a cancel-delivered; +9ms", "a abandoned", "abandon-instant",
     "abort not requested; cancelled at 10000000ns", "+1ms; a abandoned; a terminated abandoned"},
    {"it had to be aborted first", REPEATS, OVER, "a cancel-delivered", "follow-up",
     "`abort-requested` has to come now", "a abort-requested"},
    {"one deadline", REPEATS, PASSED "a abort-requested; +50ms", "a stop-deadline", "abort-order",
     "no attempt has a grace that could end", "a abort-requested"},
    {"who does not repeat", A("abort-wait: 20ms"), PASSED "a abort-requested; +20ms",
     "a abort-requested", "abort-order", "it was requested before",
     "a abandoned; a terminated abandoned"},
    {"who is aborted is not cancelled again", A("abort-wait: 20ms"), PASSED "a abort-requested",
     "a cancel-delivered", "cancel-twice", "attempt 1 was cancelled before",
     "+20ms; a abandoned; a terminated abandoned"},
    {"who has ended is not aborted again", REPEATS,
     PASSED "a abort-requested; a ended aborted; a terminated aborted; +50ms", "a abort-requested",
     "abort-order", "no attempt lives", NULL},
};

static const struct planted leaves[] = {
    {"a second cancellation, not an abort", LEAVES, OVER, "a abort-requested", "follow-up",
     "`cancel-delivered` has to come now", "a cancel-delivered"},
    {"not before its grace has passed", LEAVES, ASKED "+49ms", "a cancel-delivered", "cancel-twice",
     "attempt 1 was cancelled before", "+1ms; a stop-deadline; a cancel-delivered"},
    {"not a third", LEAVES, PASSED "a cancel-delivered; +50ms", "a cancel-delivered",
     "cancel-twice", "attempt 1 was cancelled before", "a abandoned; a terminated abandoned"},
    {"not a second deadline", LEAVES, PASSED "a cancel-delivered; +50ms", "a stop-deadline",
     "abort-order", "no attempt has a grace that could end", "a abandoned; a terminated abandoned"},
    {"given up a nanosecond early", LEAVES, PASSED "a cancel-delivered; +49999999ns", "a abandoned",
     "abandon-instant", "abort not requested; cancelled at 50000000ns",
     "+1ns; a abandoned; a terminated abandoned"},
    {"given up before it was told again", LEAVES, ASKED "+50ms", "a abandoned", "abandon-instant",
     "abort not requested; cancelled at 0ns", "a stop-deadline; a cancel-delivered"},
    {"nobody aborts it", LEAVES, PASSED "a cancel-delivered", "a abort-requested", "abort-unasked",
     "its grace has not passed", "a command abort; a abort-requested"},
    {"nor does a drain", LEAVES, "a begins; shutdown 10ms; a cancel-delivered; +10ms",
     "a abort-requested", "abort-unasked", "its grace has not passed",
     "a abandoned; a terminated abandoned"},
    {"after a command's abort it has its own wait", LEAVES,
     PASSED "a cancel-delivered; a command abort; a abort-requested; +19ms", "a abandoned",
     "abandon-instant", "abort requested at 50000000ns",
     "+1ms; a abandoned; a terminated abandoned"},
    {"and is not cancelled again", LEAVES, ASKED "a command abort; a abort-requested; +20ms",
     "a cancel-delivered", "cancel-twice", "attempt 1 was cancelled before",
     "a abandoned; a terminated abandoned"},
    {"of each attempt by itself", LEAVES,
     PASSED "a cancel-delivered; a ended cancelled; a terminated cancelled; a command restart; "
            "a registered 1; a starts; a command cancel; a cancel-delivered; +50ms; "
            "a stop-deadline",
     "a abort-requested", "follow-up", "`cancel-delivered` has to come now",
     "a cancel-delivered; +50ms; a abandoned; a terminated abandoned"},
};

static const struct planted never[] = {
    {"it is given up, not aborted", NEVER, OVER, "a abort-requested", "follow-up",
     "`abandoned` has to come now", "a abandoned; a terminated abandoned"},
    {"not cancelled again", NEVER, OVER, "a cancel-delivered", "follow-up",
     "`abandoned` has to come now", "a abandoned; a terminated abandoned"},
    {"not before its deadline was told", NEVER, ASKED "+50ms", "a abandoned", "abandon-instant",
     "abort not requested; cancelled at 0ns",
     "a stop-deadline; a abandoned; a terminated abandoned"},
    {"nor before its grace has passed", NEVER, ASKED "+49ms", "a abandoned", "abandon-instant",
     "abort not requested; cancelled at 0ns",
     "+1ms; a stop-deadline; a abandoned; a terminated abandoned"},
    {"a command aborts it", NEVER, ASKED "+10ms", "a abort-requested", "abort-unasked",
     "its grace has not passed", "a command abort; a abort-requested"},
    {"a drain does not", NEVER, "a begins; shutdown 10ms; a cancel-delivered; +10ms",
     "a abort-requested", "abort-unasked", "its grace has not passed",
     "a abandoned; a terminated abandoned"},
};

static void aborts__are_repeated_every_grace(void **state)
{
    (void)state;
    assert_planted(repeats, sizeof(repeats) / sizeof(repeats[0]));
}

static void cancellations__come_twice_where_it_is_left(void **state)
{
    (void)state;
    assert_planted(leaves, sizeof(leaves) / sizeof(leaves[0]));
}

static void aborts__do_not_come_where_they_may_not(void **state)
{
    (void)state;
    assert_planted(never, sizeof(never) / sizeof(never[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aborts__are_repeated_every_grace),
        cmocka_unit_test(cancellations__come_twice_where_it_is_left),
        cmocka_unit_test(aborts__do_not_come_where_they_may_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
