/* The runs of a trace; see trace_index.h. */
#include "trace_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"

void cli_trace_run_name(const struct sim__json *header, struct sim__text *text)
{
    const struct sim__json_member *name = sim__json_find(header, "scenario");
    const struct sim__json_member *variant = sim__json_find(header, "variant");
    const struct sim__json_member *seed = sim__json_find(header, "seed");
    if (name != NULL) {
        sim__text_put(text, " of '");
        sim__json_show(name, text);
        if (variant != NULL) {
            sim__text_put(text, " [");
            sim__json_show(variant, text);
            sim__text_put(text, "]");
        }
        sim__text_put(text, "'");
    }
    if (seed != NULL) {
        sim__text_put(text, " (seed ");
        sim__json_show(seed, text);
        sim__text_put(text, ")");
    }
}

/* FNV-1a over what the member says, however it is written. */
static uint64_t mix(uint64_t key, const struct sim__json *header, const char *name)
{
    const struct sim__json_member *member = sim__json_find(header, name);
    struct sim__text text = {0};
    if (member != NULL && !sim__json_decode(member, &text)) {
        sim__text_putn(&text, member->value, member->value_length);
    }
    for (size_t i = 0; i < text.length; i++) {
        key = (key ^ (unsigned char)text.bytes[i]) * UINT64_C(0x100000001b3);
    }
    sim__text_release(&text);
    return (key ^ 0x100u) * UINT64_C(0x100000001b3);
}

static uint64_t key_of(const struct sim__json *header)
{
    uint64_t key = UINT64_C(0xcbf29ce484222325);
    key = mix(key, header, "scenario");
    key = mix(key, header, "variant");
    return mix(key, header, "seed");
}

static struct cli_trace_run *add_run(struct cli_trace_index *index)
{
    struct cli_trace_run *runs =
        sim__grown(index->runs, &index->room, (uint64_t)index->count + 1, sizeof *runs);
    if (runs == NULL) {
        fputs("rehearse: out of memory\n", stderr);
        return NULL;
    }
    index->runs = runs;
    runs[index->count] = (struct cli_trace_run){.order = index->count, .partner = CLI_NO_PARTNER};
    return &runs[index->count++];
}

bool cli_trace_index_read(struct cli_trace_file *trace, struct cli_trace_index *ret_index)
{
    struct cli_trace_run *run = NULL;
    for (;;) {
        uint64_t at = trace->at, number = trace->number;
        enum cli_trace_kind kind = cli_trace_next(trace);
        if (kind == CLI_TRACE_BAD) {
            return false;
        }
        if (kind == CLI_TRACE_EOF) {
            break;
        }
        /* A piece of a trace may begin without a header. */
        if (run == NULL || kind == CLI_TRACE_HEADER) {
            run = add_run(ret_index);
            if (run == NULL) {
                return false;
            }
            run->at = at;
            run->number = number;
            run->key = kind == CLI_TRACE_HEADER ? key_of(&trace->json) : 0;
        }
        run->end = trace->at;
    }
    if (run != NULL) {
        return true;
    }
    struct sim__text name = {0};
    cli_trace_name(trace, &name);
    fprintf(stderr, "rehearse: %s: not a trace: it is empty\n", sim__text_string(&name));
    sim__text_release(&name);
    return false;
}

static int by_key(const void *left, const void *right)
{
    const struct cli_trace_run *a = *(struct cli_trace_run *const *)left;
    const struct cli_trace_run *b = *(struct cli_trace_run *const *)right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return a->order < b->order ? -1 : a->order > b->order;
}

static struct cli_trace_run **sorted(const struct cli_trace_index *index)
{
    struct cli_trace_run **runs = calloc(index->count, sizeof(struct cli_trace_run *));
    for (uint32_t i = 0; runs != NULL && i < index->count; i++) {
        runs[i] = &index->runs[i];
    }
    if (runs != NULL) {
        qsort(runs, index->count, sizeof(struct cli_trace_run *), by_key);
    }
    return runs;
}

bool cli_trace_index_pair(struct cli_trace_index *a, struct cli_trace_index *b)
{
    struct cli_trace_run **left = sorted(a);
    struct cli_trace_run **right = sorted(b);
    bool good = left != NULL && right != NULL;
    bool single = a->count == 1 && b->count == 1;
    for (uint32_t i = 0, k = 0; good && i < a->count && k < b->count;) {
        if (single || left[i]->key == right[k]->key) {
            left[i]->partner = right[k]->order;
            right[k]->partner = left[i]->order;
            i++;
            k++;
        } else if (left[i]->key < right[k]->key) {
            i++;
        } else {
            k++;
        }
    }
    free(left);
    free(right);
    return good;
}

void cli_trace_index_release(struct cli_trace_index *index)
{
    free(index->runs);
    *index = (struct cli_trace_index){0};
}
