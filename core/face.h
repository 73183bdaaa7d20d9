/* Structs of another age on their way through the public face; see <sup/face.h>. */
#ifndef SUP_CORE_FACE_H
#define SUP_CORE_FACE_H

#include <stddef.h>
#include <string.h>

#include "sup/error.h"
#include "sup/face.h"

/* A program's struct over ours, which holds the defaults. SUP_OK or SUP_ENEWER. */
static inline int sup__take(void *to, size_t ours, const void *from, size_t theirs)
{
    const struct sup_stretch whole = {theirs, ours};
    if (theirs == ours) {
        memcpy(to, from, ours); /* of the same age, and of a length that the compiler knows */
        return SUP_OK;
    }
    return sup_face_take(to, from, &whole, 1) == 0 ? SUP_OK : SUP_ENEWER;
}

/* Ours into the program's; `to` may be NULL. */
static inline void sup__give(void *to, size_t theirs, const void *from, size_t ours)
{
    const struct sup_stretch whole = {theirs, ours};
    if (to != NULL && theirs == ours) {
        memcpy(to, from, ours); /* likewise */
    } else if (to != NULL) {
        sup_face_give(to, from, &whole, 1);
    }
}

#endif
