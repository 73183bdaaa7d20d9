/* A failing scenario made smaller; see smaller.h. */
#include "smaller.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "sim/scenario/read.h"
#include "sim/scenario/tree.h"
#include "sim/shrink/spins.h"
#include "sim/words.h"
#include "sup/error.h"

#define SECOND UINT64_C(1000000000)
#define REFRESH_NS (SECOND / 10)
/* What a smaller file may do more than the first, which its budgets are made of. */
#define MORE_EVENTS 10000u
#define MORE_STEPS 1000000u
/* A livelock is known sooner while it is made small. */
#define AN_INSTANT 10000u
/* A smaller file that takes so many times as long as the first hangs, but not before this. Of
 * one that is to hang, it is enough that it does for such a part of the patience. */
#define TIMES_LONGER 20u
#define LEAST_PATIENCE SUP_NS(SECOND)
#define LEAST_OF_A_HANG SUP_NS(SECOND / 5)
/* The end of what nobody knows the end of. */
#define LONGEST_END (UINT64_C(365) * 24 * 3600 * SECOND)

/* ---- one file ---- */

static void write_tree(struct cli_smaller *smaller)
{
    sim__text_clear(&smaller->text);
    sim__tree_write(smaller->root, &smaller->text);
}

static bool is_interrupted(void)
{
    return cli_interrupted() != 0;
}

/* A process for trials of this patience. */
static int hire_as(struct cli_smaller *smaller, const struct sim__trial_how *how,
                   struct sup_duration patience, struct sim__apart **apart)
{
    sim__apart_free(*apart);
    *apart = NULL;
    int error = sim__apart_create(how, patience, apart);
    if (error == SUP_OK) {
        sim__apart_watch(*apart, is_interrupted);
    }
    if (error == SUP_OK && smaller->claim != NULL) {
        sim__apart_ask(*apart, sim__claim_trial, smaller->claim);
    }
    return error;
}

static int hire(struct cli_smaller *smaller, const struct sim__trial_how *how,
                struct sup_duration patience)
{
    return hire_as(smaller, how, patience, &smaller->apart);
}

int cli_smaller_try(struct cli_smaller *smaller, struct sim__trial *ret_trial)
{
    int error = smaller->apart == NULL ? hire(smaller, &smaller->how, smaller->patience) : SUP_OK;
    write_tree(smaller);
    if (error != SUP_OK || smaller->text.failed) {
        return SUP_ENOMEM;
    }
    error = sim__apart_text(smaller->apart, smaller->text.bytes, smaller->text.length, ret_trial);
    smaller->took = sim__apart_took(smaller->apart);
    return error;
}

bool cli_smaller_same(const struct sim__trial *a, const struct sim__trial *b)
{
    return sim__trial_same(a, b) && strcmp(a->detail, b->detail) == 0;
}

/* Those of a count one by one, also of a file that nobody can run to its end. */
static uint32_t services_of(const struct sim__node *root)
{
    const struct sim__node *list = sim__node_get(root, "services");
    uint64_t sum = 0;
    for (uint32_t i = 0; list != NULL && list->kind == SIM__LIST && i < list->count; i++) {
        const struct sim__node *service = list->entries[i].value;
        const struct sim__node *count =
            service->kind == SIM__MAP ? sim__node_get(service, "count") : NULL;
        bool counted = count != NULL && count->kind == SIM__SCALAR;
        sum += counted ? strtoul(count->text, NULL, 10) : 1;
    }
    return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

static struct cli_size size_of(const struct cli_smaller *smaller)
{
    const struct sim__node *timeline = sim__node_get(smaller->root, "timeline");
    return (struct cli_size){
        .services = services_of(smaller->root),
        .timeline = timeline != NULL ? timeline->count : 0,
        .lines = sim__tree_lines(smaller->root),
        .bytes = smaller->text.length,
    };
}

/* ---- candidates ---- */

static void show(struct cli_smaller *smaller, size_t length)
{
    struct cli_progress *progress = &smaller->progress;
    progress->done++;
    smaller->least = length < smaller->least ? length : smaller->least;
    const struct sup_instant now = cli_wall_now();
    if (!progress->on || sup_instant_since(now, progress->looked).ns < REFRESH_NS) {
        return;
    }
    progress->looked = now;
    fprintf(stderr, "\r\033[K%" PRIu64 " files tried, the smallest has %zu bytes", progress->done,
            smaller->least);
    fflush(stderr);
    progress->shown = true;
}

static bool is_livelock(const struct sim__trial *trial)
{
    return trial->sign == SIM__SIGN_STALLED &&
           strcmp(trial->word, sim_stall_name(SIM_STALL_INSTANT)) == 0;
}

/* Whether the candidate fails as the first did; SIM__ENOUGH: there is no time for it. */
static enum sim__judgement try_candidate(struct cli_smaller *smaller, struct sim__apart *apart,
                                         const struct sim__candidate *candidate)
{
    struct sim__trial trial;
    const struct sup_instant now = cli_wall_now();
    if (cli_interrupted() != 0 || now.ns >= smaller->until.ns) {
        return SIM__ENOUGH;
    }
    int error = sim__apart_within(apart, candidate->bytes, candidate->length,
                                  sup_instant_since(smaller->until, now), &trial);
    if (error != SUP_OK) {
        smaller->error = error < 0 ? error : smaller->error;
        return SIM__ENOUGH;
    }
    bool same = cli_smaller_same(&trial, &smaller->first) &&
                sim__settling_kept(&smaller->first.settling, &trial.settling) &&
                (candidate->line == 0 || candidate->line == trial.line);
    return same ? SIM__SAME : SIM__OTHER;
}

/* What looks like a livelock with a small budget may have an end with the whole one. */
static enum sim__judgement try_whole(struct cli_smaller *smaller,
                                     const struct sim__candidate *candidate)
{
    if (smaller->whole == NULL &&
        hire_as(smaller, &smaller->how, smaller->patience, &smaller->whole) != SUP_OK) {
        smaller->error = SUP_ENOMEM;
        return SIM__ENOUGH;
    }
    return try_candidate(smaller, smaller->whole, candidate);
}

/* Where the failure ends the run, so that nobody sees whether something else would. */
static bool ends_early(const struct sim__trial *trial)
{
    return trial->sign == SIM__SIGN_INVARIANT || trial->sign == SIM__SIGN_CRASHED ||
           trial->sign == SIM__SIGN_HUNG;
}

/* Whether a file, which can be read, may go round without end at one instant. */
static bool may_spin(struct cli_smaller *smaller, const char *bytes, size_t length)
{
    const struct sim_limits limits = {.memory_bytes = smaller->how.memory_bytes,
                                      .tasks = smaller->how.tasks};
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = bytes,
                                         .length = length,
                                         .file = "smaller",
                                         .limits = &limits};
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    int error = sim__scenario_read(&reading, &diagnostics, &scenario);
    bool may = error == SUP_OK && sim__may_spin(scenario);
    smaller->error = error == SUP_ENOMEM ? error : smaller->error;
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    return may;
}

/* So that it has an end once it is mended, where the first has one. */
static bool keeps_end(struct cli_smaller *smaller, const struct sim__candidate *candidate)
{
    return !ends_early(&smaller->first) || smaller->may_spin ||
           !may_spin(smaller, candidate->bytes, candidate->length);
}

static enum sim__judgement judge(void *context, const struct sim__candidate *candidate)
{
    struct cli_smaller *smaller = context;
    enum sim__judgement judgement = try_candidate(smaller, smaller->apart, candidate);
    if (judgement == SIM__SAME && !keeps_end(smaller, candidate)) {
        judgement = SIM__OTHER;
    }
    if (judgement == SIM__SAME && is_livelock(&smaller->first)) {
        judgement = try_whole(smaller, candidate);
    }
    if (judgement != SIM__ENOUGH) {
        show(smaller, judgement == SIM__SAME ? candidate->length : SIZE_MAX);
    }
    return judgement;
}

static bool hangs(const struct sim__trial *trial)
{
    return trial->sign == SIM__SIGN_HUNG;
}

static void lower(uint64_t *budget, uint64_t most)
{
    *budget = *budget == 0 || most < *budget ? most : *budget;
}

/* What a smaller file may do is bounded by what the first did, unless it is about that: a file
 * that takes long would be taken for one without an end. A livelock spends the whole budget of
 * an instant each time, so it is given a small one. */
static struct sim__trial_how bounded(const struct cli_smaller *smaller)
{
    const struct sim__trial *first = &smaller->first;
    struct sim__trial_how how = smaller->how;
    if ((first->sign == SIM__SIGN_STALLED && !is_livelock(first)) || hangs(first)) {
        return how;
    }
    if (is_livelock(first) && how.max_events_an_instant == 0) {
        how.max_events_an_instant = AN_INSTANT;
    }
    lower(&how.max_events, 2 * first->events + MORE_EVENTS);
    lower(&how.max_steps, 100 * first->events + MORE_STEPS);
    return how;
}

/* How long a candidate may take: of one that is to hang, not as long as of the first. */
static struct sup_duration patience_of(const struct cli_smaller *smaller)
{
    const struct sup_duration whole = smaller->patience;
    uint64_t ns = hangs(&smaller->first) ? whole.ns / TIMES_LONGER
                                         : sup_duration_of(TIMES_LONGER, smaller->took.ns).ns;
    const uint64_t least = hangs(&smaller->first) ? LEAST_OF_A_HANG.ns : LEAST_PATIENCE.ns;
    ns = ns < least ? least : ns;
    return whole.ns != 0 && ns > whole.ns ? whole : SUP_NS(ns);
}

/* As whoever runs it will: without the bounds of candidates. */
static int look_at_result(struct cli_smaller *smaller)
{
    int error = hire(smaller, &smaller->how, smaller->patience);
    if (error == SUP_OK) { /* a signal that came before is no reason not to look */
        sim__apart_watch(smaller->apart, NULL);
        do {
            error = cli_smaller_try(smaller, &smaller->last);
        } while (error > 0);
    }
    smaller->after = size_of(smaller);
    return error;
}

/* What breaks an invariant would go on for ever once that is mended, where nothing ends it: a
 * test that does not come to its end. */
static int put_end(struct cli_smaller *smaller)
{
    const struct sim__trial *first = &smaller->first;
    if (!ends_early(first) || sim__node_get(smaller->root, "until") != NULL) {
        return SUP_OK;
    }
    struct sim__trial trial;
    const struct sup_duration end = {first->end_ns > 0 ? first->end_ns : LONGEST_END};
    sim__tree_put(smaller->arena, smaller->root, "until", sim__tree_duration(smaller->arena, end));
    sim__tree_settle(smaller->root);
    int error = sim__arena_failed(smaller->arena) ? SUP_ENOMEM : cli_smaller_try(smaller, &trial);
    if (error != SUP_OK || !cli_smaller_same(&trial, first) || trial.line != first->line) {
        (void)sim__tree_forget(smaller->root, "until");
        sim__tree_settle(smaller->root);
    }
    return error < 0 ? error : SUP_OK;
}

int cli_smaller_shrink(struct cli_smaller *smaller)
{
    const struct sim__shrinking shrinking = {
        .arena = smaller->arena,
        .root = smaller->root,
        .line = smaller->first.line,
        .keeps_until = smaller->first.sign != SIM__SIGN_STALLED,
        .judge = judge,
        .context = smaller,
    };
    const struct sim__trial_how how = bounded(smaller);
    const struct sup_duration patience = patience_of(smaller);
    smaller->before = size_of(smaller);
    int error = hire(smaller, &how, patience);
    error = error == SUP_OK ? put_end(smaller) : error;
    if (error != SUP_OK) {
        return error;
    }
    write_tree(smaller);
    smaller->may_spin = may_spin(smaller, sim__text_string(&smaller->text), smaller->text.length);
    cli_progress_start(&smaller->progress, smaller->words, 1);
    smaller->least = smaller->before.bytes;
    smaller->until = sup_instant_add(cli_wall_now(), smaller->budget);
    error = sim__shrink(&shrinking, &smaller->shrunk);
    cli_progress_clear(&smaller->progress);
    if (error == SUP_OK) {
        error = smaller->error;
    }
    return error == SUP_OK ? look_at_result(smaller) : error;
}

void cli_smaller_release(struct cli_smaller *smaller)
{
    sim__apart_free(smaller->apart);
    sim__apart_free(smaller->whole);
    sim__text_release(&smaller->text);
    smaller->apart = smaller->whole = NULL;
}

void cli_smaller_sizes(const struct cli_smaller *smaller, struct sim__text *text)
{
    const struct cli_size *a = &smaller->before, *b = &smaller->after;
    sim__text_format(text,
                     "%" PRIu32 " -> %" PRIu32 " services, %" PRIu32 " -> %" PRIu32
                     " timeline entries, %" PRIu32 " -> %" PRIu32 " lines, %zu -> %zu bytes",
                     a->services, b->services, a->timeline, b->timeline, a->lines, b->lines,
                     a->bytes, b->bytes);
}
