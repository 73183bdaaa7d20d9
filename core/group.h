/* Groups: a tree of dotted paths, and the services in it. */
#ifndef SUP_CORE_GROUP_H
#define SUP_CORE_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "service.h"

struct sup;

bool sup__group_path_valid(const char *path);
/* SUP__NONE when there is none. */
uint32_t sup__group_find(const struct sup *sup, const char *path);
/* Finds the group or makes it, ancestors first. Ancestors made before memory ran
 * out stay, empty. 0, SUP_EINVAL, SUP_ENOMEM or SUP_ELIMIT. */
int sup__group_make(struct sup *sup, const char *path, uint32_t *ret_group);
void sup__groups_release(struct sup *sup);

bool sup__group_within(const struct sup *sup, uint32_t group, uint32_t ancestor);
/* Live attempts and busy services of the subtree. O(groups in it). */
void sup__group_count(const struct sup *sup, uint32_t group, uint32_t *ret_active,
                      uint32_t *ret_busy);
/* Slots of the subtree's services in sup->scratch, last registered first. */
uint32_t sup__group_collect(struct sup *sup, uint32_t group);
void sup__group_mark_cancelled(struct sup *sup, uint32_t group);

void sup__group_link(struct sup *sup, struct sup__service *s);
void sup__group_unlink(struct sup *sup, struct sup__service *s);

/* From where it is in its group to before another of its services; NONE: to the end. */
void sup__group_move(struct sup *sup, struct sup__service *s, uint32_t before);
/* Is there a group in the subtree that is fresh when it starts again? */
bool sup__group_rebirths(const struct sup *sup, uint32_t group);
/* Those of them begin with an empty limit. */
void sup__group_limits_clear(struct sup *sup, uint32_t group);

#endif
