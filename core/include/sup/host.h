/* A host: a supervisor in the real world.
 *
 * It owns a supervisor, the monotonic clock, and the loop that drives it on one
 * thread: epoll waits for reports, commands, signals and descriptors until the
 * next deadline, with no polling interval, so an idle host never wakes up. Other
 * threads reach the supervisor through the calls marked "any thread", which hand
 * their request to the loop under a mutex and wait for its answer.
 *
 * Lock order: a host's mutex is a leaf; no callback and no executor call is made
 * while it is held.
 *
 * The clock is CLOCK_MONOTONIC: it does not run while the machine is suspended,
 * and a step backwards, which would be a bug of the system, is refused (the last
 * reading stands). A clock of the embedder's own in config->sup must run at the pace
 * of the host's.
 */
#ifndef SUP_HOST_H
#define SUP_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/supervisor.h"

struct sup_host;

/* What executors add to a host's loop. */
struct sup_host_source {
    /* The descriptor is ready; `events` as in epoll. On the loop's thread. */
    void (*ready)(void *context, uint32_t events);
    void *context;
};

struct sup_host_config {
    struct sup_config sup; /* clock and alloc may be left unset: taken from the system */
    /* SIGTERM and SIGINT drain, a second one aborts everything, through signalfd;
     * the host blocks both in the thread that creates it. Off for embedders. */
    bool signals;
    uint32_t calls_max; /* requests waiting at a time; 0: 4096 */
    /* A rehearsal may let the host's clock begin at 0, and run faster than the
     * system's: 10 times is 10,000,000,000. All deadlines, waits and instants of the
     * host, its supervisor and its executors are this clock's. 0: as fast. */
    bool from_zero;
    uint64_t speed_billionths;
};

void sup_host_config_default(struct sup_host_config *ret_config);

/* The executor in config->sup is bound to the host afterwards (sup_threads_bind,
 * sup_processes_bind). 0, SUP_EINVAL, SUP_ENOMEM, SUP_ELIMIT (descriptors). */
int sup_host_create(const struct sup_host_config *config,
                    struct sup_host **ret_host) SUP_WARN_UNUSED;
/* Nothing may be live any more. NULL is allowed. */
void sup_host_free(struct sup_host *host);

/* The supervisor; on the loop's thread, or before sup_host_run. */
struct sup *sup_host_supervisor(struct sup_host *host);
struct sup_instant sup_host_now(const struct sup_host *host);

/* Runs the loop on the calling thread until the supervisor has drained; 0 or a
 * negative code. */
int sup_host_run(struct sup_host *host);
/* One turn: waits for at most `most`, handles what is due. 1 when it is drained,
 * 0 when not, negative on error. */
int sup_host_turn(struct sup_host *host, struct sup_duration most);

/* The same for a supervisor that has drained: late reports may still come. */
int sup_host_settle(struct sup_host *host, struct sup_duration most);
/* The part of a turn that waits and handles what came from outside; what is due in
 * the supervisor is the caller's to step. For loops that have a timeline of their
 * own. */
int sup_host_wait(struct sup_host *host, struct sup_duration most);
/* The loop will not turn for callers any more: whoever waits for an answer, and
 * whoever comes, is told SUP_EGONE. Reports are still taken. sup_host_run does it
 * when it returns. Idempotent. */
void sup_host_end(struct sup_host *host);

/* Any thread: runs fn on the loop's thread and returns what it returned;
 * SUP_ELIMIT when too many wait, SUP_EGONE when the loop has ended. */
typedef int (*sup_host_fn)(struct sup *sup, void *context);
int sup_host_call(struct sup_host *host, sup_host_fn fn, void *context);
/* Any thread: the same without waiting; fn's result is ignored. */
int sup_host_post(struct sup_host *host, sup_host_fn fn, void *context);
/* Any thread: a command and its outcome. */
int sup_host_command(struct sup_host *host, enum sup_command command, const char *service,
                     const struct sup_actor *actor, struct sup_command_outcome *ret_outcome);
int sup_host_spawn(struct sup_host *host, const struct sup_spec *spec,
                   const struct sup_actor *actor);
int sup_host_shutdown(struct sup_host *host, const struct sup_duration *timeout,
                      const struct sup_actor *actor);

/* For executors: the loop watches fd for `events` until it is removed, before it is
 * closed. A source that is removed in the callback of another is not called again. */
int sup_host_watch(struct sup_host *host, int fd, uint32_t events, struct sup_host_source *source);
void sup_host_unwatch(struct sup_host *host, int fd);
/* For executors, any thread: hands a report to the loop, in order. A report is
 * never refused for want of room: its storage is the caller's, until `deliver`
 * is called with it on the loop's thread. */
struct sup_host_report {
    struct sup_host_report *next;
    void (*deliver)(struct sup_host_report *report, struct sup *sup);
};
void sup_host_report(struct sup_host *host, struct sup_host_report *report);

/* Wake-ups of the loop so far: an idle host has none. */
uint64_t sup_host_wakeups(const struct sup_host *host);

#endif
