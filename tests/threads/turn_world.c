/* A host with a clock set by hand; see turn_world.h. */
#include "turn_world.h"

#include <stdio.h>
#include <string.h>

const struct sup_actor turn_actor = {"test", "because"};

static struct sup_instant read_clock(void *context)
{
    const struct turn_world *world = context;
    return (struct sup_instant){world->now_ns};
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct turn_world *world = context;
    (void)start;
    (void)ret_error;
    world->starts++;
    if (world->on_start != NULL) {
        world->on_start(world);
    }
    return SUP_OK;
}

static void ask(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

static void hear_event(void *context, const struct sup_event *event)
{
    char line[192];
    (void)snprintf(line, sizeof(line), "%s %s;", event->service != NULL ? event->service : "-",
                   sup_event_name(event->type));
    turn_tell(context, line);
}

void turn_world_prepare(struct turn_world *world)
{
    memset(world, 0, sizeof(*world));
    sup_host_config_default(&world->config);
    world->config.sup.clock = (struct sup_clock){read_clock, world};
    world->config.sup.executor =
        (struct sup_executor){.start = start, .cancel = ask, .abort = ask, .context = world};
}

void turn_world_create(struct turn_world *world)
{
    assert_int_equal(sup_host_create(&world->config, &world->host), SUP_OK);
    world->sup = sup_host_supervisor(world->host);
    assert_int_equal(sup_subscribe(world->sup, hear_event, world), SUP_OK);
}

void turn_world_open(struct turn_world *world)
{
    turn_world_prepare(world);
    turn_world_create(world);
}

void turn_world_close(struct turn_world *world)
{
    sup_check(world->sup);
    sup_host_free(world->host);
    world->host = NULL;
}

void turn_at(struct turn_world *world, uint64_t now_ns)
{
    assert_true(now_ns >= world->now_ns);
    world->now_ns = now_ns;
    assert_int_equal(sup_host_settle(world->host, SUP_NS(0)), SUP_OK);
    sup_check(world->sup);
}

void turn_spawn(struct turn_world *world, const char *name, const struct sup_policy *policy)
{
    struct sup_spec spec = {.name = name, .policy = policy};
    assert_int_equal(sup_spawn(world->sup, &spec), SUP_OK);
}

struct sup_snapshot turn_look(const struct turn_world *world, const char *name)
{
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(world->sup, name, &snapshot), SUP_OK);
    return snapshot;
}

struct sup_attempt turn_attempt(const struct turn_world *world, const char *name)
{
    struct sup_snapshot snapshot = turn_look(world, name);
    return (struct sup_attempt){snapshot.slot, snapshot.generation, snapshot.attempt};
}

void turn_fail(struct turn_world *world, const char *name)
{
    const struct sup_end end = {.outcome = SUP_OUTCOME_FAILED};
    assert_int_equal(sup_report_end(world->sup, turn_attempt(world, name), &end), SUP_OK);
}

struct sup_policy turn_policy(uint64_t backoff_ns)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.backoff.base = policy.backoff.max = SUP_NS(backoff_ns);
    return policy;
}

/* ---- the story ---- */

void turn_tell(struct turn_world *world, const char *text)
{
    size_t length = strlen(world->story);
    assert_true(length + strlen(text) < sizeof(world->story));
    memcpy(world->story + length, text, strlen(text) + 1);
}

bool turn_told(const struct turn_world *world, const char *text)
{
    return strstr(world->story, text) != NULL;
}

void turn_forget(struct turn_world *world)
{
    world->story[0] = '\0';
}

static void deliver(struct sup_host_report *report, struct sup *sup)
{
    const struct turn_report *mine = (const struct turn_report *)(const void *)report;
    const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    if (mine->beat) {
        sup_reported(sup_report_beat(sup, mine->id));
    } else {
        sup_reported(sup_report_end(sup, mine->id, &end));
    }
}

void turn_report(struct turn_world *world, struct turn_report *report, const char *name, bool beat)
{
    *report = (struct turn_report){
        .report = {.deliver = deliver}, .id = turn_attempt(world, name), .beat = beat};
    sup_host_report(world->host, &report->report);
}
