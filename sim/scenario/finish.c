/* Finish scripts of a scenario: where there are some. */
#include "finish.h"

#include <stddef.h>

static bool item_has(const struct sim_behaviour *item)
{
    for (uint32_t i = 0; i < item->way_count; i++) {
        if (item_has(&item->ways[i])) {
            return true;
        }
    }
    return item->finish != NULL;
}

bool sim__finish_is_in(const struct sim_service *service)
{
    for (uint32_t i = 0; i < service->script_count; i++) {
        if (item_has(&service->script[i])) {
            return true;
        }
    }
    for (uint32_t i = 0; i < service->need_count; i++) {
        /* One that could not be read is none. */
        if (service->needs[i].behaviour != NULL && item_has(service->needs[i].behaviour)) {
            return true;
        }
    }
    return false;
}
