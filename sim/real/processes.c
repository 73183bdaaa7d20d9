/* Scenario services as child processes; see processes.h. */
#define _GNU_SOURCE
#include "processes.h"
#include "sim/attempt/follow.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/chaos/child.h"
#include "sim/chaos/encode.h"
#include "sup/error.h"
#include "sup/random.h"
#include "sup/supervisor.h"

#define LABEL_BYTES (SUP_NAME_MAX + 16)
#define CHANCE_BYTES 96
/* For a child that was told to end, however loaded the machine is. */
#define PATIENCE SUP_SEC(20)

/* One registered name of a definition. */
struct agent {
    struct agent *next;
    const struct sim_service *service;
    struct sim__follower follower;
};

/* What is kept of a slot, a name of the supervisor. */
struct slot {
    bool known; /* the streams are derived */
    bool scripted;
    struct sup_attempt id; /* last started; attempt 0: none */
    const struct sim_behaviour *behaviour;
    struct sup_random durations;
    struct sup_random branches;
    struct sup_random ways; /* of an `any`; not used where `prepare` decides */
};

struct sim_processes {
    struct sim_processes_config config;
    struct sup_processes *inner;
    struct sup_executor executor;
    struct agent *agents;
    struct slot *slots;
    uint32_t slot_count;
};

void sim__processes_config_default(struct sim_processes_config *ret_config)
{
    *ret_config = (struct sim_processes_config){.seed = 1, .output = SUP_OUTPUT_INHERIT};
    sup_processes_config_default(&ret_config->processes);
}

/* ---- slots ---- */

static int reserve(struct sim_processes *processes, uint32_t slot)
{
    if (slot < processes->slot_count) {
        return SUP_OK;
    }
    uint32_t count = slot < 64 ? 128 : slot * 2;
    struct slot *grown = realloc(processes->slots, count * sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    memset(grown + processes->slot_count, 0, (count - processes->slot_count) * sizeof(*grown));
    processes->slots = grown;
    processes->slot_count = count;
    return SUP_OK;
}

/* The simulator's own labels, so that the draws are the same. */
static struct sup_random derive(uint64_t seed, const char *what, const char *service)
{
    char label[LABEL_BYTES];
    (void)snprintf(label, sizeof(label), "%s:%s", what, service);
    return sup_random_derive(seed, label, strlen(label));
}

static struct slot *slot_of(struct sim_processes *processes, const struct sup_start *start)
{
    if (reserve(processes, start->id.slot) != SUP_OK) {
        return NULL;
    }
    struct slot *slot = &processes->slots[start->id.slot];
    if (!slot->known) {
        slot->durations = derive(processes->config.seed, "script", start->service);
        slot->branches = derive(processes->config.seed, "choose", start->service);
        slot->ways = derive(processes->config.seed, "any", start->service);
        slot->known = true;
    }
    return slot;
}

/* ---- starting ---- */

static int start_spec(struct sim_processes *processes, const struct sup_start *start,
                      const struct sup_process_spec *spec, const char **ret_error)
{
    struct sup_start inner = *start;
    inner.work = (void *)(uintptr_t)spec;
    return processes->executor.start(processes->executor.context, &inner, ret_error);
}

/* Whether the behaviour is the item, or one of those that an `any` leaves open. */
static bool is_in(const struct sim_behaviour *item, const struct sim_behaviour *behaviour)
{
    for (uint32_t i = 0; i < item->way_count; i++) {
        if (is_in(&item->ways[i], behaviour)) {
            return true;
        }
    }
    return item == behaviour;
}

/* Of a service with a program of its own only what it does while a condition is down is
 * acted by a child. */
static bool is_scripted(const struct sim_service *service, const struct sim_behaviour *behaviour)
{
    for (uint32_t i = 0; i < service->need_count; i++) {
        if (is_in(service->needs[i].behaviour, behaviour)) {
            return true;
        }
    }
    return service->exec == NULL;
}

/* A real program. It is offered every way to report, whatever its policy waits for, and
 * the helpers of a shell script may speak for it. */
static int start_program(struct sim_processes *processes, const struct sim_service *service,
                         const struct sup_start *start, const char **ret_error)
{
    const struct sup_policy *policy = &service->policy;
    struct sup_process_spec spec = {
        .argv = service->exec,
        .output = processes->config.keep_programs ? SUP_OUTPUT_KEEP : processes->config.output,
        .notify = true,
        .notify_access = SUP_NOTIFY_GROUP,
        .ready_pipe = true,
        .watchdog = policy->stale_after,
    };
    return start_spec(processes, start, &spec, ret_error);
}

static struct sup_instant clock_now(void)
{
    struct timespec now = {0};
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    return (struct sup_instant){failed == 0 ? ns : 0};
}

static uint64_t signal_bit(int number)
{
    return UINT64_C(1) << (number - 1);
}

static int start_chaos(struct sim_processes *processes, const struct slot *slot,
                       const struct sup_start *start, const char **ret_error)
{
    char chance[CHANCE_BYTES];
    uint64_t speed = processes->config.speed_billionths;
    int stop_signal = start->stop_signal != 0 ? start->stop_signal : SIGTERM;
    (void)snprintf(chance, sizeof(chance), "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d",
                   clock_now().ns, speed > 0 ? speed : SIM_CHAOS_SPEED_ONE, slot->durations.state,
                   slot->branches.state, stop_signal);
    size_t size = sim__chaos_encode(slot->behaviour, NULL, 0) + 1;
    char *item = malloc(size);
    if (item == NULL) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    (void)sim__chaos_encode(slot->behaviour, item, size);
    const char *program = processes->config.program;
    const char *const argv[] = {program != NULL ? program : "/proc/self/exe",
                                SIM_CHAOS_WORD,
                                start->service,
                                item,
                                chance,
                                NULL};
    struct sup_process_spec spec = {
        .argv = argv,
        .output = processes->config.output,
        .ready_pipe = true,
        .blocked = signal_bit(stop_signal) | signal_bit(SIM_CHAOS_SIGNAL),
    };
    int result = start_spec(processes, start, &spec, ret_error);
    free(item);
    return result;
}

int sim__processes_prepare(const struct sup_start *start, const struct sim_service **ret_service,
                           const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    struct agent *agent = start->work;
    const struct sim_behaviour *behaviour =
        sim__follow(&agent->follower, agent->service, start->id);
    if (behaviour->kind == SIM_REFUSE && agent->service->exec == NULL) {
        *ret_error = behaviour->error;
        return SUP_EREFUSED;
    }
    *ret_service = agent->service;
    *ret_behaviour = behaviour;
    return SUP_OK;
}

static int prepare(const struct sim_processes *processes, const struct sup_start *start,
                   const struct sim_service **ret_service,
                   const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    const struct sim_processes_config *config = &processes->config;
    if (config->prepare == NULL) {
        return sim__processes_prepare(start, ret_service, ret_behaviour, ret_error);
    }
    return config->prepare(config->context, start, ret_service, ret_behaviour, ret_error);
}

static uint32_t choose_way(void *context, uint32_t n)
{
    return (uint32_t)sup_random_upto(context, n - 1, NULL);
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sim_processes *processes = context;
    struct slot *slot = slot_of(processes, start);
    if (slot == NULL) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    const struct sim_service *service;
    int error = prepare(processes, start, &service, &slot->behaviour, ret_error);
    if (error != SUP_OK) {
        return error;
    }
    slot->id = start->id;
    slot->scripted = is_scripted(service, slot->behaviour);
    slot->behaviour = sim__decide(slot->behaviour, choose_way, &slot->ways);
    if (slot->scripted && slot->behaviour->kind == SIM_REFUSE) {
        *ret_error = slot->behaviour->error;
        return SUP_EREFUSED;
    }
    if (!slot->scripted) {
        return start_program(processes, service, start, ret_error);
    }
    return start_chaos(processes, slot, start, ret_error);
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    const struct sup_executor *executor = &((struct sim_processes *)context)->executor;
    executor->cancel(executor->context, id, work);
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    const struct sup_executor *executor = &((struct sim_processes *)context)->executor;
    executor->abort(executor->context, id, work);
}

struct sup_executor sim__processes_executor(struct sim_processes *processes)
{
    return (struct sup_executor){
        .start = start, .cancel = cancel, .abort = abort_attempt, .context = processes};
}

/* ---- what children say ---- */

static struct slot *live_slot(struct sim_processes *processes, uint32_t slot)
{
    struct slot *found = slot < processes->slot_count ? &processes->slots[slot] : NULL;
    bool live = found != NULL && found->id.attempt != 0 &&
                sup_processes_pid(processes->inner, found->id) > 0;
    return live ? found : NULL;
}

static bool order(struct sim_processes *processes, uint32_t slot, enum sim_chaos_order what,
                  int argument)
{
    const struct slot *found = live_slot(processes, slot);
    if (found == NULL) {
        return false;
    }
    pid_t pid = sup_processes_pid(processes->inner, found->id);
    if (found->scripted) {
        union sigval value = {.sival_int = (int)what | argument << SIM_CHAOS_ORDER_BITS};
        return sigqueue(pid, SIM_CHAOS_SIGNAL, value) == 0;
    }
    return what == SIM_CHAOS_CRASH && kill(pid, argument > 0 ? argument : SIGABRT) == 0;
}

/* The streams move on as if the numbers had been drawn here: a state advances by
 * the same step with every number, which the first one from zero shows. */
static void skip(struct sup_random *random, uint64_t count)
{
    struct sup_random step = {0};
    (void)sup_random_next(&step);
    random->state += step.state * count;
}

static void message(void *context, struct sup_attempt id, const char *text)
{
    struct sim_processes *processes = context;
    const struct sim_processes_config *config = &processes->config;
    struct slot *slot = id.slot < processes->slot_count ? &processes->slots[id.slot] : NULL;
    if (slot == NULL || !slot->scripted || slot->id.attempt != id.attempt ||
        slot->id.generation != id.generation) {
        return; /* of an attempt that was given up */
    }
    uint64_t first;
    uint64_t second;
    if (sscanf(text, "drawn %" SCNu64 " %" SCNu64, &first, &second) == 2) {
        skip(&slot->durations, first);
        skip(&slot->branches, second);
    } else if (sscanf(text, "do %" SCNu64, &first) == 1) {
        const struct sim_action *action = sim__chaos_action(slot->behaviour, first);
        if (action != NULL && config->act != NULL) {
            config->act(config->context, id, action);
        }
        (void)order(processes, id.slot, SIM_CHAOS_GO_ON, 0);
    }
}

/* ---- injections ---- */

static bool order_end(struct sim_processes *processes, uint32_t slot, const struct sup_end *end)
{
    switch (end->outcome) {
    case SUP_OUTCOME_SUCCEEDED:
        return order(processes, slot, SIM_CHAOS_SUCCEED, 0);
    case SUP_OUTCOME_CRASHED:
        return order(processes, slot, SIM_CHAOS_CRASH, end->signal);
    default:
        return order(processes, slot, SIM_CHAOS_FAIL, end->has_code ? end->code : 0);
    }
}

bool sim__processes_end(struct sim_processes *processes, uint32_t slot, const struct sup_end *end)
{
    return order_end(processes, slot, end) &&
           sup_processes_await(processes->inner, processes->slots[slot].id, PATIENCE) == SUP_OK;
}

bool sim__processes_say(struct sim_processes *processes, uint32_t slot, enum sim_say say)
{
    switch (say) {
    case SIM_SAY_READY:
        return order(processes, slot, SIM_CHAOS_READY, 0);
    case SIM_SAY_NOT_READY:
        return order(processes, slot, SIM_CHAOS_NOT_READY, 0);
    case SIM_SAY_BEAT:
        return order(processes, slot, SIM_CHAOS_BEAT, 0);
    default:
        return false;
    }
}

/* ---- creation ---- */

int sim__processes_create(const struct sim_processes_config *config,
                          struct sim_processes **ret_processes)
{
    struct sim_processes *processes = calloc(1, sizeof(*processes));
    if (processes == NULL) {
        return SUP_ENOMEM;
    }
    processes->config = *config;
    struct sup_processes_config inner = config->processes;
    inner.message = message;
    inner.message_context = processes;
    int error = sup_processes_create(&inner, &processes->inner);
    if (error != SUP_OK) {
        free(processes);
        return error;
    }
    processes->executor = sup_processes_executor(processes->inner);
    *ret_processes = processes;
    return SUP_OK;
}

int sim__processes_free(struct sim_processes *processes)
{
    if (processes == NULL) {
        return SUP_OK;
    }
    int error = sup_processes_free(processes->inner);
    if (error != SUP_OK) {
        return error;
    }
    while (processes->agents != NULL) {
        struct agent *agent = processes->agents;
        processes->agents = agent->next;
        free(agent);
    }
    free(processes->slots);
    free(processes);
    return SUP_OK;
}

int sim__processes_bind(struct sim_processes *processes, struct sup_host *host)
{
    return sup_processes_bind(processes->inner, host);
}

struct sup_processes *sim__processes_inner(struct sim_processes *processes)
{
    return processes->inner;
}

int sim__processes_define(struct sim_processes *processes, const struct sim_service *service,
                          void **ret_work)
{
    struct agent *agent = calloc(1, sizeof(*agent));
    if (agent == NULL) {
        return SUP_ENOMEM;
    }
    agent->service = service;
    agent->follower.first = 1;
    agent->next = processes->agents;
    processes->agents = agent;
    *ret_work = agent;
    return SUP_OK;
}

uint32_t sim__processes_reached(const void *work)
{
    return ((const struct agent *)work)->follower.reached;
}
