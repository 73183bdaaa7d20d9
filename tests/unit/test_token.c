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

/* Siblings leave in every order; the others stay reachable from their parent. */
static void token__siblings_leave_in_any_order(void **state)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        for (int gone = 0; gone <= 3; gone++) {
            struct sup_token root, children[3];
            sup_token_init(&root, NULL);
            for (int k = 0; k < 3; k++) {
                sup_token_init(&children[k], &root);
            }
            for (int k = 0; k < gone; k++) {
                sup_token_release(&children[orders[i][k]]);
            }
            sup_token_cancel(&root);
            for (int k = 0; k < 3; k++) {
                assert_int_equal(sup_token_cancelled(&children[orders[i][k]]), k >= gone);
            }
        }
    }
}

/* The children of a released root stand alone; those of another token join the
 * children that its parent has already. */
static void token__releasing_one_hands_its_children_on(void **state)
{
    struct sup_token root, first, second, middle, below[2];
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&first, &root);
    sup_token_init(&second, &root);
    sup_token_release(&root);
    sup_token_cancel(&first);
    assert_true(sup_token_cancelled(&first));
    assert_false(sup_token_cancelled(&second));

    sup_token_init(&root, NULL);
    sup_token_init(&first, &root);
    sup_token_init(&middle, &root);
    sup_token_init(&second, &root);
    sup_token_init(&below[0], &middle);
    sup_token_init(&below[1], &middle);
    sup_token_release(&middle);
    sup_token_release(&below[0]);
    sup_token_cancel(&root);
    assert_true(sup_token_cancelled(&first) && sup_token_cancelled(&second));
    assert_true(sup_token_cancelled(&below[1]));
    assert_false(sup_token_cancelled(&below[0]));
}

static void token__releasing_one_ends_its_watches(void **state)
{
    struct sup_token root;
    struct sup_token_watch first, second;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_watch_start(&first, &root, tell, "first");
    sup_token_watch_start(&second, &root, tell, "second");
    sup_token_release(&root);
    sup_token_cancel(&root);
    assert_string_equal(told, "");
    assert_true(first.token == NULL && second.token == NULL);
    assert_true(first.previous == NULL && second.next == NULL);
}

static void token__the_oldest_watch_and_one_in_the_middle_stop(void **state)
{
    struct sup_token root;
    struct sup_token_watch watches[3];
    static char *const names[3] = {"a", "b", "c"};
    (void)state;
    for (int gone = 0; gone < 3; gone++) {
        told[0] = '\0';
        sup_token_init(&root, NULL);
        for (int i = 0; i < 3; i++) {
            sup_token_watch_start(&watches[i], &root, tell, names[i]);
        }
        sup_token_watch_stop(&watches[gone]);
        sup_token_cancel(&root);
        assert_int_equal(strlen(told), 2);
        assert_null(strstr(told, names[gone]));
    }
}

/* Who is released stands alone: a second release finds nobody to leave. */
static void token__released_twice_leaves_its_tree_once(void **state)
{
    struct sup_token root, first, second;
    (void)state;
    sup_token_init(&root, NULL);
    sup_token_init(&first, &root);
    sup_token_init(&second, &root);
    sup_token_release(&first);
    assert_null(first.parent);
    sup_token_release(&first);
    assert_ptr_equal(root.first_child, &second);
    sup_token_cancel(&root);
    assert_true(sup_token_cancelled(&second));
    assert_false(sup_token_cancelled(&first));
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
        cmocka_unit_test_setup(token__siblings_leave_in_any_order, reset),
        cmocka_unit_test_setup(token__releasing_one_hands_its_children_on, reset),
        cmocka_unit_test_setup(token__releasing_one_ends_its_watches, reset),
        cmocka_unit_test_setup(token__the_oldest_watch_and_one_in_the_middle_stop, reset),
        cmocka_unit_test_setup(token__released_twice_leaves_its_tree_once, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
