/* The names of the words, from the lists that make their enums. */
#include "sim/words.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "sup/assert.h"
#include "sup/event.h"

#define SIM__NAME(id, name) name,
#define SIM__NAME_OF_THREE(id, name, more) name,
#define SIM__ARGUMENT(id, name, argument) SIM_ARGUMENT_##argument,
#define SIM__SORT(id, name, sort) SIM_SORT_##sort,

#define NAMES(function, type, list, column) \
    const char *function(type value) \
    { \
        static const char *const names[] = {list(column)}; \
        SUP_ASSERT((size_t)value < sizeof(names) / sizeof(names[0])); \
        return names[value]; \
    }

NAMES(sim_verdict_name, enum sim_verdict, SIM_VERDICT_LIST, SIM__NAME)
NAMES(sim_behaviour_name, enum sim_behaviour_kind, SIM_BEHAVIOUR_LIST, SIM__NAME)
NAMES(sim_step_name, enum sim_step_kind, SIM_STEP_LIST, SIM__NAME_OF_THREE)
NAMES(sim_action_name, enum sim_action_kind, SIM_ACTION_LIST, SIM__NAME_OF_THREE)
NAMES(sim_live_name, enum sim_live_kind, SIM_LIVE_LIST, SIM__NAME)
NAMES(sim_fact_name, enum sim_fact_id, SIM_FACT_LIST, SIM__NAME)
NAMES(sim_stall_name, enum sim_stall, SIM_STALL_LIST, SIM__NAME)
#define CHECKS(X) SIM_CHECK_LIST(X) SIM_WHAT_LIST(X)
NAMES(sim_check_name, enum sim_check, CHECKS, SIM__NAME)
NAMES(sim_event_key_name, enum sim_event_key_id, SIM_EVENT_KEY_LIST, SIM__NAME)

static_assert((uint32_t)SUP_EVENT_TYPES <= (uint32_t)SIM_EVENT_CONDITION,
              "the supervisor's types and the world's are told apart");

const char *sim_event_name(uint32_t type)
{
#define X(id, name) [SIM_EVENT_##id - SIM_EVENT_CONDITION] = name,
    static const char *const names[] = {SIM_WORLD_EVENT_LIST(X)};
#undef X
    bool world = type >= SIM_EVENT_CONDITION;
    return world ? names[type - SIM_EVENT_CONDITION] : sup_event_name((enum sup_event_type)type);
}

enum sim_step_argument sim_step_argument(enum sim_step_kind kind)
{
    static const enum sim_step_argument arguments[] = {SIM_STEP_LIST(SIM__ARGUMENT)};
    SUP_ASSERT((size_t)kind < SIM_STEP_KINDS);
    return arguments[kind];
}

enum sim_action_sort sim_action_sort(enum sim_action_kind kind)
{
    static const enum sim_action_sort sorts[] = {SIM_ACTION_LIST(SIM__SORT)};
    SUP_ASSERT((size_t)kind < SIM_ACTION_KINDS);
    return sorts[kind];
}
