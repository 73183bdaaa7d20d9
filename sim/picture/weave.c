/* Adds instants to those of a picture: every number of one is put right. */
#include <stdlib.h>

#include "gather.h"
#include "sup/event.h"

static int by_time(const void *left, const void *right)
{
    const struct sup_instant *a = left, *b = right;
    return a->ns < b->ns ? -1 : a->ns > b->ns;
}

/* The new number of each old instant, and all instants; false without memory. */
static bool merge(struct sim__picture *picture, struct sup_instant *more, uint64_t count,
                  uint32_t *renumbered)
{
    uint64_t room = picture->instant_count + count;
    struct sup_instant *all = room < UINT32_MAX ? calloc((size_t)room, sizeof *all) : NULL;
    uint32_t filled = 0;
    if (all == NULL) {
        return false;
    }
    qsort(more, (size_t)count, sizeof *more, by_time);
    uint64_t k = 0;
    for (uint32_t i = 0; i < picture->instant_count; i++) {
        uint64_t now = picture->instants[i].ns;
        for (; k < count && more[k].ns <= now; k++) {
            if (more[k].ns < now && (filled == 0 || all[filled - 1].ns != more[k].ns)) {
                all[filled++] = more[k];
            }
        }
        renumbered[i] = filled;
        all[filled++] = picture->instants[i];
    }
    free(picture->instants); /* what comes after the end of the run is on no picture */
    picture->instants = all;
    picture->instant_count = filled;
    picture->instant_room = (uint32_t)room;
    return true;
}

static void renumber(struct sim__picture *picture, const uint32_t *numbers)
{
    for (uint32_t i = 0; i < picture->event_count; i++) {
        picture->events[i].instant = numbers[picture->events[i].instant];
    }
    for (uint32_t i = 0; i < picture->bar_count; i++) {
        picture->bars[i].from = numbers[picture->bars[i].from];
        picture->bars[i].to = numbers[picture->bars[i].to];
    }
    for (uint32_t i = 0; i < picture->band_count; i++) {
        picture->bands[i].from = numbers[picture->bands[i].from];
        picture->bands[i].to = numbers[picture->bands[i].to];
    }
    for (uint32_t i = 0; i < picture->drain_count; i++) {
        picture->drains[i].from = numbers[picture->drains[i].from];
        picture->drains[i].to = numbers[picture->drains[i].to];
    }
    picture->end = numbers[picture->end];
}

void sim__picture_weave(struct sim__picture *picture, const struct sup_instant *more,
                        uint32_t count)
{
    uint64_t total = count, at = 0;
    for (uint32_t i = 0; i < picture->plot_count; i++) {
        total += picture->plots[i].step_count;
    }
    struct sup_instant *all =
        total < UINT32_MAX ? calloc(total > 0 ? (size_t)total : 1, sizeof *all) : NULL;
    uint32_t *numbers = calloc(picture->instant_count, sizeof *numbers);
    for (uint32_t i = 0; i < count && all != NULL; i++) {
        all[at++] = more[i];
    }
    for (uint32_t i = 0; i < picture->plot_count && all != NULL; i++) {
        for (uint32_t k = 0; k < picture->plots[i].step_count; k++) {
            all[at++] = picture->plots[i].steps[k].at;
        }
    }
    if (all == NULL || numbers == NULL || !merge(picture, all, total, numbers)) {
        picture->failed = true;
    } else {
        renumber(picture, numbers);
        for (uint32_t i = 0; i < picture->plot_count; i++) {
            struct sim__plot *plot = &picture->plots[i];
            for (uint32_t k = 0; k < plot->step_count; k++) {
                plot->steps[k].instant = sim__picture_instant(picture, plot->steps[k].at);
            }
        }
    }
    free(all);
    free(numbers);
}
