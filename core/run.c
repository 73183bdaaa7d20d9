/* Timers in the order in which they are due; see run.h. */
#include "run.h"

#include <stddef.h>
#include <string.h>

#include "sup/assert.h"

void sup__run_init(struct sup__run *run, struct sup__heap_entry *slots, uint32_t room)
{
    *run = (struct sup__run){
        .slots = slots, .end = slots + room + 1, .first = slots, .next = slots, .room = room};
    *run->next = SUP__HEAP_NOBODY;
}

static inline struct sup__heap_entry *before_it(const struct sup__run *run,
                                                struct sup__heap_entry *slot)
{
    return (slot == run->slots ? run->end : slot) - 1;
}

/* So many entries behind the first. */
static inline struct sup__heap_entry *ahead(const struct sup__run *run, uint32_t by)
{
    uint32_t room = (uint32_t)(run->end - run->first);
    return by < room ? run->first + by : run->slots + (by - room);
}

/* Those before it move towards the front. */
static void insert_early(struct sup__run *run, struct sup__heap_entry entry)
{
    struct sup__heap_entry *slot = run->first;
    struct sup__heap_entry *hole = before_it(run, slot);
    run->first = hole;
    while (!sup__heap_before(&entry, slot)) {
        *hole = *slot;
        hole = slot;
        slot = sup__run_after(run, slot);
    }
    *hole = entry;
}

/* Those behind it move on; it is not before all. */
static void insert_late(struct sup__run *run, struct sup__heap_entry entry)
{
    struct sup__heap_entry *hole = run->next;
    struct sup__heap_entry *slot = before_it(run, hole);
    run->next = sup__run_after(run, hole);
    *run->next = SUP__HEAP_NOBODY;
    do {
        *hole = *slot;
        hole = slot;
        slot = before_it(run, slot);
    } while (sup__heap_before(&entry, slot));
    *hole = entry;
}

bool sup__run_insert(struct sup__run *run, struct sup__heap_entry entry)
{
    const uint32_t count = run->count;
    const bool few = count <= 2 * SUP__RUN_REACH;
    SUP_ASSERT(count > 0 && count < run->room);
    if (sup__heap_before(&entry, ahead(run, few ? count / 2 : SUP__RUN_REACH))) {
        insert_early(run, entry);
    } else if (few || !sup__heap_before(&entry, ahead(run, count - SUP__RUN_REACH))) {
        insert_late(run, entry);
    } else {
        return false;
    }
    run->count++;
    return true;
}

static void reverse(struct sup__heap_entry *from, struct sup__heap_entry *end)
{
    for (; from < end && from < --end; from++) {
        struct sup__heap_entry entry = *from;
        *from = *end;
        *end = entry;
    }
}

/* Afterwards its entries follow each other in memory. */
static void unwrap(struct sup__run *run)
{
    if (run->next < run->first) {
        reverse(run->slots, run->first);
        reverse(run->first, run->end);
        reverse(run->slots, run->end);
        run->first = run->slots;
    }
}

void sup__run_move(struct sup__run *run, struct sup__heap_entry *slots, uint32_t room)
{
    SUP_ASSERT(run->count <= room);
    unwrap(run);
    if (run->count > 0) {
        memmove(slots, run->first, run->count * sizeof(*slots));
    }
    run->slots = run->first = slots;
    run->end = slots + room + 1;
    run->next = slots + run->count;
    *run->next = SUP__HEAP_NOBODY;
    run->room = room;
}

void sup__run_filter(struct sup__run *run, sup__run_keep_fn keep, const void *context)
{
    struct sup__heap_entry *to = run->first;
    struct sup__heap_entry *from = run->first;
    uint32_t kept = 0;
    run->last = (struct sup__heap_entry){.key = 0};
    for (; from != run->next; from = sup__run_after(run, from)) {
        if (keep(context, from)) {
            run->last = *to = *from;
            to = sup__run_after(run, to);
            kept++;
        }
    }
    run->count = kept;
    run->next = to;
    *run->next = SUP__HEAP_NOBODY;
}

void sup__run_check(const struct sup__run *run)
{
    struct sup__heap_entry last = {.key = 0};
    struct sup__heap_entry *entry = run->first;
    for (uint32_t i = 0; i < run->count; i++) {
        SUP_ASSERT(!sup__heap_before(entry, &last));
        last = *entry;
        entry = sup__run_after(run, entry);
    }
    SUP_ASSERT(entry == run->next && entry->key == UINT64_MAX && run->count <= run->room);
    SUP_ASSERT(run->last.key == last.key && run->last.deadline.ns == last.deadline.ns);
}
