/* Control groups: with a real cgroup2 where one can be written, and with a directory of
 * ordinary files that the test changes as the kernel would. */
#define _GNU_SOURCE
#include "process_world.h"

#include "notify_client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENT SUP_SEC(WORLD_BOUND_SECONDS)
#define PATH_BYTES 256

/* ---- run as a child ---- */

/* A daemon of the old school: another session, and nobody's child. Prints its pid. */
static int become_daemon(void)
{
    int said[2];
    char byte;
    if (pipe(said) != 0) {
        return 1;
    }
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            printf("%d\n", (int)getpid());
            fflush(stdout);
            (void)!write(said[1], "x", 1);
            pause();
        }
        _exit(0);
    }
    return read(said[0], &byte, 1) == 1 ? 3 : 1;
}

static int speak_from_elsewhere(void)
{
    if (fork() == 0) {
        bool good = setsid() > 0 && notify_say(notify_open(), "READY=1");
        pause();
        _exit(good ? 0 : 1);
    }
    pause();
    return 0;
}

/* ---- a directory ---- */

static void put_file(const char *directory, const char *name, const char *text)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_return_code(fd, errno);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static bool file_is(const char *directory, const char *name, const char *text)
{
    char path[PATH_BYTES];
    char have[64] = "";
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, have, sizeof(have) - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return got >= 0 && strcmp(have, text) == 0;
}

static void make_group(const char *group, const char *events)
{
    assert_int_equal(mkdir(group, 0700), 0);
    put_file(group, "cgroup.procs", "");
    put_file(group, "cgroup.kill", "");
    put_file(group, "cgroup.events", events);
}

static void remove_group(const char *group)
{
    static const char *const names[] = {"cgroup.procs", "cgroup.kill", "cgroup.events"};
    char path[PATH_BYTES + 16];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", group, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(group), 0);
}

/* The control group of service a's first attempt, as files. */
struct fake {
    char root[64];
    char group[PATH_BYTES];
};

static void fake_init(struct fake *fake, const char *events)
{
    (void)snprintf(fake->root, sizeof(fake->root), "/tmp/sup-cgroup-XXXXXX");
    assert_non_null(mkdtemp(fake->root));
    (void)snprintf(fake->group, sizeof(fake->group), "%s/a.0.1", fake->root);
    make_group(fake->group, events);
}

static void fake_release(const struct fake *fake)
{
    remove_group(fake->group);
    assert_int_equal(rmdir(fake->root), 0);
}

static bool was_killed(struct world *world, const void *argument)
{
    const struct fake *fake = argument;
    return file_is(fake->group, "cgroup.kill", "1") && world_pid(world, "a") < 0;
}

static void cgroup__end_is_told_when_the_group_is_empty(void **state)
{
    struct world world;
    struct fake fake;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    policy.stop_abort_wait = PATIENT;
    fake_init(&fake, "populated 0\nfrozen 0\n");
    world_init(&world);
    world.config.cgroup = fake.root;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 3", argv);
    world_spawn(&world, "a", &spec, &policy);
    /* The child has entered it. */
    assert_true(file_is(fake.group, "cgroup.procs", "0"));
    put_file(fake.group, "cgroup.events", "populated 1\nfrozen 0\n");
    world_until(&world, was_killed, &fake);
    assert_false(world_logged(&world, "attempt-ended"));
    put_file(fake.group, "cgroup.events", "populated 0\nfrozen 0\n");
    world_await(&world, "a attempt-ended #1 failed 'exit code 3'\n");
    world_close(&world);
    fake_release(&fake);
}

static void cgroup__await_and_kill_wait_for_it(void **state)
{
    struct world world;
    struct fake fake;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    struct sup_attempt id = {0, 0, 1};
    (void)state;
    policy.stop_abort_wait = PATIENT;
    fake_init(&fake, "populated 0\n");
    world_init(&world);
    world.config.cgroup = fake.root;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exec sleep 60", argv);
    world_spawn(&world, "a", &spec, &policy);
    put_file(fake.group, "cgroup.events", "populated 1\n");
    assert_int_equal(kill(world_pid(&world, "a"), SIGKILL), 0);
    assert_int_equal(sup_processes_await(world.processes, id, SUP_MS(20)), SUP_ETIMEOUT);
    assert_int_equal(sup_processes_kill(world.processes, SUP_MS(20)), SUP_EBUSY);
    assert_int_equal(sup_processes_live(world.processes), 1);
    put_file(fake.group, "cgroup.events", "populated 0\n");
    assert_int_equal(sup_processes_kill(world.processes, PATIENT), SUP_OK);
    assert_false(world_logged(&world, "attempt-ended"));
    assert_int_equal(sup_processes_free(world.processes), SUP_OK);
    world_release(&world);
    fake_release(&fake);
}

static void cgroup__what_does_not_go_is_named(void **state)
{
    struct world world;
    struct fake fake;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    policy.stop_abort_wait = SUP_MS(20);
    fake_init(&fake, "populated 0\n");
    world_init(&world);
    world.config.cgroup = fake.root;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 3", argv);
    world_spawn(&world, "a", &spec, &policy);
    put_file(fake.group, "cgroup.procs", "10\n20\n30\n40\n50\n60\n70\n");
    put_file(fake.group, "cgroup.events", "populated 1\n");
    world_await(&world, "a attempt-ended #1 failed "
                        "'7 processes are left behind (10 20 30 40 50 60 ...): exit code 3'\n");
    assert_int_equal(sup_processes_count(world.processes, SUP_PROCESSES_LEFT_BEHIND), 1);
    world_close(&world);
    fake_release(&fake);
}

/* ---- refusals ---- */

static void refused_with(const char *root, const char *error)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    world_init(&world);
    world.config.cgroup = root;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 0", argv);
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, error);
    world_close(&world);
}

static void cgroup__start_without_one_is_refused_with_the_reason(void **state)
{
    struct fake fake;
    char path[PATH_BYTES + 16];
    struct sup_processes *processes = NULL;
    struct sup_processes_config config;
    (void)state;
    sup_processes_config_default(&config);
    config.cgroup = "/no/such/directory";
    assert_int_equal(sup_processes_create(&config, &processes), SUP_EINVAL);
    fake_init(&fake, "populated 1\n");
    refused_with(fake.root, "refused 'its control group is not empty (EBUSY): /bin/sh'\n");
    assert_true(file_is(fake.group, "cgroup.kill", "1"));
    fake_release(&fake);
    /* No files at all: a directory that is none of cgroup2. */
    (void)snprintf(fake.root, sizeof(fake.root), "/tmp/sup-cgroup-XXXXXX");
    assert_non_null(mkdtemp(fake.root));
    refused_with(fake.root, "refused 'no control group for it (ENOENT): /bin/sh'\n");
    assert_int_equal(rmdir(fake.root), 0); /* nothing was left in it */
    refused_with("/proc/self/fdinfo", "refused 'no control group for it (");
    /* One that may not be entered. */
    fake_init(&fake, "populated 0\n");
    (void)snprintf(path, sizeof(path), "%s/cgroup.procs", fake.group);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/full", path), 0);
    refused_with(fake.root, "refused 'no control group for it (ELOOP): /bin/sh'\n");
    fake_release(&fake);
}

/* ---- survivors of another supervisor ---- */

static const char *const left_names[] = {"a.0.1", "a.2.34", "ab.0.1", "a.b.0.1", "a.0", "none"};
#define LEFT (sizeof(left_names) / sizeof(left_names[0]))

static bool both_are_killed(struct world *world, const void *argument)
{
    const char(*groups)[PATH_BYTES] = argument;
    (void)world;
    return file_is(groups[0], "cgroup.kill", "1") && file_is(groups[1], "cgroup.kill", "1");
}

/* Whatever the attempt's number, and for that service alone. */
static void cgroup__no_attempt_starts_beside_a_survivor_of_its_service(void **state)
{
    struct world world;
    char root[64] = "/tmp/sup-cgroup-XXXXXX";
    char groups[LEFT][PATH_BYTES];
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    (void)state;
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < LEFT; i++) {
        (void)snprintf(groups[i], sizeof(groups[i]), "%s/%s", root, left_names[i]);
        make_group(groups[i], "populated 1\n");
    }
    sup_policy_default(&policy);
    policy.backoff.base = policy.backoff.max = SUP_MS(1);
    world_init(&world);
    world.config.cgroup = root;
    world_open(&world);
    struct sup_process_spec spec = world_shell("exit 0", argv);
    world_spawn(&world, "b", &spec, NULL);
    world_await(&world, "b attempt-ended #1 refused 'no control group for it (ENOENT)");
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a attempt-ended #3 refused 'its control group is not empty (EBUSY)");
    world_until(&world, both_are_killed, groups);
    put_file(groups[0], "cgroup.events", "populated 0\n");
    uint32_t refused = world_count(&world, "a attempt-ended #");
    world_await_count(&world, "a attempt-ended #", refused + 3);
    assert_false(world_logged(&world, "(ENOENT): /bin/sh'\na"));
    put_file(groups[1], "cgroup.events", "populated 0\n");
    /* Nobody made these files, so that the attempt gets so far and no further. */
    world_await(&world, " refused 'no control group for it (ENOENT): /bin/sh'\na backing-off");
    for (size_t i = 2; i < LEFT; i++) {
        assert_true(file_is(groups[i], "cgroup.kill", ""));
    }
    world_close(&world);
    for (size_t i = 0; i < LEFT; i++) {
        remove_group(groups[i]);
    }
    assert_int_equal(rmdir(root), 0);
}

/* ---- a real one ---- */

/* A directory below the first cgroup2 that is mounted; false when there is none that can
 * be written. */
static bool make_real(char *ret_path, size_t size)
{
    char line[512];
    char mount[200];
    char type[32];
    bool found = false;
    FILE *file = fopen("/proc/self/mounts", "re");
    assert_non_null(file);
    while (!found && fgets(line, sizeof(line), file) != NULL) {
        found = sscanf(line, "%*s %199s %31s", mount, type) == 2 && strcmp(type, "cgroup2") == 0;
    }
    fclose(file);
    if (!found) {
        return false;
    }
    /* A name of its own, whatever a run that was killed has left. */
    (void)snprintf(ret_path, size, "%s/sup-test-XXXXXX", mount);
    return mkdtemp(ret_path) != NULL;
}

static bool has_named(struct world *world, const void *argument)
{
    (void)argument;
    return strchr(world->output, '\n') != NULL;
}

static bool real_or_skip(char *ret_path, size_t size)
{
    if (make_real(ret_path, size)) {
        return true;
    }
    print_message("skipped: no cgroup2 can be written here\n");
    return false;
}

static void cgroup__daemon_in_another_session_is_killed_and_awaited(void **state)
{
    struct world world;
    char root[PATH_BYTES];
    char group[PATH_BYTES + 16];
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    (void)state;
    if (!real_or_skip(root, sizeof(root))) {
        skip();
    }
    sup_policy_default(&policy);
    policy.stop_abort_wait = PATIENT;
    policy.backoff.base = policy.backoff.max = SUP_NS(0);
    policy.max_restarts = 3;
    world_init(&world);
    world.config.cgroup = root;
    world_open(&world);
    struct sup_process_spec spec = world_self("daemon", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    assert_int_equal(world_count(&world, "attempt-ended"), 4);
    assert_int_equal(world_count(&world, "failed 'exit code 3'\n"), 4);
    const char *at = world.output;
    for (int i = 0; i < 4; i++) {
        assert_true(atoi(at) > 1 && !process_runs(atoi(at)));
        at = strchr(at, '\n') + 1;
    }
    (void)snprintf(group, sizeof(group), "%s/a.0.1", root);
    assert_int_equal(access(group, F_OK), -1); /* removed */
    world_close(&world);
    assert_int_equal(rmdir(root), 0);
}

static void cgroup__abort_reaches_all_of_it_and_await_waits(void **state)
{
    struct world world;
    char root[PATH_BYTES];
    const char *argv[WORLD_ARGV];
    struct sup_attempt id = {0, 0, 1};
    (void)state;
    if (!real_or_skip(root, sizeof(root))) {
        skip();
    }
    world_init(&world);
    world.config.cgroup = root;
    world_open(&world);
    struct sup_process_spec spec =
        /* Both ignore the signal before either says anything: the other inherits it. */
        world_shell("trap '' TERM; setsid sh -c 'echo $$; sleep 60; sleep 60' & "
                    "while :; do sleep 1; done",
                    argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    world_until(&world, has_named, NULL);
    int other = atoi(world.output);
    assert_true(other > 1 && process_runs(other));
    world_command(&world, SUP_COMMAND_ABORT, "a");
    assert_int_equal(sup_processes_await(world.processes, id, PATIENT), SUP_OK);
    assert_false(process_runs(other));
    world_await(&world, "a attempt-ended #1 aborted\n");
    world_close(&world);
    assert_int_equal(rmdir(root), 0);
}

/* A group that a killed supervisor left, with a survivor in it. */
static void cgroup__survivors_of_another_supervisor_are_killed_first(void **state)
{
    struct world world;
    char root[PATH_BYTES];
    char group[PATH_BYTES + 16];
    char text[32];
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    (void)state;
    if (!real_or_skip(root, sizeof(root))) {
        skip();
    }
    (void)snprintf(group, sizeof(group), "%s/a.0.1", root);
    assert_int_equal(mkdir(group, 0755), 0);
    pid_t survivor = fork();
    assert_return_code(survivor, errno);
    if (survivor == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pause();
        _exit(0);
    }
    (void)snprintf(text, sizeof(text), "%d", (int)survivor);
    put_file(group, "cgroup.procs", text);
    world_init(&world);
    world.config.subreaper = true; /* the survivor is ours, as it happens */
    world.config.cgroup = root;
    world.children--;
    world_open(&world);
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1);
    struct sup_process_spec spec = world_shell("exit 0", argv);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a attempt-ended #1 refused 'its control group is not empty (EBUSY)");
    world_await(&world, "a terminated completed");
    assert_false(process_runs(survivor));
    assert_int_equal(access(group, F_OK), -1); /* removed */
    world_close(&world);
    assert_int_equal(rmdir(root), 0);
}

/* Its members may speak for it, in whatever session. */
static void cgroup__members_are_believed_with_group_access(void **state)
{
    struct world world;
    char root[PATH_BYTES];
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    if (!real_or_skip(root, sizeof(root))) {
        skip();
    }
    policy.ready_explicit = true;
    world_init(&world);
    world.config.cgroup = root;
    world_open(&world);
    struct sup_process_spec spec = world_self("speak", argv);
    spec.notify = true;
    spec.notify_access = SUP_NOTIFY_GROUP;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready #1");
    world_close(&world);
    assert_int_equal(rmdir(root), 0);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--child") == 0) {
        return strcmp(argv[2], "daemon") == 0 ? become_daemon() : speak_from_elsewhere();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cgroup__end_is_told_when_the_group_is_empty),
        cmocka_unit_test(cgroup__await_and_kill_wait_for_it),
        cmocka_unit_test(cgroup__what_does_not_go_is_named),
        cmocka_unit_test(cgroup__start_without_one_is_refused_with_the_reason),
        cmocka_unit_test(cgroup__no_attempt_starts_beside_a_survivor_of_its_service),
        cmocka_unit_test(cgroup__daemon_in_another_session_is_killed_and_awaited),
        cmocka_unit_test(cgroup__abort_reaches_all_of_it_and_await_waits),
        cmocka_unit_test(cgroup__survivors_of_another_supervisor_are_killed_first),
        cmocka_unit_test(cgroup__members_are_believed_with_group_access),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
