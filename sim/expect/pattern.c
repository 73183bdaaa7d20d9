/* Whether an event is the one that a pattern describes, and the pattern in words. */
#include "pattern.h"

#include <string.h>

#include "match.h"
#include "sim/trace/event_values.h"

static bool key_matches(const struct sim_event_key *key, const struct sim__value *values,
                        uint32_t value_count)
{
    const char *name = strcmp(key->key, "at") == 0 ? "t" : key->key;
    for (uint32_t i = 0; i < value_count; i++) {
        if (strcmp(values[i].key, name) == 0) {
            return sim__match_holds(&key->match, &values[i]);
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

void sim__pattern_text(struct sim__text *out, const struct sim_event_pattern *pattern)
{
    sim__text_put(out, sim_event_name(pattern->type));
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        sim__text_put(out, ", ");
        sim__text_put(out, pattern->keys[i].key);
        sim__text_char(out, ' ');
        sim__match_wanted(out, &pattern->keys[i].match, SIM__MATCH_PLAIN);
    }
}
