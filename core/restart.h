/* What a failure or a clean exit brings; rules 4 to 9. */
#ifndef SUP_CORE_RESTART_H
#define SUP_CORE_RESTART_H

#include "sup/event.h"
#include "sup/executor.h"
#include "sup/time.h"

#include "exits.h"
#include "service.h"

struct sup;

void sup__after_clean_exit(struct sup *sup, struct sup__service *s, struct sup_duration ran,
                           const struct sup_end *end);
void sup__after_failure(struct sup *sup, struct sup__service *s, struct sup_duration ran,
                        enum sup_outcome outcome);
/* Of a usual policy (policy.c), which it cannot exhaust. */
void sup__after_usual_failure(struct sup *sup, struct sup__service *s, struct sup_duration ran);
/* Both, of a service that has rules. */
void sup__after_exit(struct sup *sup, struct sup__service *s, struct sup_duration ran,
                     const struct sup__exit *exit, enum sup_outcome cause);

/* Waiting, with its event; the timer is armed by sup__wait_restart only. reason
 * NULL is the last error. */
void sup__wait_begin(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                     const char *reason);
void sup__wait_restart(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                       const char *reason);
/* Its limit has no room for the start that is due now. */
void sup__start_refused(struct sup *sup, struct sup__service *s, uint32_t used);
void sup__breaker_close(struct sup *sup, struct sup__service *s);
void sup__quarantine(struct sup *sup, struct sup__service *s);

#endif
