/* The system's limits, and orphans: each test that changes what a whole process has
 * runs in a process of its own. */
#define _GNU_SOURCE
#include "process_world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Asserting on the other side of a fork would leave through the test runner twice, so
 * the forked process says with its status what went wrong. */
static void in_a_process(int (*fn)(void))
{
    int status;
    pid_t pid = fork();
    assert_return_code(pid, errno);
    if (pid == 0) {
        _exit(fn());
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

struct record {
    struct sup_host *host;
    uint32_t refused;
    char error[256];
    char output[64];
    bool over;
};

static void keep(void *context, struct sup_attempt id, const char *bytes, size_t length)
{
    struct record *record = context;
    size_t have = strlen(record->output);
    (void)id;
    if (length < sizeof(record->output) - have) {
        memcpy(record->output + have, bytes, length);
        record->output[have + length] = '\0';
    }
}

static void note(void *context, const struct sup_event *event)
{
    struct record *record = context;
    if (event->type == SUP_EVENT_ATTEMPT_ENDED && event->outcome != SUP_OUTCOME_SUCCEEDED) {
        record->refused += event->outcome == SUP_OUTCOME_REFUSED;
        (void)snprintf(record->error, sizeof(record->error), "%s", event->error);
    }
    record->over = record->over || event->type == SUP_EVENT_TERMINATED;
}

static int open_small(struct sup_processes **ret_processes, struct sup_host **ret_host,
                      struct record *record)
{
    struct sup_processes_config config;
    struct sup_host_config host_config;
    sup_processes_config_default(&config);
    config.output = keep;
    config.output_context = record;
    sup_host_config_default(&host_config);
    if (sup_processes_create(&config, ret_processes) != SUP_OK) {
        return 1;
    }
    host_config.sup.executor = sup_processes_executor(*ret_processes);
    if (sup_host_create(&host_config, ret_host) != SUP_OK ||
        sup_processes_bind(*ret_processes, *ret_host) != SUP_OK) {
        return 2;
    }
    record->host = *ret_host;
    return sup_subscribe(sup_host_supervisor(*ret_host), note, record) == SUP_OK ? 0 : 3;
}

static int spawn_true(struct sup_host *host)
{
    static const char *const argv[] = {"/bin/true", NULL};
    static const struct sup_process_spec work = {
        .argv = argv, .ready_pipe = true, .notify = true, .output = SUP_OUTPUT_KEEP};
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1);
    policy.backoff.max = SUP_MS(1);
    struct sup_spec spec = {.name = "a", .policy = &policy, .work = (void *)(uintptr_t)&work};
    return sup_spawn(sup_host_supervisor(host), &spec);
}

/* Turns until it is over, or until so many starts were refused. */
static int turn_until(const struct record *record, uint32_t refused)
{
    uint64_t limit = sup_host_now(record->host).ns + WORLD_BOUND_SECONDS * 1000 * MS;
    while (!record->over && (refused == 0 || record->refused < refused)) {
        if (sup_host_now(record->host).ns > limit || sup_host_turn(record->host, SUP_SEC(1)) < 0) {
            return 1;
        }
    }
    return 0;
}

static int close_small(struct sup_processes *processes, struct sup_host *host)
{
    int error = sup_processes_free(processes);
    sup_host_free(host);
    return error == SUP_OK && count_children() == 0 ? 0 : 1;
}

/* A user without privileges whom the limit binds, root being exempt. */
static int exhaust_processes(void)
{
    struct sup_processes *processes;
    struct sup_host *host;
    struct record record = {.over = false};
    struct rlimit limit;
    if (geteuid() == 0 && (setgid(54321) != 0 || setuid(54321) != 0)) {
        return 10;
    }
    int descriptors = count_descriptors();
    if (open_small(&processes, &host, &record) != 0 || getrlimit(RLIMIT_NPROC, &limit) != 0) {
        return 11;
    }
    rlim_t usual = limit.rlim_cur;
    limit.rlim_cur = 1;
    if (setrlimit(RLIMIT_NPROC, &limit) != 0 || spawn_true(host) != SUP_OK ||
        turn_until(&record, 3) != 0 || record.over) {
        return 12;
    }
    if (strcmp(record.error, "the limit of processes is reached (EAGAIN): /bin/true") != 0) {
        return 13;
    }
    limit.rlim_cur = usual;
    if (setrlimit(RLIMIT_NPROC, &limit) != 0 || turn_until(&record, 0) != 0) {
        return 14;
    }
    if (close_small(processes, host) != 0) {
        return 15;
    }
    return count_descriptors() == descriptors ? 0 : 16;
}

static void limits__no_process_left_is_refused_and_tried_again(void **state)
{
    (void)state;
    in_a_process(exhaust_processes);
}

/* Leaves room for 0, 1, 2, … descriptors: each way of not getting one is met. */
static int exhaust_descriptors(void)
{
    struct sup_processes *processes;
    struct sup_host *host;
    struct record record = {.over = false};
    struct rlimit limit;
    int descriptors = count_descriptors();
    if (open_small(&processes, &host, &record) != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 11;
    }
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(next);
    rlim_t usual = limit.rlim_cur;
    uint32_t met = 0;
    for (uint32_t room = 0; !record.over; room++) {
        limit.rlim_cur = (rlim_t)next + room;
        record.refused = 0;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            return 12;
        }
        if ((room == 0 && spawn_true(host) != SUP_OK) || turn_until(&record, 2) != 0) {
            return 13;
        }
        if (!record.over &&
            strcmp(record.error, "the limit of open files is reached (EMFILE): /bin/true") != 0) {
            return 14;
        }
        met += !record.over;
    }
    limit.rlim_cur = usual;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || met < 4) {
        return 15;
    }
    if (close_small(processes, host) != 0) {
        return 16;
    }
    return count_descriptors() == descriptors ? 0 : 17;
}

static void limits__no_descriptor_left_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    in_a_process(exhaust_descriptors);
}

/* The same for the executor itself: it says so, and can be bound when there is room. */
static void limits__no_descriptor_for_the_executor_is_said_and_may_be_tried_again(void **state)
{
    struct sup_processes *processes;
    struct sup_processes_config config;
    struct sup_host_config host_config;
    struct sup_host *host;
    struct rlimit limit;
    int descriptors = count_descriptors();
    (void)state;
    sup_processes_config_default(&config);
    sup_host_config_default(&host_config);
    config.subreaper = true;
    assert_int_equal(sup_processes_create(&config, &processes), SUP_OK);
    host_config.sup.executor = sup_processes_executor(processes);
    assert_int_equal(sup_host_create(&host_config, &host), SUP_OK);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(next);
    uint32_t met = 0;
    for (int error = SUP_ELIMIT; error != SUP_OK; met++) {
        struct rlimit less = {(rlim_t)next + met, limit.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
        error = sup_processes_bind(processes, host);
        assert_true(error == SUP_OK || error == SUP_ELIMIT);
    }
    assert_true(met >= 6);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(sup_processes_bind(processes, host), SUP_EINVAL); /* bound already */
    assert_int_equal(sup_processes_bind(NULL, host), SUP_EINVAL);
    assert_int_equal(sup_processes_free(processes), SUP_OK);
    assert_int_equal(sup_processes_free(NULL), SUP_OK);
    sup_host_free(host);
    assert_int_equal(count_descriptors(), descriptors);
}

/* ---- many descriptors ---- */

#define MANY_DESCRIPTORS 3000

/* A field of /proc/PID/status. */
static long status_of(int pid, const char *field)
{
    char path[64];
    char line[256];
    long value = -1;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (value < 0 && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0) {
            value = atol(line + strlen(field));
        }
    }
    fclose(file);
    return value;
}

/* A start must not copy all descriptors only to close them: the size of the child's table
 * shows whether it did. None of the supervisor's may be lost by it either. */
static void limits__start_does_not_copy_thousands_of_descriptors(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    static int fds[MANY_DESCRIPTORS];
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct rlimit more = {limit.rlim_max, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &more), 0);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec first = world_shell("exec sleep 60", argv);
    first.notify = first.ready_pipe = true;
    first.output = SUP_OUTPUT_KEEP;
    for (int i = 0; i < MANY_DESCRIPTORS; i++) {
        fds[i] = open("/dev/null", O_RDONLY); /* no O_CLOEXEC */
        assert_return_code(fds[i], errno);
    }
    world_spawn(&world, "before", &first, NULL); /* from which it learns how many there are */
    world_spawn(&world, "a", &first, NULL);
    assert_in_range(status_of(world_pid(&world, "a"), "FDSize:"), 1, 512);
    const char *argv_list[WORLD_ARGV];
    struct sup_process_spec list = world_shell("ls /proc/self/fd | tr '\\n' ' '", argv_list);
    list.output = SUP_OUTPUT_KEEP;
    list.ready_pipe = true;
    world_spawn(&world, "list", &list, NULL);
    world_await(&world, "list terminated completed");
    assert_string_equal(world.output, "0 1 2 3 4 "); /* the last is its look at them */
    for (int i = 0; i < MANY_DESCRIPTORS; i++) {
        assert_int_equal(fcntl(fds[i], F_GETFD), 0);
        close(fds[i]);
    }
    world_close(&world);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static bool is_terminated(struct world *world, const void *argument)
{
    return world_look(world, argument).phase == SUP_PHASE_TERMINATED;
}

static int start_without_streams(void)
{
    struct sup_processes *processes;
    struct sup_host *host;
    struct record record = {.over = false};
    if (open_small(&processes, &host, &record) != 0) {
        return 1;
    }
    /* A child's pipes then take the numbers of the standard streams. */
    close(0);
    close(1);
    close(2);
    static const char *const argv[] = {
        "/bin/sh", "-c", "read x; echo out; echo err >&2; echo error three >&3; exit 4", NULL};
    static const struct sup_process_spec work = {
        .argv = argv, .ready_pipe = true, .notify = true, .output = SUP_OUTPUT_KEEP};
    struct sup_policy policy = world_never();
    struct sup_spec spec = {.name = "a", .policy = &policy, .work = (void *)(uintptr_t)&work};
    if (sup_spawn(sup_host_supervisor(host), &spec) != SUP_OK || turn_until(&record, 1) != 0 ||
        strcmp(record.error, "three") != 0) {
        return 2;
    }
    if (strcmp(record.output, "out\nerr\n") != 0) {
        return 3;
    }
    return close_small(processes, host);
}

static void limits__closed_standard_streams_do_no_harm(void **state)
{
    (void)state;
    in_a_process(start_without_streams);
}

/* What is refused at once and tried again at once takes its turn among the others. */
static void limits__refusals_without_backoff_do_not_hold_up_the_loop(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    const char *const nothing[] = {"/no/such/program", NULL};
    struct sup_process_spec refused = {.argv = nothing};
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_NS(0);
    policy.backoff.max = SUP_NS(0);
    world_init(&world);
    world_open(&world);
    world_quiet(&world);
    struct sup_process_spec spec = world_shell("exit 7", argv);
    world_spawn(&world, "eager", &refused, &policy);
    world_spawn(&world, "quick", &spec, NULL);
    world_until(&world, is_terminated, "quick");
    world_command(&world, SUP_COMMAND_CANCEL, "eager");
    world_until(&world, is_terminated, "eager");
    world_close(&world);
}

/* ---- orphans ---- */

static bool has_reaped(struct world *world, const void *argument)
{
    return sup_processes_orphans(world->processes) >= *(const uint64_t *)argument;
}

static void orphans__are_reaped_when_asked_to(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    uint64_t wanted = 20;
    (void)state;
    world_init(&world);
    world.config.subreaper = true;
    world_open(&world);
    /* Each setsid leaves the group and is an orphan when the shell in between ends. */
    struct sup_process_spec spec = world_shell(
        "i=0; while [ $i -lt 20 ]; do (setsid sleep 0.01 &) ; i=$((i + 1)); done; exit 3", argv);
    world_spawn(&world, "a", &spec, NULL);
    world_until(&world, has_reaped, &wanted);
    world_await(&world, "a attempt-ended #1 failed 'exit code 3'");
    assert_int_equal(sup_processes_orphans(world.processes), 20);
    world_close(&world);
}

static void orphans__reaper_loses_no_exit_of_its_own_children(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    char name[16];
    (void)state;
    world_init(&world);
    world.config.subreaper = true;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 7", argv);
    for (int i = 0; i < 30; i++) {
        (void)snprintf(name, sizeof(name), "a%d", i);
        world_spawn(&world, name, &spec, NULL);
    }
    world_await_count(&world, "failed 'exit code 7'", 30);
    assert_int_equal(sup_processes_orphans(world.processes), 0);
    world_close(&world);
}

/* Somebody else waits for the executor's child. */
static void orphans__stolen_exit_status_is_said_to_be_lost(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    int status;
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 0", argv);
    world_spawn(&world, "a", &spec, NULL);
    int pid = world_pid(&world, "a");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    world_await(&world, "a attempt-ended #1 failed 'its exit status was taken by another wait'");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits__no_process_left_is_refused_and_tried_again),
        cmocka_unit_test(limits__no_descriptor_left_is_refused_and_leaves_nothing),
        cmocka_unit_test(limits__no_descriptor_for_the_executor_is_said_and_may_be_tried_again),
        cmocka_unit_test(limits__start_does_not_copy_thousands_of_descriptors),
        cmocka_unit_test(limits__closed_standard_streams_do_no_harm),
        cmocka_unit_test(limits__refusals_without_backoff_do_not_hold_up_the_loop),
        cmocka_unit_test(orphans__are_reaped_when_asked_to),
        cmocka_unit_test(orphans__reaper_loses_no_exit_of_its_own_children),
        cmocka_unit_test(orphans__stolen_exit_status_is_said_to_be_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
