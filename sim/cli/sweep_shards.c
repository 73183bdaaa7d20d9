/* A sweep on many machines; see sweep_shards.h. */
#include "sweep_shards.h"

#include <stdlib.h>
#include <string.h>

#include "trial_json.h"

/* More than any run that ends can meet. */
#define POINTS_MAX (UINT64_C(1) << 40)

#define SIM__X(id, name) name,
static const char *const kinds[] = {SIM__POINT_LIST(SIM__X)};
#undef SIM__X

/* ---- which tries ---- */

static uint64_t tries_of(const struct cli_swept *swept)
{
    return cli_swept_stands(swept) ? 2 * swept->plan.chosen : 0;
}

static struct cli_sweep_try try_of(const struct cli_sweep_shards *shards, uint64_t task)
{
    uint32_t low = 0;
    uint32_t high = shards->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (task < shards->offsets[middle + 1]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return (struct cli_sweep_try){.swept = low, .index = task - shards->offsets[low]};
}

/* Those of one in a hundred that are the shard's before this one; `checked` NULL: counts. */
static uint64_t find_checked(const struct cli_sweep_shards *shards,
                             const struct cli_options *options, struct cli_sweep_try *checked)
{
    const uint64_t total = shards->offsets[shards->count];
    const uint64_t turns = options->shard_count;
    const uint64_t before = (options->shard + turns - 2) % turns;
    uint64_t count = 0;
    for (uint64_t n = 0; n * CLI_SHARD_CHECKED_EVERY < total; n++) {
        uint64_t task = cli_shard_checked(n);
        if (task >= total) {
            continue;
        }
        const struct cli_sweep_try which = try_of(shards, task);
        if (which.index / 2 % turns == before) {
            if (checked != NULL) {
                checked[count] = which;
            }
            count++;
        }
    }
    return count;
}

bool cli_sweep_shards_plan(struct cli_sweep_shards *shards, const struct cli_options *options,
                           const struct cli_swept *swept, uint32_t count)
{
    shards->count = count;
    shards->offsets = calloc((size_t)count + 1, sizeof shards->offsets[0]);
    if (shards->offsets == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        shards->offsets[i + 1] = shards->offsets[i] + tries_of(&swept[i]);
    }
    if (options->results == NULL || options->shard_count < 2 || count == 0) {
        return true;
    }
    uint64_t checked = find_checked(shards, options, NULL);
    shards->checked = calloc((size_t)checked + 1, sizeof shards->checked[0]);
    if (shards->checked != NULL) {
        shards->checked_count = find_checked(shards, options, shards->checked);
    }
    return shards->checked != NULL;
}

void cli_sweep_shards_release(struct cli_sweep_shards *shards)
{
    free(shards->offsets);
    free(shards->checked);
    shards->offsets = NULL;
    shards->checked = NULL;
}

uint64_t cli_sweep_index(const struct sim__sweep_plan *plan, uint64_t index)
{
    return 2 * (index / 2 * plan->turns + plan->turn) + index % 2;
}

struct sim__sweep_point cli_sweep_point(const struct sim__sweep_plan *plan, uint64_t index)
{
    struct sim__sweep_plan all = *plan;
    all.turn = 0;
    all.turns = 1;
    return sim__sweep_nth(&all, index);
}

uint64_t cli_sweep_number(const struct cli_sweep_shards *shards, const struct cli_sweep_try *which)
{
    return shards->count + shards->offsets[which->swept] + which->index;
}

/* ---- as lines ---- */

static void put_points(struct sim__text *text, const char *key, const uint64_t *points)
{
    const char *separator = "";
    sim__text_format(text, ",\"%s\":[", key);
    for (uint32_t i = 0; i < SIM__POINTS; i++) {
        sim__text_put(text, separator);
        sim__text_u64(text, points[i]);
        separator = ",";
    }
    sim__text_char(text, ']');
}

void cli_sweep_try_put_json(struct sim__text *text, const struct sim__sweep_try *one)
{
    const struct sim_fault *fault = &one->point.first;
    const struct sim_fault_met *met = &one->seen.first;
    if (fault->at > 0) {
        cli_put_some_string(text, "kind", sim__point_name(fault->kind));
        cli_put_number(text, "at", fault->at);
        sim__text_put(text, fault->persistent ? ",\"persistent\":true" : "");
    }
    if (met->met) {
        cli_put_number(text, "met", met->at.ns);
        cli_put_some_number(text, "attempt", met->attempt);
        cli_put_some_string(text, "service", met->service);
    }
    put_points(text, "points", one->seen.points);
    put_points(text, "after", one->seen.after);
    cli_trial_put_json(text, &one->trial);
}

static void take_points(struct cli_fields *fields, const char *key, uint64_t *points)
{
    struct sim__json_items items;
    struct sim__json_member item;
    if (cli_field_items(fields, key, &items) != SIM__POINTS) {
        cli_fields_fail(fields, "not one for each kind of point:", key);
        return;
    }
    while (sim__json_item(&items, &item)) {
        *points++ = cli_item_number(fields, &item, POINTS_MAX);
    }
}

void cli_sweep_try_take_json(struct cli_fields *fields, struct sim__sweep_try *ret_try)
{
    struct sim__sweep_try *one = ret_try;
    memset(one, 0, sizeof *one);
    struct sim_fault *fault = &one->point.first;
    struct sim_fault_met *met = &one->seen.first;
    if (sim__json_find(&fields->json, "kind") != NULL) {
        fault->kind = (enum sim__point)cli_field_word(fields, "kind", kinds, SIM__POINTS);
        fault->at = cli_field_number(fields, "at", POINTS_MAX);
        fault->persistent = cli_field_flag(fields, "persistent");
    }
    met->met = sim__json_find(&fields->json, "met") != NULL;
    if (met->met) {
        met->at.ns = cli_field_number(fields, "met", UINT64_MAX);
        met->attempt = (uint32_t)cli_field_some_number(fields, "attempt", UINT32_MAX);
        cli_field_copy(fields, "service", met->service, sizeof met->service);
    }
    take_points(fields, "points", one->seen.points);
    take_points(fields, "after", one->seen.after);
    cli_trial_take_json(fields, &one->trial);
}
