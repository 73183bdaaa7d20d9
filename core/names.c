/* Names and texts of everything that has one, from the same lists as the enums. */
#include <stddef.h>

#include "sup/sup.h"

SUP_NORETURN __attribute__((weak)) void sup_assert_failed(const char *expression, const char *file,
                                                          int line)
{
    (void)expression;
    (void)file;
    (void)line;
    __builtin_trap();
}

const char *sup_error_name(int error)
{
    switch (error) {
#define X(id, value, name, text) \
    case value: \
        return name;
        SUP_ERROR_LIST(X)
#undef X
    default:
        return error > 0 ? "ok" : "unknown-error";
    }
}

const char *sup_error_text(int error)
{
    switch (error) {
#define X(id, value, name, text) \
    case value: \
        return text;
        SUP_ERROR_LIST(X)
#undef X
    default:
        return error > 0 ? "done" : "unknown error";
    }
}

#define NAME_OF(index, table) \
    ((size_t)(index) < sizeof(table) / sizeof((table)[0]) ? (table)[(size_t)(index)] : "?")
#define X(id, name) name,
#define NAMES(function, type, list) \
    const char *function(type value) \
    { \
        static const char *const names[] = {list(X)}; \
        return NAME_OF(value, names); \
    }

NAMES(sup_event_name, enum sup_event_type, SUP_EVENT_LIST)
NAMES(sup_outcome_name, enum sup_outcome, SUP_OUTCOME_LIST)
NAMES(sup_reason_name, enum sup_reason, SUP_REASON_LIST)
NAMES(sup_phase_name, enum sup_phase, SUP_PHASE_LIST)
NAMES(sup_operation_name, enum sup_operation, SUP_OPERATION_LIST)
NAMES(sup_readiness_name, enum sup_readiness, SUP_READINESS_LIST)
NAMES(sup_heartbeat_name, enum sup_heartbeat, SUP_HEARTBEAT_LIST)
NAMES(sup_breaker_name, enum sup_breaker_state, SUP_BREAKER_STATE_LIST)
NAMES(sup_command_name, enum sup_command, SUP_COMMAND_LIST)
NAMES(sup_stop_state_name, enum sup_stop_state, SUP_STOP_STATE_LIST)
NAMES(sup_supervisor_phase_name, enum sup_supervisor_phase, SUP_SUPERVISOR_PHASE_LIST)
NAMES(sup_drain_class_name, enum sup_drain_class, SUP_DRAIN_CLASS_LIST)
NAMES(sup_restart_name, enum sup_restart, SUP_RESTART_LIST)
NAMES(sup_jitter_name, enum sup_jitter, SUP_JITTER_LIST)
NAMES(sup_kind_name, enum sup_kind, SUP_KIND_LIST)
NAMES(sup_strategy_name, enum sup_strategy, SUP_STRATEGY_LIST)
NAMES(sup_rebirth_name, enum sup_rebirth, SUP_REBIRTH_LIST)
NAMES(sup_auto_shutdown_name, enum sup_auto_shutdown, SUP_AUTO_SHUTDOWN_LIST)
NAMES(sup_limit_then_name, enum sup_limit_then, SUP_LIMIT_THEN_LIST)
NAMES(sup_exit_class_name, enum sup_exit_class, SUP_EXIT_CLASS_LIST)
NAMES(sup_clean_exits_name, enum sup_clean_exits, SUP_CLEAN_EXITS_LIST)
NAMES(sup_limit_window_name, enum sup_limit_window, SUP_LIMIT_WINDOW_LIST)
NAMES(sup_limit_counts_name, enum sup_limit_counts, SUP_LIMIT_COUNTS_LIST)
NAMES(sup_wish_name, enum sup_wish, SUP_WISH_LIST)
NAMES(sup_clears_name, enum sup_clears, SUP_CLEARS_LIST)
