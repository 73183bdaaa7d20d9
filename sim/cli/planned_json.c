/* Plans for tools: an object a line, a service each; instants and lengths in nanoseconds. */
#include "planned.h"
#include "sim/base/escape.h"
#include "sim/base/text.h"

static void put_ns(struct sim__text *text, const char *key, struct sup_duration length)
{
    sim__text_format(text, ",\"%s\":", key);
    if (length.ns == SUP_NEVER_NS) {
        sim__text_put(text, "null");
    } else {
        sim__text_u64(text, length.ns);
    }
}

static void put_start(const struct cli_planned *planned, uint32_t index, struct sim__text *text)
{
    const struct sim__planned_start *start = &planned->least.starts[index];
    sim__text_format(text, "%s{\"n\":%u", index == 0 ? "" : ",", index + 1);
    put_ns(text, "at", SUP_NS(start->at.ns));
    put_ns(text, "wait", start->wait);
    if (planned->ranges && index < planned->most.start_count) {
        put_ns(text, "at-most", SUP_NS(planned->most.starts[index].at.ns));
        put_ns(text, "wait-most", planned->most.starts[index].wait);
    }
    sim__text_format(text, ",\"streak\":%u", start->streak);
    if (planned->service->policy.limit.enabled) {
        sim__text_format(text, ",\"limit\":%u", start->used);
    } else {
        sim__text_put(text, ",\"limit\":null");
    }
    sim__text_char(text, '}');
}

static void put_edges(const struct cli_planned *planned, struct sim__text *text)
{
    sim__text_put(text, ",\"edges\":[");
    for (uint32_t i = 0; i < planned->edge_count; i++) {
        const struct sim__edge *edge = &planned->edges[i];
        sim__text_put(text, i == 0 ? "{\"run\":" : ",{\"run\":");
        sim__text_u64(text, edge->run.ns);
        sim__text_format(text, ",\"below\":\"%s\",\"above\":\"%s\"}",
                         sim__plan_verdict_name(edge->below), sim__plan_verdict_name(edge->above));
    }
    sim__text_char(text, ']');
}

static void put_resets(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sup_policy *policy = &planned->service->policy;
    sim__text_put(text, ",\"resets\":[");
    if (policy->backoff.reset_after.ns != SUP_NEVER_NS) {
        sim__text_put(text, "{\"what\":\"streak\",\"after\":");
        sim__text_u64(text, policy->backoff.reset_after.ns);
        sim__text_char(text, '}');
    }
    sim__text_char(text, ']');
}

void cli_planned_put_json(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    bool ended = plan->verdict == SIM_PLAN_GIVES_UP || plan->verdict == SIM_PLAN_STAYS_DOWN;
    sim__text_put(text, "{\"service\":");
    sim__text_json(text, planned->service->name);
    sim__text_format(text, ",\"when\":\"%s", sim__life_name(planned->life.kind));
    if (planned->life.after.ns > 0) {
        sim__text_put(text, " after ");
        sim__text_duration(text, planned->life.after);
    }
    sim__text_put(text, "\",\"starts\":[");
    for (uint32_t i = 0; i < plan->start_count; i++) {
        put_start(planned, i, text);
    }
    sim__text_format(text, "],\"verdict\":\"%s\"", sim__plan_verdict_name(plan->verdict));
    put_ns(text, "at", SUP_NS(ended ? plan->at.ns : SUP_NEVER_NS));
    if (planned->ranges) {
        sim__text_format(text, ",\"verdict-most\":\"%s\"",
                         sim__plan_verdict_name(planned->most.verdict));
        put_ns(text, "at-most", SUP_NS(ended ? planned->most.at.ns : SUP_NEVER_NS));
    }
    sim__text_format(text, ",\"why\":\"%s\"", ended ? sup_reason_name(plan->reason) : "");
    sim__text_put(text, ",\"never-reached\":[");
    for (uint32_t i = 0; i < planned->unreached_count; i++) {
        sim__text_put(text, i == 0 ? "" : ",");
        sim__text_u64(text, planned->unreached[i].ns);
    }
    sim__text_char(text, ']');
    put_edges(planned, text);
    put_resets(planned, text);
    if (plan->because.length > 0) {
        sim__text_put(text, ",\"because\":");
        sim__text_json(text, sim__text_string(&plan->because));
    }
    sim__text_put(text, "}\n");
}
