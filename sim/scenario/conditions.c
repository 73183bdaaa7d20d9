/* Conditions: the states of the world that a file names, the action `set`, and what is
 * expected of them. What services do when one is down is needs.c's. */
#include <string.h>

#include "expectations.h"

#define HINT_NAMES 200u

static bool declare(struct sim__reader *r, const struct sim__entry *entry, uint32_t index)
{
    const char *mistake = sim__name_mistake(entry->key, entry->key_length, SIM__FORM_NAME);
    if (mistake != NULL) {
        sim__error_as(r, SIM__CODE_BAD_NAME, entry->place, "the name `%s` %s",
                      sim__quotable(r->scratch, entry->key, entry->key_length), mistake);
        return false;
    }
    struct sim_condition *condition = &r->scenario->conditions[index];
    bool is_new;
    condition->place = entry->place;
    condition->name = sim__arena_text(r->arena, entry->key, entry->key_length);
    condition->state = "up";
    struct sim__slot *slot =
        sim__table_add(&r->names.conditions, 0, condition->name, entry->key_length, &is_new);
    if (condition->name == NULL || slot == NULL) {
        return false;
    }
    slot->value = (void *)(uintptr_t)(index + 1);
    (void)sim__read_state(r, entry->value, &condition->state);
    return true;
}

void sim__read_conditions(struct sim__reader *r, const struct sim__node *node)
{
    r->names.conditions_in_doubt = true;
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of names and states, as in `{db: up}`");
        return;
    }
    if (node->count > SIM_CONDITIONS_MAX) {
        sim__error_as(r, SIM__CODE_LIMIT, node->at,
                      "%u conditions are more than the %u that there can be", node->count,
                      SIM_CONDITIONS_MAX);
        return;
    }
    r->scenario->conditions =
        sim__arena_alloc(r->arena, node->count, sizeof(*r->scenario->conditions));
    uint32_t count = 0;
    for (uint32_t i = 0; r->scenario->conditions != NULL && i < node->count; i++) {
        count += declare(r, &node->entries[i], count) ? 1 : 0;
    }
    r->scenario->condition_count = count;
    r->names.conditions_in_doubt = count < node->count;
}

static void report_unknown(struct sim__reader *r, const struct sim__entry *entry)
{
    const struct sim_scenario *scenario = r->scenario;
    const char *name = sim__quotable(r->scratch, entry->key, entry->key_length);
    if (r->names.conditions_in_doubt) {
        r->diagnosis.total++; /* what is wrong with them has been said */
        return;
    }
    if (scenario->condition_count == 0) {
        sim__error_as(r, SIM__CODE_UNKNOWN_NAME, entry->place,
                      "no condition is called `%s`" SIM__HINT
                      "; `conditions: {%s: up}` at the top of the file "
                      "makes it one",
                      name, name);
        return;
    }
    const char *names[HINT_NAMES];
    uint32_t count = 0;
    for (; count < scenario->condition_count && count < HINT_NAMES; count++) {
        names[count] = scenario->conditions[count].name;
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_NAME, entry->place, "no condition is called `%s`%s", name,
                  sim__hint(r, entry->key, names, count));
}

bool sim__find_condition(struct sim__reader *r, const struct sim__entry *entry,
                         uint32_t *ret_condition)
{
    const struct sim__slot *slot =
        sim__table_find(&r->names.conditions, 0, entry->key, entry->key_length);
    if (slot == NULL || slot->value == NULL) {
        report_unknown(r, entry);
        return false;
    }
    *ret_condition = (uint32_t)(uintptr_t)slot->value - 1;
    return true;
}

/* A map of conditions that are declared, with something in it. */
static bool is_map_of_conditions(struct sim__reader *r, const struct sim__node *node)
{
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of conditions and states, as in `{db: down}`");
        return false;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at,
                      "%sno condition is named" SIM__HINT "; say which, as in `{db: down}`",
                      sim__label(r, node));
        return false;
    }
    r->work += node->count;
    return true;
}

/* ---- the action ---- */

void sim__read_settings(struct sim__reader *r, const struct sim__node *node,
                        struct sim_action *action)
{
    if (!is_map_of_conditions(r, node)) {
        return;
    }
    struct sim_setting *settings = sim__arena_alloc(r->arena, node->count, sizeof(*settings));
    for (uint32_t i = 0; settings != NULL && i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        struct sim_setting *setting = &settings[action->setting_count];
        bool known = sim__find_condition(r, entry, &setting->condition);
        if (sim__read_state(r, entry->value, &setting->state) && known) {
            setting->place = entry->place;
            setting->index = r->scenario->setting_count++;
            action->setting_count++;
        }
    }
    action->settings = settings;
}

/* ---- the expectation ---- */

static bool read_wanted(struct sim__reader *r, const struct sim__node *node,
                        const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    return sim__read_state(r, node, &value->text);
}

void sim__read_conditions_what(struct sim__reader *r, const struct sim__node *node,
                               struct sim_expectation *expectation)
{
    expectation->what = SIM_WHAT_CONDITIONS;
    if (!is_map_of_conditions(r, node)) {
        return;
    }
    struct sim_condition_match *list = sim__arena_alloc(r->arena, node->count, sizeof(*list));
    for (uint32_t i = 0; list != NULL && i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        struct sim_condition_match *wanted = &list[expectation->condition_count];
        bool known = sim__find_condition(r, entry, &wanted->condition);
        wanted->match = (struct sim_match){.kind = SIM_MATCH_TEXT};
        if (sim__read_values(r, entry->value, read_wanted, NULL, &wanted->match) && known) {
            wanted->name = r->scenario->conditions[wanted->condition].name;
            expectation->condition_count++;
        }
    }
    expectation->conditions = list;
}
