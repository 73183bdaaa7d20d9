/* The arena and the table behind the reader. */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/arena.h"
#include "sim/scenario/place.h"
#include "sim/scenario/read.h"
#include "sim/base/table.h"

/* Counts what is had, and refuses from the n-th on. */
struct budget {
    size_t left;
    size_t live;
};

static void *budget_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct budget *budget = context;
    (void)old_size;
    if (new_size == 0) {
        budget->live -= block != NULL ? 1 : 0;
        free(block);
        return NULL;
    }
    if (budget->left == 0) {
        return NULL;
    }
    budget->left--;
    budget->live += block == NULL ? 1 : 0;
    return realloc(block, new_size);
}

static void arena_alloc__memory_is_zero_aligned_and_apart(void **state)
{
    (void)state;
    struct budget budget = {SIZE_MAX, 0};
    struct sup_allocator alloc = {budget_resize, &budget};
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&alloc, &arena), SUP_OK);
    unsigned char *before = NULL;
    for (size_t size = 0; size < 3000; size++) {
        unsigned char *block = sim__arena_alloc(arena, size, 1);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(block[i], 0);
        }
        memset(block, 0xAA, size);
        assert_ptr_not_equal(block, before);
        before = block;
    }
    assert_non_null(sim__arena_alloc(arena, 1, (size_t)5 << 20));
    sim__arena_free(arena);
    assert_int_equal(budget.live, 0);
    sim__arena_free(NULL);
}

static void arena_alloc__an_overflowing_size_fails(void **state)
{
    (void)state;
    struct budget budget = {SIZE_MAX, 0};
    struct sup_allocator alloc = {budget_resize, &budget};
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&alloc, &arena), SUP_OK);
    assert_null(sim__arena_alloc(arena, SIZE_MAX / 2, 3));
    assert_true(sim__arena_failed(arena));
    sim__arena_free(arena);
}

static void arena_alloc__failure_sticks(void **state)
{
    (void)state;
    struct budget budget = {2, 0};
    struct sup_allocator alloc = {budget_resize, &budget};
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&alloc, &arena), SUP_OK);
    assert_non_null(sim__arena_alloc(arena, 1, 8));
    assert_null(sim__arena_alloc(arena, 1, 1 << 20));
    budget.left = 10;
    assert_null(sim__arena_alloc(arena, 1, 8));
    assert_null(sim__arena_text(arena, "x", 1));
    assert_true(sim__arena_failed(arena));
    sim__arena_free(arena);
    assert_int_equal(budget.live, 0);
    budget.left = 0;
    assert_int_equal(sim__arena_create(&alloc, &arena), SUP_ENOMEM);
}

/* A name that was looked up before there was memory for it is none that is known: wherever
 * the memory ends, reading goes on to the end, and says so. It ends at `a` first, which is
 * mentioned before and meant twice after it; the padding moves where it ends else. */
static void read__names_without_memory_are_not_looked_into(void **state)
{
    (void)state;
    static char text[4096];
    for (size_t pad = 0; pad < 2048; pad += 32) {
        int length = snprintf(
            text, sizeof(text),
            "scenario: 1\nname: n\nservices: [{name: b, script: [{steps: [{do: {pause: a}}]}],\n"
            "  exec: [b");
        for (size_t left = pad, part; left > 0; left -= part) {
            part = left < 1024 ? left : 1024; /* so little shares a block with the rest */
            length +=
                snprintf(text + length, sizeof(text) - (size_t)length, ", \"%0*d\"", (int)part, 0);
        }
        length += snprintf(text + length, sizeof(text) - (size_t)length,
                           "]}, {name: a-1}, {name: c, count: 2}, {name: a, count: 2},\n"
                           "  {name: a, count: 2}, {name: a-0}]\n");
        assert_in_range(length, 1, sizeof(text) - 1);
        int result = SUP_ENOMEM;
        for (size_t most = 0; result == SUP_ENOMEM; most++) {
            struct budget budget = {most, 0};
            struct sup_allocator alloc = {budget_resize, &budget};
            const struct sim__reading reading = {
                .alloc = &alloc, .bytes = text, .length = (size_t)length, .file = "n.yaml"};
            struct sim_diagnostics diagnostics = {0};
            struct sim_scenario *scenario = NULL;
            result = sim__scenario_read(&reading, &diagnostics, &scenario);
            sim_diagnostics_release(&diagnostics);
            assert_int_equal(budget.live, 0);
        }
        assert_int_equal(result, SUP_EINVAL); /* c twice, and more */
    }
}

static void table__finds_what_was_added_in_its_space(void **state)
{
    (void)state;
    struct budget budget = {SIZE_MAX, 0};
    struct sup_allocator alloc = {budget_resize, &budget};
    struct sim_arena *arena;
    struct sim__table table;
    assert_int_equal(sim__arena_create(&alloc, &arena), SUP_OK);
    sim__table_init(&table, arena, 99);
    assert_null(sim__table_find(&table, 0, "a", 1));
    for (uintptr_t i = 0; i < 5000; i++) {
        char text[16];
        uint32_t length = (uint32_t)snprintf(text, sizeof(text), "key-%u", (unsigned)i);
        bool is_new;
        struct sim__slot *slot = sim__table_add(
            &table, (uint32_t)i % 3, sim__arena_text(arena, text, length), length, &is_new);
        assert_non_null(slot);
        assert_true(is_new);
        slot->value = (void *)(i + 1);
        slot = sim__table_add(&table, (uint32_t)i % 3, text, length, &is_new);
        assert_non_null(slot);
        assert_false(is_new);
        assert_int_equal((uintptr_t)slot->value, i + 1);
    }
    const struct sim__slot *slot = sim__table_find(&table, 4321 % 3, "key-4321", 8);
    assert_non_null(slot);
    assert_int_equal((uintptr_t)slot->value, 4322);
    assert_null(sim__table_find(&table, 4322 % 3, "key-4321", 8));
    assert_null(sim__table_find(&table, 4321 % 3, "key-432", 7));
    sim__arena_free(arena);
}

static void cursor__counts_characters_and_all_line_ends(void **state)
{
    (void)state;
    const char *text = "ab\n\xC3\xA9x\r\ny\rz";
    struct sim__cursor cursor;
    sim__cursor_init(&cursor, text, strlen(text));
    static const struct {
        size_t offset;
        uint32_t line;
        uint32_t column;
    } list[] = {
        {0, 1, 1},  {1, 1, 2}, {3, 2, 1}, {5, 2, 2}, {8, 3, 1},  {10, 4, 1},
        {11, 4, 2}, {5, 2, 2}, {3, 2, 1}, {0, 1, 1}, {99, 4, 2}, {10, 4, 1},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct sim_place place = sim__cursor_at(&cursor, list[i].offset);
        assert_int_equal(place.line, list[i].line);
        assert_int_equal(place.column, list[i].column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_alloc__memory_is_zero_aligned_and_apart),
        cmocka_unit_test(arena_alloc__an_overflowing_size_fails),
        cmocka_unit_test(arena_alloc__failure_sticks),
        cmocka_unit_test(read__names_without_memory_are_not_looked_into),
        cmocka_unit_test(table__finds_what_was_added_in_its_space),
        cmocka_unit_test(cursor__counts_characters_and_all_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
