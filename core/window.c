/* Growing of a window's ring within the room that is reserved for it. */
#include "window.h"

#include <string.h>

#include "sup/assert.h"

#define SIZE_FIRST 8u

void sup__window_grow(struct sup__window *window)
{
    SUP_ASSERT(window->at != NULL && window->count == window->size);
    SUP_ASSERT(window->size < window->capacity &&
               (window->size == 0 || window->head < window->size));
    uint32_t rest = window->capacity - window->size;
    uint32_t more = window->size < SIZE_FIRST ? SIZE_FIRST : window->size;
    uint32_t size = window->size + (more < rest ? more : rest);
    /* From the head to the end of the old ring goes to the end of the new one. */
    uint32_t tail = window->size - window->head;
    if (window->head > 0) {
        memmove(window->at + (size - tail), window->at + window->head, tail * sizeof(*window->at));
        window->head = size - tail;
    }
    window->size = size;
    SUP_ASSERT(window->count < window->size && window->size <= window->capacity);
}
