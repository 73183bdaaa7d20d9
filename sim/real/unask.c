/* Expectations that are not asked of an executor, since they cannot be met there.
 *
 * One that fails in a simulated run for the want of a power, or because a little lateness
 * decides it, says nothing about the executor; the others, and conformance, do. So it is
 * taken out, and the result names its line, instead of skipping the whole file.
 */
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "internal.h"

static bool is_before(struct sim_place a, struct sim_place b)
{
    if (a.file != b.file) {
        return a.file < b.file;
    }
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* The expectation that the place lies in: the last that begins before it, unless an entry
 * of the timeline begins in between. */
static struct sim_expectation *find(struct sim_scenario *widened, struct sim_place place)
{
    struct sim_expectation *found = NULL;
    for (uint32_t i = 0; i < widened->expectation_count; i++) {
        struct sim_expectation *e = &widened->expectations[i];
        if (!is_before(place, e->place) && (found == NULL || is_before(found->place, e->place))) {
            found = e;
        }
    }
    for (uint32_t i = 0; found != NULL && i < widened->timeline_count; i++) {
        struct sim_place entry = widened->timeline[i].place;
        if (is_before(found->place, entry) && !is_before(place, entry)) {
            found = NULL;
        }
    }
    return found;
}

/* Something about the supervisor that may be so or not. */
static void take_out(struct sim_expectation *e)
{
    *e = (struct sim_expectation){
        .place = e->place,
        .when = SIM_WHEN_SOMETIMES,
        .what = SIM_WHAT_SUPERVISOR,
        .supervisor = {.kind = SIM_MATCH_TEXT,
                       .text = sup_supervisor_phase_name(SUP_SUPERVISOR_RUNNING)}};
}

static void name(struct sim__unasked *unasked, uint32_t line, const char *why)
{
    struct sim__text text;
    size_t used = strlen(unasked->text);
    sim__text_init_fixed(&text, unasked->text + used, sizeof(unasked->text) - used);
    sim__text_format(&text, "%sline %u (%s)", used > 0 ? ", " : "", line, why);
    unasked->count++;
}

bool sim__unask_one(struct sim_scenario *widened, struct sim_expectation *expectation,
                    struct sim__unasked *unasked, const char *why)
{
    if (!(expectation->when == SIM_WHEN_SOMETIMES && expectation->what == SIM_WHAT_SUPERVISOR)) {
        take_out(expectation);
        name(unasked, expectation->place.line, why);
    }
    return unasked->count < widened->expectation_count;
}

bool sim__unask(struct sim_scenario *widened, const struct sim_result *failed,
                struct sim__unasked *unasked, const char *why)
{
    for (uint32_t i = 0; i < failed->failure_count; i++) {
        if (find(widened, failed->failures[i].place) == NULL) {
            return false; /* what an action answered, and what is to be made of it */
        }
    }
    bool left = false;
    for (uint32_t i = 0; i < failed->failure_count; i++) {
        left = sim__unask_one(widened, find(widened, failed->failures[i].place), unasked, why);
    }
    return left;
}
