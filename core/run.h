/* A run: timers in the order in which they are due, in a ring.
 *
 * Waits of one length, which is what a supervisor of many services mostly has, end in the
 * order in which they began. Such a timer comes and goes at the price of a copy, whatever
 * their number, and the next one lies beside it. One that belongs before a few of the last is
 * put there: of a supervisor of few services all timers are, and none that is far away keeps
 * the others out.
 */
#ifndef SUP_RUN_H
#define SUP_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "entry.h"

/* There is always a slot more than entries, so that behind the last stands nobody. */
struct sup__run {
    struct sup__heap_entry *slots;
    struct sup__heap_entry *end; /* of the slots */
    struct sup__heap_entry *first;
    struct sup__heap_entry *next; /* where the next one goes */
    struct sup__heap_entry last;  /* the least of all when it is empty */
    uint32_t count;
    uint32_t room; /* entries that there may be */
};

/* An empty one, on `room` + 1 slots. */
void sup__run_init(struct sup__run *run, struct sup__heap_entry *slots, uint32_t room);

static inline struct sup__heap_entry *sup__run_after(const struct sup__run *run,
                                                     struct sup__heap_entry *slot)
{
    return slot + 1 == run->end ? run->slots : slot + 1;
}

/* Does it go behind all others? */
static inline bool sup__run_fits(const struct sup__run *run, const struct sup__heap_entry *entry)
{
    return !sup__heap_before(entry, &run->last);
}

/* There is room, and it fits. */
static inline void sup__run_push(struct sup__run *run, struct sup__heap_entry entry)
{
    *run->next = entry;
    run->last = entry;
    run->next = sup__run_after(run, run->next);
    *run->next = SUP__HEAP_NOBODY;
    run->count++;
}

/* There is room, and it does not fit. Puts it in its place, where about so few at most are on one
 * side of it; else nothing changes and it says so. */
#define SUP__RUN_REACH 12u
bool sup__run_insert(struct sup__run *run, struct sup__heap_entry entry);

static inline void sup__run_pop(struct sup__run *run)
{
    run->first = sup__run_after(run, run->first);
    if (--run->count == 0) {
        run->last = (struct sup__heap_entry){.key = 0};
    }
}

typedef bool (*sup__run_keep_fn)(const void *context, const struct sup__heap_entry *entry);
/* Only those stay that are kept. */
void sup__run_filter(struct sup__run *run, sup__run_keep_fn keep, const void *context);
/* Moves it to `room` + 1 slots at `slots`, which may overlap those that it has. */
void sup__run_move(struct sup__run *run, struct sup__heap_entry *slots, uint32_t room);
void sup__run_check(const struct sup__run *run);

#endif
