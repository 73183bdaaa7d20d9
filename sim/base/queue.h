/* The queue of things due: a 4-ary heap ordered by (instant, order).
 *
 * The order is the caller's, and no two entries share both, so the order in which
 * things leave the queue is total. Each entry has a small id that is in the queue
 * at most once; setting it again moves it. Room is reserved per id, so
 * setting and removing never allocate. O(log n) each, amortised; O(1) to look at
 * the first.
 *
 * An entry that is moved or removed stays in the heap, with a stamp that tells
 * that it no longer counts, until it comes to the top or until half of the heap
 * is like that. So no table of places has to be kept, which on a large heap
 * costs a cache miss at every level.
 *
 * When the oracle is to decide among things due at one instant, they are gathered:
 * taken off the heap into a list in which they can be counted and indexed.
 */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/assert.h"
#include "sup/time.h"

struct sim_queue_entry {
    uint64_t at_ns;
    uint64_t order;
    uint32_t id;
    uint32_t stamp;
};

struct sim_queue {
    struct sim_queue_entry *heap; /* its first entry counts */
    uint32_t *stamps;             /* by id: odd while an entry of the heap has it */
    uint32_t *due;                /* gathered ids */
    uint32_t *due_places;         /* by id: its place in due[] and 1, or 0 */
    struct sup_instant next;      /* asked for several times at each instant */
    uint32_t count;               /* in the heap, stale ones included */
    uint32_t stale;
    uint32_t due_count;
    uint32_t ids; /* room: ids below this one */
    bool gathers;
};

#define SIM_QUEUE_IDS_MAX 0x3FFFFFFFu

/* Only a queue that says so gathers. */
enum sim_queue_kind { SIM_QUEUE_PLAIN, SIM_QUEUE_GATHERING };
void sim__queue_init(struct sim_queue *queue, enum sim_queue_kind kind);
void sim__queue_release(struct sim_queue *queue);
/* Room for the ids 0 … ids-1. SUP_ENOMEM changes nothing; SUP_ELIMIT beyond
 * SIM_QUEUE_IDS_MAX. */
int sim__queue_reserve(struct sim_queue *queue, uint32_t ids);

void sim__queue_set(struct sim_queue *queue, uint32_t id, struct sup_instant at, uint64_t order);
void sim__queue_remove(struct sim_queue *queue, uint32_t id);

/* The instant of the first entry, never when there is none; gathered ones are due, so
 * they count as 0. */
static inline struct sup_instant sim__queue_next(const struct sim_queue *queue)
{
    return queue->next;
}

/* The id of the first entry; the heap is not empty. */
static inline uint32_t sim__queue_first(const struct sim_queue *queue)
{
    SUP_ASSERT(queue->count > 0);
    return queue->heap[0].id;
}

/* Gathers what is due at `now`, and says how many are gathered. */
uint32_t sim__queue_gather(struct sim_queue *queue, struct sup_instant now);
uint32_t sim__queue_gathered(const struct sim_queue *queue, uint32_t index);

/* Every parent before its children, every count right. Asserts. O(n). */
void sim__queue_check(const struct sim_queue *queue);

#endif
