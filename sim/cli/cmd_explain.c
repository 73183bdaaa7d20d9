/* rehearse explain: at which choice a failing run became likely to fail. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "explained.h"
#include "interrupt.h"
#include "output.h"
#include "progress.h"
#include "recorded.h"
#include "report.h"
#include "sim/base/escape.h"
#include "sim/explain/witness.h"
#include "sim/run.h"
#include "sim/scenario/file.h"
#include "sim/trial/apart.h"
#include "sim/trial/crew.h"
#include "sup/sup.h"

#define SECOND UINT64_C(1000000000)
#define BUDGET_DEFAULT SUP_NS(60 * SECOND)
#define CONTINUATIONS_DEFAULT 200u
#define REFRESH_NS (SECOND / 10)
/* What a continuation may do more than the run, unless that is what it is about. */
#define MORE_EVENTS 100000u
#define TIMES_LONGER 20u
#define LEAST_PATIENCE SECOND
#define LEAST_OF_A_HANG (SECOND / 5)

struct session {
    const struct cli_options *options;
    struct cli_options own; /* with what a file of choices says */
    struct sim__recorded recorded;
    bool is_recorded;
    struct cli_plan plan;
    const struct cli_case *one;
    struct sim_tape tape; /* of the run itself, in its process */
    struct sim__witness witness;
    struct sim__choices choices; /* that it made */
    bool differs;                /* they are not the recorded ones */
    bool chooses;                /* some run that was made has choices */
    struct sup_duration work;    /* that it took */
    struct sim__trial_how how;
    struct sim__trial trial;
    struct sim__explained explained;
    struct cli_progress progress;
    struct sup_instant until;
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

/* What the process says that made it. */
struct made {
    struct sim__trial trial;
    uint32_t choices;
    int error; /* of its tape */
    bool differs;
};

/* In a process of its own, which may not live to say what it has decided. */
static void run_one(void *context, const struct sim__crew_call *call)
{
    struct session *session = context;
    struct made made;
    memset(&made, 0, sizeof made);
    session->how.mark = call->mark;
    sim__witness_listen(&session->witness, &session->tape);
    call->answer->failed =
        sim__trial_scenario(session->one->scenario, &session->how, &made.trial) != SUP_OK;
    made.choices = session->tape.kept.count;
    made.error = session->tape.error;
    made.differs = session->tape.difference.differs;
    sim__text_putn(call->answer, (const char *)&made, sizeof made);
}

static bool is_interrupted(void)
{
    return cli_interrupted() != 0;
}

/* What the process came to, and what it had decided by then. */
static int hear(struct session *session, const struct sim__crew_reply *reply)
{
    struct made made;
    memset(&made, 0, sizeof made);
    if (reply->answered) {
        memcpy(&made, reply->bytes, sizeof made);
    } else {
        sim__trial_died(&made.trial, reply);
        made.trial.seed = session->how.has_seed ? session->how.seed : session->one->scenario->seed;
    }
    if (made.error == SUP_ELIMIT) {
        return say("the run makes more than a million choices, which is too many to be looked at");
    }
    int error =
        made.error == SUP_OK ? sim__witness_read(&session->witness, &session->choices) : SUP_ENOMEM;
    bool whole = !reply->answered || session->choices.count == made.choices;
    session->trial = made.trial;
    session->differs = made.differs;
    return error == SUP_OK && whole ? SIM_EXIT_PASS : say("out of memory");
}

static int ask(struct session *session, struct sim__crew *crew)
{
    struct sim__crew_reply reply;
    int error = sim__crew_send(crew, "", 0);
    int result = 0;
    sim__crew_watch(crew, is_interrupted);
    while (error == SUP_OK && result == 0 && !is_interrupted()) {
        result = sim__crew_receive(crew, SUP_DURATION_NEVER, &reply);
        error = result < 0 ? result : SUP_OK;
    }
    if (error != SUP_OK) {
        return say("out of memory");
    }
    return result == 0 ? 128 + cli_interrupted() : hear(session, &reply);
}

static int try_one(struct session *session)
{
    struct sim__crew *crew = NULL;
    const struct sim__crew_duty duty = {.work = run_one,
                                        .context = session,
                                        .patience = session->options->patience,
                                        .hurried = true};
    sim__choices_release(&session->choices);
    if (sim__witness_open(&session->witness) != SUP_OK) {
        return say("out of memory");
    }
    int status =
        sim__crew_create(&duty, &crew) == SUP_OK ? ask(session, crew) : say("out of memory");
    session->work = crew != NULL ? sim__crew_took(crew) : SUP_NS(0);
    sim__crew_free(crew);
    sim__witness_close(&session->witness);
    return status;
}

/* How a failure could be had, where one could: a seed is no help where nothing is drawn, nor where
 * all that is expected is expected of many seeds together. */
static void put_advice(const struct session *session, struct sim__text *text)
{
    const struct cli_options *own = &session->own;
    const char *path = session->one->path;
    enum cli_of_seeds of_seeds = cli_plan_asks_of_seeds(&session->plan);
    if (of_seeds != CLI_OF_SEEDS_NOTHING) {
        sim__text_put(text,
                      "rehearse: what it expects over several seeds fails in no single run\n");
    }
    if (!session->chooses) {
        sim__text_put(text, "rehearse: the run has no choices: it is the same with every seed\n");
    } else if (of_seeds != CLI_OF_SEEDS_ALL) {
        struct sim__text rest = {0};
        if (session->plan.count == 1) {
            cli_report_settings(&rest, own, session->one);
        }
        sim__text_put(&rest, path[0] == '-' && path[1] != '\0' ? " -- " : " ");
        sim__text_shell(&rest, path);
        sim__text_format(text,
                         "rehearse: a seed with which it fails is found by: rehearse run --seeds "
                         "1..1000%s\n"
                         "rehearse: and then explained by: rehearse explain --seed N%s\n",
                         sim__text_string(&rest), sim__text_string(&rest));
        text->failed |= rest.failed;
        sim__text_release(&rest);
    }
}

static int say_nothing_fails(const struct session *session)
{
    struct sim__text text = {0};
    sim__text_put(&text, "rehearse: ");
    sim__text_show(&text, session->options->paths[0]);
    sim__text_format(&text, " does not fail%s with seed %" PRIu64 ": there is nothing to explain\n",
                     session->plan.count > 1 ? " in any of its variants" : "", session->trial.seed);
    put_advice(session, &text);
    fputs(sim__text_string(&text), stderr);
    sim__text_release(&text);
    return SIM_EXIT_USAGE;
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
        int status = try_one(session);
        if (status != SIM_EXIT_PASS || sim__trial_failed(&session->trial)) {
            return status;
        }
        session->chooses = session->chooses || session->choices.count > 0;
    }
    return say_nothing_fails(session);
}

/* A run that is another one each time has no causes that could be found. */
static int check_failure(const struct session *session)
{
    if (session->trial.sign == SIM__SIGN_NONDETERMINISTIC) {
        fprintf(stderr, "rehearse: it is another run each time: %s\n", session->trial.message);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    if (session->is_recorded &&
        (session->differs || session->trial.hash != session->recorded.hash)) {
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

/* A continuation may work much longer than the run; of one that is to hang it is enough that it
 * does for a part of the patience. */
static struct sup_duration patience_of(const struct session *session)
{
    const uint64_t whole = session->options->patience.ns;
    const bool hung = session->trial.sign == SIM__SIGN_HUNG;
    uint64_t ns = hung ? whole / TIMES_LONGER : sup_duration_of(TIMES_LONGER, session->work.ns).ns;
    uint64_t least = hung ? LEAST_OF_A_HANG : LEAST_PATIENCE;
    ns = ns < least ? least : ns;
    return SUP_NS(whole != 0 && ns > whole ? whole : ns);
}

static int explain(struct session *session)
{
    const struct cli_options *options = session->options;
    struct sim__explaining explaining = {
        .scenario = session->one->scenario,
        .how = session->how,
        .jobs = options->jobs,
        .patience = patience_of(session),
        .choices = &session->choices,
        .failure = &session->trial,
        .continuations =
            options->continuations != 0 ? options->continuations : CONTINUATIONS_DEFAULT,
        .more = more,
        .context = session,
        .is_over = is_interrupted,
    };
    if (session->trial.sign != SIM__SIGN_STALLED && explaining.how.max_events == 0) {
        explaining.how.max_events = 2 * session->trial.events + MORE_EVENTS;
    }
    int error = sim__explain(&explaining, &session->explained);
    if (error == SUP_ENOMEM) {
        return say("out of memory");
    }
    if (error != SUP_OK) {
        fputs("rehearse: done again, the run asks for other choices than before\n", stderr);
        return SIM_EXIT_NONDETERMINISTIC;
    }
    return SIM_EXIT_PASS;
}

static int say_all(struct session *session)
{
    const struct cli_options *options = session->options;
    struct sim__text text = {0};
    const struct cli_explained explained = {
        .one = session->one,
        .source = session->is_recorded ? options->paths[0] : NULL,
        .trial = &session->trial,
        .choices = &session->choices,
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
    status = explain(session);
    cli_progress_clear(&session->progress);
    return status == SIM_EXIT_PASS ? say_all(session) : status;
}

int cli_explain(const struct cli_options *options)
{
    struct session session = {.options = options, .tape = {.keeps = true}};
    cli_interrupt_catch();
    int status = work(&session);
    sim__explained_release(&session.explained);
    sim__choices_release(&session.choices);
    sim__tape_release(&session.tape);
    cli_plan_release(&session.plan);
    if (session.is_recorded) {
        cli_recorded_drop(&session.own);
    }
    sim__recorded_release(&session.recorded);
    return status;
}
