/* What several forms of output have in common. */
#include "report.h"

#include <string.h>

#include "source_line.h"
#include "timeline.h"

/* What a run in real time depends on. */
static void put_real_time(struct cli_text *text, const struct cli_options *options)
{
    uint64_t speed = options->speed_billionths;
    cli_text_format(text, " --executor %s", options->executor->name);
    if (speed != 0 && speed % 1000000000u == 0) {
        cli_text_format(text, " --speed %llu", (unsigned long long)(speed / 1000000000u));
    } else if (speed != 0) {
        cli_text_format(text, " --speed %llu.%09llu", (unsigned long long)(speed / 1000000000u),
                        (unsigned long long)(speed % 1000000000u));
    }
    if (options->has_tolerance) {
        cli_text_put(text, " --tolerance ");
        cli_text_duration(text, options->tolerance_ns);
    }
}

void cli_report_replay(struct cli_text *text, const struct cli_options *options, const char *path,
                       uint64_t seed)
{
    cli_text_put(text, "rehearse run");
    if (strcmp(options->executor->name, "sim") != 0) {
        put_real_time(text, options);
    }
    if (options->max_events != 0) {
        cli_text_format(text, " --max-events %llu", (unsigned long long)options->max_events);
    }
    if (options->max_wall_ns != 0) {
        cli_text_put(text, " --max-wall ");
        cli_text_duration(text, options->max_wall_ns);
    }
    cli_text_format(text, " --seed %llu ", (unsigned long long)seed);
    if (path[0] == '-' && path[1] != '\0') {
        cli_text_put(text, "-- ");
    }
    cli_text_quoted(text, path);
}

void cli_report_name(struct cli_text *text, const struct cli_options *options,
                     const struct cli_case *one, uint64_t seed)
{
    cli_text_put(text, one->scenario->name);
    if (options->has_seeds) {
        cli_text_format(text, " (seed %llu)", (unsigned long long)seed);
    }
}

void cli_report_failure(struct cli_text *text, const struct cli_failure *failure)
{
    cli_text_put(text, "expected ");
    cli_text_put(text, failure->expected);
    cli_text_put(text, ", found ");
    cli_text_put(text, failure->found);
    if (failure->at_ns != UINT64_MAX) {
        cli_text_put(text, " (at ");
        cli_text_duration(text, failure->at_ns);
        cli_text_put(text, ")");
    }
}

void cli_report_interrupted(struct cli_text *text, const struct cli_tally *tally)
{
    cli_text_format(text, "interrupted by %s: %llu of ", tally->interrupted,
                    (unsigned long long)tally->runs);
    cli_text_plural(text, tally->planned, "run");
    cli_text_format(text, " %s done", tally->runs == 1 ? "was" : "were");
}

const char *cli_report_word(enum sim_exit status)
{
    switch (status) {
    case SIM_EXIT_PASS:
        return "pass";
    case SIM_EXIT_EXPECTATION:
    case SIM_EXIT_USAGE:
        return "FAIL";
    case SIM_EXIT_INVARIANT:
        return "BROKEN";
    case SIM_EXIT_STALLED:
        return "STALLED";
    case SIM_EXIT_NONDETERMINISTIC:
        return "DIFFERS";
    }
    return "FAIL";
}

static void put_error(struct cli_text *text, const struct cli_style *style, const char *path,
                      struct sim_place place, const char *message)
{
    cli_style_on(text, style, CLI_BOLD);
    cli_source_place(text, path, place);
    cli_style_off(text, style, CLI_BOLD);
    cli_style_put(text, style, CLI_RED, "error: ");
    cli_text_safe(text, message, strlen(message));
    cli_text_char(text, '\n');
}

static void put_services(struct cli_text *text, const struct cli_failure *failure)
{
    for (uint32_t i = 0; i < failure->service_count && i < 3; i++) {
        cli_text_put(text, i == 0 ? " of " : ", ");
        cli_text_safe(text, failure->services[i], strlen(failure->services[i]));
    }
    if (failure->service_count > 3) {
        cli_text_put(text, " and others");
    }
}

static void put_one(struct cli_text *text, const struct cli_style *style,
                    const struct cli_case *one, const struct cli_failure *failure, bool with_events)
{
    struct cli_text message = {0};
    cli_report_failure(&message, failure);
    put_error(text, style, one->path, failure->place, cli_text_string(&message));
    text->failed |= message.failed;
    cli_text_release(&message);
    cli_source_line(text, style, one->scenario, failure->place);
    if (with_events && failure->events[0] != '\0') {
        cli_text_put(text, "  last events");
        put_services(text, failure);
        cli_text_put(text, ":\n");
        cli_timeline(text, style, failure->events, strlen(failure->events), 4);
    }
}

void cli_report_failures(struct cli_text *text, const struct cli_style *style,
                         const struct cli_case *one, const struct cli_failure *failures,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        /* The same events again would only push the next error out of sight. */
        bool repeated = i + 1 < count && strcmp(failures[i].events, failures[i + 1].events) == 0;
        put_one(text, style, one, &failures[i], !repeated);
    }
}

static void put_message(struct cli_text *text, const struct cli_style *style,
                        const struct cli_case *one, const struct cli_record *record)
{
    const struct sim_place nowhere = {0};
    if (record->message[0] != '\0') {
        put_error(text, style, one->path, nowhere, record->message);
    } else if (record->failure_total == 0) {
        const char *expected =
            one->scenario->has_verdict ? sim_verdict_name(one->scenario->verdict) : "pass";
        struct cli_text message = {0};
        cli_text_format(&message, "expected verdict %s, found %s", expected,
                        sim_verdict_name(record->verdict));
        put_error(text, style, one->path, nowhere, cli_text_string(&message));
        cli_text_release(&message);
    }
    if (record->tail[0] != '\0') {
        cli_text_put(text, "  last events:\n");
        cli_timeline(text, style, record->tail, strlen(record->tail), 4);
    }
}

void cli_report_details(struct cli_text *text, const struct cli_style *style,
                        const struct cli_options *options, const struct cli_case *one,
                        const struct cli_record *record)
{
    put_message(text, style, one, record);
    cli_report_failures(text, style, one, record->failures, record->failure_count);
    if (record->failure_total > record->failure_count) {
        cli_text_put(text, "  and ");
        cli_text_plural(text, record->failure_total - record->failure_count, "failure");
        cli_text_put(text, " more\n");
    }
    cli_text_put(text, "  replay: ");
    cli_style_on(text, style, CLI_BOLD);
    cli_report_replay(text, options, one->path, record->seed);
    cli_style_off(text, style, CLI_BOLD);
    cli_text_char(text, '\n');
}
