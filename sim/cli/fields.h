/* Members of one line of JSON, written, and read from a results file: numbers, texts, flags
 * and words.
 *
 * What is 0, "" or false may be left out where it says so. Reading goes on after a mistake, so
 * that who reads looks only once; the first mistake is kept.
 */
#ifndef CLI_FIELDS_H
#define CLI_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/json_items.h"
#include "sim/base/text.h"

/* ---- writing; a comma stands before each ---- */

void cli_put_number(struct sim__text *text, const char *key, uint64_t number);
void cli_put_string(struct sim__text *text, const char *key, const char *string);
void cli_put_hex(struct sim__text *text, const char *key, uint64_t number); /* 16 digits */
/* Not when it is 0 or "". */
void cli_put_some_number(struct sim__text *text, const char *key, uint64_t number);
void cli_put_some_string(struct sim__text *text, const char *key, const char *string);

/* ---- reading ---- */

struct cli_fields {
    struct sim__json json;
    struct sim_arena *arena; /* for texts */
    bool bad;
    bool no_memory;
    char why[96];
};

/* Reads a line, or a value that is an object: false, and why. */
bool cli_fields_read(struct cli_fields *fields, const char *line, size_t length);
/* Notes a mistake, unless there is one already. */
void cli_fields_fail(struct cli_fields *fields, const char *why, const char *key);
/* A number of at most `most`. */
uint64_t cli_field_number(struct cli_fields *fields, const char *key, uint64_t most);
uint64_t cli_field_some_number(struct cli_fields *fields, const char *key, uint64_t most);
uint64_t cli_field_hex(struct cli_fields *fields, const char *key);
bool cli_field_flag(struct cli_fields *fields, const char *key);
/* In the arena; without NULs. */
const char *cli_field_string(struct cli_fields *fields, const char *key);
/* Copied, when it is not too long: `size` bytes with its NUL. */
void cli_field_copy(struct cli_fields *fields, const char *key, char *buffer, size_t size);
/* Which of the `count` words it is, from 0. */
uint32_t cli_field_word(struct cli_fields *fields, const char *key, const char *const *words,
                        uint32_t count);
/* The items of an array, of which there are as many; 0 when it is not there. */
uint32_t cli_field_items(struct cli_fields *fields, const char *key,
                         struct sim__json_items *ret_items);
/* One item. */
uint64_t cli_item_number(struct cli_fields *fields, const struct sim__json_member *item,
                         uint64_t most);
const char *cli_item_string(struct cli_fields *fields, const struct sim__json_member *item);

#endif
