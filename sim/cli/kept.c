/* A file of golden traces; see kept.h. */
#include "kept.h"

bool cli_kept_open(struct cli_kept *kept, const char *path)
{
    *kept = (struct cli_kept){0};
    /* Closing what was never opened must not close standard input. */
    kept->diff.b.descriptor = -1;
    kept->diff.b.spool.descriptor = -1;
    return cli_trace_open(&kept->diff.a, path) &&
           cli_trace_index_read(&kept->diff.a, &kept->diff.a_runs);
}

void cli_kept_close(struct cli_kept *kept)
{
    cli_diff_release(&kept->diff);
}

/* The runs come in the order in which they were written, mostly. */
static const struct cli_trace_run *find(struct cli_kept *kept, uint64_t key)
{
    const struct cli_trace_index *runs = &kept->diff.a_runs;
    for (uint32_t i = 0; i < runs->count; i++) {
        uint32_t at = (kept->next + i) % runs->count;
        if (runs->runs[at].key == key) {
            kept->next = at + 1;
            return &runs->runs[at];
        }
    }
    return NULL;
}

/* "there is no run of 'name' (seed 7) in FILE; --update adds it" */
static void put_missing(struct cli_diff *diff, const struct cli_trace_run *made)
{
    sim__text_clear(&diff->run);
    cli_trace_seek(&diff->b, made->at, made->end, made->number);
    if (cli_trace_next(&diff->b) == CLI_TRACE_HEADER) {
        cli_trace_run_name(&diff->b.json, &diff->run);
    }
    sim__text_format(&diff->out, "there is no run%s in ", sim__text_string(&diff->run));
    cli_trace_name(&diff->a, &diff->out);
    sim__text_put(&diff->out, "; --update adds it\n");
}

static enum cli_diff_result compare(struct cli_kept *kept)
{
    struct cli_diff *diff = &kept->diff;
    if (!cli_trace_index_read(&diff->b, &diff->b_runs)) {
        return CLI_DIFF_UNREADABLE;
    }
    uint32_t missing = 0;
    diff->differ = 0;
    for (uint32_t i = 0; i < diff->b_runs.count; i++) {
        const struct cli_trace_run *made = &diff->b_runs.runs[i];
        const struct cli_trace_run *run = find(kept, made->key);
        if (run != NULL) {
            cli_diff_pair(diff, run, made);
        } else if (missing++ == 0) {
            put_missing(diff, made);
        }
    }
    return diff->differ + missing > 0 ? CLI_DIFF_DIFFERENT : CLI_DIFF_SAME;
}

enum cli_diff_result cli_kept_compare(struct cli_kept *kept, const char *made, const char *name,
                                      struct sim__text *text)
{
    struct cli_diff *diff = &kept->diff;
    enum cli_diff_result result = CLI_DIFF_UNREADABLE;
    sim__text_clear(&diff->out);
    cli_trace_close(&diff->b);
    cli_trace_index_release(&diff->b_runs);
    if (cli_trace_open(&diff->b, made)) {
        diff->b.path = name;
        result = compare(kept);
    }
    sim__text_put(text, sim__text_string(&diff->out));
    text->failed |= diff->out.failed;
    return result;
}
