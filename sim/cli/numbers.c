/* Numbers of the command line. */
#include "numbers.h"

#include <string.h>

/* Takes digits from *at; false when there are none or they do not fit. */
static bool take_digits(const char **at, uint64_t *ret_number)
{
    uint64_t number = 0;
    const char *c = *at;
    for (; *c >= '0' && *c <= '9'; c++) {
        uint64_t digit = (uint64_t)(*c - '0');
        if (number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    bool some = c != *at;
    *at = c;
    if (some) {
        *ret_number = number;
    }
    return some;
}

bool cli_number_read(const char *text, uint64_t *ret_number)
{
    uint64_t number;
    if (!take_digits(&text, &number) || *text != '\0') {
        return false;
    }
    *ret_number = number;
    return true;
}

bool cli_range_read(const char *text, uint64_t *ret_first, uint64_t *ret_last)
{
    uint64_t first, last;
    if (!take_digits(&text, &first) || text[0] != '.' || text[1] != '.') {
        return false;
    }
    text += 2;
    if (!take_digits(&text, &last) || *text != '\0') {
        return false;
    }
    *ret_first = first;
    *ret_last = last;
    return true;
}

bool cli_fraction_read(const char *text, uint64_t *ret_part, uint64_t *ret_whole)
{
    uint64_t part, whole;
    if (!take_digits(&text, &part) || *text++ != '/' || !take_digits(&text, &whole) ||
        *text != '\0') {
        return false;
    }
    *ret_part = part;
    *ret_whole = whole;
    return true;
}

bool cli_commit_read(const char *text, uint64_t *ret_number)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *c = text; *c != '\0'; c++) {
        bool upper = *c >= 'A' && *c <= 'F';
        if (!upper && !(*c >= '0' && *c <= '9') && !(*c >= 'a' && *c <= 'f')) {
            return false;
        }
        hash = (hash ^ (uint64_t)(upper ? *c - 'A' + 'a' : *c)) * UINT64_C(0x100000001b3);
    }
    *ret_number = hash >> 1;
    return strlen(text) == 40;
}

bool cli_decimal_read(const char *text, uint64_t *ret_billionths)
{
    uint64_t whole, part = 0;
    if (!take_digits(&text, &whole) || whole > UINT64_MAX / 1000000000u - 1) {
        return false;
    }
    if (*text == '.') {
        const char *start = ++text;
        if (!take_digits(&text, &part) || text - start > 9) {
            return false;
        }
        for (long digits = text - start; digits < 9; digits++) {
            part *= 10;
        }
    }
    if (*text != '\0') {
        return false;
    }
    *ret_billionths = whole * 1000000000u + part;
    return true;
}

#define WORD_MAX 24

static uint32_t least_of(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t cli_distance(const char *word, size_t length, const char *other)
{
    size_t other_length = strlen(other);
    if (length > WORD_MAX || other_length > WORD_MAX) {
        return UINT32_MAX;
    }
    uint32_t rows[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= length; i++) {
        for (size_t j = 0; j <= other_length; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = (uint32_t)(i + j);
                continue;
            }
            uint32_t replace = rows[i - 1][j - 1] + (word[i - 1] != other[j - 1]);
            rows[i][j] = least_of(replace, 1 + least_of(rows[i - 1][j], rows[i][j - 1]));
            if (i > 1 && j > 1 && word[i - 1] == other[j - 2] && word[i - 2] == other[j - 1]) {
                rows[i][j] = least_of(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
    }
    return rows[length][other_length];
}
