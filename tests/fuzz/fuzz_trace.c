/* Fuzzes the readers of traces: two of them, parted by a line of `----`, are
 * indexed, paired and compared as `rehearse diff` does, and the one is held
 * against the other as --golden does. Each has the same runs as itself;
 * comparing the other way round comes to the same. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "judge.h"
#include "sim/cli/diff.h"
#include "sim/cli/kept.h"
#include "sim/cli/shown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mark[] = "\n----\n";

/* What a file on disk is to the readers: something with a path. */
struct trace {
    int descriptor;
    char path[32];
};

static void write_trace(struct trace *trace, const uint8_t *bytes, size_t size)
{
    if (trace->path[0] == '\0') {
        trace->descriptor = memfd_create("trace", MFD_CLOEXEC);
        JUDGE(trace->descriptor >= 0);
        snprintf(trace->path, sizeof trace->path, "/dev/fd/%d", trace->descriptor);
    }
    JUDGE(ftruncate(trace->descriptor, 0) == 0);
    JUDGE(pwrite(trace->descriptor, bytes, size, 0) == (ssize_t)size);
}

/* What came of a comparison: that nothing is said is not enough for a failure.
 */
static enum cli_diff_result diff(const struct trace *a, const struct trace *b,
                                 struct sim__text *out)
{
    const struct cli_style plain = {0};
    size_t length;
    judge_listen();
    judge_begin();
    enum cli_diff_result status = cli_diff_files(a->path, b->path, plain, out);
    judge_time(2);
    const char *said = judge_heard(&length);
    JUDGE((status == CLI_DIFF_UNREADABLE) == (length > 0));
    JUDGE(status != CLI_DIFF_DIFFERENT || out->length > 0);
    judge_text(said, length);
    judge_text(sim__text_string(out), out->length);
    sim__text_clear(out);
    return status;
}

static void check_kept(const struct trace *a, const struct trace *b, enum cli_diff_result status)
{
    struct cli_kept kept;
    struct sim__text text = {0};
    judge_listen();
    judge_begin();
    if (cli_kept_open(&kept, a->path)) {
        /* Twice, as for the runs of a file one after the other. */
        enum cli_diff_result first = cli_kept_compare(&kept, b->path, "this run", &text);
        JUDGE(cli_kept_compare(&kept, b->path, "this run", &text) == first);
        JUDGE((first == CLI_DIFF_UNREADABLE) == (status == CLI_DIFF_UNREADABLE));
    }
    cli_kept_close(&kept);
    judge_time(2);
    judge_text(sim__text_string(&text), text.length);
    sim__text_release(&text);
}

/* What the timeline asks of each line. */
static void check_shown(const struct trace *a)
{
    const char *services[] = {"a*,b"}, *events[] = {"ready,attempt-started"};
    const struct cli_shown shown = {.services = services,
                                    .service_count = 1,
                                    .events = events,
                                    .event_count = 1,
                                    .has_to = true,
                                    .to = {1000}};
    struct cli_trace_file file;
    bool opened = cli_trace_open(&file, a->path);
    JUDGE(opened);
    for (enum cli_trace_kind kind = CLI_TRACE_EVENT;
         kind != CLI_TRACE_EOF && kind != CLI_TRACE_BAD;) {
        kind = cli_trace_next(&file);
        if (kind == CLI_TRACE_EVENT) {
            (void)cli_shown_fits(&shown, &file.json);
        }
    }
    cli_trace_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct trace a, b;
    struct sim__text out = {0};
    const uint8_t *parting = memmem(data, size, mark, sizeof mark - 1);
    size_t first = parting == NULL ? size : (size_t)(parting - data) + 1;
    size_t second = parting == NULL ? 0 : first + sizeof mark - 2;
    write_trace(&a, data, first);
    write_trace(&b, data + second, size - second);
    uint64_t descriptors = judge_descriptors();
    enum cli_diff_result status = diff(&a, &b, &out);
    JUDGE(diff(&b, &a, &out) == status);
    enum cli_diff_result alone = diff(&a, &a, &out);
    JUDGE(alone == CLI_DIFF_SAME || alone == CLI_DIFF_UNREADABLE);
    JUDGE(status == CLI_DIFF_UNREADABLE || alone == CLI_DIFF_SAME);
    check_kept(&a, &b, status);
    check_shown(&a);
    sim__text_release(&out);
    judge_closed(descriptors);
    return 0;
}
