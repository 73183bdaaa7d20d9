/* Scripts: what each attempt of a service does. */
#include <string.h>

#include "reader.h"
#include "sup/assert.h"
#include "sup/rules.h"

#define X(id, name) {name, SIM_##id},
static const struct sim__word behaviours[] = {SIM_BEHAVIOUR_LIST(X)};
#undef X
#define BEHAVIOURS SIM_BEHAVIOURS

/* The keys of an item: the behaviours, in the order of their values, then the
 * modifiers. */
enum { BEFORE = SIM_BEHAVIOURS - 1, SIM__MODIFIER_KEYS(SIM__ID) ITEM_KEYS };
static const char *const item_keys[ITEM_KEYS] = {SIM_BEHAVIOUR_LIST(SIM__NAME)
                                                     SIM__MODIFIER_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {
    ITEM_KEYS, {SIM_BEHAVIOUR_LIST(SIM__BEHAVIOUR_AT) SIM__MODIFIER_KEYS(SIM__AT)}};

/* ---- drawn durations ---- */

static bool read_picks(struct sim__reader *r, const struct sim__node *node, unsigned flags,
                       struct sim_draw *draw)
{
    if (!sim__list(r, node)) {
        return false;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`pick` needs at least one duration");
        return false;
    }
    draw->kind = SIM_DRAW_PICK;
    draw->picks = sim__arena_alloc(r->arena, node->count, sizeof(*draw->picks));
    draw->pick_count = node->count;
    bool good = draw->picks != NULL;
    for (uint32_t i = 0; draw->picks != NULL && i < node->count; i++) {
        good = sim__duration(r, node->entries[i].value, flags, &draw->picks[i]) && good;
    }
    return good;
}

static bool read_uniform(struct sim__reader *r, const struct sim__node *node, unsigned flags,
                         struct sim_draw *draw)
{
    draw->kind = SIM_DRAW_UNIFORM;
    if (!sim__list(r, node)) {
        return false;
    }
    if (node->count != 2) {
        sim__error_as(r, SIM__CODE_WRONG_TYPE, node->at,
                      "`uniform` takes two durations, the least and the greatest");
        return false;
    }
    bool low = sim__duration(r, node->entries[0].value, flags, &draw->low);
    bool high = sim__duration(r, node->entries[1].value, flags, &draw->high);
    if (low && high && draw->low.ns > draw->high.ns) {
        sim__error(r, node->at, "`uniform`: the first duration is above the second");
        return false;
    }
    return low && high;
}

/* What a draw relies on. */
static bool is_drawable(const struct sim_draw *draw)
{
    switch (draw->kind) {
    case SIM_DRAW_UNIFORM:
        return draw->low.ns <= draw->high.ns;
    case SIM_DRAW_EXP:
        return draw->low.ns > 0;
    case SIM_DRAW_PICK:
        return draw->picks != NULL && draw->pick_count > 0;
    case SIM_DRAW_FIXED:
        break;
    }
    return draw->picks == NULL && draw->high.ns == 0;
}

bool sim__read_draw(struct sim__reader *r, const struct sim__node *node, unsigned flags,
                    struct sim_draw *ret_draw)
{
    enum { SIM_DRAW_LIST(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM_DRAW_LIST(SIM__AT)}};
    struct sim__node *v[KEYS];
    struct sim_draw draw = {0};
    bool good = false;
    if (node->kind != SIM__MAP) {
        good = sim__duration(r, node, flags, &draw.low);
    } else if (sim__map(r, node, &keys, v)) {
        int given = (v[UNIFORM] != NULL) + (v[EXP] != NULL) + (v[PICK] != NULL);
        if (given == 0 && !sim__all_known(node, v, KEYS)) {
            good = false; /* which has been said */
        } else if (given != 1) {
            sim__error_as(r, SIM__CODE_UNKNOWN_KEY, node->at,
                          "%sa drawn duration is one of `uniform`, `exp`, `pick`",
                          sim__label(r, node));
        } else if (v[UNIFORM] != NULL) {
            good = read_uniform(r, v[UNIFORM], flags, &draw);
        } else if (v[PICK] != NULL) {
            good = read_picks(r, v[PICK], flags, &draw);
        } else {
            draw.kind = SIM_DRAW_EXP;
            good = sim__duration(r, v[EXP], flags | SIM__ABOVE_ZERO, &draw.low);
        }
    }
    if (good) {
        SUP_ASSERT(is_drawable(&draw));
        *ret_draw = draw;
    }
    return good;
}

static void draw_if(struct sim__reader *r, const struct sim__node *node, struct sim_draw *draw)
{
    if (node != NULL) {
        (void)sim__read_draw(r, node, SIM__FINITE, draw);
    }
}

/* ---- behaviours ---- */

static void read_succeed(struct sim__reader *r, const struct sim__node *node,
                         struct sim_behaviour *item)
{
    enum { SIM__SUCCEED_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__SUCCEED_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    draw_if(r, v[AFTER], &item->after);
    if (v[VALUE] != NULL) {
        (void)sim__text(r, v[VALUE], &item->value);
    }
}

static void read_fail(struct sim__reader *r, const struct sim__node *node,
                      struct sim_behaviour *item)
{
    enum { SIM__FAIL_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__FAIL_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    uint32_t code;
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    draw_if(r, v[AFTER], &item->after);
    if (v[ERROR] != NULL) {
        (void)sim__error_text(r, v[ERROR], &item->error);
    }
    if (v[CODE] != NULL && sim__number_u32(r, v[CODE], 1, 255, &code)) {
        item->has_code = true;
        item->code = (int32_t)code;
    }
}

static void read_crash(struct sim__reader *r, const struct sim__node *node,
                       struct sim_behaviour *item)
{
    enum { SIM__CRASH_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__CRASH_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    draw_if(r, v[AFTER], &item->after);
    if (v[SIGNAL] != NULL) {
        (void)sim__signal(r, v[SIGNAL], SIM__SIGNAL_FATAL, &item->signal);
    }
}

/* A map with at most the one key. */
static struct sim__node *only(struct sim__reader *r, const struct sim__node *node, const char *key)
{
    const char *const keys[1] = {key};
    struct sim__node *v[1];
    return sim__map_named(r, node, keys, 1, v) ? v[0] : NULL;
}

/* Each attempt is decided by itself, so a way that serves several would mean nothing. */
static void read_way(struct sim__reader *r, const struct sim__node *node, struct sim_behaviour *way)
{
    const struct sim__node *times =
        node->kind == SIM__MAP ? sim__node_at(node, SIM__KEY_TIMES) : NULL;
    sim__read_item(r, node, way);
    if (times != NULL) {
        sim__error(r, times->at,
                   "`times` stands beside `any`, which is decided for each attempt: "
                   "`{any: [...], times: 2}`");
    }
}

static void read_any(struct sim__reader *r, const struct sim__node *node,
                     struct sim_behaviour *item)
{
    if (!sim__list(r, node)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`any` needs at least one behaviour");
        return;
    }
    item->ways = sim__arena_alloc(r->arena, node->count, sizeof(*item->ways));
    for (uint32_t i = 0; item->ways != NULL && i < node->count && !r->stopped; i++) {
        read_way(r, node->entries[i].value, &item->ways[i]);
    }
    item->way_count = item->ways == NULL ? 0 : node->count;
}

static void read_arguments(struct sim__reader *r, const struct sim__node *node,
                           struct sim_behaviour *item)
{
    const struct sim__node *value;
    switch (item->kind) {
    case SIM_RUN:
        (void)sim__no_arguments(r, node);
        break;
    case SIM_SUCCEED:
    case SIM_DONE:
        read_succeed(r, node, item);
        break;
    case SIM_FAIL:
        read_fail(r, node, item);
        break;
    case SIM_CRASH:
        read_crash(r, node, item);
        break;
    case SIM_HANG:
        value = only(r, node, "for");
        item->has_for = value != NULL;
        draw_if(r, value, &item->after);
        break;
    case SIM_REFUSE:
        value = only(r, node, "error");
        if (value != NULL) {
            (void)sim__error_text(r, value, &item->error);
        }
        break;
    case SIM_STEPS:
        (void)sim__read_block(r, node, &item->steps);
        break;
    case SIM_ANY:
        read_any(r, node, item);
        break;
    }
}

/* ---- modifiers ---- */

static void read_ready(struct sim__reader *r, const struct sim__node *node,
                       struct sim_behaviour *item)
{
    if (sim__is_word(node, "never")) {
        item->ready = SIM_READY_NEVER;
        return;
    }
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "`{after: D}` or `never`");
        return;
    }
    const struct sim__node *after = only(r, node, "after");
    if (sim__required(r, node, after, "after")) {
        item->ready = SIM_READY_AFTER;
        draw_if(r, after, &item->ready_after);
    }
}

static void read_beat(struct sim__reader *r, const struct sim__node *node,
                      struct sim_behaviour *item)
{
    enum { SIM__BEAT_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__BEAT_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &keys, v) || !sim__required(r, node, v[EVERY], "every")) {
        return;
    }
    item->has_beat = sim__read_draw(r, v[EVERY], SIM__ABOVE_ZERO, &item->beat_every);
    item->has_beat_for = v[FOR] != NULL;
    draw_if(r, v[FOR], &item->beat_for);
}

static void read_finish(struct sim__reader *r, const struct sim__node *node,
                        struct sim_behaviour *item)
{
    enum { SIM__FINISH_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__FINISH_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    uint32_t code;
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    struct sim_finish *finish = sim__arena_alloc(r->arena, 1, sizeof(*finish));
    if (finish == NULL) {
        return;
    }
    draw_if(r, v[TAKES], &finish->takes);
    if (v[CODE] != NULL && sim__number_u32(r, v[CODE], 0, SUP_EXIT_CODE_MAX, &code)) {
        finish->code = (int32_t)code;
    }
    item->finish = finish;
}

static void read_modifiers(struct sim__reader *r, struct sim__node *const *v,
                           struct sim_behaviour *item)
{
    if (v[TIMES] != NULL) {
        (void)sim__number(r, v[TIMES], 1, UINT64_MAX, &item->times);
    }
    if (v[READY] != NULL) {
        read_ready(r, v[READY], item);
    }
    if (v[BEAT] != NULL) {
        read_beat(r, v[BEAT], item);
    }
    if (v[STOP_AFTER] != NULL) {
        item->has_stop_after = true;
        draw_if(r, v[STOP_AFTER], &item->stop_after);
    }
    if (v[IGNORE_CANCEL] != NULL) {
        (void)sim__boolean(r, v[IGNORE_CANCEL], &item->ignore_cancel);
    }
    if (v[IGNORE_ABORT] != NULL) {
        (void)sim__boolean(r, v[IGNORE_ABORT], &item->ignore_abort);
    }
    if (v[FINISH] != NULL) {
        read_finish(r, v[FINISH], item);
    }
}

static void check_modifiers(struct sim__reader *r, struct sim__node *const *v,
                            const struct sim_behaviour *item)
{
    SUP_ASSERT(!item->has_stop_after || v[STOP_AFTER] != NULL);
    if (item->has_stop_after && (item->ignore_cancel || item->kind == SIM_HANG)) {
        sim__error(r, v[STOP_AFTER]->at, "`stop-after` has no effect with `%s`",
                   item->kind == SIM_HANG ? "hang" : "ignore-cancel");
    }
    for (int k = READY; item->kind == SIM_REFUSE && k <= FINISH; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` has no effect with `refuse`", item_keys[k]);
        }
    }
    for (int k = READY; item->kind == SIM_ANY && k <= FINISH; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` goes into each behaviour of `any`, not beside it",
                       item_keys[k]);
        }
    }
}

/* ---- items ---- */

static void read_item_map(struct sim__reader *r, const struct sim__node *node,
                          struct sim_behaviour *item)
{
    struct sim__node *v[ITEM_KEYS];
    const struct sim__node *arguments = NULL;
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    for (size_t k = 0; k < BEHAVIOURS; k++) {
        if (v[k] == NULL) {
            continue;
        }
        if (arguments != NULL) {
            sim__error(r, v[k]->at, "`%s` and `%s` in one item of a script", item_keys[item->kind],
                       item_keys[k]);
            continue;
        }
        arguments = v[k];
        item->kind = (enum sim_behaviour_kind)k;
    }
    if (arguments == NULL) {
        if (sim__all_known(node, v, ITEM_KEYS)) {
            sim__error_as(r, SIM__CODE_MISSING_KEY, node->at,
                          "this item of a script has no behaviour%s",
                          sim__hint(r, "", item_keys, BEHAVIOURS));
        }
        return;
    }
    read_arguments(r, arguments, item);
    read_modifiers(r, v, item);
    check_modifiers(r, v, item);
}

void sim__read_item(struct sim__reader *r, const struct sim__node *node, struct sim_behaviour *item)
{
    int kind;
    item->place = node->at;
    item->times = 1;
    if (node->kind == SIM__MAP) {
        read_item_map(r, node, item);
    } else if (sim__is_word(node, "steps") || sim__is_word(node, "any")) {
        sim__error_as(r, SIM__CODE_WRONG_TYPE, node->at, "`%s` needs a list: `%s: [...]`",
                      node->text, node->text);
    } else if (sim__word(r, node, SIM__WORDS("behaviour", behaviours), &kind)) {
        item->kind = (enum sim_behaviour_kind)kind;
    }
}

void sim__read_script(struct sim__reader *r, const struct sim__node *node,
                      struct sim_behaviour **ret_script, uint32_t *ret_count)
{
    if (!sim__list(r, node)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "%sthe script is empty", sim__label(r, node));
        return;
    }
    struct sim_behaviour *items = sim__arena_alloc(r->arena, node->count, sizeof(*items));
    for (uint32_t i = 0; items != NULL && i < node->count && !r->stopped; i++) {
        sim__read_item(r, node->entries[i].value, &items[i]);
    }
    *ret_script = items;
    *ret_count = items == NULL ? 0 : node->count;
}

void sim__default_script(struct sim__reader *r, struct sim_place place,
                         struct sim_behaviour **ret_script, uint32_t *ret_count)
{
    struct sim_behaviour *item = sim__arena_alloc(r->arena, 1, sizeof(*item));
    if (item != NULL) {
        *item = (struct sim_behaviour){.kind = SIM_RUN, .place = place, .times = 1};
        *ret_script = item;
        *ret_count = 1;
    }
}
