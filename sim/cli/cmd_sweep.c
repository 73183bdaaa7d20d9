/* rehearse sweep: each point of a run that can fail is made to fail, in a run each. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "culprit.h"
#include "gathered.h"
#include "interrupt.h"
#include "lost.h"
#include "output.h"
#include "pool.h"
#include "progress.h"
#include "sim/base/grow.h"
#include "sim/run.h"
#include "sup/error.h"
#include "sweep_session.h"

#define SECOND UINT64_C(1000000000)
#define LATE_DEFAULT SUP_NS(SECOND)
#define POINTS_DEFAULT 2000u
#define BATCH 8u

/* ---- one run ---- */

static void work(void *context, uint64_t task, struct sim__text *bytes)
{
    const struct cli_sweep_session *sweep = context;
    struct sim__sweep_point point;
    struct sim__sweep_try one;
    const struct cli_swept *swept = cli_sweep_find(sweep, task, &point);
    struct sim__sweep_how how = sweep->how;
    if (sweep->phase != CLI_SWEEP_BASES) {
        sim__sweep_bound(&how.trial, swept->base.trial.events);
    }
    if (sim__sweep_try(swept->one->scenario, &how, &point, &one) == SUP_OK) {
        sim__text_putn(bytes, (const char *)&one, sizeof one);
    } else {
        bytes->failed = true;
    }
}

/* Of many runs that end in a failed assertion each would say so; the replay says it. */
static void hired(void *context, uint32_t index)
{
    const struct cli_sweep_session *sweep = context;
    (void)index;
    if (sweep->options->sweeping.point.first.at == 0 && freopen("/dev/null", "w", stderr) == NULL) {
        fclose(stderr);
    }
}

static void lost(void *context, uint64_t task, int signal_number, struct sim__text *bytes)
{
    const struct cli_sweep_session *sweep = context;
    struct sim__sweep_try one;
    memset(&one, 0, sizeof one);
    (void)cli_sweep_find(sweep, task, &one.point);
    cli_lost_sign(&one.trial, signal_number, sweep->options->patience);
    one.seen.first.met = true;
    sim__text_putn(bytes, (const char *)&one, sizeof one);
}

/* ---- what came of it ---- */

static void keep_fall(struct cli_sweep_session *sweep, const struct cli_swept *swept,
                      const struct sim__sweep_try *one)
{
    sweep->status = cli_worse(sweep->status, cli_sweep_status(&one->trial));
    for (uint32_t i = 0; i < sweep->fall_count; i++) {
        struct cli_fall *fall = &sweep->falls[i];
        if (fall->swept == swept && fall->first.point.first.kind == one->point.first.kind &&
            sim__trial_same(&fall->first.trial, &one->trial)) {
            fall->runs++;
            if (one->point.first.at < fall->first.point.first.at && one->point.then.at == 0) {
                fall->first = *one;
            }
            return;
        }
    }
    if (sweep->fall_count == CLI_FALLS_MAX) {
        sweep->unkept++;
        return;
    }
    sweep->falls[sweep->fall_count++] = (struct cli_fall){.swept = swept, .first = *one, .runs = 1};
}

/* A point that was counted and is not met: the same run was another one this time. */
static void judge_met(struct sim__sweep_try *one)
{
    const bool judged = one->trial.sign == SIM__SIGN_PASSED ||
                        one->trial.sign == SIM__SIGN_EXPECTATION ||
                        one->trial.sign == SIM__SIGN_STALLED;
    if (judged && !cli_sweep_is_met(one)) {
        sim__trial_sign(&one->trial, SIM__SIGN_NONDETERMINISTIC, "",
                        "the run did not come to the point that one like it had come to");
    }
}

static void count(struct cli_sweep_session *sweep, struct cli_swept *swept,
                  struct sim__sweep_try *one)
{
    if (sweep->phase == CLI_SWEEP_PAIRS) {
        swept->pairs_tried++;
    } else {
        swept->runs++;
    }
    if (sweep->options->sweeping.point.first.at == 0) {
        judge_met(one);
    } else {
        swept->only = *one;
        sweep->status = cli_sweep_is_met(one) ? sweep->status : SIM_EXIT_USAGE;
    }
    if (sweep->options->gathering != NULL) {
        cli_gather_try(sweep->options->gathering, (uint32_t)(swept - sweep->swept), one);
    }
    enum sim__sweep_fate fate = sim__sweep_fate(&one->trial);
    if (fate == SIM__SWEEP_CUT) {
        swept->cut++;
    } else if (fate == SIM__SWEEP_FELL) {
        swept->fell++;
        keep_fall(sweep, swept, one);
    }
    if (sweep->phase == CLI_SWEEP_POINTS && sweep->options->sweeping.pairs_max > 0) {
        uint32_t kinds = sweep->options->sweeping.kinds;
        kinds = kinds == 0 ? SIM__SWEEP_ALL : kinds;
        sweep->no_memory |= sim__sweep_lead(&swept->pairs, one, kinds) != SUP_OK;
    }
}

static void show(void *context, uint64_t done)
{
    struct cli_sweep_session *sweep = context;
    cli_progress_show(&sweep->progress, done);
}

/* To the shards' results, as it is. */
static void tell(struct cli_sweep_session *sweep, uint64_t task, const struct sim__sweep_try *one)
{
    struct cli_results_file *results = &sweep->shards.results;
    struct sim__text line = {0};
    struct sim__sweep_point point;
    uint64_t at = task;
    if (results->wanted) {
        const struct cli_shard_task which = cli_sweep_task(sweep, task);
        const struct cli_case *found = cli_sweep_find(sweep, at, &point)->one;
        cli_results_task(&line, which.number);
        cli_put_some_string(&line, "file", found->path);
        cli_put_some_string(&line, "scenario", found->scenario->name);
        cli_sweep_try_put_json(&line, one);
        results->output.failed |= !cli_results_line(results, &which, &line);
    }
}

static bool take(void *context, uint64_t task, char *bytes, size_t length)
{
    struct cli_sweep_session *sweep = context;
    const struct cli_options *options = sweep->options;
    struct sim__sweep_try one;
    struct sim__sweep_point point;
    bool good = bytes != NULL && length == sizeof one;
    if (good) {
        struct cli_swept *swept = cli_sweep_find(sweep, task, &point);
        memcpy(&one, bytes, sizeof one);
        tell(sweep, task, &one);
        sweep->taken += task < sweep->own;
        if (sweep->phase == CLI_SWEEP_BASES) {
            swept->base = one;
            swept->known = true;
        } else if (task < sweep->own) {
            count(sweep, swept, &one);
        }
        show(sweep, task + 1);
    }
    free(bytes);
    sweep->no_memory |= !good;
    sweep->spent = options->budget.ns > 0 &&
                   sup_instant_since(cli_wall_now(), sweep->started).ns >= options->budget.ns;
    bool enough = options->fail_fast && sweep->fall_count > 0;
    bool lost = sweep->shards.results.output.failed;
    return good && !sweep->no_memory && !enough && !sweep->spent && !lost;
}

/* ---- the phases ---- */

static void run_phase(struct cli_sweep_session *sweep, enum cli_sweep_phase phase, uint64_t tasks)
{
    struct cli_pool_work pool = {
        .context = sweep,
        .count = tasks,
        .jobs = sweep->options->jobs,
        .batch = BATCH,
        .apart = true,
        .patience = sweep->options->patience,
        .hired = hired,
        .work = work,
        .lost = lost,
        .deliver = take,
        .tick = show,
    };
    bool stopped = (sweep->options->fail_fast && sweep->fall_count > 0) || sweep->spent ||
                   sweep->no_memory || sweep->refused || cli_interrupted() != 0;
    if (tasks == 0 || stopped) {
        return;
    }
    sweep->phase = phase;
    sweep->tasks = sweep->own = tasks;
    pool.count += phase == CLI_SWEEP_POINTS ? sweep->shards.checked_count : 0;
    sweep->taken = 0;
    cli_progress_start(&sweep->progress,
                       sweep->options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED, tasks);
    if (sweep->merged != NULL) {
        cli_sweep_play(sweep, take);
    } else {
        sweep->no_memory |= cli_pool_run(&pool) != SUP_OK;
    }
    cli_progress_clear(&sweep->progress);
}

/* A file that says how it fails by itself is meant to; any other that does is a failure. */
static void judge_base(struct cli_sweep_session *sweep, const struct cli_swept *swept)
{
    if (swept->known && !cli_swept_stands(swept) && !cli_swept_announced(swept)) {
        sweep->status = cli_worse(sweep->status, cli_sweep_status(&swept->base.trial));
    }
}

static void plan_points(struct cli_sweep_session *sweep)
{
    if (sweep->options->gathering != NULL) {
        cli_gather_sweep(sweep->options->gathering, sweep);
    }
    const struct cli_sweeping *sweeping = &sweep->options->sweeping;
    uint32_t kinds = sweeping->kinds == 0 ? SIM__SWEEP_ALL : sweeping->kinds;
    uint64_t most = sweeping->points_max > 0 ? sweeping->points_max : POINTS_DEFAULT;
    uint64_t tasks = 0;
    for (uint32_t i = 0; i < sweep->count; i++) {
        struct cli_swept *swept = &sweep->swept[i];
        judge_base(sweep, swept);
        if (cli_swept_stands(swept) && sweeping->point.first.at == 0) {
            swept->plan = sim__sweep_plan(swept->base.seen.points, kinds, most);
            if (sweep->options->shard_count > 0) {
                swept->plan.turn = sweep->options->shard - 1;
                swept->plan.turns = sweep->options->shard_count;
            }
            tasks += sim__sweep_tries(&swept->plan);
        } else if (cli_swept_stands(swept)) {
            tasks++;
        }
        sweep->ends[i] = tasks;
    }
    sweep->no_memory |=
        !cli_sweep_shards_plan(&sweep->shards, sweep->options, sweep->swept, sweep->count);
    sweep->planned = tasks;
    run_phase(sweep, CLI_SWEEP_POINTS, tasks);
}

static void plan_pairs(struct cli_sweep_session *sweep)
{
    uint64_t tasks = 0;
    for (uint32_t i = 0; i < sweep->count; i++) {
        struct cli_swept *swept = &sweep->swept[i];
        uint64_t most = sweep->options->sweeping.pairs_max;
        swept->pairs_chosen = swept->pairs.all < most ? swept->pairs.all : most;
        tasks += swept->pairs_chosen;
        sweep->ends[i] = tasks;
    }
    run_phase(sweep, CLI_SWEEP_PAIRS, tasks);
}

/* ---- the command ---- */

static bool prepare(struct cli_sweep_session *sweep)
{
    sweep->swept = calloc((size_t)sweep->plan.count + 1, sizeof *sweep->swept);
    sweep->ends = calloc((size_t)sweep->plan.count + 1, sizeof *sweep->ends);
    if (sweep->swept == NULL || sweep->ends == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < sweep->plan.count; i++) {
        if (sweep->plan.cases[i].scenario != NULL) {
            sweep->swept[sweep->count++].one = &sweep->plan.cases[i];
        } else {
            sweep->status = SIM_EXIT_USAGE;
        }
    }
    return true;
}

static void write_culprits(struct cli_sweep_session *sweep)
{
    const struct cli_options *options = sweep->options;
    for (uint32_t i = 0; i < sweep->fall_count && options->out != NULL; i++) {
        int result = cli_culprit_write(&sweep->falls[i], options, &sweep->how);
        sweep->no_memory |= result == SUP_ENOMEM;
        sweep->status =
            result == SUP_EINVAL ? cli_worse(sweep->status, SIM_EXIT_USAGE) : sweep->status;
    }
}

static void report(struct cli_sweep_session *sweep, struct sup_duration took)
{
    const struct cli_sweep_sum sum = {
        .options = sweep->options,
        .swept = sweep->swept,
        .count = sweep->count,
        .falls = sweep->falls,
        .fall_count = sweep->fall_count,
        .unkept = sweep->unkept,
        .took = took,
    };
    struct sim__text text = {0};
    if (sweep->options->json) {
        cli_sweep_put_json(&text, &sum);
    } else {
        cli_sweep_put(&text, &sum);
    }
    if (!cli_output_say(&text)) {
        sweep->status = cli_worse(sweep->status, SIM_EXIT_USAGE);
    }
    if (cli_interrupted() != 0) {
        fprintf(stderr, "rehearse: ended early by %s\n", cli_interrupt_name(cli_interrupted()));
    }
}

static void release(struct cli_sweep_session *sweep)
{
    for (uint32_t i = 0; i < sweep->count; i++) {
        sim__sweep_pairs_release(&sweep->swept[i].pairs);
    }
    for (uint32_t i = 0; i < sweep->fall_count; i++) {
        free((void *)(uintptr_t)sweep->falls[i].file);
    }
    cli_sweep_shards_release(&sweep->shards);
    free(sweep->swept);
    free(sweep->ends);
    cli_plan_release(&sweep->plan);
}

/* Whether there is something to be done. */
static bool begin(struct cli_sweep_session *sweep, struct cli_merged_reader *reader)
{
    if (!prepare(sweep)) {
        sweep->no_memory = true;
        return false;
    }
    if (sweep->merged != NULL) {
        int status = cli_sweep_check(sweep, reader);
        sweep->status = cli_worse(sweep->status, status);
        return status == SIM_EXIT_PASS;
    }
    if (cli_results_open(&sweep->shards.results, sweep->options, &sweep->plan, 0)) {
        return true;
    }
    sweep->status = SIM_EXIT_USAGE;
    (void)cli_output_close(&sweep->shards.results.output);
    sim__text_release(&sweep->shards.results.text);
    return false;
}

static void end(struct cli_sweep_session *sweep, const struct cli_results_done *done)
{
    struct sup_duration took = sweep->merged != NULL
                                   ? cli_merged_wall(sweep->merged)
                                   : sup_instant_since(cli_wall_now(), sweep->started);
    if (!sweep->refused && sweep->options->gathering != NULL) {
        cli_gather_sweep_end(sweep->options->gathering, sweep);
    } else if (!sweep->refused) {
        write_culprits(sweep);
        report(sweep, took);
    }
    sweep->shards.results.output.failed |= sweep->no_memory;
    if (!cli_results_close(&sweep->shards.results, done)) {
        sweep->status = cli_worse(sweep->status, SIM_EXIT_USAGE);
    }
}

static void run(struct cli_sweep_session *sweep)
{
    struct cli_merged_reader reader;
    cli_interrupt_catch();
    sweep->started = cli_wall_now();
    if (!begin(sweep, &reader)) {
        return;
    }
    run_phase(sweep, CLI_SWEEP_BASES, sweep->count);
    plan_points(sweep);
    const struct cli_results_done done = {
        .own = sweep->taken,
        .planned = sweep->planned,
        .wall = sup_instant_since(cli_wall_now(), sweep->started),
    };
    plan_pairs(sweep);
    end(sweep, &done);
}

static bool read_plan(struct cli_sweep_session *sweep)
{
    bool good = cli_merged_enter(sweep->merged);
    if (!good) {
        sweep->status = SIM_EXIT_USAGE;
    } else if (cli_plan_read(sweep->options, &sweep->plan) != SUP_OK) {
        sweep->no_memory = true;
        good = false;
    }
    return cli_merged_leave(sweep->merged) && good;
}

int cli_sweep(const struct cli_options *options)
{
    return cli_sweep_merged(options, NULL);
}

int cli_sweep_merged(const struct cli_options *options, struct cli_merged *merged)
{
    if (options->out != NULL && !cli_culprit_prepare(options->out)) {
        return SIM_EXIT_USAGE;
    }
    struct cli_sweep_session *sweep = calloc(1, sizeof *sweep);
    if (sweep == NULL) {
        fputs("rehearse: out of memory\n", stderr);
        return SIM_EXIT_USAGE;
    }
    const struct sup_duration late = options->sweeping.late;
    sweep->options = options;
    sweep->how = (struct sim__sweep_how){
        .trial = {.has_seed = options->has_seed,
                  .seed = options->seed_first,
                  .once = options->once,
                  .tasks = options->tasks},
        .late = late.ns > 0 ? late : LATE_DEFAULT,
    };
    sweep->merged = merged;
    if (read_plan(sweep)) {
        cli_plan_complain(&sweep->plan);
        sweep->status = sweep->plan.complaints.count > 0 ? SIM_EXIT_USAGE : SIM_EXIT_PASS;
        run(sweep);
    }
    if (sweep->no_memory) {
        fputs("rehearse: out of memory\n", stderr);
        sweep->status = cli_worse(sweep->status, SIM_EXIT_USAGE);
    }
    int status = cli_interrupted() != 0 ? 128 + cli_interrupted() : sweep->status;
    release(sweep);
    free(sweep);
    return status;
}
