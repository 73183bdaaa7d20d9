/* What is asked over the seeds of a sweep, in real time.
 *
 * The command judges it, of all runs together and by the file as it is written. So each
 * run says how far lateness may have moved what its measures came to: as far as it does
 * in the late runs, and at least as far as the run's own events were behind.
 */
#include <stdlib.h>

#include "sim/measure.h"
#include "internal.h"
#include "sup/assert.h"

static uint64_t apart(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

int sim__sweep_begin(const struct sim_scenario *scenario, struct sim__analysis *analysis)
{
    analysis->moved = calloc((size_t)scenario->measure_count + 1, sizeof(*analysis->moved));
    analysis->held = calloc((size_t)scenario->expectation_count + 1, sizeof(*analysis->held));
    return analysis->moved == NULL || analysis->held == NULL ? SUP_ENOMEM : SUP_OK;
}

/* What never came to an end in one of the two is moved out of all bounds. */
void sim__sweep_late(const struct sim_scenario *scenario, struct sim__analysis *analysis,
                     const struct sim_result *late)
{
    const struct sim_result *reference = &analysis->reference;
    SUP_ASSERT(analysis->moved != NULL && analysis->held != NULL);
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        analysis->held[i] |= late->sometimes[i] || reference->sometimes[i];
    }
    if (late->measure_count != reference->measure_count) {
        return;
    }
    for (uint32_t i = 0; i < late->measure_count; i++) {
        uint64_t by = apart(late->measures[i], reference->measures[i]);
        analysis->moved[i] = by > analysis->moved[i] ? by : analysis->moved[i];
    }
}

void sim__sweep_behind(const struct sim_scenario *scenario, struct sup_duration behind,
                       struct sim__analysis *analysis)
{
    SUP_ASSERT(analysis->moved != NULL);
    for (uint32_t i = 0; i < scenario->measure_count; i++) {
        bool length = sim_measure_is_duration(&scenario->measures[i]);
        if (length && behind.ns > analysis->moved[i]) {
            analysis->moved[i] = behind.ns;
        }
    }
}

/* Is the figure so far outside that neither that of a run nor the bounds can be moved
 * that far? */
static bool is_outside(const struct sim__analysis *analysis, const struct sim_measured *measured)
{
    uint64_t figure = analysis->reference.measures[measured->measure];
    uint64_t moved = analysis->moved[measured->measure];
    for (uint32_t i = 0; i < measured->statistic_count; i++) {
        struct sim_range range = measured->statistics[i].range;
        uint64_t bound = figure < range.min ? range.min : range.max;
        bool outside = figure < range.min || figure > range.max;
        if (outside && (apart(figure, bound) - 1) / 2 >= moved) {
            return true;
        }
    }
    return false;
}

bool sim__sweep_fails(const struct sim_scenario *scenario, const struct sim__analysis *analysis)
{
    const struct sim_result *reference = &analysis->reference;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *e = &scenario->expectations[i];
        if (e->when == SIM_WHEN_SOMETIMES && !analysis->held[i]) {
            return true;
        }
        if (e->when == SIM_WHEN_SEEDS && reference->measure_count > 0 &&
            is_outside(analysis, e->measured)) {
            return true;
        }
    }
    return false;
}

const struct sim_expectation *sim__sweep_lost(const struct sim_scenario *scenario,
                                              const struct sim__analysis *analysis,
                                              const struct sim_result *result)
{
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *e = &scenario->expectations[i];
        if (e->when == SIM_WHEN_SOMETIMES && analysis->reference.sometimes[i] &&
            !result->sometimes[i]) {
            return e;
        }
    }
    return NULL;
}
