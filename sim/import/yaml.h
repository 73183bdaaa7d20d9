/* YAML files of one or several documents, as the trees that scenarios are read from. */
#ifndef SIM_IMPORT_YAML_H
#define SIM_IMPORT_YAML_H

#include "model.h"
#include "sim/scenario/node.h"

struct sim__yaml {
    struct sim__import *import;
    const char *path;
    uint32_t line; /* what is added to the lines of this document */
    const struct sim__node *root;
    struct sim__yaml *next;
};

/* The documents that are not empty; NULL when there are none, or when one is none, which has
 * been said. */
struct sim__yaml *sim__yaml_read(struct sim__import *import, const char *path, const char *bytes,
                                 size_t length);
struct sim__spot sim__yaml_spot(const struct sim__yaml *yaml, struct sim_place place);
/* The value of a key, also of one that `<<` brings; NULL when there is none. */
const struct sim__node *sim__yaml_get(const struct sim__node *map, const char *key);
/* The same, and the place of the key, or of the value where `<<` brings it. */
const struct sim__node *sim__yaml_find(const struct sim__yaml *yaml, const struct sim__node *map,
                                       const char *key, struct sim__spot *ret_spot);
bool sim__yaml_is_null(const struct sim__node *node);
/* For a message. */
const char *sim__yaml_shown(const struct sim__yaml *yaml, const struct sim__node *node);
/* A whole number up to 2147483647; false, and said at the spot, when it is none. */
bool sim__yaml_number(const struct sim__yaml *yaml, const struct sim__node *node, const char *key,
                      struct sim__spot spot, uint64_t *ret_number);

#endif
