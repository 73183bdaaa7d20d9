/* The blocking pool: a cap on attempts of blocking services, and who waits. */
#ifndef SUP_CORE_POOL_H
#define SUP_CORE_POOL_H

#include <stdbool.h>

#include "sup/executor.h"

#include "machine.h"
#include "service.h"

struct sup;

/* Asked when an attempt is to begin; false: it is queued, idle, until a slot is
 * granted to it, or its start is put off and asks again. A reaction of the table. */
bool sup__pool_take(struct sup *sup, struct sup__service *s, enum sup__input_type why);
void sup__pool_hold(struct sup *sup, struct sup__service *s);
void sup__pool_free(struct sup *sup, struct sup_attempt id);
void sup__pool_unqueue(struct sup *sup, struct sup__service *s);
void sup__pool_grant(struct sup *sup);

#endif
