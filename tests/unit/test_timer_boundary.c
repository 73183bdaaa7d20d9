/* Stop beats restart, to the nanosecond: whatever ends a wait, right before its
 * timer, at its instant before the step, or after it, no start is ever seen that
 * was not wanted; and whatever starts again starts once. */
#include "core_world.h"

#include <stdio.h>

#define DUE (10 * MS)

enum when { BEFORE, AT, AFTER, WHENS };

static const char *const when_names[] = {"deadline - 1 ns", "deadline, before its step",
                                         "deadline, after its step"};

struct ending {
    const char *name;
    void (*act)(struct world *w);
};

static void do_abort(struct world *w)
{
    command(w, SUP_COMMAND_ABORT, "a");
}

static void do_cancel(struct world *w)
{
    command(w, SUP_COMMAND_CANCEL, "a");
}

static void do_remove(struct world *w)
{
    command(w, SUP_COMMAND_REMOVE, "a");
}

static void do_pause(struct world *w)
{
    command(w, SUP_COMMAND_PAUSE, "a");
}

static void do_quarantine(struct world *w)
{
    command(w, SUP_COMMAND_QUARANTINE, "a");
}

static void do_shut_down(struct world *w)
{
    shut_down(w, SECOND);
}

static void do_cancel_group(struct world *w)
{
    cancel_group(w, "g");
}

static void do_force_abort(struct world *w)
{
    force_abort(w, "g");
}

static const struct ending endings[] = {
    {"abort", do_abort},
    {"cancel", do_cancel},
    {"remove", do_remove},
    {"pause", do_pause},
    {"quarantine", do_quarantine},
    {"shutdown", do_shut_down},
    {"cancel-group", do_cancel_group},
    {"force-abort", do_force_abort},
};

struct wait {
    const char *name;
    void (*make)(struct world *w); /* a wait of "a" that ends at DUE */
};

static void in_backoff(struct world *w)
{
    struct sup_policy policy = policy_backoff(10, 10);
    spawn_in(w, "a", "g", &policy);
    fail_with(w, "a", "x");
}

static void in_clean_exit_delay(struct world *w)
{
    struct sup_policy policy = policy_default();
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = SUP_MS(10);
    spawn_in(w, "a", "g", &policy);
    succeed(w, "a");
}

static void in_cooldown(struct world *w)
{
    struct sup_policy policy = policy_default();
    policy.breaker.failures = 1;
    policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    policy.breaker.cooldown = SUP_MS(10);
    spawn_in(w, "a", "g", &policy);
    fail_with(w, "a", "x");
}

static void in_interval(struct world *w)
{
    struct sup_policy policy = policy_default();
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_MS(10);
    spawn_in(w, "a", "g", &policy);
    succeed(w, "a");
}

static void in_group_restart(struct world *w)
{
    struct sup_policy policy = policy_backoff(10, 10);
    group(w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(w, "a", "g", &policy);
    fail_with(w, "a", "x");
}

static const struct wait waits[] = {
    {"backoff", in_backoff},   {"clean exit delay", in_clean_exit_delay}, {"cooldown", in_cooldown},
    {"interval", in_interval}, {"group restart", in_group_restart},
};

static void open_wait(struct world *w, const struct wait *wait, enum when when)
{
    world_open(w);
    wait->make(w);
    assert_true(deadline(w) == DUE);
    advance_to(w, when == BEFORE ? DUE - 1 : DUE);
    if (when == AFTER) {
        assert_int_equal(step(w), 1);
        expect_state(w, "a", "running");
    }
    forget_events(w);
}

/* Ends what still lives, then waits until long after every timer. */
static void see_it_out(struct world *w)
{
    if (exists(w, "a") && look(w, "a").active) {
        succeed(w, "a");
    }
    for (uint32_t i = 0; i < 5; i++) {
        step(w);
    }
    run_to(w, DUE);
    run_to(w, DUE + 1);
    run_to(w, 1000 * SECOND);
}

static void end__of_each_wait_at_each_boundary_is_final(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        for (size_t k = 0; k < sizeof(endings) / sizeof(endings[0]); k++) {
            for (enum when when = BEFORE; when < WHENS; when++) {
                struct world w;
                open_wait(&w, &waits[i], when);
                endings[k].act(&w);
                assert_true(when == AFTER || deadline(&w) == SUP_NEVER_NS);
                see_it_out(&w);
                if (count_events(&w, "attempt-started") != 0) {
                    fail_msg("%s in %s at %s: started again", endings[k].name, waits[i].name,
                             when_names[when]);
                }
                assert_true(deadline(&w) == SUP_NEVER_NS);
                assert_int_equal(count_events(&w, "cancel-delivered"), when == AFTER);
                world_close(&w);
            }
        }
    }
}

/* What starts it again by a command starts it once, not a second time by the timer
 * that was armed for it. */
static void restart__at_each_boundary_starts_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        for (enum when when = BEFORE; when < WHENS; when++) {
            struct world w;
            open_wait(&w, &waits[i], when);
            command(&w, SUP_COMMAND_RESTART, "a");
            if (when == AFTER) {
                succeed(&w, "a");
            }
            assert_true(deadline(&w) == SUP_NEVER_NS);
            run_to(&w, DUE + 1);
            run_to(&w, DUE + 9 * MS);
            assert_int_equal(count_events(&w, "attempt-started"), 1);
            assert_int_equal(count_events(&w, "restarted"), 1);
            expect_state(&w, "a", "running");
            world_close(&w);
        }
    }
}

static void pause_and_resume__at_each_boundary_starts_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        for (enum when when = BEFORE; when < WHENS; when++) {
            struct world w;
            open_wait(&w, &waits[i], when);
            command(&w, SUP_COMMAND_PAUSE, "a");
            command(&w, SUP_COMMAND_RESUME, "a");
            if (when == AFTER) {
                succeed(&w, "a");
            }
            run_to(&w, DUE + 9 * MS);
            assert_int_equal(count_events(&w, "attempt-started"), 1);
            world_close(&w);
        }
    }
}

static void replace__at_each_boundary_starts_the_new_one_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        for (enum when when = BEFORE; when < WHENS; when++) {
            struct world w;
            world_prepare(&w);
            w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
            world_create(&w);
            waits[i].make(&w);
            advance_to(&w, when == BEFORE ? DUE - 1 : DUE);
            if (when == AFTER) {
                step(&w);
            }
            forget_events(&w);
            struct sup_policy policy = policy_default();
            spawn_in(&w, "a", "g", &policy);
            if (when == AFTER) {
                assert_int_equal(count_events(&w, "attempt-started"), 0);
                succeed(&w, "a");
            }
            run_to(&w, 1000 * SECOND);
            assert_int_equal(count_events(&w, "attempt-started #1"), 1);
            assert_int_equal(count_events(&w, "attempt-started"), 1);
            assert_int_equal(count_events(&w, "replaced"), 1);
            world_close(&w);
        }
    }
}

/* A second supervisor-wide look: ten services whose timers are due at one instant,
 * half of them ended before the step. */
static void step__fires_only_what_is_still_wanted(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    char name[8];
    for (uint32_t i = 0; i < 10; i++) {
        snprintf(name, sizeof(name), "s%u", i);
        spawn(&w, name, &policy);
        fail_with(&w, name, "x");
    }
    advance_to(&w, DUE);
    for (uint32_t i = 0; i < 10; i += 2) {
        snprintf(name, sizeof(name), "s%u", i);
        command(&w, SUP_COMMAND_CANCEL, name);
    }
    forget_events(&w);
    assert_int_equal(step(&w), 5);
    expect_events(&w, "10ms s1 attempt-started #2", "10ms s3 attempt-started #2",
                  "10ms s5 attempt-started #2", "10ms s7 attempt-started #2",
                  "10ms s9 attempt-started #2");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(end__of_each_wait_at_each_boundary_is_final),
        cmocka_unit_test(restart__at_each_boundary_starts_once),
        cmocka_unit_test(pause_and_resume__at_each_boundary_starts_once),
        cmocka_unit_test(replace__at_each_boundary_starts_the_new_one_only),
        cmocka_unit_test(step__fires_only_what_is_still_wanted),
    };
    return cmocka_run_group_tests_name("timer_boundary", tests, NULL, NULL);
}
