/* What a generated scenario may have in it, each thing once: its id, its name in reports,
 * and in how many seeds of a hundred it is on. A seed has a random subset of them, so that
 * what hides behind one thing shows where that is off.
 */
#ifndef SIM_FUZZ_FEATURES_H
#define SIM_FUZZ_FEATURES_H

/* clang-format off */
#define SIM__FUZZ_FEATURES(X) \
    /* values */ \
    X(EDGES, "one-nanosecond-edges", 30) \
    X(ZEROES, "zero-lengths", 40) \
    X(DRAWN, "drawn-lengths", 40) \
    X(DEFAULTS, "defaults", 50) \
    X(POLICIES, "named-policies", 20) \
    X(COUNTS, "counted-services", 50) \
    /* supervisor */ \
    X(ORDER_RANDOM, "random-order", 20) \
    X(REVERSE, "reverse-drain", 40) \
    X(NO_ABORT, "drain-without-abort", 20) \
    X(REPLACE, "replaced-duplicates", 30) \
    X(CLOCK, "another-clock", 40) \
    /* groups */ \
    X(GROUPS, "groups", 70) \
    X(NESTED, "nested-groups", 50) \
    X(ALL, "one-for-all", 50) \
    X(REST, "rest-for-one", 50) \
    X(GROUP_LIMITS, "group-limits", 50) \
    X(ROOT_LIMIT, "root-limit", 10) \
    X(ESCALATE, "escalation", 50) \
    X(BRITTLE, "brittle-groups", 45) \
    X(SHUTDOWNS, "groups-that-shut-down", 10) \
    X(REBIRTHS, "groups-made-anew", 30) \
    /* policies */ \
    X(RESTARTS, "restart-classes", 70) \
    X(LIFE, "max-restarts", 30) \
    X(LIMITS, "restart-limits", 50) \
    X(QUARANTINE, "quarantine-by-limit", 50) \
    X(BACKOFFS, "backoffs", 80) \
    X(JITTER, "jitter", 40) \
    X(FORGIVING, "forgiveness", 50) \
    X(BREAKERS, "breakers", 50) \
    X(HALF_OPEN, "half-open", 60) \
    X(SETS, "sets-of-ends", 40) \
    X(COUNTED, "counted-clean-exits", 30) \
    X(ANCHORS, "waits-from-elsewhere", 30) \
    X(SETTLED, "waits-after-readiness", 30) \
    X(WINDOWS, "windows-of-limits", 30) \
    X(RESETS, "forgiveness-from-elsewhere", 30) \
    X(OPERATORS, "operators-that-count", 25) \
    X(PAUSED, "paused-from-the-beginning", 8) \
    /* kinds */ \
    X(TASKS, "tasks", 30) \
    X(BLOCKING, "blocking", 40) \
    X(INTERVALS, "intervals", 40) \
    /* liveness */ \
    X(READY, "explicit-readiness", 50) \
    X(BY_TIME, "readiness-by-time", 40) \
    X(HEARTBEATS, "heartbeats", 50) \
    X(BEATS, "beats", 60) \
    X(RUN_FOR, "run-times", 15) \
    /* stops */ \
    X(STOPS, "stop-times", 80) \
    X(SLOW_STOPS, "slow-stops", 50) \
    X(DEAF, "ignored-cancels", 40) \
    X(LADDERS, "other-stops", 30) \
    X(UNKILLABLE, "late-reports", 50) \
    X(FINISHES, "finish-scripts", 30) \
    X(LAGS, "lag", 25) \
    /* scripts */ \
    X(SUCCEED, "clean-exits", 70) \
    X(CRASH, "crashes", 60) \
    X(HANG, "hangs", 40) \
    X(REFUSE, "refused-scripts", 30) \
    X(DONE, "done", 30) \
    X(STEPS, "steps", 40) \
    X(ANY, "open-choices", 30) \
    X(DO, "actions-in-scripts", 30) \
    /* the world */ \
    X(CONDITIONS, "conditions", 50) \
    X(STALLS, "stalls", 40) \
    X(REFUSALS, "refused-starts", 50) \
    X(ENDS, "injected-ends", 60) \
    X(REPORTS, "injected-reports", 50) \
    /* operators */ \
    X(COMMANDS, "commands", 80) \
    X(GROUP_COMMANDS, "group-commands", 30) \
    X(FOLLOWED, "followed-commands", 50) \
    X(FORGET, "forgotten-counts", 25) \
    X(SPAWNS, "spawns", 50) \
    X(WAITS, "waits", 30) \
    X(REPEATS, "repeated-actions", 30) \
    X(ROLLS, "rolling-actions", 30) \
    X(CHOSEN, "drawn-targets", 40) \
    X(OPEN, "open-timeline", 25) \
    X(SHUTDOWN, "early-shutdown", 25) \
    X(INSIST, "repeated-targets", 50) \
    X(CROWDED, "crowded-instants", 60) \
    /* when every fault is off */ \
    X(CALM, "second-phase", 75) \
    X(LAST, "late-shutdown", 50)
/* clang-format on */

enum sim__fuzz_feature {
#define SIM__X(id, name, percent) SIM__FUZZ_##id,
    SIM__FUZZ_FEATURES(SIM__X)
#undef SIM__X
        SIM__FUZZ_FEATURE_COUNT
};

/* Never NULL. */
const char *sim__fuzz_feature_name(enum sim__fuzz_feature feature);

#endif
