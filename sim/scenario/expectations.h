/* What the files that read expectations share. */
#ifndef SIM_SCENARIO_EXPECTATIONS_H
#define SIM_SCENARIO_EXPECTATIONS_H

#include "reader.h"

/* What one value has to be; with words: one of them. */
bool sim__read_match(struct sim__reader *reader, const struct sim__node *node,
                     enum sim_match_kind kind, const struct sim__word *words, size_t count,
                     struct sim_match *match);

/* Each fills in one kind of *what*. */
void sim__read_service_what(struct sim__reader *reader, const struct sim__node *entry,
                            const struct sim__node *service, const struct sim__node *is,
                            const struct sim__node *count, struct sim_expectation *expectation);
void sim__read_group_what(struct sim__reader *reader, const struct sim__node *entry,
                          const struct sim__node *group, const struct sim__node *is,
                          struct sim_expectation *expectation);
void sim__read_supervisor_what(struct sim__reader *reader, const struct sim__node *node,
                               struct sim_expectation *expectation);
void sim__read_metrics_what(struct sim__reader *reader, const struct sim__node *node,
                            struct sim_expectation *expectation);
void sim__read_series_what(struct sim__reader *reader, const struct sim__node *node, bool starts,
                           struct sim_expectation *expectation);
void sim__read_events_what(struct sim__reader *reader, const struct sim__node *events,
                           const struct sim__node *service, const struct sim__node *exactly,
                           struct sim_expectation *expectation);
void sim__read_drain_what(struct sim__reader *reader, const struct sim__node *node,
                          struct sim_expectation *expectation);

#endif
