/* Two traces as files, side by side; see diff.h. */
#include "diff.h"
#include "output.h"

static enum cli_diff_result compare(struct cli_diff *diff)
{
    bool good = cli_trace_index_read(&diff->a, &diff->a_runs);
    good = cli_trace_index_read(&diff->b, &diff->b_runs) && good;
    if (!good || !cli_trace_index_pair(&diff->a_runs, &diff->b_runs)) {
        return CLI_DIFF_UNREADABLE;
    }
    uint64_t pairs = 0;
    for (uint32_t i = 0; i < diff->a_runs.count; i++) {
        const struct cli_trace_run *run = &diff->a_runs.runs[i];
        if (run->partner != CLI_NO_PARTNER) {
            cli_diff_pair(diff, run, &diff->b_runs.runs[run->partner]);
            pairs++;
        }
    }
    if (diff->differ > 1) {
        cli_put_grouped(&diff->out, diff->differ);
        sim__text_put(&diff->out, " of the ");
        cli_put_plural(&diff->out, pairs, "run");
        sim__text_put(&diff->out, " that both have differ\n");
    }
    uint64_t lone = cli_diff_lone(diff, &diff->a, &diff->a_runs);
    lone += cli_diff_lone(diff, &diff->b, &diff->b_runs);
    return diff->differ + lone > 0 ? CLI_DIFF_DIFFERENT : CLI_DIFF_SAME;
}

enum cli_diff_result cli_diff_files(const char *a, const char *b, struct cli_style style,
                                    struct sim__text *text)
{
    struct cli_diff diff = {.style = style};
    enum cli_diff_result result = CLI_DIFF_UNREADABLE;
    bool opened = cli_trace_open(&diff.a, a);
    if (cli_trace_open(&diff.b, b) && opened) {
        result = compare(&diff);
    }
    sim__text_put(text, sim__text_string(&diff.out));
    text->failed |= diff.out.failed;
    cli_diff_release(&diff);
    return result;
}
