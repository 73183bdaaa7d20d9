/* The lists of keys and words that the types name. */
#include <string.h>

#include "sim/scenario/keys.h"
#include "sup/control.h"
#include "sup/error.h"
#include "sup/event.h"
#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"
#include "types.h"

/* The name that a row of a list gives: its second word; of an error its third, and of a
 * metric its first. */
#define NAME(id, ...) SIM__FIRST(__VA_ARGS__, 0),
#define ERROR_NAME(id, number, name, ...) name,
#define METRIC_NAME(name, ...) #name,

#define LISTS(X) \
    X(SIM_ACTION_LIST, NAME) \
    X(SIM_BEHAVIOUR_LIST, NAME) \
    X(SIM_DRAW_LIST, NAME) \
    X(SIM_EVENT_KEY_LIST, NAME) \
    X(SIM_FACT_LIST, NAME) \
    X(SIM_LIVE_LIST, NAME) \
    X(SIM_ORDER_LIST, NAME) \
    X(SIM_PLAN_LIST, NAME) \
    X(SIM_RESTART_ALIAS_LIST, NAME) \
    X(SIM_SAME_LIST, NAME) \
    X(SIM_STEP_LIST, NAME) \
    X(SIM_TAKE_LIST, NAME) \
    X(SIM_VERDICT_LIST, NAME) \
    X(SIM_WORLD_EVENT_LIST, NAME) \
    X(SIM__ANY_KEYS, NAME) \
    X(SIM__BACKOFF_KEYS, NAME) \
    X(SIM__BEAT_KEYS, NAME) \
    X(SIM__BOUNDS_KEYS, NAME) \
    X(SIM__BREAKER_KEYS, NAME) \
    X(SIM__CHOICE_KEYS, NAME) \
    X(SIM__CRASH_KEYS, NAME) \
    X(SIM__DRAIN_KEYS, NAME) \
    X(SIM__DRAWN_TARGET_KEYS, NAME) \
    X(SIM__END_KEYS, NAME) \
    X(SIM__ENTRY_KEYS, NAME) \
    X(SIM__EXIT_KEYS, NAME) \
    X(SIM__EXPECT_KEYS, NAME) \
    X(SIM__EXPLICIT_KEYS, NAME) \
    X(SIM__FAIL_KEYS, NAME) \
    X(SIM__FILTER_KEYS, NAME) \
    X(SIM__FINISH_KEYS, NAME) \
    X(SIM__GROUP_FACTS_KEYS, NAME) \
    X(SIM__GROUP_KEYS, NAME) \
    X(SIM__HEARTBEAT_KEYS, NAME) \
    X(SIM__INTERVAL_KEYS, NAME) \
    X(SIM__JITTER_KEYS, NAME) \
    X(SIM__LAG_KEYS, NAME) \
    X(SIM__LAG_TIMER_KEYS, NAME) \
    X(SIM__LIMIT_KEYS, NAME) \
    X(SIM__LIVE_KEYS, NAME) \
    X(SIM__MEASURE_KEYS, NAME) \
    X(SIM__MODIFIER_KEYS, NAME) \
    X(SIM__NOT_KEYS, NAME) \
    X(SIM__OPERATOR_KEYS, NAME) \
    X(SIM__OVER_KEYS, NAME) \
    X(SIM__PEAK_KEYS, NAME) \
    X(SIM__PHASE_KEYS, NAME) \
    X(SIM__PLAN_KEYS, NAME) \
    X(SIM__RANGE_KEYS, NAME) \
    X(SIM__READY_KEYS, NAME) \
    X(SIM__REFUSE_KEYS, NAME) \
    X(SIM__REPEAT_KEYS, NAME) \
    X(SIM__RESTART_KEYS, NAME) \
    X(SIM__RESULT_KEYS, NAME) \
    X(SIM__ROOT_KEYS, NAME) \
    X(SIM__SAME_STORY_KEYS, NAME) \
    X(SIM__SERVICE_KEYS, NAME) \
    X(SIM__SHARED_KEYS, NAME) \
    X(SIM__SHUTDOWN_KEYS, NAME) \
    X(SIM__STATE_KEYS, NAME) \
    X(SIM__STOP_KEYS, NAME) \
    X(SIM__SUCCEED_KEYS, NAME) \
    X(SIM__SUPERVISOR_KEYS, NAME) \
    X(SIM__THEN_KEYS, NAME) \
    X(SIM__TIME_KEYS, NAME) \
    X(SIM__WAIT_IDLE_KEYS, NAME) \
    X(SUP_AUTO_SHUTDOWN_LIST, NAME) \
    X(SUP_BREAKER_STATE_LIST, NAME) \
    X(SUP_BREAKER_THEN_LIST, NAME) \
    X(SUP_CLEAN_EXITS_LIST, NAME) \
    X(SUP_CLEARS_LIST, NAME) \
    X(SUP_COMMAND_LIST, NAME) \
    X(SUP_DUPLICATE_LIST, NAME) \
    X(SUP_ERROR_LIST, ERROR_NAME) \
    X(SUP_EVENT_LIST, NAME) \
    X(SUP_EXIT_CLASS_LIST, NAME) \
    X(SUP_FORGIVE_LIST, NAME) \
    X(SUP_FROM_LIST, NAME) \
    X(SUP_HEARTBEAT_LIST, NAME) \
    X(SUP_INTERVAL_LIST, NAME) \
    X(SUP_JITTER_LIST, NAME) \
    X(SUP_KIND_LIST, NAME) \
    X(SUP_LIMIT_COUNTS_LIST, NAME) \
    X(SUP_LIMIT_THEN_LIST, NAME) \
    X(SUP_LIMIT_WINDOW_LIST, NAME) \
    X(SUP_METRIC_LIST, METRIC_NAME) \
    X(SUP_OPERATION_LIST, NAME) \
    X(SUP_ORDER_LIST, NAME) \
    X(SUP_OUTCOME_LIST, NAME) \
    X(SUP_PHASE_LIST, NAME) \
    X(SUP_READINESS_LIST, NAME) \
    X(SUP_REASON_LIST, NAME) \
    X(SUP_REBIRTH_LIST, NAME) \
    X(SUP_RESET_FROM_LIST, NAME) \
    X(SUP_RESTART_LIST, NAME) \
    X(SUP_SHAPE_LIST, NAME) \
    X(SUP_STALE_THEN_LIST, NAME) \
    X(SUP_STOP_STATE_LIST, NAME) \
    X(SUP_STOP_THEN_LIST, NAME) \
    X(SUP_STRATEGY_LIST, NAME) \
    X(SUP_SUPERVISOR_PHASE_LIST, NAME)

#define ARRAY(list, name) static const char *const names_##list[] = {list(name)};
LISTS(ARRAY)

#define ROW(list, name) {#list, names_##list, sizeof(names_##list) / sizeof(names_##list[0])},
static const struct sim__schema_list lists[] = {LISTS(ROW)};

const struct sim__schema_list *sim__schema_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (strlen(lists[i].name) == length && memcmp(lists[i].name, name, length) == 0) {
            return &lists[i];
        }
    }
    return NULL;
}
