/* W1 by libev: a timer a service, which is armed for the end of its attempt and then for its next
 * start.
 *
 * The clock is virtual: clock_gettime and epoll_wait of this program stand before the C library's,
 * and a wait is over at once, when what it waited for has come. libev calls what is due strictly
 * before now, so now is a millionth of a second later than what it stands for.
 */
#define _GNU_SOURCE
#include <ev.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "peer.h"

#define LATER_NS 1000

struct service {
    ev_timer timer; /* first, so that one is the other */
    uint64_t due_ns;
    uint32_t k;
    bool runs;
};

static uint64_t now_ns;
static struct bench_result result;
static struct service *services;

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
    (void)clock;
    ret_time->tv_sec = (time_t)((now_ns + LATER_NS) / BENCH_S);
    ret_time->tv_nsec = (long)((now_ns + LATER_NS) % BENCH_S);
    return 0;
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
    (void)epoll;
    (void)events;
    (void)room;
    if (timeout_ms > 0) {
        now_ns += (uint64_t)timeout_ms * BENCH_MS;
    }
    return 0;
}

static void arm(struct ev_loop *loop, struct service *service, uint64_t due_ns)
{
    service->due_ns = due_ns;
    ev_timer_set(&service->timer, (double)due_ns / 1e9 - ev_now(loop), 0.);
    ev_timer_start(loop, &service->timer);
}

static void start(struct ev_loop *loop, struct service *service)
{
    uint32_t id = (uint32_t)(service - services);
    uint64_t at_ns = service->due_ns;
    if (at_ns >= BENCH_HORIZON_NS) {
        return;
    }
    bench_note(&result, at_ns, id);
    service->runs = true;
    arm(loop, service, at_ns + bench_run_ns(id, service->k));
}

static void fire(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct service *service = (struct service *)timer;
    (void)events;
    if (service->runs) {
        service->runs = false;
        arm(loop, service, service->due_ns + bench_backoff_ns(service->k++));
    } else {
        start(loop, service);
    }
}

int bench_peer_run(uint32_t n, struct bench_result *ret_result)
{
    now_ns = 0;
    result = (struct bench_result){.end_ns = BENCH_HORIZON_NS};
    services = calloc(n, sizeof(*services));
    struct ev_loop *loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
    if (services == NULL || loop == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i < n; i++) {
        ev_timer_init(&services[i].timer, fire, 0., 0.);
        start(loop, &services[i]);
    }
    ev_run(loop, 0);
    ev_loop_destroy(loop);
    free(services);
    *ret_result = result;
    return 0;
}
