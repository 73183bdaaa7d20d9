/* A planted race: two threads count in one variable without a lock.
 *
 * Found by helgrind: Possible data race
 * Found by drd: Conflicting
 * Found by tsan: data race
 */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

struct shared {
    pthread_barrier_t start; /* so that both really run at once */
    volatile unsigned total;
};

static void *count(void *context)
{
    struct shared *shared = context;
    pthread_barrier_wait(&shared->start);
    for (unsigned i = 0; i < 1000; i++) {
        shared->total = shared->total + 1;
    }
    return NULL;
}

int main(void)
{
    /* On the heap: DRD does not look at variables of a stack unless asked. */
    struct shared *shared = calloc(1, sizeof *shared);
    pthread_t threads[2];
    if (shared == NULL || pthread_barrier_init(&shared->start, NULL, 2) != 0) {
        return 2;
    }
    for (unsigned i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, count, shared) != 0) {
            return 2;
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_barrier_destroy(&shared->start);
    free(shared);
    return 0;
}
