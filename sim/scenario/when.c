/* When the entries of a timeline are due: fixed instants and periods, and drawn ones. */
#include "most.h"
#include "reader.h"

struct sup_duration sim__draw_least(const struct sim_draw *draw)
{
    struct sup_duration least = SUP_DURATION_NEVER;
    switch (draw->kind) {
    case SIM_DRAW_FIXED:
    case SIM_DRAW_UNIFORM:
        return draw->low;
    case SIM_DRAW_EXP:
        return SUP_NS(0);
    case SIM_DRAW_PICK:
        for (uint32_t i = 0; i < draw->pick_count; i++) {
            least = draw->picks[i].ns < least.ns ? draw->picks[i] : least;
        }
        break;
    }
    return least;
}

struct sup_duration sim__draw_most(const struct sim_draw *draw)
{
    struct sup_duration most = {0};
    switch (draw->kind) {
    case SIM_DRAW_FIXED:
        return draw->low;
    case SIM_DRAW_UNIFORM:
        return draw->high;
    case SIM_DRAW_EXP:
        return SUP_DURATION_NEVER;
    case SIM_DRAW_PICK:
        for (uint32_t i = 0; i < draw->pick_count; i++) {
            most = draw->picks[i].ns > most.ns ? draw->picks[i] : most;
        }
        break;
    }
    return most;
}

static struct sup_duration least_of(const struct sim_open_instant *moment)
{
    struct sup_duration least = SUP_DURATION_NEVER;
    for (uint32_t i = 0; i < moment->way_count; i++) {
        struct sup_duration way = least_of(&moment->ways[i]);
        least = way.ns < least.ns ? way : least;
    }
    return moment->way_count > 0 ? least : sim__draw_least(&moment->draw);
}

struct sup_duration sim__moment_most(const struct sim_open_instant *moment)
{
    struct sup_duration most = {0};
    for (uint32_t i = 0; i < moment->way_count; i++) {
        struct sup_duration way = sim__moment_most(&moment->ways[i]);
        most = way.ns > most.ns ? way : most;
    }
    return moment->way_count > 0 ? most : sim__draw_most(&moment->draw);
}

/* Of what can be drawn, something has to come before the scenario ends. */
static bool is_in_time(struct sim__reader *r, const struct sim__node *node,
                       const struct sim_draw *draw)
{
    char text[48];
    if (sim__draw_least(draw).ns <= r->scenario->until.ns) {
        return true;
    }
    sim__error_as(r, SIM__CODE_AFTER_END, node->at,
                  "%sall that can be drawn is after the end of the scenario, `until: %s`",
                  sim__label(r, node), sim_duration_format(r->scenario->until.ns, text));
    return false;
}

static bool read_moment(struct sim__reader *r, const struct sim__node *node,
                        struct sim_open_instant *ret_moment);

/* Every way is an instant of its own, and has to be in time. */
static bool read_ways(struct sim__reader *r, const struct sim__node *node,
                      const struct sim__node *any, struct sim_open_instant *ret_moment)
{
    if (node->count > 1) {
        sim__error(r, node->at, "%s`any` stands alone; `uniform`, `exp` and `pick` may stand in it",
                   sim__label(r, node));
        return false;
    }
    if (!sim__list(r, any)) {
        return false;
    }
    if (any->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, any->at, "`any` needs at least one instant");
        return false;
    }
    struct sim_open_instant *ways = sim__arena_alloc(r->arena, any->count, sizeof(*ways));
    bool good = ways != NULL;
    for (uint32_t i = 0; ways != NULL && i < any->count && !r->stopped; i++) {
        good = read_moment(r, any->entries[i].value, &ways[i]) && good;
    }
    *ret_moment = (struct sim_open_instant){.ways = ways, .way_count = good ? any->count : 0};
    return good;
}

static bool read_moment(struct sim__reader *r, const struct sim__node *node,
                        struct sim_open_instant *ret_moment)
{
    *ret_moment = (struct sim_open_instant){.way_count = 0};
    if (node->kind != SIM__MAP) {
        struct sup_instant at;
        bool good = sim__instant(r, node, &at);
        ret_moment->draw.low.ns = good ? at.ns : 0;
        return good;
    }
    const struct sim__node *any = sim__node_at(node, SIM__KEY_ANY);
    if (any != NULL) {
        return read_ways(r, node, any, ret_moment);
    }
    struct sim_draw *draw = &ret_moment->draw;
    return sim__read_draw(r, node, SIM__FINITE, draw) && is_in_time(r, node, draw);
}

static bool read_to(struct sim__reader *r, const struct sim__node *node,
                    struct sim_open_instant *ret_to)
{
    *ret_to = (struct sim_open_instant){.draw = {.low = SUP_DURATION_NEVER}};
    return node == NULL || sim__is_word(node, "never") || read_moment(r, node, ret_to);
}

static void read_every(struct sim__reader *r, const struct sim__when *when,
                       struct sim_timing *timing)
{
    if (sim__is_map(when->every) && sim__node_at(when->every, SIM__KEY_ANY) != NULL) {
        sim__error(r, when->every->at,
                   "`any` leaves an instant open, and `every` is a length: it takes `pick`");
        return;
    }
    if (!sim__read_draw(r, when->every, SIM__ABOVE_ZERO, &timing->every)) {
        return;
    }
    timing->has_first = when->from != NULL;
    bool good = read_moment(r, timing->has_first ? when->from : when->every, &timing->first);
    good = read_to(r, when->to, &timing->to) && good;
    if (good && sim__moment_most(&timing->to).ns < least_of(&timing->first).ns) {
        sim__error(r, when->to->at, "`to` is before the first time");
    }
}

static bool is_sure(const struct sim_open_instant *moment)
{
    return moment->way_count == 0 && moment->draw.kind == SIM_DRAW_FIXED;
}

static bool is_fixed(const struct sim_timing *timing)
{
    return is_sure(&timing->first) && timing->every.kind == SIM_DRAW_FIXED && is_sure(&timing->to);
}

static void keep(struct sim__reader *r, const struct sim_timing *timing, struct sim_action *action)
{
    if (is_fixed(timing)) {
        action->at = sup_instant_at(timing->first.draw.low);
        action->every = timing->every.low;
        action->to = sup_instant_at(timing->to.draw.low);
        return;
    }
    struct sim_timing *kept = sim__arena_alloc(r->arena, 1, sizeof(*kept));
    if (kept != NULL) {
        *kept = *timing;
        action->timing = kept;
    }
}

void sim__read_when(struct sim__reader *r, const struct sim__when *when, struct sim_action *action)
{
    struct sim_timing timing = {.to = {.draw = {.low = SUP_DURATION_NEVER}}};
    if (when->at != NULL && when->every != NULL) {
        sim__error(
            r, when->every->at,
            "`at` and `every` in one entry" SIM__HINT
            "; `every` repeats it from `from` on, `each` lets time pass between its services");
    } else if (when->at != NULL) {
        timing.has_first = true;
        (void)read_moment(r, when->at, &timing.first);
    } else if (when->every != NULL) {
        action->repeats = true;
        read_every(r, when, &timing);
    } else if (when->all_known) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, when->entry->at,
                      "this entry of the timeline has neither `at` nor `every`");
    }
    if (when->from != NULL && when->every == NULL) {
        sim__error(r, when->from->at, "`from` belongs to `every`");
    }
    if (when->to != NULL && when->every == NULL) {
        sim__error(r, when->to->at, "`to` belongs to `every`");
    }
    keep(r, &timing, action);
}

/* ---- streams ---- */

/* FNV-1a over what is the same on every machine. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    for (uint32_t i = 0; i < 8; i++) {
        hash = (hash ^ (value >> (8 * i) & 0xFF)) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    }
    return mix(hash, 0);
}

static uint64_t mix_draw(uint64_t hash, const struct sim_draw *draw)
{
    hash = mix(mix(mix(hash, draw->kind), draw->low.ns), draw->pick_count > 0 ? 0 : draw->high.ns);
    for (uint32_t i = 0; i < draw->pick_count; i++) {
        hash = mix(hash, draw->picks[i].ns);
    }
    return hash;
}

static uint64_t mix_moment(uint64_t hash, const struct sim_open_instant *moment)
{
    if (moment->way_count == 0) {
        return mix_draw(hash, &moment->draw);
    }
    hash = mix(hash, ~(uint64_t)moment->way_count);
    for (uint32_t i = 0; i < moment->way_count; i++) {
        hash = mix_moment(hash, &moment->ways[i]);
    }
    return hash;
}

/* What an action does to whom, and when: neither its place in the file nor what is
 * recorded or expected of it. */
static uint64_t identity(const struct sim_action *action, enum sim__action_place where)
{
    uint64_t hash = mix(UINT64_C(0xCBF29CE484222325), where);
    hash = mix_text(hash, sim_action_name(action->kind));
    for (uint32_t i = 0; i < action->target.count; i++) {
        hash = mix_text(hash, action->target.patterns[i]);
    }
    hash = action->target.some > 0 ? mix(hash, action->target.some) : hash;
    hash = mix_text(hash, action->group);
    hash = mix_text(hash, action->service != NULL ? action->service->name : NULL);
    if (action->timing == NULL) {
        return mix(mix(mix(hash, action->at.ns), action->every.ns), action->to.ns);
    }
    hash = mix_moment(hash, &action->timing->first);
    return mix_moment(mix_draw(hash, &action->timing->every), &action->timing->to);
}

/* Those that are alike are told apart by their order: one more of them changes what none
 * of the others draws. 0 when out of memory. */
static uint64_t name(struct sim__reader *r, uint64_t identity)
{
    uint64_t *kept = sim__arena_alloc(r->scratch, 2, sizeof(*kept));
    bool is_new = false;
    if (kept == NULL) {
        return 0;
    }
    kept[0] = identity;
    struct sim__slot *slot =
        sim__table_add(&r->streams, 0, (const char *)kept, sizeof(*kept), &is_new);
    if (slot == NULL) {
        return 0;
    }
    if (is_new) {
        slot->value = &kept[1]; /* how many there were before */
    }
    uint64_t *before = slot->value;
    uint64_t stream = mix(identity, (*before)++);
    return stream == 0 ? 1 : stream;
}

void sim__name_stream(struct sim__reader *r, enum sim__action_place where,
                      struct sim_action *action)
{
    action->stream = name(r, identity(action, where));
}

void sim__name_fork(struct sim__reader *r, struct sim_fork *fork, const struct sim_action *actions,
                    uint32_t count)
{
    uint64_t hash = mix_text(UINT64_C(0xCBF29CE484222325), "any");
    hash = mix(hash, fork->way_count);
    for (uint32_t i = 0; i < count; i++) {
        hash = mix(mix(hash, actions[i].way), identity(&actions[i], SIM__IN_TIMELINE));
    }
    fork->stream = name(r, hash);
}
