/* Fuzzes the reader of recorded runs. A file can be written in one way only, so what is taken
 * is written back byte by byte; and whatever choices it names, a run that is given them ends
 * as runs do, breaks no invariant, and is the same twice. */
#include <stdbool.h>
#include <string.h>

#include "judge.h"
#include "sim/base/tape.h"
#include "sim/cli/recorded.h"
#include "sim/run.h"
#include "sim/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Draws of every kind: waits, spans, ways and orders. */
static const char asking[] =
    "scenario: 1\n"
    "name: asking\n"
    "supervisor: {order: random}\n"
    "services:\n"
    "  - {name: a, backoff: {base: 10ms, jitter: full},"
    " script: [{fail: {after: {uniform: [1ms, 20ms]}}, times: 3}, run]}\n"
    "  - {name: b, backoff: {base: 10ms},"
    " script: [{fail: {after: {exp: 5ms}}, times: 2}, run]}\n"
    "  - {name: c, script: [{fail: {after: {pick: [1ms, 2ms]}}, times: 2}, run]}\n"
    "timeline:\n"
    "  - {at: {uniform: [1s, 2s]}, pause: a}\n"
    "  - {at: 3s, resume: a}\n"
    "  - {at: 3s, resume: b}\n"
    "until: 5s\n";

static struct sim_scenario *scenario_of(void)
{
    static struct sim_scenario *scenario;
    struct sim_diagnostics diagnostics = {0};
    if (scenario == NULL) {
        int error =
            sim_scenario_read(asking, sizeof asking - 1, "asking.yaml", &diagnostics, &scenario);
        JUDGE(error == SUP_OK);
        sim_diagnostics_release(&diagnostics);
    }
    return scenario;
}

static void play(const struct sim__recorded *recorded, enum sim__tape_way way)
{
    struct sim_tape tape = {
        .way = way,
        .answers = &recorded->choices,
        .answer_count = recorded->choices.count,
        .keeps = true,
    };
    const struct sim_run_options options = {
        .has_seed = true,
        .seed = recorded->seed,
        .tape = &tape,
    };
    struct sim_result result;
    JUDGE(sim_run(scenario_of(), &options, &result) == SUP_OK);
    JUDGE(result.verdict != SIM_INVARIANT_BROKEN && result.verdict != SIM_NONDETERMINISTIC);
    sim_result_release(&result);
    sim__tape_release(&tape);
}

static void check_taken(const struct sim__recorded *recorded, const char *bytes, size_t size)
{
    const struct cli_options options = {.jobs = 1};
    struct cli_options own;
    struct sim__text text = {0};
    sim__recorded_write(recorded, &text);
    JUDGE(!text.failed && text.length == size && memcmp(text.bytes, bytes, size) == 0);
    sim__text_release(&text);
    /* What is written as a setting need not be one. */
    const char *why = cli_recorded_options(recorded, &options, &own);
    JUDGE(why != NULL || (own.path_count == 1 && own.seed_first == recorded->seed));
    cli_recorded_drop(&own);
    judge_time(1);
    play(recorded, SIM__TAPE_STRICT);
    play(recorded, SIM__TAPE_TOLERANT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim__recorded recorded = {0};
    struct sim__recorded_mistake mistake = {0};
    const char *bytes = (const char *)data;
    judge_begin();
    int result = sim__recorded_read(bytes, size, &recorded, &mistake);
    judge_time(1);
    JUDGE(result == SUP_OK || result == SUP_EINVAL);
    if (result == SUP_EINVAL) {
        JUDGE(mistake.why != NULL && mistake.line >= 1);
        judge_text(mistake.why, strlen(mistake.why));
    } else {
        JUDGE(sim__recorded_is(bytes, size));
        check_taken(&recorded, bytes, size);
    }
    sim__recorded_release(&recorded);
    return 0;
}
