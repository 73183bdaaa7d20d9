/* Rules: their defaults, what is impossible, and equal ones kept once. */
#include "ruled.h"

#include "rules.h"
#include "supervisor.h"

static void default__is_as_documented(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_exit_set zero = codes(0, 0);
    assert_int_equal(rules.size, sizeof(rules));
    assert_false(rules.has_restart_on);
    assert_int_equal(rules.clean_exits, SUP_CLEAN_EXITS_FREE);
    assert_memory_equal(&rules.success, &zero, sizeof(zero));
    assert_true(sup_exit_set_is_empty(&rules.restart_on));
    assert_true(sup_exit_set_is_empty(&rules.prevent) && sup_exit_set_is_empty(&rules.force));
    assert_string_equal(sup_exit_class_name(SUP_EXIT_TIMED_OUT), "timed-out");
    assert_string_equal(sup_exit_class_name(SUP_EXIT_CLASSES), "?");
    assert_string_equal(sup_clean_exits_name(SUP_CLEAN_EXITS_COUNT), "count");
    assert_string_equal(sup_clean_exits_name((enum sup_clean_exits)2), "?");
}

static void set__takes_what_there_is_and_nothing_else(void **state)
{
    (void)state;
    struct sup_exit_set set = {0};
    assert_true(sup_exit_set_is_empty(&set));
    assert_int_equal(sup_exit_set_add_code(&set, 0, 256), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_code(&set, 2, 1), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_finish(&set, 256, 256), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_finish(&set, UINT32_MAX, UINT32_MAX), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_signal(&set, 0), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_signal(&set, 65), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_signal(&set, INT32_MIN), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_class(&set, SUP_EXIT_CLASSES), SUP_EINVAL);
    assert_int_equal(sup_exit_set_add_class(&set, (enum sup_exit_class) - 1), SUP_EINVAL);
    assert_true(sup_exit_set_is_empty(&set));
    set = codes(0, 255);
    for (int i = 0; i < 4; i++) {
        assert_true(set.codes[i] == UINT64_MAX && set.finish[i] == 0);
    }
    set = codes(63, 64);
    assert_true(set.codes[0] == UINT64_C(1) << 63 && set.codes[1] == 1);
    assert_false(sup_exit_set_is_empty(&set));
    set = by_signal(64);
    assert_true(set.signals == UINT64_C(1) << 63 && !sup_exit_set_is_empty(&set));
    set = (struct sup_exit_set){0};
    assert_int_equal(sup_exit_set_add_finish(&set, 125, 125), SUP_OK);
    assert_true(set.finish[1] == UINT64_C(1) << 61 && !sup_exit_set_is_empty(&set));
    set = CLASSES(SUP_EXIT_PROTOCOL);
    assert_true(set.classes == 128 && !sup_exit_set_is_empty(&set));
}

typedef void (*spoil_fn)(struct sup_rules *rules);
#define SPOIL(name, statement) \
    static void name(struct sup_rules *r) \
    { \
        statement; \
    }
SPOIL(no_size, r->size = 0)
SPOIL(less_than_size, r->size = sizeof(size_t) - 1)
SPOIL(any_size, r->size = SIZE_MAX)
SPOIL(clean_exits, r->clean_exits = (enum sup_clean_exits)2)
SPOIL(restart_class, r->restart_on.classes = 256)
SPOIL(prevent_class, r->prevent.classes = 256)
SPOIL(success_unused, r->success.unused = 1)
SPOIL(force_unused, r->force.unused = 1)
SPOIL(reset_from, r->reset_from = (enum sup_reset_from)3)
SPOIL(success_class, r->success.classes = 1)
SPOIL(no_from, r->from = (enum sup_from)3)
SPOIL(never_ready, r->ready_after = SUP_DURATION_NEVER)

static void check__says_what_is_impossible(void **state)
{
    (void)state;
    static const spoil_fn spoils[] = {no_size,        less_than_size, any_size,     clean_exits,
                                      restart_class,  prevent_class,  force_unused, success_class,
                                      success_unused, no_from,        never_ready,  reset_from};
    struct world w;
    world_open(&w);
    for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        const char *why = NULL;
        assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
        spoils[i](&rules);
        assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
        assert_true(why != NULL && strstr(why, "rules") != NULL);
        assert_int_equal(try_spawn(&w, "a", NULL, &policy), SUP_EINVAL);
    }
    expect_no_events(&w);
    world_close(&w);
}

/* Rules of a program that was built with a later header. */
struct later {
    struct sup_rules rules;
    uint64_t of_tomorrow;
};

static void check__of_another_age(void **state)
{
    (void)state;
    struct world w;
    struct later later;
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &later.rules);
    memset(&later, 0xA5, sizeof(later));
    sup_rules_default_sized(&later.rules, sizeof(later));
    assert_true(later.rules.size == sizeof(later) && later.of_tomorrow == 0);
    world_open(&w);
    spawn(&w, "a", &policy);
    later.of_tomorrow = 1;
    assert_int_equal(sup_policy_check(&policy, NULL), SUP_ENEWER);
    assert_int_equal(try_spawn(&w, "b", NULL, &policy), SUP_ENEWER);
    /* An older one knew of no sets that end a service: the rest takes its default. */
    later.of_tomorrow = 0;
    later.rules.prevent = later.rules.force = codes(0, 255);
    later.rules.size = offsetof(struct sup_rules, prevent);
    spawn(&w, "c", &policy);
    assert_int_equal(w.sup->policy_count, 1);
    assert_null(w.sup->policies[0].policy.rules);
    world_close(&w);
}

static void intern__rules_that_say_nothing_are_none(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, NULL);
    world_open(&w);
    spawn(&w, "none", &policy);
    policy.rules = &rules;
    spawn(&w, "default", &policy);
    rules.restart_on = codes(7, 7); /* which is not given */
    spawn(&w, "unused", &policy);
    rules.has_restart_on = true;
    policy.restart = SUP_RESTART_NEVER;
    rules.restart_on =
        CLASSES(SUP_EXIT_CLEAN, SUP_EXIT_FAILED, SUP_EXIT_CRASHED, SUP_EXIT_REFUSED,
                SUP_EXIT_TIMED_OUT, SUP_EXIT_UNHEALTHY, SUP_EXIT_UNREADY, SUP_EXIT_PROTOCOL);
    spawn(&w, "all", &policy);
    assert_int_equal(w.sup->policy_count, 1);
    policy.kind = SUP_KIND_TASK; /* runs once, whatever it is told */
    rules.prevent = rules.force = codes(1, 1);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    spawn(&w, "task", &policy);
    assert_null(w.sup->policies[1].policy.rules);
    policy = ruled(SUP_RESTART_ALWAYS, &rules);
    policy.kind = SUP_KIND_INTERVAL; /* whose calls are free */
    policy.interval_every = SUP_SEC(1);
    rules.prevent = rules.force = codes(1, 1);
    rules.prevent.codes[0] = rules.force.codes[0] = 0;
    spawn(&w, "calls", &policy);
    assert_null(w.sup->policies[2].policy.rules);
    world_close(&w);
}

/* A set of classes that has a name is the restart class of that name. */
static void intern__a_set_with_a_name_is_that_class(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    const struct sup_exit_set sets[] = {
        CLASSES(SUP_EXIT_FAILED, SUP_EXIT_CRASHED, SUP_EXIT_REFUSED, SUP_EXIT_TIMED_OUT,
                SUP_EXIT_UNHEALTHY),
        CLASSES(SUP_EXIT_CRASHED),
        {.classes = 0},
    };
    static const enum sup_restart words[] = {SUP_RESTART_ON_FAILURE, SUP_RESTART_ON_CRASH,
                                             SUP_RESTART_NEVER};
    world_open(&w);
    rules.has_restart_on = true;
    for (uint32_t i = 0; i < 3; i++) {
        char name[] = {(char)('a' + i), '\0'};
        rules.restart_on = sets[i];
        spawn(&w, name, &policy);
        assert_int_equal(w.sup->policy_count, i + 1);
        assert_int_equal(w.sup->policies[i].policy.restart, words[i]);
        assert_null(w.sup->policies[i].policy.rules);
    }
    world_close(&w);
}

static void intern__every_field_makes_rules_of_their_own(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules base = rules_default();
    base.has_restart_on = true;
    base.restart_on = codes(1, 2);
    struct sup_rules r[6];
    size_t n = 0;
#define VARY(statement) (r[n] = base, r[n].statement, n++)
    VARY(has_restart_on = true), VARY(clean_exits = SUP_CLEAN_EXITS_COUNT);
    VARY(restart_on = codes(1, 3)), VARY(success = codes(0, 1)), VARY(prevent = by_signal(9));
    VARY(force = CLASSES(SUP_EXIT_CLEAN));
    assert_int_equal(n, sizeof(r) / sizeof(r[0]));
    world_open(&w);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < n; i++) {
            char name[] = {(char)('a' + i), (char)('0' + round), '\0'};
            struct sup_rules copy = r[i];
            struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &copy);
            spawn(&w, name, &policy);
            memset(&copy, 0xA5, sizeof(copy)); /* nobody looks at them any more */
            assert_int_equal(w.sup->policy_count, round == 0 ? i + 1 : n);
        }
    }
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default__is_as_documented),
        cmocka_unit_test(set__takes_what_there_is_and_nothing_else),
        cmocka_unit_test(check__says_what_is_impossible),
        cmocka_unit_test(check__of_another_age),
        cmocka_unit_test(intern__rules_that_say_nothing_are_none),
        cmocka_unit_test(intern__a_set_with_a_name_is_that_class),
        cmocka_unit_test(intern__every_field_makes_rules_of_their_own),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
