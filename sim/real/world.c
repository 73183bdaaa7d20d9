/* The world outside: a host's loop takes a scenario through real time.
 *
 * The loop sleeps until the next entry of the timeline, the next look of an
 * expectation, or the supervisor's next deadline, whichever comes first, or until a
 * report arrives. When it wakes, what is due is done in the order in which it was
 * due, however late it is: for the supervisor's timers the clock is held back at the
 * next entry of the timeline, so that a late wake-up does not turn the two around.
 */
#include <stdlib.h>

#include "sim/run/engine.h"
#include "sim/run/loop.h"
#include "crew.h"
#include "internal.h"
#include "sup/assert.h"
#include "sup/error.h"

struct sim__real {
    struct sim__real_config config;
    struct sim_outside outside;
    struct sim_engine *engine;
    struct sup_host *host;
    void *crew;
    uint64_t held_ns; /* the clock stands here; never: it runs */
};

/* The supervisor's clock. */
static struct sup_instant read_clock(void *context)
{
    const struct sim__real *real = context;
    if (real->host == NULL) {
        return (struct sup_instant){0};
    }
    uint64_t now_ns = sup_host_now(real->host).ns;
    return (struct sup_instant){now_ns < real->held_ns ? now_ns : real->held_ns};
}

static void free_crew(struct sim__real *real)
{
    if (real->crew != NULL) {
        real->config.crew->free(real->crew);
    }
    real->crew = NULL;
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
    config->clock = (struct sup_clock){read_clock, real};
    config->executor = real->config.crew->executor(real->crew);
    host.sup = *config;
    host.from_zero = true;
    host.speed_billionths = real->config.speed_billionths;
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

static void look_at(struct sim_engine *engine, uint64_t now_ns)
{
    /* An instant that was looked at already is not gone back to. */
    if (now_ns > engine->now_ns) {
        engine->now_ns = now_ns;
    }
}

/* When the last thing may happen that the supervisor's timers bring about. */
static uint64_t last_step(const struct sim__real *real)
{
    const struct sim__real_config *config = &real->config;
    struct sup_instant end = {config->end_ns};
    return config->ends_there ? end.ns : sup_instant_add(end, SUP_NS(config->tolerance_ns)).ns;
}

/* Does what comes first of all that is due; false when nothing is. */
static bool do_first(struct sim__real *real, uint64_t now_ns)
{
    struct sim_engine *engine = real->engine;
    uint64_t action = sim_queue_next(&engine->timeline.queue).ns;
    uint64_t timer = sup_deadline(engine->sup).ns;
    uint64_t look = sim_expect_deadline(engine->expect).ns;
    if (action <= now_ns && action <= timer && action <= look) {
        look_at(engine, now_ns);
        sim_loop_act(engine);
    } else if (timer <= now_ns && timer <= look) {
        uint64_t held = action <= now_ns ? action - 1 : now_ns;
        real->held_ns = look < held ? look : held;
        look_at(engine, real->held_ns);
        sim_loop_step(engine);
        real->held_ns = UINT64_MAX;
    } else if (look <= now_ns) {
        look_at(engine, now_ns);
        sim_loop_settle(engine);
    } else {
        return false;
    }
    return true;
}

static void do_due(struct sim__real *real)
{
    struct sim_engine *engine = real->engine;
    uint64_t last = last_step(real);
    uint64_t now_ns = sup_host_now(real->host).ns;
    now_ns = now_ns < last ? now_ns : last;
    sim_watch_instant(&engine->watch);
    while (!is_over(engine) && do_first(real, now_ns)) {
        now_ns = sup_host_now(real->host).ns;
        now_ns = now_ns < last ? now_ns : last;
    }
    if (!is_over(engine)) {
        look_at(engine, now_ns);
        sim_loop_settle(engine);
    }
}

/* How long the loop may sleep; 0: the run is over. The supervisor's deadline is the
 * host's to mind. */
static uint64_t sleep_ns(const struct sim__real *real)
{
    const struct sim_engine *engine = real->engine;
    uint64_t now_ns = sup_host_now(real->host).ns;
    uint64_t end = real->config.end_ns;
    if (now_ns >= end && engine->watch.events >= real->config.events) {
        return 0;
    }
    uint64_t next = sim_queue_next(&engine->timeline.queue).ns;
    uint64_t another = sim_expect_deadline(engine->expect).ns;
    next = another < next ? another : next;
    if (now_ns >= end) {
        end = sup_instant_add((struct sup_instant){end}, SUP_NS(real->config.tolerance_ns)).ns;
    }
    if (now_ns >= end) {
        return 0;
    }
    next = end < next ? end : next;
    return next > now_ns ? next - now_ns : 1;
}

static void pass_time(void *context, struct sim_engine *engine)
{
    struct sim__real *real = context;
    sim_invariants_stalled(engine->invariants);
    do_due(real);
    for (uint64_t most; !is_over(engine) && (most = sleep_ns(real)) > 0;) {
        int error = sup_host_wait(real->host, SUP_NS(most));
        if (error != SUP_OK) {
            engine->error = error;
        } else {
            do_due(real);
        }
    }
    if (real->config.crew->halt != NULL) {
        real->config.crew->halt(real->crew);
    }
}

static void close_world(void *context)
{
    struct sim__real *real = context;
    sim_engine_deafen(real->engine); /* what still lives is released silently */
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
    real->config = *config;
    real->held_ns = UINT64_MAX;
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

void sim__real_free(struct sim__real *real)
{
    if (real == NULL) {
        return;
    }
    free_crew(real);
    sup_host_free(real->host);
    free(real);
}
