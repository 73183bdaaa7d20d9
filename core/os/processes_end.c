/* The end of a child: signals, reaping, and what its status means. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "processes_internal.h"
#include "sup/assert.h"

/* Between two tries to reap who is dead and held. */
#define HELD_NS 1000000

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

/* The kernel knows the group by the child itself and not by its number, also when the
 * child has been reaped. Before Linux 6.9 it is known by the number, which nobody else can
 * have while the child is not reaped; afterwards it is only asked. */
bool sup__signal_group(const struct sup__child *child, int number)
{
    SUP_ASSERT(child->pid > 0 && !child->leave_group);
    if (sup__pidfd_signal_group(exit_fd(child), number) == 0) {
        return true;
    }
    if (errno != EINVAL) {
        return errno == EPERM; /* some are there who may not be signalled */
    }
    bool reaped = sup__pidfd_signal(exit_fd(child), 0) != 0;
    return kill(-child->pid, reaped ? 0 : number) == 0 || errno == EPERM;
}

/* A child that moved to another group is signalled by itself, beside those it left in its
 * first one. */
void sup__signal(const struct sup__child *child, int number)
{
    SUP_ASSERT(sup__lives(child));
    bool reaped = sup__pidfd_signal(exit_fd(child), 0) != 0;
    bool leads = !child->leave_group && getpgid(child->pid) == child->pid;
    if (!reaped && !leads) {
        (void)sup__pidfd_signal(exit_fd(child), number);
    }
    if (!child->leave_group) {
        (void)sup__signal_group(child, number);
    }
    if (number == SIGKILL && child->cgroup[0] != '\0') {
        sup__cgroup_kill(child);
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
    const char *name = sup__os_signal_name(number);
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

void sup__report(struct sup__child *child)
{
    struct sup_processes *processes = child->processes;
    SUP_ASSERT(child->stage == SUP__STAGE_LEAVING && processes->live > 0);
    sup__unleave(child);
    if (child->remains != SUP__REMAINS_NOTHING && !processes->silent) {
        sup__name_remains(child);
    }
    /* What is said now may lead back here; the end must be reported once. */
    child->stage = SUP__STAGE_ENDING;
    if (!processes->silent) {
        sup__drain(child);
    }
    for (uint32_t i = 0; i < SUP__WATCHES; i++) {
        sup__close(&child->watches[i]);
    }
    sup__cgroup_remove(child);
    processes->live--;
    child->pid = 0;
    child->stage = SUP__STAGE_NONE;
    if (!processes->silent) {
        sup_reported(sup_report_end(processes->sup, child->id, &child->end));
    }
    sup__retire(child);
}

/* A child is heard out before it is reaped: until then its number is its own, by which
 * its messages are known. */
bool sup__finish(struct sup__child *child)
{
    struct sup_processes *processes = child->processes;
    struct status status;
    SUP_ASSERT(child->stage == SUP__STAGE_RUNNING);
    child->stage = SUP__STAGE_ENDING;
    if (!processes->silent) {
        sup__drain(child);
    }
    sup__signal(child, SIGKILL);
    if (!reap(child, &status)) {
        child->stage = SUP__STAGE_RUNNING;
        return false;
    }
    child->reaped = true;
    child->stage = SUP__STAGE_LEAVING;
    child->end = end_of(child, &status);
    sup__leave(child);
    bool alone = child->leave_group || !sup__signal_group(child, 0);
    if (alone && child->cgroup[0] == '\0') {
        child->remains = SUP__REMAINS_NOTHING;
        sup__report(child);
    }
    return true;
}

/* Until the earliest of what there is to wait for. */
static struct timespec wait_for(const struct sup__child *child, struct sup_instant until)
{
    uint64_t now = sup__os_now().ns;
    uint64_t at = until.ns;
    if (child->stage == SUP__STAGE_LEAVING) {
        at = sup__bound(child).ns < at ? sup__bound(child).ns : at;
        if (child->remains == SUP__REMAINS_UNSEEN && child->retry.ns < at) {
            at = child->retry.ns;
        }
    }
    return sup__timespec((struct sup_duration){at > now ? at - now : 0});
}

/* What says that there is something new; -1: only the time. */
static struct pollfd awaited(const struct sup__child *child)
{
    if (child->stage == SUP__STAGE_RUNNING) {
        return (struct pollfd){.fd = exit_fd(child), .events = POLLIN};
    }
    if (child->cgroup[0] == '\0') {
        return (struct pollfd){.fd = child->watches[SUP__WATCH_MEMBER].fd, .events = POLLIN};
    }
    int fd = child->remains == SUP__REMAINS_WATCHED ? child->watches[SUP__WATCH_CGROUP].fd : -1;
    return (struct pollfd){.fd = fd, .events = POLLPRI};
}

/* Something has come, or it is time to look: true when it is over, or cannot be waited
 * for any more. */
static bool look_again(struct sup__child *child)
{
    struct sup__watch *member = &child->watches[SUP__WATCH_MEMBER];
    struct pollfd news = awaited(child);
    if (news.fd >= 0 && news.fd == member->fd && poll(&news, 1, 0) == 1) {
        sup__close(member);
    }
    if (member->fd < 0) {
        child->remains = SUP__REMAINS_TO_BE_SEEN;
    }
    sup__look(child->processes);
    if (sup__has_left(child)) {
        sup__report(child);
        return true;
    }
    return false;
}

static bool await(struct sup__child *child, struct sup_instant until)
{
    while (child->stage != SUP__STAGE_NONE) {
        if (child->stage == SUP__STAGE_ENDING) {
            return false; /* by a callback of its own last words */
        }
        if (child->stage == SUP__STAGE_LEAVING && look_again(child)) {
            return true;
        }
        struct pollfd news = awaited(child);
        struct timespec length = wait_for(child, until);
        int ready = ppoll(&news, 1, &length, NULL);
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        bool held = ready > 0 && child->stage == SUP__STAGE_RUNNING && !sup__finish(child);
        if (held) {
            /* It is dead, and somebody who traces it has not let go of it yet. */
            (void)ppoll(NULL, 0, &(struct timespec){.tv_nsec = HELD_NS}, NULL);
        }
        if ((held || ready == 0) && until.ns <= sup__os_now().ns) {
            return false;
        }
    }
    return true;
}

bool sup__await(struct sup__child *child, struct sup_instant until)
{
    bool over = await(child, until);
    sup__arm(child->processes); /* for what else is left */
    return over;
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
            if (child->stage == SUP__STAGE_ENDING || !sup__finish(child)) {
                return;
            }
        } else if (waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG) == 0) {
            processes->counts[SUP_PROCESSES_ORPHANS]++;
        } else {
            return;
        }
    }
}
