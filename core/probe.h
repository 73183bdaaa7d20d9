/* Probes: named places of which it is counted how often they are reached, in the build of
 * the canaries and in no other (docs/ledger.md).
 *
 * SUP_PROBE(NAME) stands where something happens that a good campaign makes happen;
 * SUP_PROBE_WHEN(NAME, CONDITION) counts when the condition, which changes nothing, holds.
 * Each is registered when the program is linked, so that those that were never reached are
 * known too. Two places may have one name: they count together. In every other build nothing
 * is left of them, and the condition is not even evaluated.
 */
#ifndef SUP_CORE_PROBE_H
#define SUP_CORE_PROBE_H

#ifdef SUP_PROBES

#include <stdint.h>

/* As large as its alignment, so that all of them are one array. */
struct sup__probe {
    const char *name; /* NULL: never counted */
    uint64_t reached;
} __attribute__((aligned(16)));

/* In tests/ledger/keep.c. */
void sup__probe_reached(struct sup__probe *probe);
void sup__probe_cell(unsigned phase, unsigned input);

#define SUP_PROBE_WHEN(NAME, CONDITION) \
    do { \
        static struct sup__probe sup_probe_ \
            __attribute__((section("sup_probes"), used)) = {NAME, 0}; \
        if (CONDITION) { \
            sup__probe_reached(&sup_probe_); \
        } \
    } while (0)
/* A cell of the phase table. */
#define SUP_PROBE_CELL(phase, input) sup__probe_cell((unsigned)(phase), (unsigned)(input))

#else

#define SUP_PROBE_WHEN(NAME, CONDITION) ((void)0)
#define SUP_PROBE_CELL(phase, input) ((void)0)

#endif

#define SUP_PROBE(NAME) SUP_PROBE_WHEN(NAME, 1)

#endif
