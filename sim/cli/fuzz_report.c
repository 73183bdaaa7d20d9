/* What is said and written of a campaign; see fuzz_report.h. */
#include "fuzz_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "fuzz_files.h"
#include "fuzz_relations.h"
#include "interrupt.h"
#include "output.h"
#include "sim/run.h"
#include "sup/error.h"
#include "sup/sup.h"

/* ---- files ---- */

static void put_path(const struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding,
                     const char *ending, struct sim__text *path)
{
    sim__text_put(path, fuzz->options->out);
    sim__text_char(path, '/');
    size_t from = path->length;
    sim__trial_signature(&finding->fastest.trial, path);
    for (size_t i = from; i < path->length; i++) {
        char c = path->bytes[i];
        bool tame = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        path->bytes[i] = tame ? c : '-';
    }
    sim__text_put(path, ending);
}

/* Whether it was written. */
static bool write_as(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding,
                     const char *ending, struct sim__text *text)
{
    struct sim__text path = {0};
    bool good = false;
    put_path(fuzz, finding, ending, &path);
    if (path.failed || text->failed) {
        fuzz->no_memory = true;
    } else {
        good = cli_fuzz_file(path.bytes, "out", text);
        fuzz->write_failed |= !good;
    }
    sim__text_release(&path);
    return good;
}

/* ---- what is said ---- */

int cli_fuzz_status(const struct sim__trial *trial)
{
    static const int statuses[] = {
        [SIM__SIGN_PASSED] = SIM_EXIT_PASS,
        [SIM__SIGN_INVARIANT] = SIM_EXIT_INVARIANT,
        [SIM__SIGN_EXPECTATION] = SIM_EXIT_EXPECTATION,
        [SIM__SIGN_STALLED] = SIM_EXIT_STALLED,
        [SIM__SIGN_NONDETERMINISTIC] = SIM_EXIT_NONDETERMINISTIC,
        [SIM__SIGN_RELATION] = SIM_EXIT_EXPECTATION,
        [SIM__SIGN_CRASHED] = SIM_EXIT_INVARIANT,
        [SIM__SIGN_HUNG] = SIM_EXIT_INVARIANT,
        [SIM__SIGN_REFUSED] = SIM_EXIT_USAGE,
    };
    return statuses[trial->sign];
}

/* A mutant of the corpus is made of a file. */
static void put_command_of(const struct cli_fuzz *fuzz, const struct sim__fuzz_try *one,
                           struct sim__text *text)
{
    sim__text_put(text, sim__text_string(&fuzz->command));
    if (one->input > 0) {
        sim__text_put(text, " --from ");
        sim__text_shell(text, cli_corpus_path(&fuzz->corpus, one->input));
        sim__text_put(text, " --at-large");
    }
}

static void put_finding(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding,
                        const struct cli_found *found)
{
    struct sim__text *text = &fuzz->text;
    const struct sim__fuzz_try *one = &finding->fastest;
    sim__text_put(text, "FAIL  ");
    sim__trial_signature(&one->trial, text);
    sim__text_put(text, ": ");
    cli_put_plural(text, finding->count, "scenario");
    sim__text_put(text, "\n      ");
    sim__text_safe(text, one->trial.message, strlen(one->trial.message));
    sim__text_put(text, "\n      fastest: seed ");
    sim__text_u64(text, one->drawn.seed);
    sim__text_put(text, ", ");
    cli_put_plural(text, one->trial.events, "event");
    sim__text_put(text, ", hash ");
    sim__text_hex16(text, one->trial.hash);
    cli_put_from_finding(text, fuzz->options, fuzz->how.from, one);
    if (found->written) {
        struct sim__text path = {0};
        put_path(fuzz, finding, ".yaml", &path);
        sim__text_put(text, "\n      file: ");
        sim__text_shell(text, sim__text_string(&path));
        sim__text_release(&path);
    }
    sim__text_put(text, "\n      replay: ");
    put_command_of(fuzz, one, text);
    sim__text_put(text, " --seeds ");
    sim__text_u64(text, one->drawn.seed);
    sim__text_put(text, "..");
    sim__text_u64(text, one->drawn.seed);
    sim__text_char(text, '\n');
    cli_found_say(found, fuzz->options, text);
}

static uint64_t a_second(const struct cli_fuzz *fuzz)
{
    uint64_t us = fuzz->took.ns / 1000;
    return us > 0 ? fuzz->tally->runs * 1000000 / us : 0;
}

static void put_summary(struct cli_fuzz *fuzz)
{
    struct sim__text *text = &fuzz->text;
    const struct sim__fuzz_tally *tally = fuzz->tally;
    cli_put_relations(text, tally);
    cli_put_mutants(text, tally);
    cli_put_corpus(text, &fuzz->corpus);
    cli_put_plural(text, tally->runs, "scenario");
    sim__text_put(text, " from seed ");
    sim__text_u64(text, fuzz->first);
    sim__text_put(text, " on: ");
    cli_put_grouped(text, tally->runs - tally->failed);
    sim__text_put(text, " passed, ");
    cli_put_grouped(text, tally->failed);
    sim__text_put(text, " failed in ");
    cli_put_plural(text, tally->finding_count, "way");
    sim__text_put(text, "; median ");
    cli_put_plural(text, sim__fuzz_median_services(tally), "service");
    sim__text_put(text, " and ");
    cli_put_plural(text, sim__fuzz_median_events(tally), "event");
    sim__text_put(text, "; ");
    cli_put_grouped(text, a_second(fuzz));
    sim__text_put(text, " a second, in ");
    cli_put_wall(text, fuzz->took);
    sim__text_put(text, ", every run twice\n");
    if (tally->unkept > 0) {
        cli_put_plural(text, tally->unkept, "failure");
        sim__text_put(text, " of further ways are not listed\n");
    }
}

static void put_json_finding(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding,
                             const struct cli_found *found)
{
    struct sim__text *text = &fuzz->text;
    struct sim__text signature = {0};
    const struct sim__fuzz_try *one = &finding->fastest;
    sim__trial_signature(&one->trial, &signature);
    sim__text_put(text, "{\"kind\":\"finding\",\"signature\":");
    sim__text_json(text, sim__text_string(&signature));
    sim__text_release(&signature);
    sim__text_format(text, ",\"scenarios\":%" PRIu64 ",\"seed\":%" PRIu64 ",\"events\":%" PRIu64,
                     finding->count, one->drawn.seed, one->trial.events);
    sim__text_format(text,
                     ",\"hash\":\"%016" PRIx64 "\",\"status\":%d,\"message\":", one->trial.hash,
                     cli_fuzz_status(&one->trial));
    sim__text_json(text, one->trial.message);
    cli_found_json(found, text);
    cli_put_from_json(text, fuzz->how.from, one);
    sim__text_put(text, "}\n");
}

static void put_json_summary(struct cli_fuzz *fuzz)
{
    struct sim__text *text = &fuzz->text;
    const struct sim__fuzz_tally *tally = fuzz->tally;
    sim__text_format(text,
                     "{\"kind\":\"summary\",\"first\":%" PRIu64 ",\"scenarios\":%" PRIu64
                     ",\"passed\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"signatures\":%" PRIu32,
                     fuzz->first, tally->runs, tally->runs - tally->failed, tally->failed,
                     tally->finding_count);
    sim__text_format(text,
                     ",\"median-services\":%" PRIu32 ",\"median-events\":%" PRIu32
                     ",\"events\":%" PRIu64 ",\"attempts\":%" PRIu64,
                     sim__fuzz_median_services(tally), sim__fuzz_median_events(tally),
                     tally->events, tally->attempts);
    sim__text_format(text, ",\"refused\":%" PRIu64 ",\"endless\":%" PRIu64, tally->refused,
                     tally->endless);
    sim__text_format(text, ",\"wall-ns\":%" PRIu64 ",\"a-second\":%" PRIu64, fuzz->took.ns,
                     a_second(fuzz));
    if (cli_interrupted() != 0) {
        sim__text_format(text, ",\"interrupted\":\"%s\"", cli_interrupt_name(cli_interrupted()));
    }
    sim__text_put(text, ",\"relations\":");
    cli_put_relations_json(text, tally);
    cli_put_corpus_json(text, &fuzz->corpus);
    sim__text_put(text, ",\"features\":{");
    cli_put_features_json(text, tally);
    sim__text_put(text, "}}\n");
}

/* What of a single seed that passed is worth a line. */
static void put_passed(struct cli_fuzz *fuzz)
{
    const struct sim__fuzz_try *only = &fuzz->last;
    if (fuzz->count != 1 || fuzz->tally->runs != 1 || fuzz->tally->failed > 0) {
        return;
    }
    struct sim__text *text = &fuzz->text;
    sim__text_format(text, "pass  seed %" PRIu64 ", ", only->drawn.seed);
    cli_put_plural(text, only->trial.events, "event");
    sim__text_format(text, ", hash %016" PRIx64, only->trial.hash);
    if (fuzz->how.from != NULL) {
        cli_put_from_finding(text, fuzz->options, fuzz->how.from, only);
        sim__text_char(text, '\n');
        return;
    }
    sim__text_put(text, "\n      on:");
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        if (sim__fuzz_has(&only->drawn, (enum sim__fuzz_feature)i)) {
            sim__text_format(text, " %s", sim__fuzz_feature_name((enum sim__fuzz_feature)i));
        }
    }
    sim__text_char(text, '\n');
}

/* As it was found, with the line that finds it again. */
static int write_whole(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding,
                       struct sim__text *whole)
{
    struct sim__text command = {0};
    put_command_of(fuzz, &finding->fastest, &command);
    const struct sim__fuzz_origin origin = {sim__text_string(&command), SUP_VERSION};
    int error = sim__fuzz_write(&finding->fastest, &fuzz->how, &origin, whole);
    error = command.failed ? SUP_ENOMEM : error;
    sim__text_release(&command);
    return error;
}

void cli_fuzz_keep(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding)
{
    struct sim__text whole = {0};
    if (fuzz->options->out == NULL || fuzz->write_failed) {
        return;
    }
    fuzz->no_memory |= write_whole(fuzz, finding, &whole) != SUP_OK;
    if (whole.length > 0) {
        (void)write_as(fuzz, finding, ".yaml", &whole);
    }
    sim__text_release(&whole);
}

/* Makes it small, writes both files, or the one that there is, and says it. */
static void report_finding(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding)
{
    const struct cli_options *options = fuzz->options;
    struct sim__text whole = {0}, path = {0};
    struct cli_found found = {.why = ""};
    if (options->out != NULL) {
        put_path(fuzz, finding, ".yaml", &path);
    }
    int error = write_whole(fuzz, finding, &whole);
    if (error == SUP_OK) {
        error = cli_found_shrink(&fuzz->founds, &finding->fastest, &whole, path.bytes, &found);
    }
    fuzz->no_memory |= error != SUP_OK || path.failed;
    bool small = found.file.length > 0;
    if (options->out != NULL && whole.length > 0) {
        found.written = write_as(fuzz, finding, small ? ".original.yaml" : ".yaml", &whole);
    }
    if (options->out != NULL && small) {
        found.written = write_as(fuzz, finding, ".yaml", &found.file);
    }
    if (options->json) {
        put_json_finding(fuzz, finding, &found);
    } else {
        put_finding(fuzz, finding, &found);
    }
    cli_found_release(&found);
    sim__text_release(&whole);
    sim__text_release(&path);
}

int cli_fuzz_report(struct cli_fuzz *fuzz)
{
    const struct sim__fuzz_tally *tally = fuzz->tally;
    const bool json = fuzz->options->json;
    int status = SIM_EXIT_PASS;
    cli_founds_start(&fuzz->founds, fuzz->options, &fuzz->how.trial);
    for (uint32_t i = 0; i < tally->finding_count; i++) {
        const struct sim__fuzz_finding *finding = &tally->findings[i];
        status = cli_worse(status, cli_fuzz_status(&finding->fastest.trial));
        report_finding(fuzz, finding);
    }
    if (json) {
        put_json_summary(fuzz);
    } else if (!fuzz->options->quiet) {
        put_passed(fuzz);
        put_summary(fuzz);
    }
    if (cli_interrupted() != 0) {
        fprintf(stderr, "rehearse: ended early by %s\n", cli_interrupt_name(cli_interrupted()));
    }
    return status;
}
