/* The definition of the workloads, computed service by service, without any
 * event loop: what every peer's result is compared with.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

static const char *const workload_names[BENCH_WORKLOADS] = {"W1", "W2", "W3"};
static const char *const peer_names[BENCH_PEERS] = {"floor", "rehearse", "rehearse-checked"};

const char *bench_workload_name(enum bench_workload workload)
{
    return workload_names[workload];
}

enum bench_workload bench_workload_of(const char *name)
{
    unsigned i = 0;
    while (i < BENCH_WORKLOADS && strcmp(name, workload_names[i]) != 0) {
        i++;
    }
    return (enum bench_workload)i;
}

const char *bench_peer_name(enum bench_peer peer)
{
    return peer_names[peer];
}

enum bench_peer bench_peer_of(const char *name)
{
    unsigned i = 0;
    while (i < BENCH_PEERS && strcmp(name, peer_names[i]) != 0) {
        i++;
    }
    return (enum bench_peer)i;
}

static void define_churn(uint32_t service, struct bench_result *result)
{
    uint64_t at = 0;
    for (uint32_t k = 0; at < BENCH_HORIZON_NS; k++) {
        result->count++;
        result->xored ^= at * BENCH_K + service;
        at += bench_run_ns(service, k) + bench_backoff_ns(k);
    }
    result->end_ns = BENCH_HORIZON_NS;
}

/* The breaker's 60 s hold all five failures: four waits of 1.5 s together and
 * four runs of at most 1 s each lie between the first and the fifth. */
static void define_fleet(uint32_t service, struct bench_result *result)
{
    enum bench_fate fate = bench_fate_of(service);
    uint64_t at = 0;
    uint32_t k = 0;
    for (;; k++) {
        result->count++;
        result->xored ^= at * BENCH_K + service;
        if (!bench_attempt_fails(fate, k)) {
            break;
        }
        at += bench_run_ns(service, k);
        if (fate == BENCH_HOPELESS && k + 1 == BENCH_BREAKER_FAILURES) {
            result->broken++;
            return;
        }
        at += bench_backoff_ns(k);
    }
    if (fate == BENCH_HUNG) {
        result->aborted++;
        result->end_ns = BENCH_SHUTDOWN_NS + BENCH_TIMEOUT_NS;
    } else {
        result->cancelled++;
        if (result->end_ns < BENCH_SHUTDOWN_NS) {
            result->end_ns = BENCH_SHUTDOWN_NS;
        }
    }
}

static void define_timer(uint32_t timer, struct bench_result *result)
{
    uint64_t at = 0;
    for (uint32_t k = 0; k < BENCH_FIRES; k++) {
        at += bench_delay_ns(timer, k);
        result->count++;
        result->xored ^= at * BENCH_K + timer;
    }
    if (result->end_ns < at) {
        result->end_ns = at;
    }
}

void bench_definition(enum bench_workload workload, uint32_t n, struct bench_result *ret_result)
{
    memset(ret_result, 0, sizeof(*ret_result));
    for (uint32_t i = 0; i < n; i++) {
        if (workload == BENCH_W1) {
            define_churn(i, ret_result);
        } else if (workload == BENCH_W2) {
            define_fleet(i, ret_result);
        } else {
            define_timer(i, ret_result);
        }
    }
}

/* Checksums that were published with the definition: they hold the definition
 * above in place. */
static const struct {
    enum bench_workload workload;
    uint32_t n;
    uint64_t xored;
} published[] = {
    {BENCH_W1, 1, UINT64_C(0x0bf14f7e2713bac0)},
    {BENCH_W1, 10, UINT64_C(0xb1a945ab81fbe480)},
    {BENCH_W1, 100, UINT64_C(0xf1f35088ecbff640)},
    {BENCH_W2, 100, UINT64_C(0x23beaaab86dd6d80)},
};

static int differs(const char *what, uint64_t found, uint64_t expected)
{
    if (found == expected) {
        return 0;
    }
    fprintf(stderr, "bench: %s is %016" PRIx64 ", by definition %016" PRIx64 "\n", what, found,
            expected);
    return -1;
}

int bench_verify(enum bench_workload workload, uint32_t n, const struct bench_result *result)
{
    struct bench_result expected;
    int error = 0;
    for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
        bench_definition(published[i].workload, published[i].n, &expected);
        error |= differs("a published checksum", expected.xored, published[i].xored);
    }
    bench_definition(workload, n, &expected);
    error |= differs("count", result->count, expected.count);
    error |= differs("xor", result->xored, expected.xored);
    error |= differs("end", result->end_ns, expected.end_ns);
    error |= differs("cancelled", result->cancelled, expected.cancelled);
    error |= differs("broken", result->broken, expected.broken);
    error |= differs("aborted", result->aborted, expected.aborted);
    return error;
}
