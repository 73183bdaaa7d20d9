/* What a run lights: a map of what has come together in it, by which one scenario shows
 * something that others have not shown.
 *
 * A point of the map is one of
 *
 *   two kinds of events of one service, one right after the other, in one instant
 *   two kinds of events of two services in one instant
 *   an event of a service and its next one, with the phase between them
 *
 * where a kind is the type with its outcome, its reason or its command. Points are integers
 * made of these numbers alone, so they are the same on every machine; two in many fall
 * together.
 */
#ifndef SIM_FUZZ_LIGHTS_H
#define SIM_FUZZ_LIGHTS_H

#include "sim/scenario/tree.h"
#include "sim/trial/trial.h"

#define SIM__LIGHTS 65536u

/* All zeros: none is lit. */
struct sim__lights {
    uint64_t words[SIM__LIGHTS / 64];
};

static inline bool sim__lights_has(const struct sim__lights *lights, uint32_t point)
{
    return ((lights->words[point / 64] >> (point % 64)) & 1u) != 0;
}
static inline void sim__lights_put(struct sim__lights *lights, uint32_t point)
{
    lights->words[point / 64] |= UINT64_C(1) << (point % 64);
}
uint32_t sim__lights_count(const struct sim__lights *lights);

enum sim__hearing {
    SIM__HEARING_WHOLE,
    SIM__HEARING_STOPPED, /* a budget ended the run; what it lit until then is lit */
    SIM__HEARING_REFUSED, /* the tree is no scenario */
};

/* Lights what a run of the tree lights, besides what is lit. 0 and *ret_hearing, or
 * SUP_ENOMEM. */
int sim__lights_hear(const struct sim__node *root, const struct sim__trial_how *how,
                     struct sim__lights *lights, enum sim__hearing *ret_hearing) SUP_WARN_UNUSED;

#endif
