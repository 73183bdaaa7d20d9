/* Fuzzes libsup itself: bytes choose policies, commands, reports (late and wrong
 * ones among them), allocation failures and the passing of time. After every
 * call each structure must be sound, and a drain must end. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "sup/sup.h"

#define NAMES 6u
#define LIVE_MAX 256u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t left;
};

struct world {
    struct input input;
    struct sup_instant now;
    struct sup_attempt seen[LIVE_MAX]; /* attempts that were asked for, dead ones too */
    uint32_t seen_count;
    bool no_memory;
    struct sup *sup;
};

static const char *const names[NAMES] = {"a", "b", "c", "d", "e", "f"};
static const char *const groups[] = {NULL, "g", "g.h", "runtime", "g.h.i", "k"};

/* A number below n; 0 when the bytes are used up. */
static uint32_t take(struct input *input, uint32_t n)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->data++ % n;
}

static struct sup_duration take_duration(struct input *input)
{
    static const uint64_t milliseconds[] = {0, 1, 2, 10, 100, 1000, 60000, UINT64_MAX};
    uint64_t value = milliseconds[take(input, 8)];
    return value == UINT64_MAX ? SUP_DURATION_NEVER : SUP_MS(value);
}

static struct sup_instant read_clock(void *context)
{
    return ((struct world *)context)->now;
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct world *world = context;
    (void)ret_error;
    if (take(&world->input, 8) == 7) {
        return SUP_EREFUSED;
    }
    world->seen[world->seen_count++ % LIVE_MAX] = what->id;
    return 0;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id, (void)work;
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct world *world = context;
    if (new_size != 0 && world->no_memory) {
        return NULL;
    }
    return sup_allocator_libc.resize(sup_allocator_libc.context, block, old_size, new_size);
}

static struct sup_limit_policy take_limit(struct input *input)
{
    return (struct sup_limit_policy){
        .enabled = take(input, 2) != 0,
        .max = take(input, 4),
        .within = take_duration(input),
        .then = (enum sup_limit_then)take(input, 3),
    };
}

static struct sup_policy take_policy(struct input *input)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.restart = (enum sup_restart)take(input, 4);
    policy.kind = (enum sup_kind)take(input, 4);
    policy.max_restarts = take(input, 2) != 0 ? SUP_UNLIMITED : take(input, 5);
    policy.backoff.base = take_duration(input);
    policy.backoff.max = take_duration(input);
    policy.backoff.jitter = (enum sup_jitter)take(input, 5);
    policy.backoff.jitter_percent = take(input, 101);
    policy.backoff.reset_after = take_duration(input);
    policy.backoff.reset = (enum sup_forgive)take(input, 3);
    policy.clean_exit_delay = take_duration(input);
    policy.breaker.failures = take(input, 5);
    policy.breaker.within = take_duration(input);
    policy.breaker.then = (enum sup_breaker_then)take(input, 2);
    policy.breaker.cooldown = take_duration(input);
    policy.breaker.probe_for = take_duration(input);
    policy.limit = take_limit(input);
    policy.ready_explicit = take(input, 2) != 0;
    policy.ready_timeout = take_duration(input);
    policy.stale_after = take_duration(input);
    policy.stale_then = (enum sup_stale_then)take(input, 2);
    policy.stop_grace = take_duration(input);
    policy.stop_abort_wait = take_duration(input);
    policy.interval_every = take_duration(input);
    policy.interval_mode = (enum sup_interval_mode)take(input, 2);
    return policy;
}

static void spawn(struct world *world)
{
    struct input *input = &world->input;
    struct sup_policy policy = take_policy(input);
    struct sup_spec spec = {
        .name = names[take(input, NAMES)],
        .group = groups[take(input, sizeof groups / sizeof *groups)],
        .policy = &policy,
    };
    world->no_memory = take(input, 8) == 7;
    int result = sup_spawn(world->sup, &spec);
    world->no_memory = false;
    if (result == 0 && sup_policy_check(&policy, NULL) != 0) {
        abort();
    }
}

static void group(struct world *world)
{
    struct sup_group_policy policy = {
        .strategy = (enum sup_strategy)take(&world->input, 3),
        .limit = take_limit(&world->input),
    };
    int result = sup_group_create(
        world->sup, groups[1 + take(&world->input, sizeof groups / sizeof *groups - 1)], &policy);
    (void)result;
}

static void report(struct world *world)
{
    struct input *input = &world->input;
    if (world->seen_count == 0) {
        return;
    }
    /* Mostly a recent attempt, sometimes one long gone. */
    uint32_t back = take(input, 12) % world->seen_count;
    struct sup_attempt id = world->seen[(world->seen_count - 1 - back) % LIVE_MAX];
    static const enum sup_outcome outcomes[] = {SUP_OUTCOME_SUCCEEDED, SUP_OUTCOME_FAILED,
                                                SUP_OUTCOME_CRASHED, SUP_OUTCOME_ABORTED};
    switch (take(input, 6)) {
    case 0:
        sup_ignore(sup_report_ready(world->sup, id, take(input, 2) != 0));
        break;
    case 1:
        sup_ignore(sup_report_beat(world->sup, id));
        break;
    case 2:
        sup_ignore(sup_report_extend(world->sup, id, take_duration(input)));
        break;
    default: {
        struct sup_end end = {.outcome = outcomes[take(input, 4)], .done = take(input, 8) == 7};
        sup_ignore(sup_report_end(world->sup, id, &end));
        break;
    }
    }
}

static void idle(void *context, int result)
{
    (void)context, (void)result;
}

static void command(struct world *world)
{
    struct input *input = &world->input;
    const struct sup_actor actor = {"fuzzer", "to see"};
    const char *path = groups[1 + take(input, sizeof groups / sizeof *groups - 1)];
    switch (take(input, 10)) {
    case 0:
        sup_ignore(sup_cancel_group(world->sup, path, &actor, NULL));
        break;
    case 1:
        sup_ignore(sup_force_abort(world->sup, path, &actor, NULL));
        break;
    case 2:
        sup_ignore(sup_wait_idle(world->sup, path, take_duration(input), idle, NULL));
        break;
    default: {
        enum sup_command which = (enum sup_command)(SUP_COMMAND_PAUSE + take(input, 7));
        sup_ignore(sup_control(world->sup, which, names[take(input, NAMES)], &actor, NULL));
        break;
    }
    }
}

static void pass_time(struct world *world)
{
    struct sup_instant due = sup_deadline(world->sup);
    if (due.ns != SUP_NEVER_NS && take(&world->input, 4) != 3) {
        world->now = due.ns > world->now.ns ? due : world->now;
    } else {
        world->now = sup_instant_add(world->now, SUP_MS(take(&world->input, 200)));
    }
    sup_step(world->sup);
}

/* Drains with every attempt ignoring what it is told: timers alone must end it,
 * as far as nothing may take for ever. */
static void drain(struct world *world)
{
    const struct sup_actor actor = {"fuzzer", "the end"};
    const struct sup_duration timeout = SUP_SEC(1);
    sup_ignore(sup_shutdown(world->sup, &timeout, &actor, NULL));
    for (unsigned i = 0; i < 1000 && sup_deadline(world->sup).ns != SUP_NEVER_NS; i++) {
        struct sup_instant due = sup_deadline(world->sup);
        world->now = due.ns > world->now.ns ? due : world->now;
        sup_step(world->sup);
        sup_check(world->sup);
    }
    if (sup_deadline(world->sup).ns != SUP_NEVER_NS) {
        abort();
    }
}

static struct sup_config configure(struct world *world)
{
    struct sup_config config;
    sup_config_default(&config);
    config.clock = (struct sup_clock){read_clock, world};
    config.executor = (struct sup_executor){start, stop, stop, stop, world};
    config.alloc = (struct sup_allocator){resize, world};
    config.shutdown_order = take(&world->input, 2) != 0 ? SUP_ORDER_REVERSE : SUP_ORDER_PARALLEL;
    config.shutdown_abort = take(&world->input, 2) != 0;
    config.on_duplicate =
        take(&world->input, 2) != 0 ? SUP_DUPLICATE_REPLACE : SUP_DUPLICATE_REJECT;
    config.blocking_pool = 1 + take(&world->input, 3);
    config.journal_entries = take(&world->input, 8);
    config.root.strategy = (enum sup_strategy)take(&world->input, 3);
    return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {.input = {data, size}};
    struct sup_config config = configure(&world);
    if (sup_create(&config, &world.sup) != 0) {
        return 0;
    }
    while (world.input.left > 0) {
        switch (take(&world.input, 8)) {
        case 0:
            spawn(&world);
            break;
        case 1:
            group(&world);
            break;
        case 2:
        case 3:
            report(&world);
            break;
        case 4:
            command(&world);
            break;
        default:
            pass_time(&world);
            break;
        }
        sup_check(world.sup);
    }
    drain(&world);
    sup_free(world.sup);
    return 0;
}
