/* The timer heap: order, forgetting, compaction, renumbering. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "heap.h"
#include "sup/random.h"
#include "sup/sup.h"

#define OWNERS 300

struct owners {
    uint64_t keys[OWNERS];
    uint64_t deadlines[OWNERS];
    uint64_t turns[OWNERS]; /* order of arming */
    uint64_t turn;
    struct sup__heap heap;
};

static uint64_t *key_of(void *context, uint32_t id)
{
    return &((struct owners *)context)->keys[id];
}

static void open_heap(struct owners *o, uint64_t live)
{
    *o = (struct owners){.turn = 0};
    sup__heap_init(&o->heap, key_of, o);
    assert_int_equal(sup__heap_reserve(&o->heap, &sup_allocator_libc, live), SUP_OK);
    assert_true(sup__heap_deadline(&o->heap).ns == SUP_NEVER_NS);
}

static void arm(struct owners *o, uint32_t id, uint64_t deadline)
{
    sup__heap_push(&o->heap, (struct sup_instant){deadline}, id, &o->keys[id]);
    o->deadlines[id] = deadline;
    o->turns[id] = ++o->turn;
    sup__heap_check(&o->heap);
}

/* The one that a plain search finds first, or OWNERS. */
static uint32_t first_of(const struct owners *o)
{
    uint32_t first = OWNERS;
    for (uint32_t id = 0; id < OWNERS; id++) {
        if (o->keys[id] == 0) {
            continue;
        }
        if (first == OWNERS || o->deadlines[id] < o->deadlines[first] ||
            (o->deadlines[id] == o->deadlines[first] && o->turns[id] < o->turns[first])) {
            first = id;
        }
    }
    return first;
}

static uint32_t take(struct owners *o)
{
    uint32_t id = sup__heap_first(&o->heap);
    sup__heap_pop(&o->heap, &o->keys[id]);
    return id;
}

static void pop_the_first(struct owners *o)
{
    uint32_t wanted = first_of(o);
    struct sup_instant deadline = sup__heap_deadline(&o->heap);
    if (wanted == OWNERS) {
        assert_true(deadline.ns == SUP_NEVER_NS);
        assert_int_equal(sup__heap_count(&o->heap), 0);
        return;
    }
    assert_true(deadline.ns == o->deadlines[wanted]);
    assert_int_equal(take(o), wanted);
    assert_true(o->keys[wanted] == 0);
    sup__heap_check(&o->heap);
}

static void close_heap(struct owners *o)
{
    sup__heap_release(&o->heap, &sup_allocator_libc);
    sup__heap_release(&o->heap, &sup_allocator_libc);
}

static void order__deadline_then_arming(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, OWNERS);
    static const uint64_t deadlines[] = {5, 3, 5, 1, 3, UINT64_MAX - 1, 0, 1};
    for (uint32_t id = 0; id < 8; id++) {
        arm(&o, id, deadlines[id]);
    }
    static const uint32_t wanted[] = {6, 3, 7, 1, 4, 0, 2, 5};
    for (uint32_t i = 0; i < 8; i++) {
        assert_true(sup__heap_deadline(&o.heap).ns < SUP_NEVER_NS);
        assert_int_equal(take(&o), wanted[i]);
    }
    assert_true(sup__heap_deadline(&o.heap).ns == SUP_NEVER_NS);
    close_heap(&o);
}

/* Of one deadline those that go before come first, by age among themselves; also when the
 * sequences have been dealt out anew. */
static void order__some_go_before(void **state)
{
    (void)state;
    for (uint32_t renewed = 0; renewed <= 1; renewed++) {
        struct owners o;
        open_heap(&o, OWNERS);
        static const uint64_t deadlines[] = {5, 5, 5, 4, 5, 6};
        static const uint32_t wanted[] = {3, 2, 4, 0, 1, 5};
        for (uint32_t id = 0; id < 6; id++) {
            const struct sup_instant deadline = {deadlines[id]};
            if (id == 2 || id >= 4) {
                sup__heap_push(&o.heap, deadline, id, &o.keys[id]);
            } else {
                sup__heap_push(&o.heap, deadline, SUP__HEAP_USUAL | id, &o.keys[id]);
            }
            sup__heap_check(&o.heap);
        }
        o.heap.sequence += renewed != 0 ? SUP__HEAP_SEQUENCE_MAX / 2 : 0;
        sup__heap_renew(&o.heap);
        assert_int_equal(o.heap.sequence, 6);
        for (uint32_t i = 0; i < 6; i++) {
            assert_true(sup__heap_deadline(&o.heap).ns < SUP_NEVER_NS);
            assert_int_equal(take(&o), wanted[i]);
        }
        close_heap(&o);
    }
}

/* Every size from nothing to a few levels, ascending, descending and equal. */
static void order__of_every_size(void **state)
{
    (void)state;
    for (uint32_t size = 0; size < 90; size++) {
        for (uint32_t shape = 0; shape < 3; shape++) {
            struct owners o;
            open_heap(&o, OWNERS);
            for (uint32_t id = 0; id < size; id++) {
                arm(&o, id, shape == 0 ? id : shape == 1 ? size - id : 7);
            }
            for (uint32_t i = 0; i <= size; i++) {
                pop_the_first(&o);
            }
            close_heap(&o);
        }
    }
}

static void forget__costs_nothing_and_shows_nothing(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, OWNERS);
    for (uint32_t id = 0; id < 50; id++) {
        arm(&o, id, id);
    }
    for (uint32_t id = 0; id < 50; id += 2) {
        sup__heap_forget(&o.heap, &o.keys[id]);
        sup__heap_forget(&o.heap, &o.keys[id]); /* twice is once */
    }
    sup__heap_check(&o.heap);
    for (uint32_t id = 1; id < 50; id += 2) {
        assert_true(sup__heap_deadline(&o.heap).ns < SUP_NEVER_NS);
        assert_int_equal(take(&o), id);
    }
    assert_true(sup__heap_deadline(&o.heap).ns == SUP_NEVER_NS);
    assert_int_equal(o.heap.stale, 0);
    close_heap(&o);
}

/* Arming and forgetting for ever needs no more room than what is armed at a time. */
static void compact__makes_room_when_it_is_full(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, 10);
    uint32_t capacity = o.heap.capacity;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t id = i % 10;
        sup__heap_forget(&o.heap, &o.keys[id]);
        arm(&o, id, i * 31 % 97);
    }
    assert_int_equal(o.heap.capacity, capacity);
    for (uint32_t i = 0; i <= 10; i++) {
        pop_the_first(&o);
    }
    close_heap(&o);
}

static void reserve__keeps_what_is_armed(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, 1);
    for (uint32_t id = 0; id < OWNERS; id++) {
        assert_int_equal(sup__heap_reserve(&o.heap, &sup_allocator_libc, id + 1), SUP_OK);
        arm(&o, id, id * 7919 % 101);
    }
    for (uint32_t i = 0; i <= OWNERS; i++) {
        pop_the_first(&o);
    }
    close_heap(&o);
}

static void reserve__impossible_sizes_are_refused(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, 1);
    assert_int_equal(sup__heap_reserve(&o.heap, &sup_allocator_libc, UINT32_MAX), SUP_ELIMIT);
    close_heap(&o);
}

/* The sequences are dealt out anew; order and keys stay true. */
static void renumber__keeps_the_order(void **state)
{
    (void)state;
    for (uint32_t full = 0; full < 2; full++) {
        struct owners o;
        open_heap(&o, OWNERS);
        for (uint32_t id = 0; id < 100; id++) {
            arm(&o, id, id * 13 % 10);
        }
        for (uint32_t id = 0; id < 100; id += 3) {
            sup__heap_forget(&o.heap, &o.keys[id]);
        }
        o.heap.sequence = full ? SUP__HEAP_SEQUENCE_MAX : SUP__HEAP_SEQUENCE_MAX / 2 + 1;
        if (!full) {
            sup__heap_renew(&o.heap);
            assert_true(o.heap.sequence == 66);
            sup__heap_check(&o.heap);
        }
        arm(&o, 200, 4);
        assert_true(o.heap.sequence == 67);
        for (uint32_t i = 0; i <= 67; i++) {
            pop_the_first(&o);
        }
        close_heap(&o);
    }
}

static void renew__waits_until_half_are_used(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, OWNERS);
    arm(&o, 0, 1);
    uint64_t key = o.keys[0];
    o.heap.sequence = SUP__HEAP_SEQUENCE_MAX / 2;
    sup__heap_renew(&o.heap);
    assert_true(o.keys[0] == key);
    close_heap(&o);
}

/* Thirty thousand random operations against a plain search. */
static void heap__agrees_with_a_plain_search(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, OWNERS);
    struct sup_random random = sup_random_derive(1, "heap", 4);
    for (uint32_t i = 0; i < 30000; i++) {
        uint32_t id = (uint32_t)sup_random_upto(&random, OWNERS - 1, NULL);
        switch (sup_random_upto(&random, 3, NULL)) {
        case 0:
            pop_the_first(&o);
            break;
        case 1:
            sup__heap_forget(&o.heap, &o.keys[id]);
            break;
        default:
            sup__heap_forget(&o.heap, &o.keys[id]);
            arm(&o, id, sup_random_upto(&random, 50, NULL));
            break;
        }
        if (i % 5000 == 4999) {
            o.heap.sequence = SUP__HEAP_SEQUENCE_MAX - 3;
        }
    }
    while (first_of(&o) != OWNERS) {
        pop_the_first(&o);
    }
    close_heap(&o);
}

/* Timers of which most are due in the order in which they are armed, as waits of one length
 * are, with so many at a time that room is short or is not. */
static void heap__agrees_with_a_plain_search_as_time_goes_on(void **state)
{
    (void)state;
    static const uint32_t lives[] = {1, 2, 7, 40, OWNERS};
    struct sup_random random = sup_random_derive(1, "run", 3);
    for (uint32_t round = 0; round < 5; round++) {
        struct owners o;
        open_heap(&o, lives[round]);
        uint64_t now = 0;
        for (uint32_t i = 0; i < 10000; i++) {
            uint32_t id = (uint32_t)sup_random_upto(&random, lives[round] - 1, NULL);
            uint64_t what = sup_random_upto(&random, 9, NULL);
            if (what < 4) {
                uint32_t first = first_of(&o);
                now = first != OWNERS ? o.deadlines[first] : now + 1;
                pop_the_first(&o);
            } else {
                sup__heap_forget(&o.heap, &o.keys[id]);
                if (what > 4) {
                    arm(&o, id, now + (what < 9 ? 60 : sup_random_upto(&random, 60, NULL)));
                }
            }
            if (i % 2500 == 2499) {
                o.heap.sequence = SUP__HEAP_SEQUENCE_MAX - i % 3;
            }
        }
        while (first_of(&o) != OWNERS) {
            pop_the_first(&o);
        }
        close_heap(&o);
    }
}

/* As many at instant 0, and far away, as keep what is armed between them out of the run. */
#define FENCE (2 * (SUP__RUN_REACH + 1))
#define FAR 1000
static void fence_off(struct owners *o, uint32_t id)
{
    for (uint32_t i = 0; i < FENCE; i++) {
        arm(o, id + i, i < FENCE / 2 ? 0 : FAR);
    }
    assert_int_equal(o->heap.tree_count, 0);
}

/* Arms timers and forgets them until room was short. */
static void wear_out(struct owners *o, uint32_t id, uint64_t deadline)
{
    uint32_t stale;
    do {
        stale = o->heap.stale;
        arm(o, id, deadline++);
        sup__heap_forget(&o->heap, &o->keys[id]);
    } while (o->heap.stale > stale);
}

/* All but one, or all, were forgotten, in the heap or in the run. */
static void compact__leaves_one_or_none(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 4; round++) {
        uint32_t kept = round % 2;
        struct owners o;
        uint32_t others = round >= 2 ? FENCE : 0;
        open_heap(&o, 10 + others);
        if (others > 0) {
            fence_off(&o, 100);
        }
        if (kept != 0) {
            arm(&o, 1, 5);
        }
        wear_out(&o, 0, 10);
        arm(&o, 2, 3);
        assert_int_equal(sup__heap_count(&o.heap) - o.heap.stale, kept + 1 + others);
        assert_int_equal(o.heap.tree_count > 0, others > 0);
        for (uint32_t i = 0; i < kept + others + 2; i++) {
            pop_the_first(&o);
        }
        close_heap(&o);
    }
}

/* The two that are left stand in the wrong order where the first has been forgotten. */
static void compact__leaves_two_in_order(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, 10 + FENCE);
    fence_off(&o, 100);
    arm(&o, 0, 1);
    arm(&o, 1, 5);
    arm(&o, 2, 3);
    assert_int_equal(o.heap.tree_count, 3);
    sup__heap_forget(&o.heap, &o.keys[0]);
    wear_out(&o, 3, 10); /* behind both: it does not put them in order by itself */
    assert_int_equal(sup__heap_count(&o.heap), 3 + FENCE);
    for (uint32_t i = 0; i < 4 + FENCE; i++) {
        pop_the_first(&o);
    }
    close_heap(&o);
}

/* Waits of one length never come into the heap, however many. */
static void run__takes_what_comes_in_order(void **state)
{
    (void)state;
    struct owners o;
    open_heap(&o, OWNERS);
    for (uint32_t id = 0; id < OWNERS; id++) {
        arm(&o, id, 1000 + id / 7);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t id = first_of(&o);
        pop_the_first(&o);
        arm(&o, id, o.deadlines[id] + 1000);
        assert_int_equal(o.heap.tree_count, 0);
    }
    close_heap(&o);
}

/* Nor do those that go before few others, or behind few, wherever the ring begins. */
static void run__takes_what_is_near_an_end(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 4 * SUP__RUN_REACH; count++) {
        for (uint32_t place = 0; place <= count; place++) {
            struct owners o;
            open_heap(&o, OWNERS);
            for (uint32_t turn = 0; turn < 3 * place; turn++) { /* round the ring */
                arm(&o, 0, turn);
                pop_the_first(&o);
            }
            for (uint32_t id = 0; id < count; id++) {
                arm(&o, id, FAR + 2 * id);
            }
            arm(&o, OWNERS - 1, FAR + 2 * place - 1);
            bool near = place <= SUP__RUN_REACH || count - place < SUP__RUN_REACH;
            assert_int_equal(o.heap.tree_count, near || count <= 2 * SUP__RUN_REACH ? 0 : 1);
            for (uint32_t i = 0; i <= count; i++) {
                pop_the_first(&o);
            }
            close_heap(&o);
        }
    }
}

/* One that goes before others of its instant, where all are of one. */
static void run__puts_one_before_its_equals(void **state)
{
    (void)state;
    for (uint32_t count = 1; count < FENCE + 3; count++) {
        struct owners o;
        open_heap(&o, OWNERS);
        for (uint32_t id = 0; id <= count; id++) {
            uint64_t rank = id < count ? SUP__HEAP_USUAL : 0;
            sup__heap_push(&o.heap, (struct sup_instant){5}, rank | id, &o.keys[id]);
            sup__heap_check(&o.heap);
        }
        assert_int_equal(take(&o), count);
        for (uint32_t id = 0; id < count; id++) {
            assert_int_equal(take(&o), id);
        }
        close_heap(&o);
    }
}

static void *zeroed(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return calloc(1, new_size);
}

/* Up to the last entry, in memory whose bytes would be the earliest of all. */
static void order__of_a_full_heap(void **state)
{
    (void)state;
    const struct sup_allocator alloc = {zeroed, NULL};
    struct sup_random random = {7};
    for (uint32_t round = 0; round < 600; round++) {
        struct owners o = {.turn = 0};
        sup__heap_init(&o.heap, key_of, &o);
        uint32_t others = round % 2 == 0 ? FENCE : 0;
        uint64_t live = 1 + round % 30 + others;
        assert_int_equal(sup__heap_reserve(&o.heap, &alloc, live), SUP_OK);
        assert_in_range(o.heap.capacity, others + 1, OWNERS);
        uint32_t capacity = o.heap.capacity;
        if (others > 0) {
            fence_off(&o, 0);
        }
        for (uint32_t i = others; i < capacity; i++) {
            arm(&o, i, 1 + sup_random_upto(&random, 96, NULL));
        }
        for (uint32_t i = 0; i <= capacity; i++) {
            pop_the_first(&o);
        }
        sup__heap_release(&o.heap, &alloc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order__deadline_then_arming),
        cmocka_unit_test(order__some_go_before),
        cmocka_unit_test(order__of_every_size),
        cmocka_unit_test(forget__costs_nothing_and_shows_nothing),
        cmocka_unit_test(compact__makes_room_when_it_is_full),
        cmocka_unit_test(reserve__keeps_what_is_armed),
        cmocka_unit_test(reserve__impossible_sizes_are_refused),
        cmocka_unit_test(renumber__keeps_the_order),
        cmocka_unit_test(renew__waits_until_half_are_used),
        cmocka_unit_test(heap__agrees_with_a_plain_search),
        cmocka_unit_test(heap__agrees_with_a_plain_search_as_time_goes_on),
        cmocka_unit_test(compact__leaves_one_or_none),
        cmocka_unit_test(compact__leaves_two_in_order),
        cmocka_unit_test(order__of_a_full_heap),
        cmocka_unit_test(run__takes_what_comes_in_order),
        cmocka_unit_test(run__takes_what_is_near_an_end),
        cmocka_unit_test(run__puts_one_before_its_equals),
    };
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
