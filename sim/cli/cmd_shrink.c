/* rehearse shrink: the smallest file that fails as the given one does. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "outputs.h"
#include "progress.h"
#include "shrunk.h"
#include "sim/base/escape.h"
#include "sim/base/grow.h"
#include "sim/run.h"
#include "sim/scenario/read.h"
#include "sim/scenario/tree.h"
#include "sim/shrink/shrink.h"
#include "sim/trial/apart.h"
#include "sup/sup.h"

#define SECOND UINT64_C(1000000000)
#define BUDGET_DEFAULT SUP_NS(30 * SECOND)
/* A run that takes longer hangs; a smaller one that does is not waited for so long. */
#define PATIENCE SUP_NS(20 * SECOND)
#define PATIENCE_WITH_HANGS SUP_NS(SECOND)
#define REFRESH_NS (SECOND / 10)
/* What a smaller file may do more than the first, which its budgets are made of. */
#define MORE_EVENTS 10000u
#define MORE_STEPS 1000000u

struct session {
    const struct cli_options *options;
    const char *path;
    struct sim__file file;
    struct cli_plan plan; /* the variants of the file */
    struct sim_arena *arena;
    struct sim__node *root;
    struct sim__trial_how how;
    struct sim__apart *apart;
    struct sim__trial first;
    struct cli_shrunk result;
    struct sup_instant until; /* then no more files are tried */
    struct cli_progress progress;
    struct sim__text text; /* of the tree */
    size_t least;          /* bytes of the smallest file so far */
    int error;
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

static bool take(void *context, struct sim_scenario *scenario)
{
    struct cli_plan *plan = context;
    struct cli_case *cases =
        sim__grown(plan->cases, &plan->room, (uint64_t)plan->count + 1, sizeof *cases);
    if (cases == NULL) {
        return false;
    }
    plan->cases = cases;
    cases[plan->count++] = (struct cli_case){.path = plan->path, .scenario = scenario};
    plan->valid++;
    return true;
}

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
        .take = take,
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
    sim__arena_free(session->arena);
    session->arena = NULL;
    int result =
        chosen == NULL ? SUP_ENOMEM : sim__arena_create(&sup_allocator_libc, &session->arena);
    for (uint32_t i = 0; result == SUP_OK && i < scenario->varied_count; i++) {
        chosen[i] = (struct sim__set){scenario->varied[i].key, scenario->varied[i].value};
    }
    reading.chosen = chosen;
    reading.chosen_count = scenario->varied_count;
    if (result == SUP_OK) {
        result =
            sim__tree_load(&reading, scenario->varied_count > 0 ? SIM__AS_CHOSEN : SIM__AS_WRITTEN,
                           session->arena, &diagnostics, &session->root);
    }
    if (result == SUP_OK && session->options->has_seed) {
        sim__tree_put(session->arena, session->root, "seed",
                      sim__tree_number(session->arena, session->options->seed_first));
    }
    if (result == SUP_OK) {
        sim__tree_settle(session->root);
        result = sim__arena_failed(session->arena) ? SUP_ENOMEM : SUP_OK;
    }
    sim_diagnostics_release(&diagnostics);
    free(chosen);
    return result;
}

/* ---- trying ---- */

static void write_tree(struct session *session)
{
    sim__text_clear(&session->text);
    sim__tree_write(session->root, &session->text);
}

static struct cli_size size_of(const struct session *session, const struct sim__trial *trial)
{
    const struct sim__node *timeline = sim__node_get(session->root, "timeline");
    return (struct cli_size){
        .services = trial->services,
        .timeline = timeline != NULL ? timeline->count : 0,
        .lines = sim__tree_lines(session->root),
        .bytes = session->text.length,
    };
}

static void show(struct session *session, size_t length)
{
    struct cli_progress *progress = &session->progress;
    session->progress.done++;
    session->least = length < session->least ? length : session->least;
    struct sup_instant now = cli_wall_now();
    if (!progress->on || sup_instant_since(now, progress->looked).ns < REFRESH_NS) {
        return;
    }
    progress->looked = now;
    fprintf(stderr, "\r\033[K%" PRIu64 " files tried, the smallest has %zu bytes", progress->done,
            session->least);
    fflush(stderr);
    progress->shown = true;
}

static enum sim__judgement judge(void *context, const char *bytes, size_t length)
{
    struct session *session = context;
    struct sim__trial trial;
    struct sup_instant now = cli_wall_now();
    if (cli_interrupted() != 0 || now.ns >= session->until.ns) {
        return SIM__ENOUGH;
    }
    int result = sim__apart_within(session->apart, bytes, length,
                                   sup_instant_since(session->until, now), &trial);
    if (result != SUP_OK) {
        session->error = result < 0 ? result : session->error;
        return SIM__ENOUGH;
    }
    bool same = sim__trial_same(&trial, &session->first) &&
                strcmp(trial.detail, session->first.detail) == 0;
    show(session, same ? length : SIZE_MAX);
    return same ? SIM__SAME : SIM__OTHER;
}

/* A process for trials of this patience. */
static int hire(struct session *session, struct sup_duration patience)
{
    sim__apart_free(session->apart);
    session->apart = NULL;
    return sim__apart_create(&session->how, patience, &session->apart);
}

/* Interrupted, or without memory: the status. */
static int try_tree(struct session *session, struct sim__trial *ret_trial)
{
    write_tree(session);
    if (session->text.failed) {
        return out_of_memory();
    }
    int result =
        sim__apart_text(session->apart, session->text.bytes, session->text.length, ret_trial);
    if (result < 0) {
        return out_of_memory();
    }
    return result > 0 ? 128 + cli_interrupted() : SIM_EXIT_PASS;
}

/* The first variant that fails. */
static int find_failure(struct session *session)
{
    if (hire(session, PATIENCE) != SUP_OK) {
        return out_of_memory();
    }
    for (uint32_t i = 0; i < session->plan.count; i++) {
        const struct sim_scenario *scenario = session->plan.cases[i].scenario;
        session->result.variant = scenario->variant;
        if (load_tree(session, scenario) != SUP_OK) {
            return out_of_memory();
        }
        int status = try_tree(session, &session->first);
        if (status != SIM_EXIT_PASS) {
            return status;
        }
        if (session->first.sign == SIM__SIGN_REFUSED) {
            fprintf(stderr, "rehearse: written out, the file is refused:\n%s",
                    session->first.message);
            return SIM_EXIT_USAGE;
        }
        if (sim__trial_failed(&session->first)) {
            session->result.before = size_of(session, &session->first);
            return SIM_EXIT_PASS;
        }
    }
    struct sim__text name = {0};
    sim__text_safe(&name, session->path, strlen(session->path));
    fprintf(stderr, "rehearse: %s does not fail%s: there is nothing to shrink\n",
            sim__text_string(&name), session->plan.count > 1 ? " in any of its variants" : "");
    sim__text_release(&name);
    return SIM_EXIT_USAGE;
}

/* What a smaller file may do is bounded by what the first did, unless it is about that. */
static void bound(struct session *session)
{
    if (session->first.sign == SIM__SIGN_STALLED || session->first.sign == SIM__SIGN_CRASHED) {
        return;
    }
    uint64_t events = 2 * session->first.events + MORE_EVENTS;
    uint64_t steps = 100 * session->first.events + MORE_STEPS;
    struct sim__trial_how *how = &session->how;
    how->max_events = how->max_events == 0 || events < how->max_events ? events : how->max_events;
    how->max_steps = how->max_steps == 0 || steps < how->max_steps ? steps : how->max_steps;
}

/* A failure that is another one the next time cannot be followed. */
static int try_again(struct session *session)
{
    struct sim__trial again;
    int status = try_tree(session, &again);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    if (!sim__trial_same(&again, &session->first)) {
        struct sim__text one = {0}, other = {0};
        sim__trial_signature(&session->first, &one);
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
    const struct sim__shrinking shrinking = {
        .arena = session->arena,
        .root = session->root,
        .line = session->first.line,
        .judge = judge,
        .context = session,
    };
    const struct sim__trial_how whole = session->how;
    bool hangs =
        session->first.sign == SIM__SIGN_CRASHED && strcmp(session->first.word, "hang") == 0;
    bound(session);
    if (hire(session, hangs ? PATIENCE_WITH_HANGS : PATIENCE) != SUP_OK) {
        return out_of_memory();
    }
    enum cli_words words = session->options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED;
    cli_progress_start(&session->progress, words, 1);
    session->least = session->result.before.bytes;
    const struct sup_duration budget = session->options->budget;
    session->until = sup_instant_add(cli_wall_now(), budget.ns != 0 ? budget : BUDGET_DEFAULT);
    int result = sim__shrink(&shrinking, &session->result.shrunk);
    cli_progress_clear(&session->progress);
    if (result != SUP_OK || session->error != SUP_OK) {
        return out_of_memory();
    }
    /* As whoever runs it will: with nothing left of the bounds above. */
    session->how = whole;
    if (hire(session, PATIENCE) != SUP_OK) {
        return out_of_memory();
    }
    int status = SIM_EXIT_PASS;
    do { /* a signal that came before is no reason not to look */
        write_tree(session);
        result = session->text.failed
                     ? SUP_ENOMEM
                     : sim__apart_text(session->apart, session->text.bytes, session->text.length,
                                       &session->result.last);
    } while (result > 0);
    if (result < 0) {
        return out_of_memory();
    }
    session->result.after = size_of(session, &session->result.last);
    if (!sim__trial_same(&session->first, &session->result.last)) {
        status = say("what was left does not fail in the same way any more");
        status = SIM_EXIT_NONDETERMINISTIC;
    }
    return status;
}

/* ---- writing ---- */

static int write_out(struct session *session, struct cli_output *output)
{
    struct sim__text text = {0};
    cli_shrunk_heading(&session->result, session->options, &text);
    sim__text_putn(&text, session->text.bytes, session->text.length);
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
    cli_shrunk_report(&session->result, session->options);
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
    sim__apart_free(session->apart);
    sim__arena_free(session->arena);
    sim__text_release(&session->text);
    free(session->file.bytes);
}

int cli_shrink(const struct cli_options *options)
{
    char *path = (char *)(uintptr_t)options->paths[0];
    struct session session = {
        .options = options,
        .path = options->paths[0],
        .plan = {.files = {.paths = &path, .count = 1}},
        .how = {.max_events = options->max_events,
                .max_steps = options->max_steps,
                .memory_bytes = options->max_memory,
                .tasks = options->tasks},
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
