/* Expectations: when each is looked at, and the verdicts. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "facts.h"
#include "sup/assert.h"
#include "sup/error.h"

/* ---- setting up ---- */

static bool is_of_the_run(const struct sim_expectation *e)
{
    return e->what == SIM_WHAT_STARTS || e->what == SIM_WHAT_DELAYS || e->what == SIM_WHAT_EVENTS ||
           e->what == SIM_WHAT_DRAIN || e->what == SIM_WHAT_MEASURE ||
           e->what == SIM_WHAT_SAME_STORY || e->what == SIM_WHAT_PLAN || sim__counted_is(e);
}

static bool is_ongoing(const struct sim_expectation *e)
{
    return e->when == SIM_WHEN_BY || e->when == SIM_WHEN_ALWAYS || e->when == SIM_WHEN_NEVER ||
           e->when == SIM_WHEN_MEASURE || (e->when == SIM_WHEN_SOMETIMES && !is_of_the_run(e));
}

static int init_entry(struct sim_expect *expect, uint32_t index)
{
    struct sim__entry *entry = &expect->entries[index];
    const struct sim_expectation *e = entry->expectation;
    SUP_ASSERT(e->when == SIM_WHEN_SOMETIMES ||
               (e->when == SIM_WHEN_RUN || e->when == SIM_WHEN_SEEDS) == is_of_the_run(e));
    entry->states = expect->states;
    if (is_ongoing(e)) {
        expect->ongoing[expect->ongoing_count++] = index;
    }
    if (e->target.count == 0) {
        return SUP_OK;
    }
    int error = sim__target_init(&entry->target, &e->target);
    bool services = e->what == SIM_WHAT_SERVICE;
    if (services && is_ongoing(e) && sim__tally_possible(expect->scenario, e)) {
        entry->tallies = true;
        expect->has_tallies = true;
        expect->types = UINT32_MAX;
    } else if (is_ongoing(e) && entry->target.glob_count > 0) {
        entry->target.keeps_slots = true;
        expect->types |= UINT32_C(1) << SUP_EVENT_REGISTERED;
    }
    return error;
}

static void mark(struct sim_expect *expect, struct sup_instant at, uint32_t entry)
{
    if (at.ns != SUP_NEVER_NS) {
        expect->marks[expect->mark_count++] = (struct sim__mark){at, entry};
    }
}

static int by_instant(const void *a, const void *b)
{
    const struct sim__mark *left = a;
    const struct sim__mark *right = b;
    if (left->at.ns != right->at.ns) {
        return left->at.ns < right->at.ns ? -1 : 1;
    }
    return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* State persists between events, so a range is looked at where it begins, too;
 * and where it ends, since some facts change with time alone. */
static void init_marks(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->entry_count; i++) {
        const struct sim_expectation *e = expect->entries[i].expectation;
        if (e->when == SIM_WHEN_AT || e->when == SIM_WHEN_ALWAYS || e->when == SIM_WHEN_NEVER ||
            e->from.ns > 0) {
            mark(expect, e->from, i);
        }
        if (e->when == SIM_WHEN_BY || e->when == SIM_WHEN_ALWAYS || e->when == SIM_WHEN_NEVER) {
            mark(expect, e->to, i);
        }
    }
    qsort(expect->marks, expect->mark_count, sizeof(*expect->marks), by_instant);
}

static int init(struct sim_expect *expect)
{
    const struct sim_scenario *scenario = expect->scenario;
    size_t count = (size_t)expect->entry_count + 1;
    expect->entries = calloc(count, sizeof(*expect->entries));
    expect->marks = calloc(count, 2 * sizeof(*expect->marks));
    expect->ongoing = calloc(count, sizeof(*expect->ongoing));
    if (expect->entries == NULL || expect->marks == NULL || expect->ongoing == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        expect->entries[i].expectation = &scenario->expectations[i];
    }
    sim__measures_entries(expect, scenario->expectation_count);
    int error = sim__states_init(expect);
    for (uint32_t i = 0; i < expect->entry_count && error == SUP_OK; i++) {
        error = init_entry(expect, i);
    }
    if (error != SUP_OK) {
        return error;
    }
    init_marks(expect);
    error = sim__measures_init(expect);
    return error != SUP_OK ? error : sim__run_init(expect);
}

int sim_expect_create(const struct sim_scenario *scenario, struct sim_expect **ret_expect)
{
    struct sim_expect *expect = calloc(1, sizeof(*expect));
    if (expect == NULL) {
        return SUP_ENOMEM;
    }
    expect->scenario = scenario;
    expect->entry_count = scenario->expectation_count + sim__measures_states(scenario);
    int error = init(expect);
    if (error != SUP_OK) {
        sim_expect_free(expect);
        return error;
    }
    *ret_expect = expect;
    return SUP_OK;
}

void sim_expect_ask(struct sim_expect *expect, const struct sim_trace_options *asked)
{
    expect->asked = asked;
}

void sim_expect_free(struct sim_expect *expect)
{
    if (expect == NULL) {
        return;
    }
    for (uint32_t i = 0; expect->entries != NULL && i < expect->entry_count; i++) {
        sim__target_release(&expect->entries[i].target);
    }
    sim__run_release(expect);
    sim__measures_release(expect);
    sim__tally_release(expect);
    sim__failures_release(expect);
    free(expect->entries);
    free(expect->marks);
    free(expect->ongoing);
    free(expect->states);
    free(expect);
}

/* ---- during the run ---- */

static void note_slot(struct sim_expect *expect, const struct sup_event *event)
{
    if (event->generation != 0) {
        return; /* the slot is known */
    }
    for (uint32_t i = 0; i < expect->ongoing_count; i++) {
        struct sim__entry *entry = &expect->entries[expect->ongoing[i]];
        if (entry->target.keeps_slots &&
            sim__target_note(&entry->target, event->slot, event->service) != SUP_OK) {
            expect->failed = true;
        }
    }
}

/* Out of line: of most events nobody wants to hear. */
static __attribute__((noinline)) void listen(struct sim_expect *expect,
                                             const struct sup_event *event)
{
    if ((uint32_t)event->type == SIM_EVENT_CONDITION) {
        sim__states_listen(expect, event);
    }
    if (event->type == SUP_EVENT_REGISTERED) {
        note_slot(expect, event);
    }
    if (expect->has_tallies && event->slot != UINT32_MAX) {
        sim__tally_event(expect, event);
    }
    sim__run_event(expect, event);
    sim__measures_listen(expect, event);
    expect->last_event = event->at;
}

void sim_expect_event(void *context, const struct sup_event *event)
{
    struct sim_expect *expect = context;
    if (expect->types >> event->type & 1u) {
        listen(expect, event);
    }
}

struct sup_instant sim_expect_deadline(const struct sim_expect *expect)
{
    for (uint32_t i = expect->mark_next; i < expect->mark_count; i++) {
        if (!expect->entries[expect->marks[i].entry].decided) {
            return expect->marks[i].at;
        }
    }
    return SUP_INSTANT_NEVER;
}

static void fail(struct sim_expect *expect, const struct sim__entry *entry, struct sup *sup,
                 struct sup_instant now)
{
    struct sim__finding finding;
    sim__finding_init(&finding);
    sim__expect_decide(expect, entry);
    sim__state_explain(entry, sup, &finding);
    sim__expect_add(expect, entry->expectation->place, now, &finding);
}

static void look_once(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                      struct sup_instant now)
{
    entry->decided = true;
    if (!sim__state_holds(entry, sup, SIM__OF_ALL)) {
        fail(expect, entry, sup, now);
    }
}

/* Instants that have come: `at:` entries are decided. */
static void pass_marks(struct sim_expect *expect, struct sup *sup, struct sup_instant now)
{
    while (expect->mark_next < expect->mark_count &&
           expect->marks[expect->mark_next].at.ns <= now.ns) {
        uint32_t index = expect->marks[expect->mark_next++].entry;
        struct sim__entry *entry = &expect->entries[index];
        if (entry->expectation->when == SIM_WHEN_AT) {
            look_once(expect, entry, sup, now);
        }
    }
}

/* Each of the following looks at an entry and returns true when it is decided. */

static bool look_by(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                    struct sup_instant now)
{
    uint64_t to = entry->expectation->to.ns;
    if (now.ns < entry->expectation->from.ns) {
        return false;
    }
    entry->held = now.ns <= to && sim__state_holds(entry, sup, SIM__OF_ALL);
    if (!entry->held && now.ns >= to) {
        fail(expect, entry, sup, now);
        return true;
    }
    return entry->held;
}

static bool look_in_range(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                          struct sup_instant now)
{
    const struct sim_expectation *e = entry->expectation;
    if (now.ns < e->from.ns) {
        return false;
    }
    bool never = e->when == SIM_WHEN_NEVER;
    enum sim__of of = never ? SIM__OF_ANY : SIM__OF_ALL;
    if (now.ns <= e->to.ns && sim__state_holds(entry, sup, of) == never) {
        fail(expect, entry, sup, now);
        return true;
    }
    return now.ns >= e->to.ns && entry->evaluated;
}

static bool look_sometimes(struct sim__entry *entry, struct sup *sup)
{
    entry->held = sim__state_holds(entry, sup, SIM__OF_ALL);
    return entry->held;
}

static bool look_again(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                       struct sup_instant now)
{
    switch (entry->expectation->when) {
    case SIM_WHEN_BY:
        return look_by(expect, entry, sup, now);
    case SIM_WHEN_ALWAYS:
    case SIM_WHEN_NEVER:
        return look_in_range(expect, entry, sup, now);
    case SIM_WHEN_MEASURE:
        return sim__measure_look(expect, entry, sup, now);
    default:
        return look_sometimes(entry, sup);
    }
}

static __attribute__((noinline)) void settle(struct sim_expect *expect, struct sup *sup,
                                             struct sup_instant now)
{
    pass_marks(expect, sup, now);
    sim__tally_settle(expect, sup);
    uint32_t left = 0;
    for (uint32_t i = 0; i < expect->ongoing_count; i++) {
        struct sim__entry *entry = &expect->entries[expect->ongoing[i]];
        entry->decided = look_again(expect, entry, sup, now);
        if (!entry->decided) {
            expect->ongoing[left++] = expect->ongoing[i];
        }
    }
    expect->ongoing_count = left;
}

/* At most instants nobody has anything to look at. */
void sim_expect_settled(struct sim_expect *expect, struct sup *sup, struct sup_instant now)
{
    if (expect->mark_next < expect->mark_count || expect->touched_count > 0 ||
        expect->ongoing_count > 0) {
        settle(expect, sup, now);
    }
}

/* ---- the end ---- */

static void never_evaluated(struct sim_expect *expect, const struct sim__entry *entry,
                            struct sup_instant now)
{
    struct sim__finding finding;
    sim__finding_init(&finding);
    const struct sim_expectation *e = entry->expectation;
    if (e->when == SIM_WHEN_AT) {
        sim__text_put(&finding.expected, "at ");
        sim__duration_text(&finding.expected, SUP_NS(e->from.ns));
        sim__text_put(&finding.expected, ": ");
    } else {
        sim__text_put(&finding.expected, e->when == SIM_WHEN_NEVER ? "never " : "always ");
    }
    sim__state_describe(&finding.expected, e);
    if (now.ns < e->from.ns) {
        finding.detail = "ended";
        sim__text_put(&finding.found, "never evaluated: the run ended at ");
        sim__instant_text(&finding.found, now);
    } else {
        finding.detail = "unmatched";
        sim__text_put(&finding.found, "never evaluated: no service matched");
    }
    expect->check = SIM_CHECK_UNEVALUATED;
    sim__expect_add(expect, e->place, now, &finding);
}

static void end_ongoing(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                        struct sup_instant now)
{
    if (entry->decided) {
        return;
    }
    if (entry->expectation->when == SIM_WHEN_BY) {
        fail(expect, entry, sup, now);
    } else if (!entry->evaluated) {
        never_evaluated(expect, entry, now);
    }
}

static void end_entry(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                      struct sup_instant now)
{
    switch (entry->expectation->when) {
    case SIM_WHEN_RUN:
        sim__expect_decide(expect, entry);
        sim__run_decide(expect, entry, sup, now);
        break;
    case SIM_WHEN_END:
        look_once(expect, entry, sup, now);
        break;
    case SIM_WHEN_AT:
        if (!entry->decided) {
            never_evaluated(expect, entry, now);
        }
        break;
    case SIM_WHEN_MEASURE:
        return; /* it asks for nothing */
    case SIM_WHEN_SEEDS:
        entry->evaluated = true; /* by whoever sees all of them */
        break;
    case SIM_WHEN_SOMETIMES:
        if (is_of_the_run(entry->expectation)) {
            entry->held = sim__run_holds(expect, entry, sup, now);
        }
        break; /* another seed may have it */
    case SIM_WHEN_BY:
    case SIM_WHEN_ALWAYS:
    case SIM_WHEN_NEVER:
        end_ongoing(expect, entry, sup, now);
        break;
    }
    expect->evaluated += entry->evaluated;
}

void sim_expect_end(struct sim_expect *expect, struct sup *sup, struct sup_instant now)
{
    sim__measures_end(expect, sup);
    for (uint32_t i = 0; i < expect->entry_count; i++) {
        end_entry(expect, &expect->entries[i], sup, now);
    }
}

uint32_t sim_expect_failures(const struct sim_expect *expect, const struct sim_failure **ret_list)
{
    if (ret_list != NULL) {
        *ret_list = expect->failures;
    }
    return expect->failure_count;
}

bool sim_expect_sometimes(const struct sim_expect *expect, uint32_t expectation)
{
    return expectation < expect->entry_count &&
           expect->entries[expectation].expectation->when == SIM_WHEN_SOMETIMES &&
           expect->entries[expectation].held;
}

uint32_t sim_expect_measures(const struct sim_expect *expect, const uint64_t **ret_values)
{
    *ret_values = expect->values;
    return expect->measured ? expect->measure_count : 0;
}

uint32_t sim_expect_evaluated(const struct sim_expect *expect)
{
    return expect->evaluated;
}

bool sim_expect_failed(const struct sim_expect *expect)
{
    return expect->failed;
}
