/* Many seeds, one after the other: what came of each, and of all together.
 *
 * A campaign keeps what its summary says, which takes the same memory after ten seeds and
 * after ten million: two histograms, and of each signature of failure how often it came and
 * the seed that failed with the fewest events.
 */
#ifndef SIM_FUZZ_CAMPAIGN_H
#define SIM_FUZZ_CAMPAIGN_H

#include "generate.h"
#include "sim/trial/trial.h"

/* Plain data: it may be sent from one process to another. */
struct sim__fuzz_try {
    struct sim__fuzz_drawn drawn;
    struct sim__trial trial;
};

/* The scenario of the seed, once; 0 whatever came of it, or SUP_ENOMEM. */
int sim__fuzz_try(uint64_t seed, const struct sim__trial_how *how,
                  struct sim__fuzz_try *ret_try) SUP_WARN_UNUSED;
/* Its file, with what came of it and how to have that again in comments. `program` is how
 * the user calls the command. */
int sim__fuzz_write(const struct sim__fuzz_try *one, const char *program, const char *version,
                    struct sim__text *text) SUP_WARN_UNUSED;

#define SIM__FUZZ_SIGNATURES 256u
#define SIM__FUZZ_EVENTS_COUNTED 65536u

struct sim__fuzz_finding {
    uint64_t count;
    struct sim__fuzz_try fastest; /* the fewest events; of equals the first */
};

/* All zeros before the first; large, so it belongs on the heap. */
struct sim__fuzz_tally {
    uint64_t runs;
    uint64_t failed;
    uint64_t events;
    uint64_t attempts;
    uint32_t by_services[256];
    uint32_t by_events[SIM__FUZZ_EVENTS_COUNTED]; /* the last: so many or more */
    uint64_t on[SIM__FUZZ_FEATURE_COUNT];
    uint64_t on_failed[SIM__FUZZ_FEATURE_COUNT];
    struct sim__fuzz_finding findings[SIM__FUZZ_SIGNATURES];
    uint32_t finding_count;
    uint64_t unkept; /* failures of further signatures */
};

/* Counts it; the finding that it is of, NULL when it passed or there is no room. */
const struct sim__fuzz_finding *sim__fuzz_count(struct sim__fuzz_tally *tally,
                                                const struct sim__fuzz_try *one);
/* The median (the lower one of two); 0 of none. */
uint32_t sim__fuzz_median_services(const struct sim__fuzz_tally *tally);
uint32_t sim__fuzz_median_events(const struct sim__fuzz_tally *tally);

#endif
