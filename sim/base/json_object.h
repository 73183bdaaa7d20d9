/* Reads one line of a trace: a JSON object, checked completely, whose members
 * are then looked up by name. Values that are arrays or objects are allowed and
 * kept as the text they are. */
#ifndef SIM_BASE_JSON_OBJECT_H
#define SIM_BASE_JSON_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

#define SIM__JSON_MEMBERS_MAX 48
#define SIM__JSON_DEPTH_MAX 16

struct sim__json_member {
    const char *key; /* without its quotation marks, escapes as written */
    size_t key_length;
    const char *value; /* as written, quotation marks included */
    size_t value_length;
};

/* Points into the line it was read from. */
struct sim__json {
    struct sim__json_member members[SIM__JSON_MEMBERS_MAX];
    uint32_t count;
    const char *error; /* a static sentence */
    size_t error_at;   /* offset in the line */
};

/* false: ret_json->error says why. */
bool sim__json_read(const char *line, size_t length, struct sim__json *ret_json);

/* NULL when there is no such member. */
const struct sim__json_member *sim__json_find(const struct sim__json *json, const char *key);
bool sim__json_number(const struct sim__json *json, const char *key, uint64_t *ret_number);
bool sim__json_is(const struct sim__json *json, const char *key, const char *text);
/* Appends the value, a string without its quotation marks and escapes, safe for
 * a terminal. */
void sim__json_show(const struct sim__json_member *member, struct sim__text *text);
/* Whether two values are the same, however their strings are escaped. */
bool sim__json_same(const struct sim__json_member *a, const struct sim__json_member *b);
/* Appends the string's bytes as they are; false when it is not a string. */
bool sim__json_decode(const struct sim__json_member *member, struct sim__text *text);

#endif
