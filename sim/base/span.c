/* Spans of time; see span.h. */
#include "span.h"

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

struct cursor {
    const char *at;
    const char *end;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_spaces(struct cursor *cursor)
{
    while (cursor->at < cursor->end && is_space(*cursor->at)) {
        cursor->at++;
    }
}

static bool is_digit(const struct cursor *cursor)
{
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

/* A number: what is before the point, and up to eighteen digits behind it as a fraction of
 * 10^18, more of them say nothing at a nanosecond of a year. */
struct number {
    uint64_t whole;
    uint64_t decimals;
};
#define DECIMALS_ONE UINT64_C(1000000000000000000)

static bool take_number(struct cursor *cursor, struct number *ret_number)
{
    bool any = false;
    *ret_number = (struct number){0, 0};
    for (; is_digit(cursor); cursor->at++, any = true) {
        uint64_t digit = (uint64_t)(*cursor->at - '0');
        if (ret_number->whole > (UINT64_MAX - digit) / 10) {
            return false;
        }
        ret_number->whole = ret_number->whole * 10 + digit;
    }
    if (cursor->at < cursor->end && *cursor->at == '.') {
        cursor->at++;
        for (uint64_t weight = DECIMALS_ONE / 10; is_digit(cursor); cursor->at++, any = true) {
            ret_number->decimals += (uint64_t)(*cursor->at - '0') * weight;
            weight /= 10;
        }
    }
    return any;
}

/* The unit behind a number; of no letters, what a bare number has. 0: there is none such. */
static uint64_t take_unit(struct cursor *cursor, struct sup_duration bare)
{
    const char *from = cursor->at;
    while (cursor->at < cursor->end && !is_space(*cursor->at) && !is_digit(cursor) &&
           *cursor->at != '.') {
        cursor->at++;
    }
    size_t length = (size_t)(cursor->at - from);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, from, length) == 0) {
            return units[i].ns;
        }
    }
    return length == 0 ? bare.ns : 0;
}

static uint64_t of_decimals(uint64_t decimals, uint64_t unit)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)((wide)decimals * unit / DECIMALS_ONE);
}

static bool add(uint64_t *total, const struct number *number, uint64_t unit)
{
    if (number->whole > SUP_NEVER_NS / unit) {
        return false;
    }
    uint64_t more = number->whole * unit;
    uint64_t fraction = of_decimals(number->decimals, unit);
    if (more >= SUP_NEVER_NS - *total || fraction >= SUP_NEVER_NS - *total - more) {
        return false;
    }
    *total += more + fraction;
    return true;
}

static bool is_word(const struct cursor *cursor, const char *word)
{
    size_t length = (size_t)(cursor->end - cursor->at);
    return strlen(word) == length && memcmp(word, cursor->at, length) == 0;
}

bool sim__span_parse(const char *text, size_t length, struct sup_duration unit,
                     struct sup_duration *ret_span)
{
    SUP_ASSERT(unit.ns > 0);
    struct cursor cursor = {text, text + length};
    uint64_t total = 0;
    skip_spaces(&cursor);
    while (cursor.end > cursor.at && is_space(cursor.end[-1])) {
        cursor.end--;
    }
    if (is_word(&cursor, "infinity") || is_word(&cursor, "never")) {
        *ret_span = SUP_DURATION_NEVER;
        return true;
    }
    if (cursor.at == cursor.end) {
        return false;
    }
    while (cursor.at < cursor.end) {
        struct number number;
        if (!take_number(&cursor, &number)) {
            return false;
        }
        skip_spaces(&cursor);
        uint64_t ns = take_unit(&cursor, unit);
        if (ns == 0 || !add(&total, &number, ns)) {
            return false;
        }
        skip_spaces(&cursor);
    }
    *ret_span = SUP_NS(total);
    return true;
}
