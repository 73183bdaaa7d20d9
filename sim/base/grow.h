/* Growing arrays: room that doubles, new elements zeroed.
 *
 *     void *grown = sim__grown(list->items, &list->room, list->count + 1, sizeof(*list->items));
 *     if (grown == NULL) {
 *         return SUP_ENOMEM;
 *     }
 *     list->items = grown;
 */
#ifndef SIM_BASE_GROW_H
#define SIM_BASE_GROW_H

#include <stddef.h>
#include <stdint.h>

/* The array, with room for at least `wanted` elements of `size` bytes, in a block for
 * free(); *room says for how many. NULL when there is no memory, and also when so many
 * cannot be counted: array and room are then as before. O(1) amortised. */
void *sim__grown_indeed(void *array, uint32_t *room, uint64_t wanted, size_t size);
static inline void *sim__grown(void *array, uint32_t *room, uint64_t wanted, size_t size)
{
    return array != NULL && wanted <= *room ? array : sim__grown_indeed(array, room, wanted, size);
}

#endif
