/* rehearse compare: where two policies part. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "compared.h"
#include "plan.h"
#include "sim/glob.h"
#include "sim/run.h"
#include "sim/scenario/preset.h"
#include "sim/scenario/read.h"
#include "sup/error.h"

struct comparing {
    const struct cli_options *options;
    struct cli_plan plans[2];
    struct sim__text text;
    uint32_t compared;
    bool parted;
    int error;
};

/* A preset in place of a file: its name, or a map of it and its settings. */
static int read_preset(struct comparing *comparing, int side, const char *preset)
{
    struct cli_plan *plan = &comparing->plans[side];
    struct sim__text text = {0};
    struct sim_diagnostics diagnostics = {0};
    sim__text_format(&text, "{scenario: 1, name: preset, services: [{name: preset, preset: %s}]}",
                     preset);
    if (text.failed) {
        return SUP_ENOMEM;
    }
    plan->path = preset;
    const struct sim__reading how = {.alloc = &sup_allocator_libc,
                                     .bytes = text.bytes,
                                     .length = text.length,
                                     .file = preset,
                                     .take = cli_plan_take,
                                     .context = plan,
                                     .preset_mode = comparing->options->mode};
    int result = sim__scenario_read(&how, &diagnostics, NULL);
    if (result == SUP_EINVAL && diagnostics.text != NULL) {
        fputs(diagnostics.text, stderr);
    }
    sim_diagnostics_release(&diagnostics);
    sim__text_release(&text);
    return result;
}

/* A preset's name is one also where something else is called so: that is `./docker`. A word that
 * is nothing at all is taken for a name with a mistake in it. */
static bool is_preset(const char *argument)
{
    return argument[0] == '{' || sim__preset_is(argument) ||
           (strcmp(argument, "-") != 0 && access(argument, F_OK) != 0 &&
            strpbrk(argument, "/.@") == NULL);
}

static int read_side(struct comparing *comparing, int side)
{
    const char *argument = comparing->options->paths[side];
    if (is_preset(argument)) {
        return read_preset(comparing, side, argument);
    }
    struct cli_options one = *comparing->options;
    one.paths = &comparing->options->paths[side];
    one.path_count = 1;
    int result = cli_plan_read(&one, &comparing->plans[side]);
    cli_plan_complain(&comparing->plans[side]);
    const struct cli_plan *plan = &comparing->plans[side];
    return result == SUP_OK && (plan->complaints.count > 0 || plan->valid < plan->count)
               ? SUP_EINVAL
               : result;
}

static bool is_wanted(const struct cli_options *options, const char *name)
{
    for (uint32_t i = 0; i < options->shown.service_count; i++) {
        if (sim_glob_match(options->shown.services[i], name)) {
            return true;
        }
    }
    return options->shown.service_count == 0;
}

/* The next service of a side, after `side` or from the first on; false at the end. */
struct walk {
    const struct cli_plan *plan;
    uint32_t file;
    uint32_t service;
};

static bool next(struct walk *walk, const struct cli_options *options, struct cli_side *ret_side)
{
    for (; walk->file < walk->plan->count; walk->file++, walk->service = 0) {
        const struct sim_scenario *scenario = walk->plan->cases[walk->file].scenario;
        while (scenario != NULL && walk->service < scenario->service_count) {
            const struct sim_service *service = &scenario->services[walk->service++];
            if (is_wanted(options, service->name)) {
                *ret_side = (struct cli_side){scenario, service};
                return true;
            }
        }
    }
    return false;
}

static uint32_t count(struct comparing *comparing, int side, struct cli_side *ret_first)
{
    struct walk walk = {&comparing->plans[side], 0, 0};
    struct cli_side found;
    uint32_t services = 0;
    while (next(&walk, comparing->options, &found)) {
        if (services++ == 0) {
            *ret_first = found;
        }
    }
    return services;
}

static void compare(struct comparing *comparing, const struct cli_side *a, const struct cli_side *b)
{
    struct cli_compared compared;
    comparing->error = cli_compared_make(a, b, &compared);
    if (comparing->error != SUP_OK) {
        return;
    }
    comparing->parted = comparing->parted || compared.parts > 0;
    if (comparing->options->json) {
        cli_compared_put_json(&compared, &comparing->text);
    } else {
        sim__text_put(&comparing->text, comparing->compared > 0 ? "\n" : "");
        cli_compared_put(&compared, &comparing->text);
    }
    comparing->compared++;
}

static bool find(struct comparing *comparing, int side, const char *name, struct cli_side *ret_side)
{
    struct walk walk = {&comparing->plans[side], 0, 0};
    while (next(&walk, comparing->options, ret_side)) {
        if (strcmp(ret_side->service->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* One on each side, whatever their names are; else those of the same name. */
static void compare_all(struct comparing *comparing)
{
    struct cli_side a, b;
    uint32_t left = count(comparing, 0, &a), right = count(comparing, 1, &b);
    if (left == 1 && right == 1) {
        compare(comparing, &a, &b);
        return;
    }
    struct walk walk = {&comparing->plans[0], 0, 0};
    while (comparing->error == SUP_OK && next(&walk, comparing->options, &a)) {
        /* A single policy is held against each of the others. */
        if (right == 1 ? count(comparing, 1, &b) == 1 : find(comparing, 1, a.service->name, &b)) {
            compare(comparing, &a, &b);
        }
    }
    bool with_each = left == 1 && right > 1 && comparing->compared == 0;
    walk = (struct walk){&comparing->plans[1], 0, 0};
    while (with_each && comparing->error == SUP_OK && count(comparing, 0, &a) == 1 &&
           next(&walk, comparing->options, &b)) {
        compare(comparing, &a, &b);
    }
}

static int judge(const struct comparing *comparing)
{
    if (comparing->error != SUP_OK) {
        fprintf(stderr, "rehearse: %s\n", sup_error_text(comparing->error));
        return SIM_EXIT_USAGE;
    }
    if (comparing->compared == 0) {
        fputs("rehearse: no two services to compare: of several on both sides, those of the same "
              "name are\n",
              stderr);
        return SIM_EXIT_USAGE;
    }
    return comparing->options->expects_same && comparing->parted ? SIM_EXIT_EXPECTATION
                                                                 : SIM_EXIT_PASS;
}

int cli_compare(const struct cli_options *options)
{
    struct comparing comparing = {.options = options};
    int status = SIM_EXIT_USAGE;
    int result = read_side(&comparing, 0);
    result = result == SUP_OK ? read_side(&comparing, 1) : result;
    if (result == SUP_OK) {
        compare_all(&comparing);
        status = judge(&comparing);
    } else if (result != SUP_EINVAL) {
        fputs("rehearse: out of memory\n", stderr);
    }
    if (!cli_output_say(&comparing.text)) {
        status = SIM_EXIT_USAGE;
    }
    cli_plan_release(&comparing.plans[0]);
    cli_plan_release(&comparing.plans[1]);
    return status;
}
