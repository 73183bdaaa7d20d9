/* Planted streams about limits: windows, what is counted, and restarts that are held back. */
#include "planted.h"

#define A(limit) "services: [{name: a, restart-limit: {" limit "}}]"
#define FULL "`limit-exhausted` has to come now"
#define WAITS "`backing-off` has to come now"
#define ONCE "a begins; a ended failed; a waits 10ms 1; +10ms; a starts"
#define TWICE ONCE "; a ended failed; a waits 20ms 2; +20ms; a starts"
#define TOGETHER "supervisor: {strategy: one-for-all}\n"
#define GIVES_UP(n) "a exhausted " #n " " #n " terminate; a terminated restart-limit"

#define CLOCK "supervisor: {clock: 700ms}\n"
#define LOOKED_AT(more) "services: [{name: a, backoff: {reset-poll: 1s, " more "}}]"
#define POLLED LOOKED_AT("reset-after: 1s")
#define AT_ONCE LOOKED_AT("reset-after: 0s")
static const struct planted windows[] = {
    {"at the end of a fixed window", A("max: 1, within: 20ms, window: fixed"),
     ONCE "; +10ms; a ended failed", "a waits 20ms 2", "limit-exceeded", FULL, GIVES_UP(1)},
    {"after it", A("max: 1, within: 20ms, window: fixed"), ONCE "; +10000001ns; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", WAITS, "a waits 20ms 2"},
    {"it opens again", A("max: 1, within: 20ms, window: fixed"),
     ONCE "; +10000001ns; a ended failed; a waits 20ms 2; +20ms; a starts; a ended failed",
     "a waits 40ms 3", "limit-exceeded", FULL, GIVES_UP(1)},
    {"once it does not", A("max: 1, within: 20ms, window: once"),
     ONCE "; +10000001ns; a ended failed; a waits 20ms 2; +20ms; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", WAITS, "a waits 40ms 3"},
    {"a streak", A("max: 1, window: streak"), ONCE "; a ended failed", "a waits 20ms 2",
     "limit-exceeded", FULL, GIVES_UP(1)},
    {"a streak is forgiven",
     "services: [{name: a, backoff: {reset-after: 1s}, restart-limit: {max: 1, window: streak}}]",
     ONCE "; +1s; a ended failed", "a exhausted 1 1 terminate", "limit-early", WAITS,
     "a waits 10ms 1"},
    {"a score", A("max: 2, window: decay, half-life: 1h"), TWICE "; a ended failed",
     "a waits 40ms 3", "limit-exceeded", FULL, GIVES_UP(2)},
    {"a score halves", A("max: 2, window: decay, half-life: 200ms"),
     ONCE "; +190ms; a ended failed; a waits 20ms 2; +20ms; a starts; +180ms; a ended failed",
     "a exhausted 2 2 terminate", "limit-early", WAITS, "a waits 40ms 3"},
    {"half a half-life to the last digit",
     "services: [{name: a, backoff: {reset-after: never}, restart-limit: {max: 2, window: decay, "
     "half-life: 1h}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +4577581788560ns; a ended failed; "
     "a waits 20ms 2; +20ms; a starts; +1799980ms; a ended failed",
     "a waits 40ms 3", "limit-exceeded", FULL, GIVES_UP(2)},
    {"a window that is over is followed by another, though nothing enters it",
     A("max: 0, within: 20ms, window: fixed, then: wait"),
     "a begins; a ended failed; a exhausted 0 0 wait; a waits 20000001ns 1; +20000001ns; a starts; "
     "a ended failed; a exhausted 0 0 wait",
     "a waits 20ms 2", "delay-bounds",
     "delay 20000000ns is not within 20000001ns and 20000001ns, streak 2", "a waits 20000001ns 2"},
    {"of a grain", A("max: 1, within: 1s, grain: 1s"), ONCE "; +1989999999ns; a ended failed",
     "a waits 20ms 2", "limit-exceeded", FULL, GIVES_UP(1)},
    {"of a grain more", A("max: 1, within: 1s, grain: 1s"), ONCE "; +1990ms; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", WAITS, "a waits 20ms 2"},
    {"of a grain of another clock", CLOCK A("max: 1, within: 1s, grain: 1s"),
     ONCE "; +1289999999ns; a ended failed", "a waits 20ms 2", "limit-exceeded", FULL, GIVES_UP(1)},
    {"of a grain more of it", CLOCK A("max: 1, within: 1s, grain: 1s"),
     ONCE "; +1290ms; a ended failed", "a exhausted 1 1 terminate", "limit-early", WAITS,
     "a waits 20ms 2"},
    {"after its first multiple", CLOCK A("max: 1, within: 1s, grain: 1s"),
     "@300ms; a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +1989999999ns; "
     "a ended failed",
     "a waits 20ms 2", "limit-exceeded", FULL, GIVES_UP(1)},
    {"and a nanosecond before", CLOCK A("max: 1, within: 1s, grain: 1s"),
     "@299999999ns; a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +990000001ns; "
     "a ended failed",
     "a exhausted 1 1 terminate", "limit-early", WAITS, "a waits 20ms 2"},
    {"a look at a clock", CLOCK POLLED,
     "@290ms; a begins; a ended failed; a waits 10ms 1; +10ms; "
     "a starts; +1s; a ended failed",
     "a waits 20ms 2", "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"a nanosecond before", CLOCK POLLED,
     "@290ms; a begins; a ended failed; a waits 10ms 1; "
     "+10ms; a starts; +999999999ns; a ended failed",
     "a waits 10ms 1", "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"before the first look", CLOCK AT_ONCE, ONCE "; a ended failed", "a waits 10ms 1",
     "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"a look at 0", "services: [{name: a, backoff: {base: 0s, reset-poll: 1s, reset-after: 0s}}]",
     "a begins; a ended failed; a waits 0ns 1; a starts; +5ms; a ended failed", "a waits 0ns 2",
     "streak-count", "streak 2 instead of 1", "a waits 0ns 1"},
    {"at the first look", CLOCK AT_ONCE, ONCE "; +290ms; a ended failed", "a waits 20ms 2",
     "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
};

static const struct planted counting[] = {
    {"a start too many", A("max: 1, within: 1s, counts: starts"),
     "a begins; a ended failed; a waits 10ms 1; +10ms", "a starts", "limit-exceeded",
     "its limit has no room for a start", GIVES_UP(1)},
    {"a start that has room", A("max: 1, within: 1s, counts: starts"),
     "a begins; a ended failed; a waits 10ms 1; +10ms", "a exhausted 0 1 terminate", "limit-early",
     "1 of 1 restarts are used", GIVES_UP(1)},
    {"starts are not refused at the end before", A("max: 1, within: 1s, counts: starts"),
     "a begins; a ended failed", "a exhausted 1 1 terminate", "limit-early", WAITS,
     "a waits 10ms 1"},
    {"an end that counts", A("max: 0, within: 1s, counts: [3]"), "a begins; a ended failed code=3",
     "a waits 10ms 1", "limit-exceeded", FULL,
     "a exhausted 1 0 terminate; a terminated restart-limit"},
    {"an end that does not", A("max: 0, within: 1s, counts: [3]"),
     "a begins; a ended failed code=4", "a exhausted 1 0 terminate", "limit-early", WAITS,
     "a waits 10ms 1"},
    {"a clean end that counts",
     "services: [{name: a, restart: always, restart-limit: {max: 0, within: 1s, counts: [0]}}]",
     "a begins; a ended succeeded", "a waits 100ms 0", "limit-exceeded", FULL,
     "a exhausted 1 0 terminate; a terminated restart-limit"},
    {"an end opens the next window", A("max: 1, within: 20ms, window: fixed, counts: [failed]"),
     ONCE "; +10000001ns; a ended failed; a waits 20ms 2; +20ms; a starts; a ended failed",
     "a waits 40ms 3", "limit-exceeded", FULL,
     "a exhausted 2 1 terminate; a terminated restart-limit"},
    {"an end of a ready attempt that counts",
     "services: [{name: a, backoff: {after-ready: 1s}, "
     "restart-limit: {max: 0, within: 1s, counts: [failed]}}]",
     "a begins; a ended failed", "a waits 1s 0", "limit-exceeded", FULL,
     "a exhausted 1 0 terminate; a terminated restart-limit"},
    {"a ready attempt that is not restarted",
     "services: [{name: a, restart: never, backoff: {after-ready: 1s}}]",
     "a begins; a ended failed", "a terminated completed", "follow-up",
     "reason unrecoverable, not completed", "a terminated unrecoverable"},
    {"a restart after a ready attempt does not",
     "services: [{name: a, backoff: {after-ready: 1s}, restart-limit: {max: 0, within: 1s}}]",
     "a begins; a ended failed", "a exhausted 0 0 terminate", "limit-early", WAITS, "a waits 1s 0"},
    {.name = "a start that its group wanted is refused",
     .world = TOGETHER "services: [{name: a}, {name: b, restart-limit: {max: 1, within: 1s, "
                       "counts: starts}}]",
     .story = "a begins; b begins; a ended failed; a waits 10ms 1; b ended failed; +10ms; a starts",
     .fine = "b exhausted 1 1 terminate; b terminated restart-limit"},
    {.name = "one that is refused has said nothing of the end before",
     .world = TOGETHER "services: [{name: a}, {name: b, restart: {on: [crashed]}, restart-limit: "
                       "{max: 1, within: 1s, counts: starts, then: quarantine}}]",
     .story =
         "a begins; b begins; a ended failed; a waits 10ms 1; b ended failed; +10ms; a starts; "
         "b exhausted 1 1 quarantine; b quarantined; a ended failed; a waits 20ms 2; shutdown",
     .fine = "b terminated cancelled"},
    {.name = "starts of which one may have been afresh",
     .world = TOGETHER "services: [{name: a, kind: blocking, restart-limit: {max: 1, within: 1s, "
                       "counts: starts}}, {name: b}]",
     .story = "a begins; a command pause; a paused; a cancel-delivered; a command resume; "
              "a resumed; a ended cancelled; b begins",
     .fine = "a starts"},
};

#define EXHAUSTED "; a ended failed; a exhausted 1 1 "
#define SETTLED(reset) \
    "services: [{name: a, ready: {after: 1s}, breaker: {failures: 3, within: 1h}, " \
    "backoff: {reset-after: " reset ", reset-from: failure, after-ready: 10ms}}]"
#define ACROSS \
    "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; +1s; a ready; +8500ms; " \
    "a ended failed; a waits 10ms 0; +10ms; a starts; +500ms; a ended failed"
static const struct planted forgiven[] = {
    {"since the failure before, whatever was ready", SETTLED("10s"), ACROSS, "a opened 3 3 1s",
     "breaker-trip", WAITS, "a waits 10ms 1"},
    {"no failure before, of the same registration", SETTLED("1ns"),
     "a begins; a ended failed; a waits 10ms 1; a command restart; a restarted; a starts; +1s; "
     "a ready; a command cancel; a cancel-delivered; a ended cancelled; a terminated cancelled; "
     "a registered 1; a starts; +1s; a ready; a ended failed; a waits 10ms 0; +10ms; a starts; "
     "+1s; a ready; a ended failed; a waits 10ms 0; +10ms; a starts; +1s; a ready; a ended failed",
     "a waits 10ms 0", "breaker-trip", "`breaker-opened` has to come now",
     "a opened 3 3; a terminated circuit-breaker-open"},
    {"not yet", SETTLED("10021ms"), ACROSS, "a waits 10ms 1", "breaker-trip",
     "`breaker-opened` has to come now", "a opened 3 3; a terminated circuit-breaker-open"},
};

static const struct planted held[] = {
    {"waits for its window", A("max: 1, within: 1s, window: fixed, then: wait"),
     ONCE EXHAUSTED "wait", "a waits 990ms 2", "delay-bounds",
     "delay 990000000ns is not within 990000001ns and 990000001ns, streak 2",
     "a waits 990000001ns 2"},
    {"waits for itself", A("max: 1, within: 25ms, window: fixed, then: wait"),
     ONCE EXHAUSTED "wait", "a waits 15000001ns 2", "delay-bounds",
     "delay 15000001ns is not within 20000000ns and 20000000ns, streak 2", "a waits 20ms 2"},
    {"pauses", A("max: 1, within: 1h, then: {pause: 1s}"), ONCE EXHAUSTED "pause",
     "a waits 999999999ns 2", "delay-bounds",
     "delay 999999999ns is not within 1000000000ns and 1000000000ns, streak 2", "a waits 1s 2"},
    {"and has forgotten all", A("max: 1, within: 1h, then: {pause: 1s}"),
     ONCE EXHAUSTED "pause; a waits 1s 2; +1s; a starts; a ended failed", "a exhausted 1 1 pause",
     "limit-early", WAITS, "a waits 40ms 3"},
    {"the streak too", A("max: 1, window: streak, then: {pause: 1s}"),
     ONCE EXHAUSTED "pause; a waits 1s 2; +1s; a starts; a ended failed", "a waits 40ms 3",
     "streak-count", "streak 3 instead of 1", "a waits 10ms 1"},
    {"a pause is followed by a restart", A("max: 0, within: 1h, then: {pause: 1s}"),
     "a begins; a ended failed; a exhausted 0 0 pause", "a terminated restart-limit", "follow-up",
     WAITS, "a waits 1s 1"},
};

#define GROUP(limit) \
    "supervisor: {groups: [{name: g, restart-limit: {" limit "}}]}\n" \
    "services: [{name: a, group: g}, {name: b, group: g}, {name: c, group: g}, {name: d}]"
#define BOTH "a begins; b begins; c begins; a ended failed; a waits 10ms 1; b ended failed"
/* Its own limit beside the group's. */
#define OWN(limit, own) \
    "supervisor: {groups: [{name: g, restart-limit: {" limit "}}]}\n" \
    "services: [{name: a, group: g, restart-limit: {" own "}}, {name: d, backoff: {grain: 2ns}}]"
#define BESIDE \
    "a begins; d begins; a ended failed; a exhausted 0 0 pause; group runtime.g exhausted 0 0"
#define PARENT \
    "supervisor: {groups: [{name: p, restart-limit: {max: 1, within: 1s, window: fixed, " \
    "then: wait}}, {name: p.c, restart-limit: {max: 0, within: 1s}}]}\n" \
    "services: [{name: a, group: p}, {name: b, group: p.c}, {name: d}]"
#define HELD_BACK \
    "services: [{name: a, operator: {clears: []}, restart-limit: {max: 1, within: 1s, " \
    "window: fixed, then: wait}}]"
#define ABOVE_IS(limit) \
    "supervisor: {groups: [{name: p, restart-limit: {" limit "}}, " \
    "{name: p.c, restart-limit: {max: 0, within: 1s}}]}\n" \
    "services: [{name: a, group: p}, {name: b, group: p.c}]"
/* The parent's window opens when a child has asked it. */
#define ASKED \
    "a begins; b begins; b ended failed; group runtime.p.c exhausted 0 0; b waits 10ms 1; +10ms; " \
    "b starts"
#define ABOVE \
    "a begins; b begins; d begins; b ended failed; group runtime.p.c exhausted 0 0; " \
    "b waits 10ms 1; +10ms; b starts; +490ms; a ended failed; group runtime.p exhausted 1 1"
#define ACT(limit) \
    "supervisor: {groups: [{name: g, strategy: one-for-all, restart-limit: {" limit "}}]}\n" \
    "services: [{name: a, group: g}, {name: b, group: g}]"
#define FRESH_ACT \
    "supervisor: {groups: [{name: g, strategy: one-for-all, rebirth: fresh, " \
    "restart-limit: {max: 1, within: 1h, window: once}}]}\n" \
    "services: [{name: a, group: g}, {name: b, group: g}]"
#define JOINED \
    "a begins; b begins; a ended failed; a waits 10ms 1; b ended failed; b waits 10ms 1; +10ms; " \
    "group runtime.g group-restart; a starts; b starts; +490ms; a ended failed"
static const struct planted groups[] = {
    {"a group's score", GROUP("max: 1, window: decay, half-life: 1h, then: quarantine"), BOTH,
     "b waits 10ms 1", "group-limit-exceeded", "its group has used 1 of 1 restarts", NULL},
    {"a group pauses", GROUP("max: 1, within: 1h, then: {pause: 1s}"),
     BOTH "; group runtime.g exhausted 1 1", "b waits 10ms 1", "delay-bounds",
     "delay 10000000ns is not within 1000000000ns and 1000000000ns, streak 1", "b waits 1s 1"},
    {"a restart while it pauses is no entry", GROUP("max: 1, within: 1h, then: {pause: 1s}"),
     BOTH "; group runtime.g exhausted 1 1; b waits 1s 1; +500ms; c ended failed; c waits 500ms 1; "
          "+500ms; a starts; b starts; c starts; a ended failed; a waits 20ms 2; b ended failed",
     "b waits 20ms 2", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.g exhausted 1 1; b waits 1s 2"},
    {"a group waits", GROUP("max: 1, within: 1s, window: fixed, then: wait"),
     BOTH "; group runtime.g exhausted 1 1", "b waits 1s 1", "delay-bounds",
     "delay 1000000000ns is not within 1000000001ns and 1000000001ns, streak 1",
     "b waits 1000000001ns 1"},
    {"its window opens when it is found full",
     GROUP("max: 0, within: 1s, window: fixed, then: wait"),
     "a begins; +5ms; a ended failed; group runtime.g exhausted 0 0", "a waits 995000001ns 1",
     "delay-bounds", "delay 995000001ns is not within 1000000001ns and 1000000001ns, streak 1",
     "a waits 1000000001ns 1"},
    {"and another one when that is over", GROUP("max: 0, within: 1s, window: fixed, then: wait"),
     "a begins; a ended failed; group runtime.g exhausted 0 0; a waits 1000000001ns 1; "
     "+1000000001ns; a starts; a ended failed; group runtime.g exhausted 0 0",
     "a waits 20ms 2", "delay-bounds",
     "delay 20000000ns is not within 1000000001ns and 1000000001ns, streak 2",
     "a waits 1000000001ns 2"},
    {"who waits longer by itself",
     OWN("max: 0, within: 1h, then: {pause: 1s}", "max: 0, within: 1h, then: {pause: 2s}"), BESIDE,
     "a waits 1s 1", "delay-bounds",
     "delay 1000000000ns is not within 2000000000ns and 2000000000ns, streak 1", "a waits 2s 1"},
    {"who waits longer with its group",
     OWN("max: 0, within: 1h, then: {pause: 2s}", "max: 0, within: 1h, then: {pause: 1s}"), BESIDE,
     "a waits 1s 1", "delay-bounds",
     "delay 1000000000ns is not within 2000000000ns and 2000000000ns, streak 1", "a waits 2s 1"},
    {"a group that gives up holds nobody",
     OWN("max: 0, within: 1h, then: quarantine", "max: 0, within: 1h, then: {pause: 1s}"),
     BESIDE "; a quarantined; d ended failed", "d waits 1s 1", "delay-bounds",
     "delay 1000000000ns is not within 10000000ns and 10000000ns, streak 1", "d waits 10ms 1"},
    {"and a pause that did not come empties nothing",
     OWN("max: 1, within: 20ms, then: quarantine", "max: 1, within: 1h, then: {pause: 1s}"),
     "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; "
     "a exhausted 1 1 pause; group runtime.g exhausted 1 1; a quarantined; a command resume; "
     "a resumed; a starts; +1s; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed",
     "a waits 20ms 2", "limit-exceeded", FULL, "a exhausted 1 1 pause"},
    {"a restart that was held back is no entry", HELD_BACK,
     ONCE "; +10ms; a ended failed; a exhausted 1 1 wait; a waits 980000001ns 2; "
          "a command restart; a restarted; a starts; a ended failed",
     "a exhausted 2 1 wait", "limit-early", "1 of 1 restarts are used", "a exhausted 1 1 wait"},
    {"nor is it unknown how long a pause is",
     "services: [{name: a, kind: blocking, operator: {clears: [], counts: true}, restart-limit: "
     "{max: 1, within: 1h, then: {pause: 1s}}}]",
     "a begins; a ended failed; a waits 10ms 1; +10ms; a command pause; a paused; "
     "a command resume; a resumed; a starts; a ended failed; a exhausted 1 1 pause",
     "a waits 20ms 2", "delay-bounds",
     "delay 20000000ns is not within 1000000000ns and 1000000000ns, streak 2", "a waits 1s 2"},
    {"the window of a parent", PARENT, ABOVE, "a waits 500000002ns 1", "delay-bounds",
     "delay 500000002ns is not within 500000001ns and 500000001ns, streak 1",
     "a waits 500000001ns 1"},
    {"that opens once", ABOVE_IS("max: 1, within: 1s, window: once"),
     ASKED "; +991ms; a ended failed; a waits 10ms 1; a command restart; a restarted; a starts; "
           "a ended failed; a waits 10ms 1; +10ms; a starts",
     "b ended succeeded; b waits 10ms 0", "follow-up", "`terminated` has to come now",
     "a ended failed; a waits 20ms 2"},
    {"and has no room for another of its own", ABOVE_IS("max: 1, within: 1s, window: fixed"),
     ASKED "; +990ms; a ended failed", "a waits 10ms 1", "group-limit-exceeded",
     "its group has used 1 of 1 restarts", "group runtime.p exhausted 1 1; a waits 10ms 1"},
    {"nor for another that is asked of it", ABOVE_IS("max: 1, within: 1s, window: fixed"),
     ASKED "; +990ms; b ended failed; group runtime.p.c exhausted 0 0", "b waits 20ms 2",
     "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p exhausted 1 1; b waits 20ms 2"},
    {"nor what slides", ABOVE_IS("max: 1, within: 1s"),
     ASKED "; +990ms; b ended failed; group runtime.p.c exhausted 0 0", "b waits 20ms 2",
     "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p exhausted 1 1; b waits 20ms 2"},
    {"one that is held back above is no entry", PARENT,
     ASKED "; b ended failed; group runtime.p.c exhausted 0 0; group runtime.p exhausted 1 1; "
           "b waits 990000001ns 2; +990000001ns; b starts; a ended failed; a waits 10ms 1; "
           "+10ms; a starts; a ended failed",
     "a waits 20ms 2", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p exhausted 1 1; a waits 990000001ns 2"},
    {"the window of who acts together", ACT("max: 0, within: 1s, window: fixed, then: wait"),
     "a begins; a ended failed; group runtime.g exhausted 0 0", "a waits 500ms 1", "delay-bounds",
     "delay 500000000ns is not within 1000000001ns and 1000000001ns, streak 1",
     "a waits 1000000001ns 1"},
    {"at most, where one may have joined the other",
     ACT("max: 1, within: 1s, window: fixed, then: wait"), JOINED "; group runtime.g exhausted 1 1",
     "a waits 1000000002ns 2", "delay-bounds",
     "delay 1000000002ns is not within 20000000ns and 1000000001ns, streak 2", "a waits 500ms 2"},
    {.name = "or it was another one that opened it",
     .world = ACT("max: 1, within: 1s, window: once"),
     .story = JOINED "; a waits 20ms 2; +20ms; group runtime.g group-restart; a starts",
     .fine = "a ended failed; a waits 40ms 3"},
    {"until it is emptied", FRESH_ACT,
     JOINED "; group runtime.g exhausted 1 1; a waits 20ms 2; +20ms; group runtime.g "
            "group-restart; a starts; a ended failed; a waits 40ms 3; +40ms; group runtime.g "
            "group-restart; a starts; a ended failed",
     "a waits 80ms 4", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.g exhausted 1 1; a waits 80ms 4"},
    {"what slides has the entries that are known", ACT("max: 1, within: 1s"), JOINED,
     "a waits 20ms 2", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.g exhausted 1 1; a waits 20ms 2"},
    {"and nobody else's", PARENT, ABOVE "; a waits 500000001ns 1; d ended failed",
     "d waits 500ms 1", "delay-bounds",
     "delay 500000000ns is not within 10000000ns and 10000000ns, streak 1", "d waits 10ms 1"},
};

/* Ends are counted where they are to be, whatever else the rules hold. */
static void ends__are_nothing_to_restarts(void **state)
{
    (void)state;
    struct sup_policy policy;
    struct sup_rules rules;
    struct stream *s = stream_open(NULL);
    sup_policy_default(&policy);
    sup_rules_default(&rules);
    rules.limit.ends.classes = UINT32_C(1) << SUP_EXIT_FAILED;
    rules.limit.grain = SUP_NS(2);
    policy.backoff.base = SUP_MS(10);
    policy.limit.enabled = true;
    policy.limit.max = 1;
    policy.limit.within = SUP_SEC(1);
    policy.rules = &rules;
    assert_int_equal(sim_invariants_policy(stream_invariants(s), "a", "", &policy), SUP_OK);
    stream_play(s, "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; "
                   "a exhausted 1 1 terminate");
    stream_close(s);
}

#define TEST(list) \
    static void list##__are_foretold(void **state) \
    { \
        (void)state; \
        assert_planted(list, sizeof(list) / sizeof(list[0])); \
    }
TEST(windows)
TEST(counting)
TEST(forgiven)
TEST(held)
TEST(groups)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows__are_foretold),  cmocka_unit_test(counting__are_foretold),
        cmocka_unit_test(forgiven__are_foretold), cmocka_unit_test(held__are_foretold),
        cmocka_unit_test(groups__are_foretold),   cmocka_unit_test(ends__are_nothing_to_restarts),
    };
    return cmocka_run_group_tests_name("invariants: limits", tests, NULL, NULL);
}
