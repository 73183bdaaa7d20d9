/* A sliding window of instants: a ring no longer than its limit.
 *
 * Entries leave when they are older than `within`; one exactly `within` old
 * stays. Pushing into a full ring forgets the oldest, which is right for every
 * user: a window never needs to remember more than the count that decides.
 */
#ifndef SUP_WINDOW_H
#define SUP_WINDOW_H

#include <stdint.h>

struct sup__window {
    uint64_t *at; /* not owned */
    uint32_t capacity;
    uint32_t head;
    uint32_t count;
};

static inline void sup__window_clear(struct sup__window *window)
{
    window->head = window->count = 0;
}

/* How many are left once those older than `within` have gone. */
static inline uint32_t sup__window_prune(struct sup__window *window, uint64_t now, uint64_t within)
{
    while (window->count > 0 && now - window->at[window->head] > within) {
        window->head = window->head + 1 == window->capacity ? 0 : window->head + 1;
        window->count--;
    }
    return window->count;
}

static inline void sup__window_push(struct sup__window *window, uint64_t now)
{
    if (window->capacity == 0) {
        return;
    }
    uint32_t room = window->capacity - window->head;
    uint32_t end = window->count < room ? window->head + window->count : window->count - room;
    window->at[end] = now;
    if (window->count < window->capacity) {
        window->count++;
    } else {
        window->head = window->head + 1 == window->capacity ? 0 : window->head + 1;
    }
}

#endif
