/* The end of a child: signals, reaping, and what its status means. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"

/* How it ended, as the kernel tells. */
struct status {
    siginfo_t info;
    struct rusage used;
    bool lost; /* somebody else has reaped it */
};

static int exit_fd(const struct sup__child *child)
{
    return child->watches[SUP__WATCH_EXIT].fd;
}

/* The pidfd says whether the pid is still our child's; while it is, the pid and the
 * group of that number are nobody else's. A child that moved to another group is
 * signalled by itself, beside those it left in its first one. */
void sup__signal(const struct sup__child *child, int number)
{
    if (pidfd_send_signal(exit_fd(child), 0, NULL, 0) != 0) {
        return;
    }
    bool leads = !child->leave_group && getpgid(child->pid) == child->pid;
    if (!leads) {
        (void)pidfd_send_signal(exit_fd(child), number, NULL, 0);
    }
    if (!child->leave_group) {
        (void)kill(-child->pid, number);
    }
}

/* Not libc's waitid, which leaves the processor time out. False: not yet. */
static bool reap(const struct sup__child *child, struct status *ret_status)
{
    memset(ret_status, 0, sizeof(*ret_status));
    long failed;
    do {
        failed = syscall(SYS_waitid, P_PIDFD, exit_fd(child), &ret_status->info, WEXITED | WNOHANG,
                         &ret_status->used);
    } while (failed != 0 && errno == EINTR);
    ret_status->lost = failed != 0;
    return failed != 0 || ret_status->info.si_pid != 0;
}

static uint64_t ns_of(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

static void signal_text(int number, char *text, size_t size)
{
    const char *name = sigabbrev_np(number);
    if (name != NULL) {
        (void)snprintf(text, size, "killed by SIG%s", name);
    } else {
        (void)snprintf(text, size, "killed by signal %d", number);
    }
}

static void killed(struct sup__child *child, int number, struct sup_end *ret_end)
{
    if (child->aborted && number == SIGKILL) {
        ret_end->outcome = SUP_OUTCOME_ABORTED;
    } else if (child->cancelled && number == child->stop_signal) {
        ret_end->outcome = SUP_OUTCOME_SUCCEEDED;
    } else {
        ret_end->outcome = SUP_OUTCOME_CRASHED;
        ret_end->signal = number;
        if (!child->has_error) {
            signal_text(number, child->error, sizeof(child->error));
        }
        ret_end->error = child->error;
    }
}

static struct sup_end end_of(struct sup__child *child, const struct status *status)
{
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    if (status->lost) {
        end.outcome = SUP_OUTCOME_FAILED;
        end.error = "its exit status was taken by another wait";
        return end;
    }
    end.has_cpu = true;
    end.cpu.ns = ns_of(status->used.ru_utime) + ns_of(status->used.ru_stime);
    int value = status->info.si_status;
    if (status->info.si_code != CLD_EXITED) {
        killed(child, value, &end);
    } else if (value == 0) {
        end.done = child->done;
    } else {
        end.outcome = SUP_OUTCOME_FAILED;
        end.has_code = true;
        end.code = value;
        end.error = child->has_error ? child->error : NULL; /* NULL: "exit code N" */
    }
    return end;
}

bool sup__finish(struct sup__child *child)
{
    struct sup_processes *processes = child->processes;
    struct status status;
    SUP_ASSERT(sup__lives(child));
    /* Before the child is reaped, while nobody else can have its number. */
    if (!child->leave_group && pidfd_send_signal(exit_fd(child), 0, NULL, 0) == 0) {
        (void)kill(-child->pid, SIGKILL);
    }
    if (!reap(child, &status)) {
        return false;
    }
    /* What it says now may lead back here; its end must be reported once. */
    child->reaped = true;
    if (!processes->silent) {
        sup__drain(child);
    }
    for (uint32_t i = 0; i < SUP__WATCHES; i++) {
        sup__close(&child->watches[i]);
    }
    processes->live--;
    child->pid = 0;
    if (!processes->silent) {
        struct sup_end end = end_of(child, &status);
        (void)sup_report_end(processes->sup, child->id, &end);
    }
    sup__retire(child);
    return true;
}

bool sup__await(struct sup__child *child, uint64_t until_ns)
{
    struct pollfd end = {.fd = exit_fd(child), .events = POLLIN};
    for (;;) {
        uint64_t now = sup__os_now();
        uint64_t wait = until_ns > now ? until_ns - now : 0;
        struct timespec length = {(time_t)(wait / 1000000000u), (long)(wait % 1000000000u)};
        int ready = ppoll(&end, 1, &length, NULL);
        if (ready > 0) {
            return sup__finish(child);
        }
        if (ready == 0 || errno != EINTR) {
            return false;
        }
    }
}

static struct sup__child *by_pid(const struct sup_processes *processes, pid_t pid)
{
    struct sup__child *child = processes->all;
    while (child != NULL && (child->pid != pid || child->reaped)) {
        child = child->next_all;
    }
    return child;
}

void sup__sweep(struct sup_processes *processes)
{
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
            return;
        }
        struct sup__child *child = by_pid(processes, info.si_pid);
        if (child != NULL) {
            if (!sup__finish(child)) {
                return;
            }
        } else if (waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG) == 0) {
            processes->orphans++;
        } else {
            return;
        }
    }
}
