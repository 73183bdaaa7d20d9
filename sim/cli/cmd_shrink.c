/* rehearse shrink: the smallest file that fails as the given one does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "outputs.h"
#include "shrunk.h"
#include "sim/base/escape.h"
#include "sim/base/grow.h"
#include "sim/run.h"
#include "sim/scenario/read.h"
#include "sim/scenario/tree.h"
#include "sup/sup.h"

#define SECOND UINT64_C(1000000000)
#define BUDGET_DEFAULT SUP_NS(30 * SECOND)
/* A run that takes longer hangs. */
#define PATIENCE_DEFAULT SUP_NS(20 * SECOND)

struct session {
    const struct cli_options *options;
    const char *path;
    struct sim__file file;
    struct cli_plan plan; /* the variants of the file */
    const char *variant;  /* the one that fails; NULL: the file varies nothing */
    struct cli_smaller smaller;
};

static int say(const char *message)
{
    fprintf(stderr, "rehearse: %s\n", message);
    return SIM_EXIT_USAGE;
}

static int out_of_memory(void)
{
    return say("out of memory");
}

/* ---- reading ---- */

static struct sim__reading reading_of(struct session *session, const struct sim_limits *limits)
{
    const struct cli_options *options = session->options;
    return (struct sim__reading){
        .alloc = &sup_allocator_libc,
        .bytes = session->file.bytes,
        .length = session->file.length,
        .file = strcmp(session->path, "-") == 0 ? "<stdin>" : session->path,
        .limits = limits,
        .path = session->path,
        .identity = session->file.identity,
        .sets = options->sets,
        .set_count = options->set_count,
        .chosen = options->chosen,
        .chosen_count = options->chosen_count,
        .take = cli_plan_take,
        .context = &session->plan,
    };
}

static struct sim_limits limits_of(const struct session *session)
{
    return (struct sim_limits){.memory_bytes = session->options->max_memory,
                               .tasks = session->options->tasks};
}

/* The variants of the file, or what is wrong with it. */
static int read_file(struct session *session)
{
    const char *why = NULL;
    const struct sim_limits limits = limits_of(session);
    struct sim_diagnostics diagnostics = {0};
    int result = sim__file_read(session->path, &session->file, &why);
    if (result == SUP_EINVAL) {
        cli_files_complain(&session->plan.complaints, session->path, why);
        cli_plan_complain(&session->plan);
        return SIM_EXIT_USAGE;
    }
    if (result == SUP_OK) {
        const struct sim__reading reading = reading_of(session, &limits);
        session->plan.path = session->path;
        result = sim__scenario_read(&reading, &diagnostics, NULL);
    }
    if (result == SUP_EINVAL) {
        fputs(diagnostics.text != NULL ? diagnostics.text : "", stderr);
    }
    sim_diagnostics_release(&diagnostics);
    if (result == SUP_ENOMEM) {
        return out_of_memory();
    }
    if (result == SUP_OK && session->plan.count == 0) {
        return say("the file has no such variant");
    }
    return result == SUP_OK ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

/* The tree of a variant, in an arena of its own. */
static int load_tree(struct session *session, const struct sim_scenario *scenario)
{
    const struct sim_limits limits = limits_of(session);
    struct sim__reading reading = reading_of(session, &limits);
    struct sim_diagnostics diagnostics = {0};
    struct sim__set *chosen = calloc((size_t)scenario->varied_count + 1, sizeof *chosen);
    struct cli_smaller *smaller = &session->smaller;
    sim__arena_free(smaller->arena);
    smaller->arena = NULL;
    int result =
        chosen == NULL ? SUP_ENOMEM : sim__arena_create(&sup_allocator_libc, &smaller->arena);
    for (uint32_t i = 0; result == SUP_OK && i < scenario->varied_count; i++) {
        chosen[i] = (struct sim__set){scenario->varied[i].key, scenario->varied[i].value};
    }
    reading.chosen = chosen;
    reading.chosen_count = scenario->varied_count;
    if (result == SUP_OK) {
        result =
            sim__tree_load(&reading, scenario->varied_count > 0 ? SIM__AS_CHOSEN : SIM__AS_WRITTEN,
                           smaller->arena, &diagnostics, &smaller->root);
    }
    if (result == SUP_OK && session->options->has_seed) {
        sim__tree_put(smaller->arena, smaller->root, "seed",
                      sim__tree_number(smaller->arena, session->options->seed_first));
    }
    if (result == SUP_OK) {
        sim__tree_settle(smaller->root);
        result = sim__arena_failed(smaller->arena) ? SUP_ENOMEM : SUP_OK;
    }
    sim_diagnostics_release(&diagnostics);
    free(chosen);
    return result;
}

/* ---- trying ---- */

/* Interrupted, or without memory: the status. */
static int try_tree(struct session *session, struct sim__trial *ret_trial)
{
    int result = cli_smaller_try(&session->smaller, ret_trial);
    if (result < 0) {
        return out_of_memory();
    }
    return result > 0 ? 128 + cli_interrupted() : SIM_EXIT_PASS;
}

/* Whether it fails, or breaks the relation that was asked of it. */
static bool is_wanted(const struct session *session)
{
    const struct sim__trial *first = &session->smaller.first;
    return session->options->claimed ? first->sign == SIM__SIGN_RELATION : sim__trial_failed(first);
}

static int say_nothing_fails(const struct session *session)
{
    const struct cli_options *options = session->options;
    struct sim__text text = {0};
    sim__text_put(&text, "rehearse: ");
    sim__text_safe(&text, session->path, strlen(session->path));
    if (options->claimed) {
        sim__text_put(&text, " does not break the relation ");
        sim__claim_put(&options->claim, &text);
    } else {
        sim__text_put(&text, " does not fail");
    }
    sim__text_put(&text, session->plan.count > 1 ? " in any of its variants" : "");
    sim__text_put(&text, ": there is nothing to shrink\n");
    if (!options->claimed && cli_plan_asks_of_seeds(&session->plan) != CLI_OF_SEEDS_NOTHING) {
        sim__text_put(&text,
                      "rehearse: what it expects over several seeds fails in no single run\n");
    }
    fputs(sim__text_string(&text), stderr);
    sim__text_release(&text);
    return SIM_EXIT_USAGE;
}

/* The first variant that fails. */
static int find_failure(struct session *session)
{
    struct sim__trial *first = &session->smaller.first;
    for (uint32_t i = 0; i < session->plan.count; i++) {
        const struct sim_scenario *scenario = session->plan.cases[i].scenario;
        session->variant = scenario->variant;
        if (load_tree(session, scenario) != SUP_OK) {
            return out_of_memory();
        }
        int status = try_tree(session, first);
        if (status != SIM_EXIT_PASS) {
            return status;
        }
        if (first->sign == SIM__SIGN_REFUSED) {
            fprintf(stderr, "rehearse: written out, the file is refused:\n%s", first->message);
            return SIM_EXIT_USAGE;
        }
        if (is_wanted(session)) {
            return SIM_EXIT_PASS;
        }
    }
    return say_nothing_fails(session);
}

/* A failure that is another one the next time cannot be followed. */
static int try_again(struct session *session)
{
    struct sim__trial again;
    int status = try_tree(session, &again);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    if (!cli_smaller_same(&again, &session->smaller.first)) {
        struct sim__text one = {0}, other = {0};
        sim__trial_signature(&session->smaller.first, &one);
        sim__trial_signature(&again, &other);
        fprintf(stderr, "rehearse: it fails in one way and then in another: %s, then %s\n",
                sim__text_string(&one), sim__text_string(&other));
        sim__text_release(&one);
        sim__text_release(&other);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    return SIM_EXIT_PASS;
}

static int shrink(struct session *session)
{
    struct cli_smaller *smaller = &session->smaller;
    if (cli_smaller_shrink(smaller) != SUP_OK) {
        return out_of_memory();
    }
    if (!cli_smaller_same(&smaller->first, &smaller->last)) {
        (void)say("what was left does not fail in the same way any more");
        return SIM_EXIT_NONDETERMINISTIC;
    }
    return SIM_EXIT_PASS;
}

/* ---- writing ---- */

static int write_out(struct session *session, struct cli_output *output)
{
    struct sim__text text = {0};
    const struct cli_smaller *smaller = &session->smaller;
    cli_shrunk_heading(smaller, session->variant, session->options, &text);
    sim__text_putn(&text, smaller->text.bytes, smaller->text.length);
    if (text.failed) {
        sim__text_release(&text);
        return out_of_memory();
    }
    bool good = cli_output_open(output) && cli_output_write(output, &text);
    good = cli_output_close(output) && good;
    sim__text_release(&text);
    if (!good) {
        return SIM_EXIT_USAGE;
    }
    cli_shrunk_report(smaller, session->options);
    return cli_interrupted() != 0 ? 128 + cli_interrupted() : SIM_EXIT_PASS;
}

/* ---- the command ---- */

static int work(struct session *session, struct cli_output *output)
{
    const struct cli_options *options = session->options;
    int status = read_file(session);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    enum cli_replace replace = options->force ? CLI_REPLACE_ANY : CLI_REPLACE_OWN;
    if (!cli_outputs_check(output, 1, &session->plan, replace)) {
        return SIM_EXIT_USAGE;
    }
    status = find_failure(session);
    if (status == SIM_EXIT_PASS) {
        status = try_again(session);
    }
    if (status == SIM_EXIT_PASS) {
        status = shrink(session);
    }
    return status == SIM_EXIT_PASS ? write_out(session, output) : status;
}

static void release(struct session *session)
{
    session->plan.files = (struct cli_files){0};
    cli_plan_release(&session->plan);
    sim__arena_free(session->smaller.arena);
    cli_smaller_release(&session->smaller);
    free(session->file.bytes);
}

int cli_shrink(const struct cli_options *options)
{
    char *path = (char *)(uintptr_t)options->paths[0];
    struct session session = {
        .options = options,
        .path = options->paths[0],
        .plan = {.files = {.paths = &path, .count = 1}},
        .smaller = {.how = {.max_events = options->max_events,
                            .max_steps = options->max_steps,
                            .memory_bytes = options->max_memory,
                            .tasks = options->tasks},
                    .claim = options->claimed ? &options->claim : NULL,
                    .patience = options->has_max_wall ? options->max_wall : PATIENCE_DEFAULT,
                    .budget = options->budget.ns != 0 ? options->budget : BUDGET_DEFAULT,
                    .words = options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED},
    };
    struct cli_output output = {0};
    cli_interrupt_catch();
    bool named = cli_output_name(&output, options->out != NULL ? options->out : "-", "out",
                                 CLI_OUTPUT_SHRUNK);
    int status = named ? work(&session, &output) : SIM_EXIT_USAGE;
    if (!output.opened) {
        (void)cli_output_close(&output);
    }
    release(&session);
    return status;
}
