/* What a trace keeps for a second run to be held against: sim/trace/record.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/trace/record.h"
#include "sup/error.h"

static struct sim_trace *make(void)
{
    const struct sim_trace_options options = {.hash = true};
    struct sim_trace *trace;
    assert_int_equal(sim_trace_create(&options, &trace), SUP_OK);
    return trace;
}

/* The k-th event of a run: starts and ends in turn. */
static struct sup_event event_at(uint32_t k)
{
    struct sup_event event = {.at = {k}, .sequence = k + 1, .slot = k % 7, .service = "api"};
    event.attempt = k / 2 + 1;
    event.fields = SUP_FIELD_ATTEMPT;
    event.type = SUP_EVENT_ATTEMPT_STARTED;
    if (k % 2 == 1) {
        event.type = SUP_EVENT_ATTEMPT_ENDED;
        event.fields |= SUP_FIELD_OUTCOME | SUP_FIELD_ERROR;
        event.outcome = SUP_OUTCOME_FAILED;
        event.error = "connection refused";
    }
    return event;
}

static enum sim__told tell(struct sim_trace *trace, uint32_t k)
{
    const struct sup_event event = event_at(k);
    return sim__trace_tell(trace, &event);
}

/* A run of so many events that was kept. */
static struct sim_trace *kept(uint32_t count)
{
    struct sim_trace *trace = make();
    sim__trace_keep(trace);
    for (uint32_t k = 0; k < count; k++) {
        assert_int_equal(tell(trace, k), SIM__TOLD_KEPT);
    }
    return trace;
}

static struct sim_trace *held(const struct sim_trace *before, uint32_t count)
{
    struct sim_trace *trace = make();
    sim__trace_hold(trace, before);
    for (uint32_t k = 0; k < count; k++) {
        assert_int_equal(tell(trace, k), SIM__TOLD_HELD);
    }
    return trace;
}

static void record__keeps_the_hash_as_it_is(void **state)
{
    (void)state;
    struct sim_trace *plain = make();
    struct sim_trace *first = kept(40);
    struct sim_trace *second = held(first, 40);
    for (uint32_t k = 0; k < 40; k++) {
        assert_int_equal(tell(plain, k), SIM__TOLD_ROLLED);
    }
    assert_int_equal(sim_trace_hash(first), sim_trace_hash(plain));
    assert_int_equal(sim_trace_hash(second), sim_trace_hash(plain));
    sim_trace_free(plain);
    sim_trace_free(first);
    sim_trace_free(second);
}

/* Whatever has no room is rolled, in both runs from the same event on. */
static void record__ends_where_its_room_does(void **state)
{
    (void)state;
    struct sim_trace *first = make();
    struct sim_trace *second = make();
    uint32_t count = 0;
    sim__trace_keep(first);
    while (tell(first, count) == SIM__TOLD_KEPT) {
        count++;
    }
    assert_true(count * 60 > SIM__RECORD_BYTES / 2 && count * 29 < SIM__RECORD_BYTES);
    sim__trace_hold(second, first);
    for (uint32_t k = 0; k <= count; k++) {
        assert_int_equal(tell(second, k), k < count ? SIM__TOLD_HELD : SIM__TOLD_ROLLED);
    }
    assert_int_equal(sim_trace_hash(first), sim_trace_hash(second));
    assert_int_equal(tell(first, count + 1), SIM__TOLD_ROLLED);
    assert_int_equal(tell(second, count + 2), SIM__TOLD_ROLLED);
    assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(second));
    sim_trace_free(first);
    sim_trace_free(second);
}

static void strays(const struct sim_trace *first, uint32_t k, const struct sup_event *other)
{
    struct sim_trace *second = held(first, k);
    assert_int_equal(sim__trace_tell(second, other), SIM__TOLD_STRAYED);
    assert_int_equal(tell(second, k), SIM__TOLD_STRAYED);
    assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(second));
    sim_trace_free(second);
}

static void record__finds_the_event_that_differs(void **state)
{
    (void)state;
    struct sim_trace *first = kept(10);
    for (uint32_t k = 0; k < 10; k++) {
        struct sup_event other = event_at(k);
        other.at.ns++;
        strays(first, k, &other);
        other = event_at(k);
        other.slot++;
        strays(first, k, &other);
        other = event_at(k);
        other.attempt ^= UINT32_C(1) << 31;
        strays(first, k, &other);
        other = event_at(k ^ 1u);
        strays(first, k, &other);
    }
    struct sup_event other = event_at(9);
    other.error = "connection refuseD";
    strays(first, 9, &other);
    other.error = "connection refused by peer"; /* of the last one, longer */
    strays(first, 9, &other);
    sim_trace_free(first);
}

static void record__of_a_run_that_goes_on_or_ends_early(void **state)
{
    (void)state;
    struct sim_trace *first = kept(10);
    struct sim_trace *longer = held(first, 10);
    struct sim_trace *shorter = held(first, 9);
    assert_int_equal(tell(longer, 10), SIM__TOLD_ROLLED);
    assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(longer));
    assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(shorter));
    sim_trace_free(first);
    sim_trace_free(longer);
    sim_trace_free(shorter);
}

/* What streams into the hash is not kept, and nothing behind it. */
static void record__ends_before_a_text_without_end(void **state)
{
    (void)state;
    char text[4096];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    struct sup_event long_one = event_at(5);
    long_one.error = text;
    struct sim_trace *first = kept(5);
    struct sim_trace *second = held(first, 4);
    assert_int_equal(sim__trace_tell(first, &long_one), SIM__TOLD_ROLLED);
    assert_int_equal(tell(first, 6), SIM__TOLD_ROLLED);
    assert_int_equal(tell(second, 4), SIM__TOLD_HELD);
    assert_int_equal(sim__trace_tell(second, &long_one), SIM__TOLD_ROLLED);
    assert_int_equal(tell(second, 6), SIM__TOLD_ROLLED);
    assert_int_equal(sim_trace_hash(first), sim_trace_hash(second));
    strays(first, 3, &long_one);
    sim_trace_free(first);
    sim_trace_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record__keeps_the_hash_as_it_is),
        cmocka_unit_test(record__ends_where_its_room_does),
        cmocka_unit_test(record__finds_the_event_that_differs),
        cmocka_unit_test(record__of_a_run_that_goes_on_or_ends_early),
        cmocka_unit_test(record__ends_before_a_text_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
