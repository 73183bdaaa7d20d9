/* The host's descriptors: its own, and those that executors have it watch.
 *
 * An eventfd wakes the loop when something was queued, a timerfd, armed with a relative
 * time, at the next deadline, and a signalfd hands on signals; so the loop sleeps
 * without limit when there is nothing to wait for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "host_internal.h"
#include "sup/assert.h"

#define EVENTS_A_POLL 64
/* A shorter wait is not worth a system call, and 0, to which a faked clock may round it
 * down, would stop the timer. */
#define WAIT_MIN SUP_US(1)

/* ---- the host's own ---- */

static void event_ready(void *context, uint32_t events)
{
    const struct sup_host *host = context;
    uint64_t count;
    (void)events;
    ssize_t got = read(host->event_fd, &count, sizeof(count));
    SUP_ASSERT(got == (ssize_t)sizeof(count) || errno == EAGAIN);
}

static void timer_ready(void *context, uint32_t events)
{
    struct sup_host *host = context;
    uint64_t count;
    (void)events;
    ssize_t got = read(host->timer_fd, &count, sizeof(count));
    SUP_ASSERT(got == (ssize_t)sizeof(count) || errno == EAGAIN);
    host->armed = SUP_INSTANT_NEVER;
}

/* The first signal drains, the second aborts what is left. */
static void signal_ready(void *context, uint32_t events)
{
    struct sup_host *host = context;
    struct signalfd_siginfo info;
    (void)events;
    while (read(host->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        struct sup_actor actor = {"signal", info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM"};
        int result = host->signals_seen++ == 0 ? sup_shutdown(host->sup, NULL, &actor, NULL)
                                               : sup_force_abort(host->sup, NULL, &actor, NULL);
        SUP_ASSERT(result == SUP_OK);
    }
}

static int open_signals(struct sup_host *host)
{
    static const int numbers[] = {SIGTERM, SIGINT};
    sigset_t mask;
    sigset_t before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    host->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (host->signal_fd < 0) {
        return SUP_ELIMIT;
    }
    if (pthread_sigmask(SIG_BLOCK, &mask, &before) != 0) {
        return SUP_EINVAL;
    }
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (sigismember(&before, numbers[i]) == 0) {
            sigaddset(&host->unblock, numbers[i]);
        }
    }
    host->signal_source = (struct sup_host_source){signal_ready, host};
    return sup_host_watch(host, host->signal_fd, EPOLLIN, &host->signal_source);
}

int sup__host_open(struct sup_host *host, enum sup__signals signals)
{
    host->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    host->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    host->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (host->epoll_fd < 0 || host->event_fd < 0 || host->timer_fd < 0) {
        return SUP_ELIMIT;
    }
    host->event_source = (struct sup_host_source){event_ready, host};
    host->timer_source = (struct sup_host_source){timer_ready, host};
    int error = sup_host_watch(host, host->event_fd, EPOLLIN, &host->event_source);
    if (error == SUP_OK) {
        error = sup_host_watch(host, host->timer_fd, EPOLLIN, &host->timer_source);
    }
    if (error == SUP_OK && signals == SUP__SIGNALS_TAKEN) {
        error = open_signals(host);
    }
    return error;
}

static void close_one(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

/* What came while the host stood was meant for it, and is dropped: unblocked, it would
 * end the program that has just drained. A mask belongs to its thread. */
static void close_signals(struct sup_host *host)
{
    struct signalfd_siginfo info;
    if (host->signal_fd < 0) {
        return;
    }
    while (read(host->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
    }
    close(host->signal_fd);
    if (pthread_equal(host->creator, pthread_self()) != 0) {
        int error = pthread_sigmask(SIG_UNBLOCK, &host->unblock, NULL);
        SUP_ASSERT(error == 0);
    }
}

void sup__host_close(struct sup_host *host)
{
    close_signals(host);
    close_one(host->timer_fd);
    close_one(host->event_fd);
    close_one(host->epoll_fd);
    free(host->watched);
}

/* ---- watching ---- */

static int reserve_watched(struct sup_host *host, uint32_t fd)
{
    if (fd < host->watched_count) {
        return SUP_OK;
    }
    uint32_t count = fd < 32 ? 64 : fd * 2;
    struct sup__watched *grown = realloc(host->watched, count * sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    memset(grown + host->watched_count, 0, (count - host->watched_count) * sizeof(*grown));
    host->watched = grown;
    host->watched_count = count;
    return SUP_OK;
}

int sup_host_watch(struct sup_host *host, int fd, uint32_t events, struct sup_host_source *source)
{
    if (fd < 0 || source == NULL) {
        return SUP_EINVAL;
    }
    if (reserve_watched(host, (uint32_t)fd) != SUP_OK) {
        return SUP_ENOMEM;
    }
    struct sup__watched *watched = &host->watched[fd];
    watched->generation++;
    struct epoll_event event = {.events = events};
    event.data.u64 = (uint64_t)watched->generation << 32 | (uint32_t)fd;
    if (epoll_ctl(host->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        return errno == ENOMEM || errno == ENOSPC ? SUP_ENOMEM : SUP_EINVAL;
    }
    watched->source = source;
    return SUP_OK;
}

void sup_host_unwatch(struct sup_host *host, int fd)
{
    struct epoll_event event = {0};
    epoll_ctl(host->epoll_fd, EPOLL_CTL_DEL, fd, &event);
    if (fd >= 0 && (uint32_t)fd < host->watched_count) {
        host->watched[fd].source = NULL;
    }
}

/* A source that another one's callback has taken away meanwhile is not called. */
static void dispatch(struct sup_host *host, const struct epoll_event *event)
{
    uint32_t fd = (uint32_t)event->data.u64;
    SUP_ASSERT(fd < host->watched_count);
    const struct sup__watched *watched = &host->watched[fd];
    if (watched->source != NULL && watched->generation == event->data.u64 >> 32) {
        watched->source->ready(watched->source->context, event->events);
    }
}

int sup__host_poll(struct sup_host *host, enum sup__poll poll)
{
    struct epoll_event events[EVENTS_A_POLL];
    int count;
    do {
        count = epoll_wait(host->epoll_fd, events, EVENTS_A_POLL, poll == SUP__POLL_WAIT ? -1 : 0);
    } while (count < 0 && errno == EINTR && poll == SUP__POLL);
    if (count < 0) {
        return errno == EINTR ? 0 : SUP_EINVAL;
    }
    for (int i = 0; i < count; i++) {
        dispatch(host, &events[i]);
    }
    return count;
}

/* ---- the timer ---- */

/* The reading of the monotonic clock at which the supervisor's will read `at`: its own
 * clock's is known exactly; an embedder's runs at the pace of the host's from wherever
 * it stands. */
static struct sup_instant reach(const struct sup_host *host, struct sup_instant at)
{
    struct sup_instant goal = at;
    if (host->embedders.now != NULL && at.ns != SUP_NEVER_NS) {
        struct sup_duration left = sup_instant_since(at, sup__host_instant(host));
        goal = sup_instant_add(sup_host_now(host), left);
    }
    return sup__clock_reach(&host->clock, goal);
}

void sup__host_arm(struct sup_host *host, struct sup_instant at)
{
    if (at.ns == host->armed.ns) {
        return;
    }
    struct itimerspec timer = {0};
    struct sup_instant until = reach(host, at);
    if (until.ns != SUP_NEVER_NS) {
        struct sup_duration wait = sup_instant_since(until, sup__os_now());
        timer.it_value = sup__timespec(wait.ns > WAIT_MIN.ns ? wait : WAIT_MIN);
    }
    int failed = timerfd_settime(host->timer_fd, 0, &timer, NULL);
    SUP_ASSERT(failed == 0);
    host->armed = at;
}
