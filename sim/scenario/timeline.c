/* The timeline: what operators and the world do, and when. */
#include <string.h>

#include "reader.h"
#include "sup/assert.h"

/* The keys of an entry: the actions, in the order of their values, then the
 * rest. */
#define ACTIONS SIM_ACTION_KINDS
enum { BEFORE = ACTIONS - 1, SIM__ENTRY_KEYS(SIM__ID) SIM__ANY_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM_ACTION_LIST(SIM__NAME) SIM__ENTRY_KEYS(SIM__NAME)
                                           SIM__ANY_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {
    KEYS, {SIM_ACTION_LIST(SIM__ACTION_AT) SIM__ENTRY_KEYS(SIM__AT) SIM__ANY_KEYS(SIM__AT)}};

/* ---- arguments ---- */

static void read_group(struct sim__reader *r, const struct sim__node *node,
                       struct sim_action *action)
{
    if (sim__read_group_path(r, node, &action->group)) {
        sim__refer(r, SIM__REF_GROUP, node->at, action->group);
    }
}

static void read_timeout(struct sim__reader *r, const struct sim__node *node,
                         struct sim_action *action)
{
    if (node != NULL) {
        action->has_timeout = sim__duration(r, node, SIM__NEVER_OK, &action->timeout);
    }
}

static void read_wait_idle(struct sim__reader *r, const struct sim__node *node,
                           struct sim_action *action)
{
    enum { SIM__WAIT_IDLE_KEYS(SIM__ID) WAIT_KEYS };
    static const struct sim__keys wait_keys = {WAIT_KEYS, {SIM__WAIT_IDLE_KEYS(SIM__AT)}};
    struct sim__node *v[WAIT_KEYS];
    action->group = "runtime";
    if (!sim__map(r, node, &wait_keys, v)) {
        return;
    }
    if (v[GROUP] != NULL) {
        read_group(r, v[GROUP], action);
    }
    read_timeout(r, v[TIMEOUT], action);
}

static void read_shutdown(struct sim__reader *r, const struct sim__node *node,
                          struct sim_action *action)
{
    static const char *const shutdown_keys[1] = {SIM__EXPLICIT_KEYS(SIM__NAME)};
    struct sim__node *v[1];
    if (sim__map_named(r, node, shutdown_keys, 1, v)) {
        read_timeout(r, v[0], action);
    }
}

static void read_refuse_starts(struct sim__reader *r, const struct sim__node *node,
                               struct sim_action *action)
{
    enum { SERVICE, TIMES, INNER_ERROR, REFUSE_KEYS };
    static const char *const refuse_keys[] = {SIM__REFUSE_KEYS(SIM__NAME)};
    struct sim__node *v[REFUSE_KEYS];
    action->times = 1;
    if (!sim__map_named(r, node, refuse_keys, REFUSE_KEYS, v)) {
        return;
    }
    if (sim__required(r, node, v[SERVICE], "service")) {
        (void)sim__read_drawn_target(r, v[SERVICE], &action->target);
    }
    if (v[TIMES] != NULL) {
        (void)sim__number(r, v[TIMES], 1, UINT64_MAX, &action->times);
    }
    if (v[INNER_ERROR] != NULL) {
        (void)sim__error_text(r, v[INNER_ERROR], &action->error);
    }
}

/* `fail: x, error: …` may also be written `fail: {service: x, error: …}`. Moves
 * what is inside to where the other form has it; the target, or NULL. */
static struct sim__node *unfold_end(struct sim__reader *r, const struct sim__node *node,
                                    struct sim__node **v)
{
    enum { SERVICE, INNER_ERROR, INNER_CODE, INNER_SIGNAL, END_KEYS };
    static const char *const end_keys[] = {SIM__END_KEYS(SIM__NAME)};
    struct sim__node *inner[END_KEYS];
    if (!sim__map_named(r, node, end_keys, END_KEYS, inner) ||
        !sim__required(r, node, inner[SERVICE], "service")) {
        return NULL;
    }
    for (int i = INNER_ERROR; i < END_KEYS; i++) {
        int k = ERROR + i - INNER_ERROR;
        SUP_ASSERT(strcmp(keys[k], end_keys[i]) == 0);
        if (v[k] != NULL && inner[i] != NULL) {
            sim__error(r, inner[i]->at, "`%s` is given twice", keys[k]);
        }
        v[k] = inner[i] != NULL ? inner[i] : v[k];
    }
    return inner[SERVICE];
}

static void read_spawn(struct sim__reader *r, struct sim__node *node, struct sim_action *action)
{
    action->service = sim__arena_alloc(r->arena, 1, sizeof(*action->service));
    if (action->service != NULL) {
        (void)sim__read_service(r, node, SIM__FROM_SPAWN, action->service);
    }
}

static void read_argument(struct sim__reader *r, struct sim__node *node, struct sim_action *action)
{
    switch (action->kind) {
    case SIM_ACT_SPAWN:
        read_spawn(r, node, action);
        break;
    case SIM_ACT_CANCEL_GROUP:
    case SIM_ACT_FORCE_ABORT:
        read_group(r, node, action);
        break;
    case SIM_ACT_WAIT_IDLE:
        read_wait_idle(r, node, action);
        break;
    case SIM_ACT_SHUTDOWN:
        read_shutdown(r, node, action);
        break;
    case SIM_ACT_REFUSE_STARTS:
        read_refuse_starts(r, node, action);
        break;
    case SIM_ACT_STALL:
        (void)sim__duration(r, node, SIM__ABOVE_ZERO, &action->stall);
        break;
    case SIM_ACT_SET:
        sim__read_settings(r, node, action);
        break;
    case SIM_ACT_CALM:
        (void)sim__no_arguments(r, node);
        break;
    default:
        (void)sim__read_drawn_target(r, node, &action->target);
        break;
    }
}

/* ---- what comes with an action ---- */

static void read_end_details(struct sim__reader *r, struct sim__node *const *v,
                             struct sim_action *action)
{
    uint32_t code;
    if (v[ERROR] != NULL) {
        (void)sim__error_text(r, v[ERROR], &action->error);
    }
    if (v[CODE] != NULL && sim__number_u32(r, v[CODE], 1, 255, &code)) {
        action->has_code = true;
        action->code = (int32_t)code;
    }
    if (v[SIGNAL] != NULL) {
        (void)sim__signal(r, v[SIGNAL], SIM__SIGNAL_FATAL, &action->signal);
    }
    enum sim_action_kind kind = action->kind;
    bool has_error = kind == SIM_ACT_FAIL || kind == SIM_ACT_CRASH || kind == SIM_ACT_REFUSE_STARTS;
    if (v[ERROR] != NULL && !has_error) {
        sim__error(r, v[ERROR]->at, "`error` has no effect with `%s`", keys[kind]);
    }
    if (v[CODE] != NULL && kind != SIM_ACT_FAIL) {
        sim__error(r, v[CODE]->at, "`code` has no effect with `%s`", keys[kind]);
    }
    if (v[SIGNAL] != NULL && kind != SIM_ACT_CRASH) {
        sim__error(r, v[SIGNAL]->at, "`signal` has no effect with `%s`", keys[kind]);
    }
}

static bool is_command(enum sim_action_kind kind)
{
    return sim_action_sort(kind) == SIM_SORT_COMMAND;
}

/* A command by nobody is refused, which an entry may expect but not forget. */
static void check_actor(struct sim__reader *r, struct sim__node *const *v,
                        const struct sim_action *action)
{
    SUP_ASSERT(action->who != NULL && action->why != NULL);
    const char *const given[2] = {action->who, action->why};
    bool meant =
        action->has_expect && action->expect.has_result && action->expect.result == SUP_EINVAL;
    for (int k = WHO; k <= WHY && !meant && is_command(action->kind); k++) {
        if (v[k] != NULL && sim__is_blank(given[k - WHO])) {
            sim__error_as(r, SIM__CODE_EMPTY, v[k]->at,
                          "`%s` is blank, so the command is refused" SIM__HINT
                          "; to test that, say "
                          "`expect: {result: invalid}`",
                          keys[k]);
        }
    }
}

static void read_command_details(struct sim__reader *r, struct sim__node *const *v,
                                 struct sim_action *action)
{
    action->who = "scenario";
    action->why = "scenario";
    if (v[WHO] != NULL) {
        (void)sim__text(r, v[WHO], &action->who);
    }
    if (v[WHY] != NULL) {
        (void)sim__text(r, v[WHY], &action->why);
    }
    for (int k = WHO; k <= WHY; k++) {
        if (v[k] != NULL && !is_command(action->kind)) {
            sim__error(r, v[k]->at, "`%s` is recorded with commands, which `%s` is not", keys[k],
                       keys[action->kind]);
        }
    }
    bool silent = action->kind == SIM_ACT_STALL || action->kind == SIM_ACT_SET ||
                  action->kind == SIM_ACT_CALM;
    if (v[EXPECT] != NULL && silent) {
        sim__error(r, v[EXPECT]->at, "`%s` has no result to expect", keys[action->kind]);
    } else if (v[EXPECT] != NULL) {
        sim__read_action_expect(r, v[EXPECT], action);
    }
    check_actor(r, v, action);
}

/* `each`: one service after the other. */
static void read_each(struct sim__reader *r, struct sim__node *const *v,
                      enum sim__action_place where, struct sim_action *action)
{
    const struct sim__node *each = v[EACH];
    if (each == NULL) {
        return;
    }
    if (where == SIM__IN_SCRIPT) {
        sim__error(r, each->at,
                   "`each` has no place here: a step does its action at once" SIM__HINT
                   "; `sleep` lets time pass between one step and the next");
    } else if (v[EVERY] != NULL) {
        sim__error(r, each->at, "`each` and `every` in one entry");
    } else if (action->target.count == 0) {
        sim__error(r, each->at, "`each` goes with an action on services, which `%s` is not",
                   keys[action->kind]);
    } else {
        action->rolls = sim__duration(r, each, SIM__FINITE, &action->each);
    }
}

/* ---- entries ---- */

/* The only action of an entry, as all have one; ACTIONS when it has none or several. */
static uint32_t only_action(const struct sim__node *entry)
{
    uint32_t found = ACTIONS;
    for (uint32_t i = 0; i < entry->count; i++) {
        uint32_t k = known_keys.at[entry->entries[i].id] - 1u;
        if (k < ACTIONS && found < ACTIONS) {
            return ACTIONS;
        }
        found = k < ACTIONS ? k : found;
    }
    return found;
}

/* The argument of the entry's one action; NULL when there is none. */
static struct sim__node *find_action(struct sim__reader *r, const struct sim__node *entry,
                                     struct sim__node *const *v, struct sim_action *action)
{
    struct sim__node *argument = NULL;
    uint32_t only = only_action(entry);
    if (only < ACTIONS) {
        action->kind = (enum sim_action_kind)only;
        return v[only];
    }
    for (size_t k = 0; k < ACTIONS; k++) {
        if (v[k] == NULL) {
            continue;
        }
        if (argument != NULL) {
            sim__error(r, v[k]->at, "`%s` and `%s` in one entry", keys[action->kind], keys[k]);
            continue;
        }
        argument = v[k];
        action->kind = (enum sim_action_kind)k;
    }
    if (argument == NULL && sim__all_known(entry, v, KEYS)) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, entry->at, "this entry has no action%s",
                      sim__hint(r, "", keys, ACTIONS));
    }
    return argument;
}

bool sim__read_action(struct sim__reader *r, const struct sim__node *node,
                      enum sim__action_place where, struct sim_action *ret_action)
{
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &known_keys, v)) {
        return false;
    }
    ret_action->place = node->at;
    if (where == SIM__IN_TIMELINE) {
        const struct sim__when when = {.entry = node,
                                       .at = v[AT],
                                       .every = v[EVERY],
                                       .from = v[FROM],
                                       .to = v[TO],
                                       .all_known = v[AT] == NULL && v[EVERY] == NULL &&
                                                    sim__all_known(node, v, KEYS)};
        sim__read_when(r, &when, ret_action);
    }
    for (int k = AT; where == SIM__IN_SCRIPT && k <= TO; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` has no place here: the step says when", keys[k]);
        }
    }
    if (v[ANY] != NULL) {
        sim__error(r, v[ANY]->at, "`any` has no place here: among steps, `choose` leaves it open");
        return false;
    }
    struct sim__node *argument = find_action(r, node, v, ret_action);
    bool is_end = sim_action_sort(ret_action->kind) == SIM_SORT_END;
    if (argument != NULL && is_end && sim__is_map(argument) && !sim__is_drawn_target(argument)) {
        argument = unfold_end(r, argument, v);
    }
    if (argument == NULL) {
        return false;
    }
    read_argument(r, argument, ret_action);
    read_end_details(r, v, ret_action);
    read_command_details(r, v, ret_action);
    read_each(r, v, where, ret_action);
    if (ret_action->timing != NULL || ret_action->target.some > 0) {
        sim__name_stream(r, where, ret_action);
    }
    return true;
}

/* ---- any ---- */

/* The entries of a timeline, as they are read: those of an `any` one after the other. */
struct reading {
    struct sim__reader *r;
    struct sim_action *actions;
    struct sim_fork *forks;
    uint32_t action_count;
    uint32_t fork_count;
};

static const struct sim__node *any_of(const struct sim__node *entry)
{
    return entry->kind == SIM__MAP ? sim__node_at(entry, SIM__KEY_ANY) : NULL;
}

/* How much room an entry needs. */
static void count_ways(const struct sim__node *entry, uint32_t *actions, uint32_t *forks)
{
    const struct sim__node *any = any_of(entry);
    if (any == NULL) {
        *actions += 1;
        return;
    }
    *forks += 1;
    for (uint32_t i = 0; any->kind == SIM__LIST && i < any->count; i++) {
        count_ways(any->entries[i].value, actions, forks);
    }
}

static void read_entry(struct reading *reading, const struct sim__node *entry,
                       const struct sim_fork *fork, uint32_t way);

static bool check_any(struct sim__reader *r, const struct sim__node *entry,
                      const struct sim__node *any)
{
    struct sim__node *v[KEYS];
    if (!sim__map(r, entry, &known_keys, v) || !sim__list(r, any)) {
        return false;
    }
    for (int k = 0; k < ANY; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` beside `any`, whose entries say when and what", keys[k]);
        }
    }
    if (any->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, any->at, "`any` needs at least one entry");
    }
    return any->count > 0;
}

static void read_any(struct reading *reading, const struct sim__node *entry,
                     const struct sim__node *any, const struct sim_fork *within, uint32_t way)
{
    struct sim__reader *r = reading->r;
    uint32_t first = reading->action_count;
    struct sim_fork *fork = &reading->forks[reading->fork_count++];
    *fork = (struct sim_fork){
        .place = entry->at, .way_count = any->count, .within = within, .way = way};
    for (uint32_t i = 0; i < any->count && !r->stopped; i++) {
        const struct sim__node *node = any->entries[i].value;
        if (node->kind == SIM__SCALAR && !sim__is_word(node, "nothing")) {
            sim__wrong_type(r, node, "an entry, which is a map, or `nothing`");
        } else if (node->kind != SIM__SCALAR) {
            read_entry(reading, node, fork, i);
        }
    }
    uint32_t count = reading->action_count - first;
    if (count == 0 && r->diagnosis.total == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, any->at,
                      "`any` holds no action, so nothing is left open");
    }
    sim__name_fork(r, fork, reading->actions + first, count);
}

static void read_entry(struct reading *reading, const struct sim__node *entry,
                       const struct sim_fork *fork, uint32_t way)
{
    const struct sim__node *any = any_of(entry);
    if (any == NULL) {
        struct sim_action *action = &reading->actions[reading->action_count++];
        (void)sim__read_action(reading->r, entry, SIM__IN_TIMELINE, action);
        action->fork = fork;
        action->way = way;
    } else if (check_any(reading->r, entry, any)) {
        read_any(reading, entry, any, fork, way);
    }
}

void sim__read_timeline(struct sim__reader *r, const struct sim__node *node)
{
    if (!sim__list(r, node)) {
        return;
    }
    uint32_t actions = 0;
    uint32_t forks = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        count_ways(node->entries[i].value, &actions, &forks);
    }
    struct reading reading = {.r = r};
    reading.actions = sim__arena_alloc(r->arena, actions, sizeof(*reading.actions));
    reading.forks = sim__arena_alloc(r->arena, forks, sizeof(*reading.forks));
    if (reading.actions == NULL || reading.forks == NULL) {
        return;
    }
    for (uint32_t i = 0; i < node->count && !r->stopped; i++) {
        read_entry(&reading, node->entries[i].value, NULL, 0);
    }
    r->scenario->timeline = reading.actions;
    r->scenario->timeline_count = reading.action_count;
    r->scenario->forks = reading.forks;
    r->scenario->fork_count = reading.fork_count;
}
