/* The world outside: a host's own loop takes a scenario through real time.
 *
 * What runs is sup_host_run_until, the loop that embedders run. The timeline, the looks
 * of expectations and the end of the run are timers of an embedder, which the host fires
 * among the supervisor's in the order in which they were due, however late it is; and
 * after every turn, when all that has come and was due is done, the run settles.
 */
#include <stdlib.h>

#include "sim/run/engine.h"
#include "sim/run/loop.h"
#include "crew.h"
#include "internal.h"
#include "sup/assert.h"
#include "sup/error.h"

#define SPEED_ONE UINT64_C(1000000000)
#define ASK_NS UINT64_C(100000000) /* of real time */
/* So many tolerances what is late has to come. */
#define LINKS 20u

struct sim__real {
    struct sim__real_config config;
    struct sim_outside outside;
    struct sim_engine *engine;
    struct sup_host *host;
    void *crew;
    struct sim__machine *machine;
    uint64_t origin_ns;     /* of CLOCK_MONOTONIC */
    uint64_t over_ns;       /* the host's instant at which the run was over */
    uint64_t moved_ns;      /* so far the supervisor's clock was then moved on */
    struct sup_instant due; /* what was due in the rest; never: nothing */
    uint64_t events;        /* when the turn began */
    struct sup_host_timer action;
    struct sup_host_timer look;
    struct sup_host_timer end;
    struct sim__outputs outputs;
    struct sup_host_timer ask; /* whether the run is to be given up */
};

static void free_crew(struct sim__real *real)
{
    if (real->crew != NULL) {
        real->config.crew->free(real->crew);
    }
    real->crew = NULL;
}

/* Does it end before all of its time has passed? */
static bool has_rest(const struct sim__real *real)
{
    return real->config.wait_ns < real->config.end_ns;
}

/* The host's, until the run's clock is moved on. */
static struct sup_instant read_clock(void *context)
{
    const struct sim__real *real = context;
    return sup_instant_add(sup_host_now(real->host), SUP_NS(real->moved_ns));
}

static int create(void *context, struct sim_engine *engine, struct sup_config *config,
                  struct sup **ret_sup)
{
    struct sim__real *real = context;
    struct sup_host_config host;
    sup_host_config_default(&host);
    real->engine = engine;
    int error = real->config.crew->create(engine, real->config.speed_billionths, &real->crew);
    if (error != SUP_OK) {
        return error;
    }
    config->clock = (struct sup_clock){0}; /* the host's */
    if (has_rest(real)) {
        config->clock = (struct sup_clock){read_clock, real};
    }
    config->executor = real->config.crew->executor(real->crew);
    host.sup = *config;
    host.from_zero = true;
    host.speed_billionths = real->config.speed_billionths;
    real->origin_ns = sim__machine_now().ns;
    error = sup_host_create(&host, &real->host);
    if (error == SUP_OK) {
        error = real->config.crew->bind(real->crew, real->host);
    }
    if (error == SUP_OK) {
        *ret_sup = sup_host_supervisor(real->host);
    } else {
        free_crew(real);
        sup_host_free(real->host);
        real->host = NULL;
    }
    return error;
}

static int define(void *context, const struct sim_agents *agents)
{
    const struct sim__real *real = context;
    return real->config.crew->define(real->crew, agents);
}

static bool inject_end(void *context, uint32_t slot, const struct sup_end *end)
{
    const struct sim__real *real = context;
    return real->config.crew->end(real->crew, slot, end);
}

static bool inject_say(void *context, uint32_t slot, enum sim_say say)
{
    const struct sim__real *real = context;
    return real->config.crew->say(real->crew, slot, say);
}

/* ---- time ---- */

static bool is_over(const struct sim_engine *engine)
{
    return engine->stopped || engine->error != SUP_OK;
}

/* When the last thing may happen: many things, each within the tolerance of the one
 * before, may be later in all than it. Who misses nothing does not wait so long. */
static struct sup_instant last_instant(const struct sim__real *real)
{
    const struct sim__real_config *config = &real->config;
    struct sup_instant end = {config->end_ns};
    struct sup_duration patience = SUP_NS(
        config->tolerance_ns > SUP_NEVER_NS / LINKS ? SUP_NEVER_NS : config->tolerance_ns * LINKS);
    struct sup_instant last = sup_instant_add((struct sup_instant){config->wait_ns}, patience);
    return last.ns > end.ns && (config->ends_there || has_rest(real)) ? end : last;
}

/* The run's clock follows the host's; an instant that was looked at already is not gone
 * back to. */
static void catch_up(struct sim__real *real)
{
    struct sim_engine *engine = real->engine;
    uint64_t now_ns = sup_host_now(real->host).ns;
    uint64_t last_ns = last_instant(real).ns;
    now_ns = now_ns < last_ns ? now_ns : last_ns;
    engine->now_ns = now_ns > engine->now_ns ? now_ns : engine->now_ns;
}

static void set(struct sim__real *real, struct sup_host_timer *timer, struct sup_instant at)
{
    if (timer->order == 0 || timer->at.ns != at.ns) {
        sup_host_timer_set(real->host, timer, at);
    }
}

/* After the supervisor's timers of an instant, of which the host fires the embedder's first. */
static struct sup_instant behind(struct sup_instant at)
{
    return at.ns == SUP_NEVER_NS ? at : sup_instant_add(at, SUP_NS(1));
}

static void arm(struct sim__real *real)
{
    const struct sim_engine *engine = real->engine;
    struct sup_instant look = behind(sim_expect_deadline(engine->expect));
    struct sup_instant action = sim__queue_next(&engine->timeline.queue);
    set(real, &real->look, look);
    if (action.ns == look.ns && real->action.order < real->look.order) {
        sup_host_timer_set(real->host, &real->action, action); /* one look before it */
    } else {
        set(real, &real->action, action);
    }
}

/* All entries of one instant, as in virtual time: nothing is heard in between. */
static void act_due(void *context)
{
    struct sim__real *real = context;
    struct sim_engine *engine = real->engine;
    uint64_t at_ns = real->action.at.ns;
    catch_up(real);
    while (!is_over(engine) && sim__queue_next(&engine->timeline.queue).ns <= at_ns) {
        sim__loop_act(engine);
    }
    arm(real);
}

static void look_due(void *context)
{
    struct sim__real *real = context;
    catch_up(real);
    if (!is_over(real->engine)) {
        sim__loop_settle(real->engine);
    }
    arm(real);
}

/* Everything has happened that is to happen. */
static bool is_complete(const struct sim__real *real)
{
    bool ends_there = real->config.ends_there && !has_rest(real);
    return sup_host_now(real->host).ns >= real->config.wait_ns &&
           (ends_there || real->engine->watch.events >= real->config.events);
}

/* What is late has some time to come. */
static void end_due(void *context)
{
    struct sim__real *real = context;
    struct sup_instant last = behind(last_instant(real));
    if (is_complete(real) || real->end.at.ns >= last.ns) {
        sup_host_stop(real->host);
    } else {
        sup_host_timer_set(real->host, &real->end, last);
    }
}

/* What may end a run from outside is asked now and then, however little happens. */
static void ask_due(void *context)
{
    struct sim__real *real = context;
    const struct sim_run_options *options = real->engine->options;
    /* Of the host's time, which may run faster: as many nanoseconds as a tenth of a second
     * has, times the speed. */
    uint64_t every_ns = real->config.speed_billionths / (SPEED_ONE / ASK_NS);
    if (options->progress == NULL) {
        return;
    }
    if (options->progress(options->progress_context, (struct sup_instant){real->engine->now_ns},
                          real->engine->watch.events)) {
        sim__engine_stall(real->engine, SIM_STALL_OUTSIDE, "the run was stopped from outside");
        sup_host_stop(real->host);
        return;
    }
    sup_host_timer_set(real->host, &real->ask,
                       sup_instant_add(sup_host_now(real->host), SUP_NS(every_ns + 1)));
}

static void after_turn(void *context)
{
    struct sim__real *real = context;
    struct sim_engine *engine = real->engine;
    if (!is_over(engine)) {
        catch_up(real);
        sim__loop_turned(engine, real->events);
        real->events = engine->watch.events;
        arm(real);
    }
    if (is_over(engine) || is_complete(real)) {
        sup_host_stop(real->host);
    }
}

/* What is due next, of the supervisor and of the timeline. */
static struct sup_instant next_due(const struct sim_engine *engine)
{
    struct sup_instant timer = sup_deadline(engine->sup);
    struct sup_instant action = sim__queue_next(&engine->timeline.queue);
    return action.ns < timer.ns ? action : timer;
}

static void move_on(struct sim__real *real, struct sup_instant to)
{
    struct sim_engine *engine = real->engine;
    if (to.ns > engine->now_ns) {
        real->moved_ns += sup_instant_since(to, read_clock(real)).ns;
        engine->now_ns = to.ns;
    }
}

/* The loop turns no more, and nothing is due before the end: time passes, and those look who
 * want to. What is due all the same is not fired: it is enough that it is there. */
static void pass_rest(struct sim__real *real)
{
    struct sim_engine *engine = real->engine;
    const struct sup_instant end = {real->config.end_ns};
    struct sup_instant due = next_due(engine);
    if (!has_rest(real) || is_over(engine)) {
        return;
    }
    if (due.ns <= end.ns) {
        real->due = due;
        return;
    }
    for (struct sup_instant look = sim_expect_deadline(engine->expect);
         look.ns <= end.ns && !is_over(engine); look = sim_expect_deadline(engine->expect)) {
        move_on(real, look);
        sim__loop_settle(engine);
    }
    move_on(real, end);
}

static void pass_time(void *context, struct sim_engine *engine)
{
    struct sim__real *real = context;
    sim_invariants_stalled(engine->invariants);
    set(real, &real->end, behind((struct sup_instant){real->config.wait_ns}));
    after_turn(real); /* the services are registered, which is a moment to look at */
    sup_host_after_turn(real->host, after_turn, real);
    ask_due(real);
    int error = sup_host_run_until(real->host, SUP_HOST_UNTIL_STOPPED);
    if (error != SUP_OK && engine->error == SUP_OK) {
        engine->error = error;
    }
    catch_up(real);
    real->over_ns = sup_host_now(real->host).ns;
    sim__machine_stop(real->machine);
    pass_rest(real);
    int left = real->config.crew->halt != NULL ? real->config.crew->halt(real->crew) : SUP_OK;
    if (left != SUP_OK && engine->error == SUP_OK) {
        sim__engine_stall(engine, SIM_STALL_KILLED,
                          "what was killed at the end did not end in time");
    }
}

static void close_world(void *context)
{
    struct sim__real *real = context;
    sim__engine_deafen(real->engine); /* what still lives is released silently */
    if (real->host != NULL) {
        sim__outputs_gather(&real->outputs, real->engine->sup, real->config.crew, real->crew);
    }
    free_crew(real);
    sup_host_free(real->host);
    real->host = NULL;
}

/* ---- creation ---- */

int sim__real_create(const struct sim__real_config *config, struct sim__real **ret_real)
{
    struct sim__real *real = calloc(1, sizeof(*real));
    if (real == NULL) {
        return SUP_ENOMEM;
    }
    int error = sim__machine_watch(&real->machine);
    if (error != SUP_OK) {
        free(real);
        return error;
    }
    SUP_ASSERT(config->wait_ns <= config->end_ns);
    real->config = *config;
    real->due = SUP_INSTANT_NEVER;
    real->action = (struct sup_host_timer){.due = act_due, .context = real};
    real->ask = (struct sup_host_timer){.due = ask_due, .context = real};
    real->look = (struct sup_host_timer){.due = look_due, .context = real};
    real->end = (struct sup_host_timer){.due = end_due, .context = real};
    real->outside = (struct sim_outside){
        .name = config->crew->name,
        .context = real,
        .create = create,
        .define = define,
        .pass_time = pass_time,
        .end = inject_end,
        .say = inject_say,
        .close = close_world,
    };
    *ret_real = real;
    return SUP_OK;
}

const struct sim_outside *sim__real_outside(const struct sim__real *real)
{
    return &real->outside;
}

const struct sim__machine *sim__real_machine(const struct sim__real *real)
{
    return real->machine;
}

struct sim__pace sim__real_pace(const struct sim__real *real)
{
    return (struct sim__pace){real->origin_ns, real->config.speed_billionths};
}

struct sup_instant sim__real_end(const struct sim__real *real)
{
    return (struct sup_instant){real->over_ns};
}

struct sup_instant sim__real_due(const struct sim__real *real)
{
    return real->due;
}

const struct sim__outputs *sim__real_outputs(const struct sim__real *real)
{
    return &real->outputs;
}

void sim__real_free(struct sim__real *real)
{
    if (real == NULL) {
        return;
    }
    free_crew(real);
    sup_host_free(real->host);
    sim__machine_free(real->machine);
    sim__outputs_release(&real->outputs);
    free(real);
}
