/* The thread crew: attempts act their scripts, or run their tasks, on POSIX threads.
 *
 * The loop starts a script, with the draws that belong to its start; from then on
 * it belongs to its thread, which waits until the script is due or cancelled, and
 * reports through the thread executor what the script says. Chance is shared by the
 * attempts of one name and, through the oracle, by all, so it has a mutex.
 *
 * An injected end is reported by the loop itself, in the action that causes it, as
 * the simulator does; the thread whose attempt that was is disowned and goes home.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/run/action.h"
#include "sim/run/engine.h"
#include "crew.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/threads.h"

#define LABEL_BYTES (SUP_NAME_MAX + 16)
#define THREADS_MAX 4096u

/* One attempt. Kept until the run is over, since the end that a thread reports
 * points into it, and a run in real time has not many. */
struct act {
    struct act *next;
    struct crew *crew;
    struct sup_task_spec spec;
    struct sim_script script;
    struct sim_saying saying;
    struct sup_random *stream;
    char label[LABEL_BYTES];
    struct sim_script_frame frames[];
};

struct crew {
    struct sim_engine *engine;
    struct sup_threads *threads;
    struct sup_executor inner;
    struct sup_host *host;
    struct act *acts;
    pthread_mutex_t chance; /* guards streams, the oracle and the count of draws */
};

/* ---- the threads' side ---- */

static uint32_t choose(void *context, uint32_t n)
{
    const struct act *act = context;
    return sim_oracle_choose(act->crew->engine->oracle, act->label, n);
}

static struct sim_chance chance_of(struct act *act)
{
    return (struct sim_chance){
        .stream = act->stream,
        .draws = &act->crew->engine->executor.draws,
        .choose = choose,
        .context = act,
    };
}

static void take_chance(struct crew *crew)
{
    int error = pthread_mutex_lock(&crew->chance);
    SUP_ASSERT(error == 0);
}

static void give_chance(struct crew *crew)
{
    int error = pthread_mutex_unlock(&crew->chance);
    SUP_ASSERT(error == 0);
}

static void cancel(struct act *act, struct sup_instant now)
{
    struct sim_chance chance = chance_of(act);
    take_chance(act->crew);
    sim__script_cancel(&act->script, now, &chance);
    give_chance(act->crew);
}

static enum sim_say next(struct act *act)
{
    struct sim_chance chance = chance_of(act);
    take_chance(act->crew);
    enum sim_say say = sim__script_next(&act->script, &chance, &act->saying);
    give_chance(act->crew);
    return say;
}

struct doing {
    struct crew *crew;
    const struct sim_action *action;
};

static int carry_out(struct sup *sup, void *context)
{
    const struct doing *doing = context;
    (void)sup;
    sim__crew_do(doing->crew->engine, doing->crew->host, doing->action);
    return SUP_OK;
}

/* Does what the script says; false when the attempt is over. */
static bool obey(struct sup_task *task, struct act *act)
{
    struct doing doing = {.crew = act->crew};
    switch (next(act)) {
    case SIM_SAY_READY:
        sup_task_ready(task, true);
        return true;
    case SIM_SAY_NOT_READY:
        sup_task_ready(task, false);
        return true;
    case SIM_SAY_BEAT:
        sup_task_beat(task);
        return true;
    case SIM_SAY_DO:
        doing.action = act->saying.action;
        return sup_host_call(act->crew->host, carry_out, &doing) == SUP_OK;
    case SIM_SAY_END:
        return false;
    case SIM_SAY_NOTHING:
    case SIM_SAY_SPIN:
        break;
    }
    return true;
}

/* Waits until the script is due, or cancelled; false when nobody wants the attempt
 * any more. */
static bool wait_due(struct sup_task *task, struct act *act, struct sup_instant now)
{
    struct sup_instant due = sim__script_due(&act->script);
    struct sup_duration wait = {due.ns == SUP_NEVER_NS ? SUP_NEVER_NS : due.ns - now.ns};
    if (act->script.cancelled) {
        return sup_task_sleep_through(task, wait) == SUP_OK;
    }
    if (sup_task_sleep(task, wait) == SUP_ECANCELLED) {
        cancel(act, sup_task_now(task));
    }
    return true;
}

static int act_script(struct sup_task *task, void *argument)
{
    struct act *act = argument;
    for (;;) {
        struct sup_instant now = sup_task_now(task);
        if (!act->script.cancelled && sup_task_cancelled(task)) {
            cancel(act, now);
        }
        if (sim__script_due(&act->script).ns > now.ns) {
            if (!wait_due(task, act, now)) {
                return 0;
            }
        } else if (!obey(task, act)) {
            break;
        }
    }
    const struct sup_end *end = &act->saying.end;
    bool plain = end->signal == 0 && (end->error == NULL || strlen(end->error) < 100);
    if (end->outcome == SUP_OUTCOME_CRASHED && plain) {
        sup_task_panic(task, end->error);
    }
    task->end = end;
    return 0;
}

/* ---- the loop's side ---- */

static struct act *new_act(struct crew *crew, const struct sup_start *start,
                           const struct sim_behaviour *behaviour)
{
    const struct sim_agent *agent = start->work;
    struct act *act = calloc(1, sizeof(*act) + agent->depth * sizeof(struct sim_script_frame));
    if (act == NULL) {
        return NULL;
    }
    act->crew = crew;
    act->spec = (struct sup_task_spec){.fn = act_script, .argument = act};
    act->stream = agent->stream;
    if (behaviour->call != NULL) {
        act->spec.fn = behaviour->call->task->fn;
        act->spec.argument = (void *)(uintptr_t)behaviour->call->text;
    }
    (void)snprintf(act->label, sizeof(act->label), "choose:%s", start->service);
    struct sim_chance chance = chance_of(act);
    take_chance(crew);
    sim__script_start(&act->script, behaviour, act->frames, sup_host_now(crew->host), &chance);
    give_chance(crew);
    act->next = crew->acts;
    crew->acts = act;
    return act;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct crew *crew = context;
    const struct sim_behaviour *behaviour;
    take_chance(crew);
    int error = sim__executor_prepare(&crew->engine->executor, start, &behaviour, ret_error);
    give_chance(crew);
    if (error != SUP_OK) {
        return error;
    }
    struct act *act = new_act(crew, start, behaviour);
    if (act == NULL) {
        crew->engine->error = SUP_ENOMEM;
        return SUP_ENOMEM;
    }
    struct sup_start inner = *start;
    inner.work = &act->spec;
    return crew->inner.start(crew->inner.context, &inner, ret_error);
}

static void cancel_attempt(void *context, struct sup_attempt id, void *work)
{
    const struct crew *crew = context;
    (void)work;
    crew->inner.cancel(crew->inner.context, id, NULL);
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    const struct crew *crew = context;
    (void)work;
    crew->inner.abort(crew->inner.context, id, NULL);
}

static struct sup_executor executor(void *context)
{
    return (struct sup_executor){
        .start = start, .cancel = cancel_attempt, .abort = abort_attempt, .context = context};
}

static int create(struct sim_engine *engine, uint64_t speed_billionths, void **ret_crew)
{
    struct sup_threads_config config;
    struct crew *crew = calloc(1, sizeof(*crew));
    (void)speed_billionths; /* the threads read the host's clock */
    if (crew == NULL) {
        return SUP_ENOMEM;
    }
    sup_threads_config_default(&config);
    config.threads_max = THREADS_MAX;
    config.seed = engine->seed;
    int error = sup_threads_create(&config, &crew->threads);
    if (error == SUP_OK && pthread_mutex_init(&crew->chance, NULL) != 0) {
        /* Nothing has run on them: they cannot be busy. */
        sup_ignore(sup_threads_free(crew->threads, SUP_NS(0)));
        error = SUP_ENOMEM;
    }
    if (error != SUP_OK) {
        free(crew);
        return error;
    }
    crew->engine = engine;
    crew->inner = sup_threads_executor(crew->threads);
    *ret_crew = crew;
    return SUP_OK;
}

static int bind_host(void *context, struct sup_host *host)
{
    struct crew *crew = context;
    crew->host = host;
    return sup_threads_bind(crew->threads, host);
}

static int define(void *context, const struct sim_agents *agents)
{
    (void)context;
    (void)agents; /* they are the work themselves */
    return SUP_OK;
}

static bool end_attempt(void *context, uint32_t slot, const struct sup_end *end)
{
    struct crew *crew = context;
    struct sup_attempt id;
    if (!sim__crew_live(crew->engine, slot, &id)) {
        return false;
    }
    sup_threads_disown(crew->threads, &id);
    sup_reported(sup_report_end(crew->engine->sup, id, end));
    return true;
}

static bool say_for(void *context, uint32_t slot, enum sim_say say)
{
    const struct crew *crew = context;
    return sim__crew_say(crew->engine, slot, say);
}

/* Every script waits where it can be told to go home, so all threads do end. */
static int halt(void *context)
{
    struct crew *crew = context;
    if (crew->host != NULL && crew->threads != NULL) {
        sup_host_end(crew->host);
        sup_threads_disown(crew->threads, NULL);
    }
    int error = sup_threads_free(crew->threads, SUP_DURATION_NEVER);
    SUP_ASSERT(error == SUP_OK);
    crew->threads = NULL;
    return SUP_OK;
}

static void free_crew(void *context)
{
    struct crew *crew = context;
    (void)halt(crew);
    while (crew->acts != NULL) {
        struct act *act = crew->acts;
        crew->acts = act->next;
        free(act);
    }
    pthread_mutex_destroy(&crew->chance);
    free(crew);
}

const struct sim_crew_kind sim__crew_threads = {
    .name = "threads",
    .services_max = 1024,
    .starts_a_second = 2000,
    .takes = {20000},
    .create = create,
    .executor = executor,
    .bind = bind_host,
    .define = define,
    .end = end_attempt,
    .say = say_for,
    .halt = halt,
    .free = free_crew,
};
