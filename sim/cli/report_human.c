/* The report for people: a line for each scenario, what failed and why, a total. */
#include <string.h>

#include "pictured.h"
#include "report.h"
#include "sim/base/utf8.h"
#include "sim/picture/strip.h"
#include "source_line.h"
#include "timeline.h"

#define NAME_WIDTH_MAX 48u
/* Failed seeds of a sweep that are shown in full. */
#define SEEDS_SHOWN 3u
#define MARGIN 9u /* below the names of the scenarios */

/* What a seed adds to a name in a sweep. */
static size_t seed_width(struct cli_writer *writer)
{
    struct sim__text text = {0};
    if (writer->options->has_seeds) {
        sim__text_format(&text, " (seed %llu)", (unsigned long long)writer->options->seed_last);
    }
    size_t width = text.length;
    writer->text.failed |= text.failed;
    sim__text_release(&text);
    return width;
}

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct sim_scenario *scenario = plan->cases[i].scenario;
        size_t width =
            scenario == NULL ? 0 : sim__utf8_columns(scenario->name, strlen(scenario->name));
        if (width > NAME_WIDTH_MAX) {
            width = NAME_WIDTH_MAX;
        }
        if (width > writer->name_width) {
            writer->name_width = width;
        }
    }
    writer->name_width += seed_width(writer);
    writer->gap = true;
}

static void put_left(struct sim__text *text, const struct sim__text *word, size_t width)
{
    size_t columns = sim__utf8_columns(sim__text_string(word), word->length);
    sim__text_put(text, sim__text_string(word));
    sim__text_pad(text, columns < width ? width - columns : 0);
}

static void put_right(struct sim__text *text, const struct sim__text *word, size_t width)
{
    size_t columns = sim__utf8_columns(sim__text_string(word), word->length);
    sim__text_pad(text, columns < width ? width - columns : 0);
    sim__text_put(text, sim__text_string(word));
}

/* "pass     name            10m   1,234 events" */
static void put_line(struct cli_writer *writer, enum sim_exit status, const char *name,
                     struct sup_instant end, uint64_t events)
{
    struct sim__text *text = &writer->text;
    struct sim__text word = {0};
    sim__text_put(&word, cli_report_word(status));
    cli_style_on(text, &writer->style, status == SIM_EXIT_PASS ? CLI_GREEN : CLI_RED);
    put_left(text, &word, 7);
    cli_style_off(text, &writer->style, CLI_GREEN);
    sim__text_put(text, "  ");
    sim__text_clear(&word);
    sim__text_safe(&word, name, strlen(name));
    put_left(text, &word, writer->name_width);
    sim__text_put(text, "  ");
    sim__text_clear(&word);
    sim__text_duration(&word, SUP_NS(end.ns));
    put_right(text, &word, 12);
    sim__text_put(text, "  ");
    sim__text_clear(&word);
    cli_put_plural(&word, events, "event");
    put_right(text, &word, 15);
    text->failed |= word.failed;
    sim__text_release(&word);
}

static void put_run_line(struct cli_writer *writer, const struct cli_case *one,
                         const struct cli_record *record)
{
    const struct sim_scenario *scenario = one->scenario;
    struct sim__text name = {0};
    cli_report_name(&name, writer->options, one, record->seed);
    put_line(writer, record->status, sim__text_string(&name), record->end, record->events);
    writer->text.failed |= name.failed;
    sim__text_release(&name);
    sim__text_put(&writer->text, "  ");
    cli_style_on(&writer->text, &writer->style, CLI_DIM);
    sim__text_format(&writer->text, "%016llx", (unsigned long long)record->hash);
    cli_style_off(&writer->text, &writer->style, CLI_DIM);
    if (scenario->has_verdict && record->status == SIM_EXIT_PASS && scenario->verdict != SIM_PASS) {
        sim__text_format(&writer->text, "  %s, as it must", sim_verdict_name(scenario->verdict));
    }
    sim__text_char(&writer->text, '\n');
    writer->gap = false;
}

/* Sets what was said about one failure off from the next line. */
static void put_gap(struct cli_writer *writer)
{
    if (!writer->gap && !writer->options->quiet) {
        sim__text_char(&writer->text, '\n');
        writer->gap = true;
    }
}

/* Whose attempts are functions of the program's own. */
static void put_tasks(struct sim__text *text, const struct sim_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        const struct sim_service *service = &scenario->services[i];
        if (service->script_count > 0 && service->script[0].call != NULL) {
            sim__text_format(text, "; %s%s runs the task %s", service->name,
                             service->counted ? "-*" : "", service->script[0].call->name);
        }
    }
}

static void put_head(struct cli_writer *writer, const struct cli_case *one, uint64_t seed)
{
    struct sim__text *text = &writer->text;
    const struct sim_scenario *scenario = one->scenario;
    const struct sim_place nowhere = {0};
    if (!writer->gap) {
        sim__text_char(text, '\n');
    }
    cli_style_on(text, &writer->style, CLI_BOLD);
    sim__text_show(text, scenario->name);
    cli_style_off(text, &writer->style, CLI_BOLD);
    sim__text_char(text, '\n');
    if (scenario->about != NULL) {
        sim__text_safe(text, scenario->about, strcspn(scenario->about, "\n"));
        sim__text_char(text, '\n');
    }
    cli_style_on(text, &writer->style, CLI_DIM);
    cli_source_place(text, one->path, nowhere);
    sim__text_format(text, "seed %llu", (unsigned long long)seed);
    put_tasks(text, scenario);
    cli_style_off(text, &writer->style, CLI_DIM);
    sim__text_put(text, "\n\n");
}

/* The timeline is written while it is made, so its columns have the widths that the file
 * lets one expect; what is wider widens them from there on. */
static void begin(struct cli_writer *writer, const struct cli_case *one, uint64_t seed)
{
    if (writer->options->verbose) {
        put_head(writer, one, seed);
        cli_timeline_expect(&writer->columns, one->scenario);
        writer->last = SUP_INSTANT_NEVER;
    }
    if (writer->options->lanes) {
        writer->text.failed |= !cli_pictured_begin(&writer->pictured, one);
    }
}

static void line(struct cli_writer *writer, const char *bytes, size_t length)
{
    struct sim__json json;
    struct sup_instant now = SUP_INSTANT_NEVER;
    cli_pictured_line(writer->pictured, bytes, length);
    if (!writer->options->verbose || !cli_timeline_reads(bytes, length, &json) ||
        !cli_shown_fits(&writer->options->shown, &json)) {
        return;
    }
    sim__json_number(&json, "t", &now.ns);
    cli_timeline_measure(&writer->columns, &json);
    sim__text_pad(&writer->text, 2);
    cli_timeline_event(&writer->text, &writer->style, &writer->columns, &json,
                       writer->terminal && now.ns == writer->last.ns ? CLI_INSTANT_REPEATED
                                                                     : CLI_INSTANT_NEW);
    sim__text_char(&writer->text, '\n');
    writer->last = now;
}

static void put_unreached(struct cli_writer *writer, const struct cli_case *one,
                          const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->unreached_count; i++) {
        const struct cli_unreached *item = &record->unreached[i];
        cli_source_place(&writer->text, cli_source_file(one->scenario, one->path, item->place),
                         item->place);
        cli_style_put(&writer->text, &writer->style, CLI_YELLOW, "note: ");
        sim__text_put(&writer->text, "no attempt of ");
        sim__text_safe(&writer->text, item->service, strlen(item->service));
        sim__text_put(&writer->text, " reached this item of its script\n");
        cli_source_line(&writer->text, &writer->style, one->scenario, item->place);
    }
}

/* "skip     name            why", "late     name            why" */
static void put_void(struct cli_writer *writer, const struct cli_case *one,
                     const struct cli_record *record)
{
    struct sim__text *text = &writer->text;
    struct sim__text word = {0};
    cli_style_put(text, &writer->style, CLI_YELLOW, record->skipped ? "skip   " : "late   ");
    sim__text_put(text, "  ");
    cli_report_name(&word, writer->options, one, record->seed);
    put_left(text, &word, writer->name_width);
    sim__text_put(text, "  ");
    sim__text_safe(text, record->note, strlen(record->note));
    sim__text_char(text, '\n');
    text->failed |= word.failed;
    sim__text_release(&word);
    writer->gap = false;
}

static void put_note(struct cli_writer *writer, const struct cli_record *record)
{
    if (record->note[0] != '\0') {
        sim__text_pad(&writer->text, 9);
        cli_style_on(&writer->text, &writer->style, CLI_DIM);
        sim__text_safe(&writer->text, record->note, strlen(record->note));
        cli_style_off(&writer->text, &writer->style, CLI_DIM);
        sim__text_char(&writer->text, '\n');
    }
}

/* "herd 40, recovery 37s" */
static void put_measures(struct cli_writer *writer, const struct cli_case *one,
                         const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->measure_count; i++) {
        const struct sim_measure *measure = &one->scenario->measures[i];
        sim__text_put(&writer->text, i == 0 ? "         " : ", ");
        sim__text_put(&writer->text, measure->name);
        sim__text_char(&writer->text, ' ');
        cli_report_figure(&writer->text, measure, record->measures[i]);
    }
    sim__text_put(&writer->text, record->measure_count > 0 ? "\n" : "");
}

/* --lanes: beneath the line of a run that is told of. */
static void put_lanes(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_record *record)
{
    const struct cli_picture *made =
        cli_pictured_end(writer->pictured, writer->options, one, record, &writer->text.failed);
    if (made != NULL) {
        sim__strip_put(&writer->text, made->picture, MARGIN);
    }
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    bool failed = record->status != SIM_EXIT_PASS;
    writer->number++;
    if (writer->options->verbose) {
        bool none =
            cli_shown_chooses(&writer->options->shown) && writer->last.ns == SUP_INSTANT_NEVER.ns;
        sim__text_put(&writer->text, none ? "  no event fits what is asked for\n\n" : "\n");
        put_unreached(writer, one, record);
    }
    if (failed && writer->options->has_seeds && ++writer->failed_runs > SEEDS_SHOWN) {
        return;
    }
    if (cli_report_is_void(record)) {
        if (!writer->options->quiet) {
            put_void(writer, one, record);
        }
    } else if (failed || writer->options->verbose ||
               (!writer->options->quiet && !writer->options->has_seeds)) {
        put_run_line(writer, one, record);
        put_measures(writer, one, record);
        put_lanes(writer, one, record);
        if (record->verdict != SIM_LATE) {
            put_note(writer, record);
        }
    }
    if (failed) {
        cli_report_details(&writer->text, &writer->style, writer->options, one, record);
        put_gap(writer);
    }
}

static void put_part(struct sim__text *text, uint64_t count, const char *what)
{
    if (count > 0) {
        sim__text_put(text, ", ");
        cli_put_grouped(text, count);
        sim__text_format(text, " %s", what);
    }
}

static void put_failed_seeds(struct cli_writer *writer, const struct cli_sweep *sweep)
{
    const uint64_t room = sizeof sweep->failed_seeds / sizeof sweep->failed_seeds[0];
    sim__text_put(&writer->text, ", ");
    cli_put_grouped(&writer->text, sweep->failed);
    sim__text_put(&writer->text, " failed: ");
    for (uint64_t i = 0; i < sweep->failed && i < room; i++) {
        sim__text_format(&writer->text, "%s%llu", i == 0 ? "" : " ",
                         (unsigned long long)sweep->failed_seeds[i]);
    }
    if (sweep->failed > room) {
        sim__text_put(&writer->text, " ...");
    }
}

/* ---- statistics ---- */

/* A row has the measure's name and its figures; the head has their names. */
enum { NAME_COLUMN, FIGURE_COLUMNS, SPREAD_COLUMN = FIGURE_COLUMNS + CLI_STATISTICS, COLUMNS };

/* `row` 0 is the head. */
static void put_cell(struct sim__text *word, const struct cli_case *one,
                     const struct cli_statistics *statistics, uint32_t row, int column)
{
    int statistic = column - FIGURE_COLUMNS;
    sim__text_clear(word);
    if (row == 0) {
        const char *head = column == NAME_COLUMN ? "measure" : "spread";
        bool figure = column != NAME_COLUMN && column != SPREAD_COLUMN;
        sim__text_put(word, figure ? cli_statistic_name((enum cli_statistic)statistic) : head);
        return;
    }
    const struct sim_measure *measure = &one->scenario->measures[row - 1];
    if (column == NAME_COLUMN) {
        sim__text_put(word, measure->name);
    } else if (column == SPREAD_COLUMN) {
        sim__figures_spark(word, statistics->summaries[row - 1].spread);
    } else {
        cli_report_seeded(word, measure, statistics->summaries[row - 1].figures[statistic]);
    }
}

/* The measures of a sweep, each figure with the seed that gave it. */
static void put_statistics(struct cli_writer *writer, const struct cli_case *one,
                           const struct cli_statistics *statistics)
{
    struct sim__text word = {0};
    size_t widths[COLUMNS] = {0};
    uint32_t rows = statistics->summaries == NULL ? 0 : one->scenario->measure_count + 1;
    for (uint32_t row = 0; row < rows; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            put_cell(&word, one, statistics, row, column);
            widths[column] = word.length > widths[column] ? word.length : widths[column];
        }
    }
    for (uint32_t row = 0; row < rows; row++) {
        sim__text_pad(&writer->text, MARGIN);
        if (row == 0) {
            cli_style_on(&writer->text, &writer->style, CLI_DIM);
        }
        for (int column = 0; column < COLUMNS; column++) {
            put_cell(&word, one, statistics, row, column);
            put_left(&writer->text, &word, column + 1 < COLUMNS ? widths[column] + 2 : 0);
        }
        while (writer->text.length > 0 && writer->text.bytes[writer->text.length - 1] == ' ') {
            writer->text.bytes[--writer->text.length] = '\0';
        }
        if (row == 0) {
            cli_style_off(&writer->text, &writer->style, CLI_DIM);
        }
        sim__text_char(&writer->text, '\n');
    }
    writer->text.failed |= word.failed;
    sim__text_release(&word);
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    writer->failed_runs = 0;
    if (writer->options->quiet && sweep->status == SIM_EXIT_PASS) {
        return;
    }
    put_line(writer, sweep->status, one->scenario->name, sweep->end_max, sweep->events);
    sim__text_put(&writer->text, "  ");
    cli_put_plural(&writer->text, sweep->runs, "seed");
    if (sweep->failed > 0) {
        put_failed_seeds(writer, sweep);
    }
    put_part(&writer->text, sweep->late, "late");
    if (sweep->runs < sweep->planned) {
        sim__text_put(&writer->text, ", stopped there");
    }
    if (writer->options->shard_count > 1) {
        sim__text_format(&writer->text, ", shard %u/%u", (unsigned)writer->options->shard,
                         (unsigned)writer->options->shard_count);
    }
    sim__text_char(&writer->text, '\n');
    writer->gap = false;
    put_statistics(writer, one, sweep->statistics);
    cli_report_failures(&writer->text, &writer->style, one, sweep->failures, sweep->failure_count);
    if (sweep->failure_count > 0) {
        sim__text_put(&writer->text, "  replay: ");
        cli_report_replay_sweep(&writer->text, writer->options, one, sweep);
        sim__text_char(&writer->text, '\n');
        put_gap(writer);
    }
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text *text = &writer->text;
    cli_pictured_free(writer->pictured);
    writer->pictured = NULL;
    if (tally->interrupted != NULL) {
        put_gap(writer);
        cli_style_on(text, &writer->style, CLI_RED);
        cli_report_interrupted(text, tally);
        cli_style_off(text, &writer->style, CLI_RED);
        sim__text_char(text, '\n');
    }
    if (writer->options->quiet) {
        return;
    }
    bool good = tally->status == SIM_EXIT_PASS && tally->interrupted == NULL;
    put_gap(writer);
    cli_style_on(text, &writer->style, good ? CLI_GREEN : CLI_RED);
    cli_put_plural(text, tally->scenarios + tally->invalid + tally->skipped, "scenario");
    sim__text_put(text, ": ");
    cli_put_grouped(text, tally->passed);
    sim__text_put(text, " passed");
    put_part(text, tally->failed, "failed");
    put_part(text, tally->invalid, "invalid");
    put_part(text, tally->skipped, "not run");
    put_part(text, tally->unfit, "skipped");
    put_part(text, tally->late, "late");
    cli_style_off(text, &writer->style, CLI_GREEN);
    sim__text_put(text, "; ");
    if (tally->runs != tally->scenarios) {
        cli_put_plural(text, tally->runs, "run");
        sim__text_put(text, ", ");
    }
    cli_put_plural(text, tally->events, "event");
    sim__text_put(text, "; ");
    cli_put_about(text, tally->virtual);
    bool simulated = writer->options->executor == cli_executor_find("sim");
    sim__text_put(text, simulated ? " of virtual time in " : " of scenario time in ");
    cli_put_wall(text, tally->wall);
    sim__text_put(text, tally->once ? "\n" : ", every run twice\n");
}

const struct cli_writer_calls cli_report_human = {
    .start = start,
    .begin = begin,
    .line = line,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
