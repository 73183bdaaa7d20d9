/* A summary in Markdown, for the page of a job: a headline, a table of what failed with its
 * places, how each is replayed, what happened last, folded, and the measures of sweeps.
 * Pages take a megabyte, so what is too much is counted instead. */
#include <stdlib.h>
#include <string.h>

#include "headline.h"
#include "markdown.h"
#include "report.h"
#include "source_line.h"

/* Failed seeds of a sweep that are shown, as in the report for people. */
#define SEEDS_SHOWN 3u
/* Where no row, or no details, are added any more. */
#define ROWS_MAX (256u * 1024u)
#define DETAILS_MAX (512u * 1024u)

static const struct cli_style plain;

struct cli_markdown {
    struct sim__text rows;     /* of the table of what failed */
    struct sim__text details;  /* below it */
    struct sim__text voids;    /* what neither passed nor failed */
    struct sim__text measures; /* of sweeps */
    uint64_t rows_left_out, details_left_out;
    uint64_t failed_seeds; /* of the sweep at hand */
};

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    (void)plan;
    writer->markdown = calloc(1, sizeof *writer->markdown);
    writer->text.failed |= writer->markdown == NULL;
}

/* ---- the table ---- */

struct row {
    const char *word;     /* "FAIL" */
    const char *scenario; /* "": of none */
    const char *file;
    struct sim_place place;
    const char *expected;
    const char *found;
};

static void put_row(struct cli_markdown *markdown, const struct row *row)
{
    struct sim__text *text = &markdown->rows;
    struct sim__text place = {0};
    if (text->length > ROWS_MAX) {
        markdown->rows_left_out++;
        return;
    }
    sim__text_put(&place, strcmp(row->file, "-") == 0 ? "<stdin>" : row->file);
    if (row->place.line > 0) {
        sim__text_format(&place, ":%u:%u", (unsigned)row->place.line, (unsigned)row->place.column);
    }
    sim__text_format(text, "| %s | ", row->word);
    cli_markdown_code(text, row->scenario, CLI_MARKDOWN_CUT);
    sim__text_put(text, " | ");
    cli_markdown_code(text, sim__text_string(&place), CLI_MARKDOWN_CUT);
    sim__text_put(text, " | ");
    cli_markdown_code(text, row->expected, CLI_MARKDOWN_CUT);
    sim__text_put(text, " | ");
    cli_markdown_code(text, row->found, CLI_MARKDOWN_CUT);
    sim__text_put(text, " |\n");
    text->failed |= place.failed;
    sim__text_release(&place);
}

static void put_failure_row(struct cli_markdown *markdown, const struct cli_case *one,
                            const char *word, const char *name, const struct cli_failure *failure)
{
    struct sim__text found = {0};
    sim__text_put(&found, failure->found);
    if (failure->at.ns != SUP_NEVER_NS) {
        sim__text_put(&found, " (at ");
        sim__text_duration(&found, SUP_NS(failure->at.ns));
        sim__text_char(&found, ')');
    }
    put_row(markdown, &(struct row){
                          .word = word,
                          .scenario = name,
                          .file = cli_source_file(one->scenario, one->path, failure->place),
                          .place = failure->place,
                          .expected = failure->expected,
                          .found = sim__text_string(&found),
                      });
    markdown->rows.failed |= found.failed;
    sim__text_release(&found);
}

/* Below the table: the line to copy, and what is said of it, folded. */
static void put_details(struct cli_markdown *markdown, const char *word, const char *name,
                        const char *replay, const struct sim__text *details)
{
    struct sim__text *text = &markdown->details;
    if (text->length + details->length > DETAILS_MAX) {
        markdown->details_left_out++;
        return;
    }
    sim__text_format(text, "\n**%s** ", word);
    cli_markdown_code(text, name, CLI_MARKDOWN_CUT);
    sim__text_put(text, replay[0] == '\0' ? "" : ": ");
    cli_markdown_code(text, replay, CLI_MARKDOWN_WHOLE);
    sim__text_put(text, "\n\n<details><summary>what happened</summary>\n\n");
    cli_markdown_block(text, sim__text_string(details));
    sim__text_put(text, "\n</details>\n");
    text->failed |= details->failed;
}

/* ---- what there is to say ---- */

static void invalid(struct cli_writer *writer, const struct cli_case *one)
{
    struct cli_markdown *markdown = writer->markdown;
    struct sim__text details = {0}, found = {0};
    if (markdown == NULL) {
        return;
    }
    for (uint32_t i = 0; i < one->told.count; i++) {
        const struct sim__told *told = &one->told.list[i];
        sim__text_clear(&found);
        sim__text_put(&found, told->message);
        sim__text_put(&found, told->hint[0] == '\0' ? "" : "; ");
        sim__text_put(&found, told->hint);
        put_row(markdown, &(struct row){
                              .word = "INVALID",
                              .scenario = "",
                              .file = told->file == NULL ? one->path : told->file,
                              .place = told->place,
                              .expected = "a valid file",
                              .found = sim__text_string(&found),
                          });
    }
    writer->text.failed |= found.failed;
    sim__text_release(&found);
    sim__text_put(&details, one->diagnostics == NULL ? "out of memory" : one->diagnostics);
    put_details(markdown, "INVALID", one->path, "", &details);
    sim__text_release(&details);
}

static void put_void(struct cli_markdown *markdown, const struct cli_record *record,
                     const char *name)
{
    struct sim__text *text = &markdown->voids;
    if (text->length > ROWS_MAX / 2) {
        markdown->rows_left_out++;
        return;
    }
    sim__text_format(text, "| %s | ", record->skipped ? "skipped" : "late");
    cli_markdown_code(text, name, CLI_MARKDOWN_CUT);
    sim__text_put(text, " | ");
    cli_markdown_code(text, record->note, CLI_MARKDOWN_CUT);
    sim__text_put(text, " |\n");
}

static void put_rows(struct cli_markdown *markdown, const struct cli_case *one,
                     const struct cli_record *record, const char *name)
{
    const char *word = cli_report_word(record->status);
    struct sim__text whole = {0};
    struct row row = {.word = word, .scenario = name, .file = one->path, .expected = ""};
    if (!cli_report_is_golden(one, record)) {
        cli_report_whole(&whole, one, record);
        row.found = sim__text_string(&whole);
        if (whole.length > 0) {
            put_row(markdown, &row);
        }
        for (uint32_t i = 0; i < record->failure_count; i++) {
            put_failure_row(markdown, one, word, name, &record->failures[i]);
        }
        markdown->rows_left_out += record->failure_total - record->failure_count;
    }
    sim__text_clear(&whole);
    if (record->golden != NULL) {
        cli_report_golden(&whole, record);
        row.expected = "the trace that is kept";
        row.found = sim__text_string(&whole);
        put_row(markdown, &row);
    }
    markdown->rows.failed |= whole.failed;
    sim__text_release(&whole);
}

static void put_failed(struct cli_writer *writer, const struct cli_case *one,
                       const struct cli_record *record, const char *name)
{
    struct cli_markdown *markdown = writer->markdown;
    struct sim__text replay = {0}, details = {0};
    if (writer->options->has_seeds && ++markdown->failed_seeds > SEEDS_SHOWN) {
        return;
    }
    put_rows(markdown, one, record, name);
    cli_report_replay(&replay, writer->options, one, record->seed);
    cli_report_details(&details, &plain, writer->options, one, record);
    put_details(markdown, cli_report_word(record->status), name, sim__text_string(&replay),
                &details);
    writer->text.failed |= replay.failed;
    sim__text_release(&replay);
    sim__text_release(&details);
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text name = {0};
    if (writer->markdown == NULL) {
        return;
    }
    cli_report_name(&name, writer->options, one, record->seed);
    if (cli_report_is_void(record)) {
        put_void(writer->markdown, record, sim__text_string(&name));
    } else if (record->status != SIM_EXIT_PASS) {
        put_failed(writer, one, record, sim__text_string(&name));
    }
    writer->text.failed |= name.failed;
    sim__text_release(&name);
}

static void put_measures(struct cli_markdown *markdown, const struct cli_case *one,
                         const struct cli_sweep *sweep)
{
    struct sim__text *text = &markdown->measures;
    struct sim__text figure = {0};
    const struct cli_summary *summaries = sweep->statistics->summaries;
    for (uint32_t i = 0; summaries != NULL && i < one->scenario->measure_count; i++) {
        if (text->length > ROWS_MAX / 2) {
            markdown->rows_left_out++;
            continue;
        }
        const struct sim_measure *measure = &one->scenario->measures[i];
        sim__text_put(text, "| ");
        cli_markdown_code(text, one->scenario->name, CLI_MARKDOWN_CUT);
        sim__text_put(text, " | ");
        cli_markdown_code(text, measure->name, CLI_MARKDOWN_CUT);
        for (int k = 0; k < CLI_STATISTICS; k++) {
            sim__text_clear(&figure);
            cli_report_seeded(&figure, measure, summaries[i].figures[k]);
            sim__text_format(text, " | %s", sim__text_string(&figure));
        }
        sim__text_put(text, " |\n");
    }
    text->failed |= figure.failed;
    sim__text_release(&figure);
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    struct cli_markdown *markdown = writer->markdown;
    struct sim__text words = {0}, replay = {0};
    if (markdown == NULL) {
        return;
    }
    if (sweep->failed > SEEDS_SHOWN) {
        cli_put_plural(&words, sweep->failed - SEEDS_SHOWN, "seed");
        sim__text_put(&words, " more failed");
        put_row(markdown, &(struct row){
                              .word = "FAIL",
                              .scenario = one->scenario->name,
                              .file = one->path,
                              .expected = "",
                              .found = sim__text_string(&words),
                          });
    }
    for (uint32_t i = 0; i < sweep->failure_count; i++) {
        put_failure_row(markdown, one, "FAIL", one->scenario->name, &sweep->failures[i]);
    }
    if (sweep->failure_count > 0) {
        sim__text_clear(&words);
        cli_report_replay_sweep(&replay, writer->options, one, sweep);
        cli_report_failures(&words, &plain, one, sweep->failures, sweep->failure_count);
        put_details(markdown, "FAIL", one->scenario->name, sim__text_string(&replay), &words);
    }
    put_measures(markdown, one, sweep);
    markdown->failed_seeds = 0;
    writer->text.failed |= words.failed || replay.failed;
    sim__text_release(&words);
    sim__text_release(&replay);
}

/* ---- the whole ---- */

static void put_head(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text *text = &writer->text;
    bool simulated = writer->options->executor == cli_executor_find("sim");
    sim__text_put(text, "<!-- rehearse summary -->\n\n## rehearse: ");
    (void)cli_headline(text, tally);
    sim__text_put(text, "\n\n");
    if (tally->interrupted != NULL) {
        sim__text_put(text, "**This is not all**: ");
        cli_report_interrupted(text, tally);
        sim__text_put(text, ".\n\n");
    }
    cli_put_plural(text, tally->scenarios + tally->invalid + tally->skipped, "scenario");
    sim__text_put(text, ", ");
    cli_put_plural(text, tally->runs, "run");
    sim__text_put(text, tally->once ? ", " : " (each made twice), ");
    cli_put_plural(text, tally->events, "event");
    sim__text_put(text, ", ");
    cli_put_about(text, tally->virtual);
    sim__text_put(text, simulated ? " of virtual time.\n" : " of scenario time.\n");
}

static void put_table(struct sim__text *text, const char *head, uint32_t columns,
                      const struct sim__text *rows)
{
    text->failed |= rows->failed;
    if (rows->length == 0) {
        return;
    }
    sim__text_format(text, "\n%s\n|", head);
    for (uint32_t i = 0; i < columns; i++) {
        sim__text_put(text, " --- |");
    }
    sim__text_char(text, '\n');
    sim__text_putn(text, rows->bytes, rows->length);
}

static void put_left_out(struct sim__text *text, uint64_t count, const char *what)
{
    if (count > 0) {
        sim__text_put(text, "\nAnd ");
        cli_put_plural(text, count, what);
        sim__text_put(text, " more, which the report has.\n");
    }
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct cli_markdown *markdown = writer->markdown;
    struct sim__text *text = &writer->text;
    struct sim__text head = {0};
    if (markdown == NULL) {
        return;
    }
    put_head(writer, tally);
    put_table(text, "| | scenario | where | expected | found |", 5, &markdown->rows);
    put_left_out(text, markdown->rows_left_out, "line");
    sim__text_putn(text, sim__text_string(&markdown->details), markdown->details.length);
    put_left_out(text, markdown->details_left_out, "failure");
    put_table(text, "| neither passed nor failed | scenario | why |", 3, &markdown->voids);
    sim__text_put(&head, "| scenario | measure |");
    for (int i = 0; i < CLI_STATISTICS; i++) {
        sim__text_format(&head, " %s |", cli_statistic_name((enum cli_statistic)i));
    }
    put_table(text, sim__text_string(&head), 2 + CLI_STATISTICS, &markdown->measures);
    text->failed |= markdown->details.failed || head.failed;
    sim__text_release(&head);
    sim__text_release(&markdown->rows);
    sim__text_release(&markdown->details);
    sim__text_release(&markdown->voids);
    sim__text_release(&markdown->measures);
    free(markdown);
    writer->markdown = NULL;
}

const struct cli_writer_calls cli_report_summary = {
    .start = start,
    .invalid = invalid,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
