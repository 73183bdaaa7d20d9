/* Two policies under the same lives; see compared.h. */
#include "compared.h"

#include <inttypes.h>
#include <string.h>

#include "planned.h"
#include "sim/base/escape.h"
#include "sim/scenario/life.h"
#include "sup/error.h"

/* What the two are put through. */
static const struct life {
    const char *name;
    struct sim_life life;
    struct sup_duration outage; /* above 0: fails at once until then */
    bool stops;                 /* … an attempt that hangs */
    enum sim__hang hang;
} lives[] = {
    {.name = "fails at once", .life = {SIM_LIFE_FAIL, {0}}},
    {.name = "crashes at once", .life = {SIM_LIFE_CRASH, {0}}},
    {.name = "ends clean at once", .life = {SIM_LIFE_SUCCEED, {0}}},
    {.name = "an outage of 10s", .life = {SIM_LIFE_FAIL, {0}}, .outage = {10000000000}},
    {.name = "an outage of 3m", .life = {SIM_LIFE_FAIL, {0}}, .outage = {180000000000}},
    {.name = "an outage of 1h", .life = {SIM_LIFE_FAIL, {0}}, .outage = {3600000000000}},
    {.name = "crashes every 1s", .life = {SIM_LIFE_CRASH, {1000000000}}},
    {.name = "crashes every 10s", .life = {SIM_LIFE_CRASH, {10000000000}}},
    {.name = "crashes every 10m", .life = {SIM_LIFE_CRASH, {600000000000}}},
    {.name = "is never ready", .life = {SIM_LIFE_NEVER_READY, {0}}},
    {.name = "beats no more", .life = {SIM_LIFE_NO_BEAT, {0}}},
    {.name = "hangs when it is stopped", .stops = true, .hang = SIM__HANGS_UNTIL_FORCED},
    {.name = "and cannot be killed", .stops = true, .hang = SIM__HANGS_FOR_EVER},
};
#define LIVES ((uint32_t)(sizeof(lives) / sizeof(lives[0])))
_Static_assert(sizeof(lives) / sizeof(lives[0]) <= CLI_LIVES_MAX, "there is room for all");

static void put_starts(struct sim__text *text, uint64_t starts)
{
    sim__text_format(text, "%" PRIu64 " start%s", starts, starts == 1 ? "" : "s");
}

static void put_end(struct sim__text *text, const struct sim__plan *plan, const char *verb)
{
    sim__text_format(text, "%s at ", verb);
    sim__text_duration(text, SUP_NS(plan->at.ns));
    sim__text_put(text, ", ");
    put_starts(text, plan->start_count);
}

static void put_again(struct sim__text *text, const struct sim__plan *plan)
{
    uint64_t starts = cli_planned_starts(plan, sup_instant_at(SUP_SEC(3600)));
    if (starts == UINT64_MAX || !plan->repeats) {
        sim__text_put(text, "for ever, without a wait");
        return;
    }
    sim__text_put(text, "for ever, ");
    put_starts(text, starts);
    sim__text_put(text, " in 1h");
}

/* The attempt that lives on is the last one. */
static void put_up(struct sim__text *text, const struct sim__plan *plan, const struct life *life)
{
    if (life->outage.ns == 0 || plan->start_count == 0) {
        sim__text_put(text, "stays up");
        return;
    }
    struct sup_instant up = plan->starts[plan->start_count - 1].at;
    sim__text_put(text, "up again ");
    sim__text_duration(text, sup_instant_since(up, sup_instant_at(life->outage)));
    sim__text_put(text, " after it, ");
    put_starts(text, plan->start_count);
}

static void put_plan(struct sim__text *text, const struct sim__plan *plan, const struct life *life)
{
    switch (plan->verdict) {
    case SIM_PLAN_GIVES_UP:
        put_end(text, plan, "gives up");
        break;
    case SIM_PLAN_STAYS_DOWN:
        put_end(text, plan, "stays down");
        break;
    case SIM_PLAN_STAYS_UP:
        put_up(text, plan, life);
        break;
    case SIM_PLAN_FOR_EVER:
        put_again(text, plan);
        break;
    }
}

static int put_stop(struct sim__text *text, const struct sim__plan_ask *ask,
                    const struct life *life)
{
    struct sup_duration took = SUP_DURATION_NEVER;
    int error = sim__plan_stop(ask, life->hang, &took);
    if (took.ns == SUP_NEVER_NS) {
        sim__text_put(text, "is waited for without end");
    } else {
        sim__text_put(text, life->hang == SIM__HANGS_FOR_EVER ? "given up after " : "gone after ");
        sim__text_duration(text, took);
    }
    return error;
}

static int fill(const struct cli_side *side, const struct life *life, struct cli_cell *cell)
{
    struct sim__text text;
    struct sim__plan_ask ask = {.scenario = side->scenario,
                                .service = side->service,
                                .life = life->life,
                                .outage = life->outage};
    sim__text_init_fixed(&text, cell->text, sizeof(cell->text));
    cell->possible = life->stops || sim__life_is_possible(&life->life, &side->service->policy);
    if (!cell->possible) {
        sim__text_put(&text, "-");
        return SUP_OK;
    }
    if (life->stops) {
        return put_stop(&text, &ask, life);
    }
    struct sim__plan plan;
    int error = sim__plan_run(&ask, &plan);
    if (error == SUP_OK) {
        put_plan(&text, &plan, life);
    }
    sim__plan_release(&plan);
    return error;
}

int cli_compared_make(const struct cli_side *a, const struct cli_side *b,
                      struct cli_compared *ret_compared)
{
    int error = SUP_OK;
    *ret_compared = (struct cli_compared){.sides = {*a, *b}};
    for (uint32_t i = 0; i < LIVES && error == SUP_OK; i++) {
        struct cli_cell *cells = ret_compared->cells[ret_compared->count];
        error = fill(a, &lives[i], &cells[0]);
        error = error == SUP_OK ? fill(b, &lives[i], &cells[1]) : error;
        if (cells[0].possible || cells[1].possible) {
            ret_compared->lives[ret_compared->count++] = lives[i].name;
            ret_compared->parts += strcmp(cells[0].text, cells[1].text) != 0 ? 1 : 0;
        }
    }
    return error;
}

/* ---- for people ---- */

static void put_side(struct sim__text *text, const struct cli_side *side, const char *which)
{
    sim__text_format(text, "%s: ", which);
    cli_planned_put_place(side->scenario, side->service, text);
}

static size_t widest(const struct cli_compared *compared, int side)
{
    size_t width = 1;
    for (uint32_t i = 0; i < compared->count; i++) {
        size_t length = strlen(compared->cells[i][side].text);
        width = length > width ? length : width;
    }
    return width;
}

static void put_cell(struct sim__text *text, const char *cell, size_t width)
{
    sim__text_put(text, cell);
    sim__text_pad(text, width - strlen(cell) + 3);
}

#define LIFE_WIDTH 24u

void cli_compared_put(const struct cli_compared *compared, struct sim__text *text)
{
    size_t width = widest(compared, 0);
    put_side(text, &compared->sides[0], "A");
    put_side(text, &compared->sides[1], "B");
    sim__text_char(text, '\n');
    sim__text_put(text, "  ");
    put_cell(text, "when it", LIFE_WIDTH);
    put_cell(text, "A", width);
    sim__text_put(text, "B\n");
    for (uint32_t i = 0; i < compared->count; i++) {
        const struct cli_cell *cells = compared->cells[i];
        bool same = strcmp(cells[0].text, cells[1].text) == 0;
        sim__text_put(text, same ? "  " : "* ");
        put_cell(text, compared->lives[i], LIFE_WIDTH);
        put_cell(text, cells[0].text, width);
        sim__text_put(text, cells[1].text);
        sim__text_char(text, '\n');
    }
    sim__text_char(text, '\n');
    if (compared->parts == 0) {
        sim__text_put(text, "They do the same in all of these.\n");
    } else {
        sim__text_format(text, "They part in %" PRIu32 " of %" PRIu32 ", marked *.\n",
                         compared->parts, compared->count);
    }
}

/* ---- for tools ---- */

static void put_member(struct sim__text *text, const char *key, const char *value)
{
    sim__text_format(text, "\"%s\":", key);
    sim__text_json(text, value);
}

void cli_compared_put_json(const struct cli_compared *compared, struct sim__text *text)
{
    for (uint32_t i = 0; i < compared->count; i++) {
        const struct cli_cell *cells = compared->cells[i];
        sim__text_char(text, '{');
        put_member(text, "a", compared->sides[0].service->name);
        sim__text_char(text, ',');
        put_member(text, "b", compared->sides[1].service->name);
        sim__text_char(text, ',');
        put_member(text, "life", compared->lives[i]);
        sim__text_put(text, ",\"plan-a\":");
        sim__text_json(text, cells[0].text);
        sim__text_put(text, ",\"plan-b\":");
        sim__text_json(text, cells[1].text);
        sim__text_format(text, ",\"same\":%s}\n",
                         strcmp(cells[0].text, cells[1].text) == 0 ? "true" : "false");
    }
}
