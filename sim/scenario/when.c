/* When the entries of a timeline are due: fixed instants and periods, and drawn ones. */
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

static bool read_instant(struct sim__reader *r, const struct sim__node *node,
                         struct sim_draw *ret_draw)
{
    if (node->kind != SIM__MAP) {
        struct sup_instant at;
        bool good = sim__instant(r, node, &at);
        *ret_draw = (struct sim_draw){.low = {good ? at.ns : 0}};
        return good;
    }
    return sim__read_draw(r, node, SIM__FINITE, ret_draw) && is_in_time(r, node, ret_draw);
}

static bool read_to(struct sim__reader *r, const struct sim__node *node, struct sim_draw *ret_to)
{
    *ret_to = (struct sim_draw){.low = SUP_DURATION_NEVER};
    return node == NULL || sim__is_word(node, "never") || read_instant(r, node, ret_to);
}

static void read_every(struct sim__reader *r, const struct sim__when *when,
                       struct sim_timing *timing)
{
    if (!sim__read_draw(r, when->every, SIM__ABOVE_ZERO, &timing->every)) {
        return;
    }
    bool good;
    if (when->from != NULL) {
        timing->has_first = true;
        good = read_instant(r, when->from, &timing->first);
    } else {
        good = read_instant(r, when->every, &timing->first);
    }
    good = read_to(r, when->to, &timing->to) && good;
    if (good && sim__draw_most(&timing->to).ns < sim__draw_least(&timing->first).ns) {
        sim__error(r, when->to->at, "`to` is before the first time");
    }
}

static bool is_fixed(const struct sim_timing *timing)
{
    return timing->first.kind == SIM_DRAW_FIXED && timing->every.kind == SIM_DRAW_FIXED &&
           timing->to.kind == SIM_DRAW_FIXED;
}

static void keep(struct sim__reader *r, const struct sim_timing *timing, struct sim_action *action)
{
    if (is_fixed(timing)) {
        action->at = sup_instant_at(timing->first.low);
        action->every = timing->every.low;
        action->to = sup_instant_at(timing->to.low);
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
    struct sim_timing timing = {.to = {.low = SUP_DURATION_NEVER}};
    if (when->at != NULL && when->every != NULL) {
        sim__error(
            r, when->every->at,
            "`at` and `every` in one entry" SIM__HINT
            "; `every` repeats it from `from` on, `each` lets time pass between its services");
    } else if (when->at != NULL) {
        timing.has_first = true;
        (void)read_instant(r, when->at, &timing.first);
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
    hash = mix(mix(mix(hash, draw->kind), draw->low.ns), draw->high.ns);
    for (uint32_t i = 0; i < draw->pick_count; i++) {
        hash = mix(hash, draw->picks[i].ns);
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
    hash = mix_draw(hash, &action->timing->first);
    return mix_draw(mix_draw(hash, &action->timing->every), &action->timing->to);
}

/* Entries that are alike are told apart by their order: one more of them changes what
 * none of the others draws. */
void sim__name_stream(struct sim__reader *r, enum sim__action_place where,
                      struct sim_action *action)
{
    uint64_t *hash = sim__arena_alloc(r->scratch, 2, sizeof(*hash));
    bool is_new = false;
    if (hash == NULL) {
        return;
    }
    hash[0] = identity(action, where);
    struct sim__slot *slot =
        sim__table_add(&r->streams, 0, (const char *)hash, sizeof(*hash), &is_new);
    if (slot == NULL) {
        return;
    }
    if (is_new) {
        slot->value = &hash[1]; /* how many there were before */
    }
    uint64_t *before = slot->value;
    action->stream = mix(hash[0], (*before)++);
    action->stream += action->stream == 0;
}
