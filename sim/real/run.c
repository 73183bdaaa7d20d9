/* One run in real time: analysed, run, and compared with the simulated one. */
#include <inttypes.h>
#include <stdio.h>

#include "crew.h"
#include "internal.h"
#include "sup/error.h"

#define TRIES 3u
#define SPEED_ONE UINT64_C(1000000000)
#define REST_BYTES 128u

static int skip(const struct sim_scenario *scenario, const struct sim_run_options *run,
                const char *why, struct sim_result *ret_result)
{
    *ret_result = (struct sim_result){
        .verdict = SIM_PASS,
        .status = SIM_EXIT_PASS,
        .seed = run->has_seed ? run->seed : scenario->seed,
        .skipped = true,
        .message = "",
        .trace = "",
        .tail = "",
        .note = "",
    };
    return sim__result_note(ret_result, why);
}

/* ---- one try ---- */

struct trial {
    const struct sim__analysed *analysed;
    struct sim__analysis *analysis;
    struct sim__real_config config;
    struct sim__real *real;
    struct sim_result result;
    struct sim__conformance conformance;
    struct sim__judgement judgement;
};

static int keep_outputs(struct trial *trial)
{
    const struct sim__outputs *outputs = sim__real_outputs(trial->real);
    int error = outputs->failed ? SUP_ENOMEM : SUP_OK;
    for (uint32_t i = 0; i < outputs->count && error == SUP_OK; i++) {
        error = sim__result_output(&trial->result, &outputs->items[i]);
    }
    return error;
}

static int run_in(struct trial *trial)
{
    struct sim_run_options options = *trial->analysed->run;
    int error = sim__real_create(&trial->config, &trial->real);
    if (error != SUP_OK) {
        return error;
    }
    options.once = true;
    options.keep_trace = true;
    options.oracle = NULL;
    options.max_wall_ns = 0; /* its span was looked at */
    options.outside = sim__real_outside(trial->real);
    error = sim_run(trial->analysed->widened, &options, &trial->result);
    return error == SUP_OK ? keep_outputs(trial) : error;
}

/* What the one judgement says counts, unless the other weighs more. */
static void weigh(struct sim__judgement *judgement, const struct sim__judgement *other)
{
    if (other->blame > judgement->blame) {
        uint64_t late_ns = judgement->late_ns, behind_ns = judgement->behind_ns;
        *judgement = *other;
        judgement->late_ns = late_ns;
        judgement->behind_ns = behind_ns;
    }
}

/* Is the verdict another, or what holds for a sweep? */
static bool is_other(const struct trial *trial)
{
    const struct sim_scenario *widened = trial->analysed->widened;
    return trial->result.verdict != trial->analysis->reference.verdict ||
           sim__sweep_lost(widened, trial->analysis, &trial->result) < widened->expectation_count;
}

/* In the rest nothing was to happen. What is late makes nothing due there that is not due in
 * the reference, since it makes nothing due sooner; but something that the loop has not come
 * to may be left of before. */
static void judge_rest(const struct trial *trial, const struct sim__judge *judge,
                       struct sim__judgement *ret_judgement)
{
    struct sup_instant due = sim__real_due(trial->real);
    char at[48];
    *ret_judgement = (struct sim__judgement){.blame = SIM__THE_PROGRAM};
    if (due.ns <= judge->end_ns) {
        sim__judge_expectations(judge, ret_judgement);
    }
    (void)snprintf(ret_judgement->text, sizeof(ret_judgement->text),
                   "simulated, nothing is due any more, %s something at %s",
                   trial->config.crew->name, sim_duration_format(due.ns, at));
}

/* When the machine was late beyond the tolerance, that may be why the story is another, or
 * an expectation failed; but never why an attempt reported something else. */
static int judge(struct trial *trial)
{
    const struct sim__conformance *c = &trial->conformance;
    const struct sim__judge judge = {
        .evidence = &trial->analysis->evidence,
        .conformance = c,
        .machine = sim__real_machine(trial->real),
        .pace = sim__real_pace(trial->real),
        .tolerance_ns = trial->config.tolerance_ns,
        .end_ns = sim__real_end(trial->real).ns,
    };
    struct sim__judgement other = {.blame = SIM__NOBODY};
    int error = sim__judge_times(&judge, &trial->judgement);
    if (error != SUP_OK) {
        return error;
    }
    uint64_t tolerance_ns = trial->config.tolerance_ns, behind_ns = trial->judgement.behind_ns;
    trial->analysis->behind_ns = behind_ns > tolerance_ns ? behind_ns : tolerance_ns;
    bool excused = trial->judgement.blame == SIM__THE_MACHINE;
    if (!c->same) {
        bool reported = c->wanted != NULL && c->found != NULL &&
                        sim__line_compare(c->wanted, c->found) == SIM__OTHER_REPORT;
        error = sim__judge_difference(&judge, &other);
        if (error == SUP_OK && other.blame == SIM__THE_PROGRAM && !excused && !reported) {
            const struct sim__doubt doubt = {.difference = c};
            error = sim__analyse_again(trial->analysed, &doubt, trial->analysis);
        }
        if (!excused || reported) {
            weigh(&trial->judgement, &other);
        }
    } else if (sim__real_due(trial->real).ns != SUP_NEVER_NS) {
        judge_rest(trial, &judge, &other);
        weigh(&trial->judgement, &other);
    } else if (!excused && is_other(trial)) {
        const struct sim__doubt doubt = {.failed = &trial->result};
        sim__judge_expectations(&judge, &other);
        if (other.blame == SIM__THE_PROGRAM) {
            error = sim__analyse_again(trial->analysed, &doubt, trial->analysis);
        }
        weigh(&trial->judgement, &other);
    }
    return error;
}

static int say_it_was_late(struct trial *trial)
{
    const struct sim_result *result = &trial->result;
    const struct sim__judgement *judgement = &trial->judgement;
    char text[SIM__REAL_TEXT_BYTES], waited[48], what[64] = "what it expects depends on it";
    uint64_t rounded = judgement->waited_ns / 10000u * 10000u;
    if (result->failure_count > 0) {
        (void)snprintf(what, sizeof(what), "the expectation of line %u depends on it",
                       result->failures[0].place.line);
    }
    (void)snprintf(text, sizeof(text), "the machine kept it waiting for %s where that decides: %s",
                   sim_duration_format(rounded, waited),
                   judgement->text[0] != '\0' ? judgement->text : what);
    return sim__result_late(&trial->result, SUP_NS(judgement->waited_ns), text);
}

/* "the last 59m57s, in which nothing happens, were not waited for"; "" */
static const char *describe_rest(const struct trial *trial, char text[REST_BYTES])
{
    const struct sim__real_config *config = &trial->config;
    uint64_t rest_ns = config->end_ns - config->wait_ns;
    uint64_t unit_ns = rest_ns > UINT64_C(10000000000) ? 1000000000u : 1000000u;
    char rest[48];
    text[0] = '\0';
    if (rest_ns > 0) {
        (void)snprintf(text, REST_BYTES,
                       "the last %s, in which nothing happens, were not waited for",
                       sim_duration_format(rest_ns / unit_ns * unit_ns, rest));
    }
    return text;
}

static int say_it_conforms(struct trial *trial)
{
    const struct sim__conformance *c = &trial->conformance;
    const struct sim__unasked *unasked = &trial->analysis->unasked;
    char text[SIM__REAL_TEXT_BYTES], late[48], speed[48] = "", rest[REST_BYTES];
    uint64_t billionths = trial->config.speed_billionths;
    if (billionths != SPEED_ONE) {
        bool slow = billionths < SPEED_ONE;
        (void)snprintf(speed, sizeof(speed), ", %" PRIu64 " times as %s",
                       slow ? SPEED_ONE / billionths : billionths / SPEED_ONE,
                       slow ? "slow" : "fast");
    }
    uint64_t late_ns = trial->judgement.late_ns;
    sim_duration_format(late_ns >= 1000000u ? late_ns / 10000u * 10000u : late_ns / 1000u * 1000u,
                        late);
    (void)snprintf(text, sizeof(text),
                   "conformance: %" PRIu32 " %s, %" PRIu64
                   " events, the same story as simulated (up to %s late%s)%s%s%s%.*s",
                   c->services, c->services == 1 ? "service" : "services", c->events, late, speed,
                   describe_rest(trial, rest)[0] != '\0' ? "; " : "", rest,
                   unasked->count > 0 ? "; not asked: " : "", (int)sizeof(unasked->text),
                   unasked->text);
    return sim__result_note(&trial->result, text);
}

/* For who asks something of several runs. */
static int say_how_far_it_moved(struct trial *trial)
{
    const struct sim_scenario *scenario = trial->analysed->scenario;
    uint64_t *moved = sim__result_moved(&trial->result, scenario->measure_count);
    for (uint32_t i = 0; moved != NULL && i < scenario->measure_count; i++) {
        moved[i] = sim__sweep_moved(scenario, trial->analysis, i);
    }
    return moved != NULL ? SUP_OK : SUP_ENOMEM;
}

static int conclude(struct trial *trial)
{
    const struct sim__judgement *judgement = &trial->judgement;
    const struct sim__analysed *analysed = trial->analysed;
    char text[SIM__REAL_TEXT_BYTES + 32], rest[REST_BYTES];
    if (trial->analysis->skip.kind != SIM__NO_SKIP) {
        sim_result_release(&trial->result);
        return skip(analysed->scenario, analysed->run, trial->analysis->skip.why, &trial->result);
    }
    switch (judgement->blame) {
    case SIM__THE_MACHINE:
        return say_it_was_late(trial);
    case SIM__THE_PROGRAM:
        if (judgement->text[0] != '\0') {
            (void)snprintf(text, sizeof(text), "conformance: %s", judgement->text);
            sim__result_fail(&trial->result, text);
        }
        return sim__result_note(&trial->result, describe_rest(trial, rest));
    case SIM__NOBODY:
        break;
    }
    int error = say_how_far_it_moved(trial);
    return error == SUP_OK ? say_it_conforms(trial) : error;
}

/* Runs it once, puts what it and the simulator tell side by side, and judges. */
static int run_once(struct trial *trial)
{
    const struct sim_result *reference = &trial->analysis->reference;
    int error = run_in(trial);
    bool judged = error == SUP_OK && (trial->result.verdict == SIM_PASS ||
                                      trial->result.verdict == SIM_EXPECTATION_FAILED);
    if (judged) {
        struct sim__story wanted = {reference->trace, reference->trace_length, "simulated"};
        struct sim__story found = {trial->result.trace, trial->result.trace_length,
                                   trial->config.crew->name};
        error =
            sim__conform(&wanted, &found,
                         sim__tail(trial->analysed->scenario, SUP_NS(trial->config.tolerance_ns)),
                         &trial->conformance);
    }
    if (judged && error == SUP_OK) {
        error = judge(trial);
        if (error == SUP_OK) {
            error = conclude(trial);
        }
        sim__conformance_release(&trial->conformance);
    }
    sim__real_free(trial->real);
    trial->real = NULL;
    return error;
}

/* Again when the machine was late, which says nothing about the program. */
static int run_analysed(const struct sim__analysed *analysed, const struct sim__real_config *config,
                        struct sim__analysis *analysis, struct sim_result *ret_result)
{
    struct trial trial = {.analysed = analysed, .analysis = analysis, .config = *config};
    trial.result.verdict = SIM_LATE;
    int error = SUP_OK;
    for (uint32_t i = 0; i < TRIES && trial.result.verdict == SIM_LATE && error == SUP_OK; i++) {
        sim_result_release(&trial.result);
        error = run_once(&trial);
    }
    if (error != SUP_OK) {
        sim_result_release(&trial.result);
    } else {
        *ret_result = trial.result;
    }
    return error;
}

/* What is to be run. */
struct asked {
    const struct sim_scenario *scenario;
    const struct sim_run_options *run;
    const struct sim_real_options *given;
};
/* One way to run it: at a speed, waited for so long. */
struct way {
    uint64_t speed_billionths;
    enum sim__wait wait;
};
struct plan {
    struct sim_real_options options;
    struct sim__analysed analysed;
    struct sim__analysis analysis;
};

static void release_plan(struct plan *plan)
{
    sim__analysis_release(&plan->analysis);
    sim__widen_free(plan->analysed.widened);
    plan->analysed.widened = NULL;
}

static int make_plan(const struct asked *asked, struct way way, struct plan *plan)
{
    const struct sim_real_options *given = asked->given;
    uint64_t tolerance = given->has_tolerance ? given->tolerance_ns : SIM_REAL_TOLERANCE_NS;
    *plan = (struct plan){.options = *given};
    plan->options.speed_billionths = way.speed_billionths;
    plan->analysed = (struct sim__analysed){
        .scenario = asked->scenario,
        .run = asked->run,
        .options = &plan->options,
        .tolerance_ns = sim__scaled(SUP_NS(tolerance), way.speed_billionths).ns,
        .wait = way.wait,
    };
    int error =
        sim__widen(asked->scenario, SUP_NS(plan->analysed.tolerance_ns), &plan->analysed.widened);
    if (error != SUP_OK) {
        return error;
    }
    error = sim__analyse(&plan->analysed, &plan->analysis);
    if (error != SUP_OK) {
        release_plan(plan);
    }
    return error;
}

static void replace_plan(struct plan *plan, const struct plan *other)
{
    release_plan(plan);
    *plan = *other;
    plan->analysed.options = &plan->options;
}

/* Can it be run so, and is more asked of it? */
static bool is_better(const struct plan *other, const struct plan *plan)
{
    return other->analysis.skip.kind == SIM__NO_SKIP &&
           (plan->analysis.skip.kind != SIM__NO_SKIP ||
            other->analysis.unasked.count < plan->analysis.unasked.count);
}

/* A run that takes too long may be taken faster, when that decides nothing: so fast that it
 * takes a part of the time that it may, or all of it; the fastest of those of which the most
 * is asked. */
static int find_faster(const struct asked *asked, struct plan *plan)
{
    static const uint64_t parts[] = {10, 3, 1};
    const size_t count = sizeof(parts) / sizeof(parts[0]);
    uint64_t end_ns = plan->analysis.end_ns;
    for (size_t i = 0; i < count; i++) {
        uint64_t span_ns = sim__real_budget(asked->run).ns / parts[i];
        uint64_t times = end_ns / (span_ns > 0 ? span_ns : 1) + 1;
        struct plan other;
        if (times > UINT64_MAX / SPEED_ONE / 2) {
            return SUP_OK;
        }
        const struct way way = {times * SPEED_ONE, SIM__WAIT_FOR_THE_END};
        int error = make_plan(asked, way, &other);
        if (error != SUP_OK) {
            release_plan(plan);
            return error;
        }
        if (is_better(&other, plan)) {
            replace_plan(plan, &other);
        } else {
            if (i + 1 == count && plan->analysis.skip.kind != SIM__NO_SKIP) {
                sim__skip(&plan->analysis.skip, SIM__SKIP_LONG,
                          "it takes too long, and %" PRIu64 " times as fast, %.1000s", times,
                          other.analysis.skip.why);
            }
            release_plan(&other);
        }
        if (plan->analysis.skip.kind == SIM__NO_SKIP && plan->analysis.unasked.count == 0) {
            return SUP_OK;
        }
    }
    return SUP_OK;
}

/* One that may not need not be waited for where nothing happens. When it can be run so but
 * for what lateness decides, that is the better reason to skip it. */
static int find_quiet(const struct asked *asked, struct way way, struct plan *plan)
{
    struct plan other;
    way.wait = SIM__WAIT_UNTIL_QUIET;
    int error = make_plan(asked, way, &other);
    if (error != SUP_OK) {
        release_plan(plan);
    } else if (other.analysis.skip.kind == SIM__SKIP_LONG) {
        release_plan(&other);
    } else {
        replace_plan(plan, &other);
    }
    return error;
}

/* What less than the tolerance decides may be taken slower, so that the tolerance, which is
 * of real time, is less of the file's; and what starts too many in its time, if not as much,
 * since those of one instant come no further apart. No slower than it has to be. */
static int find_slower(const struct asked *asked, struct plan *plan)
{
    static const uint64_t times[] = {2, 5, 10, 20};
    const uint64_t most = plan->analysis.skip.kind == SIM__SKIP_MANY ? 10 : 20;
    const size_t count = sizeof(times) / sizeof(times[0]);
    for (size_t i = 0; i < count && times[i] <= most && plan->analysis.skip.kind != SIM__NO_SKIP;
         i++) {
        const struct way way = {SPEED_ONE / times[i], plan->analysed.wait};
        struct plan other;
        int error = make_plan(asked, way, &other);
        if (error != SUP_OK) {
            release_plan(plan);
            return error;
        }
        if (is_better(&other, plan)) {
            replace_plan(plan, &other);
        } else {
            release_plan(&other);
        }
    }
    return SUP_OK;
}

static bool may_be_slower(const struct plan *plan)
{
    return plan->analysis.skip.kind == SIM__SKIP_DECIDED ||
           plan->analysis.skip.kind == SIM__SKIP_MANY;
}

static int find_plan(const struct asked *asked, struct plan *plan)
{
    bool chosen = asked->given->speed_billionths != 0;
    const struct way way = {chosen ? asked->given->speed_billionths : SPEED_ONE,
                            SIM__WAIT_FOR_THE_END};
    int error = make_plan(asked, way, plan);
    if (error == SUP_OK && !chosen && plan->analysis.skip.kind == SIM__SKIP_LONG) {
        error = find_faster(asked, plan);
    }
    if (error == SUP_OK && plan->analysis.skip.kind == SIM__SKIP_LONG) {
        error = find_quiet(asked, way, plan);
    }
    if (error == SUP_OK && !chosen && may_be_slower(plan)) {
        error = find_slower(asked, plan);
    }
    return error;
}

int sim__run_real(const struct sim_scenario *scenario, const struct sim_run_options *run,
                  const struct sim_real_options *given, struct sim_result *ret_result)
{
    const struct asked asked = {scenario, run, given};
    struct plan plan;
    int error = find_plan(&asked, &plan);
    if (error != SUP_OK) {
        return error;
    }
    if (plan.analysis.skip.kind != SIM__NO_SKIP) {
        error = skip(scenario, run, plan.analysis.skip.why, ret_result);
    } else {
        const struct sim__real_config config = {
            .crew = plan.options.crew,
            .speed_billionths = plan.options.speed_billionths,
            .tolerance_ns = plan.analysed.tolerance_ns,
            .wait_ns = plan.analysis.wait_ns,
            .end_ns = plan.analysis.end_ns,
            .events = plan.analysis.reference.events,
            .ends_there = plan.analysed.widened->until.ns != UINT64_MAX,
        };
        error = run_analysed(&plan.analysed, &config, &plan.analysis, ret_result);
    }
    release_plan(&plan);
    return error;
}
