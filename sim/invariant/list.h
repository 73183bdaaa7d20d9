/* What is checked, by name. */
#ifndef SIM_INVARIANT_LIST_H
#define SIM_INVARIANT_LIST_H

/* clang-format off */
#define SIM__INVARIANT_LIST(X)                                                                     \
    X(SEQUENCE_GAP, "sequence-gap")                                                                \
    X(TIME_BACKWARDS, "time-backwards")                                                            \
    X(PHASE_ILLEGAL, "phase-illegal")                                                              \
    X(NOT_REGISTERED, "not-registered")                                                            \
    X(GENERATION_COUNT, "generation-count")                                                        \
    X(ATTEMPT_OVERLAP, "attempt-overlap")                                                          \
    X(ATTEMPT_INACTIVE, "attempt-inactive")                                                        \
    X(ATTEMPT_CANCELLED_GROUP, "attempt-cancelled-group")                                          \
    X(ATTEMPT_DRAINING, "attempt-draining")                                                        \
    X(ATTEMPT_COUNT, "attempt-count")                                                              \
    X(ATTEMPT_END, "attempt-end")                                                                  \
    X(ATTEMPT_LOST, "attempt-lost")                                                                \
    X(OUTCOME_WRONG, "outcome-wrong")                                                              \
    X(FOLLOW_UP, "follow-up")                                                                      \
    X(STOP_BEATS_RESTART, "stop-beats-restart")                                                    \
    X(RESTART_INSTANT, "restart-instant")                                                          \
    X(DELAY_BOUNDS, "delay-bounds")                                                                \
    X(DELAY_DRAWN, "delay-drawn")                                                                  \
    X(STREAK_COUNT, "streak-count")                                                                \
    X(BREAKER_EDGE, "breaker-edge")                                                                \
    X(BREAKER_TRIP, "breaker-trip")                                                                \
    X(BREAKER_COOLDOWN, "breaker-cooldown")                                                        \
    X(BREAKER_PROBE, "breaker-probe")                                                              \
    X(BREAKER_CLOSE, "breaker-close")                                                              \
    X(LIMIT_EXCEEDED, "limit-exceeded")                                                            \
    X(LIMIT_EARLY, "limit-early")                                                                  \
    X(LIFE_EXCEEDED, "life-exceeded")                                                              \
    X(GROUP_LIMIT_EXCEEDED, "group-limit-exceeded")                                                \
    X(CANCEL_TWICE, "cancel-twice")                                                                \
    X(CANCEL_UNASKED, "cancel-unasked")                                                            \
    X(ABORT_ORDER, "abort-order")                                                                  \
    X(ABORT_UNASKED, "abort-unasked")                                                              \
    X(ABORT_REPEATED, "abort-repeated")                                                            \
    X(STOP_DEADLINE_INSTANT, "stop-deadline-instant")                                              \
    X(ABANDON_INSTANT, "abandon-instant")                                                          \
    X(GROUP_SHUTDOWN, "group-shutdown")                                                            \
    X(READINESS_REPEATED, "readiness-repeated")                                                    \
    X(READY_INSTANT, "ready-instant")                                                              \
    X(RUN_FOR_INSTANT, "run-for-instant")                                                          \
    X(POOL_EXCEEDED, "pool-exceeded")                                                              \
    X(DRAIN_TWICE, "drain-twice")                                                                  \
    X(DRAINED_EARLY, "drained-early")                                                              \
    X(DRAIN_REPORT, "drain-report")                                                                \
    X(AFTER_DRAINED, "after-drained")                                                              \
    X(TIMER_LEFT, "timer-left")                                                                    \
    X(WAKE_UP_LOST, "wake-up-lost")                                                                \
    X(SPAWNED_BALANCE, "spawned-balance")                                                          \
    X(METRICS_DIFFER, "metrics-differ")                                                            \
    X(SNAPSHOT_DIFFERS, "snapshot-differs")
/* clang-format on */

enum sim__invariant {
#define SIM__X(id, name) SIM__INVARIANT_##id,
    SIM__INVARIANT_LIST(SIM__X)
#undef SIM__X
        SIM__INVARIANTS
};
const char *sim__invariant_name(enum sim__invariant invariant);

#endif
