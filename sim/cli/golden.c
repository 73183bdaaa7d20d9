/* Golden traces; see golden.h. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diff.h"
#include "output.h"
#include "outputs.h"
#include "trace_index.h"

bool cli_golden_open(struct cli_golden *golden, const struct cli_options *options,
                     const struct cli_plan *plan)
{
    *golden = (struct cli_golden){
        .directory = options->golden,
        .plan = plan,
        .update = options->update,
        .force = options->force,
        .made = {.descriptor = -1},
    };
    if (golden->directory == NULL || cli_spool_open(&golden->made)) {
        return true;
    }
    fputs("rehearse: --golden: there is no place for temporary files\n", stderr);
    return false;
}

void cli_golden_close(struct cli_golden *golden)
{
    if (golden->directory != NULL) {
        cli_spool_close(&golden->made);
    }
}

void cli_golden_line(struct cli_golden *golden, const char *line, size_t length)
{
    if (golden->directory != NULL) {
        cli_spool_put(&golden->made, line, length);
    }
}

void cli_golden_forget(struct cli_golden *golden)
{
    if (golden->directory == NULL) {
        return;
    }
    sim__text_clear(&golden->made.buffer);
    if (ftruncate(golden->made.descriptor, 0) != 0 ||
        lseek(golden->made.descriptor, 0, SEEK_SET) != 0) {
        golden->made.error = errno;
        return;
    }
    cli_spool_resume(&golden->made);
}

/* ---- where it is kept ---- */

/* DIR/<path>.jsonl; the path stays below DIR: `.` and the root are left out, and `..`
 * becomes `__`. */
static void put_kept_path(struct sim__text *text, const char *directory, const char *path)
{
    sim__text_put(text, directory);
    if (strcmp(path, "-") == 0) {
        path = "stdin";
    }
    for (size_t length; *path != '\0'; path += length + (path[length] == '/' ? 1 : 0)) {
        length = strcspn(path, "/");
        if (length == 0 || (length == 1 && path[0] == '.')) {
            continue;
        }
        sim__text_char(text, '/');
        if (length == 2 && path[0] == '.' && path[1] == '.') {
            sim__text_put(text, "__");
        } else {
            sim__text_putn(text, path, length);
        }
    }
    sim__text_put(text, ".jsonl");
}

/* Makes the directories that the path goes through. */
static bool make_directories(const char *path)
{
    struct sim__text part = {0};
    bool good = true;
    for (const char *at = path; good && (at = strchr(at + 1, '/')) != NULL;) {
        sim__text_clear(&part);
        sim__text_putn(&part, path, (size_t)(at - path));
        good = !part.failed && (mkdir(part.bytes, 0777) == 0 || errno == EEXIST);
    }
    if (!good) {
        struct sim__text name = {0};
        int error = errno;
        sim__text_show(&name, sim__text_string(&part));
        fprintf(stderr, "rehearse: cannot make the directory %s: %s\n", sim__text_string(&name),
                strerror(error));
        sim__text_release(&name);
    }
    sim__text_release(&part);
    return good;
}

/* ---- writing ---- */

/* All that has been made this time. */
static bool put_made(struct cli_output *output, const struct cli_golden *golden)
{
    char bytes[8192];
    ssize_t got = 1;
    for (off_t at = 0; got != 0; at += got) {
        got = pread(golden->made.descriptor, bytes, sizeof bytes, at);
        if (got < 0) {
            return false; /* a file of ours: no signal ends this early */
        }
        (void)cli_output_put(output, bytes, (size_t)got);
    }
    return true;
}

/* Whether the run is another variant or seed of this scenario. */
static bool is_of(struct cli_trace_file *trace, const struct cli_trace_run *run, const char *name)
{
    cli_trace_seek(trace, run->at, run->end, run->number);
    return cli_trace_next(trace) == CLI_TRACE_HEADER &&
           sim__json_is(&trace->json, "scenario", name);
}

/* The runs that were kept and not made this time go behind the new ones, as long as they
 * are of the same scenario. */
static bool put_others(struct cli_output *output, const char *kept, const char *made,
                       const char *scenario)
{
    struct cli_trace_file old, new;
    struct cli_trace_index old_runs = {0}, new_runs = {0};
    bool good = cli_trace_open(&old, kept);
    good = cli_trace_open(&new, made) && good;
    good = good && cli_trace_index_read(&old, &old_runs) && cli_trace_index_read(&new, &new_runs) &&
           cli_trace_index_pair(&old_runs, &new_runs);
    for (uint32_t i = 0; good && i < old_runs.count; i++) {
        const struct cli_trace_run *run = &old_runs.runs[i];
        bool made_now =
            run->partner != CLI_NO_PARTNER && new_runs.runs[run->partner].key == run->key;
        if (made_now || !is_of(&old, run, scenario)) {
            continue;
        }
        cli_trace_seek(&old, run->at, run->end, run->number);
        while (cli_trace_line(&old) == CLI_TRACE_EVENT) {
            (void)cli_output_put(output, sim__text_string(&old.line), old.line.length);
            (void)cli_output_put(output, "\n", 1);
        }
    }
    cli_trace_index_release(&old_runs);
    cli_trace_index_release(&new_runs);
    cli_trace_close(&old);
    cli_trace_close(&new);
    return good;
}

static enum cli_golden_result write_kept(struct cli_golden *golden, const struct cli_case *one,
                                         const char *kept, const char *made)
{
    struct cli_output output;
    bool existed = access(kept, F_OK) == 0;
    if (!make_directories(kept)) {
        return CLI_GOLDEN_BROKEN;
    }
    bool good = cli_output_name(&output, kept, "golden", CLI_OUTPUT_TRACE);
    good = good &&
           cli_outputs_check(&output, 1, golden->plan,
                             golden->force ? CLI_REPLACE_ANY : CLI_REPLACE_OWN) &&
           cli_output_open(&output);
    good = good && put_made(&output, golden);
    if (good && existed && cli_output_may_replace(&output)) {
        good = put_others(&output, kept, made, one->scenario->title);
    }
    output.failed |= !good;
    good = cli_output_close(&output) && good;
    golden->written += good;
    return good ? CLI_GOLDEN_SAME : CLI_GOLDEN_BROKEN;
}

/* ---- judging ---- */

static enum cli_golden_result update(struct cli_golden *golden, const struct cli_case *one,
                                     const struct cli_diff_request *request, struct sim__text *text)
{
    struct sim__text differences = {0};
    bool existed = access(request->kept, F_OK) == 0;
    bool replaceable = true;
    if (existed) {
        struct cli_output output;
        replaceable = cli_output_name(&output, request->kept, "golden", CLI_OUTPUT_TRACE) &&
                      cli_output_may_replace(&output);
        output.failed = true;
        (void)cli_output_close(&output);
    }
    bool same = existed && replaceable && cli_diff_kept(request, &differences) == CLI_DIFF_SAME;
    sim__text_release(&differences);
    if (same) {
        return CLI_GOLDEN_SAME;
    }
    enum cli_golden_result result = write_kept(golden, one, request->kept, request->made);
    if (result == CLI_GOLDEN_SAME) {
        sim__text_put(text, existed ? "golden: changed " : "golden: new ");
        sim__text_show(text, request->kept);
        sim__text_char(text, '\n');
    }
    return result;
}

static enum cli_golden_result compare(const struct cli_diff_request *request,
                                      struct sim__text *text)
{
    if (access(request->kept, F_OK) != 0) {
        sim__text_put(text, "golden: there is no ");
        sim__text_show(text, request->kept);
        sim__text_put(text, "; --update writes it\n");
        return CLI_GOLDEN_DIFFERENT;
    }
    switch (cli_diff_kept(request, text)) {
    case CLI_DIFF_SAME:
        return CLI_GOLDEN_SAME;
    case CLI_DIFF_DIFFERENT:
        return CLI_GOLDEN_DIFFERENT;
    default:
        return CLI_GOLDEN_BROKEN;
    }
}

enum cli_golden_result cli_golden_judge(struct cli_golden *golden, const struct cli_case *one,
                                        struct sim__text *text)
{
    struct sim__text kept = {0};
    char made[32];
    enum cli_golden_result result = CLI_GOLDEN_BROKEN;
    snprintf(made, sizeof made, "/dev/fd/%d", golden->made.descriptor);
    put_kept_path(&kept, golden->directory, one->path);
    if (!cli_spool_flush(&golden->made)) {
        fprintf(stderr, "rehearse: --golden: cannot write a temporary file: %s\n",
                strerror(golden->made.error));
    } else if (kept.failed) {
        fputs("rehearse: out of memory\n", stderr);
    } else {
        const struct cli_diff_request request = {
            .kept = kept.bytes, .made = made, .made_name = "this run", .style = &golden->style};
        result = golden->update ? update(golden, one, &request, text) : compare(&request, text);
    }
    sim__text_release(&kept);
    cli_golden_forget(golden);
    return result;
}
