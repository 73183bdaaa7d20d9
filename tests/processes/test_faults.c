/* System calls that fail, and kernels that do not have them yet: a filter answers in the
 * kernel's place. Each test runs in a process of its own, since filters stay. */
#define _GNU_SOURCE
#include "process_world.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* From now on the call fails with the errno; with `flags` in its fourth argument only, or
 * always when that is 0. */
static int deny(long call, int error, uint32_t flags)
{
    uint32_t answer = SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA);
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, flags, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, answer),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    if (flags == 0) {
        code[3] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 0, 0, 0);
    }
    struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                   prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0
               ? 0
               : 1;
}

/* ---- a small world, without assertions, which would leave through the runner ---- */

struct small {
    struct sup_processes *processes;
    struct sup_host *host;
    char end[256]; /* of the last attempt */
    bool over;
};

static void note(void *context, const struct sup_event *event)
{
    struct small *small = context;
    if (event->type == SUP_EVENT_ATTEMPT_ENDED) {
        (void)snprintf(small->end, sizeof(small->end), "%s %s", sup_outcome_name(event->outcome),
                       event->error != NULL ? event->error : "");
    }
    small->over = small->over || event->type == SUP_EVENT_TERMINATED;
}

static int open_small(struct small *small)
{
    struct sup_processes_config config;
    struct sup_host_config host_config;
    memset(small, 0, sizeof(*small));
    sup_processes_config_default(&config);
    sup_host_config_default(&host_config);
    config.subreaper = true;
    if (sup_processes_create(&config, &small->processes) != SUP_OK) {
        return 1;
    }
    host_config.sup.executor = sup_processes_executor(small->processes);
    if (sup_host_create(&host_config, &small->host) != SUP_OK ||
        sup_processes_bind(small->processes, small->host) != SUP_OK) {
        return 2;
    }
    return sup_subscribe(sup_host_supervisor(small->host), note, small) == SUP_OK ? 0 : 3;
}

static int spawn_line(struct small *small, const char *line, const char **argv)
{
    static struct sup_process_spec work;
    static struct sup_policy policy;
    policy = world_never();
    policy.stop_abort_wait = SUP_SEC(WORLD_BOUND_SECONDS);
    work = world_shell(line, argv);
    work.output = SUP_OUTPUT_KEEP;
    work.notify = work.ready_pipe = true;
    struct sup_spec spec = {.name = "a", .policy = &policy, .work = &work};
    return sup_spawn(sup_host_supervisor(small->host), &spec) == SUP_OK ? 0 : 1;
}

static int turn_until_over(struct small *small)
{
    uint64_t limit = sup_host_now(small->host).ns + WORLD_BOUND_SECONDS * 1000 * MS;
    while (!small->over) {
        if (sup_host_now(small->host).ns > limit || sup_host_turn(small->host, SUP_SEC(1)) < 0) {
            return 1;
        }
    }
    return 0;
}

static int close_small(struct small *small, const char *end)
{
    if (strcmp(small->end, end) != 0) {
        print_error("\"%s\" instead of \"%s\"\n", small->end, end);
        return 40;
    }
    if (sup_processes_free(small->processes) != SUP_OK) {
        return 41;
    }
    sup_host_free(small->host);
    /* No child, not even a zombie. */
    return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD ? 0 : 42;
}

static int play(const char *line, const char *end)
{
    struct small small;
    const char *argv[WORLD_ARGV];
    int descriptors = count_descriptors();
    if (open_small(&small) != 0 || spawn_line(&small, line, argv) != 0) {
        return 10;
    }
    if (turn_until_over(&small) != 0) {
        return 11;
    }
    int error = close_small(&small, end);
    return error != 0 ? error : count_descriptors() == descriptors ? 0 : 12;
}

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

/* ---- starts ---- */

static int start_without_clone(void)
{
    return deny(SYS_clone, EAGAIN, 0) != 0
               ? 1
               : play("exit 0", "refused the limit of processes is reached (EAGAIN): /bin/sh");
}

static int start_without_pidfd(void)
{
    /* The child is there by then, and must not stay. */
    return deny(SYS_pidfd_open, EMFILE, 0) != 0
               ? 1
               : play("exec sleep 60",
                      "refused the limit of open files is reached (EMFILE): /bin/sh");
}

static int start_without_name(void)
{
    return deny(SYS_bind, EADDRINUSE, 0) != 0
               ? 1
               : play("exit 0", "refused Address already in use (EADDRINUSE): /bin/sh");
}

static int start_without_credentials(void)
{
    return deny(SYS_setsockopt, ENOBUFS, 0) != 0
               ? 1
               : play("exit 0", "refused No buffer space available (ENOBUFS): /bin/sh");
}

static int start_without_randomness(void)
{
    return deny(SYS_getrandom, EAGAIN, 0) != 0 ? 1 : play("exit 3", "failed exit code 3");
}

static void faults__start_that_fails_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    in_a_process(start_without_clone);
    in_a_process(start_without_pidfd);
    in_a_process(start_without_name);
    in_a_process(start_without_credentials);
    in_a_process(start_without_randomness);
}

/* ---- older kernels ---- */

static int run_on_old_kernel(void)
{
    static const char line[] = "sleep 60 & for fd in /proc/self/fd/*; do case ${fd##*/} in "
                               "[0-4] | 10 | 255) ;; *) exit 9 ;; esac; done; exit 3";
    enum { MANY = 200 };
    int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = open("/dev/null", O_RDONLY);
    }
    /* Linux 5.8 knows no close_range, 6.8 no signal to the group of a pidfd. */
    if (deny(SYS_close_range, ENOSYS, 0) != 0 || deny(SYS_pidfd_send_signal, EINVAL, 4) != 0) {
        return 1;
    }
    int error = play(line, "failed exit code 3");
    for (int i = 0; i < MANY && error == 0; i++) {
        error = fcntl(fds[i], F_GETFD) == 0 ? 0 : 20;
    }
    return error;
}

/* The second start shares its descriptors. */
static int start_twice_on_old_kernel(void)
{
    int error = run_on_old_kernel();
    return error != 0 ? error : run_on_old_kernel();
}

static void faults__older_kernels_will_do(void **state)
{
    (void)state;
    in_a_process(run_on_old_kernel);
    in_a_process(start_twice_on_old_kernel);
}

static int lose_the_table(void)
{
    /* Neither way to get rid of what is not the child's. */
    return deny(SYS_close_range, ENOSYS, 0) != 0 || deny(SYS_unshare, ENOMEM, 0) != 0
               ? 1
               : play("exit 0", "refused Cannot allocate memory (ENOMEM): /bin/sh");
}

static int lose_the_list(void)
{
    /* An old kernel, and a /proc that tells nothing. */
    return deny(SYS_close_range, ENOSYS, 0) != 0 || deny(SYS_getdents64, EACCES, 0) != 0
               ? 1
               : play("exit 0", "refused Permission denied (EACCES): /bin/sh");
}

static void faults__start_that_cannot_drop_descriptors_is_refused(void **state)
{
    (void)state;
    in_a_process(lose_the_table);
    in_a_process(lose_the_list);
}

/* ---- ends ---- */

static int watch_no_member(void)
{
    struct small small;
    const char *argv[WORLD_ARGV];
    if (open_small(&small) != 0 || spawn_line(&small, "sleep 60 & sleep 60 & exit 3", argv) != 0 ||
        deny(SYS_pidfd_open, EMFILE, 0) != 0) {
        return 1;
    }
    return turn_until_over(&small) != 0 ? 2 : close_small(&small, "failed exit code 3");
}

static int see_no_process(void)
{
    struct small small;
    const char *argv[WORLD_ARGV];
    if (open_small(&small) != 0 || spawn_line(&small, "sleep 60 & sleep 60 & exit 3", argv) != 0 ||
        deny(SYS_openat, EACCES, 0) != 0) {
        return 1;
    }
    return turn_until_over(&small) != 0 ? 2 : close_small(&small, "failed exit code 3");
}

static int see_no_process_and_await(void)
{
    struct small small;
    const char *argv[WORLD_ARGV];
    struct sup_attempt id = {0, 0, 1};
    if (open_small(&small) != 0 || spawn_line(&small, "sleep 60 & sleep 60 & exit 3", argv) != 0 ||
        deny(SYS_openat, EACCES, 0) != 0) {
        return 1;
    }
    /* Nobody reaps orphans meanwhile but the loop: the first wait may end in time only. */
    int first = sup_processes_await(small.processes, id, SUP_MS(200));
    if (first != SUP_OK && first != SUP_ETIMEOUT) {
        return 2;
    }
    return turn_until_over(&small) != 0 ? 3 : close_small(&small, "failed exit code 3");
}

static void faults__group_that_cannot_be_watched_is_awaited_all_the_same(void **state)
{
    (void)state;
    in_a_process(watch_no_member);
    in_a_process(see_no_process);
    in_a_process(see_no_process_and_await);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults__start_that_fails_is_refused_and_leaves_nothing),
        cmocka_unit_test(faults__older_kernels_will_do),
        cmocka_unit_test(faults__start_that_cannot_drop_descriptors_is_refused),
        cmocka_unit_test(faults__group_that_cannot_be_watched_is_awaited_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
