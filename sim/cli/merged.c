/* Results files of several shards: their heads. */
#include "merged.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/run.h"
#include "sup/sup.h"

#define OPEN_AT_ONCE 64u /* files; of further ones each line opens its own */

int cli_merged_complain(const struct cli_part *part, uint64_t line, const char *why)
{
    struct sim__text text = {0};
    sim__text_show(&text, part->path);
    sim__text_format(&text, ":%llu: error: ", (unsigned long long)line);
    sim__text_show(&text, why);
    fprintf(stderr, "%s\n", text.failed ? "rehearse: out of memory" : sim__text_string(&text));
    sim__text_release(&text);
    return SIM_EXIT_USAGE;
}

static int out_of_memory(struct cli_merged *merged)
{
    merged->no_memory = true;
    fputs("rehearse: out of memory\n", stderr);
    return SIM_EXIT_USAGE;
}

static const char no_results[] = "no results file: 'rehearse run --results FILE' writes one";

/* ---- one head ---- */

/* A member as it stands there. */
static const char *raw(struct cli_merged *merged, const char *key)
{
    const struct sim__json_member *member = sim__json_find(&merged->fields.json, key);
    if (member == NULL) {
        cli_fields_fail(&merged->fields, "there is no", key);
        return "";
    }
    char *copy = sim__arena_alloc(merged->arena, member->value_length + 1, 1);
    merged->fields.no_memory |= copy == NULL;
    if (copy != NULL) {
        memcpy(copy, member->value, member->value_length);
    }
    return copy == NULL ? "" : copy;
}

static int check_version(struct cli_merged *merged, const struct cli_part *part)
{
    struct sim__text why = {0};
    uint64_t form;
    const char *version = cli_field_string(&merged->fields, "version");
    if (merged->fields.no_memory) {
        return out_of_memory(merged);
    }
    if (!sim__json_number(&merged->fields.json, "rehearse-results", &form)) {
        return cli_merged_complain(part, 1, no_results);
    }
    if (form != CLI_RESULTS_FORM || strcmp(version, SUP_VERSION) != 0) {
        sim__text_format(&why, "results of form %llu, by rehearse %s; this is form %u, rehearse ",
                         (unsigned long long)form, version, CLI_RESULTS_FORM);
        sim__text_put(&why, SUP_VERSION "; merge with the version that ran the shards, or run "
                                        "them with this one");
        (void)cli_merged_complain(part, 1, sim__text_string(&why));
        sim__text_release(&why);
        return SIM_EXIT_USAGE;
    }
    return SIM_EXIT_PASS;
}

/* What differs from the first one's, and what to do. */
static int check_same(const struct cli_merged *merged, const struct cli_part *part,
                      const struct cli_merged_head *head)
{
    const struct cli_merged_head *first = &merged->head;
    const char *what = NULL;
    if (strcmp(head->command, first->command) != 0) {
        what = "of another command than";
    } else if (strcmp(head->options, first->options) != 0) {
        what = "run with other options than";
    } else if (strcmp(head->paths, first->paths) != 0) {
        what = "run of other files than";
    } else if (strcmp(head->files, first->files) != 0) {
        what = "another scenario was run than in";
    } else if (head->tasks != first->tasks || head->shards != first->shards) {
        what = "one of another number of shards or runs than";
    }
    if (what == NULL) {
        return SIM_EXIT_PASS;
    }
    struct sim__text why = {0};
    sim__text_format(&why, "%s %s; give all shards one command line and the same files", what,
                     merged->parts[0].path);
    (void)cli_merged_complain(part, 1, sim__text_string(&why));
    sim__text_release(&why);
    return SIM_EXIT_USAGE;
}

static int read_head(struct cli_merged *merged, struct cli_part *part)
{
    struct cli_fields *fields = &merged->fields;
    enum cli_trace_kind kind = cli_trace_line(&part->file);
    if (kind == CLI_TRACE_BAD) {
        return SIM_EXIT_USAGE;
    }
    *fields = (struct cli_fields){.arena = merged->arena};
    bool good = kind == CLI_TRACE_EVENT &&
                cli_fields_read(fields, sim__text_string(&part->file.line), part->file.line.length);
    bool torn = strncmp(sim__text_string(&part->file.line), CLI_RESULTS_BEGINS,
                        strlen(CLI_RESULTS_BEGINS)) == 0;
    int status = good ? check_version(merged, part)
                      : cli_merged_complain(part, 1,
                                            torn ? "the file is torn in this line; run the shard "
                                                   "again"
                                                 : no_results);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    const struct cli_merged_head head = {
        .command = cli_field_string(fields, "command"),
        .options = raw(merged, "options"),
        .paths = raw(merged, "paths"),
        .files = raw(merged, "files"),
        .tasks = cli_field_number(fields, "tasks", UINT64_MAX),
        .shards = cli_field_number(fields, "shards", CLI_SHARDS_MAX),
    };
    part->shard = cli_field_number(fields, "shard", head.shards);
    if (part->shard == 0) {
        cli_fields_fail(fields, "no shard:", "shard");
    }
    if (fields->no_memory) {
        return out_of_memory(merged);
    }
    if (fields->bad) {
        return cli_merged_complain(part, 1, fields->why);
    }
    if (part == merged->parts) {
        merged->head = head;
    }
    return check_same(merged, part, &head);
}

/* ---- all of them ---- */

bool cli_merged_stays_open(const struct cli_merged *merged, const struct cli_part *part)
{
    return part - merged->parts < (ptrdiff_t)OPEN_AT_ONCE || part->file.spool.descriptor >= 0;
}

static int open_part(struct cli_merged *merged, uint32_t index, const char *path)
{
    struct cli_part *part = &merged->parts[index];
    part->path = path;
    if (!cli_trace_open(&part->file, path)) {
        return SIM_EXIT_USAGE;
    }
    int status = read_head(merged, part);
    if (!cli_merged_stays_open(merged, part)) {
        cli_trace_close(&part->file);
    }
    return status;
}

int cli_merged_open(const struct cli_options *options, struct cli_merged *ret_merged)
{
    struct cli_merged *merged = ret_merged;
    int status = SIM_EXIT_PASS;
    *merged = (struct cli_merged){.here = -1, .directory = options->directory};
    merged->parts = calloc((size_t)options->path_count + 1, sizeof merged->parts[0]);
    for (uint32_t i = 0; merged->parts != NULL && i < options->path_count; i++) {
        merged->parts[i].file.descriptor = merged->parts[i].file.spool.descriptor = -1;
    }
    if (merged->parts == NULL || sim__arena_create(&sup_allocator_libc, &merged->arena) != SUP_OK ||
        sim__arena_create(&sup_allocator_libc, &merged->texts) != SUP_OK) {
        return out_of_memory(merged);
    }
    merged->part_count = options->path_count;
    for (uint32_t i = 0; i < options->path_count && status == SIM_EXIT_PASS; i++) {
        status = open_part(merged, i, options->paths[i]);
    }
    return status;
}

void cli_merged_close(struct cli_merged *merged)
{
    for (uint32_t i = 0; i < merged->part_count; i++) {
        cli_trace_close(&merged->parts[i].file);
    }
    (void)cli_merged_leave(merged);
    free(merged->parts);
    free(merged->entries);
    sim__arena_free(merged->arena);
    sim__arena_free(merged->texts);
    *merged = (struct cli_merged){.here = -1};
}

struct sup_duration cli_merged_wall(const struct cli_merged *merged)
{
    struct sup_duration longest = {0};
    for (uint32_t i = 0; i < merged->part_count; i++) {
        longest = merged->parts[i].wall.ns > longest.ns ? merged->parts[i].wall : longest;
    }
    return longest;
}

/* ---- where the scenarios are ---- */

bool cli_merged_enter(struct cli_merged *merged)
{
    const char *directory = merged != NULL ? merged->directory : NULL;
    if (directory == NULL) {
        return true;
    }
    merged->here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (merged->here < 0 || chdir(directory) != 0) {
        struct sim__text name = {0};
        sim__text_show(&name, directory);
        fprintf(stderr, "rehearse: --directory %s: %s\n", sim__text_string(&name), strerror(errno));
        sim__text_release(&name);
        return false;
    }
    return true;
}

bool cli_merged_leave(struct cli_merged *merged)
{
    if (merged == NULL || merged->here < 0) {
        return true;
    }
    bool good = fchdir(merged->here) == 0;
    close(merged->here);
    merged->here = -1;
    if (!good) {
        fprintf(stderr, "rehearse: cannot go back from --directory: %s\n", strerror(errno));
    }
    return good;
}

/* The first pair of the heads' files that is not one of those here. */
static void put_other(struct cli_merged *merged, const char *files, struct sim__text *why)
{
    struct sim__json_items there, here;
    struct sim__json_member a, b, name;
    const struct sim__json_member left = {.value = merged->head.files,
                                          .value_length = strlen(merged->head.files)};
    const struct sim__json_member right = {.value = files, .value_length = strlen(files)};
    if (!sim__json_items(&left, &there) || !sim__json_items(&right, &here)) {
        return;
    }
    while (sim__json_item(&there, &a)) {
        bool more = sim__json_item(&here, &b);
        if (more && a.value_length == b.value_length &&
            memcmp(a.value, b.value, a.value_length) == 0) {
            continue;
        }
        struct sim__json_items pair;
        if (sim__json_items(&a, &pair) && sim__json_item(&pair, &name)) {
            sim__json_show(&name, why);
            sim__text_put(why, more ? " is not here what the shard has run"
                                    : " is not here, and the shard has run it");
        }
        return;
    }
    sim__text_put(why, "more files are here than the shard has run");
}

int cli_merged_check(struct cli_merged *merged, const struct sim__text *text, uint64_t tasks)
{
    const char *files = sim__text_string(text);
    bool same = strcmp(merged->head.files, files) == 0;
    if (text->failed) {
        return out_of_memory(merged);
    }
    if (same && merged->head.tasks == tasks) {
        return SIM_EXIT_PASS;
    }
    struct sim__text why = {0};
    if (same) {
        sim__text_put(&why, "not as many runs as these files and options make");
    } else {
        put_other(merged, files, &why);
    }
    sim__text_put(&why, "; merge where the files are as they were, or say where: --directory DIR");
    (void)cli_merged_complain(&merged->parts[0], 1, sim__text_string(&why));
    sim__text_release(&why);
    return SIM_EXIT_USAGE;
}
