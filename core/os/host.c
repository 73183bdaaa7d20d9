/* The host: a supervisor, its clock and its loop; see <sup/host.h>.
 *
 * One mutex guards what other threads may touch: the queues of reports and calls
 * and the flag that the loop has ended. An eventfd wakes the loop when something
 * was queued; a timerfd, armed with a relative time, wakes it at the next
 * deadline, so it sleeps without limit when there is none.
 */
#define _GNU_SOURCE
#include "sup/host.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "sup/assert.h"

#define EVENTS_A_TURN 64
#define CALLS_MAX 4096u
/* A shorter wait is not worth a system call, and 0, to which a faked clock may round it
 * down, would stop the timer. */
#define WAIT_MIN_NS 1000u

struct call {
    struct call *next;
    sup_host_fn fn;
    void *context;
    int result;
    bool done;
    bool detached; /* a post: freed by the loop */
    pthread_cond_t answered;
};

/* What is watched under one descriptor. The generation tells an event that was on
 * its way when the descriptor was given up from one of its successor. */
struct watch {
    struct sup_host_source *source; /* NULL: nothing */
    uint32_t generation;
};

struct sup_host {
    struct sup *sup;
    struct sup__clock clock;
    struct sup_clock sup_clock; /* what the supervisor reads: `clock`, or the embedder's */
    int epoll_fd;
    int event_fd;
    int timer_fd;
    int signal_fd;
    struct watch *watches; /* by descriptor */
    uint32_t watch_count;
    struct sup_host_source event_source;
    struct sup_host_source timer_source;
    struct sup_host_source signal_source;
    uint64_t armed_ns; /* the supervisor's instant that the timer is set for */
    uint64_t wakeups;  /* read by any thread under the mutex */
    uint32_t signals_seen;
    pthread_mutex_t mutex;
    /* guarded by the mutex */
    pthread_t loop_thread; /* that turned the loop last, once `looped` */
    bool looped;
    bool ended;
    bool woken; /* the eventfd has been written since the loop last looked */
    struct sup_host_report *first_report;
    struct sup_host_report **last_report;
    struct call *first_call;
    struct call **last_call;
    uint32_t call_count;
    uint32_t calls_max;
};

void sup_host_config_default(struct sup_host_config *ret_config)
{
    memset(ret_config, 0, sizeof(*ret_config));
    sup_config_default(&ret_config->sup);
}

static struct sup_instant read_clock(void *context)
{
    const struct sup_host *host = context;
    return (struct sup_instant){sup__clock_now(&host->clock)};
}

static uint64_t now_of(const struct sup_host *host)
{
    return host->sup_clock.now(host->sup_clock.context).ns;
}

const struct sup__clock *sup__host_clock(const struct sup_host *host)
{
    return &host->clock;
}

static void lock(struct sup_host *host)
{
    int error = pthread_mutex_lock(&host->mutex);
    SUP_ASSERT(error == 0);
}

static void unlock(struct sup_host *host)
{
    int error = pthread_mutex_unlock(&host->mutex);
    SUP_ASSERT(error == 0);
}

/* ---- the loop's own descriptors ---- */

static void event_ready(void *context, uint32_t events)
{
    struct sup_host *host = context;
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
    host->armed_ns = SUP_NEVER_NS;
}

/* The first signal drains, the second aborts what is left. */
static void signal_ready(void *context, uint32_t events)
{
    struct sup_host *host = context;
    struct signalfd_siginfo info;
    (void)events;
    while (read(host->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        struct sup_actor actor = {"signal", info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM"};
        if (host->signals_seen++ == 0) {
            sup_shutdown(host->sup, NULL, &actor, NULL);
        } else {
            sup_force_abort(host->sup, NULL, &actor, NULL);
        }
    }
}

static int reserve_watch(struct sup_host *host, uint32_t fd)
{
    if (fd < host->watch_count) {
        return SUP_OK;
    }
    uint32_t count = fd < 32 ? 64 : fd * 2;
    struct watch *grown = realloc(host->watches, count * sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    memset(grown + host->watch_count, 0, (count - host->watch_count) * sizeof(*grown));
    host->watches = grown;
    host->watch_count = count;
    return SUP_OK;
}

int sup_host_watch(struct sup_host *host, int fd, uint32_t events, struct sup_host_source *source)
{
    if (fd < 0 || source == NULL) {
        return SUP_EINVAL;
    }
    if (reserve_watch(host, (uint32_t)fd) != SUP_OK) {
        return SUP_ENOMEM;
    }
    struct watch *watch = &host->watches[fd];
    watch->generation++;
    struct epoll_event event = {.events = events};
    event.data.u64 = (uint64_t)watch->generation << 32 | (uint32_t)fd;
    if (epoll_ctl(host->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        return errno == ENOMEM || errno == ENOSPC ? SUP_ENOMEM : SUP_EINVAL;
    }
    watch->source = source;
    return SUP_OK;
}

void sup_host_unwatch(struct sup_host *host, int fd)
{
    struct epoll_event event = {0};
    epoll_ctl(host->epoll_fd, EPOLL_CTL_DEL, fd, &event);
    if (fd >= 0 && (uint32_t)fd < host->watch_count) {
        host->watches[fd].source = NULL;
    }
}

/* A source that another one's callback has taken away meanwhile is not called. */
static void dispatch(struct sup_host *host, const struct epoll_event *event)
{
    uint32_t fd = (uint32_t)event->data.u64;
    const struct watch *watch = &host->watches[fd];
    if (watch->source != NULL && watch->generation == event->data.u64 >> 32) {
        watch->source->ready(watch->source->context, event->events);
    }
}

static int open_signals(struct sup_host *host)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &mask, NULL) != 0) {
        return SUP_EINVAL;
    }
    host->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (host->signal_fd < 0) {
        return SUP_ELIMIT;
    }
    host->signal_source = (struct sup_host_source){signal_ready, host};
    return sup_host_watch(host, host->signal_fd, EPOLLIN, &host->signal_source);
}

static int open_descriptors(struct sup_host *host, bool signals)
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
    if (error == SUP_OK && signals) {
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

/* ---- creation ---- */

int sup_host_create(const struct sup_host_config *config, struct sup_host **ret_host)
{
    if (config == NULL || ret_host == NULL) {
        return SUP_EINVAL;
    }
    struct sup_host *host = calloc(1, sizeof(*host));
    if (host == NULL) {
        return SUP_ENOMEM;
    }
    host->epoll_fd = host->event_fd = host->timer_fd = host->signal_fd = -1;
    host->armed_ns = SUP_NEVER_NS;
    host->last_report = &host->first_report;
    host->last_call = &host->first_call;
    host->calls_max = config->calls_max > 0 ? config->calls_max : CALLS_MAX;
    if (pthread_mutex_init(&host->mutex, NULL) != 0) {
        free(host);
        return SUP_ENOMEM;
    }
    host->clock.origin_ns = config->from_zero ? sup__os_now() : 0;
    host->clock.speed_billionths =
        config->speed_billionths > 0 ? config->speed_billionths : SUP__SPEED_ONE;
    struct sup_config sup_config = config->sup;
    if (sup_config.clock.now == NULL) {
        sup_config.clock = (struct sup_clock){read_clock, host};
    }
    host->sup_clock = sup_config.clock;
    if (sup_config.alloc.resize == NULL) {
        sup_config.alloc = sup_allocator_libc;
    }
    int error = open_descriptors(host, config->signals);
    if (error == SUP_OK) {
        error = sup_create(&sup_config, &host->sup);
    }
    if (error != SUP_OK) {
        sup_host_free(host);
        return error;
    }
    *ret_host = host;
    return SUP_OK;
}

void sup_host_free(struct sup_host *host)
{
    if (host == NULL) {
        return;
    }
    sup_host_end(host);
    sup_free(host->sup);
    close_one(host->signal_fd);
    close_one(host->timer_fd);
    close_one(host->event_fd);
    close_one(host->epoll_fd);
    free(host->watches);
    pthread_mutex_destroy(&host->mutex);
    free(host);
}

struct sup *sup_host_supervisor(struct sup_host *host)
{
    return host->sup;
}

struct sup_instant sup_host_now(const struct sup_host *host)
{
    return (struct sup_instant){sup__clock_now(&host->clock)};
}

uint64_t sup_host_wakeups(const struct sup_host *host)
{
    struct sup_host *unlocked = (struct sup_host *)(uintptr_t)host;
    lock(unlocked);
    uint64_t wakeups = host->wakeups;
    unlock(unlocked);
    return wakeups;
}

/* ---- queues ---- */

/* Wakes the loop; with the mutex held. One write is enough until it has looked. */
static void wake(struct sup_host *host)
{
    if (!host->woken) {
        uint64_t one = 1;
        host->woken = true;
        ssize_t put = write(host->event_fd, &one, sizeof(one));
        SUP_ASSERT(put == (ssize_t)sizeof(one));
    }
}

void sup_host_report(struct sup_host *host, struct sup_host_report *report)
{
    report->next = NULL;
    lock(host);
    *host->last_report = report;
    host->last_report = &report->next;
    wake(host);
    unlock(host);
}

static int enqueue(struct sup_host *host, struct call *call)
{
    if (host->ended) {
        return SUP_EGONE;
    }
    if (host->call_count == host->calls_max) {
        return SUP_ELIMIT;
    }
    host->call_count++;
    *host->last_call = call;
    host->last_call = &call->next;
    wake(host);
    return SUP_OK;
}

static bool on_loop(struct sup_host *host)
{
    return host->looped && pthread_equal(host->loop_thread, pthread_self()) != 0;
}

int sup_host_call(struct sup_host *host, sup_host_fn fn, void *context)
{
    struct call call = {.fn = fn, .context = context};
    lock(host);
    if (!host->ended && on_loop(host)) {
        unlock(host);
        return fn(host->sup, context);
    }
    unlock(host);
    if (pthread_cond_init(&call.answered, NULL) != 0) {
        return SUP_ENOMEM;
    }
    lock(host);
    int error = enqueue(host, &call);
    while (error == SUP_OK && !call.done) {
        pthread_cond_wait(&call.answered, &host->mutex);
    }
    unlock(host);
    pthread_cond_destroy(&call.answered);
    return error == SUP_OK ? call.result : error;
}

int sup_host_post(struct sup_host *host, sup_host_fn fn, void *context)
{
    struct call *call = calloc(1, sizeof(*call));
    if (call == NULL) {
        return SUP_ENOMEM;
    }
    call->fn = fn;
    call->context = context;
    call->detached = true;
    lock(host);
    int error = enqueue(host, call);
    unlock(host);
    if (error != SUP_OK) {
        free(call);
    }
    return error;
}

static void answer(struct sup_host *host, struct call *call, int result)
{
    if (call->detached) {
        free(call);
        return;
    }
    lock(host);
    call->result = result;
    call->done = true;
    pthread_cond_signal(&call->answered);
    unlock(host);
}

void sup_host_end(struct sup_host *host)
{
    lock(host);
    host->ended = true;
    struct call *call = host->first_call;
    host->first_call = NULL;
    host->last_call = &host->first_call;
    host->call_count = 0;
    unlock(host);
    while (call != NULL) {
        struct call *next = call->next;
        answer(host, call, SUP_EGONE);
        call = next;
    }
}

static void deliver(struct sup_host *host)
{
    lock(host);
    host->woken = false;
    struct sup_host_report *report = host->first_report;
    struct call *call = host->first_call;
    host->first_report = NULL;
    host->last_report = &host->first_report;
    host->first_call = NULL;
    host->last_call = &host->first_call;
    host->call_count = 0;
    unlock(host);
    while (report != NULL) {
        struct sup_host_report *next = report->next;
        report->deliver(report, host->sup);
        report = next;
    }
    while (call != NULL) {
        struct call *next = call->next;
        answer(host, call, call->fn(host->sup, call->context));
        call = next;
    }
}

/* ---- the loop ---- */

static void arm(struct sup_host *host, uint64_t deadline_ns)
{
    if (deadline_ns == host->armed_ns) {
        return;
    }
    struct itimerspec timer = {0};
    if (deadline_ns != SUP_NEVER_NS) {
        uint64_t now = sup__os_now();
        uint64_t reach = sup__clock_reach(&host->clock, deadline_ns);
        uint64_t wait = reach > now + WAIT_MIN_NS ? reach - now : WAIT_MIN_NS;
        timer.it_value.tv_sec = (time_t)(wait / 1000000000u);
        timer.it_value.tv_nsec = (long)(wait % 1000000000u);
    }
    int failed = timerfd_settime(host->timer_fd, 0, &timer, NULL);
    SUP_ASSERT(failed == 0);
    host->armed_ns = deadline_ns;
}

/* One step a turn: timers that are due again at once (a zero backoff after a refused
 * start) must not keep the loop from what comes from outside. */
static void fire_due(struct sup_host *host)
{
    if (sup_deadline(host->sup).ns <= now_of(host)) {
        sup_step(host->sup);
    }
}

static void take_loop(struct sup_host *host)
{
    lock(host);
    host->loop_thread = pthread_self();
    host->looped = true;
    unlock(host);
}

/* The timer also serves for `most`, since epoll_wait would round it to whole
 * milliseconds. */
int sup_host_wait(struct sup_host *host, struct sup_duration most)
{
    struct epoll_event events[EVENTS_A_TURN];
    uint64_t deadline = sup_deadline(host->sup).ns;
    uint64_t until = SUP_NEVER_NS;
    if (most.ns != 0 && most.ns != SUP_NEVER_NS) {
        until = sup_instant_add((struct sup_instant){now_of(host)}, most).ns;
    }
    take_loop(host);
    arm(host, deadline < until ? deadline : until);
    int count = epoll_wait(host->epoll_fd, events, EVENTS_A_TURN, most.ns == 0 ? 0 : -1);
    if (count < 0) {
        return errno == EINTR ? 0 : SUP_EINVAL;
    }
    lock(host);
    host->wakeups += count > 0;
    unlock(host);
    for (int i = 0; i < count; i++) {
        dispatch(host, &events[i]);
    }
    deliver(host);
    return SUP_OK;
}

static int wait_and_handle(struct sup_host *host, struct sup_duration most)
{
    int error = sup_host_wait(host, most);
    if (error == SUP_OK) {
        fire_due(host);
    }
    return error;
}

static bool drained(const struct sup_host *host)
{
    return sup_supervisor_phase_of(host->sup) == SUP_SUPERVISOR_DRAINED;
}

int sup_host_turn(struct sup_host *host, struct sup_duration most)
{
    fire_due(host);
    if (drained(host)) {
        return 1;
    }
    int error = wait_and_handle(host, most);
    return error < 0 ? error : drained(host);
}

int sup_host_settle(struct sup_host *host, struct sup_duration most)
{
    return wait_and_handle(host, most);
}

int sup_host_run(struct sup_host *host)
{
    int turn = 0;
    take_loop(host);
    while (turn == 0) {
        turn = sup_host_turn(host, SUP_DURATION_NEVER);
    }
    sup_host_end(host);
    return turn < 0 ? turn : SUP_OK;
}

/* ---- commands from any thread ---- */

struct command_call {
    enum sup_command command;
    const char *service;
    const struct sup_actor *actor;
    struct sup_command_outcome *outcome;
    const struct sup_spec *spec;
    const struct sup_duration *timeout;
};

static int run_command(struct sup *sup, void *context)
{
    struct command_call *call = context;
    switch (call->command) {
    case SUP_COMMAND_CANCEL_GROUP:
        return sup_cancel_group(sup, call->service, call->actor, call->outcome);
    case SUP_COMMAND_FORCE_ABORT:
        return sup_force_abort(sup, call->service, call->actor, call->outcome);
    case SUP_COMMAND_SHUTDOWN:
        return sup_shutdown(sup, call->timeout, call->actor, call->outcome);
    case SUP_COMMAND_SPAWN:
        return sup_spawn_as(sup, call->spec, call->actor, call->outcome);
    default:
        return sup_control(sup, call->command, call->service, call->actor, call->outcome);
    }
}

int sup_host_command(struct sup_host *host, enum sup_command command, const char *service,
                     const struct sup_actor *actor, struct sup_command_outcome *ret_outcome)
{
    struct command_call call = {
        .command = command, .service = service, .actor = actor, .outcome = ret_outcome};
    return command == SUP_COMMAND_SPAWN ? SUP_EINVAL : sup_host_call(host, run_command, &call);
}

int sup_host_spawn(struct sup_host *host, const struct sup_spec *spec,
                   const struct sup_actor *actor)
{
    struct command_call call = {.command = SUP_COMMAND_SPAWN, .spec = spec, .actor = actor};
    return sup_host_call(host, run_command, &call);
}

int sup_host_shutdown(struct sup_host *host, const struct sup_duration *timeout,
                      const struct sup_actor *actor)
{
    struct command_call call = {
        .command = SUP_COMMAND_SHUTDOWN, .timeout = timeout, .actor = actor};
    return sup_host_call(host, run_command, &call);
}
