/* Facts about a service, checked against its snapshot. */
#include "facts.h"

#include "match.h"
#include "sup/assert.h"

enum value_kind { WORD, TEXT, NUMBER, LENGTH, TRUTH, NOTHING };

/* What the snapshot says; NOTHING where the question makes no sense. */
struct value {
    enum value_kind kind;
    const char *text;
    uint64_t number;
};

static struct value word(const char *text)
{
    return (struct value){.kind = WORD, .text = text};
}

static struct value number(uint64_t value)
{
    return (struct value){.kind = NUMBER, .number = value};
}

static struct value length(struct sup_duration duration)
{
    return (struct value){.kind = LENGTH, .number = duration.ns};
}

static struct value truth(bool value)
{
    return (struct value){.kind = TRUTH, .number = value};
}

/* Nothing of it is on the way to anything: it runs, or is over, or an operator keeps it. An
 * interval's wait between two calls is how it runs. */
static bool is_settled(const struct sup_snapshot *s)
{
    bool waits = s->kind == SUP_KIND_INTERVAL && s->phase == SUP_PHASE_BACKING_OFF;
    return s->phase == SUP_PHASE_RUNNING || s->phase == SUP_PHASE_TERMINATED ||
           (waits && s->streak == 0) || s->operation == SUP_OPERATION_PAUSED ||
           s->operation == SUP_OPERATION_QUARANTINED;
}

static struct value value_of(enum sim_fact_id id, const struct sup_snapshot *s)
{
    switch (id) {
    case SIM_FACT_EXISTS:
        return truth(true);
    case SIM_FACT_PHASE:
        return word(sup_phase_name(s->phase));
    case SIM_FACT_OPERATION:
        return word(sup_operation_name(s->operation));
    case SIM_FACT_ACTIVE:
        return truth(s->active);
    case SIM_FACT_ATTEMPT:
        return number(s->attempt);
    case SIM_FACT_GENERATION:
        return number(s->generation);
    case SIM_FACT_STARTS:
        return number(s->starts);
    case SIM_FACT_RESTARTS:
        return number(s->restarts);
    case SIM_FACT_FAILURES:
        return number(s->failures);
    case SIM_FACT_REASON:
        return word(sup_reason_name(s->reason));
    case SIM_FACT_REASON_TEXT:
        return (struct value){.kind = TEXT, .text = s->reason_text};
    case SIM_FACT_LAST_ERROR:
        return (struct value){.kind = TEXT, .text = s->last_error};
    case SIM_FACT_READINESS:
        return word(sup_readiness_name(s->readiness));
    case SIM_FACT_HEARTBEAT:
        return word(sup_heartbeat_name(s->heartbeat));
    case SIM_FACT_BREAKER:
        return word(sup_breaker_name(s->breaker));
    case SIM_FACT_DELAY:
        return length(s->delay);
    case SIM_FACT_LIMIT_USED:
        return number(s->limit_used);
    case SIM_FACT_LIMIT_REMAINING:
        return s->limit_enabled ? number(s->limit_remaining)
                                : (struct value){.kind = NOTHING, .text = "no restart limit"};
    case SIM_FACT_LIMIT_EXHAUSTED:
        return truth(s->limit_exhausted);
    case SIM_FACT_RUNNING_TIME:
        return length(s->running_time);
    case SIM_FACT_AVAILABLE:
        return truth(s->phase == SUP_PHASE_RUNNING && s->readiness != SUP_READINESS_NOT_READY);
    case SIM_FACT_SETTLED:
        return truth(is_settled(s));
    case SIM_FACTS:
        break;
    }
    SUP_ASSERT(false);
}

bool sim__fact_holds(const struct sim_fact *fact, const struct sup_snapshot *snapshot)
{
    const struct sim_match *match = &fact->match;
    if (snapshot == NULL) {
        return fact->id == SIM_FACT_EXISTS && !match->boolean;
    }
    struct value value = value_of(fact->id, snapshot);
    switch (value.kind) {
    case WORD:
    case TEXT:
        return sim__match_text(match, value.text);
    case NUMBER:
    case LENGTH:
        return sim__match_number(match, value.number);
    case TRUTH:
        SUP_ASSERT(match->kind == SIM_MATCH_BOOL);
        return match->boolean == (value.number != 0);
    case NOTHING:
        break;
    }
    return false;
}

bool sim__facts_hold(const struct sim_fact *facts, uint32_t count,
                     const struct sup_snapshot *snapshot)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!sim__fact_holds(&facts[i], snapshot)) {
            return false;
        }
    }
    return true;
}

/* ---- words ---- */

void sim__duration_text(struct sim__text *out, struct sup_duration length)
{
    char buffer[48];
    sim__text_put(out, length.ns == 0 ? "0s" : sim_duration_format(length.ns, buffer));
}

static void bound_text(struct sim__text *out, uint64_t value, enum sim__measure measure)
{
    if (measure == SIM__LENGTHS) {
        sim__duration_text(out, SUP_NS(value));
    } else {
        sim__text_u64(out, value);
    }
}

void sim__range_text(struct sim__text *out, struct sim_range range, enum sim__measure measure)
{
    if (range.min == range.max) {
        bound_text(out, range.min, measure);
    } else if (range.max == UINT64_MAX) {
        sim__text_put(out, "at least ");
        bound_text(out, range.min, measure);
    } else if (range.min == 0) {
        sim__text_put(out, "at most ");
        bound_text(out, range.max, measure);
    } else {
        bound_text(out, range.min, measure);
        sim__text_put(out, " to ");
        bound_text(out, range.max, measure);
    }
}

static bool is_free_text(enum sim_fact_id id)
{
    return id == SIM_FACT_REASON_TEXT || id == SIM_FACT_LAST_ERROR;
}

void sim__fact_wanted(struct sim__text *out, const struct sim_fact *fact)
{
    sim__text_put(out, sim_fact_name(fact->id));
    sim__text_char(out, ' ');
    sim__match_wanted(out, &fact->match,
                      is_free_text(fact->id) ? SIM__MATCH_QUOTED : SIM__MATCH_PLAIN);
}

void sim__fact_found(struct sim__text *out, const struct sim_fact *fact,
                     const struct sup_snapshot *snapshot, enum sim__keys keys)
{
    if (snapshot == NULL) {
        sim__text_put(out, "not registered");
        return;
    }
    struct value value = value_of(fact->id, snapshot);
    if (value.kind != NOTHING && (keys == SIM__KEYS_OF_ALL || value.kind == NUMBER)) {
        sim__text_put(out, sim_fact_name(fact->id));
        sim__text_char(out, ' ');
    }
    switch (value.kind) {
    case WORD:
    case NOTHING:
        sim__text_put(out, value.text);
        break;
    case TEXT:
        sim__text_json(out, value.text);
        break;
    case NUMBER:
        sim__text_u64(out, value.number);
        break;
    case LENGTH:
        sim__duration_text(out, SUP_NS(value.number));
        break;
    case TRUTH:
        sim__text_put(out, value.number != 0 ? "true" : "false");
        break;
    }
}
