/* Changes of a tree that can be taken back; see change.h. */
#include "change.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/assert.h"

/* ---- making and taking back ---- */

static struct sim__undo *note(struct sim__shrinker *s, struct sim__node *node)
{
    struct sim__undo *undo =
        sim__grown(s->undo, &s->undo_room, (uint64_t)s->undo_count + 1, sizeof(*undo));
    if (undo == NULL) {
        s->failed = true;
        return NULL;
    }
    s->undo = undo;
    undo[s->undo_count] = (struct sim__undo){.node = node, .was = *node};
    return &undo[s->undo_count++];
}

void sim__change_drop(struct sim__shrinker *s, struct sim__node *node, uint32_t index,
                      uint32_t count)
{
    SUP_ASSERT(count > 0 && index <= node->count && count <= node->count - index);
    struct sim__entry *saved =
        sim__grown(s->saved, &s->saved_room, (uint64_t)s->saved_count + count, sizeof(*saved));
    struct sim__undo *undo = saved != NULL ? note(s, node) : NULL;
    if (saved == NULL || undo == NULL) {
        s->saved = saved != NULL ? saved : s->saved;
        s->failed = true;
        return;
    }
    s->saved = saved;
    undo->index = index;
    undo->count = count;
    undo->saved = s->saved_count;
    struct sim__entry *first = &node->entries[index];
    memcpy(&saved[s->saved_count], first, count * sizeof(*first));
    memmove(first, first + count, (node->count - index - count) * sizeof(*first));
    s->saved_count += count;
    node->count -= count;
}

void sim__change_node(struct sim__shrinker *s, struct sim__node *node,
                      const struct sim__node *value)
{
    const struct sim__node copy = *value; /* it may be part of the node */
    if (note(s, node) != NULL) {
        *node = copy;
    }
}

void sim__change_word(struct sim__shrinker *s, struct sim__node *node, const char *word)
{
    struct sim__node *scalar = sim__tree_format(s->arena, "%s", word);
    if (scalar == NULL) {
        s->failed = true;
        return;
    }
    sim__change_node(s, node, scalar);
}

bool sim__change_entries(struct sim__shrinker *s, struct sim__node *node, uint32_t room)
{
    SUP_ASSERT(room >= node->count);
    struct sim__entry *entries = sim__arena_alloc(s->arena, room + 1u, sizeof(*entries));
    if (entries == NULL || note(s, node) == NULL) {
        s->failed = true;
        return false;
    }
    memcpy(entries, node->entries, node->count * sizeof(*entries));
    node->entries = entries;
    return true;
}

static void keep(struct sim__shrinker *s)
{
    s->undo_count = 0;
    s->saved_count = 0;
}

void sim__forget(struct sim__shrinker *s)
{
    while (s->undo_count > 0) {
        const struct sim__undo *undo = &s->undo[--s->undo_count];
        struct sim__node *node = undo->node;
        if (undo->count == 0) {
            *node = undo->was;
            continue;
        }
        struct sim__entry *first = &node->entries[undo->index];
        memmove(first + undo->count, first, (node->count - undo->index) * sizeof(*first));
        memcpy(first, &s->saved[undo->saved], undo->count * sizeof(*first));
        node->count += undo->count;
    }
    s->saved_count = 0;
}

/* ---- what was tried ---- */

static uint64_t hash_of(const struct sim__text *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text->length; i++) {
        hash = (hash ^ (unsigned char)text->bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash != 0 ? hash : 1;
}

static bool put_hash(uint64_t *table, uint32_t room, uint64_t hash)
{
    uint32_t at = (uint32_t)(hash ^ hash >> 32) & (room - 1);
    while (table[at] != 0 && table[at] != hash) {
        at = (at + 1) & (room - 1);
    }
    bool is_new = table[at] == 0;
    table[at] = hash;
    return is_new;
}

/* Whether a file was not tried before, which it is from now on. */
static bool is_new(struct sim__shrinker *s)
{
    if (s->seen_count >= s->seen_room / 2) {
        uint32_t room = s->seen_room == 0 ? 1024 : 2 * s->seen_room;
        uint64_t *table = calloc(room, sizeof(*table));
        if (table == NULL) {
            s->failed = true;
            return false;
        }
        for (uint32_t i = 0; i < s->seen_room; i++) {
            if (s->seen[i] != 0) {
                (void)put_hash(table, room, s->seen[i]);
            }
        }
        free(s->seen);
        s->seen = table;
        s->seen_room = room;
    }
    bool fresh = put_hash(s->seen, s->seen_room, hash_of(&s->text));
    s->seen_count += fresh;
    return fresh;
}

/* Where the pinned entry stands now; 0: it is gone. */
static uint32_t line_of_pinned(const struct sim__shrinker *s)
{
    uint32_t line = 1;
    for (uint32_t i = 0; i < s->root->count; i++, line++) {
        const struct sim__node *list = s->root->entries[i].value;
        for (uint32_t k = 0; list->kind == SIM__LIST && k < list->count; k++) {
            line++;
            if (list->entries[k].value == s->pinned) {
                return line;
            }
        }
    }
    return 0;
}

/* Asks whether the tree as it is now fails in the same way. */
static enum sim__judgement ask(struct sim__shrinker *s)
{
    const uint32_t line = s->pinned != NULL ? line_of_pinned(s) : 0;
    if (s->pinned != NULL && line == 0) {
        return SIM__OTHER;
    }
    sim__text_clear(&s->text);
    sim__tree_write(s->root, &s->text);
    s->failed |= s->text.failed;
    if (s->failed || !is_new(s)) {
        return SIM__OTHER;
    }
    s->shrunk.tried++;
    const struct sim__candidate candidate = {s->text.bytes, s->text.length, line};
    return s->how->judge(s->how->context, &candidate);
}

bool sim__try(struct sim__shrinker *s)
{
    enum sim__judgement judgement = SIM__OTHER;
    if (!sim__done(s) && s->undo_count > 0) {
        judgement = ask(s);
    }
    if (judgement == SIM__SAME) {
        s->shrunk.kept++;
        keep(s);
        return true;
    }
    s->enough |= judgement == SIM__ENOUGH;
    sim__forget(s);
    return false;
}

void sim__shrinker_release(struct sim__shrinker *s)
{
    sim__text_release(&s->text);
    free(s->undo);
    free(s->saved);
    free(s->seen);
}
