/* A write-behind cache: values are accepted at once and written to a slow store in
 * batches, by a task. One lock, never held while anybody waits.
 */
#ifndef CACHE_H
#define CACHE_H

#include <pthread.h>

#include <sup/task.h>

#define CACHE_ROOM 64
#define CACHE_BATCH 8

struct entry {
    int key;
    int value;
};

/* Below 0: it was not written, for all one knows. */
typedef int (*store_write_fn)(struct sup_task *task, const struct entry *batch, int count);

struct cache {
    pthread_mutex_t lock;
    struct entry queue[CACHE_ROOM]; /* accepted, not yet in the store */
    int first;
    int count;
    store_write_fn write;
};

/* 0, or -1 when there is no room. */
int cache_put(struct cache *cache, struct entry entry);
/* The task that writes: a service's. Its argument is ignored; the cache is `the_cache`. */
int cache_flush(struct sup_task *task, void *argument);

extern struct cache the_cache;

#endif
