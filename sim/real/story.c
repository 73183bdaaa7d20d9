/* Cuts traces into lines, and says what they tell. */
#define _GNU_SOURCE /* memmem */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

/* ---- cutting up ---- */

static const char *find(const char *text, size_t length, const char *what)
{
    return memmem(text, length, what, strlen(what));
}

/* The member `"name":"value"` of a line. Names of services and groups hold nothing that
 * is escaped, and come before every text that a user can choose. */
static bool find_member(struct sim__line *line, const char *name)
{
    const char *start = find(line->text, line->length, name);
    if (start == NULL) {
        return false;
    }
    size_t rest = line->length - (size_t)(start - line->text) - strlen(name);
    const char *end = memchr(start + strlen(name), '"', rest);
    if (end == NULL) {
        return false;
    }
    line->key = start;
    line->key_length = (size_t)(end - start) + 1;
    return true;
}

/* The words why it came are made of the rest, and of instants that lateness moves. They stand
 * last, and in a text the quotes would be escaped. */
static size_t without_words(const char *text, size_t length)
{
    const char *words = find(text, length, ",\"because\":\"");
    return words == NULL ? length : (size_t)(words - text);
}

/* False for the header, the end line and anything else that is no event. */
static bool cut(const char *text, size_t length, struct sim__line *ret_line)
{
    const char *event = find(text, length, "\"event\":");
    struct sim__line line = {
        .text = text, .length = without_words(text, length), .key = "", .key_length = 0};
    if (length < 6 || memcmp(text, "{\"t\":", 5) != 0 || event == NULL) {
        return false;
    }
    line.body = (size_t)(event - text);
    line.at_ns = strtoull(text + 5, NULL, 10);
    if (!find_member(&line, "\"service\":\"")) {
        (void)find_member(&line, "\"group\":\"");
    }
    *ret_line = line;
    return true;
}

int sim__line_order(const struct sim__line *a, const struct sim__line *b)
{
    size_t shorter = a->key_length < b->key_length ? a->key_length : b->key_length;
    int order = memcmp(a->key, b->key, shorter);
    if (order != 0) {
        return order;
    }
    return a->key_length < b->key_length ? -1 : a->key_length > b->key_length;
}

static int compare_lines(const void *a, const void *b)
{
    const struct sim__line *left = a;
    const struct sim__line *right = b;
    int order = sim__line_order(left, right);
    if (order != 0) {
        return order;
    }
    return left->index < right->index ? -1 : left->index > right->index;
}

int sim__lines_cut(const struct sim__story *story, struct sim__lines *ret_lines)
{
    size_t count = 1;
    for (size_t i = 0; i < story->length; i++) {
        count += story->trace[i] == '\n';
    }
    struct sim__line *items = calloc(count, sizeof(*items));
    if (items == NULL) {
        return SUP_ENOMEM;
    }
    size_t kept = 0;
    for (size_t at = 0; at < story->length;) {
        const char *text = story->trace + at;
        const char *end = memchr(text, '\n', story->length - at);
        size_t length = end != NULL ? (size_t)(end - text) : story->length - at;
        if (cut(text, length, &items[kept])) {
            items[kept].index = kept;
            kept++;
        }
        at += length + 1;
    }
    qsort(items, kept, sizeof(*items), compare_lines);
    *ret_lines = (struct sim__lines){items, kept};
    return SUP_OK;
}

void sim__lines_free(struct sim__lines *lines)
{
    free(lines->items);
    *lines = (struct sim__lines){0};
}

size_t sim__lines_end(const struct sim__lines *lines, size_t from)
{
    size_t end = from + 1;
    while (end < lines->count && sim__line_order(&lines->items[from], &lines->items[end]) == 0) {
        end++;
    }
    return end;
}

/* ---- members ---- */

/* One member of a line: `"key":value`, with the quotes. */
struct member {
    const char *key;
    size_t key_length;
    const char *value;
    size_t value_length;
};

/* The member that begins at *at, which is moved behind it; false at the end. */
static bool next_member(const struct sim__line *line, size_t *at, struct member *ret_member)
{
    const char *text = line->text;
    size_t i = *at;
    size_t colon = i;
    while (colon < line->length && text[colon] != ':') {
        colon++;
    }
    if (i >= line->length || text[i] != '"' || colon == line->length) {
        return false;
    }
    size_t end = colon + 1;
    bool quoted = false;
    while (end < line->length && (quoted || (text[end] != ',' && text[end] != '}'))) {
        if (quoted && text[end] == '\\') {
            end++;
        } else if (text[end] == '"') {
            quoted = !quoted;
        }
        end++;
    }
    end = end < line->length ? end : line->length;
    *ret_member = (struct member){text + i, colon - i, text + colon + 1, end - colon - 1};
    *at = end + 1;
    return true;
}

static bool is_key(const struct member *member, const char *key)
{
    size_t length = strlen(key);
    return member->key_length == length + 2 && memcmp(member->key + 1, key, length) == 0;
}

static bool same_text(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* What an attempt says of its own end, which no lateness changes. */
static bool is_report(const struct member *member)
{
    return is_key(member, "code") || is_key(member, "signal") || is_key(member, "error");
}

/* The next one that is compared; a drain takes as long as it takes. */
static bool next_compared(const struct sim__line *line, size_t *at, struct member *ret_member)
{
    bool any = next_member(line, at, ret_member);
    while (any && is_key(ret_member, "took")) {
        any = next_member(line, at, ret_member);
    }
    return any;
}

/* What an attempt reports, and what the supervisor makes of it. */
enum part { MADE_OF_IT, REPORTED };

static bool next_of_kind(const struct sim__line *line, size_t *at, enum part part,
                         struct member *ret_member)
{
    bool any = next_compared(line, at, ret_member);
    while (any && is_report(ret_member) != (part == REPORTED)) {
        any = next_compared(line, at, ret_member);
    }
    return any;
}

static bool same_members(const struct sim__line *a, const struct sim__line *b, enum part part)
{
    size_t i = a->body, k = b->body;
    for (;;) {
        struct member left, right;
        bool more = next_of_kind(a, &i, part, &left);
        if (more != next_of_kind(b, &k, part, &right)) {
            return false;
        }
        if (!more) {
            return true;
        }
        if (!same_text(left.key, left.key_length, right.key, right.key_length) ||
            !same_text(left.value, left.value_length, right.value, right.value_length)) {
            return false;
        }
    }
}

enum sim__sameness sim__line_compare(const struct sim__line *a, const struct sim__line *b)
{
    if (!same_members(a, b, MADE_OF_IT)) {
        return SIM__OTHER;
    }
    return same_members(a, b, REPORTED) ? SIM__SAME : SIM__OTHER_REPORT;
}

/* ---- for people ---- */

void sim__line_who(const struct sim__line *line, char who[SIM__WHO_BYTES])
{
    const char *colon = memchr(line->key, ':', line->key_length);
    if (colon == NULL) {
        (void)snprintf(who, SIM__WHO_BYTES, "the supervisor");
        return;
    }
    int kind = (int)(colon - line->key) - 2;
    int name = (int)(line->key_length - (size_t)(colon - line->key)) - 3;
    (void)snprintf(who, SIM__WHO_BYTES, "%.*s %.*s", kind, line->key + 1, name, colon + 2);
}

static bool is_length(const struct member *member)
{
    return is_key(member, "delay") || is_key(member, "cooldown") || is_key(member, "took") ||
           is_key(member, "timeout");
}

static void put_value(struct sim__text *out, const struct member *member)
{
    bool quoted = member->value_length >= 2 && member->value[0] == '"';
    if (is_length(member)) {
        sim__text_duration(out, SUP_NS(strtoull(member->value, NULL, 10)));
    } else {
        sim__text_putn(out, member->value + quoted, member->value_length - 2 * quoted);
    }
}

void sim__line_words(const struct sim__line *line, char words[SIM__WORDS_BYTES])
{
    struct sim__text out;
    struct member member;
    sim__text_init_fixed(&out, words, SIM__WORDS_BYTES);
    if (line == NULL) {
        sim__text_put(&out, "nothing");
        return;
    }
    size_t at = line->body;
    const char *before = " (";
    while (next_member(line, &at, &member)) {
        if (is_key(&member, "event")) {
            put_value(&out, &member);
        } else if (!is_key(&member, "service") && !is_key(&member, "group")) {
            sim__text_put(&out, before);
            sim__text_putn(&out, member.key + 1, member.key_length - 2);
            sim__text_char(&out, ' ');
            put_value(&out, &member);
            before = ", ";
        }
    }
    sim__text_put(&out, before[0] == ',' ? ") at " : " at ");
    sim__text_duration(&out, SUP_NS(line->at_ns));
}
