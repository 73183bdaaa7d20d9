/* Finish scripts, by pattern. */
#include <inttypes.h>
#include <string.h>

#include "sim/scenario/reader.h"
#include "servicedir.h"
#include "systemd.h"

#define WORDS_MAX 64u
#define BLANK " \t\r;{}"

/* The words of a line, without its comment. */
struct words {
    const char *list[WORDS_MAX];
    uint32_t count;
    bool more; /* than are kept */
};

static void split(struct sim__import *import, const char *line, size_t length, struct words *words)
{
    char *text = sim__arena_text(import->arena, line, length);
    *words = (struct words){.count = 0};
    while (text != NULL && *(text += strspn(text, BLANK)) != '\0' && *text != '#') {
        size_t size = strcspn(text, BLANK);
        if (words->count == WORDS_MAX) {
            words->more = true;
            return;
        }
        words->list[words->count++] = text;
        text += size;
        if (*text != '\0') {
            *text++ = '\0';
        }
    }
}

static const char *word(const struct words *words, uint32_t index)
{
    return index < words->count ? words->list[index] : "";
}

/* ---- s6-permafailon SECONDS DEATHS SET ---- */

static bool is_event(const char *text)
{
    char first[8];
    uint64_t low, high;
    const char *dash = strchr(text, '-');
    if (dash == NULL) {
        return sim__unit_number(text, 255, &low) || sim__is_signal(text);
    }
    size_t length = (size_t)(dash - text);
    if (length >= sizeof(first)) {
        return false;
    }
    memcpy(first, text, length);
    first[length] = '\0';
    return sim__unit_number(first, 255, &low) && sim__unit_number(dash + 1, 255, &high) &&
           low <= high;
}

/* "1-255,SIGSEGV" as a list; NULL when it is none. */
static const char *events_of(struct sim__import *import, const char *text)
{
    struct sim__text yaml = {0};
    bool good = *text != '\0';
    sim__text_char(&yaml, '[');
    while (good && *text != '\0') {
        size_t length = strcspn(text, ",");
        const char *one = sim__arena_text(import->arena, text, length);
        good = one != NULL && is_event(one) && (text[length] == '\0' || text[length + 1] != '\0');
        sim__text_put(&yaml, yaml.length > 1 ? ", " : "");
        sim__text_putn(&yaml, text, length);
        text += length + (text[length] == ',' ? 1 : 0);
    }
    sim__text_char(&yaml, ']');
    const char *list =
        good && !yaml.failed ? sim__arena_text(import->arena, yaml.bytes, yaml.length) : NULL;
    if (yaml.failed) {
        sim__arena_fail(import->arena);
    }
    sim__text_release(&yaml);
    return list;
}

/* NULL when the words are no such call. */
static const char *permafail_of(struct sim__import *import, const struct words *words)
{
    uint32_t at = strcmp(word(words, 0), "exec") == 0 ? 1 : 0;
    uint64_t seconds, deaths;
    const char *name = sim__import_base(word(words, at));
    if (strcmp(name, "s6-permafailon") != 0 ||
        !sim__unit_number(word(words, at + 1), UINT32_MAX - 1, &seconds) ||
        !sim__unit_number(word(words, at + 2), 4096, &deaths) || seconds == 0 || deaths == 0) {
        return NULL;
    }
    const char *events = events_of(import, word(words, at + 3));
    return events == NULL
               ? NULL
               : sim__import_text(import, "{within: %" PRIu64 ", deaths: %" PRIu64 ", of: %s}",
                                  seconds, deaths, events);
}

/* ---- the script ---- */

/* What follows the call: a program that does nothing, or none. */
static bool ends_quietly(const struct words *words)
{
    uint32_t at = (strcmp(word(words, 0), "exec") == 0 ? 1 : 0) + 4;
    const char *last = sim__import_base(word(words, at));
    return words->count <= at ||
           (words->count <= at + 2 &&
            (strcmp(last, "true") == 0 || strcmp(last, "exit") == 0 ||
             strcmp(last, "s6-true") == 0) &&
            (words->count == at + 1 || strcmp(word(words, at + 1), "0") == 0));
}

/* Permanently failed, in the words of s6. */
static bool is_permanent(const struct words *words)
{
    return words->count == 2 && strcmp(words->list[0], "exit") == 0 &&
           strcmp(words->list[1], "125") == 0;
}

static bool does_nothing(const struct words *words)
{
    const char *first = word(words, 0);
    bool exits = strcmp(first, "exit") == 0 &&
                 (words->count == 1 || (words->count == 2 && strcmp(words->list[1], "0") == 0));
    bool options = strcmp(first, "set") == 0;
    return words->count == 0 || exits || options ||
           (words->count == 1 && (strcmp(first, "true") == 0 || strcmp(first, ":") == 0));
}

enum sim__finish sim__finish_read(struct sim__import *import, const char *text, uint32_t *ret_line,
                                  const char **ret_permafail)
{
    enum sim__finish found = SIM__FINISH_NOTHING;
    const char *line;
    size_t at = 0, length, whole = strlen(text);
    struct words words;
    for (uint32_t number = 1; sim__import_line(text, whole, &at, &line, &length); number++) {
        split(import, line, length, &words);
        if (words.more) {
            return SIM__FINISH_OTHER;
        }
        if (does_nothing(&words)) {
            if (strcmp(word(&words, 0), "exit") == 0) {
                return found; /* and nothing behind it */
            }
            continue;
        }
        if (is_permanent(&words) && found == SIM__FINISH_NOTHING) {
            *ret_line = number;
            found = SIM__FINISH_PERMANENT;
            continue;
        }
        const char *permafail = permafail_of(import, &words);
        if (permafail == NULL || found != SIM__FINISH_NOTHING || !ends_quietly(&words)) {
            return SIM__FINISH_OTHER;
        }
        *ret_permafail = permafail;
        *ret_line = number;
        found = SIM__FINISH_PERMAFAIL;
    }
    return found;
}
