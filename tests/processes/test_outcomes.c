/* How a child's end becomes an outcome, and what a child is started with. */
#define _GNU_SOURCE
#include "process_world.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct shell_case {
    const char *line;
    const char *story;
};

static void process__each_end_has_its_outcome(void **state)
{
    static const struct shell_case cases[] = {
        {"exit 0", "attempt-ended #1 succeeded\n"},
        {"exit 3", "attempt-ended #1 failed 'exit code 3'\n"},
        {"exit 255", "attempt-ended #1 failed 'exit code 255'\n"},
        {"kill -SEGV $$", "attempt-ended #1 crashed 'killed by SIGSEGV'\n"},
        {"kill -KILL $$", "attempt-ended #1 crashed 'killed by SIGKILL'\n"},
        {"kill -TERM $$", "attempt-ended #1 crashed 'killed by SIGTERM'\n"},
        {"kill -40 $$", "attempt-ended #1 crashed 'killed by signal 40'\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world world;
        const char *argv[WORLD_ARGV];
        world_init(&world);
        world_open(&world);
        struct sup_process_spec spec = world_shell(cases[i].line, argv);
        world_spawn(&world, "a", &spec, NULL);
        world_await(&world, "a terminated");
        assert_true(world_logged(&world, cases[i].story));
        world_close(&world);
    }
}

static void process__failure_is_restarted_and_counted(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1);
    policy.breaker.failures = 3;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 4", argv);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    world_story(&world, "a",
                "registered\nattempt-started #1\n"
                "attempt-ended #1 failed 'exit code 4'\nbacking-off 'exit code 4'\n"
                "attempt-started #2\nattempt-ended #2 failed 'exit code 4'\n"
                "backing-off 'exit code 4'\n"
                "attempt-started #3\nattempt-ended #3 failed 'exit code 4'\n"
                "breaker-opened\nterminated circuit-breaker-open\n");
    world_close(&world);
}

static void refused(const char *program, const char *directory, const char *error)
{
    struct world world;
    const char *const argv[] = {program, NULL};
    struct sup_process_spec spec = {.argv = argv, .directory = directory};
    char line[256];
    world_init(&world);
    world_open(&world);
    world_spawn(&world, "a", &spec, NULL);
    (void)snprintf(line, sizeof(line), "a attempt-ended #1 refused '%s'\n", error);
    world_await(&world, "a terminated");
    if (!world_logged(&world, line)) {
        print_error("wanted %snot in:%s", line, world.log);
        fail();
    }
    assert_int_equal(sup_processes_live(world.processes), 0);
    world_close(&world);
}

static void process__what_cannot_be_started_is_refused_with_the_reason(void **state)
{
    (void)state;
    refused("/no/such/program", NULL, "no such program or directory (ENOENT): /no/such/program");
    refused("no-such-program-in-path", NULL,
            "no such program or directory (ENOENT): no-such-program-in-path");
    refused("/dev/null", NULL, "Permission denied (EACCES): /dev/null");
    refused("/bin/true", "/no/such/directory", "no such directory (ENOENT): /no/such/directory");
    refused(NULL, NULL, "the service has no program");
}

/* A directory with a program, a file of that name that may not be executed, and names
 * that lead nowhere, in the orders that PATH may have them. */
static void process__program_is_looked_for_in_path(void **state)
{
    char directory[] = "/tmp/sup-path-XXXXXX";
    char file[64];
    char path[8192];
    struct world world;
    const char *const argv[] = {"sleep", "0", NULL};
    struct sup_process_spec spec = {.argv = argv};
    const char *before = getenv("PATH");
    char *kept = before != NULL ? strdup(before) : NULL;
    (void)state;
    assert_non_null(mkdtemp(directory));
    (void)snprintf(file, sizeof(file), "%s/sleep", directory);
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    /* A name longer than any, an empty one, a file for a directory, one that is refused. */
    (void)snprintf(path, sizeof(path), "/%06000d::/dev/null:%s:/no/such:/usr/bin:/bin", 7,
                   directory);
    assert_int_equal(setenv("PATH", path, 1), 0);
    world_init(&world);
    world_open(&world);
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated completed");
    world_close(&world);
    (void)snprintf(path, sizeof(path), "%s:/no/such", directory);
    assert_int_equal(setenv("PATH", path, 1), 0);
    refused("sleep", NULL, "Permission denied (EACCES): sleep");
    assert_int_equal(unsetenv("PATH"), 0);
    world_init(&world);
    world_open(&world);
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated completed");
    world_close(&world);
    /* What is neither there nor not there. */
    assert_int_equal(unlink(file), 0);
    assert_int_equal(symlink("sleep", file), 0);
    assert_int_equal(setenv("PATH", directory, 1), 0);
    refused("sleep", NULL, "Too many levels of symbolic links (ELOOP): sleep");
    assert_int_equal(kept != NULL ? setenv("PATH", kept, 1) : unsetenv("PATH"), 0);
    free(kept);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(directory), 0);
}

static void process__refused_start_backs_off_and_recovers(void **state)
{
    struct world world;
    char path[] = "/tmp/sup-processes-XXXXXX";
    char program[64];
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1);
    policy.backoff.max = SUP_MS(1);
    world_init(&world);
    world_open(&world);
    assert_non_null(mkdtemp(path));
    (void)snprintf(program, sizeof(program), "%s/program", path);
    const char *const argv[] = {program, NULL};
    struct sup_process_spec spec = {.argv = argv};
    world_spawn(&world, "a", &spec, &policy);
    world_await_count(&world, "refused 'no such program", 3);
    assert_int_equal(symlink("/bin/true", program), 0);
    world_await(&world, "a terminated completed");
    assert_int_equal(unlink(program), 0);
    assert_int_equal(rmdir(path), 0);
    world_close(&world);
}

static void process__children_above_the_maximum_are_refused(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world.config.children_max = 1;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exec sleep 60", argv);
    world_spawn(&world, "a", &spec, NULL);
    world_spawn(&world, "b", &spec, NULL);
    assert_true(world_logged(
        &world, "b attempt-ended #1 refused 'too many children live already: /bin/sh'\n"));
    assert_int_equal(sup_processes_live(world.processes), 1);
    world_close(&world);
}

/* ---- what a child is started with ---- */

/* Run as a child: prints what it finds. */
static int print_surroundings(void)
{
    sigset_t mask;
    struct sigaction action;
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL || sigprocmask(SIG_BLOCK, NULL, &mask) != 0) {
        return 1;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory)) {
            printf("fd %s\n", entry->d_name);
        }
    }
    closedir(directory);
    for (int i = 1; i < SIGRTMAX; i++) {
        if (sigismember(&mask, i) == 1) {
            printf("blocked %d\n", i);
        }
        if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
            printf("ignored %d\n", i);
        }
    }
    printf("group %d\n", getpgrp() == getpid());
    printf("stdin %d\n", getchar());
    return 0;
}

static void process__child_starts_clean(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    sigset_t mask;
    sigset_t before;
    (void)state;
    /* Everything that must not reach the child: a descriptor without O_CLOEXEC, a
     * blocked signal, an ignored one. */
    int low = open("/dev/null", O_RDONLY);
    int leak = fcntl(low, F_DUPFD, 100);
    assert_return_code(leak, 0);
    close(low);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    assert_int_equal(sigprocmask(SIG_BLOCK, &mask, &before), 0);
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("surroundings", argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated completed");
    assert_string_equal(world.output, "fd 0\nfd 1\nfd 2\nfd 3\ngroup 1\nstdin -1\n");
    world_close(&world);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    close(leak);
}

static void process__environment_names_the_attempt(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    assert_int_equal(setenv("NOTIFY_SOCKET", "/run/of/the/supervisor", 1), 0);
    assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("echo $SUP_SERVICE $SUP_GENERATION $SUP_ATTEMPT $NOTIFY_FD "
                    "${NOTIFY_SOCKET-unset} ${WATCHDOG_USEC-unset} ${WATCHDOG_PID-unset}; pwd",
                    argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.ready_pipe = true;
    spec.directory = "/";
    world_spawn(&world, "api", &spec, NULL);
    world_await(&world, "api terminated");
    assert_string_equal(world.output, "api 0 1 3 unset unset unset\n/\n");
    world_close(&world);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_PID");
}

static void process__own_environment_replaces_the_inherited_one(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    const char *const envp[] = {"COLOUR=red", "SUP_SERVICE=liar", "NOTIFY_SOCKET=/mine", NULL};
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("echo $COLOUR $SUP_SERVICE $NOTIFY_SOCKET ${HOME-unset}", argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.envp = envp;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    assert_string_equal(world.output, "red a /mine unset\n");
    world_close(&world);
}

static void process__watchdog_is_told_in_microseconds(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("echo $WATCHDOG_USEC", argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.notify = true;
    spec.watchdog = SUP_MS(1500);
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    assert_string_equal(world.output, "1500000\n");
    world_close(&world);
}

/* ---- the end's measures ---- */

static void process__processor_time_is_measured(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_histogram cpu;
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; kill -SEGV $$", argv);
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    sup_cpu_histogram_read(world.sup, &cpu);
    assert_int_equal(cpu.count, 1);
    assert_true(cpu.sum_ns > 0);
    world_close(&world);
}

static void process__kept_exit_status_is_not_lost_when_it_ends_at_once(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    char name[16];
    (void)state;
    world_init(&world);
    world_open(&world);
    /* Each has long ended before the loop turns for the first time. */
    struct sup_process_spec spec = world_shell("exit 7", argv);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(name, sizeof(name), "a%d", i);
        world_spawn(&world, name, &spec, NULL);
    }
    world_await_count(&world, "failed 'exit code 7'", 50);
    assert_int_equal(sup_processes_live(world.processes), 0);
    world_close(&world);
}

static void process__ignored_sigchld_is_refused(void **state)
{
    struct sup_processes_config config;
    struct sup_processes *processes = NULL;
    (void)state;
    sup_processes_config_default(&config);
    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    assert_int_equal(sup_processes_create(&config, &processes), SUP_EINVAL);
    assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
    assert_int_equal(sup_processes_create(&config, &processes), SUP_OK);
    assert_int_equal(sup_processes_free(processes), SUP_OK);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--child") == 0) {
        return print_surroundings();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process__each_end_has_its_outcome),
        cmocka_unit_test(process__failure_is_restarted_and_counted),
        cmocka_unit_test(process__what_cannot_be_started_is_refused_with_the_reason),
        cmocka_unit_test(process__program_is_looked_for_in_path),
        cmocka_unit_test(process__refused_start_backs_off_and_recovers),
        cmocka_unit_test(process__children_above_the_maximum_are_refused),
        cmocka_unit_test(process__child_starts_clean),
        cmocka_unit_test(process__environment_names_the_attempt),
        cmocka_unit_test(process__own_environment_replaces_the_inherited_one),
        cmocka_unit_test(process__watchdog_is_told_in_microseconds),
        cmocka_unit_test(process__processor_time_is_measured),
        cmocka_unit_test(process__kept_exit_status_is_not_lost_when_it_ends_at_once),
        cmocka_unit_test(process__ignored_sigchld_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
