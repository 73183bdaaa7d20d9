/* How long a child process may work; see patience.h. */
#include "patience.h"

#include <time.h>

#define NANOSECONDS UINT64_C(1000000000)
/* Of a child that gets little of the processor little is used up meanwhile. */
#define LOOK_LEAST SUP_NS(UINT64_C(5000000))

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now = {0};
    if (clock_gettime(clock, &now) != 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

struct sup_duration sim__processor_time(pid_t child)
{
    clockid_t clock;
    return SUP_NS(clock_getcpuclockid(child, &clock) == 0 ? read_clock(clock) : 0);
}

void sim__patience_begin(struct sim__patience *patience, pid_t child, struct sup_duration most)
{
    *patience = (struct sim__patience){
        .most = most,
        .worked = sim__processor_time(child),
        .since = {read_clock(CLOCK_MONOTONIC)},
    };
}

struct sup_duration sim__patience_used(const struct sim__patience *patience, pid_t child)
{
    uint64_t now = sim__processor_time(child).ns;
    return SUP_NS(now > patience->worked.ns ? now - patience->worked.ns : 0);
}

static uint64_t wall_left(const struct sim__patience *patience)
{
    uint64_t most = sup_duration_of(SIM__PATIENCE_WALL, patience->most.ns).ns;
    const struct sup_instant now = {read_clock(CLOCK_MONOTONIC)};
    uint64_t used = sup_instant_since(now, patience->since).ns;
    return used < most ? most - used : 0;
}

bool sim__patience_is_over(const struct sim__patience *patience, pid_t child)
{
    return patience->most.ns != 0 && (sim__patience_used(patience, child).ns >= patience->most.ns ||
                                      wall_left(patience) == 0);
}

struct sup_duration sim__patience_left(const struct sim__patience *patience, pid_t child)
{
    if (patience->most.ns == 0) {
        return SUP_DURATION_NEVER;
    }
    uint64_t used = sim__patience_used(patience, child).ns;
    uint64_t left = used < patience->most.ns ? patience->most.ns - used : 0;
    uint64_t wall = wall_left(patience);
    left = left < LOOK_LEAST.ns ? LOOK_LEAST.ns : left;
    return SUP_NS(left < wall ? left : wall);
}
