/* What children report: lines on NOTIFY_FD, and the sd_notify protocol. */
#define _GNU_SOURCE
#include "process_world.h"

#include "notify_client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sup_policy explicit_ready(void)
{
    struct sup_policy policy = world_never();
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_SEC(50);
    return policy;
}

/* ---- lines ---- */

static void notify__lines_become_reports_in_order(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("printf 'rea' >&3; printf 'dy\\nnot-ready\\nbeat\\n\\nnot-ready\\n' >&3; "
                    "printf 'anything\\nunfinished' >&3",
                    argv);
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    /* All of it before the end, which comes at the same time. */
    world_story(&world, "a",
                "registered\nattempt-started #1\nready #1\nnot-ready #1\nready #1\n"
                "not-ready #1\nready #1\nattempt-ended #1 succeeded\nterminated completed\n");
    world_close(&world);
}

static void notify__error_line_is_the_text_of_the_failure(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("printf 'error no route\\001 to host\\n' >&3; exit 3", argv);
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a attempt-ended #1 failed 'no route? to host'\n");
    world_await(&world, "a terminated unrecoverable");
    struct sup_process_spec crash =
        world_shell("echo error assertion failed >&3; kill -ABRT $$", argv);
    crash.ready_pipe = true;
    world_spawn(&world, "b", &crash, NULL);
    world_await(&world, "b attempt-ended #1 crashed 'assertion failed'\n");
    world_close(&world);
}

static void notify__overlong_line_is_cut_and_still_counts(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("printf '%9999d\\n' 1 >&3; exec sleep 60", argv);
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready #1");
    world_close(&world);
}

static void notify__done_ends_an_interval_service(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_MS(1);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("if [ $SUP_ATTEMPT = 3 ]; then echo done >&3; fi", argv);
    spec.ready_pipe = true;
    world_spawn(&world, "tick", &spec, &policy);
    world_await(&world, "tick terminated completed");
    assert_int_equal(world_count(&world, "attempt-ended"), 3);
    world_close(&world);
}

struct heard {
    char text[128];
    struct sup_attempt id;
};

static void hear(void *context, struct sup_attempt id, const char *text)
{
    struct heard *heard = context;
    heard->id = id;
    (void)snprintf(heard->text, sizeof(heard->text), "%s", text);
}

static void notify__message_line_is_handed_on(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct heard heard = {"", {0, 0, 0}};
    (void)state;
    world_init(&world);
    world.config.message = hear;
    world.config.message_context = &heard;
    world_open(&world);
    struct sup_process_spec spec = world_shell("echo message hello there >&3", argv);
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated completed");
    assert_string_equal(heard.text, "hello there");
    assert_int_equal(heard.id.attempt, 1);
    world_close(&world);
}

/* Waits for the end of the very child that speaks. */
struct waiter {
    struct world *world;
    int results[2];
    int heard;
};

static void wait_for_end(void *context, struct sup_attempt id, const char *text)
{
    struct waiter *waiter = context;
    (void)text;
    int order = waiter->heard++; /* the second may be heard while the first waits */
    assert_true(order < 2);
    waiter->results[order] =
        sup_processes_await(waiter->world->processes, id, SUP_SEC(WORLD_BOUND_SECONDS));
}

static void notify__end_is_reported_once_though_a_message_waits_for_it(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct waiter waiter = {.world = &world};
    (void)state;
    world_init(&world);
    world.config.message = wait_for_end;
    world.config.message_context = &waiter;
    world_open(&world);
    /* The second message is read while the end that the first waits for is handled. */
    struct sup_process_spec spec =
        world_shell("printf 'message a\\n%9999d\\nmessage b\\n' 1 >&3; exit 6", argv);
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    world_story(&world, "a",
                "registered\nattempt-started #1\nattempt-ended #1 failed 'exit code 6'\n"
                "terminated unrecoverable\n");
    /* The loop may come to the end before it comes to the messages. */
    assert_true(waiter.results[0] == SUP_OK || waiter.results[0] == SUP_EUNKNOWN);
    assert_int_equal(waiter.results[1], SUP_EUNKNOWN);
    assert_int_equal(sup_processes_live(world.processes), 0);
    world_close(&world);
}

/* ---- sd_notify, as the library does it ---- */

static int speak(void)
{
    int fd = notify_open();
    bool good = fd >= 0 && notify_say(fd, "STATUS=starting up\nMAINPID=1") && notify_say(fd, "") &&
                notify_say(fd, "READY=1\nSTATUS=listening\n") && notify_say(fd, "WATCHDOG=1") &&
                notify_say(fd, "READY=1 \nEXTEND_TIMEOUT_USEC=x") && notify_say(fd, "STOPPING=1");
    return good ? 0 : 1;
}

static void notify__messages_become_reports_in_order(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("speak", argv);
    spec.notify = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    world_story(&world, "a",
                "registered\nattempt-started #1\nready #1\nnot-ready #1\n"
                "attempt-ended #1 succeeded\nterminated completed\n");
    world_close(&world);
}

/* Sends descriptors, and waits until the other side has closed its copies. */
static int send_descriptors(void)
{
    int ends[2];
    int fd = notify_open();
    char text[] = "BARRIER=1\nREADY=1";
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof(control));
    if (fd < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        return 1;
    }
    struct iovec part = {text, sizeof(text) - 1};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(2 * sizeof(int));
    int sent[2] = {ends[1], fd};
    memcpy(CMSG_DATA(rights), sent, sizeof(sent));
    if (sendmsg(fd, &header, 0) < 0) {
        return 2;
    }
    char byte;
    close(ends[1]);
    return read(ends[0], &byte, 1) == 0 ? 0 : 3;
}

static void notify__descriptors_that_are_sent_are_closed(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("send-descriptors", argv);
    spec.notify = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    assert_true(world_logged(&world, "a ready #1"));
    assert_true(world_logged(&world, "attempt-ended #1 succeeded"));
    world_close(&world); /* counts descriptors */
}

static int extend_and_wait(void)
{
    struct timespec length = {0, 150000000};
    int fd = notify_open();
    if (fd < 0 || !notify_say(fd, "EXTEND_TIMEOUT_USEC=50000000")) {
        return 1;
    }
    nanosleep(&length, NULL);
    return notify_say(fd, "READY=1") ? 0 : 2;
}

static void notify__extension_moves_the_readiness_timeout(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    /* A loaded machine may take this long to start the child at all; then the attempt
     * is tried again. */
    policy.ready_timeout = SUP_MS(140);
    policy.restart = SUP_RESTART_ON_FAILURE;
    policy.backoff.base = SUP_MS(1);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("extend", argv);
    spec.notify = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    world_await(&world, "a terminated completed");
    world_close(&world);
}

static int flood(void)
{
    int fd = notify_open();
    for (int i = 0; i < 2000; i++) {
        if (fd < 0 || !notify_say(fd, i % 2 == 0 ? "READY=1" : "STOPPING=1")) {
            return 1;
        }
    }
    return 0;
}

static void notify__flood_of_messages_is_taken_as_it_comes(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("flood", argv);
    spec.notify = true;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated completed");
    assert_int_equal(world_count(&world, " not-ready #1"), 1000);
    world_close(&world);
}

/* Fails until it is killed: its first attempt's name, used after that attempt. */
static int use_old_name(const char *path)
{
    char name[128] = "";
    const char *own = getenv("NOTIFY_SOCKET");
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        file = fopen(path, "we");
        return file != NULL && fputs(own, file) >= 0 && fclose(file) == 0 ? 7 : 1;
    }
    const char *got = fgets(name, sizeof(name), file);
    fclose(file);
    if (got == NULL || strcmp(name, own) == 0) {
        return 2;
    }
    setenv("NOTIFY_SOCKET", name, 1);
    return notify_open() < 0 && errno == ECONNREFUSED ? 0 : 3;
}

static void notify__name_of_an_ended_attempt_leads_nowhere(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    char path[] = "/tmp/sup-notify-XXXXXX";
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1);
    policy.max_restarts = 1;
    world_init(&world);
    world_open(&world);
    close(mkstemp(path));
    unlink(path);
    struct sup_process_spec spec = world_self("old-name", argv);
    argv[3] = path;
    argv[4] = NULL;
    spec.notify = true;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    world_story(&world, "a",
                "registered\nattempt-started #1\nattempt-ended #1 failed 'exit code 7'\n"
                "backing-off 'exit code 7'\nattempt-started #2\nattempt-ended #2 succeeded\n"
                "terminated completed\n");
    unlink(path);
    world_close(&world);
}

/* ---- strangers ---- */

/* Another user's process, which knows the name. */
static int stranger(const char *name)
{
    if (setenv("NOTIFY_SOCKET", name, 1) != 0 || setgid(54321) != 0 || setuid(54321) != 0) {
        return 1;
    }
    int fd = notify_open();
    return fd >= 0 && notify_say(fd, "READY=1") ? 0 : 2;
}

static bool has_name(struct world *world, const void *argument)
{
    (void)argument;
    return strchr(world->output, '\n') != NULL;
}

static void notify__stranger_is_not_believed(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    int status;
    (void)state;
    if (geteuid() != 0) {
        skip(); /* nobody else can be played */
    }
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("trap 'echo not-ready >&3; exit 0' TERM; echo $NOTIFY_SOCKET; "
                    "while :; do sleep 1; done",
                    argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.notify = spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, &policy);
    world_until(&world, has_name, NULL);
    *strchr(world.output, '\n') = '\0';
    pid_t pid = fork();
    assert_return_code(pid, errno);
    if (pid == 0) {
        _exit(stranger(world.output));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    /* The message is there; it is read before the child's own words. */
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a not-ready #1");
    assert_false(world_logged(&world, "a ready"));
    world_await(&world, "a terminated");
    assert_false(world_logged(&world, "a ready"));
    world_close(&world);
}

static int act(const char *mode, const char *argument)
{
    if (strcmp(mode, "speak") == 0) {
        return speak();
    }
    if (strcmp(mode, "send-descriptors") == 0) {
        return send_descriptors();
    }
    if (strcmp(mode, "extend") == 0) {
        return extend_and_wait();
    }
    return strcmp(mode, "flood") == 0 ? flood() : use_old_name(argument);
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "--child") == 0) {
        return act(argv[2], argv[3]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notify__lines_become_reports_in_order),
        cmocka_unit_test(notify__error_line_is_the_text_of_the_failure),
        cmocka_unit_test(notify__overlong_line_is_cut_and_still_counts),
        cmocka_unit_test(notify__done_ends_an_interval_service),
        cmocka_unit_test(notify__message_line_is_handed_on),
        cmocka_unit_test(notify__end_is_reported_once_though_a_message_waits_for_it),
        cmocka_unit_test(notify__messages_become_reports_in_order),
        cmocka_unit_test(notify__descriptors_that_are_sent_are_closed),
        cmocka_unit_test(notify__extension_moves_the_readiness_timeout),
        cmocka_unit_test(notify__flood_of_messages_is_taken_as_it_comes),
        cmocka_unit_test(notify__name_of_an_ended_attempt_leads_nowhere),
        cmocka_unit_test(notify__stranger_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
