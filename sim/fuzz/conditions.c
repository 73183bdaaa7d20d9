/* States of a generated world, and what its services do about them. */
#include "internal.h"

struct sim__node *sim__fuzz_conditions(struct sim__fuzz *f)
{
    static const char *const names[SIM__FUZZ_MOST_CONDITIONS] = {"c0", "c1", "c2"};
    struct sim__node *map = sim__fuzz_map(f);
    f->condition_count = sim__fuzz_between(f, 1, SIM__FUZZ_MOST_CONDITIONS);
    for (uint32_t i = 0; i < f->condition_count; i++) {
        f->conditions[i] = names[i];
        sim__tree_put(f->arena, map, names[i], sim__fuzz_word(f, "up"));
    }
    return map;
}

/* What happens to an attempt that lives when it goes down. */
static void put_live(struct sim__fuzz *f, struct sim__node *map)
{
    static const char *const lives[] = {"none", "crash", "fail", "not-ready"};
    uint32_t live = sim__fuzz_below(f, 4);
    sim__fuzz_put(f, map, KEY(LIVE), sim__fuzz_word(f, lives[live]));
    if (live == 2 && sim__fuzz_chance(f, 30)) {
        sim__fuzz_put(f, map, KEY(ERROR), sim__fuzz_word(f, "gone"));
        sim__fuzz_put(f, map, KEY(CODE), sim__fuzz_number(f, sim__fuzz_between(f, 1, 255)));
    } else if (live == 1 && sim__fuzz_chance(f, 30)) {
        sim__fuzz_put(f, map, KEY(SIGNAL), sim__fuzz_word(f, "KILL"));
    }
}

static struct sim__node *need(struct sim__fuzz *f)
{
    static const char *const words[] = {"refuse", "run", "fail"};
    static const enum sim__key behaviours[] = {KEY(FAIL), KEY(CRASH), KEY(RUN)};
    uint32_t form = sim__fuzz_below(f, 10);
    if (form == 0) {
        return sim__fuzz_word(f, words[sim__fuzz_below(f, 3)]);
    }
    if (form < 4) {
        struct sim__node *item = sim__fuzz_item(f, SIM__FUZZ_SERVICE, SIM__FUZZ_WITHOUT_TIMES);
        put_live(f, item);
        return item;
    }
    struct sim__node *map = sim__fuzz_map(f);
    uint32_t which = sim__fuzz_below(f, 3);
    struct sim__node *argument = sim__fuzz_map(f);
    if (which < 2) {
        sim__fuzz_put(f, argument, KEY(AFTER), sim__fuzz_drawn_time(f, SIM__FUZZ_ZERO_TOO));
    }
    sim__fuzz_put(f, map, behaviours[which], argument);
    put_live(f, map);
    return map;
}

/* What is added to it does not mix with what stands here: no lengths that are drawn, no texts. */
void sim__fuzz_plain_needs(struct sim__fuzz *f, struct sim__node *service)
{
    static const char *const behaviours[] = {"run", "fail", "crash", "refuse"};
    if (f->condition_count == 0) {
        return;
    }
    const char *condition = f->conditions[sim__fuzz_below(f, f->condition_count)];
    struct sim__node *behaviour = sim__fuzz_word(f, behaviours[sim__fuzz_below(f, 4)]);
    struct sim__node *map = sim__tree_pair(f->arena, condition, behaviour);
    sim__fuzz_put(f, service, KEY(NEEDS), map);
}

void sim__fuzz_needs(struct sim__fuzz *f, struct sim__node *service)
{
    if (f->condition_count == 0 || !sim__fuzz_chance(f, 50)) {
        return;
    }
    struct sim__node *map = sim__fuzz_map(f);
    for (uint32_t i = sim__fuzz_between(f, 1, 2); i > 0; i--) {
        const char *condition = f->conditions[sim__fuzz_below(f, f->condition_count)];
        sim__tree_put(f->arena, map, condition, need(f));
    }
    sim__fuzz_put(f, service, KEY(NEEDS), map);
}

/* Down and up again, each at a later instant: a state that is set twice meets nothing. */
static void set(struct sim__fuzz *f, struct sim__node *timeline, const char *condition)
{
    static const char *const downs[] = {"down", "slow", "full"};
    uint32_t ticks = sim__fuzz_below(f, f->span);
    bool up = true;
    /* After a stall the entries that have fallen due meanwhile come in any order. */
    bool reordered = sim__fuzz_has(&f->drawn, SIM__FUZZ_STALLS) &&
                     sim__fuzz_has(&f->drawn, SIM__FUZZ_ORDER_RANDOM);
    for (uint32_t i = reordered ? 1 : sim__fuzz_between(f, 1, 6); i > 0 && ticks <= f->span; i--) {
        struct sim__node *entry = sim__fuzz_map(f);
        const char *state = up ? downs[sim__fuzz_below(f, 3)] : "up";
        sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(ticks * f->tick_ns)));
        sim__fuzz_put(f, entry, KEY(SET),
                      sim__tree_pair(f->arena, condition, sim__fuzz_word(f, state)));
        sim__fuzz_add(f, timeline, entry);
        up = !up;
        ticks += sim__fuzz_between(f, 1, f->span / 4 + 1);
    }
}

void sim__fuzz_sets(struct sim__fuzz *f, struct sim__node *timeline)
{
    for (uint32_t i = 0; i < f->condition_count; i++) {
        sim__fuzz_subject(f, "set", i);
        set(f, timeline, f->conditions[i]);
    }
}
