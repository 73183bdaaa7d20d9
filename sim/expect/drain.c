/* Expectations about the drain: how long it took and what became of whom. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "facts.h"
#include "sup/error.h"
#include "sup/supervisor.h"

struct look {
    struct sim_expect *expect;
    const struct sim_expectation *expectation;
    struct sup *sup;
    uint64_t now;
    bool quiet;
    bool holds;
};

static void fail(struct look *look, struct sim_place place, const struct sim__finding *finding)
{
    look->holds = false;
    if (!look->quiet) {
        struct sim_place entry = look->expectation->place;
        sim__expect_add(look->expect, place.line != 0 ? place : entry, look->now, finding);
    }
}

static void look_at_time(struct look *look, const struct sup_drain_report *report)
{
    const struct sim_expectation *e = look->expectation;
    struct sim__finding finding;
    if (e->has_took && !sim__within(e->took_ns, report->took.ns)) {
        sim__finding_init(&finding);
        sim__text_put(&finding.expected, "drain: took ");
        sim__range_text(&finding.expected, e->took_ns, true);
        sim__duration_text(&finding.found, report->took.ns);
        fail(look, e->place, &finding);
    }
    if (e->has_timed_out && e->timed_out != report->timed_out) {
        sim__finding_init(&finding);
        sim__text_put(&finding.expected,
                      e->timed_out ? "drain: timed-out true" : "drain: timed-out false");
        sim__text_put(&finding.found, report->timed_out ? "true" : "false");
        fail(look, e->place, &finding);
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of a class, in the order of the slots; true when they are exactly the
 * wanted ones. `sorted` holds the wanted ones in order, `seen` has room for as
 * many flags. */
static bool same_names(struct look *look, enum sup_drain_class class_, const char **sorted,
                       bool *seen, uint32_t count, struct sim__finding *finding)
{
    bool same = true;
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(look->sup, slot)) != NULL; slot++) {
        if (sup_drain_class_of(look->sup, slot) != class_) {
            continue;
        }
        sim__text_put(&finding->found, finding->found.length > 0 ? ", " : "");
        sim__text_show(&finding->found, name);
        const char **at = bsearch(&name, sorted, count, sizeof(name), compare);
        if (at == NULL) {
            sim__finding_concerns(finding, name);
            same = false;
        } else {
            seen[at - sorted] = true;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        bool again = i > 0 && strcmp(sorted[i], sorted[i - 1]) == 0;
        if (!seen[i] && !(again && seen[i - 1])) {
            sim__finding_concerns(finding, sorted[i]);
            same = false;
        }
        seen[i] = seen[i] || again;
    }
    return same;
}

static void look_at_names(struct look *look, const struct sim_drain_part *part,
                          enum sup_drain_class class_)
{
    struct sim__finding finding;
    sim__finding_init(&finding);
    const char **sorted = calloc((size_t)part->name_count + 1, sizeof(*sorted));
    bool *seen = calloc((size_t)part->name_count + 1, sizeof(*seen));
    if (sorted == NULL || seen == NULL) {
        look->expect->failed = true;
        free(sorted);
        free(seen);
        return;
    }
    sim__text_put(&finding.expected, "drain: ");
    sim__text_put(&finding.expected, sup_drain_class_name(class_));
    for (uint32_t i = 0; i < part->name_count; i++) {
        sorted[i] = part->names[i];
        sim__text_put(&finding.expected, i == 0 ? " " : ", ");
        sim__text_show(&finding.expected, part->names[i]);
    }
    sim__text_put(&finding.expected, part->name_count == 0 ? " nobody" : "");
    qsort(sorted, part->name_count, sizeof(*sorted), compare);
    bool same = same_names(look, class_, sorted, seen, part->name_count, &finding);
    sim__text_put(&finding.found, finding.found.length == 0 ? "nobody" : "");
    if (!same) {
        fail(look, part->place, &finding);
    }
    free(sorted);
    free(seen);
}

static void look_at_part(struct look *look, const struct sim_drain_part *part,
                         enum sup_drain_class class_, uint32_t found)
{
    if (!part->given) {
        return;
    }
    if (part->names_given) {
        look_at_names(look, part, class_);
    } else if (!sim__within(part->count, found)) {
        struct sim__finding finding;
        sim__finding_init(&finding);
        sim__text_put(&finding.expected, "drain: ");
        sim__text_put(&finding.expected, sup_drain_class_name(class_));
        sim__text_char(&finding.expected, ' ');
        sim__range_text(&finding.expected, part->count, false);
        sim__text_put(&finding.found, sup_drain_class_name(class_));
        sim__text_char(&finding.found, ' ');
        sim__text_u64(&finding.found, found);
        fail(look, part->place, &finding);
    }
}

bool sim__drain_decide(struct sim_expect *expect, uint32_t entry, struct sup *sup, uint64_t now,
                       bool quiet)
{
    const struct sim_expectation *e = expect->entries[entry].expectation;
    struct look look = {expect, e, sup, now, quiet, true};
    struct sup_drain_report report;
    sup_drain_report_read(sup, &report);
    if (!report.requested || !report.drained) {
        struct sim__finding finding;
        sim__finding_init(&finding);
        sim__text_put(&finding.expected, "drain: finished");
        sim__text_put(&finding.found,
                      report.requested ? "still draining" : "no shutdown was requested");
        fail(&look, e->place, &finding);
        return false;
    }
    look_at_time(&look, &report);
    look_at_part(&look, &e->already_exited, SUP_DRAIN_ALREADY_EXITED, report.counts.already_exited);
    look_at_part(&look, &e->graceful, SUP_DRAIN_GRACEFUL, report.counts.graceful);
    look_at_part(&look, &e->aborted, SUP_DRAIN_ABORTED, report.counts.aborted);
    look_at_part(&look, &e->abandoned, SUP_DRAIN_ABANDONED, report.counts.abandoned);
    return look.holds;
}
