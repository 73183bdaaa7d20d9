/* The timer heap; see heap.h. */
#include "heap.h"

#include <stddef.h>
#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"

#define LINE 64u
#define ARITY 4u

/* The last child of the first: who has come as far up is due after a few others. */
#define SOON (ARITY * sizeof(struct sup__heap_entry))

#define NOBODY SUP__HEAP_NOBODY
#define before sup__heap_before

static const struct sup__heap_entry nobody = {{SUP_NEVER_NS}, UINT64_MAX};

void sup__heap_init(struct sup__heap *heap, sup__heap_owner_fn owner, void *context)
{
    *heap =
        (struct sup__heap){.first = &nobody, .soon = &nobody, .owner = owner, .context = context};
}

void sup__heap_release(struct sup__heap *heap, const struct sup_allocator *alloc)
{
    if (heap->block != NULL) {
        alloc->resize(alloc->context, heap->block, heap->block_bytes, 0);
    }
    sup__heap_init(heap, heap->owner, heap->context);
}

/* Which of the two is first. */
static inline void see_first(struct sup__heap *heap)
{
    heap->first = before(heap->run.first, heap->tree) ? heap->run.first : heap->tree;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Lays the run behind a tree with so much more room. Past the last of the tree there are always
 * ARITY that are nobody, so that a family of children can be compared without looking at the
 * count; where nothing ever was, memory is not touched. Neither of the two has much more room
 * than it needs, since the run goes round in all of its own; and never so little more that moving
 * costs more than what is pushed before the next time. */
static void lay_out(struct sup__heap *heap, uint32_t tree_more)
{
    const uint32_t count = sup__heap_count(heap);
    const uint32_t enough = count / 16 + 64;
    SUP_ASSERT(tree_more <= heap->capacity - count);
    heap->tree_room = heap->tree_count + least(tree_more, enough);
    sup__run_move(&heap->run, heap->tree + heap->tree_room + ARITY,
                  least(heap->capacity - heap->tree_room, heap->run.count + enough));
    for (uint32_t i = 0; i < ARITY; i++) {
        heap->tree[heap->tree_count + i] = NOBODY;
    }
    see_first(heap);
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
    size_t bytes = (size_t)(capacity + ARITY + 1) * sizeof(struct sup__heap_entry) + 2 * LINE;
    char *block = alloc->resize(alloc->context, NULL, 0, bytes);
    if (block == NULL) {
        return SUP_ENOMEM;
    }
    uintptr_t first_child = ((uintptr_t)block + sizeof(struct sup__heap_entry) + LINE - 1) / LINE;
    char *line = block + (first_child * LINE - (uintptr_t)block);
    struct sup__heap_entry *tree =
        (struct sup__heap_entry *)(void *)(line - sizeof(struct sup__heap_entry));
    SUP_ASSERT((uintptr_t)&tree[1] % LINE == 0 && (char *)tree >= block);
    SUP_ASSERT((char *)&tree[capacity + ARITY + 1] <= block + bytes);
    if (heap->tree_count > 0) {
        memcpy(tree, heap->tree, heap->tree_count * sizeof(*tree));
    }
    heap->tree = tree;
    heap->soon = tree;
    heap->capacity = (uint32_t)capacity;
    lay_out(heap, (heap->capacity - sup__heap_count(heap)) / 2);
    if (heap->block != NULL) {
        alloc->resize(alloc->context, heap->block, heap->block_bytes, 0);
    }
    heap->block = block;
    heap->block_bytes = bytes;
    return SUP_OK;
}

static uint32_t id_of(const struct sup__heap_entry *entry)
{
    return (uint32_t)(entry->key & SUP__HEAP_ID_MASK);
}

static bool alive(const void *context, const struct sup__heap_entry *entry)
{
    const struct sup__heap *heap = context;
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
    struct sup__heap_entry *tree = heap->tree;
    size_t end = heap->tree_count * NODE;
    size_t at = (size_t)hole * NODE;
    for (size_t first; (first = at * ARITY + NODE) < end;) {
        size_t child = least_child(tree, first);
        if (!before(node_at(tree, child), &entry)) {
            break;
        }
        *node_at(tree, at) = *node_at(tree, child);
        at = child;
    }
    *node_at(tree, at) = entry;
}

/* The hole walks down to a leaf and the last entry climbs back from there: the
 * last entry belongs near the bottom nearly always. */
static __attribute__((noinline)) void remove_top(struct sup__heap *heap)
{
    struct sup__heap_entry *tree = heap->tree;
    SUP_ASSERT(heap->tree_count > 0);
    uint64_t count = --heap->tree_count;
    struct sup__heap_entry last = tree[count];
    tree[count] = NOBODY;
    if (count == 0) {
        return;
    }
    size_t end = (size_t)count * NODE;
    size_t hole = 0;
    size_t soon = 0;
    for (size_t first; (first = hole * ARITY + NODE) < end;) {
        size_t child = least_child(tree, first);
        *node_at(tree, hole) = *node_at(tree, child);
        soon = hole <= SOON ? hole : soon;
        hole = child;
    }
    heap->soon = node_at(tree, soon);
    sift_up(tree, hole / NODE, last);
}

static inline void remove_first(struct sup__heap *heap)
{
    if (heap->first != heap->tree) {
        sup__run_pop(&heap->run);
    } else {
        remove_top(heap);
    }
    heap->unsure = heap->stale != 0;
    see_first(heap);
}

static void rebuild(struct sup__heap *heap)
{
    if (heap->tree_count < 2) {
        return;
    }
    for (uint32_t parent = (heap->tree_count - 2) / ARITY + 1; parent-- > 0;) {
        sift_down(heap, parent, heap->tree[parent]);
    }
}

/* Drops what was forgotten. */
static void compact(struct sup__heap *heap)
{
    uint32_t count = sup__heap_count(heap);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < heap->tree_count; i++) {
        if (alive(heap, &heap->tree[i])) {
            heap->tree[kept++] = heap->tree[i];
        }
    }
    for (uint32_t i = kept; i < kept + ARITY; i++) {
        heap->tree[i] = NOBODY;
    }
    heap->tree_count = kept;
    rebuild(heap);
    sup__run_filter(&heap->run, alive, heap);
    SUP_ASSERT(count - sup__heap_count(heap) == heap->stale);
    heap->stale = 0;
    heap->unsure = false;
    see_first(heap);
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
 * same order. All of it is in the tree then, since what is sorted is one too. */
static void renumber(struct sup__heap *heap)
{
    compact(heap);
    uint32_t count = sup__heap_count(heap);
    lay_out(heap, 0);
    memmove(heap->tree + heap->tree_count, heap->run.first, heap->run.count * NODE);
    heap->tree_count = count;
    sort(heap->tree, count);
    heap->sequence = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct sup__heap_entry *entry = &heap->tree[i];
        uint32_t id = id_of(entry);
        entry->key = (entry->key & SUP__HEAP_USUAL) | ++heap->sequence << SUP__HEAP_ID_BITS | id;
        *heap->owner(heap->context, id) = entry->key;
    }
    sup__run_init(&heap->run, heap->tree + count + ARITY, 0);
    lay_out(heap, (heap->capacity - count) / 2);
}

void sup__heap_renew(struct sup__heap *heap)
{
    if (__builtin_expect(heap->sequence > SUP__HEAP_SEQUENCE_MAX / 2, 0)) {
        renumber(heap);
    }
}

/* One of the two has no room: what is free is shared out anew, the larger half to the one that
 * asks, which is the tree when it wants 1, else the run. */
static void make_room(struct sup__heap *heap, uint32_t tree_wants)
{
    if (heap->capacity - sup__heap_count(heap) <= heap->capacity / 16) {
        compact(heap);
    }
    uint32_t free_slots = heap->capacity - sup__heap_count(heap);
    SUP_ASSERT(free_slots > 0);
    lay_out(heap, (free_slots + tree_wants) / 2);
}

static __attribute__((noinline)) void push_to_tree(struct sup__heap *heap,
                                                   struct sup__heap_entry entry)
{
    if (__builtin_expect(heap->tree_count == heap->tree_room, 0)) {
        make_room(heap, 1);
    }
    uint32_t count = heap->tree_count++;
    heap->tree[count + ARITY] = NOBODY;
    sift_up(heap->tree, count, entry);
}

void sup__heap_push(struct sup__heap *heap, struct sup_instant deadline, uint64_t id, uint64_t *key)
{
    sup__heap_forget(heap, key);
    if (deadline.ns == SUP_NEVER_NS) {
        return;
    }
    if (__builtin_expect(heap->sequence == SUP__HEAP_SEQUENCE_MAX, 0)) {
        renumber(heap);
    }
    *key = ++heap->sequence << SUP__HEAP_ID_BITS | id;
    const struct sup__heap_entry entry = {deadline, *key};
    if (__builtin_expect(heap->run.count == heap->run.room, 0)) {
        make_room(heap, 0);
    }
    if (sup__run_fits(&heap->run, &entry)) {
        sup__run_push(&heap->run, entry);
        if (heap->run.count > 1) {
            return; /* others are first */
        }
    } else if (!sup__run_insert(&heap->run, entry)) {
        push_to_tree(heap, entry);
    }
    see_first(heap);
}

struct sup_instant sup__heap_skip(struct sup__heap *heap)
{
    while (sup__heap_count(heap) > 0 && !alive(heap, heap->first)) {
        SUP_ASSERT(heap->stale > 0);
        remove_first(heap);
        heap->stale--;
    }
    heap->unsure = false;
    return heap->first->deadline;
}

void sup__heap_pop(struct sup__heap *heap, uint64_t *key)
{
    SUP_ASSERT(*key == heap->first->key);
    *key = 0;
    remove_first(heap);
}

static uint32_t stale_in(const struct sup__heap *heap, const struct sup__heap_entry *from,
                         const struct sup__heap_entry *end)
{
    uint32_t stale = 0;
    for (; from != end; from++) {
        stale += !alive(heap, from);
    }
    return stale;
}

void sup__heap_check(const struct sup__heap *heap)
{
    const struct sup__run *run = &heap->run;
    uint32_t stale = stale_in(heap, heap->tree, heap->tree + heap->tree_count);
    for (uint32_t i = 1; i < heap->tree_count; i++) {
        SUP_ASSERT(!before(&heap->tree[i], &heap->tree[(i - 1) / ARITY]));
    }
    sup__run_check(run);
    if (run->first <= run->next) {
        stale += stale_in(heap, run->first, run->next);
    } else {
        stale += stale_in(heap, run->first, run->end) + stale_in(heap, run->slots, run->next);
    }
    SUP_ASSERT(stale == heap->stale);
    SUP_ASSERT(heap->unsure || sup__heap_count(heap) == 0 || alive(heap, heap->first));
    SUP_ASSERT(heap->tree_count <= heap->tree_room);
    SUP_ASSERT(heap->tree_room + run->room <= heap->capacity);
}
