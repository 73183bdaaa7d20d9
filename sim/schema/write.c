/* A tree as JSON; see write.h. */
#include "write.h"

#include <string.h>

#include "sim/base/escape.h"

#define WIDTH 99u

/* Whole numbers, decimals, true and false. */
static bool is_raw(const struct sim__node *node)
{
    size_t digits = strspn(node->text, "0123456789");
    if (digits > 0 && node->text[digits] == '.') {
        digits += 1 + strspn(node->text + digits + 1, "0123456789");
    }
    return node->plain && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0 ||
                           digits == node->length);
}

/* All of it in one line. */
static void put_flat(struct sim__text *text, const struct sim__node *node)
{
    if (node->kind == SIM__SCALAR && is_raw(node)) {
        sim__text_put(text, node->text);
        return;
    }
    if (node->kind == SIM__SCALAR) {
        sim__text_json(text, node->text);
        return;
    }
    bool map = node->kind == SIM__MAP;
    sim__text_char(text, map ? '{' : '[');
    for (uint32_t i = 0; i < node->count; i++) {
        sim__text_put(text, i == 0 ? "" : ", ");
        if (map) {
            sim__text_json(text, node->entries[i].key);
            sim__text_put(text, ": ");
        }
        put_flat(text, node->entries[i].value);
    }
    sim__text_char(text, map ? '}' : ']');
}

static size_t column(const struct sim__text *text)
{
    size_t at = text->length;
    while (at > 0 && text->bytes[at - 1] != '\n') {
        at--;
    }
    return text->length - at;
}

static bool fits(struct sim__text *text, const struct sim__node *node)
{
    size_t length = text->length, before = column(text);
    put_flat(text, node);
    bool good = !text->failed && before + (text->length - length) <= WIDTH;
    if (!text->failed) {
        text->length = length;
        text->bytes[length] = '\0';
    }
    return good;
}

static bool is_list_of_words(const struct sim__node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        if (node->entries[i].value->kind != SIM__SCALAR) {
            return false;
        }
    }
    return node->kind == SIM__LIST;
}

static void new_line(struct sim__text *text, size_t indent)
{
    sim__text_char(text, '\n');
    sim__text_pad(text, indent);
}

/* As many in a line as there is room for. */
static void put_filled(struct sim__text *text, const struct sim__node *list, size_t indent)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct sim__node *word = list->entries[i].value;
        if (i == 0 || column(text) + word->length + 4 > WIDTH) {
            new_line(text, indent);
        } else {
            sim__text_char(text, ' ');
        }
        put_flat(text, word);
        sim__text_put(text, i + 1 < list->count ? "," : "");
    }
}

/* No deeper than the types are written, SIM_DEPTH_MAX. */
static void put_node(struct sim__text *text, const struct sim__node *node, size_t indent)
{
    if (node->kind == SIM__SCALAR || fits(text, node)) {
        put_flat(text, node);
        return;
    }
    bool map = node->kind == SIM__MAP;
    sim__text_char(text, map ? '{' : '[');
    if (is_list_of_words(node)) {
        put_filled(text, node, indent + 2);
    }
    for (uint32_t i = 0; !is_list_of_words(node) && i < node->count; i++) {
        new_line(text, indent + 2);
        if (map) {
            sim__text_json(text, node->entries[i].key);
            sim__text_put(text, ": ");
        }
        put_node(text, node->entries[i].value, indent + 2);
        sim__text_put(text, i + 1 < node->count ? "," : "");
    }
    new_line(text, indent);
    sim__text_char(text, map ? '}' : ']');
}

void sim__schema_write(struct sim__text *text, const struct sim__node *root)
{
    put_node(text, root, 0);
    sim__text_char(text, '\n');
}
