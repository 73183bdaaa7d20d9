/* The thread executor: its face to the supervisor and to its owner; see
 * <sup/threads.h>. */
#include "sup/threads.h"

#include <stdlib.h>

#include "sup/assert.h"
#include "threads_internal.h"

/* How soon threads that are ending are looked after again, in real time. */
#define LOOK_AGAIN SUP_MS(1)

/* ---- the supervisor's side ---- */

static int reserve_slot(struct sup_threads *threads, uint32_t slot)
{
    if (slot < threads->slot_capacity) {
        return SUP_OK;
    }
    uint32_t capacity = slot < 64 ? 128 : slot * 2;
    struct sup__worker **grown = realloc(threads->by_slot, capacity * sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = threads->slot_capacity; i < capacity; i++) {
        grown[i] = NULL;
    }
    threads->by_slot = grown;
    threads->slot_capacity = capacity;
    return SUP_OK;
}

/* What the service's work says; nothing when it has none, or more than is known. */
static struct sup_task_spec spec_of(const struct sup_threads *threads, const void *work)
{
    const struct sup_stretch whole = {threads->spec_size, sizeof(struct sup_task_spec)};
    struct sup_task_spec spec = {0};
    if (work == NULL || sup_face_take(&spec, work, &whole, 1) != 0) {
        spec.fn = NULL;
    }
    return spec;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sup_threads *threads = context;
    const struct sup_task_spec spec = spec_of(threads, start->work);
    if (threads->host == NULL) {
        *ret_error = "the executor is not bound to a host";
        return SUP_EINVAL;
    }
    if (spec.fn == NULL) {
        *ret_error = "the service has no task";
        return SUP_EINVAL;
    }
    if (reserve_slot(threads, start->id.slot) != SUP_OK) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    size_t stack_bytes = spec.stack_bytes > 0 ? spec.stack_bytes : threads->config.stack_bytes;
    struct sup__worker *worker = sup__pool_get(threads, stack_bytes, ret_error);
    if (worker == NULL) {
        return SUP_EREFUSED;
    }
    sup__worker_begin(worker, start, &spec);
    threads->by_slot[start->id.slot] = worker;
    sup__pool_count_busy(threads, SUP__BUSY_MORE);
    return SUP_OK;
}

static bool runs(const struct sup__worker *worker, struct sup_attempt id)
{
    const struct sup_attempt *at = &worker->task.id;
    return at->slot == id.slot && at->generation == id.generation && at->attempt == id.attempt;
}

/* Both a cancel and an abort: a thread can only be asked. */
static void ask(void *context, struct sup_attempt id, void *work)
{
    struct sup_threads *threads = context;
    struct sup__worker *worker =
        id.slot < threads->slot_capacity ? threads->by_slot[id.slot] : NULL;
    (void)work;
    if (worker == NULL || !runs(worker, id)) {
        return; /* its end is on its way */
    }
    sup__worker_lock(worker);
    worker->cancelled = true;
    pthread_cond_broadcast(&worker->changed);
    sup__worker_unlock(worker);
}

void sup_threads_disown(struct sup_threads *threads, const struct sup_attempt *id)
{
    for (struct sup__worker *worker = threads->all; worker != NULL; worker = worker->next_all) {
        if (id == NULL || runs(worker, *id)) {
            sup__worker_lock(worker);
            worker->cancelled = true;
            worker->disowned = true;
            pthread_cond_broadcast(&worker->changed);
            sup__worker_unlock(worker);
        }
    }
}

struct sup_executor sup_threads_executor(struct sup_threads *threads)
{
    return (struct sup_executor){.start = start, .cancel = ask, .abort = ask, .context = threads};
}

/* ---- creation ---- */

static const struct sup_threads_config defaults = {
    .threads_max = 64, .stack_bytes = (size_t)256 * 1024, .seed = 1};

void sup_threads_config_default_sized(struct sup_threads_config *ret_config, size_t size)
{
    const struct sup_stretch whole = {size, sizeof(defaults)};
    sup_face_give(ret_config, &defaults, &whole, 1);
}

static int create(const struct sup_threads_config *config, size_t spec_size,
                  struct sup_threads **ret_threads)
{
    struct sup_threads *threads = calloc(1, sizeof(*threads));
    if (threads == NULL || pthread_mutex_init(&threads->mutex, NULL) != 0) {
        free(threads);
        return SUP_ENOMEM;
    }
    threads->config = *config;
    threads->spec_size = spec_size;
    sup__pool_init(threads);
    *ret_threads = threads;
    return SUP_OK;
}

int sup_threads_create_sized(const struct sup_threads_config *config, size_t size, size_t spec_size,
                             struct sup_threads **ret_threads)
{
    const struct sup_stretch whole = {size, sizeof(defaults)};
    struct sup_threads_config own = defaults;
    if (config == NULL || ret_threads == NULL) {
        return SUP_EINVAL;
    }
    if (sup_face_take(&own, config, &whole, 1) != 0) {
        return SUP_ENEWER;
    }
    return own.threads_max == 0 ? SUP_EINVAL : create(&own, spec_size, ret_threads);
}

/* The host is freed first: nothing runs any more, so there is nothing to hear. */
static void host_gone(struct sup__host_user *user)
{
    struct sup_threads *threads =
        (struct sup_threads *)(void *)((char *)user - offsetof(struct sup_threads, user));
    threads->host = NULL;
}

int sup_threads_bind(struct sup_threads *threads, struct sup_host *host)
{
    if (threads == NULL || host == NULL || threads->user.gone != NULL) {
        return SUP_EINVAL;
    }
    threads->host = host;
    threads->user.gone = host_gone;
    sup__host_use(host, &threads->user);
    return SUP_OK;
}

/* ---- counts ---- */

static uint32_t read_count(struct sup_threads *threads, const uint32_t *count)
{
    pthread_mutex_lock(&threads->mutex);
    uint32_t value = *count;
    pthread_mutex_unlock(&threads->mutex);
    return value;
}

uint32_t sup_threads_count(struct sup_threads *threads)
{
    return read_count(threads, &threads->count);
}

uint32_t sup_threads_busy(struct sup_threads *threads)
{
    return read_count(threads, &threads->busy);
}

/* ---- freeing ---- */

/* Ends that abandoned tasks bring after all come through the host's loop; threads that
 * are ending are looked after here, since its timers rest. */
static void await_stragglers(struct sup_threads *threads, struct sup_duration patience)
{
    struct sup_host *host = threads->host;
    struct sup_instant until = sup_instant_add(sup_host_now(host), patience);
    int error = sup__host_hear(host, SUP_NS(0));
    struct sup_instant now;
    while (error == SUP_OK && (sup__pool_look(threads) > 0 || sup_threads_busy(threads) > 0) &&
           (now = sup_host_now(host)).ns < until.ns) {
        struct sup_duration most = sup_instant_since(until, now);
        struct sup_duration look = sup__clock_length(sup__host_clock(host), LOOK_AGAIN);
        error = sup__host_hear(host, threads->leaving_count > 0 && look.ns < most.ns ? look : most);
    }
}

int sup_threads_free(struct sup_threads *threads, struct sup_duration patience)
{
    if (threads == NULL) {
        return SUP_OK;
    }
    if (threads->host != NULL) {
        await_stragglers(threads, patience);
    }
    if (sup__pool_close(threads) > 0) {
        return SUP_EBUSY;
    }
    if (threads->host != NULL) {
        sup_host_timer_clear(threads->host, &threads->leaving_timer);
        sup__host_unuse(threads->host, &threads->user);
    }
    pthread_mutex_destroy(&threads->mutex);
    free(threads->by_slot);
    free(threads);
    return SUP_OK;
}
