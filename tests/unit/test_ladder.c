/* How a stop goes on by rules: aborts that are repeated, a second cancel, or nothing more. */
#include "ruled.h"

/* Grace of 20 ms, and 5 ms from an abort to the end. */
static struct sup_policy stopping(struct sup_rules *rules, enum sup_stop_then then)
{
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, rules);
    policy.stop_grace = SUP_MS(20);
    policy.stop_abort_wait = SUP_MS(5);
    rules->stop_then = then;
    return policy;
}

static void open_with(struct world *w, const struct sup_policy *policy)
{
    world_open(w);
    w->again = true;
    spawn(w, "a", policy);
    expect_calls(w, "0 start a#1");
    forget_events(w);
}

static void repeat__aborts_every_grace(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_REPEAT);
    open_with(&w, &policy);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    forget_events(&w);
    run_to(&w, 60 * MS);
    expect_events(&w, "20ms a stop-deadline #1", "20ms a abort-requested #1",
                  "40ms a abort-requested #1", "60ms a abort-requested #1");
    expect_calls(&w, "20ms abort a#1", "40ms abort a#1", "60ms abort a#1");
    run_to(&w, 1000 * MS);
    assert_int_equal(count_events(&w, "abort-requested"), 47);
    assert_int_equal(count_events(&w, "abandoned"), 0);
    was_aborted(&w, "a");
    expect_state(&w, "a", "terminated aborted");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

struct heard {
    const struct world *world;
    uint32_t events; /* of a stop, so far */
};

static uint32_t count_lines(const char *text)
{
    uint32_t lines = 0;
    for (; text != NULL && *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static void hear_stop(void *context, const struct sup_event *event)
{
    struct heard *heard = context;
    if (event->type == SUP_EVENT_ABORT_REQUESTED || event->type == SUP_EVENT_CANCEL_DELIVERED) {
        assert_int_equal(count_lines(heard->world->calls.text), heard->events);
        heard->events++;
    }
}

/* Each is told before the executor hears of it. */
static void again__is_told_before_it_is_done(void **state)
{
    (void)state;
    for (int then = SUP_STOP_REPEAT; then <= SUP_STOP_LEAVE; then++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = stopping(&rules, (enum sup_stop_then)then);
        struct heard heard = {.world = &w};
        open_with(&w, &policy);
        assert_int_equal(sup_subscribe(w.sup, hear_stop, &heard), SUP_OK);
        assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
        run_to(&w, 60 * MS);
        assert_int_equal(heard.events, then == SUP_STOP_REPEAT ? 4 : 2);
        world_close(&w);
    }
}

/* Whoever asked for the first. */
static void repeat__after_a_command(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_REPEAT);
    open_with(&w, &policy);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    advance_to(&w, 10 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    assert_true(w.outcome.abort_requested);
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    assert_true(w.outcome.idempotent);
    forget_events(&w);
    extend(&w, "a", SUP_MS(100).ns); /* an abort is not put off */
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a abort-requested #1");
    world_close(&w);
}

static void leave__cancels_once_more(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_LEAVE);
    open_with(&w, &policy);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    forget_events(&w);
    run_to(&w, 39 * MS);
    expect_events(&w, "20ms a stop-deadline #1", "20ms a cancel-delivered #1");
    expect_calls(&w, "20ms cancel a#1");
    assert_int_equal(look(&w, "a").stop_state, SUP_STOP_STATE_FAILED);
    run_to(&w, 40 * MS);
    expect_events(&w, "40ms a abandoned #1", "40ms a terminated abandoned 'abandoned'");
    expect_calls(&w, "40ms abandon a#1");
    world_close(&w);
}

/* More time is of the grace that runs; an abort by a command has its own wait. */
static void leave__and_what_comes_between(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_LEAVE);
    open_with(&w, &policy);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    run_to(&w, 20 * MS);
    extend(&w, "a", SUP_MS(30).ns);
    assert_true(deadline(&w) == 50 * MS);
    advance_to(&w, 45 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "50ms a abandoned #1", "50ms a terminated abandoned 'abandoned'");
    world_close(&w);
}

static void no_abort__gives_up_at_its_deadline(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_ABORT);
    rules.stop_abort = false;
    open_with(&w, &policy);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    forget_events(&w);
    run_to(&w, 20 * MS);
    expect_events(&w, "20ms a stop-deadline #1", "20ms a abandoned #1",
                  "20ms a terminated abandoned 'abandoned'");
    expect_calls(&w, "20ms abandon a#1");
    world_close(&w);
}

static void no_abort__but_by_a_command(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_ABORT);
    rules.stop_abort = false;
    open_with(&w, &policy);
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    expect_calls(&w, "0 cancel a#1", "0 abort a#1");
    forget_events(&w);
    run_to(&w, 5 * MS);
    expect_events(&w, "5ms a abandoned #1", "5ms a terminated abandoned 'abandoned'");
    world_close(&w);
}

/* Of a drain whose time is over, with and without aborts of its own. */
static void drain__gives_up_who_may_not_be_aborted(void **state)
{
    (void)state;
    static const struct {
        enum sup_stop_then then;
        bool stop_abort;
        bool shutdown_abort;
        const char *comes;
    } cases[] = {
        {SUP_STOP_ABORT, true, true, "abort-requested"},
        {SUP_STOP_ABORT, true, false, "a abandoned"},
        {SUP_STOP_ABORT, false, true, "a abandoned"},
        {SUP_STOP_LEAVE, true, true, "a abandoned"},
        {SUP_STOP_REPEAT, true, true, "abort-requested"},
        {SUP_STOP_REPEAT, true, false, "a abandoned"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (uint64_t timeout = 10; timeout <= 20; timeout += 10) { /* its own deadline, too */
            struct world w;
            struct sup_rules rules = rules_default();
            struct sup_policy policy = stopping(&rules, cases[i].then);
            rules.stop_abort = cases[i].stop_abort;
            world_prepare(&w);
            w.config.shutdown_abort = cases[i].shutdown_abort;
            world_create(&w);
            spawn(&w, "a", &policy);
            assert_int_equal(shut_down(&w, timeout * MS), SUP_OK);
            run_to(&w, timeout * MS - 1);
            forget_events(&w);
            run_to(&w, timeout * MS);
            assert_int_equal(count_events(&w, cases[i].comes), 1);
            assert_int_equal(count_events(&w, "abort-requested") + count_events(&w, "a abandoned"),
                             1);
            world_close(&w);
        }
    }
}

static void drain__waits_for_who_is_aborted_again(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_REPEAT);
    open_with(&w, &policy);
    assert_int_equal(shut_down(&w, 30 * MS), SUP_OK);
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "20ms a stop-deadline #1", "20ms a abort-requested #1",
                  "40ms a abort-requested #1");
    was_aborted(&w, "a");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    world_close(&w);
}

static void signal__is_told_with_the_start(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_ABORT);
    rules.stop_signal = 1;
    world_open(&w);
    spawn(&w, "a", &policy);
    assert_int_equal(w.stop_signal, 1);
    rules.stop_signal = 0;
    spawn(&w, "b", &policy);
    assert_int_equal(w.stop_signal, 0);
    world_close(&w);
}

static void rules__that_cannot_be(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = stopping(&rules, SUP_STOP_ABORT);
    const char *why = NULL;
    assert_true(rules.stop_abort);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    rules.stop_then = (enum sup_stop_then)(SUP_STOP_LEAVE + 1);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.stop_then is none of abort, repeat, leave");
    rules.stop_then = SUP_STOP_REPEAT;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    policy.stop_grace = SUP_NS(0);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.stop_then: to repeat needs a stop_grace above 0");
    rules.stop_then = SUP_STOP_LEAVE;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    rules.stop_abort = false;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.stop_then stands beside a stop_abort that is false");
    rules.stop_then = SUP_STOP_ABORT;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    for (int32_t signal = -1; signal <= 65; signal += 66) {
        rules.stop_signal = signal;
        assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
        assert_string_equal(why, "rules.stop_signal is no signal");
    }
    rules.stop_signal = 64;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeat__aborts_every_grace),
        cmocka_unit_test(again__is_told_before_it_is_done),
        cmocka_unit_test(repeat__after_a_command),
        cmocka_unit_test(leave__cancels_once_more),
        cmocka_unit_test(leave__and_what_comes_between),
        cmocka_unit_test(no_abort__gives_up_at_its_deadline),
        cmocka_unit_test(no_abort__but_by_a_command),
        cmocka_unit_test(drain__gives_up_who_may_not_be_aborted),
        cmocka_unit_test(drain__waits_for_who_is_aborted_again),
        cmocka_unit_test(signal__is_told_with_the_start),
        cmocka_unit_test(rules__that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
