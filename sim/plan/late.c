/* How late the world of a plan is; see late.h. */
#include "late.h"

#include "sim/base/grid.h"
#include "sup/assert.h"

static struct sup_duration least_of(const struct sim_draw *draw)
{
    struct sup_duration low = draw->kind == SIM_DRAW_EXP ? SUP_NS(0) : draw->low;
    for (uint32_t i = 0; i < draw->pick_count; i++) {
        low = i == 0 || draw->picks[i].ns < low.ns ? draw->picks[i] : low;
    }
    return low;
}

struct sup_duration sim__late_most(const struct sim_draw *draw)
{
    struct sup_duration high = draw->kind == SIM_DRAW_UNIFORM ? draw->high : draw->low;
    for (uint32_t i = 0; i < draw->pick_count; i++) {
        high = draw->picks[i].ns > high.ns ? draw->picks[i] : high;
    }
    return high;
}

static struct sup_instant drawn_after(const struct sim__late *late, const struct sim_draw *draw,
                                      struct sup_instant at)
{
    bool least = late->chance == SIM__CHANCE_LEAST;
    *late->drawn = *late->drawn || draw->kind != SIM_DRAW_FIXED;
    return sup_instant_add(at, least ? least_of(draw) : sim__late_most(draw));
}

struct sup_instant sim__late_put_off(const struct sim__late *late, enum sup_put_off what,
                                     struct sup_instant due)
{
    SUP_ASSERT(late->lag != NULL);
    if (what == SUP_PUT_OFF_START) {
        return drawn_after(late, &late->lag->start, due);
    }
    if (what == SUP_PUT_OFF_WAIT) {
        due = drawn_after(late, &late->lag->spread, due);
        due = sim__on_grid(late->clock, late->lag->grid, due);
    }
    return sim__on_grid(late->clock, late->lag->poll, due);
}

struct sup_instant sim__late_learns(const struct sim__late *late, struct sup_instant end)
{
    if (late->lag == NULL || end.ns == SUP_NEVER_NS) {
        return end;
    }
    end = drawn_after(late, &late->lag->end, end);
    return sim__on_grid(late->clock, late->lag->poll, end);
}

void sim__late_stands(const struct sim__late *late, struct sup_instant now,
                      struct sup_standing *standing)
{
    if (late->lag != NULL) {
        standing->words[0] ^= late->lag->grid.ns == 0 ? 0 : now.ns % late->lag->grid.ns;
        standing->words[1] ^= late->lag->poll.ns == 0 ? 0 : now.ns % late->lag->poll.ns;
    }
}
