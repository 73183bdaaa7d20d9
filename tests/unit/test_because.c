/* Why: for each kind of decision the exact words, at the exact instant; that nothing else is
 * explained, and that nobody's reading changes a run. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/because/because.h"
#include "sim/because/phrases.h"
#include "sim/duration.h"
#include "sim/plan/plan.h"
#include "sim/trace/tail.h"
#include "sup/error.h"
#include "sup/sup.h"
#include "unit/told.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct row {
    const char *text;    /* of the file, behind its head */
    const char *at;      /* the instant, … */
    const char *event;   /* the event, … */
    const char *who;     /* its service or group ("": of neither), and … */
    const char *because; /* its words; "": it has none */
};

static const struct row rows[] = {
    /* ---- waits ---- */
    {"services: [{name: a, script: [{fail: {}, times: 3}, run]}]", "0s", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 100ms"},
    {"services: [{name: a, script: [{fail: {}, times: 3}, run]}]", "300ms", "backing-off", "a",
     "backoff: failure 3 in a row, exponential f(3) = 400ms"},
    {"services: [{name: a, backoff: {base: 1s, max: 1s}, script: [{fail: {}}, run]}]", "0s",
     "backing-off", "a", "backoff: failure 1 in a row, exponential f(1) = 1s, its max"},
    {"services: [{name: a, backoff: {shape: linear, base: 1s, step: 2s}, script: [{fail: {}, "
     "times: "
     "2}, run]}]",
     "1s", "backing-off", "a", "backoff: failure 2 in a row, linear f(2) = 3s"},
    {"services: [{name: a, backoff: {shape: fibonacci, base: 1s}, script: [{fail: {}, times: 3}, "
     "run]}]",
     "2s", "backing-off", "a", "backoff: failure 3 in a row, fibonacci f(3) = 2s"},
    {"services: [{name: a, backoff: {waits: [1s, 5s]}, script: [{fail: {}, times: 2}, run]}]", "1s",
     "backing-off", "a", "backoff: failure 2 in a row, steps f(2) = 5s"},
    {"services: [{name: a, backoff: {first: 0s, base: 2s}, script: [{fail: {}, times: 2}, run]}]",
     "0s", "backing-off", "a", "backoff: failure 1 in a row, first = 0s"},
    {"services: [{name: a, backoff: {base: 1s, from: start}, script: [{fail: {after: 300ms}}, "
     "run]}]",
     "300ms", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 1s, from its start at 0s"},
    {"services: [{name: a, backoff: {base: 1s, from: ready}, ready: {explicit: {timeout: 5s}}, "
     "script: [{fail: {after: 300ms}, ready: {after: 100ms}}, run]}]\nuntil: 1m",
     "300ms", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 1s, from its readiness at 100ms"},
    {"services: [{name: a, backoff: {base: 1s, jitter: full, max: 0s}, script: [{fail: {}}, run]}]",
     "0s", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 0s, its max, jitter full drew 0s of 0s..0s"},
    {"seed: 7\nservices: [{name: a, backoff: {base: 1s, jitter: \xC2\xB1"
     "10%}, script: [{fail: {}}, run]}]",
     "0s", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 1s, jitter \xC2\xB1"
     "10% drew @ of 900ms..1.1s"},
    {"services: [{name: a, backoff: {base: 1s, jitter: +25%}, script: [{fail: {}}, run]}]", "0s",
     "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 1s, jitter +25% drew @ of 1s..1.25s"},
    {"services: [{name: a, backoff: {base: 1s, max: 1s, jitter: {add: 500ms}}, script: [{fail: "
     "{}}, "
     "run]}]",
     "0s", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 1s, its max, jitter add 500ms drew @ of "
     "1s..1.5s, cut to max 1s"},
    {"services: [{name: a, backoff: {base: 1s, jitter: decorrelated}, script: [{fail: {}}, run]}]",
     "0s", "backing-off", "a", "backoff: failure 1 in a row, jitter decorrelated drew @ of 1s..3s"},
    {"services: [{name: a, restart: always, script: [{succeed: {after: 1s}}, run]}]", "1s",
     "backing-off", "a", "clean-exit-delay: 100ms"},
    {"services: [{name: a, ready: {after: 1s}, backoff: {after-ready: 2s}, script: [{fail: {after: "
     "1s}}, run]}]",
     "1s", "backing-off", "a", "after-ready: 2s, it had been ready"},
    {"services: [{name: a, restart-limit: {max: 3, within: 10s}, script: [{fail: {}, times: 2}, "
     "run]}]",
     "100ms", "backing-off", "a",
     "backoff: failure 2 in a row, exponential f(2) = 200ms; limit 2 of 3 in 10s"},
    /* ---- the streak, and what forgives it ---- */
    {"services: [{name: a, backoff: {reset-after: 10s}, script: [fail, {fail: {after: 12s}}, "
     "run]}]",
     "12.1s", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 100ms; streak 1 forgiven: reset-after 10s "
     "from "
     "its start, it ran 12s"},
    {"services: [{name: a, backoff: {reset-after: 10s, reset: halve}, script: [{fail: {}, times: "
     "4}, "
     "{fail: {after: 10s}}, run]}]",
     "11.5s", "backing-off", "a",
     "backoff: failure 3 in a row, exponential f(3) = 400ms; streak 4 forgiven by half: "
     "reset-after "
     "10s from its start, it ran 10s"},
    {"services: [{name: a, backoff: {reset-after: 10s, reset: minus-one}, script: [{fail: {}, "
     "times: "
     "2}, {fail: {after: 10s}}, run]}]",
     "10.3s", "backing-off", "a",
     "backoff: failure 2 in a row, exponential f(2) = 200ms; streak 2 forgiven by one: reset-after "
     "10s from its start, it ran 10s"},
    {"services: [{name: a, restart: always, script: [fail, {succeed: {after: 1s}}, run]}]", "1.1s",
     "backing-off", "a", "clean-exit-delay: 100ms; streak 1 forgiven: a clean exit"},
    {"services: [{name: a, ready: {after: 1s}, backoff: {after-ready: 2s}, script: [fail, {fail: "
     "{after: 1s}}, run]}]",
     "1.1s", "backing-off", "a",
     "after-ready: 2s, it had been ready; streak 1 forgiven: it had been ready"},
    {"services: [{name: a, backoff: {base: 5s, reset-after: 8s, reset-from: failure}, script: "
     "[fail, "
     "{fail: {after: 4s}}, run]}]",
     "9s", "backing-off", "a",
     "backoff: failure 1 in a row, exponential f(1) = 5s; streak 1 forgiven: reset-after 8s from "
     "its "
     "failure before, it ran 4s"},
    /* What was forgiven is forgotten with who comes under the name. */
    {"services: [{name: a, backoff: {reset-after: 10s}, script: [fail, {fail: {after: 12s}}, "
     "fail]}]\ntimeline: [{at: 12150ms, cancel: a}, {at: 13s, restart: a}]\nuntil: 20s",
     "13s", "backing-off", "a", "backoff: failure 1 in a row, exponential f(1) = 100ms"},
    /* ---- limits ---- */
    {"services: [{name: a, restart-limit: {max: 2, within: 10s}, script: [fail]}]", "300ms",
     "limit-exhausted", "a", "restart-limit: restart 3 of 2 in 10s, the oldest at 0s"},
    {"services: [{name: a, restart-limit: {max: 2, within: 10s}, script: [fail]}]", "300ms",
     "terminated", "a", "restart-limit: restart 3 of 2 in 10s, the oldest at 0s"},
    {"services: [{name: a, preset: {systemd: {Restart: always, RestartSteps: 5, "
     "RestartMaxDelaySec: "
     "10s}}, script: [fail]}]",
     "6.548109s", "limit-exhausted", "a",
     "restart-limit: start 6 of 5 in 10s, window opened at 0s"},
    {"services: [{name: a, preset: {systemd: {Restart: always, RestartSteps: 5, "
     "RestartMaxDelaySec: "
     "10s}}, script: [fail]}]",
     "6.548109s", "terminated", "a", "restart-limit: start 6 of 5 in 10s, window opened at 0s"},
    {"services: [{name: a, backoff: {base: 1s, factor: 1}, restart-limit: {max: 1, within: 10s, "
     "window: "
     "once}, script: [fail]}]",
     "1s", "terminated", "a", "restart-limit: restart 2 of 1 in 10s, its only window opened at 0s"},
    {"services: [{name: a, restart-limit: {max: 2, window: streak}, script: [fail]}]", "300ms",
     "terminated", "a", "restart-limit: failure 3 in a row of 2"},
    {"services: [{name: a, backoff: {waits: [1s]}, restart-limit: {max: 1, window: decay, "
     "half-life: "
     "2s}, script: [fail]}]",
     "1s", "terminated", "a", "restart-limit: restart 2 of 1, half-life 2s, score 0.707"},
    {"services: [{name: a, restart-limit: {max: 1, within: 10s, counts: [failed]}, script: "
     "[fail]}]",
     "100ms", "terminated", "a", "restart-limit: end 2 of 1 in 10s, the oldest at 0s"},
    {"supervisor: {clock: 700ms}\nservices: [{name: a, restart-limit: {max: 1, within: 10s, grain: "
     "1s}, "
     "script: [fail]}]",
     "100ms", "terminated", "a",
     "restart-limit: restart 2 of 1 in 10s, the oldest at -700ms by a clock of 1s"},
    {"services: [{name: a, restart-limit: {max: 1, within: 10s, then: quarantine}, script: "
     "[fail]}]",
     "100ms", "quarantined", "a", "restart-limit: restart 2 of 1 in 10s, the oldest at 0s"},
    {"services: [{name: a, restart-limit: {max: 1, within: 10s, window: fixed, then: wait}, "
     "script: "
     "[{fail: {}, times: 2}, run]}]",
     "100ms", "backing-off", "a",
     "restart-limit: restart 2 of 1 in 10s, window opened at 0s, wait until its window is over at "
     "10.000000001s"},
    {"services: [{name: a, restart-limit: {max: 1, within: 10s, then: {pause: 15s}}, script: "
     "[{fail: "
     "{}, times: 2}, run]}]",
     "100ms", "backing-off", "a",
     "restart-limit: restart 2 of 1 in 10s, the oldest at 0s, pause 15s"},
    {"services: [{name: a, max-restarts: 2, script: [fail]}]", "300ms", "limit-exhausted", "a",
     "max-restarts: restart 3 of 2 in its life"},
    {"services: [{name: a, max-restarts: 2, script: [fail]}]", "300ms", "terminated", "a",
     "max-restarts: restart 3 of 2 in its life"},
    /* ---- limits of groups ---- */
    {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 10s, then: terminate}}]}\n"
     "services: [{name: a, group: g, script: [fail]}, {name: b, group: g}]",
     "100ms", "limit-exhausted", "runtime.g",
     "restart-limit of runtime.g: restart 2 of 1 in 10s, the oldest at 0s"},
    {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 10s, then: terminate}}]}\n"
     "services: [{name: a, group: g, script: [fail]}, {name: b, group: g}]",
     "100ms", "cancel-delivered", "b", "restart-limit of runtime.g: restart 2 of 1 in 10s"},
    {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 10s, then: terminate}}]}\n"
     "services: [{name: a, group: g, script: [fail]}, {name: b, group: g}]",
     "100ms", "terminated", "b", "restart-limit of runtime.g: restart 2 of 1 in 10s"},
    {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 10s, then: quarantine}}]}\n"
     "services: [{name: a, group: g, script: [fail]}]",
     "100ms", "quarantined", "a", "restart-limit of runtime.g: restart 2 of 1 in 10s"},
    {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 10s, then: {pause: 4s}}}]}\n"
     "services: [{name: a, group: g, script: [{fail: {}, times: 2}, run]}]",
     "100ms", "backing-off", "a", "restart-limit of runtime.g: restart 2 of 1 in 10s, pause 4s"},
    {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 10s, then: {pause: 4s}}}]}\n"
     "services: [{name: a, group: g, script: [{fail: {}, times: 2}, run]}, {name: b, group: g, "
     "script: "
     "[{fail: {after: 1s}}, run]}]",
     "1s", "backing-off", "b", "restart-limit: its group pauses until 4.1s"},
    {"supervisor: {groups: [{name: g, restart-limit: {max: 0, within: 10s}}]}\n"
     "services: [{name: a, group: g, script: [fail, run]}, {name: b, group: g}]",
     "100ms", "group-restart", "runtime.g",
     "escalation: the parent of runtime.g allows its restart"},
    {"supervisor: {restart-limit: {max: 1, within: 10s}}\nservices: [{name: a, script: [fail]}]",
     "100ms", "shutdown-requested", "",
     "restart-limit of runtime: restart 2 of 1 in 10s, the oldest at 0s"},
    {"supervisor: {restart-limit: {max: 1, within: 10s}}\nservices: [{name: a, script: [fail]}, "
     "{name: "
     "b}]",
     "100ms", "cancel-delivered", "b", "drain: the restart-limit of runtime"},
    /* ---- strategies ---- */
    {"supervisor: {strategy: one-for-all}\nservices: [{name: a, script: [{fail: {after: 1s}}, "
     "run]}, "
     "{name: b}]",
     "1s", "cancel-delivered", "b", "strategy: one-for-all of runtime"},
    {"supervisor: {strategy: one-for-all}\nservices: [{name: a, script: [{fail: {after: 1s}}, "
     "run]}, "
     "{name: b}]",
     "1.1s", "group-restart", "runtime", "strategy: one-for-all of runtime"},
    /* ---- breakers ---- */
    {"services: [{name: a, breaker: {failures: 3, within: 60s}, script: [fail]}]", "300ms",
     "breaker-opened", "a", "breaker: failure 3 of 3 in 1m, the oldest at 0s"},
    {"services: [{name: a, breaker: {failures: 3, within: 60s}, script: [fail]}]", "300ms",
     "terminated", "a", "breaker: failure 3 of 3 in 1m, the oldest at 0s"},
    {"until: 9s\nservices: [{name: a, breaker: {failures: 2, then: half-open, cooldown: 5s}, "
     "script: "
     "[{fail: {}, times: 2}, {succeed: {after: 1s}}]}]",
     "5.1s", "breaker-half-open", "a", "breaker: a probe after its cooldown of 5s"},
    {"until: 9s\nservices: [{name: a, breaker: {failures: 2, then: half-open, cooldown: 5s}, "
     "script: "
     "[{fail: {}, times: 2}, {succeed: {after: 1s}}]}]",
     "6.1s", "breaker-closed", "a", "breaker: its probe ended clean after 1s, probe-for 5s"},
    {"until: 20s\nservices: [{name: a, breaker: {failures: 2, then: half-open, cooldown: 5s}, "
     "script: "
     "[{fail: {}, times: 2}, run]}]",
     "10.1s", "breaker-closed", "a", "breaker: its probe has lived for 5s, probe-for 5s"},
    /* ---- ends that are not followed by another attempt ---- */
    {"services: [{name: a, script: [succeed]}]", "0s", "terminated", "a",
     "restart: on-failure, and it ended clean"},
    {"services: [{name: a, restart: never, script: [fail]}]", "0s", "terminated", "a",
     "restart: never, and it ended failed"},
    {"services: [{name: a, restart: on-crash, script: [fail]}]", "0s", "terminated", "a",
     "restart: on-crash, and it ended failed"},
    {"services: [{name: a, exit: {prevent: [64]}, script: [{fail: {code: 64}}]}]", "0s",
     "terminated", "a", "exit.prevent: it holds code 64"},
    {"services: [{name: a, exit: {prevent: [crashed]}, script: [{crash: {signal: SEGV}}]}]", "0s",
     "terminated", "a", "exit.prevent: it holds crashed"},
    {"services: [{name: a, exit: {prevent: [SEGV]}, script: [{crash: {signal: SEGV}}]}]", "0s",
     "terminated", "a", "exit.prevent: it holds signal 11"},
    {"services: [{name: a, restart: {on: [crashed, timed-out]}, script: [{fail: {code: 3}}]}]",
     "0s", "terminated", "a", "restart.on: it does not hold failed, code 3"},
    {"services: [{name: a, restart: {on: [failed]}, script: [{crash: {signal: HUP}}]}]", "0s",
     "terminated", "a", "restart.on: it does not hold crashed, signal 1"},
    {"services: [{name: a, restart: {on: [crashed, timed-out]}, script: [succeed]}]", "0s",
     "terminated", "a", "restart.on: it does not hold clean, code 0"},
    {"supervisor: {groups: [{name: g, preset: {otp: {auto_shutdown: any_significant}}}]}\n"
     "services: [{name: a, group: g, preset: {otp: {restart: temporary, significant: true}}, "
     "script: [{fail: {after: 1s}}]}, {name: b, group: g}]",
     "1s", "group-shutdown", "runtime.g",
     "auto-shutdown: any of runtime.g, significant a has ended"},
    {"supervisor: {groups: [{name: g, preset: {otp: {auto_shutdown: all_significant}}}]}\n"
     "services: [{name: a, group: g, preset: {otp: {restart: temporary, significant: true}}, "
     "script: [{fail: {after: 1s}}]}, {name: b, group: g}]",
     "1s", "group-shutdown", "runtime.g",
     "auto-shutdown: all of runtime.g, significant a has ended"},
    /* ---- what cleans up behind an attempt ---- */
    {"services: [{name: a, exit: {prevent: [\"finish:128\"]}, script: [{fail: {}, finish: {takes: "
     "0s, code: 128}}]}]",
     "0s", "terminated", "a", "exit.prevent: it holds finish code 128"},
    {"services: [{name: a, exit: {prevent: [\"finish:0\"]}, script: [{fail: {}, finish: {takes: "
     "0s, "
     "code: 0}}]}]",
     "0s", "terminated", "a", "exit.prevent: it holds finish code 0"},
    {"services: [{name: a, exit: {success: [\"finish:7\"]}, script: [{fail: {code: 3}, finish: "
     "{takes: 0s, code: 7}}]}]",
     "0s", "attempt-ended", "a", "exit.success: it holds finish code 7"},
    {"until: 20s\nservices: [{name: a, stop: {finish: 2s}, script: [{fail: {after: 1s}, finish: "
     "{takes: 5s}}, run]}]",
     "3s", "abort-requested", "a", "stop: finish of 2s is over"},
    /* Its own wait is longer than what the limit asks for. */
    {"services: [{name: a, restart-limit: {max: 1, within: 1s, window: fixed, then: wait}, "
     "backoff: {base: 300ms, factor: 10, max: 5s}, script: [{fail: {}, times: 2}, run]}]",
     "300ms", "backing-off", "a",
     "backoff: failure 2 in a row, exponential f(2) = 3s; limit 1 of 1 in 1s"},
    {"supervisor: {groups: [{name: g, strategy: one-for-all, restart-limit: none}]}\n"
     "services: [{name: a, group: g, backoff: {base: 1s}, script: [fail, run]}, {name: b, group: "
     "g}]",
     "0s", "backing-off", "a", "backoff: failure 1 in a row, exponential f(1) = 1s"},
    {"supervisor: {groups: [{name: g, strategy: one-for-all, restart-limit: {max: 5, within: "
     "1m}}]}\n"
     "services: [{name: a, group: g, backoff: {base: 1s}, script: [fail, run]}, {name: b, group: "
     "g}]",
     "0s", "backing-off", "a", "backoff: failure 1 in a row, exponential f(1) = 1s"},
    {"services: [{name: a, exit: {success: [0, 143]}, script: [{fail: {code: 143}}]}]", "0s",
     "attempt-ended", "a", "exit.success: it holds code 143"},
    {"services: [{name: a, kind: task, script: [fail]}]", "0s", "terminated", "a",
     "kind: a task runs once"},
    {"services: [{name: a, kind: interval, interval: {every: 1s}, script: [done]}]", "0s",
     "terminated", "a", "kind: the call of an interval was its last"},
    {"services: [{name: a, script: [{refuse: {}}, run]}]", "0s", "attempt-ended", "a",
     "start: the executor has refused it"},
    /* ---- what is late ---- */
    {"services: [{name: a, ready: {explicit: {timeout: 2s}}, script: [{run: {}, ready: never}, "
     "{run: "
     "{}, ready: {after: 0s}}]}]",
     "2s", "cancel-delivered", "a", "ready: it was not within 2s"},
    {"services: [{name: a, ready: {explicit: {timeout: 2s}}, script: [{run: {}, ready: never}, "
     "{run: "
     "{}, ready: {after: 0s}}]}]",
     "2s", "attempt-ended", "a", "ready: it was not within 2s"},
    {"services: [{name: a, heartbeat: {stale-after: 3s, then: restart}, script: [{run: {}, beat: "
     "{every: 1s, for: 2s}}, run]}]",
     "5s", "stale", "a", "heartbeat: no beat for 3s, the last at 2s"},
    {"services: [{name: a, heartbeat: {stale-after: 3s, then: restart}, script: [{run: {}, beat: "
     "{every: 1s, for: 2s}}, run]}]",
     "5s", "cancel-delivered", "a", "heartbeat: no beat for 3s, the last at 2s"},
    {"services: [{name: a, run-for: 4s, restart: never}]", "4s", "cancel-delivered", "a",
     "run-for: it has run for 4s"},
    {"services: [{name: a, ready: {after: 1s}}]", "1s", "ready", "a", "ready: alive for 1s"},
    {"supervisor: {blocking-pool: 1}\nservices: [{name: a, kind: blocking, script: [{succeed: "
     "{after: "
     "3s}}]}, {name: b, kind: blocking, script: [succeed]}]",
     "3s", "attempt-started", "b", "pool: waited 3s for one of 1 slots"},
    {"conditions: {db: down}\nservices: [{name: a, needs: {db: {fail: {after: 1s}}}, script: "
     "[run]}]\n"
     "timeline: [{at: 500ms, set: {db: up}}]",
     "0s", "attempt-started", "a", "needs: db is down"},
    {"conditions: {db: slow}\nservices: [{name: a, needs: {db: {fail: {after: 1s}}}, script: "
     "[run]}]\n"
     "timeline: [{at: 1050ms, set: {db: up}}]",
     "1.1s", "attempt-started", "a", ""},
    {"conditions: {db: down}\nservices: [{name: a, needs: {db: {fail: {after: 1s}}}, script: "
     "[run]}]\n"
     "timeline: [{at: 500ms, refuse-starts: {service: a, times: 1}}, {at: 1050ms, set: {db: "
     "slow}}]\nuntil: 1m",
     "1.1s", "attempt-started", "a", ""},
    /* ---- stops ---- */
    {"services: [{name: a, stop: {grace: 2s, abort-wait: 1s}, script: [{hang: {}, ignore-abort: "
     "true}]}]\ntimeline: [{at: 1s, cancel: a}]",
     "1s", "cancel-delivered", "a", "operator: cancel"},
    {"services: [{name: a, stop: {grace: 2s, abort-wait: 1s}, script: [{hang: {}, ignore-abort: "
     "true}]}]\ntimeline: [{at: 1s, cancel: a}]",
     "3s", "stop-deadline", "a", "stop: grace of 2s is over"},
    {"services: [{name: a, stop: {grace: 2s, abort-wait: 1s}, script: [{hang: {}, ignore-abort: "
     "true}]}]\ntimeline: [{at: 1s, cancel: a}]",
     "3s", "abort-requested", "a", "stop: grace of 2s is over"},
    {"services: [{name: a, stop: {grace: 2s, abort-wait: 1s}, script: [{hang: {}, ignore-abort: "
     "true}]}]\ntimeline: [{at: 1s, cancel: a}]",
     "4s", "abandoned", "a", "stop: not ended 1s after its abort"},
    {"services: [{name: a, stop: {grace: 2s, abort-wait: 1s}, script: [{hang: {}, ignore-abort: "
     "true}]}]\ntimeline: [{at: 1s, cancel: a}]",
     "4s", "terminated", "a", "stop: not ended 1s after its abort"},
    {"services: [{name: a, stop: {grace: 2s, then: leave}, script: [{hang: {}}]}]\ntimeline: [{at: "
     "1s, "
     "cancel: a}]",
     "3s", "cancel-delivered", "a", "stop: grace of 2s is over, cancelled again"},
    {"services: [{name: a, stop: {grace: 2s, then: leave}, script: [{hang: {}}]}]\ntimeline: [{at: "
     "1s, "
     "cancel: a}]",
     "5s", "abandoned", "a", "stop: grace of 2s is over after its second cancel"},
    {"services: [{name: a, stop: {grace: 2s, abort: false}, script: [{hang: {}}]}]\ntimeline: "
     "[{at: 1s, "
     "cancel: a}]",
     "3s", "abandoned", "a", "stop: grace of 2s is over, and it is not aborted"},
    {"services: [{name: a, script: [{run: {}, stop-after: 500ms}]}]\ntimeline: [{at: 1s, cancel: "
     "a}]",
     "1.5s", "attempt-ended", "a", "stop: ended 500ms after it was to stop"},
    {"services: [{name: a, script: [{hang: {}}]}]\ntimeline: [{at: 1s, abort: a}]", "1s",
     "abort-requested", "a", "operator: abort"},
    {"supervisor: {shutdown: {timeout: 2s}}\nservices: [{name: a, script: [{hang: "
     "{}}]}]\ntimeline: "
     "[{at: 1s, shutdown: {}}]",
     "3s", "abort-requested", "a", "drain: its timeout is over"},
    {"supervisor: {shutdown: {timeout: 2s, abort: false}}\nservices: [{name: a, script: [{hang: "
     "{}}]}]\ntimeline: [{at: 1s, shutdown: {}}]",
     "3s", "abandoned", "a", "drain: its timeout is over, and nobody is aborted"},
    /* ---- operators ---- */
    {"services: [{name: a}]\ntimeline: [{at: 1s, pause: a}]", "1s", "paused", "a",
     "operator: pause"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, pause: a}, {at: 2s, resume: a}]", "2s", "resumed",
     "a", "operator: resume"},
    {"services: [{name: a, paused: true}]\nuntil: 1s", "0s", "paused", "a",
     "paused: it was registered so"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, quarantine: a}]", "1s", "quarantined", "a",
     "operator: quarantine"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, restart: a}]", "1s", "restarted", "a",
     "operator: restart"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, remove: a}]", "1s", "removed", "a",
     "operator: remove"},
    {"supervisor: {on-duplicate: replace}\nservices: [{name: a}]\ntimeline: [{at: 1s, spawn: "
     "{name: "
     "a}}]",
     "1s", "replaced", "a", "operator: spawn, on-duplicate: replace"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, shutdown: {}}]", "1s", "shutdown-requested", "",
     "operator: shutdown"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, shutdown: {}}]", "1s", "cancel-delivered", "a",
     "drain: the supervisor shuts down"},
    {"services: [{name: a, group: g}]\ntimeline: [{at: 1s, cancel-group: g}]", "1s",
     "group-cancelled", "runtime.g", "operator: cancel-group"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, pause: a}, {at: 2s, restart: a, expect: {result: "
     "not-active}}]",
     "2s", "command", "a", "operator: restart refused, the service is paused or quarantined"},
    {"services: [{name: a, script: [{hang: {}}]}]\ntimeline: [{at: 1s, remove: a}, {at: 2s, pause: "
     "a, "
     "expect: {result: stopping}}]",
     "2s", "command", "a",
     "operator: pause refused, it is being stopped by what is stronger: operator: remove"},
    {"services: [{name: a, preset: {systemd: {Restart: always, RestartSec: 1s, StartLimitBurst: "
     "2}}, "
     "script: [fail]}]\ntimeline: [{at: 1500ms, restart: a, expect: {result: limit}}]",
     "1.5s", "command", "a",
     "operator: restart refused, restart-limit: start 3 of 2 in 10s, window opened at 0s"},
    /* ---- significant ones, and rebirth ---- */
    {"supervisor: {groups: [{name: g, auto-shutdown: any}]}\nservices: [{name: a, group: g, "
     "restart: "
     "never, significant: true, script: [{fail: {after: 1s}}]}, {name: b, group: g}]",
     "1s", "group-shutdown", "runtime.g",
     "auto-shutdown: any of runtime.g, significant a has ended"},
    {"supervisor: {groups: [{name: g, auto-shutdown: any}]}\nservices: [{name: a, group: g, "
     "restart: "
     "never, significant: true, script: [{fail: {after: 1s}}]}, {name: b, group: g}]",
     "1s", "cancel-delivered", "b", "auto-shutdown: any of runtime.g"},
    {"supervisor: {groups: [{name: g, auto-shutdown: any}, {name: g.h, significant: true, "
     "auto-shutdown: any}]}\nservices: [{name: a, group: g.h, restart: never, significant: true, "
     "script: [{fail: {after: 1s}}]}, {name: b, group: g}]",
     "1s", "group-shutdown", "runtime.g",
     "auto-shutdown: any of runtime.g, significant runtime.g.h has ended"},
    {"supervisor: {groups: [{name: g, rebirth: fresh, restart-limit: {max: 0, within: 10s}}]}\n"
     "services: [{name: a, group: g, script: [{fail: {after: 1s}}, run]}, {name: b, group: g, "
     "restart: "
     "never, script: [succeed]}]",
     "1.1s", "group-restart", "runtime.g", "rebirth: runtime.g starts as it was declared"},
    {"supervisor: {groups: [{name: g, rebirth: fresh, restart-limit: {max: 0, within: 10s}}]}\n"
     "services: [{name: a, group: g, script: [{fail: {after: 1s}}, run]}, {name: b, group: g, "
     "restart: "
     "never, script: [succeed]}]",
     "1.1s", "registered", "b", "rebirth: runtime.g starts as it was declared"},
    /* ---- what tells no decision ---- */
    {"services: [{name: a, script: [{fail: {after: 1s}}, run]}]", "0s", "registered", "a", ""},
    {"services: [{name: a, script: [{fail: {after: 1s}}, run]}]", "0s", "attempt-started", "a", ""},
    {"services: [{name: a, script: [{fail: {after: 1s}}, run]}]", "1s", "attempt-ended", "a", ""},
    {"services: [{name: a, ready: {explicit: {timeout: 5s}}, script: [{run: {}, ready: {after: "
     "1s}}]}]",
     "1s", "ready", "a", ""},
    {"services: [{name: a}]\ntimeline: [{at: 1s, pause: a}]", "1s", "command", "a", ""},
    {"services: [{name: a}]\ntimeline: [{at: 1s, shutdown: {}}]", "1s", "drained", "", ""},
    {"conditions: {db: up}\nservices: [{name: a}]\ntimeline: [{at: 1s, set: {db: down}}]", "1s",
     "condition", "", ""},
};

/* `@` of the pattern stands for anything without a blank: what was drawn. */
static bool is_like(const char *words, size_t length, const char *pattern)
{
    const char *end = words + length;
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '@') {
            while (words < end && *words != ' ') {
                words++;
            }
        } else if (words == end || *words++ != *pattern) {
            return false;
        }
    }
    return words == end;
}

/* The first event of the row's: its words are the row's, and stand last. */
static bool holds(const char *line, const struct row *row)
{
    const char *end = strchr(line, '\n');
    const char *words = strstr(line, ",\"because\":\"");
    if (words == NULL || words > end) {
        return row->because[0] == '\0';
    }
    words += strlen(",\"because\":\"");
    return end - words >= 2 && memcmp(end - 2, "\"}", 2) == 0 &&
           is_like(words, (size_t)(end - 2 - words), row->because);
}

static const char *find(const char *trace, const struct row *row)
{
    char wanted[64], who[192];
    uint64_t at;
    const char *why;
    assert_int_equal(sim_duration_parse(row->at, &at, &why), SUP_OK);
    (void)snprintf(wanted, sizeof(wanted), "{\"t\":%" PRIu64 ",\"n\":", at);
    bool group = strncmp(row->who, "runtime", 7) == 0;
    (void)snprintf(who, sizeof(who), "\"event\":\"%s\"%s%s%s%s", row->event,
                   row->who[0] == '\0' ? ""
                   : group             ? ",\"group\":\""
                                       : ",\"service\":\"",
                   row->who, row->who[0] == '\0' ? "" : "\"", "");
    for (const char *line = trace; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *found = strstr(line, who);
        if (strncmp(line, wanted, strlen(wanted)) == 0 && found != NULL &&
            found < strchr(line, '\n')) {
            return line;
        }
    }
    return NULL;
}

#define EVENTS_MAX 2000u

static void because__each_kind_of_decision_exact_words(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[2048];
        struct told told;
        (void)snprintf(text, sizeof(text), HEAD "%s\n", rows[i].text);
        told_run(text, &told);
        assert_in_range(told.result.events, 1, EVENTS_MAX); /* none goes on for ever */
        const char *line = find(told.result.trace, &rows[i]);
        if (line == NULL || !holds(line, &rows[i])) {
            print_message("row %zu: %s %s %s: wanted \"%s\", found %.*s\n%s\n", i, rows[i].at,
                          rows[i].event, rows[i].who, rows[i].because,
                          line == NULL ? 7 : (int)strcspn(line, "\n"),
                          line == NULL ? "nothing" : line, text);
            told_show(&told);
            wrong++;
        }
        told_forget(&told);
    }
    assert_int_equal(wrong, 0);
}

/* What nobody reads is the same run. */
static void because__nobody_reads_same_hash(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[2048];
        struct told told;
        (void)snprintf(text, sizeof(text), HEAD "%s\n", rows[i].text);
        told_run(text, &told);
        uint64_t hash = told.result.hash;
        const struct sim_run_options options = {.once = true};
        told_run_with(&told, &options);
        assert_true(told.result.hash == hash && hash != 0);
        told_forget(&told);
    }
}

/* A plan gives up for the reason that the run tells, in the same words. */
static void because__plan_and_run_same_words(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "restart-limit: {max: 2, within: 10s}",
        "restart-limit: {max: 2, within: 10s, then: quarantine}",
        "restart-limit: {max: 2, window: streak}",
        "restart-limit: {max: 1, window: decay, half-life: 2s}",
        "restart-limit: {max: 1, within: 10s, counts: [failed]}",
        "backoff: {base: 1s, factor: 1}, restart-limit: {max: 1, within: 10s, window: once}",
        "preset: {systemd: {Restart: always}}",
        "preset: supervisord",
        "max-restarts: 2",
        "breaker: {failures: 3}",
        "restart: never",
        "restart: {on: [crashed, timed-out]}",
        "exit: {prevent: [1]}",
    };
    for (size_t i = 0; i < COUNT(keys); i++) {
        char text[512], words[SIM__BECAUSE_BYTES + 16];
        struct told told;
        (void)snprintf(text, sizeof(text), HEAD "services: [{name: a, %s, script: [fail]}]\n",
                       keys[i]);
        told_run(text, &told);
        struct sim__plan_ask ask = {.scenario = told.scenario,
                                    .service = &told.scenario->services[0]};
        struct sim__plan plan;
        assert_null(sim__life_parse("fail", &ask.life));
        assert_int_equal(sim__plan_run(&ask, &plan), SUP_OK);
        assert_true(plan.because.length > 0);
        (void)snprintf(words, sizeof(words), "\"because\":\"%s\"}",
                       sim__text_string(&plan.because));
        const char *end = strstr(told.result.trace, "\"event\":\"terminated\"");
        end = end != NULL ? end : strstr(told.result.trace, "\"event\":\"quarantined\"");
        assert_non_null(end);
        const char *found = strstr(end, words);
        assert_true(found != NULL && found < strchr(end, '\n'));
        sim__plan_release(&plan);
        told_forget(&told);
    }
}

/* Without a supervisor there is nobody to be asked. */
static void because__event_of_nobody_no_words(void **state)
{
    (void)state;
    const struct sup_event event = {.type = SUP_EVENT_TERMINATED, .slot = UINT32_MAX};
    char line[512];
    (void)sim_event_json(&event, line, sizeof(line));
    assert_null(strstr(line, "because"));
}

static struct sup_instant at_zero(void *context)
{
    (void)context;
    return (struct sup_instant){0};
}

static int start(void *context, const struct sup_start *started, const char **ret_error)
{
    (void)context;
    (void)started;
    (void)ret_error;
    return SUP_OK;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

/* What no supervisor sends is asked about in vain, and what it sends never is: whatever event is
 * made up about who is there, it has words. */
static void because__made_up_events_no_harm(void **state)
{
    (void)state;
    struct sup *sup;
    struct sup_config config;
    sup_config_default(&config);
    config.clock = (struct sup_clock){at_zero, NULL};
    config.executor = (struct sup_executor){start, stop, stop, stop, NULL};
    config.alloc = sup_allocator_libc;
    assert_int_equal(sup_create(&config, &sup), SUP_OK);
    struct sup_policy policy;
    sup_policy_default(&policy);
    const struct sup_spec spec = {.name = "a", .policy = &policy};
    assert_int_equal(sup_spawn(sup, &spec), SUP_OK);
    for (uint32_t type = 0; type < SUP_EVENT_TYPES + 2; type++) {
        for (uint32_t slot = 0; slot < 3; slot++) {
            struct sup_event event = {.type = (enum sup_event_type)type,
                                      .slot = slot == 2 ? UINT32_MAX : slot,
                                      .outcome = SUP_OUTCOME_CANCELLED,
                                      .reason = SUP_REASON_CANCELLED,
                                      .result = SUP_ELIMIT,
                                      .streak = 1};
            char words[SIM__BECAUSE_BYTES];
            struct sim__text text;
            sim__text_init_fixed(&text, words, sizeof(words));
            struct sup_grounds grounds;
            event.service = slot == 0 ? "a" : NULL;
            bool known = type < SUP_EVENT_TYPES && slot != 1;
            assert_int_equal(sup_grounds_of(sup, &event, &grounds), known ? SUP_OK : SUP_EINVAL);
            sim__because_put(sup, &event, &text);
            enum sim__decides decides = sim__event_decides(&event);
            if (!known || decides == SIM__DECIDES_NEVER) {
                assert_string_equal(words, "");
            } else if (decides == SIM__DECIDES_ALWAYS && type != SUP_EVENT_BACKING_OFF) {
                assert_true(words[0] != '\0');
            }
            assert_true(text.length < sizeof(words));
        }
    }
    sup_free(sup);
}

/* The last words about a cancelled attempt. */
struct asked {
    struct sup *sup;
    char words[SIM__BECAUSE_BYTES];
};

static void ask(void *context, const struct sup_event *event)
{
    struct asked *asked = context;
    if (event->type == SUP_EVENT_CANCEL_DELIVERED) {
        struct sim__text text;
        sim__text_init_fixed(&text, asked->words, sizeof(asked->words));
        sim__because_put(asked->sup, event, &text);
    }
}

/* Who hangs on a token and is cancelled by an operator is told so; by the token, that. */
static void because__a_token_is_no_operator(void **state)
{
    (void)state;
    static const struct sup_actor actor = {"me", "test"};
    for (int by_token = 0; by_token < 2; by_token++) {
        struct asked asked = {.words = ""};
        struct sup_token token;
        struct sup_config config;
        sup_token_init(&token, NULL);
        sup_config_default(&config);
        config.clock = (struct sup_clock){at_zero, NULL};
        config.executor = (struct sup_executor){start, stop, stop, stop, NULL};
        config.alloc = sup_allocator_libc;
        assert_int_equal(sup_create(&config, &asked.sup), SUP_OK);
        assert_int_equal(sup_subscribe(asked.sup, ask, &asked), SUP_OK);
        const struct sup_spec spec = {.name = "a", .token = &token};
        assert_int_equal(sup_spawn(asked.sup, &spec), SUP_OK);
        if (by_token == 1) {
            sup_token_cancel(&token);
        } else {
            assert_int_equal(sup_cancel(asked.sup, "a", &actor, NULL), SUP_OK);
        }
        assert_string_equal(asked.words, by_token == 1 ? "token: cancel" : "operator: cancel");
        sup_free(asked.sup);
        sup_token_release(&token);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(because__each_kind_of_decision_exact_words),
        cmocka_unit_test(because__nobody_reads_same_hash),
        cmocka_unit_test(because__plan_and_run_same_words),
        cmocka_unit_test(because__event_of_nobody_no_words),
        cmocka_unit_test(because__made_up_events_no_harm),
        cmocka_unit_test(because__a_token_is_no_operator),
    };
    return cmocka_run_group_tests_name("because", tests, NULL, NULL);
}
