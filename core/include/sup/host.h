/* A host: a supervisor in the real world.
 *
 * It owns a supervisor, the monotonic clock, and the loop that drives it on one
 * thread: epoll waits for reports, commands, signals and descriptors until the
 * next deadline, with no polling interval, so an idle host never wakes up. Other
 * threads reach the supervisor through the calls marked "any thread", which hand
 * their request to the loop under a mutex and wait for its answer.
 *
 * A turn of the loop waits until something has come or is due; reads the clock; hears
 * all that has come: ends, readiness, beats, calls, signals; and then fires what was due
 * at that reading: timers of the embedder and of the supervisor, by deadline, at the same
 * one the embedder's first, and among its own in the order in which they were set. So
 * whatever came before a deadline is heard before that is acted on, however late the loop
 * is. After every 16 timers it hears again, so that a thousand starts in one
 * instant do not make it deaf; what is armed meanwhile waits for the next turn. Hearing
 * is bounded: who never ceases talking is cut short after 256 looks.
 *
 * The loop belongs to one thread at a time: to the one that turns it, and between turns to
 * the one that turned it last, at first to the one that created the host. A turn on
 * another thread takes it over, and waits while there is one. What is "on the loop's
 * thread" may be done there in a turn, from a callback, or between turns while no other
 * thread turns.
 *
 * Lock order: a host's mutex is a leaf; no callback and no executor call is made
 * while it is held.
 *
 * The clock is CLOCK_MONOTONIC: it does not run while the machine is suspended,
 * and a step backwards, which would be a bug of the system, is refused (the last
 * reading stands). A clock of the embedder's own in config->sup may begin anywhere, but
 * must run at the pace of the host's.
 */
#ifndef SUP_HOST_H
#define SUP_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/supervisor.h"

SUP_BEGIN_DECLS

struct sup_host;

/* What executors add to a host's loop. Frozen. */
struct sup_host_source {
    /* The descriptor is ready; `events` as in epoll. On the loop's thread. */
    void (*ready)(void *context, uint32_t events);
    void *context;
};

/* Grows: start from sup_host_config_default. */
struct sup_host_config {
    struct sup_config sup; /* clock and alloc may be left unset: taken from the system */
    /* SIGTERM and SIGINT drain, a second one aborts everything, through signalfd;
     * the host blocks both in the thread that creates it, and unblocks those that it has
     * blocked when it is freed on that thread: what came meanwhile was the host's.
     * Threads made before take signals as ever. Off for embedders. */
    bool signals;
    uint32_t calls_max; /* requests waiting at a time; 0: 4096 */
    /* A rehearsal may let the host's clock begin at 0, and run faster than the
     * system's: 10 times is 10,000,000,000. All deadlines, waits and instants of the
     * host, its supervisor and its executors are this clock's. 0: as fast. */
    bool from_zero;
    uint64_t speed_billionths;
    /* NULL, or called before each time that the host's mutex is taken, on the thread that
     * takes it: tests perturb schedules here. */
    void (*perturb)(void *context);
    void *perturb_context;
};

void sup_host_config_default_sized(struct sup_host_config *ret_config, size_t size, size_t sup_size,
                                   size_t root_size);
static inline void sup_host_config_default(struct sup_host_config *ret_config)
{
    sup_host_config_default_sized(ret_config, sizeof(*ret_config), sizeof(ret_config->sup),
                                  sizeof(ret_config->sup.root));
}

/* The executor in config->sup is bound to the host afterwards (sup_threads_bind,
 * sup_processes_bind). 0, SUP_EINVAL, SUP_ENOMEM, SUP_ELIMIT (descriptors). */
int sup_host_create_sized(const struct sup_host_config *config, size_t size, size_t sup_size,
                          size_t root_size, struct sup_host **ret_host) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_host_create(const struct sup_host_config *config,
                                                  struct sup_host **ret_host)
{
    return sup_host_create_sized(config, sizeof(*config), sizeof(config->sup),
                                 sizeof(config->sup.root), ret_host);
}
/* Nothing may be live any more, and no thread in a call of the host. NULL is allowed. */
void sup_host_free(struct sup_host *host);

/* The supervisor; on the loop's thread. */
struct sup *sup_host_supervisor(struct sup_host *host);
/* Any thread. */
struct sup_instant sup_host_now(const struct sup_host *host);

/* ---- turning the loop ---- */

enum sup_host_until {
    SUP_HOST_UNTIL_DRAINED, /* or stopped */
    SUP_HOST_UNTIL_STOPPED, /* also when it has drained: late reports and timers still come */
};

/* Runs the loop on the calling thread until the supervisor has drained, or until
 * sup_host_stop; then ends it (sup_host_end). 0 or a negative code. */
int sup_host_run(struct sup_host *host) SUP_WARN_UNUSED;
int sup_host_run_until(struct sup_host *host, enum sup_host_until until) SUP_WARN_UNUSED;
/* Any thread, a callback too: after the turn that is under way, which fires nothing more,
 * sup_host_run returns. Nothing is drained, live attempts live on. It is for good. */
void sup_host_stop(struct sup_host *host);

/* One turn, that waits for at most `most`. 1 when it is drained or stopped, 0 when not,
 * negative on error. */
int sup_host_turn(struct sup_host *host, struct sup_duration most) SUP_WARN_UNUSED;
/* The same for a supervisor that has drained: late reports may still come. 0, or
 * negative. */
int sup_host_settle(struct sup_host *host, struct sup_duration most) SUP_WARN_UNUSED;
/* The part of a turn that waits and hears; what is due is the caller's to fire, and
 * timers of the embedder are not waited for. 0, or negative. */
int sup_host_wait(struct sup_host *host, struct sup_duration most) SUP_WARN_UNUSED;
/* The loop will not turn for callers any more: whoever waits for an answer, and
 * whoever comes, is told SUP_EGONE. Reports are still taken. sup_host_run does it
 * when it returns. Idempotent. */
void sup_host_end(struct sup_host *host);

/* ---- the embedder's timeline ---- */

/* A timer in the clock that the supervisor reads. The storage is the caller's, all zero
 * but for the first two, and neither moved nor freed while it is set. Frozen. */
struct sup_host_timer {
    /* On the loop's thread, once; the timer is not set any more. May set and clear
     * timers, command the supervisor, and stop the loop. */
    void (*due)(void *context);
    void *context;
    /* The host's own. */
    struct sup_instant at;
    uint64_t order; /* 0: not set */
    struct sup_host_timer *child, *next, *back;
};

/* On the loop's thread. Never fails, and sets a timer that is set anew. An instant that
 * has passed is due in the next turn, before all that is due later: a timer that sets
 * itself to the past again and again keeps the rest waiting. Never clears it.
 * O(log timers), amortised. */
void sup_host_timer_set(struct sup_host *host, struct sup_host_timer *timer, struct sup_instant at);
/* Harmless when it is not set. */
void sup_host_timer_clear(struct sup_host *host, struct sup_host_timer *timer);

/* fn is called at the end of every turn, on the loop's thread: a moment at which all that
 * has been heard and fired has settled. It may do what a timer may. NULL: no more. */
void sup_host_after_turn(struct sup_host *host, void (*fn)(void *context), void *context);

/* ---- calls from any thread ---- */

/* Any thread: runs fn on the loop's thread and returns what it returned;
 * SUP_ELIMIT when too many wait, SUP_EGONE when the loop has ended. The thread to which
 * the loop belongs makes the call at once, and the loop is not turned meanwhile: it
 * must not come from inside a call of the supervisor's (an event's subscriber, an
 * executor), which posts instead. */
typedef int (*sup_host_fn)(struct sup *sup, void *context);
int sup_host_call(struct sup_host *host, sup_host_fn fn, void *context) SUP_WARN_UNUSED;
/* Any thread: the same without waiting; fn's result is ignored. */
int sup_host_post(struct sup_host *host, sup_host_fn fn, void *context) SUP_WARN_UNUSED;
/* Any thread: a command and its outcome. */
int sup_host_command_sized(struct sup_host *host, enum sup_command command, const char *service,
                           const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                           size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_host_command(struct sup_host *host, enum sup_command command,
                                                   const char *service,
                                                   const struct sup_actor *actor,
                                                   struct sup_command_outcome *ret_outcome)
{
    return sup_host_command_sized(host, command, service, actor, ret_outcome, sizeof(*ret_outcome));
}
int sup_host_spawn_sized(struct sup_host *host, const struct sup_spec *spec, size_t size,
                         size_t policy_size, const struct sup_actor *actor) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_host_spawn(struct sup_host *host, const struct sup_spec *spec,
                                                 const struct sup_actor *actor)
{
    return sup_host_spawn_sized(host, spec, sizeof(*spec), sizeof(*spec->policy), actor);
}
int sup_host_shutdown(struct sup_host *host, const struct sup_duration *timeout,
                      const struct sup_actor *actor) SUP_WARN_UNUSED;

/* ---- for executors ---- */

/* The loop watches fd for `events` until it is removed, before it is
 * closed. A source that is removed in the callback of another is not called again. */
int sup_host_watch(struct sup_host *host, int fd, uint32_t events,
                   struct sup_host_source *source) SUP_WARN_UNUSED;
void sup_host_unwatch(struct sup_host *host, int fd);
/* Any thread: hands a report to the loop, in order. A report is
 * never refused for want of room: its storage is the caller's, until `deliver`
 * is called with it on the loop's thread. Frozen. */
struct sup_host_report {
    struct sup_host_report *next;
    void (*deliver)(struct sup_host_report *report, struct sup *sup);
};
void sup_host_report(struct sup_host *host, struct sup_host_report *report);

/* Wake-ups of the loop so far: an idle host has none. Any thread. */
uint64_t sup_host_wakeups(const struct sup_host *host);

SUP_END_DECLS

#endif
