/* rehearse fuzz: scenarios from seeds, until one fails or the budget is spent. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "fuzz_files.h"
#include "fuzz_relations.h"
#include "fuzz_report.h"
#include "gathered.h"
#include "lost.h"
#include "interrupt.h"
#include "merged.h"
#include "output.h"
#include "pool.h"
#include "progress.h"
#include "sim/fuzz/campaign.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sup/error.h"
#include "sup/sup.h"
#include "trial_json.h"

#define SEEDS_DEFAULT 1000u
#define BATCH 16u
/* Seeds that are tried with one corpus. */
#define ROUND 256u
/* No generated scenario comes near: one that does is a livelock. */

/* ---- which seeds ---- */

static bool plan(struct cli_fuzz *fuzz)
{
    const struct cli_options *options = fuzz->options;
    uint64_t first = options->has_seeds ? options->seed_first : 1;
    uint64_t last = options->seed_last;
    bool open = !options->has_seeds || options->seeds_open;
    if (open) {
        uint64_t most = options->budget.ns > 0 ? UINT64_MAX : SEEDS_DEFAULT - 1;
        last = first > UINT64_MAX - most ? UINT64_MAX : first + most;
    }
    uint64_t all = last - first == UINT64_MAX ? UINT64_MAX : last - first + 1;
    bool good = cli_shard_plan(options, all, &fuzz->shard);
    fuzz->start = first;
    fuzz->first = first + fuzz->shard.turn;
    fuzz->count = fuzz->shard.own;
    return good;
}

/* ---- one seed ---- */

static uint64_t seed_of(const struct cli_fuzz *fuzz, uint64_t task)
{
    return fuzz->start + cli_shard_task(&fuzz->shard, fuzz->base + task).number;
}

static void try_one(void *context, uint64_t task, struct sim__text *bytes)
{
    struct cli_fuzz *fuzz = context;
    struct sim__fuzz_try one;
    fuzz->lit.count = 0;
    if (sim__fuzz_try(seed_of(fuzz, task), &fuzz->how, &one) == SUP_OK) {
        sim__text_putn(bytes, (const char *)&one, sizeof one);
        cli_corpus_send(fuzz->how.lit, bytes);
    } else {
        bytes->failed = true;
    }
}

static void lost(void *context, uint64_t task, int signal_number, struct sim__text *bytes)
{
    const struct cli_fuzz *fuzz = context;
    struct sim__fuzz_try one = {.drawn = {.seed = seed_of(fuzz, task)}};
    one.trial.seed = one.drawn.seed;
    one.input = fuzz->how.corpus != NULL ? sim__corpus_draw(fuzz->how.corpus, one.drawn.seed) : 0;
    cli_lost_sign(&one.trial, signal_number, fuzz->options->patience);
    sim__text_putn(bytes, (const char *)&one, sizeof one);
}

static bool spent(const struct cli_fuzz *fuzz)
{
    const struct sup_duration budget = fuzz->options->budget;
    return budget.ns > 0 && sup_instant_since(cli_wall_now(), fuzz->started).ns >= budget.ns;
}

static void show(void *context, uint64_t done)
{
    struct cli_fuzz *fuzz = context;
    cli_progress_show(&fuzz->progress, fuzz->base + done);
}

/* To the shards' results, as it is. */
static void tell(struct cli_fuzz *fuzz, const struct cli_shard_task *which,
                 const struct sim__fuzz_try *one)
{
    struct sim__text line = {0};
    if (fuzz->results.wanted) {
        cli_results_task(&line, which->number);
        cli_try_put_json(&line, one);
        fuzz->results.output.failed |= !cli_results_line(&fuzz->results, which, &line);
    }
}

static void count(struct cli_fuzz *fuzz, const struct sim__fuzz_try *one)
{
    fuzz->last = *one;
    fuzz->taken++;
    if (fuzz->options->gathering != NULL) {
        cli_gather_seed(fuzz->options->gathering, one);
    }
    const struct sim__fuzz_finding *finding = sim__fuzz_count(fuzz->tally, one);
    if (finding != NULL && finding->count == 1) {
        cli_fuzz_keep(fuzz, finding);
    }
}

static bool take(void *context, uint64_t task, char *bytes, size_t length)
{
    struct cli_fuzz *fuzz = context;
    struct sim__fuzz_try one;
    bool corpus = fuzz->how.corpus != NULL;
    bool good = bytes != NULL && (corpus ? length >= sizeof one : length == sizeof one);
    if (good && length > sizeof one) { /* of one whose process is gone there is no more */
        good = cli_corpus_take(&fuzz->corpus, bytes + sizeof one, length - sizeof one);
    }
    if (good) {
        memcpy(&one, bytes, sizeof one);
        const struct cli_shard_task which = cli_shard_task(&fuzz->shard, fuzz->base + task);
        tell(fuzz, &which, &one);
        if (!which.checks) {
            count(fuzz, &one);
        }
        show(fuzz, task + 1);
    }
    free(bytes);
    fuzz->no_memory |= !good;
    bool enough = fuzz->options->fail_fast && fuzz->tally->failed > 0;
    fuzz->over = !good || enough || spent(fuzz) || fuzz->results.output.failed;
    return !fuzz->over;
}

/* ---- the command ---- */

/* With a corpus in rounds, each of which begins with what those before it have found, so that
 * nothing depends on how many processes there are. */
static int run_all(struct cli_fuzz *fuzz)
{
    struct cli_pool_work work = {
        .context = fuzz,
        .count = cli_shard_count(&fuzz->shard),
        .jobs = fuzz->options->jobs,
        .batch = BATCH,
        .apart = true,
        .patience = fuzz->options->patience,
        .work = try_one,
        .lost = lost,
        .deliver = take,
        .tick = show,
    };
    if (fuzz->how.corpus == NULL) {
        return cli_pool_run(&work);
    }
    int error = SUP_OK;
    fuzz->how.lit = &fuzz->lit;
    for (; error == SUP_OK && !fuzz->over && fuzz->base < fuzz->count && cli_interrupted() == 0;
         fuzz->base += ROUND) {
        uint64_t left = fuzz->count - fuzz->base;
        fuzz->corpus.corpus.used = fuzz->corpus.corpus.count;
        work.count = left < ROUND ? left : ROUND;
        error = cli_pool_run(&work);
    }
    fuzz->how.lit = NULL;
    return error;
}

/* What shards have done, in the place of runs. */
static void play_all(struct cli_fuzz *fuzz, struct cli_merged *merged)
{
    for (uint64_t task = 0; task < fuzz->count && !fuzz->over && cli_interrupted() == 0; task++) {
        struct sim__text bytes = {0};
        fuzz->write_failed |= !cli_merged_fetch(merged, task, &bytes);
        if (fuzz->write_failed) {
            sim__text_release(&bytes);
            return;
        }
        (void)take(fuzz, task, bytes.bytes, bytes.length);
    }
}

static void close_results(struct cli_fuzz *fuzz)
{
    const struct cli_results_done done = {
        .own = fuzz->taken, .planned = fuzz->count, .wall = fuzz->took};
    fuzz->results.output.failed |= fuzz->no_memory;
    fuzz->write_failed |= !cli_results_close(&fuzz->results, &done);
}

static int run(struct cli_fuzz *fuzz, struct cli_merged *merged)
{
    cli_interrupt_catch();
    cli_progress_start(&fuzz->progress,
                       fuzz->options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED, fuzz->count);
    fuzz->started = cli_wall_now();
    if (fuzz->options->gathering != NULL) {
        cli_gather_fuzz(fuzz->options->gathering, fuzz);
    }
    if (merged != NULL) {
        play_all(fuzz, merged);
        fuzz->took = cli_merged_wall(merged);
    } else {
        fuzz->no_memory |= run_all(fuzz) != SUP_OK;
        fuzz->took = sup_instant_since(cli_wall_now(), fuzz->started);
    }
    cli_progress_clear(&fuzz->progress);
    close_results(fuzz);
    int status = SIM_EXIT_PASS;
    if (fuzz->options->gathering != NULL) {
        cli_gather_fuzz_end(fuzz->options->gathering, fuzz);
    } else {
        status = cli_fuzz_report(fuzz);
    }
    if (!cli_output_say(&fuzz->text) || fuzz->write_failed || fuzz->corpus.failed) {
        status = cli_worse(status, SIM_EXIT_USAGE);
    }
    if (fuzz->no_memory) {
        fputs("rehearse: out of memory\n", stderr);
        status = cli_worse(status, SIM_EXIT_USAGE);
    }
    return cli_interrupted() != 0 ? 128 + cli_interrupted() : status;
}

static void put_command(struct cli_fuzz *fuzz)
{
    sim__text_put(&fuzz->command, fuzz->options->program);
    sim__text_put(&fuzz->command, " fuzz");
    cli_put_from_options(&fuzz->command, fuzz->options);
    cli_put_relations_option(&fuzz->command, fuzz->options->relations);
    cli_put_patience(&fuzz->command, fuzz->options->patience);
    fuzz->no_memory |= fuzz->command.failed;
}

/* ---- what was done elsewhere ---- */

static bool take_elsewhere(void *context, uint64_t task, struct cli_fields *fields,
                           struct sim__text *bytes)
{
    const struct cli_fuzz *fuzz = context;
    struct sim__fuzz_try one;
    cli_try_take_json(fields, &fuzz->how, seed_of(fuzz, task), &one);
    if (!fields->bad && !fields->no_memory) {
        sim__text_putn(bytes, (const char *)&one, sizeof one);
    }
    return !fields->bad && !fields->no_memory;
}

static void name_elsewhere(void *context, uint64_t task, struct sim__text *text)
{
    const struct cli_fuzz *fuzz = context;
    sim__text_put(text, "seed ");
    sim__text_u64(text, seed_of(fuzz, task));
}

/* Whether it is what there is to be done here, all of it: a status. */
static int check_elsewhere(struct cli_fuzz *fuzz, struct cli_merged *merged,
                           struct cli_merged_reader *reader)
{
    struct sim__text files = {0};
    cli_results_files(&files, &fuzz->from.plan);
    int status = cli_merged_check(merged, &files, fuzz->shard.total);
    sim__text_release(&files);
    *reader = (struct cli_merged_reader){.context = fuzz,
                                         .tasks = fuzz->shard.total,
                                         .take = take_elsewhere,
                                         .name = name_elsewhere};
    status = status == SIM_EXIT_PASS ? cli_merged_index(merged, reader) : status;
    return status == SIM_EXIT_PASS ? cli_merged_whole(merged, 0, fuzz->shard.total) : status;
}

static int open_from(struct cli_fuzz *fuzz, struct cli_merged *merged)
{
    int status = cli_merged_enter(merged) ? cli_from_open(fuzz->options, &fuzz->from, &fuzz->how)
                                          : SIM_EXIT_USAGE;
    return cli_merged_leave(merged) ? status : SIM_EXIT_USAGE;
}

static int prepare(struct cli_fuzz *fuzz, struct cli_merged *merged)
{
    const struct cli_options *options = fuzz->options;
    if (options->out != NULL && !cli_fuzz_directory(options->out)) {
        return SIM_EXIT_USAGE;
    }
    int status = open_from(fuzz, merged);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    status = cli_corpus_open(options, &fuzz->corpus, &fuzz->how);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    fuzz->tally = calloc(1, sizeof *fuzz->tally);
    put_command(fuzz);
    if (!plan(fuzz) || fuzz->tally == NULL) {
        fputs("rehearse: out of memory\n", stderr);
        return SIM_EXIT_USAGE;
    }
    bool opened = cli_results_open(&fuzz->results, options, &fuzz->from.plan, fuzz->shard.total);
    return opened ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

int cli_fuzz(const struct cli_options *options)
{
    return cli_fuzz_merged(options, NULL);
}

int cli_fuzz_merged(const struct cli_options *options, struct cli_merged *merged)
{
    struct cli_merged_reader reader;
    struct cli_fuzz fuzz = {
        .options = options,
        .how = {.trial = {.tasks = options->tasks}, .relations = options->relations}};
    int status = prepare(&fuzz, merged);
    if (status == SIM_EXIT_PASS && merged != NULL) {
        status = check_elsewhere(&fuzz, merged, &reader);
    }
    if (status == SIM_EXIT_PASS) {
        status = run(&fuzz, merged);
    } else if (fuzz.results.wanted) {
        (void)cli_output_close(&fuzz.results.output);
        sim__text_release(&fuzz.results.text);
    }
    cli_shard_release(&fuzz.shard);
    free(fuzz.tally);
    cli_from_close(&fuzz.from);
    cli_corpus_close(&fuzz.corpus);
    sim__text_release(&fuzz.command);
    return status;
}
