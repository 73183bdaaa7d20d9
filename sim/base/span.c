/* Spans of time; see span.h. */
#include "span.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sup/assert.h"

#define NS UINT64_C(1)
#define US (UINT64_C(1000) * NS)
#define MS (UINT64_C(1000) * US)
#define SECOND (UINT64_C(1000) * MS)
#define MINUTE (UINT64_C(60) * SECOND)
#define HOUR (UINT64_C(60) * MINUTE)
#define DAY (UINT64_C(24) * HOUR)
#define YEAR (UINT64_C(31557600) * SECOND) /* 365.25 days */

/* Those that systemd knows behind the first two. */
#define OF_PRESETS 2u
static const struct unit {
    const char *name;
    uint64_t ns;
} units[] = {
    {"ns", NS},           {"nsec", NS},          {"us", US},
    {"usec", US},         {"\xC2\xB5s", US},     {"\xCE\xBCs", US},
    {"ms", MS},           {"msec", MS},          {"s", SECOND},
    {"sec", SECOND},      {"second", SECOND},    {"seconds", SECOND},
    {"m", MINUTE},        {"min", MINUTE},       {"minute", MINUTE},
    {"minutes", MINUTE},  {"h", HOUR},           {"hr", HOUR},
    {"hour", HOUR},       {"hours", HOUR},       {"d", DAY},
    {"day", DAY},         {"days", DAY},         {"w", 7 * DAY},
    {"week", 7 * DAY},    {"weeks", 7 * DAY},    {"M", YEAR / 12},
    {"month", YEAR / 12}, {"months", YEAR / 12}, {"y", YEAR},
    {"year", YEAR},       {"years", YEAR},
};

static const char too_long[] = "it is longer than 584 years; `infinity` is for ever";

struct cursor {
    const char *at;
    const char *end;
    uint64_t grain; /* in nanoseconds */
    uint64_t total; /* in grains */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_spaces(struct cursor *cursor)
{
    while (cursor->at < cursor->end && is_space(*cursor->at)) {
        cursor->at++;
    }
}

static bool is_digit(const struct cursor *cursor, const char *at)
{
    return at < cursor->end && *at >= '0' && *at <= '9';
}

/* A number: what is before the point, and the digits behind it. */
struct number {
    uint64_t whole;
    const char *digits; /* NULL: it has no point */
    size_t count;
};

static const char *take_number(struct cursor *cursor, struct number *ret_number)
{
    const char *from = cursor->at;
    *ret_number = (struct number){0, NULL, 0};
    for (; is_digit(cursor, cursor->at); cursor->at++) {
        uint64_t digit = (uint64_t)(*cursor->at - '0');
        if (ret_number->whole > (UINT64_MAX - digit) / 10) {
            return too_long;
        }
        ret_number->whole = ret_number->whole * 10 + digit;
    }
    if (cursor->at < cursor->end && *cursor->at == '.') {
        ret_number->digits = ++cursor->at;
        while (is_digit(cursor, cursor->at)) {
            cursor->at++;
        }
        ret_number->count = (size_t)(cursor->at - ret_number->digits);
    }
    if (cursor->at == from || (ret_number->digits != NULL && ret_number->count == 0)) {
        return *from == '-' ? "it is negative" : "a number and a unit, like `1min 30s`";
    }
    return NULL;
}

/* The unit behind a number, in grains; a number alone has that of `bare`, and does not touch what
 * follows it. 0: there is no such unit. */
static uint64_t take_unit(struct cursor *cursor, uint64_t bare)
{
    const char *behind = cursor->at;
    skip_spaces(cursor);
    const char *from = cursor->at;
    while (cursor->at < cursor->end && !is_space(*cursor->at) && !is_digit(cursor, cursor->at) &&
           *cursor->at != '.') {
        cursor->at++;
    }
    size_t length = (size_t)(cursor->at - from);
    for (size_t i = cursor->grain == NS ? 0 : OF_PRESETS; i < sizeof(units) / sizeof(units[0]);
         i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, from, length) == 0) {
            return units[i].ns / cursor->grain;
        }
    }
    bool alone = length == 0 && (cursor->at == cursor->end || from > behind);
    return alone ? bare : 0;
}

static bool add(struct cursor *cursor, uint64_t number, uint64_t unit)
{
    uint64_t more;
    return !__builtin_mul_overflow(number, unit, &more) &&
           !__builtin_add_overflow(cursor->total, more, &cursor->total);
}

static const char *take_part(struct cursor *cursor, uint64_t bare)
{
    struct number number;
    const char *why = take_number(cursor, &number);
    if (why != NULL) {
        return why;
    }
    uint64_t unit = take_unit(cursor, bare);
    if (unit == 0) {
        return "unknown unit; they are us ms s min h d w month y";
    }
    bool good = add(cursor, number.whole, unit);
    for (size_t i = 0; good && i < number.count; i++) {
        unit /= 10;
        good = add(cursor, (uint64_t)(number.digits[i] - '0'), unit);
    }
    return good ? NULL : too_long;
}

static bool is_word(const struct cursor *cursor, const char *word)
{
    size_t length = (size_t)(cursor->end - cursor->at);
    return strlen(word) == length && memcmp(word, cursor->at, length) == 0;
}

const char *sim__span_read(const char *text, size_t length, enum sim__span_grammar grammar,
                           struct sup_duration unit, struct sup_duration *ret_span)
{
    const bool systemd = grammar == SIM__SPAN_OF_SYSTEMD;
    struct cursor cursor = {text, text + length, systemd ? US : NS, 0};
    SUP_ASSERT(unit.ns >= US && unit.ns % US == 0);
    skip_spaces(&cursor);
    while (cursor.end > cursor.at && is_space(cursor.end[-1])) {
        cursor.end--;
    }
    if (is_word(&cursor, "infinity") || (!systemd && is_word(&cursor, "never"))) {
        *ret_span = SUP_DURATION_NEVER;
        return NULL;
    }
    const char *why = cursor.at == cursor.end ? "it is empty" : NULL;
    while (why == NULL && cursor.at < cursor.end) {
        why = take_part(&cursor, unit.ns / cursor.grain);
        skip_spaces(&cursor);
    }
    if (why == NULL && cursor.total > (SUP_NEVER_NS - 1) / cursor.grain) {
        why = too_long;
    }
    if (why == NULL) {
        *ret_span = SUP_NS(cursor.total * cursor.grain);
    }
    return why;
}
