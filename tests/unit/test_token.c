/* Cancellation tokens: one-way, sticky, parents before children. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sup/token.h"

static char told[64];

static void tell(void *context)
{
    strcat(told, context);
}

static int reset(void **state)
{
    (void)state;
    told[0] = '\0';
    return 0;
}

static void token__cancelling_a_parent_reaches_all_descendants(void **state)
{
    struct sup_token root, a, b, c;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&a, &root);
    sup_token_init(&b, &a);
    sup_token_init(&c, &root);
    sup_token_cancel(&root);
    assert_true(sup_token_cancelled(&a) && sup_token_cancelled(&b) && sup_token_cancelled(&c));
}

static void token__cancelling_a_child_never_reaches_the_parent(void **state)
{
    struct sup_token root, a, b;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&a, &root);
    sup_token_init(&b, &root);
    sup_token_cancel(&a);
    assert_true(sup_token_cancelled(&a));
    assert_false(sup_token_cancelled(&root) || sup_token_cancelled(&b));
}

static void token__a_child_of_a_cancelled_parent_is_cancelled_from_the_start(void **state)
{
    struct sup_token root, late;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_cancel(&root);
    sup_token_init(&late, &root);
    assert_true(sup_token_cancelled(&late));
}

static void token__watchers_are_told_once_parents_first(void **state)
{
    struct sup_token root, child;
    struct sup_token_watch first, second, late;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&child, &root);
    sup_token_watch_start(&first, &child, tell, "child ");
    sup_token_watch_start(&second, &root, tell, "root ");
    sup_token_cancel(&root);
    sup_token_cancel(&root);
    sup_token_cancel(&child);
    assert_string_equal(told, "root child ");
    sup_token_watch_start(&late, &child, tell, "late");
    assert_string_equal(told, "root child late");
}

static void token__a_watch_that_was_stopped_is_not_told(void **state)
{
    struct sup_token root;
    struct sup_token_watch kept, stopped;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_watch_start(&kept, &root, tell, "kept");
    sup_token_watch_start(&stopped, &root, tell, "stopped");
    sup_token_watch_stop(&stopped);
    sup_token_watch_stop(&stopped);
    sup_token_cancel(&root);
    assert_string_equal(told, "kept");
}

static void token__releasing_one_in_the_middle_keeps_its_children_under_its_parent(void **state)
{
    struct sup_token root, middle, leaf, sibling;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&middle, &root);
    sup_token_init(&sibling, &root);
    sup_token_init(&leaf, &middle);
    sup_token_release(&middle);
    sup_token_cancel(&middle);
    assert_false(sup_token_cancelled(&leaf));
    sup_token_cancel(&root);
    assert_true(sup_token_cancelled(&leaf) && sup_token_cancelled(&sibling));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(token__cancelling_a_parent_reaches_all_descendants, reset),
        cmocka_unit_test_setup(token__cancelling_a_child_never_reaches_the_parent, reset),
        cmocka_unit_test_setup(token__a_child_of_a_cancelled_parent_is_cancelled_from_the_start,
                               reset),
        cmocka_unit_test_setup(token__watchers_are_told_once_parents_first, reset),
        cmocka_unit_test_setup(token__a_watch_that_was_stopped_is_not_told, reset),
        cmocka_unit_test_setup(
            token__releasing_one_in_the_middle_keeps_its_children_under_its_parent, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
