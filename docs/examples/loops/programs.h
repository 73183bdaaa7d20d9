/* What the three loops share: the programs that are supervised, what is told of them, and
 * what a signal asks for. How a program is started, watched and waited for is each loop's own.
 *
 * What an executor on these lines leaves to <sup/processes.h>: readiness, heartbeats, kept
 * output, what an attempt leaves behind, children that die with their supervisor.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sup/sup.h>
#include <time.h>
#include <unistd.h>

/* A service's work, and the attempt of it that is live. */
struct program {
    const char *const *argv;
    struct child *child;
};
/* An attempt. One that is given up lives on for itself until it ends. */
struct child {
    struct program *program;
    struct sup_attempt id;
    pid_t pid;
    bool cancelled, aborted;
};

static inline struct sup_instant now(void *context)
{
    struct timespec time;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &time); /* there is such a clock, so it does not fail */
    return (struct sup_instant){(uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec};
}

/* ---- children ---- */

/* In a group of its own, so that what the program starts is signalled too, and so that ^C at
 * a terminal reaches nobody but us. Signals that we block for the loop's sake are not
 * blocked in it. 0, or an error of the system. */
static inline int spawn(const char *const *argv, pid_t *ret_pid)
{
    posix_spawnattr_t how;
    sigset_t none;
    int error = posix_spawnattr_init(&how);
    if (error != 0) {
        return error;
    }
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    error = posix_spawnp(ret_pid, argv[0], NULL, &how, (char *const *)(uintptr_t)argv, environ);
    posix_spawnattr_destroy(&how);
    return error;
}

/* A child that has not been waited for still has its number, so no stranger is hit. */
static inline void cancel(void *context, struct sup_attempt id, void *work)
{
    struct child *child = ((struct program *)work)->child;
    (void)context, (void)id;
    child->cancelled = true;
    kill(-child->pid, SIGTERM);
}

static inline void force(void *context, struct sup_attempt id, void *work)
{
    struct child *child = ((struct program *)work)->child;
    (void)context, (void)id;
    child->aborted = true;
    kill(-child->pid, SIGKILL);
}

/* The next attempt may begin; this one is watched all the same, and waited for. */
static inline void abandon(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id;
    ((struct program *)work)->child = NULL;
}

/* To be called when the loop has let go of the child, since the report may start the next
 * one at once. `signal` is 0 when it has exited with a status. */
static inline void report(struct sup *sup, const struct child *child, int status, int signal)
{
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    if (signal == SIGKILL && child->aborted) {
        end.outcome = SUP_OUTCOME_ABORTED;
    } else if (signal != 0 && !(signal == SIGTERM && child->cancelled)) {
        end.outcome = SUP_OUTCOME_CRASHED;
        end.signal = signal;
    } else if (signal == 0 && status != 0) {
        end.outcome = SUP_OUTCOME_FAILED;
        end.has_code = true;
        end.code = status;
    }
    if (child->program->child == child) {
        child->program->child = NULL;
    }
    sup_reported(sup_report_end(sup, child->id, &end));
}

/* ---- the supervisor ---- */

/* SIGHUP restarts the server; the first of the others drains, the next one aborts. What came
 * of it is told by the command's event. */
static inline void heed(struct sup *sup, int signal)
{
    struct sup_actor actor = {"signal", strsignal(signal)};
    if (signal == SIGHUP) {
        sup_ignore(sup_restart(sup, "api", &actor, NULL));
    } else if (sup_supervisor_phase_of(sup) == SUP_SUPERVISOR_RUNNING) {
        sup_ignore(sup_shutdown(sup, NULL, &actor, NULL));
    } else {
        sup_ignore(sup_force_abort(sup, NULL, &actor, NULL));
    }
}

static inline void print(void *context, const struct sup_event *event)
{
    const struct sup_instant *began = context;
    char text[SUP_MESSAGE_BYTES];
    uint64_t ms = sup_instant_since(event->at, *began).ns / 1000000;
    sup_event_message(event, text, sizeof(text));
    printf("%3" PRIu64 ".%03" PRIu64 " s  %s\n", ms / 1000, ms % 1000, text);
    fflush(stdout);
}

/* A supervisor over an executor, whose `start` is the loop's, and three services: one that
 * works, one that fails once, and one that cannot be started. */
static inline int supervise(struct sup_executor executor, struct sup **ret_sup)
{
    static const char *const sleeps[] = {"sleep", "1000", NULL};
    static const char *const fails[] = {"sh", "-c", "exit 3", NULL};
    static const char *const missing[] = {"/nowhere/ghost", NULL};
    static struct program api = {.argv = sleeps}, job = {.argv = fails}, ghost = {.argv = missing};
    static struct sup_instant began;
    struct sup_config config;
    struct sup_policy once;
    sup_policy_default(&once);
    once.restart = SUP_RESTART_NEVER;
    sup_config_default(&config);
    config.executor = executor;
    config.clock.now = now;
    config.alloc = sup_allocator_libc;
    began = now(NULL);
    int result = sup_create(&config, ret_sup);
    if (result == 0) {
        result = sup_subscribe(*ret_sup, print, &began);
    }
    const struct sup_spec specs[] = {{.name = "api", .work = &api},
                                     {.name = "job", .policy = &once, .work = &job},
                                     {.name = "ghost", .policy = &once, .work = &ghost}};
    for (size_t i = 0; result == 0 && i < sizeof(specs) / sizeof(specs[0]); i++) {
        result = sup_spawn(*ret_sup, &specs[i]);
    }
    return result;
}

#endif
