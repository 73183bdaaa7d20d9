/* Error codes of libsup.
 *
 * A function that can fail returns an int: 0 or more is good, a negative
 * SUP_E… is the reason. One list makes the enum, the short name that traces
 * and scenario files use, and the sentence for people, so they cannot part. A later
 * library may return codes that are not here: any negative one is a failure.
 *
 * The compiler warns of a result that is not looked at.
 */
#ifndef SUP_ERROR_H
#define SUP_ERROR_H

#include "sup/face.h"

SUP_BEGIN_DECLS

/* clang-format off */
#define SUP_ERROR_LIST(X)                                                      \
    X(OK, 0, "ok", "done")                                                     \
    X(ENOMEM, -1, "no-memory", "out of memory")                                \
    X(EINVAL, -2, "invalid", "an argument is missing, blank or out of range")  \
    X(EUNKNOWN, -3, "unknown", "no such name is registered")                   \
    X(EEXISTS, -4, "exists", "the name is registered already")                 \
    X(ECANCELLED, -5, "cancelled", "the group is cancelled")                   \
    X(EDRAINING, -6, "draining", "the supervisor is shutting down")            \
    X(ESTOPPING, -7, "stopping", "a stronger command is stopping the service") \
    X(ENOTACTIVE, -8, "not-active", "the service is paused or quarantined")    \
    X(ETIMEOUT, -9, "timeout", "the time allowed ran out")                     \
    X(ELIMIT, -10, "limit", "a stated maximum is reached")                     \
    X(EREFUSED, -11, "refused", "the executor cannot start the attempt")       \
    X(ESTALE, -12, "stale", "the attempt is no longer the live one")           \
    X(EGONE, -13, "gone", "the supervisor is gone")                            \
    X(EPANICKED, -14, "panicked", "the task panicked")                         \
    X(EABORTED, -15, "aborted", "the task was aborted before it ended")        \
    X(EBUSY, -16, "busy", "it is in use")                                      \
    X(EFAILED, -17, "failed", "the task ended with an error of its own")       \
    X(ENEWER, -18, "newer", "the program asks for what only a later library knows")
/* clang-format on */

enum sup_error {
#define SUP__X(id, value, name, text) SUP_##id = (value),
    SUP_ERROR_LIST(SUP__X)
#undef SUP__X
};

/* The short name ("unknown") and the sentence of a code; never NULL. */
const char *sup_error_name(int error);
const char *sup_error_text(int error);

SUP_END_DECLS

#endif
