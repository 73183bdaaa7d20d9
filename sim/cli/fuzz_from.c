/* rehearse fuzz --from FILE: the file, its variants, and what is said of them. */
#include "fuzz_from.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/escape.h"
#include "sim/base/grow.h"
#include "sim/run.h"
#include "sup/error.h"

/* A mutant that does more than this is not worth the time in which others are made. */
#define EVENTS_A_MUTANT 100000u
#define STEPS_A_MUTANT 2000000u

/* ---- reading ---- */

static int say(const char *message)
{
    fprintf(stderr, "rehearse: %s\n", message);
    return SIM_EXIT_USAGE;
}

static void prepare(const struct cli_options *options, struct cli_from *from)
{
    from->limits.tasks = options->tasks;
    from->plan.path = options->from;
    from->from.reach = options->at_large ? SIM__FUZZ_AT_LARGE : SIM__FUZZ_DECLARED;
    from->from.reading = (struct sim__reading){
        .alloc = &sup_allocator_libc,
        .bytes = from->file.bytes,
        .length = from->file.length,
        .file = strcmp(options->from, "-") == 0 ? "<stdin>" : options->from,
        .limits = &from->limits,
        .path = options->from,
        .identity = from->file.identity,
        .sets = options->sets,
        .set_count = options->set_count,
    };
}

static int read_variants(const struct cli_options *options, struct cli_from *from)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim__reading reading = from->from.reading;
    reading.chosen = options->chosen;
    reading.chosen_count = options->chosen_count;
    reading.take = cli_plan_take;
    reading.context = &from->plan;
    int result = sim__scenario_read(&reading, &diagnostics, NULL);
    if (result == SUP_EINVAL) {
        fputs(diagnostics.text != NULL ? diagnostics.text : "", stderr);
    }
    sim_diagnostics_release(&diagnostics);
    if (result == SUP_ENOMEM) {
        return say("out of memory");
    }
    if (result == SUP_OK && from->plan.count == 0) {
        return say("the file has no such variant");
    }
    return result == SUP_OK ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

/* Of each variant what chooses it. */
static int name_variants(struct cli_from *from)
{
    uint64_t keys = 0, next = 0;
    for (uint32_t i = 0; i < from->plan.count; i++) {
        keys += from->plan.cases[i].scenario->varied_count;
    }
    from->from.variants = calloc((size_t)from->plan.count, sizeof from->from.variants[0]);
    from->chosen = calloc((size_t)keys + 1, sizeof from->chosen[0]);
    if (from->from.variants == NULL || from->chosen == NULL ||
        sim__arena_create(&sup_allocator_libc, &from->from.arena) != SUP_OK) {
        return say("out of memory");
    }
    from->from.variant_count = from->plan.count;
    for (uint32_t i = 0; i < from->plan.count; i++) {
        const struct sim_scenario *scenario = from->plan.cases[i].scenario;
        from->from.variants[i] = (struct sim__fuzz_variant){
            .label = scenario->variant,
            .chosen = &from->chosen[next],
            .chosen_count = scenario->varied_count,
        };
        for (uint32_t k = 0; k < scenario->varied_count; k++) {
            from->chosen[next++] =
                (struct sim__set){scenario->varied[k].key, scenario->varied[k].value};
        }
    }
    return SIM_EXIT_PASS;
}

/* A file of the user's may take its time. */
static void bound(const struct cli_options *options, struct sim__trial_how *trial)
{
    trial->max_events = options->at_large ? EVENTS_A_MUTANT : 0;
    trial->max_steps = options->at_large ? STEPS_A_MUTANT : 0;
    trial->tasks = options->tasks;
}

int cli_from_open(const struct cli_options *options, struct cli_from *from,
                  struct sim__fuzz_how *how)
{
    const char *why = NULL;
    if (options->from == NULL) {
        return SIM_EXIT_PASS;
    }
    int result = sim__file_read(options->from, &from->file, &why);
    if (result == SUP_EINVAL) {
        cli_files_complain(&from->plan.complaints, options->from, why);
        cli_plan_complain(&from->plan);
        return SIM_EXIT_USAGE;
    }
    if (result != SUP_OK) {
        return say("out of memory");
    }
    prepare(options, from);
    bound(options, &how->trial);
    how->from = &from->from;
    int status = read_variants(options, from);
    return status == SIM_EXIT_PASS ? name_variants(from) : status;
}

void cli_from_close(struct cli_from *from)
{
    sim__arena_free(from->from.arena);
    free(from->from.variants);
    free(from->chosen);
    free(from->file.bytes);
    cli_plan_release(&from->plan);
    *from = (struct cli_from){0};
}

/* ---- what is said ---- */

static void put_pairs(struct sim__text *text, const char *option, const struct sim__set *sets,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct sim__text pair = {0};
        sim__text_format(&pair, "%s=%s", sets[i].path, sets[i].value);
        sim__text_format(text, " --%s ", option);
        sim__text_shell(text, sim__text_string(&pair));
        text->failed |= pair.failed;
        sim__text_release(&pair);
    }
}

void cli_put_from_options(struct sim__text *text, const struct cli_options *options)
{
    if (options->from == NULL) {
        return;
    }
    sim__text_put(text, " --from ");
    sim__text_shell(text, options->from);
    sim__text_put(text, options->at_large ? " --at-large" : "");
    put_pairs(text, "set", options->sets, options->set_count);
    put_pairs(text, "variant", options->chosen, options->chosen_count);
}

void cli_put_from_finding(struct sim__text *text, const struct cli_options *options,
                          const struct sim__fuzz_from *from, const struct sim__fuzz_try *one)
{
    if (from == NULL) {
        return;
    }
    const struct sim__fuzz_variant *variant = &from->variants[one->variant];
    if (variant->label != NULL) {
        sim__text_put(text, "\n      variant: ");
        sim__text_safe(text, variant->label, strlen(variant->label));
    }
    if (from->reach == SIM__FUZZ_DECLARED) {
        sim__text_format(text, "\n      alone: %s run --seed ", options->program);
        sim__text_u64(text, one->drawn.seed);
        put_pairs(text, "set", options->sets, options->set_count);
        put_pairs(text, "variant", variant->chosen, variant->chosen_count);
        sim__text_char(text, ' ');
        sim__text_shell(text, options->from);
    }
}

void cli_put_from_json(struct sim__text *text, const struct sim__fuzz_from *from,
                       const struct sim__fuzz_try *one)
{
    if (from != NULL && from->variants[one->variant].label != NULL) {
        sim__text_put(text, ",\"variant\":");
        sim__text_json(text, from->variants[one->variant].label);
    }
}

void cli_put_mutants(struct sim__text *text, const struct sim__fuzz_tally *tally)
{
    if (tally->refused + tally->endless == 0) {
        return;
    }
    sim__text_put(text, "not counted: ");
    cli_put_plural(text, tally->refused, "mutant");
    sim__text_put(text, " that no reader takes, ");
    cli_put_plural(text, tally->endless, "mutant");
    sim__text_put(text, " that came to no end\n");
}
