/* The library's own answer to a broken promise of its own, in a program that does not
 * define another: a trap, without a word and without coming back. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sup/assert.h"

static sigjmp_buf trapped;

static void on_trap(int number)
{
    siglongjmp(trapped, number);
}

static void assertion__traps(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = on_trap}, before[2];
    assert_int_equal(sigaction(SIGILL, &action, &before[0]), 0);
    assert_int_equal(sigaction(SIGTRAP, &action, &before[1]), 0);
    volatile int whole = 1;
    int number = sigsetjmp(trapped, 1);
    if (number == 0) {
        SUP_ASSERT(whole == 1);
        SUP_ASSERT(whole == 2);
        whole = 3;
    }
    assert_true(number == SIGILL || number == SIGTRAP);
    assert_int_equal(whole, 1);
    assert_int_equal(sigaction(SIGILL, &before[0], NULL), 0);
    assert_int_equal(sigaction(SIGTRAP, &before[1], NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assertion__traps),
    };
    return cmocka_run_group_tests_name("trap", tests, NULL, NULL);
}
