/* Words from lists, and the nearest known one for a word that is not. */
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "words.h"
#include "sup/assert.h"

#define HINT_BYTES 400u

static uint32_t least(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t two = a < b ? a : b;
    return two < c ? two : c;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

uint32_t sim__distance(const char *from, size_t from_length, const char *to, size_t to_length)
{
    SUP_ASSERT(to_length <= SIM__WORD_BYTES_MAX);
    uint32_t rows[3][SIM__WORD_BYTES_MAX + 1];
    uint32_t *before = rows[0];
    uint32_t *last = rows[1];
    uint32_t *row = rows[2];
    for (uint32_t j = 0; j <= to_length; j++) {
        last[j] = j;
        before[j] = j;
    }
    for (uint32_t i = 1; i <= from_length; i++) {
        row[0] = i;
        for (uint32_t j = 1; j <= to_length; j++) {
            uint32_t change = lower(from[i - 1]) == lower(to[j - 1]) ? 0 : 1;
            row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + change);
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] &&
                before[j - 2] + 1 < row[j]) {
                row[j] = before[j - 2] + 1;
            }
        }
        uint32_t *unused = before;
        before = last;
        last = row;
        row = unused;
    }
    return last[to_length];
}

/* The only word that goes on where the text ends: `restarts` is `restarts_total`. */
static const char *completion(const char *text, const char *const *words, size_t count)
{
    const char *found = NULL;
    size_t length = strlen(text);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(words[i], text, length) != 0 || strchr("_-", words[i][length]) == NULL) {
            continue;
        }
        if (found != NULL) {
            return NULL;
        }
        found = words[i];
    }
    return found;
}

const char *sim__nearest(const char *text, const char *const *words, size_t count)
{
    size_t length = strlen(text);
    if (length == 0 || length > SIM__WORD_BYTES_MAX) {
        return NULL;
    }
    const char *nearest = NULL;
    uint32_t best = length <= 2 ? 2 : 2 + (uint32_t)length / 3; /* exclusive */
    for (size_t i = 0; i < count; i++) {
        size_t word_length = strlen(words[i]);
        size_t apart = word_length > length ? word_length - length : length - word_length;
        if (word_length > SIM__WORD_BYTES_MAX || apart >= best) {
            continue;
        }
        uint32_t found = sim__distance(text, length, words[i], word_length);
        if (found < best && found < word_length) {
            best = found;
            nearest = words[i];
        }
    }
    return nearest != NULL ? nearest : completion(text, words, count);
}

static const char *list_of(struct sim__reader *reader, const char *const *words, size_t count)
{
    if (count == 0) {
        return SIM__HINT "; there are none";
    }
    char buffer[HINT_BYTES];
    size_t used = (size_t)snprintf(buffer, sizeof(buffer), SIM__HINT "; known: ");
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (used + length + 8 > sizeof(buffer)) {
            used += (size_t)snprintf(buffer + used, sizeof(buffer) - used, ", ...");
            break;
        }
        used += (size_t)snprintf(buffer + used, sizeof(buffer) - used, "%s%s", i > 0 ? ", " : "",
                                 words[i]);
    }
    SUP_ASSERT(used < sizeof(buffer));
    const char *copy = sim__arena_text(reader->scratch, buffer, used);
    return copy == NULL ? "" : copy;
}

const char *sim__hint(struct sim__reader *reader, const char *text, const char *const *words,
                      size_t count)
{
    if (!sim__diagnosis_open(&reader->diagnosis)) {
        return "";
    }
    const char *nearest = sim__nearest(text, words, count);
    if (nearest == NULL) {
        return list_of(reader, words, count);
    }
    char buffer[HINT_BYTES];
    snprintf(buffer, sizeof(buffer), SIM__HINT ", did you mean `%s`?", nearest);
    const char *copy = sim__arena_text(reader->scratch, buffer, strlen(buffer));
    return copy == NULL ? "" : copy;
}

#define WORDS_MAX 48u

bool sim__word(struct sim__reader *reader, const struct sim__node *node,
               const struct sim__words *words, int *ret_value)
{
    size_t count = words->count < WORDS_MAX ? words->count : WORDS_MAX;
    SUP_ASSERT(words->count == count);
    struct sim__guess *guess = sim__guess(reader, words->list, node->text);
    if (node->kind == SIM__SCALAR && guess->word == node->text && guess->at < count &&
        words->list[guess->at].name == guess->known) {
        *ret_value = words->list[guess->at].value;
        return true;
    }
    if (node->kind != SIM__SCALAR || sim__is_nothing(node)) {
        sim__wrong_type(reader, node, "a word");
        return false;
    }
    const char *names[WORDS_MAX];
    for (size_t i = 0; i < count; i++) {
        if (sim__same(words->list[i].name, node->text)) {
            *ret_value = words->list[i].value;
            *guess = (struct sim__guess){node->text, words->list[i].name, (uint32_t)i};
            return true;
        }
        names[i] = words->list[i].name;
    }
    const char *advice = sim__advice_word(node->text, names, count);
    sim__error_as(reader, SIM__CODE_UNKNOWN_WORD, node->at, "unknown %s `%s`%s%s", words->what,
                  sim__quotable(reader->scratch, node->text, node->length),
                  advice == NULL ? "" : SIM__HINT "; ",
                  advice == NULL ? sim__hint(reader, node->text, names, count) : advice);
    return false;
}
