/* Steps in slices: the timers of one step, in its order, some at a time; what is
 * reported, commanded and armed between two slices. */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

/* Three services that wait for the same instant, 10 ms. */
static void open_three(struct world *w, uint64_t base_ms)
{
    struct sup_policy policy = policy_backoff(base_ms, base_ms);
    world_open(w);
    spawn(w, "a", &policy);
    spawn(w, "b", &policy);
    spawn(w, "c", &policy);
    fail_with(w, "c", "x");
    fail_with(w, "a", "x");
    fail_with(w, "b", "x");
    forget_events(w);
}

static uint32_t some(struct world *w, uint64_t mark, uint32_t most)
{
    uint32_t fired = sup_step_some(w->sup, mark, SUP_INSTANT_NEVER, most);
    sup_check(w->sup);
    return fired;
}

static void slices__fire_in_the_order_of_a_step(void **state)
{
    struct world w;
    (void)state;
    open_three(&w, 10);
    w.now = 12 * MS;
    uint64_t mark = sup_step_mark(w.sup);
    assert_int_equal(some(&w, mark, 2), 2);
    expect_events(&w, "12ms c attempt-started #2", "12ms a attempt-started #2");
    w.now = 13 * MS;
    assert_int_equal(some(&w, mark, 2), 1);
    expect_events(&w, "13ms b attempt-started #2");
    assert_int_equal(some(&w, mark, 2), 0);
    expect_no_events(&w);
    world_close(&w);
}

static void slices__nothing_due_none_fires(void **state)
{
    struct world w;
    (void)state;
    open_three(&w, 10);
    w.now = 10 * MS - 1;
    assert_int_equal(some(&w, sup_step_mark(w.sup), 5), 0);
    w.now = 10 * MS;
    uint64_t mark = sup_step_mark(w.sup);
    assert_int_equal(some(&w, mark, 0), 0);
    assert_int_equal(sup_step_some(w.sup, mark, (struct sup_instant){10 * MS - 1}, 5), 0);
    expect_no_events(&w);
    assert_int_equal(sup_step_some(w.sup, mark, (struct sup_instant){10 * MS}, 5), 3);
    world_close(&w);
}

static void slices__what_is_armed_meanwhile_waits_for_the_next_mark(void **state)
{
    struct world w;
    (void)state;
    open_three(&w, 0);
    uint64_t mark = sup_step_mark(w.sup);
    assert_int_equal(some(&w, mark, 1), 1);
    expect_events(&w, "0 c attempt-started #2");
    fail_with(&w, "c", "x"); /* due again at once */
    forget_events(&w);
    assert_int_equal(some(&w, mark, 5), 2);
    expect_events(&w, "0 a attempt-started #2", "0 b attempt-started #2");
    assert_int_equal(some(&w, mark, 5), 0);
    assert_int_equal(some(&w, sup_step_mark(w.sup), 5), 1);
    expect_events(&w, "0 c attempt-started #3");
    world_close(&w);
}

static void slices__a_command_between_two_is_obeyed(void **state)
{
    struct world w;
    (void)state;
    open_three(&w, 10);
    w.now = 10 * MS;
    uint64_t mark = sup_step_mark(w.sup);
    assert_int_equal(some(&w, mark, 1), 1);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(some(&w, mark, 5), 1);
    expect_state(&w, "a", "idle paused");
    expect_state(&w, "b", "running");
    expect_state(&w, "c", "running");
    world_close(&w);
}

/* Whole steps and slices of any size tell the same story. */
static void tell(bool in_slices, uint32_t most, char *story, size_t size)
{
    struct world w;
    world_open(&w);
    for (uint32_t i = 0; i < 20; i++) {
        char name[8];
        struct sup_policy policy = policy_backoff(i % 3, 50);
        snprintf(name, sizeof(name), "s%u", i);
        spawn(&w, name, &policy);
    }
    for (uint32_t round = 0; round < 30; round++) {
        for (uint32_t i = 0; i < 20; i++) {
            char name[8];
            snprintf(name, sizeof(name), "s%u", i);
            if (look(&w, name).active && (i + round) % 3 == 0) {
                fail_with(&w, name, "x");
            }
        }
        w.now += MS;
        if (in_slices) {
            uint64_t mark = sup_step_mark(w.sup);
            while (some(&w, mark, most) == most) {
            }
        } else {
            step(&w);
        }
    }
    snprintf(story, size, "%s", w.events.text);
    world_close(&w);
}

static void slices__of_any_size_tell_the_story_of_whole_steps(void **state)
{
    static char whole[200000];
    static char sliced[200000];
    (void)state;
    tell(false, 0, whole, sizeof(whole));
    assert_true(strlen(whole) > 1000);
    for (uint32_t most = 1; most <= 21; most += 4) {
        tell(true, most, sliced, sizeof(sliced));
        assert_string_equal(sliced, whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices__fire_in_the_order_of_a_step),
        cmocka_unit_test(slices__nothing_due_none_fires),
        cmocka_unit_test(slices__what_is_armed_meanwhile_waits_for_the_next_mark),
        cmocka_unit_test(slices__a_command_between_two_is_obeyed),
        cmocka_unit_test(slices__of_any_size_tell_the_story_of_whole_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
