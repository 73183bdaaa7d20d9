/* Durations as text: "1m30s", "0", "never"; exact in nanoseconds both ways. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "duration.h"
#include "sim/duration.h"
#include "sup/error.h"

struct unit {
    char name[3];
    uint8_t decimals; /* that it may have, where it is the last */
    uint64_t ns;
};

static const struct unit units[] = {
    {"d", 0, UINT64_C(86400000000000)},
    {"h", 0, UINT64_C(3600000000000)},
    {"m", 0, UINT64_C(60000000000)},
    {"s", 9, UINT64_C(1000000000)},
    {"ms", 6, UINT64_C(1000000)},
    {"us", 3, UINT64_C(1000)},
    {"ns", 0, UINT64_C(1)},
};
#define UNITS (sizeof(units) / sizeof(units[0]))

/* So many digits always fit. */
#define SAFE_DIGITS 18u

static const char too_long[] = "this is longer than 584 years";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What follows the point: `digits` over `scale`, a power of ten, without
 * trailing zeros. */
struct fraction {
    uint64_t digits;
    uint64_t scale;
    bool fits;
};

static struct fraction read_fraction(const char **text)
{
    struct fraction fraction = {0, 1, true};
    uint64_t zeros = 1;
    for (; is_digit(**text); (*text)++) {
        if (**text == '0') {
            zeros = zeros > UINT64_C(1000000000000000000) ? zeros : zeros * 10;
            continue;
        }
        uint64_t shift = zeros * 10;
        if (zeros > UINT64_C(100000000000000000) ||
            fraction.scale > UINT64_C(1000000000000000000) / shift) {
            fraction.fits = false;
            continue;
        }
        fraction.scale *= shift;
        fraction.digits = fraction.digits * shift + (uint64_t)(**text - '0');
        zeros = 1;
    }
    return fraction;
}

/* Nanoseconds of the fraction of a unit; false when not a whole number. Both
 * factors of 1/scale that the unit can take are taken first, so that nothing
 * overflows. */
static bool fraction_ns(struct fraction fraction, uint64_t unit_ns, uint64_t *ret_ns)
{
    uint64_t scale = fraction.scale;
    if (fraction.fits && fraction.digits == 0) {
        *ret_ns = 0; /* as of nearly every duration */
        return true;
    }
    static const uint64_t primes[] = {2, 5};
    for (size_t i = 0; i < 2; i++) {
        while (scale % primes[i] == 0 && unit_ns % primes[i] == 0) {
            scale /= primes[i];
            unit_ns /= primes[i];
        }
    }
    if (!fraction.fits || fraction.digits % scale != 0) {
        return false;
    }
    *ret_ns = fraction.digits / scale * unit_ns;
    return true;
}

/* The places of the units in their list. */
enum { DAY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, NANOSECOND };

static inline const struct unit *read_unit(const char **text)
{
    const char *name = *text;
    if (!is_letter(name[1])) {
        size_t i = name[0] == 's'   ? SECOND
                   : name[0] == 'm' ? MINUTE
                   : name[0] == 'h' ? HOUR
                   : name[0] == 'd' ? DAY
                                    : UNITS;
        *text += 1;
        return i < UNITS ? &units[i] : NULL;
    }
    size_t i = name[0] == 'm'   ? MILLISECOND
               : name[0] == 'u' ? MICROSECOND
               : name[0] == 'n' ? NANOSECOND
                                : UNITS;
    *text += 2;
    return i < UNITS && name[1] == 's' && !is_letter(name[2]) ? &units[i] : NULL;
}

/* One number with its unit, added to *total_ns; NULL or the mistake. */
static const char *read_part(const char **text, uint64_t *total_ns)
{
    uint64_t whole = 0;
    bool fits = true;
    if (!is_digit(**text)) {
        return **text == '-' ? "a duration cannot be negative"
                             : "a duration is a number and a unit, as in `1m30s`";
    }
    for (uint32_t i = 0; i < SAFE_DIGITS && is_digit(**text); i++, (*text)++) {
        whole = whole * 10 + (uint64_t)(**text - '0');
    }
    for (; is_digit(**text); (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        fits = fits && whole <= (UINT64_MAX - digit) / 10;
        whole = fits ? whole * 10 + digit : whole;
    }
    struct fraction fraction = {0, 1, true};
    if (**text == '.') {
        (*text)++;
        if (!is_digit(**text)) {
            return "a digit has to follow the point";
        }
        fraction = read_fraction(text);
    }
    if (**text == '\0') {
        return "a duration needs a unit (ns us ms s m h d), as in `5s`";
    }
    bool spaced = **text == ' ';
    const struct unit *unit = read_unit(text);
    if (unit == NULL) {
        return spaced ? "a duration has no spaces, as in `10ms`"
                      : "this unit is unknown; the units are ns us ms s m h d";
    }
    uint64_t part_ns, whole_ns, sum_ns;
    if (!fraction_ns(fraction, unit->ns, &part_ns)) {
        return "this is not a whole number of nanoseconds";
    }
    if (!fits || __builtin_mul_overflow(whole, unit->ns, &whole_ns) ||
        __builtin_add_overflow(whole_ns, part_ns, &sum_ns) ||
        __builtin_add_overflow(sum_ns, *total_ns, &sum_ns) || sum_ns == UINT64_MAX) {
        return too_long;
    }
    *total_ns = sum_ns;
    return NULL;
}

/* "250ms", "1.5s", "8m24s", as nearly all are written: numbers that surely fit, with no more
 * decimals than their unit has. False of the rest, right or wrong, which is looked at closely. */
static bool parse_usual(const char *text, uint64_t *ret_ns)
{
    static const uint64_t tens[] = {1,      10,      100,      1000,      10000,
                                    100000, 1000000, 10000000, 100000000, 1000000000};
    uint64_t total_ns = 0;
    do {
        const char *first = text, *point = NULL;
        uint64_t number = 0, part_ns;
        for (; is_digit(*text) || (*text == '.' && point == NULL); text++) {
            if (*text == '.') {
                point = text;
            } else {
                number = number * 10 + (uint64_t)(*text - '0');
            }
        }
        size_t decimals = point == NULL ? 0 : (size_t)(text - point - 1);
        bool written = is_digit(*first) && is_digit(text[-1]) && text - first <= SAFE_DIGITS;
        const struct unit *unit = written && is_letter(*text) ? read_unit(&text) : NULL;
        if (unit == NULL || decimals > unit->decimals) {
            return false;
        }
        uint64_t scale = decimals == 0 ? unit->ns : tens[unit->decimals - decimals];
        if (__builtin_mul_overflow(number, scale, &part_ns) ||
            __builtin_add_overflow(total_ns, part_ns, &total_ns)) {
            return false;
        }
    } while (*text != '\0');
    *ret_ns = total_ns;
    return total_ns != UINT64_MAX;
}

int sim_duration_parse(const char *text, uint64_t *ret_ns, const char **ret_why)
{
    uint64_t total_ns = 0;
    if (parse_usual(text, &total_ns)) {
        *ret_ns = total_ns;
        return SUP_OK;
    }
    total_ns = 0;
    const char *why = *text == '\0' ? "a duration is missing" : NULL;
    if (text[0] == 'n' && strcmp(text, "never") == 0) {
        total_ns = UINT64_MAX;
    } else if (text[0] != '0' || text[1] != '\0') {
        while (why == NULL && *text != '\0') {
            why = read_part(&text, &total_ns);
        }
    }
    if (why != NULL) {
        if (ret_why != NULL) {
            *ret_why = why;
        }
        return SUP_EINVAL;
    }
    *ret_ns = total_ns;
    return SUP_OK;
}

/* Durations are written by the thousand where scenarios are made, which is why none goes
 * through printf: it takes some thousand instructions each time. */

/* The digits of the number, with zeros before them when they are fewer than `least`. */
static char *put_number(char *to, uint64_t number, uint32_t least)
{
    uint32_t count = 1;
    for (uint64_t rest = number; rest >= 10; rest /= 10) {
        count++;
    }
    count = count < least ? least : count;
    for (char *digit = to + count; digit > to; number /= 10) {
        *--digit = (char)('0' + number % 10);
    }
    return to + count;
}

/* ns as a decimal of `unit`, without trailing zeros. */
static char *put_decimal(char *to, uint64_t ns, const struct unit *unit)
{
    uint64_t rest = ns % unit->ns;
    to = put_number(to, ns / unit->ns, 1);
    if (rest != 0) {
        uint32_t decimals = unit->decimals;
        for (; rest % 1000 == 0; decimals -= 3) {
            rest /= 1000;
        }
        for (; rest % 10 == 0; decimals--) {
            rest /= 10;
        }
        *to++ = '.';
        to = put_number(to, rest, decimals);
    }
    for (const char *name = unit->name; *name != '\0'; name++) {
        *to++ = *name;
    }
    return to;
}

char *sim__duration_put(char *to, struct sup_duration length)
{
    uint64_t ns = length.ns;
    if (ns == UINT64_MAX || ns == 0) {
        return stpcpy(to, ns == 0 ? "0s" : "never");
    }
    /* At most days, hours, minutes and a decimal of seconds. */
    for (size_t i = ns < units[MINUTE].ns ? SECOND : DAY; i < UNITS && ns > 0; i++) {
        if (ns < units[i].ns) {
            continue;
        }
        uint64_t part_ns = i >= SECOND ? ns : ns / units[i].ns * units[i].ns;
        to = put_decimal(to, part_ns, &units[i]);
        ns -= part_ns;
    }
    *to = '\0';
    return to;
}

char *sim_duration_format(uint64_t ns, char *buffer)
{
    (void)sim__duration_put(buffer, SUP_NS(ns));
    return buffer;
}
