/* One invocation of `rehearse run`: adds the runs up and tells the writers. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"

static void note_output(struct cli_session *session, const struct cli_output *output)
{
    session->write_failed |= output->failed && !output->broken_pipe;
    session->pipe_broke |= output->broken_pipe;
}

void cli_session_close(struct cli_session *session)
{
    for (uint32_t i = 0; i < session->writer_count; i++) {
        (void)cli_output_close(&session->outputs[i]);
        note_output(session, &session->outputs[i]);
        sim__text_release(&session->writers[i].text);
        sim__text_release(&session->writers[i].body);
    }
    cli_golden_close(&session->golden);
    free(session->held);
    cli_statistics_release(&session->statistics);
}

/* Whether what is left is not worth being run: nobody could be told of it. */
static bool outputs_lost(const struct cli_session *session)
{
    return session->write_failed || session->pipe_broke;
}

static void flush(struct cli_session *session)
{
    for (uint32_t i = 0; i < session->writer_count; i++) {
        if (session->writers[i].text.length > 0) {
            cli_progress_clear(&session->progress);
        }
        (void)cli_output_write(&session->outputs[i], &session->writers[i].text);
        (void)cli_output_flush(&session->outputs[i]);
        note_output(session, &session->outputs[i]);
    }
}

/* A file's last run has ended: tells people in the report that they read, and beside one
 * for tools, when its golden traces were written. */
static void end_golden_file(struct cli_session *session)
{
    struct cli_writer *writer = &session->writers[0];
    struct sim__text text = {0};
    enum cli_golden_result result = cli_golden_end_file(&session->golden, &text);
    if (text.length == 0) {
        /* there is nothing to say */
    } else if (session->writer_count > 0 &&
               (writer->calls == &cli_report_human || writer->calls == &cli_report_github)) {
        sim__text_put(&writer->text, sim__text_string(&text));
    } else {
        fputs(sim__text_string(&text), stderr);
    }
    session->write_failed |= result == CLI_GOLDEN_BROKEN;
    sim__text_release(&text);
}

void cli_session_begin(struct cli_session *session, const struct cli_case *one, uint64_t seed)
{
    if (cli_golden_changes_file(&session->golden, one)) {
        end_golden_file(session);
    }
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_writer *writer = &session->writers[i];
        if (writer->calls->begin != NULL) {
            writer->calls->begin(writer, one, seed);
        }
    }
    flush(session);
}

/* Lines go out in large pieces, but somebody may be watching. */
#define FLUSH_NS 100000000u
#define LINES_A_LOOK 64u

void cli_session_tick(void *context)
{
    struct cli_session *session = context;
    struct sup_instant now = cli_wall_now();
    session->lines = 0;
    if (sup_instant_since(now, session->flushed).ns < FLUSH_NS) {
        return;
    }
    session->flushed = now;
    for (uint32_t i = 0; i < session->writer_count; i++) {
        (void)cli_output_flush(&session->outputs[i]);
        note_output(session, &session->outputs[i]);
    }
    session->progress.stop = outputs_lost(session);
}

void cli_session_line(void *context, const char *line, size_t length)
{
    struct cli_session *session = context;
    cli_golden_line(&session->golden, line, length);
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_writer *writer = &session->writers[i];
        if (writer->calls->line == NULL) {
            continue;
        }
        writer->calls->line(writer, line, length);
        (void)cli_output_put(&session->outputs[i], sim__text_string(&writer->text),
                             writer->text.length);
        sim__text_clear(&writer->text);
        note_output(session, &session->outputs[i]);
    }
    session->progress.stop = outputs_lost(session);
    bool simulated = session->options->executor == cli_executor_find("sim");
    if (++session->lines >= (simulated ? LINES_A_LOOK : 1)) {
        cli_session_tick(session);
    }
}

static void count_status(struct cli_session *session, int status)
{
    session->tally.status = (enum sim_exit)cli_worse((int)session->tally.status, status);
}

void cli_session_start(struct cli_session *session)
{
    struct cli_plan *plan = &session->plan;
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_writer *writer = &session->writers[i];
        if (writer->calls->start != NULL) {
            writer->calls->start(writer, plan);
        }
        for (uint32_t j = 0; j < plan->count; j++) {
            if (plan->cases[j].scenario == NULL && writer->calls->invalid != NULL) {
                writer->calls->invalid(writer, &plan->cases[j]);
            }
        }
    }
    session->tally.invalid = plan->count - plan->valid;
    /* Real time cannot be had a second time. */
    session->tally.once =
        session->options->once || session->options->executor != cli_executor_find("sim");
    if (session->tally.invalid > 0 || plan->complaints.count > 0) {
        count_status(session, SIM_EXIT_USAGE);
    }
    flush(session);
}

/* The failure of a `sometimes` entry that never held. */
static struct cli_failure never_held(const struct sim_expectation *expectation, uint64_t runs)
{
    return (struct cli_failure){
        .place = expectation->place,
        .at = SUP_INSTANT_NEVER,
        .expected = runs == 1 ? "'sometimes' to hold in this run"
                              : "'sometimes' to hold in at least one seed of the sweep",
        .found =
            runs == 1 ? "it never held (other seeds may: --seeds A..B)" : "it held in none of them",
        .events = "",
    };
}

/* Counts into `failures`, which may be NULL, the entries that `held` denies. */
static uint32_t find_never_held(const struct sim_scenario *scenario, const bool *held,
                                uint64_t runs, struct cli_failure *failures)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        if (scenario->expectations[i].when != SIM_WHEN_SOMETIMES || held[i]) {
            continue;
        }
        if (failures != NULL) {
            failures[count] = never_held(&scenario->expectations[i], runs);
        }
        count++;
    }
    return count;
}

/* Likewise, with what the statistics over all seeds are wrong in. */
static uint32_t find_failures(const struct cli_session *session, const bool *held, uint64_t runs,
                              struct cli_failure *failures)
{
    const struct cli_failure *statistics;
    uint32_t never = find_never_held(session->statistics.scenario, held, runs, failures);
    uint32_t wrong = cli_statistics_failures(&session->statistics, &statistics);
    if (failures != NULL && wrong > 0) {
        memcpy(failures + never, statistics, wrong * sizeof failures[0]);
    }
    return never + wrong;
}

/* One seed is a sweep of one: a `sometimes` entry has to hold in its run. */
static void judge_single(struct cli_session *session, const struct sim_scenario *scenario,
                         struct cli_record *record)
{
    bool judged = record->verdict == SIM_PASS || record->verdict == SIM_EXPECTATION_FAILED;
    if (!judged || record->sometimes_count != scenario->expectation_count) {
        return;
    }
    cli_statistics_end(&session->statistics);
    uint32_t count = find_failures(session, record->sometimes, 1, NULL);
    if (count == 0) {
        return;
    }
    size_t total = (size_t)record->failure_count + count;
    struct cli_failure *failures = realloc(record->failures, total * sizeof record->failures[0]);
    if (failures != NULL) {
        find_failures(session, record->sometimes, 1, failures + record->failure_count);
        record->failures = failures;
        record->failure_count = (uint32_t)total;
    }
    record->failure_total += count;
    record->verdict = SIM_EXPECTATION_FAILED;
    bool meant = scenario->has_verdict && scenario->verdict == SIM_EXPECTATION_FAILED;
    record->status = meant ? SIM_EXIT_PASS : SIM_EXIT_EXPECTATION;
}

static void add_run(struct cli_session *session, const struct cli_record *record)
{
    struct cli_tally *tally = &session->tally;
    tally->runs++;
    tally->events += record->events;
    tally->virtual = sup_duration_add(tally->virtual, SUP_NS(record->end.ns));
    count_status(session, (int)record->status);
    session->case_unfit |= record->skipped;
    session->case_late |= record->verdict == SIM_LATE;
    session->case_failed |= record->status != SIM_EXIT_PASS;
}

static void add_to_sweep(struct cli_session *session, const struct sim_scenario *scenario,
                         const struct cli_record *record)
{
    struct cli_sweep *sweep = &session->sweep;
    const uint64_t room = sizeof sweep->failed_seeds / sizeof sweep->failed_seeds[0];
    sweep->runs++;
    sweep->events += record->events;
    if (record->end.ns > sweep->end_max.ns) {
        sweep->end_max = record->end;
    }
    if (record->status != SIM_EXIT_PASS) {
        if (sweep->failed < room) {
            sweep->failed_seeds[sweep->failed] = record->seed;
        }
        sweep->failed++;
    }
    sweep->late += record->verdict == SIM_LATE;
    sweep->status = (enum sim_exit)cli_worse((int)sweep->status, (int)record->status);
    if (session->held != NULL && record->sometimes_count == scenario->expectation_count) {
        for (uint32_t i = 0; i < record->sometimes_count; i++) {
            session->held[i] |= record->sometimes[i];
        }
    }
}

static void begin_sweep(struct cli_session *session, const struct cli_case *one)
{
    session->current = one;
    session->case_failed = false;
    session->case_unfit = false;
    session->case_late = false;
    cli_statistics_begin(&session->statistics, one->scenario);
    session->sweep = (struct cli_sweep){
        .statistics = &session->statistics,
        .first_seed = session->options->seed_first,
        .last_seed = session->options->seed_last,
        .planned = cli_session_share(session, one),
    };
    free(session->held);
    session->held = calloc((size_t)one->scenario->expectation_count + 1, sizeof session->held[0]);
}

/* In real time some of its runs may prove nothing, and what never held in the others may
 * have held in these. */
static bool is_decided(const struct cli_session *session)
{
    return !session->case_unfit && !session->case_late;
}

/* A sweep that was stopped, or that other shards have a part of, says nothing about `sometimes`
 * and `over: seeds`. */
static struct cli_failure *judge_sweep(struct cli_session *session)
{
    struct cli_sweep *sweep = &session->sweep;
    if (session->held == NULL || sweep->runs < session->seeds || !is_decided(session)) {
        return NULL;
    }
    uint32_t count = find_failures(session, session->held, sweep->runs, NULL);
    struct cli_failure *failures = count == 0 ? NULL : calloc(count, sizeof failures[0]);
    if (failures != NULL) {
        find_failures(session, session->held, sweep->runs, failures);
        sweep->failures = failures;
        sweep->failure_count = count;
    }
    if (count > 0) {
        sweep->status = (enum sim_exit)cli_worse((int)sweep->status, SIM_EXIT_EXPECTATION);
        count_status(session, SIM_EXIT_EXPECTATION);
        session->case_failed = true;
    }
    return failures;
}

/* Of a sweep that was cut short and found nothing so far nobody knows. */
static void count_case(struct cli_session *session)
{
    struct cli_tally *tally = &session->tally;
    bool whole = session->sweep.runs == session->sweep.planned;
    if (!whole && !session->case_failed) {
        return;
    }
    tally->scenarios++;
    bool failed = session->case_failed;
    tally->passed += !failed && !session->case_unfit && !session->case_late;
    tally->unfit += !failed && session->case_unfit;
    tally->late += !failed && !session->case_unfit && session->case_late;
    tally->failed += session->case_failed;
}

static void end_case(struct cli_session *session)
{
    const struct cli_case *one = session->current;
    struct cli_failure *failures = NULL;
    if (one == NULL) {
        return;
    }
    session->current = NULL;
    if (session->seeds > 1) {
        cli_statistics_end(&session->statistics);
        failures = judge_sweep(session);
        for (uint32_t i = 0; i < session->writer_count; i++) {
            struct cli_writer *writer = &session->writers[i];
            if (writer->calls->sweep != NULL) {
                writer->calls->sweep(writer, one, &session->sweep);
            }
        }
        free(failures);
    }
    if (session->held == NULL || session->statistics.failed) {
        fputs("rehearse: out of memory\n", stderr);
        session->write_failed = true;
    }
    count_case(session);
}

bool cli_session_take(struct cli_session *session, uint64_t task, struct cli_record *record)
{
    const struct cli_case *one = cli_session_case(session, task);
    if (session->current != one) {
        end_case(session);
        begin_sweep(session, one);
    }
    cli_statistics_add(&session->statistics, record);
    if (session->seeds == 1) {
        judge_single(session, one->scenario, record);
    }
    if (record->verdict == SIM_LATE && session->options->fail_late) {
        record->status = SIM_EXIT_EXPECTATION;
    }
    session->write_failed |= cli_golden_run(&session->golden, one, record) == CLI_GOLDEN_BROKEN;
    add_run(session, record);
    add_to_sweep(session, one->scenario, record);
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_writer *writer = &session->writers[i];
        if (writer->calls->run != NULL) {
            writer->calls->run(writer, one, record);
        }
    }
    bool stop = session->options->fail_fast && record->status != SIM_EXIT_PASS;
    if (stop || session->sweep.runs == session->sweep.planned) {
        end_case(session);
        stop |= session->options->fail_fast && session->case_failed;
    }
    flush(session);
    return !stop && !outputs_lost(session);
}

/* Why not everything was run that was to be; NULL: it was, or a failure ended it. */
static const char *why_interrupted(const struct cli_session *session)
{
    if (cli_interrupted() != 0) {
        return cli_interrupt_name(cli_interrupted());
    }
    return outputs_lost(session) ? "an output that cannot be written" : NULL;
}

void cli_session_end(struct cli_session *session)
{
    cli_progress_clear(&session->progress);
    end_case(session);
    session->tally.planned = session->shard.own;
    if (session->tally.runs < session->tally.planned) {
        cli_golden_forget(&session->golden);
    } else {
        end_golden_file(session);
    }
    session->tally.interrupted = why_interrupted(session);
    session->tally.skipped = cli_session_shared(session) - session->tally.scenarios;
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_writer *writer = &session->writers[i];
        if (writer->calls->end != NULL) {
            writer->calls->end(writer, &session->tally);
        }
    }
    flush(session);
}
