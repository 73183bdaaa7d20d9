/* Reads the scenarios that the arguments name. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lint/lint.h"
#include "sim/scenario/read.h"
#include "sourced.h"
#include "sim/base/grow.h"
#include "sup/error.h"

/* The case at the end of the list, which goes on behind it; NULL: out of memory. */
static struct cli_case *new_case(struct cli_plan *plan)
{
    struct cli_case *cases =
        sim__grown(plan->cases, &plan->room, (uint64_t)plan->count + 1, sizeof *cases);
    if (cases == NULL) {
        return NULL;
    }
    plan->cases = cases;
    cases[plan->count] = (struct cli_case){.path = plan->path};
    return &cases[plan->count++];
}

bool cli_plan_take(void *context, struct sim_scenario *scenario)
{
    struct cli_plan *plan = context;
    struct cli_case *one = new_case(plan);
    if (one != NULL) {
        one->scenario = scenario;
        plan->valid++;
    }
    return one != NULL;
}

/* A file that only shares is none of a directory's scenarios; who names it is mistaken. */
/* Who exports policies needs no services for them. */
#define NO_SCENARIO "{scenario: 1, name: shared, services: [{name: nobody}]}"

/* Whether files of other service managers are taken as they are. */
static bool takes_sources(const struct cli_options *options)
{
    return options->command == CLI_PLAN || options->command == CLI_COMPARE;
}

#define NO_SOURCE \
    "nothing to plan in this directory: no scenario, compose file or Kubernetes manifest " \
    "(*.yaml, *.yml or *.json) here or below, " SIM__IMPORT_NO_SOURCE

/* Scenarios, and where there are none a source that nobody would name who has some. */
static int find_either(struct cli_plan *plan, const char *path)
{
    const uint32_t files = plan->files.count, complaints = plan->complaints.count;
    int result = cli_files_find(&plan->files, path, NULL, &plan->complaints);
    bool none = plan->files.count == files && plan->complaints.count == complaints;
    return result == SUP_OK && none ? cli_files_name(&plan->files, path) : result;
}

static int find_files(struct cli_plan *plan, const struct cli_options *options, const char *path)
{
    enum sim__import_whole whole = SIM__WHOLE_NOTHING;
    int result =
        takes_sources(options) ? cli_sourced_whole(path, options->import_from, &whole) : SUP_OK;
    if (result != SUP_OK) {
        return result;
    }
    switch (whole) {
    case SIM__WHOLE_SOURCE:
        return cli_files_name(&plan->files, path);
    case SIM__WHOLE_BOTH:
        cli_files_complain(&plan->complaints, path,
                           "services and scenarios are in this directory; name files of it, or "
                           "what kind its services are: --from KIND");
        return SUP_OK;
    case SIM__WHOLE_LAST:
        return find_either(plan, path);
    case SIM__WHOLE_NOTHING:
        break;
    }
    return cli_files_find(&plan->files, path, takes_sources(options) ? NO_SOURCE : CLI_NO_SCENARIO,
                          &plan->complaints);
}

static int read_file(struct cli_plan *plan, uint32_t file, const struct cli_options *options)
{
    const struct sim_limits limits = {.memory_bytes = options->max_memory, .tasks = options->tasks};
    bool apart = options->github || options->summary != NULL ||
                 (options->command == CLI_CHECK && options->json);
    struct sim_diagnostics diagnostics = {0};
    struct sim__told_list told = {0};
    const struct sim__reading how = {
        .limits = &limits,
        .told = apart ? &told : NULL,
        .under = options->command == CLI_EXPORT ? NO_SCENARIO : NULL,
        .sets = options->sets,
        .set_count = options->set_count,
        .chosen = options->chosen,
        .chosen_count = options->chosen_count,
        .take = cli_plan_take,
        .context = plan,
        .preset_mode = options->mode,
        .explains = options->explain,
        .realistic = options->command == CLI_PLAN && !options->json && !options->explain,
    };
    plan->path = plan->files.paths[file];
    int result = takes_sources(options)
                     ? cli_sourced_read(plan->path, options->import_from, &how, &diagnostics)
                     : sim__scenarios_load(plan->path, &how, &diagnostics, NULL);
    bool left_out = diagnostics.shares_only && plan->files.walked[file];
    struct cli_case *one = result == SUP_OK || left_out ? NULL : new_case(plan);
    if (one != NULL) {
        one->diagnostics = diagnostics.text;
        one->told = told;
        told = (struct sim__told_list){0};
        diagnostics.text = NULL;
    }
    sim__told_release(&told);
    sim_diagnostics_release(&diagnostics);
    return result == SUP_ENOMEM || (one == NULL && result != SUP_OK && !left_out) ? SUP_ENOMEM
                                                                                  : SUP_OK;
}

int cli_plan_read(const struct cli_options *options, struct cli_plan *ret_plan)
{
    struct cli_plan *plan = ret_plan;
    *plan = (struct cli_plan){0};
    int result = SUP_OK;
    for (uint32_t i = 0; i < options->path_count && result == SUP_OK; i++) {
        result = find_files(plan, options, options->paths[i]);
    }
    for (uint32_t i = 0; i < plan->files.count && result == SUP_OK; i++) {
        result = read_file(plan, i, options);
    }
    if (result == SUP_OK && plan->count == 0 && plan->complaints.count == 0 &&
        options->chosen_count == 0) {
        cli_files_complain(&plan->complaints, plan->files.paths[0],
                           "no scenario is there, only what others include");
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
        .told = options->github || (options->lint && options->json) ? &ret_warnings->told : NULL,
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

enum cli_of_seeds cli_plan_asks_of_seeds(const struct cli_plan *plan)
{
    uint32_t of_seeds = 0, of_runs = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct sim_scenario *scenario = plan->cases[i].scenario;
        for (uint32_t k = 0; k < scenario->expectation_count; k++) {
            const enum sim_when_kind when = scenario->expectations[k].when;
            bool over = when == SIM_WHEN_SEEDS || when == SIM_WHEN_SOMETIMES;
            of_seeds += over ? 1 : 0;
            of_runs += over ? 0 : 1;
        }
    }
    return of_seeds == 0  ? CLI_OF_SEEDS_NOTHING
           : of_runs == 0 ? CLI_OF_SEEDS_ALL
                          : CLI_OF_SEEDS_SOME;
}

const char *cli_plan_complaint(const struct cli_plan *plan, uint32_t index)
{
    const struct cli_case *one = &plan->cases[index];
    if (one->scenario != NULL) {
        return "";
    }
    return one->diagnostics == NULL ? "rehearse: out of memory\n" : one->diagnostics;
}

void cli_plan_complain(const struct cli_plan *plan)
{
    fputs(sim__text_string(&plan->complaints.lines), stderr);
    for (uint32_t i = 0; i < plan->count; i++) {
        fputs(cli_plan_complaint(plan, i), stderr);
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
