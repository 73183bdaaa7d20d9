/* How far two words are apart. */
#ifndef SIM_SCENARIO_WORDS_H
#define SIM_SCENARIO_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Longer words are not compared. */
#define SIM__WORD_BYTES_MAX 63u

/* Insertions, deletions, replacements and swaps of neighbours that turn one word into
 * the other, upper and lower case alike; neither is longer than SIM__WORD_BYTES_MAX. */
uint32_t sim__distance(const char *from, size_t from_length, const char *to, size_t to_length);

#endif
