/* rehearse plan: what the policies of files will do, before it happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diagnostics.h"
#include "output.h"
#include "plan.h"
#include "planned.h"
#include "sim/glob.h"
#include "sim/run.h"
#include "sim/scenario/names.h"
#include "sup/error.h"

struct planning {
    const struct cli_options *options;
    struct sim__text text;
    uint64_t shown;
    bool unlike; /* what --expect says */
    int error;
};

static bool is_wanted(const struct cli_options *options, const char *name)
{
    for (uint32_t i = 0; i < options->shown.service_count; i++) {
        if (sim_glob_match(options->shown.services[i], name)) {
            return true;
        }
    }
    return options->shown.service_count == 0;
}

static void plan_one(struct planning *planning, const struct sim_scenario *scenario,
                     const struct sim_service *service)
{
    const struct cli_options *options = planning->options;
    struct cli_planned *planned = malloc(sizeof(*planned));
    int error =
        planned == NULL ? SUP_ENOMEM : cli_planned_make(scenario, service, &options->life, planned);
    if (error == SUP_OK && !options->json) {
        error = cli_planned_look_around(planned);
    }
    if (error == SUP_OK) {
        planning->unlike = planning->unlike ||
                           (options->expects_verdict && planned->least.verdict != options->verdict);
        if (options->json) {
            cli_planned_put_json(planned, &planning->text);
        } else {
            sim__text_put(&planning->text, planning->shown == 0 ? "" : "\n");
            cli_planned_put(planned, &planning->text);
        }
        planning->shown++;
    }
    planning->error = error;
    if (planned != NULL) {
        cli_planned_release(planned);
        free(planned);
    }
}

/* Whether the group is the service's, or lies around that. */
static bool is_around(const struct sim_group *group, const struct sim_service *service)
{
    const char *inner = sim__without_root(service->group == NULL ? "" : service->group);
    const char *outer = sim__without_root(group->name);
    size_t length = strlen(outer);
    return strncmp(inner, outer, length) == 0 && (inner[length] == '\0' || inner[length] == '.');
}

/* Whether a service of those asked for is in the group; NULL: in any. */
static bool is_asked_for(const struct planning *planning, const struct sim_scenario *scenario,
                         const struct sim_group *group)
{
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        const struct sim_service *service = &scenario->services[i];
        if (is_wanted(planning->options, service->name) &&
            (group == NULL || is_around(group, service))) {
            return true;
        }
    }
    return false;
}

/* What the supervisor and the groups around the services do, where presets say some of it: without
 * these it stands in the place of what the file has. */
static void explain_groups(struct planning *planning, const struct sim_scenario *scenario)
{
    struct sim__text groups = {0};
    bool preset = scenario->has_preset;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct sim_group *group = &scenario->groups[i];
        if (is_asked_for(planning, scenario, group)) {
            preset = preset || group->has_preset;
            sim__text_put(&groups, group->plain);
        }
    }
    const char *root = scenario->plain == NULL ? "" : scenario->plain;
    if (preset && is_asked_for(planning, scenario, NULL) &&
        (root[0] != '\0' || groups.length > 0)) {
        sim__text_put(&planning->text, "supervisor:\n");
        sim__text_put(&planning->text, root);
        sim__text_put(&planning->text, groups.length > 0 ? "  groups:\n" : "");
        sim__text_put(&planning->text, sim__text_string(&groups));
        sim__text_put(&planning->text, "services:\n");
    }
    planning->text.failed |= groups.failed;
    sim__text_release(&groups);
}

/* The same policy without a preset. */
static void explain_one(struct planning *planning, const struct sim_service *service)
{
    if (service->preset != NULL) {
        sim__text_put(&planning->text, "  # ");
        sim__text_show(&planning->text, service->preset);
        sim__text_char(&planning->text, '\n');
    }
    sim__text_put(&planning->text, service->plain == NULL ? "" : service->plain);
    planning->shown++;
}

static void plan_file(struct planning *planning, const struct sim_scenario *scenario)
{
    if (planning->options->explain) {
        explain_groups(planning, scenario);
    }
    for (uint32_t i = 0; i < scenario->service_count && planning->error == SUP_OK; i++) {
        const struct sim_service *service = &scenario->services[i];
        if (!is_wanted(planning->options, service->name)) {
            continue;
        }
        if (planning->options->explain) {
            explain_one(planning, service);
        } else if (sim__life_is_possible(&planning->options->life, &service->policy)) {
            plan_one(planning, scenario, service);
        }
    }
}

static int judge(const struct planning *planning, const struct cli_plan *plan)
{
    if (planning->error != SUP_OK) {
        fprintf(stderr, "rehearse: %s\n", sup_error_text(planning->error));
        return SIM_EXIT_USAGE;
    }
    if (plan->complaints.count > 0 || plan->valid < plan->count) {
        return SIM_EXIT_USAGE;
    }
    if (planning->shown == 0) {
        fputs("rehearse: no service to plan\n", stderr);
        return SIM_EXIT_USAGE;
    }
    return planning->unlike ? SIM_EXIT_EXPECTATION : SIM_EXIT_PASS;
}

int cli_plan(const struct cli_options *options)
{
    struct planning planning = {.options = options};
    struct cli_plan plan = {0};
    int status = SIM_EXIT_USAGE;
    if (cli_plan_read(options, &plan) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
    } else {
        cli_plan_complain(&plan);
        for (uint32_t i = 0; i < plan.count; i++) {
            if (plan.cases[i].scenario != NULL) {
                plan_file(&planning, plan.cases[i].scenario);
            }
        }
        status = judge(&planning, &plan);
    }
    if (!cli_output_say(&planning.text)) {
        status = SIM_EXIT_USAGE;
    }
    cli_plan_release(&plan);
    return status;
}
