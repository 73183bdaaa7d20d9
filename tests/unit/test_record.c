/* What a trace keeps for a second run to be held against: sim/trace/record.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
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

/* The k-th event of a run: a start, an end whose error follows, one whose error does not, and a
 * wait, in turn. */
static struct sup_event event_at(uint32_t k)
{
    struct sup_event event = {.at = {k}, .sequence = k + 1, .slot = k % 7, .service = "api"};
    event.attempt = k / 4 + 1;
    event.fields = SUP_FIELD_ATTEMPT;
    event.type = SUP_EVENT_ATTEMPT_STARTED;
    if (k % 4 == 3) {
        event.type = SUP_EVENT_BACKING_OFF;
        event.fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK | SUP_FIELD_ERROR;
        event.error = "failed";
        event.delay.ns = 1000 + k;
        event.streak = 1;
    } else if (k % 4 > 0) {
        event.type = SUP_EVENT_ATTEMPT_ENDED;
        event.fields |= SUP_FIELD_OUTCOME | SUP_FIELD_ERROR;
        event.outcome = SUP_OUTCOME_FAILED;
        event.error = k % 4 == 1 ? "connection refused" : "failed";
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

/* Whatever has no room is rolled, in both runs from the same event on, whatever the last one is
 * that has. */
static void record__ends_where_its_room_does(void **state)
{
    (void)state;
    uint32_t last = 0;
    for (uint32_t from = 0; from < 16; from++) {
        struct sim_trace *first = make();
        struct sim_trace *second = make();
        uint32_t count = from;
        sim__trace_keep(first);
        while (tell(first, count) == SIM__TOLD_KEPT) {
            count++;
        }
        last |= 1u << (count - 1) % 4;
        assert_true(count * 46 > SIM__RECORD_BYTES / 2 && count * 24 < SIM__RECORD_BYTES);
        sim__trace_hold(second, first);
        for (uint32_t k = from; k <= count; k++) {
            assert_int_equal(tell(second, k), k < count ? SIM__TOLD_HELD : SIM__TOLD_ROLLED);
        }
        assert_int_equal(sim_trace_hash(first), sim_trace_hash(second));
        assert_int_equal(tell(first, count + 1), SIM__TOLD_ROLLED);
        assert_int_equal(tell(second, count + 2), SIM__TOLD_ROLLED);
        assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(second));
        sim_trace_free(first);
        sim_trace_free(second);
    }
    assert_int_equal(last, 0xF);
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
        other.streak ^= UINT32_C(1) << 31;
        strays(first, k, &other);
        other = event_at(k);
        other.delay.ns ^= UINT64_C(1) << 63;
        if (other.fields & SUP_FIELD_DELAY) {
            strays(first, k, &other);
        }
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

/* What comes after all that was kept is another event, where that was all. */
static void record__of_a_run_that_goes_on_or_ends_early(void **state)
{
    (void)state;
    struct sim_trace *first = kept(10);
    struct sim_trace *longer = held(first, 10);
    struct sim_trace *shorter = held(first, 9);
    assert_int_equal(tell(longer, 10), SIM__TOLD_STRAYED);
    assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(longer));
    assert_int_not_equal(sim_trace_hash(first), sim_trace_hash(shorter));
    sim_trace_free(first);
    sim_trace_free(longer);
    sim_trace_free(shorter);
}

/* The draws are a part of the hash: of who has the record, of who is held against it, whether he
 * has drawn as often or not, and of who never heard of one. */
static void record__ends_with_the_draws(void **state)
{
    (void)state;
    struct sim_trace *plain = make();
    struct sim_trace *first = kept(40);
    for (uint32_t k = 0; k < 40; k++) {
        assert_int_equal(tell(plain, k), SIM__TOLD_ROLLED);
    }
    struct sim_trace *unended = held(first, 40);
    sim_trace_end(unended, 7, "pass");
    sim_trace_end(plain, 7, "pass");
    sim_trace_end(first, 7, "pass");
    struct sim_trace *second = held(first, 40);
    struct sim_trace *other = held(first, 40);
    struct sim_trace *shorter = held(first, 39);
    sim_trace_end(second, 7, "pass");
    sim_trace_end(other, 8, "pass");
    sim_trace_end(shorter, 7, "pass");
    assert_int_equal(sim_trace_hash(first), sim_trace_hash(plain));
    assert_int_equal(sim_trace_hash(unended), sim_trace_hash(plain));
    assert_int_equal(sim_trace_hash(second), sim_trace_hash(plain));
    assert_int_not_equal(sim_trace_hash(other), sim_trace_hash(plain));
    assert_int_not_equal(sim_trace_hash(shorter), sim_trace_hash(plain));
    sim_trace_free(plain);
    sim_trace_free(first);
    sim_trace_free(unended);
    sim_trace_free(second);
    sim_trace_free(other);
    sim_trace_free(shorter);
}

/* A run that says nothing has its draws. */
static void record__of_no_event(void **state)
{
    (void)state;
    struct sim_trace *first = kept(0);
    sim_trace_end(first, 7, "pass");
    struct sim_trace *second = held(first, 0);
    struct sim_trace *louder = held(first, 0);
    assert_int_equal(tell(louder, 0), SIM__TOLD_STRAYED);
    sim_trace_end(second, 7, "pass");
    assert_int_equal(sim_trace_hash(first), sim_trace_hash(second));
    assert_int_equal(sim__trace_events_hash(first), sim__trace_events_hash(second));
    sim_trace_free(first);
    sim_trace_free(second);
    sim_trace_free(louder);
}

/* The k-th event, whose texts have no room among the others. */
static struct sup_event long_event(uint32_t k, const char *text)
{
    struct sup_event event = event_at(k);
    event.fields |= SUP_FIELD_ERROR | SUP_FIELD_TEXT;
    event.error = text;
    event.text = text;
    return event;
}

/* It is kept like any other, unless there is no room for it at all: then nothing behind it is. */
static void record__of_long_texts(void **state)
{
    (void)state;
    static const size_t lengths[] = {100, 200, 4000, SIM__RECORD_BYTES};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char *text = malloc(lengths[i] + 1);
        memset(text, 'x', lengths[i]);
        text[lengths[i]] = '\0';
        const struct sup_event long_one = long_event(5, text);
        const bool fits = lengths[i] < SIM__RECORD_BYTES;
        const enum sim__told first_told = fits ? SIM__TOLD_KEPT : SIM__TOLD_ROLLED;
        const enum sim__told second_told = fits ? SIM__TOLD_HELD : SIM__TOLD_ROLLED;
        struct sim_trace *plain = make();
        struct sim_trace *first = kept(5);
        assert_int_equal(sim__trace_tell(first, &long_one), first_told);
        assert_int_equal(tell(first, 6), first_told);
        struct sim_trace *second = held(first, 5);
        assert_int_equal(sim__trace_tell(second, &long_one), second_told);
        assert_int_equal(tell(second, 6), second_told);
        for (uint32_t k = 0; k < 5; k++) {
            (void)tell(plain, k);
        }
        (void)sim__trace_tell(plain, &long_one);
        (void)tell(plain, 6);
        assert_int_equal(sim_trace_hash(first), sim_trace_hash(plain));
        assert_int_equal(sim_trace_hash(second), sim_trace_hash(plain));
        strays(first, 3, &long_one);
        text[lengths[i] - 1] = 'y';
        if (fits) {
            strays(first, 5, &long_one);
        }
        sim_trace_free(plain);
        sim_trace_free(first);
        sim_trace_free(second);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record__keeps_the_hash_as_it_is),
        cmocka_unit_test(record__ends_where_its_room_does),
        cmocka_unit_test(record__finds_the_event_that_differs),
        cmocka_unit_test(record__of_a_run_that_goes_on_or_ends_early),
        cmocka_unit_test(record__ends_with_the_draws),
        cmocka_unit_test(record__of_no_event),
        cmocka_unit_test(record__of_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
