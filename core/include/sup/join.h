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

#include <stddef.h>
#include <stdint.h>

#include "sup/event.h"

SUP_BEGIN_DECLS

struct sup;

/* How it ended. Grows: a member after `size` is there when `size` reaches beyond it.
 *
 * result        | what happened                            | value | error
 * SUP_OK        | completed                                | yes   | ""
 * SUP_EFAILED   | ended with an error of its own, was not  | -     | its text
 *               | ready in time, or stale                  |       |
 * SUP_EPANICKED | its last attempt crashed                 | -     | its text
 * SUP_EREFUSED  | could not be started                     | -     | why
 * SUP_EABORTED  | aborted, or cancelled before it ended    | -     | the last one, or ""
 * SUP_EGONE     | the supervisor was freed first           | -     | ""
 */
struct sup_joined {
    int result;
    void *value;       /* the task's result, as it was given; else what it had left */
    const char *error; /* its last error, "" when none; valid during the call */
    enum sup_reason reason;
    enum sup_outcome outcome; /* of its last attempt; with SUP_EGONE undefined */
    size_t size;              /* of this struct in the library that hands it over */
};

typedef void (*sup_join_fn)(void *context, const struct sup_joined *joined);

/* The caller's storage, the library's contents. Frozen. */
struct sup_join {
    struct sup *sup; /* NULL: not waiting */
    struct sup_join *next;
    struct sup_join *previous;
    sup_join_fn fn;
    void *context;
    uint32_t slot;
    uint32_t generation;
    void *reserved[2];
};

/* 0, or SUP_EUNKNOWN when no such service is registered. When it is terminated
 * already the callback comes inside this call. `join` must stay valid until it
 * has been called or left. O(1). */
int sup_join_start(struct sup *sup, const char *service, sup_join_fn fn, void *context,
                   struct sup_join *join) SUP_WARN_UNUSED;
/* Does not wait any longer; harmless when it has been called. */
void sup_join_leave(struct sup_join *join);

SUP_END_DECLS

#endif
