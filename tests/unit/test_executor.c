/* The executor's side of the contract: a start that is refused is an attempt that
 * ended, nothing is called from inside itself, and an executor that answers from
 * inside a call is stopped there and then. */
#include "core_world.h"

struct reentrant {
    struct world world;
    struct sup_executor inner;
    uint32_t depth;
    uint32_t deepest;
    uint32_t starts;
    bool answers; /* at once, from inside the call */
};

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct reentrant *r = context;
    static const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    static const struct sup_actor actor = {"executor", "from inside"};
    r->starts++;
    r->depth++;
    r->deepest = r->depth > r->deepest ? r->depth : r->deepest;
    if (r->answers) {
        expect_assert_failure(sup_ignore(sup_report_end(r->world.sup, what->id, &end)));
        expect_assert_failure((void)sup_step(r->world.sup));
        expect_assert_failure(sup_ignore(sup_cancel(r->world.sup, what->service, &actor, NULL)));
    }
    int result = r->inner.start(r->inner.context, what, ret_error);
    r->depth--;
    return result;
}

static void do_cancel(void *context, struct sup_attempt id, void *work)
{
    struct reentrant *r = context;
    r->inner.cancel(r->inner.context, id, work);
}

static void do_abort(void *context, struct sup_attempt id, void *work)
{
    struct reentrant *r = context;
    r->inner.abort(r->inner.context, id, work);
}

static void create_reentrant(struct reentrant *r)
{
    *r = (struct reentrant){.depth = 0};
    world_prepare(&r->world);
    r->inner = r->world.config.executor;
    r->world.config.executor = (struct sup_executor){start, do_cancel, do_abort, NULL, r};
    world_create(&r->world);
}

static void executor__start_is_refused_attempt_ends_without_reentry(void **state)
{
    (void)state;
    static struct reentrant r;
    create_reentrant(&r);
    struct world *w = &r.world;
    struct sup_policy policy = policy_backoff(0, 0);
    policy.max_restarts = 5;
    w->refusals = 5;
    w->refusal_text = "no thread is free";
    spawn(w, "a", &policy);
    /* A delay of zero waits for the next step: one start a call. */
    assert_int_equal(r.starts, 1);
    for (uint32_t attempt = 2; attempt <= 6; attempt++) {
        step(w);
        assert_int_equal(r.starts, attempt);
    }
    assert_int_equal(r.deepest, 1);
    expect_state(w, "a", "running");
    assert_int_equal(look(w, "a").failures, 5);
    assert_string_equal(look(w, "a").last_error, "no thread is free");
    assert_int_equal(look(w, "a").attempt, 6);
    world_close(w);
}

static void executor__answers_from_inside_a_call_it_is_stopped(void **state)
{
    (void)state;
    static struct reentrant r;
    create_reentrant(&r);
    r.answers = true;
    spawn(&r.world, "a", NULL);
    expect_state(&r.world, "a", "running");
    assert_int_equal(r.starts, 1);
    r.answers = false;
    succeed(&r.world, "a");
    expect_state(&r.world, "a", "terminated completed");
    world_close(&r.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(executor__start_is_refused_attempt_ends_without_reentry),
        cmocka_unit_test(executor__answers_from_inside_a_call_it_is_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
