/* The host's loop.
 *
 * A turn waits until something has come or is due, then reads the clock, hears all that
 * has come by then, and only now fires what was due at that reading. So nothing is
 * fired whose deadline lies after something that has not been heard. Firing stops after
 * a slice to hear again: a thousand starts that are due in one instant take time, and
 * commands and ends do not wait for all of them. What is armed meanwhile waits for
 * the next turn.
 */
#include "host_internal.h"
#include "sup/assert.h"

/* Timers fired before the loop listens again. */
#define SLICE 16u
/* Polls for what has come. Each takes up to 64 of what is ready, so that all that was
 * there is heard even of thousands; who never ceases talking is cut short. */
#define POLLS_MAX 256u

/* ---- who turns ---- */

/* Waits until nobody else does. */
static void enter(struct sup_host *host)
{
    sup__host_lock(host);
    while (host->turning > 0 && pthread_equal(host->turner, pthread_self()) == 0) {
        pthread_cond_wait(&host->rests, &host->mutex);
    }
    host->turner = pthread_self();
    host->turning++;
    sup__host_unlock(host);
}

void sup__host_leave(struct sup_host *host)
{
    sup__host_lock(host);
    SUP_ASSERT(host->turning > 0);
    if (--host->turning == 0) {
        pthread_cond_signal(&host->rests);
    }
    sup__host_unlock(host);
}

static bool stopped(struct sup_host *host)
{
    sup__host_lock(host);
    bool is = host->stopped;
    sup__host_unlock(host);
    return is;
}

void sup_host_stop(struct sup_host *host)
{
    sup__host_lock(host);
    host->stopped = true;
    sup__host_wake(host);
    sup__host_unlock(host);
}

/* ---- hearing ---- */

/* Waits until something has come, or the clock reads `until`. */
static int listen(struct sup_host *host, struct sup_instant until)
{
    bool waits = until.ns > sup__host_instant(host).ns;
    if (waits) {
        sup__host_arm(host, until);
    }
    int count = sup__host_poll(host, waits ? SUP__POLL_WAIT : SUP__POLL);
    if (count < 0) {
        return count;
    }
    sup__host_lock(host);
    host->wakeups += count > 0;
    sup__host_unlock(host);
    sup__host_deliver(host);
    return SUP_OK;
}

/* All that has come. A queue that is not empty has its descriptor ready. */
static void hear(struct sup_host *host)
{
    for (uint32_t i = 0; i < POLLS_MAX && sup__host_poll(host, SUP__POLL) > 0; i++) {
        sup__host_deliver(host);
    }
}

/* ---- firing ---- */

static struct sup_instant next_due(const struct sup_host *host)
{
    const struct sup_host_timer *timer = sup__timers_first(&host->timers);
    struct sup_instant deadline = sup_deadline(host->sup);
    return timer != NULL && timer->at.ns < deadline.ns ? timer->at : deadline;
}

/* What one turn fires: what was due at `now` and set or armed before. */
struct firing {
    struct sup_instant now;
    uint64_t mark;  /* the supervisor's timers */
    uint64_t order; /* the embedder's */
};

/* One timer of the embedder, or a slice of the supervisor's; how many were fired. */
static uint32_t fire_next(struct sup_host *host, const struct firing *firing)
{
    struct sup_host_timer *timer = sup__timers_first(&host->timers);
    struct sup_instant until = firing->now;
    if (timer != NULL && timer->at.ns <= sup_deadline(host->sup).ns) {
        if (timer->at.ns > firing->now.ns || timer->order > firing->order) {
            return 0;
        }
        sup__timers_clear(&host->timers, timer);
        timer->due(timer->context);
        return 1;
    }
    if (timer != NULL && timer->at.ns <= until.ns) {
        until.ns = timer->at.ns - 1;
    }
    return sup_step_some(host->sup, firing->mark, until, SLICE);
}

static void fire(struct sup_host *host, struct sup_instant now)
{
    const struct firing firing = {
        .now = now, .mark = sup_step_mark(host->sup), .order = host->timers.order};
    uint32_t fired = 0;
    while (!stopped(host) && next_due(host).ns <= now.ns) {
        uint32_t count = fire_next(host, &firing);
        if (count == 0) {
            break;
        }
        fired += count;
        if (fired >= SLICE) {
            fired = 0;
            hear(host);
        }
    }
}

/* ---- turns ---- */

static bool drained(const struct sup_host *host)
{
    return sup_supervisor_phase_of(host->sup) == SUP_SUPERVISOR_DRAINED;
}

static struct sup_instant after(const struct sup_host *host, struct sup_duration most)
{
    return most.ns == SUP_NEVER_NS ? SUP_INSTANT_NEVER
                                   : sup_instant_add(sup__host_instant(host), most);
}

static int turn(struct sup_host *host, struct sup_duration most)
{
    struct sup_instant until = after(host, most);
    struct sup_instant due = next_due(host);
    int error = listen(host, due.ns < until.ns ? due : until);
    if (error != SUP_OK) {
        return error;
    }
    struct sup_instant now = sup__host_instant(host);
    if (next_due(host).ns <= now.ns) {
        hear(host);
        fire(host, now);
    }
    if (host->after_turn != NULL) {
        host->after_turn(host->after_turn_context);
    }
    return SUP_OK;
}

int sup_host_turn(struct sup_host *host, struct sup_duration most)
{
    enter(host);
    int result = drained(host) || stopped(host);
    if (result == 0) {
        result = turn(host, most);
    }
    if (result == SUP_OK) {
        result = drained(host) || stopped(host);
    }
    sup__host_leave(host);
    return result;
}

int sup_host_settle(struct sup_host *host, struct sup_duration most)
{
    enter(host);
    int error = turn(host, most);
    sup__host_leave(host);
    return error;
}

int sup_host_wait(struct sup_host *host, struct sup_duration most)
{
    enter(host);
    struct sup_instant until = after(host, most);
    struct sup_instant deadline = sup_deadline(host->sup);
    int error = listen(host, deadline.ns < until.ns ? deadline : until);
    sup__host_leave(host);
    return error;
}

int sup__host_hear(struct sup_host *host, struct sup_duration most)
{
    enter(host);
    int error = listen(host, after(host, most));
    sup__host_leave(host);
    return error;
}

int sup_host_run_until(struct sup_host *host, enum sup_host_until until)
{
    int error = SUP_OK;
    enter(host);
    while (error == SUP_OK && !stopped(host) &&
           (until == SUP_HOST_UNTIL_STOPPED || !drained(host))) {
        error = turn(host, SUP_DURATION_NEVER);
    }
    sup_host_end(host);
    sup__host_leave(host);
    return error;
}

int sup_host_run(struct sup_host *host)
{
    return sup_host_run_until(host, SUP_HOST_UNTIL_DRAINED);
}

void sup_host_after_turn(struct sup_host *host, void (*fn)(void *context), void *context)
{
    host->after_turn = fn;
    host->after_turn_context = context;
}
