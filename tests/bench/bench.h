/* The benchmark's workloads, its peers, and what passes between its files.
 *
 * A workload (W1 churn, W2 mixed fleet, W3 timers) is defined exactly, down to
 * a checksum over the instants of everything that happens in it; a peer is a
 * way to run it. A run counts only when its checksum is the definition's.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bench_workload { BENCH_W1, BENCH_W2, BENCH_W3, BENCH_WORKLOADS };
enum bench_peer { BENCH_FLOOR, BENCH_REHEARSE, BENCH_CHECKED, BENCH_PEERS };

/* "W1" and "floor"; the opposite returns the count when the name is unknown. */
const char *bench_workload_name(enum bench_workload workload);
enum bench_workload bench_workload_of(const char *name);
const char *bench_peer_name(enum bench_peer peer);
enum bench_peer bench_peer_of(const char *name);

/* Slots are packed into 20 bits of a heap entry. */
#define BENCH_N_MAX 1000000u

struct bench_result {
    uint64_t count;                      /* attempts started; W3: timers fired */
    uint64_t xored;                      /* over each of these, of instant * BENCH_K + service */
    uint64_t end_ns;                     /* virtual: the horizon, or the last thing that happened */
    uint32_t cancelled, broken, aborted; /* W2: final states */
};

/* Each runs the workload once, from nothing to nothing. 0, or -1 after a
 * message on stderr. */
int bench_floor_run(enum bench_workload workload, uint32_t n, struct bench_result *ret_result);
int bench_rehearse_run(enum bench_workload workload, uint32_t n, bool checked,
                       struct bench_result *ret_result);

/* The result by definition: each service computed by itself, without an event
 * loop. */
void bench_definition(enum bench_workload workload, uint32_t n, struct bench_result *ret_result);
/* 0, or -1 after a message naming every difference. */
int bench_verify(enum bench_workload workload, uint32_t n, const struct bench_result *result);

/* All workloads, sizes and peers, in `rounds` rounds of child processes, then
 * the medians. 0, or -1 when a child failed. */
int bench_series(uint32_t rounds);
/* The host in the real world: wake-up latency and command throughput. */
int bench_host_run(void);
/* So many services in one supervisor: registered, looked at, drained. 0, or -1. */
int bench_large_run(uint32_t n);

/* The constants of the definition. */
#define BENCH_SEED UINT64_C(1)
#define BENCH_K UINT64_C(0x9E3779B97F4A7C15)
#define BENCH_MS UINT64_C(1000000)
#define BENCH_S UINT64_C(1000000000)
#define BENCH_HORIZON_NS (3600 * BENCH_S) /* W1: only starts before it count */
#define BENCH_SHUTDOWN_NS (600 * BENCH_S) /* W2 */
#define BENCH_TIMEOUT_NS (30 * BENCH_S)   /* W2: shutdown to abort */
#define BENCH_BREAKER_FAILURES 5u         /* W2 */
#define BENCH_BREAKER_WITHIN_NS (60 * BENCH_S)
#define BENCH_FIRES 11u /* W3: the first, and ten re-armings */

static inline uint64_t bench_hash(uint64_t id, uint64_t k)
{
    uint64_t x = (BENCH_SEED ^ (id << 20) ^ k) + BENCH_K;
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* How long attempt k of a failing service runs. */
static inline uint64_t bench_run_ns(uint64_t service, uint64_t k)
{
    return (1 + bench_hash(service, k) % 1000) * BENCH_MS;
}

/* The wait after attempt k: min(60 s, 100 ms * 2^k). */
static inline uint64_t bench_backoff_ns(uint64_t k)
{
    return k > 9 ? 60 * BENCH_S : (UINT64_C(100) << k) * BENCH_MS;
}

/* W3: delay k of a timer. */
static inline uint64_t bench_delay_ns(uint64_t timer, uint64_t k)
{
    return (1 + bench_hash(timer, k) % 3600000) * BENCH_MS;
}

/* W2: what a service is, and how many of its attempts fail. */
enum bench_fate { BENCH_HEALTHY, BENCH_FLAKY, BENCH_HOPELESS, BENCH_HUNG };

static inline enum bench_fate bench_fate_of(uint32_t service)
{
    uint32_t place = service % 100;
    if (place < 70) {
        return BENCH_HEALTHY;
    }
    return place < 90 ? BENCH_FLAKY : place < 99 ? BENCH_HOPELESS : BENCH_HUNG;
}

static inline bool bench_attempt_fails(enum bench_fate fate, uint32_t k)
{
    return fate == BENCH_HOPELESS || (fate == BENCH_FLAKY && k < 3);
}

#endif
