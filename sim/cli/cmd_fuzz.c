/* rehearse fuzz: scenarios from seeds, until one fails or the budget is spent. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "fuzz_files.h"
#include "fuzz_relations.h"
#include "fuzz_report.h"
#include "lost.h"
#include "interrupt.h"
#include "output.h"
#include "pool.h"
#include "progress.h"
#include "sim/fuzz/campaign.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sup/error.h"
#include "sup/sup.h"

#define SEEDS_DEFAULT 1000u
#define BATCH 16u
/* Seeds that are tried with one corpus. */
#define ROUND 256u
/* No generated scenario comes near: one that does is a livelock. */

/* ---- which seeds ---- */

static void plan(struct cli_fuzz *fuzz)
{
    const struct cli_options *options = fuzz->options;
    uint64_t first = options->has_seeds ? options->seed_first : 1;
    uint64_t last = options->seed_last;
    bool open = !options->has_seeds || options->seeds_open;
    if (open) {
        uint64_t most = options->budget.ns > 0 ? UINT64_MAX : SEEDS_DEFAULT - 1;
        last = first > UINT64_MAX - most ? UINT64_MAX : first + most;
    }
    fuzz->step = options->shard_count > 0 ? options->shard_count : 1;
    uint64_t turn = options->shard_count > 0 ? options->shard - 1 : 0;
    fuzz->first = first + turn;
    bool none = turn > last - first;
    fuzz->count = none ? 0 : (last - fuzz->first) / fuzz->step;
    fuzz->count += none || fuzz->count == UINT64_MAX ? 0 : 1;
}

/* ---- one seed ---- */

static uint64_t seed_of(const struct cli_fuzz *fuzz, uint64_t task)
{
    return fuzz->first + (fuzz->base + task) * fuzz->step;
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
        fuzz->last = one;
        const struct sim__fuzz_finding *finding = sim__fuzz_count(fuzz->tally, &one);
        if (finding != NULL && finding->count == 1) {
            cli_fuzz_keep(fuzz, finding);
        }
        show(fuzz, task + 1);
    }
    free(bytes);
    fuzz->no_memory |= !good;
    bool enough = fuzz->options->fail_fast && fuzz->tally->failed > 0;
    fuzz->over = !good || enough || spent(fuzz);
    return !fuzz->over;
}

/* ---- the command ---- */

/* With a corpus in rounds, each of which begins with what those before it have found, so that
 * nothing depends on how many processes there are. */
static int run_all(struct cli_fuzz *fuzz)
{
    struct cli_pool_work work = {
        .context = fuzz,
        .count = fuzz->count,
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

static int run(struct cli_fuzz *fuzz)
{
    cli_interrupt_catch();
    cli_progress_start(&fuzz->progress,
                       fuzz->options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED, fuzz->count);
    fuzz->started = cli_wall_now();
    fuzz->no_memory |= run_all(fuzz) != SUP_OK;
    fuzz->took = sup_instant_since(cli_wall_now(), fuzz->started);
    cli_progress_clear(&fuzz->progress);
    int status = cli_fuzz_report(fuzz);
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

static int prepare(struct cli_fuzz *fuzz)
{
    const struct cli_options *options = fuzz->options;
    if (options->out != NULL && !cli_fuzz_directory(options->out)) {
        return SIM_EXIT_USAGE;
    }
    int status = cli_from_open(options, &fuzz->from, &fuzz->how);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    status = cli_corpus_open(options, &fuzz->corpus, &fuzz->how);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    plan(fuzz);
    put_command(fuzz);
    fuzz->tally = calloc(1, sizeof *fuzz->tally);
    if (fuzz->tally == NULL) {
        fputs("rehearse: out of memory\n", stderr);
        return SIM_EXIT_USAGE;
    }
    return SIM_EXIT_PASS;
}

int cli_fuzz(const struct cli_options *options)
{
    struct cli_fuzz fuzz = {
        .options = options,
        .how = {.trial = {.tasks = options->tasks}, .relations = options->relations}};
    int status = prepare(&fuzz);
    if (status == SIM_EXIT_PASS) {
        status = run(&fuzz);
    }
    free(fuzz.tally);
    cli_from_close(&fuzz.from);
    cli_corpus_close(&fuzz.corpus);
    sim__text_release(&fuzz.command);
    return status;
}
