/* The actions of scripts: a table of all `do` steps of a scenario. */
#include "scripted.h"

#include <stdlib.h>

#include "sup/assert.h"
#include "sup/error.h"
#include "timeline.h"

/* Actions of scripts are found by their address, which decides nothing but where
 * in the table they are. */
static uint32_t bucket_of(const struct sim_timeline *timeline, const struct sim_action *action)
{
    SUP_ASSERT((timeline->bucket_count & (timeline->bucket_count - 1)) == 0);
    uint64_t key = (uint64_t)(uintptr_t)action * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(key >> 32) & (timeline->bucket_count - 1);
}

static bool buckets_grow(struct sim_timeline *timeline)
{
    uint32_t count = timeline->bucket_count == 0 ? 16 : timeline->bucket_count * 2;
    struct sim_act **buckets = calloc(count, sizeof(struct sim_act *));
    if (buckets == NULL) {
        return false;
    }
    free(timeline->buckets);
    timeline->buckets = buckets;
    timeline->bucket_count = count;
    for (struct sim_act *act = timeline->scripted; act != NULL; act = act->next) {
        uint32_t bucket = bucket_of(timeline, act->action);
        act->chain = buckets[bucket];
        buckets[bucket] = act;
    }
    return true;
}

struct sim_act *sim__timeline_scripted(const struct sim_timeline *timeline,
                                       const struct sim_action *action)
{
    struct sim_act *act = NULL;
    if (timeline->bucket_count > 0) {
        act = timeline->buckets[bucket_of(timeline, action)];
    }
    while (act != NULL && act->action != action) {
        act = act->chain;
    }
    return act;
}

static struct sim_act *act_new(struct sim_timeline *timeline, const struct sim_action *action)
{
    if (timeline->scripted_count >= timeline->bucket_count && !buckets_grow(timeline)) {
        return NULL;
    }
    struct sim_act *act = calloc(1, sizeof(*act));
    if (act == NULL) {
        return NULL;
    }
    *act = (struct sim_act){
        .action = action, .due_ns = UINT64_MAX, .scripted = true, .by_chance = true};
    SUP_ASSERT(timeline->scripted_count < timeline->bucket_count);
    uint32_t bucket = bucket_of(timeline, action);
    act->chain = timeline->buckets[bucket];
    timeline->buckets[bucket] = act;
    *timeline->scripted_end = act;
    timeline->scripted_end = &act->next;
    timeline->scripted_count++;
    return act;
}

/* Finding them: services, and those that actions spawn, their scripts, and blocks
 * within blocks. */

/* Whether a draw decides that an attempt gets there. */
enum course { FOR_SURE, BY_CHANCE };

static int add_service(struct sim_timeline *timeline, const struct sim_service *service,
                       enum course course);

static int add_action(struct sim_timeline *timeline, const struct sim_action *action,
                      enum course course)
{
    struct sim_act *act = sim__timeline_scripted(timeline, action);
    bool known = act != NULL;
    if (!known) {
        act = act_new(timeline, action);
    }
    if (act == NULL) {
        return SUP_ENOMEM;
    }
    act->by_chance = act->by_chance && course == BY_CHANCE;
    if (known || action->kind != SIM_ACT_SPAWN) {
        return SUP_OK;
    }
    return add_service(timeline, action->service, course);
}

static int add_block(struct sim_timeline *timeline, const struct sim_block *block,
                     enum course course)
{
    int error = SUP_OK;
    for (uint32_t i = 0; i < block->count && error == SUP_OK; i++) {
        const struct sim_step *step = &block->steps[i];
        if (step->kind == SIM_STEP_DO) {
            error = add_action(timeline, step->action, course);
        } else if (step->kind == SIM_STEP_REPEAT || step->kind == SIM_STEP_ON_CANCEL) {
            error = add_block(timeline, &step->body, course);
        } else if (step->kind == SIM_STEP_CHOOSE) {
            for (uint32_t c = 0; c < step->choice_count && error == SUP_OK; c++) {
                error = add_block(timeline, &step->choices[c].block, BY_CHANCE);
            }
        }
    }
    return error;
}

static int add_item(struct sim_timeline *timeline, const struct sim_behaviour *item,
                    enum course course)
{
    int error = SUP_OK;
    if (item->kind == SIM_STEPS) {
        error = add_block(timeline, &item->steps, course);
    }
    for (uint32_t i = 0; item->kind == SIM_ANY && i < item->way_count && error == SUP_OK; i++) {
        error = add_item(timeline, &item->ways[i], BY_CHANCE);
    }
    return error;
}

static int add_service(struct sim_timeline *timeline, const struct sim_service *service,
                       enum course course)
{
    int error = SUP_OK;
    for (uint32_t i = 0; i < service->script_count && error == SUP_OK; i++) {
        error = add_item(timeline, &service->script[i], course);
    }
    for (uint32_t i = 0; i < service->need_count && error == SUP_OK; i++) {
        error = add_item(timeline, service->needs[i].behaviour, course);
    }
    return error;
}

int sim__scripted_init(struct sim_timeline *timeline, const struct sim_scenario *scenario)
{
    int error = SUP_OK;
    for (uint32_t i = 0; i < scenario->service_count && error == SUP_OK; i++) {
        error = add_service(timeline, &scenario->services[i], FOR_SURE);
    }
    for (uint32_t i = 0; i < scenario->timeline_count && error == SUP_OK; i++) {
        if (scenario->timeline[i].kind == SIM_ACT_SPAWN) {
            error = add_service(timeline, scenario->timeline[i].service, FOR_SURE);
        }
    }
    return error;
}

void sim__scripted_release(struct sim_timeline *timeline)
{
    while (timeline->scripted != NULL) {
        struct sim_act *act = timeline->scripted;
        timeline->scripted = act->next;
        free(act);
    }
    free(timeline->buckets);
}
