/* Planted streams about operators: what starts and stops by hand empty, which of them limits
 * count, and waits that go on. */
#include "planted.h"

#define A(more) "services: [{name: a, " more "}]"
#define OPERATOR(more) A("operator: {" more "}")
#define ONCE "a begins; a ended failed; a waits 10ms 1"
#define RESTARTS "; a command restart; a restarted; a starts"
#define PAUSED "a command pause; a paused"
#define RESUMED "a command resume; a resumed"
#define FULL "`limit-exhausted` has to come now"

static const struct planted emptied[] = {
    {"all of it", A("max-restarts: 9"), ONCE RESTARTS "; a ended failed", "a waits 20ms 2",
     "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"nothing", OPERATOR("clears: []"), ONCE RESTARTS "; a ended failed", "a waits 10ms 1",
     "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"the streak only",
     A("operator: {clears: [streak]}, restart-limit: {max: 1, within: 1h, then: terminate}"),
     ONCE RESTARTS "; a ended failed", "a waits 10ms 1", "limit-exceeded", FULL,
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"the limit only", A("operator: {clears: [limit]}, restart-limit: {max: 1, within: 1h}"),
     ONCE RESTARTS "; a ended failed", "a exhausted 1 1 terminate", "limit-early",
     "`backing-off` has to come now", "a waits 20ms 2"},
    {"the breaker's window only",
     A("operator: {clears: [breaker]}, breaker: {failures: 2, within: 1h}"),
     ONCE RESTARTS "; a ended failed", "a opened 2 2", "breaker-trip",
     "`backing-off` has to come now", "a waits 20ms 2"},
    {"not the breaker's window",
     A("operator: {clears: [streak, limit]}, breaker: {failures: 2, within: 1h}"),
     ONCE RESTARTS "; a ended failed", "a waits 10ms 1", "breaker-trip",
     "`breaker-opened` has to come now", "a opened 2 2; a terminated circuit-breaker-open"},
    {"by a stop while it runs", OPERATOR("clears: [], stop-clears: [streak]"),
     ONCE "; +10ms; a starts; a command quarantine; a quarantined; a cancel-delivered; "
          "a ended cancelled; a command resume; a resumed; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"not by a stop in a wait", OPERATOR("clears: [], stop-clears: [streak]"),
     ONCE "; " PAUSED "; " RESUMED "; a starts; a ended failed", "a waits 10ms 1", "streak-count",
     "streak 1 instead of 2", "a waits 20ms 2"},
};

#define OPENED "breaker: {failures: 1, within: 1h, then: half-open, cooldown: 1s, probe-for: 100ms}"
#define OPENS "a begins; a ended failed; a opened 1 1 1s; +1ms; a command restart"
static const struct planted probed[] = {
    {"a start by hand is the probe", A("operator: {clears: [streak]}, " OPENED), OPENS, "a starts",
     "breaker-edge", "its breaker is open",
     "a breaker-half-open; a restarted; a starts; +100ms; a breaker-closed"},
    {"but not of one that is closed then", A("operator: {clears: [breaker]}, " OPENED), OPENS,
     "a breaker-half-open", "breaker-edge", "it was closed", "a restarted; a starts"},
    {"nor at any time", A("operator: {clears: [], waits: true}, " OPENED), OPENS "; +998ms",
     "a breaker-half-open", "breaker-cooldown", "its cooldown ends at 1000000000ns",
     "+1ms; a breaker-half-open; a restarted; a starts"},
    {"a probe by hand once more", A("operator: {clears: []}, " OPENED),
     OPENS "; a breaker-half-open; a restarted; a starts; a command restart; a cancel-delivered; "
           "a ended cancelled; a restarted; a starts; +100ms",
     "+1ms; a breaker-closed", "breaker-close", "its probe had proved itself at 101000000ns",
     "a breaker-closed"},
};

#define DECORRELATED(more) \
    "backoff: {base: 10ms, max: 1h, jitter: decorrelated" more \
    "}, breaker: {failures: 2, within: 1h, " \
    "then: half-open, cooldown: 1s}, operator: {clears: [breaker]}"
#define OPENS_LATER \
    ONCE "; +10ms; a starts; +7ms; a ended failed; a opened 2 2 1s; a command restart; " \
         "a restarted; a starts; a ended failed"
static const struct planted cooled[] = {
    {"its cooldown was a wait of the streak", A(DECORRELATED("")), OPENS_LATER, "a waits 3001ms 3",
     "delay-bounds", "delay 3001000000ns is not within 10000000ns and 3000000000ns, streak 3",
     "a waits 3s 3"},
    {"not one that is measured from elsewhere", A(DECORRELATED(", from: start")), OPENS_LATER,
     "a waits 31ms 3", "delay-bounds",
     "delay 31000000ns is not within 10000000ns and 30000000ns, streak 3", "a waits 30ms 3"},
};

#define STARTS(more) \
    A("restart-limit: {max: 1, within: 1s, window: fixed, counts: starts}, operator: {" more "}")
static const struct planted counted[] = {
    {"a start by hand is refused", STARTS("clears: [], counts: true"), ONCE, "a command restart",
     "limit-exceeded", "its limit has no room for a start by hand", "a command restart limited"},
    {"a resume too", STARTS("clears: [], counts: true"), ONCE "; " PAUSED, "a command resume",
     "limit-exceeded", "its limit has no room for a start by hand", "a command resume limited"},
    {"and has room", STARTS("clears: [], counts: true"), ONCE "; " PAUSED "; +1000000001ns",
     "a command resume limited", "limit-early", "its limit has room for a start by hand", RESUMED},
    {"where it is emptied first", STARTS("counts: true"), ONCE, "a command restart limited",
     "limit-early", "its limit has room for a start by hand", "a command restart"},
    {"where nothing fits",
     A("restart-limit: {max: 0, within: 1s, counts: starts, then: quarantine}, "
       "operator: {counts: true}"),
     "a registered; a exhausted 0 0 quarantine; a quarantined", "a command resume",
     "limit-exceeded", "its limit has no room for a start by hand", "a command resume limited"},
    {"where nothing counts", STARTS("clears: []"), ONCE, "a command restart limited", "limit-early",
     "its limit has room for a start by hand", "a command restart"},
    {"where restarts count",
     A("restart-limit: {max: 0, within: 1s, then: quarantine}, "
       "operator: {clears: [], counts: true}"),
     "a begins; a ended failed; a exhausted 0 0 quarantine; a quarantined",
     "a command resume limited", "limit-early", "its limit has room for a start by hand", RESUMED},
    {"refused when it is due", STARTS("clears: [], counts: true"),
     "a begins; a command restart; a cancel-delivered; a ended cancelled", "a starts",
     "limit-exceeded", "its limit has no room for a start",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"not refused when it is due", STARTS("clears: []"),
     "a begins; a command restart; a cancel-delivered; a ended cancelled",
     "a exhausted 1 1 terminate", "limit-early", "its start by hand is not counted",
     "a restarted; a starts"},
    {"a score goes on from where it was",
     A("restart-limit: {max: 1, window: decay, half-life: 10ms, "
       "counts: starts}, operator: {clears: []}"),
     "a begins; +2s; a command restart; a cancel-delivered; a ended cancelled; a restarted; "
     "a starts; a ended failed; a waits 10ms 1; +10ms",
     "a exhausted 1 1 terminate", "limit-early", "0 of 1 restarts are used", "a starts"},
    {"a step is taken back", OPERATOR("clears: [], counts: true"),
     ONCE "; +10ms; a starts; a ended failed; a waits 20ms 2; " PAUSED "; " RESUMED
          "; a starts; a ended failed",
     "a waits 40ms 3", "streak-count", "streak 3 instead of 2", "a waits 20ms 2"},
    {"but not below none", OPERATOR("clears: [streak], counts: true, waits: true"),
     ONCE "; a command restart; a command cancel; a terminated cancelled; a command restart; "
          "a registered; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"nor of who is idle", OPERATOR("clears: [], counts: true"),
     ONCE "; +10ms; a starts; a ended failed; a waits 20ms 2; " PAUSED
          "; a command quarantine; a quarantined; " RESUMED "; a starts; a ended failed",
     "a waits 10ms 1", "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {.name = "perhaps, where a group may have ended its wait",
     .world = "supervisor: {strategy: one-for-all}\n"
              "services: [{name: a, operator: {clears: [], counts: true}}, {name: b}]",
     .story = "a begins; b begins; a ended failed; a waits 10ms 1; " PAUSED "; " RESUMED
              "; a starts; a ended failed",
     .fine = "a waits 20ms 2"},
    {.name = "a task starts once, whatever is counted",
     .world = A("kind: task, paused: true, restart-limit: {max: 0, within: 1s, counts: starts}, "
                "operator: {counts: true}"),
     .story = "a registered; a paused",
     .fine = RESUMED "; a starts"},
    {.name = "of whom nothing is known",
     .story = "x begins; x command pause; x paused; x cancel-delivered; x ended cancelled",
     .fine = "x command resume limited"},
    {.name = "of whom not enough is known",
     .world = A("kind: blocking, restart-limit: {max: 2, within: 1h, counts: starts}, "
                "operator: {clears: [], counts: true}"),
     .story = ONCE "; +10ms; " PAUSED,
     .fine = "a command resume limited"},
    {"nor where it does not count", OPERATOR("clears: []"),
     ONCE "; " PAUSED "; " RESUMED "; a starts; a ended failed", "a waits 10ms 1", "streak-count",
     "streak 1 instead of 2", "a waits 20ms 2"},
};

#define DUE(at) "it was due at " #at "ns"
static const struct planted waiting[] = {
    {"a restart does not end it", OPERATOR("waits: true"), ONCE "; +9ms; a command restart",
     "a restarted; a starts", "restart-instant", DUE(10000000), "+1ms; a restarted; a starts"},
    {.name = "nor a pause that lasts longer",
     .world = OPERATOR("waits: true"),
     .story = ONCE "; a command restart; " PAUSED "; +20ms; " RESUMED,
     .fine = "a starts"},
    {"nor does a pause", OPERATOR("waits: true"), ONCE "; +1ms; " PAUSED "; +8ms; " RESUMED,
     "a starts", "restart-instant", DUE(10000000), "+1ms; a starts"},
    {"when it is over", OPERATOR("waits: true"), ONCE "; +1ms; " PAUSED "; +9ms; " RESUMED,
     "a waits 10ms 1", "phase-illegal", "from idle to backing-off", "a starts"},
    {"where nobody said so", OPERATOR("waits: false"), ONCE "; +1ms; " PAUSED "; +8ms; " RESUMED,
     "a starts 1", "attempt-count", "attempt 1 after 1", "a starts"},
    {"a step that was taken back is so once", OPERATOR("clears: [], counts: true, waits: true"),
     ONCE "; +10ms; a starts; a ended failed; a waits 20ms 2; " PAUSED "; " RESUMED "; " PAUSED
          "; " RESUMED "; +20ms; a starts; a ended failed",
     "a waits 10ms 1", "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"between two calls", A("kind: interval, interval: {every: 1s}, operator: {waits: true}"),
     "a begins; a ended succeeded; +1ms; a command restart", "a restarted; a starts 3",
     "attempt-count", "attempt 3 after 1", "a restarted; a starts"},
    {.name = "or for the pool, perhaps",
     .world = A("kind: blocking, operator: {clears: [], counts: true}"),
     .story = ONCE "; +10ms; " PAUSED "; " RESUMED "; a starts; a ended failed",
     .fine = "a waits 20ms 2"},
    {.name = "or not",
     .world = A("kind: blocking, operator: {clears: [], counts: true}"),
     .story = ONCE "; +10ms; " PAUSED "; " RESUMED "; a starts; a ended failed",
     .fine = "a waits 10ms 1"},
    {"but not who waits by hand",
     A("kind: blocking, operator: {clears: [], counts: true, waits: true}"),
     ONCE "; a command restart; " PAUSED "; " RESUMED "; +10ms; a starts; a ended failed",
     "a waits 10ms 1", "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"but not before it is over", A("kind: blocking, operator: {clears: [], counts: true}"),
     ONCE "; +9ms; " PAUSED "; " RESUMED "; a starts; a ended failed", "a waits 20ms 2",
     "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"nor where nobody waits for the pool", A("operator: {clears: [], counts: true}"),
     ONCE "; +10ms; " PAUSED "; " RESUMED "; a starts; a ended failed", "a waits 20ms 2",
     "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"who is registered anew waits for nothing", OPERATOR("clears: [], counts: true, waits: true"),
     ONCE "; a command restart; a command cancel; a terminated cancelled; a command restart; "
          "a registered; a starts; a ended failed; a waits 10ms 1; " PAUSED "; " RESUMED
          "; +10ms; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"nor goes on with what was cut short before", OPERATOR("waits: true"),
     ONCE "; " PAUSED
          "; a command cancel; a terminated cancelled; a command restart; a registered; "
          "a starts; " PAUSED "; a cancel-delivered; a ended cancelled; " RESUMED,
     "a starts 3", "attempt-count", "attempt 3 after 1", "a starts"},
    {"of whom nothing is known", NULL, "x begins; x ended failed; x waits 1s 1; x command restart",
     "x breaker-half-open", "breaker-edge", "it was closed", "x restarted; x starts"},
    {"after another wait", OPERATOR("waits: true"),
     ONCE "; +1ms; " PAUSED "; " RESUMED "; +9ms; a starts; a ended failed; a waits 10ms 1; +9ms",
     "a starts", "restart-instant", DUE(20000000), "+1ms; a starts"},
};

static const struct planted paused[] = {
    {"it is not started", A("paused: true"), "a registered", "a starts", "follow-up",
     "`paused` has to come now", "a paused; a command resume; a resumed; a starts"},
    {"but only once", A("paused: true"),
     "a registered; a paused; a command cancel; a terminated cancelled; a command resume; "
     "a resumed; a command restart; a registered",
     "a paused; a starts", "attempt-inactive", "it is paused", "a starts"},
};

#define WINDOWS "restart-limit: {max: 1, within: 1h}, max-restarts: 2"
static const struct planted forgotten[] = {
    {"the streak", OPERATOR("clears: []"),
     ONCE "; a command forget; +10ms; a starts; a ended failed", "a waits 20ms 2", "streak-count",
     "streak 2 instead of 1", "a waits 10ms 1"},
    {"the limit", A(WINDOWS), ONCE "; a command forget; +10ms; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
    {"the life", A("max-restarts: 1"), ONCE "; a command forget; +10ms; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
    {"the breaker's window", A("breaker: {failures: 2, within: 1h}"),
     ONCE "; a command forget; +10ms; a starts; a ended failed", "a opened 2 2", "breaker-trip",
     "`backing-off` has to come now", "a waits 10ms 1"},
    {"a streak is something", A("count: 1"), ONCE, "a command forget idempotent", "streak-count",
     "a streak of 1 and 1 restarts are to be forgotten", "a command forget"},
    {"a streak alone is something", A("breaker: {failures: 1, within: 1h, then: half-open}"),
     "a begins; a ended failed; a opened 1 1 60s", "a command forget idempotent", "streak-count",
     "a streak of 1 and 0 restarts are to be forgotten", "a command forget"},
    {.name = "what may be nothing",
     .world = A("kind: blocking, operator: {clears: [], counts: true}"),
     .story = ONCE "; +10ms; " PAUSED,
     .fine = "a command forget idempotent"},
    {"of whom not enough was known", A("kind: blocking, operator: {clears: [], counts: true}"),
     ONCE "; +10ms; " PAUSED "; a command forget; " RESUMED "; a starts; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {.name = "not the streak of what has terminated",
     .world = A("backoff: {reset-after: 10ms}, breaker: {failures: 1, within: 1h, then: half-open, "
                "cooldown: 10ms, probe-for: 1s}, operator: {clears: [breaker]}"),
     .story = "a begins; a ended failed; a opened 1 1 10ms" RESTARTS
              "; +10ms; a ended succeeded; a terminated completed",
     .fine = "a command forget idempotent"},
    {"a life is something", A("backoff: {reset-after: 1s}"),
     ONCE "; " PAUSED "; " RESUMED "; a starts", "a command forget idempotent", "streak-count",
     "a streak of 0 and 1 restarts are to be forgotten", "a command forget"},
};

#define TEST(list) \
    static void list##__is_foretold(void **state) \
    { \
        (void)state; \
        assert_planted(list, sizeof(list) / sizeof(list[0])); \
    }
TEST(emptied)
TEST(probed)
TEST(cooled)
TEST(counted)
TEST(waiting)
TEST(paused)
TEST(forgotten)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emptied__is_foretold),   cmocka_unit_test(probed__is_foretold),
        cmocka_unit_test(cooled__is_foretold),    cmocka_unit_test(counted__is_foretold),
        cmocka_unit_test(waiting__is_foretold),   cmocka_unit_test(paused__is_foretold),
        cmocka_unit_test(forgotten__is_foretold),
    };
    return cmocka_run_group_tests_name("invariants: operators", tests, NULL, NULL);
}
