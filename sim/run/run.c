/* Runs a scenario, twice unless told once, and keeps what came of it. */
#include "sim/run.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "loop.h"
#include "result.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

struct sim_result_storage {
    struct sim_unreached *unreached;
    bool *sometimes;
    uint64_t *moved;
    char *note;
    struct sim_shown *shown;
    struct sim_output *outputs;
    uint32_t output_room;
    struct sim__text tail;
    struct sim__text lines[SIM_SHOWN_FAILURES];
    const char *line_texts[SIM_SHOWN_FAILURES];
    /* From here on it is not cleared: most of it is never used. */
    struct sim_engine first; /* of a scenario, or never made */
    struct sim_engine second;
    char message[2 * SIM_MESSAGE_BYTES];
};

static struct sim_result_storage *storage_create(void)
{
    struct sim_result_storage *storage = malloc(sizeof(*storage));
    if (storage != NULL) {
        memset(storage, 0, offsetof(struct sim_result_storage, first));
        storage->first.scenario = NULL;
        storage->second.scenario = NULL;
    }
    return storage;
}

static void storage_free(struct sim_result_storage *storage)
{
    if (storage == NULL) {
        return;
    }
    sim__engine_release(&storage->first);
    sim__engine_release(&storage->second);
    free(storage->unreached);
    free(storage->sometimes);
    free(storage->moved);
    free(storage->note);
    for (uint32_t i = 0; i < storage->output_room; i++) {
        free((void *)(uintptr_t)storage->outputs[i].service);
    }
    free(storage->outputs);
    sim__shown_free(storage->shown);
    sim__text_release(&storage->tail);
    for (uint32_t i = 0; i < SIM_SHOWN_FAILURES; i++) {
        sim__text_release(&storage->lines[i]);
    }
    free(storage);
}

#define RESULT_STRETCHES 3

/* Before the metrics, the metrics, and after them. */
static void result_stretches(struct sup_stretch *parts, size_t size, size_t metrics_size)
{
    const size_t head = offsetof(struct sim_result, metrics);
    const size_t metrics = sizeof(struct sup_metrics);
    SUP_ASSERT(size >= head && size - head >= metrics_size);
    parts[0] = (struct sup_stretch){head, head};
    parts[1] = (struct sup_stretch){metrics_size, metrics};
    parts[2] = (struct sup_stretch){size - head - metrics_size,
                                    sizeof(struct sim_result) - head - metrics};
}

void sim_result_release_sized(struct sim_result *result, size_t result_size, size_t metrics_size)
{
    struct sup_stretch parts[RESULT_STRETCHES];
    struct sim_result own = {0};
    if (result == NULL) {
        return;
    }
    result_stretches(parts, result_size, metrics_size);
    if (sup_face_take(&own, result, parts, RESULT_STRETCHES) == 0) {
        storage_free(own.storage);
    }
    memset(result, 0, result_size);
}

static enum sim_exit status_of(const struct sim_scenario *scenario, enum sim_verdict verdict)
{
    /* A run that cannot be repeated proves nothing, whatever it was to prove. */
    if (verdict == SIM_NONDETERMINISTIC) {
        return SIM_EXIT_NONDETERMINISTIC;
    }
    if (scenario->has_verdict) {
        return verdict == scenario->verdict ? SIM_EXIT_PASS : SIM_EXIT_EXPECTATION;
    }
    switch (verdict) {
    case SIM_EXPECTATION_FAILED:
        return SIM_EXIT_EXPECTATION;
    case SIM_INVARIANT_BROKEN:
        return SIM_EXIT_INVARIANT;
    case SIM_STALLED:
        return SIM_EXIT_STALLED;
    default:
        return SIM_EXIT_PASS;
    }
}

int sim__result_note(struct sim_result *result, const char *note)
{
    if (result->storage == NULL) {
        result->storage = calloc(1, sizeof(*result->storage));
    }
    size_t size = strlen(note) + 1;
    char *copy = malloc(size);
    if (result->storage == NULL || copy == NULL) {
        free(copy);
        return SUP_ENOMEM;
    }
    free(result->storage->note);
    result->storage->note = memcpy(copy, note, size);
    result->note = copy;
    return SUP_OK;
}

void sim__result_fail(struct sim_result *result, const char *message)
{
    struct sim_result_storage *storage = result->storage;
    (void)snprintf(storage->message, sizeof(storage->message), "%s", message);
    result->message = storage->message;
    result->verdict = SIM_EXPECTATION_FAILED;
    result->status = SIM_EXIT_EXPECTATION;
    result->cause = "";
}

uint64_t *sim__result_moved(struct sim_result *result, uint32_t count)
{
    struct sim_result_storage *storage = result->storage;
    free(storage->moved);
    result->moved = storage->moved = calloc((size_t)count + 1, sizeof(*storage->moved));
    return storage->moved;
}

struct sup_instant sim__result_done(const struct sim_result *result)
{
    return (struct sup_instant){result->storage->first.watch.done_ns};
}

/* Name and bytes are one block. */
int sim__result_output(struct sim_result *result, const struct sim_output *output)
{
    struct sim_result_storage *storage = result->storage;
    size_t name = strlen(output->service) + 1;
    struct sim_output *outputs = sim__grown(storage->outputs, &storage->output_room,
                                            (uint64_t)result->output_count + 1, sizeof(*outputs));
    if (outputs != NULL) {
        storage->outputs = outputs;
        result->outputs = outputs;
    }
    char *block = malloc(name + output->length + 1);
    if (outputs == NULL || block == NULL) {
        free(block);
        return SUP_ENOMEM;
    }
    memcpy(block, output->service, name);
    memcpy(block + name, output->bytes, output->length);
    block[name + output->length] = '\0';
    outputs[result->output_count++] =
        (struct sim_output){block, output->attempt, block + name, output->length};
    return SUP_OK;
}

int sim__result_late(struct sim_result *result, struct sup_duration late, const char *note)
{
    result->verdict = SIM_LATE;
    result->status = SIM_EXIT_PASS;
    result->late_ns = late.ns;
    result->cause = "";
    result->message = "";
    result->failure_count = 0;
    return sim__result_note(result, note);
}

static int keep_unreached(struct sim_result_storage *storage, struct sim_result *result)
{
    uint32_t count = sim__engine_unreached(&storage->first, NULL, 0);
    if (count > 0) {
        storage->unreached = calloc(count, sizeof(*storage->unreached));
        if (storage->unreached == NULL) {
            return SUP_ENOMEM;
        }
        (void)sim__engine_unreached(&storage->first, storage->unreached, count);
    }
    result->unreached = storage->unreached;
    result->unreached_count = count;
    return SUP_OK;
}

static int keep_sometimes(struct sim_result_storage *storage, struct sim_result *result)
{
    const struct sim_scenario *scenario = storage->first.scenario;
    uint32_t count = scenario->expectation_count;
    if (count > 0) {
        storage->sometimes = calloc(count, sizeof(*storage->sometimes));
        if (storage->sometimes == NULL) {
            return SUP_ENOMEM;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (scenario->expectations[i].when == SIM_WHEN_SOMETIMES) {
            storage->sometimes[i] = sim_expect_sometimes(storage->first.expect, i);
        }
    }
    result->sometimes = storage->sometimes;
    return SUP_OK;
}

static int keep_first(struct sim_result_storage *storage, struct sim_result *result)
{
    const struct sim_engine *engine = &storage->first;
    SUP_ASSERT(engine->sup == NULL && engine->error == SUP_OK);
    const struct sim_faults *faults = engine->options->faults;
    if (faults != NULL && faults->seen != NULL) {
        *faults->seen = engine->executor.points.seen;
    }
    int error = keep_unreached(storage, result);
    if (error == SUP_OK) {
        error = keep_sometimes(storage, result);
    }
    if (error != SUP_OK) {
        return error;
    }
    (void)snprintf(storage->message, sizeof(storage->message), "%s", engine->message);
    result->verdict = engine->verdict;
    result->seed = engine->seed;
    result->hash = sim_trace_hash(engine->trace);
    result->cause = engine->cause != NULL ? engine->cause : "";
    result->events = engine->watch.events;
    result->attempts = engine->metrics.attempts_total;
    result->draws = engine->draws;
    result->end_ns = engine->watch.last_ns;
    result->metrics = engine->metrics;
    result->failure_count = sim_expect_failures(engine->expect, &result->failures);
    if (engine->verdict == SIM_EXPECTATION_FAILED) {
        result->cause = sim_check_name(result->failures[0].check);
    }
    result->measure_count = sim_expect_measures(engine->expect, &result->measures);
    result->trace = sim_trace_text(engine->trace, &result->trace_length);
    result->message = storage->message;
    return SUP_OK;
}

/* The last events of the first run, for the report of one that fails. */
static int keep_tail(struct sim_result_storage *storage, struct sim_result *result)
{
    if (result->verdict == SIM_PASS && result->status == SIM_EXIT_PASS) {
        return SUP_OK;
    }
    sim__tail_put(&storage->first.tail, &storage->tail);
    result->tail = sim__text_string(&storage->tail);
    return storage->tail.failed ? SUP_ENOMEM : SUP_OK;
}

/* What the second run said differently. */
static void name_difference(struct sim_result_storage *storage)
{
    const struct sim_watch *watch = &storage->second.watch;
    const char *colon = watch->line[0] != '\0' ? ": " : "";
    char *message = storage->message;
    size_t size = sizeof(storage->message);
    if (!watch->differs) {
        (void)snprintf(message, size,
                       "the second run has the same events as the first, but took %" PRIu64
                       " random draws, the first %" PRIu64,
                       storage->second.draws, storage->first.draws);
    } else if (watch->events != storage->first.watch.events && watch->line[0] == '\0') {
        (void)snprintf(message, size,
                       "the second run differs from the first: it has %" PRIu64
                       " events, the first %" PRIu64,
                       watch->events, storage->first.watch.events);
    } else if (watch->differs_first == watch->differs_last) {
        (void)snprintf(message, size,
                       "the second run differs from the first at event %" PRIu64 "%s%s",
                       watch->differs_first, colon, watch->line);
    } else {
        (void)snprintf(message, size,
                       "the second run differs from the first between the events %" PRIu64
                       " and %" PRIu64 "%s%s",
                       watch->differs_first, watch->differs_last, colon, watch->line);
    }
}

static int run_second(struct sim_result_storage *storage, struct sim_result *result)
{
    struct sim_engine *first = &storage->first;
    struct sim_engine *second = &storage->second;
    SUP_ASSERT(!first->stopped);
    sim__executor_release(&first->executor);
    sim__timeline_release(&first->timeline);
    int error = sim__engine_init(second, first->scenario, first->options, &first->watch);
    second->budget.wall_start = first->budget.wall_start;
    second->listener = first->options->listener;
    second->shown = storage->shown;
    if (error == SUP_OK) {
        error = sim__loop_run(second);
    }
    if (error != SUP_OK) {
        return error;
    }
    /* A run that is not to be compared is there for its evidence alone. */
    if (first->options->once) {
        return SUP_OK;
    }
    if (second->stopped) {
        result->verdict = second->verdict;
        result->cause = second->cause;
        (void)snprintf(storage->message, sizeof(storage->message), "%s (second run)",
                       second->message);
        return SUP_OK;
    }
    result->ran_twice = true;
    if (second->watch.differs || sim_trace_hash(second->trace) != result->hash) {
        result->verdict = SIM_NONDETERMINISTIC;
        result->cause = "";
        name_difference(storage);
    }
    return SUP_OK;
}

/* Whether the report of this run will want to show the last events of its services. */
static bool wants_evidence(const struct sim_engine *first, const struct sim_result *result)
{
    return first->options->evidence && result->failure_count > 0 &&
           status_of(first->scenario, result->verdict) != SIM_EXIT_PASS;
}

/* Answers that somebody else gives cannot be had a second time. */
static bool wants_second(const struct sim_engine *first, const struct sim_result *result)
{
    const struct sim_run_options *options = first->options;
    bool judged = result->verdict == SIM_PASS || result->verdict == SIM_EXPECTATION_FAILED;
    return judged && options->oracle == NULL && options->outside == NULL &&
           (!options->once || wants_evidence(first, result));
}

static int keep_evidence(struct sim_result_storage *storage, struct sim_result *result)
{
    const struct sim_shown *shown = storage->shown;
    uint32_t count = shown != NULL ? shown->count : 0;
    for (uint32_t i = 0; i < count; i++) {
        sim__tail_put(&shown->tails[i], &storage->lines[i]);
        storage->line_texts[i] = sim__text_string(&storage->lines[i]);
        if (storage->lines[i].failed) {
            return SUP_ENOMEM;
        }
    }
    result->evidence = storage->line_texts;
    result->evidence_count = count;
    return SUP_OK;
}

static int look_again(struct sim_result_storage *storage, struct sim_result *result)
{
    int error = SUP_OK;
    if (!wants_second(&storage->first, result)) {
        return SUP_OK;
    }
    if (wants_evidence(&storage->first, result)) {
        error = sim__shown_create(result->failures, result->failure_count, &storage->shown);
    }
    if (error == SUP_OK) {
        error = run_second(storage, result);
    }
    return error == SUP_OK ? keep_evidence(storage, result) : error;
}

/* Whether its report will want to show why the last events of a run that failed as a whole came.
 * One that was cut short from outside is not begun again, and of one that cannot be repeated
 * another run has nothing to say. */
static bool wants_words(const struct sim_engine *first, const struct sim_result *result)
{
    const struct sim_run_options *options = first->options;
    bool again = options->oracle == NULL && options->outside == NULL && options->lateness_ns == 0;
    bool cut = strcmp(result->cause, sim_stall_name(SIM_STALL_WALL)) == 0 ||
               strcmp(result->cause, sim_stall_name(SIM_STALL_OUTSIDE)) == 0;
    return options->evidence && !options->no_tail && result->status != SIM_EXIT_PASS &&
           result->verdict != SIM_EXPECTATION_FAILED && result->verdict != SIM_NONDETERMINISTIC &&
           again && !cut;
}

/* The run once more, up to its last step: what comes after a broken invariant is anybody's guess,
 * and a tape has answers for no more. */
static int run_for_words(struct sim_result_storage *storage)
{
    struct sim_engine *first = &storage->first;
    struct sim_engine *again = &storage->second;
    sim__engine_release(again);
    sim__executor_release(&first->executor);
    sim__timeline_release(&first->timeline);
    sim__shown_free(storage->shown);
    storage->shown = NULL;
    int error = sim__shown_create_last(first->watch.events, &storage->shown);
    if (error == SUP_OK) {
        error = sim__engine_init(again, first->scenario, first->options, &first->watch);
    }
    if (error == SUP_OK) {
        again->shown = storage->shown;
        again->budget.wall_start = first->budget.wall_start;
        again->budget.events_max = first->watch.events;
        again->budget.steps_max = first->budget.steps > 0 ? first->budget.steps - 1 : 0;
        error = sim__loop_run(again);
    }
    if (error == SUP_OK) {
        sim__shown_give_words(storage->shown, &first->tail);
        error = first->tail.failed ? SUP_ENOMEM : SUP_OK;
    }
    return error;
}

static int run(const struct sim_scenario *scenario, const struct sim_run_options *options,
               struct sim_result *ret_result)
{
    struct sim_result_storage *storage = storage_create();
    if (storage == NULL) {
        return SUP_ENOMEM;
    }
    struct sim_result result = {.storage = storage, .note = "", .tail = ""};
    int error = sim__engine_init(&storage->first, scenario, options, NULL);
    if (error == SUP_OK) {
        error = sim__loop_run(&storage->first);
    }
    if (error == SUP_OK) {
        error = keep_first(storage, &result);
    }
    if (error == SUP_OK) {
        error = look_again(storage, &result);
    }
    if (error == SUP_OK) {
        result.status = status_of(scenario, result.verdict);
        error = wants_words(&storage->first, &result) ? run_for_words(storage) : SUP_OK;
    }
    if (error == SUP_OK) {
        error = keep_tail(storage, &result);
    }
    if (error != SUP_OK) {
        storage_free(storage);
        return error;
    }
    sim__engine_release(&storage->second);
    *ret_result = result;
    return SUP_OK;
}

int sim_run_sized(const struct sim_scenario *scenario, const struct sim_run_options *options,
                  size_t options_size, struct sim_result *ret_result, size_t result_size,
                  size_t metrics_size)
{
    const struct sup_stretch whole = {options_size, sizeof(*options)};
    struct sup_stretch parts[RESULT_STRETCHES];
    struct sim_run_options own = {0};
    struct sim_result result;
    if (scenario == NULL || ret_result == NULL) {
        return SUP_EINVAL;
    }
    if (options != NULL && sup_face_take(&own, options, &whole, 1) != 0) {
        return SUP_ENEWER;
    }
    int error = run(scenario, &own, &result);
    if (error == SUP_OK) {
        result_stretches(parts, result_size, metrics_size);
        sup_face_give(ret_result, &result, parts, RESULT_STRETCHES);
    }
    return error;
}
