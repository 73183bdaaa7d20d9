/* Judges instants, order and differences. */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/text.h"
#include "sim/duration.h"
#include "sup/assert.h"

/* Pairs of events that are looked at, so that a long trace takes no quadratic time. */
#define PAIRS_MAX UINT64_C(50000000)
/* Nothing comes early but by what clocks and their rounding may be apart. */
#define EARLY_PART 50
/* The analysis vouches for the verdict when everything is late by so much at most. */
#define LITTLE 10u

/* ---- the machine ---- */

static struct sup_duration real_length(const struct sim__judge *judge, struct sup_duration length)
{
    return sim__real_length(length, judge->pace.speed_billionths);
}

static struct sup_instant real_instant(const struct sim__judge *judge, struct sup_instant at)
{
    return sup_instant_add((struct sup_instant){judge->pace.origin_ns},
                           real_length(judge, SUP_NS(at.ns)));
}

static struct sup_duration real_tolerance(const struct sim__judge *judge)
{
    return real_length(judge, SUP_NS(judge->tolerance_ns));
}

static struct sup_duration waited(const struct sim__judge *judge, struct sup_instant from,
                                  struct sup_instant to)
{
    struct sup_duration all =
        sim__machine_waited(judge->machine, real_instant(judge, from), real_instant(judge, to));
    struct sup_duration most = real_length(judge, sup_instant_since(to, from));
    return all.ns < most.ns ? all : most; /* several may have waited at once */
}

static struct sup_duration burst(const struct sim__judge *judge, struct sup_instant from,
                                 struct sup_instant to)
{
    return sim__machine_burst(judge->machine, real_instant(judge, from), real_instant(judge, to),
                              SUP_NS(2 * real_tolerance(judge).ns));
}

/* In all of the run. */
static struct sup_duration worst_burst(const struct sim__judge *judge)
{
    return burst(judge, (struct sup_instant){0}, (struct sup_instant){judge->end_ns});
}

/* Whose doing is it that something came, or was still to come, at `at`, so much later than
 * it was due, with so much time allowed? */
static enum sim__blame blame(const struct sim__judge *judge, struct sup_instant at,
                             struct sup_duration late, struct sup_duration allowed,
                             struct sup_duration *ret_waited)
{
    *ret_waited = waited(judge, (struct sup_instant){at.ns - late.ns}, at);
    if (late.ns <= allowed.ns) {
        return SIM__NOBODY;
    }
    bool excused = real_length(judge, SUP_NS(late.ns - allowed.ns)).ns <= 2 * ret_waited->ns;
    return excused ? SIM__THE_MACHINE : SIM__THE_PROGRAM;
}

/* ---- one event ---- */

/* What is known of an event after all pairs that it is the later one of. */
struct link {
    bool caused;                         /* it is behind something, */
    bool by_clock;                       /* and no lateness makes it come sooner */
    int64_t runs_ns[SIM__EVIDENCE_RUNS]; /* its own lateness in the late runs, */
    int64_t found_ns;                    /* and in this one */
};

struct times {
    const struct sim__judge *judge;
    const struct sim__line **found; /* by the place in the reference */
    struct sim__judgement *judgement;
};

static int64_t found_lateness(const struct times *t, size_t i)
{
    return (int64_t)(t->found[i]->at_ns - t->judge->evidence->wanted_ns[i]);
}

static void begin_link(const struct times *t, size_t i, struct link *link)
{
    const struct sim__evidence *evidence = t->judge->evidence;
    bool behind = true;
    *link = (struct link){.found_ns = INT64_MAX};
    for (uint32_t run = 0; run < evidence->runs; run++) {
        if (!sim__evidence_lateness(evidence, run, i, &link->runs_ns[run])) {
            link->runs_ns[run] = 0;
        }
        behind &= link->runs_ns[run] >= 0;
    }
    link->caused = link->by_clock = behind;
    if (behind && t->found[i] != NULL) {
        link->found_ns = found_lateness(t, i);
    }
    for (uint32_t run = 0; !behind && run < evidence->runs; run++) {
        link->runs_ns[run] = INT64_MAX;
    }
}

/* Whether event i came later than event k in every late run: then k may be what it waited
 * for. */
static bool is_behind(const struct times *t, size_t i, size_t k)
{
    const struct sim__evidence *evidence = t->judge->evidence;
    int64_t gap_ns;
    for (uint32_t run = 0; run < evidence->runs; run++) {
        if (sim__evidence_gap(evidence, run, i, k, &gap_ns) && gap_ns < 0) {
            return false;
        }
    }
    return i != k;
}

/* Is event i behind event k? Then that may be what it waited for. */
static void add_cause(const struct times *t, size_t i, size_t k, struct link *link)
{
    const struct sim__evidence *evidence = t->judge->evidence;
    int64_t gaps[SIM__EVIDENCE_RUNS];
    for (uint32_t run = 0; run < evidence->runs; run++) {
        if (!sim__evidence_gap(evidence, run, i, k, &gaps[run])) {
            gaps[run] = INT64_MAX;
        } else if (gaps[run] < 0) {
            return;
        }
    }
    link->caused = true;
    for (uint32_t run = 0; run < evidence->runs; run++) {
        link->runs_ns[run] = gaps[run] < link->runs_ns[run] ? gaps[run] : link->runs_ns[run];
    }
    if (t->found[i] != NULL && t->found[k] != NULL) {
        int64_t gap = found_lateness(t, i) - found_lateness(t, k);
        link->found_ns = gap < link->found_ns ? gap : link->found_ns;
    }
}

/* So many tolerances lie between an event and what it waits for: one, and one more for
 * each thing in between that makes no event. */
static struct sup_duration allowed(const struct times *t, const struct link *link)
{
    uint64_t tolerance = t->judge->tolerance_ns > 0 ? t->judge->tolerance_ns : 1;
    uint64_t links = 1;
    for (uint32_t run = 0; run < t->judge->evidence->runs; run++) {
        uint64_t late = link->runs_ns[run] < 0 || link->runs_ns[run] == INT64_MAX
                            ? 0
                            : (uint64_t)link->runs_ns[run];
        uint64_t needed = (late + tolerance - 1) / tolerance;
        links = needed > links ? needed : links;
    }
    return SUP_NS(links * t->judge->tolerance_ns);
}

/* ---- what is wrong ---- */

static void accuse(const struct times *t, enum sim__blame whose, struct sup_duration waited,
                   const struct sim__line *line, const char *what)
{
    struct sim__judgement *judgement = t->judgement;
    char who[SIM__WHO_BYTES], words[SIM__WORDS_BYTES];
    if (whose <= judgement->blame) {
        return;
    }
    judgement->blame = whose;
    judgement->waited_ns = waited.ns;
    sim__line_who(line, who);
    sim__line_words(line, words);
    struct sim__text text;
    sim__text_init_fixed(&text, judgement->text, sizeof(judgement->text));
    sim__text_format(&text, "%s: %s %s", who, words, what);
}

static char *rounded(struct sup_duration length, char buffer[48])
{
    uint64_t ns = length.ns;
    return sim_duration_format(ns >= 1000000u ? ns / 10000u * 10000u : ns, buffer);
}

static void judge_late(const struct times *t, size_t i, struct sup_duration late,
                       struct sup_duration most)
{
    const struct sim__line *line = t->found[i];
    char late_text[48], most_text[48], what[160];
    struct sup_duration taken;
    enum sim__blame whose = blame(t->judge, (struct sup_instant){line->at_ns}, late, most, &taken);
    (void)snprintf(what, sizeof(what), "came %s after it was due, more than %s",
                   rounded(late, late_text), rounded(most, most_text));
    accuse(t, whose, taken, line, what);
}

static void judge_early(const struct times *t, size_t i, struct sup_duration early)
{
    char text[48], what[160];
    (void)snprintf(what, sizeof(what), "came %s before it was due", rounded(early, text));
    accuse(t, SIM__THE_PROGRAM, SUP_NS(0), t->found[i], what);
}

static void judge_link(const struct times *t, size_t i, const struct link *link)
{
    int64_t tolerance = (int64_t)t->judge->tolerance_ns;
    struct sup_duration most = allowed(t, link);
    int64_t lateness = found_lateness(t, i);
    if (lateness > 0 && (uint64_t)lateness > t->judgement->behind_ns) {
        t->judgement->behind_ns = (uint64_t)lateness;
    }
    if (!link->caused || link->found_ns == INT64_MAX) {
        return;
    }
    struct sup_duration late = {link->found_ns > 0 ? (uint64_t)link->found_ns : 0};
    if (late.ns > t->judgement->late_ns) {
        t->judgement->late_ns = late.ns;
    }
    if (late.ns > most.ns) {
        judge_late(t, i, late, most);
    }
    if (link->by_clock && lateness < -(tolerance / EARLY_PART)) {
        judge_early(t, i, SUP_NS(-lateness));
    }
}

/* Event k of the reference comes before event i, at the same instant, and does so however
 * late they are. Where time lies between the two, being late turns them round, and whether
 * each of them may be so late is judged by itself. */
static void judge_order(const struct times *t, size_t k, size_t i)
{
    const struct sim__evidence *evidence = t->judge->evidence;
    const struct sim__line *first = t->found[k], *second = t->found[i];
    if (first == NULL || second == NULL || first->index < second->index ||
        evidence->key[i] == evidence->key[k] || evidence->wanted_ns[i] != evidence->wanted_ns[k] ||
        !sim__evidence_together(evidence, k, i) || !sim__evidence_ordered(evidence, k, i)) {
        return;
    }
    char who[SIM__WHO_BYTES], words[SIM__WORDS_BYTES], what[SIM__WHO_BYTES + SIM__WORDS_BYTES + 40];
    sim__line_who(second, who);
    sim__line_words(second, words);
    (void)snprintf(what, sizeof(what), "came after %s: %.200s", who, words);
    accuse(t, SIM__THE_PROGRAM, SUP_NS(0), first, what);
}

int sim__judge_times(const struct sim__judge *judge, struct sim__judgement *ret_judgement)
{
    const struct sim__evidence *evidence = judge->evidence;
    size_t count = evidence->count;
    *ret_judgement = (struct sim__judgement){.blame = SIM__NOBODY};
    const struct sim__line **found = calloc(count + 1, sizeof(*found));
    if (found == NULL) {
        return SUP_ENOMEM;
    }
    struct times times = {judge, found, ret_judgement};
    uint64_t back = PAIRS_MAX / (count + 1) + 1;
    sim__evidence_match(evidence, &judge->conformance->found_lines, found);
    for (size_t i = 0; i < count; i++) {
        struct link link;
        begin_link(&times, i, &link);
        for (size_t k = i; found[i] != NULL && k > 0 && i - k < back; k--) {
            add_cause(&times, i, k - 1, &link);
            judge_order(&times, k - 1, i);
        }
        if (found[i] != NULL) {
            judge_link(&times, i, &link);
        }
    }
    free(found);
    return SUP_OK;
}

/* ---- differences ---- */

/* The last instant that both tell of the service, before it differs. */
static struct sup_instant agreed_until(const struct sim__judge *judge, const struct sim__line *line)
{
    const struct sim__lines *lines = &judge->conformance->found_lines;
    if (judge->conformance->found != NULL) {
        bool first = line == lines->items || sim__line_order(line - 1, line) != 0;
        return (struct sup_instant){first ? 0 : (line - 1)->at_ns};
    }
    struct sup_instant last = {0};
    for (size_t i = 0; i < lines->count; i++) {
        if (sim__line_order(&lines->items[i], line) == 0) {
            last.ns = lines->items[i].at_ns;
        }
    }
    return last;
}

/* By how much what the event waits for came late: as much later it is due itself. */
static struct sup_duration lateness_of_causes(const struct times *t, size_t i)
{
    int64_t most_ns = 0;
    for (size_t k = 0; k < t->judge->evidence->count; k++) {
        if (t->found[k] != NULL && found_lateness(t, k) > most_ns && is_behind(t, i, k)) {
            most_ns = found_lateness(t, k);
        }
    }
    return SUP_NS(most_ns);
}

/* An event that is missing when all is over is one that is late by the end. */
static void judge_missing(const struct times *t, struct sim__judgement *judgement)
{
    const struct sim__judge *judge = t->judge;
    const struct sim__line *wanted = judge->conformance->wanted;
    const struct sup_instant end = {judge->end_ns}, wanted_at = {wanted->at_ns};
    struct sup_instant agreed = agreed_until(judge, wanted);
    struct sup_instant due = sup_instant_add(wanted_at, lateness_of_causes(t, wanted->index));
    due = agreed.ns > due.ns ? agreed : due;
    struct sup_duration taken, late = sup_instant_since(end, due);
    if (late.ns > judge->tolerance_ns) {
        judgement->blame = blame(judge, end, late, SUP_NS(judge->tolerance_ns), &taken);
        judgement->waited_ns = taken.ns;
        return;
    }
    /* What it waited for came so late that there was no time left. */
    judgement->waited_ns = worst_burst(judge).ns;
    bool excused = judgement->waited_ns >= real_tolerance(judge).ns / LITTLE;
    judgement->blame = excused ? SIM__THE_MACHINE : SIM__THE_PROGRAM;
}

int sim__judge_difference(const struct sim__judge *judge, struct sim__judgement *ret_judgement)
{
    const struct sim__conformance *c = judge->conformance;
    SUP_ASSERT(!c->same && (c->wanted != NULL || c->found != NULL));
    *ret_judgement = (struct sim__judgement){.blame = SIM__THE_PROGRAM};
    memcpy(ret_judgement->text, c->text, sizeof(ret_judgement->text));
    if (c->found == NULL) {
        struct times times = {.judge = judge, .judgement = ret_judgement};
        times.found = calloc(judge->evidence->count + 1, sizeof(*times.found));
        if (times.found == NULL) {
            return SUP_ENOMEM;
        }
        sim__evidence_match(judge->evidence, &c->found_lines, times.found);
        judge_missing(&times, ret_judgement);
        free(times.found);
        return SUP_OK;
    }
    if (c->wanted != NULL && sim__line_compare(c->wanted, c->found) == SIM__OTHER_REPORT) {
        return SUP_OK;
    }
    /* No lateness within the tolerance makes a difference; the machine was later. */
    struct sup_duration taken =
        burst(judge, agreed_until(judge, c->found), (struct sup_instant){c->found->at_ns});
    if (taken.ns >= real_tolerance(judge).ns / 2) {
        ret_judgement->blame = SIM__THE_MACHINE;
        ret_judgement->waited_ns = taken.ns;
    }
    return SUP_OK;
}

void sim__judge_expectations(const struct sim__judge *judge, struct sim__judgement *ret_judgement)
{
    struct sup_duration taken = worst_burst(judge);
    *ret_judgement = (struct sim__judgement){.blame = SIM__THE_PROGRAM};
    if (taken.ns >= real_tolerance(judge).ns / LITTLE) {
        ret_judgement->blame = SIM__THE_MACHINE;
        ret_judgement->waited_ns = taken.ns;
    }
}
