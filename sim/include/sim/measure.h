/* The scenario model of what is counted and measured: filters of events, expectations that
 * count them, named figures of a run and their statistics over a sweep.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_MEASURE_H
#define SIM_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

/* Which events are counted: those of a type that have all these values, of these services,
 * at these instants. */
struct sim_filter {
    struct sim_event_pattern pattern; /* without `service` and `group` */
    bool has_service;
    struct sim_target service;
    const char *group; /* full path, with its subtree; NULL: any */
    struct sup_instant from;
    struct sup_instant to; /* inclusive; never when not given */
};

/* What is asked of the events that a filter lets through: how many there are (tally), in
 * all or of `each` service that the filter names; how many at most in any window (peak);
 * whether each is followed by one that `then` lets through (follows). */
struct sim_counted {
    struct sim_filter filter;
    struct sim_filter then;
    struct sup_duration within; /* peak: the window, both ends included; follows: how much later */
    struct sim_range is;        /* tally, peak */
    bool each;                  /* tally */
    bool any_service;           /* follows: not only by one of the same service */
    bool open;                  /* follows: at the end of the run some may be undecided */
};

/* The first time that something is so: an instant, an event, a state of services. */
enum sim_moment_kind { SIM_MOMENT_AT, SIM_MOMENT_EVENT, SIM_MOMENT_STATE };

struct sim_moment {
    enum sim_moment_kind kind;
    struct sup_instant at;         /* at */
    struct sim_filter *filter;     /* event */
    struct sim_expectation *state; /* state: a what of services, its when SIM_WHEN_MEASURE */
};

/* A named figure of a run. */
enum sim_measure_kind {
    SIM_MEASURE_TALLY,
    SIM_MEASURE_PEAK,
    SIM_MEASURE_SPAN, /* from one moment until another; never, when one does not come */
    SIM_MEASURE_METRIC,
    SIM_MEASURE_TIME, /* for how long services are so, added up over them */
};

struct sim_measure {
    const char *name;
    struct sim_place place;
    enum sim_measure_kind kind;
    struct sim_counted *counted;   /* tally, peak */
    struct sim_moment from, until; /* span */
    const char *metric;            /* a field of struct sup_metrics */
    bool has_service;              /* metric: of these alone, and what is taken of theirs */
    struct sim_target service;
    enum sim_take take;
    const char *group;             /* metric: of its subtree alone; NULL: of all */
    struct sim_expectation *state; /* time, as of a moment */
};
/* Whether its figures are lengths of time in ns, where never is UINT64_MAX; else numbers. */
bool sim_measure_is_duration(const struct sim_measure *measure);

/* A statistic of a measure over the runs of a sweep: the smallest figure that at least
 * `percent` of a hundred runs do not exceed; 0 is the least, 50 the median, 100 the
 * greatest. */
struct sim_statistic {
    unsigned percent;
    struct sim_range range;
    struct sim_place place;
};

/* `measure: NAME, is: …`, or `measure: NAME, over: seeds` with statistics. */
struct sim_measured {
    uint32_t measure; /* of the scenario's */
    struct sim_range is;
    struct sim_statistic *statistics;
    uint32_t statistic_count;
};

SUP_END_DECLS

#endif
