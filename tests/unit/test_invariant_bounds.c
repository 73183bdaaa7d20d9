/* Planted streams about numbers: delays and their bounds, streaks, restart limits
 * of services, lives and groups. */
#include "planted.h"

#include <stdlib.h>

#include "sim/invariant/internal.h"

#define TOGETHER "supervisor: {strategy: one-for-all}\n"
#define BACKOFF(what) "services: [{name: a, backoff: {" what "}}]"
#define FAILED "a begins; a ended failed"
#define AGAIN(delay, streak) "a waits " delay " " streak "; +" delay "; a starts; a ended failed"

static const struct planted delays[] = {
    {"too short", NULL, FAILED, "a waits 9999999ns 1", "delay-bounds",
     "delay 9999999ns is not within 10000000ns and 10000000ns, streak 1", "a waits 10ms 1"},
    {"too long", NULL, FAILED, "a waits 10000001ns 1", "delay-bounds",
     "delay 10000001ns is not within 10000000ns and 10000000ns, streak 1", "a waits 10ms 1"},
    {"the second", BACKOFF("base: 10ms, factor: 1.5"), FAILED "; " AGAIN("10ms", "1"),
     "a waits 14999999ns 2", "delay-bounds",
     "delay 14999999ns is not within 15000000ns and 15000000ns, streak 2", "a waits 15ms 2"},
    {"above the largest", BACKOFF("base: 10ms, max: 15ms"), FAILED "; " AGAIN("10ms", "1"),
     "a waits 20ms 2", "delay-bounds",
     "delay 20000000ns is not within 15000000ns and 15000000ns, streak 2", "a waits 15ms 2"},
    {"a base above the largest", BACKOFF("base: 10ms, max: 5ms"), FAILED, "a waits 10ms 1",
     "delay-bounds", "delay 10000000ns is not within 5000000ns and 5000000ns, streak 1",
     "a waits 5ms 1"},
    {"full jitter, too long", BACKOFF("base: 10ms, jitter: full"), FAILED, "a waits 10000001ns 1",
     "delay-bounds", "delay 10000001ns is not within 0ns and 10000000ns, streak 1",
     "a waits 10ms 1"},
    {"full jitter, the shortest", BACKOFF("base: 10ms, jitter: full"), FAILED,
     "a waits 10000001ns 1", "delay-bounds",
     "delay 10000001ns is not within 0ns and 10000000ns, streak 1", "a waits 0 1"},
    {"equal jitter, too short", BACKOFF("base: 10ms, jitter: equal"), FAILED, "a waits 4999999ns 1",
     "delay-bounds", "delay 4999999ns is not within 5000000ns and 10000000ns, streak 1",
     "a waits 5ms 1"},
    {"equal jitter, too long", BACKOFF("base: 10ms, jitter: equal"), FAILED, "a waits 10000001ns 1",
     "delay-bounds", "delay 10000001ns is not within 5000000ns and 10000000ns, streak 1",
     "a waits 10ms 1"},
    {"percent, too short", BACKOFF("base: 10ms, jitter: '±10%'"), FAILED, "a waits 8999999ns 1",
     "delay-bounds", "delay 8999999ns is not within 9000000ns and 11000000ns, streak 1",
     "a waits 9ms 1"},
    {"percent, too long", BACKOFF("base: 10ms, jitter: '±10%'"), FAILED, "a waits 11000001ns 1",
     "delay-bounds", "delay 11000001ns is not within 9000000ns and 11000000ns, streak 1",
     "a waits 11ms 1"},
    {"percent, above the largest", BACKOFF("base: 10ms, max: 10ms, jitter: '±10%'"), FAILED,
     "a waits 10000001ns 1", "delay-bounds",
     "delay 10000001ns is not within 9000000ns and 10000000ns, streak 1", "a waits 10ms 1"},
    {"decorrelated, the first", BACKOFF("base: 10ms, jitter: decorrelated"), FAILED,
     "a waits 30000001ns 1", "delay-bounds",
     "delay 30000001ns is not within 10000000ns and 30000000ns, streak 1", "a waits 30ms 1"},
    {"decorrelated, too short", BACKOFF("base: 10ms, jitter: decorrelated"), FAILED,
     "a waits 9999999ns 1", "delay-bounds",
     "delay 9999999ns is not within 10000000ns and 30000000ns, streak 1", "a waits 10ms 1"},
    {"decorrelated, the second", BACKOFF("base: 10ms, jitter: decorrelated"),
     FAILED "; " AGAIN("20ms", "1"), "a waits 60000001ns 2", "delay-bounds",
     "delay 60000001ns is not within 10000000ns and 60000000ns, streak 2", "a waits 60ms 2"},
    {"decorrelated, after a fresh start", BACKOFF("base: 10ms, jitter: decorrelated"),
     FAILED "; a waits 30ms 1; a command restart; a restarted; a starts; a ended failed",
     "a waits 30000001ns 1", "delay-bounds",
     "delay 30000001ns is not within 10000000ns and 30000000ns, streak 1", "a waits 30ms 1"},
    {"decorrelated, above the largest", BACKOFF("base: 10ms, max: 25ms, jitter: decorrelated"),
     FAILED, "a waits 25000001ns 1", "delay-bounds",
     "delay 25000001ns is not within 10000000ns and 25000000ns, streak 1", "a waits 25ms 1"},
    {"some percent more, too long", BACKOFF("base: 10ms, jitter: '+25%'"), FAILED,
     "a waits 12500001ns 1", "delay-bounds",
     "delay 12500001ns is not within 10000000ns and 12500000ns, streak 1", "a waits 12500us 1"},
    {"some percent more, too short", BACKOFF("base: 10ms, jitter: '+25%'"), FAILED,
     "a waits 9999999ns 1", "delay-bounds",
     "delay 9999999ns is not within 10000000ns and 12500000ns, streak 1", "a waits 10ms 1"},
    {"a length more, too long", BACKOFF("base: 10ms, jitter: {add: 3ms}"), FAILED,
     "a waits 13000001ns 1", "delay-bounds",
     "delay 13000001ns is not within 10000000ns and 13000000ns, streak 1", "a waits 13ms 1"},
    {"a length more, too short", BACKOFF("base: 10ms, jitter: {add: 3ms}"), FAILED,
     "a waits 9999999ns 1", "delay-bounds",
     "delay 9999999ns is not within 10000000ns and 13000000ns, streak 1", "a waits 10ms 1"},
    {"a length more, above the largest", BACKOFF("base: 10ms, max: 12ms, jitter: {add: 3ms}"),
     FAILED, "a waits 12000001ns 1", "delay-bounds",
     "delay 12000001ns is not within 10000000ns and 12000000ns, streak 1", "a waits 12ms 1"},
    {"above the largest, and above that",
     BACKOFF("base: 10ms, max: 12ms, jitter: {add: 3ms}, over-cap: true"), FAILED,
     "a waits 13000001ns 1", "delay-bounds",
     "delay 13000001ns is not within 10000000ns and 13000000ns, streak 1", "a waits 13ms 1"},
    {"linear, the third", BACKOFF("shape: linear, base: 10ms, step: 7ms"),
     FAILED "; " AGAIN("10ms", "1") "; " AGAIN("17ms", "2"), "a waits 24000001ns 3", "delay-bounds",
     "delay 24000001ns is not within 24000000ns and 24000000ns, streak 3", "a waits 24ms 3"},
    {"linear, of whole grains", BACKOFF("shape: linear, base: 10ms, step: 7ms, grain: 4ms"),
     FAILED "; " AGAIN("8ms", "1"), "a waits 14ms 2", "delay-bounds",
     "delay 14000000ns is not within 12000000ns and 12000000ns, streak 2", "a waits 12ms 2"},
    {"fibonacci, the third", BACKOFF("shape: fibonacci, base: 10ms"),
     FAILED "; " AGAIN("10ms", "1") "; " AGAIN("10ms", "2"), "a waits 19999999ns 3", "delay-bounds",
     "delay 19999999ns is not within 20000000ns and 20000000ns, streak 3", "a waits 20ms 3"},
    {"steps, the second", BACKOFF("shape: steps, steps: 2, base: 10ms, max: 1s"),
     FAILED "; " AGAIN("10ms", "1"), "a waits 99999999ns 2", "delay-bounds",
     "delay 99999999ns is not within 100000000ns and 100000000ns, streak 2", "a waits 100ms 2"},
    {"waits, the last again", BACKOFF("waits: [10ms, 5ms]"),
     FAILED "; " AGAIN("10ms", "1") "; " AGAIN("5ms", "2"), "a waits 10ms 3", "delay-bounds",
     "delay 10000000ns is not within 5000000ns and 5000000ns, streak 3", "a waits 5ms 3"},
    {"waits, of whole grains", BACKOFF("waits: [10ms], grain: 3ms"), FAILED, "a waits 10ms 1",
     "delay-bounds", "delay 10000000ns is not within 9000000ns and 9000000ns, streak 1",
     "a waits 9ms 1"},
    {"another first", BACKOFF("base: 10ms, first: 5ms, grain: 2ms"), FAILED, "a waits 5ms 1",
     "delay-bounds", "delay 5000000ns is not within 4000000ns and 4000000ns, streak 1",
     "a waits 4ms 1"},
    {"after another first", BACKOFF("base: 10ms, first: 5ms"), FAILED "; " AGAIN("5ms", "1"),
     "a waits 20ms 2", "delay-bounds",
     "delay 20000000ns is not within 10000000ns and 10000000ns, streak 2", "a waits 10ms 2"},
    {"multiplied, of whole grains", BACKOFF("base: 10ms, factor: 1.5, grain: 10ms"),
     FAILED "; " AGAIN("10ms", "1"), "a waits 15ms 2", "delay-bounds",
     "delay 15000000ns is not within 10000000ns and 10000000ns, streak 2", "a waits 10ms 2"},
    {"after a clean exit, too long",
     "services: [{name: a, restart: always, clean-exit-delay: 3ms}]", "a begins; a ended succeeded",
     "a waits 3000001ns 0", "delay-bounds",
     "delay 3000001ns is not within 3000000ns and 3000000ns, streak 0", "a waits 3ms 0"},
    {"after a clean exit, too short",
     "services: [{name: a, restart: always, clean-exit-delay: 3ms}]", "a begins; a ended succeeded",
     "a waits 2999999ns 0", "delay-bounds",
     "delay 2999999ns is not within 3000000ns and 3000000ns, streak 0", "a waits 3ms 0"},
};

static const struct planted streaks[] = {
    {"one too many", NULL, FAILED, "a waits 20ms 2", "streak-count", "streak 2 instead of 1",
     "a waits 10ms 1"},
    {"one too few", NULL, FAILED "; " AGAIN("10ms", "1"), "a waits 10ms 1", "streak-count",
     "streak 1 instead of 2", "a waits 20ms 2"},
    {"none after a failure", NULL, FAILED, "a waits 100ms 0", "streak-count",
     "streak 0 instead of 1", "a waits 10ms 1"},
    {"one after a clean exit", "services: [{name: a, restart: always}]",
     "a begins; a ended succeeded", "a waits 10ms 1", "streak-count", "streak 1 instead of 0",
     "a waits 100ms 0"},
    {"forgiven too early", BACKOFF("base: 10ms, reset-after: 1s"),
     FAILED "; a waits 10ms 1; +10ms; a starts; +999999999ns; a ended failed", "a waits 10ms 1",
     "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"not forgiven", BACKOFF("base: 10ms, reset-after: 1s"),
     FAILED "; a waits 10ms 1; +10ms; a starts; +1s; a ended failed", "a waits 20ms 2",
     "streak-count", "streak 2 instead of 1", "a waits 10ms 1"},
    {"halved", BACKOFF("base: 10ms, reset-after: 1s, reset: halve"),
     FAILED "; " AGAIN("10ms", "1") "; " AGAIN("20ms", "2") "; a waits 40ms 3; +40ms; a starts; "
                                                            "+1s; a ended failed",
     "a waits 10ms 1", "streak-count", "streak 1 instead of 2", "a waits 20ms 2"},
    {"one less", BACKOFF("base: 10ms, reset-after: 1s, reset: minus-one"),
     FAILED "; " AGAIN("10ms", "1") "; " AGAIN("20ms", "2") "; a waits 40ms 3; +40ms; a starts; "
                                                            "+1s; a ended failed",
     "a waits 80ms 4", "streak-count", "streak 4 instead of 3", "a waits 40ms 3"},
    {"one less than none", BACKOFF("base: 10ms, reset-after: 1s, reset: minus-one"),
     "a begins; +1s; a ended failed", "a waits 10ms 0", "streak-count", "streak 0 instead of 1",
     "a waits 10ms 1"},
    {"half of it leaves a shorter bound", BACKOFF("base: 10ms, reset-after: 1s, reset: halve"),
     FAILED "; " AGAIN("10ms", "1") "; " AGAIN("20ms", "2") "; a waits 40ms 3; +40ms; a starts; "
                                                            "+1s; a ended failed",
     "a waits 40ms 2", "delay-bounds",
     "delay 40000000ns is not within 20000000ns and 20000000ns, streak 2", "a waits 20ms 2"},
};

/* ---- limits ---- */

#define LIMIT(what) "services: [{name: a, restart-limit: {" what "}}]"
#define USED FAILED "; " AGAIN("10ms", "1")

static const struct planted limits[] = {
    {"one restart too many", LIMIT("max: 1, within: 10ms"), USED, "a waits 20ms 2",
     "limit-exceeded", "`limit-exhausted` has to come now",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"exhausted too early", LIMIT("max: 2, within: 1s"), USED, "a exhausted 1 2 terminate",
     "limit-early", "`backing-off` has to come now", "a waits 20ms 2"},
    {"what is counted for ever", LIMIT("max: 1, within: never"),
     FAILED "; a waits 10ms 1; +10ms; a starts; +1h; a ended failed", "a waits 10ms 1",
     "limit-exceeded", "`limit-exhausted` has to come now",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"what is counted for ever ends at its maximum", LIMIT("max: 1, within: never, then: escalate"),
     USED "; a exhausted 1 1 escalate; a waits 20ms 2; +20ms; a starts; a ended failed",
     "a exhausted 2 1 escalate", "limit-early", "1 of 1 restarts are used",
     "a exhausted 1 1 escalate"},
    {"one that has left the window", LIMIT("max: 1, within: 10ms"),
     FAILED "; a waits 10ms 1; +10ms; a starts; +1ns; a ended failed", "a exhausted 1 1 terminate",
     "limit-early", "`backing-off` has to come now", "a waits 20ms 2"},
    {"a wrong count", LIMIT("max: 1, within: 1s"), USED, "a exhausted 0 1 terminate", "limit-early",
     "1 of 1 restarts are used", "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"a wrong maximum", LIMIT("max: 1, within: 1s"), USED, "a exhausted 1 2 terminate",
     "limit-early", "1 of 2 restarts are used",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"a wrong consequence", LIMIT("max: 1, within: 1s"), USED, "a exhausted 1 1 quarantine",
     "limit-early", "1 of 1 restarts are used",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"it goes on", LIMIT("max: 1, within: 1s"), USED "; a exhausted 1 1 terminate",
     "a waits 20ms 2", "follow-up", "`terminated` has to come now", "a terminated restart-limit"},
    {"its reason", LIMIT("max: 1, within: 1s"), USED "; a exhausted 1 1 terminate",
     "a terminated unrecoverable", "follow-up", "reason restart-limit, not unrecoverable",
     "a terminated restart-limit"},
    {"it is not quarantined", LIMIT("max: 1, within: 1s, then: quarantine"),
     USED "; a exhausted 1 1 quarantine", "a terminated restart-limit", "follow-up",
     "`quarantined` has to come now", "a quarantined"},
    {"handed on to a group that does nothing", LIMIT("max: 1, within: 1s, then: escalate"),
     USED "; a exhausted 1 1 escalate", "a terminated restart-limit", "follow-up",
     "`backing-off` has to come now", "a waits 20ms 2"},
    {"handed on to a group that gives up", TOGETHER LIMIT("max: 1, within: 1s, then: escalate"),
     USED "; a exhausted 1 1 escalate", "a starts", "follow-up", "`backing-off` has to come now",
     "a terminated restart-limit"},
    {"handed on to a group that keeps it idle",
     TOGETHER LIMIT("max: 1, within: 1s, then: escalate"), USED "; a exhausted 1 1 escalate",
     "a starts", "follow-up", "`backing-off` has to come now", "a quarantined"},
    {"what a group grants is not the service's", LIMIT("max: 1, within: 25ms, then: escalate"),
     USED "; a exhausted 1 1 escalate; " AGAIN("20ms", "2"), "a exhausted 1 1 escalate",
     "limit-early", "`backing-off` has to come now", "a waits 40ms 3"},
    {"and the next is its own again", LIMIT("max: 1, within: 65ms, then: escalate"),
     USED
     "; a exhausted 1 1 escalate; a waits 20ms 2; +20ms; a starts; +60ms; a ended failed; " AGAIN(
         "40ms", "3"),
     "a waits 80ms 4", "limit-exceeded", "`limit-exhausted` has to come now",
     "a exhausted 1 1 escalate"},
    {"an operator's restart empties it", LIMIT("max: 1, within: 1s"),
     FAILED "; a waits 10ms 1; a command restart; a restarted; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
    {"so does a new registration", LIMIT("max: 1, within: 1s"),
     FAILED "; a waits 10ms 1; +10ms; a starts; a ended succeeded; a terminated completed; "
            "a command restart; a registered 1; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
    {"a clean exit's wait is free",
     "services: [{name: a, restart: always, restart-limit: {max: 1, within: 1s}}]",
     "a begins; a ended succeeded; a waits 100ms 0; +100ms; a starts; a ended failed",
     "a exhausted 1 1 terminate", "limit-early", "`backing-off` has to come now", "a waits 10ms 1"},
};

#define LIFE(what) "services: [{name: a, " what "}]"

static const struct planted lives[] = {
    {"one restart too many", LIFE("max-restarts: 1"), USED, "a waits 20ms 2", "limit-exceeded",
     "`limit-exhausted` has to come now", "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"exhausted too early", LIFE("max-restarts: 2"), USED, "a exhausted 1 2 terminate",
     "limit-early", "`backing-off` has to come now", "a waits 20ms 2"},
    {"a wrong maximum", LIFE("max-restarts: 1"), USED, "a exhausted 2 2 terminate", "limit-early",
     "0 of 2 restarts are used", "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"a wrong count", LIFE("max-restarts: 1"), USED, "a exhausted 0 1 terminate", "limit-early",
     "0 of 1 restarts are used", "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"a wrong consequence", LIFE("max-restarts: 1"), USED, "a exhausted 1 1 quarantine",
     "limit-early", "0 of 1 restarts are used",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"the window is used up, and the life is blamed",
     LIFE("max-restarts: 2, restart-limit: {max: 1, within: 1s}"), USED,
     "a exhausted 2 2 terminate", "limit-early", "1 of 2 restarts are used",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"the life is used up, and the window is blamed",
     LIFE("max-restarts: 1, restart-limit: {max: 2, within: 1s}"), USED,
     "a exhausted 1 2 terminate", "limit-early", "1 of 2 restarts are used",
     "a exhausted 1 1 terminate; a terminated restart-limit"},
    {"one too many, handed on",
     TOGETHER LIFE("max-restarts: 0, restart-limit: {max: 0, "
                   "within: 1s, then: escalate}"),
     FAILED "; a exhausted 0 0 escalate", "a waits 10ms 1", "life-exceeded",
     "all 0 restarts of its life are used", "a terminated restart-limit"},
    {"the last, handed on",
     TOGETHER LIFE("max-restarts: 1, restart-limit: {max: 0, "
                   "within: 1s, then: escalate}"),
     FAILED "; a exhausted 0 0 escalate; a waits 10ms 1; +10ms; a starts; a ended failed; "
            "a exhausted 0 0 escalate",
     "a waits 20ms 2", "life-exceeded", "all 1 restarts of its life are used",
     "a terminated restart-limit"},
};

/* ---- groups ---- */

#define GROUP(what) "supervisor: {groups: [{name: x, " what "}]}\n"
#define THREE "services: [{name: a, group: x}, {name: b, group: x}, {name: c, group: x}]"
#define ALL "a begins; b begins; c begins; "
#define LATER "a ended failed; a waits 10ms 1; b ended failed"

static const struct planted groups[] = {
    {"one restart too many", GROUP("restart-limit: {max: 1, within: 10ms}") THREE, ALL LATER,
     "b waits 10ms 1", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "b terminated restart-limit"},
    {"one that has just left the window", GROUP("restart-limit: {max: 1, within: 10ms}") THREE,
     ALL "a ended failed; a waits 10ms 1; +10ms; b ended failed", "b waits 10ms 1",
     "group-limit-exceeded", "its group has used 1 of 1 restarts", "+1ns; b waits 10ms 1"},
    {"one restart for all",
     GROUP("strategy: one-for-all, restart-limit: {max: 1, within: 1s}") THREE,
     ALL LATER "; b waits 10ms 1; group x group-restart; c ended failed", "c waits 10ms 1",
     "group-limit-exceeded", "its group has used 1 of 1 restarts", "c terminated restart-limit"},
    {"one restart for what fails meanwhile",
     GROUP("strategy: one-for-all, restart-limit: {max: 1, within: 1s}") THREE,
     ALL LATER "; b waits 10ms 1; group runtime.x group-restart; c ended failed", "c waits 10ms 1",
     "group-limit-exceeded", "its group has used 1 of 1 restarts", "c terminated restart-limit"},
    {"a clean exit's wait is free",
     GROUP(
         "restart-limit: {max: 1, within: 1s}") "services: [{name: a, group: x, restart: always}, "
                                                "{name: b, group: x}, {name: c, group: x}]",
     ALL "a ended succeeded; a waits 100ms 0; b ended failed; b waits 10ms 1; c ended failed",
     "c waits 10ms 1", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "c terminated restart-limit"},
    {"exhausted with a wrong count", GROUP("restart-limit: {max: 1, within: 1s}") THREE, ALL LATER,
     "group runtime.x exhausted 0 1", "limit-early", "0 of 1 restarts of the group were counted",
     "group x exhausted 1 1; b terminated restart-limit"},
    {"exhausted with a wrong maximum", GROUP("restart-limit: {max: 1, within: 1s}") THREE,
     ALL LATER, "group x exhausted 1 2", "limit-early", "1 of 2 restarts of the group were counted",
     "group x exhausted 1 1; b terminated restart-limit"},
    {"exhausted, and it has no limit", GROUP("strategy: one-for-all") THREE, ALL LATER,
     "group x exhausted 0 0", "limit-early", "0 of 0 restarts of the group were counted",
     "b waits 10ms 1"},
    {"what its parent grants is not the group's",
     GROUP("restart-limit: {max: 1, within: 25ms, then: escalate}") THREE,
     ALL LATER "; group x exhausted 1 1; b waits 10ms 1; +26ms; a starts; a ended failed; "
               "a waits 20ms 2; c ended failed",
     "c waits 10ms 1", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group x exhausted 1 1; c waits 10ms 1"},
    {"a clean exit's wait is not what its parent grants",
     GROUP("restart-limit: {max: 1, within: 1s, then: escalate}") "services: [{name: a, group: x}, "
                                                                  "{name: b, group: x}, {name: c, "
                                                                  "group: x, restart: always}]",
     ALL LATER "; group x exhausted 1 1; c ended succeeded; c waits 100ms 0; b waits 10ms 1; "
               "+10ms; b starts; b ended failed",
     "b waits 20ms 2", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group x exhausted 1 1; b waits 20ms 2"},
    {"what ends a group is not handed on",
     GROUP("restart-limit: {max: 1, within: 1s, then: terminate}") THREE,
     ALL LATER "; group x exhausted 1 1", "b waits 10ms 1", "group-limit-exceeded",
     "its group has used 1 of 1 restarts", "b terminated restart-limit"},
};

static void delay__within_its_bounds(void **state)
{
    (void)state;
    assert_planted(delays, COUNT(delays));
}

static void streak__counts_failures(void **state)
{
    (void)state;
    assert_planted(streaks, COUNT(streaks));
}

static void limit__of_a_service(void **state)
{
    (void)state;
    assert_planted(limits, COUNT(limits));
}

static void limit__of_a_life(void **state)
{
    (void)state;
    assert_planted(lives, COUNT(lives));
}

static void limit__of_a_group(void **state)
{
    (void)state;
    assert_planted(groups, COUNT(groups));
}

/* k failures, each a step of the schedule, computed here by hand. */
static void bounds__follow_the_schedule(void **state)
{
    (void)state;
    struct stream *s = stream_open(BACKOFF("base: 10ms, max: 40ms, factor: 1.5"));
    stream_play(
        s, FAILED
        "; " AGAIN("10ms", "1") "; " AGAIN("15ms", "2") "; " AGAIN("22500us", "3") "; " AGAIN(
            "33750us", "4") "; " AGAIN("40ms", "5") "; " AGAIN("40ms", "6") "; a waits 40ms 7");
    stream_close(s);
}

static void bounds__saturate(void **state)
{
    (void)state;
    struct sup_policy policy = {.max_restarts = SUP_UNLIMITED};
    policy.backoff = (struct sup_backoff_policy){
        .base = {3}, .max = SUP_DURATION_NEVER, .factor_billionths = UINT64_MAX};
    struct sim__shadow s = {.policy = &policy};
    struct sup_duration low, high;
    assert_true(sim__delay_possible(&s, 1, SUP_NS(3), &low, &high));
    /* floor(3 * (2^64 - 1) / 10^9) */
    assert_true(sim__delay_possible(&s, 2, SUP_NS(UINT64_C(55340232221)), &low, &high));
    assert_true(sim__delay_possible(&s, 3, SUP_NS(UINT64_MAX), &low, &high));
    assert_true(sim__delay_possible(&s, 4, SUP_NS(UINT64_MAX), &low, &high));
    assert_false(sim__delay_possible(&s, 1, SUP_NS(4), &low, &high));
    assert_int_equal(low.ns, 3);
    policy.backoff.jitter = SUP_JITTER_PERCENT;
    policy.backoff.jitter_percent = 50;
    assert_true(sim__delay_possible(&s, 1, SUP_NS(2), &low, &high));
    assert_true(sim__delay_possible(&s, 1, SUP_NS(4), &low, &high));
    assert_false(sim__delay_possible(&s, 1, SUP_NS(5), &low, &high));
}

/* A window beside a list that keeps everything: the same last instants, in order,
 * whatever came and went. */
static void play_window(uint32_t capacity, uint64_t within, uint64_t spread)
{
    static uint64_t kept[400];
    struct sim__ring ring = {0};
    assert_int_equal(sim__ring_make(&ring, capacity, SUP_NS(within)), SUP_OK);
    uint64_t now = 0, dice = capacity * 7919 + within;
    uint32_t oldest = 0, count = 0;
    for (uint32_t i = 0; i < 400; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        now += (dice >> 33) % spread;
        while (oldest < count && kept[oldest] + within < now) {
            oldest++;
        }
        assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){now}, SUP_NS(within)),
                         count - oldest);
        kept[count++] = now;
        oldest += count - oldest > capacity;
        sim__ring_push(&ring, (struct sup_instant){now});
        assert_int_equal(ring.count, count - oldest);
        for (uint32_t k = 0; k < ring.count; k++) {
            assert_int_equal(ring.at[(ring.first + k) % ring.room].ns, kept[oldest + k]);
        }
    }
    free(ring.at);
}

static void window__keeps_the_last_instants(void **state)
{
    (void)state;
    for (uint32_t capacity = 1; capacity <= 70; capacity++) {
        for (uint64_t within = 0; within <= 160; within += 40) {
            play_window(capacity, within, 3);
            play_window(capacity, within, 30);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delay__within_its_bounds),
        cmocka_unit_test(streak__counts_failures),
        cmocka_unit_test(limit__of_a_service),
        cmocka_unit_test(limit__of_a_life),
        cmocka_unit_test(limit__of_a_group),
        cmocka_unit_test(bounds__follow_the_schedule),
        cmocka_unit_test(bounds__saturate),
        cmocka_unit_test(window__keeps_the_last_instants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
