/* The book of names: what is kept stays where it is, what is not kept is overwritten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "namebook.h"
#include "sup/sup.h"

#define NAMES 20000

/* Counts requests; fails when it is told to. */
struct memory {
    uint32_t requests;
    bool fails;
    size_t bytes;
};

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct memory *memory = context;
    memory->bytes += new_size - old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    memory->requests++;
    if (memory->fails) {
        memory->bytes -= new_size - old_size;
        return NULL;
    }
    return realloc(block, new_size);
}

static void names__stay_where_they_are(void **state)
{
    (void)state;
    struct memory memory = {.requests = 0};
    const struct sup_allocator alloc = {resize, &memory};
    struct sup__namebook book = {.page = NULL};
    static const char *names[NAMES];
    char text[300];
    for (uint32_t i = 0; i < NAMES; i++) {
        snprintf(text, sizeof(text), "%0*u", (int)(1 + i % 255), i);
        assert_int_equal(sup__namebook_write(&book, &alloc, text, &names[i]), SUP_OK);
        sup__namebook_keep(&book, names[i]);
    }
    for (uint32_t i = 0; i < NAMES; i++) {
        snprintf(text, sizeof(text), "%0*u", (int)(1 + i % 255), i);
        assert_string_equal(names[i], text);
    }
    assert_in_range(memory.requests, 20, 60);
    sup__namebook_release(&book, &alloc);
    assert_int_equal(memory.bytes, 0);
}

static void names__not_kept_cost_no_room(void **state)
{
    (void)state;
    struct memory memory = {.requests = 0};
    const struct sup_allocator alloc = {resize, &memory};
    struct sup__namebook book = {.page = NULL};
    const char *first, *next;
    assert_int_equal(sup__namebook_write(&book, &alloc, "first", &first), SUP_OK);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(sup__namebook_write(&book, &alloc, "other", &next), SUP_OK);
        assert_ptr_equal(first, next);
    }
    sup__namebook_keep(&book, next);
    assert_int_equal(sup__namebook_write(&book, &alloc, "third", &next), SUP_OK);
    assert_ptr_equal(next, first + sizeof("other"));
    assert_string_equal(first, "other");
    assert_int_equal(memory.requests, 1);
    sup__namebook_release(&book, &alloc);
}

static void names__without_memory(void **state)
{
    (void)state;
    struct memory memory = {.fails = true};
    const struct sup_allocator alloc = {resize, &memory};
    struct sup__namebook book = {.page = NULL};
    const char *name;
    assert_int_equal(sup__namebook_write(&book, &alloc, "a", &name), SUP_ENOMEM);
    memory.fails = false;
    assert_int_equal(sup__namebook_write(&book, &alloc, "a", &name), SUP_OK);
    sup__namebook_keep(&book, name);
    assert_string_equal(name, "a");
    sup__namebook_release(&book, &alloc);
    assert_int_equal(memory.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names__stay_where_they_are),
        cmocka_unit_test(names__not_kept_cost_no_room),
        cmocka_unit_test(names__without_memory),
    };
    return cmocka_run_group_tests_name("namebook", tests, NULL, NULL);
}
