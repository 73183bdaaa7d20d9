/* rehearse explain: at which choice a failing run became likely to fail. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "execute.h"
#include "explained.h"
#include "interrupt.h"
#include "output.h"
#include "recorded.h"
#include "sim/base/escape.h"
#include "sim/run.h"
#include "sim/scenario/file.h"
#include "sup/sup.h"

#define SECOND UINT64_C(1000000000)
#define BUDGET_DEFAULT SUP_NS(60 * SECOND)
#define CONTINUATIONS_DEFAULT 200u
#define REFRESH_NS (SECOND / 10)
/* What a continuation may do more than the run, unless that is what it is about. */
#define MORE_EVENTS 100000u

struct session {
    const struct cli_options *options;
    struct cli_options own; /* with what a file of choices says */
    struct sim__recorded recorded;
    bool is_recorded;
    struct cli_plan plan;
    const struct cli_case *one;
    struct sim_tape tape; /* of the run itself */
    struct sim__trial_how how;
    struct sim__trial trial;
    struct sim__explained explained;
    struct cli_progress progress;
    struct sup_instant until;
    int result; /* of what is guarded */
};

static int say(const char *message)
{
    fprintf(stderr, "rehearse: %s\n", message);
    return SIM_EXIT_USAGE;
}

/* ---- reading ---- */

/* Whether the file is one of choices. Standard input is a scenario. */
static bool looks_recorded(const char *path)
{
    char begin[sizeof(SIM__RECORDED_BEGINS)] = "";
    FILE *stream = strcmp(path, "-") != 0 ? fopen(path, "rb") : NULL;
    if (stream == NULL) {
        return false;
    }
    size_t length = fread(begin, 1, sizeof begin - 1, stream);
    fclose(stream);
    return sim__recorded_is(begin, length);
}

/* The run that was recorded is done again, strictly: what it decides has to be known, not
 * only the answers. */
static int read_recorded(struct session *session)
{
    const struct cli_options *options = session->options;
    struct cli_options named = *options;
    if (options->has_seed || options->set_count > 0 || options->chosen_count > 0) {
        return say("the file of choices says seed, settings and variant");
    }
    int status = cli_recorded_load(options->paths[0], &session->recorded);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    session->is_recorded = true;
    named.path_count = 0;
    const char *why = cli_recorded_options(&session->recorded, &named, &session->own);
    if (why != NULL) {
        fprintf(stderr, "rehearse: the file of choices: %s\n", why);
        return SIM_EXIT_USAGE;
    }
    session->tape.way = SIM__TAPE_STRICT;
    session->tape.answers = &session->recorded.choices;
    session->tape.answer_count = session->recorded.choices.count;
    return SIM_EXIT_PASS;
}

static int read_all(struct session *session)
{
    int status = SIM_EXIT_PASS;
    session->own = *session->options;
    if (looks_recorded(session->options->paths[0])) {
        status = read_recorded(session);
    }
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    if (cli_plan_read(&session->own, &session->plan) != SUP_OK) {
        return say("out of memory");
    }
    cli_plan_complain(&session->plan);
    if (session->plan.count == 0 || session->plan.valid < session->plan.count) {
        return SIM_EXIT_USAGE;
    }
    return SIM_EXIT_PASS;
}

/* ---- the run itself ---- */

static void run_one(void *context)
{
    struct session *session = context;
    sim__tape_rewind(&session->tape);
    session->result = sim__trial_scenario(session->one->scenario, &session->how, &session->trial);
}

static int guard(struct session *session, void (*work)(void *))
{
    const char *failed = cli_guard(work, session);
    if (failed != NULL) {
        fprintf(stderr, "rehearse: a run that breaks off is not explained: %s\n", failed);
        return SIM_EXIT_USAGE;
    }
    if (session->result == SUP_ENOMEM || session->tape.error == SUP_ENOMEM) {
        return say("out of memory");
    }
    if (session->tape.error == SUP_ELIMIT) {
        return say("the run makes more than a million choices, which is too many to be looked at");
    }
    return SIM_EXIT_PASS;
}

/* The first variant that fails. */
static int find_failure(struct session *session)
{
    const struct cli_options *own = &session->own;
    session->how = (struct sim__trial_how){
        .has_seed = own->has_seed,
        .seed = own->seed_first,
        .max_events = own->max_events,
        .max_steps = own->max_steps,
        .tasks = own->tasks,
        .tape = &session->tape,
    };
    for (uint32_t i = 0; i < session->plan.count; i++) {
        session->one = &session->plan.cases[i];
        int status = guard(session, run_one);
        if (status != SIM_EXIT_PASS || sim__trial_failed(&session->trial)) {
            return status;
        }
    }
    struct sim__text name = {0};
    sim__text_show(&name, session->options->paths[0]);
    fprintf(stderr,
            "rehearse: %s does not fail%s with seed %" PRIu64 ": there is nothing to explain\n"
            "rehearse: 'rehearse run --seeds 1..1000' finds a seed with which it fails, --seed "
            "takes it\n",
            sim__text_string(&name), session->plan.count > 1 ? " in any of its variants" : "",
            session->trial.seed);
    sim__text_release(&name);
    return SIM_EXIT_USAGE;
}

/* A run that is another one each time has no causes that could be found. */
static int check_failure(const struct session *session)
{
    if (session->trial.sign == SIM__SIGN_NONDETERMINISTIC) {
        fprintf(stderr, "rehearse: it is another run each time: %s\n", session->trial.message);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    if (session->is_recorded &&
        (session->tape.difference.differs || session->trial.hash != session->recorded.hash)) {
        fputs("rehearse: the run is not the recorded one any more; 'rehearse run --replay' says "
              "where they part\n",
              stderr);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    return SIM_EXIT_PASS;
}

/* ---- its continuations ---- */

static bool more(void *context, uint64_t runs)
{
    struct session *session = context;
    struct cli_progress *progress = &session->progress;
    struct sup_instant now = cli_wall_now();
    if (progress->on && sup_instant_since(now, progress->looked).ns >= REFRESH_NS) {
        progress->looked = now;
        fprintf(stderr, "\r\033[K%" PRIu64 " continuations, %" PRIu32 " choices looked at", runs,
                session->explained.count);
        fflush(stderr);
        progress->shown = true;
    }
    return cli_interrupted() == 0 && now.ns < session->until.ns;
}

static void explain(void *context)
{
    struct session *session = context;
    const struct cli_options *options = session->options;
    struct sim__explaining explaining = {
        .scenario = session->one->scenario,
        .how = session->how,
        .choices = &session->tape.kept,
        .failure = &session->trial,
        .continuations =
            options->continuations != 0 ? options->continuations : CONTINUATIONS_DEFAULT,
        .more = more,
        .context = session,
    };
    if (session->trial.sign != SIM__SIGN_STALLED && explaining.how.max_events == 0) {
        explaining.how.max_events = 2 * session->trial.events + MORE_EVENTS;
    }
    session->result = sim__explain(&explaining, &session->explained);
}

static int say_all(struct session *session)
{
    const struct cli_options *options = session->options;
    struct sim__text text = {0};
    const struct cli_explained explained = {
        .one = session->one,
        .source = session->is_recorded ? options->paths[0] : NULL,
        .trial = &session->trial,
        .choices = &session->tape.kept,
        .explained = &session->explained,
        .continuations =
            options->continuations != 0 ? options->continuations : CONTINUATIONS_DEFAULT,
    };
    (options->json ? cli_explained_json : cli_explained_text)(&explained, &text);
    if (text.failed) {
        sim__text_release(&text);
        return say("out of memory");
    }
    bool good = cli_output_say(&text);
    if (cli_interrupted() != 0) {
        return 128 + cli_interrupted();
    }
    return good ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

static int work(struct session *session)
{
    int status = read_all(session);
    if (status == SIM_EXIT_PASS) {
        status = find_failure(session);
    }
    if (status == SIM_EXIT_PASS) {
        status = check_failure(session);
    }
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    const struct sup_duration budget = session->options->budget;
    enum cli_words words = session->options->quiet ? CLI_WORDS_UNWANTED : CLI_WORDS_WANTED;
    cli_progress_start(&session->progress, words, 1);
    session->until = sup_instant_add(cli_wall_now(), budget.ns != 0 ? budget : BUDGET_DEFAULT);
    status = guard(session, explain);
    cli_progress_clear(&session->progress);
    if (status == SIM_EXIT_PASS && session->result != SUP_OK) {
        fputs("rehearse: done again, the run asks for other choices than before\n", stderr);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    return status == SIM_EXIT_PASS ? say_all(session) : status;
}

int cli_explain(const struct cli_options *options)
{
    struct session session = {.options = options, .tape = {.keeps = true}};
    cli_interrupt_catch();
    int status = work(&session);
    sim__explained_release(&session.explained);
    sim__tape_release(&session.tape);
    cli_plan_release(&session.plan);
    if (session.is_recorded) {
        cli_recorded_drop(&session.own);
    }
    sim__recorded_release(&session.recorded);
    return status;
}
