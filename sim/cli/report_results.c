/* What came of each run as a line of a results file. */
#include <string.h>

#include "record_json.h"
#include "report.h"
#include "results.h"

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    const struct cli_options *options = writer->options;
    struct sim__text files = {0};
    uint64_t seeds = options->has_seeds ? options->seed_last - options->seed_first + 1 : 1;
    cli_results_files(&files, plan);
    const struct cli_results_head head = {
        .options = options,
        .files = sim__text_string(&files),
        .tasks = plan->valid * seeds,
    };
    cli_results_begin(&writer->results, &writer->text, &head);
    writer->text.failed |= files.failed;
    sim__text_release(&files);
}

static void done(struct cli_writer *writer, const struct cli_case *one, const struct cli_done *done)
{
    struct sim__text line = {0};
    cli_results_task(&line, done->task);
    cli_put_some_string(&line, "file", one->path);
    cli_put_some_string(&line, "scenario", one->scenario->name);
    cli_put_settings(&line, one->scenario);
    cli_record_put_json(&line, done->record);
    cli_results_put(&writer->results, &writer->text, &line);
    writer->number = done->task;
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct cli_results_end end = {.why = CLI_RESULTS_ALL, .wall = tally->wall};
    if (tally->interrupted != NULL) {
        end.why = tally->interrupted;
    } else if (tally->runs < tally->planned) {
        end.why = CLI_RESULTS_FAIL_FAST;
        end.stopped = writer->number;
    }
    cli_results_end(&writer->results, &writer->text, &end);
}

const struct cli_writer_calls cli_report_results = {
    .start = start,
    .done = done,
    .end = end,
};
