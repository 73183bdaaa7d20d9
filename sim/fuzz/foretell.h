/* When the attempts of a generated scenario will end, as far as what was drawn tells.
 *
 * Each service is followed by itself: what its script does, which of its ends are restarted, how
 * its waits grow, and when a limit or its breaker ends it. Those of a group that restarts
 * together, or that is ended together, are followed side by side. What is done to them is not
 * foretold, nor how long they take to stop, nor what they need of the world.
 */
#ifndef SIM_FUZZ_FORETELL_H
#define SIM_FUZZ_FORETELL_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/time.h"

/* What an attempt does in the end. */
enum sim__fuzz_end {
    SIM__FUZZ_GOES_ON,
    SIM__FUZZ_FAILS,
    SIM__FUZZ_CRASHES,
    SIM__FUZZ_SUCCEEDS,
    SIM__FUZZ_REFUSES,
    SIM__FUZZ_LATE, /* stopped, since it was not ready in time, did not beat or ran too long */
};
/* Some of them, a bit each. */
#define SIM__FUZZ_ON(end) (1u << SIM__FUZZ_##end)
#define SIM__FUZZ_ON_FAILURE \
    (SIM__FUZZ_ON(FAILS) | SIM__FUZZ_ON(CRASHES) | SIM__FUZZ_ON(REFUSES) | SIM__FUZZ_ON(LATE))
#define SIM__FUZZ_ON_ANY (SIM__FUZZ_ON_FAILURE | SIM__FUZZ_ON(SUCCEEDS))

/* It does not come to that. */
#define SIM__FUZZ_EVER (UINT64_MAX / 128)

/* An item of a script. */
struct sim__fuzz_item {
    uint64_t life_ns;
    uint64_t ready_ns; /* when it says that it is; SIM__FUZZ_EVER: it does not */
    enum sim__fuzz_end end;
    uint32_t times;
    bool beats;
};
#define SIM__FUZZ_SCRIPT 3u

/* So many within so long. */
struct sim__fuzz_gate {
    uint64_t within_ns; /* 0: there is none */
    uint32_t most;
};

/* How a service is kept going, and what it does. */
struct sim__fuzz_gait {
    uint64_t base_ns; /* before a restart, at first and at last */
    uint64_t max_ns;
    uint64_t reset_ns;       /* a life after which it is the first again */
    uint64_t clean_ns;       /* after a clean end */
    uint64_t settles_ns;     /* a life after which it was ready … */
    uint64_t after_ready_ns; /* … and waits this; 0: that makes no difference */
    uint64_t ready_ns;       /* by when it has to be ready … */
    uint64_t stale_ns;       /* … and how long it may be without a beat */
    uint64_t most_ns;        /* it may run */
    uint64_t probe_ns;
    uint64_t cooldown_ns; /* of the breaker; SIM__FUZZ_EVER: it ends it */
    uint64_t every_ns;    /* of an interval; 0: it is none */
    struct sim__fuzz_gate limit;
    struct sim__fuzz_gate breaker;
    uint32_t factor_tenths;
    uint32_t wait_percent; /* of a wait with jitter, in the mean */
    uint32_t most;         /* restarts in its life */
    uint32_t restarted;    /* ends after which it is */
    uint32_t clean;        /* ends that are no failure */
    uint32_t group;
    uint32_t count;
    uint32_t item_count;
    bool clean_counts; /* as a failure does */
    bool at_rate;      /* calls are counted from the begin of the one before */
    bool once;         /* and never again */
    bool from_start;   /* waits begin there */
    struct sim__fuzz_item items[SIM__FUZZ_SCRIPT];
};

/* What the services of a group have to do with each other. */
enum sim__fuzz_strategy {
    SIM__FUZZ_ALONE,
    SIM__FUZZ_ALL_OF_IT,
    SIM__FUZZ_THOSE_BEHIND,
};
struct sim__fuzz_bond {
    enum sim__fuzz_strategy strategy;
    struct sim__fuzz_gate limit;
};

#define SIM__FUZZ_MOST_GROUPS 6u
#define SIM__FUZZ_MOST_BRITTLE 4u
/* The root is group 0; then come the others, and the brittle ones. */
#define SIM__FUZZ_GROUP(i) (1u + (i))
#define SIM__FUZZ_BRITTLE_GROUP(i) (1u + SIM__FUZZ_MOST_GROUPS + (i))
#define SIM__FUZZ_BONDS SIM__FUZZ_BRITTLE_GROUP(SIM__FUZZ_MOST_BRITTLE)
#define SIM__FUZZ_PACES 64u
#define SIM__FUZZ_TICKS_MOST 800u

struct sim__fuzz_pace {
    struct sim__fuzz_gait usual; /* by what is built in, or by `defaults` */
    struct sim__fuzz_gait policies[2];
    struct sim__fuzz_gait at;   /* of the service that is being made */
    struct sim__fuzz_item item; /* of its script, that is being made */
    uint64_t length_ns;         /* that was drawn last; of one that is left open its least */
    struct sim__fuzz_bond bonds[SIM__FUZZ_BONDS];
    uint32_t count;
    struct sim__fuzz_gait services[SIM__FUZZ_PACES];
};

/* In how many ticks so many events come of them; SIM__FUZZ_TICKS_MOST at most. */
uint32_t sim__fuzz_foretell(const struct sim__fuzz_pace *pace, struct sup_duration tick,
                            uint32_t events);

#endif
