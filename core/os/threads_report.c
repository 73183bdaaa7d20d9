/* What workers report, delivered on the loop's thread. */
#include <string.h>

#include "sup/assert.h"
#include "threads_internal.h"

#define OWNER(report, member) \
    ((struct sup__worker *)(void *)((char *)(report)-offsetof(struct sup__worker, member)))

void sup__worker_ended(struct sup__worker *worker)
{
    struct sup_threads *threads = worker->threads;
    struct sup_attempt id = worker->task.id;
    struct sup_end end = worker->end;
    struct sup *sup = sup_host_supervisor(threads->host);
    char error[SUP_TASK_ERROR_BYTES];
    sup__worker_lock(worker);
    bool disowned = worker->disowned;
    bool left = worker->state == SUP__WORKER_LEFT;
    sup__worker_unlock(worker);
    /* The worker may have another task before the supervisor has read the text. */
    if (end.error == worker->task.error) {
        memcpy(error, worker->task.error, sizeof(error));
        end.error = error;
    }
    if (threads->by_slot[id.slot] == worker) {
        threads->by_slot[id.slot] = NULL;
    }
    sup__pool_count_busy(threads, SUP__BUSY_LESS);
    if (!left) {
        sup__pool_put(worker);
    }
    if (!disowned) {
        sup_reported(sup_report_end(sup, id, &end));
    }
}

static void deliver_end(struct sup_host_report *report, struct sup *sup)
{
    struct sup__worker *worker = OWNER(report, end_report);
    (void)sup;
    sup__worker_lock(worker);
    bool left = worker->state == SUP__WORKER_LEFT;
    sup__worker_unlock(worker);
    if (left) {
        sup__pool_leaves(worker);
    } else {
        sup__worker_ended(worker);
    }
}

static void deliver_beat(struct sup_host_report *report, struct sup *sup)
{
    struct sup__worker *worker = OWNER(report, beat_report);
    struct sup_attempt id = worker->task.id;
    sup__worker_lock(worker);
    SUP_ASSERT(worker->beat_queued);
    bool disowned = worker->disowned;
    worker->beat_queued = false;
    pthread_cond_broadcast(&worker->changed);
    sup__worker_unlock(worker);
    if (!disowned) {
        sup_reported(sup_report_beat(sup, id));
    }
}

static void deliver_ready(struct sup_host_report *report, struct sup *sup)
{
    struct sup__worker *worker = OWNER(report, ready_report);
    struct sup_attempt id = worker->task.id;
    sup__worker_lock(worker);
    SUP_ASSERT(worker->ready_queued);
    bool disowned = worker->disowned;
    bool ready = worker->ready_value;
    worker->ready_queued = false;
    pthread_cond_broadcast(&worker->changed);
    sup__worker_unlock(worker);
    if (!disowned) {
        sup_reported(sup_report_ready(sup, id, ready));
    }
}

void sup__worker_reports(struct sup__worker *worker)
{
    worker->end_report.deliver = deliver_end;
    worker->beat_report.deliver = deliver_beat;
    worker->ready_report.deliver = deliver_ready;
}
