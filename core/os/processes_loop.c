/* The executor's part of the host's loop.
 *
 * All descriptors of all children are in one epoll instance of the executor's own,
 * which the host's loop watches. So a turn's batch of events is the executor's to
 * order, and a child that ends in it is put aside until the batch is over.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"
#include "sup/error.h"

#define EVENTS_A_BATCH 64
/* So that a child which never stops talking does not keep the host's loop. */
#define BATCHES_A_TURN 16
/* 0 would stop the timer, and a faked clock may round less down to it. */
#define WAIT_MIN_NS 1000u

/* ---- descriptors ---- */

int sup__watch(struct sup__watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    SUP_ASSERT(watch->fd >= 0);
    int failed = epoll_ctl(watch->processes->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event);
    return failed == 0 ? 0 : errno;
}

/* Taken out of the epoll first: a copy of the descriptor that lives on in another
 * process would keep it there. */
void sup__close(struct sup__watch *watch)
{
    if (watch->fd >= 0) {
        struct epoll_event event = {0};
        epoll_ctl(watch->processes->epoll_fd, EPOLL_CTL_DEL, watch->fd, &event);
        close(watch->fd);
        watch->fd = -1;
    }
}

/* ---- the timer ---- */

/* Armed by a relative time, as the host's is. */
static void set_timer(struct sup_processes *processes, struct sup_instant at)
{
    struct itimerspec timer = {0};
    if (at.ns != SUP_NEVER_NS) {
        uint64_t now = sup__os_now().ns;
        uint64_t wait = at.ns > now + WAIT_MIN_NS ? at.ns - now : WAIT_MIN_NS;
        timer.it_value = sup__timespec(SUP_NS(wait));
    }
    int failed = timerfd_settime(processes->timer.fd, 0, &timer, NULL);
    SUP_ASSERT(failed == 0);
    processes->armed = at;
}

void sup__arm(struct sup_processes *processes)
{
    struct sup_instant next = {SUP_NEVER_NS};
    for (const struct sup__child *child = processes->leaving; child != NULL; child = child->next) {
        struct sup_instant bound = sup__bound(child);
        next.ns = bound.ns < next.ns ? bound.ns : next.ns;
        if (child->remains == SUP__REMAINS_UNSEEN) {
            next.ns = child->retry.ns < next.ns ? child->retry.ns : next.ns;
        }
    }
    if (next.ns != processes->armed.ns) {
        set_timer(processes, next);
    }
}

static void timer_ready(struct sup_processes *processes)
{
    uint64_t count;
    struct sup_instant now = sup__os_now();
    ssize_t got = read(processes->timer.fd, &count, sizeof(count));
    SUP_ASSERT(got == (ssize_t)sizeof(count) || errno == EAGAIN);
    processes->armed.ns = SUP_NEVER_NS;
    for (struct sup__child *child = processes->leaving; child != NULL; child = child->next) {
        if (child->remains == SUP__REMAINS_UNSEEN && child->retry.ns <= now.ns) {
            child->remains = SUP__REMAINS_TO_BE_SEEN;
        }
    }
}

/* ---- a turn ---- */

static void drain_signals(const struct sup__watch *watch)
{
    struct signalfd_siginfo info;
    while (read(watch->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
    }
}

/* One that is reaped is told of again by its pidfd. */
static void exit_ready(struct sup__child *child)
{
    if (child->stage == SUP__STAGE_RUNNING) {
        (void)sup__finish(child);
    }
}

static void handle(struct sup_processes *processes, struct sup__watch *watch)
{
    switch (watch->kind) {
    case SUP__WATCH_EXIT:
        exit_ready(watch->child);
        break;
    case SUP__WATCH_LINES:
        sup__read_lines(watch->child);
        break;
    case SUP__WATCH_SOCKET:
        sup__read_socket(watch->child);
        break;
    case SUP__WATCH_OUTPUT:
        sup__read_output(watch->child);
        break;
    case SUP__WATCH_MEMBER:
        sup__close(watch);
        watch->child->remains = SUP__REMAINS_TO_BE_SEEN;
        break;
    case SUP__WATCH_CGROUP:
        watch->child->remains = SUP__REMAINS_TO_BE_SEEN;
        break;
    case SUP__WATCH_SIGCHLD:
        drain_signals(watch);
        sup__sweep(processes);
        break;
    case SUP__WATCH_TIMER:
        timer_ready(processes);
        break;
    }
}

static void turn(void *context, uint32_t events)
{
    struct sup_processes *processes = context;
    struct epoll_event batch[EVENTS_A_BATCH];
    (void)events;
    int count = EVENTS_A_BATCH;
    for (int i = 0; i < BATCHES_A_TURN && count == EVENTS_A_BATCH; i++) {
        count = epoll_wait(processes->epoll_fd, batch, EVENTS_A_BATCH, 0);
        for (int j = 0; j < count; j++) {
            struct sup__watch *watch = batch[j].data.ptr;
            if (watch->fd >= 0) {
                handle(processes, watch);
            }
        }
    }
    sup__tend(processes);
    sup__recycle(processes);
}

/* ---- opening and closing ---- */

static int adopt_orphans(struct sup_processes *processes)
{
    int was = 0;
    sigset_t mask;
    sigset_t before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    if (prctl(PR_GET_CHILD_SUBREAPER, &was) != 0) {
        return SUP_EINVAL;
    }
    processes->was_subreaper = was != 0;
    processes->sigchld.fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (processes->sigchld.fd < 0) {
        return SUP_ELIMIT;
    }
    if (sup__watch(&processes->sigchld, EPOLLIN) != 0) {
        return SUP_ENOMEM;
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || pthread_sigmask(SIG_BLOCK, &mask, &before) != 0) {
        return SUP_EINVAL;
    }
    processes->unblock_sigchld = sigismember(&before, SIGCHLD) == 0;
    return SUP_OK;
}

static void leave_orphans(struct sup_processes *processes)
{
    if (processes->sigchld.fd < 0) {
        return;
    }
    sup__sweep(processes); /* what has ended and was not told of yet */
    sup__close(&processes->sigchld);
    if (!processes->was_subreaper) {
        prctl(PR_SET_CHILD_SUBREAPER, 0);
    }
    if (processes->unblock_sigchld) {
        sigset_t mask;
        sigemptyset(&mask);
        sigaddset(&mask, SIGCHLD);
        pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
    }
}

int sup__open_loop(struct sup_processes *processes, struct sup_host *host)
{
    processes->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (processes->epoll_fd < 0) {
        return SUP_ELIMIT;
    }
    processes->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (processes->timer.fd < 0) {
        return SUP_ELIMIT;
    }
    if (sup__watch(&processes->timer, EPOLLIN) != 0) {
        return SUP_ENOMEM;
    }
    int error = processes->config.subreaper ? adopt_orphans(processes) : SUP_OK;
    if (error == SUP_OK) {
        processes->source = (struct sup_host_source){turn, processes};
        error = sup_host_watch(host, processes->epoll_fd, EPOLLIN, &processes->source);
    }
    return error;
}

/* Closing the epoll also takes it out of the host's loop. */
void sup__close_loop(struct sup_processes *processes)
{
    leave_orphans(processes);
    sup__close(&processes->timer);
    if (processes->epoll_fd >= 0) {
        close(processes->epoll_fd);
        processes->epoll_fd = -1;
    }
}
