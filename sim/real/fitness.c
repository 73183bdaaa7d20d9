/* Whether a file asks for what only virtual time has, before anything is run. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "crew.h"
#include "internal.h"
#include "sim/scenario/finish.h"

void sim__skip(struct sim__skip *skip, enum sim__skip_kind kind, const char *format, ...)
{
    va_list arguments;
    skip->kind = kind;
    va_start(arguments, format);
    (void)vsnprintf(skip->why, sizeof(skip->why), format, arguments);
    va_end(arguments);
}

static bool action_has(const struct sim_action *action, enum sim_action_kind kind);

static bool block_has(const struct sim_block *block, enum sim_action_kind kind)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const struct sim_step *step = &block->steps[i];
        if (step->kind == SIM_STEP_DO && action_has(step->action, kind)) {
            return true;
        }
        if (block_has(&step->body, kind)) {
            return true;
        }
        for (uint32_t c = 0; c < step->choice_count; c++) {
            if (block_has(&step->choices[c].block, kind)) {
                return true;
            }
        }
    }
    return false;
}

static bool item_has(const struct sim_behaviour *item, enum sim_action_kind kind)
{
    for (uint32_t i = 0; i < item->way_count; i++) {
        if (item_has(&item->ways[i], kind)) {
            return true;
        }
    }
    return block_has(&item->steps, kind);
}

static bool needs_have(const struct sim_service *service, enum sim_action_kind kind)
{
    for (uint32_t i = 0; i < service->need_count; i++) {
        if (item_has(service->needs[i].behaviour, kind)) {
            return true;
        }
    }
    return false;
}

static bool service_has(const struct sim_service *service, enum sim_action_kind kind)
{
    for (uint32_t i = 0; i < service->script_count; i++) {
        if (item_has(&service->script[i], kind)) {
            return true;
        }
    }
    return needs_have(service, kind);
}

static bool action_has(const struct sim_action *action, enum sim_action_kind kind)
{
    return action->kind == kind ||
           (action->kind == SIM_ACT_SPAWN && service_has(action->service, kind));
}

static bool has(const struct sim_scenario *scenario, enum sim_action_kind kind)
{
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        if (action_has(&scenario->timeline[i], kind)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        if (service_has(&scenario->services[i], kind)) {
            return true;
        }
    }
    return false;
}

/* A real program ends by a signal when it is told to, and has no error to end with. */
static bool has_programs_to_fail(const struct sim_service *service)
{
    for (uint32_t i = 0; i < service->need_count; i++) {
        if (service->exec != NULL && service->needs[i].live == SIM_LIVE_FAIL) {
            return true;
        }
    }
    return false;
}

/* The first service of the file that is so; NULL: none is. */
static const struct sim_service *first_that(const struct sim_scenario *scenario,
                                            bool (*is_so)(const struct sim_service *))
{
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        if (is_so(&scenario->services[i])) {
            return &scenario->services[i];
        }
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        if (action->kind == SIM_ACT_SPAWN && is_so(action->service)) {
            return action->service;
        }
    }
    return NULL;
}

static bool has_lag(const struct sim_service *service)
{
    return service->lag != NULL;
}

static uint64_t count_services(const struct sim_scenario *scenario)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        count += scenario->services[i].count;
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        count += action->kind == SIM_ACT_SPAWN ? action->service->count : 0;
    }
    return count;
}

/* The task of a service that is not a program of its own there. */
static const struct sim_task_call *task_without_program(const struct sim_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        const struct sim_service *service = &scenario->services[i];
        if (service->script_count > 0 && service->script[0].call != NULL && service->exec == NULL) {
            return service->script[0].call;
        }
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_service *service = scenario->timeline[i].service;
        if (scenario->timeline[i].kind == SIM_ACT_SPAWN && service->script_count > 0 &&
            service->script[0].call != NULL && service->exec == NULL) {
            return service->script[0].call;
        }
    }
    return NULL;
}

void sim__fitness(const struct sim_scenario *scenario, const struct sim_crew_kind *crew,
                  struct sim__skip *skip)
{
    uint64_t count = count_services(scenario);
    const struct sim_task_call *call = crew->as_processes ? task_without_program(scenario) : NULL;
    const struct sim_service *program =
        crew->as_processes ? first_that(scenario, has_programs_to_fail) : NULL;
    const struct sim_service *lags = first_that(scenario, has_lag);
    const struct sim_service *finishes = first_that(scenario, sim__finish_is_in);
    if (scenario->virtual_only != NULL) {
        sim__skip(skip, SIM__SKIP_FILE, "virtual-only: %.500s", scenario->virtual_only);
    } else if (scenario->order_random) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "order: random decides among things due at one instant, which only virtual "
                  "time has");
    } else if (has(scenario, SIM_ACT_STALL)) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "stall: only virtual time can be taken away from the supervisor");
    } else if (has(scenario, SIM_ACT_CALM)) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "calm: what a thread or a process is in the middle of cannot be changed");
    } else if (scenario->has_verdict && scenario->verdict != SIM_EXPECTATION_FAILED) {
        sim__skip(skip, SIM__SKIP_FILE, "verdict: %s is what only a simulated run comes to",
                  sim_verdict_name(scenario->verdict));
    } else if (call != NULL) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "the task %s is a function, which runs as a coroutine or on a thread",
                  call->name);
    } else if (program != NULL) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "live: fail of service %.128s: a program of `exec` cannot be made to fail",
                  program->name);
    } else if (lags != NULL) {
        sim__skip(skip, SIM__SKIP_FILE, "lag of service %.128s: the system is as late as it is",
                  lags->name);
    } else if (finishes != NULL) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "finish of service %.128s: no executor of the system runs anything after an "
                  "attempt",
                  finishes->name);
    } else if (count > crew->services_max) {
        sim__skip(skip, SIM__SKIP_FILE,
                  "%" PRIu64 " services are more than the %" PRIu32
                  " that can be started together on %s",
                  count, crew->services_max, crew->name);
    }
}
