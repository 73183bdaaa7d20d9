/* The command `rehearse` with the cache in it, and with what surrounds the cache: a store
 * that can be stopped, somebody who writes, and an audit of what arrived.
 *
 *   cc *.c $(pkg-config --cflags --libs libsupsim) -o rehearse-cache
 *   ./rehearse-cache run outage.yaml
 */
#include <stdbool.h>
#include <string.h>

#include <sim/main.h>

#include "cache.h"

#define VALUES 40

static struct {
    pthread_mutex_t lock;
    bool up;
    int accepted; /* keys from 0 on */
    int values[VALUES];
} world = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Every run begins with nothing in it. */
static void prepare(void)
{
    world.up = false;
    world.accepted = 0;
    memset(world.values, 0, sizeof(world.values));
    the_cache.first = the_cache.count = 0;
}

/* ---- the store ---- */

static void set_up(bool up)
{
    pthread_mutex_lock(&world.lock);
    world.up = up;
    pthread_mutex_unlock(&world.lock);
}

static void go_down(void *argument)
{
    (void)argument;
    set_up(false);
}

/* A service: it answers as long as this runs. */
static int store(struct sup_task *task, void *argument)
{
    (void)argument;
    if (sup_task_cleanup_push(task, go_down, NULL) != 0) {
        return -1;
    }
    set_up(true);
    sup_task_ready(task, true);
    sup_task_wait_cancel(task);
    sup_task_cleanup_pop(task, true);
    return 0;
}

static int write_batch(struct sup_task *task, const struct entry *batch, int count)
{
    if (sup_task_sleep_through(task, SUP_MS(5)) != 0) {
        return -1;
    }
    pthread_mutex_lock(&world.lock);
    for (int i = 0; world.up && i < count; i++) {
        world.values[batch[i].key] = batch[i].value;
    }
    int result = world.up ? 0 : -1;
    pthread_mutex_unlock(&world.lock);
    return result;
}

/* ---- who uses the cache, and who looks ---- */

static int writer(struct sup_task *task, void *argument)
{
    (void)argument;
    for (int key = 0; key < VALUES; key++) {
        if (sup_task_sleep(task, SUP_MS(50)) != 0) {
            return 0;
        }
        if (cache_put(&the_cache, (struct entry){key, key + 1}) != 0) {
            sup_task_error(task, "the cache is full");
            return -1;
        }
        pthread_mutex_lock(&world.lock);
        world.accepted++;
        pthread_mutex_unlock(&world.lock);
    }
    return 0;
}

static int audit(struct sup_task *task, void *argument)
{
    int lost = 0;
    (void)argument;
    pthread_mutex_lock(&world.lock);
    for (int key = 0; key < world.accepted; key++) {
        lost += world.values[key] != key + 1;
    }
    int accepted = world.accepted;
    pthread_mutex_unlock(&world.lock);
    if (lost > 0) {
        sup_task_error(task, "accepted values are lost");
        return -1;
    }
    return accepted == VALUES ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct sim_task tasks[] = {
        {.name = "store", .fn = store, .prepare = prepare},
        {.name = "flush", .fn = cache_flush, .prepare = prepare},
        {.name = "write", .fn = writer, .prepare = prepare},
        {.name = "audit", .fn = audit, .prepare = prepare},
        {.name = NULL},
    };
    the_cache.write = write_batch;
    return sim_main(argc, argv, tasks);
}
