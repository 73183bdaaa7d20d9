/* One armed timer, as the heap and its run keep it: a deadline and a key.
 *
 * A key is sequence << SUP__HEAP_ID_BITS | id, and SUP__HEAP_USUAL unless the timer goes
 * before others of the same deadline; sequences start at 1, so 0 is no key.
 */
#ifndef SUP_ENTRY_H
#define SUP_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/time.h"

#define SUP__HEAP_ID_BITS 24
#define SUP__HEAP_ID_MASK ((UINT64_C(1) << SUP__HEAP_ID_BITS) - 1)
#define SUP__HEAP_SEQUENCE_MAX ((UINT64_C(1) << (63 - SUP__HEAP_ID_BITS)) - 1)
#define SUP__HEAP_USUAL (UINT64_C(1) << 63)

struct sup__heap_entry {
    struct sup_instant deadline;
    uint64_t key;
};

/* Later than every timer: it stands where there is none. */
#define SUP__HEAP_NOBODY ((struct sup__heap_entry){SUP_INSTANT_NEVER, UINT64_MAX})

/* The total order in one comparison; without a branch, since whether one
 * deadline is before another cannot be predicted. */
static inline bool sup__heap_before(const struct sup__heap_entry *a,
                                    const struct sup__heap_entry *b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    return ((wide)a->deadline.ns << 64 | a->key) < ((wide)b->deadline.ns << 64 | b->key);
#else
    return a->deadline.ns != b->deadline.ns ? a->deadline.ns < b->deadline.ns : a->key < b->key;
#endif
}

#endif
