/* Results files of several shards: their lines, and how these fit each other. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merged.h"
#include "sim/base/grow.h"
#include "sim/run.h"

#define SHOWN 10u /* runs that differ, shards that are missing */

static int out_of_memory(struct cli_merged *merged)
{
    merged->no_memory = true;
    fputs("rehearse: out of memory\n", stderr);
    return SIM_EXIT_USAGE;
}

static int complain(const struct cli_part *part, const char *why)
{
    return cli_merged_complain(part, part->file.number, why);
}

static int complain_again(const struct cli_merged *merged, const struct cli_part *part,
                          const char *why)
{
    struct sim__text text = {0};
    sim__text_format(&text, "%s; run shard %" PRIu64 "/%" PRIu64 " again", why, part->shard,
                     merged->head.shards);
    (void)complain(part, sim__text_string(&text));
    sim__text_release(&text);
    return SIM_EXIT_USAGE;
}

/* ---- one line ---- */

/* The fields of the line at hand, and no memory but theirs. */
static bool read_fields(struct cli_merged *merged, const struct cli_part *part)
{
    sim__arena_free(merged->texts);
    merged->texts = NULL;
    merged->fields = (struct cli_fields){0};
    if (sim__arena_create(&sup_allocator_libc, &merged->texts) != SUP_OK) {
        merged->fields.no_memory = true;
        return false;
    }
    merged->fields.arena = merged->texts;
    return cli_fields_read(&merged->fields, sim__text_string(&part->file.line),
                           part->file.line.length);
}

/* Without the time of the wall clock, which stands last. */
static size_t told_length(const char *line, size_t length)
{
    static const char wall[] = ",\"wall\":";
    const size_t size = sizeof wall - 1;
    for (size_t back = size; back <= length && back < size + 24; back++) {
        if (memcmp(line + length - back, wall, size) == 0) {
            return length - back;
        }
    }
    return length;
}

static bool take_task(struct cli_merged *merged, struct sim__text *bytes, uint64_t *ret_task)
{
    struct cli_fields *fields = &merged->fields;
    const struct cli_merged_reader *reader = merged->reader;
    uint64_t task = cli_field_number(fields, "task", UINT64_MAX);
    if (task >= reader->tasks) {
        cli_fields_fail(fields, "there is no such task:", "task");
    }
    *ret_task = task;
    return !fields->bad && reader->take(reader->context, task, fields, bytes) && !bytes->failed;
}

static int add_entry(struct cli_merged *merged, const struct cli_part *part, uint64_t at)
{
    const struct sim__text *line = &part->file.line;
    struct cli_merged_entry entry = {
        .at = at,
        .part = (uint32_t)(part - merged->parts),
        .line = (uint32_t)part->file.number,
        .digest = cli_results_digest(CLI_RESULTS_DIGEST, line->bytes,
                                     told_length(line->bytes, line->length)),
    };
    struct sim__text bytes = {0};
    bool good = take_task(merged, &bytes, &entry.task);
    bool no_memory = bytes.failed || merged->fields.no_memory;
    sim__text_release(&bytes);
    if (!good) {
        return no_memory ? out_of_memory(merged) : complain(part, merged->fields.why);
    }
    entry.hash = sim__json_find(&merged->fields.json, "hash") != NULL
                     ? cli_field_hex(&merged->fields, "hash")
                     : entry.digest;
    struct cli_merged_entry *entries = sim__grown(
        merged->entries, &merged->entry_room, (uint64_t)merged->entry_count + 1, sizeof *entries);
    if (entries == NULL) {
        return out_of_memory(merged);
    }
    merged->entries = entries;
    entries[merged->entry_count++] = entry;
    return SIM_EXIT_PASS;
}

/* ---- one file ---- */

static int check_end(struct cli_merged *merged, struct cli_part *part, uint64_t digest)
{
    struct cli_fields *fields = &merged->fields;
    const char *why = cli_field_string(fields, "ended");
    uint64_t lines = cli_field_number(fields, "lines", UINT64_MAX);
    uint64_t expected = cli_field_hex(fields, "digest");
    part->wall = SUP_NS(cli_field_number(fields, "wall", UINT64_MAX));
    part->stopped = strcmp(why, CLI_RESULTS_FAIL_FAST) == 0;
    if (part->stopped && strstr(merged->head.options, "\"--fail-fast\"") == NULL) {
        cli_fields_fail(fields, "nothing of the options can have ended it so:", "ended");
    }
    part->stopped_at = part->stopped ? cli_field_number(fields, "stopped", UINT64_MAX) : 0;
    if (fields->no_memory) {
        return out_of_memory(merged);
    }
    if (fields->bad) {
        return complain(part, fields->why);
    }
    if (lines != part->lines || expected != digest) {
        return complain_again(merged, part, "lines were lost or changed since it was written");
    }
    if (!part->stopped && strcmp(why, CLI_RESULTS_ALL) != 0) {
        struct sim__text text = {0};
        sim__text_format(&text, "it was ended early by %s", why);
        (void)complain_again(merged, part, sim__text_string(&text));
        sim__text_release(&text);
        return SIM_EXIT_USAGE;
    }
    return SIM_EXIT_PASS;
}

static int read_behind(struct cli_part *part)
{
    enum cli_trace_kind kind = cli_trace_line(&part->file);
    return kind == CLI_TRACE_EOF   ? SIM_EXIT_PASS
           : kind == CLI_TRACE_BAD ? SIM_EXIT_USAGE
                                   : complain(part, "there are lines behind the end");
}

/* A line that is none is most likely the last one, of a file that was not written to its end. */
static int complain_line(struct cli_merged *merged, struct cli_part *part)
{
    if (merged->fields.no_memory) {
        return out_of_memory(merged);
    }
    char why[sizeof merged->fields.why];
    uint64_t number = part->file.number;
    memcpy(why, merged->fields.why, sizeof why);
    enum cli_trace_kind kind = cli_trace_line(&part->file);
    part->file.number = number;
    return kind == CLI_TRACE_EOF ? complain_again(merged, part, "the file is torn in this line")
                                 : complain(part, why);
}

static int read_lines(struct cli_merged *merged, struct cli_part *part)
{
    uint64_t digest = CLI_RESULTS_DIGEST;
    cli_trace_seek(&part->file, 0, UINT64_MAX, 0);
    for (bool head = true;; head = false) {
        uint64_t at = part->file.at;
        enum cli_trace_kind kind = cli_trace_line(&part->file);
        if (kind == CLI_TRACE_BAD) {
            return SIM_EXIT_USAGE;
        }
        if (kind == CLI_TRACE_EOF) {
            return complain_again(merged, part, "the file is torn: it has no end");
        }
        if (!head && !read_fields(merged, part)) {
            return complain_line(merged, part);
        }
        if (!head && sim__json_find(&merged->fields.json, "ended") != NULL) {
            int status = check_end(merged, part, digest);
            return status == SIM_EXIT_PASS ? read_behind(part) : status;
        }
        digest = cli_results_digest(digest, part->file.line.bytes, part->file.line.length);
        digest = cli_results_digest(digest, "\n", 1);
        part->lines += !head;
        int status = head ? SIM_EXIT_PASS : add_entry(merged, part, at);
        if (status != SIM_EXIT_PASS) {
            return status;
        }
    }
}

/* Open for as long as it is read; those that stay open are open already. */
static bool reopen(struct cli_part *part)
{
    return part->file.descriptor >= 0 || cli_trace_open(&part->file, part->path);
}

static void put_away(struct cli_merged *merged, struct cli_part *part)
{
    if (!cli_merged_stays_open(merged, part)) {
        cli_trace_close(&part->file);
    }
}

static int read_part(struct cli_merged *merged, struct cli_part *part)
{
    int status = reopen(part) ? read_lines(merged, part) : SIM_EXIT_USAGE;
    put_away(merged, part);
    return status;
}

/* ---- all of them ---- */

static int by_task(const void *a, const void *b)
{
    const struct cli_merged_entry *left = a, *right = b;
    if (left->task != right->task) {
        return left->task < right->task ? -1 : 1;
    }
    return left->part != right->part ? (left->part < right->part ? -1 : 1)
                                     : (left->line > right->line) - (left->line < right->line);
}

static void put_hash(struct cli_merged *merged, const struct cli_merged_entry *entry,
                     struct sim__text *text)
{
    sim__text_hex16(text, entry->hash);
    sim__text_put(text, " in ");
    sim__text_show(text, merged->parts[entry->part].path);
    sim__text_format(text, ":%u", (unsigned)entry->line);
}

static void say_differs(struct cli_merged *merged, const struct cli_merged_entry *a,
                        const struct cli_merged_entry *b)
{
    struct sim__text text = {0};
    sim__text_put(&text, "rehearse: nondeterministic between machines: ");
    merged->reader->name(merged->reader->context, a->task, &text);
    sim__text_put(&text, a->hash == b->hash ? ": figures differ, with the hash " : ": hash ");
    put_hash(merged, a, &text);
    sim__text_put(&text, ", ");
    put_hash(merged, b, &text);
    fprintf(stderr, "%s\n", sim__text_string(&text));
    sim__text_release(&text);
}

/* Leaves one of each task; of those that differ a status. */
static int compare(struct cli_merged *merged)
{
    uint32_t kept = 0, differing = 0;
    uint64_t counted = UINT64_MAX; /* the task that was counted last */
    for (uint32_t i = 0; i < merged->entry_count; i++) {
        const struct cli_merged_entry *entry = &merged->entries[i];
        struct cli_merged_entry *first = kept > 0 ? &merged->entries[kept - 1] : NULL;
        if (first == NULL || first->task != entry->task) {
            merged->entries[kept++] = *entry;
            continue;
        }
        if (first->digest != entry->digest && ++differing <= SHOWN) {
            say_differs(merged, first, entry);
        }
        if (entry->task != counted &&
            merged->parts[first->part].shard != merged->parts[entry->part].shard) {
            merged->repeated++;
            counted = entry->task;
        }
    }
    merged->entry_count = kept;
    if (differing > SHOWN) {
        fprintf(stderr, "rehearse: and %" PRIu32 " more\n", differing - SHOWN);
    }
    return differing > 0 ? SIM_EXIT_NONDETERMINISTIC : SIM_EXIT_PASS;
}

static void say_doubled(const struct cli_merged *merged, uint32_t first, uint32_t second)
{
    struct sim__text text = {0};
    sim__text_put(&text, "rehearse: ");
    sim__text_show(&text, merged->parts[second].path);
    sim__text_format(&text, ": shard %" PRIu64 "/%" PRIu64 " is there already, in ",
                     merged->parts[second].shard, merged->head.shards);
    sim__text_show(&text, merged->parts[first].path);
    fprintf(stderr, "%s: it counts once\n", sim__text_string(&text));
    sim__text_release(&text);
}

static int say_missing(const struct cli_merged *merged, const uint32_t *holders, uint64_t missing)
{
    uint64_t shown = 0;
    fprintf(stderr, "rehearse: %s of %" PRIu64 " missing:", missing == 1 ? "a shard" : "shards",
            merged->head.shards);
    for (uint64_t i = 0; i < merged->head.shards && shown < SHOWN; i++) {
        if (holders[i] == 0) {
            fprintf(stderr, " %" PRIu64 "/%" PRIu64, i + 1, merged->head.shards);
            shown++;
        }
    }
    fprintf(stderr, "%s; run %s and merge again\n", missing > shown ? " ..." : "",
            missing == 1 ? "it" : "them");
    return SIM_EXIT_EXPECTATION;
}

/* Which shards are there twice, and which are not there. */
static int check_shards(struct cli_merged *merged)
{
    uint32_t *holders = calloc((size_t)merged->head.shards + 1, sizeof holders[0]); /* from 1 */
    uint64_t missing = merged->head.shards;
    if (holders == NULL) {
        return out_of_memory(merged);
    }
    for (uint32_t i = 0; i < merged->part_count; i++) {
        uint32_t *holder = &holders[merged->parts[i].shard - 1];
        if (*holder != 0) {
            say_doubled(merged, *holder - 1, i);
        } else {
            *holder = i + 1;
            missing--;
        }
    }
    int status = missing > 0 ? say_missing(merged, holders, missing) : SIM_EXIT_PASS;
    free(holders);
    return status;
}

int cli_merged_index(struct cli_merged *merged, const struct cli_merged_reader *reader)
{
    merged->reader = reader;
    for (uint32_t i = 0; i < merged->part_count; i++) {
        int status = read_part(merged, &merged->parts[i]);
        if (status != SIM_EXIT_PASS) {
            return status;
        }
    }
    if (merged->entry_count > 0) {
        qsort(merged->entries, merged->entry_count, sizeof merged->entries[0], by_task);
    }
    int differs = compare(merged);
    int incomplete = check_shards(merged);
    return differs != SIM_EXIT_PASS ? differs : incomplete;
}

static void say_nobody(const struct cli_merged *merged, uint64_t task)
{
    struct sim__text text = {0};
    merged->reader->name(merged->reader->context, task, &text);
    fprintf(stderr, "rehearse: no shard has run %s; run the shards again\n",
            sim__text_string(&text));
    sim__text_release(&text);
}

int cli_merged_whole(struct cli_merged *merged, uint64_t first, uint64_t count)
{
    uint64_t wanted = count;
    for (uint32_t i = 0; i < merged->part_count; i++) {
        const struct cli_part *part = &merged->parts[i];
        bool earlier = part->stopped && part->stopped_at >= first;
        if (earlier && part->stopped_at - first < wanted) {
            wanted = part->stopped_at - first + 1;
        }
    }
    uint64_t next = first;
    for (uint32_t i = 0; i < merged->entry_count && next - first < wanted; i++) {
        next += merged->entries[i].task == next;
    }
    if (next - first == wanted) {
        return SIM_EXIT_PASS;
    }
    say_nobody(merged, next);
    return SIM_EXIT_EXPECTATION;
}

/* ---- one result ---- */

static const struct cli_merged_entry *find(const struct cli_merged *merged, uint64_t task)
{
    uint32_t low = 0, high = merged->entry_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (merged->entries[middle].task < task) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < merged->entry_count && merged->entries[low].task == task;
    return found ? &merged->entries[low] : NULL;
}

bool cli_merged_fetch(struct cli_merged *merged, uint64_t task, struct sim__text *bytes)
{
    const struct cli_merged_entry *entry = find(merged, task);
    if (entry == NULL) {
        say_nobody(merged, task);
        return false;
    }
    struct cli_part *part = &merged->parts[entry->part];
    uint64_t number = UINT64_MAX;
    bool good = reopen(part);
    if (good) {
        cli_trace_seek(&part->file, entry->at, UINT64_MAX, entry->line - 1);
        good = cli_trace_line(&part->file) == CLI_TRACE_EVENT && read_fields(merged, part) &&
               take_task(merged, bytes, &number) && number == task;
    }
    if (!good && (merged->fields.no_memory || bytes->failed)) {
        (void)out_of_memory(merged);
    } else if (!good) {
        (void)cli_merged_complain(part, entry->line, "it has changed while it was read");
    }
    put_away(merged, part);
    return good;
}
