/* Limits that are exhausted, in words. */
#include <inttypes.h>

#include "internal.h"

/* The entry that was one too many. */
static uint32_t number_of(const struct sup_limit_grounds *limit)
{
    const uint32_t max = limit->policy->max;
    bool entered = limit->rules->counts == SUP_LIMIT_COUNTS_ENDS ||
                   limit->rules->window == SUP_LIMIT_WINDOW_STREAK;
    uint32_t number = entered ? limit->used : max + 1;
    return number > max ? number : max + 1;
}

static void say(const struct sim__said *said, const struct sup_limit_grounds *limit,
                enum sim__window_told window)
{
    sim__limit_put_entry(said->text, &(struct sim__limit_entry){.limit = limit->policy,
                                                                .rules = limit->rules,
                                                                .of = SIM__OF,
                                                                .number = number_of(limit)});
    if (window == SIM__WINDOW_TOLD) {
        sim__limit_put_window(said->text, limit);
    }
}

void sim__say_limit(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->policy != NULL && grounds->life_spent) {
        sim__say(said, "max-restarts: ");
        sim__life_put_entry(said->text, grounds->policy->max_restarts, SIM__OF);
    } else if (grounds->limit.policy != NULL) {
        sim__say(said, "restart-limit: ");
        say(said, &grounds->limit, SIM__WINDOW_TOLD);
    } else {
        sim__say(said, "restart-limit");
    }
}

void sim__say_group_limit(const struct sim__said *said, enum sim__window_told window)
{
    const struct sup_grounds *grounds = said->grounds;
    sim__text_format(said->text, "restart-limit of %s", grounds->group);
    if (grounds->group_limit.policy != NULL) {
        sim__say(said, ": ");
        say(said, &grounds->group_limit, window);
    }
}
