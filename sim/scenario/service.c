/* Services: `defaults`, the entries of `services`, the argument of `spawn`. */
#include <stdio.h>
#include <string.h>

#include "lag.h"
#include "preset.h"
#include "sup/assert.h"

enum { SIM__SERVICE_KEYS(SIM__ID) KEYS };
static const struct sim__keys keys = {KEYS, {SIM__SERVICE_KEYS(SIM__AT)}};

static void read_exec(struct sim__reader *r, const struct sim__node *node,
                      struct sim_service *service)
{
    if (node == NULL || !sim__list(r, node)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`exec` needs at least the program");
        return;
    }
    const char **argv = sim__arena_alloc(r->arena, (size_t)node->count + 1, sizeof(*argv));
    for (uint32_t i = 0; argv != NULL && i < node->count; i++) {
        const struct sim__node *word = node->entries[i].value;
        if (word->kind != SIM__SCALAR) {
            sim__wrong_type(r, word, "a word of the command line");
            return;
        }
        argv[i] = sim__arena_text(r->arena, word->text, word->length);
    }
    if (argv != NULL && argv[0] != NULL && argv[0][0] == '\0') {
        sim__error_as(r, SIM__CODE_EMPTY, node->entries[0].value->at,
                      "`exec`: the program's name is empty");
    }
    service->exec = argv;
}

/* The longest name that the count makes has to fit as well. */
static void check_counted_name(struct sim__reader *r, const struct sim__node *name,
                               const struct sim_service *service)
{
    SUP_ASSERT(service->count > 0);
    uint32_t length = 2; /* "-0" */
    for (uint32_t rest = service->count - 1; rest >= 10; rest /= 10) {
        length++;
    }
    if (service->counted && name->length + length > SUP_NAME_MAX) {
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, name->at,
                      "`name`: with its count, `%s-%u` is longer than 128 bytes",
                      sim__quotable(r->scratch, name->text, name->length), service->count - 1);
    }
}

static void read_count(struct sim__reader *r, const struct sim__node *node,
                       struct sim_service *service)
{
    service->count = 1;
    if (node != NULL && sim__number_u32(r, node, 1, SIM_SERVICES_MAX, &service->count)) {
        service->counted = true;
    }
}

static void read_group(struct sim__reader *r, const struct sim__node *node,
                       struct sim_service *service)
{
    if (node != NULL && sim__read_group_path(r, node, &service->group)) {
        sim__declare_group(r, service->group, node->at);
    }
}

static void read_paused(struct sim__reader *r, const struct sim__node *node,
                        struct sim_service *service)
{
    if (node != NULL) {
        (void)sim__boolean(r, node, &service->paused);
    }
}

/* How deep blocks of steps lie in each other: an attempt keeps where it is in each
 * of them. */
static uint32_t block_depth(const struct sim_block *block)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        const struct sim_step *step = &block->steps[i];
        uint32_t depth = block_depth(&step->body);
        most = depth > most ? depth : most;
        for (uint32_t k = 0; k < step->choice_count; k++) {
            depth = block_depth(&step->choices[k].block);
            most = depth > most ? depth : most;
        }
    }
    return block->count == 0 ? 0 : most + 1;
}

static uint32_t script_depth(const struct sim_behaviour *script, uint32_t count)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t depth = block_depth(&script[i].steps);
        most = depth > most ? depth : most;
        depth = script_depth(script[i].ways, script[i].way_count);
        most = depth > most ? depth : most;
    }
    return most;
}

/* The script of `defaults` is the same list for every service that has none of
 * its own, and is read once. Returns its depth. */
static uint32_t read_script(struct sim__reader *r, const struct sim__node *node,
                            struct sim_service *service)
{
    if (node == NULL) {
        sim__default_script(r, service->place, &service->script, &service->script_count);
    } else if (node->kind == SIM__LIST && node->entries != NULL &&
               node->entries == r->shared_entries) {
        SUP_ASSERT(r->shared_script != NULL || r->shared_count == 0);
        service->script = r->shared_script;
        service->script_count = r->shared_count;
        return r->shared_depth;
    } else {
        sim__read_script(r, node, &service->script, &service->script_count);
    }
    return script_depth(service->script, service->script_count);
}

/* How a service's attempts are acted: by a script or by a task, and what its states take. */
struct acting {
    uint32_t depth;
    uint64_t stack_bytes;
};

static bool only_one(struct sim__reader *r, const struct sim__node *map)
{
    const struct sim__node *task = sim__node_at(map, SIM__KEY_TASK);
    if (task != NULL && sim__node_at(map, SIM__KEY_SCRIPT) != NULL) {
        sim__error(r, task->at, "`script` and `task`: an attempt follows the one or the other");
        return false;
    }
    return true;
}

/* The service's own word counts more than that of `defaults`, whichever of the two it is. */
static struct acting read_acting(struct sim__reader *r, const struct sim__node *own,
                                 struct sim__node *const *merged, struct sim_service *service)
{
    struct acting acting = {0};
    const struct sim__node *task = sim__node_at(own, SIM__KEY_TASK);
    if (task == NULL && sim__node_at(own, SIM__KEY_SCRIPT) == NULL) {
        task = merged[TASK];
    }
    if (!only_one(r, own)) {
        return acting;
    }
    if (task == NULL) {
        acting.depth = read_script(r, merged[SCRIPT], service);
    } else {
        sim__read_task(r, task, &service->script, &service->script_count, &acting.stack_bytes);
    }
    return acting;
}

/* The same of what the attempts do while a condition is down. */
static uint32_t needs_depth(const struct sim_service *service)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < service->need_count; i++) {
        const struct sim_behaviour *behaviour = service->needs[i].behaviour;
        uint32_t depth = behaviour != NULL ? script_depth(behaviour, 1) : 0;
        most = depth > most ? depth : most;
    }
    return most;
}

static void read_policy(struct sim__reader *r, const struct sim__node *own,
                        const struct sim__node *merged, struct sim__node *const *v,
                        struct sim_service *service)
{
    sim__exclusions_judge(r, own);
    sim__read_policy(r, v, &service->policy);
    sim__judge_significance(r, merged, service);
    const struct sim__node *interval = sim__node_at(own, SIM__KEY_INTERVAL);
    if (interval != NULL && service->policy.kind != SUP_KIND_INTERVAL) {
        sim__error(r, interval->at, "`interval` belongs to `kind: interval`");
    }
    const char *why;
    if (r->diagnosis.total == 0 && sup_policy_check(&service->policy, &why) != SUP_OK) {
        sim__error(r, own->at, "impossible policy: %s", why);
    }
}

/* Most services of a file have the same preset, that of its defaults; one that is mistaken has
 * been told. */
static const char *describe(struct sim__reader *r, const struct sim__node *preset)
{
    if (r->described != preset) {
        r->description = r->diagnosis.total > 0 ? NULL : sim__preset_describe(r, preset);
        r->described = preset;
    }
    return r->description;
}

bool sim__read_service(struct sim__reader *r, struct sim__node *node, enum sim__origin origin,
                       struct sim_service *ret_service)
{
    SUP_ASSERT(!r->partial);
    struct sim__node *v[KEYS];
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a service, which is a map");
        return false;
    }
    const struct sim__node *merged = sim__layer(r, node);
    if (merged == NULL || !sim__map(r, merged, &keys, v)) {
        return false;
    }
    ret_service->place = node->at;
    read_count(r, v[COUNT], ret_service);
    read_group(r, v[GROUP], ret_service);
    read_paused(r, v[PAUSED], ret_service);
    read_policy(r, node, merged, v, ret_service);
    ret_service->preset = v[PRESET] == NULL ? NULL : describe(r, v[PRESET]);
    ret_service->overrides = r->overrides;
    sim__read_lag(r, v[LAG], ret_service);
    read_exec(r, v[EXEC], ret_service);
    const struct acting acting = read_acting(r, node, v, ret_service);
    sim__read_needs(r, v[NEEDS], sim__node_at(node, SIM__KEY_NEEDS), ret_service);
    uint32_t needed = needs_depth(ret_service);
    const struct sim__node *name = sim__node_at(node, SIM__KEY_NAME);
    if (!sim__required(r, node, name, "name") || !sim__read_name(r, name, &ret_service->name)) {
        return false;
    }
    check_counted_name(r, name, ret_service);
    ret_service->wait_word = r->realistic ? sim__preset_wait_word(r, merged) : NULL;
    if (r->explains && r->diagnosis.total == 0) {
        ret_service->plain = sim__preset_explain(r, merged, ret_service->name);
    }
    const struct sim__declaration declared = {
        .service = ret_service,
        .depth = acting.depth > needed ? acting.depth : needed,
        .stack_bytes = acting.stack_bytes,
        .origin = origin,
        .place = name->at,
    };
    sim__declare_service(r, &declared);
    return true;
}

/* Reads `defaults` alone once, so that its mistakes show even when no service
 * is there to merge it under. */
void sim__read_defaults(struct sim__reader *r, struct sim__node *node)
{
    SUP_ASSERT(!r->partial);
    struct sim__node *v[KEYS];
    struct sim_service *service = sim__arena_alloc(r->scratch, 1, sizeof(*service));
    if (service == NULL || !sim__map(r, node, &keys, v)) {
        return;
    }
    if (v[NAME] != NULL) {
        sim__error(r, v[NAME]->at, "`name` cannot have a default");
    }
    r->partial = true;
    read_count(r, v[COUNT], service);
    if (v[GROUP] != NULL) {
        (void)sim__read_group_path(r, v[GROUP], &service->group);
    }
    read_paused(r, v[PAUSED], service);
    sim__exclusions_judge(r, node);
    sim__read_policy(r, v, &service->policy);
    sim__read_lag(r, v[LAG], service);
    read_exec(r, v[EXEC], service);
    sim__read_default_needs(r, v[NEEDS]);
    r->partial = false;
    r->defaults = sim__layer_defaults(r, node);
    if (v[TASK] != NULL && only_one(r, node)) {
        uint64_t stack_bytes;
        sim__read_task(r, v[TASK], &service->script, &service->script_count, &stack_bytes);
    }
    if (v[SCRIPT] != NULL) {
        sim__read_script(r, v[SCRIPT], &r->shared_script, &r->shared_count);
        r->shared_entries = v[SCRIPT]->kind == SIM__LIST ? v[SCRIPT]->entries : NULL;
        r->shared_depth = script_depth(r->shared_script, r->shared_count);
    }
}

void sim__read_services(struct sim__reader *r, const struct sim__node *node)
{
    if (!sim__list(r, node)) {
        return;
    }
    struct sim_service *services = sim__arena_alloc(r->arena, node->count, sizeof(*services));
    for (uint32_t i = 0; services != NULL && i < node->count && !r->stopped; i++) {
        (void)sim__read_service(r, node->entries[i].value, SIM__FROM_SERVICES, &services[i]);
    }
    r->scenario->services = services;
    r->scenario->service_count = services == NULL ? 0 : node->count;
}
