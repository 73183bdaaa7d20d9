/* Figures of a measure; see figures.h. */
#include "figures.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    const struct sim__figure *left = a;
    const struct sim__figure *right = b;
    if (left->value != right->value) {
        return left->value < right->value ? -1 : 1;
    }
    return left->seed < right->seed ? -1 : left->seed > right->seed;
}

void sim__figures_sort(struct sim__figure *figures, uint64_t count)
{
    qsort(figures, (size_t)count, sizeof(*figures), by_value);
}

struct sim__figure sim__figures_rank(const struct sim__figure *figures, uint64_t count,
                                     unsigned percent)
{
    uint64_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;
    uint64_t at = rank > 0 ? rank - 1 : 0;
    uint64_t low = 0, high = at;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (figures[middle].value < figures[at].value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return figures[low];
}

/* Which part of the stretch the value lies in, of which both ends are figures. A short stretch has
 * a part for each number. */
static uint32_t part_of(uint64_t value, uint64_t least, uint64_t greatest)
{
    uint64_t stretch = greatest - least, at = value - least;
    if (stretch < SIM__FIGURES_PARTS) {
        return (uint32_t)at;
    }
    while (stretch >> 32 != 0) { /* so that the product fits */
        stretch >>= 1;
        at >>= 1;
    }
    return (uint32_t)(at * SIM__FIGURES_PARTS / (stretch + 1));
}

void sim__figures_count(const struct sim__figure *figures, uint64_t count, uint64_t *parts)
{
    for (uint32_t i = 0; i < SIM__FIGURES_PARTS; i++) {
        parts[i] = 0;
    }
    if (count == 0 || figures[0].value == figures[count - 1].value) {
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        parts[part_of(figures[i].value, figures[0].value, figures[count - 1].value)]++;
    }
}

void sim__figures_spark(struct sim__text *text, const uint64_t *parts)
{
    static const char *const heights[] = {" ",
                                          "\xE2\x96\x81",
                                          "\xE2\x96\x82",
                                          "\xE2\x96\x83",
                                          "\xE2\x96\x84",
                                          "\xE2\x96\x85",
                                          "\xE2\x96\x86",
                                          "\xE2\x96\x87",
                                          "\xE2\x96\x88"};
    uint64_t most = 0;
    for (uint32_t i = 0; i < SIM__FIGURES_PARTS; i++) {
        most = parts[i] > most ? parts[i] : most;
    }
    uint32_t count = most > 0 ? SIM__FIGURES_PARTS : 0;
    while (count > 0 && parts[count - 1] == 0) { /* fewer numbers than parts */
        count--;
    }
    for (uint32_t i = 0; i < count; i++) {
        sim__text_put(text, heights[(parts[i] * 8 + most - 1) / most]);
    }
}
