/* The store: what is given back is used again, contents move along, all goes at once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/store.h"

#define LARGEST_SMALL ((size_t)SIM__STORE_CLASS_BYTES * SIM__STORE_CLASSES)

static void filled(char *block, size_t size, char with)
{
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(block[i], with);
    }
}

static void blocks__are_apart_and_aligned(void **state)
{
    (void)state;
    struct sim__store store = {0};
    static char *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = sim__store_resize(&store, NULL, 0, 1 + i * 13);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        memset(blocks[i], (int)i % 100, 1 + i * 13);
    }
    for (size_t i = 0; i < 200; i++) {
        filled(blocks[i], 1 + i * 13, (char)(i % 100));
        assert_null(sim__store_resize(&store, blocks[i], 1 + i * 13, 0));
    }
    sim__store_release(&store);
    assert_null(store.chunks);
}

static void block__keeps_its_bytes_in_every_other_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 64, 65, 640, LARGEST_SMALL, LARGEST_SMALL + 1, 9000};
    struct sim__store store = {0};
    for (size_t from = 0; from < 7; from++) {
        for (size_t to = 0; to < 7; to++) {
            size_t both = sizes[from] < sizes[to] ? sizes[from] : sizes[to];
            char *block = sim__store_resize(&store, NULL, 0, sizes[from]);
            memset(block, 'x', sizes[from]);
            block = sim__store_resize(&store, block, sizes[from], sizes[to]);
            filled(block, both, 'x');
            assert_null(sim__store_resize(&store, block, sizes[to], 0));
        }
    }
    sim__store_release(&store);
}

#if !SIM__STORE_IS_WATCHED
static void block__given_back_is_the_next_of_its_class(void **state)
{
    (void)state;
    struct sim__store store = {0};
    char *first = sim__store_resize(&store, NULL, 0, 100);
    char *other = sim__store_resize(&store, NULL, 0, 300);
    assert_null(sim__store_resize(&store, first, 100, 0));
    assert_ptr_not_equal(sim__store_resize(&store, NULL, 0, 113), first);
    assert_ptr_equal(sim__store_resize(&store, NULL, 0, 97), first);
    assert_ptr_not_equal(sim__store_resize(&store, NULL, 0, 97), first);
    assert_ptr_equal(sim__store_resize(&store, other, 300, 289), other);
    assert_ptr_not_equal(sim__store_resize(&store, other, 289, 288), other);
    sim__store_release(&store);
}

/* Whatever comes and goes again and again, one chunk is enough. */
static void store__is_no_larger_than_what_was_in_use(void **state)
{
    (void)state;
    struct sim__store store = {0};
    sim__store_resize(&store, NULL, 0, 64);
    const struct sim__store_chunk *chunk = store.chunks;
    for (size_t i = 0; i < 100000; i++) {
        size_t size = 1 + i % 600;
        void *block = sim__store_resize(&store, NULL, 0, size);
        assert_null(sim__store_resize(&store, block, size, 0));
    }
    assert_ptr_equal(store.chunks, chunk);
    sim__store_release(&store);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks__are_apart_and_aligned),
        cmocka_unit_test(block__keeps_its_bytes_in_every_other_size),
#if !SIM__STORE_IS_WATCHED
        cmocka_unit_test(block__given_back_is_the_next_of_its_class),
        cmocka_unit_test(store__is_no_larger_than_what_was_in_use),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
