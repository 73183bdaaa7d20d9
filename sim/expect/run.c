/* Expectations about the whole run: starts, delays, events. They are compared
 * while the run goes on; what is kept is bounded by what is expected. */
#include <stdlib.h>
#include <string.h>

#include "sim/trace/event_values.h"
#include "internal.h"
#include "facts.h"
#include "sim/trace.h"
#include "sup/error.h"

#define NO_SERIES UINT32_MAX
#define LINE_BYTES 512u

/* ---- setting up ---- */

static bool is_series(const struct sim_expectation *e)
{
    return e->what == SIM_WHAT_STARTS || e->what == SIM_WHAT_DELAYS;
}

static bool is_before(const struct sim_expect *expect, uint32_t a, uint32_t b)
{
    int order = strcmp(expect->series[a].wanted->name, expect->series[b].wanted->name);
    return order < 0 || (order == 0 && a < b);
}

static void count(struct sim_expect *expect, size_t *ret_series, size_t *ret_stories)
{
    *ret_series = *ret_stories = 0;
    for (uint32_t i = 0; i < expect->entry_count; i++) {
        const struct sim_expectation *e = expect->entries[i].expectation;
        *ret_series += is_series(e) ? e->series_count : 0;
        *ret_stories += e->what == SIM_WHAT_EVENTS;
    }
}

static int add_series(struct sim_expect *expect, uint32_t entry)
{
    expect->entries[entry].part = expect->series_count;
    const struct sim_expectation *e = expect->entries[entry].expectation;
    bool delays = e->what == SIM_WHAT_DELAYS;
    expect->types |= UINT32_C(1) << (delays ? SUP_EVENT_BACKING_OFF : SUP_EVENT_ATTEMPT_STARTED);
    for (uint32_t i = 0; i < e->series_count; i++) {
        struct sim__series *series = &expect->series[expect->series_count++];
        *series = (struct sim__series){.wanted = &e->series[i], .delays = delays};
        series->found = calloc((size_t)e->series[i].count + 1, sizeof(*series->found));
        if (series->found == NULL) {
            return SUP_ENOMEM;
        }
    }
    return SUP_OK;
}

static void add_story(struct sim_expect *expect, uint32_t entry)
{
    const struct sim_expectation *e = expect->entries[entry].expectation;
    expect->entries[entry].part = expect->story_count;
    struct sim__story *story = &expect->stories[expect->story_count++];
    *story = (struct sim__story){.entry = entry};
    if (e->exactly) {
        expect->types = UINT32_MAX;
    }
    for (uint32_t i = 0; i < e->pattern_count; i++) {
        expect->types |= UINT32_C(1) << e->patterns[i].type;
    }
}

/* A heap sort: qsort hands its compare function no context. */
static void sift(struct sim_expect *expect, uint32_t hole, uint32_t size)
{
    uint32_t *order = expect->series_by_name;
    uint32_t moved = order[hole];
    for (uint32_t child; (child = 2 * hole + 1) < size; hole = child) {
        child += child + 1 < size && is_before(expect, order[child], order[child + 1]);
        if (!is_before(expect, moved, order[child])) {
            break;
        }
        order[hole] = order[child];
    }
    order[hole] = moved;
}

static void sort_series(struct sim_expect *expect)
{
    uint32_t *order = expect->series_by_name;
    for (uint32_t i = 0; i < expect->series_count; i++) {
        order[i] = i;
    }
    for (uint32_t i = expect->series_count / 2; i-- > 0;) {
        sift(expect, i, expect->series_count);
    }
    for (uint32_t size = expect->series_count; size > 1; size--) {
        uint32_t last = order[0];
        order[0] = order[size - 1];
        order[size - 1] = last;
        sift(expect, 0, size - 1);
    }
}

int sim__run_init(struct sim_expect *expect)
{
    size_t series, stories;
    count(expect, &series, &stories);
    expect->series = calloc(series + 1, sizeof(*expect->series));
    expect->series_by_name = calloc(series + 1, sizeof(*expect->series_by_name));
    expect->stories = calloc(stories + 1, sizeof(*expect->stories));
    if (expect->series == NULL || expect->series_by_name == NULL || expect->stories == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < expect->entry_count; i++) {
        const struct sim_expectation *e = expect->entries[i].expectation;
        if (is_series(e)) {
            int error = add_series(expect, i);
            if (error != SUP_OK) {
                return error;
            }
        } else if (e->what == SIM_WHAT_EVENTS) {
            add_story(expect, i);
        }
    }
    sort_series(expect);
    return SUP_OK;
}

void sim__run_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->series_count; i++) {
        free(expect->series[i].found);
    }
    for (uint32_t i = 0; i < expect->story_count; i++) {
        free(expect->stories[i].found);
    }
    free(expect->series);
    free(expect->series_by_name);
    free(expect->stories);
    free(expect->slot_series);
}

/* ---- listening ---- */

static const char *name_at(const struct sim_expect *expect, uint32_t place)
{
    return expect->series[expect->series_by_name[place]].wanted->name;
}

/* The first place of the name, or where it would be. */
static uint32_t find_series(const struct sim_expect *expect, const char *name)
{
    uint32_t low = 0, high = expect->series_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(name_at(expect, middle), name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_named(const struct sim_expect *expect, uint32_t place, const char *name)
{
    return place < expect->series_count && strcmp(name_at(expect, place), name) == 0;
}

static bool reserve_slot(struct sim_expect *expect, uint32_t slot)
{
    if (slot < expect->slot_capacity) {
        return true;
    }
    uint32_t capacity = expect->slot_capacity == 0 ? 64 : expect->slot_capacity * 2;
    capacity = capacity > slot ? capacity : slot + 1;
    uint32_t *slots = realloc(expect->slot_series, capacity * sizeof(*slots));
    if (slots == NULL) {
        expect->failed = true;
        return false;
    }
    memset(slots + expect->slot_capacity, 0, (capacity - expect->slot_capacity) * sizeof(*slots));
    expect->slot_series = slots;
    expect->slot_capacity = capacity;
    return true;
}

/* One look by name for each slot, then an index. */
static uint32_t series_of(struct sim_expect *expect, const struct sup_event *event)
{
    if (event->slot == UINT32_MAX || !reserve_slot(expect, event->slot)) {
        return NO_SERIES;
    }
    uint32_t *known = &expect->slot_series[event->slot];
    if (*known == 0) {
        uint32_t place = find_series(expect, event->service);
        *known = is_named(expect, place, event->service) ? place + 1 : NO_SERIES;
    }
    return *known == NO_SERIES ? NO_SERIES : *known - 1;
}

static void listen_series(struct sim_expect *expect, const struct sup_event *event)
{
    bool delays = event->type == SUP_EVENT_BACKING_OFF;
    uint64_t value = delays ? event->delay.ns : event->at.ns;
    uint32_t first = series_of(expect, event);
    if (first == NO_SERIES) {
        return;
    }
    const char *name = name_at(expect, first);
    for (uint32_t i = first; is_named(expect, i, name); i++) {
        struct sim__series *series = &expect->series[expect->series_by_name[i]];
        if (series->delays == delays) {
            if (series->total <= series->wanted->count) {
                series->found[series->total] = value;
            }
            series->total++;
        }
    }
}

static bool same_text(const char *key, const char *wanted, const char *found)
{
    static const char root[] = "runtime.";
    if (strcmp(wanted, found) == 0) {
        return true;
    }
    /* A group may be written without its root. */
    return strcmp(key, "group") == 0 && strncmp(found, root, sizeof(root) - 1) == 0 &&
           strcmp(wanted, found + sizeof(root) - 1) == 0;
}

static bool same_value(const struct sim_match *match, const struct sim__value *value)
{
    switch (value->kind) {
    case SIM__VALUE_NUMBER:
        return (match->kind == SIM_MATCH_RANGE || match->kind == SIM_MATCH_DURATION) &&
               sim__within(match->range, value->number);
    case SIM__VALUE_SIGNED:
        if (match->kind == SIM_MATCH_TEXT && strcmp(value->key, "signal") == 0) {
            const char *name = sim_signal_name((int32_t)value->negative);
            bool prefix = strncmp(match->text, "SIG", 3) == 0;
            return name != NULL && strcmp(match->text + (prefix ? 3 : 0), name) == 0;
        }
        return match->kind == SIM_MATCH_RANGE && value->negative >= 0 &&
               sim__within(match->range, (uint64_t)value->negative);
    case SIM__VALUE_TEXT:
        return match->kind == SIM_MATCH_TEXT && same_text(value->key, match->text, value->text);
    case SIM__VALUE_BOOL:
        return match->kind == SIM_MATCH_BOOL && match->boolean == value->boolean;
    }
    return false;
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

static bool pattern_matches(const struct sim_event_pattern *pattern, const struct sup_event *event)
{
    if (pattern->type != event->type) {
        return false;
    }
    struct sim__value values[SIM__VALUES_MAX];
    uint32_t value_count = sim__event_values(event, values);
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        if (!key_matches(&pattern->keys[i], values, value_count)) {
            return false;
        }
    }
    return true;
}

static void go_wrong(struct sim_expect *expect, struct sim__story *story,
                     const struct sup_event *event)
{
    story->wrong = true;
    story->wrong_at = event->at.ns;
    story->found = malloc(LINE_BYTES);
    if (story->found == NULL) {
        expect->failed = true;
        return;
    }
    (void)sim_event_json(event, story->found, LINE_BYTES);
}

static void listen_story(struct sim_expect *expect, struct sim__story *story,
                         const struct sup_event *event)
{
    const struct sim_expectation *e = expect->entries[story->entry].expectation;
    bool left = story->next < e->pattern_count;
    if (story->wrong || (!left && !e->exactly)) {
        return;
    }
    if (left && !e->exactly && e->patterns[story->next].type != event->type) {
        return;
    }
    if (e->events_service != NULL &&
        (event->service == NULL || strcmp(event->service, e->events_service) != 0)) {
        return;
    }
    if (left && pattern_matches(&e->patterns[story->next], event)) {
        story->next++;
    } else if (e->exactly) {
        go_wrong(expect, story, event);
    }
}

void sim__run_event(struct sim_expect *expect, const struct sup_event *event)
{
    bool in_series =
        event->type == SUP_EVENT_ATTEMPT_STARTED || event->type == SUP_EVENT_BACKING_OFF;
    if (in_series && expect->series_count > 0) {
        listen_series(expect, event);
    }
    for (uint32_t i = 0; i < expect->story_count; i++) {
        listen_story(expect, &expect->stories[i], event);
    }
}

/* ---- deciding ---- */

static void nth(struct sim__text *out, const char *noun, uint64_t index)
{
    sim__text_put(out, noun);
    sim__text_char(out, ' ');
    sim__text_u64(out, index + 1);
}

static void found_list(struct sim__text *out, const struct sim__series *series)
{
    uint64_t shown = series->total < (uint64_t)series->wanted->count + 1
                         ? series->total
                         : (uint64_t)series->wanted->count + 1;
    sim__text_put(out, " (in all: ");
    for (uint64_t i = 0; i < shown; i++) {
        sim__text_put(out, i == 0 ? "" : ", ");
        sim__duration_text(out, series->found[i]);
    }
    if (series->total > shown) {
        sim__text_put(out, ", and ");
        sim__text_u64(out, series->total - shown);
        sim__text_put(out, " more");
    }
    sim__text_put(out, shown == 0 ? "none)" : ")");
}

/* The first that differs, and all that there were. */
static void explain_series(const struct sim__series *series, uint64_t differs,
                           struct sim__finding *finding)
{
    const struct sim_series *wanted = series->wanted;
    struct sim__text *expected = &finding->expected;
    const char *noun = series->delays ? "delay" : "start";
    sim__text_show(expected, wanted->name);
    sim__text_put(expected, ": ");
    if (differs < wanted->count) {
        nth(expected, noun, differs);
        sim__text_put(expected, series->delays ? " of " : " at ");
        sim__range_text(expected, wanted->values_ns[differs], true);
    } else {
        sim__text_u64(expected, wanted->count);
        sim__text_char(expected, ' ');
        sim__text_put(expected, noun);
        sim__text_put(expected, wanted->count == 1 ? "" : "s");
    }
    struct sim__text *found = &finding->found;
    if (differs < series->total && differs < wanted->count) {
        sim__duration_text(found, series->found[differs]);
    } else {
        sim__text_u64(found, series->total);
        sim__text_char(found, ' ');
        sim__text_put(found, noun);
        sim__text_put(found, series->total == 1 ? "" : "s");
    }
    found_list(found, series);
    sim__finding_concerns(finding, wanted->name);
}

static bool decide_series(struct sim_expect *expect, const struct sim__series *series, uint64_t now,
                          bool quiet)
{
    const struct sim_series *wanted = series->wanted;
    uint64_t same = 0;
    while (same < wanted->count && same < series->total &&
           sim__within(wanted->values_ns[same], series->found[same])) {
        same++;
    }
    if (same == wanted->count && same == series->total) {
        return true;
    }
    if (!quiet) {
        struct sim__finding finding;
        sim__finding_init(&finding);
        explain_series(series, same, &finding);
        sim__expect_add(expect, wanted->place, now, &finding);
    }
    return false;
}

static void match_text(struct sim__text *out, const struct sim_match *match)
{
    switch (match->kind) {
    case SIM_MATCH_BOOL:
        sim__text_put(out, match->boolean ? "true" : "false");
        break;
    case SIM_MATCH_RANGE:
    case SIM_MATCH_DURATION:
        sim__range_text(out, match->range, match->kind == SIM_MATCH_DURATION);
        break;
    case SIM_MATCH_TEXT:
        sim__text_show(out, match->text);
        break;
    }
}

static void pattern_text(struct sim__text *out, const struct sim_event_pattern *pattern)
{
    sim__text_put(out, sup_event_name(pattern->type));
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        sim__text_put(out, ", ");
        sim__text_put(out, pattern->keys[i].key);
        sim__text_char(out, ' ');
        match_text(out, &pattern->keys[i].match);
    }
}

static const char *service_of(const struct sim_expectation *e, uint32_t pattern)
{
    if (e->events_service != NULL || pattern >= e->pattern_count) {
        return e->events_service;
    }
    const struct sim_event_pattern *p = &e->patterns[pattern];
    for (uint32_t i = 0; i < p->key_count; i++) {
        if (strcmp(p->keys[i].key, "service") == 0 && p->keys[i].match.kind == SIM_MATCH_TEXT) {
            return p->keys[i].match.text;
        }
    }
    return NULL;
}

static void explain_story(const struct sim_expectation *e, const struct sim__story *story,
                          struct sim__finding *finding)
{
    bool left = story->next < e->pattern_count;
    if (e->events_service != NULL) {
        sim__text_show(&finding->expected, e->events_service);
        sim__text_put(&finding->expected, ": ");
    }
    if (left) {
        nth(&finding->expected, "event", story->next);
        sim__text_put(&finding->expected, " of ");
        sim__text_u64(&finding->expected, e->pattern_count);
        sim__text_put(&finding->expected, ": ");
        pattern_text(&finding->expected, &e->patterns[story->next]);
    } else {
        sim__text_u64(&finding->expected, e->pattern_count);
        sim__text_put(&finding->expected, " events and no more");
    }
    if (story->wrong) {
        sim__text_put(&finding->found, story->found != NULL ? story->found : "another event");
    } else {
        sim__text_put(&finding->found, story->next == 0 ? "it did not come"
                                                        : "it did not come after the one before");
    }
    const char *service = service_of(e, story->next);
    if (service != NULL) {
        sim__finding_concerns(finding, service);
    }
}

static bool decide_story(struct sim_expect *expect, const struct sim__story *story,
                         const struct sim_expectation *e, uint64_t now, bool quiet)
{
    bool left = story->next < e->pattern_count;
    if (!left && !story->wrong) {
        return true;
    }
    if (!quiet) {
        struct sim__finding finding;
        sim__finding_init(&finding);
        explain_story(e, story, &finding);
        bool placed = left && e->patterns[story->next].place.line != 0;
        sim__expect_add(expect, placed ? e->patterns[story->next].place : e->place,
                        story->wrong ? story->wrong_at : now, &finding);
    }
    return false;
}

bool sim__run_decide(struct sim_expect *expect, uint32_t entry, struct sup *sup, uint64_t now,
                     bool quiet)
{
    expect->entries[entry].evaluated = true;
    const struct sim_expectation *e = expect->entries[entry].expectation;
    uint32_t part = expect->entries[entry].part;
    if (e->what == SIM_WHAT_DRAIN) {
        return sim__drain_decide(expect, entry, sup, now, quiet);
    }
    if (e->what == SIM_WHAT_EVENTS) {
        return decide_story(expect, &expect->stories[part], e, now, quiet);
    }
    bool holds = true;
    for (uint32_t i = 0; i < e->series_count; i++) {
        holds &= decide_series(expect, &expect->series[part + i], now, quiet);
    }
    return holds;
}
