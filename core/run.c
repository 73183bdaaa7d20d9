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
