/* The figures of each measure, variant by variant, and how they lie between the least and the
 * greatest of all variants of a file. */
#include <stdlib.h>
#include <string.h>

#include "rows.h"
#include "sup/sup.h"

#define PARTS 40u         /* of one measure */
#define PARTS_LEAST 4u    /* where there are many variants … */
#define PARTS_ALL 100000u /* … since all of them have no more */

#define OCTAVES_FROM 64u /* where the greatest is so many times the least, parts grow with it */

/* Where the parts of a family are. */
struct scale {
    uint64_t least;
    uint64_t greatest;
    uint64_t width; /* of each part; 0: an octave has 2^fine parts of equal width */
    unsigned fine;
    uint64_t known; /* of the figures at hand */
};

static void put_figure(struct sim__book *book, enum sim__sheet_id id,
                       const struct sim__yardstick *measure, uint64_t value)
{
    if (measure->is_length) {
        sim__put_length(book, id, SUP_NS(value));
    } else {
        sim__put_number(book, id, value);
    }
}

static void put_ranks(struct sim__campaign *campaign, struct sim__variant *variant,
                      uint32_t measure, const struct sim__figure *figures, uint64_t count)
{
    static const unsigned percents[] = {0, 50, 90, 99, 100};
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        struct sim__figure figure = sim__figures_rank(figures, count, percents[i]);
        bool end = percents[i] == 0 || percents[i] == 100;
        put_figure(campaign->book, SIM__SHEET_MEASURES, &variant->measures[measure], figure.value);
        sim__put_number(campaign->book, SIM__SHEET_MEASURES, figure.seed);
        sim__name_run(variant, figure.seed, end ? SIM__PICTURED : SIM__NAMED);
    }
}

static void put_measure(struct sim__campaign *campaign, uint32_t number, uint32_t measure,
                        const struct sim__figure *figures, uint64_t count)
{
    struct sim__book *book = campaign->book;
    struct sim__variant *variant = &campaign->variants[number];
    const struct sim__yardstick *yardstick = &variant->measures[measure];
    uint64_t known = sim__known(yardstick, figures, count), parts[SIM__FIGURES_PARTS];
    struct sim__text spark = {0};
    sim__put_whose(campaign, SIM__SHEET_MEASURES, variant);
    sim__put_text(book, SIM__SHEET_MEASURES, yardstick->name);
    sim__put_text(book, SIM__SHEET_MEASURES, yardstick->is_length ? "ns" : "");
    sim__put_number(book, SIM__SHEET_MEASURES, count);
    sim__put_number(book, SIM__SHEET_MEASURES, count - known);
    put_ranks(campaign, variant, measure, figures, count);
    sim__figures_count(figures, known, parts);
    sim__figures_spark(&spark, parts);
    sim__put_text(book, SIM__SHEET_MEASURES, sim__text_string(&spark));
    campaign->failed |= spark.failed;
    sim__text_release(&spark);
}

/* The part that a value is in, both ends included. */
static struct sim_range part_of(const struct scale *scale, uint64_t value)
{
    uint64_t from, width = scale->width;
    if (width > 0) {
        from = scale->least + (value - scale->least) / width * width;
    } else {
        unsigned octave = value == 0 ? 0 : 63u - (unsigned)__builtin_clzll(value);
        width = octave > scale->fine ? UINT64_C(1) << (octave - scale->fine) : 1;
        from = value / width * width;
    }
    return (struct sim_range){
        .min = from < scale->least ? scale->least : from,
        .max = scale->greatest - from < width ? scale->greatest : from + (width - 1),
    };
}

/* Those parts in which there is something. */
static void put_spread(struct sim__campaign *campaign, const struct sim__variant *variant,
                       uint32_t measure, const struct sim__figure *figures,
                       const struct scale *scale)
{
    struct sim__book *book = campaign->book;
    const struct sim__yardstick *yardstick = &variant->measures[measure];
    for (uint64_t i = 0; i < scale->known;) {
        struct sim_range part = part_of(scale, figures[i].value);
        uint64_t runs = 0;
        for (; i < scale->known && figures[i].value <= part.max; i++) {
            runs++;
        }
        sim__put_whose(campaign, SIM__SHEET_SPREAD, variant);
        sim__put_text(book, SIM__SHEET_SPREAD, yardstick->name);
        sim__put_text(book, SIM__SHEET_SPREAD, yardstick->is_length ? "ns" : "");
        sim__put_text(book, SIM__SHEET_SPREAD, scale->width > 0 ? "linear" : "octaves");
        put_figure(book, SIM__SHEET_SPREAD, yardstick, part.min);
        put_figure(book, SIM__SHEET_SPREAD, yardstick, part.max);
        sim__put_number(book, SIM__SHEET_SPREAD, runs);
    }
}

/* The same measure of another variant; its number, or that of none. */
static uint32_t find_measure(const struct sim__variant *variant, const char *name)
{
    uint32_t i = 0;
    while (i < variant->measure_count && strcmp(variant->measures[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* Parts of equal width, about forty; or, where these would put all small figures into one, parts
 * that grow with the figures, about as many. */
static void divide(struct scale *scale, uint32_t variants)
{
    uint64_t parts = PARTS_ALL / variants, times;
    parts = parts > PARTS ? PARTS : parts < PARTS_LEAST ? PARTS_LEAST : parts;
    times = scale->greatest / (scale->least > 0 ? scale->least : 1);
    scale->width = (scale->greatest - scale->least) / parts + 1;
    if (times >= OCTAVES_FROM) {
        unsigned octaves = 64u - (unsigned)__builtin_clzll(times);
        scale->width = 0;
        scale->fine = octaves * 4 <= parts ? 2 : octaves * 2 <= parts ? 1 : 0;
    }
}

/* Its least and greatest figures in the whole family; false: there are none. */
static bool find_scale(const struct sim__campaign *campaign, uint32_t first, uint32_t end,
                       const struct sim__yardstick *measure, struct scale *ret_scale)
{
    uint64_t least = UINT64_MAX, greatest = 0;
    bool any = false;
    for (uint32_t i = first; i < end; i++) {
        const struct sim__variant *variant = &campaign->variants[i];
        uint32_t which = find_measure(variant, measure->name);
        for (uint32_t k = 0; which < variant->measure_count && k < variant->run_count; k++) {
            uint64_t value = variant->figures[(uint64_t)k * variant->measure_count + which];
            if (!variant->runs[k].whole || (measure->is_length && value == SUP_NEVER_NS)) {
                continue;
            }
            least = value < least ? value : least;
            greatest = value > greatest ? value : greatest;
            any = true;
        }
    }
    *ret_scale = (struct scale){.least = least, .greatest = greatest, .width = 1};
    if (any) {
        divide(ret_scale, end - first);
    }
    return any;
}

bool sim__is_told(const struct sim__campaign *campaign, uint32_t first, uint32_t end,
                  uint32_t measure)
{
    const struct sim__yardstick *yardstick = &campaign->variants[first].measures[measure];
    struct scale scale;
    return !yardstick->unasked ||
           (find_scale(campaign, first, end, yardstick, &scale) && scale.least < scale.greatest);
}

/* Of a measure all variants, so that they stand below each other. */
static void put_family(struct sim__campaign *campaign, uint32_t first, uint32_t end)
{
    for (uint32_t measure = 0; measure < campaign->variants[first].measure_count; measure++) {
        const struct sim__yardstick *yardstick = &campaign->variants[first].measures[measure];
        struct scale scale;
        bool any = find_scale(campaign, first, end, yardstick, &scale);
        bool told = sim__is_told(campaign, first, end, measure);
        for (uint32_t i = first; told && i < end && !campaign->failed; i++) {
            uint64_t count;
            uint32_t which = find_measure(&campaign->variants[i], yardstick->name);
            if (which == campaign->variants[i].measure_count) {
                continue;
            }
            struct sim__figure *figures = sim__pool(campaign, &i, 1, which, &count);
            if (count > 0) {
                put_measure(campaign, i, which, figures, count);
            }
            if (count > 0 && any) {
                scale.known = sim__known(yardstick, figures, count);
                put_spread(campaign, &campaign->variants[i], which, figures, &scale);
            }
            free(figures);
        }
    }
}

void sim__put_measures(struct sim__campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->variant_count && !campaign->failed;) {
        uint32_t end = sim__family_end(campaign, i);
        put_family(campaign, i, end);
        i = end;
    }
}
