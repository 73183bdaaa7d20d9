/* Whether a scenario can be told apart in real time, found out by simulating it.
 *
 * First what only virtual time has is looked for (fitness.c). Then a reference is simulated
 * with the executor's powers; expectations that fail for the want of them are not asked
 * (unask.c). Then runs in which everything is late, within the tolerance:
 * when each of them tells the story of the reference and comes to its verdict, a
 * system that keeps within the tolerance has no way to tell another one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "internal.h"
#include "sim/oracle.h"
#include "sim/run/timeline.h"
#include "sup/error.h"

#define SPEED_ONE UINT64_C(1000000000)
#define EVENTS_MAX UINT64_C(200000)
#define LATE_RUNS 18u
/* Then so many in which everything is late by at least half of the tolerance: they tell
 * chains of late things from single ones, but a chain of them may well tell another story. */
#define STEADY_RUNS 6u
/* Every third of them is only so late in all, but has to pass. In the others a chain of
 * things that are late may be too late for what is expected. */
#define LITTLE 10u
/* When a run in real time told another story: so many more, of so many events in all. */
#define DOUBT_RUNS 4000u
#define DOUBT_EVENTS UINT64_C(20000000)

struct analyser {
    const struct sim_scenario *scenario;
    struct sim_scenario *widened; /* what cannot be asked there is taken out */
    const struct sim_run_options *run;
    const struct sim_real_options *options;
    uint64_t tolerance_ns;
    struct sim__analysis *analysis;
};

#define SKIP(analyser, ...) sim__skip(&(analyser)->analysis->skip, SIM__SKIP_DECIDED, __VA_ARGS__)

static bool skipped(const struct analyser *a)
{
    return a->analysis->skip.kind != SIM__NO_SKIP;
}

/* ---- simulated runs ---- */

static struct sim_run_options simulated(const struct analyser *a)
{
    return (struct sim_run_options){
        .has_seed = a->run->has_seed,
        .seed = a->run->seed,
        .once = true,
        .keep_trace = true,
        .max_events = EVENTS_MAX,
        .max_wall_ns = a->run->max_wall_ns,
        .aborts = a->options->crew->aborts ? SIM_ABORTS_OBEYED : SIM_ABORTS_IGNORED,
        .as_processes = a->options->crew->as_processes,
    };
}

/* Why the reference fails where a run with every power passes. */
static const char *lacking(const struct analyser *a)
{
    return a->options->crew->aborts ? "an abort that is survived, or an end that no process has"
                                    : "an executor that can end an attempt by force";
}

/* What a run as the file has it comes to. */
static int plain_verdict(const struct analyser *a, enum sim_verdict *ret_verdict)
{
    struct sim_run_options options = simulated(a);
    struct sim_result plain;
    options.aborts = SIM_ABORTS_SCRIPTED;
    options.as_processes = false;
    int error = sim_run(a->scenario, &options, &plain);
    if (error == SUP_OK) {
        *ret_verdict = plain.verdict;
        sim_result_release(&plain);
    }
    return error;
}

/* The reference fails, and the file does not: what fails is not asked for there. */
static int ask_less(struct analyser *a)
{
    struct sim_result *reference = &a->analysis->reference;
    const struct sim_run_options options = simulated(a);
    if (a->scenario->has_verdict || reference->verdict != SIM_EXPECTATION_FAILED ||
        !sim__unask(a->widened, reference, &a->analysis->unasked, lacking(a))) {
        SKIP(a, "what it expects needs %s", lacking(a));
        return SUP_OK;
    }
    sim_result_release(reference);
    int error = sim_run(a->widened, &options, reference);
    if (error == SUP_OK && reference->verdict != SIM_PASS) {
        SKIP(a, "what it expects needs %s", lacking(a));
    }
    return error;
}

static int look_at_reference(struct analyser *a)
{
    const struct sim_run_options options = simulated(a);
    const struct sim_result *reference = &a->analysis->reference;
    enum sim_verdict plain = SIM_PASS;
    int error = sim_run(a->widened, &options, &a->analysis->reference);
    if (error != SUP_OK) {
        return error;
    }
    if (reference->verdict == SIM_STALLED) {
        SKIP(a, "simulated, it does not end either: %s", reference->message);
        return SUP_OK;
    }
    error = plain_verdict(a, &plain);
    if (error == SUP_OK && plain != reference->verdict) {
        if (reference->verdict == SIM_PASS) {
            SKIP(a, "what it expects to fail is within the tolerance");
        } else {
            error = ask_less(a);
        }
    }
    return error;
}

/* `never` is no instant that comes. */
static struct sup_instant later_of(struct sup_instant a, struct sup_instant b)
{
    return b.ns != SUP_NEVER_NS && b.ns > a.ns ? b : a;
}

/* When the timeline is over, with what is drawn of it. */
static int end_of_timeline(const struct analyser *a, struct sup_instant *ret_end)
{
    struct sim_timeline timeline;
    struct sim_oracle *oracle = NULL;
    uint64_t seed = a->run->has_seed ? a->run->seed : a->scenario->seed;
    int error = sim_oracle_create_seeded(seed, &oracle);
    if (error != SUP_OK) {
        return error;
    }
    error = sim__timeline_init(&timeline, a->scenario, seed, oracle);
    if (error == SUP_OK) {
        *ret_end = sim__timeline_last(&timeline, a->scenario);
    }
    sim__timeline_release(&timeline);
    sim_oracle_free(oracle);
    return error;
}

/* When everything that the file speaks of is over. */
static int end_of(const struct analyser *a, struct sup_instant *ret_end)
{
    const struct sim_scenario *scenario = a->scenario;
    struct sup_instant end = {0};
    if (scenario->until.ns != SUP_NEVER_NS) {
        *ret_end = scenario->until;
        return SUP_OK;
    }
    int error = end_of_timeline(a, &end);
    if (error != SUP_OK) {
        return error;
    }
    end = later_of(end, (struct sup_instant){a->analysis->reference.end_ns});
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        end = later_of(end, a->widened->expectations[i].from);
        end = later_of(end, a->widened->expectations[i].to);
    }
    *ret_end = end;
    return SUP_OK;
}

static void look_at_span(struct analyser *a)
{
    uint64_t budget = sim__real_budget(a->run).ns;
    uint64_t real = sim__real_length(SUP_NS(a->analysis->end_ns), a->options->speed_billionths).ns;
    uint64_t starts = a->analysis->reference.attempts;
    char span[48], most[48];
    if (real > budget) {
        uint64_t enough = a->analysis->end_ns / (budget / 2 > 0 ? budget / 2 : 1) + 1;
        sim__skip(&a->analysis->skip, SIM__SKIP_LONG,
                  "it takes %s of real time, more than %s; try --speed %" PRIu64,
                  sim_duration_format(real / 1000000u * 1000000u, span),
                  sim_duration_format(budget, most), enough);
        return;
    }
    uint32_t a_second = a->options->crew->starts_a_second;
    uint64_t patience = real + 1000000000u;
    if (starts > patience / 1000000u * a_second / 1000u) {
        SKIP(a, "%" PRIu64 " attempts in %s are more than %s start (%" PRIu32 " a second)", starts,
             sim_duration_format(real / 1000000u * 1000000u, span), a->options->crew->name,
             a_second);
    }
}

/* ---- lateness ---- */

static void name_failure(struct analyser *a, const struct sim_result *late)
{
    char tolerance[48];
    char why[96];
    sim_duration_format(a->tolerance_ns, tolerance);
    (void)snprintf(why, sizeof(why), "less than %s decides it", tolerance);
    if (!a->scenario->has_verdict && late->verdict == SIM_EXPECTATION_FAILED &&
        sim__unask(a->widened, late, &a->analysis->unasked, why)) {
        return; /* the rest is asked */
    }
    if (late->verdict == SIM_EXPECTATION_FAILED && late->failure_count > 0) {
        const struct sim_failure *failure = &late->failures[0];
        SKIP(a, "less than %s decides whether it passes (line %u: expected %s, found %s)",
             tolerance, failure->place.line, failure->expected, failure->found);
    } else {
        SKIP(a, "less than %s decides whether it passes: late, it comes to %s%s%s", tolerance,
             sim_verdict_name(late->verdict), late->message[0] != '\0' ? ", " : "", late->message);
    }
}

/* What the late run tells, beside the reference. */
static int conform_late(const struct analyser *a, const struct sim_result *late,
                        struct sim__conformance *ret_conformance)
{
    const struct sim_result *reference = &a->analysis->reference;
    struct sim__story wanted = {reference->trace, reference->trace_length, "in time"};
    struct sim__story found = {late->trace, late->trace_length, "later"};
    return sim__conform(&wanted, &found, sim__tail(a->scenario, SUP_NS(a->tolerance_ns)),
                        ret_conformance);
}

enum lateness { AT_MOST, AT_LEAST };

static int compare_late(struct analyser *a, const struct sim_result *late, enum lateness lateness)
{
    struct sim__conformance conformance;
    char tolerance[48];
    int error = conform_late(a, late, &conformance);
    if (error != SUP_OK) {
        return error;
    }
    if (conformance.same) {
        error = sim__evidence_add(&a->analysis->evidence, &conformance.found_lines);
    } else if (lateness == AT_MOST) {
        SKIP(a, "less than %s decides what happens: %s",
             sim_duration_format(a->tolerance_ns, tolerance), conformance.text);
    }
    sim__conformance_release(&conformance);
    return error;
}

/* `sometimes` holds in the reference, and no more when all is a little late. */
static void name_lost(struct analyser *a, const struct sim_result *late)
{
    char tolerance[48], why[96];
    uint32_t lost = sim__sweep_lost(a->widened, a->analysis, late);
    if (lost == a->widened->expectation_count) {
        return;
    }
    struct sim_expectation *expectation = &a->widened->expectations[lost];
    uint32_t line = expectation->place.line;
    sim_duration_format(a->tolerance_ns, tolerance);
    (void)snprintf(why, sizeof(why), "less than %s decides it", tolerance);
    if (a->scenario->has_verdict ||
        !sim__unask_one(a->widened, expectation, &a->analysis->unasked, why)) {
        SKIP(a, "less than %s decides whether line %u holds", tolerance, line);
    }
}

static void name_what_fails(struct analyser *a, const struct sim_result *late)
{
    if (late->verdict != a->analysis->reference.verdict) {
        name_failure(a, late);
    } else {
        name_lost(a, late);
    }
}

static int look_at_lateness(struct analyser *a)
{
    struct sim_run_options options = simulated(a);
    const struct sim_result *reference = &a->analysis->reference;
    struct sim__story story = {reference->trace, reference->trace_length, "in time"};
    int error = sim__evidence_create(&story, &a->analysis->evidence);
    if (error == SUP_OK) {
        error = sim__sweep_begin(a->scenario, SUP_NS(a->tolerance_ns), a->analysis);
    }
    for (uint64_t i = 1; error == SUP_OK && i <= LATE_RUNS + STEADY_RUNS && !skipped(a); i++) {
        struct sim_result late;
        bool steady = i > LATE_RUNS;
        bool little = !steady && i % 3 == 0;
        options.lateness_seed = i;
        options.lateness_ns = little ? a->tolerance_ns / LITTLE : a->tolerance_ns;
        options.lateness_least_ns = steady ? a->tolerance_ns / 2 : 0;
        error = sim_run(a->widened, &options, &late);
        if (error != SUP_OK) {
            return error;
        }
        error = compare_late(a, &late, steady ? AT_LEAST : AT_MOST);
        sim__sweep_late(a->scenario, a->analysis, &late);
        if (little && !skipped(a)) {
            name_what_fails(a, &late);
        }
        sim_result_release(&late);
    }
    return error;
}

/* The file is to fail, and the run does not: then what is asked over seeds has to. */
static void look_at_sweep(struct analyser *a)
{
    const struct sim_scenario *scenario = a->scenario;
    if (scenario->has_verdict && scenario->verdict == SIM_EXPECTATION_FAILED &&
        a->analysis->reference.verdict == SIM_PASS && !sim__sweep_fails(scenario, a->analysis)) {
        SKIP(a, "what it expects to fail is within the tolerance");
    }
}

/* Do both part from the reference at the same event, with the same words? */
static bool same_difference(const struct sim__conformance *a, const struct sim__conformance *b)
{
    bool both = a->wanted != NULL && b->wanted != NULL && a->found != NULL && b->found != NULL;
    return both && a->wanted->index == b->wanted->index &&
           sim__line_compare(a->found, b->found) == SIM__SAME;
}

static int compare_doubt(struct analyser *a, const struct sim_result *late,
                         const struct sim__conformance *difference)
{
    struct sim__conformance conformance;
    char tolerance[48];
    int error = conform_late(a, late, &conformance);
    if (error != SUP_OK) {
        return error;
    }
    if (!conformance.same && same_difference(&conformance, difference)) {
        SKIP(a, "less than %s decides what happens, if seldom: %s",
             sim_duration_format(a->tolerance_ns, tolerance), conformance.text);
    }
    sim__conformance_release(&conformance);
    return SUP_OK;
}

static bool fails_there(const struct sim_result *late, struct sim_place place)
{
    for (uint32_t i = 0; i < late->failure_count; i++) {
        if (late->failures[i].place.line == place.line &&
            late->failures[i].place.column == place.column) {
            return true;
        }
    }
    return false;
}

/* Does the late run fail what the other one fails, each of it, and lose what it loses? */
static void compare_failures(struct analyser *a, const struct sim_result *late,
                             const struct sim_result *failed)
{
    char tolerance[48];
    uint32_t lost = sim__sweep_lost(a->widened, a->analysis, failed);
    bool loses = lost < a->widened->expectation_count;
    for (uint32_t i = 0; i < failed->failure_count; i++) {
        if (!fails_there(late, failed->failures[i].place)) {
            return;
        }
    }
    if (loses && !sim__sweep_loses(a->widened, a->analysis, late, lost)) {
        return;
    }
    sim_duration_format(a->tolerance_ns, tolerance);
    if (failed->failure_count > 0) {
        const struct sim_failure *failure = &failed->failures[0];
        SKIP(a,
             "less than %s decides whether it passes, if seldom (line %u: expected %s, found %s)",
             tolerance, failure->place.line, failure->expected, failure->found);
    } else if (loses) {
        SKIP(a, "less than %s decides whether line %u holds, if seldom", tolerance,
             a->widened->expectations[lost].place.line);
    }
}

int sim__analyse_again(const struct sim__analysed *analysed, const struct sim__doubt *doubt,
                       struct sim__analysis *analysis)
{
    struct analyser a = {analysed->scenario, analysed->widened,      analysed->run,
                         analysed->options,  analysed->tolerance_ns, analysis};
    struct sim_run_options options = simulated(&a);
    int error = SUP_OK;
    uint64_t events = 0;
    options.lateness_ns = doubt->difference != NULL ? a.tolerance_ns : a.tolerance_ns / LITTLE;
    for (uint64_t i = 0; error == SUP_OK && !skipped(&a) && i < DOUBT_RUNS && events < DOUBT_EVENTS;
         i++) {
        struct sim_result late;
        options.lateness_seed = LATE_RUNS + STEADY_RUNS + 1 + i;
        error = sim_run(a.widened, &options, &late);
        if (error != SUP_OK) {
            return error;
        }
        events += late.events + 1;
        if (doubt->difference != NULL) {
            error = compare_doubt(&a, &late, doubt->difference);
        } else {
            compare_failures(&a, &late, doubt->failed);
        }
        sim_result_release(&late);
    }
    return error;
}

void sim__analysis_release(struct sim__analysis *analysis)
{
    sim_result_release(&analysis->reference);
    sim__evidence_release(&analysis->evidence);
    free(analysis->moved);
    free(analysis->held);
    analysis->moved = NULL;
    analysis->held = NULL;
}

struct sup_duration sim__scaled(struct sup_duration real, uint64_t speed_billionths)
{
    uint64_t ns = real.ns;
    uint64_t whole = speed_billionths / SPEED_ONE;
    uint64_t rest = speed_billionths % SPEED_ONE;
    if (whole > 0 && ns > UINT64_MAX / (whole + 1)) {
        return SUP_NS(UINT64_MAX / 4);
    }
    return SUP_NS(ns * whole + ns / 1000u * (rest / 1000u) / 1000u);
}

struct sup_duration sim__real_length(struct sup_duration scaled, uint64_t speed_billionths)
{
    __extension__ typedef unsigned __int128 wide;
    wide real = (wide)scaled.ns * 1000000000u / speed_billionths;
    return SUP_NS(real > UINT64_MAX / 4 ? UINT64_MAX / 4 : (uint64_t)real);
}

struct sup_duration sim__real_budget(const struct sim_run_options *run)
{
    return SUP_NS(run->max_wall_ns != 0 ? run->max_wall_ns : SIM_REAL_WALL_NS);
}

struct sup_instant sim__tail(const struct sim_scenario *scenario, struct sup_duration tolerance)
{
    uint64_t until_ns = scenario->until.ns;
    if (until_ns == SUP_NEVER_NS) {
        return SUP_INSTANT_NEVER;
    }
    return (struct sup_instant){until_ns > tolerance.ns ? until_ns - tolerance.ns : 0};
}

int sim__analyse(const struct sim__analysed *analysed, struct sim__analysis *ret_analysis)
{
    struct analyser a = {analysed->scenario, analysed->widened,      analysed->run,
                         analysed->options,  analysed->tolerance_ns, ret_analysis};
    *ret_analysis = (struct sim__analysis){.end_ns = 0};
    sim__fitness(a.scenario, a.options->crew, &ret_analysis->skip);
    if (skipped(&a)) {
        return SUP_OK;
    }
    int error = look_at_reference(&a);
    if (error != SUP_OK || skipped(&a)) {
        return error;
    }
    struct sup_instant end = {0};
    error = end_of(&a, &end);
    if (error != SUP_OK) {
        return error;
    }
    ret_analysis->end_ns = end.ns;
    look_at_span(&a);
    error = skipped(&a) ? SUP_OK : look_at_lateness(&a);
    if (error == SUP_OK && !skipped(&a)) {
        look_at_sweep(&a);
    }
    return error;
}
