/* Whether an event is the one that a pattern describes, and the pattern in words. */
#include "pattern.h"

#include <string.h>

#include "facts.h"
#include "sim/base/escape.h"
#include "sim/trace/event_values.h"
#include "sup/assert.h"

/* The reader has seen to the kinds, to full paths and to the numbers of signals. */
static bool same_value(const struct sim_match *match, const struct sim__value *value)
{
    switch (value->kind) {
    case SIM__VALUE_NUMBER:
        SUP_ASSERT(match->kind == SIM_MATCH_RANGE || match->kind == SIM_MATCH_DURATION);
        return sim__within(match->range, value->number);
    case SIM__VALUE_SIGNED:
        SUP_ASSERT(match->kind == SIM_MATCH_RANGE);
        return value->negative >= 0 && sim__within(match->range, (uint64_t)value->negative);
    case SIM__VALUE_TEXT:
        SUP_ASSERT(match->kind == SIM_MATCH_TEXT);
        return strcmp(match->text, value->text) == 0;
    case SIM__VALUE_BOOL:
        SUP_ASSERT(match->kind == SIM_MATCH_BOOL);
        return match->boolean == value->boolean;
    }
    SUP_ASSERT(false);
}

static bool key_matches(const struct sim_event_key *key, const struct sim__value *values,
                        uint32_t value_count)
{
    const char *name = strcmp(key->key, "at") == 0 ? "t" : key->key;
    for (uint32_t i = 0; i < value_count; i++) {
        if (strcmp(values[i].key, name) == 0) {
            return same_value(&key->match, &values[i]);
        }
    }
    /* Flags are written only when they are set. */
    return key->match.kind == SIM_MATCH_BOOL && !key->match.boolean;
}

enum sim__likeness sim__pattern_likeness(const struct sim_event_pattern *pattern,
                                         const struct sup_event *event)
{
    enum sim__likeness likeness = SIM__THE_SAME;
    if (pattern->type != event->type) {
        return SIM__ANOTHER;
    }
    struct sim__value values[SIM__VALUES_MAX];
    uint32_t value_count = sim__event_values(event, values);
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        if (key_matches(&pattern->keys[i], values, value_count)) {
            continue;
        }
        if (strcmp(pattern->keys[i].key, "at") != 0) {
            return SIM__ANOTHER;
        }
        likeness = SIM__AT_ANOTHER_INSTANT;
    }
    return likeness;
}

static void match_text(struct sim__text *out, const struct sim_match *match)
{
    switch (match->kind) {
    case SIM_MATCH_BOOL:
        sim__text_put(out, match->boolean ? "true" : "false");
        break;
    case SIM_MATCH_RANGE:
    case SIM_MATCH_DURATION:
        sim__match_range_text(out, match);
        break;
    case SIM_MATCH_TEXT:
        sim__text_show(out, match->text);
        break;
    }
}

void sim__pattern_text(struct sim__text *out, const struct sim_event_pattern *pattern)
{
    sim__text_put(out, sup_event_name(pattern->type));
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        sim__text_put(out, ", ");
        sim__text_put(out, pattern->keys[i].key);
        sim__text_char(out, ' ');
        match_text(out, &pattern->keys[i].match);
    }
}
