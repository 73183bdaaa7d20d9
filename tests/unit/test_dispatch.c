/* The dispatching executor: each service's calls go to the executor that it names, with
 * the work that stands beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sup/sup.h"

#define MS UINT64_C(1000000)

static char story[1024];

static void tell(const char *who, const char *what, const char *work)
{
    size_t length = strlen(story);
    (void)snprintf(story + length, sizeof(story) - length, "%s %s %s;", who, what, work);
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    (void)ret_error;
    assert_int_equal(start->size, sizeof(*start));
    assert_non_null(start->service);
    tell(context, "start", start->work);
    return SUP_OK;
}

static int refuse(void *context, const struct sup_start *start, const char **ret_error)
{
    tell(context, "refuse", start->work);
    *ret_error = "not today";
    return SUP_EREFUSED;
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    (void)id;
    tell(context, "cancel", work);
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    (void)id;
    tell(context, "abort", work);
}

static void abandon(void *context, struct sup_attempt id, void *work)
{
    (void)id;
    tell(context, "abandon", work);
}

static struct sup_executor left = {start, cancel, abort_attempt, abandon, (char[]){"left"}};
static struct sup_executor right = {start, cancel, abort_attempt, NULL, (char[]){"right"}};
static struct sup_executor closed = {refuse, cancel, abort_attempt, NULL, (char[]){"closed"}};

static struct sup_instant read_clock(void *context)
{
    return (struct sup_instant){*(uint64_t *)context};
}

static struct sup *open_dispatch(uint64_t *now_ns)
{
    struct sup_config config;
    struct sup *sup = NULL;
    story[0] = '\0';
    sup_config_default(&config);
    config.clock = (struct sup_clock){read_clock, now_ns};
    config.alloc = sup_allocator_libc;
    config.executor = sup_dispatch_executor();
    assert_int_equal(sup_create(&config, &sup), SUP_OK);
    return sup;
}

static void spawn(struct sup *sup, const char *name, struct sup_dispatch_work *work)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.stop_grace = SUP_MS(10);
    policy.stop_abort_wait = SUP_MS(10);
    struct sup_spec spec = {.name = name, .policy = &policy, .work = work};
    assert_int_equal(sup_spawn(sup, &spec), SUP_OK);
}

static void dispatch__each_service_goes_where_its_work_says(void **state)
{
    static const struct sup_actor actor = {"test", "because"};
    struct sup_dispatch_work a = {&left, (char[]){"a"}}, b = {&right, (char[]){"b"}};
    uint64_t now_ns = 0;
    struct sup *sup = open_dispatch(&now_ns);
    (void)state;
    spawn(sup, "a", &a);
    spawn(sup, "b", &b);
    assert_string_equal(story, "left start a;right start b;");
    story[0] = '\0';
    assert_int_equal(sup_shutdown(sup, NULL, &actor, NULL), SUP_OK);
    assert_string_equal(story, "right cancel b;left cancel a;");
    story[0] = '\0';
    now_ns = 10 * MS;
    (void)sup_step(sup);
    assert_string_equal(story, "right abort b;left abort a;");
    story[0] = '\0';
    now_ns = 20 * MS;
    (void)sup_step(sup);
    assert_string_equal(story, "left abandon a;"); /* the other need not know */
    sup_free(sup);
}

static void dispatch__refusals_are_told_as_they_are(void **state)
{
    struct sup_dispatch_work shut = {&closed, (char[]){"c"}}, nowhere = {NULL, NULL};
    struct sup_snapshot snapshot;
    uint64_t now_ns = 0;
    struct sup *sup = open_dispatch(&now_ns);
    (void)state;
    spawn(sup, "shut", &shut);
    assert_string_equal(story, "closed refuse c;");
    assert_int_equal(sup_snapshot_of(sup, "shut", &snapshot), SUP_OK);
    assert_string_equal(snapshot.last_error, "not today");
    spawn(sup, "nowhere", &nowhere);
    spawn(sup, "nothing", NULL);
    assert_int_equal(sup_snapshot_of(sup, "nowhere", &snapshot), SUP_OK);
    assert_string_equal(snapshot.last_error, "the service has no executor");
    assert_int_equal(sup_snapshot_of(sup, "nothing", &snapshot), SUP_OK);
    assert_string_equal(snapshot.last_error, "the service has no executor");
    assert_string_equal(story, "closed refuse c;");
    sup_free(sup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dispatch__each_service_goes_where_its_work_says),
        cmocka_unit_test(dispatch__refusals_are_told_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
