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
    struct sup_instant now;
};

static void fail(const struct look *look, struct sim_place place,
                 const struct sim__finding *finding)
{
    struct sim_place entry = look->expectation->place;
    sim__expect_add(look->expect, place.line != 0 ? place : entry, look->now, finding);
}

static void look_at_time(const struct look *look, const struct sup_drain_report *report)
{
    const struct sim_expectation *e = look->expectation;
    struct sim__finding finding;
    if (e->has_took && !sim__within(e->took_ns, report->took.ns)) {
        sim__finding_init(&finding);
        finding.detail = "took";
        sim__text_put(&finding.expected, "drain: took ");
        sim__range_text(&finding.expected, e->took_ns, SIM__LENGTHS);
        sim__duration_text(&finding.found, report->took);
        fail(look, e->place, &finding);
    }
    if (e->has_timed_out && e->timed_out != report->timed_out) {
        sim__finding_init(&finding);
        finding.detail = "timed-out";
        sim__text_put(&finding.expected,
                      e->timed_out ? "drain: timed-out true" : "drain: timed-out false");
        sim__text_put(&finding.found, report->timed_out ? "true" : "false");
        fail(look, e->place, &finding);
    }
}

/* The names wanted of a class, and which of those that are no globs were seen. */
struct wanted {
    struct sim__target target;
    bool *seen;
};

/* One that a glob wants in the class has come to another end; who had gone before the
 * drain is in none. */
static bool is_amiss(const struct look *look, uint32_t slot, const char *name,
                     const struct wanted *wanted)
{
    return sup_drain_class_of(look->sup, slot) != SUP_DRAIN_NONE &&
           sim__target_globs(&wanted->target, name);
}

/* The names of a class, in the order of the slots; true when they are exactly the
 * wanted ones. */
static bool same_names(const struct look *look, enum sup_drain_class class_,
                       const struct wanted *wanted, struct sim__finding *finding)
{
    bool same = true;
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(look->sup, slot)) != NULL; slot++) {
        if (sup_drain_class_of(look->sup, slot) != class_) {
            if (is_amiss(look, slot, name, wanted)) {
                sim__finding_concerns(finding, name);
                same = false;
            }
            continue;
        }
        sim__text_put(&finding->found, finding->found.length > 0 ? ", " : "");
        sim__text_show(&finding->found, name);
        const struct sim__target *target = &wanted->target;
        uint32_t at = sim__names_find(target->names, target->name_count, name);
        if (at != SIM__NO_NAME) {
            wanted->seen[at] = true;
        } else if (!sim__target_globs(target, name)) {
            sim__finding_concerns(finding, name);
            same = false;
        }
    }
    for (uint32_t i = 0; i < wanted->target.name_count; i++) {
        if (!wanted->seen[i]) {
            sim__finding_concerns(finding, wanted->target.names[i]);
            same = false;
        }
    }
    return same;
}

static void names_text(struct sim__text *out, const struct sim_drain_part *part,
                       enum sup_drain_class class_)
{
    sim__text_put(out, "drain: ");
    sim__text_put(out, sup_drain_class_name(class_));
    sim__text_put(out, part->names.count == 0 ? " nobody" : " ");
    sim__target_text(out, &part->names);
}

static void look_at_names(const struct look *look, const struct sim_drain_part *part,
                          enum sup_drain_class class_)
{
    struct sim__finding finding;
    sim__finding_init(&finding);
    finding.detail = sup_drain_class_name(class_);
    struct wanted wanted = {.seen = calloc((size_t)part->names.count + 1, sizeof(*wanted.seen))};
    int error = sim__target_init(&wanted.target, &part->names);
    if (error != SUP_OK || wanted.seen == NULL) {
        look->expect->failed = true;
    } else {
        names_text(&finding.expected, part, class_);
        bool same = same_names(look, class_, &wanted, &finding);
        sim__text_put(&finding.found, finding.found.length == 0 ? "nobody" : "");
        if (!same) {
            fail(look, part->place, &finding);
        }
    }
    sim__target_release(&wanted.target);
    free(wanted.seen);
}

static void look_at_part(const struct look *look, const struct sim_drain_part *part,
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
        finding.detail = sup_drain_class_name(class_);
        sim__text_put(&finding.expected, "drain: ");
        sim__text_put(&finding.expected, sup_drain_class_name(class_));
        sim__text_char(&finding.expected, ' ');
        sim__range_text(&finding.expected, part->count, SIM__NUMBERS);
        sim__text_put(&finding.found, sup_drain_class_name(class_));
        sim__text_char(&finding.found, ' ');
        sim__text_u64(&finding.found, found);
        fail(look, part->place, &finding);
    }
}

void sim__drain_decide(struct sim_expect *expect, const struct sim__entry *entry, struct sup *sup,
                       struct sup_instant now)
{
    const struct sim_expectation *e = entry->expectation;
    const struct look look = {expect, e, sup, now};
    struct sup_drain_report report;
    sup_drain_report_read(sup, &report);
    if (!report.drained) {
        struct sim__finding finding;
        sim__finding_init(&finding);
        finding.detail = "finished";
        sim__text_put(&finding.expected, "drain: finished");
        sim__text_put(&finding.found,
                      report.requested ? "still draining" : "no shutdown was requested");
        fail(&look, e->place, &finding);
        return;
    }
    look_at_time(&look, &report);
    look_at_part(&look, &e->already_exited, SUP_DRAIN_ALREADY_EXITED, report.counts.already_exited);
    look_at_part(&look, &e->graceful, SUP_DRAIN_GRACEFUL, report.counts.graceful);
    look_at_part(&look, &e->aborted, SUP_DRAIN_ABORTED, report.counts.aborted);
    look_at_part(&look, &e->abandoned, SUP_DRAIN_ABANDONED, report.counts.abandoned);
}
