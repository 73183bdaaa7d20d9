/* From the YAML parser's events to the tree. The only file that knows libfyaml.
 *
 * Events are used, not documents: they come in one pass, cost nothing for
 * duplicate keys, and leave aliases unresolved, so that keys, depth and sizes
 * can be judged here, in linear time and with messages of our own.
 */
#include "node.h"

#include <inttypes.h>
#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "place.h"
#include "sim/base/table.h"

/* A list or map that is still open. Its entries wait on the builder's stack. */
struct frame {
    struct sim__node *node;
    uint32_t first;
    uint32_t id; /* keeps its keys apart from those of other maps */
    bool has_key;
    struct sim__entry pending; /* the key that waits for its value */
    const char *anchor;
    uint32_t anchor_length;
};

struct builder {
    struct sim_arena *arena;
    struct sim__diagnosis *diagnosis;
    size_t skipped; /* offset of our first byte less the parser's */
    struct sim__cursor cursor;
    struct frame frames[SIM_DEPTH_MAX];
    uint32_t depth;
    struct sim__entry *stack;
    uint32_t stack_count;
    uint32_t stack_size;
    uint32_t maps;
    uint32_t nodes;
    struct sim__table keys;
    struct sim__table anchors;
    struct sim__node *root;
    bool ended; /* the document is over */
    bool failed;
};

__attribute__((format(printf, 3, 4))) static void fail(struct builder *b, struct sim_place place,
                                                       const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    sim__diagnose(b->diagnosis, place, text);
    b->failed = true;
}

static struct sim_place place_of(struct builder *b, struct fy_token *token)
{
    const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
    if (mark == NULL) {
        return b->cursor.place;
    }
    return sim__cursor_at(&b->cursor, mark->input_pos + b->skipped);
}

/* The same for a token whose mark comes after its first character, which is
 * `lead`: a quote, or the star of an alias. */
static struct sim_place place_after(struct builder *b, struct fy_token *token, char lead)
{
    const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
    size_t offset = mark == NULL ? 0 : mark->input_pos + b->skipped;
    if (offset == 0 || offset > b->cursor.length || b->cursor.bytes[offset - 1] != lead) {
        return place_of(b, token);
    }
    return sim__cursor_at(&b->cursor, offset - 1);
}

static struct sim_place scalar_place(struct builder *b, struct fy_token *token)
{
    switch (token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token)) {
    case FYSS_SINGLE_QUOTED:
        return place_after(b, token, '\'');
    case FYSS_DOUBLE_QUOTED:
        return place_after(b, token, '"');
    default:
        return place_of(b, token);
    }
}

static bool push(struct builder *b, const struct sim__entry *entry)
{
    if (b->stack_count == b->stack_size) {
        uint32_t size = b->stack_size == 0 ? 256 : b->stack_size * 2;
        struct sim__entry *stack = sim__arena_alloc(b->arena, size, sizeof(*stack));
        if (stack == NULL) {
            return false;
        }
        if (b->stack_count > 0) {
            memcpy(stack, b->stack, b->stack_count * sizeof(*stack));
        }
        b->stack = stack;
        b->stack_size = size;
    }
    b->stack[b->stack_count++] = *entry;
    return true;
}

/* Puts a finished node where it belongs. */
static void attach(struct builder *b, struct sim__node *node, struct sim_place place)
{
    if (b->depth == 0) {
        b->root = node;
        return;
    }
    struct frame *frame = &b->frames[b->depth - 1];
    struct sim__entry entry = {NULL, 0, place, node};
    node->at = place;
    node->name = frame->node->name;
    if (frame->node->kind == SIM__MAP) {
        entry = frame->pending;
        entry.value = node;
        node->at = entry.place;
        node->name = entry.key;
        frame->has_key = false;
    }
    if (node->weight > SIM_NODES_MAX - frame->node->weight) {
        fail(b, node->at, "the file has more than %u entries, aliases counted in full",
             SIM_NODES_MAX);
        return;
    }
    frame->node->weight += node->weight;
    if (node->height >= frame->node->height) {
        frame->node->height = node->height + 1;
    }
    push(b, &entry);
}

static void remember(struct builder *b, struct sim__node *node, const char *anchor, uint32_t length)
{
    bool is_new;
    struct sim__slot *slot =
        anchor == NULL ? NULL : sim__table_add(&b->anchors, 0, anchor, length, &is_new);
    if (slot != NULL) {
        slot->value = node;
    }
}

/* Copies a token's text, in pieces; returns its length. With NULL it is only
 * measured. */
static size_t copy_chunks(struct builder *b, struct fy_token *token, char *to)
{
    struct fy_token_iter *iterator = fy_token_iter_create(token);
    const struct fy_iter_chunk *chunk = NULL;
    size_t length = 0;
    int error = 0;
    if (iterator == NULL) {
        sim__arena_fail(b->arena);
        return 0;
    }
    while ((chunk = fy_token_iter_chunk_next(iterator, chunk, &error)) != NULL) {
        if (to != NULL) {
            memcpy(to + length, chunk->str, chunk->len);
        }
        length += chunk->len;
    }
    fy_token_iter_finish(iterator);
    fy_token_iter_destroy(iterator);
    if (error != 0) {
        sim__arena_fail(b->arena);
    }
    return length;
}

/* The text of a scalar in quotes. fy_token_get_text leaks memory of its own
 * (libfyaml 0.7.12) when several escapes follow each other; the iterator does
 * not. */
static const char *quoted_text(struct builder *b, struct fy_token *token, uint32_t *ret_length)
{
    size_t length = copy_chunks(b, token, NULL);
    char *text = sim__arena_alloc(b->arena, length + 1, 1);
    if (text != NULL) {
        copy_chunks(b, token, text);
    }
    *ret_length = (uint32_t)length;
    return text;
}

static bool is_quoted(struct fy_token *token)
{
    enum fy_scalar_style style = fy_token_scalar_style(token);
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

/* A copy of a token's text, in the arena; NULL for no token. */
static const char *text_of(struct builder *b, struct fy_token *token, uint32_t *ret_length)
{
    if (token != NULL && is_quoted(token)) {
        return quoted_text(b, token, ret_length);
    }
    size_t length = 0;
    const char *text = token == NULL ? NULL : fy_token_get_text(token, &length);
    *ret_length = (uint32_t)length;
    return token == NULL ? NULL : sim__arena_text(b->arena, text == NULL ? "" : text, length);
}

static bool refuse_tag(struct builder *b, struct fy_token *tag)
{
    if (tag != NULL) {
        fail(b, place_of(b, tag), "tags have no meaning in a scenario");
    }
    return tag != NULL;
}

/* Most maps are small: up to so many keys are compared one by one, and only
 * then go into the table, which is slow to reach when it has grown. */
#define KEYS_COMPARED 12u

/* Puts the key into the table; the line of an equal one that was there, or 0. */
static uint32_t enter_key(struct builder *b, const struct frame *frame,
                          const struct sim__entry *key)
{
    bool is_new;
    struct sim__slot *slot =
        sim__table_add(&b->keys, frame->id, key->key, key->key_length, &is_new);
    if (slot == NULL) {
        return 0;
    }
    if (is_new) {
        slot->value = (void *)(uintptr_t)key->place.line;
    }
    return is_new ? 0 : (uint32_t)(uintptr_t)slot->value;
}

/* The line of the key's first appearance in its map, or 0. */
static uint32_t first_line(struct builder *b, const struct frame *frame,
                           const struct sim__entry *key)
{
    uint32_t count = b->stack_count - frame->first;
    if (count == 0) {
        return 0;
    }
    const struct sim__entry *others = b->stack + frame->first;
    for (uint32_t i = 0; i < count && count < KEYS_COMPARED; i++) {
        if (others[i].key_length == key->key_length &&
            memcmp(others[i].key, key->key, key->key_length) == 0) {
            return others[i].place.line;
        }
    }
    for (uint32_t i = 0; i < count && count == KEYS_COMPARED; i++) {
        (void)enter_key(b, frame, &others[i]);
    }
    return count < KEYS_COMPARED ? 0 : enter_key(b, frame, key);
}

/* A scalar in a map's key position. */
static void take_key(struct builder *b, struct frame *frame, struct fy_token *token)
{
    struct sim__entry *key = &frame->pending;
    key->place = scalar_place(b, token);
    key->key = text_of(b, token, &key->key_length);
    if (key->key == NULL) {
        return;
    }
    uint32_t line = first_line(b, frame, key);
    if (memchr(key->key, '\0', key->key_length) != NULL) {
        fail(b, key->place, "a key holds a NUL byte");
    } else if (line != 0) {
        fail(b, key->place, "duplicate key `%s`; the first is in line %" PRIu32,
             sim__quotable(b->arena, key->key, key->key_length), line);
    }
    frame->has_key = true;
}

static struct sim__node *new_node(struct builder *b, enum sim__node_kind kind,
                                  struct sim_place place)
{
    struct sim__node *node = sim__arena_alloc(b->arena, 1, sizeof(*node));
    if (node == NULL) {
        return NULL;
    }
    if (++b->nodes > SIM_NODES_MAX) {
        fail(b, place, "the file has more than %u entries", SIM_NODES_MAX);
        return NULL;
    }
    node->kind = kind;
    node->place = place;
    node->at = place;
    node->weight = 1;
    node->height = 1;
    return node;
}

/* The frame whose key comes next, NULL when a value is due. */
static struct frame *wants_key(struct builder *b)
{
    struct frame *frame = b->depth == 0 ? NULL : &b->frames[b->depth - 1];
    return frame != NULL && frame->node->kind == SIM__MAP && !frame->has_key ? frame : NULL;
}

static void take_scalar(struct builder *b, const struct fy_event_scalar_data *data)
{
    if (refuse_tag(b, data->tag)) {
        return;
    }
    struct frame *frame = wants_key(b);
    if (frame != NULL) {
        if (data->value == NULL) {
            fail(b, place_of(b, NULL), "a key is missing here");
            return;
        }
        take_key(b, frame, data->value);
        return;
    }
    struct sim_place place = scalar_place(b, data->value);
    struct sim__node *node = new_node(b, SIM__SCALAR, place);
    if (node == NULL) {
        return;
    }
    node->plain = data->value == NULL || fy_token_scalar_style(data->value) == FYSS_PLAIN;
    node->text = "";
    if (data->value != NULL) {
        node->text = text_of(b, data->value, &node->length);
    }
    if (node->text != NULL && memchr(node->text, '\0', node->length) != NULL) {
        fail(b, place, "the text holds a NUL byte");
        return;
    }
    uint32_t length;
    const char *anchor = text_of(b, data->anchor, &length);
    remember(b, node, anchor, length);
    attach(b, node, place);
}

/* An alias is a copy of the node's head: its entries are shared. */
static void take_alias(struct builder *b, struct fy_token *token)
{
    uint32_t length;
    struct sim_place place = place_after(b, token, '*');
    const char *name = text_of(b, token, &length);
    if (name == NULL) {
        return;
    }
    const struct sim__slot *slot = sim__table_find(&b->anchors, 0, name, length);
    if (slot == NULL) {
        fail(b, place,
             "alias `%s` names nothing that is complete before it; text that starts with * "
             "goes in quotes",
             sim__quotable(b->arena, name, length));
        return;
    }
    const struct sim__node *target = slot->value;
    struct frame *frame = wants_key(b);
    if (frame != NULL) {
        fail(b, place, "an alias cannot be a key");
        return;
    }
    if (target->height > SIM_DEPTH_MAX - b->depth) {
        fail(b, place, "alias `%s` is nested too deep; the limit is %d levels",
             sim__quotable(b->arena, name, length), SIM_DEPTH_MAX);
        return;
    }
    struct sim__node *node = new_node(b, target->kind, place);
    if (node != NULL) {
        *node = *target;
        attach(b, node, place);
    }
}

static void open_node(struct builder *b, enum sim__node_kind kind, struct fy_token *start,
                      struct fy_token *anchor, struct fy_token *tag)
{
    struct sim_place place = place_of(b, start);
    if (refuse_tag(b, tag)) {
        return;
    }
    if (wants_key(b) != NULL) {
        fail(b, place, "a key has to be a word");
        return;
    }
    if (b->depth >= SIM_DEPTH_MAX) {
        fail(b, place, "this is nested too deep; the limit is %d levels", SIM_DEPTH_MAX);
        return;
    }
    struct sim__node *node = new_node(b, kind, place);
    if (node == NULL) {
        return;
    }
    /* Entries of a list take its name; a map's own name comes from here too. */
    if (b->depth > 0) {
        struct frame *parent = &b->frames[b->depth - 1];
        node->name = parent->has_key ? parent->pending.key : parent->node->name;
    }
    struct frame *frame = &b->frames[b->depth++];
    *frame = (struct frame){.node = node, .first = b->stack_count, .id = b->maps++};
    frame->anchor = text_of(b, anchor, &frame->anchor_length);
}

static void close_node(struct builder *b)
{
    if (b->depth == 0) {
        return;
    }
    struct frame *frame = &b->frames[b->depth - 1];
    struct sim__node *node = frame->node;
    uint32_t count = b->stack_count - frame->first;
    node->entries = sim__arena_alloc(b->arena, count, sizeof(*node->entries));
    if (node->entries == NULL) {
        return;
    }
    if (count > 0) {
        memcpy(node->entries, b->stack + frame->first, count * sizeof(*node->entries));
    }
    node->count = count;
    b->stack_count = frame->first;
    b->depth--;
    remember(b, node, frame->anchor, frame->anchor_length);
    attach(b, node, node->place);
}

static void take_event(struct builder *b, const struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (b->ended) {
            fail(b, place_of(b, event->document_start.document_start),
                 "a second document; a file holds one scenario");
        }
        break;
    case FYET_DOCUMENT_END:
        b->ended = true;
        break;
    case FYET_SCALAR:
        take_scalar(b, &event->scalar);
        break;
    case FYET_ALIAS:
        take_alias(b, event->alias.anchor);
        break;
    case FYET_SEQUENCE_START:
        open_node(b, SIM__LIST, event->sequence_start.sequence_start, event->sequence_start.anchor,
                  event->sequence_start.tag);
        break;
    case FYET_MAPPING_START:
        open_node(b, SIM__MAP, event->mapping_start.mapping_start, event->mapping_start.anchor,
                  event->mapping_start.tag);
        break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        close_node(b);
        break;
    default:
        break;
    }
}

/* A bracket that is never closed is noticed at the end of the file; this is
 * where the innermost one was opened. */
static struct sim_place opened_at(struct builder *b, const char *text)
{
    enum sim__node_kind kind = strstr(text, "sequence") != NULL ? SIM__LIST : SIM__MAP;
    for (uint32_t i = b->depth; i > 0; i--) {
        if (b->frames[i - 1].node->kind == kind) {
            return b->frames[i - 1].node->place;
        }
    }
    return b->cursor.place;
}

/* The parser's own complaint, in our form. */
static void take_syntax_error(struct builder *b, struct fy_diag *diag)
{
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    if (error == NULL) {
        fail(b, b->cursor.place, "the YAML parser stopped here without a reason");
        return;
    }
    const char *text = error->msg == NULL ? "syntax error" : error->msg;
    struct sim_place place = b->cursor.place;
    const struct fy_mark *mark = error->fyt == NULL ? NULL : fy_token_start_mark(error->fyt);
    if (mark != NULL) {
        place = sim__cursor_at(&b->cursor, mark->input_pos + b->skipped);
    }
    if (b->cursor.offset >= b->cursor.length && strstr(text, "flow") != NULL) {
        fail(b, opened_at(b, text), "this is not closed (%s)",
             sim__quotable(b->arena, text, strlen(text)));
    } else {
        fail(b, place, "%s", sim__quotable(b->arena, text, strlen(text)));
    }
}

static void build(struct builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
    while (!b->failed && !sim__arena_failed(b->arena)) {
        struct fy_event *event = fy_parser_parse(parser);
        if (event == NULL) {
            break;
        }
        take_event(b, event);
        fy_parser_event_free(parser, event);
    }
    if (b->failed || sim__arena_failed(b->arena)) {
        b->root = NULL;
    } else if (fy_parser_get_stream_error(parser)) {
        take_syntax_error(b, diag);
        b->root = NULL;
    } else if (b->root == NULL) {
        fail(b, (struct sim_place){1, 1}, "there is no scenario in the file");
    }
}

/* The parser writes nowhere: errors are collected, the rest is dropped. */
static void drop_output(struct fy_diag *diag, void *user, const char *buffer, size_t length)
{
    (void)diag;
    (void)user;
    (void)buffer;
    (void)length;
}

static struct fy_diag *quiet_diag(void)
{
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.output_fn = drop_output;
    config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&config);
    if (diag != NULL) {
        fy_diag_set_collect_errors(diag, true);
    }
    return diag;
}

/* What the parser gets. A byte-order mark is skipped. A file that starts with a
 * bracket gets a document marker before it: without one the parser takes the
 * bracket for a possible key and queues all tokens of the line first, which
 * makes a large file on one line five times slower. */
static const char *prepare(struct builder *b, const char *bytes, size_t *length)
{
    size_t start = *length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size_t first = start;
    while (first < *length && strchr(" \t\r\n", bytes[first]) != NULL) {
        first++;
    }
    b->skipped = start;
    if (first == *length || strchr("[{", bytes[first]) == NULL) {
        *length -= start;
        return bytes + start;
    }
    size_t rest = *length - first;
    char *copy = sim__arena_alloc(b->arena, rest + 5, 1);
    if (copy != NULL) {
        memcpy(copy, "--- ", 4);
        memcpy(copy + 4, bytes + first, rest);
    }
    b->skipped = first - 4; /* may wrap; sums with it do not */
    *length = rest + 4;
    return copy;
}

struct sim__node *sim__node_parse(struct sim_arena *arena, struct sim__diagnosis *diagnosis,
                                  const char *bytes, size_t length)
{
    struct builder *b = sim__arena_alloc(arena, 1, sizeof(*b));
    if (b == NULL) {
        return NULL;
    }
    b->arena = arena;
    b->diagnosis = diagnosis;
    sim__cursor_init(&b->cursor, bytes, length);
    uint64_t seed = sim__hash(0, bytes, length);
    sim__table_init(&b->keys, arena, seed);
    sim__table_init(&b->anchors, arena, seed);
    const char *input = prepare(b, bytes, &length);
    struct fy_diag *diag = input == NULL ? NULL : quiet_diag();
    struct fy_parse_cfg config = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE |
                 FYPCF_DISABLE_DEPTH_LIMIT | FYPCF_ALLOW_DUPLICATE_KEYS,
        .diag = diag,
    };
    struct fy_parser *parser = diag == NULL ? NULL : fy_parser_create(&config);
    if (parser == NULL || fy_parser_set_string(parser, input, length) != 0) {
        sim__arena_fail(arena);
    } else {
        build(b, parser, diag);
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return b->root;
}

struct sim__node *sim__node_get(const struct sim__node *map, const char *key)
{
    for (uint32_t i = 0; map->kind == SIM__MAP && i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0) {
            return map->entries[i].value;
        }
    }
    return NULL;
}

/* A map with more keys than this holds unknown ones, which are errors already;
 * it is not worth quadratic time. */
#define MERGED_KEYS_MAX 64u

/* Adds the entries of `under` that `over` lacks, and merges those of both. */
static void merge_entries(struct sim_arena *arena, struct sim__node *merged,
                          const struct sim__node *under, uint32_t count)
{
    uint32_t own = merged->count;
    for (uint32_t i = 0; i < count; i++) {
        const struct sim__entry *entry = &under->entries[i];
        uint32_t j = 0;
        while (j < own && strcmp(merged->entries[j].key, entry->key) != 0) {
            j++;
        }
        if (j == own) {
            merged->entries[merged->count++] = *entry;
        } else {
            merged->entries[j].value =
                sim__node_merge(arena, entry->value, merged->entries[j].value);
        }
    }
}

struct sim__node *sim__node_merge(struct sim_arena *arena, struct sim__node *under,
                                  struct sim__node *over)
{
    if (under == NULL || over == NULL || under->kind != SIM__MAP || over->kind != SIM__MAP) {
        return over;
    }
    uint32_t count = under->count < MERGED_KEYS_MAX ? under->count : MERGED_KEYS_MAX;
    struct sim__node *merged = sim__arena_alloc(arena, 1, sizeof(*merged));
    struct sim__entry *entries =
        sim__arena_alloc(arena, (size_t)count + over->count, sizeof(*entries));
    if (merged == NULL || entries == NULL) {
        return NULL;
    }
    if (over->count > 0) {
        memcpy(entries, over->entries, over->count * sizeof(*entries));
    }
    *merged = *over;
    merged->entries = entries;
    merge_entries(arena, merged, under, count);
    return merged;
}
