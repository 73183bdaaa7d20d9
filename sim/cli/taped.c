/* rehearse run --record, --replay; see taped.h. */
#include "taped.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "outputs.h"
#include "recorded.h"
#include "sim/base/escape.h"
#include "sup/sup.h"

struct cli_taped {
    const struct cli_options *options; /* as they were given */
    struct cli_options own;            /* with what the file says */
    const struct cli_plan *plan;
    struct sim__recorded replayed;
    struct sim_tape tape;
    struct cli_output output;
    bool ran;
    struct sim__trial trial;
};

static int say(const char *message)
{
    fprintf(stderr, "rehearse: %s\n", message);
    return SIM_EXIT_USAGE;
}

bool cli_taped_wanted(const struct cli_options *options)
{
    return options->record != NULL || options->replay != NULL || options->replay_tolerant ||
           options->continues;
}

/* NULL, or what does not go together. */
static const char *mistake_of(const struct cli_options *options)
{
    bool replays = options->replay != NULL;
    if (!replays && options->replay_tolerant) {
        return "--replay-tolerant belongs to --replay FILE";
    }
    if (!replays && options->continues) {
        return "--continue-from belongs to --replay FILE";
    }
    if (options->has_seeds || options->path_count > 1) {
        return "one run is recorded or replayed at a time: one file, one seed";
    }
    if (options->executor != cli_executor_find("sim")) {
        return "in real time the choices are not all known: not with --executor";
    }
    if (options->continues && !options->has_seed) {
        return "--continue-from K goes on from another seed: give --seed N";
    }
    if (options->continues && options->replay_tolerant) {
        return "--continue-from and --replay-tolerant exclude each other";
    }
    if (replays && options->has_seed && !options->continues) {
        return "--replay FILE says the seed; another one needs --continue-from K";
    }
    if (replays && (options->set_count > 0 || options->chosen_count > 0)) {
        return "--replay FILE says what is set and which variant is run";
    }
    return NULL;
}

struct sim_tape *cli_taped_tape(struct cli_taped *taped)
{
    return &taped->tape;
}

void cli_taped_note(struct cli_taped *taped, const struct sim__trial *trial)
{
    taped->ran = true;
    taped->trial = *trial;
}

/* ---- before the run ---- */

static bool is_strict(const struct cli_taped *taped)
{
    return taped->options->replay != NULL && !taped->options->replay_tolerant;
}

static int prepare_replay(struct cli_taped *taped)
{
    const struct cli_options *options = taped->options;
    struct sim_tape *tape = &taped->tape;
    int status = cli_recorded_load(options->replay, &taped->replayed);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    tape->answers = &taped->replayed.choices;
    tape->answer_count = taped->replayed.choices.count;
    tape->way = options->replay_tolerant ? SIM__TAPE_TOLERANT : SIM__TAPE_STRICT;
    tape->open_ended = options->continues;
    if (options->continues && options->continue_from > tape->answer_count) {
        fprintf(stderr, "rehearse: --continue-from %" PRIu64 ": the file has %" PRIu32 " choices\n",
                options->continue_from, tape->answer_count);
        return SIM_EXIT_USAGE;
    }
    if (options->continues) {
        tape->answer_count = (uint32_t)options->continue_from;
    }
    const char *why = cli_recorded_options(&taped->replayed, options, &taped->own);
    if (why != NULL) {
        fprintf(stderr, "rehearse: the file of choices: %s\n", why);
    }
    return why == NULL ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

/* A file that has changed does not have the same choices. */
static int check_digest(const struct cli_taped *taped)
{
    uint64_t digest = 0;
    const char *path = taped->plan->cases[0].path;
    if (!is_strict(taped)) {
        return SIM_EXIT_PASS;
    }
    if (!cli_recorded_digest(path, &digest)) {
        return SIM_EXIT_USAGE;
    }
    if (digest == taped->replayed.digest) {
        return SIM_EXIT_PASS;
    }
    struct sim__text name = {0};
    sim__text_show(&name, path);
    fprintf(stderr,
            "rehearse: %s is not what it was when the run was recorded; --replay-tolerant takes "
            "what still fits\n",
            sim__text_string(&name));
    sim__text_release(&name);
    return SIM_EXIT_USAGE;
}

/* Whether another output of the run would be the same file. */
static bool is_taken(const struct cli_output *output, const struct cli_options *options)
{
    const char *const others[] = {options->trace, options->junit, options->metrics, options->table,
                                  options->html,  options->svg,   options->perfetto};
    bool taken = false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct cli_output other = {0};
        if (others[i] != NULL && cli_output_name(&other, others[i], NULL, CLI_OUTPUT_PLAIN)) {
            taken |= cli_output_is(output, &other);
        }
        if (others[i] != NULL) {
            (void)cli_output_close(&other);
        }
    }
    return taken;
}

static int name_output(struct cli_taped *taped)
{
    const struct cli_options *options = taped->options;
    struct cli_output *output = &taped->output;
    if (options->record == NULL) {
        return SIM_EXIT_PASS;
    }
    if (!cli_output_name(output, options->record, "record", CLI_OUTPUT_CHOICES)) {
        return SIM_EXIT_USAGE;
    }
    if (output->identity.standard) {
        cli_output_refuse(output, "a report is on standard output; name a file");
        return SIM_EXIT_USAGE;
    }
    if (options->replay != NULL && cli_output_is_path(output, options->replay)) {
        cli_output_refuse(output, "it is the file that is replayed, and would be lost");
        return SIM_EXIT_USAGE;
    }
    if (is_taken(output, options)) {
        cli_output_refuse(output, "it is the file of another output");
        return SIM_EXIT_USAGE;
    }
    enum cli_replace replace = options->force ? CLI_REPLACE_ANY : CLI_REPLACE_OWN;
    return cli_outputs_check(output, 1, taped->plan, replace) ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

int cli_taped_plan(struct cli_taped *taped, const struct cli_plan *plan)
{
    taped->plan = plan;
    if (plan->count != 1 || plan->valid != 1) {
        return plan->valid < plan->count
                   ? SIM_EXIT_USAGE /* it has been said what is wrong */
                   : say("one run is recorded or replayed at a time: of a file that varies, name "
                         "one with --variant");
    }
    if (taped->options->record != NULL && strcmp(plan->cases[0].path, "-") == 0) {
        return say("what is read from standard input cannot be read again: --record needs a file");
    }
    int status = check_digest(taped);
    return status == SIM_EXIT_PASS ? name_output(taped) : status;
}

/* ---- after it ---- */

/* Where the file and the run part. */
static void say_difference(const struct cli_taped *taped)
{
    const struct sim__tape_difference *difference = &taped->tape.difference;
    const struct sim__recorded *replayed = &taped->replayed;
    struct sim__text text = {0};
    char at[48];
    sim__text_put(&text, "rehearse: ");
    sim__text_show(&text, taped->options->replay);
    sim__text_format(&text, ":%" PRIu32 ": ", replayed->first_line + difference->index);
    if (difference->label[0] != '\0') {
        sim__text_format(&text, "the run asks for '%s' of 0 to %" PRIu64 " at %s; ",
                         difference->label, difference->most,
                         sim_duration_format(difference->at_ns, at));
    } else {
        sim__text_format(&text, "the run is over at %s; ",
                         sim_duration_format(difference->at_ns, at));
    }
    if (difference->index < taped->tape.answer_count) {
        sim__text_format(&text, "recorded is '%s' of 0 to %" PRIu64 "\n",
                         sim__choices_label(&replayed->choices, difference->index),
                         replayed->choices.items[difference->index].most);
    } else {
        sim__text_put(&text, "recorded is the end\n");
    }
    fputs(sim__text_string(&text), stderr);
    sim__text_release(&text);
}

static void say_version(const struct cli_taped *taped)
{
    if (strcmp(taped->replayed.version, SUP_VERSION) != 0) {
        struct sim__text version = {0};
        sim__text_show(&version, taped->replayed.version);
        fprintf(stderr, "rehearse: it was recorded by version %s; this is " SUP_VERSION "\n",
                sim__text_string(&version));
        sim__text_release(&version);
    }
}

/* Whether the run was the recorded one. */
static int judge_replay(const struct cli_taped *taped)
{
    const struct cli_options *options = taped->options;
    const struct sim_tape *tape = &taped->tape;
    if (options->replay == NULL) {
        return SIM_EXIT_PASS;
    }
    if (options->replay_tolerant) {
        if (!options->quiet) {
            fprintf(stderr,
                    "rehearse: of %" PRIu64 " choices %" PRIu64 " were taken from the file, "
                    "%" PRIu64 " were drawn\n",
                    tape->asked, tape->asked - tape->missed, tape->missed);
        }
        return SIM_EXIT_PASS;
    }
    if (tape->difference.differs) {
        say_difference(taped);
        say_version(taped);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    if (!options->continues && taped->trial.hash != taped->replayed.hash) {
        fprintf(stderr,
                "rehearse: the choices are those of the file, and the run is another: its hash is "
                "%016" PRIx64 ", recorded is %016" PRIx64 "\n",
                taped->trial.hash, taped->replayed.hash);
        say_version(taped);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    return SIM_EXIT_PASS;
}

static int refuse_record(struct cli_taped *taped, int error)
{
    if (error == SUP_ENOMEM) {
        return say("out of memory: nothing was recorded");
    }
    cli_output_refuse(&taped->output,
                      error == SUP_ELIMIT
                          ? "the run makes more than a million choices: nothing was recorded"
                          : "the scenario's path or a setting holds what a line cannot");
    return SIM_EXIT_USAGE;
}

static int write_record(struct cli_taped *taped)
{
    struct sim__recorded recorded = {0};
    struct sim__text text = {0};
    int error = taped->tape.error;
    if (error == SUP_OK) {
        error = cli_recorded_make(&taped->plan->cases[0], &taped->own, &taped->trial,
                                  &taped->tape.kept, &recorded);
    }
    if (error == SUP_OK) {
        sim__recorded_write(&recorded, &text);
        error = text.failed ? SUP_ENOMEM : SUP_OK;
    }
    int status = SIM_EXIT_PASS;
    if (error != SUP_OK) {
        status = refuse_record(taped, error);
    } else if (!cli_output_open(&taped->output) || !cli_output_write(&taped->output, &text)) {
        status = SIM_EXIT_USAGE;
    }
    if (taped->output.opened && !cli_output_close(&taped->output)) {
        status = SIM_EXIT_USAGE;
    }
    sim__text_release(&text);
    sim__recorded_release(&recorded);
    return status;
}

/* The plan is still there. */
int cli_taped_finish(struct cli_taped *taped, int status)
{
    if (!taped->ran || cli_interrupted() != 0) {
        return status;
    }
    int replay = judge_replay(taped);
    status = replay != SIM_EXIT_PASS ? replay : status;
    if (taped->options->record != NULL) {
        int written = write_record(taped);
        status = written != SIM_EXIT_PASS ? cli_worse(status, written) : status;
    }
    return status;
}

int cli_run_taped(const struct cli_options *options)
{
    const char *mistake = mistake_of(options);
    struct cli_taped taped = {.options = options, .tape = {.keeps = options->record != NULL}};
    if (mistake != NULL) {
        return say(mistake);
    }
    int status = SIM_EXIT_PASS;
    if (options->replay != NULL) {
        status = prepare_replay(&taped);
    } else {
        taped.own = *options;
        taped.own.jobs = 1;
    }
    if (status == SIM_EXIT_PASS) {
        status = cli_run_with(&taped.own, &taped);
    }
    if (!taped.output.opened) {
        (void)cli_output_close(&taped.output);
    }
    if (options->replay != NULL) {
        cli_recorded_drop(&taped.own);
    }
    sim__tape_release(&taped.tape);
    sim__recorded_release(&taped.replayed);
    return status;
}
