/* rehearse check: reads scenarios and says what is wrong with them. */
#include <stdio.h>

#include "commands.h"
#include "diagnostics.h"
#include "output.h"
#include "plan.h"
#include "sim/run.h"
#include "sup/error.h"

static void put_summary(const struct cli_plan *plan, struct sim__text *text)
{
    if (plan->valid < plan->count) {
        cli_put_grouped(text, plan->valid);
        sim__text_put(text, " of ");
    }
    cli_put_plural(text, plan->count, "scenario");
    sim__text_format(text, " %s valid\n", plan->count == 1 ? "is" : "are");
}

static void put_json(const struct cli_plan *plan, struct sim__text *text)
{
    sim__text_put(text, sim__text_string(&plan->complaints.json));
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct cli_case *one = &plan->cases[i];
        for (uint32_t j = 0; j < one->told.count; j++) {
            cli_put_diagnostic(text, one->path, &one->told.list[j]);
        }
    }
}

int cli_check(const struct cli_options *options)
{
    struct cli_plan plan;
    struct sim__text text = {0};
    int status = SIM_EXIT_PASS;
    if (cli_plan_read(options, &plan) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
        status = SIM_EXIT_USAGE;
    } else {
        if (plan.complaints.count > 0 || plan.valid < plan.count) {
            status = SIM_EXIT_USAGE;
        }
        if (options->json) {
            put_json(&plan, &text);
        } else {
            cli_plan_complain(&plan);
        }
        if (plan.count > 0 && !options->quiet && !options->json) {
            put_summary(&plan, &text);
        }
    }
    if (!cli_output_say(&text)) {
        status = SIM_EXIT_USAGE;
    }
    cli_plan_release(&plan);
    return status;
}
