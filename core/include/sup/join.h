/* Joining: being told once how an attempt's registration ended, and with what.
 *
 * A join is the caller's storage and waits for one registration of a service
 * (usually kind task or blocking): it is called when that registration is over,
 * or when the supervisor is freed first. It never blocks. The callback comes inside
 * the step that ended the registration: like a subscriber it may read the
 * supervisor, but not command it.
 */
#ifndef SUP_JOIN_H
#define SUP_JOIN_H

#include <stdint.h>

#include "sup/event.h"

struct sup;

struct sup_joined {
    /* SUP_OK: completed, `value` is the task's result. SUP_EPANICKED: its last
     * attempt crashed. SUP_EABORTED: aborted, or cancelled before it ended.
     * SUP_EREFUSED: could not be started. SUP_EINVAL: ended with an error of its
     * own. SUP_EGONE: the supervisor is gone. */
    int result;
    void *value;
    const char *error; /* its last error, "" when none; valid during the call */
    enum sup_reason reason;
};

typedef void (*sup_join_fn)(void *context, const struct sup_joined *joined);

struct sup_join {
    struct sup *sup; /* NULL: not waiting */
    struct sup_join *next;
    struct sup_join *previous;
    sup_join_fn fn;
    void *context;
    uint32_t slot;
    uint32_t generation;
};

/* 0, or SUP_EUNKNOWN when no such service is registered. When it is terminated
 * already the callback comes inside this call. `join` must stay valid until it
 * has been called or left. O(1). */
int sup_join_start(struct sup *sup, const char *service, sup_join_fn fn, void *context,
                   struct sup_join *join);
/* Does not wait any longer; harmless when it has been called. */
void sup_join_leave(struct sup_join *join);

#endif
