/* Reads one line of a trace. Every byte of it is hostile: nothing is assumed but
 * the length, and nesting is bounded. */
#include "json_object.h"

#include <string.h>

#include "escape.h"
#include "utf8.h"

struct reader {
    const char *bytes;
    size_t length;
    size_t at;
    const char *error;
};

static bool fail(struct reader *in, const char *error)
{
    if (in->error == NULL) {
        in->error = error;
    }
    return false;
}

static void skip_space(struct reader *in)
{
    while (in->at < in->length && memchr(" \t\r", in->bytes[in->at], 3) != NULL) {
        in->at++;
    }
}

static bool take(struct reader *in, char c)
{
    if (in->at >= in->length || in->bytes[in->at] != c) {
        return false;
    }
    in->at++;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_escape(struct reader *in)
{
    if (in->at >= in->length) {
        return fail(in, "the string has no end");
    }
    char c = in->bytes[in->at++];
    if (c != 'u') {
        return (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) || fail(in, "an unknown escape");
    }
    for (int i = 0; i < 4; i++, in->at++) {
        if (in->at >= in->length || hex_digit(in->bytes[in->at]) < 0) {
            return fail(in, "\\u needs four hexadecimal digits");
        }
    }
    return true;
}

static bool read_string(struct reader *in)
{
    if (!take(in, '"')) {
        return fail(in, "expected a string");
    }
    while (in->at < in->length) {
        unsigned char c = (unsigned char)in->bytes[in->at++];
        if (c == '"') {
            return true;
        }
        if (c < 0x20) {
            in->at--;
            return fail(in, "a control character in a string");
        }
        if (c == '\\' && !read_escape(in)) {
            return false;
        }
        if (c >= 0x80) {
            size_t size = sim__utf8_length(in->bytes + in->at - 1, in->length - in->at + 1);
            in->at--;
            in->at += size;
            if (size == 0) {
                return fail(in, "a byte that is not UTF-8 in a string");
            }
        }
    }
    return fail(in, "the string has no end");
}

static size_t read_digits(struct reader *in)
{
    size_t start = in->at;
    while (in->at < in->length && in->bytes[in->at] >= '0' && in->bytes[in->at] <= '9') {
        in->at++;
    }
    return in->at - start;
}

static bool read_number(struct reader *in)
{
    take(in, '-');
    size_t start = in->at;
    size_t digits = read_digits(in);
    if (digits == 0 || (digits > 1 && in->bytes[start] == '0')) {
        return fail(in, "not a number");
    }
    if (take(in, '.') && read_digits(in) == 0) {
        return fail(in, "a number needs digits after its point");
    }
    if (take(in, 'e') || take(in, 'E')) {
        if (!take(in, '+')) {
            take(in, '-');
        }
        if (read_digits(in) == 0) {
            return fail(in, "a number needs digits in its exponent");
        }
    }
    return true;
}

static bool read_word(struct reader *in)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (in->length - in->at >= length && memcmp(in->bytes + in->at, words[i], length) == 0) {
            in->at += length;
            return true;
        }
    }
    return fail(in, "expected a value");
}

static bool read_value(struct reader *in, unsigned depth);

/* After the opening bracket. */
static bool read_items(struct reader *in, char close, unsigned depth)
{
    skip_space(in);
    if (take(in, close)) {
        return true;
    }
    for (;;) {
        skip_space(in);
        if (close == '}') {
            if (!read_string(in)) {
                return false;
            }
            skip_space(in);
            if (!take(in, ':')) {
                return fail(in, "expected ':'");
            }
        }
        if (!read_value(in, depth)) {
            return false;
        }
        skip_space(in);
        if (take(in, close)) {
            return true;
        }
        if (!take(in, ',')) {
            return fail(in, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
        }
    }
}

static bool read_value(struct reader *in, unsigned depth)
{
    skip_space(in);
    if (in->at >= in->length) {
        return fail(in, "expected a value");
    }
    char c = in->bytes[in->at];
    if (c == '"') {
        return read_string(in);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        return read_number(in);
    }
    if (c != '{' && c != '[') {
        return read_word(in);
    }
    if (depth >= SIM__JSON_DEPTH_MAX) {
        return fail(in, "nested too deeply");
    }
    in->at++;
    return read_items(in, c == '{' ? '}' : ']', depth + 1);
}

static bool read_member(struct reader *in, struct sim__json *json)
{
    if (json->count == SIM__JSON_MEMBERS_MAX) {
        return fail(in, "too many members");
    }
    struct sim__json_member *member = &json->members[json->count];
    skip_space(in);
    size_t start = in->at;
    if (!read_string(in)) {
        return false;
    }
    member->key = in->bytes + start + 1;
    member->key_length = in->at - start - 2;
    for (uint32_t i = 0; i < json->count; i++) {
        if (json->members[i].key_length == member->key_length &&
            memcmp(json->members[i].key, member->key, member->key_length) == 0) {
            in->at = start;
            return fail(in, "the key is there twice");
        }
    }
    skip_space(in);
    if (!take(in, ':')) {
        return fail(in, "expected ':'");
    }
    skip_space(in);
    start = in->at;
    if (!read_value(in, 1)) {
        return false;
    }
    member->value = in->bytes + start;
    member->value_length = in->at - start;
    json->count++;
    return true;
}

static bool read_object(struct reader *in, struct sim__json *json)
{
    skip_space(in);
    if (!take(in, '{')) {
        return fail(in, "expected an object");
    }
    skip_space(in);
    if (!take(in, '}')) {
        do {
            if (!read_member(in, json)) {
                return false;
            }
            skip_space(in);
        } while (take(in, ','));
        if (!take(in, '}')) {
            return fail(in, "expected ',' or '}'");
        }
    }
    skip_space(in);
    return in->at == in->length || fail(in, "text after the object");
}

bool sim__json_read(const char *line, size_t length, struct sim__json *ret_json)
{
    struct reader in = {.bytes = line, .length = length};
    ret_json->count = 0;
    bool good = read_object(&in, ret_json);
    ret_json->error = in.error;
    ret_json->error_at = in.at;
    return good;
}

const struct sim__json_member *sim__json_find(const struct sim__json *json, const char *key)
{
    size_t length = strlen(key);
    for (uint32_t i = 0; i < json->count; i++) {
        const struct sim__json_member *member = &json->members[i];
        if (member->key_length == length && memcmp(member->key, key, length) == 0) {
            return member;
        }
    }
    return NULL;
}

bool sim__json_number(const struct sim__json *json, const char *key, uint64_t *ret_number)
{
    const struct sim__json_member *member = sim__json_find(json, key);
    if (member == NULL) {
        return false;
    }
    uint64_t number = 0;
    for (size_t i = 0; i < member->value_length; i++) {
        char c = member->value[i];
        uint64_t digit = (uint64_t)(c - '0');
        if (c < '0' || c > '9' || number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

bool sim__json_is(const struct sim__json *json, const char *key, const char *text)
{
    const struct sim__json_member *member = sim__json_find(json, key);
    size_t length = strlen(text);
    return member != NULL && member->value_length == length + 2 && member->value[0] == '"' &&
           memcmp(member->value + 1, text, length) == 0;
}

static uint32_t four_digits(const char *digits)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        value = value << 4 | (uint32_t)hex_digit(digits[i]);
    }
    return value;
}

static void put_utf8(struct sim__text *text, uint32_t c)
{
    if (c < 0x80) {
        sim__text_char(text, (char)c);
        return;
    }
    char bytes[4];
    size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, c >>= 6) {
        bytes[i] = (char)(0x80 | (c & 0x3F));
    }
    static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    bytes[0] = (char)(lead[size] | c);
    sim__text_putn(text, bytes, size);
}

/* `at` stands behind "\u"; returns how many bytes were taken. */
static size_t decode_unicode(const char *at, const char *end, struct sim__text *text)
{
    uint32_t c = four_digits(at);
    if (c >= 0xD800 && c < 0xDC00 && end - at >= 10 && at[4] == '\\' && at[5] == 'u') {
        uint32_t low = four_digits(at + 6);
        if (low >= 0xDC00 && low < 0xE000) {
            put_utf8(text, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
            return 10;
        }
    }
    put_utf8(text, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    return 4;
}

bool sim__json_decode(const struct sim__json_member *member, struct sim__text *text)
{
    if (member->value_length < 2 || member->value[0] != '"') {
        return false;
    }
    static const char names[] = "bfnrt", codes[] = "\b\f\n\r\t";
    const char *at = member->value + 1, *end = member->value + member->value_length - 1;
    while (at < end) {
        if (*at != '\\') {
            sim__text_char(text, *at++);
            continue;
        }
        const char *name = strchr(names, at[1]);
        at += 2;
        if (at[-1] == 'u') {
            at += decode_unicode(at, end, text);
        } else {
            sim__text_char(text, name == NULL ? at[-1] : codes[name - names]);
        }
    }
    return true;
}

bool sim__json_same(const struct sim__json_member *a, const struct sim__json_member *b)
{
    if (a->value_length == b->value_length && memcmp(a->value, b->value, a->value_length) == 0) {
        return true;
    }
    if (memchr(a->value, '\\', a->value_length) == NULL &&
        memchr(b->value, '\\', b->value_length) == NULL) {
        return false;
    }
    struct sim__text left = {0}, right = {0};
    bool same = sim__json_decode(a, &left) && sim__json_decode(b, &right) &&
                left.length == right.length &&
                memcmp(sim__text_string(&left), sim__text_string(&right), left.length) == 0;
    /* Without memory they are different, for all that is known. */
    same = same && !left.failed && !right.failed;
    sim__text_release(&left);
    sim__text_release(&right);
    return same;
}

void sim__json_show(const struct sim__json_member *member, struct sim__text *text)
{
    struct sim__text plain = {0};
    if (sim__json_decode(member, &plain)) {
        sim__text_safe(text, sim__text_string(&plain), plain.length);
    } else {
        sim__text_safe(text, member->value, member->value_length);
    }
    text->failed |= plain.failed;
    sim__text_release(&plain);
}
