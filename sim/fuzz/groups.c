/* The supervisor of a generated scenario and its groups. */
#include "internal.h"

static void put_strategy(struct sim__fuzz *f, struct sim__node *map, uint32_t percent)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_ALL, percent)) {
        sim__fuzz_put(f, map, KEY(STRATEGY), sim__fuzz_word(f, "one-for-all"));
        sim__fuzz_pace_bond(f)->strategy = SIM__FUZZ_ALL_OF_IT;
    } else if (sim__fuzz_shows(f, SIM__FUZZ_REST, percent)) {
        sim__fuzz_put(f, map, KEY(STRATEGY), sim__fuzz_word(f, "rest-for-one"));
        sim__fuzz_pace_bond(f)->strategy = SIM__FUZZ_THOSE_BEHIND;
    }
}

/* Of a few restarts in a short time an entry is often exactly as old as its window; of many
 * in a long one it lasts. */
enum window { WIDE, NARROW };
#define NARROW_MOST 6u

static void put_limit(struct sim__fuzz *f, struct sim__node *map, uint32_t most, enum window window)
{
    static const char *const thens[] = {"escalate", "terminate", "quarantine"};
    struct sim__node *limit = sim__fuzz_map(f);
    uint32_t low = window == NARROW ? 1 : most / 4;
    uint32_t max = sim__fuzz_between(f, low, window == NARROW ? NARROW_MOST : most);
    uint64_t within =
        window == NARROW ? sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO) : sim__fuzz_long(f);
    sim__fuzz_put(f, limit, KEY(MAX), sim__fuzz_number(f, max));
    sim__fuzz_put(f, limit, KEY(WITHIN), sim__fuzz_within(f, SUP_NS(within)));
    uint32_t first = sim__fuzz_has(&f->drawn, SIM__FUZZ_ESCALATE) ? 0 : 1;
    sim__fuzz_put(f, limit, KEY(THEN), sim__fuzz_word(f, thens[sim__fuzz_between(f, first, 2)]));
    sim__fuzz_put(f, map, KEY(RESTART_LIMIT), limit);
    sim__fuzz_pace_bond(f)->limit = (struct sim__fuzz_gate){within, max};
}

static struct sim__node *group(struct sim__fuzz *f, uint32_t index)
{
    struct sim__node *map = sim__fuzz_map(f);
    bool nests = f->group_count > 0 && sim__fuzz_shows(f, SIM__FUZZ_NESTED, 60);
    uint32_t parent = nests ? sim__fuzz_below(f, f->group_count) : SIM__FUZZ_MOST_GROUPS;
    struct sim__node *name = nests ? sim__fuzz_numbered(f, f->groups[parent], ".g", index)
                                   : sim__fuzz_numbered(f, "g", "", index);
    if (name != NULL) {
        f->groups[f->group_count++] = name->text;
    }
    sim__fuzz_put(f, map, KEY(NAME), name);
    sim__fuzz_pace_group(f, SIM__FUZZ_GROUP(index));
    put_strategy(f, map, 40);
    if (sim__fuzz_shows(f, SIM__FUZZ_GROUP_LIMITS, 50)) {
        enum window window = sim__fuzz_chance(f, 50) ? NARROW : WIDE;
        put_limit(f, map, 40, window);
    }
    sim__fuzz_tree(f, map, index, parent);
    return map;
}

static struct sim__node *groups(struct sim__fuzz *f)
{
    struct sim__node *list = sim__tree_list(f->arena);
    bool some = sim__fuzz_has(&f->drawn, SIM__FUZZ_GROUPS);
    uint32_t count = some ? sim__fuzz_between(f, 1, SIM__FUZZ_MOST_GROUPS) : 0;
    for (uint32_t i = 0; i < count; i++) {
        sim__fuzz_subject(f, "group", i);
        sim__fuzz_add(f, list, group(f, i));
    }
    sim__fuzz_brittle_groups(f, list);
    return list;
}

static struct sim__node *shutdown(struct sim__fuzz *f)
{
    struct sim__node *map = sim__fuzz_map(f);
    f->longest.drain_ns = sim__fuzz_drain(f);
    sim__fuzz_put(f, map, KEY(TIMEOUT), sim__fuzz_time(f, SUP_NS(f->longest.drain_ns)));
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_REVERSE)) {
        sim__fuzz_put(f, map, KEY(ORDER), sim__fuzz_word(f, "reverse"));
    }
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_NO_ABORT)) {
        sim__fuzz_put(f, map, KEY(ABORT), sim__fuzz_word(f, "false"));
    }
    return map;
}

/* Where grains and polls begin. */
static void put_clock(struct sim__fuzz *f, struct sim__node *map)
{
    sim__fuzz_subject(f, "clock", 0);
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_CLOCK)) {
        struct sup_duration clock = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
        sim__fuzz_put(f, map, KEY(CLOCK), sim__fuzz_time(f, clock));
    }
}

struct sim__node *sim__fuzz_supervisor(struct sim__fuzz *f)
{
    struct sim__node *map = sim__fuzz_map(f);
    sim__fuzz_subject(f, "supervisor", 0);
    sim__fuzz_put(f, map, KEY(SHUTDOWN), shutdown(f));
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_BLOCKING)) {
        sim__fuzz_put(f, map, KEY(BLOCKING_POOL), sim__fuzz_number(f, sim__fuzz_between(f, 1, 6)));
    }
    put_strategy(f, map, 10);
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_ROOT_LIMIT)) {
        uint32_t most = sim__fuzz_chance(f, 30) ? 112 : 400;
        put_limit(f, map, most, WIDE);
    }
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_REPLACE)) {
        sim__fuzz_put(f, map, KEY(ON_DUPLICATE), sim__fuzz_word(f, "replace"));
    }
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_ORDER_RANDOM)) {
        sim__fuzz_put(f, map, KEY(ORDER), sim__fuzz_word(f, "random"));
    }
    struct sim__node *list = groups(f);
    if (f->brittle_falls) {
        sim__fuzz_pace_group(f, 0);
        put_limit(f, map, 4, WIDE);
    }
    if (list != NULL && list->count > 0) {
        sim__fuzz_put(f, map, KEY(GROUPS), list);
    }
    put_clock(f, map);
    return map;
}
