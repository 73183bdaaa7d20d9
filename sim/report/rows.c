/* What came of the runs: verdicts, ways of failing, the largest, those that are named. */
#include "rows.h"

#include <stdlib.h>

#define LARGEST 10u /* by each of two measures */

/* ---- verdicts ---- */

void sim__put_verdicts(struct sim__campaign *campaign)
{
    struct sim__book *book = campaign->book;
    for (uint32_t i = 0; i < campaign->variant_count; i++) {
        const struct sim__variant *variant = &campaign->variants[i];
        const struct sim__outcome *first = NULL;
        uint64_t by_status[SIM__STATUSES] = {0}, events = 0, longest = 0;
        for (uint32_t k = 0; k < variant->run_count; k++) {
            const struct sim__outcome *run = &variant->runs[k];
            by_status[run->status]++;
            events += run->events;
            longest = run->end_ns > longest ? run->end_ns : longest;
            first = first == NULL && run->status != 0 ? run : first;
        }
        sim__put_whose(campaign, SIM__SHEET_VERDICTS, variant);
        sim__put_number(book, SIM__SHEET_VERDICTS, variant->run_count);
        for (uint32_t status = 0; status < SIM__STATUSES; status++) {
            sim__put_number(book, SIM__SHEET_VERDICTS, by_status[status]);
        }
        sim__put_number(book, SIM__SHEET_VERDICTS, events);
        sim__put_length(book, SIM__SHEET_VERDICTS, SUP_NS(longest));
        if (first == NULL || !campaign->seeded) {
            sim__put_none(book, SIM__SHEET_VERDICTS);
        } else {
            sim__put_number(book, SIM__SHEET_VERDICTS, first->seed);
            sim__name_run(&campaign->variants[i], first->seed, SIM__PICTURED);
        }
    }
}

/* ---- ways of failing ---- */

static int by_runs(const void *a, const void *b)
{
    const struct sim__way *left = *(struct sim__way *const *)a;
    const struct sim__way *right = *(struct sim__way *const *)b;
    if (left->runs != right->runs) {
        return left->runs > right->runs ? -1 : 1;
    }
    return left->number < right->number ? -1 : left->number > right->number;
}

static void put_way(struct sim__campaign *campaign, const struct sim__way *way)
{
    struct sim__book *book = campaign->book;
    struct sim__variant *variant = &campaign->variants[way->first];
    struct sim__text replay = {0};
    if (way->replay != NULL) {
        sim__text_put(&replay, way->replay);
    } else {
        campaign->replay(campaign, variant, way->seed, &replay);
    }
    sim__put_whose(campaign, SIM__SHEET_FAILURES, variant);
    sim__put_text(book, SIM__SHEET_FAILURES, way->place);
    sim__put_text(book, SIM__SHEET_FAILURES, way->word);
    sim__put_text(book, SIM__SHEET_FAILURES, way->expected);
    sim__put_text(book, SIM__SHEET_FAILURES, way->found);
    sim__put_number(book, SIM__SHEET_FAILURES, way->runs);
    sim__put_number(book, SIM__SHEET_FAILURES, way->variants);
    sim__put_number(book, SIM__SHEET_FAILURES, way->seed);
    sim__put_text(book, SIM__SHEET_FAILURES, sim__text_string(&replay));
    if (campaign->seeded) {
        sim__name_run(variant, way->seed, SIM__PICTURED);
    }
    campaign->failed |= replay.failed;
    sim__text_release(&replay);
}

/* A row that counts those that have none. */
static void put_unlisted(const struct sim__campaign *campaign)
{
    struct sim__book *book = campaign->book;
    sim__put_number(book, SIM__SHEET_FAILURES, campaign->number);
    for (int i = 0; i < 6; i++) {
        sim__put_none(book, SIM__SHEET_FAILURES);
    }
    sim__put_text(book, SIM__SHEET_FAILURES, "further ways of failing");
    sim__put_number(book, SIM__SHEET_FAILURES, campaign->unlisted);
    for (int i = 0; i < 3; i++) {
        sim__put_none(book, SIM__SHEET_FAILURES);
    }
}

void sim__put_failures(struct sim__campaign *campaign)
{
    if (campaign->failed) {
        return;
    }
    if (campaign->way_count > 0) {
        qsort(campaign->ways, campaign->way_count, sizeof(struct sim__way *), by_runs);
    }
    for (uint32_t i = 0; i < campaign->way_count; i++) {
        put_way(campaign, campaign->ways[i]);
    }
    if (campaign->unlisted > 0) {
        put_unlisted(campaign);
    }
}

/* ---- the largest ---- */

struct largest {
    uint32_t variant;
    uint32_t run;
    uint64_t size;
};

static uint64_t events_of(const struct sim__outcome *run)
{
    return run->events;
}

static uint64_t length_of(const struct sim__outcome *run)
{
    return run->end_ns;
}

/* The largest first; of equals the one that comes first. */
static uint32_t find_largest(const struct sim__campaign *campaign,
                             uint64_t (*size_of)(const struct sim__outcome *run),
                             struct largest *largest)
{
    uint32_t count = 0;
    uint64_t least = UINT64_MAX, greatest = 0;
    for (uint32_t i = 0; i < campaign->variant_count; i++) {
        for (uint32_t k = 0; k < campaign->variants[i].run_count; k++) {
            uint64_t size = size_of(&campaign->variants[i].runs[k]);
            uint32_t at = count < LARGEST ? count++ : LARGEST;
            least = size < least ? size : least;
            greatest = size > greatest ? size : greatest;
            if (at == LARGEST && largest[LARGEST - 1].size >= size) {
                continue;
            }
            for (at -= at == LARGEST; at > 0 && largest[at - 1].size < size; at--) {
                largest[at] = largest[at - 1];
            }
            largest[at] = (struct largest){i, k, size};
        }
    }
    return least < greatest ? count : 0; /* where all are alike none is large */
}

static void put_largest(struct sim__campaign *campaign, const char *by,
                        uint64_t (*size_of)(const struct sim__outcome *run))
{
    struct sim__book *book = campaign->book;
    struct largest largest[LARGEST];
    uint32_t count = find_largest(campaign, size_of, largest);
    for (uint32_t i = 0; i < count; i++) {
        struct sim__variant *variant = &campaign->variants[largest[i].variant];
        struct sim__outcome *run = &variant->runs[largest[i].run];
        sim__put_whose(campaign, SIM__SHEET_SLOWEST, variant);
        sim__put_text(book, SIM__SHEET_SLOWEST, by);
        sim__put_number(book, SIM__SHEET_SLOWEST, run->seed);
        sim__put_text(book, SIM__SHEET_SLOWEST, run->word);
        sim__put_number(book, SIM__SHEET_SLOWEST, run->events);
        sim__put_number(book, SIM__SHEET_SLOWEST, run->attempts);
        sim__put_length(book, SIM__SHEET_SLOWEST, SUP_NS(run->end_ns));
        run->naming = i == 0                        ? SIM__PICTURED
                      : run->naming == SIM__UNNAMED ? SIM__NAMED
                                                    : run->naming;
    }
}

void sim__put_slowest(struct sim__campaign *campaign)
{
    put_largest(campaign, "events", events_of);
    put_largest(campaign, "length", length_of);
}

/* ---- those that are named ---- */

void sim__put_runs(struct sim__campaign *campaign)
{
    struct sim__book *book = campaign->book;
    struct sim__text text = {0};
    for (uint32_t i = 0; i < campaign->variant_count; i++) {
        const struct sim__variant *variant = &campaign->variants[i];
        for (uint32_t k = 0; k < variant->run_count; k++) {
            const struct sim__outcome *run = &variant->runs[k];
            if (run->naming == SIM__UNNAMED) {
                continue;
            }
            sim__put_whose(campaign, SIM__SHEET_RUNS, variant);
            sim__put_number(book, SIM__SHEET_RUNS, run->seed);
            sim__put_text(book, SIM__SHEET_RUNS, run->word);
            sim__put_number(book, SIM__SHEET_RUNS, run->events);
            sim__put_length(book, SIM__SHEET_RUNS, SUP_NS(run->end_ns));
            sim__text_clear(&text);
            sim__text_hex16(&text, run->hash);
            sim__put_text(book, SIM__SHEET_RUNS, sim__text_string(&text));
            sim__text_clear(&text);
            if (run->naming == SIM__PICTURED && campaign->page != NULL) {
                campaign->page(campaign, variant, run, &text);
            }
            sim__put_text(book, SIM__SHEET_RUNS, sim__text_string(&text));
            sim__text_clear(&text);
            campaign->replay(campaign, variant, run->seed, &text);
            sim__put_text(book, SIM__SHEET_RUNS, sim__text_string(&text));
            sim__text_clear(&text);
            if (campaign->picture != NULL) {
                campaign->picture(campaign, variant, run->seed, &text);
            }
            sim__put_text(book, SIM__SHEET_RUNS, sim__text_string(&text));
        }
    }
    campaign->failed |= text.failed;
    sim__text_release(&text);
}
