/* Reads the scenarios that the arguments name. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lint/lint.h"
#include "sim/scenario/read.h"
#include "sup/error.h"

static int read_case(struct cli_plan *plan, const char *path, const struct cli_options *options)
{
    const struct sim_limits limits = {.memory_bytes = options->max_memory, .tasks = options->tasks};
    bool apart = options->command == CLI_CHECK && options->json;
    struct cli_case *one = &plan->cases[plan->count];
    struct sim_diagnostics diagnostics = {0};
    one->path = path;
    int result =
        sim__scenario_load(path, &limits, apart ? &one->told : NULL, &diagnostics, &one->scenario);
    if (result == SUP_OK) {
        plan->valid++;
    } else {
        one->scenario = NULL;
        one->diagnostics = diagnostics.text;
        diagnostics.text = NULL;
    }
    sim_diagnostics_release(&diagnostics);
    plan->count++;
    return result == SUP_ENOMEM ? SUP_ENOMEM : SUP_OK;
}

int cli_plan_read(const struct cli_options *options, struct cli_plan *ret_plan)
{
    struct cli_plan *plan = ret_plan;
    *plan = (struct cli_plan){0};
    int result = SUP_OK;
    for (uint32_t i = 0; i < options->path_count && result == SUP_OK; i++) {
        result = cli_files_find(&plan->files, options->paths[i], &plan->complaints);
    }
    if (result == SUP_OK) {
        plan->cases = calloc((size_t)plan->files.count + 1, sizeof plan->cases[0]);
        result = plan->cases == NULL ? SUP_ENOMEM : SUP_OK;
    }
    for (uint32_t i = 0; i < plan->files.count && result == SUP_OK; i++) {
        result = read_case(plan, plan->files.paths[i], options);
    }
    return result;
}

int cli_warnings_find(const struct cli_case *one, const struct cli_options *options,
                      struct cli_warnings *ret_warnings)
{
    *ret_warnings = (struct cli_warnings){0};
    bool sweep = options->has_seeds;
    const struct sim__lint_request request = {
        .scenario = one->scenario,
        .file = strcmp(one->path, "-") == 0 ? "<stdin>" : one->path,
        .seeds = sweep ? options->seed_last - options->seed_first + 1 : 1,
        .told = options->lint && options->json ? &ret_warnings->told : NULL,
        .rendered = options->lint && !options->json ? &ret_warnings->text : NULL,
    };
    return sim__lint(&request, &ret_warnings->count);
}

void cli_warnings_release(struct cli_warnings *warnings)
{
    sim__told_release(&warnings->told);
    sim_diagnostics_release(&warnings->text);
}

static bool matches(const struct cli_options *options, const char *name)
{
    for (uint32_t i = 0; i < options->filter_count; i++) {
        if (sim_glob_match(options->filters[i], name)) {
            return true;
        }
    }
    return options->filter_count == 0;
}

void cli_plan_filter(struct cli_plan *plan, const struct cli_options *options)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        struct cli_case *one = &plan->cases[i];
        if (one->scenario != NULL && !matches(options, one->scenario->name)) {
            sim_scenario_free(one->scenario);
            plan->valid--;
        } else {
            plan->cases[kept++] = *one;
        }
    }
    plan->count = kept;
}

void cli_plan_complain(const struct cli_plan *plan)
{
    fputs(sim__text_string(&plan->complaints.lines), stderr);
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct cli_case *one = &plan->cases[i];
        if (one->scenario == NULL) {
            fputs(one->diagnostics == NULL ? "rehearse: out of memory\n" : one->diagnostics,
                  stderr);
        }
    }
}

void cli_plan_release(struct cli_plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        sim_scenario_free(plan->cases[i].scenario);
        free(plan->cases[i].diagnostics);
        sim__told_release(&plan->cases[i].told);
    }
    free(plan->cases);
    cli_files_release(&plan->files);
    sim__text_release(&plan->complaints.lines);
    sim__text_release(&plan->complaints.json);
    *plan = (struct cli_plan){0};
}
