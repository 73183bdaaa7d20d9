/* What ended an attempt, as the sets of its rules look at it, and what they decide. */
#ifndef SUP_CORE_EXITS_H
#define SUP_CORE_EXITS_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/assert.h"
#include "sup/event.h"
#include "sup/executor.h"
#include "sup/policy.h"
#include "sup/rules.h"

#include "service.h"

struct sup;

struct sup__exit {
    const struct sup_end *returned; /* by the attempt itself */
    const struct sup_end *end;      /* the same, as `success` counts it: mostly it itself */
    struct sup_end counted;         /* else this */
    bool stopped;                   /* by the supervisor: it matches no code and no signal */
    bool unready;                   /* it had not been ready */
    bool broke_word;                /* nor said so, as it was to */
};

/* Whether an end is followed by another attempt, and who says so. */
enum sup__fate {
    SUP__FATE_ENDS,
    SUP__FATE_PREVENTED,
    SUP__FATE_FORCED,
    SUP__FATE_RESTARTS,
};

/* Of who could not be started nothing was ever ready. */
static inline bool sup__exit_was_ready(const struct sup__exit *exit)
{
    return !exit->unready && exit->returned->outcome != SUP_OUTCOME_REFUSED;
}

/* The classes that a restart class restarts, as in struct sup_exit_set. */
uint32_t sup__restart_classes(enum sup_restart restart);

/* The end of the live attempt of a service that has rules. */
void sup__exit_look(struct sup *sup, struct sup__service *s, const struct sup_end *end,
                    struct sup__exit *ret_exit);
/* What a set sees of it: its code and its finish code, -1 where there is none. */
int32_t sup__exit_code(const struct sup__exit *exit);
int32_t sup__exit_finish(const struct sup__exit *exit);
/* Its classes, as in struct sup_exit_set. */
extern const uint8_t sup__exit_class_of[SUP_OUTCOMES]; /* of one that was ready; 0: none has it */
static inline uint32_t sup__exit_classes(const struct sup__exit *exit, enum sup_outcome cause)
{
    uint32_t ready = sup__exit_class_of[cause];
    SUP_ASSERT(ready != 0);
    if (__builtin_expect(!exit->unready, 1)) {
        return ready;
    }
    bool protocol = cause == SUP_OUTCOME_SUCCEEDED && exit->broke_word;
    return UINT32_C(1) << SUP_EXIT_UNREADY | (protocol ? UINT32_C(1) << SUP_EXIT_PROTOCOL : ready);
}
/* Is the end in the set? */
bool sup__exit_is_in(const struct sup_exit_set *set, const struct sup__exit *exit,
                     enum sup_outcome cause);
/* Rules 5 and 6; `cause` is what it counts as. */
enum sup__fate sup__exit_fate_by_sets(const struct sup__policy *policy,
                                      const struct sup__exit *exit, uint32_t classes);
static inline enum sup__fate sup__exit_fate(const struct sup__policy *policy,
                                            const struct sup__exit *exit, enum sup_outcome cause)
{
    uint32_t classes = sup__exit_classes(exit, cause);
    if ((policy->traits & SUP__TRAIT_FATES) != 0) {
        return sup__exit_fate_by_sets(policy, exit, classes);
    }
    return (policy->restarts & classes) != 0 ? SUP__FATE_RESTARTS : SUP__FATE_ENDS;
}

#endif
