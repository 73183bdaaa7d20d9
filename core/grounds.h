/* What decisions rest on, for whoever asks; see <sup/grounds.h>. What would be gone by the time
 * that it is asked for is noted where it happens: sup->notes. */
#ifndef SUP_CORE_GROUNDS_H
#define SUP_CORE_GROUNDS_H

#include "sup/grounds.h"

#include "service.h"
#include "supervisor.h"

void sup__note_streak(struct sup *sup, const struct sup__service *s, enum sup_forgiven by);
/* Its streak is about to be forgiven, or a part of it. */
static inline void sup__note_forgiven(struct sup *sup, const struct sup__service *s,
                                      enum sup_forgiven by)
{
    if (s->streak > 0) {
        sup__note_streak(sup, s, by);
    }
}

#endif
