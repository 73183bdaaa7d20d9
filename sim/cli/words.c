/* Counts and times as the command says them to people. */
#include "words.h"

#include <stdio.h>

void cli_put_grouped(struct sim__text *text, uint64_t value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            sim__text_char(text, ',');
        }
        sim__text_char(text, digits[i]);
    }
}

void cli_put_plural(struct sim__text *text, uint64_t count, const char *noun)
{
    cli_put_grouped(text, count);
    sim__text_format(text, " %s%s", noun, count == 1 ? "" : "s");
}

/* `value` units and `rest` parts of a unit that has 10^digits of them, without
 * the zeros at the end. */
static void decimal(struct sim__text *text, uint64_t value, uint64_t rest, int digits,
                    const char *unit)
{
    sim__text_format(text, "%llu", (unsigned long long)value);
    if (rest > 0) {
        char part[24];
        int length = snprintf(part, sizeof part, "%0*llu", digits, (unsigned long long)rest);
        while (length > 1 && part[length - 1] == '0') {
            length--;
        }
        sim__text_char(text, '.');
        sim__text_putn(text, part, (size_t)length);
    }
    sim__text_put(text, unit);
}

void cli_put_about(struct sim__text *text, struct sup_duration length)
{
    uint64_t ns = length.ns;
    const uint64_t second = 1000000000u, day = 86400 * second, year = 365 * day;
    if (ns == UINT64_MAX) {
        sim__text_put(text, "centuries");
    } else if (ns >= 2 * year) {
        cli_put_plural(text, ns / year, "year");
    } else if (ns >= 10 * day) {
        cli_put_plural(text, ns / day, "day");
    } else {
        uint64_t unit = ns >= day ? 3600 * second : ns >= 60 * second ? second : second / 1000;
        sim__text_duration(text, SUP_NS(ns >= unit ? ns - ns % unit : ns));
    }
}

void cli_put_wall(struct sim__text *text, struct sup_duration length)
{
    uint64_t ns = length.ns;
    if (ns >= 60000000000u) {
        sim__text_duration(text, SUP_NS(ns - ns % 1000000000u));
        return;
    }
    const char *unit = ns >= 1000000000u ? "s" : ns >= 1000000u ? "ms" : "us";
    uint64_t scale = ns >= 1000000000u ? 1000000000u : ns >= 1000000u ? 1000000u : 1000u;
    uint64_t whole = ns / scale, part = ns % scale;
    if (whole >= 100) {
        decimal(text, whole, 0, 0, unit);
    } else if (whole >= 10) {
        decimal(text, whole, part / (scale / 10), 1, unit);
    } else {
        decimal(text, whole, part / (scale / 100), 2, unit);
    }
}
