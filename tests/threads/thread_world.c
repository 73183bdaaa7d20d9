/* A host with a thread executor, turned by the test; see thread_world.h. */
#include "thread_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct sup_actor thread_actor = {"test", "because"};

static void tell(void *context, const struct sup_event *event)
{
    struct thread_world *world = context;
    char line[256];
    int length =
        snprintf(line, sizeof(line), "%s %s%s%s;", event->service != NULL ? event->service : "-",
                 sup_event_name(event->type), event->fields & SUP_FIELD_OUTCOME ? " " : "",
                 event->fields & SUP_FIELD_OUTCOME ? sup_outcome_name(event->outcome) : "");
    size_t size = world->story_length + (size_t)length + 1;
    if (size > world->story_size) {
        size_t grown = size * 2 + 4096;
        char *story = realloc(world->story, grown);
        if (story == NULL) {
            abort();
        }
        world->story = story;
        world->story_size = grown;
    }
    memcpy(world->story + world->story_length, line, (size_t)length + 1);
    world->story_length += (size_t)length;
}

void thread_world_open_host(struct thread_world *world, const struct sup_threads_config *config,
                            const struct sup_host_config *host)
{
    struct sup_threads_config defaults;
    struct sup_host_config host_config = *host;
    sup_threads_config_default(&defaults);
    *world = (struct thread_world){0};
    assert_int_equal(sup_threads_create(config != NULL ? config : &defaults, &world->threads), 0);
    host_config.sup.executor = sup_threads_executor(world->threads);
    assert_int_equal(sup_host_create(&host_config, &world->host), SUP_OK);
    assert_int_equal(sup_threads_bind(world->threads, world->host), SUP_OK);
    world->sup = sup_host_supervisor(world->host);
    assert_int_equal(sup_subscribe(world->sup, tell, world), SUP_OK);
}

void thread_world_open(struct thread_world *world, const struct sup_threads_config *config)
{
    struct sup_host_config host;
    sup_host_config_default(&host);
    thread_world_open_host(world, config, &host);
}

void thread_world_close(struct thread_world *world)
{
    sup_check(world->sup);
    assert_int_equal(sup_threads_free(world->threads, SUP_SEC(PATIENCE_SECONDS)), SUP_OK);
    sup_host_free(world->host);
    free(world->story);
    *world = (struct thread_world){0};
}

struct sup_policy thread_policy(enum sup_restart restart)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.restart = restart;
    policy.backoff.base = SUP_MS(1);
    policy.backoff.max = SUP_MS(2);
    policy.clean_exit_delay = SUP_MS(1);
    policy.stop_grace = SUP_SEC(PATIENCE_SECONDS);
    return policy;
}

void thread_spawn(struct thread_world *world, const char *name, const struct sup_policy *policy,
                  struct sup_task_spec *work)
{
    struct sup_spec spec = {.name = name, .policy = policy, .work = work};
    assert_int_equal(sup_spawn(world->sup, &spec), SUP_OK);
}

void thread_command(struct thread_world *world, enum sup_command command, const char *name)
{
    assert_int_equal(sup_control(world->sup, command, name, &thread_actor, NULL), SUP_OK);
}

/* ---- waiting ---- */

struct condition {
    const char *name;
    const char *text;
    enum sup_phase phase;
    uint32_t number;
};

typedef bool (*holds_fn)(struct thread_world *world, const struct condition *condition);

static time_t seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void until(struct thread_world *world, holds_fn holds, struct condition condition)
{
    time_t limit = seconds() + PATIENCE_SECONDS;
    while (!holds(world, &condition) && seconds() < limit) {
        assert_true(sup_host_settle(world->host, SUP_MS(200)) >= 0);
    }
    if (!holds(world, &condition)) {
        fail_msg("it never came to that; the story: %s",
                 world->story != NULL ? world->story : "nothing");
    }
}

static bool in_phase(struct thread_world *world, const struct condition *condition)
{
    struct sup_snapshot snapshot;
    return sup_snapshot_of(world->sup, condition->name, &snapshot) == SUP_OK &&
           snapshot.phase == condition->phase;
}

static bool at_attempt(struct thread_world *world, const struct condition *condition)
{
    struct sup_snapshot snapshot;
    return sup_snapshot_of(world->sup, condition->name, &snapshot) == SUP_OK &&
           snapshot.attempt >= condition->number;
}

static bool is_told(struct thread_world *world, const struct condition *condition)
{
    return thread_told(world, condition->text);
}

static bool is_drained(struct thread_world *world, const struct condition *condition)
{
    (void)condition;
    return sup_supervisor_phase_of(world->sup) == SUP_SUPERVISOR_DRAINED;
}

static bool is_busy(struct thread_world *world, const struct condition *condition)
{
    return sup_threads_busy(world->threads) == condition->number;
}

void thread_until_phase(struct thread_world *world, const char *name, enum sup_phase phase)
{
    until(world, in_phase, (struct condition){.name = name, .phase = phase});
}

void thread_until_attempt(struct thread_world *world, const char *name, uint32_t attempt)
{
    until(world, at_attempt, (struct condition){.name = name, .number = attempt});
}

void thread_until_told(struct thread_world *world, const char *text)
{
    until(world, is_told, (struct condition){.text = text});
}

void thread_until_drained(struct thread_world *world)
{
    until(world, is_drained, (struct condition){.number = 0});
}

void thread_until_busy(struct thread_world *world, uint32_t count)
{
    until(world, is_busy, (struct condition){.number = count});
}

void thread_turn(struct thread_world *world)
{
    for (int i = 0; i < 3; i++) {
        assert_true(sup_host_settle(world->host, SUP_NS(0)) >= 0);
    }
}

struct sup_snapshot thread_snapshot(struct thread_world *world, const char *name)
{
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(world->sup, name, &snapshot), SUP_OK);
    return snapshot;
}

static bool is_preloaded(const char *what)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, what) != NULL;
}

bool thread_under_valgrind(void)
{
    return is_preloaded("vgpreload");
}

bool thread_under_drd(void)
{
    return is_preloaded("vgpreload_drd");
}

bool thread_under_faketime(void)
{
    return is_preloaded("libfaketime");
}

bool thread_told(const struct thread_world *world, const char *text)
{
    return world->story != NULL && strstr(world->story, text) != NULL;
}
