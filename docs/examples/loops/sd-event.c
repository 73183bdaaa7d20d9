/* A supervisor in systemd's event loop: a source for each child and signal, and one timer.
 *
 *   cc sd-event.c $(pkg-config --cflags --libs libsup libsystemd) && ./a.out
 *   kill -HUP %1 restarts the server, kill -TERM %1 drains
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <systemd/sd-event.h>

#include "programs.h"

struct loop {
    struct sup *sup;
    sd_event *event;
};
struct watched {
    struct child child;
    struct loop *loop;
};

/* ---- children ---- */

/* The event loop waits for the child when this has returned, so what the report brings about
 * cannot be given its number. */
static int ended(sd_event_source *source, const siginfo_t *info, void *context)
{
    struct watched *watched = context;
    bool exited = info->si_code == CLD_EXITED;
    report(watched->loop->sup, &watched->child, info->si_status, exited ? 0 : info->si_status);
    return sd_event_source_set_floating(source, false); /* the last reference: it goes */
}

/* The source belongs to the event loop, and the child to the source: whichever goes takes
 * along what is its own, children that were given up included. */
static int watch(struct watched *watched)
{
    sd_event_source *source;
    pid_t pid = watched->child.pid;
    int result = sd_event_add_child(watched->loop->event, &source, pid, WEXITED, ended, watched);
    if (result < 0) {
        kill(-pid, SIGKILL); /* whose end would not be heard may not live */
        waitpid(pid, NULL, 0);
        return -result;
    }
    sd_event_source_set_destroy_callback(source, free);
    sd_event_source_set_child_process_own(source, true); /* killed with it, if it still lives */
    sd_event_source_set_floating(source, true);
    sd_event_source_unref(source);
    return 0;
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct program *program = what->work;
    struct watched *watched = calloc(1, sizeof(*watched));
    if (watched == NULL) {
        return SUP_ENOMEM;
    }
    watched->loop = context;
    watched->child.program = program;
    watched->child.id = what->id;
    int error = spawn(program->argv, &watched->child.pid);
    if (error == 0) {
        error = watch(watched);
    }
    if (error != 0) {
        free(watched);
        *ret_error = strerror(error);
        return SUP_EREFUSED;
    }
    program->child = &watched->child;
    return 0;
}

/* ---- the loop ---- */

/* Before each sleep: whatever has happened since the last one, this is the next deadline. In
 * microseconds, rounded up: woken too early, the loop would spin until it has come. */
static int arm(sd_event_source *timer, void *context)
{
    uint64_t at = sup_deadline(((struct loop *)context)->sup).ns;
    return sd_event_source_set_time(timer,
                                    at == SUP_NEVER_NS ? UINT64_MAX : at / 1000 + (at % 1000 != 0));
}

static int due(sd_event_source *timer, uint64_t at, void *context)
{
    (void)timer, (void)at;
    sup_step(((struct loop *)context)->sup);
    return 0;
}

static int signalled(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    (void)source;
    heed(((struct loop *)context)->sup, (int)info->ssi_signo);
    return 0;
}

static void leave(void *event_loop, const struct sup_event *event)
{
    if (event->type == SUP_EVENT_DRAINED) {
        sd_event_exit(event_loop, 0);
    }
}

/* SIGCHLD, which the loop's children need, and ours are blocked first. The timer comes last
 * of what is ready: an end that came in time is not late. Its accuracy is a microsecond;
 * that of 0 would be a quarter of a second. */
static int open_sources(struct loop *loop)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
    sd_event_source *timer;
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    for (int i = 0; i < 3; i++) {
        sigaddset(&mask, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int result = sd_event_new(&loop->event);
    for (int i = 0; result >= 0 && i < 3; i++) {
        result = sd_event_add_signal(loop->event, NULL, signals[i], signalled, loop);
    }
    if (result < 0) {
        return result;
    }
    result = sd_event_add_time(loop->event, &timer, CLOCK_MONOTONIC, UINT64_MAX, 1, due, loop);
    if (result < 0) {
        return result;
    }
    sd_event_source_set_priority(timer, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_prepare(timer, arm);
    sd_event_source_set_enabled(timer, SD_EVENT_ON);
    sd_event_source_set_floating(timer, true);
    sd_event_source_unref(timer);
    return 0;
}

int main(void)
{
    struct loop loop = {.sup = NULL};
    struct sup_executor executor = {start, cancel, force, abandon, &loop};
    int result = open_sources(&loop);
    if (result >= 0) {
        result = supervise(executor, &loop.sup);
    }
    if (result >= 0) {
        result = sup_subscribe(loop.sup, leave, loop.event);
    }
    if (result >= 0) {
        result = sd_event_loop(loop.event);
    }
    sup_free(loop.sup);
    sd_event_unref(loop.event);
    puts("gone");
    return result == 0 ? 0 : 1;
}
