/* How long a run in real time is waited for, when it is not waited for to its end.
 *
 * Many a file does what it does in its first seconds, and then holds a state for an hour.
 * In the simulated runs, the reference and all the late ones, everything that is done is
 * seen, also what makes no event: actions, what scripts do, timers. After the last of it
 * time passes, and nothing else: no attempt has anything to do before the end, and the
 * supervisor waits for nothing. So in real time that is not waited for but for a margin, in
 * which something that should not come may be seen to come. Then the clock is moved on
 * (world.c), and what is expected of the rest is looked at as it then is.
 */
#include "analyser.h"

/* The margin in real time: so many tolerances, and at least a second. */
#define MARGIN_TOLERANCES 10u
#define MARGIN SUP_SEC(1)

static struct sup_duration margin(const struct analyser *a)
{
    struct sup_duration least = sim__scaled(MARGIN, a->options->speed_billionths);
    struct sup_duration some = SUP_NS(a->tolerance_ns > SUP_NEVER_NS / MARGIN_TOLERANCES
                                          ? SUP_NEVER_NS
                                          : a->tolerance_ns * MARGIN_TOLERANCES);
    return some.ns > least.ns ? some : least;
}

void sim__wait_for(const struct analyser *a, const struct sim_result *simulated)
{
    struct sim__analysis *analysis = a->analysis;
    struct sup_instant over = {analysis->end_ns};
    if (a->wait == SIM__WAIT_UNTIL_QUIET) {
        struct sup_instant quiet = sup_instant_add(sim__result_done(simulated), margin(a));
        over = quiet.ns < over.ns ? quiet : over;
    }
    if (over.ns > analysis->wait_ns) {
        analysis->wait_ns = over.ns;
    }
}
