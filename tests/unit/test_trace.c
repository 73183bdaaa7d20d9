/* The trace: JSON of every event, escaping, header and end line, the hash. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sim/trace.h"
#include "sup/error.h"
#include "sup/policy.h"
#include "sup/sup.h"

static struct sup_event event_of(enum sup_event_type type, const char *service)
{
    return (struct sup_event){.type = type,
                              .service = service,
                              .slot = service != NULL ? 4 : UINT32_MAX,
                              .sequence = 7,
                              .at = {1500}};
}

static void assert_json(const struct sup_event *event, const char *expected)
{
    char line[2048];
    size_t length = sim_event_json(event, line, sizeof(line));
    assert_string_equal(line, expected);
    assert_int_equal(length, strlen(expected));
}

static void json__registered_names_its_group_below_the_root(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_REGISTERED, "api");
    event.fields = SUP_FIELD_GENERATION;
    event.group = "runtime";
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"registered\",\"service\":\"api\","
                        "\"generation\":0}");
    event.group = "runtime.a.b";
    event.generation = 3;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"registered\",\"service\":\"api\","
                        "\"group\":\"runtime.a.b\",\"generation\":3}");
}

static void json__attempt_ended_has_its_keys_in_order(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_EXIT | SUP_FIELD_ERROR |
                   SUP_FIELD_CODE | SUP_FIELD_SIGNAL;
    event.attempt = 2;
    event.outcome = SUP_OUTCOME_CANCELLED;
    event.exit = SUP_OUTCOME_FAILED;
    event.error = "a \"b\"";
    event.code = -1;
    event.signal = 11;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"attempt-ended\",\"service\":\"api\","
                        "\"attempt\":2,\"outcome\":\"cancelled\",\"exit\":\"failed\","
                        "\"error\":\"a \\\"b\\\"\",\"code\":-1,\"signal\":11}");
}

static void json__backing_off_gives_the_error_as_its_reason(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_BACKING_OFF, "api");
    event.fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK | SUP_FIELD_ERROR;
    event.delay.ns = UINT64_MAX;
    event.streak = 1;
    event.error = "failed";
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"backing-off\",\"service\":\"api\","
                        "\"delay\":18446744073709551615,\"streak\":1,\"reason\":\"failed\"}");
}

static void json__counts_are_named_by_what_they_count(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_BREAKER_OPENED, "api");
    event.fields = SUP_FIELD_DELAY | SUP_FIELD_COUNT;
    event.delay.ns = 10;
    event.count = 3;
    event.limit = 4;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"breaker-opened\",\"service\":\"api\","
                        "\"cooldown\":10,\"failures\":3,\"limit\":4}");
    event = event_of(SUP_EVENT_LIMIT_EXHAUSTED, NULL);
    event.group = "runtime";
    event.fields = SUP_FIELD_COUNT | SUP_FIELD_THEN;
    event.then = SUP_LIMIT_ESCALATE;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"limit-exhausted\",\"group\":\"runtime\","
                        "\"restarts\":0,\"limit\":0,\"then\":\"escalate\"}");
}

static void json__a_command_says_idempotent_only_when_it_is(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_COMMAND, "api");
    event.fields = SUP_FIELD_COMMAND;
    event.command = SUP_COMMAND_CANCEL_GROUP;
    event.who = "me";
    event.why = "";
    event.result = SUP_EUNKNOWN;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"command\",\"service\":\"api\","
                        "\"command\":\"cancel-group\",\"who\":\"me\",\"why\":\"\","
                        "\"result\":\"unknown\"}");
    event.result = SUP_OK;
    event.idempotent = true;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"command\",\"service\":\"api\","
                        "\"command\":\"cancel-group\",\"who\":\"me\",\"why\":\"\","
                        "\"result\":\"ok\",\"idempotent\":true}");
}

static void json__a_drain_reports_its_counts(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_DRAINED, NULL);
    event.fields = SUP_FIELD_DRAIN;
    event.took.ns = 5;
    event.timed_out = true;
    event.drain = (struct sup_drain_counts){1, 2, 3, 4};
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"drained\",\"took\":5,\"timed-out\":true,"
                        "\"already-exited\":1,\"graceful\":2,\"aborted\":3,\"abandoned\":4}");
    event = event_of(SUP_EVENT_SHUTDOWN_REQUESTED, NULL);
    event.fields = SUP_FIELD_TIMEOUT;
    event.timeout.ns = 9;
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"shutdown-requested\",\"timeout\":9}");
}

static void json__terminated_has_reason_and_text(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_TERMINATED, "api");
    event.fields = SUP_FIELD_REASON | SUP_FIELD_TEXT;
    event.reason = SUP_REASON_RESTART_LIMIT;
    event.text = "restart limit exhausted (2 restarts)";
    assert_json(&event, "{\"t\":1500,\"n\":7,\"event\":\"terminated\",\"service\":\"api\","
                        "\"reason\":\"restart-limit\","
                        "\"text\":\"restart limit exhausted (2 restarts)\"}");
}

static void json__truncates_as_snprintf_does(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_STALE, "api");
    char whole[256], part[16];
    size_t length = sim_event_json(&event, whole, sizeof(whole));
    assert_int_equal(sim_event_json(&event, part, sizeof(part)), length);
    assert_memory_equal(part, whole, 15);
    assert_int_equal(part[15], '\0');
    assert_int_equal(sim_event_json(&event, NULL, 0), length);
}

/* ---- escaping ---- */

static void json__strings_survive_any_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *json;
    } cases[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
        {"\xC2\x9B\xE2\x80\xAE\xE2\x80\xA9", "\"\\u009b\\u202e\\u2029\""},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
        {"a\x80z", "\"a\xEF\xBF\xBDz\""},             /* a lone continuation */
        {"\xC3", "\"\xEF\xBF\xBD\""},                 /* cut */
        {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* overlong */
        {"\xE0\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* a surrogate */
        {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xFF\xFE", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char buffer[64];
        struct sim__text out;
        sim__text_init_fixed(&out, buffer, sizeof(buffer));
        sim__text_json(&out, cases[i].bytes);
        assert_string_equal(buffer, cases[i].json);
    }
}

/* ---- for people ---- */

static void line__is_aligned_and_safe_for_a_terminal(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "flaky-cns");
    event.at.ns = UINT64_C(1250000000);
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_ERROR;
    event.attempt = 2;
    event.outcome = SUP_OUTCOME_FAILED;
    event.error = "no\x1b[31m \xff";
    char line[256];
    size_t length = sim_event_line(&event, line, sizeof(line));
    assert_string_equal(line, "1.25s       flaky-cns         attempt-ended      "
                              "#2 failed: no\\x1b[31m \\xff");
    assert_int_equal(length, strlen(line));
    event = event_of(SUP_EVENT_STALE, NULL);
    (void)sim_event_line(&event, line, sizeof(line));
    assert_string_equal(line, "1.5us       -                 stale");
}

/* ---- the whole ---- */

static struct sim_trace *make(bool keep_text, bool hash)
{
    struct sim_trace_options options = {.keep_text = keep_text, .hash = hash};
    struct sim_trace *trace;
    assert_int_equal(sim_trace_create(&options, &trace), SUP_OK);
    return trace;
}

static void feed(struct sim_trace *trace, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct sup_event event = event_of(SUP_EVENT_ATTEMPT_STARTED, "api");
        event.fields = SUP_FIELD_ATTEMPT;
        event.sequence = i + 1;
        event.at.ns = i;
        event.attempt = i + 1;
        sim_trace_event(trace, &event);
    }
}

static void trace__has_a_header_and_an_end_line(void **state)
{
    (void)state;
    struct sim_trace *trace = make(true, false);
    size_t length;
    assert_string_equal(sim_trace_text(trace, &length), "");
    assert_int_equal(length, 0);
    sim_trace_begin(trace, &(struct sim_trace_heading){
                               .scenario = "a \"name\"", .seed = UINT64_MAX, .executor = "sim"});
    feed(trace, 2);
    sim_trace_end(trace, 3, "pass");
    const char *expected =
        "{\"rehearse\":1,\"scenario\":\"a \\\"name\\\"\",\"seed\":18446744073709551615,"
        "\"executor\":\"sim\",\"version\":\"" SUP_VERSION "\"}\n"
        "{\"t\":0,\"n\":1,\"event\":\"attempt-started\",\"service\":\"api\",\"attempt\":1}\n"
        "{\"t\":1,\"n\":2,\"event\":\"attempt-started\",\"service\":\"api\",\"attempt\":2}\n"
        "{\"end\":true,\"t\":1,\"events\":2,\"hash\":\"0000000000000000\",\"verdict\":\"pass\"}\n";
    assert_string_equal(sim_trace_text(trace, &length), expected);
    assert_int_equal(length, strlen(expected));
    assert_int_equal(sim_trace_events(trace), 2);
    assert_false(sim_trace_failed(trace));
    sim_trace_free(trace);
    sim_trace_free(NULL);
}

static void trace__grows_with_its_lines(void **state)
{
    (void)state;
    struct sim_trace *trace = make(true, true);
    size_t size = 100000;
    char *error = malloc(size);
    memset(error, 'x', size - 1);
    error[size - 1] = '\0';
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
    event.fields = SUP_FIELD_ERROR;
    event.error = error;
    feed(trace, 1000);
    sim_trace_event(trace, &event);
    size_t length;
    const char *text = sim_trace_text(trace, &length);
    assert_int_equal(strlen(text), length);
    assert_true(length > size);
    assert_int_equal(text[length - 1], '\n');
    free(error);
    sim_trace_free(trace);
}

static void hash__does_not_depend_on_what_is_kept(void **state)
{
    (void)state;
    struct sim_trace *quiet = make(false, true);
    struct sim_trace *loud = make(true, true);
    sim_trace_begin(loud, &(struct sim_trace_heading){
                              .scenario = "other name", .seed = 99, .executor = "threads"});
    feed(quiet, 50);
    feed(loud, 50);
    assert_int_equal(sim_trace_hash(quiet), sim_trace_hash(loud));
    assert_int_not_equal(sim_trace_hash(quiet), 0);
    sim_trace_end(quiet, 7, "pass");
    sim_trace_end(loud, 8, "pass");
    assert_int_not_equal(sim_trace_hash(quiet), sim_trace_hash(loud));
    assert_string_equal(sim_trace_text(quiet, NULL), "");
    sim_trace_free(quiet);
    sim_trace_free(loud);
}

static uint64_t hash_of(const struct sup_event *event)
{
    struct sim_trace *trace = make(false, true);
    sim_trace_event(trace, event);
    uint64_t hash = sim_trace_hash(trace);
    sim_trace_free(trace);
    return hash;
}

/* docs/trace.md, to the byte. */
static void hash__is_the_documented_encoding(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_ERROR;
    event.attempt = 258;
    event.outcome = SUP_OUTCOME_FAILED;
    event.error = "why";
    static const unsigned char ended[] = {0xDC, 5,    0, 0, 0,
                                          0,    0,    0, 7, 0,
                                          0,    0,    0, 0, 0,
                                          0,    0x46, 0, 0, 0,
                                          4,    0,    0, 0, SUP_EVENT_ATTEMPT_ENDED,
                                          2,    1,    0, 0, SUP_OUTCOME_FAILED,
                                          3,    0,    0, 0, 'w',
                                          'h',  'y'};
    assert_int_equal(hash_of(&event), XXH3_64bits_withSeed(ended, sizeof(ended), 0));
    event = event_of(SUP_EVENT_REGISTERED, "api");
    event.fields = SUP_FIELD_GENERATION;
    event.group = "runtime";
    static const unsigned char registered[] = {0xDC, 5,   0,   0,   0,
                                               0,    0,   0,   7,   0,
                                               0,    0,   0,   0,   0,
                                               0,    1,   0,   0,   0,
                                               4,    0,   0,   0,   SUP_EVENT_REGISTERED,
                                               3,    3,   0,   0,   0,
                                               'a',  'p', 'i', 7,   0,
                                               0,    0,   'r', 'u', 'n',
                                               't',  'i', 'm', 'e', 0,
                                               0,    0,   0};
    assert_int_equal(hash_of(&event), XXH3_64bits_withSeed(registered, sizeof(registered), 0));
}

/* Starts take a shorter way to the same hash. */
static void hash__of_a_start_is_the_documented_encoding(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_STARTED, "api");
    event.fields = SUP_FIELD_ATTEMPT;
    event.attempt = 3;
    static const unsigned char started[] = {0xDC, 5, 0, 0, 0,
                                            0,    0, 0, 7, 0,
                                            0,    0, 0, 0, 0,
                                            0,    2, 0, 0, 0,
                                            4,    0, 0, 0, SUP_EVENT_ATTEMPT_STARTED,
                                            3,    0, 0, 0};
    assert_int_equal(hash_of(&event), XXH3_64bits_withSeed(started, sizeof(started), 0));
}

static void hash__sees_every_field(void **state)
{
    (void)state;
    struct sup_event plain = event_of(SUP_EVENT_COMMAND, "api");
    plain.fields = (SUP_FIELD_THEN << 1) - 1;
    plain.error = plain.text = plain.who = plain.why = plain.group = "x";
    struct sup_event changed[26];
    size_t count = sizeof(changed) / sizeof(changed[0]);
    for (size_t i = 0; i < count; i++) {
        changed[i] = plain;
    }
    changed[0].at.ns++;
    changed[1].sequence++;
    changed[2].type = SUP_EVENT_REGISTERED;
    changed[3].service = "apj";
    changed[4].group = "y";
    changed[5].slot++;
    changed[6].generation++;
    changed[7].attempt++;
    changed[8].outcome = SUP_OUTCOME_FAILED;
    changed[9].exit = SUP_OUTCOME_FAILED;
    changed[10].code++;
    changed[11].signal++;
    changed[12].error = "y";
    changed[13].delay.ns++;
    changed[14].streak++;
    changed[15].reason = SUP_REASON_COMPLETED;
    changed[16].text = "xy";
    changed[17].count++;
    changed[18].limit++;
    changed[19].command = SUP_COMMAND_PAUSE;
    changed[20].who = "y";
    changed[21].why = "y";
    changed[22].result--;
    changed[23].timeout.ns++;
    changed[24].drain.abandoned++;
    changed[25].then++;
    uint64_t hash = hash_of(&plain);
    for (size_t i = 0; i < count; i++) {
        assert_int_not_equal(hash_of(&changed[i]), hash);
    }
}

/* Texts longer than the encoder's buffer go through the streaming function. */
static void hash__of_long_texts_is_the_same_function(void **state)
{
    (void)state;
    for (size_t length = 0; length < 1500; length += 7) {
        char *error = malloc(length + 1);
        memset(error, 'e', length);
        error[length] = '\0';
        struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
        event.fields = SUP_FIELD_ERROR | SUP_FIELD_TEXT | SUP_FIELD_DELAY;
        event.error = error;
        event.text = error;
        unsigned char *bytes = calloc(1, 3100);
        size_t at = 25;
        bytes[0] = 0xDC;
        bytes[1] = 5;
        bytes[8] = 7;
        bytes[16] = SUP_FIELD_ERROR | (unsigned char)SUP_FIELD_DELAY;
        bytes[17] = SUP_FIELD_TEXT >> 8;
        bytes[20] = 4;
        bytes[24] = SUP_EVENT_ATTEMPT_ENDED;
        for (int i = 0; i < 2; i++) {
            bytes[at] = (unsigned char)length;
            bytes[at + 1] = (unsigned char)(length >> 8);
            memcpy(bytes + at + 4, error, length);
            at += 4 + length + (i == 0 ? 8 : 0); /* the delay of 0 between the two */
        }
        assert_int_equal(hash_of(&event), XXH3_64bits_withSeed(bytes, at, 0));
        free(bytes);
        free(error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json__registered_names_its_group_below_the_root),
        cmocka_unit_test(json__attempt_ended_has_its_keys_in_order),
        cmocka_unit_test(json__backing_off_gives_the_error_as_its_reason),
        cmocka_unit_test(json__counts_are_named_by_what_they_count),
        cmocka_unit_test(json__a_command_says_idempotent_only_when_it_is),
        cmocka_unit_test(json__a_drain_reports_its_counts),
        cmocka_unit_test(json__terminated_has_reason_and_text),
        cmocka_unit_test(json__truncates_as_snprintf_does),
        cmocka_unit_test(json__strings_survive_any_bytes),
        cmocka_unit_test(line__is_aligned_and_safe_for_a_terminal),
        cmocka_unit_test(trace__has_a_header_and_an_end_line),
        cmocka_unit_test(trace__grows_with_its_lines),
        cmocka_unit_test(hash__does_not_depend_on_what_is_kept),
        cmocka_unit_test(hash__is_the_documented_encoding),
        cmocka_unit_test(hash__of_a_start_is_the_documented_encoding),
        cmocka_unit_test(hash__sees_every_field),
        cmocka_unit_test(hash__of_long_texts_is_the_same_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
