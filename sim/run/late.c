/* Runs in which everything is late. */
#include "late.h"

#include "engine.h"

static uint64_t mix(uint64_t x)
{
    struct sup_random random = {x};
    return sup_random_next(&random);
}

uint64_t sim_late(uint64_t most_ns, uint64_t seed, uint64_t what, uint64_t due_ns)
{
    if (most_ns == 0 || due_ns == UINT64_MAX) {
        return due_ns;
    }
    uint64_t bits = mix(mix(mix(seed) ^ what) ^ due_ns);
    uint64_t most = most_ns;
    if (bits % 4 == 0) {
        return due_ns;
    }
    if (bits % 4 == 1) {
        most /= 64;
    }
    uint64_t by = most == UINT64_MAX ? 0 : (bits >> 2) % (most + 1);
    return by > UINT64_MAX - due_ns ? UINT64_MAX : due_ns + by;
}

static bool is_over(const struct sim_engine *engine)
{
    return engine->stopped || engine->error != SUP_OK;
}

/* What comes first of the timeline and the timers; false when nothing is due. The
 * clock is held back as in the real loop (sim/real/world.c). */
static bool do_first(struct sim_engine *engine, uint64_t now_ns)
{
    uint64_t action = sim_queue_next(&engine->timeline.queue);
    uint64_t timer = sup_deadline(engine->sup).ns;
    uint64_t look = sim_expect_deadline(engine->expect).ns;
    if (action <= now_ns && action <= timer && action <= look) {
        sim_engine_act(engine);
    } else if (timer <= now_ns && timer <= look) {
        uint64_t held = action <= now_ns ? action - 1 : now_ns;
        engine->now_ns = look < held ? look : held;
        sim_engine_step(engine);
        engine->now_ns = now_ns;
    } else if (look <= now_ns) {
        sim_engine_settle(engine);
    } else {
        return false;
    }
    return true;
}

/* When the loop wakes for what is due at `due_ns`. */
static uint64_t wake(const struct sim_engine *engine, uint64_t due_ns)
{
    const struct sim_run_options *options = engine->options;
    return sim_late(options->lateness_ns, options->lateness_seed, UINT64_MAX, due_ns);
}

static uint64_t next_wake(const struct sim_engine *engine)
{
    uint64_t due = sim_queue_next(&engine->timeline.queue);
    uint64_t timer = sup_deadline(engine->sup).ns;
    uint64_t look = sim_expect_deadline(engine->expect).ns;
    due = timer < due ? timer : due;
    uint64_t next = wake(engine, look < due ? look : due);
    uint64_t report = sim_queue_next(&engine->executor.queue);
    next = report < next ? report : next;
    return next < engine->now_ns ? engine->now_ns : next;
}

void sim_late_register(struct sim_engine *engine, uint32_t service)
{
    const struct sim_run_options *options = engine->options;
    uint64_t at_ns = sim_late(options->lateness_ns / 2, options->lateness_seed, service, 0);
    if (at_ns > engine->now_ns) {
        engine->now_ns = at_ns;
    }
}

void sim_late_pass_time(struct sim_engine *engine)
{
    uint64_t until = engine->scenario->until_ns;
    uint64_t next = engine->now_ns;
    sim_invariants_stalled(engine->invariants);
    while (next != UINT64_MAX && next <= until) {
        if (next > engine->now_ns) {
            sim_watch_instant(&engine->watch);
        }
        engine->now_ns = next;
        while (!is_over(engine) && sim_queue_next(&engine->executor.queue) <= next) {
            sim_engine_report(engine);
        }
        while (!is_over(engine) && do_first(engine, next)) {
            ;
        }
        if (is_over(engine)) {
            return;
        }
        sim_engine_settle(engine);
        if (engine->stopped) {
            return;
        }
        next = next_wake(engine);
    }
    if (until != UINT64_MAX) {
        engine->now_ns = until;
    }
}
