/* Numbers of the command line, read exactly, and the distance of two words. */
#ifndef CLI_NUMBERS_H
#define CLI_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal digits only, all of the text; false also when it does not fit. */
bool cli_number_read(const char *text, uint64_t *ret_number);
/* "3..17" */
bool cli_range_read(const char *text, uint64_t *ret_first, uint64_t *ret_last);
/* "2/5" */
bool cli_fraction_read(const char *text, uint64_t *ret_part, uint64_t *ret_whole);
/* The 40 hexadecimal digits of a commit, as a number: their FNV-1a hash of 64 bits, lower
 * case, halved, so that there is room behind it. */
bool cli_commit_read(const char *text, uint64_t *ret_number);
/* "2.5", in billionths, exact. */
bool cli_decimal_read(const char *text, uint64_t *ret_billionths);
/* Edits (insert, delete, replace, swap of neighbours) that turn one word into
 * the other; large when either is longer than any word here. */
uint32_t cli_distance(const char *word, size_t length, const char *other);

#endif
