/* An allocator that fails when told, and knows every block it gave away.
 *
 * fail_at = n makes the n-th request fail, counted from 1 since failing_arm;
 * `for_good` makes every later one fail too. Each block carries its size, so a
 * wrong old_size is found as well as a leak.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>

#include "sup/alloc.h"

struct failing {
    size_t fail_at; /* 0: never */
    bool for_good;
    size_t requests; /* since failing_arm */
    size_t refused;  /* since failing_arm */
    size_t live;     /* blocks not yet freed */
    size_t bytes;    /* of them */
    bool wrong_size; /* somebody named an old size that was not true */
};

struct sup_allocator failing_allocator(struct failing *failing);
void failing_arm(struct failing *failing, size_t fail_at, bool for_good);

#endif
