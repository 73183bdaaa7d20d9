/* The world of the process tests; see process_world.h. */
#define _GNU_SOURCE
#include "process_world.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

/* ---- counting ---- */

int count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = -1; /* the directory's own */
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        count += isdigit((unsigned char)entry->d_name[0]) != 0;
    }
    closedir(directory);
    return count;
}

/* The parent and the state letter of a process; false when there is none. */
static bool read_stat(const char *pid, int *ret_parent, char *ret_state)
{
    char path[64];
    char line[512];
    (void)snprintf(path, sizeof(path), "/proc/%s/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const char *got = fgets(line, sizeof(line), file);
    fclose(file);
    const char *after = got != NULL ? strrchr(line, ')') : NULL;
    return after != NULL && sscanf(after, ") %c %d", ret_state, ret_parent) == 2;
}

int count_children(void)
{
    DIR *directory = opendir("/proc");
    int count = 0;
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        int parent;
        char state;
        if (isdigit((unsigned char)entry->d_name[0]) && read_stat(entry->d_name, &parent, &state)) {
            count += parent == getpid();
        }
    }
    closedir(directory);
    return count;
}

bool process_runs(int pid)
{
    char name[16];
    int parent;
    char state = 'Z';
    (void)snprintf(name, sizeof(name), "%d", pid);
    return read_stat(name, &parent, &state) && state != 'Z' && state != 'X';
}

/* ---- the log ---- */

/* A test that fails leaves its world as it is. It stays in reach, so that its failure is
 * all that is reported, and not its memory as well. */
struct left_world {
    struct world world;
    struct left_world *next;
};
static struct world last; /* the one that is open, or all 0 */
static struct left_world *left;

static void keep_what_is_left(void)
{
    if (last.log != NULL) {
        struct left_world *node = malloc(sizeof(*node));
        assert_non_null(node);
        *node = (struct left_world){last, left};
        left = node;
    }
}

static void append(char **text, size_t *length, const char *bytes, size_t count)
{
    char *grown = realloc(*text, *length + count + 1);
    assert_non_null(grown);
    memcpy(grown + *length, bytes, count);
    *length += count;
    grown[*length] = '\0';
    *text = grown;
}

static void record(void *context, const struct sup_event *event)
{
    struct world *world = context;
    char line[512];
    int length = snprintf(line, sizeof(line), "%s %s", event->service != NULL ? event->service : "",
                          sup_event_name(event->type));
    size_t at = (size_t)length;
    if ((event->fields & SUP_FIELD_ATTEMPT) != 0) {
        at += (size_t)snprintf(line + at, sizeof(line) - at, " #%u", event->attempt);
    }
    if ((event->fields & SUP_FIELD_OUTCOME) != 0) {
        at +=
            (size_t)snprintf(line + at, sizeof(line) - at, " %s", sup_outcome_name(event->outcome));
    }
    if ((event->fields & SUP_FIELD_EXIT) != 0) {
        at += (size_t)snprintf(line + at, sizeof(line) - at, " exit=%s",
                               sup_outcome_name(event->exit));
    }
    if ((event->fields & SUP_FIELD_ERROR) != 0) {
        at += (size_t)snprintf(line + at, sizeof(line) - at, " '%s'", event->error);
    }
    if ((event->fields & SUP_FIELD_REASON) != 0) {
        at += (size_t)snprintf(line + at, sizeof(line) - at, " %s", sup_reason_name(event->reason));
    }
    at = at < sizeof(line) - 1 ? at : sizeof(line) - 2;
    line[at++] = '\n';
    append(&world->log, &world->log_length, line, at);
    last = *world;
}

static void keep(void *context, struct sup_attempt id, const char *bytes, size_t length)
{
    struct world *world = context;
    (void)id;
    append(&world->output, &world->output_length, bytes, length);
    last = *world;
}

/* ---- opening and closing ---- */

void world_init(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->descriptors = count_descriptors();
    world->children = count_children();
    sup_host_config_default(&world->host_config);
    sup_processes_config_default(&world->config);
    world->config.output = keep;
    world->config.output_context = world;
    keep_what_is_left();
    append(&world->log, &world->log_length, "\n", 1);
    append(&world->output, &world->output_length, "", 0);
    last = *world;
}

void world_open_with(struct world *world, struct sup_executor executor)
{
    world->host_config.sup.executor = executor;
    assert_int_equal(sup_host_create(&world->host_config, &world->host), SUP_OK);
    assert_int_equal(sup_processes_bind(world->processes, world->host), SUP_OK);
    world->sup = sup_host_supervisor(world->host);
    assert_int_equal(sup_subscribe(world->sup, record, world), SUP_OK);
    last = *world;
}

void world_open(struct world *world)
{
    assert_int_equal(sup_processes_create(&world->config, &world->processes), SUP_OK);
    world_open_with(world, sup_processes_executor(world->processes));
}

void world_quiet(struct world *world)
{
    assert_int_equal(sup_unsubscribe(world->sup, record, world), SUP_OK);
}

static bool nothing_lives(struct world *world, const void *argument)
{
    (void)argument;
    return sup_processes_live(world->processes) == 0 &&
           sup_supervisor_phase_of(world->sup) == SUP_SUPERVISOR_DRAINED;
}

void world_drain(struct world *world)
{
    struct sup_actor actor = {"test", "it is over"};
    struct sup_duration timeout = SUP_SEC(WORLD_BOUND_SECONDS);
    assert_int_equal(sup_shutdown(world->sup, &timeout, &actor, NULL), 0);
    world_until(world, nothing_lives, NULL);
    sup_check(world->sup);
}

void world_release(struct world *world)
{
    sup_host_free(world->host);
    assert_int_equal(count_children(), world->children);
    assert_int_equal(count_descriptors(), world->descriptors);
    free(world->log);
    free(world->output);
    memset(&last, 0, sizeof(last));
}

void world_close(struct world *world)
{
    world_drain(world);
    assert_int_equal(sup_processes_free(world->processes), SUP_OK);
    world_release(world);
}

/* ---- services ---- */

struct sup_policy world_never(void)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.restart = SUP_RESTART_NEVER;
    /* What ends when it is told to does so in its own time, however busy the machine is. */
    policy.stop_grace = policy.stop_abort_wait = SUP_SEC(WORLD_BOUND_SECONDS);
    return policy;
}

void world_spawn(struct world *world, const char *name, const struct sup_process_spec *spec,
                 const struct sup_policy *policy)
{
    struct sup_policy never = world_never();
    struct sup_spec registration = {
        .name = name,
        .policy = policy != NULL ? policy : &never,
        .work = (void *)(uintptr_t)spec,
    };
    assert_int_equal(sup_spawn(world->sup, &registration), SUP_OK);
}

struct sup_process_spec world_shell(const char *line, const char **argv)
{
    argv[0] = "/bin/sh";
    argv[1] = "-c";
    argv[2] = line;
    argv[3] = NULL;
    return (struct sup_process_spec){.argv = argv, .output = SUP_OUTPUT_NULL};
}

struct sup_process_spec world_self(const char *mode, const char **argv)
{
    argv[0] = "/proc/self/exe";
    argv[1] = "--child";
    argv[2] = mode;
    argv[3] = NULL;
    return (struct sup_process_spec){.argv = argv};
}

/* ---- waiting ---- */

void world_until(struct world *world, bool (*holds)(struct world *world, const void *argument),
                 const void *argument)
{
    uint64_t limit = sup_host_now(world->host).ns + WORLD_BOUND_SECONDS * SECOND;
    while (!holds(world, argument)) {
        uint64_t now = sup_host_now(world->host).ns;
        if (now >= limit) {
            print_error("waited too long; the log is:%s", world->log);
            fail();
        }
        assert_return_code(sup_host_turn(world->host, SUP_NS(limit - now)), 0);
        if (sup_supervisor_phase_of(world->sup) == SUP_SUPERVISOR_DRAINED) {
            assert_return_code(sup_host_settle(world->host, SUP_MS(20)), 0);
        }
    }
}

uint32_t world_count(const struct world *world, const char *line)
{
    uint32_t count = 0;
    for (const char *at = strstr(world->log, line); at != NULL; at = strstr(at + 1, line)) {
        count++;
    }
    return count;
}

bool world_logged(const struct world *world, const char *line)
{
    return strstr(world->log, line) != NULL;
}

struct wanted {
    const char *line;
    uint32_t count;
};

static bool is_logged(struct world *world, const void *argument)
{
    const struct wanted *wanted = argument;
    return world_count(world, wanted->line) >= wanted->count;
}

void world_await_count(struct world *world, const char *line, uint32_t count)
{
    struct wanted wanted = {line, count};
    world_until(world, is_logged, &wanted);
}

void world_await(struct world *world, const char *line)
{
    world_await_count(world, line, 1);
}

void world_story(const struct world *world, const char *service, const char *expected)
{
    char story[4096] = "";
    size_t length = 0;
    size_t name = strlen(service);
    for (const char *at = world->log + 1; *at != '\0';) {
        size_t line = strcspn(at, "\n") + 1;
        if (strncmp(at, service, name) == 0 && at[name] == ' ') {
            assert_true(length + line < sizeof(story));
            memcpy(story + length, at + name + 1, line - name - 1);
            length += line - name - 1;
            story[length] = '\0';
        }
        at += line;
    }
    assert_string_equal(story, expected);
}

/* ---- looking and commanding ---- */

struct sup_snapshot world_look(struct world *world, const char *service)
{
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(world->sup, service, &snapshot), SUP_OK);
    return snapshot;
}

int world_pid(struct world *world, const char *service)
{
    struct sup_snapshot snapshot = world_look(world, service);
    struct sup_attempt id = {snapshot.slot, snapshot.generation, snapshot.attempt};
    return sup_processes_pid(world->processes, id);
}

void world_command(struct world *world, enum sup_command command, const char *service)
{
    struct sup_actor actor = {"test", "it says so"};
    assert_int_equal(sup_control(world->sup, command, service, &actor, NULL), SUP_OK);
}
