/* The command line: which command, its options, its files.
 *
 * One table holds every option with its help, so what is accepted and what
 * --help says cannot part. Both `--option value` and `--option=value` are
 * taken, options may stand before and after files, `--` ends them, and `-` is
 * standard input.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "executors.h"
#include "fuzz_relations.h"
#include "sim/import/import.h"
#include "sim/plan/plan.h"
#include "sim/relation/claim.h"
#include "shown.h"
#include "sim/scenario/variants.h"
#include "style.h"
#include "sweeping.h"
#include "words.h"

/* X(ID, "name", function, what it does): the order of the help and of the completions. */
#define CLI_COMMAND_LIST(X) \
    X(RUN, "run", cli_run, "run scenarios") \
    X(CHECK, "check", cli_check, "read scenarios, say what is wrong with them") \
    X(FUZZ, "fuzz", cli_fuzz, "make scenarios from seeds, and see whether one fails") \
    X(SWEEP, "sweep", cli_sweep, "make each point of a run that can fail do so") \
    X(MERGE, "merge", cli_merge, "put the results of shards together, as of one machine") \
    X(REPORT, "report", cli_report, "make a page, tables or JSON of the results of campaigns") \
    X(DIFF, "diff", cli_diff, "find the first event in which traces differ") \
    X(SHRINK, "shrink", cli_shrink, "make a failing scenario as small as it can be") \
    X(EXPLAIN, "explain", cli_explain, "find the choice that made a failing run likely to fail") \
    X(PLAN, "plan", cli_plan, "say what the policies of files will do") \
    X(COMPARE, "compare", cli_compare, "find where two policies part") \
    X(EXPORT, "export", cli_export, "print a file's policies as a C header") \
    X(IMPORT, "import", cli_import, "make a scenario of other service managers' files") \
    X(INIT, "init", cli_init, "begin: a scenario, a CI job and a Makefile fragment") \
    X(SCHEMA, "schema", cli_schema, "print the JSON schema of scenario files") \
    X(COMPLETIONS, "completions", cli_completions, "print what completes commands in a shell")

enum cli_command {
    CLI_NONE,
#define CLI__X(id, name, function, what) CLI_##id,
    CLI_COMMAND_LIST(CLI__X)
#undef CLI__X
        CLI_COMMANDS /* how many, CLI_NONE included */
};

struct cli_gathering;
struct cli_option;

/* An option as it was given. */
struct cli_given {
    const struct cli_option *option;
    const char *value; /* NULL: it takes none */
};

struct cli_options {
    enum cli_command command;
    const char *program;          /* how the user calls it */
    const struct sim_task *tasks; /* of the program; never NULL once all is read */
    bool help;
    bool version;
    const char **paths; /* room for all arguments */
    uint32_t path_count;
    const char **filters;
    uint32_t filter_count;
    struct sim__set *sets; /* --set, room for all arguments */
    uint32_t set_count;
    struct sim__set *chosen; /* --variant, likewise */
    uint32_t chosen_count;
    struct cli_given *given; /* all options, in their order */
    uint32_t given_count;
    uint32_t given_room;
    bool has_seed;  /* --seed */
    bool has_seeds; /* --seeds; both fill the range */
    uint64_t seed_first;
    uint64_t seed_last;
    bool seeds_open;                    /* fuzz: from seed_first on */
    uint32_t shard;                     /* run, fuzz, sweep: from 1; which … */
    uint32_t shard_count;               /* … of how many; 0: not given */
    enum sim__fuzz_relations relations; /* fuzz */
    bool claimed;                       /* shrink: --relation … */
    struct sim__claim claim;            /* … which */
    const char *from;                   /* fuzz: a file; NULL: none */
    bool at_large;                      /* fuzz */
    const char *corpus;                 /* fuzz: a directory; NULL: none */
    enum sim__import_kind import_from;  /* import: of all sources */
    bool has_fail_at;                   /* import: --fail-at … */
    struct sim__import_failure failure; /* … and --when */
    uint32_t jobs;
    const struct cli_executor *executor;
    uint64_t speed_billionths; /* 0: not given */
    bool has_tolerance;
    struct sup_duration tolerance;
    const char *trace; /* "-" is standard output; NULL: not wanted */
    const char *junit;
    const char *metrics;
    const char *table;
    const char *results;   /* run, fuzz, sweep: what came of each run, for merge */
    const char *directory; /* merge: where the scenarios are; NULL: here */
    const char *html;      /* pictures: a page, a still, tracks; report: its page */
    const char *svg;
    const char *perfetto;
    const char *badge;
    const char *summary;
    bool append;                     /* to it */
    bool sheets;                     /* report: --table … */
    const char *csv;                 /* … a directory; NULL: not wanted */
    const char *pages;               /* … likewise */
    const char *ledger;              /* … with what it counts; NULL: without */
    bool silent;                     /* run: nothing is said, only files are written */
    struct cli_gathering *gathering; /* NULL, or where all that would be said goes */
    const char *out;                 /* shrink: "-" is standard output; fuzz, sweep: a directory */
    struct sup_duration budget;      /* of wall time; 0: the default */
    struct sup_duration shrink_budget; /* fuzz: likewise, of each failure */
    struct sup_duration patience;      /* fuzz, sweep, explain: how long a run may work */
    bool no_shrink;
    const char *record; /* run: where its choices go; NULL: not wanted */
    const char *replay; /* run: where they come from */
    bool replay_tolerant;
    uint32_t continuations; /* explain: after each choice; 0: the default */
    bool continues;         /* --continue-from … */
    uint64_t continue_from; /* … so many choices of the file */
    const char *golden;     /* a directory; NULL: not wanted */
    bool update;            /* --golden: write instead of compare */
    bool tap;
    bool json;
    bool github; /* annotations beside the report */
    bool verbose;
    bool lanes; /* a strip for each service */
    bool quiet;
    bool no_color;
    bool once;
    bool fail_fast;
    bool list;
    bool watch;                    /* again whenever a file changes */
    struct sim_life life;          /* plan: what every attempt does */
    bool expects_same;             /* compare */
    bool expects_verdict;          /* plan: --expect … */
    enum sim_plan_verdict verdict; /* … what */
    const char *mode;              /* plan: of all presets; NULL: as the file has it */
    bool explain;                  /* plan: the presets as plain keys */
    bool c;                        /* export: as C */
    bool lint;                     /* warnings too */
    bool strict;                   /* and they are errors */
    bool force;                    /* outputs may replace any file but an input */
    bool fail_late;                /* a run that the machine was too late for fails */
    struct cli_shown shown;        /* of the timeline */
    uint64_t max_steps;            /* 0: the default */
    uint64_t max_events;           /* 0: the default */
    uint64_t max_memory;           /* in bytes; 0: the default */
    bool has_max_wall;
    struct sup_duration max_wall; /* 0: none */
    struct cli_sweeping sweeping;
};

static inline enum cli_colors cli_options_colors(const struct cli_options *options)
{
    return options->no_color ? CLI_COLORS_NEVER : CLI_COLORS_ON_TERMINALS;
}

/* Reads the arguments. On a mistake: false, and in ret_message what is wrong,
 * with a hint. cli_options_release in both cases. */
bool cli_options_read(int argc, char **argv, struct cli_options *ret_options,
                      struct sim__text *ret_message);
void cli_options_release(struct cli_options *options);

const char *cli_command_name(enum cli_command command);
/* The help of one command, or of all with CLI_NONE. */
void cli_help(enum cli_command command, struct sim__text *text);

/* For the help, which prints the table of options. */
enum cli_section { CLI_WHAT, CLI_HOW, CLI_OUTPUT, CLI_OTHER, CLI_SECTIONS };

/* What the setter of an option says where that is all that is wrong. */
extern const char cli_out_of_memory[];

struct cli_option {
    const char *name;
    char letter;       /* 0: none */
    uint32_t commands; /* bits 1 << enum cli_command */
    const char *value; /* what the help calls it; NULL: takes none */
    /* NULL, or why the value is refused. */
    const char *(*set)(struct cli_options *options, const char *value);
    enum cli_section section;
    const char *help;
};

const struct cli_option *cli_option_table(uint32_t *ret_count);

#endif
