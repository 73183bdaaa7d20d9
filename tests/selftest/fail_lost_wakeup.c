/* A planted lost wake-up: the flag is set and signalled without the lock, between the
 * waiter's look at the flag and its wait, so nobody is there to be woken. The waiter's
 * patience is bounded, so it comes to light as a failure, too.
 *
 * Found by helgrind: associated lock is not held
 * Found by run-tests: status 3
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool started; /* handed over as it should be */
    atomic_bool ready;
    pthread_barrier_t looked; /* the schedule that loses it */
    pthread_barrier_t signalled;
};

static void *signal_without_lock(void *context)
{
    struct shared *shared = context;
    pthread_mutex_lock(&shared->mutex);
    shared->started = true;
    pthread_cond_signal(&shared->changed);
    pthread_mutex_unlock(&shared->mutex);
    pthread_barrier_wait(&shared->looked);
    atomic_store(&shared->ready, true);
    pthread_cond_signal(&shared->changed);
    pthread_barrier_wait(&shared->signalled);
    return NULL;
}

/* 0 when it was woken. */
static int wait_for_it(struct shared *shared)
{
    struct timespec until;
    int result = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    pthread_mutex_lock(&shared->mutex);
    bool ready = atomic_load(&shared->ready);
    pthread_barrier_wait(&shared->looked);
    pthread_barrier_wait(&shared->signalled);
    while (!ready && result == 0) {
        result = pthread_cond_timedwait(&shared->changed, &shared->mutex, &until);
    }
    pthread_mutex_unlock(&shared->mutex);
    return result;
}

int main(void)
{
    struct shared *shared = calloc(1, sizeof *shared);
    pthread_t thread;
    if (shared == NULL || pthread_mutex_init(&shared->mutex, NULL) != 0 ||
        pthread_cond_init(&shared->changed, NULL) != 0 ||
        pthread_barrier_init(&shared->looked, NULL, 2) != 0 ||
        pthread_barrier_init(&shared->signalled, NULL, 2) != 0) {
        return 2;
    }
    pthread_mutex_lock(&shared->mutex); /* so that it does wait for the start */
    bool running = pthread_create(&thread, NULL, signal_without_lock, shared) == 0;
    while (running && !shared->started) {
        pthread_cond_wait(&shared->changed, &shared->mutex);
    }
    pthread_mutex_unlock(&shared->mutex);
    if (!running) {
        return 2;
    }
    int result = wait_for_it(shared);
    pthread_join(thread, NULL);
    free(shared);
    return result == 0 ? 0 : 3;
}
