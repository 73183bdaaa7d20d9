/* The registry: names to slots, registration order, what a registration holds. */
#ifndef SUP_CORE_REGISTRY_H
#define SUP_CORE_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/policy.h"
#include "sup/supervisor.h"

#include "service.h"

struct sup;

uint32_t sup__find(const struct sup *sup, const char *name); /* a slot, registered or not */
struct sup__service *sup__registered(struct sup *sup, const char *name);
/* Of a name, or of a path. */
static inline bool sup__name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}
bool sup__name_valid(const char *name);
/* The block that a registration under that policy has; NULL: none. */
void sup__block_release(struct sup *sup, struct sup__extra *extra, uint32_t policy);

/* Makes room for the registration of spec->name under `wanted->policy`, and had it
 * what it keeps; the slot is that of the name, SUP__NONE for one never seen before. Changes
 * nothing that can be seen. 0, SUP_ENOMEM or SUP_ELIMIT. */
int sup__registry_prepare(struct sup *sup, const struct sup_spec *spec,
                          struct sup__registration *wanted, uint32_t slot);
/* Cannot fail; the block becomes the service's. Slot SUP__NONE: a new one. */
struct sup__service *sup__register(struct sup *sup, uint32_t slot,
                                   const struct sup__registration *wanted);
/* The same registration once more: the next generation, last in order. */
void sup__register_anew(struct sup *sup, struct sup__service *s);
/* The same, and it stays in its place. */
void sup__register_in_place(struct sup *sup, struct sup__service *s);
void sup__unregister(struct sup *sup, struct sup__service *s);
void sup__registry_release(struct sup *sup);

#endif
