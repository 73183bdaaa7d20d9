/* Results of a shard as a file; see results.h. */
#include "results.h"

#include <inttypes.h>
#include <string.h>

#include "farm.h"
#include "sup/sup.h"

uint64_t cli_results_digest(uint64_t digest, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        digest = (digest ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return digest;
}

/* ---- what was read ---- */

static uint64_t digest_text(uint64_t digest, const char *bytes, size_t length)
{
    unsigned char size[8];
    for (size_t i = 0; i < sizeof size; i++) {
        size[i] = (unsigned char)((uint64_t)length >> 8 * i);
    }
    digest = cli_results_digest(digest, (const char *)size, sizeof size);
    return cli_results_digest(digest, bytes, length);
}

static uint64_t digest_of(const struct cli_case *one)
{
    const struct sim_scenario *scenario = one->scenario;
    uint64_t digest = CLI_RESULTS_DIGEST;
    if (scenario == NULL) {
        const char *what = one->diagnostics == NULL ? "" : one->diagnostics;
        return digest_text(digest, what, strlen(what));
    }
    for (uint32_t i = 0; i < scenario->source_count; i++) {
        digest = digest_text(digest, scenario->sources[i].bytes, scenario->sources[i].length);
    }
    return digest;
}

void cli_results_files(struct sim__text *text, const struct cli_plan *plan)
{
    const char *before = NULL;
    sim__text_char(text, '[');
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct cli_case *one = &plan->cases[i];
        if (one->path == before) {
            continue; /* another variant of it */
        }
        sim__text_put(text, before == NULL ? "[" : ",[");
        sim__text_json(text, one->path);
        sim__text_format(text, ",\"%016" PRIx64 "\"]", digest_of(one));
        before = one->path;
    }
    sim__text_char(text, ']');
}

/* ---- writing ---- */

/* Options as words, as the command line may have them. */
static void put_options(struct sim__text *text, const struct cli_options *options)
{
    struct sim__text word = {0};
    const char *separator = "";
    sim__text_put(text, ",\"options\":[");
    for (uint32_t i = 0; i < options->given_count; i++) {
        const struct cli_given *given = &options->given[i];
        if (!cli_farm_decides(given->option)) {
            continue;
        }
        sim__text_clear(&word);
        sim__text_format(&word, "--%s", given->option->name);
        if (given->value != NULL) {
            sim__text_char(&word, '=');
            sim__text_put(&word, given->value);
        }
        sim__text_put(text, separator);
        sim__text_json(text, sim__text_string(&word));
        separator = ",";
    }
    sim__text_char(text, ']');
    text->failed |= word.failed;
    sim__text_release(&word);
}

static void put_paths(struct sim__text *text, const struct cli_options *options)
{
    sim__text_put(text, ",\"paths\":[");
    for (uint32_t i = 0; i < options->path_count; i++) {
        sim__text_put(text, i > 0 ? "," : "");
        sim__text_json(text, options->paths[i]);
    }
    sim__text_char(text, ']');
}

static void finish_line(struct cli_results *results, struct sim__text *text, size_t from)
{
    sim__text_put(text, "}\n");
    if (!text->failed) {
        results->digest =
            cli_results_digest(results->digest, text->bytes + from, text->length - from);
    }
}

void cli_results_begin(struct cli_results *results, struct sim__text *text,
                       const struct cli_results_head *head)
{
    const struct cli_options *options = head->options;
    size_t from = text->length;
    *results = (struct cli_results){.digest = CLI_RESULTS_DIGEST};
    sim__text_format(text, CLI_RESULTS_BEGINS "%u", CLI_RESULTS_FORM);
    cli_put_some_string(text, "version", SUP_VERSION);
    cli_put_some_string(text, "command", cli_command_name(options->command));
    put_options(text, options);
    put_paths(text, options);
    sim__text_put(text, ",\"files\":");
    sim__text_put(text, head->files);
    cli_put_number(text, "tasks", head->tasks);
    cli_put_number(text, "shards", options->shard_count > 0 ? options->shard_count : 1);
    cli_put_number(text, "shard", options->shard_count > 0 ? options->shard : 1);
    finish_line(results, text, from);
}

void cli_results_task(struct sim__text *line, uint64_t task)
{
    sim__text_format(line, "{\"task\":%" PRIu64, task);
}

void cli_results_put(struct cli_results *results, struct sim__text *text, struct sim__text *line)
{
    size_t from = text->length;
    sim__text_putn(text, sim__text_string(line), line->length);
    text->failed |= line->failed;
    finish_line(results, text, from);
    results->lines++;
    sim__text_release(line);
}

void cli_results_end(struct cli_results *results, struct sim__text *text,
                     const struct cli_results_end *end)
{
    sim__text_put(text, "{\"ended\":");
    sim__text_json(text, end->why);
    if (strcmp(end->why, CLI_RESULTS_FAIL_FAST) == 0) {
        cli_put_number(text, "stopped", end->stopped);
    }
    cli_put_number(text, "lines", results->lines);
    cli_put_number(text, "wall", end->wall.ns);
    cli_put_hex(text, "digest", results->digest);
    sim__text_put(text, "}\n");
}
