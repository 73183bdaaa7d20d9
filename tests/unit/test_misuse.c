/* What a caller may do wrong: each is refused with its own code, and changes nothing. */
#include "core_world.h"

#include <stdlib.h>
#include <string.h>

#include "sup/join.h"

#include "memory.h"

static const struct sup_actor nobodies[] = {
    {NULL, "why"}, {"", "why"}, {" \t", "why"}, {"who", NULL}, {"who", ""}, {"who", "\n\v\f\r "},
};

static void actor__blank_is_refused_everywhere(void **state)
{
    (void)state;
    struct world w;
    struct sup_command_outcome outcome;
    const struct sup_spec spec = {.name = "b"};
    world_open(&w);
    spawn(&w, "a", NULL);
    forget_events(&w);
    for (size_t i = 0; i < sizeof(nobodies) / sizeof(nobodies[0]); i++) {
        const struct sup_actor *actor = &nobodies[i];
        assert_int_equal(sup_spawn_as(w.sup, &spec, actor, NULL), SUP_EINVAL);
        assert_int_equal(sup_cancel(w.sup, "a", actor, NULL), SUP_EINVAL);
        assert_int_equal(sup_cancel_group(w.sup, "runtime", actor, NULL), SUP_EINVAL);
        assert_int_equal(sup_shutdown(w.sup, NULL, actor, &outcome), SUP_EINVAL);
        assert_int_equal(outcome.result, SUP_EINVAL);
    }
    assert_int_equal(sup_shutdown(w.sup, NULL, NULL, NULL), SUP_EINVAL);
    assert_int_equal(sup_cancel(w.sup, "a", NULL, NULL), SUP_EINVAL);
    assert_int_equal(sup_spawn(w.sup, NULL), SUP_EINVAL);
    expect_no_events(&w);
    assert_int_equal(metrics(&w).commands_total, 0);
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_RUNNING);
    world_close(&w);
}

static const struct sup_actor ops = {"ops", "test"};

static void command__of_another_kind_is_refused(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    static const enum sup_command wrong[] = {SUP_COMMAND_SPAWN, SUP_COMMAND_CANCEL_GROUP,
                                             SUP_COMMAND_SHUTDOWN, SUP_COMMANDS};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(sup_control(w.sup, wrong[i], "a", &ops, NULL), SUP_EINVAL);
    }
    assert_int_equal(sup_control(w.sup, SUP_COMMAND_PAUSE, NULL, &ops, NULL), SUP_EINVAL);
    assert_int_equal(sup_quarantine(w.sup, "nobody", &ops, NULL), SUP_EUNKNOWN);
    assert_int_equal(sup_remove(w.sup, "nobody", &ops, NULL), SUP_EUNKNOWN);
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void group__impossible_paths_and_policies(void **state)
{
    (void)state;
    struct world w;
    struct sup_group_info info;
    char path[3000];
    world_open(&w);
    assert_int_equal(sup_group_create(w.sup, "a..b", NULL), SUP_EINVAL);
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(sup_group_info_of(w.sup, path, &info), SUP_EUNKNOWN);
    assert_int_equal(sup_wait_idle(w.sup, path, SUP_SEC(1), NULL, NULL), SUP_EINVAL);
    assert_int_equal(sup_group_busy(w.sup, path, NULL, NULL), SUP_EUNKNOWN);
    for (size_t i = 99; i < sizeof(path) - 2; i += 100) {
        path[i] = '.';
    }
    assert_int_equal(sup_group_create(w.sup, path, NULL), SUP_EINVAL);
    assert_int_equal(sup_group_info_of(w.sup, path, &info), SUP_EUNKNOWN);

    struct sup_group_policy policy = {.strategy = (enum sup_strategy)3};
    assert_int_equal(sup_group_create(w.sup, "g", &policy), SUP_EINVAL);
    policy = (struct sup_group_policy){.limit = {.then = (enum sup_limit_then)5}};
    assert_int_equal(sup_group_create(w.sup, "g", &policy), SUP_EINVAL);
    policy = (struct sup_group_policy){.limit = {.enabled = true, .max = SUP_LIMIT_MAX_MAX + 1}};
    assert_int_equal(sup_group_create(w.sup, "g", &policy), SUP_EINVAL);
    assert_int_equal(sup_group_info_of(w.sup, "g", &info), SUP_EUNKNOWN);
    policy.limit.enabled = false;
    w.may_allocate = true;
    assert_int_equal(sup_group_create(w.sup, "g", &policy), SUP_OK);
    w.may_allocate = false;
    assert_int_equal(sup_group_create(w.sup, "g", NULL), SUP_OK);
    world_close(&w);
}

static void report__impossible_outcomes_and_slots(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    struct sup_attempt id = live_attempt(&w, "a");
    for (int outcome = -1; outcome <= SUP_OUTCOMES; outcome++) {
        bool valid = outcome == SUP_OUTCOME_SUCCEEDED || outcome == SUP_OUTCOME_FAILED ||
                     outcome == SUP_OUTCOME_CRASHED || outcome == SUP_OUTCOME_ABORTED;
        struct sup_end end = {.outcome = (enum sup_outcome)outcome};
        if (!valid) {
            assert_int_equal(sup_report_end(w.sup, id, &end), SUP_EINVAL);
        }
    }
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    struct sup_attempt nowhere = {7, 0, 1};
    assert_int_equal(sup_report_end(w.sup, id, NULL), SUP_EINVAL);
    assert_int_equal(sup_report_end(w.sup, nowhere, &end), SUP_EINVAL);
    assert_int_equal(sup_report_beat(w.sup, nowhere), SUP_EINVAL);
    assert_int_equal(sup_report_ready(w.sup, nowhere, true), SUP_EINVAL);
    assert_int_equal(metrics(&w).late_reports_total, 0);
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void tell(void *context, const struct sup_joined *joined)
{
    (void)joined;
    ++*(int *)context;
}

static void join__needs_a_service_and_a_function(void **state)
{
    (void)state;
    struct world w;
    struct sup_join waits;
    int times = 0;
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_join_start(w.sup, NULL, tell, &times, &waits), SUP_EUNKNOWN);
    assert_int_equal(sup_join_start(w.sup, "a", NULL, &times, &waits), SUP_EINVAL);
    assert_int_equal(sup_join_start(w.sup, NULL, NULL, &times, &waits), SUP_EUNKNOWN);
    succeed(&w, "a");
    assert_int_equal(times, 0);
    world_close(&w);
}

/* The clock may stand at the end of time: nothing is due there that was never armed. */
static void step__at_the_end_of_time_with_nothing_armed(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    w.now = SUP_NEVER_NS;
    assert_int_equal(step(&w), 0);
    spawn(&w, "a", NULL);
    assert_int_equal(step(&w), 0);
    fail_with(&w, "a", "x"); /* never comes back */
    assert_int_equal(step(&w), 0);
    expect_state(&w, "a", "backing-off");
    world_close(&w);
}

static void *refuse(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)block;
    (void)old_size;
    (void)new_size;
    ++*(int *)context;
    return NULL;
}

/* Arrays are counted in 32 bits; one that cannot grow within them is not asked for. */
static void memory__arrays_end_where_their_count_does(void **state)
{
    (void)state;
    int asked = 0;
    const struct sup_allocator alloc = {refuse, &asked};
    char block[1];
    void *array = block;
    uint32_t capacity = UINT32_MAX - 10;
    assert_int_equal(sup__grow(&alloc, &array, &capacity, capacity, 1), SUP_OK);
    assert_int_equal(sup__grow(&alloc, &array, &capacity, capacity + 1, 1), SUP_ELIMIT);
    assert_int_equal(asked, 0);
    capacity = 8;
    assert_int_equal(sup__grow(&alloc, &array, &capacity, 9, 1), SUP_ENOMEM);
    assert_true(asked == 1 && capacity == 8 && array == block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actor__blank_is_refused_everywhere),
        cmocka_unit_test(command__of_another_kind_is_refused),
        cmocka_unit_test(group__impossible_paths_and_policies),
        cmocka_unit_test(report__impossible_outcomes_and_slots),
        cmocka_unit_test(join__needs_a_service_and_a_function),
        cmocka_unit_test(step__at_the_end_of_time_with_nothing_armed),
        cmocka_unit_test(memory__arrays_end_where_their_count_does),
    };
    return cmocka_run_group_tests_name("misuse", tests, NULL, NULL);
}
