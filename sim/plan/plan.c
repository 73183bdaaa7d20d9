/* Waits of plans, and the edge between verdicts; see plan.h. */
#include "plan.h"

#include "sup/assert.h"
#include "sup/error.h"

uint32_t sim__plan_waits(const struct sim__plan *plan)
{
    uint32_t between = plan->start_count == 0 ? 0 : plan->start_count - 1;
    bool one_more = plan->refused || plan->verdict == SIM_PLAN_FOR_EVER;
    return between + (one_more ? 1 : 0);
}

struct sup_duration sim__plan_wait(const struct sim__plan *plan, uint32_t index)
{
    return index + 1 < plan->start_count ? plan->starts[index + 1].wait : plan->last_wait;
}

/* ---- the edge ---- */

#define LONGEST_LIFE UINT64_C(86400000000000)
/* Lives that are tried besides: 0, and from 1 ns on each about 1.65 times the one before. */
#define SAMPLES 64u

struct search {
    struct sim__plan_ask ask;
    int error;
};

static enum sim_plan_verdict verdict_at(struct search *search, uint64_t life)
{
    struct sim__plan plan = {0};
    search->ask.life.after = SUP_NS(life);
    int error = sim__plan_run(&search->ask, &plan);
    enum sim_plan_verdict verdict = plan.verdict;
    sim__plan_release(&plan);
    search->error = search->error == SUP_OK ? error : search->error;
    return verdict;
}

/* Between two lives whose verdicts differ. */
static struct sim__edge between(struct search *search, uint64_t low, enum sim_plan_verdict below,
                                uint64_t high, enum sim_plan_verdict above)
{
    while (high - low > 1 && search->error == SUP_OK) {
        uint64_t middle = low + (high - low) / 2;
        enum sim_plan_verdict verdict = verdict_at(search, middle);
        if (verdict == below) {
            low = middle;
        } else {
            high = middle;
            above = verdict;
        }
    }
    return (struct sim__edge){.run = SUP_NS(low), .below = below, .above = above};
}

static uint64_t sample(uint32_t index)
{
    uint64_t life = 1;
    for (uint32_t i = 1; i < index && life < LONGEST_LIFE; i++) {
        life = life * 33 / 20 + 1;
    }
    return life < LONGEST_LIFE ? life : LONGEST_LIFE;
}

int sim__plan_edges(const struct sim__plan_ask *ask, struct sim__edge ret_edges[SIM__EDGES_MAX],
                    uint32_t *ret_count)
{
    SUP_ASSERT(sim__life_has_length(&ask->life));
    struct search search = {.ask = *ask};
    search.ask.starts_max = SIM__PLAN_SEARCH_STARTS;
    *ret_count = 0;
    uint64_t low = 0;
    enum sim_plan_verdict below = verdict_at(&search, 0);
    for (uint32_t i = 1; i <= SAMPLES && search.error == SUP_OK; i++) {
        uint64_t high = i == SAMPLES ? LONGEST_LIFE : sample(i);
        enum sim_plan_verdict above = verdict_at(&search, high);
        while (above != below && search.error == SUP_OK && *ret_count < SIM__EDGES_MAX) {
            struct sim__edge edge = between(&search, low, below, high, above);
            ret_edges[(*ret_count)++] = edge;
            low = edge.run.ns + 1;
            below = edge.above;
        }
        low = high;
    }
    return search.error;
}
