/* Keeps the joins of a run. */
#include "joins.h"

#include <stdlib.h>

#include "sup/assert.h"
#include "sup/error.h"

static void joined(void *context, const struct sup_joined *result)
{
    struct sim_join *join = context;
    SUP_ASSERT(join->waits);
    join->waits = false;
    join->fn(join->owner, join, result);
}

static struct sim_join *free_one(struct sim_joins *joins)
{
    struct sim_join *join = joins->first;
    while (join != NULL && join->waits) {
        join = join->next;
    }
    if (join == NULL) {
        join = calloc(1, sizeof(*join));
        if (join != NULL) {
            join->next = joins->first;
            joins->first = join;
        }
    }
    return join;
}

int sim__joins_begin(struct sim_joins *joins, struct sup *sup, const char *service,
                     const struct sim_joiner *joiner)
{
    struct sim_join *join = free_one(joins);
    if (join == NULL) {
        return SUP_ENOMEM;
    }
    join->fn = joiner->fn;
    join->owner = joiner->owner;
    join->action = joiner->action;
    join->service = service;
    join->waits = true; /* the answer may come at once */
    int result = sup_join_start(sup, service, joined, join, &join->join);
    join->waits = join->waits && result == SUP_OK;
    return result;
}

void sim__joins_end(struct sim_joins *joins)
{
    for (struct sim_join *join = joins->first; join != NULL; join = join->next) {
        if (join->waits) {
            sup_join_leave(&join->join);
            joined(join, &(struct sup_joined){
                             .result = SUP_EGONE, .error = "", .size = sizeof(struct sup_joined)});
        }
    }
}

void sim__joins_release(struct sim_joins *joins)
{
    while (joins->first != NULL) {
        struct sim_join *join = joins->first;
        joins->first = join->next;
        if (join->waits) {
            sup_join_leave(&join->join);
        }
        free(join);
    }
}
