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
#include "sim/trace/bytes.h"
#include "sim/trace/record.h"
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

/* docs/trace.md, to the byte: the head, of which an event has what is not 0, and what follows. */
struct encoded {
    unsigned char bytes[128];
    size_t length;
};

static void add(struct encoded *encoded, const void *bytes, size_t length)
{
    memcpy(encoded->bytes + encoded->length, bytes, length);
    encoded->length += length;
}

static struct encoded head(enum sup_event_type type, unsigned char fields, unsigned char number)
{
    const unsigned char bytes[24] = {
        [0] = 0xDC, [1] = 5, [8] = fields, [12] = 4, [16] = number, [20] = (unsigned char)type};
    struct encoded encoded = {.length = 0};
    add(&encoded, bytes, sizeof(bytes));
    return encoded;
}

static void assert_encoded(const struct sup_event *event, const struct encoded *encoded)
{
    assert_int_equal(hash_of(event), XXH3_64bits(encoded->bytes, encoded->length));
}

static void hash__is_the_documented_encoding(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_ERROR;
    event.attempt = 258;
    event.outcome = SUP_OUTCOME_FAILED;
    event.error = "why";
    struct encoded ended = head(SUP_EVENT_ATTEMPT_ENDED, 0x46, 2);
    ended.bytes[17] = 1;
    ended.bytes[21] = SUP_OUTCOME_FAILED;
    ended.bytes[23] = 2; /* its error follows */
    add(&ended, "\3\0\0\0why", 7);
    assert_encoded(&event, &ended);
    event = event_of(SUP_EVENT_REGISTERED, "api");
    event.fields = SUP_FIELD_GENERATION;
    event.group = "runtime";
    struct encoded registered = head(SUP_EVENT_REGISTERED, 1, 0);
    add(&registered, "\3\3\0\0\0api\7\0\0\0runtime\0\0\0\0", 23);
    assert_encoded(&event, &registered);
}

/* They take a shorter way to the same bytes. */
static void hash__of_what_is_a_head_alone_is_the_documented_encoding(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_STARTED, "api");
    event.fields = SUP_FIELD_ATTEMPT;
    event.attempt = 3;
    event.outcome = SUP_OUTCOME_ABORTED; /* what has no bit is in no hash */
    event.delay.ns = event.streak = 9;
    event.error = "x";
    struct encoded bytes = head(SUP_EVENT_ATTEMPT_STARTED, 2, 3);
    assert_encoded(&event, &bytes);
    event.type = SUP_EVENT_PAUSED;
    event.fields = 0;
    bytes = head(SUP_EVENT_PAUSED, 0, 0);
    assert_encoded(&event, &bytes);
    event.type = SUP_EVENT_ATTEMPT_ENDED;
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_EXIT | SUP_FIELD_ERROR;
    event.exit = SUP_OUTCOME_FAILED;
    event.error = "failed";
    bytes = head(SUP_EVENT_ATTEMPT_ENDED, 0x4E, 3);
    bytes.bytes[21] = SUP_OUTCOME_ABORTED;
    bytes.bytes[22] = SUP_OUTCOME_FAILED;
    bytes.bytes[23] = 1;
    assert_encoded(&event, &bytes);
    event.fields = SUP_FIELD_STREAK | SUP_FIELD_DELAY;
    event.type = SUP_EVENT_BACKING_OFF;
    bytes = head(SUP_EVENT_BACKING_OFF, 0x80, 9);
    bytes.bytes[9] = 1;
    add(&bytes, "\11\0\0\0\0\0\0\0", 8);
    assert_encoded(&event, &bytes);
    event.fields |= SUP_FIELD_ERROR;
    bytes.bytes[8] = 0xC0;
    bytes.bytes[23] = 1;
    assert_encoded(&event, &bytes);
}

/* What has the fields of a short event, and more. */
static void hash__of_both_numbers_and_of_how_it_ended(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_BACKING_OFF, "api");
    event.fields = SUP_FIELD_STREAK | SUP_FIELD_DELAY | SUP_FIELD_ATTEMPT;
    event.attempt = 3;
    event.streak = 9;
    event.delay.ns = 5;
    struct encoded bytes = head(SUP_EVENT_BACKING_OFF, 0x82, 3);
    bytes.bytes[9] = 1;
    add(&bytes, "\5\0\0\0\0\0\0\0\11\0\0\0", 12);
    assert_encoded(&event, &bytes);
    event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_CODE | SUP_FIELD_SIGNAL | SUP_FIELD_FINISH;
    event.attempt = 3;
    event.code = -2;
    event.signal = 9;
    event.finish = 1;
    bytes = head(SUP_EVENT_ATTEMPT_ENDED, 0x32, 3);
    bytes.bytes[10] = 1;
    add(&bytes, "\xFE\xFF\xFF\xFF\11\0\0\0\1\0\0\0", 12);
    assert_encoded(&event, &bytes);
}

/* An error is in the head, or it is not, by all of its text. */
static void hash__of_an_error_that_is_nearly_the_usual_one(void **state)
{
    (void)state;
    static const char *const errors[] = {"",      "f",      "fa",     "fai",     "fail",
                                         "faile", "failes", "fAiled", "failedx", "failed "};
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
        event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_ERROR;
        event.attempt = 3;
        event.error = errors[i];
        struct encoded bytes = head(SUP_EVENT_ATTEMPT_ENDED, 0x42, 3);
        const unsigned char length[4] = {(unsigned char)strlen(errors[i])};
        bytes.bytes[23] = 2;
        add(&bytes, length, 4);
        add(&bytes, errors[i], strlen(errors[i]));
        assert_encoded(&event, &bytes);
    }
}

/* A name is told by those that are about it, whatever fields they have. */
static void hash__of_an_event_with_a_name_and_no_fields(void **state)
{
    (void)state;
    struct sup_event event = event_of(SUP_EVENT_GROUP_RESTART, NULL);
    event.group = "runtime";
    event.slot = 4;
    struct encoded bytes = head(SUP_EVENT_GROUP_RESTART, 0, 0);
    add(&bytes, "\2\7\0\0\0runtime", 12);
    assert_encoded(&event, &bytes);
    event.fields = SUP_FIELD_ATTEMPT;
    event.attempt = 7;
    bytes.bytes[8] = 2;
    bytes.bytes[16] = 7;
    assert_encoded(&event, &bytes);
}

/* Where a block ends makes no difference, nor who asks for the hash meanwhile. */
static void hash__is_of_all_bytes_one_after_the_other(void **state)
{
    (void)state;
    enum { EVENTS = 400 };
    unsigned char *bytes = malloc(EVENTS * sizeof(struct encoded) + sizeof(uint64_t));
    struct sim_trace *trace = make(false, true);
    struct sim_trace *asked = make(false, true);
    size_t length = 0;
    for (uint32_t i = 0; i < EVENTS; i++) {
        struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, "api");
        event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_ERROR;
        event.attempt = i % 256;
        event.error = i % 3 == 0 ? "failed" : "no answer";
        struct encoded one = head(SUP_EVENT_ATTEMPT_ENDED, 0x42, (unsigned char)i);
        one.bytes[23] = i % 3 == 0 ? 1 : 2;
        add(&one, "\11\0\0\0no answer", i % 3 == 0 ? 0 : 13);
        memcpy(bytes + length, one.bytes, one.length);
        length += one.length;
        sim_trace_event(trace, &event);
        sim_trace_event(asked, &event);
        assert_int_equal(sim_trace_hash(asked), XXH3_64bits(bytes, length));
        if (i % 7 == 0) {
            assert_int_equal(sim__trace_digest(asked), XXH3_64bits(bytes, length));
        }
    }
    assert_int_equal(sim_trace_hash(trace), XXH3_64bits(bytes, length));
    memcpy(bytes + length, "\3\2\0\0\0\0\0\0", 8);
    sim_trace_end(trace, 0x203, "pass");
    sim_trace_end(asked, 0x203, "pass");
    assert_int_equal(sim_trace_hash(trace), XXH3_64bits(bytes, length + 8));
    assert_int_equal(sim_trace_hash(asked), sim_trace_hash(trace));
    assert_int_equal(sim__trace_events_hash(trace), XXH3_64bits(bytes, length));
    sim_trace_free(trace);
    sim_trace_free(asked);
    free(bytes);
}

static void hash__sees_every_field(void **state)
{
    (void)state;
    struct sup_event plain = event_of(SUP_EVENT_COMMAND, "api");
    plain.fields = (SUP_FIELD_FINISH << 1) - 1;
    plain.error = plain.text = plain.who = plain.why = plain.group = "x";
    struct sup_event changed[26];
    size_t count = sizeof(changed) / sizeof(changed[0]);
    for (size_t i = 0; i < count; i++) {
        changed[i] = plain;
    }
    changed[0].at.ns++;
    changed[1].finish++;
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

/* Texts for which there is no room among the other events. */
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
        size_t at = 32; /* the delay of 0 behind the head */
        bytes[0] = 0xDC;
        bytes[1] = 5;
        bytes[8] = SUP_FIELD_ERROR | (unsigned char)SUP_FIELD_DELAY;
        bytes[9] = SUP_FIELD_TEXT >> 8;
        bytes[12] = 4;
        bytes[20] = SUP_EVENT_ATTEMPT_ENDED;
        bytes[23] = 2;
        for (int i = 0; i < 2; i++) {
            bytes[at] = (unsigned char)length;
            bytes[at + 1] = (unsigned char)(length >> 8);
            memcpy(bytes + at + 4, error, length);
            at += 4 + length;
        }
        assert_int_equal(hash_of(&event), XXH3_64bits(bytes, at));
        uint64_t digest;
        assert_true(sim__event_digest(&event, 5, &digest));
        assert_int_equal(digest, XXH3_64bits_withSeed(bytes, at, 5));
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
        cmocka_unit_test(hash__of_what_is_a_head_alone_is_the_documented_encoding),
        cmocka_unit_test(hash__of_both_numbers_and_of_how_it_ended),
        cmocka_unit_test(hash__of_an_error_that_is_nearly_the_usual_one),
        cmocka_unit_test(hash__of_an_event_with_a_name_and_no_fields),
        cmocka_unit_test(hash__is_of_all_bytes_one_after_the_other),
        cmocka_unit_test(hash__sees_every_field),
        cmocka_unit_test(hash__of_long_texts_is_the_same_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
