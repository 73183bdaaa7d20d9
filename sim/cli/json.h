/* Reads one line of a trace: a JSON object, checked completely, whose members
 * are then looked up by name. Values that are arrays or objects are allowed and
 * kept as the text they are. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

#define CLI_JSON_MEMBERS_MAX 48
#define CLI_JSON_DEPTH_MAX 16

struct cli_json_member {
    const char *key; /* without its quotation marks, escapes as written */
    size_t key_length;
    const char *value; /* as written, quotation marks included */
    size_t value_length;
};

/* Points into the line it was read from. */
struct cli_json {
    struct cli_json_member members[CLI_JSON_MEMBERS_MAX];
    uint32_t count;
    const char *error; /* a static sentence */
    size_t error_at;   /* offset in the line */
};

/* false: ret_json->error says why. */
bool cli_json_read(const char *line, size_t length, struct cli_json *ret_json);

/* NULL when there is no such member. */
const struct cli_json_member *cli_json_find(const struct cli_json *json, const char *key);
bool cli_json_number(const struct cli_json *json, const char *key, uint64_t *ret_number);
bool cli_json_is(const struct cli_json *json, const char *key, const char *text);
/* Appends the value, a string without its quotation marks and escapes, safe for
 * a terminal. */
void cli_json_show(const struct cli_json_member *member, struct cli_text *text);
/* Appends the string's bytes as they are; false when it is not a string. */
bool cli_json_decode(const struct cli_json_member *member, struct cli_text *text);

#endif
