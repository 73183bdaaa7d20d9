/* From the YAML parser's events to the tree.
 *
 * Events are used, not documents: they come in one pass, cost nothing for
 * duplicate keys, and leave aliases unresolved, so that keys, depth and sizes
 * can be judged here, in linear time and with messages of our own.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "yaml.h"
#include "sup/assert.h"

static void fail(struct sim__builder *b, enum sim__code code, struct sim_place place,
                 const char *format, va_list arguments)
{
    char text[512];
    vsnprintf(text, sizeof(text), format, arguments);
    sim__diagnose(b->diagnosis, place, sim__code_name(code), text);
    b->failed = true;
}

void sim__build_fail(struct sim__builder *b, struct sim_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(b, SIM__CODE_SYNTAX, place, format, arguments);
    va_end(arguments);
}

void sim__build_fail_as(struct sim__builder *b, enum sim__code code, struct sim_place place,
                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(b, code, place, format, arguments);
    va_end(arguments);
}

static bool push(struct sim__builder *b, const struct sim__entry *entry)
{
    SUP_ASSERT(b->stack_count <= b->stack_size);
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
static void attach(struct sim__builder *b, struct sim__node *node, struct sim_place place)
{
    SUP_ASSERT(node->weight > 0 && node->height > 0);
    if (b->depth == 0) {
        b->root = node;
        return;
    }
    struct sim__frame *frame = &b->frames[b->depth - 1];
    struct sim__entry entry = {.place = place, .value = node};
    node->at = place;
    node->name = frame->node->name;
    if (frame->node->kind == SIM__MAP) {
        SUP_ASSERT(frame->has_key);
        entry = frame->pending;
        entry.value = node;
        node->at = entry.place;
        node->name = entry.key;
        frame->has_key = false;
    }
    if (node->weight > SIM_NODES_MAX - frame->node->weight) {
        sim__build_fail_as(b, SIM__CODE_LIMIT, node->at,
                           "the file has more than %u entries, aliases counted in full",
                           SIM_NODES_MAX);
        return;
    }
    frame->node->keys |= sim__key_bit(entry.id);
    frame->node->weight += node->weight;
    if (node->height >= frame->node->height) {
        frame->node->height = (uint8_t)(node->height + 1);
    }
    push(b, &entry);
}

static void remember(struct sim__builder *b, struct sim__node *node, const char *anchor,
                     uint32_t length)
{
    bool is_new;
    struct sim__slot *slot =
        anchor == NULL ? NULL : sim__table_add(&b->anchors, 0, anchor, length, &is_new);
    if (slot != NULL) {
        slot->value = node;
    }
}

static bool refuse_tag(struct sim__builder *b, struct fy_token *tag)
{
    if (tag != NULL) {
        sim__build_fail(b, sim__token_place(b, tag), "tags have no meaning in a scenario");
    }
    return tag != NULL;
}

/* Most maps are small: up to so many keys are compared one by one, and only
 * then go into the table, which is slow to reach when it has grown. */
#define KEYS_COMPARED 12u

/* Puts the key into the table; the line of an equal one that was there, or 0. */
static uint32_t enter_key(struct sim__builder *b, const struct sim__frame *frame,
                          const struct sim__entry *key)
{
    SUP_ASSERT(key->key != NULL && key->place.line > 0); /* line 0 means none */
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
static uint32_t first_line(struct sim__builder *b, const struct sim__frame *frame,
                           const struct sim__entry *key)
{
    SUP_ASSERT(frame->first <= b->stack_count);
    uint32_t count = b->stack_count - frame->first;
    if (count == 0) {
        return 0;
    }
    const struct sim__entry *others = b->stack + frame->first;
    for (uint32_t i = 0; i < count && count < KEYS_COMPARED; i++) {
        if (others[i].id == key->id && others[i].key_length == key->key_length &&
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
static void take_key(struct sim__builder *b, struct sim__frame *frame, struct fy_token *token)
{
    SUP_ASSERT(frame->node->kind == SIM__MAP && !frame->has_key);
    struct sim__entry *key = &frame->pending;
    struct sim_place place = sim__scalar_place(b, token);
    uint32_t length;
    const char *word = sim__token_text(b, token, &length);
    if (word == NULL) {
        return;
    }
    *key = sim__entry(word, length);
    key->place = place;
    uint32_t line = first_line(b, frame, key);
    if (memchr(key->key, '\0', key->key_length) != NULL) {
        sim__build_fail_as(b, SIM__CODE_NOT_TEXT, key->place, "a key holds a NUL byte");
    } else if (line != 0) {
        sim__build_fail_as(b, SIM__CODE_DUPLICATE_KEY, key->place,
                           "duplicate key `%s`; the first is in line %" PRIu32,
                           sim__quotable(b->arena, key->key, key->key_length), line);
    }
    frame->has_key = true;
}

static struct sim__node *new_node(struct sim__builder *b, enum sim__node_kind kind,
                                  struct sim_place place)
{
    struct sim__node *node = sim__arena_alloc(b->arena, 1, sizeof(*node));
    if (node == NULL) {
        return NULL;
    }
    if (++b->nodes > SIM_NODES_MAX) {
        sim__build_fail_as(b, SIM__CODE_LIMIT, place, "the file has more than %u entries",
                           SIM_NODES_MAX);
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
static struct sim__frame *wants_key(struct sim__builder *b)
{
    struct sim__frame *frame = b->depth == 0 ? NULL : &b->frames[b->depth - 1];
    return frame != NULL && frame->node->kind == SIM__MAP && !frame->has_key ? frame : NULL;
}

static void take_scalar(struct sim__builder *b, const struct fy_event_scalar_data *data)
{
    if (refuse_tag(b, data->tag)) {
        return;
    }
    struct sim__frame *frame = wants_key(b);
    if (frame != NULL) {
        if (data->value == NULL) {
            sim__build_fail(b, sim__token_place(b, NULL), "a key is missing here");
            return;
        }
        take_key(b, frame, data->value);
        return;
    }
    struct sim_place place = sim__scalar_place(b, data->value);
    struct sim__node *node = new_node(b, SIM__SCALAR, place);
    if (node == NULL) {
        return;
    }
    node->plain = data->value == NULL || fy_token_scalar_style(data->value) == FYSS_PLAIN;
    node->text = "";
    if (data->value != NULL) {
        node->text = sim__token_text(b, data->value, &node->length);
    }
    if (node->text != NULL && memchr(node->text, '\0', node->length) != NULL) {
        sim__build_fail_as(b, SIM__CODE_NOT_TEXT, place, "the text holds a NUL byte");
        return;
    }
    uint32_t length;
    const char *anchor = sim__token_text(b, data->anchor, &length);
    remember(b, node, anchor, length);
    attach(b, node, place);
}

/* An alias is a copy of the node's head: its entries are shared. */
static void take_alias(struct sim__builder *b, struct fy_token *token)
{
    uint32_t length;
    struct sim_place place = sim__token_place_after(b, token, '*');
    const char *name = sim__token_text(b, token, &length);
    if (name == NULL) {
        return;
    }
    const struct sim__slot *slot = sim__table_find(&b->anchors, 0, name, length);
    if (slot == NULL) {
        sim__build_fail(b, place,
                        "alias `%s` names nothing that is complete before it" SIM__HINT "; a glob "
                        "goes in quotes",
                        sim__quotable(b->arena, name, length));
        return;
    }
    const struct sim__node *target = slot->value;
    struct sim__frame *frame = wants_key(b);
    if (frame != NULL) {
        sim__build_fail(b, place, "an alias cannot be a key");
        return;
    }
    if (target->height > SIM_DEPTH_MAX - b->depth) {
        sim__build_fail_as(b, SIM__CODE_LIMIT, place,
                           "alias `%s` is nested too deep; the limit is %d levels",
                           sim__quotable(b->arena, name, length), SIM_DEPTH_MAX);
        return;
    }
    struct sim__node *node = new_node(b, target->kind, place);
    if (node != NULL) {
        *node = *target;
        attach(b, node, place);
    }
}

static void open_node(struct sim__builder *b, enum sim__node_kind kind, struct fy_token *start,
                      struct fy_token *anchor, struct fy_token *tag)
{
    struct sim_place place = sim__token_place(b, start);
    if (refuse_tag(b, tag)) {
        return;
    }
    if (wants_key(b) != NULL) {
        sim__build_fail(b, place, "a key has to be a word");
        return;
    }
    if (b->depth >= SIM_DEPTH_MAX) {
        sim__build_fail_as(b, SIM__CODE_LIMIT, place,
                           "this is nested too deep; the limit is %d levels", SIM_DEPTH_MAX);
        return;
    }
    struct sim__node *node = new_node(b, kind, place);
    if (node == NULL) {
        return;
    }
    /* Entries of a list take its name; a map's own name comes from here too. */
    if (b->depth > 0) {
        struct sim__frame *parent = &b->frames[b->depth - 1];
        node->name = parent->has_key ? parent->pending.key : parent->node->name;
    }
    struct sim__frame *frame = &b->frames[b->depth++];
    *frame = (struct sim__frame){.node = node, .first = b->stack_count, .id = b->maps++};
    frame->anchor = sim__token_text(b, anchor, &frame->anchor_length);
}

static void close_node(struct sim__builder *b)
{
    if (b->depth == 0) {
        return;
    }
    struct sim__frame *frame = &b->frames[b->depth - 1];
    SUP_ASSERT(frame->first <= b->stack_count);
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

static void take_event(struct sim__builder *b, const struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (b->ended) {
            sim__build_fail(b, sim__token_place(b, event->document_start.document_start),
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

static void build(struct sim__builder *b, struct fy_parser *parser, struct fy_diag *diag)
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
        sim__syntax_error(b, diag);
        b->root = NULL;
    } else if (b->root == NULL) {
        sim__build_fail_as(b, SIM__CODE_EMPTY, (struct sim_place){1, 1, 0},
                           "there is no scenario in the file");
    }
}

/* What the parser gets. A byte-order mark is skipped. A file that starts with a
 * bracket gets a document marker before it: without one the parser takes the
 * bracket for a possible key and queues all tokens of the line first, which
 * makes a large file on one line five times slower. */
static const char *prepare(struct sim__builder *b, const char *bytes, size_t *length)
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
    struct sim__builder *b = sim__arena_alloc(arena, 1, sizeof(*b));
    if (b == NULL) {
        return NULL;
    }
    b->arena = arena;
    b->diagnosis = diagnosis;
    sim__cursor_init(&b->cursor, bytes, length);
    b->cursor.place.file = diagnosis->file;
    uint64_t seed = sim__hash(0, bytes, length);
    sim__table_init(&b->keys, arena, seed);
    sim__table_init(&b->anchors, arena, seed);
    const char *input = prepare(b, bytes, &length);
    struct fy_diag *diag = input == NULL ? NULL : sim__quiet_diag();
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
