/* Operator commands on one service or a group.
 *
 * Every command names who and why (blank is SUP_EINVAL), answers with what was
 * before and after, and is idempotent when repeated. An unknown name is
 * SUP_EUNKNOWN and creates nothing. Stop beats restart: pause, quarantine,
 * remove, cancel and shutdown cancel a pending restart in every phase. Of
 * several reasons to refuse, the first counts: unknown, draining, not-active,
 * stopping, limit (a start by hand that a full limit refuses; see <sup/rules.h>).
 *
 * pause       stops the service and keeps it, idle, until resume
 * quarantine  the same, marked as suspect
 * resume      starts a paused or quarantined service again, as a fresh start
 * restart     stops a live attempt first, short-cuts a backoff; a terminated
 *             service is registered anew under the next generation
 * cancel      ends the service: terminated (cancelled)
 * abort       cancel and abort in one instant: terminated (aborted)
 * remove      stops it and forgets it
 * forget      empties what is counted of it, whatever it is doing: streak, windows
 *             of its limit and its breaker, restarts of its life
 *
 * While an attempt is stopping a stronger command takes over (restart < pause,
 * quarantine < cancel < abort < remove) and a weaker one is SUP_ESTOPPING.
 */
#ifndef SUP_CONTROL_H
#define SUP_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/event.h"

SUP_BEGIN_DECLS

struct sup;

/* Frozen. */
struct sup_actor {
    const char *who; /* not blank */
    const char *why; /* not blank */
};

/* clang-format off */
#define SUP_STOP_STATE_LIST(X)                                                 \
    X(IDLE, "idle")                           /* live, not being stopped */    \
    X(NO_ACTIVE_ATTEMPT, "no-active-attempt")                                  \
    X(CANCEL_DELIVERED, "cancel-delivered")                                    \
    X(ABORT_REQUESTED, "abort-requested")     /* by command or overall timeout */ \
    X(FAILED, "failed")                       /* its stop deadline has passed */
/* clang-format on */

enum sup_stop_state {
#define SUP__X(id, name) SUP_STOP_STATE_##id,
    SUP_STOP_STATE_LIST(SUP__X)
#undef SUP__X
        SUP_STOP_STATES
};
const char *sup_stop_state_name(enum sup_stop_state state);

/* What a command found and left. attempt and generation are those of the live
 * attempt, 0 attempt when there is none. Grows. */
struct sup_command_outcome {
    enum sup_command command;
    int result;
    bool idempotent;
    bool cancel_delivered; /* by this command */
    bool abort_requested;  /* by this command */
    enum sup_operation operation_before;
    enum sup_operation operation_after;
    enum sup_phase phase_before;
    enum sup_phase phase_after;
    enum sup_stop_state stop_state;
    uint32_t attempt;
    uint32_t generation;
    /* "wait-completion", and why, when the stop deadline has passed; else NULL. Static text. */
    const char *failure_phase;
    const char *failure_reason;
    uint32_t affected; /* group commands: services acted upon */
};

/* A command by its code, SUP_COMMAND_PAUSE … SUP_COMMAND_ABORT or SUP_COMMAND_FORGET. Returns
 * the outcome's result; ret_outcome may be NULL. */
int sup_control_sized(struct sup *sup, enum sup_command command, const char *service,
                      const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                      size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_control(struct sup *sup, enum sup_command command,
                                              const char *service, const struct sup_actor *actor,
                                              struct sup_command_outcome *ret_outcome)
{
    return sup_control_sized(sup, command, service, actor, ret_outcome, sizeof(*ret_outcome));
}

/* The same by name. */
SUP_WARN_UNUSED static inline int sup_pause(struct sup *sup, const char *service,
                                            const struct sup_actor *actor,
                                            struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_PAUSE, service, actor, ret_outcome);
}
SUP_WARN_UNUSED static inline int sup_resume(struct sup *sup, const char *service,
                                             const struct sup_actor *actor,
                                             struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_RESUME, service, actor, ret_outcome);
}
SUP_WARN_UNUSED static inline int sup_quarantine(struct sup *sup, const char *service,
                                                 const struct sup_actor *actor,
                                                 struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_QUARANTINE, service, actor, ret_outcome);
}
SUP_WARN_UNUSED static inline int sup_remove(struct sup *sup, const char *service,
                                             const struct sup_actor *actor,
                                             struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_REMOVE, service, actor, ret_outcome);
}
SUP_WARN_UNUSED static inline int sup_restart(struct sup *sup, const char *service,
                                              const struct sup_actor *actor,
                                              struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_RESTART, service, actor, ret_outcome);
}
SUP_WARN_UNUSED static inline int sup_cancel(struct sup *sup, const char *service,
                                             const struct sup_actor *actor,
                                             struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_CANCEL, service, actor, ret_outcome);
}
SUP_WARN_UNUSED static inline int sup_abort(struct sup *sup, const char *service,
                                            const struct sup_actor *actor,
                                            struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_ABORT, service, actor, ret_outcome);
}

SUP_WARN_UNUSED static inline int sup_forget(struct sup *sup, const char *service,
                                             const struct sup_actor *actor,
                                             struct sup_command_outcome *ret_outcome)
{
    return sup_control(sup, SUP_COMMAND_FORGET, service, actor, ret_outcome);
}

/* A command on a group: SUP_COMMAND_CANCEL_GROUP or SUP_COMMAND_FORCE_ABORT. */
int sup_control_group_sized(struct sup *sup, enum sup_command command, const char *group,
                            const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                            size_t size) SUP_WARN_UNUSED;

/* Cancels the group and its subtree, never its parent; it sticks, also when the
 * group is empty: a later spawn into it is SUP_ECANCELLED. Linear in the number
 * of services of the subtree (times log for their order). */
SUP_WARN_UNUSED static inline int sup_cancel_group(struct sup *sup, const char *group,
                                                   const struct sup_actor *actor,
                                                   struct sup_command_outcome *ret_outcome)
{
    return sup_control_group_sized(sup, SUP_COMMAND_CANCEL_GROUP, group, actor, ret_outcome,
                                   sizeof(*ret_outcome));
}
/* Aborts every service of the subtree that is not terminated. */
SUP_WARN_UNUSED static inline int sup_force_abort(struct sup *sup, const char *group,
                                                  const struct sup_actor *actor,
                                                  struct sup_command_outcome *ret_outcome)
{
    return sup_control_group_sized(sup, SUP_COMMAND_FORCE_ABORT, group, actor, ret_outcome,
                                   sizeof(*ret_outcome));
}

/* Called once: with SUP_OK when nothing in the group's subtree runs or is going
 * to, or with SUP_ETIMEOUT. sup_group_busy then tells who is still busy. */
typedef void (*sup_idle_fn)(void *context, int result);

#define SUP_IDLE_WAITS_MAX 64

/* Waits, without blocking, for the group's subtree to be idle; fn may be called
 * before this returns. SUP_EUNKNOWN, or SUP_ELIMIT when SUP_IDLE_WAITS_MAX waits
 * are under way. */
int sup_wait_idle(struct sup *sup, const char *group, struct sup_duration timeout, sup_idle_fn fn,
                  void *context) SUP_WARN_UNUSED;

SUP_END_DECLS

#endif
