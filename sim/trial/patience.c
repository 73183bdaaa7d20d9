/* How long a child process may work; see patience.h. */
#include "patience.h"

#include <time.h>

#define NANOSECONDS UINT64_C(1000000000)
/* Of a child that gets little of the processor little is used up meanwhile. */
#define LOOK_LEAST SUP_NS(UINT64_C(5000000))
/* Who does not look for longer than this was kept from it. */
#define LOOK_MOST SUP_NS(NANOSECONDS)

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

void sim__patience_begin(struct sim__patience *patience, pid_t child, struct sup_duration most,
                         struct sup_instant now)
{
    *patience = (struct sim__patience){
        .most = most,
        .worked = sim__processor_time(child),
        .looked = now,
    };
}

struct sup_duration sim__patience_used(const struct sim__patience *patience, pid_t child)
{
    uint64_t now = sim__processor_time(child).ns;
    return SUP_NS(now > patience->worked.ns ? now - patience->worked.ns : 0);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t wall_left(const struct sim__patience *patience)
{
    uint64_t most = sup_duration_of(SIM__PATIENCE_WALL, patience->most.ns).ns;
    return patience->waited.ns < most ? most - patience->waited.ns : 0;
}

/* A shell stops a command and all its children together. */
static void look(struct sim__patience *patience, struct sup_instant now)
{
    uint64_t passed = sup_instant_since(now, patience->looked).ns;
    uint64_t counts = least(least(passed, patience->most.ns), LOOK_MOST.ns);
    patience->waited.ns += least(counts, wall_left(patience));
    patience->looked = now;
}

bool sim__patience_is_over(struct sim__patience *patience, pid_t child, struct sup_instant now)
{
    if (patience->most.ns == 0) {
        return false;
    }
    look(patience, now);
    return sim__patience_used(patience, child).ns >= patience->most.ns || wall_left(patience) == 0;
}

struct sup_duration sim__patience_left(const struct sim__patience *patience, pid_t child)
{
    if (patience->most.ns == 0) {
        return SUP_DURATION_NEVER;
    }
    uint64_t used = sim__patience_used(patience, child).ns;
    uint64_t left = used < patience->most.ns ? patience->most.ns - used : 0;
    left = left < LOOK_LEAST.ns ? LOOK_LEAST.ns : left;
    return SUP_NS(least(least(left, LOOK_MOST.ns), wall_left(patience)));
}
