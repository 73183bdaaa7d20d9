/* Golden traces; see golden.h. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diff.h"
#include "output.h"
#include "commands.h"
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
        cli_golden_forget(golden);
        cli_spool_close(&golden->made);
        sim__text_release(&golden->path);
        sim__text_release(&golden->difference);
    }
}

void cli_golden_line(struct cli_golden *golden, const char *line, size_t length)
{
    if (golden->directory != NULL) {
        cli_spool_put(&golden->made, line, length);
    }
}

static void empty(struct cli_golden *golden)
{
    sim__text_clear(&golden->made.buffer);
    if (ftruncate(golden->made.descriptor, 0) != 0 ||
        lseek(golden->made.descriptor, 0, SEEK_SET) != 0) {
        golden->made.error = errno;
        return;
    }
    cli_spool_resume(&golden->made);
}

void cli_golden_forget(struct cli_golden *golden)
{
    if (golden->directory == NULL) {
        return;
    }
    if (golden->state == CLI_KEPT_OPEN || golden->state == CLI_KEPT_BROKEN) {
        cli_kept_close(&golden->kept);
    }
    golden->state = CLI_KEPT_NOT_YET;
    golden->one = NULL;
    empty(golden);
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

/* Whether the run is another variant or seed of this scenario, however its name is escaped. */
static bool is_of(struct cli_trace_file *trace, const struct cli_trace_run *run, const char *name)
{
    struct sim__text title = {0};
    const struct sim__json_member *member = NULL;
    cli_trace_seek(trace, run->at, run->end, run->number);
    if (cli_trace_next(trace) == CLI_TRACE_HEADER) {
        member = sim__json_find(&trace->json, "scenario");
    }
    bool same = member != NULL && sim__json_decode(member, &title) && !title.failed &&
                strcmp(sim__text_string(&title), name) == 0;
    sim__text_release(&title);
    return same;
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
    return good ? CLI_GOLDEN_SAME : CLI_GOLDEN_BROKEN;
}

/* ---- judging ---- */

bool cli_golden_changes_file(const struct cli_golden *golden, const struct cli_case *one)
{
    return golden->one != NULL && strcmp(golden->one->path, one->path) != 0;
}

/* The name under which the collected traces can be opened. */
struct made {
    char path[32];
};

static bool flush(struct cli_golden *golden, struct made *ret_made)
{
    snprintf(ret_made->path, sizeof ret_made->path, "/dev/fd/%d", golden->made.descriptor);
    if (golden->path.failed) {
        fputs("rehearse: out of memory\n", stderr);
        return false;
    }
    if (!cli_spool_flush(&golden->made)) {
        fprintf(stderr, "rehearse: --golden: cannot write a temporary file: %s\n",
                strerror(golden->made.error));
        return false;
    }
    return true;
}

static void open_kept(struct cli_golden *golden)
{
    const char *path = sim__text_string(&golden->path);
    if (access(path, F_OK) != 0) {
        golden->state = CLI_KEPT_MISSING;
    } else if (cli_kept_open(&golden->kept, path)) {
        golden->state = CLI_KEPT_OPEN;
    } else {
        golden->state = CLI_KEPT_BROKEN;
    }
}

static enum cli_golden_result compare(struct cli_golden *golden)
{
    struct made made;
    if (golden->state == CLI_KEPT_NOT_YET) {
        open_kept(golden);
    }
    if (golden->state == CLI_KEPT_MISSING) {
        sim__text_put(&golden->difference, "there is no ");
        sim__text_show(&golden->difference, sim__text_string(&golden->path));
        sim__text_put(&golden->difference, "; --update writes it\n");
        return CLI_GOLDEN_DIFFERENT;
    }
    if (golden->state == CLI_KEPT_BROKEN || !flush(golden, &made)) {
        return CLI_GOLDEN_BROKEN;
    }
    switch (cli_kept_compare(&golden->kept, made.path, "this run", &golden->difference)) {
    case CLI_DIFF_SAME:
        return CLI_GOLDEN_SAME;
    case CLI_DIFF_DIFFERENT:
        return CLI_GOLDEN_DIFFERENT;
    default:
        return CLI_GOLDEN_BROKEN;
    }
}

enum cli_golden_result cli_golden_run(struct cli_golden *golden, const struct cli_case *one,
                                      struct cli_record *record)
{
    if (golden->directory == NULL) {
        return CLI_GOLDEN_SAME;
    }
    sim__text_clear(&golden->difference);
    if (golden->one == NULL) {
        sim__text_clear(&golden->path);
        put_kept_path(&golden->path, golden->directory, one->path);
    }
    golden->one = one;
    /* A run that was lost with its process has failed, and left nothing. */
    bool nothing = golden->made.length == 0 && golden->made.buffer.length == 0;
    if (golden->update || nothing) {
        return CLI_GOLDEN_SAME;
    }
    enum cli_golden_result result = compare(golden);
    if (result == CLI_GOLDEN_DIFFERENT) {
        record->golden = sim__text_string(&golden->difference);
        record->status = (enum sim_exit)cli_worse((int)record->status, SIM_EXIT_EXPECTATION);
    }
    empty(golden);
    return result;
}

/* Whether each run that was made is kept, and the same. */
static bool is_same(const char *path, const char *made)
{
    struct cli_output output;
    struct cli_kept kept;
    struct sim__text difference = {0};
    bool replaceable = cli_output_name(&output, path, "golden", CLI_OUTPUT_TRACE) &&
                       cli_output_may_replace(&output);
    output.failed = true;
    (void)cli_output_close(&output);
    if (!replaceable) {
        return false;
    }
    bool same = cli_kept_open(&kept, path) &&
                cli_kept_compare(&kept, made, "this run", &difference) == CLI_DIFF_SAME;
    cli_kept_close(&kept);
    sim__text_release(&difference);
    return same;
}

static enum cli_golden_result update(struct cli_golden *golden, const char *made,
                                     struct sim__text *text)
{
    const char *path = sim__text_string(&golden->path);
    bool existed = access(path, F_OK) == 0;
    if (existed && is_same(path, made)) {
        return CLI_GOLDEN_SAME;
    }
    enum cli_golden_result result = write_kept(golden, golden->one, path, made);
    if (result == CLI_GOLDEN_SAME) {
        sim__text_put(text, existed ? "golden: changed " : "golden: new ");
        sim__text_show(text, path);
        sim__text_char(text, '\n');
    }
    return result;
}

enum cli_golden_result cli_golden_end_file(struct cli_golden *golden, struct sim__text *text)
{
    enum cli_golden_result result = CLI_GOLDEN_SAME;
    struct made made;
    if (golden->directory != NULL && golden->update && golden->one != NULL) {
        result = flush(golden, &made) ? update(golden, made.path, text) : CLI_GOLDEN_BROKEN;
    }
    cli_golden_forget(golden);
    return result;
}
