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

#include "analyser.h"
#include "crew.h"
#include "sim/oracle.h"
#include "sim/run/timeline.h"
#include "sup/error.h"

#define EVENTS_MAX UINT64_C(200000)
/* Every third late run is only so late in all, but has to pass, as the busy ones do. In the
 * others a chain of things that are late may be too late for what is expected. */
#define LITTLE 10u

bool sim__skipped(const struct analyser *a)
{
    return a->analysis->skip.kind != SIM__NO_SKIP;
}

/* ---- simulated runs ---- */

struct sim_run_options sim__simulated(const struct analyser *a)
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

static struct sim_run_options with_every_power(const struct analyser *a)
{
    struct sim_run_options options = sim__simulated(a);
    options.aborts = SIM_ABORTS_SCRIPTED;
    options.as_processes = false;
    return options;
}

/* What a run as the file has it comes to. */
static int plain_verdict(const struct analyser *a, enum sim_verdict *ret_verdict)
{
    const struct sim_run_options options = with_every_power(a);
    struct sim_result plain;
    int error = sim_run(a->scenario, &options, &plain);
    if (error == SUP_OK) {
        *ret_verdict = plain.verdict;
        sim_result_release(&plain);
    }
    return error;
}

void sim__why_little(const struct analyser *a, char why[SIM__WHY_BYTES])
{
    char tolerance[48];
    sim_duration_format(a->tolerance_ns, tolerance);
    (void)snprintf(why, SIM__WHY_BYTES, "less than %s decides it", tolerance);
}

/* Takes out what fails there, and simulates the reference anew. */
static int ask_all_but(struct analyser *a, const struct sim_result *failed, const char *all,
                       const char *why)
{
    struct sim_result *reference = &a->analysis->reference;
    const struct sim_run_options options = sim__simulated(a);
    if (!sim__unask(a->widened, failed, &a->analysis->unasked, why)) {
        SIM__DECIDED(a, "%s%s", all, why);
        return SUP_OK;
    }
    sim_result_release(reference);
    return sim_run(a->widened, &options, reference);
}

/* The reference fails, and the file does not: what fails is not asked for there. What fails
 * with every power as well does so because it allows for lateness. */
static int ask_less(struct analyser *a)
{
    struct sim_result *reference = &a->analysis->reference;
    const struct sim_run_options powers = with_every_power(a);
    char little[SIM__WHY_BYTES];
    struct sim_result wide;
    if (a->scenario->has_verdict || reference->verdict != SIM_EXPECTATION_FAILED) {
        SIM__DECIDED(a, "what it expects needs %s", lacking(a));
        return SUP_OK;
    }
    sim__why_little(a, little);
    int error = sim_run(a->widened, &powers, &wide);
    if (error != SUP_OK) {
        return error;
    }
    if (wide.verdict == SIM_EXPECTATION_FAILED) {
        error = ask_all_but(a, &wide, "of all that it expects, ", little);
    }
    sim_result_release(&wide);
    if (error == SUP_OK && !sim__skipped(a) && reference->verdict == SIM_EXPECTATION_FAILED) {
        error = ask_all_but(a, reference, "what it expects needs ", lacking(a));
    }
    if (error == SUP_OK && !sim__skipped(a) && reference->verdict != SIM_PASS) {
        SIM__DECIDED(a, "what it expects needs %s", lacking(a));
    }
    return error;
}

static int look_at_reference(struct analyser *a)
{
    const struct sim_run_options options = sim__simulated(a);
    const struct sim_result *reference = &a->analysis->reference;
    enum sim_verdict plain = SIM_PASS;
    int error = sim_run(a->widened, &options, &a->analysis->reference);
    if (error != SUP_OK) {
        return error;
    }
    if (reference->verdict == SIM_STALLED) {
        SIM__DECIDED(a, "simulated, it does not end either: %s", reference->message);
        return SUP_OK;
    }
    error = plain_verdict(a, &plain);
    if (error == SUP_OK && plain != reference->verdict) {
        if (reference->verdict == SIM_PASS) {
            SIM__DECIDED(a, "what it expects to fail is within the tolerance");
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
    uint64_t real = sim__real_length(SUP_NS(a->analysis->wait_ns), a->options->speed_billionths).ns;
    uint64_t starts = a->analysis->reference.attempts;
    char span[48], most[48];
    if (real > budget) {
        uint64_t enough = a->analysis->wait_ns / (budget / 2 > 0 ? budget / 2 : 1) + 1;
        sim__skip(&a->analysis->skip, SIM__SKIP_LONG,
                  "it takes %s of real time, more than %s; try --speed %" PRIu64,
                  sim_duration_format(real / 1000000u * 1000000u, span),
                  sim_duration_format(budget, most), enough);
        return;
    }
    uint32_t a_second = a->options->crew->starts_a_second;
    uint64_t patience = real + 1000000000u;
    if (starts > patience / 1000000u * a_second / 1000u) {
        sim__skip(&a->analysis->skip, SIM__SKIP_MANY,
                  "%" PRIu64 " attempts in %s are more than %s start (%" PRIu32 " a second)",
                  starts, sim_duration_format(real / 1000000u * 1000000u, span),
                  a->options->crew->name, a_second);
    }
}

/* ---- lateness ---- */

static void name_failure(struct analyser *a, const struct sim_result *late)
{
    char tolerance[48];
    char why[SIM__WHY_BYTES];
    sim_duration_format(a->tolerance_ns, tolerance);
    sim__why_little(a, why);
    if (!a->scenario->has_verdict && late->verdict == SIM_EXPECTATION_FAILED &&
        sim__unask(a->widened, late, &a->analysis->unasked, why)) {
        return; /* the rest is asked */
    }
    if (late->verdict == SIM_EXPECTATION_FAILED && late->failure_count > 0) {
        const struct sim_failure *failure = &late->failures[0];
        SIM__DECIDED(a, "less than %s decides whether it passes (line %u: expected %s, found %s)",
                     tolerance, failure->place.line, failure->expected, failure->found);
    } else {
        SIM__DECIDED(a, "less than %s decides whether it passes: late, it comes to %s%s%s",
                     tolerance, sim_verdict_name(late->verdict),
                     late->message[0] != '\0' ? ", " : "", late->message);
    }
}

int sim__conform_late(const struct analyser *a, const struct sim_result *late,
                      struct sim__conformance *ret_conformance)
{
    const struct sim_result *reference = &a->analysis->reference;
    struct sim__story wanted = {reference->trace, reference->trace_length, "in time"};
    struct sim__story found = {late->trace, late->trace_length, "later"};
    return sim__conform(&wanted, &found, sim__tail(a->scenario, SUP_NS(a->tolerance_ns)),
                        ret_conformance);
}

enum lateness { AT_MOST, AT_LEAST, BUSY };

static int compare_late(struct analyser *a, const struct sim_result *late, enum lateness lateness)
{
    struct sim__conformance conformance;
    char tolerance[48];
    int error = sim__conform_late(a, late, &conformance);
    if (error != SUP_OK) {
        return error;
    }
    if (conformance.same && lateness != BUSY) {
        error = sim__evidence_add(&a->analysis->evidence, &conformance.found_lines);
    } else if (!conformance.same && lateness != AT_LEAST) {
        SIM__DECIDED(a, "less than %s decides what happens: %s",
                     sim_duration_format(a->tolerance_ns, tolerance), conformance.text);
    }
    sim__conformance_release(&conformance);
    return error;
}

/* `sometimes` holds in the reference, and no more when all is a little late. */
static void name_lost(struct analyser *a, const struct sim_result *late)
{
    char tolerance[48], why[SIM__WHY_BYTES];
    uint32_t lost = sim__sweep_lost(a->widened, a->analysis, late);
    if (lost == a->widened->expectation_count) {
        return;
    }
    struct sim_expectation *expectation = &a->widened->expectations[lost];
    uint32_t line = expectation->place.line;
    sim_duration_format(a->tolerance_ns, tolerance);
    sim__why_little(a, why);
    if (a->scenario->has_verdict ||
        !sim__unask_one(a->widened, expectation, &a->analysis->unasked, why)) {
        SIM__DECIDED(a, "less than %s decides whether line %u holds", tolerance, line);
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

void sim__make_busy(const struct analyser *a, struct sim_run_options *options)
{
    const struct sim_real_options *real = a->options;
    options->lateness_ns = options->lateness_apart_ns = a->tolerance_ns / LITTLE;
    options->lateness_each_ns = sim__scaled(real->crew->takes, real->speed_billionths).ns;
}

static int look_at_late_run(struct analyser *a, const struct sim_run_options *options,
                            enum lateness lateness)
{
    struct sim_result late;
    bool little = options->lateness_ns < a->tolerance_ns;
    int error = sim_run(a->widened, options, &late);
    if (error != SUP_OK) {
        return error;
    }
    error = compare_late(a, &late, lateness);
    sim__wait_for(a, &late);
    sim__sweep_late(a->scenario, a->analysis, &late);
    if (little && !sim__skipped(a)) {
        name_what_fails(a, &late);
    }
    sim_result_release(&late);
    return error;
}

static int look_at_lateness(struct analyser *a)
{
    struct sim_run_options options = sim__simulated(a);
    const struct sim_result *reference = &a->analysis->reference;
    struct sim__story story = {reference->trace, reference->trace_length, "in time"};
    int error = sim__evidence_create(&story, &a->analysis->evidence);
    if (error == SUP_OK) {
        error = sim__sweep_begin(a->scenario, SUP_NS(a->tolerance_ns), a->analysis);
    }
    for (uint64_t i = 1;
         error == SUP_OK && i <= SIM__LATE_RUNS + SIM__STEADY_RUNS && !sim__skipped(a); i++) {
        bool steady = i > SIM__LATE_RUNS;
        bool little = !steady && i % 3 == 0;
        options.lateness_seed = i;
        options.lateness_ns = little ? a->tolerance_ns / LITTLE : a->tolerance_ns;
        options.lateness_least_ns = steady ? a->tolerance_ns / 2 : 0;
        error = look_at_late_run(a, &options, steady ? AT_LEAST : AT_MOST);
    }
    options.lateness_least_ns = 0;
    sim__make_busy(a, &options);
    for (uint64_t i = 1; error == SUP_OK && i <= SIM__BUSY_RUNS && !sim__skipped(a); i++) {
        options.lateness_seed = SIM__LATE_RUNS + SIM__STEADY_RUNS + i;
        error = look_at_late_run(a, &options, BUSY);
    }
    return error;
}

/* The file is to fail, and the run does not: then what is asked over seeds has to. */
static void look_at_sweep(struct analyser *a)
{
    const struct sim_scenario *scenario = a->scenario;
    if (scenario->has_verdict && scenario->verdict == SIM_EXPECTATION_FAILED &&
        a->analysis->reference.verdict == SIM_PASS && !sim__sweep_fails(scenario, a->analysis)) {
        SIM__DECIDED(a, "what it expects to fail is within the tolerance");
    }
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

int sim__analyse(const struct sim__analysed *analysed, struct sim__analysis *ret_analysis)
{
    struct analyser a = sim__analyser_of(analysed, ret_analysis);
    *ret_analysis = (struct sim__analysis){.end_ns = 0};
    sim__fitness(a.scenario, a.options->crew, &ret_analysis->skip);
    if (sim__skipped(&a)) {
        return SUP_OK;
    }
    int error = look_at_reference(&a);
    if (error != SUP_OK || sim__skipped(&a)) {
        return error;
    }
    struct sup_instant end = {0};
    error = end_of(&a, &end);
    if (error != SUP_OK) {
        return error;
    }
    ret_analysis->end_ns = end.ns;
    sim__wait_for(&a, &ret_analysis->reference);
    look_at_span(&a);
    error = sim__skipped(&a) ? SUP_OK : look_at_lateness(&a);
    if (error == SUP_OK && !sim__skipped(&a)) {
        look_at_span(&a); /* what is late may take longer */
    }
    if (error == SUP_OK && !sim__skipped(&a)) {
        look_at_sweep(&a);
    }
    return error;
}
