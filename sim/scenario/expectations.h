/* What the files that read expectations share. */
#ifndef SIM_SCENARIO_EXPECTATIONS_H
#define SIM_SCENARIO_EXPECTATIONS_H

#include "reader.h"
#include "sim/measure.h"

/* What kind of value; with words, which. */
struct sim__value_type {
    enum sim_match_kind kind;
    const struct sim__word *words; /* NULL: any text */
    size_t count;
};
/* ---- match.c ---- */
/* Reads one of the values that a match may have. `words`: as the type has them. */
typedef bool (*sim__read_value_fn)(struct sim__reader *reader, const struct sim__node *node,
                                   const struct sim__words *words,
                                   struct sim_match_value *ret_value);
/* A value, a list of them (one of these), or {not: …} with a value or a list (none of
 * these), each read by `read`. The caller sets the match's kind. */
bool sim__read_values(struct sim__reader *reader, const struct sim__node *node,
                      sim__read_value_fn read, const struct sim__words *words,
                      struct sim_match *match);
/* What one value has to be, by its type: what is true or false takes no list. */
bool sim__read_match(struct sim__reader *reader, const struct sim__node *node,
                     const struct sim__value_type *type, struct sim_match *match);

/* `event: TYPE`, required of the map. */
bool sim__read_event_type(struct sim__reader *reader, const struct sim__node *map,
                          const struct sim__node *event, struct sim_event_pattern *pattern);
/* The values of an event's keys, by enum sim_event_key_id; after its type, which decides
 * of what kind some are. */
void sim__read_event_keys(struct sim__reader *reader, struct sim__node *const *values,
                          struct sim_event_pattern *pattern);

/* The keys of an entry that looks at services. */
struct sim__service_nodes {
    const struct sim__node *entry;
    const struct sim__node *service;
    const struct sim__node *is;    /* NULL when not given */
    const struct sim__node *count; /* likewise */
};

/* Each fills in one kind of *what*. */
void sim__read_service_what(struct sim__reader *reader, const struct sim__service_nodes *nodes,
                            struct sim_expectation *expectation);
void sim__read_group_what(struct sim__reader *reader, const struct sim__node *entry,
                          const struct sim__node *group, const struct sim__node *is,
                          struct sim_expectation *expectation);
void sim__read_supervisor_what(struct sim__reader *reader, const struct sim__node *node,
                               struct sim_expectation *expectation);
void sim__read_conditions_what(struct sim__reader *reader, const struct sim__node *node,
                               struct sim_expectation *expectation);
void sim__read_metrics_what(struct sim__reader *reader, const struct sim__node *node,
                            struct sim_expectation *expectation);
/* Whose: NULL and NULL, the supervisor's; both are a mistake. */
void sim__read_metrics_whose(struct sim__reader *reader, const struct sim__node *service,
                             const struct sim__node *group, struct sim_expectation *expectation);
/* `what`: starts or delays. */
void sim__read_series_what(struct sim__reader *reader, const struct sim__node *node,
                           enum sim_what_kind what, struct sim_expectation *expectation);
void sim__read_events_what(struct sim__reader *reader, const struct sim__node *events,
                           const struct sim__node *service, const struct sim__node *exactly,
                           struct sim_expectation *expectation);
/* A filter; and one that has `within` among its keys. False after a diagnostic. */
bool sim__read_filter(struct sim__reader *reader, const struct sim__node *node,
                      struct sim_filter *filter);
bool sim__read_peak(struct sim__reader *reader, const struct sim__node *node,
                    struct sim_filter *filter, struct sup_duration *ret_within);
/* The keys of an entry that counts events; NULL when not given. */
struct sim__counted_nodes {
    const struct sim__node *entry;
    const struct sim__node *filter;
    const struct sim__node *is;
    const struct sim__node *each;
    const struct sim__node *then;
    const struct sim__node *within;
    const struct sim__node *any_service;
    const struct sim__node *open;
};
void sim__read_tally_what(struct sim__reader *reader, const struct sim__counted_nodes *nodes,
                          struct sim_expectation *expectation);
void sim__read_peak_what(struct sim__reader *reader, const struct sim__counted_nodes *nodes,
                         struct sim_expectation *expectation);
void sim__read_follows_what(struct sim__reader *reader, const struct sim__counted_nodes *nodes,
                            struct sim_expectation *expectation);
void sim__read_measure_what(struct sim__reader *reader, const struct sim__node *entry,
                            const struct sim__node *measure, const struct sim__node *is,
                            struct sim_expectation *expectation);
/* An entry that says `over`. */
void sim__read_over_seeds(struct sim__reader *reader, const struct sim__node *entry,
                          struct sim_expectation *expectation);
void sim__read_same_what(struct sim__reader *reader, const struct sim__node *node,
                         struct sim_expectation *expectation);
void sim__read_plan_what(struct sim__reader *reader, const struct sim__node *node,
                         struct sim_expectation *expectation);
void sim__read_drain_what(struct sim__reader *reader, const struct sim__node *node,
                          struct sim_expectation *expectation);

#endif
