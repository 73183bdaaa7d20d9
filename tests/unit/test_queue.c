/* The queue of things due: total order, moving, gathering. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base/queue.h"
#include "sup/error.h"
#include "sup/random.h"

#define IDS 200u

static void queue__comes_out_by_instant_then_order(void **state)
{
    (void)state;
    struct sim_queue queue;
    sim__queue_init(&queue, SIM_QUEUE_GATHERING);
    assert_int_equal(sim__queue_reserve(&queue, 4), SUP_OK);
    assert_int_equal(sim__queue_next(&queue).ns, UINT64_MAX);
    sim__queue_set(&queue, 0, (struct sup_instant){20}, 1);
    sim__queue_set(&queue, 1, (struct sup_instant){10}, 3);
    sim__queue_set(&queue, 2, (struct sup_instant){10}, 2);
    sim__queue_set(&queue, 3, (struct sup_instant){UINT64_MAX - 1}, 4);
    static const uint32_t wanted[] = {2, 1, 0, 3};
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(sim__queue_first(&queue), wanted[i]);
        sim__queue_remove(&queue, wanted[i]);
    }
    assert_int_equal(sim__queue_next(&queue).ns, UINT64_MAX);
    sim__queue_release(&queue);
}

/* The same operations on a plain array, searched from end to end. */
struct plain {
    bool in[IDS];
    uint64_t at[IDS];
    uint64_t order[IDS];
};

static uint32_t plain_first(const struct plain *plain)
{
    uint32_t first = IDS;
    for (uint32_t i = 0; i < IDS; i++) {
        if (!plain->in[i]) {
            continue;
        }
        if (first == IDS || plain->at[i] < plain->at[first] ||
            (plain->at[i] == plain->at[first] && plain->order[i] < plain->order[first])) {
            first = i;
        }
    }
    return first;
}

static void queue__agrees_with_a_plain_search(void **state)
{
    (void)state;
    struct sup_random random = {42};
    struct plain plain = {0};
    struct sim_queue queue;
    sim__queue_init(&queue, SIM_QUEUE_GATHERING);
    assert_int_equal(sim__queue_reserve(&queue, IDS), SUP_OK);
    for (uint64_t step = 1; step <= 20000; step++) {
        uint32_t id = (uint32_t)sup_random_upto(&random, IDS - 1, NULL);
        if (sup_random_upto(&random, 2, NULL) == 0) {
            sim__queue_remove(&queue, id);
            plain.in[id] = false;
        } else {
            plain.in[id] = true;
            plain.at[id] = sup_random_upto(&random, 30, NULL);
            plain.order[id] = step;
            sim__queue_set(&queue, id, (struct sup_instant){plain.at[id]}, step);
        }
        uint32_t first = plain_first(&plain);
        assert_int_equal(sim__queue_next(&queue).ns, first == IDS ? UINT64_MAX : plain.at[first]);
        if (first != IDS) {
            assert_int_equal(sim__queue_first(&queue), first);
        }
        if (step % 500 == 0) {
            sim__queue_check(&queue);
        }
    }
    sim__queue_release(&queue);
}

static void queue__gathers_what_is_due(void **state)
{
    (void)state;
    struct sim_queue queue;
    sim__queue_init(&queue, SIM_QUEUE_GATHERING);
    assert_int_equal(sim__queue_reserve(&queue, 5), SUP_OK);
    for (uint32_t id = 0; id < 5; id++) {
        sim__queue_set(&queue, id, (struct sup_instant){10 * (id / 2)}, id);
    }
    assert_int_equal(sim__queue_gather(&queue, (struct sup_instant){10}), 4);
    assert_int_equal(sim__queue_next(&queue).ns, 0);
    assert_int_equal(sim__queue_gathered(&queue, 2), 2);
    sim__queue_remove(&queue, 0);
    assert_int_equal(sim__queue_gathered(&queue, 0), 3);
    sim__queue_set(&queue, 1, (struct sup_instant){30}, 9);
    assert_int_equal(sim__queue_gather(&queue, (struct sup_instant){10}), 2);
    sim__queue_check(&queue);
    sim__queue_remove(&queue, 3);
    sim__queue_remove(&queue, 2);
    assert_int_equal(sim__queue_next(&queue).ns, 20);
    assert_int_equal(sim__queue_first(&queue), 4);
    sim__queue_release(&queue);
}

static void queue__more_room_keeps_what_is_there(void **state)
{
    (void)state;
    struct sim_queue queue;
    sim__queue_init(&queue, SIM_QUEUE_GATHERING);
    for (uint32_t id = 0; id < 1000; id++) {
        assert_int_equal(sim__queue_reserve(&queue, id + 1), SUP_OK);
        sim__queue_set(&queue, id, (struct sup_instant){1000 - id}, id);
    }
    for (uint32_t id = 1000; id-- > 0;) {
        assert_int_equal(sim__queue_first(&queue), id);
        sim__queue_remove(&queue, id);
    }
    assert_int_equal(sim__queue_reserve(&queue, UINT32_MAX), SUP_ELIMIT);
    sim__queue_release(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queue__comes_out_by_instant_then_order),
        cmocka_unit_test(queue__agrees_with_a_plain_search),
        cmocka_unit_test(queue__gathers_what_is_due),
        cmocka_unit_test(queue__more_room_keeps_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
