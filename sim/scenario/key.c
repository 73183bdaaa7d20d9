/* The words of keys, and finding them; see key.h. */
#include "key.h"

#include <string.h>

#include "sup/assert.h"

static const char *const words[SIM__KEYS] = {"",
#define SIM__X(id, word) word,
                                             SIM__KEY_WORDS(SIM__X)
#undef SIM__X
};

static const uint8_t lengths[SIM__KEYS] = {0,
#define SIM__X(id, word) sizeof(word) - 1,
                                           SIM__KEY_WORDS(SIM__X)
#undef SIM__X
};

const char *sim__key_word(enum sim__key key)
{
    SUP_ASSERT(key < SIM__KEYS);
    return words[key];
}

/* As they are ordered. */
static int compare(const char *word, size_t length, uint32_t key)
{
    if (length != lengths[key]) {
        return length < lengths[key] ? -1 : 1;
    }
    int first = (unsigned char)word[0] - (unsigned char)words[key][0];
    return first != 0 ? first : memcmp(word, words[key], length);
}

enum sim__key sim__key_of(const char *word, size_t length)
{
    uint32_t low = SIM__KEY_NONE + 1, high = SIM__KEYS;
    while (length > 0 && low < high) {
        uint32_t middle = (low + high) / 2;
        int order = compare(word, length, middle);
        if (order == 0) {
            return (enum sim__key)middle;
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return SIM__KEY_NONE;
}
