/* rehearse run: reads the scenarios, runs them, reports. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "execute.h"
#include "interrupt.h"
#include "pool.h"
#include "session.h"
#include "sup/error.h"

/* Runs may be shorter than what it takes to ask for one. */
#define BATCH_MAX 32u

static const struct cli_case *case_of(const struct cli_session *session, uint64_t task)
{
    return &session->plan.cases[task / session->seeds];
}

static uint64_t seed_of(const struct cli_session *session, uint64_t task)
{
    const struct cli_options *options = session->options;
    if (options->has_seed || options->has_seeds) {
        return options->seed_first + task % session->seeds;
    }
    return case_of(session, task)->scenario->seed;
}

static void work(void *context, uint64_t task, struct sim__text *bytes)
{
    struct cli_session *session = context;
    /* A worker's progress would be that of one among many. */
    struct cli_progress silent = {0};
    struct cli_progress *progress = session->options->jobs > 1 ? &silent : &session->progress;
    progress->done = task;
    cli_execute(session->options, case_of(session, task), seed_of(session, task), progress, bytes);
    session->progress.cut |= progress->cut;
}

static void lost(void *context, uint64_t task, int signal_number, struct sim__text *bytes)
{
    struct cli_session *session = context;
    char message[96];
    if (signal_number != 0) {
        snprintf(message, sizeof message, "the process running it was ended by signal %d",
                 signal_number);
    } else {
        snprintf(message, sizeof message, "the process running it ended without a result");
    }
    /* A kill comes from outside, mostly for want of memory; the rest is our own. */
    bool killed = signal_number == 0 || signal_number == SIGKILL;
    cli_execute_broken(message, seed_of(session, task), killed ? SIM_STALLED : SIM_INVARIANT_BROKEN,
                       case_of(session, task)->scenario, bytes);
}

static bool deliver(void *context, uint64_t task, char *bytes, size_t length)
{
    struct cli_session *session = context;
    struct cli_record record;
    if (session->progress.cut) {
        /* What an interrupt left of a run is no result. */
        free(bytes);
        return false;
    }
    int result = cli_record_read(bytes, length, &record);
    if (result != SUP_OK) {
        fprintf(stderr, "rehearse: a result is lost: %s\n", sup_error_text(result));
        session->tally.status = SIM_EXIT_STALLED;
        return false;
    }
    bool more = cli_session_take(session, task, &record);
    cli_record_release(&record);
    return more;
}

static void tick(void *context, uint64_t done)
{
    struct cli_session *session = context;
    cli_progress_show(&session->progress, done);
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
        }
    }
    plan->count = kept;
}

static void run_all(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    uint64_t started = cli_wall_ns();
    cli_session_start(session);
    drop_invalid(&session->plan);
    bool stopped = options->fail_fast && session->tally.status != SIM_EXIT_PASS;
    struct cli_pool_work all = {
        .context = session,
        .count = stopped || session->write_failed || session->pipe_broke
                     ? 0
                     : session->plan.count * session->seeds,
        .jobs = options->jobs,
        .batch = options->verbose || options->trace != NULL ? 1 : BATCH_MAX,
        .work = work,
        .lost = lost,
        .deliver = deliver,
        .tick = tick,
    };
    cli_progress_start(&session->progress, options->quiet, all.count);
    if (cli_pool_run(&all) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
        session->tally.status = SIM_EXIT_STALLED;
    }
    session->tally.wall_ns = cli_wall_ns() - started;
    cli_session_end(session);
}

static void put_listed(struct sim__text *text, const struct cli_case *one, bool json)
{
    const char *name = one->scenario->name;
    if (json) {
        sim__text_put(text, "{\"kind\":\"scenario\",\"file\":");
        sim__text_json(text, one->path);
        sim__text_put(text, ",\"scenario\":");
        sim__text_json(text, name);
        sim__text_format(text, ",\"seed\":%llu}\n", (unsigned long long)one->scenario->seed);
        return;
    }
    sim__text_safe(text, one->path, strlen(one->path));
    sim__text_char(text, '\t');
    sim__text_safe(text, name, strlen(name));
    sim__text_char(text, '\n');
}

static int list(const struct cli_options *options, const struct cli_plan *plan)
{
    struct sim__text text = {0};
    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->cases[i].scenario != NULL) {
            put_listed(&text, &plan->cases[i], options->json);
        }
    }
    bool good = cli_output_say(&text);
    return good && plan->errors == 0 && plan->valid == plan->count ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

static int run_session(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    session->seeds = options->has_seeds ? options->seed_last - options->seed_first + 1 : 1;
    cli_interrupt_catch();
    if (cli_session_open(session)) {
        run_all(session);
    } else {
        session->write_failed = true;
    }
    cli_session_close(session);
    int status = (int)session->tally.status;
    if (cli_interrupted() != 0) {
        return 128 + cli_interrupted();
    }
    if (session->pipe_broke) {
        cli_pipe_break();
    }
    return session->write_failed ? cli_worse(status, SIM_EXIT_USAGE) : status;
}

int cli_run(const struct cli_options *options)
{
    struct cli_session session = {.options = options};
    struct cli_plan *plan = &session.plan;
    int status = SIM_EXIT_USAGE;
    if (cli_plan_read(options, plan) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
    } else {
        uint32_t valid = plan->valid;
        cli_plan_filter(plan, options);
        cli_plan_complain(plan);
        if (options->filter_count > 0 && valid > 0 && plan->valid == 0) {
            fputs("rehearse: no scenario's name matches --filter\n", stderr);
        } else if (options->list) {
            status = list(options, plan);
        } else if (plan->count > 0) {
            status = run_session(&session);
        }
    }
    cli_plan_release(plan);
    return status;
}
