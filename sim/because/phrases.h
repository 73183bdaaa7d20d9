/* The phrases of which reasons are made, of plans and of runs. */
#ifndef SIM_BECAUSE_PHRASES_H
#define SIM_BECAUSE_PHRASES_H

#include <stdint.h>

#include "sim/base/text.h"
#include "sup/policy.h"
#include "sup/rules.h"

/* What an entry is of: of so many, or of at most so many. */
#define SIM__OF " of "
#define SIM__OF_AT_MOST " of at most "

/* What a limit looks at: " in 10s", " in a row", ", half-life 30s"; "" where it is for ever. */
void sim__limit_put_span(struct sim__text *text, const struct sup_limit_policy *limit,
                         const struct sup_limit_rules *rules);
/* "start 6 of 5 in 10s", "failure 4 in a row of 3". */
struct sim__limit_entry {
    const struct sup_limit_policy *limit;
    const struct sup_limit_rules *rules; /* NULL: plain */
    const char *of;
    uint32_t number;
};
void sim__limit_put_entry(struct sim__text *text, const struct sim__limit_entry *entry);
/* "restart 4 of 3 in its life" */
void sim__life_put_entry(struct sim__text *text, uint32_t max, const char *of);
/* Since when it counts: ", window opened at 0s", ", the oldest at 2s", ", score 5.018". */
struct sup_limit_grounds;
void sim__limit_put_window(struct sim__text *text, const struct sup_limit_grounds *limit);

#endif
