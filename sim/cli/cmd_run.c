/* rehearse run: reads the scenarios, runs them, reports. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "elsewhere.h"
#include "execute.h"
#include "github.h"
#include "interrupt.h"
#include "pool.h"
#include "session.h"
#include "spool.h"
#include "sup/error.h"
#include "taped.h"

/* Runs may be shorter than what it takes to ask for one. */
#define BATCH_MAX 32u

/* ---- where a run's trace goes ---- */

/* Behind each record: where its trace is. */
struct placed {
    uint64_t worker; /* whose spool; HERE: none, it has been told already */
    uint64_t at;
    uint64_t length;
    int64_t error; /* errno: it could not be kept */
};
#define HERE UINT64_MAX

struct job {
    struct cli_session *session;
    struct cli_spool *spools; /* one for each worker; NULL: no traces are wanted */
    uint32_t spool_count;
    uint64_t worker; /* which of them this process is; HERE: the parent */
};

static bool wants_lines(const struct cli_options *options)
{
    return options->verbose || options->lanes || options->trace != NULL ||
           options->golden != NULL || options->html != NULL || options->svg != NULL ||
           options->perfetto != NULL;
}

static void spool_line(void *context, const char *line, size_t length)
{
    cli_spool_put(context, line, length);
}

static bool hire(void *context, uint32_t index)
{
    struct job *job = context;
    return job->spools == NULL || job->spools[index].descriptor >= 0 ||
           cli_spool_open(&job->spools[index]);
}

static void hired(void *context, uint32_t index)
{
    struct job *job = context;
    job->worker = index;
    if (job->spools != NULL) {
        cli_spool_resume(&job->spools[index]);
    }
}

/* ---- the jobs of the pool ---- */

static void put_placed(struct sim__text *bytes, const struct placed *placed)
{
    sim__text_putn(bytes, (const char *)placed, sizeof *placed);
}

static struct cli_feed feed_of(struct job *job)
{
    if (!wants_lines(job->session->options)) {
        return (struct cli_feed){0};
    }
    if (job->worker == HERE) {
        return (struct cli_feed){cli_session_line, job->session};
    }
    return (struct cli_feed){spool_line, &job->spools[job->worker]};
}

static void work(void *context, uint64_t task, struct sim__text *bytes)
{
    struct job *job = context;
    struct cli_session *session = job->session;
    /* A worker's progress would be that of one among many. */
    struct cli_progress silent = {0};
    const struct cli_shard_task which = cli_shard_task(&session->shard, task);
    struct cli_spool *spool =
        job->worker != HERE && job->spools != NULL ? &job->spools[job->worker] : NULL;
    struct placed placed = {.worker = job->worker, .at = spool != NULL ? spool->length : 0};
    const struct cli_execution execution = {
        .options = session->options,
        .one = cli_session_case(session, which.number),
        .seed = cli_session_seed(session, which.number),
        .progress = session->options->jobs > 1 ? &silent : &session->progress,
        .feed = which.checks ? (struct cli_feed){0} : feed_of(job),
        .taped = session->taped,
    };
    session->progress.done = task;
    if (job->worker == HERE && !which.checks) {
        cli_session_begin(session, execution.one, execution.seed);
    }
    cli_execute(&execution, bytes);
    session->progress.cut |= execution.progress->cut;
    if (spool != NULL) {
        placed.error = cli_spool_flush(spool) ? 0 : spool->error;
        placed.length = spool->length - placed.at;
    }
    put_placed(bytes, &placed);
}

static void lost(void *context, uint64_t task, int signal_number, struct sim__text *bytes)
{
    struct job *job = context;
    struct cli_session *session = job->session;
    const struct placed nowhere = {0};
    uint64_t number = cli_shard_task(&session->shard, task).number;
    char message[96];
    if (signal_number != 0) {
        snprintf(message, sizeof message, "the process running it was ended by signal %d",
                 signal_number);
    } else {
        snprintf(message, sizeof message, "the process running it ended without a result");
    }
    /* A kill comes from outside, mostly for want of memory; the rest is our own. */
    bool killed = signal_number == 0 || signal_number == SIGKILL;
    cli_execute_broken(message, cli_session_seed(session, number),
                       killed ? SIM_STALLED : SIM_INVARIANT_BROKEN,
                       cli_session_case(session, number)->scenario, bytes);
    put_placed(bytes, &nowhere);
}

/* Tells what a worker's run did, before its result. A trace with a hole would be worse
 * than none: false. */
static bool tell(struct job *job, uint64_t task, const struct placed *placed)
{
    struct cli_session *session = job->session;
    if (placed->worker == HERE) {
        return true;
    }
    if (placed->error != 0) {
        fprintf(stderr, "rehearse: cannot write a temporary file for a trace: %s\n",
                strerror((int)placed->error));
        session->write_failed = true;
        return false;
    }
    cli_session_begin(session, cli_session_case(session, task), cli_session_seed(session, task));
    if (placed->length > 0 && !cli_spool_take(&job->spools[placed->worker], placed->at,
                                              placed->length, cli_session_line, session)) {
        fputs("rehearse: cannot read the temporary file of a trace\n", stderr);
        session->write_failed = true;
        return false;
    }
    return true;
}

static bool deliver(void *context, uint64_t task, char *bytes, size_t length)
{
    struct job *job = context;
    struct cli_session *session = job->session;
    struct cli_record record;
    struct placed placed;
    if (session->progress.cut) {
        /* What an interrupt left of a run is no result. */
        free(bytes);
        return false;
    }
    memcpy(&placed, bytes + length - sizeof placed, sizeof placed);
    int result = cli_record_read(bytes, length - sizeof placed, &record);
    if (result != SUP_OK) {
        fprintf(stderr, "rehearse: a result is lost: %s\n", sup_error_text(result));
        session->tally.status = SIM_EXIT_STALLED;
        return false;
    }
    const struct cli_shard_task which = cli_shard_task(&session->shard, task);
    bool more = which.checks || tell(job, which.number, &placed);
    if (more) {
        cli_session_done(session, which.number, &record);
    }
    more = more && (which.checks || cli_session_take(session, which.number, &record));
    cli_record_release(&record);
    return more;
}

static void tick(void *context, uint64_t done)
{
    struct job *job = context;
    cli_progress_show(&job->session->progress, done);
}

/* Invalid files have been reported; from here on only what can be run counts. */
static void drop_invalid(struct cli_plan *plan)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->cases[i].scenario != NULL) {
            plan->cases[kept++] = plan->cases[i];
        } else {
            free(plan->cases[i].diagnostics);
            sim__told_release(&plan->cases[i].told);
        }
    }
    plan->count = kept;
}

/* Without memory for the spools there is one job. */
static uint32_t make_spools(struct job *job, const struct cli_options *options)
{
    if (options->jobs <= 1 || !wants_lines(options)) {
        return options->jobs;
    }
    job->spools = calloc(options->jobs, sizeof job->spools[0]);
    if (job->spools == NULL) {
        return 1;
    }
    job->spool_count = options->jobs;
    for (uint32_t i = 0; i < job->spool_count; i++) {
        job->spools[i].descriptor = -1;
    }
    return options->jobs;
}

static void drop_spools(struct job *job)
{
    for (uint32_t i = 0; i < job->spool_count; i++) {
        cli_spool_close(&job->spools[i]);
    }
    free(job->spools);
}

static void run_tasks(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    struct job job = {.session = session, .worker = HERE};
    struct cli_pool_work all = {
        .context = &job,
        .count = cli_shard_count(&session->shard),
        .jobs = make_spools(&job, options),
        .batch = wants_lines(options) ? 1 : BATCH_MAX,
        .hire = hire,
        .hired = hired,
        .work = work,
        .lost = lost,
        .deliver = deliver,
        .tick = tick,
    };
    bool shown = !options->quiet && !options->verbose;
    cli_progress_start(&session->progress, shown ? CLI_WORDS_WANTED : CLI_WORDS_UNWANTED,
                       all.count);
    session->progress.tick = cli_session_tick;
    session->progress.tick_context = session;
    if (cli_pool_run(&all) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
        session->tally.status = SIM_EXIT_STALLED;
    }
    drop_spools(&job);
}

static void run_all(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    struct sup_instant started = cli_wall_now();
    cli_session_start(session);
    drop_invalid(&session->plan);
    bool stopped = options->fail_fast && session->tally.status != SIM_EXIT_PASS;
    stopped |= session->write_failed || session->pipe_broke;
    if (!stopped && session->merged != NULL) {
        cli_elsewhere_play(session);
    } else if (!stopped) {
        run_tasks(session);
    }
    session->tally.wall = session->merged != NULL ? cli_merged_wall(session->merged)
                                                  : sup_instant_since(cli_wall_now(), started);
    cli_session_end(session);
}

static void put_listed_json(struct sim__text *text, const struct cli_case *one)
{
    sim__text_put(text, "{\"kind\":\"scenario\",\"file\":");
    sim__text_json(text, one->path);
    sim__text_put(text, ",\"scenario\":");
    sim__text_json(text, one->scenario->name);
    cli_put_settings(text, one->scenario);
    sim__text_format(text, ",\"seed\":%llu}\n", (unsigned long long)one->scenario->seed);
}

static void put_listed(struct sim__text *text, const struct cli_case *one)
{
    const char *name = one->scenario->name;
    sim__text_safe(text, one->path, strlen(one->path));
    sim__text_char(text, '\t');
    sim__text_safe(text, name, strlen(name));
    sim__text_char(text, '\n');
}

static int list(const struct cli_options *options, const struct cli_plan *plan)
{
    struct sim__text text = {0};
    void (*put)(struct sim__text *, const struct cli_case *) =
        options->json ? put_listed_json : put_listed;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->cases[i].scenario != NULL) {
            put(&text, &plan->cases[i]);
        }
    }
    bool good = cli_output_say(&text);
    return good && plan->complaints.count == 0 && plan->valid == plan->count ? SIM_EXIT_PASS
                                                                             : SIM_EXIT_USAGE;
}

static int run_session(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    cli_interrupt_catch();
    if (cli_shard_plan(options, session->plan.valid * session->seeds, &session->shard) &&
        cli_session_open(session)) {
        run_all(session);
    } else {
        session->write_failed = true;
    }
    cli_session_close(session);
    cli_shard_release(&session->shard);
    int status = (int)session->tally.status;
    if (cli_interrupted() != 0) {
        return 128 + cli_interrupted();
    }
    if (session->pipe_broke) {
        cli_pipe_break();
    }
    if (session->write_failed && options->silent) { /* only the files were wanted */
        return SIM_EXIT_USAGE;
    }
    return session->write_failed ? cli_worse(status, SIM_EXIT_USAGE) : status;
}

/* How many warnings there are; which, `check --lint` says, and --github. */
static void count_warnings(const struct cli_plan *plan, const struct cli_options *options)
{
    uint64_t count = 0;
    struct sim__text notes = {0};
    for (uint32_t i = 0; i < plan->count && !options->quiet; i++) {
        struct cli_warnings warnings;
        if (plan->cases[i].scenario == NULL) {
            continue;
        }
        if (cli_warnings_find(&plan->cases[i], options, &warnings) == SUP_OK) {
            count += warnings.count;
        }
        cli_github_told(&notes, plan->cases[i].path, &warnings.told);
        cli_warnings_release(&warnings);
    }
    if (notes.length > 0) {
        cli_output_say(&notes);
    }
    if (count > 0) {
        struct sim__text text = {0};
        sim__text_put(&text, "rehearse: ");
        cli_put_plural(&text, count, "warning");
        sim__text_format(&text, "; 'rehearse check --lint' shows %s\n", count == 1 ? "it" : "them");
        fputs(sim__text_string(&text), stderr);
        sim__text_release(&text);
    }
}

static int run_plan(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    struct cli_merged_reader reader;
    session->seeds = options->has_seeds ? options->seed_last - options->seed_first + 1 : 1;
    int status = session->taped != NULL    ? cli_taped_plan(session->taped, &session->plan)
                 : session->merged != NULL ? cli_elsewhere_check(session, &reader)
                                           : SIM_EXIT_PASS;
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    count_warnings(&session->plan, options);
    status = run_session(session);
    return session->taped != NULL ? cli_taped_finish(session->taped, status) : status;
}

static bool read_plan(struct cli_session *session)
{
    bool good = cli_merged_enter(session->merged);
    if (good && cli_plan_read(session->options, &session->plan) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
        good = false;
    }
    if (session->merged != NULL && session->plan.complaints.count > 0) {
        fputs("rehearse: the scenarios are read again: merge where they are, or say where: "
              "--directory DIR\n",
              stderr);
    }
    return cli_merged_leave(session->merged) && good;
}

static int run_with(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    struct cli_plan *plan = &session->plan;
    int status = SIM_EXIT_USAGE;
    if (read_plan(session)) {
        uint32_t valid = plan->valid;
        cli_plan_filter(plan, options);
        if (options->github && !options->list) {
            cli_github_complain(plan);
        } else {
            cli_plan_complain(plan);
        }
        if (options->chosen_count > 0 && plan->count == 0 && valid == 0) {
            fputs(
                "rehearse: no scenario has the values of --variant; --list shows those there are\n",
                stderr);
        } else if (options->filter_count > 0 && valid > 0 && plan->valid == 0) {
            fputs("rehearse: no scenario's name matches --filter\n", stderr);
        } else if (options->list) {
            status = list(options, plan);
        } else if (plan->count > 0) {
            status = run_plan(session);
        }
    }
    cli_plan_release(plan);
    return status;
}

int cli_run_with(const struct cli_options *options, struct cli_taped *taped)
{
    struct cli_session session = {.options = options, .taped = taped};
    return run_with(&session);
}

int cli_run_merged(const struct cli_options *options, struct cli_merged *merged)
{
    struct cli_session session = {.options = options, .merged = merged};
    return run_with(&session);
}

int cli_run(const struct cli_options *options)
{
    return cli_taped_wanted(options) ? cli_run_taped(options) : cli_run_with(options, NULL);
}
