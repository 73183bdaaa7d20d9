/* What a sweep has come to; see sweep_report.h. */
#include "sweep_report.h"

#include <inttypes.h>
#include <string.h>

#include "interrupt.h"
#include "lost.h"
#include "sim/run.h"

int cli_sweep_status(const struct sim__trial *trial)
{
    static const int statuses[] = {
        [SIM__SIGN_PASSED] = SIM_EXIT_PASS,
        [SIM__SIGN_INVARIANT] = SIM_EXIT_INVARIANT,
        [SIM__SIGN_EXPECTATION] = SIM_EXIT_PASS, /* what is expected does not count */
        [SIM__SIGN_STALLED] = SIM_EXIT_STALLED,
        [SIM__SIGN_NONDETERMINISTIC] = SIM_EXIT_NONDETERMINISTIC,
        [SIM__SIGN_RELATION] = SIM_EXIT_EXPECTATION,
        [SIM__SIGN_CRASHED] = SIM_EXIT_INVARIANT,
        [SIM__SIGN_HUNG] = SIM_EXIT_INVARIANT,
        [SIM__SIGN_REFUSED] = SIM_EXIT_USAGE,
    };
    return statuses[trial->sign];
}

bool cli_swept_announced(const struct cli_swept *swept)
{
    static const enum sim_verdict verdicts[] = {
        [SIM__SIGN_PASSED] = SIM_PASS,
        [SIM__SIGN_INVARIANT] = SIM_INVARIANT_BROKEN,
        [SIM__SIGN_EXPECTATION] = SIM_EXPECTATION_FAILED,
        [SIM__SIGN_STALLED] = SIM_STALLED,
        [SIM__SIGN_NONDETERMINISTIC] = SIM_NONDETERMINISTIC,
        [SIM__SIGN_RELATION] = SIM_EXPECTATION_FAILED,
        [SIM__SIGN_CRASHED] = SIM_INVARIANT_BROKEN,
        [SIM__SIGN_HUNG] = SIM_PASS, /* nobody announces that */
        [SIM__SIGN_REFUSED] = SIM_PASS,
    };
    const struct sim_scenario *scenario = swept->one->scenario;
    return swept->known && scenario->has_verdict &&
           scenario->verdict == verdicts[swept->base.trial.sign];
}

/* ---- words ---- */

static void put_name(struct sim__text *text, const struct cli_swept *swept)
{
    const char *path = strcmp(swept->one->path, "-") == 0 ? "<stdin>" : swept->one->path;
    sim__text_safe(text, path, strlen(path));
    if (swept->one->scenario->variant != NULL) {
        const char *variant = swept->one->scenario->variant;
        sim__text_put(text, " [");
        sim__text_safe(text, variant, strlen(variant));
        sim__text_char(text, ']');
    }
}

static void put_fault(struct sim__text *text, const struct sim_fault *fault,
                      const struct sim_fault_met *met)
{
    sim__text_put(text, sim__point_name(fault->kind));
    sim__text_char(text, ' ');
    cli_put_grouped(text, fault->at);
    if (fault->persistent) {
        sim__text_put(text, " and all that follow");
    }
    if (met->met) {
        sim__text_put(text, " at ");
        sim__text_duration(text, SUP_NS(met->at.ns));
    }
    if (met->service[0] != '\0') {
        sim__text_format(text, ", %s, attempt %" PRIu32, met->service, met->attempt);
    }
}

void cli_sweep_put_point(struct sim__text *text, const struct sim__sweep_try *one)
{
    put_fault(text, &one->point.first, &one->seen.first);
    if (one->point.then.at > 0) {
        sim__text_put(text, "; then ");
        put_fault(text, &one->point.then, &one->seen.then);
    }
}

static void put_pair(struct sim__text *text, const char *option, const struct sim__set *set)
{
    sim__text_format(text, " %s ", option);
    sim__text_shell(text, set->path);
    sim__text_char(text, '=');
    sim__text_shell(text, set->value);
}

void cli_sweep_put_replay(struct sim__text *text, const struct cli_options *options,
                          const struct cli_fall *fall)
{
    const struct sim_scenario *scenario = fall->swept->one->scenario;
    const struct sim__sweep_point *point = &fall->first.point;
    sim__text_format(text, "%s sweep", options->program);
    for (uint32_t i = 0; i < options->set_count; i++) {
        put_pair(text, "--set", &options->sets[i]);
    }
    for (uint32_t i = 0; i < scenario->varied_count; i++) {
        const struct sim__set chosen = {scenario->varied[i].key, scenario->varied[i].value};
        put_pair(text, "--variant", &chosen);
    }
    if (options->has_seed) {
        sim__text_format(text, " --seed %" PRIu64, options->seed_first);
    }
    if (options->sweeping.late.ns > 0) {
        sim__text_put(text, " --late ");
        sim__text_duration(text, options->sweeping.late);
    }
    cli_put_patience(text, options->patience);
    sim__text_char(text, ' ');
    sim__text_shell(text, fall->swept->one->path);
    sim__text_format(text, " --kind %s --at %" PRIu64, sim__point_name(point->first.kind),
                     point->first.at);
    if (point->first.persistent) {
        sim__text_put(text, " --persistent");
    }
    if (point->then.at > 0) {
        sim__text_format(text, " --then %s:%" PRIu64, sim__point_name(point->then.kind),
                         point->then.at);
    }
}

/* ---- for people ---- */

/* "412 of 9,811 points tried", "9,811 points" */
static void put_tried(struct sim__text *text, uint64_t tried, uint64_t all, const char *noun)
{
    if (tried < all) {
        cli_put_grouped(text, tried);
        sim__text_put(text, " of ");
        cli_put_plural(text, all, noun);
        sim__text_put(text, " tried");
    } else {
        cli_put_plural(text, all, noun);
    }
}

struct counts {
    uint64_t points;
    uint64_t tried;
    uint64_t pairs;
    uint64_t pairs_tried;
    uint64_t runs;
    uint64_t cut;
    uint64_t fell;
};

static struct counts counts_of(const struct cli_swept *swept)
{
    return (struct counts){
        .points = swept->plan.all,
        .tried = swept->runs / 2,
        .pairs = swept->pairs.all,
        .pairs_tried = swept->pairs_tried,
        .runs = swept->runs + swept->pairs_tried,
        .cut = swept->cut,
        .fell = swept->fell,
    };
}

static void add_counts(struct counts *sum, const struct counts *more)
{
    sum->points += more->points;
    sum->tried += more->tried;
    sum->pairs += more->pairs;
    sum->pairs_tried += more->pairs_tried;
    sum->runs += more->runs;
    sum->cut += more->cut;
    sum->fell += more->fell;
}

static void put_counts(struct sim__text *text, const struct counts *counts)
{
    put_tried(text, counts->tried, counts->points, "point");
    if (counts->pairs > 0) {
        sim__text_put(text, " and ");
        put_tried(text, counts->pairs_tried, counts->pairs, "pair");
    }
    if (counts->fell == 0 && counts->tried > 0) { /* of none there is nothing to claim */
        sim__text_put(text, ", all survived");
    } else if (counts->fell > 0) {
        sim__text_put(text, ", ");
        cli_put_grouped(text, counts->fell);
        sim__text_put(text, " of ");
        cli_put_plural(text, counts->runs, "run");
        sim__text_put(text, " not survived");
    }
    if (counts->cut > 0) {
        sim__text_put(text, " (");
        cli_put_plural(text, counts->cut, "run");
        sim__text_put(text, " went on and on, cut off with all well)");
    }
}

/* The one point that was asked for. */
static void put_only(struct sim__text *text, const struct cli_swept *swept)
{
    const struct sim__sweep_try *one = &swept->only;
    const struct sim_fault *first = &one->point.first;
    if (cli_sweep_is_met(one)) {
        static const char *const fates[] = {
            [SIM__SWEEP_SURVIVED] = "survived",
            [SIM__SWEEP_CUT] = "went on and on, cut off with all well",
            [SIM__SWEEP_FELL] = "not survived",
        };
        cli_sweep_put_point(text, one);
        sim__text_format(text, ": %s, %" PRIu64 " events, hash %016" PRIx64,
                         fates[sim__sweep_fate(&one->trial)], one->trial.events, one->trial.hash);
    } else if (one->seen.first.met) {
        const enum sim__point kind = one->point.then.kind;
        sim__text_put(text, "there is no such point after the first fault, only ");
        cli_put_grouped(text, one->seen.after[kind]);
        sim__text_format(text, " of %s", sim__point_name(kind));
    } else {
        sim__text_put(text, "there is no such point, only ");
        cli_put_grouped(text, swept->base.seen.points[first->kind]);
        sim__text_format(text, " of %s", sim__point_name(first->kind));
    }
}

static void put_file(struct sim__text *text, const struct cli_swept *swept)
{
    put_name(text, swept);
    sim__text_put(text, ": ");
    if (!swept->known) {
        sim__text_put(text, "not looked at");
    } else if (!cli_swept_stands(swept)) {
        sim__text_put(text, cli_swept_announced(swept)
                                ? "nothing to sweep, without a fault it ends as its verdict says: "
                                : "nothing to sweep, it fails without a fault: ");
        sim__trial_signature(&swept->base.trial, text);
    } else if (swept->only.point.first.at > 0) {
        put_only(text, swept);
    } else {
        const struct counts counts = counts_of(swept);
        put_counts(text, &counts);
    }
    sim__text_char(text, '\n');
}

static void put_fall(struct sim__text *text, const struct cli_sweep_sum *sum,
                     const struct cli_fall *fall)
{
    const struct sim__trial *trial = &fall->first.trial;
    sim__text_put(text, "FAIL  ");
    put_name(text, fall->swept);
    sim__text_put(text, ": ");
    sim__trial_signature(trial, text);
    sim__text_put(text, ": ");
    cli_put_plural(text, fall->runs, "run");
    sim__text_put(text, "\n      fault: ");
    cli_sweep_put_point(text, &fall->first);
    sim__text_put(text, "\n      ");
    sim__text_safe(text, trial->message, strlen(trial->message));
    if (fall->file != NULL) {
        sim__text_put(text, "\n      file: ");
        sim__text_shell(text, fall->file);
    }
    sim__text_put(text, "\n      replay: ");
    cli_sweep_put_replay(text, sum->options, fall);
    sim__text_char(text, '\n');
}

static struct counts counts_of_all(const struct cli_sweep_sum *sum, uint32_t *ret_files)
{
    struct counts all = {0};
    *ret_files = 0;
    for (uint32_t i = 0; i < sum->count; i++) {
        const struct counts counts = counts_of(&sum->swept[i]);
        *ret_files += cli_swept_stands(&sum->swept[i]) ? 1 : 0;
        add_counts(&all, &counts);
    }
    return all;
}

void cli_sweep_put(struct sim__text *text, const struct cli_sweep_sum *sum)
{
    const bool quiet = sum->options->quiet;
    for (uint32_t i = 0; i < sum->count; i++) {
        if (!quiet || !cli_swept_stands(&sum->swept[i])) {
            put_file(text, &sum->swept[i]);
        }
    }
    for (uint32_t i = 0; i < sum->fall_count; i++) {
        put_fall(text, sum, &sum->falls[i]);
    }
    if (sum->unkept > 0) {
        cli_put_plural(text, sum->unkept, "run");
        sim__text_put(text, " that fell otherwise are not listed\n");
    }
    if (!quiet && sum->options->sweeping.point.first.at == 0) {
        uint32_t files;
        const struct counts all = counts_of_all(sum, &files);
        cli_put_plural(text, files, "scenario");
        sim__text_put(text, ": ");
        put_counts(text, &all);
        sim__text_put(text, "; ");
        cli_put_plural(text, all.runs, "run");
        sim__text_put(text, sum->options->once ? " in " : ", each twice, in ");
        cli_put_wall(text, sum->took);
        sim__text_char(text, '\n');
    }
}

/* ---- for programs ---- */

static void put_json_counts(struct sim__text *text, const struct counts *counts)
{
    sim__text_format(text,
                     ",\"points\":%" PRIu64 ",\"tried\":%" PRIu64 ",\"pairs\":%" PRIu64
                     ",\"pairs-tried\":%" PRIu64,
                     counts->points, counts->tried, counts->pairs, counts->pairs_tried);
    sim__text_format(text, ",\"runs\":%" PRIu64 ",\"cut\":%" PRIu64 ",\"fell\":%" PRIu64,
                     counts->runs, counts->cut, counts->fell);
}

static void put_json_name(struct sim__text *text, const struct cli_swept *swept)
{
    sim__text_put(text, ",\"file\":");
    sim__text_json(text, swept->one->path);
    if (swept->one->scenario->variant != NULL) {
        sim__text_put(text, ",\"variant\":");
        sim__text_json(text, swept->one->scenario->variant);
    }
}

static void put_json_signature(struct sim__text *text, const struct sim__trial *trial)
{
    struct sim__text signature = {0};
    sim__trial_signature(trial, &signature);
    sim__text_put(text, ",\"signature\":");
    sim__text_json(text, sim__text_string(&signature));
    sim__text_release(&signature);
}

static void put_json_file(struct sim__text *text, const struct cli_swept *swept)
{
    const struct counts counts = counts_of(swept);
    sim__text_put(text, "{\"kind\":\"sweep\"");
    put_json_name(text, swept);
    if (!swept->known) {
        sim__text_put(text, ",\"signature\":null}\n");
        return;
    }
    put_json_signature(text, &swept->base.trial);
    put_json_counts(text, &counts);
    sim__text_format(text, ",\"events\":%" PRIu64 ",\"kinds\":{", swept->base.trial.events);
    for (uint32_t i = 0; i < SIM__POINTS; i++) {
        sim__text_format(text, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",",
                         sim__point_name((enum sim__point)i), swept->plan.points[i]);
    }
    sim__text_put(text, "}}\n");
}

static void put_json_fault(struct sim__text *text, const struct sim_fault *fault,
                           const struct sim_fault_met *met)
{
    sim__text_format(
        text, "{\"point\":\"%s\",\"at\":%" PRIu64 ",\"persistent\":%s,\"time\":%" PRIu64,
        sim__point_name(fault->kind), fault->at, fault->persistent ? "true" : "false", met->at.ns);
    if (met->service[0] != '\0') {
        sim__text_put(text, ",\"service\":");
        sim__text_json(text, met->service);
        sim__text_format(text, ",\"attempt\":%" PRIu32, met->attempt);
    }
    sim__text_char(text, '}');
}

static void put_json_fall(struct sim__text *text, const struct cli_sweep_sum *sum,
                          const struct cli_fall *fall)
{
    const struct sim__sweep_try *one = &fall->first;
    struct sim__text replay = {0};
    cli_sweep_put_replay(&replay, sum->options, fall);
    sim__text_put(text, "{\"kind\":\"finding\"");
    put_json_name(text, fall->swept);
    put_json_signature(text, &one->trial);
    sim__text_format(text, ",\"runs\":%" PRIu64 ",\"status\":%d,\"fault\":", fall->runs,
                     cli_sweep_status(&one->trial));
    put_json_fault(text, &one->point.first, &one->seen.first);
    if (one->point.then.at > 0) {
        sim__text_put(text, ",\"then\":");
        put_json_fault(text, &one->point.then, &one->seen.then);
    }
    sim__text_put(text, ",\"message\":");
    sim__text_json(text, one->trial.message);
    sim__text_put(text, ",\"replay\":");
    sim__text_json(text, sim__text_string(&replay));
    sim__text_put(text, "}\n");
    sim__text_release(&replay);
}

void cli_sweep_put_json(struct sim__text *text, const struct cli_sweep_sum *sum)
{
    uint32_t files;
    const struct counts all = counts_of_all(sum, &files);
    for (uint32_t i = 0; i < sum->count; i++) {
        put_json_file(text, &sum->swept[i]);
    }
    for (uint32_t i = 0; i < sum->fall_count; i++) {
        put_json_fall(text, sum, &sum->falls[i]);
    }
    sim__text_format(text, "{\"kind\":\"summary\",\"scenarios\":%" PRIu32, files);
    put_json_counts(text, &all);
    if (cli_interrupted() != 0) {
        sim__text_format(text, ",\"interrupted\":\"%s\"", cli_interrupt_name(cli_interrupted()));
    }
    sim__text_format(text, ",\"wall-ns\":%" PRIu64 "}\n", sum->took.ns);
}
