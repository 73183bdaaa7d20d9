/* The runs of a campaign; see campaign.h. */
#include "campaign.h"

#include <stdlib.h>
#include <string.h>

#include "rows.h"
#include "sim/base/grow.h"
#include "sup/sup.h"

void sim__campaign_init(struct sim__campaign *campaign)
{
    campaign->failed |= sim__arena_create(&sup_allocator_libc, &campaign->arena) != SUP_OK;
    sim__table_init(&campaign->known, campaign->arena, 0);
    if (!campaign->failed) {
        campaign->ways =
            sim__arena_alloc(campaign->arena, SIM__FAILURES_MAX, sizeof(struct sim__way *));
    }
    campaign->failed |= campaign->ways == NULL;
}

void sim__campaign_release(struct sim__campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->variant_count; i++) {
        free(campaign->variants[i].runs);
        free(campaign->variants[i].figures);
    }
    free(campaign->variants);
    sim__arena_free(campaign->arena);
    *campaign = (struct sim__campaign){0};
}

/* ---- collecting ---- */

uint32_t sim__campaign_variant(struct sim__campaign *campaign, const struct sim__variant *variant)
{
    struct sim__variant *variants =
        sim__grown(campaign->variants, &campaign->variant_room,
                   (uint64_t)campaign->variant_count + 1, sizeof *variants);
    if (variants == NULL) {
        campaign->failed = true;
        return campaign->variant_count;
    }
    campaign->variants = variants;
    variants[campaign->variant_count] = *variant;
    return campaign->variant_count++;
}

void sim__campaign_run(struct sim__campaign *campaign, uint32_t number,
                       const struct sim__outcome *outcome, const uint64_t *figures)
{
    if (campaign->failed || number >= campaign->variant_count) {
        return;
    }
    struct sim__variant *variant = &campaign->variants[number];
    uint32_t width = variant->measure_count, room = variant->run_room;
    struct sim__outcome *runs = sim__grown(variant->runs, &variant->run_room,
                                           (uint64_t)variant->run_count + 1, sizeof *runs);
    campaign->failed = runs == NULL;
    if (runs == NULL) {
        return;
    }
    variant->runs = runs;
    if (variant->run_room != room && width > 0) {
        uint64_t wanted = (uint64_t)variant->run_room * width;
        uint64_t *all = wanted > SIZE_MAX / sizeof *all
                            ? NULL
                            : realloc(variant->figures, (size_t)wanted * sizeof *all);
        campaign->failed = all == NULL;
        variant->figures = all == NULL ? variant->figures : all;
    }
    if (campaign->failed) {
        return;
    }
    uint64_t *own = width > 0 ? variant->figures + (uint64_t)variant->run_count * width : NULL;
    runs[variant->run_count++] = *outcome;
    if (outcome->whole && width > 0) {
        memcpy(own, figures, width * sizeof *own);
    } else if (width > 0) {
        memset(own, 0, width * sizeof *own);
    }
}

/* What has happened at another instant, or to another one of many services, is the same way. */
static void put_alike(struct sim__text *key, const char *text)
{
    bool digits = false;
    for (; *text != '\0'; text++) {
        bool digit = *text >= '0' && *text <= '9';
        if (!digit || !digits) {
            sim__text_char(key, digit ? '#' : *text);
        }
        digits = digit;
    }
}

static const char *keep(struct sim__campaign *campaign, const char *text)
{
    const char *kept = sim__arena_text(campaign->arena, text, strlen(text));
    campaign->failed |= kept == NULL;
    return kept == NULL ? "" : kept;
}

static struct sim__way *new_way(struct sim__campaign *campaign,
                                const struct sim__campaign_failure *failure)
{
    struct sim__way *way = sim__arena_alloc(campaign->arena, 1, sizeof *way);
    campaign->failed |= way == NULL;
    if (way != NULL) {
        *way = (struct sim__way){
            .seed = failure->seed,
            .first = failure->variant,
            .number = campaign->way_count,
            .place = keep(campaign, failure->place),
            .word = keep(campaign, failure->word),
            .expected = keep(campaign, failure->expected),
            .found = keep(campaign, failure->found),
            .replay = failure->replay != NULL ? keep(campaign, failure->replay) : NULL,
        };
        campaign->ways[campaign->way_count++] = way;
    }
    return way;
}

/* The way that it is of; NULL: there is no room, or no memory. */
static struct sim__way *find_way(struct sim__campaign *campaign,
                                 const struct sim__campaign_failure *failure)
{
    struct sim__text key = {0};
    const struct sim__variant *variant = &campaign->variants[failure->variant];
    struct sim__way *way = NULL;
    bool is_new = false;
    sim__text_format(&key, "%s\n%s\n", variant->file, failure->word);
    if (!failure->by_word) {
        sim__text_format(&key, "%s\n%s\n", failure->place, failure->expected);
        put_alike(&key, failure->place[0] == '\0' ? failure->found : "");
    }
    const char *kept = key.failed ? NULL : keep(campaign, sim__text_string(&key));
    struct sim__slot *slot = NULL;
    if (kept != NULL && campaign->way_count < SIM__FAILURES_MAX) {
        slot = sim__table_add(&campaign->known, 0, kept, (uint32_t)key.length, &is_new);
        campaign->failed |= slot == NULL;
    } else if (kept != NULL) {
        slot = sim__table_find(&campaign->known, 0, kept, (uint32_t)key.length);
        campaign->unlisted += slot == NULL;
    }
    campaign->failed |= kept == NULL;
    if (slot != NULL) {
        slot->value = is_new ? new_way(campaign, failure) : slot->value;
        way = slot->value;
    }
    sim__text_release(&key);
    return way;
}

void sim__campaign_fail(struct sim__campaign *campaign, const struct sim__campaign_failure *failure)
{
    if (campaign->failed || failure->variant >= campaign->variant_count) {
        return;
    }
    struct sim__way *way = find_way(campaign, failure);
    if (way == NULL) {
        return;
    }
    way->variants += way->runs == 0 || way->of != failure->variant;
    bool other = way->runs == 0 || way->of != failure->variant || way->last != failure->seed;
    way->runs += failure->runs > 0 ? failure->runs : other;
    way->of = failure->variant;
    way->last = failure->seed;
}

/* ---- what the sheets have in common ---- */

void sim__put_whose(const struct sim__campaign *campaign, enum sim__sheet_id id,
                    const struct sim__variant *variant)
{
    sim__put_number(campaign->book, id, campaign->number);
    sim__put_text(campaign->book, id, variant->file);
    sim__put_text(campaign->book, id, variant->scenario);
    sim__put_text(campaign->book, id, variant->variant);
}

uint32_t sim__family_end(const struct sim__campaign *campaign, uint32_t first)
{
    const struct sim__variant *variants = campaign->variants;
    uint32_t end = first + 1;
    while (end < campaign->variant_count && strcmp(variants[end].file, variants[first].file) == 0 &&
           strcmp(variants[end].scenario, variants[first].scenario) == 0) {
        end++;
    }
    return end;
}

/* Runs come in the order of their seeds. */
void sim__name_run(struct sim__variant *variant, uint64_t seed, enum sim__naming naming)
{
    uint32_t low = 0, high = variant->run_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (variant->runs[middle].seed < seed) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < variant->run_count && variant->runs[low].seed == seed &&
        variant->runs[low].naming < naming) {
        variant->runs[low].naming = naming;
    }
}

struct sim__figure *sim__pool(struct sim__campaign *campaign, const uint32_t *variants,
                              uint32_t count, uint32_t measure, uint64_t *ret_count)
{
    uint64_t runs = 0, kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        runs += campaign->variants[variants[i]].run_count;
    }
    struct sim__figure *figures = runs > 0 ? calloc((size_t)runs, sizeof *figures) : NULL;
    campaign->failed |= runs > 0 && figures == NULL;
    for (uint32_t i = 0; figures != NULL && i < count; i++) {
        const struct sim__variant *variant = &campaign->variants[variants[i]];
        for (uint32_t k = 0; k < variant->run_count; k++) {
            const uint64_t *own = variant->figures + (uint64_t)k * variant->measure_count;
            if (variant->runs[k].whole) {
                figures[kept++] = (struct sim__figure){own[measure], variant->runs[k].seed};
            }
        }
    }
    if (kept > 0) {
        sim__figures_sort(figures, kept);
    }
    *ret_count = kept;
    return figures;
}

uint64_t sim__known(const struct sim__yardstick *measure, const struct sim__figure *figures,
                    uint64_t count)
{
    while (count > 0 && measure->is_length && figures[count - 1].value == SUP_NEVER_NS) {
        count--;
    }
    return count;
}

void sim__campaign_put(struct sim__campaign *campaign)
{
    struct sim__book *book = campaign->book;
    uint64_t runs = 0, passed = 0, events = 0;
    for (uint32_t i = 0; i < campaign->variant_count; i++) {
        const struct sim__variant *variant = &campaign->variants[i];
        runs += variant->run_count;
        for (uint32_t k = 0; k < variant->run_count; k++) {
            passed += variant->runs[k].status == 0;
            events += variant->runs[k].events;
        }
    }
    sim__put_number(book, SIM__SHEET_CAMPAIGNS, campaign->number);
    sim__put_text(book, SIM__SHEET_CAMPAIGNS, campaign->command);
    sim__put_number(book, SIM__SHEET_CAMPAIGNS, runs);
    sim__put_number(book, SIM__SHEET_CAMPAIGNS, passed);
    sim__put_number(book, SIM__SHEET_CAMPAIGNS, events);
    sim__put_verdicts(campaign);
    sim__put_failures(campaign);
    if (campaign->seeded) {
        sim__put_measures(campaign);
        sim__put_heat(campaign);
        sim__put_slowest(campaign);
        sim__put_runs(campaign);
    }
    book->failed |= campaign->failed;
}
