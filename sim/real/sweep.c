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

int sim__sweep_begin(const struct sim_scenario *scenario, struct sup_duration tolerance,
                     struct sim__analysis *analysis)
{
    analysis->behind_ns = tolerance.ns;
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

uint64_t sim__sweep_moved(const struct sim_scenario *scenario, const struct sim__analysis *analysis,
                          uint32_t measure)
{
    uint64_t moved = analysis->moved[measure];
    bool length = sim_measure_is_duration(&scenario->measures[measure]);
    return length && analysis->behind_ns > moved ? analysis->behind_ns : moved;
}

/* Does what is wanted of a measure's figure fail, also `give` nearer to it? */
static bool is_missed(const struct sim_measured *measured, const struct sim_result *result,
                      uint64_t give)
{
    if (measured->measure >= result->measure_count) {
        return false; /* it did not come to its end */
    }
    uint64_t figure = result->measures[measured->measure];
    for (uint32_t i = 0; i < measured->statistic_count; i++) {
        struct sim_range range = measured->statistics[i].range;
        uint64_t bound = figure < range.min ? range.min : range.max;
        if ((figure < range.min || figure > range.max) && apart(figure, bound) > give) {
            return true;
        }
    }
    return false;
}

/* What lateness does to the figure, and what is allowed for that. */
static uint64_t twice(uint64_t moved)
{
    return moved > UINT64_MAX / 2 ? UINT64_MAX : 2 * moved;
}

bool sim__sweep_fails(const struct sim_scenario *scenario, const struct sim__analysis *analysis)
{
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *e = &scenario->expectations[i];
        if (e->when == SIM_WHEN_SOMETIMES && !analysis->held[i]) {
            return true;
        }
        if (e->when == SIM_WHEN_SEEDS &&
            is_missed(e->measured, &analysis->reference,
                      twice(sim__sweep_moved(scenario, analysis, e->measured->measure)))) {
            return true;
        }
    }
    return false;
}

bool sim__sweep_loses(const struct sim_scenario *scenario, const struct sim__analysis *analysis,
                      const struct sim_result *result, uint32_t expectation)
{
    const struct sim_result *reference = &analysis->reference;
    const struct sim_expectation *e = &scenario->expectations[expectation];
    if (e->when == SIM_WHEN_SOMETIMES) {
        return reference->sometimes[expectation] && !result->sometimes[expectation];
    }
    return e->when == SIM_WHEN_SEEDS && !is_missed(e->measured, reference, 0) &&
           is_missed(e->measured, result,
                     sim__sweep_moved(scenario, analysis, e->measured->measure));
}

uint32_t sim__sweep_lost(const struct sim_scenario *scenario, const struct sim__analysis *analysis,
                         const struct sim_result *result)
{
    uint32_t i = 0;
    while (i < scenario->expectation_count && !sim__sweep_loses(scenario, analysis, result, i)) {
        i++;
    }
    return i;
}
