/* What other threads hand to the loop: reports of executors, calls and posts. */
#include <stdlib.h>
#include <unistd.h>

#include "host_internal.h"
#include "sup/assert.h"

/* Both queues, taken as they are. */
struct taken {
    struct sup_host_report *reports;
    struct sup__call *calls;
};

/* With the mutex held. */
static struct taken take(struct sup_host *host)
{
    struct taken taken = {host->first_report, host->first_call};
    host->first_report = NULL;
    host->last_report = &host->first_report;
    host->first_call = NULL;
    host->last_call = &host->first_call;
    host->call_count = 0;
    return taken;
}

void sup__host_queue_init(struct sup_host *host, uint32_t calls_max)
{
    host->calls_max = calls_max;
    struct taken none = take(host);
    SUP_ASSERT(none.reports == NULL && none.calls == NULL);
}

/* One write is enough until the loop has looked. */
void sup__host_wake(struct sup_host *host)
{
    if (!host->woken) {
        uint64_t one = 1;
        host->woken = true;
        ssize_t put = write(host->event_fd, &one, sizeof(one));
        SUP_ASSERT(put == (ssize_t)sizeof(one));
    }
}

void sup_host_report(struct sup_host *host, struct sup_host_report *report)
{
    report->next = NULL;
    sup__host_lock(host);
    *host->last_report = report;
    host->last_report = &report->next;
    sup__host_wake(host);
    sup__host_unlock(host);
}

/* ---- calls ---- */

/* With the mutex held. */
static int enqueue(struct sup_host *host, struct sup__call *call)
{
    if (host->ended) {
        return SUP_EGONE;
    }
    if (host->call_count == host->calls_max) {
        return SUP_ELIMIT;
    }
    host->call_count++;
    *host->last_call = call;
    host->last_call = &call->next;
    sup__host_wake(host);
    return SUP_OK;
}

static int call_and_wait(struct sup_host *host, struct sup__call *call)
{
    if (pthread_cond_init(&call->answered, NULL) != 0) {
        return SUP_ENOMEM;
    }
    sup__host_lock(host);
    int error = enqueue(host, call);
    while (error == SUP_OK && !call->done) {
        pthread_cond_wait(&call->answered, &host->mutex);
    }
    sup__host_unlock(host);
    pthread_cond_destroy(&call->answered);
    return error == SUP_OK ? call->result : error;
}

/* Who turned the loop last, or has made it when nobody has turned it yet, cannot wait
 * for it. His call is made at once, and counts as a turn: whoever would take the loop
 * over meanwhile waits until it has been made. */
int sup_host_call(struct sup_host *host, sup_host_fn fn, void *context)
{
    sup__host_lock(host);
    bool ours = !host->ended && pthread_equal(host->turner, pthread_self()) != 0;
    host->turning += ours;
    sup__host_unlock(host);
    if (ours) {
        int result = fn(host->sup, context);
        sup__host_leave(host);
        return result;
    }
    struct sup__call call = {.fn = fn, .context = context};
    return call_and_wait(host, &call);
}

int sup_host_post(struct sup_host *host, sup_host_fn fn, void *context)
{
    struct sup__call *call = calloc(1, sizeof(*call));
    if (call == NULL) {
        return SUP_ENOMEM;
    }
    call->fn = fn;
    call->context = context;
    call->detached = true;
    sup__host_lock(host);
    int error = enqueue(host, call);
    sup__host_unlock(host);
    if (error != SUP_OK) {
        free(call);
    }
    return error;
}

/* A caller's storage is gone once it has been told. */
static void answer(struct sup_host *host, struct sup__call *call, int result)
{
    if (call->detached) {
        free(call);
        return;
    }
    sup__host_lock(host);
    SUP_ASSERT(!call->done);
    call->result = result;
    call->done = true;
    pthread_cond_signal(&call->answered);
    sup__host_unlock(host);
}

void sup_host_end(struct sup_host *host)
{
    sup__host_lock(host);
    host->ended = true;
    struct sup__call *call = host->first_call;
    host->first_call = NULL;
    host->last_call = &host->first_call;
    host->call_count = 0;
    sup__host_unlock(host);
    while (call != NULL) {
        struct sup__call *next = call->next;
        answer(host, call, SUP_EGONE);
        call = next;
    }
}

/* That the loop has looked is said in the moment in which it looks: later, it would
 * undo the wake-up of whoever came in between. */
void sup__host_deliver(struct sup_host *host)
{
    sup__host_lock(host);
    SUP_ASSERT(host->turning > 0);
    host->woken = false;
    struct taken taken = take(host);
    sup__host_unlock(host);
    while (taken.reports != NULL) {
        struct sup_host_report *report = taken.reports;
        taken.reports = report->next;
        report->deliver(report, host->sup);
    }
    while (taken.calls != NULL) {
        struct sup__call *call = taken.calls;
        taken.calls = call->next;
        answer(host, call, call->fn(host->sup, call->context));
    }
}
