/* Making of plans; see planned.h. */
#include "planned.h"

#include "sup/error.h"

uint64_t cli_planned_starts(const struct sim__plan *plan, struct sup_instant until)
{
    uint64_t starts = 0;
    while (starts < plan->start_count && plan->starts[starts].at.ns <= until.ns) {
        starts++;
    }
    if (!plan->repeats || starts < plan->start_count) {
        return starts;
    }
    /* From start `again` on, the same starts come again and again. */
    uint64_t from = plan->starts[plan->again].at.ns;
    uint64_t period = plan->at.ns - from;
    uint64_t each = plan->start_count - plan->again;
    if (period == 0 || until.ns < plan->at.ns) {
        return period == 0 ? UINT64_MAX : starts;
    }
    uint64_t rounds = (until.ns - plan->at.ns) / period;
    uint64_t into = (until.ns - plan->at.ns) % period;
    starts += rounds * each;
    for (uint64_t i = plan->again; i < plan->start_count; i++) {
        starts += plan->starts[i].at.ns - from <= into ? 1 : 0;
    }
    return starts;
}

static bool was_made(const struct sim__plan *plan, struct sup_duration wait)
{
    for (uint32_t i = 0; i < sim__plan_waits(plan); i++) {
        if (sim__plan_wait(plan, i).ns == wait.ns) {
            return true;
        }
    }
    return false;
}

static void note_unreached(struct cli_planned *planned, struct sup_duration wait)
{
    bool known = was_made(&planned->least, wait);
    for (uint32_t i = 0; i < planned->unreached_count && !known; i++) {
        known = planned->unreached[i].ns == wait.ns;
    }
    if (!known && planned->unreached_count < CLI_UNREACHED_MAX) {
        planned->unreached[planned->unreached_count++] = wait;
    }
}

/* What it would wait if nothing ended it; waits that grow without end are nobody's loss. */
static int find_unreached(struct cli_planned *planned)
{
    struct sim__plan plan;
    const struct sim__plan_ask ask = {.scenario = planned->scenario,
                                      .service = planned->service,
                                      .life = planned->life,
                                      .unlimited = true};
    int error = sim__plan_run(&ask, &plan);
    for (uint32_t i = 0; error == SUP_OK && plan.repeats && i < sim__plan_waits(&plan); i++) {
        struct sup_duration wait = sim__plan_wait(&plan, i);
        planned->longest = wait.ns > planned->longest.ns ? wait : planned->longest;
        note_unreached(planned, wait);
    }
    sim__plan_release(&plan);
    return error;
}

int cli_planned_make(const struct sim_scenario *scenario, const struct sim_service *service,
                     const struct sim_life *life, struct cli_planned *ret_planned)
{
    *ret_planned = (struct cli_planned){.scenario = scenario, .service = service, .life = *life};
    struct sim__plan_ask ask = {.scenario = scenario, .service = service, .life = *life};
    int error = sim__plan_run(&ask, &ret_planned->least);
    ret_planned->ranges = ret_planned->least.drawn;
    if (error == SUP_OK && ret_planned->ranges) {
        ask.chance = SIM__CHANCE_MOST;
        error = sim__plan_run(&ask, &ret_planned->most);
        ask.chance = SIM__CHANCE_LEAST;
    }
    if (error == SUP_OK && sim__life_has_length(life)) {
        error = sim__plan_edges(&ask, ret_planned->edges, &ret_planned->edge_count);
    }
    if (error == SUP_OK && ret_planned->least.verdict == SIM_PLAN_GIVES_UP) {
        error = find_unreached(ret_planned);
    }
    return error;
}

void cli_planned_release(struct cli_planned *planned)
{
    sim__plan_release(&planned->least);
    sim__plan_release(&planned->most);
}
