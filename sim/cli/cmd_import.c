/* rehearse import: what other service managers' files say, as a scenario. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "outputs.h"
#include "sim/import/import.h"
#include "sim/run.h"
#include "sup/error.h"

static int out_of_memory(void)
{
    fputs("rehearse: out of memory\n", stderr);
    return SIM_EXIT_USAGE;
}

/* What was done, where the scenario itself is not on standard output. */
static bool say_summary(const struct cli_output *output, const struct sim__imported *imported)
{
    struct sim__text text = {0};
    sim__text_show(&text, output->name);
    sim__text_put(&text, ": ");
    cli_put_plural(&text, imported->services, "service");
    sim__text_put(&text, ", ");
    cli_put_plural(&text, imported->warnings, "warning");
    sim__text_char(&text, '\n');
    return cli_output_say(&text);
}

static int write_out(const struct cli_options *options, struct sim__imported *imported,
                     struct cli_output *output)
{
    bool beside = !output->identity.standard && output->target != NULL;
    bool good = cli_output_open(output) && cli_output_write(output, &imported->scenario);
    good = cli_output_close(output) && good;
    if (good && beside && !options->quiet) {
        good = say_summary(output, imported);
    }
    if (!good) {
        return SIM_EXIT_USAGE;
    }
    return options->strict && imported->warnings > 0 ? SIM_EXIT_EXPECTATION : SIM_EXIT_PASS;
}

static int work(const struct cli_options *options, struct cli_output *output)
{
    const struct sim__import_request request = {
        .alloc = &sup_allocator_libc,
        .world = &sim__import_disk,
        .sources = options->paths,
        .source_count = options->path_count,
        .from = options->import_from,
        .sets = options->sets,
        .set_count = options->set_count,
        .failure = options->failure,
    };
    struct sim__imported imported;
    int result = sim__import(&request, &imported);
    int status = SIM_EXIT_USAGE;
    if (result == SUP_ENOMEM) {
        status = out_of_memory();
    } else {
        fputs(sim__text_string(&imported.said), stderr);
    }
    if (result == SUP_OK) {
        status = write_out(options, &imported, output);
    }
    sim__imported_release(&imported);
    return status;
}

int cli_import(const struct cli_options *options)
{
    struct cli_plan plan = {
        .files = {.paths = (char **)(uintptr_t)options->paths, .count = options->path_count}};
    enum cli_replace replace = options->force ? CLI_REPLACE_ANY : CLI_REPLACE_OWN;
    struct cli_output output = {0};
    bool named = cli_output_name(&output, options->out != NULL ? options->out : "-", "out",
                                 CLI_OUTPUT_IMPORTED);
    bool good = named && cli_outputs_check(&output, 1, &plan, replace);
    int status = good ? work(options, &output) : SIM_EXIT_USAGE;
    if (!output.opened) {
        (void)cli_output_close(&output);
    }
    return status;
}
