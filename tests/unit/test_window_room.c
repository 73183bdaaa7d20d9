/* Room for the windows: reserved with each registration, bounded for the whole
 * supervisor, given back, and not touched before it is needed. */
#include "core_world.h"

#include <stdlib.h>
#include <string.h>

/* A breaker and a limit of `entries` together, which never trip. */
static struct sup_policy windowed(uint32_t entries, struct sup_duration within)
{
    struct sup_policy policy = policy_backoff(1, 1);
    policy.breaker.failures = entries / 2;
    policy.breaker.within = within;
    policy.limit.enabled = true;
    policy.limit.max = entries - entries / 2;
    policy.limit.within = within;
    return policy;
}

static void open_with(struct world *w, uint64_t entries_max)
{
    world_prepare(w);
    w->config.window_entries_max = entries_max;
    w->config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(w);
}

static void room__is_bounded_for_all_together(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = windowed(40, SUP_SEC(1));
    struct sup_policy small = windowed(20, SUP_SEC(1));
    open_with(&w, 100);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    size_t bytes = w.bytes;
    assert_int_equal(try_spawn(&w, "c", NULL, &policy), SUP_ELIMIT);
    assert_false(exists(&w, "c"));
    spawn(&w, "c", &small);
    assert_int_equal(try_spawn(&w, "d", NULL, &small), SUP_ELIMIT);
    assert_true(w.bytes > bytes);
    world_close(&w);
}

/* The block of a name is its last registration's until it has another. */
static void room__comes_back_with_the_next_registration(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy large = windowed(60, SUP_SEC(1));
    struct sup_policy small = windowed(2, SUP_SEC(1));
    open_with(&w, 100);
    spawn(&w, "a", &large);
    assert_int_equal(try_spawn(&w, "b", NULL, &large), SUP_ELIMIT);
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
    succeed(&w, "a");
    spawn(&w, "a", &small);
    spawn(&w, "b", &large);
    /* A replacement has its own while it waits, and one that is dropped gives it back. */
    struct sup_policy middle = windowed(30, SUP_SEC(1));
    spawn(&w, "a", &middle);
    assert_int_equal(try_spawn(&w, "c", NULL, &middle), SUP_ELIMIT);
    spawn(&w, "a", &small);
    spawn(&w, "c", &middle);
    world_close(&w);
}

static void room__of_what_never_grows_old_is_none(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = windowed(200000, SUP_DURATION_NEVER);
    open_with(&w, 0);
    spawn(&w, "a", &policy);
    assert_true(w.bytes < 100000);
    policy.limit.within = SUP_SEC(1);
    assert_int_equal(try_spawn(&w, "b", NULL, &policy), SUP_ELIMIT);
    world_close(&w);
}

/* It counts all the same: the third failure trips, and the second restart is the
 * last. */
static void room__without_instants_counts_to_the_same_end(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(1, 1);
    open_with(&w, 0);
    policy.backoff.reset_after = SUP_DURATION_NEVER; /* a long run is not forgiven */
    policy.breaker.failures = 3;
    policy.breaker.within = SUP_DURATION_NEVER;
    spawn(&w, "broken", &policy);
    policy.breaker.failures = 0;
    policy.limit.enabled = true;
    policy.limit.max = 2;
    policy.limit.within = SUP_DURATION_NEVER;
    spawn(&w, "limited", &policy);
    for (uint64_t i = 1; i <= 3; i++) {
        expect_state(&w, "broken", "running");
        expect_state(&w, "limited", "running");
        assert_int_equal(look(&w, "limited").limit_used, i - 1);
        fail_with(&w, "broken", "x");
        fail_with(&w, "limited", "x");
        run_to(&w, i * SECOND * 1000000);
    }
    expect_state(&w, "broken", "terminated circuit-breaker-open");
    expect_state(&w, "limited", "terminated restart-limit");
    world_close(&w);
}

static void room__of_groups_is_bounded_too(void **state)
{
    (void)state;
    struct world w;
    struct sup_group_policy policy = {.limit = {.enabled = true, .max = 60, .within = SUP_SEC(1)}};
    open_with(&w, 100);
    w.may_allocate = true;
    assert_int_equal(sup_group_create(w.sup, "g", &policy), SUP_OK);
    assert_int_equal(sup_group_create(w.sup, "h", &policy), SUP_ELIMIT);
    /* Another policy for the same group is reserved before the first is given back. */
    policy.limit.max = 40;
    assert_int_equal(sup_group_create(w.sup, "g", &policy), SUP_OK);
    policy.limit.max = 60;
    assert_int_equal(sup_group_create(w.sup, "h", &policy), SUP_OK);
    policy.limit.within = SUP_DURATION_NEVER;
    policy.limit.max = 100000;
    assert_int_equal(sup_group_create(w.sup, "i", &policy), SUP_OK);
    w.may_allocate = false;
    world_close(&w);
    world_prepare(&w);
    w.config.window_entries_max = 59;
    w.config.root.limit =
        (struct sup_limit_policy){.enabled = true, .max = 60, .within = SUP_SEC(1)};
    struct sup *sup;
    w.may_allocate = true;
    assert_int_equal(sup_create(&w.config, &sup), SUP_ELIMIT);
    assert_int_equal(w.bytes, 0);
}

/* The one block of more than LARGE bytes that was asked for. */
#define LARGE 500000u
#define PATTERN 0xA5

struct watcher {
    unsigned char *block;
    size_t bytes;
};

static void *watching_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct watcher *watcher = context;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    unsigned char *moved = realloc(block, new_size);
    if (block == NULL && new_size > LARGE) {
        memset(moved, PATTERN, new_size);
        *watcher = (struct watcher){moved, new_size};
    }
    return moved;
}

static size_t touched_bytes(const struct watcher *watcher)
{
    size_t untouched = 0;
    while (untouched < watcher->bytes &&
           watcher->block[watcher->bytes - untouched - 1] == PATTERN) {
        untouched++;
    }
    return watcher->bytes - untouched;
}

/* 100,000 failures allowed in each second are 800 kB of room, of which four a
 * second need less than a page, after a thousand seconds too. */
static void room__is_not_touched_before_it_is_needed(void **state)
{
    (void)state;
    struct world w;
    struct watcher watcher = {0};
    struct sup_policy policy = policy_backoff(1, 1);
    policy.breaker.failures = 100000;
    policy.breaker.within = SUP_SEC(1);
    world_prepare(&w);
    w.config.alloc = (struct sup_allocator){watching_resize, &watcher};
    world_create(&w);
    spawn(&w, "a", &policy);
    assert_true(watcher.bytes > 800000);
    for (uint64_t i = 1; i <= 4000; i++) {
        fail_with(&w, "a", "x");
        run_to(&w, i * SECOND / 4);
        forget_events(&w);
    }
    assert_in_range(touched_bytes(&watcher), 1, 1024);
    expect_state(&w, "a", "running");
    world_close(&w);
}

struct failing_once {
    uint32_t requests;
    uint32_t fail_at;
};

static void *failing_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct failing_once *failing = context;
    if (new_size > 0 && ++failing->requests == failing->fail_at) {
        return NULL;
    }
    return sup_allocator_libc.resize(NULL, block, old_size, new_size);
}

/* A spawn that runs out of memory takes no room with it, wherever it does. */
static void room__of_a_failed_spawn_is_given_back(void **state)
{
    (void)state;
    for (uint32_t n = 1, error = 1; error != SUP_OK; n++) {
        struct world w;
        struct failing_once failing = {0};
        struct sup_policy policy = windowed(100, SUP_SEC(1));
        struct sup_policy none = policy_default();
        open_with(&w, 100);
        sup_free(w.sup);
        w.config.alloc = (struct sup_allocator){failing_resize, &failing};
        world_create(&w);
        spawn(&w, "a", &none);
        failing = (struct failing_once){.fail_at = n};
        int result = try_spawn(&w, "a", NULL, &policy);
        assert_int_equal(result, failing.requests < n ? SUP_OK : SUP_ENOMEM);
        error = (uint32_t)result;
        failing.fail_at = 0;
        spawn(&w, "b", result == SUP_OK ? &none : &policy);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room__is_bounded_for_all_together),
        cmocka_unit_test(room__comes_back_with_the_next_registration),
        cmocka_unit_test(room__of_what_never_grows_old_is_none),
        cmocka_unit_test(room__without_instants_counts_to_the_same_end),
        cmocka_unit_test(room__of_groups_is_bounded_too),
        cmocka_unit_test(room__is_not_touched_before_it_is_needed),
        cmocka_unit_test(room__of_a_failed_spawn_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
