/* Policies that a supervisor keeps: equal ones once. */
#ifndef SUP_CORE_POLICY_H
#define SUP_CORE_POLICY_H

#include <stdint.h>

#include "sup/policy.h"

struct sup;

/* 0, SUP_ENOMEM or SUP_ELIMIT. */
int sup__policy_intern(struct sup *sup, const struct sup_policy *policy, uint32_t *ret_index);
void sup__policies_release(struct sup *sup);

#endif
