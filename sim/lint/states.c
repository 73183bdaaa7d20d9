/* States that are meant to be `up` and are not: every other word is down. */
#include <string.h>

#include "traps.h"

static bool is_nearly_up(const char *state)
{
    return (state[0] == 'U' || state[0] == 'u') && (state[1] == 'P' || state[1] == 'p') &&
           state[2] == '\0' && strcmp(state, "up") != 0;
}

static void look_at_state(struct sim__lint *lint, struct sim_place place, const char *condition,
                          const char *state)
{
    if (is_nearly_up(state)) {
        sim__warn(lint, place,
                  "`%s` is not `up`: a condition `%s` that is so is down" SIM__HINT "; write `up`",
                  state, condition);
    }
}

static void look_at_action(struct sim__lint *lint, const struct sim_action *action)
{
    for (uint32_t i = 0; i < action->setting_count; i++) {
        const struct sim_setting *setting = &action->settings[i];
        look_at_state(lint, setting->place, lint->scenario->conditions[setting->condition].name,
                      setting->state);
    }
}

/* ---- scripts ---- */

static void look_at_block(struct sim__lint *lint, const struct sim_block *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const struct sim_step *step = &block->steps[i];
        if (step->action != NULL) {
            look_at_action(lint, step->action);
        }
        for (uint32_t k = 0; k < step->choice_count; k++) {
            look_at_block(lint, &step->choices[k].block);
        }
        look_at_block(lint, &step->body);
    }
}

static void look_at_item(struct sim__lint *lint, const struct sim_behaviour *item)
{
    look_at_block(lint, &item->steps);
    for (uint32_t i = 0; i < item->way_count; i++) {
        look_at_item(lint, &item->ways[i]);
    }
}

/* `before` is the service looked at before, or NULL: what comes from `defaults` is one for
 * all. */
static void look_at_service(struct sim__lint *lint, const struct sim_service *service,
                            const struct sim_service *before)
{
    bool new_script = before == NULL || before->script != service->script;
    bool new_needs = before == NULL || before->needs != service->needs;
    for (uint32_t i = 0; new_script && i < service->script_count; i++) {
        look_at_item(lint, &service->script[i]);
    }
    for (uint32_t i = 0; new_needs && i < service->need_count; i++) {
        look_at_item(lint, service->needs[i].behaviour);
    }
}

/* ---- all of it ---- */

static void look_at_wanted(struct sim__lint *lint, const struct sim_expectation *expectation)
{
    for (uint32_t i = 0; i < expectation->condition_count; i++) {
        const struct sim_condition_match *wanted = &expectation->conditions[i];
        const struct sim_match *match = &wanted->match;
        look_at_state(lint, match->place, wanted->name, match->text);
        for (uint32_t k = 0; k < match->other_count; k++) {
            look_at_state(lint, match->place, wanted->name, match->others[k].text);
        }
    }
}

void sim__trap_state_nearly_up(struct sim__lint *lint)
{
    const struct sim_scenario *scenario = lint->scenario;
    const struct sim_service *before = NULL;
    for (uint32_t i = 0; i < scenario->condition_count; i++) {
        const struct sim_condition *condition = &scenario->conditions[i];
        look_at_state(lint, condition->place, condition->name, condition->state);
    }
    for (uint32_t i = 0; scenario->condition_count > 0 && i < scenario->service_count; i++) {
        look_at_service(lint, &scenario->services[i], before);
        before = &scenario->services[i];
    }
    for (uint32_t i = 0; scenario->condition_count > 0 && i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        look_at_action(lint, action);
        if (action->service != NULL) {
            look_at_service(lint, action->service, before);
            before = action->service;
        }
    }
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        look_at_wanted(lint, &scenario->expectations[i]);
    }
}
