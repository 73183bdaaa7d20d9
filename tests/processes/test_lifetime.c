/* What becomes of children when their supervisor is killed: at rest, with a thousand of
 * them, and in the middle of starting them. */
#define _GNU_SOURCE
#include "process_world.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MANY 1000
#define INTERRUPTIONS 12

/* ---- the supervisor that will be killed ---- */

/* Writes a byte for each child that it has started. */
static void supervise(uint32_t count, const char *mark, enum sup_lifetime lifetime, int said)
{
    struct sup_processes_config config;
    struct sup_host_config host_config;
    struct sup_processes *processes;
    struct sup_host *host;
    struct rlimit limit;
    const char *const argv[] = {"/bin/sleep", mark, NULL};
    struct sup_process_spec work = {.argv = argv, .lifetime = lifetime};
    sup_processes_config_default(&config);
    sup_host_config_default(&host_config);
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (sup_processes_create(&config, &processes) != SUP_OK) {
        _exit(1);
    }
    host_config.sup.executor = sup_processes_executor(processes);
    if (sup_host_create(&host_config, &host) != SUP_OK ||
        sup_processes_bind(processes, host) != SUP_OK) {
        _exit(2);
    }
    for (uint32_t i = 0; i < count; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "s%u", (unsigned)i);
        struct sup_spec spec = {.name = name, .work = &work};
        if (sup_spawn(sup_host_supervisor(host), &spec) != SUP_OK || write(said, "x", 1) != 1) {
            _exit(3);
        }
    }
    (void)!sup_host_run(host);
    _exit(4);
}

/* ---- looking ---- */

/* How many processes run with this as their only argument. */
static uint32_t count_marked(const char *mark)
{
    DIR *directory = opendir("/proc");
    uint32_t count = 0;
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char path[300];
        char line[256];
        if (!isdigit((unsigned char)entry->d_name[0])) {
            continue;
        }
        (void)snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd >= 0 ? read(fd, line, sizeof(line) - 1) : -1;
        if (fd >= 0) {
            close(fd);
        }
        size_t first = got > 0 ? strnlen(line, (size_t)got) + 1 : 0;
        line[got > 0 ? got : 0] = '\0';
        /* A zombie has no command line. */
        count += got > 0 && first < (size_t)got && strcmp(line + first, mark) == 0;
    }
    closedir(directory);
    return count;
}

/* The command line of one that has just been executed is not there yet. */
static void await_marked(const char *mark, uint32_t count)
{
    time_t limit = time(NULL) + WORLD_BOUND_SECONDS;
    while (count_marked(mark) != count) {
        struct timespec pause = {0, 5000000};
        assert_true(time(NULL) < limit);
        nanosleep(&pause, NULL);
    }
}

static void read_bytes(int fd, uint32_t count)
{
    char byte;
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(read(fd, &byte, 1), 1);
    }
}

/* Starts a supervisor of `count` children, and kills it when `started` of them are. */
static void kill_supervisor(uint32_t count, uint32_t started, const char *mark,
                            enum sup_lifetime lifetime)
{
    int said[2];
    int status;
    assert_int_equal(pipe(said), 0);
    pid_t pid = fork();
    assert_return_code(pid, errno);
    if (pid == 0) {
        close(said[0]);
        supervise(count, mark, lifetime, said[1]);
    }
    close(said[1]);
    read_bytes(said[0], started);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    close(said[0]);
}

/* ---- tests ---- */

static void lifetime__nothing_survives_a_supervisor_of_a_thousand(void **state)
{
    char mark[32];
    (void)state;
    (void)snprintf(mark, sizeof(mark), "100000.%d", (int)getpid());
    kill_supervisor(MANY, MANY, mark, SUP_LIFETIME_SUPERVISOR);
    await_marked(mark, 0);
}

/* In whatever a start is doing: between clone and exec, too. */
static void lifetime__nothing_survives_a_supervisor_killed_while_it_starts(void **state)
{
    char mark[32];
    (void)state;
    for (uint32_t i = 0; i < INTERRUPTIONS; i++) {
        (void)snprintf(mark, sizeof(mark), "200000.%d%u", (int)getpid(), (unsigned)i);
        kill_supervisor(MANY, 1 + i * 7, mark, SUP_LIFETIME_SUPERVISOR);
        await_marked(mark, 0);
    }
}

static void lifetime__own_one_lives_on(void **state)
{
    char mark[32];
    (void)state;
    (void)snprintf(mark, sizeof(mark), "300000.%d", (int)getpid());
    /* So that they are this test's to end. */
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    kill_supervisor(3, 3, mark, SUP_LIFETIME_OWN);
    /* The kernel has dealt with the supervisor's death before its parent was told. */
    await_marked(mark, 3);
    for (int i = 0; i < 3; i++) {
        siginfo_t info = {.si_pid = 0};
        char path[64];
        /* Children of this process: those that were left to it. */
        (void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
        FILE *file = fopen(path, "re");
        int pid = 0;
        assert_non_null(file);
        assert_int_equal(fscanf(file, "%d", &pid), 1);
        fclose(file);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED), 0);
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    assert_int_equal(count_marked(mark), 0);
}

/* As the header says: it is the thread that counts. */
static void *start_one(void *context)
{
    static const char *const argv[] = {"/bin/sleep", "60", NULL};
    static struct sup_process_spec works[2] = {{.argv = argv},
                                               {.argv = argv, .lifetime = SUP_LIFETIME_OWN}};
    struct sup_policy policy = world_never();
    struct sup_spec specs[2] = {{.name = "tied", .policy = &policy, .work = &works[0]},
                                {.name = "own", .policy = &policy, .work = &works[1]}};
    for (int i = 0; i < 2; i++) {
        if (sup_spawn(context, &specs[i]) != SUP_OK) {
            return context;
        }
    }
    return NULL;
}

static void lifetime__child_is_tied_to_the_thread_that_started_it(void **state)
{
    struct world world;
    pthread_t thread;
    void *failed = NULL;
    (void)state;
    world_init(&world);
    world_open(&world);
    assert_int_equal(pthread_create(&thread, NULL, start_one, world.sup), 0);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
    world_await(&world, "tied attempt-ended #1 crashed 'killed by SIGKILL'\n");
    assert_true(process_runs(world_pid(&world, "own")));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lifetime__nothing_survives_a_supervisor_of_a_thousand),
        cmocka_unit_test(lifetime__nothing_survives_a_supervisor_killed_while_it_starts),
        cmocka_unit_test(lifetime__own_one_lives_on),
        cmocka_unit_test(lifetime__child_is_tied_to_the_thread_that_started_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
