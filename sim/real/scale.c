/* Real time and the scenario's own, which may run faster, in each other. */
#include "internal.h"

#include "sim/base/ratio.h"

#define SPEED_ONE UINT64_C(1000000000)

struct sup_duration sim__scaled(struct sup_duration real, uint64_t speed_billionths)
{
    uint64_t ns = real.ns;
    uint64_t whole = speed_billionths / SPEED_ONE;
    uint64_t rest = speed_billionths % SPEED_ONE;
    if (whole > 0 && ns > UINT64_MAX / (whole + 1)) {
        return SUP_NS(UINT64_MAX / 4);
    }
    return SUP_NS(ns * whole + ns / 1000u * (rest / 1000u) / 1000u);
}

struct sup_duration sim__real_length(struct sup_duration scaled, uint64_t speed_billionths)
{
    uint64_t real = sim__ratio(scaled.ns, SPEED_ONE, speed_billionths);
    return SUP_NS(real > UINT64_MAX / 4 ? UINT64_MAX / 4 : real);
}

struct sup_duration sim__real_budget(const struct sim_run_options *run)
{
    return SUP_NS(run->max_wall_ns != 0 ? run->max_wall_ns : SIM_REAL_WALL_NS);
}

struct sup_instant sim__tail(const struct sim_scenario *scenario, struct sup_duration tolerance)
{
    uint64_t until_ns = scenario->until.ns;
    if (until_ns == SUP_NEVER_NS) {
        return SUP_INSTANT_NEVER;
    }
    return (struct sup_instant){until_ns > tolerance.ns ? until_ns - tolerance.ns : 0};
}
