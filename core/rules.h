/* Rules that a supervisor keeps: what is impossible, and one form for what means the
 * same. */
#ifndef SUP_CORE_RULES_H
#define SUP_CORE_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/policy.h"
#include "sup/rules.h"

/* What is impossible in the policy's rules, NULL when nothing is; *ret_error says how, where
 * it is not SUP_EINVAL. */
const char *sup__rules_mistake(const struct sup_policy *policy, int *ret_error);

/* The rules of a policy that has been checked, as they are kept, and what of them is said
 * by the policy itself; false when nothing is left of them. Of `waits` only those that there are
 * are set; they alone are compared. A copy has 0 for the others. */
bool sup__rules_canonical(struct sup_rules *ret_rules, struct sup_policy *policy);
bool sup__rules_same(const struct sup_rules *a, const struct sup_rules *b);
void sup__rules_copy(struct sup_rules *to, const struct sup_rules *from);
uint64_t sup__rules_hash(const struct sup_rules *rules);

#endif
