/* What a task's context does by itself, whatever executor runs it. */
#include "core_world.h"

#include <stdlib.h>
#include <string.h>

#include "sup/assert.h"
#include "sup/task.h"

_Noreturn void sup_assert_failed(const char *expression, const char *file, int line)
{
    mock_assert(0, expression, file, line);
    abort();
}

struct marks {
    char text[64];
    size_t length;
};

static struct marks marks;

static void mark(void *argument)
{
    marks.text[marks.length++] = *(const char *)argument;
    marks.text[marks.length] = '\0';
}

static void open_task(struct sup_task *task, const struct sup_task_ops *ops)
{
    memset(task, 0xA5, sizeof(*task));
    memset(&marks, 0, sizeof(marks));
    sup_task_init(task, ops, "t", (struct sup_attempt){1, 2, 3});
}

static void cleanup__as_many_as_are_allowed_and_not_one_more(void **state)
{
    (void)state;
    static const char letters[] = "abcdefghijklmnopq";
    struct sup_task task;
    open_task(&task, NULL);
    assert_int_equal(sizeof(letters) - 1, SUP_CLEANUPS_MAX + 1);
    for (size_t i = 0; i < SUP_CLEANUPS_MAX; i++) {
        assert_int_equal(sup_task_cleanup_push(&task, mark, (void *)(uintptr_t)&letters[i]),
                         SUP_OK);
    }
    assert_int_equal(sup_task_cleanup_push(&task, mark, (void *)(uintptr_t)&letters[16]),
                     SUP_ELIMIT);
    assert_int_equal(sup_task_cleanup_push(&task, NULL, NULL), SUP_EINVAL);
    sup_task_cleanup_all(&task);
    assert_string_equal(marks.text, "ponmlkjihgfedcba");
    sup_task_cleanup_all(&task);
    assert_int_equal(marks.length, SUP_CLEANUPS_MAX);
    assert_int_equal(sup_task_cleanup_push(&task, mark, (void *)(uintptr_t)&letters[16]), SUP_OK);
    sup_task_cleanup_pop(&task, false);
    sup_task_cleanup_all(&task);
    assert_int_equal(marks.length, SUP_CLEANUPS_MAX);
    expect_assert_failure(sup_task_cleanup_pop(&task, true));
}

static void task__knows_who_it_is(void **state)
{
    (void)state;
    struct sup_task task;
    open_task(&task, NULL);
    struct sup_attempt id = sup_task_attempt(&task);
    assert_string_equal(sup_task_name(&task), "t");
    assert_true(id.slot == 1 && id.generation == 2 && id.attempt == 3);
    assert_false(task.panicked || task.done || task.has_error);
    assert_null(task.value);
    assert_null(task.end);
}

static void end__is_what_the_function_returned(void **state)
{
    (void)state;
    struct sup_task task;
    int value = 7;
    open_task(&task, NULL);
    sup_task_result(&task, &value);
    sup_task_done(&task);
    struct sup_end end = sup_task_end(&task, 0);
    assert_int_equal(end.outcome, SUP_OUTCOME_SUCCEEDED);
    assert_true(end.done && end.value == &value && end.error == NULL);
    end = sup_task_end(&task, 1);
    assert_int_equal(end.outcome, SUP_OUTCOME_SUCCEEDED);
    end = sup_task_end(&task, SUP_ETIMEOUT);
    assert_int_equal(end.outcome, SUP_OUTCOME_FAILED);
    assert_string_equal(end.error, sup_error_text(SUP_ETIMEOUT));
    assert_false(end.done);
    sup_task_error(&task, "no disk");
    end = sup_task_end(&task, -1);
    assert_string_equal(end.error, "no disk");
    sup_task_error(&task, NULL);
    end = sup_task_end(&task, SUP_ENOMEM);
    assert_string_equal(end.error, sup_error_text(SUP_ENOMEM));
}

/* Whoever acts another's end says it himself. */
static void end__given_from_outside_wins(void **state)
{
    (void)state;
    struct sup_task task;
    static const struct sup_end given = {
        .outcome = SUP_OUTCOME_CRASHED, .signal = 9, .error = "killed"};
    open_task(&task, NULL);
    task.end = &given;
    struct sup_end end = sup_task_end(&task, 0);
    assert_int_equal(end.outcome, SUP_OUTCOME_CRASHED);
    assert_int_equal(end.signal, 9);
    assert_string_equal(end.error, "killed");
}

static void leave_by_assertion(struct sup_task *task)
{
    mark((void *)(uintptr_t) "L");
    mock_assert(task == NULL, "left", __FILE__, __LINE__);
}

static void come_back(struct sup_task *task)
{
    (void)task;
}

static void panic__cleans_up_and_leaves(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *error;
    } list[] = {{"no way out", "no way out"}, {NULL, "panicked"}};
    static const struct sup_task_ops ops = {.leave = leave_by_assertion};
    for (size_t i = 0; i < 2; i++) {
        struct sup_task task;
        open_task(&task, &ops);
        assert_int_equal(sup_task_cleanup_push(&task, mark, (void *)(uintptr_t) "c"), SUP_OK);
        expect_assert_failure(sup_task_panic(&task, list[i].text));
        assert_string_equal(marks.text, "cL");
        struct sup_end end = sup_task_end(&task, 0);
        assert_int_equal(end.outcome, SUP_OUTCOME_CRASHED);
        assert_string_equal(end.error, list[i].error);
    }
}

/* An executor whose leave comes back has broken its promise. */
static void panic__must_not_come_back(void **state)
{
    (void)state;
    static const struct sup_task_ops ops = {.leave = come_back};
    struct sup_task task;
    open_task(&task, &ops);
    expect_assert_failure(sup_task_panic(&task, "x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleanup__as_many_as_are_allowed_and_not_one_more),
        cmocka_unit_test(task__knows_who_it_is),
        cmocka_unit_test(end__is_what_the_function_returned),
        cmocka_unit_test(end__given_from_outside_wins),
        cmocka_unit_test(panic__cleans_up_and_leaves),
        cmocka_unit_test(panic__must_not_come_back),
    };
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
