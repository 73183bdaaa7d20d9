/* The timers of a supervisor, ordered by (deadline, whether it goes before, sequence).
 *
 * One that is due after all that came in order, or before a few of them only, goes to a run
 * (run.h), any other to a 4-ary heap; the first of all is the first of the two. An entry is 16
 * bytes, four children share a cache line, and no sift touches the owners: the owner keeps the
 * entry's key and a timer is disarmed by forgetting the key. Entries whose key their owner no
 * longer holds are dropped when they surface, or all at once when room becomes scarce. So
 * arming and firing cost O(log n) or O(1), disarming O(1), and nothing is allocated.
 *
 * When the sequences of the keys run out they are dealt out anew, in order.
 */
#ifndef SUP_HEAP_H
#define SUP_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/alloc.h"
#include "sup/time.h"

#include "entry.h"
#include "run.h"

/* Where the owner of a timer keeps its key. */
typedef uint64_t *(*sup__heap_owner_fn)(void *context, uint32_t id);

/* One block: the heap from its start, behind it as many that are nobody as a family has, and
 * the run behind these. */
struct sup__heap {
    const struct sup__heap_entry *first; /* of all */
    const struct sup__heap_entry *soon;  /* of the tree: one that came near its top last */
    struct sup__heap_entry *tree;        /* tree[1] starts a cache line */
    uint32_t tree_count;
    uint32_t tree_room;
    uint32_t stale; /* entries whose owner has forgotten them */
    bool unsure;    /* whether the first is one of them; else it is not */
    uint64_t sequence;
    struct sup__run run;
    uint32_t capacity; /* of both together */
    void *block;
    size_t block_bytes;
    sup__heap_owner_fn owner;
    void *context;
};

void sup__heap_init(struct sup__heap *heap, sup__heap_owner_fn owner, void *context);
void sup__heap_release(struct sup__heap *heap, const struct sup_allocator *alloc);
/* Room for `live` armed timers. 0 or SUP_ENOMEM. */
int sup__heap_reserve(struct sup__heap *heap, const struct sup_allocator *alloc, uint64_t live);
/* Arms a timer, anew when it is armed; *key is the owner's and gets the key. The id comes with
 * SUP__HEAP_USUAL, unless it goes before the others of its deadline. Never is not at all. */
void sup__heap_push(struct sup__heap *heap, struct sup_instant deadline, uint64_t id,
                    uint64_t *key);
static inline void sup__heap_forget(struct sup__heap *heap, uint64_t *key)
{
    if (*key != 0) {
        heap->stale++;
        heap->unsure |= *key == heap->first->key;
        *key = 0;
    }
}
/* The first live deadline, never when there is none; drops the forgotten ones before it. */
struct sup_instant sup__heap_skip(struct sup__heap *heap);
static inline struct sup_instant sup__heap_deadline(struct sup__heap *heap)
{
    return __builtin_expect(heap->unsure, 0) ? sup__heap_skip(heap) : heap->first->deadline;
}
static inline uint32_t sup__heap_count(const struct sup__heap *heap)
{
    return heap->tree_count + heap->run.count;
}
static inline uint32_t sup__heap_first(const struct sup__heap *heap)
{
    return (uint32_t)(heap->first->key & SUP__HEAP_ID_MASK);
}
/* The id of one that will be first soon, after a few others, as far as that costs nothing to tell;
 * or of nobody, or of one that is no more. */
#define SUP__HEAP_SOON 4
static inline uint32_t sup__heap_soon(const struct sup__heap *heap)
{
    const struct sup__heap_entry *soon = heap->first;
    if (soon == heap->tree) {
        soon = heap->soon;
    } else if (heap->run.count > SUP__HEAP_SOON && heap->run.end - soon > SUP__HEAP_SOON) {
        soon += SUP__HEAP_SOON;
    }
    return (uint32_t)(soon->key & SUP__HEAP_ID_MASK);
}
/* Removes the first entry, which is alive, and clears its owner's key. */
void sup__heap_pop(struct sup__heap *heap, uint64_t *key);
/* Deals the sequences out anew when half of them are used: before a step, so that
 * none does while one compares them. */
void sup__heap_renew(struct sup__heap *heap);
void sup__heap_check(const struct sup__heap *heap);

#endif
