/* Groups that are as they were declared when their parent starts them again. */
#ifndef SUP_CORE_REBIRTH_H
#define SUP_CORE_REBIRTH_H

#include <stdint.h>

struct sup;

/* All that was to end has; the members of the incident start next. Those that are not to start
 * leave it, those that have to start as well join it. */
void sup__rebirth(struct sup *sup, uint32_t group);

#endif
