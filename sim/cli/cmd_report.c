/* rehearse report: a picture of campaigns, from the results that these have left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "gathered.h"
#include "ledger.h"
#include "merged.h"
#include "output.h"
#include "pages.h"
#include "reported.h"
#include "sim/run.h"
#include "sup/error.h"

/* A results file, and of which campaign it is. */
struct found {
    const char *path;
    struct cli_merged_head head; /* its texts are its own */
    uint64_t shard;
};

struct finding {
    struct found *files;
    uint32_t count;
    struct sim_arena *arena;
    bool failed; /* out of memory */
};

/* ---- which campaigns there are ---- */

static int by_number(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* By what decides the campaign alone: its command, what it was run of, and how. */
static int compare(const struct found *a, const struct found *b)
{
    const char *const texts[][2] = {
        {a->head.command, b->head.command},
        {a->head.paths, b->head.paths},
        {a->head.options, b->head.options},
        {a->head.files, b->head.files},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int order = strcmp(texts[i][0], texts[i][1]);
        if (order != 0) {
            return order;
        }
    }
    int order = by_number(a->head.tasks, b->head.tasks);
    return order != 0 ? order : by_number(a->head.shards, b->head.shards);
}

/* The shards of a campaign in their order. */
static int by_campaign(const void *left, const void *right)
{
    const struct found *a = left, *b = right;
    int order = compare(a, b);
    order = order != 0 ? order : by_number(a->shard, b->shard);
    return order != 0 ? order : strcmp(a->path, b->path);
}

static const char *keep(struct finding *finding, const char *text)
{
    const char *kept = sim__arena_text(finding->arena, text, strlen(text));
    finding->failed |= kept == NULL;
    return kept == NULL ? "" : kept;
}

static int find_file(struct finding *finding, const struct cli_options *options, const char *path)
{
    struct cli_options one = *options;
    struct cli_merged merged;
    one.paths = &path;
    one.path_count = 1;
    int status = cli_merged_open(&one, &merged);
    if (status == SIM_EXIT_PASS) {
        finding->files[finding->count++] = (struct found){
            .path = path,
            .head = {.command = keep(finding, merged.head.command),
                     .options = keep(finding, merged.head.options),
                     .paths = keep(finding, merged.head.paths),
                     .files = keep(finding, merged.head.files),
                     .tasks = merged.head.tasks,
                     .shards = merged.head.shards},
            .shard = merged.parts[0].shard,
        };
    }
    cli_merged_close(&merged);
    return status;
}

/* ---- all of them ---- */

/* Those of one campaign from `first` on: they are merged, and gathered; how many they are. */
static uint32_t gather(const struct finding *finding, uint32_t first,
                       const struct cli_options *options, int *status)
{
    struct cli_options own = *options;
    uint32_t count = 0;
    own.path_count = 0;
    own.quiet = true;
    own.paths = calloc((size_t)(finding->count - first) + 1, sizeof own.paths[0]);
    if (own.paths == NULL) {
        fputs("rehearse: out of memory\n", stderr);
        *status = cli_worse(*status, SIM_EXIT_USAGE);
        return finding->count - first;
    }
    while (first + count < finding->count &&
           compare(&finding->files[first], &finding->files[first + count]) == 0) {
        own.paths[own.path_count++] = finding->files[first + count++].path;
    }
    struct cli_gathering *gathering = own.gathering;
    gathering->begun = gathering->done = false;
    int merged = cli_merge(&own);
    if (!gathering->done) { /* what the runs came to is no concern of the report */
        bool own_status = merged != SIM_EXIT_PASS && (!gathering->begun || merged >= 128);
        *status = cli_worse(*status, own_status ? merged : SIM_EXIT_USAGE);
    }
    free(own.paths);
    return count;
}

static int gather_all(struct finding *finding, const struct cli_options *options)
{
    int status = SIM_EXIT_PASS;
    for (uint32_t i = 0; i < options->path_count; i++) {
        status = cli_worse(status, find_file(finding, options, options->paths[i]));
    }
    if (finding->failed) {
        fputs("rehearse: out of memory\n", stderr);
        return SIM_EXIT_USAGE;
    }
    if (status == SIM_EXIT_PASS) {
        qsort(finding->files, finding->count, sizeof finding->files[0], by_campaign);
    }
    for (uint32_t i = 0; status <= SIM_EXIT_EXPECTATION && i < finding->count;) {
        i += gather(finding, i, options, &status);
    }
    return status;
}

static int report(const struct cli_options *options, struct cli_gathering *gathering)
{
    struct finding finding = {0};
    struct cli_options own = *options;
    int status = SIM_EXIT_USAGE;
    own.gathering = gathering;
    finding.files = calloc((size_t)options->path_count + 1, sizeof finding.files[0]);
    if (finding.files == NULL || sim__arena_create(&sup_allocator_libc, &finding.arena) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
    } else {
        status = gather_all(&finding, &own);
    }
    if (status == SIM_EXIT_PASS && options->ledger != NULL) {
        status = cli_ledger_read(options->ledger, &gathering->book);
    }
    if (status == SIM_EXIT_PASS) {
        status = gathering->book.failed ? SIM_EXIT_USAGE : cli_reported(options, gathering);
    }
    free(finding.files);
    sim__arena_free(finding.arena);
    return status;
}

int cli_report(const struct cli_options *options)
{
    struct cli_gathering gathering = {0};
    struct cli_pages pages = {0};
    int status = SIM_EXIT_USAGE;
    bool good = options->pages == NULL || cli_pages_open(&pages, options);
    gathering.pages = options->pages != NULL ? &pages : NULL;
    if (good && sim__book_init(&gathering.book) == SUP_OK) {
        status = report(options, &gathering);
        good = !gathering.book.failed;
    } else {
        good = !good; /* what is wrong with the directory has been said */
    }
    if (!good) {
        fputs("rehearse: out of memory\n", stderr);
    }
    sim__book_release(&gathering.book);
    cli_pages_close(&pages);
    return status;
}
