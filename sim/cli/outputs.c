/* Outputs beside inputs; see outputs.h. */
#include "outputs.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse_input(struct cli_output *output, const char *path)
{
    struct sim__text why = {0};
    sim__text_put(&why, "it is an input, ");
    if (strcmp(path, "-") == 0) {
        sim__text_put(&why, "on standard input");
    } else {
        sim__text_safe(&why, path, strlen(path));
    }
    sim__text_put(&why, ", and would be lost");
    cli_output_refuse(output, sim__text_string(&why));
    sim__text_release(&why);
    return false;
}

static bool is_no_input(struct cli_output *output, const struct cli_plan *plan)
{
    for (uint32_t i = 0; i < plan->files.count; i++) {
        const char *path = plan->files.paths[i];
        bool same = strcmp(path, "-") == 0 ? cli_output_is_open_file(output, STDIN_FILENO)
                                           : cli_output_is_path(output, path);
        /* A terminal or a pipe at both ends is no file that could be lost. */
        if (same && S_ISREG(output->identity.mode)) {
            return refuse_input(output, path);
        }
    }
    return true;
}

/* Nor a file that a scenario includes. */
static bool is_not_included(struct cli_output *output, const struct cli_plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct sim_scenario *scenario = plan->cases[i].scenario;
        for (uint32_t k = 1; scenario != NULL && k < scenario->source_count; k++) {
            if (cli_output_is_path(output, scenario->sources[k].name)) {
                return refuse_input(output, scenario->sources[k].name);
            }
        }
    }
    return true;
}

static bool is_no_other(struct cli_output *outputs, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (!cli_output_is(&outputs[index], &outputs[i])) {
            continue;
        }
        struct sim__text why = {0};
        sim__text_put(&why, "it is the same file as ");
        if (outputs[i].option != NULL) {
            sim__text_format(&why, "--%s ", outputs[i].option);
        }
        sim__text_safe(&why, outputs[i].name, strlen(outputs[i].name));
        cli_output_refuse(&outputs[index], sim__text_string(&why));
        sim__text_release(&why);
        return false;
    }
    return true;
}

bool cli_outputs_check(struct cli_output *outputs, uint32_t count, const struct cli_plan *plan,
                       enum cli_replace replace)
{
    bool good = true;
    for (uint32_t i = 0; i < count; i++) {
        struct cli_output *output = &outputs[i];
        if (output->failed) {
            good = false;
        } else if (!is_no_input(output, plan) || !is_not_included(output, plan) ||
                   !is_no_other(outputs, i)) {
            good = false;
        } else if (replace == CLI_REPLACE_OWN && !output->identity.standard &&
                   !cli_output_may_replace(output)) {
            cli_output_refuse(output, "it exists and is no earlier output of this option; "
                                      "--force replaces it");
            good = false;
        }
    }
    return good;
}
