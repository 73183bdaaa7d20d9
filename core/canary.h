/* Bugs planted on purpose, in one build only (`make VARIANT=canary`), to prove that the
 * tester finds bugs of their kind: docs/mutants.md tells of them, and
 * scripts/check-canaries demands it.
 *
 * SUP_PLANTED(NAME) stands where such a bug would be. In every other build it is
 * the constant 0, of which the compiler leaves nothing; in that one it is 1 while NAME
 * is the canary that was chosen at the start of the program.
 */
#ifndef SUP_CORE_CANARY_H
#define SUP_CORE_CANARY_H

/* clang-format off */
#define SUP__CANARY_LIST(X)                                                                        \
    X(RESTART_AFTER_DRAIN, "restart-after-drain")   /* a drain leaves a restart scheduled */       \
    X(DOUBLE_START, "double-start")                 /* beside an attempt that was abandoned */     \
    X(BREAKER_OFF_BY_ONE, "breaker-off-by-one")     /* trips one failure early */                  \
    X(STALE_REPORT, "stale-report")                 /* what was abandoned is not fenced */         \
    X(LOST_WAKE_UP, "lost-wake-up")                 /* of a group that waits for a member */       \
    X(OTHERS_JITTER, "others-jitter")               /* drawn from another service's stream */      \
    X(PROBE_LEFT_ARMED, "probe-left-armed")         /* a stop forgets the probe's timer */         \
    X(GROUP_WINDOW_EDGE, "group-window-edge")       /* what is exactly `within` old is dropped */  \
    X(CANCEL_NOT_INHERITED, "cancel-not-inherited") /* by the groups below */                      \
    X(QUEUE_PLACE_LEAKED, "queue-place-leaked")     /* who is paused still waits in the queue */
/* clang-format on */

#ifdef SUP_CANARIES
enum sup__canary {
    SUP__CANARY_NONE,
#define SUP__X(id, name) SUP__CANARY_##id,
    SUP__CANARY_LIST(SUP__X)
#undef SUP__X
};
extern unsigned sup__canary; /* set before main by tests/canaries/choose.c */
#define SUP_PLANTED(NAME) ((unsigned)(sup__canary == SUP__CANARY_##NAME))
#else
#define SUP_PLANTED(NAME) 0u
#endif

#endif
