/* The report as JUnit XML, as continuous integration reads it: a suite for each file, a
 * test case for each run, an error for each invalid file. Times are of the wall clock.
 *
 * Some readers refuse a report with anything in it that their schema does not name, so that
 * nothing is written here but what the strictest of them takes: tests/junit.xsd. */
#include <stdlib.h>
#include <string.h>

#include "report.h"

static const struct cli_style plain;

/* The suite at hand: cases of one file, which come one after the other. */
struct cli_junit {
    const char *path; /* NULL: there is none yet */
    struct sim__text cases;
    struct sup_duration wall;
    uint64_t tests, failures, errors, skips;
};

static void put_attribute(struct sim__text *text, const char *name, const char *value)
{
    sim__text_format(text, " %s=\"", name);
    sim__text_xml(text, value, strlen(value));
    sim__text_char(text, '"');
}

/* Line ends stay as they are in character data. */
static void put_content(struct sim__text *text, const char *content)
{
    while (*content != '\0') {
        size_t length = strcspn(content, "\n");
        sim__text_xml(text, content, length);
        sim__text_char(text, '\n');
        content += length + (content[length] == '\n');
    }
}

static void put_seconds(struct sim__text *text, struct sup_duration length)
{
    sim__text_format(text, " time=\"%llu.%06llu\"", (unsigned long long)(length.ns / 1000000000u),
                     (unsigned long long)(length.ns / 1000 % 1000000));
}

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    (void)plan;
    writer->junit = calloc(1, sizeof *writer->junit);
    writer->text.failed |= writer->junit == NULL;
}

/* " tests=… failures=… errors=…", which a whole report and a suite both have. */
static void put_counts(struct sim__text *text, uint64_t tests, uint64_t failures, uint64_t errors)
{
    sim__text_format(text, " tests=\"%llu\" failures=\"%llu\" errors=\"%llu\"",
                     (unsigned long long)tests, (unsigned long long)failures,
                     (unsigned long long)errors);
}

/* Puts the suite at hand behind those before it. */
static void close_suite(struct cli_writer *writer)
{
    struct cli_junit *suite = writer->junit;
    struct sim__text *text = &writer->body;
    if (suite->path == NULL) {
        return;
    }
    sim__text_put(text, "  <testsuite");
    put_attribute(text, "name", suite->path);
    put_attribute(text, "file", suite->path);
    put_counts(text, suite->tests, suite->failures, suite->errors);
    sim__text_format(text, " skipped=\"%llu\"", (unsigned long long)suite->skips);
    put_seconds(text, suite->wall);
    sim__text_put(text, ">\n");
    sim__text_putn(text, sim__text_string(&suite->cases), suite->cases.length);
    sim__text_put(text, "  </testsuite>\n");
    text->failed |= suite->cases.failed;
    sim__text_release(&suite->cases);
    writer->number += suite->tests;
    writer->failures += suite->failures;
    writer->errors += suite->errors;
    *suite = (struct cli_junit){0};
}

/* Begins a case; where it is written to. */
static struct sim__text *open_case(struct cli_writer *writer, const char *name, const char *path,
                                   struct sup_duration wall)
{
    struct cli_junit *suite = writer->junit;
    if (suite->path == NULL || strcmp(suite->path, path) != 0) {
        close_suite(writer);
        suite->path = path;
    }
    suite->tests++;
    suite->wall = sup_duration_add(suite->wall, wall);
    sim__text_put(&suite->cases, "    <testcase");
    put_attribute(&suite->cases, "name", name);
    put_attribute(&suite->cases, "classname", path);
    put_seconds(&suite->cases, wall);
    return &suite->cases;
}

/* `kind` is failure or error. */
static void put_problem(struct sim__text *text, const char *kind, const char *type,
                        const char *message, const char *details)
{
    sim__text_format(text, "      <%s", kind);
    put_attribute(text, "type", type);
    put_attribute(text, "message", message);
    sim__text_char(text, '>');
    put_content(text, details);
    sim__text_format(text, "</%s>\n", kind);
}

/* What is said of a run beside its verdict is its output: what was not asked of it, and
 * what its measures came to. */
static void put_output(struct sim__text *text, const struct cli_case *one,
                       const struct cli_record *record)
{
    bool noted = record->note[0] != '\0' && record->verdict != SIM_LATE && !record->skipped;
    if (record->measure_count == 0 && !noted) {
        return;
    }
    sim__text_put(text, "      <system-out>");
    if (noted) {
        put_content(text, record->note);
        sim__text_put(text, record->measure_count > 0 ? "\n" : "");
    }
    for (uint32_t i = 0; i < record->measure_count; i++) {
        const struct sim_measure *measure = &one->scenario->measures[i];
        sim__text_xml(text, measure->name, strlen(measure->name));
        sim__text_char(text, ' ');
        cli_report_figure(text, measure, record->measures[i]);
        sim__text_put(text, i + 1 < record->measure_count ? "\n" : "");
    }
    sim__text_put(text, "</system-out>\n");
}

static void invalid(struct cli_writer *writer, const struct cli_case *one)
{
    const char *details = one->diagnostics == NULL ? "out of memory" : one->diagnostics;
    struct sim__text first = {0};
    if (writer->junit == NULL) {
        return;
    }
    sim__text_putn(&first, details, strcspn(details, "\n"));
    struct sim__text *text = open_case(writer, one->path, one->path, SUP_NS(0));
    writer->junit->errors++;
    sim__text_put(text, ">\n");
    put_problem(text, "error", "invalid", sim__text_string(&first), details);
    sim__text_put(text, "    </testcase>\n");
    writer->text.failed |= first.failed;
    sim__text_release(&first);
}

static void put_message(struct sim__text *text, const struct cli_case *one,
                        const struct cli_record *record)
{
    if (cli_report_is_golden(one, record)) {
        cli_report_golden(text, record);
    } else if (record->message[0] != '\0') {
        sim__text_put(text, record->message);
    } else if (record->verdict == SIM_LATE) {
        sim__text_put(text, record->note);
    } else if (record->failure_count > 0) {
        cli_report_failure(text, &record->failures[0]);
    } else {
        sim__text_format(text, "verdict %s", sim_verdict_name(record->verdict));
    }
}

static void put_failure(struct cli_writer *writer, const struct cli_case *one,
                        const struct cli_record *record)
{
    struct sim__text message = {0}, details = {0};
    put_message(&message, one, record);
    cli_report_details(&details, &plain, writer->options, one, record);
    put_problem(&writer->junit->cases, "failure",
                cli_report_is_golden(one, record) ? "golden" : sim_verdict_name(record->verdict),
                sim__text_string(&message), sim__text_string(&details));
    writer->text.failed |= message.failed || details.failed;
    sim__text_release(&message);
    sim__text_release(&details);
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text name = {0};
    if (writer->junit == NULL) {
        return;
    }
    cli_report_name(&name, writer->options, one, record->seed);
    struct sim__text *text = open_case(writer, sim__text_string(&name), one->path, record->wall);
    writer->text.failed |= name.failed;
    sim__text_release(&name);
    bool skipped = cli_report_is_void(record);
    bool failed = !skipped && record->status != SIM_EXIT_PASS;
    if (!skipped && !failed && record->measure_count == 0 && record->note[0] == '\0') {
        sim__text_put(text, "/>\n");
        return;
    }
    sim__text_put(text, ">\n");
    if (skipped) {
        writer->junit->skips++;
        sim__text_put(text, "      <skipped");
        put_attribute(text, "message", record->note);
        sim__text_put(text, "/>\n");
    } else if (failed) {
        writer->junit->failures++;
        put_failure(writer, one, record);
    }
    put_output(text, one, record);
    sim__text_put(text, "    </testcase>\n");
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    struct sim__text name = {0}, message = {0}, details = {0};
    if (sweep->failure_count == 0 || writer->junit == NULL) {
        return;
    }
    sim__text_format(&name, "%s (seeds %llu..%llu)", one->scenario->name,
                     (unsigned long long)sweep->first_seed, (unsigned long long)sweep->last_seed);
    struct sim__text *text = open_case(writer, sim__text_string(&name), one->path, SUP_NS(0));
    writer->junit->failures++;
    cli_report_failure(&message, &sweep->failures[0]);
    cli_report_failures(&details, &plain, one, sweep->failures, sweep->failure_count);
    sim__text_put(text, ">\n");
    put_problem(text, "failure", "expectation-failed", sim__text_string(&message),
                sim__text_string(&details));
    sim__text_put(text, "    </testcase>\n");
    writer->text.failed |= name.failed || message.failed || details.failed;
    sim__text_release(&name);
    sim__text_release(&message);
    sim__text_release(&details);
}

/* A case of its own, so that nobody takes the report for a whole one. */
static void put_interrupted(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text message = {0};
    cli_report_interrupted(&message, tally);
    struct sim__text *text = open_case(writer, "interrupted", "rehearse", SUP_NS(0));
    writer->junit->errors++;
    sim__text_put(text, ">\n");
    put_problem(text, "error", "interrupted", sim__text_string(&message),
                sim__text_string(&message));
    sim__text_put(text, "    </testcase>\n");
    writer->text.failed |= message.failed;
    sim__text_release(&message);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text *text = &writer->text;
    if (writer->junit == NULL) {
        return;
    }
    if (tally->interrupted != NULL) {
        put_interrupted(writer, tally);
    }
    close_suite(writer);
    sim__text_put(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<testsuites name=\"rehearse\"");
    put_counts(text, writer->number, writer->failures, writer->errors);
    put_seconds(text, tally->wall);
    sim__text_put(text, ">\n");
    sim__text_putn(text, sim__text_string(&writer->body), writer->body.length);
    sim__text_put(text, "</testsuites>\n");
    text->failed |= writer->body.failed;
    free(writer->junit);
    writer->junit = NULL;
}

const struct cli_writer_calls cli_report_junit = {
    .start = start,
    .invalid = invalid,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
