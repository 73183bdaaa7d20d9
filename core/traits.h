/* What a policy has, a bit each, found once and kept with every service under it: what it has not
 * need not be asked for at each start and end. */
#ifndef SUP_CORE_TRAITS_H
#define SUP_CORE_TRAITS_H

#include <stdint.h>

#include "sup/policy.h"

enum sup__trait {
    SUP__TRAIT_USUAL = 1 << 0, /* it says nothing but whether to restart, and when */
    SUP__TRAIT_RULES = 1 << 1,
    SUP__TRAIT_BLOCKING = 1 << 2,
    SUP__TRAIT_INTERVAL = 1 << 3,
    SUP__TRAIT_PUT_OFF = 1 << 4,
    SUP__TRAIT_LIMIT = 1 << 5,
    SUP__TRAIT_LIMIT_STATE = 1 << 6, /* which is no plain window */
    SUP__TRAIT_READY_EXPLICIT = 1 << 7,
    SUP__TRAIT_READY_BY_TIME = 1 << 8,
    SUP__TRAIT_LIFETIME = 1 << 9,
    SUP__TRAIT_TIMERS = 1 << 10,  /* beside the main one: a breaker, or heartbeats */
    SUP__TRAIT_FATES = 1 << 11,   /* an end's restart is not decided by a restart class */
    SUP__TRAIT_SUCCESS = 1 << 12, /* not exactly code 0 is a clean end */
    SUP__TRAIT_RESET = 1 << 13,   /* what forgives is not the length of a run */
    SUP__TRAIT_ANCHOR = 1 << 14,  /* waits are not measured from the end */
    SUP__TRAIT_SIGNIFICANT = 1 << 15,
};

/* Ready by anything but its start. */
#define SUP__TRAITS_READY (SUP__TRAIT_READY_EXPLICIT | SUP__TRAIT_READY_BY_TIME)

uint16_t sup__traits_of(const struct sup_policy *policy);

#endif
