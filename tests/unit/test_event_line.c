/* One event as a line for people: every part of it, in its order and with its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/trace.h"
#include "sim/words.h"
#include "sup/error.h"
#include "sup/policy.h"

struct line {
    struct sup_event event;
    const char *wanted;
};

static void assert_lines(const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char buffer[512];
        size_t length = sim_event_line(&lines[i].event, buffer, sizeof(buffer));
        assert_string_equal(buffer, lines[i].wanted);
        assert_int_equal(length, strlen(lines[i].wanted));
    }
}

#define AT(ns_) .at = {ns_}, .service = "app"

static void line__of_an_attempt(void **state)
{
    (void)state;
    const struct line lines[] = {
        {{.type = SUP_EVENT_READY}, "0s          -                 ready"},
        {{AT(1250000000), .type = SUP_EVENT_READY}, "1.25s       app               ready"},
        {{AT(0), .type = SUP_EVENT_REGISTERED, .fields = SUP_FIELD_GENERATION, .generation = 3},
         "0s          app               registered         generation 3"},
        {{AT(0), .type = SUP_EVENT_ATTEMPT_ENDED, .fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME,
          .attempt = 2, .outcome = SUP_OUTCOME_SUCCEEDED},
         "0s          app               attempt-ended      #2 succeeded"},
        {{AT(0), .type = SUP_EVENT_ATTEMPT_ENDED,
          .fields = SUP_FIELD_OUTCOME | SUP_FIELD_EXIT | SUP_FIELD_ERROR | SUP_FIELD_CODE,
          .outcome = SUP_OUTCOME_FAILED, .exit = SUP_OUTCOME_CANCELLED, .error = "no\nroute",
          .code = -3},
         "0s          app               attempt-ended      failed, exit cancelled: no\\nroute "
         "(code "
         "-3)"},
        {{AT(0), .type = SUP_EVENT_LATE_REPORT, .fields = SUP_FIELD_EXIT,
          .exit = SUP_OUTCOME_FAILED},
         "0s          app               late-report        failed"},
        {{AT(0), .type = SUP_EVENT_ATTEMPT_ENDED, .fields = SUP_FIELD_ERROR | SUP_FIELD_SIGNAL,
          .signal = 9},
         "0s          app               attempt-ended     :  (signal 9)"},
    };
    assert_lines(lines, sizeof(lines) / sizeof(lines[0]));
}

static void line__of_what_comes_after_a_failure(void **state)
{
    (void)state;
    const struct line lines[] = {
        {{AT(0), .type = SUP_EVENT_BACKING_OFF, .fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK,
          .delay = {100000000}, .streak = 4},
         "0s          app               backing-off        100ms, streak 4"},
        {{AT(0), .type = SUP_EVENT_BACKING_OFF,
          .fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK | SUP_FIELD_ERROR, .delay = {2000000000},
          .streak = 1, .error = "boom"},
         "0s          app               backing-off        2s, streak 1, after: boom"},
        {{AT(0), .type = SUP_EVENT_BREAKER_OPENED, .fields = SUP_FIELD_COUNT | SUP_FIELD_DELAY,
          .count = 3, .limit = 5, .delay = {60000000000}},
         "0s          app               breaker-opened     3 of 5 failures, cooldown 1m"},
        {{.group = "a/b",
          .type = SUP_EVENT_LIMIT_EXHAUSTED,
          .fields = SUP_FIELD_COUNT | SUP_FIELD_THEN,
          .count = 2,
          .limit = 2,
          .then = SUP_LIMIT_ESCALATE},
         "0s          a/b               limit-exhausted    2 of 2 restarts, then escalate"},
        {{AT(0), .type = SUP_EVENT_TERMINATED, .fields = SUP_FIELD_REASON | SUP_FIELD_TEXT,
          .reason = SUP_REASON_UNRECOVERABLE, .text = "unrecoverable: x"},
         "0s          app               terminated         unrecoverable: unrecoverable: x"},
        {{AT(0), .type = SUP_EVENT_STALE, .fields = SUP_FIELD_TEXT, .text = "for 3s"},
         "0s          app               stale              for 3s"},
        {{AT(0), .type = SUP_EVENT_STALE, .fields = SUP_FIELD_TEXT},
         "0s          app               stale              "},
    };
    assert_lines(lines, sizeof(lines) / sizeof(lines[0]));
}

static void line__of_commands_and_drains(void **state)
{
    (void)state;
    const struct line lines[] = {
        {{AT(0), .type = SUP_EVENT_COMMAND, .fields = SUP_FIELD_COMMAND,
          .command = SUP_COMMAND_PAUSE, .who = "ops", .why = "by hand"},
         "0s          app               command            pause by ops (by hand): ok"},
        {{AT(0), .type = SUP_EVENT_COMMAND, .fields = SUP_FIELD_COMMAND,
          .command = SUP_COMMAND_RESUME, .result = SUP_ESTOPPING, .idempotent = true},
         "0s          app               command            resume by  (): stopping, nothing "
         "new"},
        {{.type = SUP_EVENT_SHUTDOWN_REQUESTED,
          .fields = SUP_FIELD_TIMEOUT,
          .timeout = {5000000000}},
         "0s          -                 shutdown-requested  timeout 5s"},
        {{.at = {3600000000001},
          .type = SUP_EVENT_DRAINED,
          .fields = SUP_FIELD_DRAIN,
          .took = {1500000000},
          .drain = {.already_exited = 1, .graceful = 2, .aborted = 3, .abandoned = 4}},
         "1h1ns       -                 drained            took 1.5s, already exited 1, "
         "graceful 2, "
         "aborted 3, abandoned 4"},
        {{.type = SUP_EVENT_DRAINED, .fields = SUP_FIELD_DRAIN, .timed_out = true},
         "0s          -                 drained            took 0s, timed out, already exited 0, "
         "graceful 0, aborted 0, abandoned 0"},
        {{.type = (enum sup_event_type)SIM_EVENT_CONDITION, .error = "network", .text = "down"},
         "0s          network           condition          down"},
    };
    assert_lines(lines, sizeof(lines) / sizeof(lines[0]));
}

/* As snprintf: what it needs is told, what fits is there. */
static void line__is_cut_where_there_is_no_room(void **state)
{
    (void)state;
    char buffer[16];
    const struct sup_event event = {AT(0), .type = SUP_EVENT_READY};
    memset(buffer, 'x', sizeof(buffer));
    assert_int_equal(sim_event_line(&event, buffer, sizeof(buffer)), 35);
    assert_string_equal(buffer, "0s          app");
    assert_int_equal(sim_event_line(&event, NULL, 0), 35);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__of_an_attempt),
        cmocka_unit_test(line__of_what_comes_after_a_failure),
        cmocka_unit_test(line__of_commands_and_drains),
        cmocka_unit_test(line__is_cut_where_there_is_no_room),
    };
    return cmocka_run_group_tests_name("event line", tests, NULL, NULL);
}
