/* Conformance: whether two runs tell the same story. */
#ifndef SIM_REAL_CONFORM_H
#define SIM_REAL_CONFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "story.h"
#include "sup/time.h"

struct sim__conformance {
    bool same;
    uint32_t services;
    uint64_t events;
    uint64_t late_ns; /* the most that an event came later than wanted */
    struct sim__lines wanted_lines;
    struct sim__lines found_lines;
    const struct sim__line *wanted; /* of the first difference; NULL: there is no such event */
    const struct sim__line *found;
    char text[SIM__VERDICT_BYTES]; /* the first difference, in words */
};

/* Do the two tell the same story? What one of them tells more than the other at or
 * after the tail does not count. SUP_OK or SUP_ENOMEM; to be released when SUP_OK. The
 * lines point into both traces. */
int sim__conform(const struct sim__story *wanted, const struct sim__story *found,
                 struct sup_instant tail, struct sim__conformance *ret_conformance) SUP_WARN_UNUSED;
void sim__conformance_release(struct sim__conformance *conformance);

#endif
