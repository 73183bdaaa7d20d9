/* Whether two traces tell the same story: for each service, and for what belongs to
 * a group or to the supervisor, the same events with the same fields in the same
 * order. When something happened, and how long a drain took, is not compared.
 *
 * A trace of this program has its keys in one fixed order, so lines are cut up as
 * text: {"t":…,"n":…, what is compared}.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sup/error.h"

#define MEMBER_MAX 160u

struct line {
    const char *text; /* the whole line */
    size_t length;
    size_t body; /* where its event begins */
    uint64_t at_ns;
    const char *key; /* "service":"…" or "group":"…", as written; or "" */
    size_t key_length;
    size_t index;
};

struct lines {
    struct line *items;
    size_t count;
};

/* ---- cutting up ---- */

static const char *find(const char *text, size_t length, const char *what)
{
    size_t size = strlen(what);
    for (size_t i = 0; i + size <= length; i++) {
        if (memcmp(text + i, what, size) == 0) {
            return text + i;
        }
    }
    return NULL;
}

/* The member `"name":"value"` of a line. Names of services and groups hold nothing that
 * is escaped, and come before every text that a user can choose. */
static bool find_member(const struct line *line, const char *name, struct line *into)
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
    into->key = start;
    into->key_length = (size_t)(end - start) + 1;
    return true;
}

/* False for the header, the end line and anything else that is no event. */
static bool cut(const char *text, size_t length, struct line *ret_line)
{
    struct line line = {.text = text, .length = length, .key = "", .key_length = 0};
    const char *event = find(text, length, "\"event\":");
    if (length < 6 || memcmp(text, "{\"t\":", 5) != 0 || event == NULL) {
        return false;
    }
    line.body = (size_t)(event - text);
    line.at_ns = strtoull(text + 5, NULL, 10);
    if (!find_member(&line, "\"service\":\"", &line)) {
        (void)find_member(&line, "\"group\":\"", &line);
    }
    *ret_line = line;
    return true;
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *left = a;
    const struct line *right = b;
    size_t shorter = left->key_length < right->key_length ? left->key_length : right->key_length;
    int order = memcmp(left->key, right->key, shorter);
    if (order != 0) {
        return order;
    }
    if (left->key_length != right->key_length) {
        return left->key_length < right->key_length ? -1 : 1;
    }
    return left->index < right->index ? -1 : left->index > right->index;
}

/* All lines, by service and then as they came. */
static int split(const struct sim__story *story, struct lines *ret_lines)
{
    size_t count = 1;
    for (size_t i = 0; i < story->length; i++) {
        count += story->trace[i] == '\n';
    }
    struct line *items = calloc(count, sizeof(*items));
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
    *ret_lines = (struct lines){items, kept};
    return SUP_OK;
}

/* ---- comparing ---- */

/* How long the member at `text` is when it is one that does not count; else 0. */
static size_t ignored(const char *text, size_t length)
{
    static const char took[] = "\"took\":";
    size_t i = sizeof(took) - 1;
    if (length < i || memcmp(text, took, i) != 0) {
        return 0;
    }
    while (i < length && text[i] != ',' && text[i] != '}') {
        i++;
    }
    return i;
}

/* The next byte that counts, or 0 at the end. */
static char next_byte(const struct line *line, size_t *at)
{
    if (*at < line->length && line->text[*at - 1] == ',') {
        size_t skipped = ignored(line->text + *at, line->length - *at);
        if (skipped > 0 && *at + skipped < line->length) {
            *at += skipped + (line->text[*at + skipped] == ',');
        }
    }
    return *at < line->length ? line->text[(*at)++] : '\0';
}

static bool same_event(const struct line *a, const struct line *b)
{
    size_t i = a->body, k = b->body;
    char left, right;
    do {
        left = next_byte(a, &i);
        right = next_byte(b, &k);
    } while (left == right && left != '\0');
    return left == right;
}

static size_t story_end(const struct lines *lines, size_t from)
{
    size_t end = from + 1;
    while (end < lines->count && lines->items[end].key_length == lines->items[from].key_length &&
           memcmp(lines->items[end].key, lines->items[from].key, lines->items[from].key_length) ==
               0) {
        end++;
    }
    return end;
}

struct comparison {
    const struct sim__story *wanted;
    const struct sim__story *found;
    uint64_t tail_ns;
    struct sim__conformance *result;
};

/* "service x", "group runtime.a", "the supervisor" */
static void who(const struct line *line, char *buffer, size_t size)
{
    const char *colon = memchr(line->key, ':', line->key_length);
    if (colon == NULL) {
        (void)snprintf(buffer, size, "the supervisor");
        return;
    }
    int kind = (int)(colon - line->key) - 2;
    int name = (int)(line->key_length - (size_t)(colon - line->key)) - 3;
    (void)snprintf(buffer, size, "%.*s %.*s", kind, line->key + 1, name, colon + 2);
}

static void differ(const struct comparison *c, const struct line *wanted, const struct line *found,
                   size_t position)
{
    char name[MEMBER_MAX];
    who(wanted != NULL ? wanted : found, name, sizeof(name));
    c->result->same = false;
    (void)snprintf(c->result->text, sizeof(c->result->text),
                   "%s, event %zu: %s it is %.*s, %s %.*s", name, position + 1, c->wanted->who,
                   wanted != NULL ? (int)wanted->length : 7,
                   wanted != NULL ? wanted->text : "nothing", c->found->who,
                   found != NULL ? (int)found->length : 7, found != NULL ? found->text : "nothing");
}

/* What only one of the two tells; at its very end that may be. */
static bool compare_rest(const struct comparison *c, const struct line *lines, size_t count,
                         size_t position, bool wanted)
{
    if (count == 0 || lines[0].at_ns >= c->tail_ns) {
        return true;
    }
    differ(c, wanted ? &lines[0] : NULL, wanted ? NULL : &lines[0], position);
    return false;
}

static bool compare_story(const struct comparison *c, const struct line *a, size_t a_count,
                          const struct line *b, size_t b_count)
{
    size_t i = 0;
    for (; i < a_count && i < b_count; i++) {
        uint64_t late = b[i].at_ns > a[i].at_ns ? b[i].at_ns - a[i].at_ns : 0;
        if (late > c->result->late_ns) {
            c->result->late_ns = late;
        }
        if (!same_event(&a[i], &b[i])) {
            differ(c, &a[i], &b[i], i);
            return false;
        }
    }
    return compare_rest(c, a + i, a_count - i, i, true) &&
           compare_rest(c, b + i, b_count - i, i, false);
}

static void compare_all(const struct comparison *c, const struct lines *a, const struct lines *b)
{
    size_t i = 0, k = 0;
    bool same = true;
    while (same && (i < a->count || k < b->count)) {
        struct line left = i < a->count ? a->items[i] : (struct line){0};
        struct line right = k < b->count ? b->items[k] : (struct line){0};
        left.index = right.index = 0;
        int order = i == a->count ? 1 : k == b->count ? -1 : compare_lines(&left, &right);
        size_t a_end = order <= 0 ? story_end(a, i) : i;
        size_t b_end = order >= 0 ? story_end(b, k) : k;
        same = compare_story(c, a->items + i, a_end - i, b->items + k, b_end - k);
        c->result->services += order <= 0 && left.key_length > 0 && left.key[1] == 's';
        i = a_end;
        k = b_end;
    }
}

int sim__conform(const struct sim__story *wanted, const struct sim__story *found, uint64_t tail_ns,
                 struct sim__conformance *ret_conformance)
{
    struct lines a = {0}, b = {0};
    struct comparison c = {wanted, found, tail_ns, ret_conformance};
    *ret_conformance = (struct sim__conformance){.same = true};
    int error = split(wanted, &a);
    if (error == SUP_OK) {
        error = split(found, &b);
    }
    if (error == SUP_OK) {
        compare_all(&c, &a, &b);
        ret_conformance->events = b.count;
    }
    free(a.items);
    free(b.items);
    return error;
}
