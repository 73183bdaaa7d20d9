/* The start and the end of an attempt: rules 1 to 3. */
#ifndef SUP_CORE_ATTEMPT_H
#define SUP_CORE_ATTEMPT_H

#include "sup/executor.h"

#include "machine.h"
#include "service.h"

struct sup;

/* Reactions of the table. */
void sup__start(struct sup *sup, struct sup__service *s, enum sup__input_type why);
void sup__end(struct sup *sup, struct sup__service *s, const struct sup_end *end);

/* An operator's restart or resume: streak 0, windows empty, breaker closed. */
void sup__fresh_start(struct sup *sup, struct sup__service *s);
/* Its attempt has ended, or has been given up. */
void sup__not_live(struct sup *sup, struct sup__service *s);
/* The executor refused attempts while a group was being started: they end now. */
void sup__deferred_refusals(struct sup *sup);

#endif
