/* Names and texts: of everything in the lists, and of what is in none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sup/sup.h"

/* One function for each list: its names in order, and "?" on both sides of them. */
#define CHECK(function, type, list) \
    do { \
        static const char *const names[] = {list(X)}; \
        const int count = (int)(sizeof(names) / sizeof(names[0])); \
        for (int i = 0; i < count; i++) { \
            assert_string_equal(function((enum type)i), names[i]); \
        } \
        assert_string_equal(function((enum type)count), "?"); \
        assert_string_equal(function((enum type) - 1), "?"); \
    } while (0)
#define X(id, name) name,

static void names__of_what_happens(void **state)
{
    (void)state;
    CHECK(sup_event_name, sup_event_type, SUP_EVENT_LIST);
    CHECK(sup_outcome_name, sup_outcome, SUP_OUTCOME_LIST);
    CHECK(sup_reason_name, sup_reason, SUP_REASON_LIST);
    CHECK(sup_command_name, sup_command, SUP_COMMAND_LIST);
    CHECK(sup_severity_name, sup_severity, SUP_SEVERITY_LIST);
    CHECK(sup_drain_class_name, sup_drain_class, SUP_DRAIN_CLASS_LIST);
}

static void names__of_states(void **state)
{
    (void)state;
    CHECK(sup_phase_name, sup_phase, SUP_PHASE_LIST);
    CHECK(sup_operation_name, sup_operation, SUP_OPERATION_LIST);
    CHECK(sup_readiness_name, sup_readiness, SUP_READINESS_LIST);
    CHECK(sup_heartbeat_name, sup_heartbeat, SUP_HEARTBEAT_LIST);
    CHECK(sup_breaker_name, sup_breaker_state, SUP_BREAKER_STATE_LIST);
    CHECK(sup_stop_state_name, sup_stop_state, SUP_STOP_STATE_LIST);
    CHECK(sup_supervisor_phase_name, sup_supervisor_phase, SUP_SUPERVISOR_PHASE_LIST);
}

static void names__of_policies(void **state)
{
    (void)state;
    CHECK(sup_restart_name, sup_restart, SUP_RESTART_LIST);
    CHECK(sup_jitter_name, sup_jitter, SUP_JITTER_LIST);
    CHECK(sup_kind_name, sup_kind, SUP_KIND_LIST);
    CHECK(sup_strategy_name, sup_strategy, SUP_STRATEGY_LIST);
    CHECK(sup_limit_then_name, sup_limit_then, SUP_LIMIT_THEN_LIST);
    CHECK(sup_limit_window_name, sup_limit_window, SUP_LIMIT_WINDOW_LIST);
    CHECK(sup_limit_counts_name, sup_limit_counts, SUP_LIMIT_COUNTS_LIST);
    CHECK(sup_wish_name, sup_wish, SUP_WISH_LIST);
    CHECK(sup_clears_name, sup_clears, SUP_CLEARS_LIST);
    CHECK(sup_rebirth_name, sup_rebirth, SUP_REBIRTH_LIST);
    CHECK(sup_auto_shutdown_name, sup_auto_shutdown, SUP_AUTO_SHUTDOWN_LIST);
}
#undef X

static void errors__have_a_name_and_a_sentence(void **state)
{
    (void)state;
#define X(id, value, name, text) {value, name, text},
    static const struct {
        int value;
        const char *name;
        const char *text;
    } errors[] = {SUP_ERROR_LIST(X)};
#undef X
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        assert_string_equal(sup_error_name(errors[i].value), errors[i].name);
        assert_string_equal(sup_error_text(errors[i].value), errors[i].text);
        for (size_t k = 0; k < i; k++) {
            assert_true(errors[i].value != errors[k].value);
            assert_string_not_equal(errors[i].name, errors[k].name);
        }
    }
    assert_string_equal(sup_error_name(5), "ok");
    assert_string_equal(sup_error_name(-1000), "unknown-error");
    assert_string_equal(sup_error_text(5), "done");
    assert_string_equal(sup_error_text(-1000), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names__of_what_happens),
        cmocka_unit_test(names__of_states),
        cmocka_unit_test(names__of_policies),
        cmocka_unit_test(errors__have_a_name_and_a_sentence),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
