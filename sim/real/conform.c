/* Whether two traces tell the same story: for each service, and for what belongs to
 * a group or to the supervisor, the same events with the same fields in the same
 * order. When something happened is judged elsewhere (judge.c). */
#include "conform.h"

#include <stdio.h>

struct comparison {
    const struct sim__story *wanted;
    const struct sim__story *found;
    struct sup_instant tail;
    struct sim__conformance *result;
};

static void differ(const struct comparison *c, const struct sim__line *wanted,
                   const struct sim__line *found, size_t position)
{
    struct sim__conformance *result = c->result;
    char who[SIM__WHO_BYTES];
    char left[SIM__WORDS_BYTES], right[SIM__WORDS_BYTES];
    sim__line_who(wanted != NULL ? wanted : found, who);
    sim__line_words(wanted, left);
    sim__line_words(found, right);
    result->same = false;
    result->wanted = wanted;
    result->found = found;
    (void)snprintf(result->text, sizeof(result->text), "%s, event %zu: %s it is %s, %s %s", who,
                   position + 1, c->wanted->who, left, c->found->who, right);
}

enum teller { THE_WANTED, THE_FOUND };

/* What only one of the two tells; at its very end that may be. */
static bool compare_rest(const struct comparison *c, const struct sim__line *lines, size_t count,
                         size_t position, enum teller teller)
{
    if (count == 0 || lines[0].at_ns >= c->tail.ns) {
        return true;
    }
    bool wanted = teller == THE_WANTED;
    differ(c, wanted ? &lines[0] : NULL, wanted ? NULL : &lines[0], position);
    return false;
}

static bool compare_story(const struct comparison *c, const struct sim__line *a, size_t a_count,
                          const struct sim__line *b, size_t b_count)
{
    size_t i = 0;
    for (; i < a_count && i < b_count; i++) {
        uint64_t late = b[i].at_ns > a[i].at_ns ? b[i].at_ns - a[i].at_ns : 0;
        if (late > c->result->late_ns) {
            c->result->late_ns = late;
        }
        if (sim__line_compare(&a[i], &b[i]) != SIM__SAME) {
            differ(c, &a[i], &b[i], i);
            return false;
        }
    }
    return compare_rest(c, a + i, a_count - i, i, THE_WANTED) &&
           compare_rest(c, b + i, b_count - i, i, THE_FOUND);
}

static void compare_all(const struct comparison *c, const struct sim__lines *a,
                        const struct sim__lines *b)
{
    size_t i = 0, k = 0;
    bool same = true;
    while (same && (i < a->count || k < b->count)) {
        int order = 0;
        if (i == a->count || k == b->count) {
            order = i == a->count ? 1 : -1;
        } else {
            order = sim__line_order(&a->items[i], &b->items[k]);
        }
        size_t a_end = order <= 0 ? sim__lines_end(a, i) : i;
        size_t b_end = order >= 0 ? sim__lines_end(b, k) : k;
        const struct sim__line *first = order <= 0 ? &a->items[i] : &b->items[k];
        c->result->services += first->key_length > 0 && first->key[1] == 's';
        same = compare_story(c, a->items + i, a_end - i, b->items + k, b_end - k);
        i = a_end;
        k = b_end;
    }
}

int sim__conform(const struct sim__story *wanted, const struct sim__story *found,
                 struct sup_instant tail, struct sim__conformance *ret_conformance)
{
    struct sim__conformance *result = ret_conformance;
    struct comparison c = {wanted, found, tail, result};
    *result = (struct sim__conformance){.same = true};
    int error = sim__lines_cut(wanted, &result->wanted_lines);
    if (error == SUP_OK) {
        error = sim__lines_cut(found, &result->found_lines);
    }
    if (error != SUP_OK) {
        sim__conformance_release(result);
        return error;
    }
    compare_all(&c, &result->wanted_lines, &result->found_lines);
    result->events = result->found_lines.count;
    return SUP_OK;
}

void sim__conformance_release(struct sim__conformance *conformance)
{
    sim__lines_free(&conformance->wanted_lines);
    sim__lines_free(&conformance->found_lines);
}
