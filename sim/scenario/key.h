/* The words that are keys of some map of a file: what a key is called is found out once, when
 * its entry is made, and then it is a number. Any other word may be a key as well, of a map
 * that somebody names the entries of.
 */
#ifndef SIM_SCENARIO_KEY_H
#define SIM_SCENARIO_KEY_H

#include <stddef.h>
#include <stdint.h>

/* clang-format off */

/* All that the lists of keys.h and sim/words.h have: the shorter first, then by their bytes. */
#define SIM__KEY_WORDS(X) \
    X(AT, "at") X(BY, "by") X(DO, "do") X(IS, "is") X(OF, "of") X(ON, "on") X(TO, "to") \
    X(ADD, "add") X(ANY, "any") X(END, "end") X(EXP, "exp") X(FOR, "for") X(LAG, "lag") \
    X(MAX, "max") X(MIN, "min") X(NOT, "not") X(RUN, "run") X(SET, "set") X(WHO, "who") \
    X(WHY, "why") X(BASE, "base") X(BEAT, "beat") X(CALM, "calm") X(CODE, "code") \
    X(DONE, "done") X(EACH, "each") X(EDGE, "edge") X(EXEC, "exec") X(EXIT, "exit") \
    X(FAIL, "fail") X(FROM, "from") X(GRID, "grid") X(HANG, "hang") X(JOIN, "join") \
    X(KIND, "kind") X(LIVE, "live") X(MODE, "mode") X(NAME, "name") X(OPEN, "open") \
    X(OVER, "over") X(PEAK, "peak") X(PICK, "pick") X(PLAN, "plan") X(POLL, "poll") \
    X(SEED, "seed") X(SOME, "some") X(STEP, "step") X(STOP, "stop") X(TAKE, "take") \
    X(TASK, "task") X(TEXT, "text") X(THEN, "then") X(TIME, "time") X(TOOK, "took") \
    X(VARY, "vary") X(WHEN, "when") X(ABORT, "abort") X(ABOUT, "about") X(AFTER, "after") \
    X(CLOCK, "clock") X(COUNT, "count") X(CRASH, "crash") X(DELAY, "delay") X(DRAIN, "drain") \
    X(ERROR, "error") X(EVENT, "event") X(EVERY, "every") X(FIRST, "first") X(FORCE, "force") \
    X(GRACE, "grace") X(GRAIN, "grain") X(GROUP, "group") X(LIMIT, "limit") X(NEEDS, "needs") \
    X(NEVER, "never") X(ORDER, "order") X(PAUSE, "pause") X(PHASE, "phase") X(READY, "ready") \
    X(RESET, "reset") X(SHAPE, "shape") X(SLEEP, "sleep") X(SPAWN, "spawn") X(STALL, "stall") \
    X(START, "start") X(STATE, "state") X(STEPS, "steps") X(TAKES, "takes") X(TALLY, "tally") \
    X(TIMER, "timer") X(TIMES, "times") X(UNTIL, "until") X(VALUE, "value") X(WAITS, "waits") \
    X(ACTIVE, "active") X(ALWAYS, "always") X(CANCEL, "cancel") X(CHOOSE, "choose") \
    X(CLEARS, "clears") X(COUNTS, "counts") X(DELAYS, "delays") X(EVENTS, "events") \
    X(EXISTS, "exists") X(EXPECT, "expect") X(FACTOR, "factor") X(FINISH, "finish") \
    X(FORGET, "forget") X(GROUPS, "groups") X(JITTER, "jitter") X(MEDIAN, "median") \
    X(METRIC, "metric") X(ONE_OF, "one-of") X(PAUSED, "paused") X(POLICY, "policy") \
    X(PRESET, "preset") X(REASON, "reason") X(REFUSE, "refuse") X(REMOVE, "remove") \
    X(REPEAT, "repeat") X(RESULT, "result") X(RESUME, "resume") X(SCRIPT, "script") \
    X(SIGNAL, "signal") X(SPREAD, "spread") X(STARTS, "starts") X(STREAK, "streak") \
    X(WEIGHT, "weight") X(WINDOW, "window") X(WITHIN, "within") X(ABORTED, "aborted") \
    X(ATTEMPT, "attempt") X(BACKOFF, "backoff") X(BREAKER, "breaker") X(COMMAND, "command") \
    X(EXACTLY, "exactly") X(FOLLOWS, "follows") X(INCLUDE, "include") X(MEASURE, "measure") \
    X(METRICS, "metrics") X(OUTCOME, "outcome") X(PREVENT, "prevent") X(REBIRTH, "rebirth") \
    X(RESTART, "restart") X(RUN_FOR, "run-for") X(SERVICE, "service") X(SETTLED, "settled") \
    X(SUCCEED, "succeed") X(SUCCESS, "success") X(TIMEOUT, "timeout") X(UNIFORM, "uniform") \
    X(VERDICT, "verdict") X(COOLDOWN, "cooldown") X(DEFAULTS, "defaults") \
    X(EXPLICIT, "explicit") X(FAILURES, "failures") X(GIVES_UP, "gives-up") \
    X(GRACEFUL, "graceful") X(INTERVAL, "interval") X(MEASURES, "measures") \
    X(OPERATOR, "operator") X(OVER_CAP, "over-cap") X(POLICIES, "policies") \
    X(RESTARTS, "restarts") X(SCENARIO, "scenario") X(SERVICES, "services") \
    X(SHUTDOWN, "shutdown") X(STRATEGY, "strategy") X(TIMELINE, "timeline") \
    X(ABANDONED, "abandoned") X(AVAILABLE, "available") X(CANCELLED, "cancelled") \
    X(HALF_LIFE, "half-life") X(HEARTBEAT, "heartbeat") X(NOT_READY, "not-ready") \
    X(ON_CANCEL, "on-cancel") X(OPERATION, "operation") X(PROBE_FOR, "probe-for") \
    X(READINESS, "readiness") X(SOMETIMES, "sometimes") X(TIMED_OUT, "timed-out") \
    X(WAIT_IDLE, "wait-idle") X(ABORT_WAIT, "abort-wait") X(CONDITIONS, "conditions") \
    X(GENERATION, "generation") X(IDEMPOTENT, "idempotent") X(LAST_ERROR, "last-error") \
    X(LIMIT_USED, "limit-used") X(QUARANTINE, "quarantine") X(RESET_FROM, "reset-from") \
    X(RESET_POLL, "reset-poll") X(SAME_STORY, "same-story") X(STOP_AFTER, "stop-after") \
    X(STOP_STATE, "stop-state") X(SUPERVISOR, "supervisor") X(AFTER_READY, "after-ready") \
    X(ANY_SERVICE, "any-service") X(CLEAN_EXITS, "clean-exits") X(FORCE_ABORT, "force-abort") \
    X(REASON_TEXT, "reason-text") X(RESET_AFTER, "reset-after") X(SIGNIFICANT, "significant") \
    X(STALE_AFTER, "stale-after") X(STOP_CLEARS, "stop-clears") X(CANCEL_GROUP, "cancel-group") \
    X(IGNORE_ABORT, "ignore-abort") X(MAX_RESTARTS, "max-restarts") \
    X(ON_DUPLICATE, "on-duplicate") X(RUNNING_TIME, "running-time") \
    X(VIRTUAL_ONLY, "virtual-only") X(AUTO_SHUTDOWN, "auto-shutdown") \
    X(BLOCKING_POOL, "blocking-pool") X(IGNORE_CANCEL, "ignore-cancel") \
    X(REFUSE_STARTS, "refuse-starts") X(RESTART_LIMIT, "restart-limit") \
    X(ALREADY_EXITED, "already-exited") X(LIMIT_EXHAUSTED, "limit-exhausted") \
    X(LIMIT_REMAINING, "limit-remaining") X(OPERATION_AFTER, "operation-after") \
    X(CANCEL_DELIVERED, "cancel-delivered") X(CLEAN_EXIT_DELAY, "clean-exit-delay") \
    X(OPERATION_BEFORE, "operation-before")

/* clang-format on */

enum sim__key {
    SIM__KEY_NONE, /* any other word */
#define SIM__X(id, word) SIM__KEY_##id,
    SIM__KEY_WORDS(SIM__X)
#undef SIM__X
        SIM__KEYS
};

const char *sim__key_word(enum sim__key key);
/* SIM__KEY_NONE for what is none of them. */
enum sim__key sim__key_of(const char *word, size_t length);

#endif
