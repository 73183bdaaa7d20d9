/* The report as JSON Lines: one object for each invalid file, each run and each
 * sweep, and a summary. Nothing in it depends on the wall clock. */
#include <string.h>

#include "fields.h"
#include "report.h"
#include "source_line.h"
#include "timeline.h"

static void put_key(struct sim__text *text, const char *key)
{
    sim__text_format(text, ",\"%s\":", key);
}

static void put_bool(struct sim__text *text, const char *key, bool value)
{
    sim__text_format(text, ",\"%s\":%s", key, value ? "true" : "false");
}

/* The file is said when it is one that the run's own file includes. */
static void put_place(struct sim__text *text, const struct cli_case *one, struct sim_place place)
{
    if (place.file > 0) {
        sim__text_put(text, "\"file\":");
        sim__text_json(text, cli_source_file(one->scenario, one->path, place));
        sim__text_char(text, ',');
    }
    sim__text_format(text, "\"line\":%u,\"column\":%u", (unsigned)place.line,
                     (unsigned)place.column);
}

/* Trace lines are JSON already. */
static void put_events(struct sim__text *text, const char *events)
{
    const char *line;
    size_t line_length, length = strlen(events);
    bool first = true;
    put_key(text, "events");
    sim__text_char(text, '[');
    for (size_t at = 0; cli_line_next(events, length, &at, &line, &line_length); first = false) {
        sim__text_put(text, first ? "" : ",");
        sim__text_putn(text, line, line_length);
    }
    sim__text_char(text, ']');
}

static void put_failures(struct sim__text *text, const struct cli_case *one,
                         const struct cli_failure *failures, uint32_t count)
{
    put_key(text, "failures");
    sim__text_char(text, '[');
    for (uint32_t i = 0; i < count; i++) {
        const struct cli_failure *failure = &failures[i];
        sim__text_put(text, i == 0 ? "{" : ",{");
        put_place(text, one, failure->place);
        if (failure->at.ns != SUP_NEVER_NS) {
            cli_put_number(text, "at", failure->at.ns);
        }
        cli_put_string(text, "expected", failure->expected);
        cli_put_string(text, "found", failure->found);
        put_key(text, "services");
        sim__text_char(text, '[');
        for (uint32_t j = 0; j < failure->service_count; j++) {
            sim__text_put(text, j == 0 ? "" : ",");
            sim__text_json(text, failure->services[j]);
        }
        sim__text_char(text, ']');
        put_events(text, failure->events);
        sim__text_char(text, '}');
    }
    sim__text_char(text, ']');
}

static void put_head(struct sim__text *text, const char *kind, const struct cli_case *one)
{
    sim__text_format(text, "{\"kind\":\"%s\"", kind);
    cli_put_string(text, "file", one->path);
    if (one->scenario != NULL) {
        cli_put_string(text, "scenario", one->scenario->name);
        cli_put_settings(text, one->scenario);
    }
}

static void invalid(struct cli_writer *writer, const struct cli_case *one)
{
    put_head(&writer->text, "invalid", one);
    cli_put_string(&writer->text, "message", one->diagnostics == NULL ? "" : one->diagnostics);
    cli_put_number(&writer->text, "status", SIM_EXIT_USAGE);
    sim__text_put(&writer->text, "}\n");
}

static void put_metrics(struct sim__text *text, const struct sup_metrics *metrics)
{
    const char *separator = "";
    put_key(text, "metrics");
    sim__text_char(text, '{');
#define CLI__X(name, type, help) \
    sim__text_format(text, "%s\"%s\":%llu", separator, #name, (unsigned long long)metrics->name); \
    separator = ",";
    SUP_METRIC_LIST(CLI__X)
#undef CLI__X
    sim__text_char(text, '}');
}

/* Lengths of time in nanoseconds; what never comes is the word. */
static void put_figure(struct sim__text *text, const struct sim_measure *measure, uint64_t value)
{
    if (sim_measure_is_duration(measure) && value == SUP_NEVER_NS) {
        sim__text_put(text, "\"never\"");
    } else {
        sim__text_u64(text, value);
    }
}

static void put_measures(struct sim__text *text, const struct cli_case *one,
                         const struct cli_record *record)
{
    const struct sim_measure *measures = one->scenario->measures;
    if (one->scenario->measure_count == 0) {
        return;
    }
    put_key(text, "measures");
    sim__text_char(text, '{');
    for (uint32_t i = 0; i < record->measure_count; i++) {
        sim__text_put(text, i == 0 ? "" : ",");
        sim__text_json(text, measures[i].name);
        sim__text_char(text, ':');
        put_figure(text, &measures[i], record->measures[i]);
    }
    sim__text_char(text, '}');
}

static void put_unreached(struct sim__text *text, const struct cli_case *one,
                          const struct cli_record *record)
{
    put_key(text, "unreached");
    sim__text_char(text, '[');
    for (uint32_t i = 0; i < record->unreached_count; i++) {
        sim__text_put(text, i == 0 ? "{" : ",{");
        put_place(text, one, record->unreached[i].place);
        cli_put_string(text, "service", record->unreached[i].service);
        sim__text_char(text, '}');
    }
    sim__text_char(text, ']');
}

/* Only of programs, which a simulated run has none of. */
static void put_outputs(struct sim__text *text, const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->written_count; i++) {
        const struct cli_written *written = &record->written[i];
        struct sim__text whole = {0};
        if (i == 0) {
            put_key(text, "outputs");
        }
        sim__text_put(text, i == 0 ? "[{\"service\":" : ",{\"service\":");
        sim__text_json(text, written->service);
        cli_put_number(text, "attempt", written->attempt);
        /* The text ends at a NUL. */
        for (size_t at = 0; at < written->length; at++) {
            sim__text_char(&whole, written->bytes[at] == '\0' ? '?' : written->bytes[at]);
        }
        cli_put_string(text, "text", sim__text_string(&whole));
        sim__text_put(text, i + 1 == record->written_count ? "}]" : "}");
        text->failed |= whole.failed;
        sim__text_release(&whole);
    }
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text *text = &writer->text;
    struct sim__text replay = {0};
    put_head(text, "run", one);
    cli_put_number(text, "seed", record->seed);
    cli_put_string(text, "executor", writer->options->executor->name);
    cli_put_string(text, "verdict", sim_verdict_name(record->verdict));
    cli_put_number(text, "status", (uint64_t)record->status);
    cli_put_number(text, "t", record->end.ns);
    cli_put_number(text, "event-count", record->events);
    cli_put_number(text, "attempts", record->attempts);
    cli_put_number(text, "draws", record->draws);
    sim__text_format(text, ",\"hash\":\"%016llx\"", (unsigned long long)record->hash);
    put_bool(text, "twice", record->twice);
    cli_put_string(text, "message", record->message);
    if (record->note[0] != '\0') {
        put_bool(text, "skipped", record->skipped);
        if (record->verdict == SIM_LATE) {
            cli_put_number(text, "late", record->late.ns);
        }
        cli_put_string(text, "note", record->note);
    }
    if (record->golden != NULL) {
        cli_put_string(text, "golden", record->golden);
    }
    cli_put_number(text, "failure-count", record->failure_total);
    put_failures(text, one, record->failures, record->failure_count);
    put_events(text, record->tail);
    put_outputs(text, record);
    put_unreached(text, one, record);
    put_metrics(text, &record->metrics);
    put_measures(text, one, record);
    cli_report_replay(&replay, writer->options, one, record->seed);
    cli_put_string(text, "replay", sim__text_string(&replay));
    sim__text_put(text, "}\n");
    text->failed |= replay.failed;
    sim__text_release(&replay);
}

/* Each figure with the seed that gave it; of a sweep in which no run came to its end, none. */
static void put_statistics(struct sim__text *text, const struct sim_scenario *scenario,
                           const struct cli_statistics *statistics)
{
    if (scenario->measure_count == 0) {
        return;
    }
    put_key(text, "measures");
    sim__text_char(text, '{');
    for (uint32_t i = 0; i < scenario->measure_count && statistics->summaries != NULL; i++) {
        const struct sim_measure *measure = &scenario->measures[i];
        sim__text_put(text, i == 0 ? "" : ",");
        sim__text_json(text, measure->name);
        sim__text_format(text, ":{\"runs\":%llu", (unsigned long long)statistics->runs);
        for (int k = 0; k < CLI_STATISTICS; k++) {
            const struct sim__figure *figure = &statistics->summaries[i].figures[k];
            put_key(text, cli_statistic_name((enum cli_statistic)k));
            sim__text_put(text, "{\"value\":");
            put_figure(text, measure, figure->value);
            cli_put_number(text, "seed", figure->seed);
            sim__text_char(text, '}');
        }
        sim__text_char(text, '}');
    }
    sim__text_char(text, '}');
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    struct sim__text *text = &writer->text;
    put_head(text, "sweep", one);
    cli_put_number(text, "first-seed", sweep->first_seed);
    cli_put_number(text, "last-seed", sweep->last_seed);
    cli_put_number(text, "runs", sweep->runs);
    cli_put_number(text, "failed", sweep->failed);
    cli_put_number(text, "late", sweep->late);
    cli_put_number(text, "event-count", sweep->events);
    cli_put_number(text, "status", (uint64_t)sweep->status);
    put_failures(text, one, sweep->failures, sweep->failure_count);
    put_statistics(text, one->scenario, sweep->statistics);
    sim__text_put(text, "}\n");
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text *text = &writer->text;
    sim__text_put(text, "{\"kind\":\"summary\"");
    cli_put_number(text, "scenarios", tally->scenarios);
    cli_put_number(text, "passed", tally->passed);
    cli_put_number(text, "failed", tally->failed);
    cli_put_number(text, "invalid", tally->invalid);
    cli_put_number(text, "not-run", tally->skipped);
    cli_put_number(text, "skipped", tally->unfit);
    cli_put_number(text, "late", tally->late);
    cli_put_number(text, "runs", tally->runs);
    cli_put_number(text, "event-count", tally->events);
    cli_put_number(text, "virtual-ns", tally->virtual.ns);
    cli_put_number(text, "status", (uint64_t)tally->status);
    if (tally->interrupted != NULL) {
        cli_put_string(text, "interrupted", tally->interrupted);
        cli_put_number(text, "planned-runs", tally->planned);
    }
    sim__text_put(text, "}\n");
}

const struct cli_writer_calls cli_report_json = {
    .invalid = invalid,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
