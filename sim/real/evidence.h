/* Evidence: when, and in which order, the events of a reference came in simulated runs in
 * which everything was late within the tolerance, and which told the same story.
 *
 * It shows what follows from what without anybody having to say so. An event that came
 * in none of these runs sooner after another one than in the reference is behind that
 * one; of those that it is behind, the one that is latest in a run is what it waited
 * for there, and by how much it came later than that is its own lateness. Chains need no
 * bound of their own: each link is looked at by itself. And two events of different
 * services that no lateness parted, or turned about, are in that order for a reason.
 */
#ifndef SIM_REAL_EVIDENCE_H
#define SIM_REAL_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conform.h"

#define SIM__EVIDENCE_RUNS 32u
#define SIM__EVIDENCE_ENOUGH 16u /* runs before the order across services is believed */

struct sim__evidence {
    size_t count;            /* events of the reference, by their place in its trace */
    uint64_t *wanted_ns;     /* in the reference */
    uint32_t *key;           /* equal for the events of one service */
    uint32_t runs;           /* that told the same story */
    uint64_t *at_ns;         /* event and run; SIM__UNTOLD */
    uint32_t *place;         /* in the run's trace, likewise */
    struct sim__lines lines; /* the reference */
};

#define SIM__UNTOLD UINT64_MAX

/* Of a reference, whose trace must outlive it. SUP_OK or SUP_ENOMEM. */
int sim__evidence_create(const struct sim__story *reference,
                         struct sim__evidence *ret_evidence) SUP_WARN_UNUSED;
void sim__evidence_release(struct sim__evidence *evidence);
/* A run of the same story; those above SIM__EVIDENCE_RUNS are left out. */
int sim__evidence_add(struct sim__evidence *evidence,
                      const struct sim__lines *told) SUP_WARN_UNUSED;

/* For each event of the reference, by its place, the line that tells it; NULL when it is
 * not told, or after the first difference of its service. */
void sim__evidence_match(const struct sim__evidence *evidence, const struct sim__lines *told,
                         const struct sim__line **ret_lines);

/* How much later than in the reference event `i` came after event `k`, in a run. */
bool sim__evidence_gap(const struct sim__evidence *evidence, uint32_t run, size_t i, size_t k,
                       int64_t *ret_ns);
/* The same against the file's clock. */
bool sim__evidence_lateness(const struct sim__evidence *evidence, uint32_t run, size_t i,
                            int64_t *ret_ns);
/* Did both come at one instant in every run, since one thing brings them about? */
bool sim__evidence_together(const struct sim__evidence *evidence, size_t i, size_t k);
/* Did `first` come before `second` in every run? */
bool sim__evidence_ordered(const struct sim__evidence *evidence, size_t first, size_t second);

#endif
