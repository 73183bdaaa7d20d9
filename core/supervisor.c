/* The supervisor: creation, entering and leaving, spawning, stepping. */
#include "supervisor.h"

#include <string.h>

#include "drain.h"
#include "events.h"
#include "face.h"
#include "group.h"
#include "heap.h"
#include "idle.h"
#include "join.h"
#include "machine.h"
#include "memory.h"
#include "metrics.h"
#include "operator.h"
#include "policy.h"
#include "pool.h"
#include "probe.h"
#include "registry.h"
#include "service.h"
#include "stop.h"
#include "table.h"
#include "text.h"
#include "timer.h"

static const struct sup_config defaults = {
    .seed = 1,
    .shutdown_timeout = {UINT64_C(30000000000)},
    .shutdown_order = SUP_ORDER_PARALLEL,
    .shutdown_abort = true,
    .on_duplicate = SUP_DUPLICATE_REJECT,
    .blocking_pool = 8,
    .root = {.limit = {.then = SUP_LIMIT_ESCALATE}},
    .error_bytes_max = 128,
    .services_max = 1000000,
    .groups_max = 100000,
    .window_entries_max = UINT64_C(1) << 28,
};

void sup_config_default_sized(struct sup_config *ret_config, size_t size, size_t root_size)
{
    struct sup_stretch parts[SUP_CONFIG_STRETCHES];
    size_t count = sup_config_stretches(parts, size, root_size);
    sup_face_give(ret_config, &defaults, parts, count);
}

static int take_config(struct sup_config *config, const struct sup_config *from, size_t size,
                       size_t root_size)
{
    struct sup_stretch parts[SUP_CONFIG_STRETCHES];
    size_t count = sup_config_stretches(parts, size, root_size);
    if (from == NULL || count == 0) {
        return SUP_EINVAL;
    }
    *config = defaults;
    return sup_face_take(config, from, parts, count) == 0 ? SUP_OK : SUP_ENEWER;
}

#define JOURNAL_MAX (1u << 24)
#define ERROR_BYTES_MAX (1u << 20)

static bool config_valid(const struct sup_config *config)
{
    const struct sup_executor *executor = &config->executor;
    return config->clock.now != NULL && config->alloc.resize != NULL && executor->start != NULL &&
           executor->cancel != NULL && executor->abort != NULL && config->blocking_pool > 0 &&
           config->blocking_pool <= SUP_BLOCKING_POOL_MAX && config->error_bytes_max > 0 &&
           config->error_bytes_max <= ERROR_BYTES_MAX && config->journal_entries <= JOURNAL_MAX &&
           config->services_max < SUP__SLOTS_MAX && config->groups_max > 0 &&
           config->groups_max < SUP__GROUPS_MAX &&
           (unsigned)config->shutdown_order <= SUP_ORDER_REVERSE &&
           (unsigned)config->on_duplicate <= SUP_DUPLICATE_REPLACE;
}

static uint64_t *heap_owner(void *context, uint32_t id)
{
    return sup__timer_owner(context, id);
}

static int build(struct sup *sup)
{
    const struct sup_config *config = &sup->config;
    sup->text_bytes = (size_t)config->error_bytes_max + 128;
    sup->text = sup__alloc(&config->alloc, 2 * sup->text_bytes);
    sup->pool = sup__alloc(&config->alloc, config->blocking_pool * sizeof(*sup->pool));
    if (sup->text == NULL || sup->pool == NULL) {
        return SUP_ENOMEM;
    }
    if (config->journal_entries > 0) {
        size_t bytes = config->journal_entries * sizeof(*sup->journal);
        sup->journal = sup__alloc(&config->alloc, bytes);
        if (sup->journal == NULL) {
            return SUP_ENOMEM;
        }
        sup__listen(sup);
    }
    sup->timers = 1 + SUP_IDLE_WAITS_MAX;
    return sup_group_create(sup, "runtime", &config->root);
}

static int create(const struct sup_config *config, struct sup **ret_sup)
{
    if (ret_sup == NULL || !config_valid(config)) {
        return SUP_EINVAL;
    }
    struct sup *sup = sup__alloc(&config->alloc, sizeof(*sup));
    if (sup == NULL) {
        return SUP_ENOMEM;
    }
    sup->config = *config;
    sup->first = sup->last = SUP__NONE;
    sup->queue_first = sup->queue_last = SUP__NONE;
    sup->notes.group = sup->notes.reborn = sup->notes.queued = SUP__NONE;
    sup->notes.forgiven.slot = SUP__NONE;
    sup->deferred_first = sup->deferred_last = SUP__NONE;
    sup->drain.chain_first = sup->drain.chain_last = SUP__NONE;
    sup__heap_init(&sup->heap, heap_owner, sup);
    int error = build(sup);
    if (error != SUP_OK) {
        sup_free(sup);
        return error;
    }
    *ret_sup = sup;
    return SUP_OK;
}

int sup_create_sized(const struct sup_config *config, size_t size, size_t root_size,
                     struct sup **ret_sup)
{
    struct sup_config own;
    int error = take_config(&own, config, size, root_size);
    return error == SUP_OK ? create(&own, ret_sup) : error;
}

void sup_free(struct sup *sup)
{
    if (sup == NULL) {
        return;
    }
    struct sup_allocator alloc = sup->config.alloc;
    sup__joins_gone(sup);
    sup__registry_release(sup);
    sup__groups_release(sup);
    sup__policies_release(sup);
    sup__heap_release(&sup->heap, &alloc);
    sup__release(&alloc, sup->pool, sup->config.blocking_pool * sizeof(*sup->pool));
    sup__release(&alloc, sup->journal, sup->config.journal_entries * sizeof(*sup->journal));
    sup__release(&alloc, sup->text, 2 * sup->text_bytes);
    sup__release(&alloc, sup, sizeof(*sup));
}

void sup__leave_busy(struct sup *sup)
{
    SUP_ASSERT(sup->inside);
    if (sup->phase == SUP_SUPERVISOR_RUNNING) {
        sup__pool_grant(sup);
    }
    if (sup->phase == SUP_SUPERVISOR_DRAINING) {
        sup__drain_advance(sup);
        sup__drain_check(sup);
    }
    if (sup->idle_check) {
        sup->idle_check = false;
        sup->inside = false;
        if (sup->wait_count > 0) {
            sup__idle_check(sup);
        }
    }
}

struct sup_instant sup_deadline(const struct sup *sup)
{
    /* Dropping forgotten entries from the top changes nothing that can be seen. */
    struct sup__heap *heap = (struct sup__heap *)(uintptr_t)&sup->heap;
    return sup__heap_deadline(heap);
}

/* The greatest key of those whose sequence is not above another's. */
#define LAST(sequence) (SUP__HEAP_USUAL | (sequence) << SUP__HEAP_ID_BITS | SUP__HEAP_ID_MASK)

/* At most `most` of the timers due at `due` whose key is not above `last`. One that goes
 * before the others is never armed for an instant that has come. */
static inline __attribute__((always_inline)) uint32_t
fire_some(struct sup *sup, struct sup_instant due, uint64_t last, uint32_t most)
{
    uint32_t fired = 0;
    while (fired < most && sup__heap_deadline(&sup->heap).ns <= due.ns &&
           sup->heap.first->key <= last && sup__heap_count(&sup->heap) > 0) {
        fired++;
        uint32_t id = sup__heap_first(&sup->heap);
        const bool main = (id & 3) == SUP__TIMER_MAIN;
        struct sup__service *s = main ? &sup->services[id >> 2] : NULL;
        sup__heap_pop(&sup->heap, main ? &s->timer_key : sup__timer_owner(sup, id));
        if (main) {
            sup__touch(sup, sup__heap_soon(&sup->heap) >> 2);
            const struct sup__input input = {.type = SUP__INPUT_TIMER};
            sup__react(sup, s, &input);
        } else {
            sup__fire(sup, id);
        }
    }
    return fired;
}

uint32_t sup_step(struct sup *sup)
{
    sup__enter(sup);
    sup__heap_renew(&sup->heap);
    uint32_t fired = fire_some(sup, sup->now, LAST(sup->heap.sequence), UINT32_MAX);
    sup__leave(sup);
    return fired;
}

uint64_t sup_step_mark(struct sup *sup)
{
    SUP_ASSERT(!sup->inside);
    sup__heap_renew(&sup->heap);
    return sup->heap.sequence;
}

uint32_t sup_step_some(struct sup *sup, uint64_t mark, struct sup_instant until, uint32_t most)
{
    sup__enter(sup);
    struct sup_instant due = until.ns < sup->now.ns ? until : sup->now;
    uint32_t fired = fire_some(sup, due, LAST(mark), most);
    sup__leave(sup);
    return fired;
}

/* ---- spawning ---- */

/* The spec and the policy as this library has them; the policy is part of the copy. */
struct wanted {
    struct sup_spec spec;
    struct sup_policy policy;
};

/* What a spawn needs, found and allocated before anything is said or changed. */
struct spawn {
    struct sup__registration wanted;
    struct sup__registration *pending; /* room for it, when it replaces somebody */
    uint32_t slot;
};

static void replace_live(struct sup *sup, struct sup__service *s, const struct spawn *spawn)
{
    SUP_ASSERT(s->registered && spawn->pending != NULL);
    sup__drop_pending(sup, s);
    *spawn->pending = spawn->wanted;
    SUP_PROBE_WHEN("spawn: replaces one that lives", s->live);
    sup__rare_make(sup, s)->pending = spawn->pending;
    sup->timers += sup__needs(sup, spawn->wanted.policy)->timers;
    sup__stop(sup, s, SUP__INTENT_REPLACE);
}

/* Who is replaced within the group makes room for its successor. */
static bool full(const struct sup *sup, uint32_t group, const struct sup__service *old)
{
    const struct sup__group *g = &sup->groups[group];
    bool stays = old != NULL && old->group == group && old->phase != SUP_PHASE_TERMINATED;
    return g->policy.max_inflight > 0 && g->inflight - stays >= g->policy.max_inflight;
}

/* The reasons for which a spawn is refused, in their order. */
static int judge_spawn(struct sup *sup, const struct sup__service *old, uint32_t group)
{
    if (sup->phase != SUP_SUPERVISOR_RUNNING) {
        return SUP_EDRAINING;
    }
    if (old != NULL && sup->config.on_duplicate == SUP_DUPLICATE_REJECT) {
        SUP_PROBE("spawn: the name is taken");
        return SUP_EEXISTS;
    }
    if (group != SUP__NONE && sup->groups[group].cancelled) {
        return SUP_ECANCELLED;
    }
    if (group != SUP__NONE && full(sup, group, old)) {
        sup->groups[group].dropped++;
        SUP_PROBE("spawn: no more fit into the group");
        return SUP_ELIMIT;
    }
    bool removing =
        old != NULL && old->phase == SUP_PHASE_STOPPING && old->intent == SUP__INTENT_REMOVE;
    return removing ? SUP_ESTOPPING : SUP_OK;
}

static int prepare_parts(struct sup *sup, const struct sup_spec *spec, struct spawn *spawn)
{
    int error = sup__registry_prepare(sup, spec, &spawn->wanted, spawn->slot);
    if (error != SUP_OK) {
        return error;
    }
    if (spec->token != NULL) {
        error = sup__tie_make(sup, spec->token, &spawn->wanted.tie);
    }
    if (error == SUP_OK && spawn->slot != SUP__NONE && sup->services[spawn->slot].registered) {
        spawn->pending = sup__alloc(&sup->config.alloc, sizeof(*spawn->pending));
        error = spawn->pending == NULL ? SUP_ENOMEM : SUP_OK;
    }
    if (error != SUP_OK) {
        sup__tie_drop(sup, spawn->wanted.tie);
        sup__block_release(sup, spawn->wanted.extra, spawn->wanted.policy);
    }
    return error;
}

/* `slot` is that of the name, SUP__NONE of one that was never there. */
static int prepare_spawn(struct sup *sup, const struct wanted *wanted, uint32_t slot,
                         struct spawn *ret_spawn)
{
    const struct sup_spec *spec = &wanted->spec;
    struct spawn spawn = {.slot = slot};
    bool taken = slot != SUP__NONE && sup->services[slot].registered;
    spawn.wanted.work = spec->work;
    spawn.wanted.paused = spec->paused;
    spawn.wanted.dynamic = spec->dynamic;
    spawn.wanted.group = sup__group_find(sup, spec->group);
    int error = judge_spawn(sup, taken ? &sup->services[slot] : NULL, spawn.wanted.group);
    if (error == SUP_OK && spec->token != NULL && sup_token_cancelled(spec->token)) {
        error = SUP_ECANCELLED;
    }
    if (error == SUP_OK && spawn.wanted.group == SUP__NONE) {
        error = sup__group_make(sup, spec->group, &spawn.wanted.group);
    }
    if (error == SUP_OK && sup->groups[spawn.wanted.group].cancelled) {
        error = SUP_ECANCELLED;
    }
    if (error == SUP_OK) {
        error = sup__policy_intern(sup, &wanted->policy, &spawn.wanted.policy);
    }
    if (error == SUP_OK) {
        error = prepare_parts(sup, spec, &spawn);
    }
    *ret_spawn = spawn;
    return error;
}

static void carry_out_spawn(struct sup *sup, struct spawn *spawn)
{
    SUP_ASSERT((spawn->slot == SUP__NONE) == (spawn->wanted.name != NULL));
    struct sup__service *old = spawn->slot == SUP__NONE ? NULL : &sup->services[spawn->slot];
    if (old != NULL && old->registered) {
        replace_live(sup, old, spawn);
        return;
    }
    sup__begin(sup, spawn->slot, &spawn->wanted);
}

static int take_spec(struct wanted *wanted, const struct sup_spec *spec, size_t size,
                     size_t policy_size)
{
    wanted->spec = (struct sup_spec){0};
    int error = sup__take(&wanted->spec, sizeof(wanted->spec), spec, size);
    if (error != SUP_OK) {
        return error;
    }
    const struct sup_policy *policy = wanted->spec.policy;
    if (policy != NULL && policy_size == sizeof(*policy)) {
        wanted->policy = *policy;
        return SUP_OK;
    }
    sup_policy_default(&wanted->policy);
    return policy == NULL ? SUP_OK
                          : sup__take(&wanted->policy, sizeof(wanted->policy), policy, policy_size);
}

/* *slot is that of the name; of a new one afterwards. */
static int spawn_one(struct sup *sup, const struct wanted *wanted, const struct sup_actor *actor,
                     struct sup_command_outcome *outcome, uint32_t *slot)
{
    const struct sup_spec *spec = &wanted->spec;
    if (!sup__name_valid(spec->name) || !sup__group_path_valid(spec->group)) {
        return SUP_EINVAL;
    }
    int error = sup_policy_check(&wanted->policy, NULL);
    if (error != SUP_OK) {
        return error;
    }
    struct spawn spawn;
    error = prepare_spawn(sup, wanted, *slot, &spawn);
    outcome->result = error;
    if (actor != NULL) {
        sup__say_command(sup, outcome, spec->name, NULL, actor);
    }
    if (error == SUP_OK) {
        *slot = spawn.slot == SUP__NONE ? sup->slot_count : spawn.slot;
        carry_out_spawn(sup, &spawn);
        if (actor != NULL && spawn.slot == SUP__NONE) {
            sup__metrics_adopt(sup, *slot); /* gone again, maybe */
        }
    }
    return error;
}

static void enter_and_spawn(struct sup *sup, const struct wanted *wanted,
                            const struct sup_actor *actor, struct sup_command_outcome *outcome)
{
    sup__enter(sup);
    const char *name = wanted->spec.name;
    uint32_t slot = name == NULL ? SUP__NONE : sup__find(sup, name);
    outcome->result = spawn_one(sup, wanted, actor, outcome, &slot);
    if (slot != SUP__NONE && sup->services[slot].registered) {
        const struct sup__service *s = &sup->services[slot];
        outcome->phase_after = s->phase;
        outcome->operation_after = s->operation;
        outcome->generation = s->generation;
        outcome->attempt = s->live ? s->attempt : 0;
    }
    sup__leave(sup);
}

int sup_spawn_sized(struct sup *sup, const struct sup_spec *spec, size_t size, size_t policy_size,
                    const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                    size_t outcome_size)
{
    struct sup_command_outcome outcome = {.command = SUP_COMMAND_SPAWN, .result = SUP_EINVAL};
    struct wanted wanted;
    if (spec != NULL && (actor == NULL || (!sup__blank(actor->who) && !sup__blank(actor->why)))) {
        outcome.result = take_spec(&wanted, spec, size, policy_size);
        if (outcome.result == SUP_OK) {
            enter_and_spawn(sup, &wanted, actor, &outcome);
        }
    }
    sup__give(ret_outcome, outcome_size, &outcome, sizeof(outcome));
    return outcome.result;
}

uint64_t sup_draws(const struct sup *sup)
{
    return sup->draws;
}

size_t sup_service_bytes(void)
{
    return sizeof(struct sup__service) + sizeof(struct sup__cold) + sizeof(struct sup__rare) +
           sizeof(void *) + sizeof(uint32_t) + sizeof(struct sup__heap_entry) * 5 / 4 +
           sizeof(struct sup__table_entry) * 5 / 4;
}
