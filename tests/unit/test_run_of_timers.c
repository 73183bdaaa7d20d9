/* The run of timers: a ring that is filled, emptied, thinned and moved, beside a plain list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run.h"
#include "sup/random.h"
#include "sup/sup.h"

#define SLOTS 40

/* What is in it, and the memory that it moves about in. */
struct list {
    struct sup__heap_entry memory[2 * SLOTS];
    struct sup__heap_entry entries[SLOTS];
    uint32_t count;
    struct sup__run run;
};

static void agree(const struct list *list)
{
    sup__run_check(&list->run);
    assert_int_equal(list->run.count, list->count);
    const struct sup__heap_entry *first = list->run.first;
    if (list->count == 0) {
        assert_true(first->key == UINT64_MAX && first->deadline.ns == SUP_NEVER_NS);
        return;
    }
    assert_true(first->key == list->entries[0].key);
    assert_true(list->run.last.key == list->entries[list->count - 1].key);
}

static void push(struct list *list, uint64_t deadline, uint64_t key)
{
    const struct sup__heap_entry entry = {{deadline}, key};
    bool fits = list->count == 0 || !sup__heap_before(&entry, &list->entries[list->count - 1]);
    assert_int_equal(sup__run_fits(&list->run, &entry), fits);
    if (fits && list->count < list->run.room) {
        sup__run_push(&list->run, entry);
        list->entries[list->count++] = entry;
    }
}

static void pop(struct list *list)
{
    sup__run_pop(&list->run);
    memmove(list->entries, list->entries + 1, --list->count * sizeof(list->entries[0]));
}

static bool odd(const void *context, const struct sup__heap_entry *entry)
{
    return (entry->key & 1) == (context != NULL);
}

static void filter(struct list *list, const void *context)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (odd(context, &list->entries[i])) {
            list->entries[kept++] = list->entries[i];
        }
    }
    list->count = kept;
    sup__run_filter(&list->run, odd, context);
}

static void run__agrees_with_a_list(void **state)
{
    (void)state;
    struct list list = {.count = 0};
    struct sup_random random = {3};
    sup__run_init(&list.run, list.memory, 5);
    uint64_t key = 0;
    for (uint32_t i = 0; i < 50000; i++) {
        uint64_t what = sup_random_upto(&random, 63, NULL);
        if (what == 0) {
            filter(&list, i % 2 == 0 ? &list : NULL);
        } else if (what < 4) {
            uint64_t least = list.count > 0 ? list.count : 1;
            uint32_t room = (uint32_t)(least + sup_random_upto(&random, SLOTS - 1 - least, NULL));
            sup__run_move(&list.run, list.memory + sup_random_upto(&random, SLOTS, NULL), room);
            assert_int_equal(list.run.room, room);
        } else if (what < 30 && list.count > 0) {
            pop(&list);
        } else {
            push(&list, i / 50 + sup_random_upto(&random, 20, NULL), ++key);
        }
        agree(&list);
    }
}

/* Of one deadline the older goes first, and what goes before others does not fit behind them. */
static void fits__by_deadline_then_key(void **state)
{
    (void)state;
    struct list list = {.count = 0};
    sup__run_init(&list.run, list.memory, SLOTS - 1);
    push(&list, 5, SUP__HEAP_USUAL | 7);
    push(&list, 5, SUP__HEAP_USUAL | 8);
    push(&list, 5, 9);
    push(&list, 4, SUP__HEAP_USUAL | 10);
    assert_int_equal(list.count, 2);
    push(&list, 6, 11);
    assert_int_equal(list.count, 3);
    agree(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__agrees_with_a_list),
        cmocka_unit_test(fits__by_deadline_then_key),
    };
    return cmocka_run_group_tests_name("run_of_timers", tests, NULL, NULL);
}
