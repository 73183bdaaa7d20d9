/* What a plan tells besides, to people alone: what its limit would need, what comes of other
 * lives, and of the same one where the real program is as late as it is.
 */
#include <inttypes.h>

#include "planned.h"
#include "sim/base/text.h"
#include "sim/plan/late.h"
#include "sup/error.h"

/* ---- looking ---- */

bool cli_planned_is_even(const struct sim__plan *plan)
{
    uint32_t count = sim__plan_waits(plan);
    for (uint32_t i = 1; i < count; i++) {
        if (sim__plan_wait(plan, i).ns != sim__plan_wait(plan, 0).ns) {
            return false;
        }
    }
    return count > 0;
}

/* Waits between what repeats, the one after its last start included. */
static bool is_steady(const struct sim__plan *plan)
{
    uint32_t count = sim__plan_waits(plan);
    bool steady = plan->repeats;
    for (uint32_t i = plan->again; steady && i < count; i++) {
        steady = sim__plan_wait(plan, i).ns == plan->last_wait.ns;
    }
    return steady;
}

struct sup_duration cli_planned_gap(const struct sim__plan *plan)
{
    bool any = plan->start_count > 0 && plan->at.ns != SUP_NEVER_NS;
    return any ? sup_instant_since(plan->at, plan->starts[plan->start_count - 1].at) : SUP_NS(0);
}

static int outline(const struct sim__plan_ask *ask, struct cli_outline *ret_outline)
{
    struct sim__plan plan = {0};
    int error = sim__plan_run(ask, &plan);
    if (error == SUP_OK) {
        *ret_outline = (struct cli_outline){
            .is = true,
            .verdict = plan.verdict,
            .reason = plan.reason,
            .at = plan.at,
            .even = plan.verdict == SIM_PLAN_FOR_EVER && is_steady(&plan),
            .wait = plan.last_wait,
            .starts = cli_planned_starts(&plan, sup_instant_at(SUP_SEC(3600))),
        };
        ret_outline->gap = cli_planned_gap(&plan);
    }
    sim__plan_release(&plan);
    return error;
}

static int look_at_limit(struct cli_planned *planned, const struct sim__plan_ask *ask)
{
    const struct sup_policy *policy = &planned->service->policy;
    const struct sim__plan *plan = &planned->least;
    enum sup_limit_window window =
        policy->rules == NULL ? SUP_LIMIT_WINDOW_SLIDING : policy->rules->limit.window;
    bool timed = window <= SUP_LIMIT_WINDOW_ONCE && policy->limit.within.ns != SUP_NEVER_NS;
    planned->besides.needed = SUP_DURATION_NEVER;
    if (!policy->limit.enabled || !timed || planned->ranges || !plan->repeats ||
        plan->verdict != SIM_PLAN_FOR_EVER || !cli_planned_is_even(plan)) {
        return SUP_OK;
    }
    return sim__plan_needed(ask, plan->last_wait, &planned->besides.needed);
}

static int look_beyond(struct cli_planned *planned, const struct sim__plan_ask *ask)
{
    struct sim__plan_ask beyond = *ask;
    if (planned->ranges || planned->edge_count != 1 ||
        planned->edges[0].above != SIM_PLAN_FOR_EVER) {
        return SUP_OK;
    }
    beyond.life.after = SUP_NS(planned->edges[0].run.ns + 1);
    return outline(&beyond, &planned->besides.beyond);
}

static int look_at_life(const struct sim__plan_ask *ask, enum sim_life_kind kind,
                        struct cli_outline *ret_outline)
{
    struct sim__plan_ask other = *ask;
    other.life = (struct sim_life){.kind = kind};
    if (ask->life.kind == kind || !sim__life_is_possible(&other.life, &ask->service->policy)) {
        return SUP_OK;
    }
    if (sim__life_has_length(&other.life) && sim__life_has_length(&ask->life)) {
        other.life.after = ask->life.after;
    }
    return outline(&other, ret_outline);
}

/* The services of a scenario and of its twin are the same, one by one. */
static int look_later(struct cli_planned *planned, const struct sim__plan_ask *ask)
{
    const struct sim_scenario *twin = planned->scenario->realistic;
    struct cli_besides *besides = &planned->besides;
    if (twin == NULL || planned->service->preset == NULL) {
        return SUP_OK;
    }
    struct sim__plan_ask late = *ask;
    late.scenario = twin;
    late.service = &twin->services[planned->service - planned->scenario->services];
    besides->lag = late.service->lag;
    int error = outline(&late, &besides->late[0]);
    late.chance = SIM__CHANCE_MOST;
    return error == SUP_OK ? outline(&late, &besides->late[1]) : error;
}

int cli_planned_look_around(struct cli_planned *planned)
{
    const struct sim__plan_ask ask = {
        .scenario = planned->scenario, .service = planned->service, .life = planned->life};
    int error = look_at_limit(planned, &ask);
    if (error == SUP_OK) {
        error = look_beyond(planned, &ask);
    }
    if (error == SUP_OK) {
        error = look_at_life(&ask, SIM_LIFE_NEVER_READY, &planned->besides.never_ready);
    }
    if (error == SUP_OK) {
        error = look_at_life(&ask, SIM_LIFE_SUCCEED, &planned->besides.clean);
    }
    return error == SUP_OK ? look_later(planned, &ask) : error;
}

/* ---- telling ---- */

void cli_planned_put_beyond(const struct cli_planned *planned, struct sim__text *text)
{
    const struct cli_outline *beyond = &planned->besides.beyond;
    if (!beyond->is || !beyond->even || beyond->verdict != SIM_PLAN_FOR_EVER) {
        return;
    }
    if (beyond->wait.ns == 0) {
        sim__text_put(text, ", as soon as it ends");
    } else {
        sim__text_put(text, ", every ");
        sim__text_duration(text, beyond->wait);
        sim__text_put(text, " plus its run");
    }
}

void cli_planned_put_needed(const struct cli_planned *planned, struct sim__text *text)
{
    const char *word = planned->service->wait_word;
    if (planned->besides.needed.ns != SUP_NEVER_NS) {
        sim__text_put(text, " The limit would need ");
        sim__text_put(text, word == NULL ? "waits" : word);
        sim__text_put(text, " of ");
        sim__text_duration(text, planned->besides.needed);
        sim__text_put(text, " or less.");
    }
}

/* "it gives up after 3s", with what may be drawn where that changes no verdict. */
static void put_outline(struct sim__text *text, const struct cli_outline *least,
                        const struct cli_outline *most)
{
    struct sup_duration latest;
    most = most->verdict == least->verdict ? most : least;
    switch (least->verdict) {
    case SIM_PLAN_GIVES_UP:
        sim__text_put(text, "it gives up after ");
        latest = SUP_NS(most->at.ns);
        cli_planned_put_range(text, SUP_NS(least->at.ns), &latest);
        break;
    case SIM_PLAN_FOR_EVER:
        if (!least->even || !most->even || least->gap.ns == 0) {
            sim__text_put(text, "it is restarted for ever");
            break;
        }
        sim__text_put(text, "a start every ");
        cli_planned_put_range(text, least->gap, &most->gap);
        break;
    case SIM_PLAN_STAYS_UP:
        sim__text_put(text, "it stays up");
        break;
    case SIM_PLAN_STAYS_DOWN:
        sim__text_put(text, "it stays down");
        break;
    }
}

static void put_space(struct sim__text *text, bool *first)
{
    if (!*first) {
        sim__text_char(text, ' ');
    }
    *first = false;
}

/* Where it goes on for ever, one by one what may stand in the way; else what has another end. */
static bool is_told(const struct cli_planned *planned, const struct cli_outline *other)
{
    return other->is && (planned->least.verdict == SIM_PLAN_FOR_EVER ||
                         planned->least.verdict != other->verdict);
}

static void put_never_ready(const struct cli_planned *planned, struct sim__text *text, bool *first)
{
    const struct cli_outline *other = &planned->besides.never_ready;
    if (!is_told(planned, other)) {
        return;
    }
    put_space(text, first);
    sim__text_put(text, "Never ready instead: ");
    put_outline(text, other, other);
    sim__text_put(text, other->verdict == SIM_PLAN_FOR_EVER && other->even && other->gap.ns > 0
                            ? " for ever."
                            : ".");
}

static void put_clean(const struct cli_planned *planned, struct sim__text *text, bool *first)
{
    const struct cli_outline *other = &planned->besides.clean;
    if (!is_told(planned, other)) {
        return;
    }
    put_space(text, first);
    if (other->verdict == SIM_PLAN_STAYS_DOWN) {
        sim__text_put(text, "A clean exit is not restarted.");
    } else if (other->verdict == planned->least.verdict) {
        sim__text_put(text, "A clean exit is restarted too.");
    } else {
        sim__text_put(text, "Clean exits instead: ");
        put_outline(text, other, other);
        sim__text_char(text, '.');
    }
}

static void put_late(struct sim__text *text, const char **before, struct sup_duration length,
                     const char *what)
{
    if (length.ns > 0) {
        sim__text_put(text, *before);
        sim__text_duration(text, length);
        sim__text_put(text, what);
        *before = ", ";
    }
}

static void put_lag(const struct sim_lag *lag, struct sim__text *text)
{
    const char *before = " (";
    if (lag == NULL) {
        return;
    }
    struct sup_duration spread = sim__late_most(&lag->spread);
    put_late(text, &before, spread.ns > lag->grid.ns ? spread : lag->grid, " timer slack");
    put_late(text, &before, sim__late_most(&lag->start), " to a start");
    put_late(text, &before, sim__late_most(&lag->end), " to see an end");
    put_late(text, &before, lag->poll, " between two looks");
    sim__text_put(text, before[0] == ',' ? ")" : "");
}

/* What the lateness changes is told; where it goes on for ever, also that it changes nothing but
 * how often. */
static bool changes_anything(const struct cli_planned *planned)
{
    const struct cli_outline *least = &planned->besides.late[0], *most = &planned->besides.late[1];
    const struct sim__plan *plan = &planned->least;
    if (!least->is) {
        return false;
    }
    if (plan->verdict != least->verdict || least->verdict != most->verdict) {
        return true;
    }
    struct sup_duration longest = cli_planned_gap(planned->ranges ? &planned->most : plan);
    return plan->verdict == SIM_PLAN_FOR_EVER &&
           (least->gap.ns != cli_planned_gap(plan).ns || most->gap.ns != longest.ns);
}

static void put_realistic(const struct cli_planned *planned, struct sim__text *text)
{
    const struct cli_outline *least = &planned->besides.late[0], *most = &planned->besides.late[1];
    bool same = planned->least.verdict == least->verdict && least->verdict == most->verdict;
    if (!changes_anything(planned)) {
        return;
    }
    sim__text_put(text, "Realistic");
    put_lag(planned->besides.lag, text);
    sim__text_put(text, ": ");
    put_outline(text, least, most);
    if (least->verdict == SIM_PLAN_FOR_EVER && same && least->even && most->even &&
        least->starts != UINT64_MAX) {
        sim__text_format(text, ", %" PRIu64, most->starts);
        if (most->starts != least->starts) {
            sim__text_format(text, "..%" PRIu64, least->starts);
        }
        sim__text_put(text, " in 1h");
    }
    if (least->verdict != most->verdict) {
        sim__text_put(text, ", with the longest delays ");
        put_outline(text, most, most);
    }
    sim__text_put(text, same ? "; the verdict is the same.\n" : ": another verdict.\n");
}

void cli_planned_put_otherwise(const struct cli_planned *planned, struct sim__text *text)
{
    bool first = text->length == 0 || text->bytes[text->length - 1] == '\n';
    bool began = first;
    put_never_ready(planned, text, &first);
    put_clean(planned, text, &first);
    sim__text_put(text, began && first ? "" : "\n");
    put_realistic(planned, text);
}
