/* The keys of every map of a file, each list once: it makes the reader's enum and
 * its names. What a map's keys are besides (behaviours, steps, actions, facts, events'
 * keys) are lists of "sim/words.h". scripts/check-words holds the schema and the
 * manual against them.
 */
#ifndef SIM_SCENARIO_KEYS_H
#define SIM_SCENARIO_KEYS_H

#include "key.h"
#include "sim/words.h"

/* What a map may have: the place of each key in its list, from 1 on; 0: it has no such key. */
struct sim__keys {
    uint32_t count;
    uint8_t at[SIM__KEYS];
};

/* A list of X(ID, "name", ...) as the ids of an enum, as what a map may have, and as an array of
 * names:
 *
 *     enum { SIM__BACKOFF_KEYS(SIM__ID) KEYS };
 *     static const struct sim__keys keys = {KEYS, {SIM__BACKOFF_KEYS(SIM__AT)}};
 *     static const char *const names[KEYS] = {SIM__BACKOFF_KEYS(SIM__NAME)};
 */
#define SIM__FIRST(name, ...) name
#define SIM__ID(id, ...) id,
#define SIM__KEY(id, ...) SIM__KEY_##id,
#define SIM__PLACE(key, place) [key] = 1 + (place)
#define SIM__AT(id, ...) SIM__PLACE(SIM__KEY_##id, id),
#define SIM__BEHAVIOUR_AT(id, ...) SIM__PLACE(SIM__KEY_##id, SIM_##id),
#define SIM__STEP_AT(id, ...) SIM__PLACE(SIM__KEY_##id, SIM_STEP_##id),
#define SIM__ACTION_AT(id, ...) SIM__PLACE(SIM__KEY_##id, SIM_ACT_##id),
#define SIM__NAME(id, ...) SIM__FIRST(__VA_ARGS__, 0),

/* clang-format off */

#define SIM__ROOT_KEYS(X) /* the file */ \
    X(SCENARIO, "scenario") X(NAME, "name") X(ABOUT, "about") X(SEED, "seed") \
    X(UNTIL, "until") X(SUPERVISOR, "supervisor") X(DEFAULTS, "defaults") \
    X(VARY, "vary") X(INCLUDE, "include") X(POLICIES, "policies") \
    X(SERVICES, "services") X(TIMELINE, "timeline") X(EXPECT, "expect") \
    X(MEASURES, "measures") X(VERDICT, "verdict") X(VIRTUAL_ONLY, "virtual-only") \
    X(CONDITIONS, "conditions")
#define SIM__SHARED_KEYS(X) /* a file that is included */ \
    X(SCENARIO, "scenario") X(INCLUDE, "include") X(POLICIES, "policies") \
    X(DEFAULTS, "defaults") X(CONDITIONS, "conditions") X(MEASURES, "measures") \
    X(GROUPS, "groups")
#define SIM__SUPERVISOR_KEYS(X) /* `supervisor` */ \
    X(SHUTDOWN, "shutdown") X(BLOCKING_POOL, "blocking-pool") X(STRATEGY, "strategy") \
    X(RESTART_LIMIT, "restart-limit") X(ON_DUPLICATE, "on-duplicate") X(ORDER, "order") \
    X(GROUPS, "groups") X(CLOCK, "clock") X(AUTO_SHUTDOWN, "auto-shutdown") \
    X(PRESET, "preset")
#define SIM__SHUTDOWN_KEYS(X) /* `supervisor.shutdown` */ \
    X(TIMEOUT, "timeout") X(ORDER, "order") X(ABORT, "abort")
#define SIM__GROUP_KEYS(X) /* an entry of `supervisor.groups` */ \
    X(NAME, "name") X(STRATEGY, "strategy") X(RESTART_LIMIT, "restart-limit") \
    X(AUTO_SHUTDOWN, "auto-shutdown") X(SIGNIFICANT, "significant") X(REBIRTH, "rebirth") \
    X(PRESET, "preset")
#define SIM__SERVICE_KEYS(X) /* a service */ \
    X(NAME, "name") X(COUNT, "count") X(GROUP, "group") X(SCRIPT, "script") X(TASK, "task") \
    X(EXEC, "exec") X(POLICY, "policy") \
    X(RESTART, "restart") X(MAX_RESTARTS, "max-restarts") X(BACKOFF, "backoff") \
    X(CLEAN_EXIT_DELAY, "clean-exit-delay") X(BREAKER, "breaker") \
    X(RESTART_LIMIT, "restart-limit") X(READY, "ready") X(HEARTBEAT, "heartbeat") \
    X(STOP, "stop") X(KIND, "kind") X(INTERVAL, "interval") X(NEEDS, "needs") \
    X(EXIT, "exit") X(CLEAN_EXITS, "clean-exits") X(OPERATOR, "operator") \
    X(PAUSED, "paused") X(SIGNIFICANT, "significant") \
    X(RUN_FOR, "run-for") \
    X(PRESET, "preset") X(LAG, "lag")
#define SIM__LAG_KEYS(X) /* `lag` */ \
    X(START, "start") X(END, "end") X(TIMER, "timer") X(POLL, "poll")
#define SIM__LAG_TIMER_KEYS(X) /* `lag.timer` */ \
    X(GRID, "grid") X(SPREAD, "spread")
#define SIM__OPERATOR_KEYS(X) /* `operator` */ \
    X(CLEARS, "clears") X(COUNTS, "counts") X(WAITS, "waits") X(STOP_CLEARS, "stop-clears")
#define SIM__RESTART_KEYS(X) /* `restart`, where it is a map */ \
    X(ON, "on")
#define SIM__EXIT_KEYS(X) /* `exit` */ \
    X(SUCCESS, "success") X(PREVENT, "prevent") X(FORCE, "force")
#define SIM__BACKOFF_KEYS(X) /* `backoff` */ \
    X(BASE, "base") X(MAX, "max") X(FACTOR, "factor") X(JITTER, "jitter") \
    X(RESET_AFTER, "reset-after") X(RESET, "reset") X(SHAPE, "shape") X(STEP, "step") \
    X(STEPS, "steps") X(WAITS, "waits") X(FIRST, "first") X(GRAIN, "grain") \
    X(OVER_CAP, "over-cap") X(FROM, "from") X(AFTER_READY, "after-ready") \
    X(RESET_FROM, "reset-from") X(RESET_POLL, "reset-poll")
#define SIM__JITTER_KEYS(X) /* `backoff.jitter`, where it is a map */ \
    X(ADD, "add")
#define SIM__BREAKER_KEYS(X) /* `breaker` */ \
    X(FAILURES, "failures") X(WITHIN, "within") X(THEN, "then") X(COOLDOWN, "cooldown") \
    X(PROBE_FOR, "probe-for")
#define SIM__LIMIT_KEYS(X) /* `restart-limit` */ \
    X(MAX, "max") X(WITHIN, "within") X(THEN, "then") X(WINDOW, "window") \
    X(COUNTS, "counts") X(HALF_LIFE, "half-life") X(GRAIN, "grain")
#define SIM__THEN_KEYS(X) /* `then` of `restart-limit`, where it is a map */ \
    X(PAUSE, "pause")
#define SIM__READY_KEYS(X) /* `ready` of a service */ \
    X(EXPLICIT, "explicit") X(AFTER, "after")
#define SIM__EXPLICIT_KEYS(X) /* `ready.explicit` */ \
    X(TIMEOUT, "timeout")
#define SIM__HEARTBEAT_KEYS(X) /* `heartbeat` */ \
    X(STALE_AFTER, "stale-after") X(THEN, "then")
#define SIM__STOP_KEYS(X) /* `stop` */ \
    X(GRACE, "grace") X(ABORT_WAIT, "abort-wait") X(FINISH, "finish") X(THEN, "then") \
    X(ABORT, "abort") X(SIGNAL, "signal")
#define SIM__INTERVAL_KEYS(X) /* `interval` */ \
    X(EVERY, "every") X(MODE, "mode")
#define SIM__MODIFIER_KEYS(X) /* an item of a script, behaviours aside */ \
    X(TIMES, "times") X(READY, "ready") X(BEAT, "beat") X(STOP_AFTER, "stop-after") \
    X(IGNORE_CANCEL, "ignore-cancel") X(IGNORE_ABORT, "ignore-abort") X(FINISH, "finish")
#define SIM__FINISH_KEYS(X) /* `finish` of a script */ \
    X(TAKES, "takes") X(CODE, "code")
#define SIM__NEED_KEYS(X) /* an entry of `needs`, behaviours and modifiers aside */ \
    X(LIVE, "live") X(ERROR, "error") X(CODE, "code") X(SIGNAL, "signal")
#define SIM__LIVE_KEYS(X) /* `fail` and `crash` of `live` */ \
    X(ERROR, "error") X(CODE, "code") X(SIGNAL, "signal")
#define SIM__SUCCEED_KEYS(X) /* `succeed` and `done` of a script */ \
    X(AFTER, "after") X(VALUE, "value")
#define SIM__FAIL_KEYS(X) /* `fail` of a script */ \
    X(AFTER, "after") X(ERROR, "error") X(CODE, "code")
#define SIM__CRASH_KEYS(X) /* `crash` of a script */ \
    X(AFTER, "after") X(SIGNAL, "signal")
#define SIM__BEAT_KEYS(X) /* `beat` of a script */ \
    X(EVERY, "every") X(FOR, "for")
#define SIM__REPEAT_KEYS(X) /* `repeat` */ \
    X(TIMES, "times") X(STEPS, "steps")
#define SIM__CHOICE_KEYS(X) /* an entry of `choose` */ \
    X(WEIGHT, "weight") X(STEPS, "steps")
#define SIM__ENTRY_KEYS(X) /* an entry of `timeline`, actions aside */ \
    X(AT, "at") X(EVERY, "every") X(FROM, "from") X(TO, "to") X(WHO, "who") X(WHY, "why") \
    X(EXPECT, "expect") X(ERROR, "error") X(CODE, "code") X(SIGNAL, "signal") \
    X(EACH, "each")
#define SIM__ANY_KEYS(X) /* an entry of `timeline`, or an instant of one, that is left open */ \
    X(ANY, "any")
#define SIM__WAIT_IDLE_KEYS(X) /* `wait-idle` */ \
    X(GROUP, "group") X(TIMEOUT, "timeout")
#define SIM__REFUSE_KEYS(X) /* `refuse-starts` */ \
    X(SERVICE, "service") X(TIMES, "times") X(ERROR, "error")
#define SIM__END_KEYS(X) /* `fail`, `crash` and `succeed` of the timeline, with their details */ \
    X(SERVICE, "service") X(ERROR, "error") X(CODE, "code") X(SIGNAL, "signal")
#define SIM__DRAWN_TARGET_KEYS(X) /* a target of an action that is drawn */ \
    X(ONE_OF, "one-of") X(SOME, "some") X(OF, "of")
#define SIM__RESULT_KEYS(X) /* `expect` of an action */ \
    X(RESULT, "result") X(ACTIVE, "active") X(ERROR, "error") X(VALUE, "value") \
    X(IDEMPOTENT, "idempotent") \
    X(CANCEL_DELIVERED, "cancel-delivered") X(OPERATION_BEFORE, "operation-before") \
    X(OPERATION_AFTER, "operation-after") X(STOP_STATE, "stop-state") X(ATTEMPT, "attempt")
#define SIM__EXPECT_KEYS(X) /* an entry of `expect` */ \
    X(AT, "at") X(BY, "by") X(ALWAYS, "always") X(NEVER, "never") X(SERVICE, "service") \
    X(IS, "is") X(COUNT, "count") X(GROUP, "group") X(SUPERVISOR, "supervisor") \
    X(METRICS, "metrics") X(STARTS, "starts") X(DELAYS, "delays") X(EVENTS, "events") \
    X(EXACTLY, "exactly") X(DRAIN, "drain") X(SOMETIMES, "sometimes") \
    X(TALLY, "tally") X(EACH, "each") X(PEAK, "peak") X(FOLLOWS, "follows") X(THEN, "then") \
    X(WITHIN, "within") X(ANY_SERVICE, "any-service") X(OPEN, "open") X(MEASURE, "measure") \
    X(OVER, "over") X(CONDITIONS, "conditions") X(SAME_STORY, "same-story") \
    X(PLAN, "plan")
#define SIM__OVER_KEYS(X) /* an entry of `expect` with `over: seeds`; also p1 to p99 */ \
    X(MEASURE, "measure") X(OVER, "over") X(MIN, "min") X(MEDIAN, "median") X(MAX, "max")
#define SIM__FILTER_KEYS(X) /* a filter of events, the keys of the event aside */ \
    X(EVENT, "event") X(FROM, "from") X(TO, "to")
#define SIM__PEAK_KEYS(X) /* `peak`, those of a filter aside */ \
    X(WITHIN, "within")
#define SIM__MEASURE_KEYS(X) /* a measure */ \
    X(TALLY, "tally") X(PEAK, "peak") X(FROM, "from") X(UNTIL, "until") X(TIME, "time") \
    X(METRIC, "metric") X(SERVICE, "service") X(GROUP, "group") X(TAKE, "take")
#define SIM__STATE_KEYS(X) /* `from` and `until` of a measure, where it is a state */ \
    X(SERVICE, "service") X(IS, "is") X(COUNT, "count")
#define SIM__TIME_KEYS(X) /* `time` of a measure */ \
    X(SERVICE, "service") X(IS, "is")
#define SIM__GROUP_FACTS_KEYS(X) /* `is` of a group */ \
    X(CANCELLED, "cancelled") X(ACTIVE, "active")
#define SIM__PHASE_KEYS(X) /* `supervisor` of an expectation */ \
    X(PHASE, "phase")
#define SIM__DRAIN_KEYS(X) /* `drain` */ \
    X(TOOK, "took") X(TIMED_OUT, "timed-out") X(ALREADY_EXITED, "already-exited") \
    X(GRACEFUL, "graceful") X(ABORTED, "aborted") X(ABANDONED, "abandoned")
#define SIM__RANGE_KEYS(X) /* a range */ \
    X(MIN, "min") X(MAX, "max")
#define SIM__PLAN_KEYS(X) /* `plan` of an expectation */ \
    X(SERVICE, "service") X(WHEN, "when") X(WAITS, "waits") X(STARTS, "starts") \
    X(GIVES_UP, "gives-up") X(WHY, "why") X(VERDICT, "verdict") X(EDGE, "edge")
#define SIM__SAME_STORY_KEYS(X) /* `same-story` */ \
    X(SERVICES, "services") X(OF, "of") X(WITHIN, "within")
#define SIM__BOUNDS_KEYS(X) /* in place of a list of starts or delays */ \
    X(MIN, "min") X(MAX, "max") X(COUNT, "count")
#define SIM__NOT_KEYS(X) /* what a value must not be */ \
    X(NOT, "not")

/* clang-format on */

#endif
