/* Joins and tokens of a registration. */
#ifndef SUP_CORE_JOIN_H
#define SUP_CORE_JOIN_H

#include "sup/join.h"
#include "sup/token.h"

#include "service.h"

struct sup;

void sup__tell_joins(struct sup *sup, struct sup__service *s);
void sup__joins_gone(struct sup *sup);

/* 0 or SUP_ENOMEM. A tie is made with the registration's other parts, and watches
 * from its start on. */
int sup__tie_make(struct sup *sup, struct sup_token *token, struct sup__tie **ret_tie);
void sup__tie_start(struct sup *sup, struct sup__service *s, struct sup__tie *tie);
void sup__tie_drop(struct sup *sup, struct sup__tie *tie);

#endif
