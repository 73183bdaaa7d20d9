/* The floor: a hand-written event loop that does nothing but a heap and the
 * arithmetic of the workload. No names, no states to ask for, no events, no
 * commands; what the next step needs is packed into the heap's keys, so the
 * heap is all the memory it touches. It says what the machine can do.
 */
#include <stdio.h>

#include "bench.h"
#include "heap.h"

/* The flag of a key: an attempt ends, or its service starts again. */
enum { FLOOR_END = 0, FLOOR_START = 1 };

static inline void floor_note(struct bench_result *result, uint64_t at_ns, uint32_t service)
{
    result->count++;
    result->xored ^= at_ns * BENCH_K + service;
}

static void floor_churn(struct bench_heap *heap, uint32_t n, struct bench_result *result)
{
    for (uint32_t i = 0; i < n; i++) {
        floor_note(result, 0, i);
        bench_heap_push(heap, bench_key(heap, bench_run_ns(i, 0), i, 0, FLOOR_END));
    }
    for (uint64_t now = bench_heap_at(heap); now < BENCH_HORIZON_NS; now = bench_heap_at(heap)) {
        unsigned __int128 top = heap->entry[0];
        uint32_t service = bench_key_service(top);
        uint32_t k = bench_key_attempt(top);
        if (bench_key_flag(top) == FLOOR_END) {
            uint64_t next = now + bench_backoff_ns(k);
            bench_heap_replace_late(heap, bench_key(heap, next, service, k + 1, FLOOR_START));
        } else {
            uint64_t next = now + bench_run_ns(service, k);
            floor_note(result, now, service);
            bench_heap_replace(heap, bench_key(heap, next, service, k, FLOOR_END));
        }
    }
    result->end_ns = BENCH_HORIZON_NS;
}

/* One end of an attempt of the mixed fleet: a restart, or the breaker. */
static void floor_fleet_end(struct bench_heap *heap, uint64_t *first_failure_ns,
                            struct bench_result *result)
{
    unsigned __int128 top = heap->entry[0];
    uint64_t now = bench_key_at(top);
    uint32_t service = bench_key_service(top);
    uint32_t k = bench_key_attempt(top);
    if (bench_fate_of(service) == BENCH_HOPELESS) {
        if (k == 0) {
            first_failure_ns[service] = now;
        }
        if (k + 1 >= BENCH_BREAKER_FAILURES &&
            now - first_failure_ns[service] <= BENCH_BREAKER_WITHIN_NS) {
            result->broken++;
            bench_heap_pop(heap);
            return;
        }
    }
    bench_heap_replace(heap,
                       bench_key(heap, now + bench_backoff_ns(k), service, k + 1, FLOOR_START));
}

/* A start: a timed attempt, or one that lives until the shutdown. */
static void floor_fleet_start(struct bench_heap *heap, uint8_t *alive, struct bench_result *result)
{
    unsigned __int128 top = heap->entry[0];
    uint64_t now = bench_key_at(top);
    uint32_t service = bench_key_service(top);
    uint32_t k = bench_key_attempt(top);
    floor_note(result, now, service);
    if (bench_attempt_fails(bench_fate_of(service), k)) {
        uint64_t end = now + bench_run_ns(service, k);
        bench_heap_replace(heap, bench_key(heap, end, service, k, FLOOR_END));
    } else {
        alive[service] = 1;
        bench_heap_pop(heap);
    }
}

static int floor_fleet(struct bench_heap *heap, uint32_t n, struct bench_result *result)
{
    uint64_t *first_failure_ns = calloc(n, sizeof(*first_failure_ns));
    uint8_t *alive = calloc(n, 1);
    int error = first_failure_ns == NULL || alive == NULL ? -1 : 0;
    for (uint32_t i = 0; error == 0 && i < n; i++) {
        bench_heap_push(heap, bench_key(heap, 0, i, 0, FLOOR_START));
    }
    while (error == 0 && bench_heap_at(heap) < BENCH_SHUTDOWN_NS) {
        if (bench_key_flag(heap->entry[0]) == FLOOR_END) {
            floor_fleet_end(heap, first_failure_ns, result);
        } else {
            floor_fleet_start(heap, alive, result);
        }
    }
    for (uint32_t i = n; error == 0 && i-- > 0;) {
        if (alive[i] && bench_fate_of(i) != BENCH_HUNG) {
            result->cancelled++;
        } else if (alive[i]) {
            result->aborted++;
        }
    }
    result->end_ns = BENCH_SHUTDOWN_NS + (result->aborted > 0 ? BENCH_TIMEOUT_NS : 0);
    free(first_failure_ns);
    free(alive);
    return error;
}

static void floor_timers(struct bench_heap *heap, uint32_t n, struct bench_result *result)
{
    for (uint32_t i = 0; i < n; i++) {
        bench_heap_push(heap, bench_key(heap, bench_delay_ns(i, 0), i, 0, FLOOR_END));
    }
    while (heap->count > 0) {
        unsigned __int128 top = heap->entry[0];
        uint64_t now = bench_key_at(top);
        uint32_t timer = bench_key_service(top);
        uint32_t k = bench_key_attempt(top) + 1;
        floor_note(result, now, timer);
        result->end_ns = now;
        if (k < BENCH_FIRES) {
            uint64_t next = now + bench_delay_ns(timer, k);
            bench_heap_replace(heap, bench_key(heap, next, timer, k, FLOOR_END));
        } else {
            bench_heap_pop(heap);
        }
    }
}

int bench_floor_run(enum bench_workload workload, uint32_t n, struct bench_result *ret_result)
{
    struct bench_result result = {0};
    struct bench_heap heap;
    int error = bench_heap_init(&heap, n);
    if (error == 0 && workload == BENCH_W1) {
        floor_churn(&heap, n, &result);
    } else if (error == 0 && workload == BENCH_W2) {
        error = floor_fleet(&heap, n, &result);
    } else if (error == 0) {
        floor_timers(&heap, n, &result);
    }
    bench_heap_release(&heap);
    if (error != 0) {
        fprintf(stderr, "bench: out of memory\n");
        return -1;
    }
    *ret_result = result;
    return 0;
}
