/* What operators and the world do to the services of a generated scenario. */
#include "internal.h"

static const char *const commands[] = {"pause",   "resume", "quarantine", "restart",
                                       "restart", "cancel", "abort"};
static const char *const ends[] = {"fail", "crash", "succeed"};
static const char *const reports[] = {"ready", "not-ready", "beat"};
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
        sim__fuzz_put(f, map, "one-of", names(f));
    } else {
        sim__fuzz_put(f, map, "some", sim__fuzz_number(f, sim__fuzz_between(f, 1, 4)));
        sim__fuzz_put(f, map, "of", names(f));
    }
    return map;
}

/* ---- what is done ---- */

static void put_any_result(struct sim__fuzz *f, struct sim__node *entry)
{
    sim__fuzz_put(f, entry, "expect", sim__tree_pair(f->arena, "result", sim__fuzz_word(f, "any")));
}

/* Not everybody is removed: that all have settled could not be asked of nobody. */
static void put_command(struct sim__fuzz *f, struct sim__node *entry)
{
    uint32_t which = sim__fuzz_below(f, COUNT(commands) + 1);
    if (which < COUNT(commands)) {
        sim__fuzz_put(f, entry, commands[which], target(f));
    } else if (f->name_count > 0) {
        const char *name = f->names[sim__fuzz_below(f, f->name_count)];
        sim__fuzz_put(f, entry, "remove", sim__fuzz_word(f, name));
    } else {
        sim__fuzz_put(f, entry, "restart", target(f));
    }
}

static void put_group_command(struct sim__fuzz *f, struct sim__node *entry)
{
    bool cancel = sim__fuzz_chance(f, 40);
    const char *group =
        f->group_count > 0 ? f->groups[sim__fuzz_below(f, f->group_count)] : "runtime";
    sim__fuzz_put(f, entry, cancel ? "cancel-group" : "force-abort", sim__fuzz_word(f, group));
}

static void put_wait(struct sim__fuzz *f, struct sim__node *entry)
{
    if (sim__fuzz_chance(f, 40)) {
        sim__fuzz_put(f, entry, "join", names(f));
        return;
    }
    struct sim__node *wait = sim__fuzz_map(f);
    if (f->group_count > 0 && sim__fuzz_chance(f, 70)) {
        const char *group = f->groups[sim__fuzz_below(f, f->group_count)];
        sim__fuzz_put(f, wait, "group", sim__fuzz_word(f, group));
    }
    sim__fuzz_put(f, wait, "timeout", sim__fuzz_time(f, SUP_NS(sim__fuzz_long(f))));
    sim__fuzz_put(f, entry, "wait-idle", wait);
}

static void put_refusals(struct sim__fuzz *f, struct sim__node *entry)
{
    struct sim__node *map = sim__fuzz_map(f);
    sim__fuzz_put(f, map, "service", target(f));
    sim__fuzz_put(f, map, "times", sim__fuzz_number(f, sim__fuzz_between(f, 1, 3)));
    sim__fuzz_put(f, entry, "refuse-starts", map);
}

/* What an action is done to. */
enum reach { ONE_BY_ONE, AS_A_WHOLE };

static enum reach put_action(struct sim__fuzz *f, struct sim__node *entry)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_COMMANDS, 35)) {
        put_command(f, entry);
        return ONE_BY_ONE;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_GROUP_COMMANDS, 8)) {
        put_group_command(f, entry);
        return AS_A_WHOLE;
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
        const char *report = reports[sim__fuzz_below(f, COUNT(reports))];
        sim__fuzz_put(f, entry, report, target(f));
        return ONE_BY_ONE;
    }
    uint32_t end = sim__fuzz_has(&f->drawn, SIM__FUZZ_ENDS) ? sim__fuzz_below(f, COUNT(ends)) : 0;
    sim__fuzz_put(f, entry, ends[end], target(f));
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

static void put_when(struct sim__fuzz *f, struct sim__node *entry, enum reach reach)
{
    uint64_t at = sim__fuzz_instant(f);
    note_end(f, (struct sup_instant){at});
    if (sim__fuzz_shows(f, SIM__FUZZ_REPEATS, 20)) {
        uint64_t to = at + f->tick_ns * sim__fuzz_between(f, 0, f->span / 2);
        uint64_t every = sim__fuzz_long(f);
        sim__fuzz_put(f, entry, "every", sim__fuzz_time(f, SUP_NS(every)));
        sim__fuzz_put(f, entry, "from", sim__fuzz_time(f, SUP_NS(at)));
        sim__fuzz_put(f, entry, "to", sim__fuzz_time(f, SUP_NS(to)));
        note_end(f, (struct sup_instant){to});
        return;
    }
    sim__fuzz_put(f, entry, "at", sim__fuzz_time(f, SUP_NS(at)));
    if (reach == ONE_BY_ONE && sim__fuzz_shows(f, SIM__FUZZ_ROLLS, 20)) {
        uint64_t each = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
        sim__fuzz_put(f, entry, "each", sim__fuzz_time(f, SUP_NS(each)));
        note_end(f, (struct sup_instant){at + each * (SIM__FUZZ_NAMES * 2)});
    }
}

static struct sim__node *acting(struct sim__fuzz *f)
{
    struct sim__node *entry = sim__fuzz_map(f);
    struct sim__node *action = sim__fuzz_map(f);
    enum reach reach = put_action(f, action);
    put_when(f, entry, reach);
    if (action != NULL && action->count > 0) {
        sim__fuzz_put(f, entry, action->entries[0].key, action->entries[0].value);
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
    return sim__tree_pair(f->arena, "any", list);
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
    struct sim__node *name = sim__tree_format(f->arena, "%s9%u", letter, index % 3);
    sim__fuzz_put(f, service, "name", name);
    sim__fuzz_put(f, entry, "at", sim__fuzz_time(f, SUP_NS(at)));
    sim__fuzz_put(f, entry, "spawn", service);
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
    sim__fuzz_put(f, entry, "at", sim__fuzz_time(f, SUP_NS(at)));
    sim__fuzz_put(f, entry, "stall", sim__fuzz_time(f, SUP_NS(stall)));
    f->longest.stall_ns += stall;
    note_end(f, (struct sup_instant){at + stall});
    return entry;
}

static void add_shutdown(struct sim__fuzz *f, struct sim__node *timeline)
{
    struct sim__node *entry = sim__fuzz_map(f);
    struct sim__node *how = sim__fuzz_map(f);
    uint64_t at = sim__fuzz_chance(f, 50) ? sim__fuzz_instant(f) : f->span * f->tick_ns;
    if (sim__fuzz_chance(f, 40)) {
        uint64_t timeout = sim__fuzz_long(f);
        f->longest.drain_ns = timeout > f->longest.drain_ns ? timeout : f->longest.drain_ns;
        sim__fuzz_put(f, how, "timeout", sim__fuzz_time(f, SUP_NS(timeout)));
    }
    sim__fuzz_put(f, entry, "at", sim__fuzz_time(f, SUP_NS(at)));
    sim__fuzz_put(f, entry, "shutdown", how);
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
    sim__fuzz_subject(f, "shutdown", 0);
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_SHUTDOWN)) {
        add_shutdown(f, timeline);
    }
    return timeline;
}
