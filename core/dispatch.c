/* The dispatching executor; see <sup/dispatch.h>. The work says where to: of the attempt
 * that is live, which is the one that a service was registered with. */
#include "sup/dispatch.h"

#include <stddef.h>

#include "sup/error.h"

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    const struct sup_dispatch_work *to = start->work;
    (void)context;
    if (to == NULL || to->executor == NULL) {
        *ret_error = "the service has no executor";
        return SUP_EINVAL;
    }
    struct sup_start inner = *start;
    inner.work = to->work;
    return to->executor->start(to->executor->context, &inner, ret_error);
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    const struct sup_dispatch_work *to = work;
    (void)context;
    SUP_ASSERT(to != NULL && to->executor != NULL);
    to->executor->cancel(to->executor->context, id, to->work);
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    const struct sup_dispatch_work *to = work;
    (void)context;
    SUP_ASSERT(to != NULL && to->executor != NULL);
    to->executor->abort(to->executor->context, id, to->work);
}

static void abandon(void *context, struct sup_attempt id, void *work)
{
    const struct sup_dispatch_work *to = work;
    (void)context;
    SUP_ASSERT(to != NULL && to->executor != NULL);
    if (to->executor->abandon != NULL) {
        to->executor->abandon(to->executor->context, id, to->work);
    }
}

struct sup_executor sup_dispatch_executor(void)
{
    return (struct sup_executor){
        .start = start, .cancel = cancel, .abort = abort_attempt, .abandon = abandon};
}
