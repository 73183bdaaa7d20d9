/* Events that are asked for what no event of their kind has. */
#include <assert.h>
#include <string.h>

#include "sim/measure.h"
#include "sup/assert.h"
#include "traps.h"

/* Beside the instant; `group` is the group that the event is about, or its service's. */
struct event_fields {
    int type;
    const char *keys; /* separated by spaces, one before and after each */
};

static const struct event_fields fields[] = {
    {SUP_EVENT_REGISTERED, " service group generation "},
    {SUP_EVENT_ATTEMPT_STARTED, " service group attempt "},
    {SUP_EVENT_ATTEMPT_ENDED, " service group attempt outcome exit error code signal finish "},
    {SUP_EVENT_READY, " service group attempt "},
    {SUP_EVENT_NOT_READY, " service group attempt "},
    {SUP_EVENT_STALE, " service group attempt "},
    {SUP_EVENT_BACKING_OFF, " service group delay streak reason "},
    {SUP_EVENT_BREAKER_OPENED, " service group failures limit cooldown "},
    {SUP_EVENT_BREAKER_HALF_OPEN, " service group "},
    {SUP_EVENT_BREAKER_CLOSED, " service group "},
    {SUP_EVENT_LIMIT_EXHAUSTED, " service group restarts limit then "},
    {SUP_EVENT_CANCEL_DELIVERED, " service group attempt "},
    {SUP_EVENT_STOP_DEADLINE, " service group attempt "},
    {SUP_EVENT_ABORT_REQUESTED, " service group attempt "},
    {SUP_EVENT_ABANDONED, " service group attempt "},
    {SUP_EVENT_TERMINATED, " service group reason text "},
    {SUP_EVENT_PAUSED, " service group "},
    {SUP_EVENT_RESUMED, " service group "},
    {SUP_EVENT_QUARANTINED, " service group "},
    {SUP_EVENT_REMOVED, " service group "},
    {SUP_EVENT_REPLACED, " service group "},
    {SUP_EVENT_RESTARTED, " service group "},
    {SUP_EVENT_GROUP_CANCELLED, " group "},
    {SUP_EVENT_GROUP_RESTART, " group "},
    {SUP_EVENT_SHUTDOWN_REQUESTED, " timeout "},
    {SUP_EVENT_DRAINED, " took timed-out already-exited graceful aborted abandoned text "},
    {SUP_EVENT_LATE_REPORT, " service group generation attempt exit text "},
    {SUP_EVENT_COMMAND, " service group command who why result idempotent "},
    {SUP_EVENT_FINISHING, " service group attempt exit code signal "},
    {SUP_EVENT_GROUP_SHUTDOWN, " group "},
    {SIM_EVENT_CONDITION, " name state "},
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))
#define ONE(id, name) +1
static_assert(FIELDS == 0 SUP_EVENT_LIST(ONE) SIM_WORLD_EVENT_LIST(ONE), "one for each event");

static const char *keys_of(int type)
{
    for (size_t i = 0; i < FIELDS; i++) {
        if (fields[i].type == type) {
            return fields[i].keys;
        }
    }
    SUP_ASSERT(false);
}

static bool has(const char *keys, const char *key)
{
    size_t length = strlen(key);
    for (const char *at = strstr(keys, key); at != NULL; at = strstr(at + 1, key)) {
        if (at[-1] == ' ' && at[length] == ' ') {
            return true;
        }
    }
    return false;
}

static void look_at_pattern(struct sim__lint *lint, const struct sim_event_pattern *pattern)
{
    const char *keys = keys_of((int)pattern->type);
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        const struct sim_event_key *key = &pattern->keys[i];
        bool instant = strcmp(key->key, "at") == 0 || strcmp(key->key, "t") == 0;
        if (!instant && !has(keys, key->key)) {
            sim__warn(lint, key->match.place,
                      "no `%s` has `%s`: nothing fits this" SIM__HINT "; it has%.*s",
                      sim_event_name(pattern->type), key->key, (int)strlen(keys) - 1, keys);
        }
    }
}

static void look_at_filter(struct sim__lint *lint, const struct sim_filter *filter)
{
    if (filter != NULL) {
        look_at_pattern(lint, &filter->pattern);
    }
}

static void look_at_counted(struct sim__lint *lint, const struct sim_counted *counted,
                            enum sim_what_kind what)
{
    look_at_filter(lint, &counted->filter);
    if (what == SIM_WHAT_FOLLOWS) {
        look_at_filter(lint, &counted->then);
    }
}

void sim__trap_field_never_there(struct sim__lint *lint)
{
    const struct sim_scenario *scenario = lint->scenario;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *entry = &scenario->expectations[i];
        for (uint32_t k = 0; k < entry->pattern_count; k++) {
            look_at_pattern(lint, &entry->patterns[k]);
        }
        if (entry->counted != NULL) {
            look_at_counted(lint, entry->counted, entry->what);
        }
    }
    for (uint32_t i = 0; i < scenario->measure_count; i++) {
        const struct sim_measure *measure = &scenario->measures[i];
        if (measure->counted != NULL) {
            look_at_counted(lint, measure->counted, SIM_WHAT_TALLY);
        }
        look_at_filter(lint, measure->from.filter);
        look_at_filter(lint, measure->until.filter);
    }
}
