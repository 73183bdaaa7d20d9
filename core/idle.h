/* Waiting for a group to be idle, without blocking. */
#ifndef SUP_CORE_IDLE_H
#define SUP_CORE_IDLE_H

#include <stdint.h>

struct sup;

void sup__idle_check(struct sup *sup);
void sup__idle_timeout(struct sup *sup, uint32_t wait);

#endif
