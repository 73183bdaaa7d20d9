/* The two events of every failure: that an attempt has ended, and how long is waited. */
#ifndef SUP_CORE_TELL_H
#define SUP_CORE_TELL_H

#include <stdbool.h>

#include "sup/event.h"
#include "sup/executor.h"
#include "sup/time.h"

#include "service.h"

struct sup;

/* Both when somebody listens. */
void sup__say_ended(struct sup *sup, const struct sup__service *s, const struct sup_end *end,
                    enum sup_outcome outcome, bool has_error);
/* `reason` NULL is the last error. */
void sup__say_wait(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                   const char *reason);

#endif
