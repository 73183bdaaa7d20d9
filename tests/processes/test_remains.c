/* What a child leaves behind: its end is told when nothing of it is left, or when that
 * has been awaited for long enough, and then by name. */
#define _GNU_SOURCE
#include "process_world.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* So much memory takes the kernel far longer to give back than a restart takes. */
#define HEAVY_BYTES ((size_t)96 << 20)
#define PATIENT SUP_SEC(WORLD_BOUND_SECONDS)

/* ---- run as children ---- */

/* Prints its helper's pid when the helper is ready, and crashes. */
static int leave_heavy(void)
{
    int go[2];
    char byte;
    if (pipe(go) != 0) {
        return 1;
    }
    pid_t helper = fork();
    if (helper == 0) {
        char *memory =
            mmap(NULL, HEAVY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t i = 0; memory != MAP_FAILED && i < HEAVY_BYTES; i += 4096) {
            memory[i] = 1;
        }
        (void)!write(go[1], "x", 1);
        pause();
        _exit(0);
    }
    if (helper < 0 || read(go[0], &byte, 1) != 1) {
        return 1;
    }
    printf("%d\n", (int)helper);
    fflush(stdout);
    return 3;
}

/* A helper whose parent has left the group and never waits for it: killed, it stays a
 * zombie of the group. Prints that parent's pid. */
static int leave_zombie(void)
{
    int go[2];
    char byte;
    if (pipe(go) != 0) {
        return 1;
    }
    pid_t parent = fork();
    if (parent == 0) {
        pid_t helper = fork();
        if (helper == 0) {
            pause();
            _exit(0);
        }
        setsid();
        (void)!write(go[1], "x", 1);
        pause();
        _exit(0);
    }
    if (parent < 0 || read(go[0], &byte, 1) != 1) {
        return 1;
    }
    printf("%d\n", (int)parent);
    fflush(stdout);
    return 3;
}

/* Many, of which some are stopped. */
static int leave_many(void)
{
    for (int i = 0; i < 60; i++) {
        pid_t helper = fork();
        if (helper == 0) {
            raise(i % 2 == 0 ? SIGSTOP : SIGURG);
            pause();
            _exit(0);
        }
        if (helper < 0) {
            return 1;
        }
    }
    return 3;
}

static int act(const char *mode)
{
    if (strcmp(mode, "heavy") == 0) {
        return leave_heavy();
    }
    return strcmp(mode, "zombie") == 0 ? leave_zombie() : leave_many();
}

/* ---- gone before the end is told ---- */

/* At each end: how many of the helpers that were named still ran. */
struct watcher {
    struct world *world;
    uint32_t ends;
    uint32_t survivors;
};

static void look_at_end(void *context, const struct sup_event *event)
{
    struct watcher *watcher = context;
    if (event->type != SUP_EVENT_ATTEMPT_ENDED) {
        return;
    }
    const char *at = watcher->world->output;
    for (; *at != '\0'; at = strchr(at, '\n') + 1) {
        watcher->survivors += process_runs(atoi(at));
    }
    watcher->ends++;
}

static void remains__restart_never_meets_a_helper_of_the_attempt_before(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct watcher watcher = {.world = &world};
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.backoff.base = policy.backoff.max = SUP_NS(0);
    policy.max_restarts = 4;
    policy.stop_abort_wait = PATIENT;
    world_init(&world);
    world_open(&world);
    assert_int_equal(sup_subscribe(world.sup, look_at_end, &watcher), SUP_OK);
    struct sup_process_spec spec = world_self("heavy", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    assert_int_equal(world_count(&world, "failed 'exit code 3'"), 5);
    assert_int_equal(watcher.ends, 5);
    assert_int_equal(watcher.survivors, 0);
    assert_int_equal(sup_processes_count(world.processes, SUP_PROCESSES_LEFT_BEHIND), 0);
    world_close(&world);
}

static void remains__zombie_that_nobody_waits_for_holds_nothing_up(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    policy.stop_abort_wait = SUP_DURATION_NEVER; /* it would wait for ever */
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("zombie", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a attempt-ended #1 failed 'exit code 3'\n");
    int parent = atoi(world.output);
    assert_true(parent > 1 && process_runs(parent)); /* which left, and is nobody's business */
    assert_int_equal(kill(parent, SIGKILL), 0);
    world_close(&world);
}

static void remains__many_and_stopped_ones_are_awaited(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    policy.stop_abort_wait = PATIENT;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("many", argv);
    world_spawn(&world, "a", &spec, &policy);
    int pid = world_pid(&world, "a");
    world_await(&world, "a attempt-ended #1 failed 'exit code 3'\n");
    /* Nobody is in the group, but for zombies that init has not come to. */
    for (int i = pid; i < pid + 61; i++) {
        assert_false(getpgid(i) == pid && process_runs(i));
    }
    world_close(&world);
}

/* ---- while it is awaited ---- */

static bool is_leaving(struct world *world, const void *argument)
{
    (void)argument;
    return strchr(world->output, '\n') != NULL && world_pid(world, "a") < 0;
}

/* Commands that come when the child has ended, and its helper not yet. */
static void remains__commands_meanwhile_change_nothing(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    policy.stop_abort_wait = PATIENT;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("heavy", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, &policy);
    world_until(&world, is_leaving, NULL);
    if (world_look(&world, "a").phase == SUP_PHASE_RUNNING) {
        assert_int_equal(sup_processes_live(world.processes), 1);
        assert_int_equal(sup_processes_free(world.processes), SUP_EBUSY);
        world_command(&world, SUP_COMMAND_CANCEL, "a");
        world_command(&world, SUP_COMMAND_ABORT, "a");
    }
    world_await(&world, "a terminated");
    assert_int_equal(sup_processes_live(world.processes), 0);
    world_close(&world);
}

static void remains__await_waits_for_the_whole_group(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct watcher watcher = {.world = &world};
    struct sup_policy policy = world_never();
    (void)state;
    policy.stop_abort_wait = PATIENT;
    world_init(&world);
    world_open(&world);
    assert_int_equal(sup_subscribe(world.sup, look_at_end, &watcher), SUP_OK);
    struct sup_process_spec spec = world_self("heavy", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, &policy);
    struct sup_attempt id = {0, 0, 1};
    assert_int_equal(sup_processes_await(world.processes, id, PATIENT), SUP_OK);
    assert_int_equal(watcher.ends, 1);
    assert_int_equal(watcher.survivors, 0);
    assert_int_equal(sup_processes_await(world.processes, id, PATIENT), SUP_EUNKNOWN);
    assert_true(world_logged(&world, "a attempt-ended #1 failed 'exit code 3'\n"));
    world_close(&world);
}

static void remains__await_gives_up_when_it_shall(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("exec sleep 600", argv);
    world_spawn(&world, "a", &spec, NULL);
    struct sup_attempt id = {0, 0, 1};
    assert_int_equal(sup_processes_await(world.processes, id, SUP_NS(0)), SUP_ETIMEOUT);
    assert_int_equal(sup_processes_await(world.processes, id, SUP_MS(1)), SUP_ETIMEOUT);
    assert_false(world_logged(&world, "attempt-ended"));
    world_close(&world);
}

static bool has_named(struct world *world, const void *argument)
{
    (void)argument;
    return strchr(world->output, '\n') != NULL;
}

static void remains__kill_waits_for_the_whole_group_and_reports_nothing(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("sleep 60 & echo $!; wait", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    world_until(&world, has_named, NULL);
    int helper = atoi(world.output);
    assert_true(helper > 1 && process_runs(helper));
    assert_int_equal(sup_processes_kill(world.processes, PATIENT), SUP_OK);
    assert_false(process_runs(helper));
    assert_int_equal(sup_processes_live(world.processes), 0);
    assert_false(world_logged(&world, "attempt-ended"));
    assert_int_equal(sup_processes_free(world.processes), SUP_OK);
    world_release(&world);
}

/* ---- what is left all the same ---- */

static void report(void *context, const struct sup_event *event)
{
    if (event->type == SUP_EVENT_ATTEMPT_ENDED) {
        (void)snprintf(context, 256, "%s %s", sup_outcome_name(event->outcome),
                       event->error != NULL ? event->error : "");
    }
}

struct notice {
    enum sup_processes_count what;
    char text[256];
};

static void take_notice(void *context, struct sup_attempt id, enum sup_processes_count what,
                        const char *text)
{
    struct notice *notice = context;
    (void)id;
    notice->what = what;
    (void)snprintf(notice->text, sizeof(notice->text), "%s", text);
}

/* Another user's supervisor, whose child is root's: it may not kill the helper. In a
 * process of its own, since it changes who it is. `line` says how the child ends. */
static int refuse_to_be_killed(const char *line, const char *before, const char *after)
{
    struct sup_processes_config config;
    struct sup_host_config host_config;
    struct sup_processes *processes;
    struct sup_host *host;
    struct sup_policy policy = world_never();
    struct notice notice = {.text = ""};
    char end[256] = "";
    char words[64] = "";
    char expected[256];
    const char *argv[WORLD_ARGV];
    struct sup_process_spec spec = world_shell(line, argv);
    struct sup_spec registration = {.name = "a", .policy = &policy, .work = &spec};
    policy.stop_abort_wait = SUP_MS(40);
    spec.output = SUP_OUTPUT_KEEP;
    sup_processes_config_default(&config);
    config.notice = take_notice;
    config.notice_context = &notice;
    sup_host_config_default(&host_config);
    if (sup_processes_create(&config, &processes) != SUP_OK) {
        return 1;
    }
    host_config.sup.executor = sup_processes_executor(processes);
    if (sup_host_create(&host_config, &host) != SUP_OK ||
        sup_processes_bind(processes, host) != SUP_OK ||
        sup_subscribe(sup_host_supervisor(host), report, end) != SUP_OK ||
        sup_spawn(sup_host_supervisor(host), &registration) != SUP_OK ||
        setresuid(54321, 54321, 0) != 0) {
        return 2;
    }
    uint64_t began = sup_host_now(host).ns;
    while (end[0] == '\0') {
        if (sup_host_now(host).ns - began > WORLD_BOUND_SECONDS * 1000 * MS ||
            sup_host_turn(host, SUP_SEC(1)) < 0) {
            return 3;
        }
    }
    struct sup_attempt id = {0, 0, 1};
    (void)sup_processes_output(processes, id, words, sizeof(words) - 1);
    words[strcspn(words, "\n")] = '\0';
    int helper = atoi(words);
    (void)snprintf(expected, sizeof(expected), "%s%s%s", before, words, after);
    if (strcmp(end, expected) != 0) {
        print_error("%s\n", end);
        return 4;
    }
    if (notice.what != SUP_PROCESSES_LEFT_BEHIND || strncmp(notice.text, "1 process", 9) != 0 ||
        sup_processes_count(processes, SUP_PROCESSES_LEFT_BEHIND) != 1) {
        return 5;
    }
    if (sup_host_now(host).ns - began < 40 * MS || helper <= 1 || !process_runs(helper)) {
        return 6;
    }
    return setresuid(0, 0, 0) == 0 && kill(helper, SIGKILL) == 0 &&
                   sup_processes_free(processes) == SUP_OK
               ? 0
               : 7;
}

static void in_a_process(const char *line, const char *before, const char *after)
{
    int status;
    pid_t pid = fork();
    assert_return_code(pid, errno);
    if (pid == 0) {
        _exit(refuse_to_be_killed(line, before, after));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void remains__what_cannot_be_killed_is_named(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: only root can play a process that may not be killed\n");
        skip();
    }
    in_a_process("sleep 60 & echo $!; exit 3", "failed 1 process is left behind (",
                 "): exit code 3");
    /* A clean end that leaves something behind is none. */
    in_a_process("sleep 60 & echo $!", "failed 1 process is left behind (", ")");
    in_a_process("sleep 60 & echo $!; kill -SEGV $$", "crashed 1 process is left behind (",
                 "): killed by SIGSEGV");
}

/* ---- no descriptor to watch with ---- */

static void remains__group_is_asked_again_when_it_cannot_be_watched(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    struct rlimit limit;
    (void)state;
    policy.stop_abort_wait = PATIENT;
    world_init(&world);
    world.config.subreaper = true; /* which sees to it that no zombie stays */
    world_open(&world);
    struct sup_process_spec spec = world_self("heavy", argv);
    spec.output = SUP_OUTPUT_KEEP;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    world_spawn(&world, "a", &spec, &policy);
    struct rlimit none = {0, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    world_await(&world, "a attempt-ended #1");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(world_logged(&world, "a attempt-ended #1 failed 'exit code 3'\n"));
    assert_false(process_runs(atoi(world.output)));
    world_close(&world);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--child") == 0) {
        return act(argv[2]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remains__restart_never_meets_a_helper_of_the_attempt_before),
        cmocka_unit_test(remains__zombie_that_nobody_waits_for_holds_nothing_up),
        cmocka_unit_test(remains__many_and_stopped_ones_are_awaited),
        cmocka_unit_test(remains__commands_meanwhile_change_nothing),
        cmocka_unit_test(remains__await_waits_for_the_whole_group),
        cmocka_unit_test(remains__await_gives_up_when_it_shall),
        cmocka_unit_test(remains__kill_waits_for_the_whole_group_and_reports_nothing),
        cmocka_unit_test(remains__what_cannot_be_killed_is_named),
        cmocka_unit_test(remains__group_is_asked_again_when_it_cannot_be_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
