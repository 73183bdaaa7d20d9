/* sup_check: each thing that it promises to look at is broken once, and it says so; and an event
 * holds nothing but what it says. */
#include "core_world.h"

#include "registry.h"
#include "service.h"
#include "supervisor.h"

/* Two services in two groups, one alive and one that waits; with limits of both. */
static void open_two(struct world *w)
{
    struct sup_policy policy = policy_backoff(10, 10);
    policy.limit = (struct sup_limit_policy){
        .enabled = true, .max = 3, .within = SUP_SEC(1), .then = SUP_LIMIT_TERMINATE};
    world_open(w);
    group_limited(w, "g", SUP_STRATEGY_ONE_FOR_ONE, 5, SECOND, SUP_LIMIT_ESCALATE);
    spawn(w, "a", &policy);
    spawn_in(w, "b", "g", &policy);
    fail_with(w, "b", "x");
    sup_check(w->sup);
}

#define BROKEN(w, what) \
    do { \
        (what)++; \
        expect_assert_failure(sup_check((w)->sup)); \
        (what)--; \
        sup_check((w)->sup); \
    } while (0)

static void check__counts_of_the_supervisor(void **state)
{
    struct world w;
    (void)state;
    open_two(&w);
    BROKEN(&w, w.sup->window_entries);
    BROKEN(&w, w.sup->timers);
    BROKEN(&w, w.sup->live);
    BROKEN(&w, w.sup->last);
    BROKEN(&w, w.sup->metrics.spawned_total);
    BROKEN(&w, w.sup->metrics.attempts_total);
    BROKEN(&w, w.sup->heap.stale);
    uint32_t used = w.sup->pool_used;
    w.sup->pool_used = w.sup->config.blocking_pool + 1;
    expect_assert_failure(sup_check(w.sup));
    w.sup->pool_used = used;
    world_close(&w);
}

static void check__counts_of_groups(void **state)
{
    struct world w;
    (void)state;
    open_two(&w);
    for (uint32_t g = 0; g < 2; g++) {
        struct sup__group *group = &w.sup->groups[g];
        BROKEN(&w, group->services);
        BROKEN(&w, group->active);
        BROKEN(&w, group->busy);
        BROKEN(&w, group->inflight);
        BROKEN(&w, group->last);
    }
    w.sup->groups[0].cancelled = true;
    expect_assert_failure(sup_check(w.sup));
    w.sup->groups[0].cancelled = false;
    world_close(&w);
}

static void check__states_of_services(void **state)
{
    struct world w;
    (void)state;
    open_two(&w);
    struct sup__service *a = &w.sup->services[w.sup->first];
    assert_true(a->live);
    a->abort_requested = true;
    expect_assert_failure(sup_check(w.sup));
    a->abort_requested = false;
    a->queued = true;
    expect_assert_failure(sup_check(w.sup));
    a->queued = false;
    a->member = true;
    expect_assert_failure(sup_check(w.sup));
    a->member = false;
    BROKEN(&w, a->reason);
    sup_check(w.sup);
    world_close(&w);
}

/* ---- events ---- */

/* Leaves no zero where the frames of the next calls will lie. */
static __attribute__((noinline)) void soil_the_stack(void)
{
    volatile unsigned char bytes[16384];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = 0xA5;
    }
}

static void hear(void *context, const struct sup_event *event)
{
    uint32_t *heard = context;
    uint32_t fields = event->fields;
    (*heard)++;
    assert_true((fields & SUP_FIELD_CODE) != 0 || event->code == 0);
    assert_true((fields & SUP_FIELD_SIGNAL) != 0 || event->signal == 0);
    assert_true((fields & SUP_FIELD_ERROR) != 0 || event->error == NULL);
    assert_true((fields & SUP_FIELD_DELAY) != 0 || event->delay.ns == 0);
    assert_true((fields & SUP_FIELD_STREAK) != 0 || event->streak == 0);
    assert_true((fields & SUP_FIELD_TEXT) != 0 || event->text == NULL);
    assert_true((fields & SUP_FIELD_COUNT) != 0 || (event->count == 0 && event->limit == 0));
    assert_true((fields & SUP_FIELD_THEN) != 0 || event->then == 0);
}

static void event__what_it_does_not_say_is_zero(void **state)
{
    struct world w;
    uint32_t heard = 0;
    struct sup_policy policy = policy_backoff(10, 10);
    (void)state;
    world_open(&w);
    assert_int_equal(sup_subscribe(w.sup, hear, &heard), SUP_OK);
    soil_the_stack();
    spawn(&w, "a", &policy);
    soil_the_stack();
    crash(&w, "a");
    soil_the_stack();
    run_to(&w, 10 * MS);
    soil_the_stack();
    fail_with(&w, "a", "x");
    soil_the_stack();
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    soil_the_stack();
    assert_int_equal(shut_down(&w, SECOND), SUP_OK);
    assert_in_range(heard, 9, 20);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check__counts_of_the_supervisor),
        cmocka_unit_test(check__counts_of_groups),
        cmocka_unit_test(check__states_of_services),
        cmocka_unit_test(event__what_it_does_not_say_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
