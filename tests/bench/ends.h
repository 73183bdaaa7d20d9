/* When which attempt ends: the heap of the benchmark's own executor.
 *
 * An entry is one word, (instant in milliseconds, service, attempt, how), and no service has
 * two attempts at a time, so words are ordered by instant and service and no two are alike.
 * The heap is 4-ary; behind its last entry are words of all ones, so that the least of four
 * children is found without asking how many there are.
 */
#ifndef BENCH_ENDS_H
#define BENCH_ENDS_H

#include <stdint.h>
#include <stdlib.h>

#include "bench.h"

#define BENCH_END_HOW_BITS 2
#define BENCH_END_ATTEMPT_BITS 7
#define BENCH_END_SERVICE_BITS 20
#define BENCH_END_BITS (BENCH_END_HOW_BITS + BENCH_END_ATTEMPT_BITS + BENCH_END_SERVICE_BITS)
/* The instant of no end. */
#define BENCH_END_NEVER_NS ((UINT64_MAX >> BENCH_END_BITS) * BENCH_MS)

struct bench_ends {
    uint64_t *entry; /* entry[0] is the first; entry[1] starts 32 bytes */
    uint32_t count;
    uint32_t capacity;
    void *block;
};

/* The instant is a whole number of milliseconds. */
static inline uint64_t bench_end(uint64_t at_ns, uint32_t service, uint32_t attempt, uint32_t how)
{
    uint64_t end = at_ns / BENCH_MS;
    end = end << BENCH_END_SERVICE_BITS | service;
    end = end << BENCH_END_ATTEMPT_BITS | attempt;
    return end << BENCH_END_HOW_BITS | how;
}

static inline uint64_t bench_end_at(uint64_t end)
{
    return (end >> BENCH_END_BITS) * BENCH_MS;
}

static inline uint32_t bench_end_service(uint64_t end)
{
    return (uint32_t)(end >> (BENCH_END_HOW_BITS + BENCH_END_ATTEMPT_BITS)) &
           ((1u << BENCH_END_SERVICE_BITS) - 1);
}

static inline uint32_t bench_end_attempt(uint64_t end)
{
    return (uint32_t)end >> BENCH_END_HOW_BITS & ((1u << BENCH_END_ATTEMPT_BITS) - 1);
}

static inline uint32_t bench_end_how(uint64_t end)
{
    return (uint32_t)end & ((1u << BENCH_END_HOW_BITS) - 1);
}

/* 0, or -1 without memory. What is never used of it is never touched. */
static inline int bench_ends_init(struct bench_ends *ends, uint32_t capacity)
{
    size_t bytes = ((size_t)capacity + 3 + 4) * sizeof(*ends->entry);
    *ends = (struct bench_ends){.block = aligned_alloc(32, (bytes + 31) / 32 * 32)};
    if (ends->block == NULL) {
        return -1;
    }
    ends->entry = (uint64_t *)ends->block + 3;
    ends->capacity = capacity;
    for (uint32_t i = 0; i < 4; i++) {
        ends->entry[i] = UINT64_MAX;
    }
    return 0;
}

/* The first one's instant. */
static inline uint64_t bench_ends_at(const struct bench_ends *ends)
{
    return bench_end_at(ends->entry[0]);
}

static inline void bench_ends_rise(uint64_t *entry, uint64_t hole, uint64_t end)
{
    for (; hole > 0 && entry[(hole - 1) / 4] > end; hole = (hole - 1) / 4) {
        entry[hole] = entry[(hole - 1) / 4];
    }
    entry[hole] = end;
}

/* Its caller never holds more than the capacity. */
static inline void bench_ends_push(struct bench_ends *ends, uint64_t end)
{
    uint32_t count = ends->count++;
    ends->entry[count + 4] = UINT64_MAX;
    bench_ends_rise(ends->entry, count, end);
}

/* Takes the first one away: its place walks down to a leaf, and the last one up from there. */
static inline uint64_t bench_ends_pop(struct bench_ends *ends)
{
    uint64_t *entry = ends->entry;
    uint64_t first = entry[0];
    uint64_t count = --ends->count;
    uint64_t last = entry[count];
    entry[count] = UINT64_MAX;
    uint64_t hole = 0;
    for (uint64_t child; (child = 4 * hole + 1) < count;) {
        uint64_t low = child + (entry[child + 1] < entry[child]);
        uint64_t high = child + 2 + (entry[child + 3] < entry[child + 2]);
        child = entry[high] < entry[low] ? high : low;
        entry[hole] = entry[child];
        hole = child;
    }
    if (count > 0) {
        bench_ends_rise(entry, hole, last);
    }
    return first;
}

#endif
