/* The report for people, with annotations for GitHub between its lines: an error where each
 * failed expectation stands, a warning of what is late. Of a sweep a place is annotated
 * once, by the first seed that failed there, since GitHub shows ten of a step. */
#include <stdlib.h>
#include <string.h>

#include "github.h"
#include "headline.h"
#include "report.h"
#include "sim/base/grow.h"
#include "source_line.h"

struct cli_github {
    struct sim_place *seen; /* of the sweep at hand */
    uint32_t count, room;
    bool grouped; /* the timeline of a run is open */
};

/* What is wrong with a run as a whole, as places in no line. */
enum { WHOLE_VERDICT, WHOLE_GOLDEN };

/* Whether it is the first one of the sweep. */
static bool is_new(struct cli_writer *writer, struct sim_place place)
{
    struct cli_github *github = writer->github;
    if (!writer->options->has_seeds || github == NULL) {
        return true;
    }
    for (uint32_t i = 0; i < github->count; i++) {
        const struct sim_place *seen = &github->seen[i];
        if (seen->file == place.file && seen->line == place.line && seen->column == place.column) {
            return false;
        }
    }
    struct sim_place *grown =
        sim__grown(github->seen, &github->room, (uint64_t)github->count + 1, sizeof grown[0]);
    if (grown == NULL) {
        writer->text.failed = true;
        return true;
    }
    github->seen = grown;
    grown[github->count++] = place;
    return true;
}

static void put_replay(struct sim__text *message, const struct cli_options *options,
                       const struct cli_case *one, uint64_t seed)
{
    sim__text_put(message, "\nreplay: ");
    cli_report_replay(message, options, one, seed);
}

static void put_failure(struct cli_writer *writer, const struct cli_case *one,
                        const struct cli_record *record, uint32_t index, const char *title)
{
    const struct cli_failure *failure = &record->failures[index];
    struct sim__text message = {0};
    const struct cli_github_note note = {
        .file = cli_source_file(one->scenario, one->path, failure->place),
        .place = failure->place,
        .title = title,
    };
    if (!is_new(writer, failure->place)) {
        return;
    }
    /* A name in it may have line ends, which are no lines of ours. */
    struct sim__text raw = {0};
    cli_report_failure(&raw, failure);
    sim__text_show(&message, sim__text_string(&raw));
    uint64_t more = record->failure_total - record->failure_count;
    if (index + 1 == record->failure_count && more > 0) {
        sim__text_put(&message, "\nand ");
        cli_put_plural(&message, more, "failure");
        sim__text_put(&message, " more");
    }
    put_replay(&message, writer->options, one, record->seed);
    cli_github_put(&writer->text, &note, sim__text_string(&message));
    writer->text.failed |= message.failed || raw.failed;
    sim__text_release(&raw);
    sim__text_release(&message);
}

/* `raw` is what is wrong with the run as a whole; nothing is put when it is empty. */
static void put_whole(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_record *record, const struct cli_github_note *note,
                      const struct sim__text *raw)
{
    struct sim__text message = {0};
    if (raw->length == 0) {
        return;
    }
    sim__text_show(&message, sim__text_string(raw));
    if (note->level != CLI_GITHUB_NOTICE) {
        put_replay(&message, writer->options, one, record->seed);
    }
    cli_github_put(&writer->text, note, sim__text_string(&message));
    writer->text.failed |= message.failed || raw->failed;
    sim__text_release(&message);
}

static void put_failures(struct cli_writer *writer, const struct cli_case *one,
                         const struct cli_record *record, const char *title)
{
    const struct cli_github_note note = {.file = one->path, .title = title};
    const struct sim_place whole = {.column = WHOLE_VERDICT + (uint32_t)record->verdict * 2};
    const struct sim_place golden = {.column = WHOLE_GOLDEN};
    struct sim__text raw = {0};
    if (!cli_report_is_golden(one, record)) {
        cli_report_whole(&raw, one, record);
        if (raw.length > 0 && is_new(writer, whole)) {
            put_whole(writer, one, record, &note, &raw);
        }
        for (uint32_t i = 0; i < record->failure_count; i++) {
            put_failure(writer, one, record, i, title);
        }
    }
    sim__text_clear(&raw);
    if (record->golden != NULL && is_new(writer, golden)) {
        cli_report_golden(&raw, record);
        put_whole(writer, one, record, &note, &raw);
    }
    sim__text_release(&raw);
}

/* Neither passed nor failed: why. */
static void put_void(struct cli_writer *writer, const struct cli_case *one,
                     const struct cli_record *record, const char *title)
{
    const struct cli_github_note note = {
        .level = record->skipped ? CLI_GITHUB_NOTICE : CLI_GITHUB_WARNING,
        .file = one->path,
        .title = title,
    };
    const struct sim_place whole = {.column = WHOLE_VERDICT + (uint32_t)record->verdict * 2};
    struct sim__text raw = {0};
    if (writer->options->quiet || !is_new(writer, whole)) {
        return;
    }
    sim__text_put(&raw, record->skipped ? "skipped: " : "late: ");
    sim__text_put(&raw, record->note);
    put_whole(writer, one, record, &note, &raw);
    sim__text_release(&raw);
}

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    writer->github = calloc(1, sizeof *writer->github);
    writer->text.failed |= writer->github == NULL;
    cli_report_human.start(writer, plan);
}

/* The timeline folds: it is long, and the log has more than one. */
static void begin(struct cli_writer *writer, const struct cli_case *one, uint64_t seed)
{
    struct sim__text *text = &writer->text;
    if (writer->options->verbose && writer->github != NULL) {
        struct sim__text name = {0};
        cli_report_name(&name, writer->options, one, seed);
        sim__text_put(text, "::group::");
        cli_github_put_data(text, sim__text_string(&name));
        sim__text_char(text, '\n');
        text->failed |= name.failed;
        sim__text_release(&name);
        writer->github->grouped = true;
    }
    size_t from = text->length;
    cli_report_human.begin(writer, one, seed);
    cli_github_disarm(text, from);
}

static void line(struct cli_writer *writer, const char *bytes, size_t length)
{
    size_t from = writer->text.length;
    cli_report_human.line(writer, bytes, length);
    cli_github_disarm(&writer->text, from);
}

static void close_group(struct cli_writer *writer)
{
    if (writer->github != NULL && writer->github->grouped) {
        sim__text_put(&writer->text, "::endgroup::\n");
        writer->github->grouped = false;
    }
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text title = {0};
    close_group(writer);
    size_t from = writer->text.length;
    cli_report_human.run(writer, one, record);
    cli_github_disarm(&writer->text, from);
    cli_report_name(&title, writer->options, one, record->seed);
    if (cli_report_is_void(record)) {
        put_void(writer, one, record, sim__text_string(&title));
    } else if (record->status != SIM_EXIT_PASS) {
        put_failures(writer, one, record, sim__text_string(&title));
    }
    writer->text.failed |= title.failed;
    sim__text_release(&title);
}

static void sweep_end(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_sweep *sweep)
{
    size_t from = writer->text.length;
    cli_report_human.sweep(writer, one, sweep);
    cli_github_disarm(&writer->text, from);
    for (uint32_t i = 0; i < sweep->failure_count; i++) {
        const struct cli_failure *failure = &sweep->failures[i];
        struct sim__text message = {0}, raw = {0};
        const struct cli_github_note note = {
            .file = cli_source_file(one->scenario, one->path, failure->place),
            .place = failure->place,
            .title = one->scenario->name,
        };
        cli_report_failure(&raw, failure);
        sim__text_show(&message, sim__text_string(&raw));
        sim__text_put(&message, "\nreplay: ");
        cli_report_replay_sweep(&message, writer->options, one, sweep);
        cli_github_put(&writer->text, &note, sim__text_string(&message));
        writer->text.failed |= message.failed || raw.failed;
        sim__text_release(&raw);
        sim__text_release(&message);
    }
    if (writer->github != NULL) {
        writer->github->count = 0;
    }
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text message = {0};
    close_group(writer);
    cli_report_human.end(writer, tally);
    const struct cli_github_note note = {
        .level = tally->interrupted != NULL ? CLI_GITHUB_ERROR : CLI_GITHUB_NOTICE,
        .title = "rehearse",
    };
    if (tally->interrupted != NULL) {
        cli_report_interrupted(&message, tally);
    } else {
        cli_headline(&message, tally);
    }
    if (tally->interrupted != NULL || !writer->options->quiet) {
        cli_github_put(&writer->text, &note, sim__text_string(&message));
    }
    sim__text_release(&message);
    if (writer->github != NULL) {
        free(writer->github->seen);
        free(writer->github);
        writer->github = NULL;
    }
}

const struct cli_writer_calls cli_report_github = {
    .start = start,
    .begin = begin,
    .line = line,
    .run = run,
    .sweep = sweep_end,
    .end = end,
};
