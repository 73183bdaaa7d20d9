/* The cache itself: what ships. */
#include "cache.h"

struct cache the_cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

int cache_put(struct cache *cache, struct entry entry)
{
    pthread_mutex_lock(&cache->lock);
    int result = cache->count < CACHE_ROOM ? 0 : -1;
    if (result == 0) {
        cache->queue[(cache->first + cache->count) % CACHE_ROOM] = entry;
        cache->count++;
    }
    pthread_mutex_unlock(&cache->lock);
    return result;
}

/* The oldest entries, which stay where they are. */
static int peek(struct cache *cache, struct entry *batch)
{
    pthread_mutex_lock(&cache->lock);
    int count = cache->count < CACHE_BATCH ? cache->count : CACHE_BATCH;
    for (int i = 0; i < count; i++) {
        batch[i] = cache->queue[(cache->first + i) % CACHE_ROOM];
    }
    pthread_mutex_unlock(&cache->lock);
    return count;
}

static void drop(struct cache *cache, int count)
{
    pthread_mutex_lock(&cache->lock);
    cache->first = (cache->first + count) % CACHE_ROOM;
    cache->count -= count;
    pthread_mutex_unlock(&cache->lock);
}

/* How many were written; below 0: the store does not answer. */
static int flush_batch(struct sup_task *task, struct cache *cache)
{
    struct entry batch[CACHE_BATCH];
    int count = peek(cache, batch);
#ifdef FIRST_VERSION /* whoever is interrupted now takes the batch along */
    drop(cache, count);
#endif
    if (count > 0 && cache->write(task, batch, count) < 0) {
        sup_task_error(task, "the store does not answer");
        return -1;
    }
#ifndef FIRST_VERSION
    drop(cache, count);
#endif
    return count;
}

int cache_flush(struct sup_task *task, void *argument)
{
    (void)argument;
    for (;;) {
        int woke = sup_task_sleep(task, SUP_MS(100));
        int count;
        while ((count = flush_batch(task, &the_cache)) > 0) {
            sup_task_beat(task);
        }
        if (count < 0) {
            return -1; /* the supervisor's backoff decides when we try again */
        }
        if (woke != 0) {
            return 0; /* cancelled, and everything is written */
        }
    }
}
