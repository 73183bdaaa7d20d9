/* A sliding window of instants: a ring no longer than its limit.
 *
 * Entries leave when they are older than `within`; one exactly `within` old
 * stays. Pushing into a full ring forgets the oldest, which is right for every
 * user: a window never needs to remember more than the count that decides.
 *
 * Room for all its entries is reserved when it is made, since pushing must not
 * fail, but the ring begins small and grows within that room as it fills: pages
 * that no entry ever needed are never touched. Where nothing grows old (`within`
 * is never) the entries are only counted, and there is no room to reserve.
 */
#ifndef SUP_WINDOW_H
#define SUP_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "sup/time.h"

struct sup__window {
    struct sup_instant *at; /* not owned, not initialised; NULL: entries are only counted */
    uint32_t capacity;      /* entries that it may hold */
    uint32_t size;          /* of the ring so far, at most `capacity` */
    uint32_t head;
    uint32_t count;
};

/* How many entries have to be reserved for a window. */
static inline uint32_t sup__window_reserve(uint32_t capacity, struct sup_duration within)
{
    return within.ns == SUP_NEVER_NS ? 0 : capacity;
}

/* `at` has room for what sup__window_reserve says. */
static inline void sup__window_init(struct sup__window *window, struct sup_instant *at,
                                    uint32_t capacity, struct sup_duration within)
{
    *window = (struct sup__window){
        .at = within.ns == SUP_NEVER_NS ? NULL : at,
        .capacity = capacity,
    };
}

static inline void sup__window_clear(struct sup__window *window)
{
    window->head = window->count = 0;
}

/* How many are left once those older than `within` have gone. */
static inline uint32_t sup__window_prune(struct sup__window *window, struct sup_instant now,
                                         struct sup_duration within)
{
    if (window->at == NULL) {
        return window->count;
    }
    while (window->count > 0 && now.ns - window->at[window->head].ns > within.ns) {
        window->head = window->head + 1 == window->size ? 0 : window->head + 1;
        window->count--;
    }
    return window->count;
}

/* The ring is full and may be longer: at least twice as long then, so that all its
 * growing costs a constant an entry. */
void sup__window_grow(struct sup__window *window);

static inline void sup__window_push(struct sup__window *window, struct sup_instant now)
{
    if (window->at == NULL) {
        window->count += window->count < window->capacity;
        return;
    }
    if (window->count == window->size && window->size < window->capacity) {
        sup__window_grow(window);
    }
    if (window->count < window->size) {
        uint32_t room = window->size - window->head;
        window->at[window->count < room ? window->head + window->count : window->count - room] =
            now;
        window->count++;
    } else if (window->size > 0) {
        window->at[window->head] = now;
        window->head = window->head + 1 == window->size ? 0 : window->head + 1;
    }
}

#endif
