/* What every key of a scenario file holds, as YAML that becomes JSON schema.
 *
 * Three words stand for more than themselves where a schema may be:
 *
 *     =name                      {"$ref": "#/definitions/name"}
 *     enum: LIST -word           the names of a list of words, without some
 *     keys: LIST LIST +key -key  a map: {"type": "object", "additionalProperties": false};
 *                                its `properties` are exactly those of the lists.
 *                                `some LIST`: they are some of them; `any`: they are in
 *                                no list
 *
 * To give a map a new key, put it into its list (sim/scenario/keys.h, sim/words.h), its word
 * into that of all keys (sim/scenario/key.h) and its type here; then scripts/check-schema
 * --update. Or edit scenarios/schema.json and let scripts/schema-types write the types.
 */
#ifndef SIM_SCHEMA_TYPES_H
#define SIM_SCHEMA_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* Lines, NULL at the end; the first begins the file, the others go on with definitions. */
extern const char *const sim__schema_types_file[];
extern const char *const sim__schema_types_services[];
extern const char *const sim__schema_types_timeline[];
extern const char *const sim__schema_types_events[];
extern const char *const sim__schema_types_expect[];

/* The names of a list; NULL: there is no such list. */
struct sim__schema_list {
    const char *name;
    const char *const *names;
    uint32_t count;
};
const struct sim__schema_list *sim__schema_find(const char *name, size_t length);

#endif
