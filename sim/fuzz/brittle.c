/* Groups in which things go wrong together.
 *
 * A chain of groups, one inside the other, whose limits are small and mostly escalate, with
 * members that fail and refuse alike and take their time to stop; and operators who do not wait
 * for that. Incidents meet incidents there: a limit is exhausted while the one inside has its
 * restart under way, somebody starts in a group that is being ended, a refusal waits to be
 * told. Of services that are drawn one by one hardly any come to that.
 */
#include "internal.h"

#define COUNT(words) ((uint32_t)(sizeof(words) / sizeof((words)[0])))

/* ---- groups ---- */

static struct sim__node *limit(struct sim__fuzz *f)
{
    static const char *const thens[] = {"escalate", "escalate", "escalate", "terminate",
                                        "quarantine"};
    struct sim__node *map = sim__fuzz_map(f);
    uint32_t max = sim__fuzz_between(f, sim__fuzz_chance(f, 30) ? 0 : 1, f->brittle_falls ? 1 : 3);
    bool narrow = sim__fuzz_chance(f, 60);
    uint64_t within = narrow ? sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO) : sim__fuzz_long(f);
    sim__fuzz_put(f, map, KEY(MAX), sim__fuzz_number(f, max));
    sim__fuzz_put(f, map, KEY(WITHIN), sim__fuzz_time(f, SUP_NS(within)));
    sim__fuzz_pace_bond(f)->limit = (struct sim__fuzz_gate){within, max};
    uint32_t then = f->brittle_falls ? 0 : sim__fuzz_below(f, COUNT(thens));
    sim__fuzz_put(f, map, KEY(THEN), sim__fuzz_word(f, thens[then]));
    return map;
}

void sim__fuzz_brittle_groups(struct sim__fuzz *f, struct sim__node *groups)
{
    static const char *const names[] = {"k", "k.k", "k.k.k", "k.k.k.k"};
    static const char *const strategies[] = {"one-for-all", "one-for-all", "rest-for-one"};
    sim__fuzz_subject(f, "brittle", 0);
    if (!sim__fuzz_has(&f->drawn, SIM__FUZZ_BRITTLE)) {
        return;
    }
    f->brittle_falls = sim__fuzz_chance(f, 8);
    if (f->brittle_falls) {
        /* Not while services are still being registered, which would meet the end of all. */
        sim__fuzz_off(&f->drawn, SIM__FUZZ_REFUSE);
        sim__fuzz_off(&f->drawn, SIM__FUZZ_ZEROES);
    }
    f->brittle_count = sim__fuzz_between(f, 2, SIM__FUZZ_MOST_BRITTLE);
    for (uint32_t i = 0; i < f->brittle_count; i++) {
        struct sim__node *map = sim__fuzz_map(f);
        uint32_t which = f->brittle_falls ? 0 : sim__fuzz_below(f, COUNT(strategies));
        f->brittle[i] = names[i];
        sim__fuzz_put(f, map, KEY(NAME), sim__fuzz_word(f, names[i]));
        sim__fuzz_put(f, map, KEY(STRATEGY), sim__fuzz_word(f, strategies[which]));
        sim__fuzz_pace_group(f, SIM__FUZZ_BRITTLE_GROUP(i));
        sim__fuzz_pace_bond(f)->strategy = which < 2 ? SIM__FUZZ_ALL_OF_IT : SIM__FUZZ_THOSE_BEHIND;
        if (sim__fuzz_chance(f, 85)) {
            sim__fuzz_put(f, map, KEY(RESTART_LIMIT), limit(f));
        }
        sim__fuzz_add(f, groups, map);
    }
}

/* ---- members ---- */

static struct sim__node *behaving(struct sim__fuzz *f, enum sim__key behaviour)
{
    struct sim__node *item = sim__fuzz_map(f);
    struct sim__node *argument = sim__fuzz_map(f);
    sim__fuzz_pace_behaviour(f);
    sim__fuzz_put(f, argument, KEY(AFTER), sim__fuzz_drawn_time(f, SIM__FUZZ_ABOVE_ZERO));
    sim__fuzz_put(f, item, behaviour, argument);
    sim__fuzz_pace_end(f, behaviour == KEY(FAIL) ? SIM__FUZZ_FAILS : SIM__FUZZ_GOES_ON);
    sim__fuzz_pace_item(f, 1);
    return item;
}

/* It goes on, and does not end at once when it is stopped. */
static struct sim__node *lingering(struct sim__fuzz *f, enum sim__key behaviour)
{
    struct sim__node *item = sim__fuzz_map(f);
    struct sim__node *argument = sim__fuzz_map(f);
    sim__fuzz_pace_behaviour(f);
    if (behaviour == KEY(FAIL)) {
        f->pace.length_ns = sim__fuzz_long(f);
        sim__fuzz_put(f, argument, KEY(AFTER), sim__fuzz_time(f, SUP_NS(f->pace.length_ns)));
    }
    sim__fuzz_put(f, item, behaviour, argument);
    sim__fuzz_pace_end(f, behaviour == KEY(FAIL) ? SIM__FUZZ_FAILS : SIM__FUZZ_GOES_ON);
    sim__fuzz_pace_item(f, 1);
    if (sim__fuzz_chance(f, 70)) {
        sim__fuzz_put(f, item, KEY(STOP_AFTER), sim__fuzz_drawn_time(f, SIM__FUZZ_ABOVE_ZERO));
    } else {
        sim__fuzz_put(f, item, KEY(IGNORE_CANCEL), sim__fuzz_word(f, "true"));
    }
    return item;
}

static struct sim__node *script(struct sim__fuzz *f)
{
    struct sim__node *list = sim__tree_list(f->arena);
    sim__fuzz_add(f, list,
                  sim__fuzz_chance(f, 50) ? behaving(f, KEY(FAIL)) : lingering(f, KEY(FAIL)));
    if (f->brittle_falls || sim__fuzz_chance(f, 60)) {
        struct sim__node *refusing = sim__fuzz_map(f);
        sim__fuzz_put(f, refusing, KEY(REFUSE), sim__fuzz_map(f));
        uint32_t times = f->brittle_falls ? 8 : sim__fuzz_between(f, 1, 3);
        sim__fuzz_put(f, refusing, KEY(TIMES), sim__fuzz_number(f, times));
        sim__fuzz_pace_behaviour(f);
        sim__fuzz_pace_end(f, SIM__FUZZ_REFUSES);
        sim__fuzz_pace_item(f, times);
        sim__fuzz_add(f, list, refusing);
    }
    sim__fuzz_add(f, list, lingering(f, sim__fuzz_chance(f, 60) ? KEY(FAIL) : KEY(RUN)));
    return list;
}

static struct sim__node *member(struct sim__fuzz *f, uint32_t group)
{
    struct sim__node *service = sim__fuzz_map(f);
    sim__fuzz_pace_begin(f);
    sim__fuzz_put(f, service, KEY(NAME), sim__fuzz_word(f, ""));
    sim__fuzz_put(f, service, KEY(GROUP), sim__fuzz_word(f, f->brittle[group]));
    sim__fuzz_pace_group(f, SIM__FUZZ_BRITTLE_GROUP(group));
    if (!sim__fuzz_shows(f, SIM__FUZZ_DEFAULTS, 30)) {
        sim__fuzz_policy(f, service);
    }
    sim__fuzz_liveness(f, service);
    sim__fuzz_put(f, service, KEY(SCRIPT), script(f));
    return service;
}

/* The inner ones have more of them. */
uint32_t sim__fuzz_brittle_services(struct sim__fuzz *f, struct sim__node *services)
{
    uint32_t made = 0;
    for (uint32_t i = 0; i < f->brittle_count; i++) {
        sim__fuzz_subject(f, "brittle member", i);
        struct sim__node *service = member(f, i);
        uint32_t count = sim__fuzz_between(f, 2, 3);
        struct sim__node *name = sim__fuzz_numbered(f, "k", "", i);
        struct sim__node *all = name == NULL ? NULL : sim__fuzz_joined(f, name->text, "-*");
        sim__fuzz_put(f, service, KEY(NAME), name);
        sim__fuzz_put(f, service, KEY(COUNT), sim__fuzz_number(f, count));
        sim__fuzz_add(f, services, service);
        f->brittle_names[i] = all == NULL ? "" : all->text;
        sim__fuzz_pace_service(f, count);
        made += count;
    }
    return made;
}

/* ---- what is done to them ---- */

static void put_any_result(struct sim__fuzz *f, struct sim__node *entry)
{
    sim__fuzz_put(f, entry, KEY(EXPECT), sim__fuzz_pair(f, KEY(RESULT), sim__fuzz_word(f, "any")));
}

static void add_act(struct sim__fuzz *f, struct sim__node *timeline, struct sup_instant at,
                    struct sim__node *act)
{
    struct sim__node *entry = sim__fuzz_map(f);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(at.ns)));
    if (act != NULL && act->count > 0) {
        sim__fuzz_put(f, entry, act->entries[0].id, act->entries[0].value);
    }
    put_any_result(f, entry);
    sim__fuzz_add(f, timeline, entry);
    f->end_ns = at.ns > f->end_ns ? at.ns : f->end_ns;
}

static struct sim__node *spawning(struct sim__fuzz *f, const char *group, enum sim__key behaviour)
{
    struct sim__node *service = sim__fuzz_map(f), *list = sim__tree_list(f->arena);
    sim__fuzz_pace_begin(f);
    sim__fuzz_put(f, service, KEY(NAME), sim__fuzz_word(f, "y9"));
    sim__fuzz_put(f, service, KEY(GROUP), sim__fuzz_word(f, group));
    sim__fuzz_policy(f, service);
    sim__fuzz_add(f, list,
                  behaviour == KEY(NONE) ? behaving(f, KEY(FAIL)) : lingering(f, behaviour));
    sim__fuzz_put(f, service, KEY(SCRIPT), list);
    return sim__fuzz_pair(f, KEY(SPAWN), service);
}

/* One takes the place of another, which takes its time, and then nobody wants either. */
static void add_succession(struct sim__fuzz *f, struct sim__node *timeline)
{
    const char *group = f->brittle[sim__fuzz_below(f, f->brittle_count)];
    uint64_t at = sim__fuzz_instant(f);
    uint64_t gap = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    add_act(f, timeline, (struct sup_instant){at}, spawning(f, group, KEY(RUN)));
    add_act(f, timeline, (struct sup_instant){at + gap}, spawning(f, group, KEY(RUN)));
    gap += f->tick_ns * sim__fuzz_below(f, 2);
    add_act(f, timeline, (struct sup_instant){at + gap},
            sim__fuzz_pair(f, KEY(CANCEL_GROUP), sim__fuzz_word(f, group)));
}

/* Again and again, also while their group is being ended. */
static void add_revivals(struct sim__fuzz *f, struct sim__node *timeline)
{
    const char *names = f->brittle_names[sim__fuzz_below(f, f->brittle_count)];
    struct sim__node *entry = sim__fuzz_map(f);
    uint64_t every = sim__fuzz_long(f) + f->span / 16 * f->tick_ns;
    sim__fuzz_put(f, entry, KEY(EVERY), sim__fuzz_time(f, SUP_NS(every)));
    sim__fuzz_put(f, entry, KEY(FROM),
                  sim__fuzz_time(f, SUP_NS(sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO))));
    sim__fuzz_put(f, entry, KEY(TO), sim__fuzz_time(f, SUP_NS(f->span * f->tick_ns)));
    sim__fuzz_put(f, entry, KEY(RESTART), sim__fuzz_word(f, names));
    put_any_result(f, entry);
    sim__fuzz_add(f, timeline, entry);
}

void sim__fuzz_brittle_acts(struct sim__fuzz *f, struct sim__node *timeline)
{
    static const enum sim__key commands[] = {KEY(RESTART), KEY(RESTART), KEY(RESUME), KEY(PAUSE),
                                             KEY(ABORT),   KEY(FAIL),    KEY(FAIL),   KEY(CRASH)};
    if (f->brittle_count == 0) {
        return;
    }
    sim__fuzz_subject(f, "brittle acts", 0);
    for (uint32_t i = sim__fuzz_between(f, 1, 3); i > 0; i--) {
        add_revivals(f, timeline);
    }
    for (uint32_t i = sim__fuzz_between(f, 2, 8); i > 0; i--) {
        uint64_t at = sim__fuzz_instant(f);
        const char *names = f->brittle_names[sim__fuzz_below(f, f->brittle_count)];
        enum sim__key command = commands[sim__fuzz_below(f, COUNT(commands))];
        add_act(f, timeline, (struct sup_instant){at},
                sim__fuzz_pair(f, command, sim__fuzz_word(f, names)));
    }
    for (uint32_t i = sim__fuzz_between(f, 0, 3); i > 0; i--) {
        uint64_t at = sim__fuzz_instant(f);
        const char *group = f->brittle[sim__fuzz_below(f, f->brittle_count)];
        add_act(f, timeline, (struct sup_instant){at}, spawning(f, group, KEY(NONE)));
    }
    if (sim__fuzz_chance(f, 40)) {
        add_succession(f, timeline);
    }
}
