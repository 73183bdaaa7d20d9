/* How much memory a run may need in the worst case: every window full, every
 * service registered, and replaced, at once.
 *
 * The figures stand for structures of rooms above this one, which it does not see;
 * tests/cli/memory.sh holds them against what a run takes. What grows with the
 * events of a run is bounded by their budgets, not here.
 */
#include <inttypes.h>
#include <string.h>

#include "finish.h"
#include "reader.h"
#include "sim/measure.h"
#include "sup/assert.h"
#include "sup/rules.h"

#define PROCESS_BYTES (UINT64_C(8) << 20) /* before there is anything in it */
#define SOURCE_COPIES 3u                  /* of the file, while it is read */
#define NAME_BYTES 1100u                  /* supervisor, invariants, trace: by name */
#define BLOCK_BYTES 64u                   /* a registration's block, but for what is counted */
#define EXTRA_BYTES 260u                  /* breaker, limit, heartbeat or interval */
#define ANCHOR_BYTES 16u                  /* of waits that are not measured from the end */
#define LIFETIME_BYTES 16u                /* of attempts that may not run for ever */
#define WINDOW_BYTES 48u                  /* of a limit that keeps no instants */
#define WAIT_BYTES 24u                    /* of waits that no operator ends */
#define INSTANT_BYTES 16u /* an entry of a window: the supervisor's, the invariants' */
#define UNIT_BYTES 300u   /* the state of a service's attempt */
#define LEVEL_BYTES 32u   /* a level of its script */
#define TASK_BYTES 6000u  /* what is kept of a task beside its stack */
#define POLICY_BYTES 512u /* kept once, when equal to the one before it */
#define BOUNDS_MAX 1024u
#define BOUNDS_DOUBLING 65u
#define GROUP_BYTES 1000u
#define FINISH_BYTES 192u /* an end that waits for its finish script */
#define LAG_BYTES 48u     /* what it draws from */
#define NEED_BYTES 32u    /* what a service with needs was asked */
#define SLOT_BYTES 16u    /* of the blocking pool */
#define ACTION_BYTES 256u
#define TURN_BYTES 8u     /* a service of a rolling action */
#define FORK_BYTES 300u   /* an `any` of the timeline: what decides it */
#define ENTRY_BYTES 400u  /* of `expect` */
#define PATTERN_BYTES 32u /* of a target */
#define VALUE_BYTES 32u   /* of a series */
#define HEARD_BYTES 64u   /* a series of several, or with bounds, of each name */
#define STORY_BYTES 300u  /* events of several services, of each name; its line when it is wrong */
#define LINE_BYTES 512u
#define TELLER_BYTES 420u              /* of whom a story is compared */
#define PLAN_BYTES (UINT64_C(2) << 20) /* 10,000 starts, and where it stood at each */
#define TALLY_BYTES 2u                 /* an entry that is looked at all the time, of each name */
#define COUNTING_BYTES 600u
#define COUNTED_BYTES 32u /* an entry that counts events, of each name */
#define EARLY_BYTES 220u  /* one that counts commands: they may name who is not there yet */
#define MATCH_BYTES 8u    /* the same, of each name that its globs match */

/* Sums that may pass 64 bits stay at their top. */
static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t product(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

struct account {
    uint64_t total;
    uint64_t most;
    struct sim_place place; /* of what takes most */
};

static void charge(struct account *account, uint64_t bytes, struct sim_place place)
{
    account->total = sum(account->total, bytes);
    if (bytes > account->most) {
        account->most = bytes;
        account->place = place;
    }
}

/* ---- services ---- */

static uint64_t window_bytes(uint32_t entries, struct sup_duration within)
{
    return within.ns == SUP_NEVER_NS ? 0 : (uint64_t)entries * INSTANT_BYTES;
}

/* Only a window that slides keeps its entries; one that counts ends keeps one more. */
static uint64_t limit_bytes(const struct sup_limit_policy *limit,
                            const struct sup_limit_rules *rules)
{
    if (!limit->enabled || (rules != NULL && rules->window != SUP_LIMIT_WINDOW_SLIDING)) {
        return 0;
    }
    return window_bytes(limit->max + 1, limit->within);
}

static uint64_t registration_bytes(const struct sim_service *service)
{
    const struct sup_policy *policy = &service->policy;
    bool extra = policy->breaker.failures > 0 || policy->limit.enabled ||
                 policy->stale_after.ns != SUP_NEVER_NS || policy->kind == SUP_KIND_INTERVAL;
    bool anchored = policy->rules != NULL && policy->rules->from != SUP_FROM_END;
    bool forgives = policy->rules != NULL && policy->rules->reset_from != SUP_RESET_FROM_START;
    bool waits = policy->rules != NULL && policy->rules->operators.waits;
    bool ends = policy->rules != NULL && policy->rules->run_for.ns != SUP_NEVER_NS;
    return BLOCK_BYTES + 2 * strlen(service->name) +
           (extra || anchored || forgives || waits || ends ? EXTRA_BYTES : 0) +
           (anchored ? ANCHOR_BYTES : 0) + (waits ? WAIT_BYTES : 0) + (ends ? LIFETIME_BYTES : 0) +
           (policy->rules != NULL ? WINDOW_BYTES : 0) +
           window_bytes(policy->breaker.failures, policy->breaker.within) +
           limit_bytes(&policy->limit, policy->rules != NULL ? &policy->rules->limit : NULL);
}

/* The supervisor keeps the bounds of a policy's waits until they stop growing, which
 * a factor of 2 does within 64, and one below it may not do for long. */
static uint32_t bound_count(const struct sup_policy *policy)
{
    const struct sup_backoff_policy *backoff = &policy->backoff;
    if (policy->rules != NULL) {
        return BOUNDS_MAX; /* of any shape, at most */
    }
    if (backoff->factor_billionths == SUP_FACTOR_ONE) {
        return 1;
    }
    return backoff->factor_billionths >= 2 * SUP_FACTOR_ONE ? BOUNDS_DOUBLING : BOUNDS_MAX;
}

static uint64_t policy_bytes(struct sim__names *names, const struct sup_policy *policy)
{
    if (names->last_policy != NULL && memcmp(names->last_policy, policy, sizeof(*policy)) == 0) {
        return 0;
    }
    names->last_policy = policy;
    uint64_t rules = policy->rules == NULL ? 0 : sizeof(*policy->rules);
    return POLICY_BYTES + rules + (uint64_t)bound_count(policy) * sizeof(uint64_t);
}

void sim__memory_declare(struct sim__names *names, struct sim__known *known,
                         const struct sim__declaration *declared)
{
    const struct sim_service *service = declared->service;
    SUP_ASSERT(service->name != NULL && service->count > 0);
    names->finishes |= sim__finish_is_in(service) || service->lag != NULL;
    names->lags |= service->lag != NULL;
    uint64_t each = registration_bytes(service);
    uint64_t needs = service->need_count > 0 ? NEED_BYTES : 0;
    uint64_t acted = sum(UNIT_BYTES + needs + (uint64_t)LEVEL_BYTES * declared->depth,
                         declared->stack_bytes > 0 ? sum(TASK_BYTES, declared->stack_bytes) : 0);
    known->acted_bytes = sum(known->acted_bytes, product(acted, service->count) +
                                                     policy_bytes(names, &service->policy));
    if (each > known->each_bytes) {
        known->each_bytes = each;
        known->heaviest = declared->place;
    }
}

/* A replacement has a block of its own while the old one ends. */
static void charge_services(struct sim__reader *reader, struct account *account)
{
    const struct sim_scenario *scenario = reader->scenario;
    bool replaces = scenario->on_duplicate == SUP_DUPLICATE_REPLACE;
    uint64_t greatest = 0;
    for (const struct sim__known *known = reader->names.first; known != NULL; known = known->next) {
        uint64_t block = known->each_bytes + scenario->error_bytes_max;
        uint64_t each = NAME_BYTES + (replaces ? 2 : 1) * block;
        greatest = block > greatest ? block : greatest;
        charge(account, sum(product(each, known->count > 0 ? known->count : 1), known->acted_bytes),
               known->heaviest);
    }
    if (reader->names.finishes) { /* kept by the places of attempts, so for all of them */
        account->total = sum(account->total, product(FINISH_BYTES, reader->names.total));
    }
    if (reader->names.lags) {
        account->total = sum(account->total, product(LAG_BYTES, reader->names.total));
    }
    account->total = sum(account->total, greatest); /* made before the old one is freed */
}

static void charge_groups(struct sim__reader *reader, struct account *account)
{
    const struct sim_scenario *scenario = reader->scenario;
    uint64_t bytes = product(reader->names.group_count, GROUP_BYTES);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        charge(
            account,
            limit_bytes(&scenario->groups[i].policy.limit, &scenario->groups[i].policy.limit_rules),
            scenario->groups[i].place);
    }
    bytes = sum(bytes, limit_bytes(&scenario->root.limit, &scenario->root.limit_rules));
    account->total = sum(account->total, bytes);
}

/* ---- expectations ---- */

/* Looked at whenever something has happened. */
static bool is_ongoing(const struct sim_expectation *entry)
{
    return entry->when == SIM_WHEN_BY || entry->when == SIM_WHEN_ALWAYS ||
           entry->when == SIM_WHEN_NEVER || entry->when == SIM_WHEN_SOMETIMES ||
           entry->when == SIM_WHEN_MEASURE;
}

static uint64_t matched(struct sim__names *names, const struct sim_target *target)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < target->count; i++) {
        if (sim_glob_is(target->patterns[i])) {
            total = sum(total, sim__names_matching(names, target->patterns[i]));
        }
    }
    return total < names->total ? total : names->total;
}

/* An entry, and what its target takes where it is looked at all the time. */
static uint64_t entry_bytes(struct sim__reader *reader, const struct sim_expectation *entry)
{
    uint64_t bytes = ENTRY_BYTES + product(PATTERN_BYTES, entry->target.count);
    if (entry->what == SIM_WHAT_SERVICE && is_ongoing(entry)) {
        bytes = sum(bytes, product(TALLY_BYTES, reader->names.total));
        bytes = sum(bytes, product(MATCH_BYTES, matched(&reader->names, &entry->target)));
    }
    return bytes;
}

/* What counts events has a byte for each name that a filter may be asked about, and a
 * number for each that they may be of. */
static uint64_t counted_bytes(const struct sim__reader *reader, const struct sim_counted *counted)
{
    if (counted == NULL) {
        return 0;
    }
    bool commands = counted->filter.pattern.type == SUP_EVENT_COMMAND ||
                    counted->then.pattern.type == SUP_EVENT_COMMAND;
    return sum(COUNTING_BYTES,
               product(COUNTED_BYTES + (commands ? EARLY_BYTES : 0), reader->names.total));
}

static void charge_expectations(struct sim__reader *reader, struct account *account)
{
    const struct sim_scenario *scenario = reader->scenario;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *entry = &scenario->expectations[i];
        uint64_t bytes = sum(entry_bytes(reader, entry), counted_bytes(reader, entry->counted));
        if (entry->what == SIM_WHAT_SAME_STORY) {
            bytes = sum(bytes, product(TELLER_BYTES, reader->names.total));
        }
        if (entry->what == SIM_WHAT_PLAN) {
            bytes = sum(bytes, PLAN_BYTES);
        }
        if (entry->what == SIM_WHAT_METRICS && is_ongoing(entry)) {
            bytes = sum(bytes, product(MATCH_BYTES, matched(&reader->names, &entry->target)));
        }
        if (entry->what == SIM_WHAT_EVENTS && entry->events_service == NULL &&
            entry->target.count > 0) {
            bytes = sum(bytes, product(entry->exactly ? STORY_BYTES + LINE_BYTES : STORY_BYTES,
                                       reader->names.total));
        }
        for (uint32_t k = 0; k < entry->series_count; k++) {
            const struct sim_series *series = &entry->series[k];
            bool spread = series->bounded || sim_glob_is(series->name);
            bytes = sum(bytes, product(VALUE_BYTES, (uint64_t)series->count + 1));
            bytes = sum(bytes, spread ? product(HEARD_BYTES, reader->names.total) : 0);
        }
        charge(account, bytes, entry->place);
    }
}

static void charge_measures(struct sim__reader *reader, struct account *account)
{
    const struct sim_scenario *scenario = reader->scenario;
    for (uint32_t i = 0; i < scenario->measure_count; i++) {
        const struct sim_measure *measure = &scenario->measures[i];
        const struct sim_expectation *const states[] = {measure->state, measure->from.state,
                                                        measure->until.state};
        uint64_t bytes = sum(ENTRY_BYTES, counted_bytes(reader, measure->counted));
        for (size_t k = 0; k < SIM__COUNT(states); k++) {
            bytes = sum(bytes, states[k] == NULL ? 0 : entry_bytes(reader, states[k]));
        }
        charge(account, bytes, measure->place);
    }
}

/* Whom a rolling action means is kept until all have had their turn. */
static void charge_rolling(struct sim__reader *reader, struct account *account)
{
    const struct sim_scenario *scenario = reader->scenario;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        if (action->rolls) {
            uint64_t turns = sum(matched(&reader->names, &action->target), action->target.count);
            charge(account, product(TURN_BYTES, turns), action->place);
        }
    }
}

/* ---- all together ---- */

static uint64_t source_bytes(const struct sim_scenario *scenario)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < scenario->source_count; i++) {
        bytes += scenario->sources[i].length;
    }
    return bytes;
}

void sim__memory_judge(struct sim__reader *reader)
{
    SUP_ASSERT(reader->diagnosis.total == 0);
    struct sim_scenario *scenario = reader->scenario;
    struct account account = {.place = {1, 1, 0}};
    charge_services(reader, &account);
    charge_groups(reader, &account);
    charge_expectations(reader, &account);
    charge_rolling(reader, &account);
    charge_measures(reader, &account);
    account.total = sum(account.total, (uint64_t)SLOT_BYTES * scenario->blocking_pool +
                                           (uint64_t)ACTION_BYTES * scenario->timeline_count +
                                           (uint64_t)FORK_BYTES * scenario->fork_count);
    /* The files' tree is gone when the run begins. */
    uint64_t reading = reader->tree_bytes + sim__arena_bytes(reader->scratch) +
                       (uint64_t)SOURCE_COPIES * source_bytes(scenario);
    account.total = account.total > reading ? account.total : reading;
    account.total = sum(account.total,
                        PROCESS_BYTES + sim__arena_bytes(reader->arena) + source_bytes(scenario));
    scenario->memory_bytes = account.total;
    if (account.total > reader->memory_max) {
        sim__error_as(reader, SIM__CODE_LIMIT, account.place,
                      "in the worst case a run needs %" PRIu64 " bytes of memory, %" PRIu64
                      " of them for this; %" PRIu64 " are allowed (--max-memory)",
                      account.total, account.most, reader->memory_max);
    }
}
