/* Worlds with a planted fault: real executors whose reports, starts or graces go wrong.
 *
 *   fail_world EXECUTOR FAULT FILE...
 *
 * Runs the files, one after the other, until one of them fails because of it. Status 1
 * then, with what was said on the standard output; 0 when none does, so that whoever
 * planted the fault knows that it is not found. The faults come in from outside the
 * product: the linker lets this program stand between the executors and the supervisor's
 * reports (--wrap), a crew stands before the crew, and graces are changed in the scenario
 * while the supervisor reads it, which its simulation never sees.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/chaos/child.h"
#include "sim/real/crew.h"
#include "sim/real/real.h"
#include "sim/run/engine.h"
#include "sup/assert.h"
#include "sup/error.h"

#define SLOW_NS 100000000L
#define GRACE_NS UINT64_C(120000000)
#define TRIES 20
#define ERROR_BYTES 256

static const char *fault;
static const struct sim_crew_kind *base;
static bool armed; /* a real run is under way; its simulation is not touched */
static uint32_t beats;

static bool is(const char *name)
{
    return strcmp(fault, name) == 0;
}

/* ---- reports ---- */

int __real_sup_report_end_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                                size_t size);
int __wrap_sup_report_end_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                                size_t size);
int __real_sup_report_beat(struct sup *sup, struct sup_attempt id);
int __wrap_sup_report_beat(struct sup *sup, struct sup_attempt id);

/* An end that is told after the next one. */
static struct {
    bool holds;
    struct sup_attempt id;
    struct sup_end end;
    char error[ERROR_BYTES];
} held;

static void hold(struct sup_attempt id, const struct sup_end *end)
{
    held.holds = true;
    held.id = id;
    held.end = *end;
    if (end->error != NULL) {
        (void)snprintf(held.error, sizeof(held.error), "%s", end->error);
        held.end.error = held.error;
    }
}

int __wrap_sup_report_end_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                                size_t size)
{
    SUP_ASSERT(size == sizeof(*end));
    struct sup_end masked = *end;
    if (armed && is("masked-exit") && masked.has_code) {
        masked.code = 1;
    }
    if (armed && is("other-order") && !held.holds) {
        hold(id, end);
        return SUP_OK;
    }
    int result = __real_sup_report_end_sized(sup, id, &masked, sizeof(masked));
    if (armed && held.holds) {
        held.holds = false;
        (void)__real_sup_report_end_sized(sup, held.id, &held.end, sizeof(held.end));
    }
    return result;
}

int __wrap_sup_report_beat(struct sup *sup, struct sup_attempt id)
{
    if (armed && is("lost-beat") && ++beats % 2 == 0) {
        return SUP_OK;
    }
    return __real_sup_report_beat(sup, id);
}

/* ---- graces ---- */

static void change_graces(struct sim_engine *engine, int sign)
{
    const struct sim_scenario *scenario = engine->scenario;
    for (uint32_t i = 0; sign != 0 && i < scenario->service_count; i++) {
        uint64_t *grace = &scenario->services[i].policy.stop_grace.ns;
        *grace = sign < 0 ? *grace - GRACE_NS : *grace + GRACE_NS;
    }
}

static int sign_of_fault(void)
{
    if (is("late-grace")) {
        return 1;
    }
    return is("early-grace") ? -1 : 0;
}

/* ---- the crew before the crew ---- */

static struct sim_engine *engine_at_hand;
static struct sup_executor inner;

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    const struct timespec slow = {0, SLOW_NS};
    if (is("slow-executor")) {
        (void)nanosleep(&slow, NULL);
    }
    return inner.start(context, start, ret_error);
}

static struct sup_executor executor(void *crew)
{
    inner = base->executor(crew);
    struct sup_executor outer = inner;
    outer.start = start;
    return outer;
}

static int create(struct sim_engine *engine, uint64_t speed_billionths, void **ret_crew)
{
    engine_at_hand = engine;
    armed = true;
    beats = 0;
    held.holds = false;
    change_graces(engine, sign_of_fault());
    return base->create(engine, speed_billionths, ret_crew);
}

static void free_crew(void *crew)
{
    base->free(crew);
    change_graces(engine_at_hand, -sign_of_fault());
    armed = false;
}

/* ---- running ---- */

/* A machine that is too late to tell is asked again. */
static bool finds(const char *file, const struct sim_crew_kind *crew)
{
    struct sim_diagnostics diagnostics;
    struct sim_scenario *scenario;
    if (sim_scenario_load(file, &diagnostics, &scenario) != SUP_OK) {
        (void)fprintf(stderr, "%s", diagnostics.text);
        exit(2);
    }
    const struct sim_run_options run = {0};
    const struct sim_real_options options = {.crew = crew};
    struct sim_result result = {.verdict = SIM_LATE};
    for (int i = 0; i < TRIES && result.verdict == SIM_LATE; i++) {
        sim_result_release(&result);
        int error = sim__run_real(scenario, &run, &options, &result);
        SUP_ASSERT(error == SUP_OK);
    }
    bool found = result.verdict != SIM_LATE && result.status != SIM_EXIT_PASS;
    if (found) {
        (void)printf("%s: %s%s\n", file, result.message,
                     result.message[0] == '\0' ? "an expectation failed" : "");
    } else if (result.verdict == SIM_LATE) {
        (void)printf("%s: late: %s\n", file, result.note);
    }
    sim_result_release(&result);
    sim_scenario_free(scenario);
    return found;
}

int main(int argc, char **argv)
{
    if (sim__chaos_is_child(argc, argv)) {
        return sim__chaos_child(argc, argv);
    }
    if (argc < 4) {
        (void)fprintf(stderr, "usage: fail_world EXECUTOR FAULT FILE...\n");
        return 2;
    }
    base = strcmp(argv[1], "threads") == 0 ? &sim__crew_threads : &sim__crew_processes;
    fault = argv[2];
    struct sim_crew_kind planted = *base;
    planted.create = create;
    planted.executor = executor;
    planted.free = free_crew;
    for (int i = 3; i < argc; i++) {
        if (finds(argv[i], &planted)) {
            return 1;
        }
    }
    return 0;
}
