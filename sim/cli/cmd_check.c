/* rehearse check: reads scenarios and says what is wrong with them. */
#include <stdio.h>

#include "commands.h"
#include "diagnostics.h"
#include "github.h"
#include "output.h"
#include "plan.h"
#include "sim/run.h"
#include "sup/error.h"

/* What came of all files. */
struct check {
    const struct cli_options *options;
    struct cli_plan plan;
    struct sim__text text; /* for standard output */
    uint64_t warnings;
    bool failed; /* no memory */
};

static void put_summary(struct check *check)
{
    const struct cli_plan *plan = &check->plan;
    struct sim__text *text = &check->text;
    if (plan->valid < plan->count) {
        cli_put_grouped(text, plan->valid);
        sim__text_put(text, " of ");
    }
    cli_put_plural(text, plan->count, "scenario");
    sim__text_format(text, " %s valid", plan->count == 1 ? "is" : "are");
    if (check->options->lint) {
        sim__text_put(text, ", ");
        cli_put_plural(text, check->warnings, "warning");
    }
    sim__text_char(text, '\n');
}

static void put_told(struct sim__text *text, const char *file, const struct sim__told_list *told)
{
    for (uint32_t i = 0; i < told->count; i++) {
        const struct sim__told *one = &told->list[i];
        cli_put_diagnostic(text, one->file == NULL ? file : one->file, one);
    }
}

/* In a log that is read for commands there must be none of a file's. */
static void put_rendered(const struct cli_options *options, const char *rendered)
{
    struct sim__text text = {0};
    sim__text_put(&text, rendered);
    if (options->github) {
        cli_github_disarm(&text, 0);
    }
    fputs(text.failed ? "rehearse: out of memory\n" : sim__text_string(&text), stderr);
    sim__text_release(&text);
}

/* One file: its errors, or its warnings. */
static void look_at(struct check *check, const struct cli_case *one)
{
    struct cli_warnings warnings = {0};
    if (check->options->json) {
        put_told(&check->text, one->path, &one->told);
    }
    if (one->scenario != NULL && check->options->lint &&
        cli_warnings_find(one, check->options, &warnings) != SUP_OK) {
        check->failed = true;
    }
    check->warnings += warnings.count;
    if (check->options->json) {
        put_told(&check->text, one->path, &warnings.told);
    } else if (check->options->github) {
        cli_github_told(&check->text, one->path, &warnings.told);
    }
    if (warnings.text.text != NULL) {
        put_rendered(check->options, warnings.text.text);
    }
    cli_warnings_release(&warnings);
}

static int judge(const struct check *check)
{
    const struct cli_plan *plan = &check->plan;
    bool good = plan->complaints.count == 0 && plan->valid == plan->count && !check->failed;
    return good && (check->warnings == 0 || !check->options->strict) ? SIM_EXIT_PASS
                                                                     : SIM_EXIT_USAGE;
}

static void look(struct check *check)
{
    const struct cli_options *options = check->options;
    if (options->json) {
        sim__text_put(&check->text, sim__text_string(&check->plan.complaints.json));
    } else if (options->github) {
        cli_github_complain(&check->plan);
    } else {
        cli_plan_complain(&check->plan);
    }
    for (uint32_t i = 0; i < check->plan.count && !check->failed; i++) {
        look_at(check, &check->plan.cases[i]);
    }
    if (check->failed) {
        fputs("rehearse: out of memory\n", stderr);
    } else if (check->plan.count > 0 && !options->quiet && !options->json) {
        put_summary(check);
    }
}

int cli_check(const struct cli_options *options)
{
    struct check check = {.options = options};
    if (cli_plan_read(options, &check.plan) != SUP_OK) {
        check.failed = true;
        fputs("rehearse: out of memory\n", stderr);
    } else {
        look(&check);
    }
    int status = judge(&check);
    if (!cli_output_say(&check.text)) {
        status = SIM_EXIT_USAGE;
    }
    cli_plan_release(&check.plan);
    return status;
}
