/* A planted race: two threads count in one variable without a lock.
 *
 * Found by helgrind: Possible data race
 * Found by drd: Conflicting
 * Found by tsan: data race
 */
#include <pthread.h>
#include <stddef.h>

static void *count(void *context)
{
    volatile unsigned *total = context;
    for (unsigned i = 0; i < 1000; i++)
        *total = *total + 1;
    return NULL;
}

int main(void)
{
    unsigned total = 0;
    pthread_t threads[2];
    for (unsigned i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, count, &total) != 0)
            return 2;
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
