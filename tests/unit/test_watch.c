/* The watch over a run: what two runs of one scenario differ in, and what keeps one going. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/run/watch.h"
#include "sim/trace/record.h"
#include "sup/error.h"

struct watched {
    struct sim_trace *trace;
    struct sim_watch watch;
};

static void begin(struct watched *w, const struct sim_watch *before)
{
    const struct sim_trace_options options = {.hash = true};
    assert_int_equal(sim_trace_create(&options, &w->trace), SUP_OK);
    sim__watch_init(&w->watch, before);
    w->watch.trace = w->trace;
}

static void hear(struct watched *w, const struct sup_event *event)
{
    sim__watch_event(&w->watch, event, sim__trace_tell(w->trace, event));
}

static void hear_many(struct watched *w, uint32_t count, uint32_t odd)
{
    for (uint32_t i = 1; i <= count; i++) {
        const struct sup_event event = {.at = {i},
                                        .sequence = i,
                                        .type = SUP_EVENT_READY,
                                        .fields = SUP_FIELD_ATTEMPT,
                                        .attempt = i == odd ? 2 : 1,
                                        .service = "a",
                                        .slot = 0};
        hear(w, &event);
    }
}

static void end(struct watched *w)
{
    sim__watch_release(&w->watch);
    sim_trace_free(w->trace);
}

/* Two runs that nothing is kept of: a difference is placed between two digests, or behind the
 * last of them; one event more or less at its place. */
static void watch__two_runs_differ_where_they_part(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, second, odd;
        uint64_t from, to; /* 0: nowhere */
        bool has_line;
    } pairs[] = {
        {0, 0, 0, 0, 0, false},        {7, 7, 0, 0, 0, false},
        {200, 200, 0, 0, 0, false},    {7, 6, 0, 7, 7, false},
        {6, 7, 0, 7, 7, false},        {7, 0, 0, 1, 1, false},
        {0, 7, 0, 1, 1, false},        {64, 63, 0, 64, 64, false},
        {63, 64, 0, 64, 64, false},    {7, 7, 1, 1, 7, false},
        {7, 7, 7, 1, 7, false},        {63, 63, 9, 1, 63, false},
        {64, 64, 1, 1, 64, true},      {64, 64, 64, 1, 64, true},
        {65, 65, 65, 65, 65, false},   {200, 200, 64, 1, 64, true},
        {200, 200, 65, 65, 128, true}, {200, 200, 193, 193, 200, false},
        {200, 199, 3, 1, 64, true},    {200, 201, 3, 1, 64, true},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct watched first, second;
        begin(&first, NULL);
        hear_many(&first, pairs[i].first, 0);
        sim_trace_end(first.trace, 0, "pass");
        sim__watch_end(&first.watch);
        assert_false(first.watch.differs);
        begin(&second, &first.watch);
        hear_many(&second, pairs[i].second, pairs[i].odd);
        sim_trace_end(second.trace, 0, "pass");
        sim__watch_end(&second.watch);
        assert_int_equal(second.watch.differs, pairs[i].from != 0);
        if (pairs[i].from != 0) {
            assert_int_equal(second.watch.differs_first, pairs[i].from);
            assert_int_equal(second.watch.differs_last, pairs[i].to);
            assert_int_equal(second.watch.line[0] != '\0', pairs[i].has_line);
        }
        assert_int_equal(second.watch.events, pairs[i].second);
        end(&second);
        end(&first);
    }
}

/* When there are too many digests, every other one goes, and they are twice as far apart. */
static void watch__of_a_long_run_is_coarser(void **state)
{
    (void)state;
    const uint32_t full = 64 * SIM_WATCH_DIGESTS_MAX;
    struct watched first;
    begin(&first, NULL);
    hear_many(&first, full + 1000, 0);
    sim_trace_end(first.trace, 0, "pass");
    sim__watch_end(&first.watch);
    assert_int_equal(first.watch.spacing_log2, SIM_WATCH_SPACING_LOG2 + 1);
    static const uint32_t odds[] = {0, 1, 128, 129, 700000};
    for (size_t i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
        struct watched second;
        begin(&second, &first.watch);
        hear_many(&second, full + 1000, odds[i]);
        sim_trace_end(second.trace, 0, "pass");
        sim__watch_end(&second.watch);
        assert_int_equal(second.watch.differs, odds[i] != 0);
        if (odds[i] != 0) {
            uint32_t from = (odds[i] - 1) / 128 * 128 + 1;
            assert_int_equal(second.watch.differs_first, from);
            assert_int_equal(second.watch.differs_last, from + 127);
        }
        end(&second);
    }
    end(&first);
}

static void watch__says_what_keeps_a_service_going(void **state)
{
    (void)state;
    static const struct {
        enum sup_event_type type;
        const char *cause;
        const char *rearmed;
    } causes[] = {
        {SUP_EVENT_BACKING_OFF, "a restart delay of 0", "its restarts"},
        {SUP_EVENT_GROUP_RESTART, "the restart of its group after a delay of 0",
         "the restarts of its group"},
        {SUP_EVENT_RESTARTED, "the command `restart`", "the command `restart`"},
        {SUP_EVENT_REGISTERED, "a new registration", "new registrations"},
        {SUP_EVENT_BREAKER_OPENED, "a cooldown of 0", "the probes of its breaker"},
    };
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        struct watched w;
        const struct sup_event ready = {.type = SUP_EVENT_READY, .service = "b", .slot = 5};
        const struct sup_event again = {.type = causes[i].type, .service = "a", .slot = 3};
        begin(&w, NULL);
        assert_int_equal(w.watch.slot, UINT32_MAX);
        hear(&w, &again);
        assert_int_equal(w.watch.slot, 3);
        for (uint32_t k = 1; k < 199; k++) {
            hear(&w, &ready);
        }
        assert_int_equal(w.watch.slot, 5);
        assert_string_equal(sim__watch_cause(&w.watch), causes[i].cause);
        sim__watch_silent(&w.watch, UINT32_MAX); /* the 200th at this instant */
        assert_int_equal(w.watch.slot, 5);
        assert_int_equal(w.watch.at_instant, 200);
        assert_string_equal(sim__watch_cause(&w.watch), "its own script, which takes no time");
        assert_string_equal(sim__watch_rearmed_by(&w.watch), causes[i].rearmed);
        sim__watch_silent(&w.watch, 9);
        assert_int_equal(w.watch.slot, 9);
        sim__watch_instant(&w.watch);
        assert_int_equal(w.watch.at_instant, 0);
        assert_int_equal(w.watch.rearmed, 0);
        assert_int_equal(w.watch.events, 199);
        end(&w);
    }
    struct watched w;
    begin(&w, NULL);
    const struct sup_event ready = {.type = SUP_EVENT_READY, .slot = 5};
    hear(&w, &ready);
    assert_int_equal(w.watch.slot, UINT32_MAX); /* an event of nobody */
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watch__two_runs_differ_where_they_part),
        cmocka_unit_test(watch__of_a_long_run_is_coarser),
        cmocka_unit_test(watch__says_what_keeps_a_service_going),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
