/* The timer heap; see heap.h. */
#include "heap.h"

#include <stddef.h>
#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"

#define LINE 64u
#define ARITY 4u

/* Past the last entry there are always ARITY that are later than all, so that a
 * family of children can be compared without looking at the count. */
#define SENTINEL ((struct sup__heap_entry){SUP_INSTANT_NEVER, UINT64_MAX})

/* The total order in one comparison; without a branch, since whether one
 * deadline is before another cannot be predicted. */
static inline bool before(const struct sup__heap_entry *a, const struct sup__heap_entry *b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    return ((wide)a->deadline.ns << 64 | a->key) < ((wide)b->deadline.ns << 64 | b->key);
#else
    return a->deadline.ns != b->deadline.ns ? a->deadline.ns < b->deadline.ns : a->key < b->key;
#endif
}

void sup__heap_init(struct sup__heap *heap, sup__heap_owner_fn owner, void *context)
{
    *heap = (struct sup__heap){.owner = owner, .context = context};
}

void sup__heap_release(struct sup__heap *heap, const struct sup_allocator *alloc)
{
    if (heap->block != NULL) {
        alloc->resize(alloc->context, heap->block, heap->block_bytes, 0);
    }
    heap->block = NULL;
    heap->entries = NULL;
    heap->count = heap->capacity = 0;
}

int sup__heap_reserve(struct sup__heap *heap, const struct sup_allocator *alloc, uint64_t live)
{
    /* A quarter more than can be live, so that a compaction always frees enough
     * to pay for itself. */
    uint64_t wanted = live + live / 4 + 16;
    if (wanted <= heap->capacity) {
        return SUP_OK;
    }
    uint64_t grown = (uint64_t)heap->capacity + heap->capacity / 2;
    uint64_t capacity = wanted > grown ? wanted : grown;
    if (capacity >= UINT32_MAX) {
        return SUP_ELIMIT;
    }
    size_t bytes = (size_t)(capacity + ARITY) * sizeof(struct sup__heap_entry) + 2 * LINE;
    char *block = alloc->resize(alloc->context, NULL, 0, bytes);
    if (block == NULL) {
        return SUP_ENOMEM;
    }
    uintptr_t first_child = ((uintptr_t)block + sizeof(struct sup__heap_entry) + LINE - 1) / LINE;
    char *line = block + (first_child * LINE - (uintptr_t)block);
    struct sup__heap_entry *entries =
        (struct sup__heap_entry *)(void *)(line - sizeof(struct sup__heap_entry));
    SUP_ASSERT((uintptr_t)&entries[1] % LINE == 0 && (char *)entries >= block);
    SUP_ASSERT((char *)&entries[capacity + ARITY] <= block + bytes);
    if (heap->count > 0) {
        memcpy(entries, heap->entries, heap->count * sizeof(*entries));
    }
    for (uint64_t i = heap->count; i < capacity + ARITY; i++) {
        entries[i] = SENTINEL;
    }
    if (heap->block != NULL) {
        alloc->resize(alloc->context, heap->block, heap->block_bytes, 0);
    }
    heap->block = block;
    heap->block_bytes = bytes;
    heap->entries = entries;
    heap->capacity = (uint32_t)capacity;
    return SUP_OK;
}

static uint32_t id_of(const struct sup__heap_entry *entry)
{
    return (uint32_t)(entry->key & SUP__HEAP_ID_MASK);
}

static bool alive(const struct sup__heap *heap, const struct sup__heap_entry *entry)
{
    return *heap->owner(heap->context, id_of(entry)) == entry->key;
}

static inline void sift_up(struct sup__heap_entry *entries, uint64_t hole,
                           struct sup__heap_entry entry)
{
    while (hole > 0) {
        uint64_t parent = (hole - 1) / ARITY;
        if (!before(&entry, &entries[parent])) {
            break;
        }
        entries[hole] = entries[parent];
        hole = parent;
    }
    entries[hole] = entry;
}

/* On the way down a node is named by its distance from the top in bytes: its
 * first child is at ARITY * node + NODE, and nothing has to be scaled. */
#define NODE sizeof(struct sup__heap_entry)

static inline struct sup__heap_entry *node_at(struct sup__heap_entry *entries, size_t node)
{
    return (struct sup__heap_entry *)(void *)((char *)entries + node);
}

static inline size_t least_child(struct sup__heap_entry *entries, size_t first)
{
    const struct sup__heap_entry *family = node_at(entries, first);
    size_t low = first + before(&family[1], &family[0]) * NODE;
    size_t high = first + 2 * NODE + before(&family[3], &family[2]) * NODE;
    return before(node_at(entries, high), node_at(entries, low)) ? high : low;
}

static void sift_down(struct sup__heap *heap, uint64_t hole, struct sup__heap_entry entry)
{
    struct sup__heap_entry *entries = heap->entries;
    size_t end = heap->count * NODE;
    size_t at = (size_t)hole * NODE;
    for (size_t first; (first = at * ARITY + NODE) < end;) {
        size_t child = least_child(entries, first);
        if (!before(node_at(entries, child), &entry)) {
            break;
        }
        *node_at(entries, at) = *node_at(entries, child);
        at = child;
    }
    *node_at(entries, at) = entry;
}

/* The hole walks down to a leaf and the last entry climbs back from there: the
 * last entry belongs near the bottom nearly always. */
static inline void remove_top(struct sup__heap *heap)
{
    struct sup__heap_entry *entries = heap->entries;
    SUP_ASSERT(heap->count > 0);
    uint64_t count = --heap->count;
    heap->unsure = heap->stale != 0;
    struct sup__heap_entry last = entries[count];
    entries[count] = SENTINEL;
    if (count == 0) {
        return;
    }
    size_t end = (size_t)count * NODE;
    size_t hole = 0;
    for (size_t first; (first = hole * ARITY + NODE) < end;) {
        size_t child = least_child(entries, first);
        *node_at(entries, hole) = *node_at(entries, child);
        hole = child;
    }
    sift_up(entries, hole / NODE, last);
}

static void rebuild(struct sup__heap *heap)
{
    if (heap->count < 2) {
        return;
    }
    for (uint32_t parent = (heap->count - 2) / ARITY + 1; parent-- > 0;) {
        sift_down(heap, parent, heap->entries[parent]);
    }
}

static void compact(struct sup__heap *heap)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < heap->count; i++) {
        if (alive(heap, &heap->entries[i])) {
            heap->entries[kept++] = heap->entries[i];
        }
    }
    SUP_ASSERT(heap->count - kept == heap->stale);
    for (uint32_t i = kept; i < heap->count; i++) {
        heap->entries[i] = SENTINEL;
    }
    heap->count = kept;
    heap->stale = 0;
    heap->unsure = false;
    rebuild(heap);
}

static void sort_sift(struct sup__heap_entry *entries, uint32_t hole, uint32_t count)
{
    struct sup__heap_entry entry = entries[hole];
    for (uint64_t child; (child = 2 * (uint64_t)hole + 1) < count; hole = (uint32_t)child) {
        child += child + 1 < count && before(&entries[child], &entries[child + 1]);
        if (!before(&entry, &entries[child])) {
            break;
        }
        entries[hole] = entries[child];
    }
    entries[hole] = entry;
}

/* Ascending, which is a heap too. Heapsort: in place and O(n log n). */
static void sort(struct sup__heap_entry *entries, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;) {
        sort_sift(entries, i, count);
    }
    for (uint32_t end = count; end > 1; end--) {
        struct sup__heap_entry entry = entries[0];
        entries[0] = entries[end - 1];
        entries[end - 1] = entry;
        sort_sift(entries, 0, end - 1);
    }
}

/* Sequences ran out: sort what is armed and deal them out again from 1, in the
 * same order. */
static void renumber(struct sup__heap *heap)
{
    compact(heap);
    SUP_ASSERT(heap->count <= heap->capacity && heap->stale == 0);
    sort(heap->entries, heap->count);
    heap->sequence = 0;
    for (uint32_t i = 0; i < heap->count; i++) {
        struct sup__heap_entry *entry = &heap->entries[i];
        uint32_t id = id_of(entry);
        entry->key = (entry->key & SUP__HEAP_USUAL) | ++heap->sequence << SUP__HEAP_ID_BITS | id;
        *heap->owner(heap->context, id) = entry->key;
    }
}

void sup__heap_renew(struct sup__heap *heap)
{
    if (__builtin_expect(heap->sequence > SUP__HEAP_SEQUENCE_MAX / 2, 0)) {
        renumber(heap);
    }
}

static inline void push(struct sup__heap *heap, struct sup_instant deadline, uint64_t id,
                        uint64_t *key)
{
    *key = ++heap->sequence << SUP__HEAP_ID_BITS | id;
    sift_up(heap->entries, heap->count++, (struct sup__heap_entry){deadline, *key});
}

/* There is no room for it, or no number. */
static __attribute__((noinline)) void
make_way_and_push(struct sup__heap *heap, struct sup_instant deadline, uint64_t id, uint64_t *key)
{
    if (heap->count == heap->capacity) {
        compact(heap);
        SUP_ASSERT(heap->count < heap->capacity);
    }
    if (heap->sequence == SUP__HEAP_SEQUENCE_MAX) {
        renumber(heap);
    }
    push(heap, deadline, id, key);
}

void sup__heap_push(struct sup__heap *heap, struct sup_instant deadline, uint64_t id, uint64_t *key)
{
    SUP_ASSERT(*key == 0);
    if (__builtin_expect(heap->count == heap->capacity || heap->sequence == SUP__HEAP_SEQUENCE_MAX,
                         0)) {
        make_way_and_push(heap, deadline, id, key);
    } else {
        push(heap, deadline, id, key);
    }
}

const struct sup__heap_entry *sup__heap_skip(struct sup__heap *heap)
{
    while (heap->count > 0 && !alive(heap, &heap->entries[0])) {
        SUP_ASSERT(heap->stale > 0);
        remove_top(heap);
        heap->stale--;
    }
    heap->unsure = false;
    return heap->count > 0 ? &heap->entries[0] : NULL;
}

struct sup_instant sup__heap_skipped(struct sup__heap *heap)
{
    sup__heap_skip(heap);
    return heap->entries[0].deadline;
}

void sup__heap_pop(struct sup__heap *heap, uint64_t *key)
{
    SUP_ASSERT(*key == heap->entries[0].key);
    *key = 0;
    remove_top(heap);
}

void sup__heap_check(const struct sup__heap *heap)
{
    uint32_t stale = 0;
    for (uint32_t i = 0; i < heap->count; i++) {
        const struct sup__heap_entry *entry = &heap->entries[i];
        SUP_ASSERT(i == 0 || !before(entry, &heap->entries[(i - 1) / ARITY]));
        stale += !alive(heap, entry);
    }
    SUP_ASSERT(stale == heap->stale);
    SUP_ASSERT(heap->unsure || heap->count == 0 || alive(heap, &heap->entries[0]));
    SUP_ASSERT(heap->count <= heap->capacity);
}
