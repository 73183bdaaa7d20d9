/* `plan` of an expectation: the policies of the file's services, each alone. */
#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sim/glob.h"
#include "sim/plan/plan.h"
#include "sup/error.h"

struct look {
    struct sim_expect *expect;
    const struct sim_expectation *expectation;
    const struct sim_service *service;
    struct sim__finding *finding;
    uint32_t looked_at;
    uint32_t wrong;
};

/* A service that makes several stands for its first. */
static bool is_meant(const struct sim_target *target, const struct sim_service *service)
{
    char first[SUP_NAME_MAX + 4];
    snprintf(first, sizeof(first), "%s-0", service->name);
    for (uint32_t i = 0; i < target->count; i++) {
        if (sim_glob_match(target->patterns[i], service->counted ? first : service->name)) {
            return true;
        }
    }
    return false;
}

/* Begins what is said of the service; NULL when enough have been named. */
static struct sim__text *wrong(struct look *look, const char *detail)
{
    struct sim__finding *finding = look->finding;
    if (++look->wrong > SIM__NAMES_SHOWN) {
        return NULL;
    }
    finding->detail = look->wrong > 1 ? finding->detail : detail;
    sim__finding_concerns(finding, look->service->name);
    sim__text_put(&finding->found, look->wrong > 1 ? "; " : "");
    sim__text_show(&finding->found, look->service->name);
    sim__text_put(&finding->found, ": ");
    return &finding->found;
}

/* ---- what a plan came to ---- */

static bool look_at_waits(struct look *look, const struct sim__plan *plan)
{
    const struct sim_plan_wanted *wanted = look->expectation->plan;
    for (uint32_t i = 0; i < wanted->wait_count; i++) {
        bool there = i < sim__plan_waits(plan);
        struct sup_duration found = sim__plan_wait(plan, i);
        if (there && found.ns == wanted->waits[i].ns) {
            continue;
        }
        struct sim__text *out = wrong(look, "waits");
        if (out != NULL && there) {
            sim__text_format(out, "wait %u of ", i + 1);
            sim__duration_text(out, found);
        } else if (out != NULL) {
            sim__text_format(out, "%u wait%s", i, i == 1 ? "" : "s");
        }
        return false;
    }
    return true;
}

static bool look_at_verdict(struct look *look, const struct sim__plan *plan)
{
    const struct sim_plan_wanted *wanted = look->expectation->plan;
    bool ended = plan->verdict == SIM_PLAN_GIVES_UP;
    const char *detail = NULL;
    if (wanted->has_verdict && wanted->verdict != plan->verdict) {
        detail = "verdict";
    } else if (wanted->has_gives_up && (!ended || !sim__within(wanted->gives_up_ns, plan->at.ns))) {
        detail = "gives-up";
    } else if (wanted->has_why &&
               (plan->verdict > SIM_PLAN_STAYS_DOWN || wanted->why != plan->reason)) {
        detail = "why";
    }
    struct sim__text *out = detail == NULL ? NULL : wrong(look, detail);
    if (out != NULL) {
        sim__text_put(out, sim__plan_verdict_name(plan->verdict));
    }
    if (out != NULL && plan->verdict <= SIM_PLAN_STAYS_DOWN) {
        sim__text_put(out, " at ");
        sim__instant_text(out, plan->at);
        sim__text_format(out, ", %s", sup_reason_name(plan->reason));
    }
    return detail == NULL;
}

static bool look_at_starts(struct look *look, const struct sim__plan *plan)
{
    const struct sim_plan_wanted *wanted = look->expectation->plan;
    if (!wanted->has_starts || sim__within(wanted->starts, plan->start_count)) {
        return true;
    }
    struct sim__text *out = wrong(look, "starts");
    if (out != NULL) {
        sim__text_format(out, "%u start%s", plan->start_count, plan->start_count == 1 ? "" : "s");
        sim__text_put(out, plan->verdict == SIM_PLAN_FOR_EVER ? ", and so on" : "");
    }
    return false;
}

/* The longest life with which it gives up; what gives up with every life has no end of it. */
static bool look_at_edge(struct look *look, const struct sim__plan_ask *ask)
{
    const struct sim_plan_wanted *wanted = look->expectation->plan;
    struct sim__edge edges[SIM__EDGES_MAX];
    uint32_t count = 0;
    struct sim__plan plan = {0};
    if (sim__plan_edges(ask, edges, &count) != SUP_OK || sim__plan_run(ask, &plan) != SUP_OK) {
        look->expect->failed = true;
    }
    bool ends = count > 0 || plan.verdict == SIM_PLAN_GIVES_UP;
    bool good = ends && sim__within(wanted->edge_ns, count > 0 ? edges[0].run.ns : SUP_NEVER_NS);
    struct sim__text *out = good ? NULL : wrong(look, "edge");
    if (out != NULL && count == 0) {
        sim__text_format(out, "no edge, %s with every life", sim__plan_verdict_name(plan.verdict));
    } else if (out != NULL) {
        sim__text_put(out, "edge ");
        sim__duration_text(out, edges[0].run);
    }
    sim__plan_release(&plan);
    return good;
}

/* ---- each service ---- */

static void look_at(struct look *look)
{
    const struct sim_plan_wanted *wanted = look->expectation->plan;
    struct sim__plan_ask ask = {
        .scenario = look->expect->scenario, .service = look->service, .life = wanted->life};
    for (int chance = SIM__CHANCE_LEAST; chance <= SIM__CHANCE_MOST; chance++) {
        struct sim__plan plan;
        ask.chance = (enum sim__chance)chance;
        if (sim__plan_run(&ask, &plan) != SUP_OK) {
            look->expect->failed = true;
        }
        bool drawn = plan.drawn;
        bool good = look_at_verdict(look, &plan) && look_at_starts(look, &plan) &&
                    look_at_waits(look, &plan);
        sim__plan_release(&plan);
        if (!good) {
            return;
        }
        if (!drawn) {
            break;
        }
    }
    ask.chance = SIM__CHANCE_LEAST;
    if (wanted->has_edge) {
        (void)look_at_edge(look, &ask);
    }
}

static void wanted_text(struct sim__text *out, const struct sim_expectation *e)
{
    const struct sim_plan_wanted *wanted = e->plan;
    sim__target_text(out, &e->target);
    sim__text_format(out, ": plan when %s", sim__life_name(wanted->life.kind));
    if (wanted->life.after.ns > 0) {
        sim__text_put(out, " after ");
        sim__duration_text(out, wanted->life.after);
    }
    sim__text_put(out, ":");
    if (wanted->has_verdict) {
        sim__text_format(out, " %s", sim__plan_verdict_name(wanted->verdict));
    }
    if (wanted->has_gives_up) {
        sim__text_put(out, " gives-up ");
        sim__range_text(out, wanted->gives_up_ns, SIM__LENGTHS);
    }
    if (wanted->has_why) {
        sim__text_format(out, " %s", sup_reason_name(wanted->why));
    }
    if (wanted->has_starts) {
        sim__text_put(out, " starts ");
        sim__range_text(out, wanted->starts, SIM__NUMBERS);
    }
    for (uint32_t i = 0; i < wanted->wait_count; i++) {
        sim__text_put(out, i == 0 ? " waits " : ", ");
        sim__duration_text(out, wanted->waits[i]);
    }
    if (wanted->has_edge) {
        sim__text_put(out, " edge ");
        sim__range_text(out, wanted->edge_ns, SIM__LENGTHS);
    }
}

void sim__plan_decide(struct sim_expect *expect, const struct sim__entry *entry,
                      struct sup_instant now)
{
    const struct sim_scenario *scenario = expect->scenario;
    struct sim__finding finding;
    struct look look = {.expect = expect, .expectation = entry->expectation, .finding = &finding};
    sim__finding_init(&finding);
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        look.service = &scenario->services[i];
        if (is_meant(&entry->expectation->target, look.service) &&
            sim__life_is_possible(&entry->expectation->plan->life, &look.service->policy)) {
            look.looked_at++;
            look_at(&look);
        }
    }
    if (look.looked_at > 0 && look.wrong == 0) {
        return;
    }
    wanted_text(&finding.expected, entry->expectation);
    if (look.looked_at == 0) {
        finding.detail = "service";
        sim__text_put(&finding.found, "no service that can live so");
    } else if (look.wrong > SIM__NAMES_SHOWN) {
        sim__text_format(&finding.found, "; and %u more", look.wrong - SIM__NAMES_SHOWN);
    }
    sim__expect_add(expect, entry->expectation->place, now, &finding);
}
