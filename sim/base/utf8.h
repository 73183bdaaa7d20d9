/* Characters of UTF-8. */
#ifndef SIM_BASE_UTF8_H
#define SIM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes of the character at the start, 0 when there is none: a byte that begins
 * nothing, a sequence cut short, an overlong form, a surrogate, a value above U+10FFFF.
 * In a NUL-terminated text the length may be said to be SIM__UTF8_MAX everywhere. */
#define SIM__UTF8_MAX 4u
size_t sim__utf8_length(const char *bytes, size_t length);
/* The number of a character that sim__utf8_length found to be `size` bytes long. */
uint32_t sim__utf8_code(const char *bytes, size_t size);
/* The columns that a text takes, one a character. */
size_t sim__utf8_columns(const char *bytes, size_t length);

/* The bytes of so many columns from the start, or of all there are. */
size_t sim__utf8_cut(const char *bytes, size_t length, size_t columns);

/* Whether the character is obeyed instead of shown by what displays it: the control
 * characters (U+0000 to U+001F, U+007F to U+009F), those that turn the direction of
 * writing around (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069) and
 * those that end a line (U+2028, U+2029). */
bool sim__utf8_steers(uint32_t code);

#endif
