/* Readers of single values: numbers, durations, texts, and what is said of one that is wrong. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "sup/assert.h"

static void say(struct sim__reader *reader, enum sim__code code, struct sim_place place,
                const char *format, va_list arguments)
{
    char text[640];
    vsnprintf(text, sizeof(text), format, arguments);
    sim__diagnose(&reader->diagnosis, place, sim__code_name(code), text);
}

void sim__error(struct sim__reader *reader, struct sim_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(reader, SIM__CODE_CONFLICT, place, format, arguments);
    va_end(arguments);
}

void sim__error_as(struct sim__reader *reader, enum sim__code code, struct sim_place place,
                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(reader, code, place, format, arguments);
    va_end(arguments);
}

const char *sim__label(struct sim__reader *reader, const struct sim__node *node)
{
    if (node->name == NULL) {
        return "";
    }
    char buffer[128];
    snprintf(buffer, sizeof(buffer),
             "`%s`: ", sim__quotable(reader->scratch, node->name, strlen(node->name)));
    const char *copy = sim__arena_text(reader->scratch, buffer, strlen(buffer));
    return copy == NULL ? "" : copy;
}

/* ---- what a scalar is ---- */

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sim__same(text, words[i])) {
            return true;
        }
    }
    return false;
}

bool sim__is_nothing(const struct sim__node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    return node->kind == SIM__SCALAR && node->plain && node->length <= 4 &&
           is_one_of(node->text, nulls, SIM__COUNT(nulls));
}

static bool is_boolean(const struct sim__node *node)
{
    static const char *const booleans[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    return node->plain && node->length >= 4 && node->length <= 5 &&
           is_one_of(node->text, booleans, SIM__COUNT(booleans));
}

static bool is_digits(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* A number by YAML's core schema, floats included. */
bool sim__is_numeric(const struct sim__node *node)
{
    const char *p = node->text;
    if (!node->plain) {
        return false;
    }
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'o') && p[2] != '\0') {
        return p[2 + strspn(p + 2, "0123456789abcdefABCDEF")] == '\0';
    }
    p += *p == '+' || *p == '-' ? 1 : 0;
    size_t whole = strspn(p, "0123456789");
    p += whole;
    size_t decimals = 0;
    if (*p == '.') {
        decimals = strspn(p + 1, "0123456789");
        p += 1 + decimals;
    }
    if (whole + decimals == 0) {
        return false;
    }
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        return is_digits(p);
    }
    return *p == '\0';
}

static const char *type_of(const struct sim__node *node)
{
    if (node->kind != SIM__SCALAR) {
        return node->kind == SIM__MAP ? "a map" : "a list";
    }
    if (sim__is_nothing(node)) {
        return "nothing";
    }
    if (is_boolean(node)) {
        return "true or false";
    }
    if (sim__is_numeric(node)) {
        return "a number";
    }
    return node->plain ? "text" : "text in quotes";
}

void sim__wrong_type(struct sim__reader *reader, const struct sim__node *node, const char *wanted)
{
    const char *found = type_of(node);
    char text[80] = "";
    if (node->kind == SIM__SCALAR && !sim__is_nothing(node)) {
        snprintf(text, sizeof(text), " `%s`",
                 sim__quotable(reader->scratch, node->text, node->length));
    }
    const char *advice = sim__advice_type(node, wanted);
    bool example = advice != NULL && strchr("{[", *advice) != NULL;
    sim__error_as(reader, SIM__CODE_WRONG_TYPE, node->at, "%sexpected %s, found %s%s%s%s%s",
                  sim__label(reader, node), wanted, found, text,
                  advice == NULL ? ""
                  : example      ? SIM__HINT "; it is written `"
                                 : SIM__HINT "; ",
                  advice == NULL ? "" : advice, example ? "`" : "");
}

/* ---- maps and lists ---- */

bool sim__is_map(const struct sim__node *node)
{
    return node->kind == SIM__MAP;
}

bool sim__is_word(const struct sim__node *node, const char *word)
{
    return node->kind == SIM__SCALAR && sim__same(node->text, word);
}

/* ---- times ---- */

/* A length that is written, or why it is none. */
static bool read_length(struct sim__reader *reader, const struct sim__node *node,
                        struct sup_duration *ret_length)
{
    bool digit = node->kind == SIM__SCALAR && node->text[0] >= '0' && node->text[0] <= '9';
    if (!digit && (node->kind != SIM__SCALAR || sim__is_nothing(node) || is_boolean(node))) {
        sim__wrong_type(reader, node, "a duration");
        return false;
    }
    const char *why = NULL;
    if (sim_duration_parse(node->text, &ret_length->ns, &why) != SUP_OK) {
        sim__error_as(reader, SIM__CODE_DURATION, node->at, "%s%s, found `%s`",
                      sim__label(reader, node), why,
                      sim__quotable(reader->scratch, node->text, node->length));
        return false;
    }
    return true;
}

bool sim__duration(struct sim__reader *reader, const struct sim__node *node, unsigned flags,
                   struct sup_duration *ret_duration)
{
    SUP_ASSERT((flags & ~(unsigned)(SIM__NEVER_OK | SIM__ABOVE_ZERO)) == 0);
    struct sup_duration length = {node->kind == SIM__SCALAR ? node->made_of.ns : 0};
    if (length.ns == 0 && !read_length(reader, node, &length)) {
        return false;
    }
    if (length.ns == SUP_NEVER_NS && (flags & SIM__NEVER_OK) == 0) {
        sim__error_as(reader, SIM__CODE_OUT_OF_RANGE, node->at, "%s`never` is not possible here",
                      sim__label(reader, node));
        return false;
    }
    if (length.ns == 0 && (flags & SIM__ABOVE_ZERO) != 0) {
        sim__error_as(reader, SIM__CODE_OUT_OF_RANGE, node->at, "%sthis has to be above 0",
                      sim__label(reader, node));
        return false;
    }
    *ret_duration = length;
    return true;
}

bool sim__instant(struct sim__reader *reader, const struct sim__node *node,
                  struct sup_instant *ret_instant)
{
    struct sup_duration from_start;
    if (!sim__duration(reader, node, SIM__FINITE, &from_start)) {
        return false;
    }
    if (from_start.ns > reader->scenario->until.ns) {
        char text[48];
        sim__error_as(reader, SIM__CODE_AFTER_END, node->at,
                      "%s`%s` is after the end of the scenario, `until: %s`",
                      sim__label(reader, node),
                      sim__quotable(reader->scratch, node->text, node->length),
                      sim_duration_format(reader->scenario->until.ns, text));
        return false;
    }
    *ret_instant = sup_instant_at(from_start);
    return true;
}

/* ---- numbers ---- */

/* So many digits always fit. */
#define SAFE_DIGITS 18u

static bool parse_number(const char *text, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (; *text != '\0'; text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

/* Digits and nothing else, which surely fit. */
static bool is_usual_number(const struct sim__node *node, uint64_t *ret_number)
{
    if (node->kind != SIM__SCALAR || !node->plain || node->length - 1 >= SAFE_DIGITS) {
        return false;
    }
    uint64_t number = 0;
    for (const char *p = node->text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(*p - '0');
    }
    *ret_number = number;
    return true;
}

bool sim__number(struct sim__reader *reader, const struct sim__node *node, uint64_t min,
                 uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (is_usual_number(node, &number) && number >= min && number <= max) {
        *ret_number = number;
        return true;
    }
    if (node->kind != SIM__SCALAR || !sim__is_numeric(node)) {
        sim__wrong_type(reader, node, "a number");
        return false;
    }
    const char *digits = node->text + (node->text[0] == '+' ? 1 : 0);
    bool negative = node->text[0] == '-';
    if (!negative && !is_digits(digits)) {
        sim__wrong_type(reader, node, "a whole number");
        return false;
    }
    if (!negative && parse_number(digits, &number) && number >= min && number <= max) {
        *ret_number = number;
        return true;
    }
    char limit[64];
    if (max == UINT64_MAX) {
        snprintf(limit, sizeof(limit), "at least %" PRIu64 " and below 2^64", min);
    } else {
        snprintf(limit, sizeof(limit), "from %" PRIu64 " to %" PRIu64, min, max);
    }
    sim__error_as(reader, SIM__CODE_OUT_OF_RANGE, node->at, "%s%s is out of range; it has to be %s",
                  sim__label(reader, node),
                  sim__quotable(reader->scratch, node->text, node->length), limit);
    return false;
}

bool sim__number_u32(struct sim__reader *reader, const struct sim__node *node, uint32_t min,
                     uint32_t max, uint32_t *ret_number)
{
    uint64_t number;
    if (!sim__number(reader, node, min, max, &number)) {
        return false;
    }
    *ret_number = (uint32_t)number;
    return true;
}

bool sim__factor(struct sim__reader *reader, const struct sim__node *node, uint64_t *ret_factor)
{
    if (node->kind != SIM__SCALAR || !sim__is_numeric(node) ||
        node->text[strspn(node->text, "0123456789.-+")] != '\0') {
        sim__wrong_type(reader, node, "a decimal number");
        return false;
    }
    const char *p = node->text + (node->text[0] == '+' ? 1 : 0);
    uint64_t billionths = 0;
    bool fits = *p != '-';
    int decimals = -1;
    for (; fits && *p != '\0'; p++) {
        if (*p == '.') {
            decimals = 0;
            continue;
        }
        if (decimals >= 9) {
            fits = *p == '0'; /* further zeros change nothing */
            continue;
        }
        fits = billionths < UINT64_C(100000000000000000);
        billionths = billionths * 10 + (uint64_t)(*p - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; fits && i < 9; i++) {
        fits = billionths < UINT64_C(1000000000000000000);
        billionths *= 10;
    }
    if (!fits || billionths < SUP_FACTOR_ONE) {
        sim__error_as(reader, SIM__CODE_OUT_OF_RANGE, node->at,
                      "%s%s is out of range; it has to be a decimal of at least 1 with at most 9 "
                      "decimals",
                      sim__label(reader, node),
                      sim__quotable(reader->scratch, node->text, node->length));
        return false;
    }
    *ret_factor = billionths;
    return true;
}

bool sim__boolean(struct sim__reader *reader, const struct sim__node *node, bool *ret_boolean)
{
    if (node->kind != SIM__SCALAR || !is_boolean(node)) {
        sim__wrong_type(reader, node, "true or false");
        return false;
    }
    *ret_boolean = node->text[0] == 't' || node->text[0] == 'T';
    return true;
}

/* ---- texts ---- */

static bool is_text(const struct sim__node *node)
{
    return !sim__is_nothing(node) && !is_boolean(node) && !sim__is_numeric(node);
}

/* Whether it may be something else by its first character. */
static bool begins_no_text(const struct sim__node *node)
{
    char c = node->text[0], small = c | 0x20;
    return node->plain && (c < 'A' || c == '~' || small == 't' || small == 'f' || small == 'n');
}

bool sim__text(struct sim__reader *reader, const struct sim__node *node, const char **ret_text)
{
    if (node->kind != SIM__SCALAR || (begins_no_text(node) && !is_text(node))) {
        bool quote = node->kind == SIM__SCALAR && !sim__is_nothing(node);
        sim__wrong_type(reader, node, quote ? "text (put it in quotes)" : "text");
        return false;
    }
    if (node->length > SIM__TEXT_BYTES_MAX) {
        sim__error_as(reader, SIM__CODE_OUT_OF_RANGE, node->at,
                      "%sthis text is longer than %u bytes", sim__label(reader, node),
                      SIM__TEXT_BYTES_MAX);
        return false;
    }
    const char *copy = sim__arena_text(reader->arena, node->text, node->length);
    if (copy == NULL) {
        return false;
    }
    *ret_text = copy;
    return true;
}

bool sim__is_blank(const char *text)
{
    return text[strspn(text, " \t\n\v\f\r")] == '\0';
}

bool sim__error_text(struct sim__reader *reader, const struct sim__node *node,
                     const char **ret_text)
{
    if (!sim__text(reader, node, ret_text)) {
        return false;
    }
    if (node->length + 1 > reader->error_bytes) {
        reader->error_bytes = node->length + 1;
    }
    return true;
}
