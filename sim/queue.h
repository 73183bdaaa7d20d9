/* The queue of things due: a 4-ary heap ordered by (instant, order).
 *
 * The order is the caller's, and no two entries share both, so the order in which
 * things leave the queue is total. Each entry has a small id that is in the queue
 * at most once; setting it again moves it. Room is reserved per id, so
 * setting and removing never allocate. O(log n) each, O(1) to look at the first.
 *
 * When the oracle is to decide among things due at one instant, they are gathered:
 * taken off the heap into a list in which they can be counted and indexed.
 */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

struct sim_queue_entry {
    uint64_t at_ns;
    uint64_t order;
    uint32_t id;
};

struct sim_queue {
    struct sim_queue_entry *heap;
    uint32_t *places; /* by id: where it is */
    uint32_t *due;    /* gathered ids */
    uint32_t count;   /* in the heap */
    uint32_t due_count;
    uint32_t ids; /* room: ids below this one */
};

#define SIM_QUEUE_IDS_MAX 0x7FFFFFFEu

void sim_queue_init(struct sim_queue *queue);
void sim_queue_release(struct sim_queue *queue);
/* Room for the ids 0 … ids-1. SUP_ENOMEM changes nothing; SUP_ELIMIT beyond
 * SIM_QUEUE_IDS_MAX. */
int sim_queue_reserve(struct sim_queue *queue, uint32_t ids);

void sim_queue_set(struct sim_queue *queue, uint32_t id, uint64_t at_ns, uint64_t order);
void sim_queue_remove(struct sim_queue *queue, uint32_t id);

/* The instant of the first entry, UINT64_MAX when there is none; gathered ones
 * are due, so they count as 0. */
uint64_t sim_queue_next(const struct sim_queue *queue);
/* The id of the first entry; the heap is not empty. */
uint32_t sim_queue_first(const struct sim_queue *queue);

/* Gathers what is due at now_ns, and says how many are gathered. */
uint32_t sim_queue_gather(struct sim_queue *queue, uint64_t now_ns);
uint32_t sim_queue_gathered(const struct sim_queue *queue, uint32_t index);

/* Every parent before its children, every place right. Asserts. O(n). */
void sim_queue_check(const struct sim_queue *queue);

#endif
