/* What operators and the world do to the services of a generated scenario. */
#include <string.h>

#include "internal.h"

static const enum sim__key commands[] = {KEY(PAUSE),   KEY(RESUME), KEY(QUARANTINE), KEY(RESTART),
                                         KEY(RESTART), KEY(CANCEL), KEY(ABORT)};
static const enum sim__key ends[] = {KEY(FAIL), KEY(CRASH), KEY(SUCCEED)};
static const enum sim__key reports[] = {KEY(READY), KEY(NOT_READY), KEY(BEAT)};
#define COUNT(words) ((uint32_t)(sizeof(words) / sizeof((words)[0])))

/* ---- whom it means ---- */

static struct sim__node *names(struct sim__fuzz *f)
{
    if (f->name_count == 0 || sim__fuzz_chance(f, 5)) {
        return sim__fuzz_word(f, "*");
    }
    if (f->recent != NULL && sim__fuzz_shows(f, SIM__FUZZ_INSIST, 40)) {
        return sim__fuzz_word(f, f->recent);
    }
    if (sim__fuzz_chance(f, 80)) {
        f->recent = f->names[sim__fuzz_below(f, f->name_count)];
        return sim__fuzz_word(f, f->recent);
    }
    struct sim__node *list = sim__tree_list(f->arena);
    for (uint32_t i = sim__fuzz_between(f, 2, 4); i > 0; i--) {
        sim__fuzz_add(f, list, sim__fuzz_word(f, f->names[sim__fuzz_below(f, f->name_count)]));
    }
    return list;
}

static struct sim__node *target(struct sim__fuzz *f)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_CHOSEN, 25)) {
        return names(f);
    }
    struct sim__node *map = sim__fuzz_map(f);
    if (sim__fuzz_chance(f, 50)) {
        sim__fuzz_put(f, map, KEY(ONE_OF), names(f));
    } else {
        sim__fuzz_put(f, map, KEY(SOME), sim__fuzz_number(f, sim__fuzz_between(f, 1, 4)));
        sim__fuzz_put(f, map, KEY(OF), names(f));
    }
    return map;
}

/* ---- what is done ---- */

static void put_any_result(struct sim__fuzz *f, struct sim__node *entry)
{
    sim__fuzz_put(f, entry, KEY(EXPECT), sim__fuzz_pair(f, KEY(RESULT), sim__fuzz_word(f, "any")));
}

/* What an action is done to; with OF_ALL it is the end of most of what happens. */
enum reach { ONE_BY_ONE, AS_A_WHOLE, OF_ALL };

static bool ends_all(enum sim__key command, const struct sim__node *whom)
{
    static const enum sim__key those[] = {KEY(PAUSE), KEY(QUARANTINE), KEY(CANCEL), KEY(ABORT)};
    for (uint32_t i = 0; i < COUNT(those); i++) {
        if (command == those[i]) {
            return whom != NULL && whom->kind == SIM__SCALAR && strcmp(whom->text, "*") == 0;
        }
    }
    return false;
}

/* Not everybody is removed: that all have settled could not be asked of nobody. */
static enum reach put_command(struct sim__fuzz *f, struct sim__node *entry)
{
    uint32_t which = sim__fuzz_below(f, COUNT(commands) + 1);
    if (sim__fuzz_chance(f, 10)) {
        sim__fuzz_put(f, entry, KEY(WHO), sim__fuzz_word(f, "ops"));
        sim__fuzz_put(f, entry, KEY(WHY), sim__fuzz_word(f, "by hand"));
    }
    if (which < COUNT(commands)) {
        struct sim__node *whom = target(f);
        if (which == 4 && sim__fuzz_has(&f->drawn, SIM__FUZZ_FORGET)) { /* a restart more */
            sim__fuzz_put(f, entry, KEY(FORGET), whom);
            return ONE_BY_ONE;
        }
        sim__fuzz_put(f, entry, commands[which], whom);
        return ends_all(commands[which], whom) ? OF_ALL : ONE_BY_ONE;
    }
    if (f->name_count > 0) {
        const char *name = f->names[sim__fuzz_below(f, f->name_count)];
        sim__fuzz_put(f, entry, KEY(REMOVE), sim__fuzz_word(f, name));
    } else {
        sim__fuzz_put(f, entry, KEY(RESTART), target(f));
    }
    return ONE_BY_ONE;
}

static void put_group_command(struct sim__fuzz *f, struct sim__node *entry)
{
    const char *group =
        f->group_count > 0 ? f->groups[sim__fuzz_below(f, f->group_count)] : "runtime";
    /* Behind the cancellation of everybody nothing more would happen. */
    bool cancel = sim__fuzz_chance(f, f->group_count > 0 ? 40 : 5);
    sim__fuzz_put(f, entry, cancel ? KEY(CANCEL_GROUP) : KEY(FORCE_ABORT),
                  sim__fuzz_word(f, group));
}

static void put_wait(struct sim__fuzz *f, struct sim__node *entry)
{
    if (sim__fuzz_chance(f, 40)) {
        sim__fuzz_put(f, entry, KEY(JOIN), names(f));
        return;
    }
    struct sim__node *wait = sim__fuzz_map(f);
    if (f->group_count > 0 && sim__fuzz_chance(f, 70)) {
        const char *group = f->groups[sim__fuzz_below(f, f->group_count)];
        sim__fuzz_put(f, wait, KEY(GROUP), sim__fuzz_word(f, group));
    }
    sim__fuzz_put(f, wait, KEY(TIMEOUT), sim__fuzz_time(f, SUP_NS(sim__fuzz_long(f))));
    sim__fuzz_put(f, entry, KEY(WAIT_IDLE), wait);
}

static void put_refusals(struct sim__fuzz *f, struct sim__node *entry)
{
    struct sim__node *map = sim__fuzz_map(f);
    sim__fuzz_put(f, map, KEY(SERVICE), target(f));
    sim__fuzz_put(f, map, KEY(TIMES), sim__fuzz_number(f, sim__fuzz_between(f, 1, 3)));
    sim__fuzz_put(f, entry, KEY(REFUSE_STARTS), map);
}

/* How an attempt is said to have ended. */
static void put_end(struct sim__fuzz *f, struct sim__node *entry, enum sim__key end)
{
    if (!sim__fuzz_chance(f, 25)) {
        return;
    }
    if (end == KEY(FAIL)) {
        sim__fuzz_put(f, entry, KEY(ERROR), sim__fuzz_word(f, "pulled the plug"));
        sim__fuzz_put(f, entry, KEY(CODE), sim__fuzz_number(f, sim__fuzz_between(f, 1, 255)));
    } else if (end == KEY(CRASH)) {
        sim__fuzz_put(f, entry, KEY(SIGNAL), sim__fuzz_number(f, sim__fuzz_between(f, 1, 15)));
    }
}

static enum reach put_action(struct sim__fuzz *f, struct sim__node *entry)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_COMMANDS, 35)) {
        return put_command(f, entry);
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_GROUP_COMMANDS, 8)) {
        put_group_command(f, entry);
        return OF_ALL;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_WAITS, 15)) {
        put_wait(f, entry);
        return AS_A_WHOLE;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_REFUSALS, 20)) {
        put_refusals(f, entry);
        return ONE_BY_ONE;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_REPORTS, 30)) {
        enum sim__key report = reports[sim__fuzz_below(f, COUNT(reports))];
        sim__fuzz_put(f, entry, report, target(f));
        return ONE_BY_ONE;
    }
    uint32_t end = sim__fuzz_has(&f->drawn, SIM__FUZZ_ENDS) ? sim__fuzz_below(f, COUNT(ends)) : 0;
    sim__fuzz_put(f, entry, ends[end], target(f));
    put_end(f, entry, ends[end]);
    return ONE_BY_ONE;
}

struct sim__node *sim__fuzz_action(struct sim__fuzz *f)
{
    struct sim__node *entry = sim__fuzz_map(f);
    (void)put_action(f, entry);
    put_any_result(f, entry);
    return entry;
}

/* ---- when ---- */

static void note_end(struct sim__fuzz *f, struct sup_instant at)
{
    f->end_ns = at.ns > f->end_ns ? at.ns : f->end_ns;
}

/* Service after service, until the end of the span: when it begins. */
static uint64_t put_roll(struct sim__fuzz *f, struct sim__node *entry, struct sup_instant at)
{
    uint64_t steps = f->drawn.services + SIM__FUZZ_SPAWNED;
    uint64_t each = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    uint64_t most = f->span / 2 / steps * f->tick_ns;
    each = each <= most ? each : most;
    each = each > 0 ? each : f->tick_ns;
    uint64_t latest = f->span * f->tick_ns;
    latest = latest > each * steps ? latest - each * steps : 0;
    uint64_t begin = at.ns < latest ? at.ns : latest;
    sim__fuzz_put(f, entry, KEY(EACH), sim__fuzz_time(f, SUP_NS(each)));
    note_end(f, (struct sup_instant){begin + each * steps});
    return begin;
}

/* Of the span, as every instant is: what is done behind it would meet those that are to settle. */
static struct sim__node *open_instant(struct sim__fuzz *f, struct sup_instant at)
{
    static const enum sim__key ways[] = {KEY(UNIFORM), KEY(PICK), KEY(ANY)};
    uint64_t other = sim__fuzz_instant(f);
    uint64_t low = at.ns < other ? at.ns : other;
    struct sim__node *list = sim__tree_list(f->arena);
    if (at.ns == other) {
        return sim__fuzz_time(f, SUP_NS(other));
    }
    note_end(f, (struct sup_instant){other});
    sim__fuzz_add(f, list, sim__fuzz_time(f, SUP_NS(low)));
    sim__fuzz_add(f, list, sim__fuzz_time(f, SUP_NS(at.ns + other - low)));
    return sim__fuzz_pair(f, ways[sim__fuzz_below(f, COUNT(ways))], list);
}

static struct sim__node *open_period(struct sim__fuzz *f, struct sup_duration every)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_OPEN, 25)) {
        return sim__fuzz_time(f, every);
    }
    struct sim__node *list = sim__tree_list(f->arena);
    bool spread = sim__fuzz_chance(f, 50);
    sim__fuzz_add(f, list, sim__fuzz_time(f, every));
    sim__fuzz_add(f, list, sim__fuzz_time(f, SUP_NS(2 * every.ns)));
    return sim__fuzz_pair(f, spread ? KEY(UNIFORM) : KEY(PICK), list);
}

/* Of the last quarter of the span. */
static uint64_t late_instant(struct sim__fuzz *f)
{
    return (f->span - sim__fuzz_below(f, f->span / 4 + 1)) * f->tick_ns;
}

static void put_when(struct sim__fuzz *f, struct sim__node *entry, enum reach reach)
{
    bool late = reach == OF_ALL && sim__fuzz_chance(f, 90);
    uint64_t at = late ? late_instant(f) : sim__fuzz_instant(f);
    note_end(f, (struct sup_instant){at});
    if (!late && sim__fuzz_shows(f, SIM__FUZZ_OPEN, 25)) {
        sim__fuzz_put(f, entry, KEY(AT), open_instant(f, (struct sup_instant){at}));
        return;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_REPEATS, 20)) {
        uint32_t left = f->span - (uint32_t)(at / f->tick_ns);
        uint64_t to = at + f->tick_ns * sim__fuzz_between(f, 0, left);
        uint64_t every = sim__fuzz_long(f);
        sim__fuzz_put(f, entry, KEY(EVERY), open_period(f, SUP_NS(every)));
        sim__fuzz_put(f, entry, KEY(FROM), sim__fuzz_time(f, SUP_NS(at)));
        sim__fuzz_put(f, entry, KEY(TO), sim__fuzz_time(f, SUP_NS(to)));
        note_end(f, (struct sup_instant){to});
        return;
    }
    if (reach == ONE_BY_ONE && sim__fuzz_shows(f, SIM__FUZZ_ROLLS, 20)) {
        at = put_roll(f, entry, (struct sup_instant){at});
    }
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(at)));
}

static struct sim__node *acting(struct sim__fuzz *f)
{
    struct sim__node *entry = sim__fuzz_map(f);
    struct sim__node *action = sim__fuzz_map(f);
    enum reach reach = put_action(f, action);
    put_when(f, entry, reach);
    for (uint32_t i = 0; action != NULL && i < action->count; i++) {
        sim__fuzz_put(f, entry, action->entries[i].id, action->entries[i].value);
    }
    put_any_result(f, entry);
    return entry;
}

/* One of two entries, or of an entry and nothing. */
static struct sim__node *open_entry(struct sim__fuzz *f)
{
    struct sim__node *list = sim__tree_list(f->arena);
    sim__fuzz_add(f, list, acting(f));
    sim__fuzz_add(f, list, sim__fuzz_chance(f, 50) ? acting(f) : sim__fuzz_word(f, "nothing"));
    return sim__fuzz_pair(f, KEY(ANY), list);
}

/* ---- what is not done to services that are there ---- */

/* Also of a name that may be there. */
static struct sim__node *spawning(struct sim__fuzz *f, uint32_t index)
{
    enum sim__fuzz_kind kind;
    uint64_t at = sim__fuzz_instant(f);
    struct sim__node *entry = sim__fuzz_map(f);
    struct sim__node *service = sim__fuzz_service(f, &kind);
    const char *letter = kind == SIM__FUZZ_POOLED ? "b" : "x";
    struct sim__node *name = sim__fuzz_numbered(f, letter, "9", index % 3);
    sim__fuzz_put(f, service, KEY(NAME), name);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(at)));
    sim__fuzz_put(f, entry, KEY(SPAWN), service);
    put_any_result(f, entry);
    if (name != NULL) {
        sim__fuzz_keep_name(f, name->text);
    }
    note_end(f, (struct sup_instant){at});
    return entry;
}

static struct sim__node *stalling(struct sim__fuzz *f)
{
    struct sim__node *entry = sim__fuzz_map(f);
    uint64_t at = sim__fuzz_instant(f);
    uint64_t stall = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(at)));
    sim__fuzz_put(f, entry, KEY(STALL), sim__fuzz_time(f, SUP_NS(stall)));
    f->longest.stall_ns += stall;
    note_end(f, (struct sup_instant){at + stall});
    return entry;
}

static void add_command(struct sim__fuzz *f, struct sim__node *timeline, struct sup_instant at,
                        struct sim__node *command)
{
    struct sim__node *entry = sim__fuzz_map(f);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(at.ns)));
    if (command != NULL && command->count > 0) {
        sim__fuzz_put(f, entry, command->entries[0].id, command->entries[0].value);
    }
    put_any_result(f, entry);
    sim__fuzz_add(f, timeline, entry);
    note_end(f, at);
}

/* Two commands to the same services, the second while the first is under way: at once, a tick
 * later, or when an attempt that does not end may have been given up. */
static void add_followed(struct sim__fuzz *f, struct sim__node *timeline, uint32_t index)
{
    static const enum sim__key pairs[][2] = {
        {KEY(REMOVE), KEY(ABORT)},    {KEY(REMOVE), KEY(ABORT)},   {KEY(REMOVE), KEY(ABORT)},
        {KEY(PAUSE), KEY(RESUME)},    {KEY(PAUSE), KEY(RESUME)},   {KEY(PAUSE), KEY(ABORT)},
        {KEY(RESTART), KEY(PAUSE)},   {KEY(RESTART), KEY(CANCEL)}, {KEY(QUARANTINE), KEY(RESUME)},
        {KEY(CANCEL), KEY(RESTART)},  {KEY(ABORT), KEY(RESTART)},  {KEY(CANCEL), KEY(RESTART)},
        {KEY(QUARANTINE), KEY(ABORT)}};
    if (f->name_count == 0) {
        return;
    }
    uint32_t pair = sim__fuzz_below(f, COUNT(pairs));
    const char *name = f->names[sim__fuzz_below(f, f->name_count)];
    uint64_t at = sim__fuzz_instant(f), gap = 0;
    for (uint32_t lengths = sim__fuzz_below(f, 4); lengths > 0; lengths--) {
        gap += lengths == 1 ? f->tick_ns : sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    }
    const enum sim__key *words = pairs[pair];
    add_command(f, timeline, (struct sup_instant){at},
                sim__fuzz_pair(f, words[0], sim__fuzz_word(f, name)));
    add_command(f, timeline, (struct sup_instant){at + gap},
                sim__fuzz_pair(f, words[1], sim__fuzz_word(f, name)));
    if (pair < 3 && sim__fuzz_chance(f, 70)) {
        /* A name keeps its slot: what the one before waited for is still to come there. */
        bool several = strchr(name, '*') != NULL;
        struct sim__node *again =
            several ? sim__fuzz_numbered(f, "z", "", index) : sim__fuzz_word(f, name);
        gap += sim__fuzz_below(f, 3) * f->tick_ns;
        add_command(f, timeline, (struct sup_instant){at + gap},
                    sim__fuzz_pair(f, KEY(SPAWN), sim__fuzz_plain(f, again)));
    }
}

static void add_shutdown(struct sim__fuzz *f, struct sim__node *timeline)
{
    struct sim__node *entry = sim__fuzz_map(f);
    struct sim__node *how = sim__fuzz_map(f);
    /* Late, since little happens behind it. */
    uint32_t early = sim__fuzz_chance(f, 75) ? sim__fuzz_between(f, 1, f->span / 4) : 0;
    uint64_t at = (f->span - early) * f->tick_ns;
    uint64_t timeout = sim__fuzz_drain(f);
    bool met = timeout > f->tick_ns && early > 0 && sim__fuzz_chance(f, 75);
    if (met) {
        /* Whose stop began before may be late in the very instant in which all are. */
        static const enum sim__key stops[] = {KEY(CANCEL), KEY(PAUSE), KEY(RESTART)};
        struct sim__node *names = sim__fuzz_word(f, sim__fuzz_chance(f, 70) ? "*" : "anchor");
        add_command(f, timeline, (struct sup_instant){at},
                    sim__fuzz_pair(f, stops[sim__fuzz_below(f, 3)], names));
        at += f->tick_ns;
        timeout -= f->tick_ns;
    }
    if (met || sim__fuzz_chance(f, 40)) {
        f->longest.drain_ns = timeout > f->longest.drain_ns ? timeout : f->longest.drain_ns;
        sim__fuzz_put(f, how, KEY(TIMEOUT), sim__fuzz_time(f, SUP_NS(timeout)));
    }
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(at)));
    sim__fuzz_put(f, entry, KEY(SHUTDOWN), how);
    put_any_result(f, entry);
    sim__fuzz_add(f, timeline, entry);
    note_end(f, (struct sup_instant){at});
}

struct sim__node *sim__fuzz_entry(struct sim__fuzz *f)
{
    switch (sim__fuzz_below(f, 12)) {
    case 0:
        return spawning(f, sim__fuzz_below(f, 3));
    case 1:
        return stalling(f);
    case 2:
        return open_entry(f);
    default:
        return acting(f);
    }
}

struct sim__node *sim__fuzz_timeline(struct sim__fuzz *f)
{
    struct sim__node *timeline = sim__tree_list(f->arena);
    sim__fuzz_sets(f, timeline);
    sim__fuzz_subject(f, "world", 0);
    for (uint32_t i = sim__fuzz_has(&f->drawn, SIM__FUZZ_SPAWNS) ? 4 : 0; i > 0; i--) {
        sim__fuzz_add(f, timeline, spawning(f, i));
    }
    for (uint32_t i = sim__fuzz_has(&f->drawn, SIM__FUZZ_STALLS) ? 3 : 0; i > 0; i--) {
        sim__fuzz_add(f, timeline, stalling(f));
    }
    sim__fuzz_subject(f, "acts", 0);
    uint32_t acts = sim__fuzz_between(f, 0, 24);
    for (uint32_t i = 0; i < acts; i++) {
        sim__fuzz_subject(f, "act", i);
        bool open = sim__fuzz_shows(f, SIM__FUZZ_OPEN, 20);
        sim__fuzz_add(f, timeline, open ? open_entry(f) : acting(f));
    }
    sim__fuzz_subject(f, "followed", 0);
    for (uint32_t i = sim__fuzz_has(&f->drawn, SIM__FUZZ_FOLLOWED) ? 8 : 0; i > 0; i--) {
        add_followed(f, timeline, i);
    }
    sim__fuzz_brittle_acts(f, timeline);
    sim__fuzz_subject(f, "shutdown", 0);
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_SHUTDOWN)) {
        add_shutdown(f, timeline);
    }
    return timeline;
}
