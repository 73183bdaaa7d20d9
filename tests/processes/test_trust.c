/* Who is believed on NOTIFY_SOCKET, and how far: helpers, other services, strangers,
 * hostile texts, extensions without end. */
#define _GNU_SOURCE
#include "process_world.h"

#include "notify_client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sup_policy explicit_ready(void)
{
    struct sup_policy policy = world_never();
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_DURATION_NEVER;
    return policy;
}

/* What the executor told of. */
struct notices {
    uint32_t count[SUP_PROCESSES_COUNTS];
    char text[256];
};

static void take_notice(void *context, struct sup_attempt id, enum sup_processes_count what,
                        const char *text)
{
    struct notices *notices = context;
    (void)id;
    notices->count[what]++;
    (void)snprintf(notices->text, sizeof(notices->text), "%s", text);
}

static void open_noticing(struct world *world, struct notices *notices)
{
    memset(notices, 0, sizeof(*notices));
    world_init(world);
    world->config.notice = take_notice;
    world->config.notice_context = notices;
    world_open(world);
}

static uint64_t refused(const struct world *world)
{
    return sup_processes_count(world->processes, SUP_PROCESSES_MESSAGES_REFUSED);
}

/* ---- run as children ---- */

/* Has a helper speak three times, in a session of its own when asked, and says over
 * NOTIFY_FD that it has. The helper stays until it is killed, or its parent ends. */
static int let_helper_speak(bool elsewhere)
{
    int said[2];
    char byte;
    if (pipe(said) != 0) {
        return 1;
    }
    pid_t helper = fork();
    if (helper == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* wherever it went */
        int fd = notify_open();
        bool good = (!elsewhere || setsid() > 0) && notify_say(fd, "READY=1") &&
                    notify_say(fd, "WATCHDOG=1") && notify_say(fd, "STOPPING=1");
        (void)!write(said[1], good ? "y" : "n", 1);
        pause();
        _exit(0);
    }
    if (helper < 0 || read(said[0], &byte, 1) != 1 || byte != 'y') {
        return 2;
    }
    (void)!write(3, "message said\n", 13);
    pause();
    return 0;
}

/* Another service, which has found out the name. */
static int impersonate(const char *path)
{
    char name[128] = "";
    FILE *file = fopen(path, "re");
    const char *got = file != NULL ? fgets(name, sizeof(name), file) : NULL;
    if (got == NULL || setenv("NOTIFY_SOCKET", name, 1) != 0) {
        return 1;
    }
    fclose(file);
    int fd = notify_open();
    for (int i = 0; i < 3; i++) {
        if (!notify_say(fd, "READY=1\nWATCHDOG=1\nEXTEND_TIMEOUT_USEC=18446744073709551615")) {
            return 2;
        }
    }
    return 0;
}

static int be_hostile(void)
{
    static char big[60000];
    static const char *const texts[] = {
        "",
        "\n\n\n",
        "=",
        "READY",
        "READY=",
        "READY=2",
        "READY=1junk",
        " READY=1",
        "EXTEND_TIMEOUT_USEC=",
        "EXTEND_TIMEOUT_USEC=-1",
        "EXTEND_TIMEOUT_USEC=+1",
        "EXTEND_TIMEOUT_USEC=1 ",
        "EXTEND_TIMEOUT_USEC=0x10",
        "EXTEND_TIMEOUT_USEC=18446744073709551616",
        "EXTEND_TIMEOUT_USEC=99999999999999999999999999999999",
        "WATCHDOG=trigger",
        "MAINPID=1\nFDSTORE=1\nBARRIER=1",
    };
    int fd = notify_open();
    bool good = true;
    memset(big, 'A', sizeof(big));
    memcpy(big, "READY=1\n", 8);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        good = good && notify_say(fd, texts[i]);
    }
    good = good && notify_say_bytes(fd, "\0READY=1", 8) && notify_say_bytes(fd, "READY=1\0", 8) &&
           notify_say_bytes(fd, big, sizeof(big)) && notify_say_bytes(fd, big, 4097);
    return good ? 0 : 1;
}

/* Asks for a year whenever it is told to end, and goes on. */
static int stretch_grace(void)
{
    sigset_t term;
    int number;
    int fd = notify_open();
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, NULL);
    if (!notify_say(fd, "READY=1")) {
        return 1;
    }
    sigwait(&term, &number);
    while (notify_say(fd, "EXTEND_TIMEOUT_USEC=31536000000000")) {
        struct timespec pause = {0, 5000000};
        nanosleep(&pause, NULL);
    }
    return 2;
}

static int stretch_readiness(void)
{
    int fd = notify_open();
    while (notify_say(fd, "EXTEND_TIMEOUT_USEC=31536000000000")) {
        struct timespec pause = {0, 5000000};
        nanosleep(&pause, NULL);
    }
    return 2;
}

/* Leaves a helper that goes on speaking when the child has ended. */
static int leave_speaker(void)
{
    int said[2];
    char byte;
    if (pipe(said) != 0) {
        return 1;
    }
    pid_t parent = getpid();
    if (fork() == 0) {
        int fd = notify_open();
        (void)!write(said[1], "x", 1);
        while (getppid() == parent) {
        }
        while (notify_say(fd, "READY=1")) {
        }
        _exit(0);
    }
    return read(said[0], &byte, 1) == 1 ? 3 : 1;
}

static int act(const char *mode, const char *argument)
{
    static const struct {
        const char *mode;
        int (*fn)(void);
    } acts[] = {
        {"hostile", be_hostile},
        {"stretch-grace", stretch_grace},
        {"stretch-readiness", stretch_readiness},
        {"leave-speaker", leave_speaker},
    };
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(mode, acts[i].mode) == 0) {
            return acts[i].fn();
        }
    }
    return strcmp(mode, "impersonate") == 0 ? impersonate(argument)
                                            : let_helper_speak(strcmp(mode, "elsewhere") == 0);
}

/* ---- helpers ---- */

static void hear(void *context, struct sup_attempt id, const char *text)
{
    (void)id;
    (void)snprintf(context, 16, "%s", text);
}

static bool has_said(struct world *world, const void *argument)
{
    (void)world;
    return strcmp(argument, "said") == 0;
}

/* The log and the count of messages refused when a helper has spoken three times. */
static void helper_speaks(const char *mode, enum sup_notify_access access, bool believed)
{
    struct world world;
    struct notices notices;
    char said[16] = "";
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    memset(&notices, 0, sizeof(notices));
    world_init(&world);
    world.config.notice = take_notice;
    world.config.notice_context = &notices;
    world.config.message = hear;
    world.config.message_context = said;
    world_open(&world);
    struct sup_process_spec spec = world_self(mode, argv);
    spec.notify = spec.ready_pipe = true;
    spec.notify_access = access;
    world_spawn(&world, "a", &spec, &policy);
    world_until(&world, has_said, said);
    /* It is there; whichever of the two descriptors was read first. */
    if (believed) {
        world_await(&world, "a not-ready #1");
    }
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated");
    assert_int_equal(world_count(&world, "a ready #1\n"), believed);
    assert_int_equal(refused(&world), believed ? 0 : 3);
    /* Told once an attempt. */
    assert_int_equal(notices.count[SUP_PROCESSES_MESSAGES_REFUSED], believed ? 0 : 1);
    world_close(&world);
}

static void trust__helper_is_believed_as_far_as_access_says(void **state)
{
    (void)state;
    helper_speaks("helper", SUP_NOTIFY_MAIN, false);
    helper_speaks("helper", SUP_NOTIFY_GROUP, true);
    helper_speaks("helper", SUP_NOTIFY_ALL, true);
    helper_speaks("elsewhere", SUP_NOTIFY_MAIN, false);
    helper_speaks("elsewhere", SUP_NOTIFY_GROUP, false);
    helper_speaks("elsewhere", SUP_NOTIFY_ALL, true);
}

static void trust__names_of_access_and_counts(void **state)
{
    (void)state;
    assert_string_equal(sup_notify_access_name(SUP_NOTIFY_MAIN), "main");
    assert_string_equal(sup_notify_access_name(SUP_NOTIFY_GROUP), "group");
    assert_string_equal(sup_notify_access_name(SUP_NOTIFY_ALL), "all");
    assert_string_equal(sup_notify_access_name((enum sup_notify_access)3), "?");
    assert_string_equal(sup_processes_count_name(SUP_PROCESSES_LEFT_BEHIND), "left-behind");
    assert_string_equal(sup_processes_count_name(SUP_PROCESSES_COUNTS), "?");
    struct world world;
    world_init(&world);
    world_open(&world);
    assert_int_equal(sup_processes_count(world.processes, SUP_PROCESSES_COUNTS), 0);
    assert_int_equal(sup_processes_bind(world.processes, world.host), SUP_EINVAL);
    world_close(&world);
}

/* ---- others ---- */

static bool has_name(struct world *world, const void *argument)
{
    (void)argument;
    return strchr(world->output, '\n') != NULL;
}

/* The victim ignores its stop signal, and must be killed at its grace all the same. */
static void trust__other_service_of_the_same_user_is_not_believed(void **state)
{
    struct world world;
    struct notices notices;
    const char *argv[WORLD_ARGV];
    const char *argv_hostile[WORLD_ARGV];
    char path[] = "/tmp/sup-trust-XXXXXX";
    char expected[96];
    struct sup_policy policy = explicit_ready();
    (void)state;
    policy.stop_grace = SUP_MS(1);
    open_noticing(&world, &notices);
    int fd = mkstemp(path);
    assert_return_code(fd, errno);
    struct sup_process_spec victim =
        world_shell("trap '' TERM; echo $NOTIFY_SOCKET; while :; do sleep 1; done", argv);
    victim.output = SUP_OUTPUT_KEEP;
    victim.notify = true;
    world_spawn(&world, "victim", &victim, &policy);
    world_until(&world, has_name, NULL);
    size_t length = strcspn(world.output, "\n");
    assert_int_equal(write(fd, world.output, length), length);
    close(fd);
    struct sup_process_spec hostile = world_self("impersonate", argv_hostile);
    argv_hostile[3] = path;
    argv_hostile[4] = NULL;
    world_spawn(&world, "hostile", &hostile, NULL);
    int pid = world_pid(&world, "hostile");
    world_await(&world, "hostile terminated completed");
    world_command(&world, SUP_COMMAND_CANCEL, "victim");
    world_await(&world, "victim terminated");
    world_story(&world, "victim",
                "registered\nattempt-started #1\ncommand\ncancel-delivered #1\n"
                "stop-deadline #1\nabort-requested #1\nattempt-ended #1 aborted\n"
                "terminated aborted\n");
    assert_int_equal(refused(&world), 3);
    assert_int_equal(notices.count[SUP_PROCESSES_MESSAGES_REFUSED], 1);
    (void)snprintf(expected, sizeof(expected),
                   "a message of process %d is not believed: access is main", pid);
    assert_string_equal(notices.text, expected);
    unlink(path);
    world_close(&world);
}

/* Its parent has ended, so nothing that it says is the child's any more. */
static void trust__what_a_leftover_says_is_not_believed(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    policy.stop_abort_wait = SUP_SEC(WORLD_BOUND_SECONDS);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("leave-speaker", argv);
    spec.notify = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    assert_false(world_logged(&world, "a ready"));
    assert_true(world_logged(&world, "a attempt-ended #1 failed 'exit code 3'\n"));
    world_close(&world);
}

static void trust__hostile_texts_change_nothing(void **state)
{
    struct world world;
    struct notices notices;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    open_noticing(&world, &notices);
    struct sup_process_spec spec = world_self("hostile", argv);
    spec.notify = true;
    spec.extend_max = SUP_DURATION_NEVER;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    /* "READY=1" and a NUL is the only one that says something. */
    world_story(&world, "a",
                "registered\nattempt-started #1\nready #1\nattempt-ended #1 succeeded\n"
                "terminated completed\n");
    assert_int_equal(sup_processes_count(world.processes, SUP_PROCESSES_MESSAGES_CUT), 2);
    assert_int_equal(notices.count[SUP_PROCESSES_MESSAGES_CUT], 1);
    assert_int_equal(refused(&world), 0);
    world_close(&world);
}

/* ---- extensions ---- */

static void trust__grace_is_stretched_no_further_than_the_cap(void **state)
{
    struct world world;
    struct notices notices;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    policy.stop_grace = SUP_MS(50);
    open_noticing(&world, &notices);
    struct sup_process_spec spec = world_self("stretch-grace", argv);
    spec.notify = true;
    spec.extend_max = SUP_MS(150);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    uint64_t cancelled = sup_host_now(world.host).ns;
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a attempt-ended #1 aborted");
    uint64_t took = sup_host_now(world.host).ns - cancelled;
    /* By the grace alone when the machine was too busy for it to ask in time. */
    uint64_t capped = sup_processes_count(world.processes, SUP_PROCESSES_EXTENSIONS_CAPPED);
    assert_true(took >= (capped > 0 ? 150 * MS : 50 * MS));
    assert_int_equal(notices.count[SUP_PROCESSES_EXTENSIONS_CAPPED], capped > 0);
    world_close(&world);
}

static void trust__readiness_is_stretched_no_further_than_the_cap(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    policy.ready_timeout = SUP_MS(100);
    policy.stop_grace = SUP_NS(0);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("stretch-readiness", argv);
    spec.notify = true;
    spec.extend_max = SUP_MS(200);
    uint64_t began = sup_host_now(world.host).ns; /* not after the start, which may take long */
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    uint64_t took = sup_host_now(world.host).ns - began;
    uint64_t capped = sup_processes_count(world.processes, SUP_PROCESSES_EXTENSIONS_CAPPED);
    assert_true(took >= (capped > 0 ? 200 * MS : 100 * MS));
    assert_true(world_logged(&world, "cancel-delivered #1"));
    world_close(&world);
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "--child") == 0) {
        return act(argv[2], argv[3]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trust__helper_is_believed_as_far_as_access_says),
        cmocka_unit_test(trust__names_of_access_and_counts),
        cmocka_unit_test(trust__other_service_of_the_same_user_is_not_believed),
        cmocka_unit_test(trust__what_a_leftover_says_is_not_believed),
        cmocka_unit_test(trust__hostile_texts_change_nothing),
        cmocka_unit_test(trust__grace_is_stretched_no_further_than_the_cap),
        cmocka_unit_test(trust__readiness_is_stretched_no_further_than_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
