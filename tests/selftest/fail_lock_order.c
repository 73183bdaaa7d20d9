/* A planted inversion of two locks: one thread takes a before b, another, later, b
 * before a. It never deadlocks here; another schedule would.
 *
 * Found by helgrind: lock order
 * Found by tsan: lock-order-inversion
 */
#include <pthread.h>
#include <stddef.h>

struct locks {
    pthread_mutex_t a;
    pthread_mutex_t b;
};

static void *forwards(void *context)
{
    struct locks *locks = context;
    pthread_mutex_lock(&locks->a);
    pthread_mutex_lock(&locks->b);
    pthread_mutex_unlock(&locks->b);
    pthread_mutex_unlock(&locks->a);
    return NULL;
}

static void *backwards(void *context)
{
    struct locks *locks = context;
    pthread_mutex_lock(&locks->b);
    pthread_mutex_lock(&locks->a);
    pthread_mutex_unlock(&locks->a);
    pthread_mutex_unlock(&locks->b);
    return NULL;
}

static int run(void *(*work)(void *), struct locks *locks)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, locks) != 0) {
        return 1;
    }
    return pthread_join(thread, NULL);
}

int main(void)
{
    struct locks locks = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
    return run(forwards, &locks) != 0 || run(backwards, &locks) != 0 ? 2 : 0;
}
