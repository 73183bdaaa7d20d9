/* A tree as YAML, and where each node stands in it. */
#include <string.h>

#include "sup/assert.h"
#include "tree.h"

/* ---- scalars ---- */

/* Characters that mean nothing to YAML wherever they stand in a scalar. */
static bool is_tame(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '+' || c == '-' || c == '%';
}

static bool is_bare(const char *text, uint32_t length)
{
    bool begins =
        length > 0 && (is_tame((unsigned char)text[0]) || memcmp(text, "\xc2\xb1", 2) == 0);
    if (!begins || text[0] == '%' || text[length - 1] == ' ' ||
        (text[0] == '-' && (length == 1 || strchr("- .", text[1]) != NULL)) ||
        (length == 3 && memcmp(text, "...", 3) == 0)) {
        return false;
    }
    for (uint32_t i = text[0] == '\xc2' ? 2 : 0; i < length; i++) {
        if (!is_tame((unsigned char)text[i]) && text[i] != ' ') {
            return false;
        }
    }
    return true;
}

/* The bytes of a character that is written by its number: control characters of two bytes,
 * line and paragraph separators, a byte-order mark. 0: it is written as it is. */
static uint32_t hidden(const char *text, uint32_t length, unsigned *ret_point)
{
    const unsigned char *c = (const unsigned char *)text;
    if (length >= 2 && c[0] == 0xc2 && c[1] < 0xa0) {
        *ret_point = c[1];
        return 2;
    }
    if (length >= 3) {
        *ret_point = (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu);
        bool separator = c[0] == 0xe2 && (*ret_point == 0x2028 || *ret_point == 0x2029);
        return separator || (c[0] == 0xef && *ret_point == 0xfeff) ? 3 : 0;
    }
    return 0;
}

static void put_quoted(struct sim__text *out, const char *text, uint32_t length)
{
    sim__text_char(out, '"');
    for (uint32_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned point = c;
        uint32_t bytes = hidden(text + i, length - i, &point);
        if (c == '"' || c == '\\') {
            sim__text_char(out, '\\');
            sim__text_char(out, (char)c);
        } else if (c == '\n') {
            sim__text_put(out, "\\n");
        } else if (c == '\t') {
            sim__text_put(out, "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            sim__text_format(out, "\\x%02x", c);
        } else if (bytes > 0) {
            sim__text_format(out, "\\u%04x", point);
            i += bytes - 1;
        } else {
            sim__text_char(out, (char)c);
        }
    }
    sim__text_char(out, '"');
}

enum bareness { BARE_WHERE_IT_CAN_BE, QUOTED };

static void put_scalar(struct sim__text *out, const char *text, uint32_t length,
                       enum bareness bareness)
{
    if (bareness == BARE_WHERE_IT_CAN_BE && is_bare(text, length)) {
        sim__text_putn(out, text, length);
    } else {
        put_quoted(out, text, length);
    }
}

/* ---- maps and lists ---- */

static void put_flow(struct sim__text *out, const struct sim__node *node);

static void put_key(struct sim__text *out, const struct sim__entry *entry)
{
    put_scalar(out, entry->key, entry->key_length, BARE_WHERE_IT_CAN_BE);
    sim__text_char(out, ':');
}

static bool is_empty(const struct sim__node *node)
{
    return node->kind == SIM__SCALAR && node->plain && node->length == 0;
}

static void put_flow(struct sim__text *out, const struct sim__node *node)
{
    if (node->kind == SIM__SCALAR) {
        put_scalar(out, node->text, node->length, node->plain ? BARE_WHERE_IT_CAN_BE : QUOTED);
        return;
    }
    sim__text_char(out, node->kind == SIM__MAP ? '{' : '[');
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        sim__text_put(out, i == 0 ? "" : ", ");
        if (node->kind == SIM__MAP) {
            put_key(out, entry);
            sim__text_char(out, ' ');
        }
        if (node->kind == SIM__LIST || !is_empty(entry->value)) {
            put_flow(out, entry->value);
        }
    }
    sim__text_char(out, node->kind == SIM__MAP ? '}' : ']');
}

/* A list at the top has each entry in a line. */
static bool in_lines(const struct sim__node *node)
{
    return node->kind == SIM__LIST && node->count > 0;
}

void sim__tree_write(const struct sim__node *root, struct sim__text *text)
{
    SUP_ASSERT(root->kind == SIM__MAP);
    for (uint32_t i = 0; i < root->count; i++) {
        const struct sim__entry *entry = &root->entries[i];
        put_key(text, entry);
        for (uint32_t j = 0; in_lines(entry->value) && j < entry->value->count; j++) {
            sim__text_put(text, "\n  - ");
            put_flow(text, entry->value->entries[j].value);
        }
        if (!in_lines(entry->value) && !is_empty(entry->value)) {
            sim__text_char(text, ' ');
            put_flow(text, entry->value);
        }
        sim__text_char(text, '\n');
    }
}

uint32_t sim__tree_lines(const struct sim__node *root)
{
    uint32_t lines = root->count;
    for (uint32_t i = 0; i < root->count; i++) {
        const struct sim__node *value = root->entries[i].value;
        lines += in_lines(value) ? value->count : 0;
    }
    return lines;
}

/* ---- places ---- */

static void weigh_one(struct sim__node *node, const struct sim__node *value)
{
    node->weight += value->weight;
    if (value->height >= node->height) {
        node->height = (uint8_t)(value->height + 1);
    }
}

static void weigh(struct sim__node *node)
{
    node->weight = 1;
    node->height = 1;
    for (uint32_t i = 0; i < node->count; i++) {
        weigh_one(node, node->entries[i].value);
    }
}

static void settle_one(struct sim__node *node, const char *name, struct sim_place place)
{
    node->name = name;
    node->place = place;
    node->at = place;
    node->weight = 1;
    node->height = 1;
}

/* Most nodes are scalars, which are settled without a call. */
static void settle(struct sim__node *node, const char *name, struct sim_place place)
{
    settle_one(node, name, place);
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        const char *own = node->kind == SIM__MAP ? entry->key : name;
        entry->place = place;
        if (entry->value->count > 0) {
            settle(entry->value, own, place);
        } else {
            settle_one(entry->value, own, place);
        }
        weigh_one(node, entry->value);
    }
}

void sim__tree_place(struct sim__node *node, const char *name, struct sim_place place)
{
    node->name = name;
    node->place = place;
    node->at = place;
    for (uint32_t i = 0; i < node->count; i++) {
        node->entries[i].place = place;
        sim__tree_place(node->entries[i].value, name, place);
    }
}

void sim__tree_settle(struct sim__node *root)
{
    struct sim_place place = {1, 1, 0};
    SUP_ASSERT(root->kind == SIM__MAP);
    for (uint32_t i = 0; i < root->count; i++) {
        struct sim__entry *entry = &root->entries[i];
        settle(entry->value, entry->key, place);
        entry->place = place;
        for (uint32_t j = 0; in_lines(entry->value) && j < entry->value->count; j++) {
            place.line++;
            entry->value->entries[j].place = place;
            settle(entry->value->entries[j].value, entry->key, place);
        }
        place.line++;
    }
    root->place = root->at = (struct sim_place){1, 1, 0};
    weigh(root);
}
