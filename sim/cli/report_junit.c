/* The report as JUnit XML, as continuous integration reads it: a test case for
 * each run, an error for each invalid file. Times are of the wall clock. */
#include <string.h>

#include "report.h"

static const struct cli_style plain;

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

static void open_case(struct cli_writer *writer, const char *name, const char *path,
                      struct sup_duration wall)
{
    writer->number++;
    sim__text_put(&writer->body, "    <testcase");
    put_attribute(&writer->body, "name", name);
    put_attribute(&writer->body, "classname", path);
    put_attribute(&writer->body, "file", path);
    put_seconds(&writer->body, wall);
}

/* Ends the case's own tag, so that it may have content: the run's measures come first. */
static void open_content(struct cli_writer *writer, const struct cli_case *one,
                         const struct cli_record *record)
{
    struct sim__text value = {0};
    sim__text_char(&writer->body, '>');
    if (record == NULL || record->measure_count == 0) {
        return;
    }
    sim__text_put(&writer->body, "\n      <properties>");
    for (uint32_t i = 0; i < record->measure_count; i++) {
        const struct sim_measure *measure = &one->scenario->measures[i];
        sim__text_put(&writer->body, "\n        <property");
        put_attribute(&writer->body, "name", measure->name);
        sim__text_clear(&value);
        cli_report_figure(&value, measure, record->measures[i]);
        put_attribute(&writer->body, "value", sim__text_string(&value));
        sim__text_put(&writer->body, "/>");
    }
    sim__text_put(&writer->body, "\n      </properties>");
    writer->text.failed |= value.failed;
    sim__text_release(&value);
}

/* `kind` is failure or error; in an open case, which it ends. */
static void put_problem(struct cli_writer *writer, const char *kind, const char *type,
                        const char *message, const char *details)
{
    sim__text_format(&writer->body, "\n      <%s", kind);
    put_attribute(&writer->body, "type", type);
    put_attribute(&writer->body, "message", message);
    sim__text_char(&writer->body, '>');
    put_content(&writer->body, details);
    sim__text_format(&writer->body, "</%s>\n    </testcase>\n", kind);
}

static void invalid(struct cli_writer *writer, const struct cli_case *one)
{
    const char *details = one->diagnostics == NULL ? "out of memory" : one->diagnostics;
    struct sim__text first = {0};
    sim__text_putn(&first, details, strcspn(details, "\n"));
    writer->errors++;
    open_case(writer, one->path, one->path, SUP_NS(0));
    open_content(writer, one, NULL);
    put_problem(writer, "error", "invalid", sim__text_string(&first), details);
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

/* What is said of a run that passes is its output: what was not asked of it, for one. */
static void put_pass(struct cli_writer *writer, const struct cli_case *one,
                     const struct cli_record *record)
{
    if (record->measure_count == 0 && record->note[0] == '\0') {
        sim__text_put(&writer->body, "/>\n");
        return;
    }
    open_content(writer, one, record);
    if (record->note[0] != '\0') {
        sim__text_put(&writer->body, "\n      <system-out>");
        put_content(&writer->body, record->note);
        sim__text_put(&writer->body, "</system-out>");
    }
    sim__text_put(&writer->body, "\n    </testcase>\n");
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text name = {0}, message = {0}, details = {0};
    cli_report_name(&name, writer->options, one, record->seed);
    open_case(writer, sim__text_string(&name), one->path, record->wall);
    if (cli_report_is_void(record)) {
        writer->skips++;
        open_content(writer, one, record);
        sim__text_put(&writer->body, "<skipped");
        put_attribute(&writer->body, "message", record->note);
        sim__text_put(&writer->body, "/></testcase>\n");
    } else if (record->status == SIM_EXIT_PASS) {
        put_pass(writer, one, record);
    } else {
        writer->failures++;
        put_message(&message, one, record);
        cli_report_details(&details, &plain, writer->options, one, record);
        open_content(writer, one, record);
        put_problem(writer, "failure",
                    cli_report_is_golden(one, record) ? "golden"
                                                      : sim_verdict_name(record->verdict),
                    sim__text_string(&message), sim__text_string(&details));
    }
    writer->text.failed |= name.failed || message.failed || details.failed;
    sim__text_release(&name);
    sim__text_release(&message);
    sim__text_release(&details);
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    struct sim__text name = {0}, message = {0}, details = {0};
    if (sweep->failure_count == 0) {
        return;
    }
    sim__text_format(&name, "%s (seeds %llu..%llu)", one->scenario->name,
                     (unsigned long long)sweep->first_seed, (unsigned long long)sweep->last_seed);
    open_case(writer, sim__text_string(&name), one->path, SUP_NS(0));
    writer->failures++;
    cli_report_failure(&message, &sweep->failures[0]);
    cli_report_failures(&details, &plain, one, sweep->failures, sweep->failure_count);
    open_content(writer, one, NULL);
    put_problem(writer, "failure", "expectation-failed", sim__text_string(&message),
                sim__text_string(&details));
    sim__text_release(&name);
    sim__text_release(&message);
    sim__text_release(&details);
}

/* A case of its own, so that nobody takes the report for a whole one. */
static void put_interrupted(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text message = {0};
    cli_report_interrupted(&message, tally);
    writer->errors++;
    open_case(writer, "interrupted", "rehearse", SUP_NS(0));
    open_content(writer, NULL, NULL);
    put_problem(writer, "error", "interrupted", sim__text_string(&message),
                sim__text_string(&message));
    writer->text.failed |= message.failed;
    sim__text_release(&message);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text counts = {0};
    if (tally->interrupted != NULL) {
        put_interrupted(writer, tally);
    }
    sim__text_format(&counts, " tests=\"%llu\" failures=\"%llu\" errors=\"%llu\" skipped=\"%llu\"",
                     (unsigned long long)writer->number, (unsigned long long)writer->failures,
                     (unsigned long long)writer->errors, (unsigned long long)writer->skips);
    put_seconds(&counts, tally->wall);
    sim__text_format(&writer->text,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<testsuites name=\"rehearse\"%s>\n"
                     "  <testsuite name=\"rehearse\"%s>\n",
                     sim__text_string(&counts), sim__text_string(&counts));
    sim__text_putn(&writer->text, sim__text_string(&writer->body), writer->body.length);
    sim__text_put(&writer->text, "  </testsuite>\n</testsuites>\n");
    writer->text.failed |= counts.failed || writer->body.failed;
    sim__text_release(&counts);
}

const struct cli_writer_calls cli_report_junit = {
    .invalid = invalid,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
