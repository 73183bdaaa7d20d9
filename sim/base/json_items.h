/* Goes through a JSON array that stands as a member's value, and has been checked with its
 * object. */
#ifndef SIM_BASE_JSON_ITEMS_H
#define SIM_BASE_JSON_ITEMS_H

#include "json_object.h"

struct sim__json_items {
    const char *at;
    const char *end;
};

/* False: it is no array. */
bool sim__json_items(const struct sim__json_member *member, struct sim__json_items *ret_items);
/* The next value, with a key of no length; false behind the last one. */
bool sim__json_item(struct sim__json_items *items, struct sim__json_member *ret_item);

#endif
