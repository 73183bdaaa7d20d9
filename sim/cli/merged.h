/* Results files of several shards, taken together as those of one machine.
 *
 * Every byte of them is hostile. They are read twice: all lines are looked through first, so that
 * nothing is said before it is known that they fit each other and are whole; then each result is
 * fetched where it lies. What is kept of a line is where it is and what it hashes to.
 */
#ifndef CLI_MERGED_H
#define CLI_MERGED_H

#include "farm.h"
#include "fields.h"
#include "results.h"
#include "trace_file.h"

/* One file. */
struct cli_part {
    const char *path;
    struct cli_trace_file file; /* at the head's end */
    uint64_t shard;             /* from 1 */
    uint64_t lines;             /* of tasks */
    bool stopped;               /* by --fail-fast … */
    uint64_t stopped_at;        /* … at this task */
    struct sup_duration wall;
};

/* What the heads have in common, as it stands there. */
struct cli_merged_head {
    const char *command;
    const char *options;
    const char *paths;
    const char *files;
    uint64_t tasks;
    uint64_t shards;
};

struct cli_merged_entry {
    uint64_t task;
    uint64_t at;     /* in the file */
    uint64_t digest; /* of the line but for its wall time */
    uint64_t hash;   /* of the run's trace, as it stands there */
    uint32_t part;
    uint32_t line;
};

/* How a command reads its lines. */
struct cli_merged_reader {
    void *context;
    uint64_t tasks; /* of these the numbers are */
    /* Appends the result; false, and the fields say why not. */
    bool (*take)(void *context, uint64_t task, struct cli_fields *fields, struct sim__text *bytes);
    /* Which run it is, for people. */
    void (*name)(void *context, uint64_t task, struct sim__text *text);
};

struct cli_merged {
    struct sim_arena *arena; /* of the heads */
    struct sim_arena *texts; /* of the line at hand */
    struct cli_part *parts;
    uint32_t part_count;
    struct cli_merged_head head;
    struct cli_fields fields;
    const struct cli_merged_reader *reader;
    struct cli_merged_entry *entries; /* in the order of their tasks */
    uint32_t entry_count;
    uint32_t entry_room;
    uint64_t repeated; /* tasks that more than one shard has done, the same */
    bool no_memory;
    const char *directory; /* NULL: the scenarios are here */
    int here;              /* the directory that was left, open; -1: none was */
};

/* Opens the files and reads their heads: SIM_EXIT_PASS, or what is wrong, said on stderr. To be
 * closed in every case. */
int cli_merged_open(const struct cli_options *options, struct cli_merged *ret_merged);
void cli_merged_close(struct cli_merged *merged);

/* Goes where the scenarios are, and comes back: false, and a message on stderr. Of NULL both do
 * nothing. */
bool cli_merged_enter(struct cli_merged *merged);
bool cli_merged_leave(struct cli_merged *merged);

/* Whether what was read here is what the shards have run; a status likewise. */
int cli_merged_check(struct cli_merged *merged, const struct sim__text *files, uint64_t tasks);
/* Reads all lines; tells of shards that are missing or doubled; a status likewise. The reader
 * stays. */
int cli_merged_index(struct cli_merged *merged, const struct cli_merged_reader *reader);
/* Whether all tasks of these are there that one machine would have done: a status likewise. */
int cli_merged_whole(struct cli_merged *merged, uint64_t first, uint64_t count);
/* Appends the result of the task; false, and a message on stderr. */
bool cli_merged_fetch(struct cli_merged *merged, uint64_t task, struct sim__text *bytes);
/* The longest that any shard took. */
struct sup_duration cli_merged_wall(const struct cli_merged *merged);

/* Whether its file stays open until the end: only so many can. */
bool cli_merged_stays_open(const struct cli_merged *merged, const struct cli_part *part);
/* "FILE:LINE: error: why"; SIM_EXIT_USAGE, always. */
int cli_merged_complain(const struct cli_part *part, uint64_t line, const char *why);

#endif
