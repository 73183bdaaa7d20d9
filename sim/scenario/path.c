/* Paths of keys: `defaults.backoff.base`, `services."a.b".count`. */
#include <string.h>

#include "variants.h"

bool sim__path_same(const struct sim__path *a, const struct sim__path *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        if (strcmp(a->keys[i], b->keys[i]) != 0) {
            return false;
        }
    }
    return a->count == b->count;
}

/* The length of the key at the start, quotes not included; what is wrong, or NULL. */
static const char *key_length(const char *text, size_t *ret_length)
{
    if (text[0] != '"' && text[0] != '\'') {
        *ret_length = strcspn(text, ".");
        return NULL;
    }
    const char *end = strchr(text + 1, text[0]);
    if (end == NULL || (end[1] != '.' && end[1] != '\0')) {
        return "a quote in it is never closed";
    }
    *ret_length = (size_t)(end - text) - 1;
    return NULL;
}

const char *sim__path_take(struct sim_arena *arena, const char *text, struct sim__path *ret_path)
{
    struct sim__path path = {.text = text};
    for (const char *at = text;; at++) {
        size_t length = 0;
        const char *why = key_length(at, &length);
        if (why != NULL) {
            return why;
        }
        if (length == 0) {
            return "a key in it is empty";
        }
        if (path.count == SIM__PATH_KEYS_MAX) {
            return "it has more than 16 keys";
        }
        bool quoted = *at == '"' || *at == '\'';
        path.keys[path.count] = sim__arena_text(arena, at + (quoted ? 1 : 0), length);
        if (path.keys[path.count++] == NULL) {
            return "there is no memory for it";
        }
        at += length + (quoted ? 2 : 0);
        if (*at == '\0') {
            *ret_path = path;
            return NULL;
        }
    }
}
