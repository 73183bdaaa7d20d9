/* The report as Test Anything Protocol, version 13: a point for each run, for
 * each invalid file, and for the `sometimes` entries of a sweep. */
#include <string.h>

#include "report.h"

static const struct cli_style plain;

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    (void)plan;
    sim__text_put(&writer->text, "TAP version 13\n");
}

/* A '#' would start a directive. */
static void put_description(struct sim__text *text, const char *description)
{
    struct sim__text safe = {0};
    sim__text_safe(&safe, description, strlen(description));
    for (const char *c = sim__text_string(&safe); *c != '\0'; c++) {
        if (*c == '#') {
            sim__text_char(text, '\\');
        }
        sim__text_char(text, *c);
    }
    text->failed |= safe.failed;
    sim__text_release(&safe);
}

enum point { POINT_NOT_OK, POINT_OK };

static void put_point(struct cli_writer *writer, enum point point, const char *description,
                      const char *skip)
{
    sim__text_format(&writer->text, "%s %llu - ", point == POINT_OK ? "ok" : "not ok",
                     (unsigned long long)++writer->number);
    put_description(&writer->text, description);
    if (skip != NULL) {
        sim__text_put(&writer->text, " # SKIP ");
        put_description(&writer->text, skip);
    }
    sim__text_char(&writer->text, '\n');
}

/* A YAML literal block under the point. */
static void put_block(struct sim__text *text, const char *key, const char *block)
{
    sim__text_format(text, "  %s: |\n", key);
    while (*block != '\0') {
        size_t length = strcspn(block, "\n");
        sim__text_put(text, "    ");
        sim__text_safe(text, block, length);
        sim__text_char(text, '\n');
        block += length + (block[length] == '\n');
    }
}

static void put_string(struct sim__text *text, const char *key, const char *value)
{
    sim__text_format(text, "  %s: ", key);
    sim__text_json(text, value);
    sim__text_char(text, '\n');
}

static void invalid(struct cli_writer *writer, const struct cli_case *one)
{
    put_point(writer, POINT_NOT_OK, one->path, NULL);
    sim__text_put(&writer->text, "  ---\n");
    put_string(&writer->text, "verdict", "invalid");
    put_block(&writer->text, "message", one->diagnostics == NULL ? "" : one->diagnostics);
    sim__text_put(&writer->text, "  ...\n");
}

/* As comments, which every reader of the protocol lets pass. */
static void put_note(struct sim__text *text, const struct cli_record *record)
{
    if (record->note[0] != '\0' && !cli_report_is_void(record)) {
        sim__text_put(text, "# ");
        sim__text_safe(text, record->note, strlen(record->note));
        sim__text_char(text, '\n');
    }
}

static void put_measures(struct sim__text *text, const struct cli_case *one,
                         const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->measure_count; i++) {
        const struct sim_measure *measure = &one->scenario->measures[i];
        sim__text_format(text, "# %s ", measure->name);
        cli_report_figure(text, measure, record->measures[i]);
        sim__text_char(text, '\n');
    }
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text *text = &writer->text;
    struct sim__text word = {0};
    cli_report_name(&word, writer->options, one, record->seed);
    put_point(writer, record->status == SIM_EXIT_PASS ? POINT_OK : POINT_NOT_OK,
              sim__text_string(&word), cli_report_is_void(record) ? record->note : NULL);
    put_note(text, record);
    put_measures(text, one, record);
    if (record->status != SIM_EXIT_PASS) {
        sim__text_put(text, "  ---\n");
        put_string(text, "file", one->path);
        sim__text_format(text, "  seed: %llu\n", (unsigned long long)record->seed);
        put_string(text, "verdict", sim_verdict_name(record->verdict));
        sim__text_clear(&word);
        if (record->golden != NULL) {
            cli_report_golden(&word, record);
            put_string(text, "failure", sim__text_string(&word));
            sim__text_clear(&word);
        }
        cli_report_replay(&word, writer->options, one, record->seed);
        put_string(text, "replay", sim__text_string(&word));
        sim__text_clear(&word);
        cli_report_details(&word, &plain, writer->options, one, record);
        put_block(text, "message", sim__text_string(&word));
        sim__text_put(text, "  ...\n");
    }
    text->failed |= word.failed;
    sim__text_release(&word);
}

static void put_statistics(struct sim__text *text, const struct sim_scenario *scenario,
                           const struct cli_statistics *statistics)
{
    for (uint32_t i = 0; i < scenario->measure_count && statistics->summaries != NULL; i++) {
        sim__text_format(text, "# %s:", scenario->measures[i].name);
        for (int k = 0; k < CLI_STATISTICS; k++) {
            sim__text_format(text, "%s %s ", k == 0 ? "" : ",",
                             cli_statistic_name((enum cli_statistic)k));
            cli_report_seeded(text, &scenario->measures[i], statistics->summaries[i].figures[k]);
        }
        sim__text_char(text, '\n');
    }
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    struct sim__text word = {0};
    put_statistics(&writer->text, one->scenario, sweep->statistics);
    if (sweep->failure_count == 0) {
        return;
    }
    sim__text_format(&word, "%s (seeds %llu..%llu)", one->scenario->name,
                     (unsigned long long)sweep->first_seed, (unsigned long long)sweep->last_seed);
    put_point(writer, POINT_NOT_OK, sim__text_string(&word), NULL);
    sim__text_clear(&word);
    cli_report_failures(&word, &plain, one, sweep->failures, sweep->failure_count);
    sim__text_put(&writer->text, "  ---\n");
    put_string(&writer->text, "file", one->path);
    put_block(&writer->text, "message", sim__text_string(&word));
    sim__text_put(&writer->text, "  ...\n");
    sim__text_release(&word);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    if (tally->skipped > 0 && tally->interrupted == NULL) {
        sim__text_format(&writer->text, "# stopped at the first failure, %llu not run\n",
                         (unsigned long long)tally->skipped);
    }
    sim__text_format(&writer->text, "1..%llu\n", (unsigned long long)writer->number);
    if (tally->interrupted != NULL) {
        sim__text_put(&writer->text, "Bail out! ");
        cli_report_interrupted(&writer->text, tally);
        sim__text_char(&writer->text, '\n');
    }
}

const struct cli_writer_calls cli_report_tap = {
    .start = start,
    .invalid = invalid,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
