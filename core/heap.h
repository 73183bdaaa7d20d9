/* The timer heap: 4-ary, ordered by (deadline, whether it goes before, sequence).
 *
 * An entry is 16 bytes, its four children share a cache line, and no sift
 * touches the owners: the owner keeps the entry's key and a timer is disarmed by
 * forgetting the key. Entries whose key their owner no longer holds are dropped
 * when they surface, or all at once when the heap is full. So arming and firing
 * cost O(log n), disarming O(1), and nothing is allocated.
 *
 * A key is sequence << SUP__HEAP_ID_BITS | id, and SUP__HEAP_USUAL unless the timer goes
 * before others of the same deadline; sequences start at 1, so 0 is no key. When they run
 * out they are dealt out anew, in order.
 */
#ifndef SUP_HEAP_H
#define SUP_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/alloc.h"
#include "sup/time.h"

#define SUP__HEAP_ID_BITS 24
#define SUP__HEAP_ID_MASK ((UINT64_C(1) << SUP__HEAP_ID_BITS) - 1)
#define SUP__HEAP_SEQUENCE_MAX ((UINT64_C(1) << (63 - SUP__HEAP_ID_BITS)) - 1)
#define SUP__HEAP_USUAL (UINT64_C(1) << 63)

struct sup__heap_entry {
    struct sup_instant deadline;
    uint64_t key;
};

/* Where the owner of a timer keeps its key. */
typedef uint64_t *(*sup__heap_owner_fn)(void *context, uint32_t id);

struct sup__heap {
    struct sup__heap_entry *entries; /* entries[1] starts a cache line */
    void *block;
    size_t block_bytes;
    uint32_t count;
    uint32_t capacity;
    uint32_t stale; /* entries whose owner has forgotten them */
    bool unsure;    /* whether the first is one of them; else it is not */
    uint64_t sequence;
    sup__heap_owner_fn owner;
    void *context;
};

void sup__heap_init(struct sup__heap *heap, sup__heap_owner_fn owner, void *context);
void sup__heap_release(struct sup__heap *heap, const struct sup_allocator *alloc);
/* Room for `live` armed timers. 0 or SUP_ENOMEM. */
int sup__heap_reserve(struct sup__heap *heap, const struct sup_allocator *alloc, uint64_t live);
/* Arms a timer that is not armed; *key is the owner's and gets the key. The id comes with
 * SUP__HEAP_USUAL, unless it goes before the others of its deadline. */
void sup__heap_push(struct sup__heap *heap, struct sup_instant deadline, uint64_t id,
                    uint64_t *key);
static inline void sup__heap_forget(struct sup__heap *heap, uint64_t *key)
{
    if (*key != 0) {
        heap->stale++;
        heap->unsure |= *key == heap->entries[0].key;
        *key = 0;
    }
}
/* The first live entry, or NULL; drops the forgotten ones before it. */
const struct sup__heap_entry *sup__heap_skip(struct sup__heap *heap);
static inline const struct sup__heap_entry *sup__heap_top(struct sup__heap *heap)
{
    return heap->count > 0 && !heap->unsure ? &heap->entries[0] : sup__heap_skip(heap);
}
/* The first live deadline; never when there is none. */
struct sup_instant sup__heap_skipped(struct sup__heap *heap);
static inline struct sup_instant sup__heap_deadline(struct sup__heap *heap)
{
    return __builtin_expect(heap->unsure, 0) ? sup__heap_skipped(heap) : heap->entries[0].deadline;
}
/* Removes the first entry, which sup__heap_top has just returned, and clears its
 * owner's key; returns its id. */
void sup__heap_pop(struct sup__heap *heap, uint64_t *key);
static inline uint32_t sup__heap_first(const struct sup__heap *heap)
{
    return (uint32_t)(heap->entries[0].key & SUP__HEAP_ID_MASK);
}
/* Deals the sequences out anew when half of them are used: before a step, so that
 * none does while one compares them. */
void sup__heap_renew(struct sup__heap *heap);
void sup__heap_check(const struct sup__heap *heap);

#endif
