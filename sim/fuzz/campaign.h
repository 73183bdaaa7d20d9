/* Many seeds, one after the other: what came of each, and of all together.
 *
 * A campaign keeps what its summary says, which takes the same memory after ten seeds and
 * after ten million: two histograms, and of each signature of failure how often it came and
 * the seed that failed with the fewest events.
 */
#ifndef SIM_FUZZ_CAMPAIGN_H
#define SIM_FUZZ_CAMPAIGN_H

#include "corpus.h"
#include "from.h"
#include "generate.h"
#include "sim/relation/relation.h"
#include "sim/trial/trial.h"

/* Of which seeds each relation is asked. */
enum sim__fuzz_relations {
    SIM__FUZZ_RELATIONS_SAMPLE, /* of one in SIM__FUZZ_RELATION_EVERY, which the seed decides */
    SIM__FUZZ_RELATIONS_ALL,
    SIM__FUZZ_RELATIONS_NONE,
};
#define SIM__FUZZ_RELATION_EVERY 16u

/* Start from {0}. */
struct sim__fuzz_how {
    struct sim__trial_how trial;
    enum sim__fuzz_relations relations;
    struct sim__fuzz_from *from;      /* NULL: the generator makes the scenarios */
    const struct sim__corpus *corpus; /* NULL, or inputs that some of the seeds change */
    struct sim__lit *lit;             /* with a corpus: what a seed lights that it has not */
};

/* Of a mutant that is made of a file at large. */
enum sim__fuzz_fate {
    SIM__FUZZ_JUDGED,
    SIM__FUZZ_REFUSED, /* it is no scenario, or too large */
    SIM__FUZZ_ENDLESS, /* a budget ended it, or it is a livelock, as it may be */
};

/* Plain data: it may be sent from one process to another. */
struct sim__fuzz_try {
    struct sim__fuzz_drawn drawn;
    struct sim__trial trial;
    uint32_t variant; /* of the file that it is made of */
    uint32_t input;   /* of the corpus that it was made of, from 1; 0: of none */
    enum sim__fuzz_fate fate;
    enum sim__relation_answer relations[SIM__RELATIONS];
};

/* The scenario of the seed, once; 0 whatever came of it, or SUP_ENOMEM. Relations are asked of
 * one that has passed. */
int sim__fuzz_try(uint64_t seed, const struct sim__fuzz_how *how,
                  struct sim__fuzz_try *ret_try) SUP_WARN_UNUSED;

/* What a file says about where it comes from. */
struct sim__fuzz_origin {
    const char *command; /* as the user calls it, seeds aside: `rehearse fuzz` */
    const char *version;
};
/* Its file, with what came of it and how to have that again in comments. */
int sim__fuzz_write(const struct sim__fuzz_try *one, const struct sim__fuzz_how *how,
                    const struct sim__fuzz_origin *origin, struct sim__text *text) SUP_WARN_UNUSED;

#define SIM__FUZZ_SIGNATURES 256u
#define SIM__FUZZ_EVENTS_COUNTED 65536u

struct sim__fuzz_finding {
    uint64_t count;
    struct sim__fuzz_try fastest; /* the fewest events; of equals the first */
};

/* Of a relation. */
struct sim__fuzz_asked {
    uint64_t wanted; /* seeds of which it was to be asked … */
    uint64_t asked;  /* … and of which it could be */
    uint64_t broken;
};

/* All zeros before the first; large, so it belongs on the heap. */
struct sim__fuzz_tally {
    uint64_t runs;
    uint64_t failed;
    uint64_t refused; /* of these nothing is counted but how many they were */
    uint64_t endless;
    uint64_t events;
    uint64_t attempts;
    uint32_t by_services[256];
    uint32_t by_events[SIM__FUZZ_EVENTS_COUNTED]; /* the last: so many or more */
    struct sim__fuzz_asked relations[SIM__RELATIONS];
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
