/* Reading what a policy has beyond the fields of struct sup_policy; see <sup/rules.h>. */
#ifndef SIM_SCENARIO_RULES_H
#define SIM_SCENARIO_RULES_H

#include "reader.h"
#include "sup/rules.h"

/* What may stand in a set of ends. */
enum sim__set_holds {
    SIM__SET_OF_ENDS,
    SIM__SET_OF_RETURNS, /* no classes: it decides on them */
};
void sim__read_exit_set(struct sim__reader *reader, const struct sim__node *node,
                        enum sim__set_holds holds, struct sup_exit_set *ret_set);

/* The wait function; those of struct sup_backoff_policy have been read. */
void sim__read_waits(struct sim__reader *reader, const struct sim__node *backoff,
                     struct sup_backoff_policy *policy, struct sup_rules *rules);
/* Whose limit it is. */
enum sim__limit_of { SIM__LIMIT_OF_SERVICE, SIM__LIMIT_OF_GROUP };
/* `restart-limit`; nothing where `node` is NULL. */
void sim__read_limit(struct sim__reader *reader, const struct sim__node *node,
                     enum sim__limit_of of, struct sup_limit_policy *limit,
                     struct sup_limit_rules *rules);
/* `operator`; nothing where `node` is NULL. */
void sim__read_operator(struct sim__reader *reader, const struct sim__node *node,
                        struct sup_operator_rules *operators);

#endif
