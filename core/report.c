/* What executors report, and the fence that keeps old attempts out: rule 1. */
#include "canary.h"
#include "events.h"
#include "face.h"
#include "machine.h"
#include "metrics.h"
#include "pool.h"
#include "probe.h"
#include "service.h"
#include "supervisor.h"

static bool is_live(const struct sup__service *s, struct sup_attempt id)
{
    return SUP_PLANTED(STALE_REPORT) ||
           (s->live && s->attempt == id.attempt && s->generation == id.generation);
}

static int late(struct sup *sup, struct sup_attempt id, const struct sup_end *end, const char *what)
{
    SUP_ASSERT(sup->inside);
    struct sup__service *s = &sup->services[id.slot];
    SUP__COUNT(sup, s, late_reports_total);
    SUP_PROBE_WHEN("report: late, of an end", end != NULL);
    SUP_PROBE_WHEN("report: late, of something else", end == NULL);
    SUP_PROBE_WHEN("report: late, of an earlier registration", id.generation != s->generation);
    SUP_PROBE_WHEN("report: late, while the next attempt lives", s->live);
    if (end != NULL) {
        sup__pool_free(sup, id);
    }
    if (!sup__quiet(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_LATE_REPORT, s);
        event.fields |= SUP_FIELD_GENERATION | SUP_FIELD_ATTEMPT | SUP_FIELD_TEXT;
        event.generation = id.generation;
        event.attempt = id.attempt;
        event.text = what;
        if (end != NULL) {
            event.fields |= SUP_FIELD_EXIT;
            event.exit = end->outcome;
        }
        sup__emit(sup, &event);
    }
    sup__leave(sup);
    return SUP_ESTALE;
}

/* What an attempt may say of its own end; the other outcomes are the supervisor's. */
static bool outcome_valid(enum sup_outcome outcome)
{
    const uint32_t valid = 1u << SUP_OUTCOME_SUCCEEDED | 1u << SUP_OUTCOME_FAILED |
                           1u << SUP_OUTCOME_CRASHED | 1u << SUP_OUTCOME_ABORTED;
    return (unsigned)outcome < SUP_OUTCOMES && (valid >> outcome & 1u) != 0;
}

/* An end of another age; kept out of the way of all others. */
static int report_other(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                        size_t size) __attribute__((noinline));
static int report_other(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                        size_t size)
{
    struct sup_end own = {.outcome = SUP_OUTCOME_SUCCEEDED};
    int error = sup__take(&own, sizeof(own), end, size);
    return error == SUP_OK ? sup_report_end(sup, id, &own) : error;
}

int sup_report_end_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                         size_t size)
{
    if (__builtin_expect(size != sizeof(*end) && end != NULL, 0)) {
        return report_other(sup, id, end, size);
    }
    if (id.slot >= sup->slot_count || end == NULL || !outcome_valid(end->outcome)) {
        return SUP_EINVAL;
    }
    sup__enter(sup);
    struct sup__service *s = &sup->services[id.slot];
    if (__builtin_expect(!is_live(s, id), 0)) {
        return late(sup, id, end, "end");
    }
    struct sup__input input = {.type = SUP__INPUT_END, .end = end};
    sup__react(sup, s, &input);
    sup__leave(sup);
    return SUP_OK;
}

static int report(struct sup *sup, struct sup_attempt id, const struct sup__input *input,
                  const char *what)
{
    if (id.slot >= sup->slot_count) {
        return SUP_EINVAL;
    }
    sup__enter(sup);
    struct sup__service *s = &sup->services[id.slot];
    if (!is_live(s, id)) {
        return late(sup, id, NULL, what);
    }
    sup__react(sup, s, input);
    sup__leave(sup);
    return SUP_OK;
}

int sup_report_ready(struct sup *sup, struct sup_attempt id, bool ready)
{
    struct sup__input input = {.type = ready ? SUP__INPUT_READY : SUP__INPUT_NOT_READY};
    return report(sup, id, &input, ready ? "ready" : "not-ready");
}

int sup_report_beat(struct sup *sup, struct sup_attempt id)
{
    struct sup__input input = {.type = SUP__INPUT_BEAT};
    return report(sup, id, &input, "beat");
}

int sup_report_extend(struct sup *sup, struct sup_attempt id, struct sup_duration length)
{
    struct sup__input input = {.type = SUP__INPUT_EXTEND, .length = length};
    return report(sup, id, &input, "extend");
}

int sup_report_finishing_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                               size_t size)
{
    struct sup_end own = {.outcome = SUP_OUTCOME_SUCCEEDED};
    if (end == NULL) {
        return SUP_EINVAL;
    }
    int error = sup__take(&own, sizeof(own), end, size);
    if (error != SUP_OK) {
        return error;
    }
    if (!outcome_valid(own.outcome)) {
        return SUP_EINVAL;
    }
    struct sup__input input = {.type = SUP__INPUT_FINISHING, .end = &own};
    return report(sup, id, &input, "finishing");
}
