/* Each pair of keys that a file varies: what the runs with two values came to, whatever values the
 * other keys had. */
#include <stdlib.h>
#include <string.h>

#include "rows.h"

#define KEYS_MAX 6u /* of a file; of more the first, so at most 15 pairs */

/* A family, and the two keys of it at hand. */
struct plane {
    struct sim__campaign *campaign;
    uint32_t first, end;
    uint32_t x, y;
    uint32_t *place_x, *place_y; /* of each variant: which of the values it has, as they come */
    uint32_t *members;           /* of the square at hand */
    uint32_t member_count;
};

static const struct sim__variant *variant_of(const struct plane *plane, uint32_t index)
{
    return &plane->campaign->variants[plane->first + index];
}

/* Numbers the values of a key in the order in which they come; how many there are. */
static uint32_t number_values(const struct plane *plane, uint32_t key, uint32_t *places)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plane->end - plane->first; i++) {
        const char *value = variant_of(plane, i)->varied[key].value;
        uint32_t at = 0; /* `members` are the first of each value here */
        while (at < count &&
               strcmp(variant_of(plane, plane->members[at])->varied[key].value, value) != 0) {
            at++;
        }
        if (at == count) {
            plane->members[count++] = i;
        }
        places[i] = at;
    }
    return count;
}

static void put_square_head(const struct plane *plane, const char *measure, const char *unit)
{
    struct sim__book *book = plane->campaign->book;
    const struct sim__variant *variant = &plane->campaign->variants[plane->members[0]];
    sim__put_number(book, SIM__SHEET_HEAT, plane->campaign->number);
    sim__put_text(book, SIM__SHEET_HEAT, variant->file);
    sim__put_text(book, SIM__SHEET_HEAT, variant->scenario);
    sim__put_text(book, SIM__SHEET_HEAT, variant->varied[plane->x].key);
    sim__put_text(book, SIM__SHEET_HEAT, variant->varied[plane->x].value);
    sim__put_text(book, SIM__SHEET_HEAT, variant->varied[plane->y].key);
    sim__put_text(book, SIM__SHEET_HEAT, variant->varied[plane->y].value);
    sim__put_text(book, SIM__SHEET_HEAT, measure);
    sim__put_text(book, SIM__SHEET_HEAT, unit);
}

static void put_figures(const struct plane *plane, uint32_t measure)
{
    static const unsigned percents[] = {0, 50, 99, 100};
    struct sim__campaign *campaign = plane->campaign;
    const struct sim__yardstick *yardstick =
        &campaign->variants[plane->members[0]].measures[measure];
    uint64_t count;
    struct sim__figure *figures =
        sim__pool(campaign, plane->members, plane->member_count, measure, &count);
    if (count > 0) {
        put_square_head(plane, yardstick->name, yardstick->is_length ? "ns" : "");
        sim__put_number(campaign->book, SIM__SHEET_HEAT, count);
        sim__put_none(campaign->book, SIM__SHEET_HEAT);
    }
    for (size_t i = 0; count > 0 && i < sizeof percents / sizeof percents[0]; i++) {
        uint64_t value = sim__figures_rank(figures, count, percents[i]).value;
        if (yardstick->is_length) {
            sim__put_length(campaign->book, SIM__SHEET_HEAT, SUP_NS(value));
        } else {
            sim__put_number(campaign->book, SIM__SHEET_HEAT, value);
        }
    }
    free(figures);
}

static void put_square(const struct plane *plane)
{
    struct sim__campaign *campaign = plane->campaign;
    uint64_t runs = 0, failed = 0;
    for (uint32_t i = 0; i < plane->member_count; i++) {
        const struct sim__variant *variant = &campaign->variants[plane->members[i]];
        runs += variant->run_count;
        for (uint32_t k = 0; k < variant->run_count; k++) {
            failed += variant->runs[k].status != 0;
        }
    }
    put_square_head(plane, "", "");
    sim__put_number(campaign->book, SIM__SHEET_HEAT, runs);
    sim__put_number(campaign->book, SIM__SHEET_HEAT, failed);
    for (int i = 0; i < 4; i++) {
        sim__put_none(campaign->book, SIM__SHEET_HEAT);
    }
    uint32_t measures = campaign->variants[plane->members[0]].measure_count;
    for (uint32_t i = 0; i < measures && !campaign->failed; i++) {
        if (sim__is_told(campaign, plane->first, plane->end, i)) {
            put_figures(plane, i);
        }
    }
}

/* Square by square: where the members of each are found by a walk over all variants, since there
 * are about as many squares as variants and neither is many. */
static void put_pair(struct plane *plane)
{
    uint32_t columns = number_values(plane, plane->x, plane->place_x);
    uint32_t rows = number_values(plane, plane->y, plane->place_y);
    for (uint32_t x = 0; x < columns; x++) {
        for (uint32_t y = 0; y < rows && !plane->campaign->failed; y++) {
            plane->member_count = 0;
            for (uint32_t i = 0; i < plane->end - plane->first; i++) {
                if (plane->place_x[i] == x && plane->place_y[i] == y) {
                    plane->members[plane->member_count++] = plane->first + i;
                }
            }
            if (plane->member_count > 0) {
                put_square(plane);
            }
        }
    }
}

/* All of them vary the same keys, and have the same measures. */
static uint32_t common_keys(const struct sim__campaign *campaign, uint32_t first, uint32_t end)
{
    const struct sim__variant *one = &campaign->variants[first];
    for (uint32_t i = first + 1; i < end; i++) {
        const struct sim__variant *other = &campaign->variants[i];
        if (other->varied_count != one->varied_count ||
            other->measure_count != one->measure_count) {
            return 0;
        }
        for (uint32_t k = 0; k < one->varied_count; k++) {
            if (strcmp(other->varied[k].key, one->varied[k].key) != 0) {
                return 0;
            }
        }
    }
    return one->varied_count < KEYS_MAX ? one->varied_count : KEYS_MAX;
}

static void put_family(struct sim__campaign *campaign, uint32_t first, uint32_t end)
{
    struct plane plane = {.campaign = campaign, .first = first, .end = end};
    uint32_t keys = common_keys(campaign, first, end);
    uint32_t *room = keys < 2 ? NULL : calloc((size_t)(end - first), 3 * sizeof *room);
    campaign->failed |= keys >= 2 && room == NULL;
    if (room == NULL) {
        return;
    }
    plane.place_x = room;
    plane.place_y = room + (end - first);
    plane.members = plane.place_y + (end - first);
    for (plane.x = 0; plane.x < keys; plane.x++) {
        for (plane.y = plane.x + 1; plane.y < keys; plane.y++) {
            put_pair(&plane);
        }
    }
    free(room);
}

void sim__put_heat(struct sim__campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->variant_count && !campaign->failed;) {
        uint32_t end = sim__family_end(campaign, i);
        put_family(campaign, i, end);
        i = end;
    }
}
