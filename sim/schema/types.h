/* What every key of a scenario file holds, as YAML that becomes JSON schema.
 *
 * Four words stand for more than themselves where a schema may be:
 *
 *     =name                      {"$ref": "#/definitions/name"}, also as {$ref: =name, ...}
 *     enum: LIST -word           the names of a list of words, without some
 *     words: {word: meaning}     what each word of the `enum` beside it means, all of them:
 *                                `enumDescriptions`, which editors show
 *     keys: LIST LIST +key -key  a map: {"type": "object", "additionalProperties": false};
 *                                its `properties` are exactly those of the lists.
 *                                `some LIST`: they are some of them; `any`: they are in
 *                                no list
 *
 * Every key has a description, one sentence with its unit or words and, after a semicolon, what
 * is so when it is not given; and examples, of which editors insert the first. They stand beside
 * the key, or in what it refers to: beside a `$ref` they are no part of draft 07's rules, but
 * editors show them in place of those of the definition, which `allOf` would hide. A
 * `default` stands only where a key has to be there with one value: an editor that completes a
 * map writes every default into it. What editors insert has no maps within lists of words, which
 * some write as "[object Object]".
 *
 * Where the words of a language server would say little of a wrong value there is an
 * `errorMessage`, which some know and the others pass over.
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
extern const char *const sim__schema_types_presets[];
extern const char *const sim__schema_types_services[];
extern const char *const sim__schema_types_scripts[];
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
