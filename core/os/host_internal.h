/* What the files of the host share.
 *
 * One mutex guards what other threads may touch: the queues of reports and calls, who
 * turns the loop, and whether it has been stopped or has ended. Everything else
 * belongs to the thread that turns the loop. The mutex is a leaf: nothing is called
 * while it is held.
 */
#ifndef SUP_OS_HOST_INTERNAL_H
#define SUP_OS_HOST_INTERNAL_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "sup/host.h"

struct sup__call {
    struct sup__call *next;
    sup_host_fn fn;
    void *context;
    int result;
    bool done;
    bool detached; /* a post: freed by the loop */
    pthread_cond_t answered;
};

/* What is watched under one descriptor. The generation tells an event that was on
 * its way when the descriptor was given up from one of its successor. */
struct sup__watched {
    struct sup_host_source *source; /* NULL: nothing */
    uint32_t generation;
};

/* The embedder's timers: a pairing heap, so that setting one allocates nothing. */
struct sup__timers {
    struct sup_host_timer *first;
    uint64_t order; /* of the one that was set last */
};

/* An executor that has to know when the host is gone. */
struct sup__host_user {
    struct sup__host_user *next;
    void (*gone)(struct sup__host_user *user);
};

struct sup_host {
    struct sup *sup;
    struct sup__host_user *users;
    struct sup__clock clock;
    struct sup_clock embedders; /* its clock, when it has one of its own */
    void (*perturb)(void *context);
    void *perturb_context;
    /* descriptors */
    int epoll_fd;
    int event_fd;
    int timer_fd;
    int signal_fd;
    struct sup__watched *watched; /* by descriptor */
    uint32_t watched_count;
    struct sup_host_source event_source;
    struct sup_host_source timer_source;
    struct sup_host_source signal_source;
    pthread_t creator;
    sigset_t unblock; /* in the creator's thread, at the end */
    uint32_t signals_seen;
    /* the loop */
    struct sup_instant armed; /* what the timer is set for, in the supervisor's clock */
    struct sup__timers timers;
    void (*after_turn)(void *context);
    void *after_turn_context;
    pthread_mutex_t mutex;
    /* guarded by the mutex */
    pthread_cond_t rests; /* nobody turns the loop */
    pthread_t turner;     /* who turned it last; at first, who created the host */
    uint32_t turning;     /* how often it is in the loop, one in the other; 0: it rests */
    bool stopped;
    bool ended;
    bool woken; /* the eventfd has been written since the loop last looked */
    uint64_t wakeups;
    struct sup_host_report *first_report;
    struct sup_host_report **last_report;
    struct sup__call *first_call;
    struct sup__call **last_call;
    uint32_t call_count;
    uint32_t calls_max;
};

/* ---- host.c ---- */
void sup__host_lock(struct sup_host *host);
void sup__host_unlock(struct sup_host *host);
/* In the clock that the supervisor reads. */
struct sup_instant sup__host_instant(const struct sup_host *host);
/* When so much real time will have passed. */
struct sup_instant sup__host_after(const struct sup_host *host, struct sup_duration real);
void sup__host_use(struct sup_host *host, struct sup__host_user *user);
void sup__host_unuse(struct sup_host *host, struct sup__host_user *user);

/* ---- host_watch.c: descriptors ---- */
enum sup__signals { SUP__SIGNALS_LEFT, SUP__SIGNALS_TAKEN };
int sup__host_open(struct sup_host *host, enum sup__signals signals);
void sup__host_close(struct sup_host *host);
/* Sets the timer for the first moment at which the supervisor's clock reads so. */
void sup__host_arm(struct sup_host *host, struct sup_instant at);
enum sup__poll { SUP__POLL, SUP__POLL_WAIT };
/* Calls the sources that are ready, 64 at most; how many there were, or a negative
 * code. SUP__POLL_WAIT waits until there is one, or a signal's handler has run. */
int sup__host_poll(struct sup_host *host, enum sup__poll poll);

/* ---- host_queue.c: what other threads hand over ---- */
void sup__host_queue_init(struct sup_host *host, uint32_t calls_max);
/* Wakes the loop; with the mutex held. */
void sup__host_wake(struct sup_host *host);
/* Carries out everything that is queued. */
void sup__host_deliver(struct sup_host *host);

/* ---- host_timer.c ---- */
/* NULL when none is set. */
struct sup_host_timer *sup__timers_first(const struct sup__timers *timers);
void sup__timers_set(struct sup__timers *timers, struct sup_host_timer *timer,
                     struct sup_instant at);
/* Harmless when it is not set. */
void sup__timers_clear(struct sup__timers *timers, struct sup_host_timer *timer);

/* ---- host_loop.c ---- */
/* Gives up a turn; another thread may take the loop over after the last one. */
void sup__host_leave(struct sup_host *host);
/* For executors that wait for their own ends: the part of a turn that waits, for
 * `most`, and hears, whatever is due. */
int sup__host_hear(struct sup_host *host, struct sup_duration most);

#endif
