/* Growing arrays. */
#include "grow.h"

#include <stdlib.h>

#include "sup/assert.h"
#include "zero.h"

#define ROOM_MIN 16u

void *sim__grown_indeed(void *array, uint32_t *room, uint64_t wanted, size_t size)
{
    SUP_ASSERT(size > 0 && (array != NULL || *room == 0));
    uint64_t larger = (uint64_t)*room * 2 < ROOM_MIN ? ROOM_MIN : (uint64_t)*room * 2;
    larger = larger < wanted ? wanted : larger;
    larger = larger > UINT32_MAX && wanted <= UINT32_MAX ? UINT32_MAX : larger;
    if (larger > UINT32_MAX || larger > SIZE_MAX / size) {
        return NULL;
    }
    char *grown = realloc(array, (size_t)larger * size);
    if (grown != NULL) {
        sim__zero(grown + *room * size, (size_t)(larger - *room) * size);
        *room = (uint32_t)larger;
    }
    return grown;
}
