/* The scenarios that the arguments name, read. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "files.h"
#include "options.h"
#include "sim/scenario/diagnostic.h"
#include "sim/scenario.h"

/* A scenario, one of several that a file varies into, or what is wrong with the file. */
struct cli_case {
    const char *path;
    struct sim_scenario *scenario; /* NULL: not valid */
    char *diagnostics;             /* NULL when it is */
    struct sim__told_list told;    /* the same one by one, when they are wanted so */
};

/* Warnings of one valid file. */
struct cli_warnings {
    struct sim_diagnostics text;
    struct sim__told_list told;
    uint64_t count;
};

struct cli_plan {
    struct cli_files files;
    struct cli_case *cases;
    uint32_t count;
    uint32_t room;    /* for cases */
    const char *path; /* of the file that is being read */
    uint32_t valid;
    struct cli_complaints complaints; /* arguments and directories that cannot be read */
};

/* Finds and reads everything. 0 or SUP_ENOMEM; invalid files are no failure. */
int cli_plan_read(const struct cli_options *options, struct cli_plan *ret_plan);
/* For who reads one file: takes a scenario of it, which is the plan's then (struct sim__reading;
 * the context is the plan). False without memory. */
bool cli_plan_take(void *context, struct sim_scenario *scenario);
/* Looks for traps in a valid file; told one by one for --json, as text otherwise,
 * both for --github.
 * 0 or SUP_ENOMEM; cli_warnings_release in both cases. */
int cli_warnings_find(const struct cli_case *one, const struct cli_options *options,
                      struct cli_warnings *ret_warnings);
void cli_warnings_release(struct cli_warnings *warnings);
/* Leaves out the scenarios whose name no filter matches; invalid files stay. */
void cli_plan_filter(struct cli_plan *plan, const struct cli_options *options);
/* What is expected of several runs together (`sometimes`, `over: seeds`) fails in none of them:
 * whether something in any of the scenarios is, and whether nothing else is expected. */
enum cli_of_seeds { CLI_OF_SEEDS_NOTHING, CLI_OF_SEEDS_SOME, CLI_OF_SEEDS_ALL };
enum cli_of_seeds cli_plan_asks_of_seeds(const struct cli_plan *plan);
/* What is wrong with the file of a case, for people; "" when nothing is. */
const char *cli_plan_complaint(const struct cli_plan *plan, uint32_t index);
/* Writes what is wrong to stderr: arguments first, then files in order. */
void cli_plan_complain(const struct cli_plan *plan);
void cli_plan_release(struct cli_plan *plan);

#endif
