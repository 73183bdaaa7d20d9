/* What counts events: tally, peak, follows. Each is shown every event of its types and
 * keeps what its answer needs; none knows what it is asked for, so that expectations and
 * measures share them.
 */
#ifndef SIM_COUNTED_H
#define SIM_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

#include "filter.h"
#include "roll.h"
#include "sim/scenario.h"
#include "sup/event.h"
#include "sup/time.h"

/* ---- count.c: how many ---- */
struct sim__count {
    struct sim__filter filter;
    uint64_t total;
    uint64_t most; /* as many are wanted at most: the next one is remembered */
    struct sup_instant over_at;
    uint32_t over_slot;
    bool each;
    struct sim__roll roll; /* each: who was counted */
    uint64_t *by_number;
    uint32_t room;
};

/* ---- peak.c: how many at most in any window of a length, both ends included ---- */
struct sim__moment {
    struct sup_instant at;
    uint32_t slot;
};
struct sim__peak {
    struct sim__filter filter;
    struct sup_duration within;
    struct sim__moment *ring; /* the window that ends now, oldest first */
    uint32_t room;
    uint32_t first;
    uint32_t count;
    uint32_t most;               /* in the fullest window, the first of those */
    struct sup_instant from, to; /* its first event and its last */
    bool whole;                  /* the ring still holds it: its services are not noted yet */
    uint32_t slots[SIM__CONCERNED_MAX]; /* some of its services */
    uint32_t slot_count;
};
int sim__peak_init(struct sim__peak *peak, const struct sim_filter *filter,
                   struct sup_duration within) SUP_WARN_UNUSED;
void sim__peak_release(struct sim__peak *peak);
void sim__peak_hear(struct sim__peak *peak, const struct sup_event *event);
/* Nothing more comes. */
void sim__peak_end(struct sim__peak *peak);

/* ---- follow.c: what each such event is followed by ---- */
struct sim__asked {
    struct sup_instant at;
    uint64_t sequence;
    uint32_t number; /* on the roll; 0: of nobody */
};
#define SIM__UNANSWERED_SHOWN 4u
struct sim__unanswered {
    uint64_t count;
    struct sim__asked shown[SIM__UNANSWERED_SHOWN]; /* the first of them */
};
struct sim__follow {
    const struct sim_counted *wanted;
    struct sim__filter filter;
    struct sim__filter then;
    struct sim__asked *ring; /* those that wait for an answer, oldest first */
    uint32_t room;
    uint32_t first;
    uint32_t count;
    struct sim__roll roll;
    uint64_t *answers; /* by number: the sequence of the last that may answer */
    uint32_t answer_room;
    uint64_t asked;                   /* in all */
    struct sim__unanswered missed;    /* the time is over */
    struct sim__unanswered undecided; /* the run is over before the time is */
    bool failed;                      /* out of memory */
};

/* ---- counted.c: any of them ---- */
struct sim__counted {
    uint32_t entry; /* of the expectations */
    enum sim_what_kind what;
    union {
        struct sim__count count;
        struct sim__peak peak;
        struct sim__follow follow;
    };
};

/* The seed is that of the run. */
int sim__count_init(struct sim__count *count, const struct sim_counted *wanted,
                    uint64_t seed) SUP_WARN_UNUSED;
void sim__count_release(struct sim__count *count);
void sim__count_hear(struct sim__count *count, const struct sup_event *event);
void sim__count_decide(struct sim_expect *expect, const struct sim__entry *entry,
                       struct sim__count *count, const struct sim__end *end);

void sim__peak_decide(struct sim_expect *expect, const struct sim__entry *entry,
                      struct sim__peak *peak, const struct sim__end *end);

int sim__follow_init(struct sim__follow *follow, const struct sim_counted *wanted,
                     uint64_t seed) SUP_WARN_UNUSED;
void sim__follow_release(struct sim__follow *follow);
void sim__follow_hear(struct sim__follow *follow, const struct sup_event *event);
void sim__follow_decide(struct sim_expect *expect, const struct sim__entry *entry,
                        struct sim__follow *follow, const struct sim__end *end);

#endif
