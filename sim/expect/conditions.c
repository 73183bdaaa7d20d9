/* Expectations about the conditions of the world, whose states come with events. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "match.h"
#include "sup/assert.h"
#include "sup/error.h"

int sim__states_init(struct sim_expect *expect)
{
    const struct sim_scenario *scenario = expect->scenario;
    if (scenario->condition_count == 0) {
        return SUP_OK;
    }
    expect->states = calloc(scenario->condition_count, sizeof(*expect->states));
    if (expect->states == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < scenario->condition_count; i++) {
        expect->states[i] = scenario->conditions[i].state;
    }
    expect->types |= UINT32_C(1) << SIM_EVENT_CONDITION;
    return SUP_OK;
}

void sim__states_listen(struct sim_expect *expect, const struct sup_event *event)
{
    const struct sim_scenario *scenario = expect->scenario;
    uint32_t i = 0;
    while (i < scenario->condition_count &&
           strcmp(scenario->conditions[i].name, event->error) != 0) {
        i++;
    }
    SUP_ASSERT(i < scenario->condition_count);
    expect->states[i] = event->text; /* the scenario's */
}

static bool holds(const struct sim__entry *entry, const struct sim_condition_match *wanted)
{
    return sim__match_text(&wanted->match, entry->states[wanted->condition]);
}

bool sim__states_hold(const struct sim__entry *entry)
{
    const struct sim_expectation *e = entry->expectation;
    for (uint32_t i = 0; i < e->condition_count; i++) {
        if (!holds(entry, &e->conditions[i])) {
            return false;
        }
    }
    return true;
}

void sim__states_describe(struct sim__text *out, const struct sim_expectation *e)
{
    sim__text_put(out, "conditions: ");
    for (uint32_t i = 0; i < e->condition_count; i++) {
        sim__text_put(out, i == 0 ? "" : ", ");
        sim__text_put(out, e->conditions[i].name);
        sim__text_char(out, ' ');
        sim__match_wanted(out, &e->conditions[i].match, SIM__MATCH_PLAIN);
    }
}

void sim__states_explain(const struct sim__entry *entry, struct sim__text *out)
{
    const struct sim_expectation *e = entry->expectation;
    bool any = false;
    for (uint32_t i = 0; i < e->condition_count; i++) {
        const struct sim_condition_match *wanted = &e->conditions[i];
        if (e->when == SIM_WHEN_NEVER || !holds(entry, wanted)) {
            sim__text_put(out, any ? ", " : "");
            sim__text_put(out, wanted->name);
            sim__text_char(out, ' ');
            sim__text_put(out, entry->states[wanted->condition]);
            any = true;
        }
    }
}
