/* What a campaign has found, made small; see found.h. */
#include "found.h"

#include <inttypes.h>
#include <string.h>

#include "interrupt.h"
#include "shrunk.h"
#include "sim/base/escape.h"
#include "sim/scenario/tree.h"
#include "sup/alloc.h"
#include "sup/error.h"
#include "sup/sup.h"

#define SECOND UINT64_C(1000000000)
#define BUDGET_DEFAULT SUP_NS(10 * SECOND)
/* All findings together have so many times the budget of one. */
#define BUDGETS 6u
/* A run that takes longer than its budget hangs, or longer than the most of these; one that
 * takes longer than the campaign had patience for does in any case. */
#define LEAST_PATIENCE SUP_NS(SECOND)
#define MOST_PATIENCE SUP_NS(20 * SECOND)
/* Of a file that is written nowhere so many lines are shown. */
#define LINES_SHOWN 24u
#define BYTES_SHOWN 400u /* of each */

static struct sup_duration budget_of(const struct cli_options *options)
{
    return options->shrink_budget.ns != 0 ? options->shrink_budget : BUDGET_DEFAULT;
}

static struct sup_duration patience_of(const struct cli_options *options)
{
    const struct sup_duration asked = options->patience;
    struct sup_duration patience = budget_of(options);
    patience = patience.ns < LEAST_PATIENCE.ns ? LEAST_PATIENCE : patience;
    patience = patience.ns > MOST_PATIENCE.ns ? MOST_PATIENCE : patience;
    return asked.ns != 0 && asked.ns < patience.ns ? asked : patience;
}

void cli_founds_start(struct cli_founds *founds, const struct cli_options *options,
                      const struct sim__trial_how *how)
{
    const struct sup_duration all = sup_duration_of(BUDGETS, budget_of(options).ns);
    *founds = (struct cli_founds){
        .options = options, .how = *how, .until = sup_instant_add(cli_wall_now(), all)};
}

/* ---- one file ---- */

/* The tree of a file, in an arena of its own. */
static int load(struct cli_smaller *smaller, const struct sim__text *whole)
{
    struct sim_diagnostics diagnostics = {0};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = whole->bytes,
        .length = whole->length,
        .file = "found",
    };
    int error = sim__arena_create(&sup_allocator_libc, &smaller->arena);
    if (error == SUP_OK) {
        error =
            sim__tree_load(&reading, SIM__AS_WRITTEN, smaller->arena, &diagnostics, &smaller->root);
    }
    if (error == SUP_OK) {
        sim__tree_settle(smaller->root);
        error = sim__arena_failed(smaller->arena) ? SUP_ENOMEM : SUP_OK;
    }
    sim_diagnostics_release(&diagnostics);
    return error;
}

/* What the comment of the whole file says after these words. */
static void put_said(struct sim__text *text, const struct sim__text *whole, const char *words)
{
    const char *said = strstr(whole->bytes, words);
    if (said != NULL) {
        said += strlen(words);
        sim__text_putn(text, said, strcspn(said, "\n"));
    }
}

/* A relation is no part of the file, which passes. */
static void put_replay(const struct cli_found *found, struct sim__text *text)
{
    if (found->smaller.claim == NULL) {
        sim__text_put(text, "run ");
        return;
    }
    sim__text_put(text, "shrink --relation ");
    sim__claim_put(&found->claim, text);
    sim__text_char(text, ' ');
}

static void put_file(struct cli_found *found, const struct sim__text *whole,
                     const struct cli_options *options, const char *path)
{
    const struct cli_smaller *smaller = &found->smaller;
    struct sim__text *text = &found->file;
    sim__text_put(text, "# found by rehearse fuzz: ");
    sim__trial_signature(&smaller->last, text);
    sim__text_put(text, "\n# message: ");
    sim__text_safe(text, smaller->last.message, strcspn(smaller->last.message, "\n"));
    sim__text_put(text, "\n# sizes: ");
    cli_smaller_sizes(smaller, text);
    sim__text_char(text, '\n');
    cli_shrunk_hash(smaller, text);
    sim__text_put(text, "# version: " SUP_VERSION);
    sim__text_format(text, "\n# replay: %s ", options->program);
    put_replay(found, text);
    if (path != NULL) {
        sim__text_shell(text, path);
    } else {
        sim__text_put(text, "THIS-FILE");
    }
    sim__text_put(text, "\n# made from: ");
    put_said(text, whole, "\n# replay: ");
    sim__text_char(text, '\n');
    sim__text_putn(text, smaller->text.bytes, smaller->text.length);
}

/* Alone, in a file, it has to fail as it did in the campaign. */
static int shrink(struct cli_found *found, const struct sim__trial *trial)
{
    struct cli_smaller *smaller = &found->smaller;
    int error = cli_smaller_try(smaller, &smaller->first);
    if (error != SUP_OK) {
        found->why = error > 0 ? "interrupted" : NULL;
        return error > 0 ? SUP_OK : error;
    }
    if (!sim__trial_same(&smaller->first, trial)) {
        found->why = "it does not fail so when its file is run alone";
        return SUP_OK;
    }
    error = cli_smaller_shrink(smaller);
    if (error == SUP_OK && !cli_smaller_same(&smaller->first, &smaller->last)) {
        found->why = "it does not fail in the same way each time";
    }
    return error;
}

int cli_found_shrink(const struct cli_founds *founds, const struct sim__fuzz_try *one,
                     const struct sim__text *whole, const char *path, struct cli_found *ret_found)
{
    const struct cli_options *options = founds->options;
    const struct sim__trial *trial = &one->trial;
    const struct sup_instant now = cli_wall_now();
    const struct sup_duration left = sup_instant_since(founds->until, now);
    const struct sup_duration budget = budget_of(options);
    *ret_found = (struct cli_found){
        .smaller = {.how = founds->how,
                    .patience = patience_of(options),
                    .budget = left.ns < budget.ns ? left : budget,
                    .words = options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED}};
    if (options->no_shrink || cli_interrupted() != 0 || now.ns >= founds->until.ns) {
        ret_found->why = options->no_shrink       ? "--no-shrink"
                         : cli_interrupted() != 0 ? "interrupted"
                                                  : "--shrink-budget is spent";
        return SUP_OK;
    }
    if (trial->sign == SIM__SIGN_REFUSED) {
        ret_found->why = "it is no scenario";
        return SUP_OK;
    }
    if (trial->sign == SIM__SIGN_RELATION) {
        ret_found->claim.draw = one->drawn.seed;
        (void)sim__relation_named(trial->word, strlen(trial->word), &ret_found->claim.relation);
        ret_found->smaller.claim = &ret_found->claim;
    }
    int error = load(&ret_found->smaller, whole);
    if (error == SUP_EINVAL) {
        ret_found->why = "its file is refused";
        return SUP_OK;
    }
    error = error == SUP_OK ? shrink(ret_found, trial) : error;
    if (error == SUP_OK && ret_found->why == NULL) {
        put_file(ret_found, whole, options, path);
        error = ret_found->file.failed ? SUP_ENOMEM : SUP_OK;
    }
    return error;
}

void cli_found_release(struct cli_found *found)
{
    sim__arena_free(found->smaller.arena);
    cli_smaller_release(&found->smaller);
    sim__text_release(&found->file);
}

/* ---- what is said ---- */

/* The file itself, where nobody writes it. */
static void put_lines(struct sim__text *text, const struct cli_smaller *smaller)
{
    const char *line = sim__text_string(&smaller->text);
    for (uint32_t i = 0; i < LINES_SHOWN && line[0] != '\0'; i++) {
        size_t length = strcspn(line, "\n");
        sim__text_put(text, "        ");
        sim__text_safe(text, line, length < BYTES_SHOWN ? length : BYTES_SHOWN);
        sim__text_put(text, length < BYTES_SHOWN ? "\n" : "...\n");
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    sim__text_put(text, line[0] != '\0' ? "        ...\n" : "");
}

void cli_found_say(const struct cli_found *found, const struct cli_options *options,
                   struct sim__text *text)
{
    if (options->no_shrink) {
        return;
    }
    if (found->why != NULL) {
        sim__text_format(text, "      not shrunk: %s\n", found->why);
        return;
    }
    sim__text_put(text, "      shrunk: ");
    cli_smaller_sizes(&found->smaller, text);
    sim__text_format(text, "; %" PRIu64 " files tried%s\n", found->smaller.shrunk.tried,
                     cli_shrunk_early(&found->smaller));
    if (!found->written) {
        put_lines(text, &found->smaller);
    }
}

static void put_size(struct sim__text *text, const struct cli_size *size)
{
    sim__text_format(text,
                     "{\"services\":%" PRIu32 ",\"timeline\":%" PRIu32 ",\"lines\":%" PRIu32
                     ",\"bytes\":%zu}",
                     size->services, size->timeline, size->lines, size->bytes);
}

void cli_found_json(const struct cli_found *found, struct sim__text *text)
{
    const struct cli_smaller *smaller = &found->smaller;
    if (found->why != NULL) {
        sim__text_put(text, ",\"not-shrunk\":");
        sim__text_json(text, found->why);
        return;
    }
    sim__text_put(text, ",\"shrunk\":{\"before\":");
    put_size(text, &smaller->before);
    sim__text_put(text, ",\"after\":");
    put_size(text, &smaller->after);
    sim__text_format(text, ",\"tried\":%" PRIu64 ",\"whole\":%s,\"hash\":\"%016" PRIx64 "\"",
                     smaller->shrunk.tried, smaller->shrunk.whole ? "true" : "false",
                     smaller->last.hash);
    sim__text_put(text, ",\"file\":");
    sim__text_json(text, sim__text_string(&found->file));
    sim__text_char(text, '}');
}
