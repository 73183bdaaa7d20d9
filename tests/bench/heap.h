/* A 4-ary heap of 128-bit keys, for the floor.
 *
 * A key is (instant, sequence, payload) in one integer, so one compare gives
 * the total order and an entry is its key. The four children of a node fill one
 * cache line. The line behind the last entry holds keys of all ones, so that the
 * least child is found without asking how many there are. The top may be
 * replaced in place, which costs half of a pop and a push.
 */
#ifndef BENCH_HEAP_H
#define BENCH_HEAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Below the sequence's 35 bits: a flag of two bits, an attempt number, a service. */
#define BENCH_SERVICE_BITS 20
#define BENCH_ATTEMPT_BITS 7
#define BENCH_PAYLOAD_BITS (BENCH_SERVICE_BITS + BENCH_ATTEMPT_BITS + 2)

struct bench_heap {
    unsigned __int128 *entry; /* entry[0] is the top; entry[1] starts a line */
    uint32_t count;
    uint32_t capacity;
    uint64_t sequence;
    void *block;
};

static inline unsigned __int128 bench_key(struct bench_heap *heap, uint64_t at_ns, uint32_t service,
                                          uint32_t attempt, uint32_t flag)
{
    uint64_t low = heap->sequence++ << BENCH_PAYLOAD_BITS;
    low |= (uint64_t)flag << (BENCH_SERVICE_BITS + BENCH_ATTEMPT_BITS);
    low |= (uint64_t)attempt << BENCH_SERVICE_BITS | service;
    return (unsigned __int128)at_ns << 64 | low;
}

static inline uint64_t bench_key_at(unsigned __int128 key)
{
    return (uint64_t)(key >> 64);
}

static inline uint32_t bench_key_service(unsigned __int128 key)
{
    return (uint32_t)key & ((1u << BENCH_SERVICE_BITS) - 1);
}

static inline uint32_t bench_key_attempt(unsigned __int128 key)
{
    return (uint32_t)key >> BENCH_SERVICE_BITS & ((1u << BENCH_ATTEMPT_BITS) - 1);
}

static inline uint32_t bench_key_flag(unsigned __int128 key)
{
    return (uint32_t)key >> (BENCH_SERVICE_BITS + BENCH_ATTEMPT_BITS) & 3u;
}

static inline unsigned __int128 bench_key_last(void)
{
    return ~(unsigned __int128)0;
}

/* 0, or -1 without memory. */
static inline int bench_heap_init(struct bench_heap *heap, uint32_t capacity)
{
    size_t entries = (size_t)capacity + 12;
    memset(heap, 0, sizeof(*heap));
    heap->block = aligned_alloc(64, (entries * sizeof(*heap->entry) + 63) / 64 * 64);
    if (heap->block == NULL) {
        return -1;
    }
    heap->entry = (unsigned __int128 *)heap->block + 3;
    heap->capacity = capacity;
    for (uint32_t i = 0; i < 5; i++) {
        heap->entry[i] = bench_key_last();
    }
    return 0;
}

static inline void bench_heap_release(struct bench_heap *heap)
{
    free(heap->block);
    heap->block = NULL;
}

/* The top's instant; UINT64_MAX when the heap is empty. */
static inline uint64_t bench_heap_at(const struct bench_heap *heap)
{
    return bench_key_at(heap->entry[0]);
}

/* Nodes are named by their distance from the top in bytes here: the first child
 * of `hole` is at 4 * hole + 16, and nothing has to be scaled. */
#define BENCH_NODE sizeof(unsigned __int128)

static inline unsigned __int128 *bench_heap_node(unsigned __int128 *entry, uint64_t node)
{
    return (unsigned __int128 *)(void *)((char *)entry + node);
}

/* The least of the four children that start at `child`. */
static inline uint64_t bench_heap_least(unsigned __int128 *entry, uint64_t child)
{
    const unsigned __int128 *line = bench_heap_node(entry, child);
    uint64_t left = child + (line[1] < line[0]) * BENCH_NODE;
    uint64_t right = child + 2 * BENCH_NODE + (line[3] < line[2]) * BENCH_NODE;
    bool less = *bench_heap_node(entry, right) < *bench_heap_node(entry, left);
    return less ? right : left;
}

/* Moves the hole up to where the key belongs. */
static inline void bench_heap_rise(unsigned __int128 *entry, uint64_t hole, unsigned __int128 key)
{
    while (hole > 0) {
        uint64_t parent = (hole - BENCH_NODE) / 4 & ~(BENCH_NODE - 1);
        unsigned __int128 above = *bench_heap_node(entry, parent);
        if (above <= key) {
            break;
        }
        *bench_heap_node(entry, hole) = above;
        hole = parent;
    }
    *bench_heap_node(entry, hole) = key;
}

/* Puts the key into the hole at the top. */
static inline void bench_heap_replace(struct bench_heap *heap, unsigned __int128 key)
{
    unsigned __int128 *entry = heap->entry;
    uint64_t end = heap->count * BENCH_NODE;
    uint64_t hole = 0;
    for (uint64_t child = BENCH_NODE; child < end; child = 4 * hole + BENCH_NODE) {
        uint64_t least = bench_heap_least(entry, child);
        unsigned __int128 below = *bench_heap_node(entry, least);
        if (key < below) {
            break;
        }
        *bench_heap_node(entry, hole) = below;
        hole = least;
    }
    *bench_heap_node(entry, hole) = key;
}

/* The same for a key that is likely to be among the last: walks the hole down to
 * a leaf without looking at the key, then the key up from there. */
static inline void bench_heap_replace_late(struct bench_heap *heap, unsigned __int128 key)
{
    unsigned __int128 *entry = heap->entry;
    uint64_t end = heap->count * BENCH_NODE;
    uint64_t hole = 0;
    for (uint64_t child = BENCH_NODE; child < end; child = 4 * hole + BENCH_NODE) {
        uint64_t least = bench_heap_least(entry, child);
        *bench_heap_node(entry, hole) = *bench_heap_node(entry, least);
        hole = least;
    }
    bench_heap_rise(entry, hole, key);
}

/* Its caller never holds more than the capacity. */
static inline void bench_heap_push(struct bench_heap *heap, unsigned __int128 key)
{
    unsigned __int128 *entry = heap->entry;
    uint64_t hole = heap->count++;
    if (hole % 4 == 1) { /* the first of its line */
        for (uint64_t i = 1; i < 4; i++) {
            entry[hole + i] = bench_key_last();
        }
    }
    bench_heap_rise(entry, hole * BENCH_NODE, key);
}

static inline void bench_heap_pop(struct bench_heap *heap)
{
    uint32_t last = --heap->count;
    unsigned __int128 key = heap->entry[last];
    heap->entry[last] = bench_key_last();
    if (last > 0) {
        bench_heap_replace_late(heap, key);
    }
}

#endif
