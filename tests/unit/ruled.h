/* Policies with rules, and sets, for tests of the core. */
#ifndef RULED_H
#define RULED_H

#include <string.h>

#include "core_world.h"

static inline struct sup_rules rules_default(void)
{
    struct sup_rules rules;
    memset(&rules, 0xA5, sizeof(rules));
    sup_rules_default(&rules);
    return rules;
}

/* Backoff of 10 ms at first, and clean exits after 1 ms. */
static inline struct sup_policy ruled(enum sup_restart restart, const struct sup_rules *rules)
{
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.restart = restart;
    policy.clean_exit_delay = SUP_MS(1);
    policy.rules = rules;
    return policy;
}

#define CLASSES(...) classes_of((const enum sup_exit_class[]){__VA_ARGS__, SUP_EXIT_CLASSES})
static inline struct sup_exit_set classes_of(const enum sup_exit_class *list)
{
    struct sup_exit_set set = {0};
    for (; *list != SUP_EXIT_CLASSES; list++) {
        assert_int_equal(sup_exit_set_add_class(&set, *list), SUP_OK);
    }
    return set;
}

static inline struct sup_exit_set codes(uint32_t first, uint32_t last)
{
    struct sup_exit_set set = {0};
    assert_int_equal(sup_exit_set_add_code(&set, first, last), SUP_OK);
    return set;
}

static inline struct sup_exit_set by_signal(int32_t signal)
{
    struct sup_exit_set set = {0};
    assert_int_equal(sup_exit_set_add_signal(&set, signal), SUP_OK);
    return set;
}

#endif
