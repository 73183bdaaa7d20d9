/* What several forms of output have in common. */
#include "report.h"

#include <string.h>

#include "source_line.h"
#include "timeline.h"

/* What a run in real time depends on. */
static void put_real_time(struct sim__text *text, const struct cli_options *options)
{
    uint64_t speed = options->speed_billionths;
    sim__text_format(text, " --executor %s", options->executor->name);
    if (speed != 0 && speed % 1000000000u == 0) {
        sim__text_format(text, " --speed %llu", (unsigned long long)(speed / 1000000000u));
    } else if (speed != 0) {
        sim__text_format(text, " --speed %llu.%09llu", (unsigned long long)(speed / 1000000000u),
                         (unsigned long long)(speed % 1000000000u));
    }
    if (options->has_tolerance) {
        sim__text_put(text, " --tolerance ");
        sim__text_duration(text, options->tolerance);
    }
    if (options->fail_late) {
        sim__text_put(text, " --fail-late");
    }
}

/* An option and its value, as one word for a shell. */
static void put_pair(struct sim__text *text, const char *option, const char *key, const char *value)
{
    struct sim__text pair = {0};
    sim__text_format(&pair, "%s=%s", key, value);
    sim__text_format(text, " --%s ", option);
    sim__text_shell(text, sim__text_string(&pair));
    text->failed |= pair.failed;
    sim__text_release(&pair);
}

void cli_report_settings(struct sim__text *text, const struct cli_options *options,
                         const struct cli_case *one)
{
    for (uint32_t i = 0; i < options->set_count; i++) {
        put_pair(text, "set", options->sets[i].path, options->sets[i].value);
    }
    for (uint32_t i = 0; i < one->scenario->varied_count; i++) {
        const struct sim_varied *setting = &one->scenario->varied[i];
        put_pair(text, "variant", setting->key, setting->value);
    }
}

void cli_put_settings(struct sim__text *text, const struct sim_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->varied_count; i++) {
        sim__text_put(text, i == 0 ? ",\"variant\":{" : ",");
        sim__text_json(text, scenario->varied[i].key);
        sim__text_char(text, ':');
        sim__text_json(text, scenario->varied[i].value);
    }
    sim__text_put(text, scenario->varied_count > 0 ? "}" : "");
}

static void put_replay(struct sim__text *text, const struct cli_options *options,
                       const struct cli_case *one, uint64_t seed)
{
    const char *path = one->path;
    if (strcmp(options->executor->name, "sim") != 0) {
        put_real_time(text, options);
    }
    if (options->golden != NULL) {
        sim__text_put(text, " --golden ");
        sim__text_shell(text, options->golden);
    }
    if (options->max_events != 0) {
        sim__text_format(text, " --max-events %llu", (unsigned long long)options->max_events);
    }
    if (options->max_memory != 0) {
        sim__text_format(text, " --max-memory %llu", (unsigned long long)options->max_memory);
    }
    if (options->max_steps != 0) {
        sim__text_format(text, " --max-steps %llu", (unsigned long long)options->max_steps);
    }
    if (options->max_wall.ns != 0) {
        sim__text_put(text, " --max-wall ");
        sim__text_duration(text, options->max_wall);
    }
    cli_report_settings(text, options, one);
    sim__text_format(text, " --seed %llu ", (unsigned long long)seed);
    if (path[0] == '-' && path[1] != '\0') {
        sim__text_put(text, "-- ");
    }
    sim__text_shell(text, path);
}

void cli_report_replay(struct sim__text *text, const struct cli_options *options,
                       const struct cli_case *one, uint64_t seed)
{
    sim__text_shell(text, options->program);
    sim__text_put(text, " run");
    put_replay(text, options, one, seed);
}

void cli_report_picture(struct sim__text *text, const struct cli_options *options,
                        const struct cli_case *one, uint64_t seed)
{
    sim__text_shell(text, options->program);
    sim__text_put(text, " run --html run.html");
    put_replay(text, options, one, seed);
}

void cli_report_replay_sweep(struct sim__text *text, const struct cli_options *options,
                             const struct cli_case *one, const struct cli_sweep *sweep)
{
    sim__text_shell(text, options->program);
    sim__text_put(text, " run");
    cli_report_settings(text, options, one);
    sim__text_format(text, " --seeds %llu..%llu ", (unsigned long long)sweep->first_seed,
                     (unsigned long long)sweep->last_seed);
    sim__text_shell(text, one->path);
}

void cli_report_name(struct sim__text *text, const struct cli_options *options,
                     const struct cli_case *one, uint64_t seed)
{
    sim__text_put(text, one->scenario->name);
    if (options->has_seeds) {
        sim__text_format(text, " (seed %llu)", (unsigned long long)seed);
    }
}

void cli_report_failure(struct sim__text *text, const struct cli_failure *failure)
{
    sim__text_put(text, "expected ");
    sim__text_put(text, failure->expected);
    sim__text_put(text, ", found ");
    sim__text_put(text, failure->found);
    if (failure->at.ns != SUP_NEVER_NS) {
        sim__text_put(text, " (at ");
        sim__text_duration(text, SUP_NS(failure->at.ns));
        sim__text_put(text, ")");
    }
}

void cli_report_interrupted(struct sim__text *text, const struct cli_tally *tally)
{
    sim__text_format(text, "interrupted by %s after %llu of ", tally->interrupted,
                     (unsigned long long)tally->runs);
    cli_put_plural(text, tally->planned, "run");
}

bool cli_report_is_void(const struct cli_record *record)
{
    return record->skipped || (record->verdict == SIM_LATE && record->status == SIM_EXIT_PASS);
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

void cli_report_figure(struct sim__text *text, const struct sim_measure *measure, uint64_t value)
{
    if (sim_measure_is_duration(measure)) {
        sim__text_duration(text, SUP_NS(value));
    } else {
        sim__text_u64(text, value);
    }
}

void cli_report_seeded(struct sim__text *text, const struct sim_measure *measure,
                       struct sim__figure figure)
{
    cli_report_figure(text, measure, figure.value);
    sim__text_format(text, " (seed %llu)", (unsigned long long)figure.seed);
}

static void put_error(struct sim__text *text, const struct cli_style *style, const char *path,
                      struct sim_place place, const char *message)
{
    cli_style_on(text, style, CLI_BOLD);
    cli_source_place(text, path, place);
    cli_style_off(text, style, CLI_BOLD);
    cli_style_put(text, style, CLI_RED, "error: ");
    sim__text_safe(text, message, strlen(message));
    sim__text_char(text, '\n');
}

static void put_services(struct sim__text *text, const struct cli_failure *failure)
{
    for (uint32_t i = 0; i < failure->service_count && i < 3; i++) {
        sim__text_put(text, i == 0 ? " of " : ", ");
        sim__text_safe(text, failure->services[i], strlen(failure->services[i]));
    }
    if (failure->service_count > 3) {
        sim__text_put(text, " and others");
    }
}

static void put_one(struct sim__text *text, const struct cli_style *style,
                    const struct cli_case *one, const struct cli_failure *failure)
{
    struct sim__text message = {0};
    cli_report_failure(&message, failure);
    put_error(text, style, cli_source_file(one->scenario, one->path, failure->place),
              failure->place, sim__text_string(&message));
    text->failed |= message.failed;
    sim__text_release(&message);
    cli_source_line(text, style, one->scenario, failure->place);
}

static void put_events(struct sim__text *text, const struct cli_style *style,
                       const struct cli_failure *failure)
{
    if (failure->events[0] != '\0') {
        sim__text_put(text, "  last events");
        put_services(text, failure);
        sim__text_put(text, ":\n");
        cli_timeline(text, style, failure->events, strlen(failure->events), 4);
    }
}

void cli_report_failures(struct sim__text *text, const struct cli_style *style,
                         const struct cli_case *one, const struct cli_failure *failures,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        /* The same events again would only push the next error out of sight. */
        bool repeated = i + 1 < count && strcmp(failures[i].events, failures[i + 1].events) == 0;
        put_one(text, style, one, &failures[i]);
        if (!repeated) {
            put_events(text, style, &failures[i]);
        }
    }
}

void cli_report_whole(struct sim__text *text, const struct cli_case *one,
                      const struct cli_record *record)
{
    if (record->message[0] != '\0') {
        sim__text_put(text, record->message);
    } else if (record->verdict == SIM_LATE) {
        sim__text_put(text, record->note);
    } else if (record->failure_total == 0) {
        sim__text_format(text, "expected verdict %s, found %s",
                         one->scenario->has_verdict ? sim_verdict_name(one->scenario->verdict)
                                                    : "pass",
                         sim_verdict_name(record->verdict));
    }
}

static void put_message(struct sim__text *text, const struct cli_style *style,
                        const struct cli_case *one, const struct cli_record *record)
{
    const struct sim_place nowhere = {0};
    struct sim__text message = {0};
    cli_report_whole(&message, one, record);
    if (message.length > 0) {
        put_error(text, style, one->path, nowhere, sim__text_string(&message));
    }
    text->failed |= message.failed;
    sim__text_release(&message);
    if (record->tail[0] != '\0') {
        sim__text_put(text, "  last events:\n");
        cli_timeline(text, style, record->tail, strlen(record->tail), 4);
    }
}

/* Of a failure that is about nobody, anybody's output may tell something. */
static bool is_concerned(const struct cli_record *record, const char *service)
{
    bool somebody = false;
    for (uint32_t i = 0; i < record->failure_count; i++) {
        for (uint32_t k = 0; k < record->failures[i].service_count; k++) {
            somebody = true;
            if (strcmp(record->failures[i].services[k], service) == 0) {
                return true;
            }
        }
    }
    return !somebody;
}

static void put_written(struct sim__text *text, const struct cli_written *written)
{
    sim__text_put(text, "  output of ");
    sim__text_show(text, written->service);
    sim__text_format(text, " (attempt %u):\n", (unsigned)written->attempt);
    size_t at = 0, length;
    const char *line;
    while (cli_line_next(written->bytes, written->length, &at, &line, &length)) {
        sim__text_put(text, "    | ");
        sim__text_safe(text, line, length);
        sim__text_char(text, '\n');
    }
}

bool cli_report_is_golden(const struct cli_case *one, const struct cli_record *record)
{
    enum sim_verdict meant = one->scenario->has_verdict ? one->scenario->verdict : SIM_PASS;
    return record->golden != NULL && record->verdict == meant;
}

void cli_report_golden(struct sim__text *text, const struct cli_record *record)
{
    sim__text_put(text, "golden: ");
    sim__text_putn(text, record->golden, strcspn(record->golden, "\n"));
}

/* The first line as an error, the others as `diff` shows them. */
static void put_golden(struct sim__text *text, const struct cli_style *style,
                       const struct cli_case *one, const struct cli_record *record)
{
    const struct sim_place nowhere = {0};
    struct sim__text message = {0};
    const char *line;
    size_t length, at = strcspn(record->golden, "\n") + 1;
    cli_report_golden(&message, record);
    put_error(text, style, one->path, nowhere, sim__text_string(&message));
    text->failed |= message.failed;
    sim__text_release(&message);
    while (cli_line_next(record->golden, strlen(record->golden), &at, &line, &length)) {
        enum cli_color color = line[0] == '-' ? CLI_RED : line[0] == '+' ? CLI_GREEN : CLI_DIM;
        sim__text_put(text, "  ");
        cli_style_on(text, style, color);
        sim__text_safe(text, line, length);
        cli_style_off(text, style, color);
        sim__text_char(text, '\n');
    }
}

static void put_failures(struct sim__text *text, const struct cli_style *style,
                         const struct cli_case *one, const struct cli_record *record)
{
    put_message(text, style, one, record);
    cli_report_failures(text, style, one, record->failures, record->failure_count);
    if (record->failure_total > record->failure_count) {
        sim__text_put(text, "  and ");
        cli_put_plural(text, record->failure_total - record->failure_count, "failure");
        sim__text_put(text, " more\n");
    }
}

void cli_report_details(struct sim__text *text, const struct cli_style *style,
                        const struct cli_options *options, const struct cli_case *one,
                        const struct cli_record *record)
{
    if (!cli_report_is_golden(one, record)) {
        put_failures(text, style, one, record);
    }
    if (record->golden != NULL) {
        put_golden(text, style, one, record);
    }
    for (uint32_t i = 0; i < record->written_count; i++) {
        if (is_concerned(record, record->written[i].service)) {
            put_written(text, &record->written[i]);
        }
    }
    sim__text_put(text, "  replay: ");
    cli_style_on(text, style, CLI_BOLD);
    cli_report_replay(text, options, one, record->seed);
    cli_style_off(text, style, CLI_BOLD);
    sim__text_char(text, '\n');
}
