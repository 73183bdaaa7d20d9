/* What a run in real time did not do as the simulated one: whether it is lateness that does
 * just that, if seldom, is looked for in many more late runs.
 */
#include <stdio.h>

#include "analyser.h"
#include "crew.h"
#include "sup/error.h"

/* When a run in real time told another story: so many more, of so many events in all. */
#define DOUBT_RUNS 4000u
#define DOUBT_EVENTS UINT64_C(20000000)

/* Do both part from the reference at the same event, with the same words? */
static bool same_difference(const struct sim__conformance *a, const struct sim__conformance *b)
{
    bool both = a->wanted != NULL && b->wanted != NULL && a->found != NULL && b->found != NULL;
    return both && a->wanted->index == b->wanted->index &&
           sim__line_compare(a->found, b->found) == SIM__SAME;
}

static int compare_doubt(struct analyser *a, const struct sim_result *late,
                         const struct sim__conformance *difference)
{
    struct sim__conformance conformance;
    char tolerance[48];
    int error = sim__conform_late(a, late, &conformance);
    if (error != SUP_OK) {
        return error;
    }
    if (!conformance.same && same_difference(&conformance, difference)) {
        SIM__DECIDED(a, "less than %s decides what happens, if seldom: %s",
                     sim_duration_format(a->tolerance_ns, tolerance), conformance.text);
    }
    sim__conformance_release(&conformance);
    return SUP_OK;
}

static bool fails_there(const struct sim_result *late, struct sim_place place)
{
    for (uint32_t i = 0; i < late->failure_count; i++) {
        if (late->failures[i].place.line == place.line &&
            late->failures[i].place.column == place.column) {
            return true;
        }
    }
    return false;
}

/* Does the late run fail what the other one fails, each of it, and lose what it loses? */
static void compare_failures(struct analyser *a, const struct sim_result *late,
                             const struct sim_result *failed)
{
    char tolerance[48];
    uint32_t lost = sim__sweep_lost(a->widened, a->analysis, failed);
    bool loses = lost < a->widened->expectation_count;
    for (uint32_t i = 0; i < failed->failure_count; i++) {
        if (!fails_there(late, failed->failures[i].place)) {
            return;
        }
    }
    if (loses && !sim__sweep_loses(a->widened, a->analysis, late, lost)) {
        return;
    }
    sim_duration_format(a->tolerance_ns, tolerance);
    if (failed->failure_count > 0) {
        const struct sim_failure *failure = &failed->failures[0];
        SIM__DECIDED(
            a, "less than %s decides whether it passes, if seldom (line %u: expected %s, found %s)",
            tolerance, failure->place.line, failure->expected, failure->found);
    } else if (loses) {
        SIM__DECIDED(a, "less than %s decides whether line %u holds, if seldom", tolerance,
                     a->widened->expectations[lost].place.line);
    }
}

int sim__analyse_again(const struct sim__analysed *analysed, const struct sim__doubt *doubt,
                       struct sim__analysis *analysis)
{
    struct analyser a = sim__analyser_of(analysed, analysis);
    struct sim_run_options options = sim__simulated(&a);
    int error = SUP_OK;
    uint64_t events = 0;
    sim__make_busy(&a, &options);
    uint64_t each_ns = options.lateness_each_ns;
    if (doubt->difference != NULL) {
        options.lateness_ns = a.tolerance_ns;
    }
    for (uint64_t i = 0;
         error == SUP_OK && !sim__skipped(&a) && i < DOUBT_RUNS && events < DOUBT_EVENTS; i++) {
        struct sim_result late;
        options.lateness_each_ns = doubt->difference == NULL || i % 2 == 1 ? each_ns : 0;
        options.lateness_seed = SIM__LATE_RUNS + SIM__STEADY_RUNS + SIM__BUSY_RUNS + 1 + i;
        error = sim_run(a.widened, &options, &late);
        if (error != SUP_OK) {
            return error;
        }
        events += late.events + 1;
        if (doubt->difference != NULL) {
            error = compare_doubt(&a, &late, doubt->difference);
        } else {
            compare_failures(&a, &late, doubt->failed);
        }
        sim_result_release(&late);
    }
    return error;
}
