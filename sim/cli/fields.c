/* Members of one line of a results file; see fields.h. */
#include "fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/escape.h"

/* ---- writing ---- */

void cli_put_number(struct sim__text *text, const char *key, uint64_t number)
{
    sim__text_format(text, ",\"%s\":%" PRIu64, key, number);
}

void cli_put_string(struct sim__text *text, const char *key, const char *string)
{
    sim__text_format(text, ",\"%s\":", key);
    sim__text_json(text, string);
}

void cli_put_hex(struct sim__text *text, const char *key, uint64_t number)
{
    sim__text_format(text, ",\"%s\":\"%016" PRIx64 "\"", key, number);
}

void cli_put_some_number(struct sim__text *text, const char *key, uint64_t number)
{
    if (number != 0) {
        cli_put_number(text, key, number);
    }
}

void cli_put_some_string(struct sim__text *text, const char *key, const char *string)
{
    if (string[0] != '\0') {
        cli_put_string(text, key, string);
    }
}

/* ---- reading ---- */

void cli_fields_fail(struct cli_fields *fields, const char *why, const char *key)
{
    if (!fields->bad) {
        (void)snprintf(fields->why, sizeof fields->why, "%s%s%s%s", why, key[0] != '\0' ? " '" : "",
                       key, key[0] != '\0' ? "'" : "");
    }
    fields->bad = true;
}

bool cli_fields_read(struct cli_fields *fields, const char *line, size_t length)
{
    if (!sim__json_read(line, length, &fields->json)) {
        cli_fields_fail(fields, fields->json.error, "");
        return false;
    }
    return true;
}

static bool read_number(const char *digits, size_t length, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');
        if (digits[i] < '0' || digits[i] > '9' || number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *ret_number = number;
    return length > 0;
}

uint64_t cli_item_number(struct cli_fields *fields, const struct sim__json_member *item,
                         uint64_t most)
{
    uint64_t number;
    if (!read_number(item->value, item->value_length, &number) || number > most) {
        cli_fields_fail(fields, "an item is no number that can stand there", "");
        return 0;
    }
    return number;
}

uint64_t cli_field_number(struct cli_fields *fields, const char *key, uint64_t most)
{
    uint64_t number;
    const struct sim__json_member *member = sim__json_find(&fields->json, key);
    if (member == NULL || !read_number(member->value, member->value_length, &number) ||
        number > most) {
        cli_fields_fail(fields,
                        member == NULL ? "there is no" : "no number that can stand there:", key);
        return 0;
    }
    return number;
}

uint64_t cli_field_some_number(struct cli_fields *fields, const char *key, uint64_t most)
{
    bool there = sim__json_find(&fields->json, key) != NULL;
    return there ? cli_field_number(fields, key, most) : 0;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint64_t cli_field_hex(struct cli_fields *fields, const char *key)
{
    const struct sim__json_member *member = sim__json_find(&fields->json, key);
    bool good = member != NULL && member->value_length == 18 && member->value[0] == '"';
    uint64_t number = 0;
    for (size_t i = 1; good && i < 17; i++) {
        int digit = hex_digit(member->value[i]);
        good = digit >= 0;
        number = number << 4 | (uint64_t)(good ? digit : 0);
    }
    if (!good) {
        cli_fields_fail(fields, "not 16 hexadecimal digits:", key);
    }
    return good ? number : 0;
}

bool cli_field_flag(struct cli_fields *fields, const char *key)
{
    const struct sim__json_member *member = sim__json_find(&fields->json, key);
    if (member == NULL) {
        return false;
    }
    bool flag = member->value_length == 4 && memcmp(member->value, "true", 4) == 0;
    if (!flag && (member->value_length != 5 || memcmp(member->value, "false", 5) != 0)) {
        cli_fields_fail(fields, "neither true nor false:", key);
    }
    return flag;
}

const char *cli_item_string(struct cli_fields *fields, const struct sim__json_member *item)
{
    struct sim__text text = {0};
    const char *string = "";
    if (!sim__json_decode(item, &text) ||
        (text.length > 0 && memchr(text.bytes, '\0', text.length) != NULL)) {
        cli_fields_fail(fields, "no text, or one with a NUL in it", "");
    } else if (text.length > 0) {
        char *copy = sim__arena_alloc(fields->arena, text.length + 1, 1);
        fields->no_memory |= copy == NULL;
        if (copy != NULL) {
            memcpy(copy, text.bytes, text.length);
            string = copy;
        }
    }
    fields->no_memory |= text.failed;
    sim__text_release(&text);
    return string;
}

const char *cli_field_string(struct cli_fields *fields, const char *key)
{
    const struct sim__json_member *member = sim__json_find(&fields->json, key);
    return member == NULL ? "" : cli_item_string(fields, member);
}

void cli_field_copy(struct cli_fields *fields, const char *key, char *buffer, size_t size)
{
    const char *string = cli_field_string(fields, key);
    size_t length = strlen(string);
    if (length >= size) {
        cli_fields_fail(fields, "too long:", key);
        length = 0;
    }
    memcpy(buffer, string, length);
    buffer[length] = '\0';
}

uint32_t cli_field_word(struct cli_fields *fields, const char *key, const char *const *words,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (sim__json_is(&fields->json, key, words[i])) {
            return i;
        }
    }
    cli_fields_fail(fields, "no word that can stand there:", key);
    return 0;
}

uint32_t cli_field_items(struct cli_fields *fields, const char *key,
                         struct sim__json_items *ret_items)
{
    const struct sim__json_member *member = sim__json_find(&fields->json, key);
    *ret_items = (struct sim__json_items){0};
    if (member == NULL) {
        return 0;
    }
    if (!sim__json_items(member, ret_items)) {
        cli_fields_fail(fields, "no array:", key);
        return 0;
    }
    struct sim__json_items counted = *ret_items;
    struct sim__json_member item;
    uint32_t count = 0;
    while (sim__json_item(&counted, &item)) {
        count++;
    }
    return count;
}
