/* Whether a scenario can be told apart in real time, found out by simulating it.
 *
 * First what only virtual time has is looked for. Then a reference is simulated with
 * the executor's powers. Then runs in which everything is late, within the tolerance:
 * when each of them tells the story of the reference and comes to its verdict, a
 * system that keeps within the tolerance has no way to tell another one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "internal.h"
#include "sup/error.h"

#define EVENTS_MAX UINT64_C(200000)
#define LATE_RUNS 18u
/* Then so many in which everything is late by at least half of the tolerance: they tell
 * chains of late things from single ones, but a chain of them may well tell another story. */
#define STEADY_RUNS 6u
/* Every third of them is only so late in all, but has to pass. In the others a chain of
 * things that are late may be too late for what is expected. */
#define LITTLE 10u

struct analyser {
    const struct sim_scenario *scenario;
    const struct sim_scenario *widened;
    const struct sim_run_options *run;
    const struct sim_real_options *options;
    uint64_t tolerance_ns;
    struct sim__analysis *analysis;
};

#define SKIP(analyser, ...) \
    (void)snprintf((analyser)->analysis->skip, sizeof((analyser)->analysis->skip), __VA_ARGS__)

static bool skipped(const struct analyser *a)
{
    return a->analysis->skip[0] != '\0';
}

/* ---- what only virtual time has ---- */

static bool action_stalls(const struct sim_action *action);

static bool block_stalls(const struct sim_block *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const struct sim_step *step = &block->steps[i];
        if (step->kind == SIM_STEP_DO && action_stalls(step->action)) {
            return true;
        }
        if (block_stalls(&step->body)) {
            return true;
        }
        for (uint32_t c = 0; c < step->choice_count; c++) {
            if (block_stalls(&step->choices[c].block)) {
                return true;
            }
        }
    }
    return false;
}

static bool service_stalls(const struct sim_service *service)
{
    for (uint32_t i = 0; i < service->script_count; i++) {
        if (block_stalls(&service->script[i].steps)) {
            return true;
        }
    }
    return false;
}

static bool action_stalls(const struct sim_action *action)
{
    return action->kind == SIM_ACT_STALL ||
           (action->kind == SIM_ACT_SPAWN && service_stalls(action->service));
}

static bool stalls(const struct sim_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        if (action_stalls(&scenario->timeline[i])) {
            return true;
        }
    }
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        if (service_stalls(&scenario->services[i])) {
            return true;
        }
    }
    return false;
}

static bool ignores_abort(const struct sim_service *service)
{
    for (uint32_t i = 0; i < service->script_count; i++) {
        if (service->script[i].ignore_abort) {
            return true;
        }
    }
    return false;
}

static void look_at_services(struct analyser *a)
{
    const struct sim_scenario *scenario = a->scenario;
    bool aborts = a->options->crew->aborts;
    uint64_t count = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        count += scenario->services[i].count;
        if (aborts && ignores_abort(&scenario->services[i])) {
            SKIP(a, "ignore-abort: nothing that runs there survives an abort");
        }
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        if (action->kind != SIM_ACT_SPAWN) {
            continue;
        }
        count += action->service->count;
        if (aborts && ignores_abort(action->service)) {
            SKIP(a, "ignore-abort: nothing that runs there survives an abort");
        }
    }
    if (count > a->options->crew->services_max) {
        SKIP(a, "%" PRIu64 " services are more than the %" PRIu32 " that are run in %s", count,
             a->options->crew->services_max, a->options->crew->name);
    }
}

static void look_at_file(struct analyser *a)
{
    const struct sim_scenario *scenario = a->scenario;
    if (scenario->virtual_only != NULL) {
        SKIP(a, "virtual-only: %.500s", scenario->virtual_only);
    } else if (scenario->order_random) {
        SKIP(a, "order: random decides among things due at one instant, which only virtual "
                "time has");
    } else if (stalls(scenario)) {
        SKIP(a, "stall: only virtual time can be taken away from the supervisor");
    } else if (scenario->has_verdict && scenario->verdict != SIM_EXPECTATION_FAILED) {
        SKIP(a, "verdict: %s is what a simulated run comes to",
             sim_verdict_name(scenario->verdict));
    } else {
        look_at_services(a);
    }
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
        .aborts_ignored = !a->options->crew->aborts,
        .as_processes = a->options->crew->as_processes,
    };
}

static int look_at_reference(struct analyser *a)
{
    struct sim_run_options options = simulated(a);
    struct sim_result plain;
    int error = sim_run(a->widened, &options, &a->analysis->reference);
    if (error != SUP_OK) {
        return error;
    }
    const struct sim_result *reference = &a->analysis->reference;
    if (reference->verdict == SIM_STALLED) {
        SKIP(a, "simulated, it does not end either: %s", reference->message);
        return SUP_OK;
    }
    options.aborts_ignored = false;
    options.as_processes = false;
    error = sim_run(a->scenario, &options, &plain);
    if (error != SUP_OK) {
        return error;
    }
    if (plain.verdict != reference->verdict) {
        SKIP(a, "%s",
             reference->verdict == SIM_PASS ? "what it expects to fail is within the tolerance"
             : a->options->crew->aborts
                 ? "it expects ends that no process has"
                 : "what it expects needs an executor that can end an attempt by force");
    }
    sim_result_release(&plain);
    return SUP_OK;
}

static uint64_t later_of(uint64_t a, uint64_t b)
{
    return b != UINT64_MAX && b > a ? b : a;
}

/* When everything that the file speaks of is over. */
static uint64_t end_of(const struct analyser *a)
{
    const struct sim_scenario *scenario = a->scenario;
    if (scenario->until_ns != UINT64_MAX) {
        return scenario->until_ns;
    }
    uint64_t end = a->analysis->reference.end_ns;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        end = later_of(end, action->repeats ? action->to_ns : action->at_ns);
    }
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        end = later_of(end, a->widened->expectations[i].from_ns);
        end = later_of(end, a->widened->expectations[i].to_ns);
    }
    return end;
}

static void look_at_span(struct analyser *a)
{
    uint64_t speed = a->options->speed_billionths;
    uint64_t budget = a->run->max_wall_ns != 0 ? a->run->max_wall_ns : SIM_REAL_WALL_NS;
    char span[48], most[48];
    uint64_t end = a->analysis->end_ns;
    uint64_t whole = speed / 1000000000u > 0 ? speed / 1000000000u : 1;
    if (end / whole <= budget) {
        return;
    }
    uint64_t enough = end / (budget / 2 > 0 ? budget / 2 : 1) + 1;
    SKIP(a, "it takes %s of real time, more than %s; try --speed %" PRIu64,
         sim_duration_format(end / whole / 1000000u * 1000000u, span),
         sim_duration_format(budget, most), enough);
}

/* ---- lateness ---- */

static void name_failure(struct analyser *a, const struct sim_result *late)
{
    char tolerance[48];
    sim_duration_format(a->tolerance_ns, tolerance);
    if (late->verdict == SIM_EXPECTATION_FAILED && late->failure_count > 0) {
        const struct sim_failure *failure = &late->failures[0];
        SKIP(a, "less than %s decides whether it passes (line %u: expected %s, found %s)",
             tolerance, failure->place.line, failure->expected, failure->found);
    } else {
        SKIP(a, "less than %s decides whether it passes: late, it comes to %s%s%s", tolerance,
             sim_verdict_name(late->verdict), late->message[0] != '\0' ? ", " : "", late->message);
    }
}

static int compare_late(struct analyser *a, const struct sim_result *late, bool steady)
{
    const struct sim_result *reference = &a->analysis->reference;
    struct sim__story wanted = {reference->trace, reference->trace_length, "in time"};
    struct sim__story found = {late->trace, late->trace_length, "later"};
    struct sim__conformance conformance;
    uint64_t tail = sim__tail_ns(a->scenario, a->tolerance_ns);
    char tolerance[48];
    int error = sim__conform(&wanted, &found, tail, &conformance);
    if (error != SUP_OK) {
        return error;
    }
    if (conformance.same) {
        error = sim__evidence_add(&a->analysis->evidence, &conformance.found_lines);
    } else if (!steady) {
        SKIP(a, "less than %s decides what happens: %s",
             sim_duration_format(a->tolerance_ns, tolerance), conformance.text);
    }
    sim__conformance_release(&conformance);
    return error;
}

static int look_at_lateness(struct analyser *a)
{
    struct sim_run_options options = simulated(a);
    const struct sim_result *reference = &a->analysis->reference;
    struct sim__story story = {reference->trace, reference->trace_length, "in time"};
    int error = sim__evidence_create(&story, &a->analysis->evidence);
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
        error = compare_late(a, &late, steady);
        if (little && !skipped(a) && late.verdict != reference->verdict) {
            name_failure(a, &late);
        }
        sim_result_release(&late);
    }
    return error;
}

void sim__analysis_release(struct sim__analysis *analysis)
{
    sim_result_release(&analysis->reference);
    sim__evidence_release(&analysis->evidence);
}

uint64_t sim__tail_ns(const struct sim_scenario *scenario, uint64_t tolerance_ns)
{
    uint64_t until = scenario->until_ns;
    if (until == UINT64_MAX) {
        return UINT64_MAX;
    }
    return until > tolerance_ns ? until - tolerance_ns : 0;
}

int sim__analyse(const struct sim_scenario *scenario, const struct sim_scenario *widened,
                 const struct sim_run_options *run, const struct sim_real_options *options,
                 uint64_t tolerance_ns, struct sim__analysis *ret_analysis)
{
    struct analyser a = {scenario, widened, run, options, tolerance_ns, ret_analysis};
    *ret_analysis = (struct sim__analysis){.end_ns = 0};
    look_at_file(&a);
    if (skipped(&a)) {
        return SUP_OK;
    }
    int error = look_at_reference(&a);
    if (error != SUP_OK || skipped(&a)) {
        return error;
    }
    ret_analysis->end_ns = end_of(&a);
    look_at_span(&a);
    return skipped(&a) ? SUP_OK : look_at_lateness(&a);
}
