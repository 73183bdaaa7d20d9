/* Diagnostics: how severe each event is, its sentence, and what a sink is given. */
#include "core_world.h"

#include <string.h>

#include "sup/report.h"

/* What a test's sink was told. */
struct heard {
    uint32_t count;
    enum sup_severity severity; /* of the last */
    char message[SUP_MESSAGE_BYTES];
};

static void hear(void *context, enum sup_severity severity, const struct sup_event *event,
                 const char *message)
{
    struct heard *heard = context;
    assert_int_equal(severity, sup_event_severity(event));
    assert_true(strlen(message) < SUP_MESSAGE_BYTES);
    heard->count++;
    heard->severity = severity;
    strcpy(heard->message, message);
}

/* ---- severities ---- */

static void severity__of_every_event_type(void **state)
{
    (void)state;
    static const enum sup_severity severities[] = {
        [SUP_EVENT_REGISTERED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_ATTEMPT_STARTED] = SUP_SEVERITY_DEBUG,
        [SUP_EVENT_ATTEMPT_ENDED] = SUP_SEVERITY_INFO, /* succeeded */
        [SUP_EVENT_READY] = SUP_SEVERITY_DEBUG,
        [SUP_EVENT_NOT_READY] = SUP_SEVERITY_WARN,
        [SUP_EVENT_STALE] = SUP_SEVERITY_WARN,
        [SUP_EVENT_BACKING_OFF] = SUP_SEVERITY_INFO,
        [SUP_EVENT_BREAKER_OPENED] = SUP_SEVERITY_WARN,
        [SUP_EVENT_BREAKER_HALF_OPEN] = SUP_SEVERITY_INFO,
        [SUP_EVENT_BREAKER_CLOSED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_LIMIT_EXHAUSTED] = SUP_SEVERITY_ERROR,
        [SUP_EVENT_CANCEL_DELIVERED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_STOP_DEADLINE] = SUP_SEVERITY_WARN,
        [SUP_EVENT_ABORT_REQUESTED] = SUP_SEVERITY_WARN,
        [SUP_EVENT_ABANDONED] = SUP_SEVERITY_ERROR,
        [SUP_EVENT_TERMINATED] = SUP_SEVERITY_INFO, /* completed */
        [SUP_EVENT_PAUSED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_RESUMED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_QUARANTINED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_REMOVED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_REPLACED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_RESTARTED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_GROUP_CANCELLED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_GROUP_RESTART] = SUP_SEVERITY_INFO,
        [SUP_EVENT_SHUTDOWN_REQUESTED] = SUP_SEVERITY_INFO,
        [SUP_EVENT_DRAINED] = SUP_SEVERITY_INFO, /* in time */
        [SUP_EVENT_LATE_REPORT] = SUP_SEVERITY_WARN,
        [SUP_EVENT_COMMAND] = SUP_SEVERITY_INFO, /* ok */
        [SUP_EVENT_FINISHING] = SUP_SEVERITY_INFO,
        [SUP_EVENT_GROUP_SHUTDOWN] = SUP_SEVERITY_INFO,
    };
    assert_int_equal(sizeof(severities) / sizeof(severities[0]), SUP_EVENT_TYPES);
    for (uint32_t i = 0; i < SUP_EVENT_TYPES; i++) {
        struct sup_event event = {.type = (enum sup_event_type)i,
                                  .outcome = SUP_OUTCOME_SUCCEEDED,
                                  .reason = SUP_REASON_COMPLETED};
        assert_int_equal(sup_event_severity(&event), severities[i]);
    }
}

static void severity__depends_on_how_it_came_out(void **state)
{
    (void)state;
    static const enum sup_severity outcomes[] = {
        [SUP_OUTCOME_SUCCEEDED] = SUP_SEVERITY_INFO, [SUP_OUTCOME_FAILED] = SUP_SEVERITY_WARN,
        [SUP_OUTCOME_CRASHED] = SUP_SEVERITY_ERROR,  [SUP_OUTCOME_REFUSED] = SUP_SEVERITY_WARN,
        [SUP_OUTCOME_TIMED_OUT] = SUP_SEVERITY_WARN, [SUP_OUTCOME_UNHEALTHY] = SUP_SEVERITY_WARN,
        [SUP_OUTCOME_CANCELLED] = SUP_SEVERITY_INFO, [SUP_OUTCOME_ABORTED] = SUP_SEVERITY_WARN,
    };
    static const enum sup_severity reasons[] = {
        [SUP_REASON_NONE] = SUP_SEVERITY_ERROR,
        [SUP_REASON_COMPLETED] = SUP_SEVERITY_INFO,
        [SUP_REASON_CANCELLED] = SUP_SEVERITY_INFO,
        [SUP_REASON_CIRCUIT_BREAKER_OPEN] = SUP_SEVERITY_ERROR,
        [SUP_REASON_RESTART_LIMIT] = SUP_SEVERITY_ERROR,
        [SUP_REASON_UNRECOVERABLE] = SUP_SEVERITY_ERROR,
        [SUP_REASON_ABORTED] = SUP_SEVERITY_WARN,
        [SUP_REASON_ABANDONED] = SUP_SEVERITY_ERROR,
    };
    assert_int_equal(sizeof(outcomes) / sizeof(outcomes[0]), SUP_OUTCOMES);
    assert_int_equal(sizeof(reasons) / sizeof(reasons[0]), SUP_REASONS);
    struct sup_event event = {.type = SUP_EVENT_ATTEMPT_ENDED};
    for (uint32_t i = 0; i < SUP_OUTCOMES; i++) {
        event.outcome = (enum sup_outcome)i;
        assert_int_equal(sup_event_severity(&event), outcomes[i]);
    }
    event.type = SUP_EVENT_TERMINATED;
    for (uint32_t i = 0; i < SUP_REASONS; i++) {
        event.reason = (enum sup_reason)i;
        assert_int_equal(sup_event_severity(&event), reasons[i]);
    }
    event = (struct sup_event){.type = SUP_EVENT_COMMAND, .result = SUP_ESTOPPING};
    assert_int_equal(sup_event_severity(&event), SUP_SEVERITY_WARN);
    event = (struct sup_event){.type = SUP_EVENT_DRAINED, .timed_out = true};
    assert_int_equal(sup_event_severity(&event), SUP_SEVERITY_WARN);
}

static void severity__has_a_name(void **state)
{
    (void)state;
    assert_string_equal(sup_severity_name(SUP_SEVERITY_DEBUG), "debug");
    assert_string_equal(sup_severity_name(SUP_SEVERITY_INFO), "info");
    assert_string_equal(sup_severity_name(SUP_SEVERITY_WARN), "warn");
    assert_string_equal(sup_severity_name(SUP_SEVERITY_ERROR), "error");
    assert_string_equal(sup_severity_name((enum sup_severity)4), "?");
}

/* ---- sentences ---- */

static void message__says_who_what_and_why(void **state)
{
    (void)state;
    static const struct {
        struct sup_event event;
        const char *message;
    } cases[] = {
        {{.type = SUP_EVENT_ATTEMPT_ENDED,
          .fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_ERROR,
          .service = "flaky-cns",
          .attempt = 3,
          .outcome = SUP_OUTCOME_FAILED,
          .error = "connection refused"},
         "flaky-cns: attempt 3 failed: connection refused"},
        {{.type = SUP_EVENT_BACKING_OFF,
          .fields = SUP_FIELD_DELAY | SUP_FIELD_ERROR,
          .service = "a",
          .delay = SUP_MS(150),
          .error = "boom"},
         "a: backing-off for 0.15 s: boom"},
        {{.type = SUP_EVENT_BREAKER_OPENED,
          .fields = SUP_FIELD_COUNT,
          .service = "a",
          .count = 3,
          .limit = 3},
         "a: breaker-opened (3 of 3)"},
        {{.type = SUP_EVENT_COMMAND,
          .fields = SUP_FIELD_COMMAND,
          .service = "a",
          .command = SUP_COMMAND_PAUSE,
          .who = "eve",
          .why = "maintenance",
          .result = SUP_EDRAINING},
         "a: pause by eve (maintenance): draining"},
        {{.type = SUP_EVENT_GROUP_CANCELLED, .group = "runtime.jobs"},
         "runtime.jobs: group-cancelled"},
        {{.type = SUP_EVENT_DRAINED,
          .fields = SUP_FIELD_DRAIN,
          .drain = {.graceful = 5, .aborted = 2, .abandoned = 1}},
         "supervisor: drained: 5 graceful, 2 aborted, 1 abandoned"},
    };
    char message[SUP_MESSAGE_BYTES];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length = sup_event_message(&cases[i].event, message, sizeof(message));
        assert_string_equal(message, cases[i].message);
        assert_int_equal(length, strlen(message));
    }
}

static void message__buffer_too_small_is_cut_and_tells_the_length(void **state)
{
    (void)state;
    const struct sup_event event = {.type = SUP_EVENT_STALE, .service = "quiet"};
    char message[8];
    assert_int_equal(sup_event_message(&event, message, sizeof(message)), 12);
    assert_string_equal(message, "quiet: ");
    assert_int_equal(sup_event_message(&event, NULL, 0), 12);
}

/* ---- sinks ---- */

static void sink__force_abort_is_told_as_a_warning_with_the_name(void **state)
{
    (void)state;
    struct world w;
    struct heard heard = {0};
    struct sup_sink sink = {.least = SUP_SEVERITY_WARN, .fn = hear, .context = &heard};
    world_open(&w);
    spawn_in(&w, "test.pending", "child", NULL);
    assert_int_equal(sup_subscribe(w.sup, sup_sink_event, &sink), SUP_OK);
    run_to(&w, 10 * MS);
    assert_int_equal(force_abort(&w, "child"), SUP_OK);
    assert_int_equal(w.outcome.affected, 1);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.severity, SUP_SEVERITY_WARN);
    assert_string_equal(heard.message, "test.pending: attempt 1 abort-requested");
    was_aborted(&w, "test.pending");
    assert_int_equal(heard.count, 3);
    assert_int_equal(heard.severity, SUP_SEVERITY_WARN);
    assert_string_equal(heard.message, "test.pending: terminated: aborted");
    world_close(&w);
}

static void sink__gets_what_is_at_or_above_its_least(void **state)
{
    (void)state;
    /* attempt-started; registered; attempt-ended (failed); terminated */
    static const uint32_t counts[] = {4, 3, 2, 1};
    for (uint32_t least = SUP_SEVERITY_DEBUG; least <= SUP_SEVERITY_ERROR; least++) {
        struct world w;
        struct heard heard = {0};
        struct sup_policy policy = policy_default();
        struct sup_sink sink = {.least = (enum sup_severity)least, .fn = hear, .context = &heard};
        policy.restart = SUP_RESTART_NEVER;
        world_open(&w);
        assert_int_equal(sup_subscribe(w.sup, sup_sink_event, &sink), SUP_OK);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "boom");
        assert_int_equal(heard.count, counts[least]);
        world_close(&w);
    }
}

static void sink__text_that_is_too_long_is_cut(void **state)
{
    (void)state;
    struct world w;
    struct heard heard = {0};
    struct sup_sink sink = {.least = SUP_SEVERITY_WARN, .fn = hear, .context = &heard};
    char long_text[2 * SUP_MESSAGE_BYTES];
    memset(long_text, 'e', sizeof(long_text));
    long_text[sizeof(long_text) - 1] = '\0';
    world_prepare(&w);
    w.config.error_bytes_max = sizeof(long_text);
    world_create(&w);
    assert_int_equal(sup_subscribe(w.sup, sup_sink_event, &sink), SUP_OK);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", long_text);
    assert_int_equal(heard.count, 1);
    assert_int_equal(strlen(heard.message), SUP_MESSAGE_BYTES - 1);
    assert_int_equal(strncmp(heard.message, "a: attempt 1 failed: eee", 24), 0);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(severity__of_every_event_type),
        cmocka_unit_test(severity__depends_on_how_it_came_out),
        cmocka_unit_test(severity__has_a_name),
        cmocka_unit_test(message__says_who_what_and_why),
        cmocka_unit_test(message__buffer_too_small_is_cut_and_tells_the_length),
        cmocka_unit_test(sink__force_abort_is_told_as_a_warning_with_the_name),
        cmocka_unit_test(sink__gets_what_is_at_or_above_its_least),
        cmocka_unit_test(sink__text_that_is_too_long_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
