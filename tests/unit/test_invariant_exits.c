/* Planted streams about rules: what `success` makes of an end, who decides what follows it,
 * and clean ends that count. */
#include "planted.h"
#include "sup/rules.h"

#define A(keys) "services: [{name: a, " keys "}]"
#define TERMINATES "`terminated` has to come now"
#define WAITS "`backing-off` has to come now"
#define FOLLOWS(name, keys, end, wrong, text, right) \
    { \
        name, A(keys), "a begins; a ended " end, wrong, "follow-up", text, right \
    }
#define STARTS_AGAIN(name, keys, end) \
    FOLLOWS(name, keys, end, "a terminated unrecoverable", WAITS, "a waits 10ms 1")
#define STARTS_FREELY(name, keys, end) \
    FOLLOWS(name, keys, end, "a terminated completed", WAITS, "a waits 100ms 0")
#define FAILS(name, keys, end) \
    FOLLOWS(name, keys, end, "a waits 10ms 1", TERMINATES, "a terminated unrecoverable")
#define COMPLETES(name, keys, end) \
    FOLLOWS(name, keys, end, "a waits 100ms 0", TERMINATES, "a terminated completed")

static const struct planted sets[] = {
    STARTS_AGAIN("a code", "restart: {on: [3-5]}", "failed code=3"),
    STARTS_AGAIN("the last code", "restart: {on: [3-5]}", "failed code=5"),
    FAILS("a code before", "restart: {on: [3-5]}", "failed code=2"),
    FAILS("a code behind", "restart: {on: [3-5]}", "failed code=6"),
    STARTS_AGAIN("the highest code", "restart: {on: [255]}", "failed code=255"),
    FAILS("a code beyond all", "restart: {on: [0-255]}", "failed code=256"),
    FAILS("a code of a word further", "restart: {on: [3]}", "failed code=67"),
    FAILS("a failure with code 0", "restart: {on: [0]}", "failed code=0"),
    STARTS_AGAIN("a failure without a code", "restart: {on: [1]}", "failed"),
    STARTS_AGAIN("a crash without a signal", "restart: {on: [1]}", "crashed"),
    STARTS_FREELY("a clean end has code 0", "restart: {on: [0]}", "succeeded"),
    FAILS("a refused start has no code", "restart: {on: [0-255]}", "refused"),
    STARTS_AGAIN("a signal", "restart: {on: [TERM]}", "crashed signal=15"),
    FAILS("another signal", "restart: {on: [TERM]}", "crashed signal=14"),
    FAILS("a signal that is no code", "restart: {on: [0-255]}", "crashed signal=15"),
    FAILS("a code that is no signal", "restart: {on: [TERM]}", "failed code=15"),
    FAILS("a signal beyond all", "restart: {on: [TERM]}", "crashed signal=79"),
    STARTS_AGAIN("a class", "restart: {on: [crashed]}", "crashed signal=9"),
    FAILS("another class", "restart: {on: [crashed, refused]}", "failed"),
    STARTS_AGAIN("refused", "restart: {on: [refused]}", "refused"),
    STARTS_FREELY("clean", "restart: {on: [clean, 3]}", "succeeded"),
    FAILS("nothing", "restart: {on: []}, exit: {prevent: [3]}", "crashed"),
    COMPLETES("a clean end of nothing", "restart: {on: [3]}", "succeeded"),
    STARTS_AGAIN("by its word", "restart: on-crash, exit: {prevent: [3]}", "crashed signal=9"),
    FAILS("not by its word", "restart: on-crash, exit: {prevent: [3]}", "failed"),
    COMPLETES("clean, not by its word", "exit: {prevent: [3]}", "succeeded"),
    STARTS_FREELY("clean, by its word", "restart: always, exit: {prevent: [3]}", "succeeded"),
    FAILS("never", "restart: never, exit: {prevent: [3]}", "crashed"),
    FAILS("an end before it was ready that was ready", "restart: {on: [unready]}", "failed"),
};

static const struct planted deciding[] = {
    FAILS("prevented", "restart: always, exit: {prevent: [3]}", "failed code=3"),
    STARTS_AGAIN("not prevented", "restart: always, exit: {prevent: [3]}", "failed code=4"),
    COMPLETES("clean and prevented", "restart: always, exit: {prevent: [clean]}", "succeeded"),
    STARTS_AGAIN("forced", "restart: never, exit: {force: [failed]}", "failed code=3"),
    STARTS_FREELY("clean and forced", "restart: never, exit: {force: [0]}", "succeeded"),
    FAILS("prevented before it is forced", "restart: never, exit: {prevent: [3], force: [failed]}",
          "failed code=3"),
    FAILS("a task is never forced", "kind: task, exit: {success: [0, 4], force: [failed]}",
          "failed code=3"),
    {"an interval service goes on, whatever its set",
     A("kind: interval, interval: {every: 10ms}, restart: {on: [3]}"),
     "a begins; a ended succeeded; +10ms; a starts; a ended failed", "a waits 10ms 1", "follow-up",
     TERMINATES, "a terminated unrecoverable"},
    {"an interval service whose end is prevented",
     A("kind: interval, interval: {every: 10ms}, exit: {prevent: [0]}"),
     "a begins; a ended succeeded", "a waits 100ms 0", "follow-up", TERMINATES,
     "a terminated completed"},
};

#define OUTCOME(name, keys, wrong, text, right) \
    { \
        name, A(keys), "a begins", "a ended " wrong, "outcome-wrong", text, right \
    }
static const struct planted success[] = {
    OUTCOME("a code that is clean", "exit: {success: [0, 143]}", "failed code=143",
            "failed, although its rules make it succeeded",
            "a ended succeeded exit=failed code=143; a terminated completed"),
    OUTCOME("a signal that is clean", "exit: {success: [0, TERM]}", "crashed signal=15",
            "crashed, although its rules make it succeeded",
            "a ended succeeded exit=crashed signal=15; a terminated completed"),
    OUTCOME("a code that is not", "exit: {success: [0, 143]}", "succeeded exit=failed code=142",
            "succeeded, although its rules make it failed",
            "a ended failed code=142; a waits 10ms 1"),
    OUTCOME("code 0 that is not", "exit: {success: [3]}", "succeeded",
            "succeeded, although its rules make it failed",
            "a ended failed exit=succeeded; a waits 10ms 1"),
    OUTCOME("code 0 that is", "exit: {prevent: [3]}", "failed exit=succeeded",
            "failed, although its rules make it succeeded",
            "a ended succeeded; a terminated completed"),
    {.name = "what is stopped matches nothing",
     .world = A("exit: {success: [0-255, KILL, TERM]}"),
     .story =
         "a begins; a command cancel; a cancel-delivered; a ended cancelled exit=failed code=3",
     .fine = "a terminated cancelled"},
    {"code 0 that is not, and its class", A("exit: {success: [3]}, restart: {on: [clean]}"),
     "a begins; a ended failed exit=succeeded", "a waits 10ms 1", "follow-up", TERMINATES,
     "a terminated unrecoverable"},
    {"code 0 that is not, and its code", A("exit: {success: [3]}, restart: {on: [0]}"),
     "a begins; a ended failed exit=succeeded", "a terminated unrecoverable", "follow-up", WAITS,
     "a waits 10ms 1"},
};

#define READY "ready: {explicit: {timeout: 5ms}}, "
#define STALE "heartbeat: {stale-after: 5ms, then: restart}, "
#define TOO_LATE "a begins; +5ms; a cancel-delivered; a ended timed-out"
static const struct planted readiness[] = {
    STARTS_FREELY("protocol", READY "restart: {on: [protocol]}", "succeeded"),
    COMPLETES("protocol is not clean", READY "restart: {on: [clean]}", "succeeded"),
    STARTS_FREELY("protocol is of always", READY "restart: always, exit: {prevent: [3]}",
                  "succeeded"),
    STARTS_FREELY("unready and clean", READY "restart: {on: [unready]}", "succeeded"),
    STARTS_AGAIN("unready and failed", READY "restart: {on: [unready]}", "failed"),
    FAILS("protocol is clean", READY "restart: {on: [protocol]}", "failed"),
    {"ready, and clean", A(READY "restart: {on: [protocol, unready]}"),
     "a begins; a ready; a ended succeeded", "a waits 100ms 0", "follow-up", TERMINATES,
     "a terminated completed"},
    {"it was ready once, and takes it back", A(READY "restart: {on: [unready]}"),
     "a begins; a ready; a not-ready; a ended failed", "a waits 10ms 1", "follow-up", TERMINATES,
     "a terminated unrecoverable"},
    {"an earlier attempt was ready", A(READY "restart: {on: [failed, protocol]}"),
     "a begins; a ready; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded",
     "a terminated completed", "follow-up", WAITS, "a waits 100ms 0"},
    {"too late is unready", A(READY "restart: {on: [unready]}"), TOO_LATE,
     "a terminated unrecoverable", "follow-up", WAITS, "a waits 10ms 1"},
    {"too late is timed-out", A(READY "restart: {on: [timed-out]}"), TOO_LATE,
     "a terminated unrecoverable", "follow-up", WAITS, "a waits 10ms 1"},
    {"too late is no failed", A(READY "restart: {on: [failed, unhealthy]}"), TOO_LATE,
     "a waits 10ms 1", "follow-up", TERMINATES, "a terminated unrecoverable"},
    {"too late, by force", A(READY "restart: {on: [timed-out]}, stop: {grace: 0s}"),
     "a begins; +5ms; a cancel-delivered; a stop-deadline; a abort-requested; a ended aborted",
     "a terminated unrecoverable", "follow-up", WAITS, "a waits 10ms 1"},
    {"stale is unhealthy", A(STALE "restart: {on: [unhealthy]}"),
     "a begins; +5ms; a stale; a cancel-delivered; a ended unhealthy", "a terminated unrecoverable",
     "follow-up", WAITS, "a waits 10ms 1"},
    {"stale, by force", A(STALE "restart: {on: [unhealthy]}, stop: {grace: 0s}"),
     "a begins; +5ms; a stale; a cancel-delivered; a stop-deadline; a abort-requested; "
     "a ended aborted",
     "a terminated unrecoverable", "follow-up", WAITS, "a waits 10ms 1"},
};

#define COUNTED "restart: always, clean-exits: count"
#define TWICE "a begins; a ended succeeded; a waits 10ms 1; +10ms; a starts; a ended succeeded"
static const struct planted counted[] = {
    {"a clean end that counts", A(COUNTED), "a begins; a ended succeeded", "a waits 100ms 0",
     "streak-count", "streak 0 instead of 1", "a waits 10ms 1"},
    {"the second one", A(COUNTED), TWICE, "a waits 10ms 2", "delay-bounds",
     "delay 10000000ns is not within 20000000ns and 20000000ns, streak 2", "a waits 20ms 2"},
    {"is limited", A(COUNTED ", restart-limit: {max: 1, within: 1s}"), TWICE, "a waits 20ms 2",
     "limit-exceeded", "`limit-exhausted` has to come now",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"has so many in its life", A(COUNTED ", max-restarts: 1"), TWICE, "a waits 20ms 2",
     "limit-exceeded", "`limit-exhausted` has to come now",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"does not trip", A(COUNTED ", breaker: {failures: 2}"),
     TWICE "; a waits 20ms 2; +20ms; a starts; a ended failed", "a opened 1 2", "breaker-trip",
     WAITS, "a waits 40ms 3"},
    {"leaves the breaker's window", A(COUNTED ", breaker: {failures: 2}"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; "
     "a waits 20ms 2; +20ms; a starts; a ended failed",
     "a waits 40ms 3", "breaker-trip", "`breaker-opened` has to come now",
     "a opened 2 2; a terminated circuit-breaker-open"},
    {"is forgiven first", A(COUNTED ", backoff: {reset-after: 50ms}"),
     TWICE "; a waits 20ms 2; +20ms; a starts; +50ms; a ended succeeded", "a waits 40ms 3",
     "streak-count", "streak 3 instead of 1", "a waits 10ms 1"},
    {"a call of an interval service is free",
     A("kind: interval, interval: {every: 10ms}, clean-exits: count"),
     "a begins; a ended succeeded; +10ms; a starts; a ended failed", "a waits 20ms 2",
     "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"a free one forgets", A("restart: always, exit: {prevent: [3]}, breaker: {failures: 2}"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended succeeded; "
     "a waits 100ms 0; +100ms; a starts; a ended failed",
     "a opened 1 2", "breaker-trip", WAITS, "a waits 10ms 1"},
};

static void exits__that_are_in_a_set(void **state)
{
    (void)state;
    assert_planted(sets, COUNT(sets));
}

static void exits__who_decides(void **state)
{
    (void)state;
    assert_planted(deciding, COUNT(deciding));
}

static void exits__that_are_clean(void **state)
{
    (void)state;
    assert_planted(success, COUNT(success));
}

static void exits__before_it_was_ready(void **state)
{
    (void)state;
    assert_planted(readiness, COUNT(readiness));
}

/* Who announces a policy may change its rules behind that. */
static void exits__by_rules_as_they_were_announced(void **state)
{
    (void)state;
    struct stream *s = stream_open(NULL);
    struct sup_policy policy;
    struct sup_rules rules;
    sup_policy_default(&policy);
    sup_rules_default(&rules);
    assert_int_equal(sup_exit_set_add_code(&rules.prevent, 3, 3), SUP_OK);
    policy.rules = &rules;
    assert_int_equal(sim_invariants_policy(stream_invariants(s), "a", NULL, &policy), SUP_OK);
    sup_rules_default(&rules);
    stream_play(s, "a begins; a ended failed code=3; a terminated unrecoverable");
    stream_close(s);
}

static void exits__that_are_clean_and_count(void **state)
{
    (void)state;
    assert_planted(counted, COUNT(counted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exits__that_are_in_a_set),
        cmocka_unit_test(exits__who_decides),
        cmocka_unit_test(exits__that_are_clean),
        cmocka_unit_test(exits__before_it_was_ready),
        cmocka_unit_test(exits__by_rules_as_they_were_announced),
        cmocka_unit_test(exits__that_are_clean_and_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
