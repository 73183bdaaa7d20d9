/* Tokens of the YAML parser: their places and their texts. */
#include "yaml.h"
#include "sup/assert.h"

#include <string.h>

struct sim_place sim__token_place(struct sim__builder *b, struct fy_token *token)
{
    const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
    if (mark == NULL) {
        return b->cursor.place;
    }
    return sim__cursor_at(&b->cursor, mark->input_pos + b->skipped);
}

struct sim_place sim__token_place_after(struct sim__builder *b, struct fy_token *token, char lead)
{
    const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
    size_t offset = mark == NULL ? 0 : mark->input_pos + b->skipped;
    if (offset == 0 || offset > b->cursor.length || b->cursor.bytes[offset - 1] != lead) {
        return sim__token_place(b, token);
    }
    return sim__cursor_at(&b->cursor, offset - 1);
}

struct sim_place sim__scalar_place(struct sim__builder *b, struct fy_token *token)
{
    switch (token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token)) {
    case FYSS_SINGLE_QUOTED:
        return sim__token_place_after(b, token, '\'');
    case FYSS_DOUBLE_QUOTED:
        return sim__token_place_after(b, token, '"');
    default:
        return sim__token_place(b, token);
    }
}

/* Copies a token's text, in pieces; returns its length. With NULL it is only
 * measured. */
static size_t copy_chunks(struct sim__builder *b, struct fy_token *token, char *to)
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
static const char *quoted_text(struct sim__builder *b, struct fy_token *token, uint32_t *ret_length)
{
    size_t length = copy_chunks(b, token, NULL);
    SUP_ASSERT(length <= UINT32_MAX); /* no file is so long */
    char *text = sim__arena_alloc(b->arena, length + 1, 1);
    if (text != NULL) {
        size_t copied = copy_chunks(b, token, text);
        SUP_ASSERT(copied <= length);
    }
    *ret_length = (uint32_t)length;
    return text;
}

static bool is_quoted(struct fy_token *token)
{
    enum fy_scalar_style style = fy_token_scalar_style(token);
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

const char *sim__token_text(struct sim__builder *b, struct fy_token *token, uint32_t *ret_length)
{
    if (token != NULL && is_quoted(token)) {
        return quoted_text(b, token, ret_length);
    }
    size_t length = 0;
    const char *text = token == NULL ? NULL : fy_token_get_text(token, &length);
    *ret_length = (uint32_t)length;
    return token == NULL ? NULL : sim__arena_text(b->arena, text == NULL ? "" : text, length);
}
