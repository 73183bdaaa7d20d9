/* From the lines of a trace to a picture. */
#include "gather.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/error.h"
#include "sup/event.h"
#include "sup/rules.h"

const char *sim__bar_name(enum sim__bar_kind kind)
{
    static const char *const names[] = {
#define X(id, name) name,
        SIM__BAR_LIST(X)
#undef X
    };
    return kind < SIM__BARS ? names[kind] : "unknown";
}

/* ---- texts, instants, subjects: each once ---- */

/* Numbers are kept one higher, so that none is NULL. */
static void *number_value(uint32_t number)
{
    return (void *)((uintptr_t)number + 1);
}

static uint32_t value_number(const void *value)
{
    return (uint32_t)((uintptr_t)value - 1);
}

/* The number that the table has for the text, or `next` and *ret_copy is the table's own. */
struct naming {
    struct sim__table *table;
    const char *text;
    uint32_t length;
    uint32_t next;
};

static uint32_t number_of(struct sim__picture *picture, const struct naming *naming,
                          const char **ret_copy)
{
    struct sim__table *table = naming->table;
    const char *text = naming->text;
    uint32_t length = naming->length, next = naming->next;
    bool is_new = false;
    const struct sim__slot *known = sim__table_find(table, 0, text, length);
    if (known != NULL) {
        return value_number(known->value);
    }
    *ret_copy = sim__arena_text(picture->arena, text, length);
    struct sim__slot *slot =
        *ret_copy == NULL ? NULL : sim__table_add(table, 0, *ret_copy, length, &is_new);
    if (slot == NULL) {
        picture->failed = true;
        return SIM__PICTURE_NONE;
    }
    slot->value = number_value(next);
    return next;
}

uint32_t sim__picture_word(struct sim__picture *picture, const char *text, uint32_t length)
{
    const char *copy = NULL;
    uint32_t next = picture->word_count;
    const char **words =
        sim__grown(picture->words, &picture->word_room, (uint64_t)next + 1, sizeof(const char *));
    picture->failed |= words == NULL;
    if (words == NULL) {
        return SIM__PICTURE_NONE;
    }
    picture->words = words;
    uint32_t number =
        number_of(picture, &(struct naming){&picture->word_table, text, length, next}, &copy);
    if (number == next) {
        words[picture->word_count++] = copy;
    }
    return number;
}

static uint32_t instant_of(struct sim__picture *picture, struct sup_instant at)
{
    uint32_t count = picture->instant_count;
    if (count > 0 && picture->instants[count - 1].ns >= at.ns) {
        return count - 1;
    }
    struct sup_instant *instants = sim__grown(picture->instants, &picture->instant_room,
                                              (uint64_t)count + 1, sizeof *instants);
    if (instants == NULL) {
        picture->failed = true;
        return 0;
    }
    picture->instants = instants;
    instants[picture->instant_count++] = at;
    return count;
}

/* A group by its full path; those above it come before it. The root is none. */
static uint32_t group_of(struct sim__picture *picture, const char *path, uint32_t length)
{
    static const char root[] = "runtime";
    const char *copy = NULL;
    uint32_t parent = SIM__PICTURE_NONE;
    if (length <= sizeof root - 1) {
        return SIM__PICTURE_NONE;
    }
    uint32_t dot = length;
    while (dot > 0 && path[dot - 1] != '.') {
        dot--;
    }
    if (dot > sizeof root) {
        parent = group_of(picture, path, dot - 1);
    }
    struct sim__picture_group *groups = sim__grown(
        picture->groups, &picture->group_room, (uint64_t)picture->group_count + 1, sizeof *groups);
    picture->failed |= groups == NULL;
    if (groups == NULL) {
        return SIM__PICTURE_NONE;
    }
    picture->groups = groups;
    uint32_t next = picture->group_count;
    uint32_t number =
        number_of(picture, &(struct naming){&picture->group_table, path, length, next}, &copy);
    if (number == next) {
        groups[picture->group_count++] =
            (struct sim__picture_group){.name = copy + sizeof root, .parent = parent};
    }
    return number;
}

/* ---- services ---- */

/* The file's services by name, those with a count by their stem and a hyphen. */
static void note_service(struct sim__picture *picture, const struct sim_service *service)
{
    bool is_new = false;
    if (service == NULL) {
        return;
    }
    struct sim__slot *slot =
        sim__table_add(&picture->service_table, service->counted, service->name,
                       (uint32_t)strlen(service->name), &is_new);
    picture->failed |= slot == NULL;
    if (slot != NULL && is_new) {
        slot->value = (void *)(uintptr_t)service;
    }
}

static void note_services(struct sim__picture *picture)
{
    const struct sim_scenario *scenario = picture->scenario;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        note_service(picture, &scenario->services[i]);
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        note_service(picture, scenario->timeline[i].service);
    }
}

static const struct sim_service *service_of(const struct sim__picture *picture, const char *name)
{
    uint32_t length = (uint32_t)strlen(name);
    const struct sim__slot *slot = sim__table_find(&picture->service_table, 0, name, length);
    const char *hyphen = strrchr(name, '-');
    if (slot == NULL && hyphen != NULL) {
        slot = sim__table_find(&picture->service_table, 1, name, (uint32_t)(hyphen - name));
    }
    return slot != NULL ? slot->value : NULL;
}

static bool awaits(const struct sim_service *service)
{
    return service != NULL &&
           (service->policy.ready_explicit ||
            (service->policy.rules != NULL && service->policy.rules->ready_after.ns > 0));
}

static uint32_t lane_of(struct sim__picture *picture, const char *name, uint32_t length)
{
    const char *copy = NULL;
    uint32_t next = picture->lane_count;
    struct sim__lane *lanes =
        sim__grown(picture->lanes, &picture->lane_room, (uint64_t)next + 1, sizeof *lanes);
    picture->failed |= lanes == NULL;
    if (lanes == NULL) {
        return SIM__PICTURE_NONE;
    }
    picture->lanes = lanes;
    uint32_t number =
        number_of(picture, &(struct naming){&picture->lane_table, name, length, next}, &copy);
    if (number == next) {
        picture->lane_count++;
        lanes[next] = (struct sim__lane){
            .name = copy,
            .group = SIM__PICTURE_NONE,
            .awaits = awaits(service_of(picture, copy)),
        };
    }
    return number;
}

/* ---- the world ---- */

static void end_condition(struct sim__picture *picture, uint32_t number, uint32_t instant)
{
    struct sim__picture_condition *condition = &picture->conditions[number];
    struct sim__band *bands = sim__grown(picture->bands, &picture->band_room,
                                         (uint64_t)picture->band_count + 1, sizeof *bands);
    picture->failed |= bands == NULL;
    if (bands != NULL && (condition->since != instant || instant == picture->end)) {
        picture->bands = bands;
        bands[picture->band_count++] =
            (struct sim__band){number, condition->state, condition->since, instant};
    }
    condition->since = instant;
}

static uint32_t condition_of(struct sim__picture *picture, const char *name)
{
    for (uint32_t i = 0; i < picture->condition_count; i++) {
        if (strcmp(picture->conditions[i].name, name) == 0) {
            return i;
        }
    }
    return SIM__PICTURE_NONE;
}

static void note_conditions(struct sim__picture *picture)
{
    const struct sim_scenario *scenario = picture->scenario;
    uint32_t count = scenario->condition_count;
    picture->conditions =
        sim__arena_alloc(picture->arena, count > 0 ? count : 1, sizeof picture->conditions[0]);
    picture->failed |= picture->conditions == NULL;
    for (uint32_t i = 0; i < count && picture->conditions != NULL; i++) {
        const char *first = scenario->conditions[i].state;
        picture->conditions[picture->condition_count++] = (struct sim__picture_condition){
            .name = scenario->conditions[i].name,
            .state = sim__picture_word(picture, first, (uint32_t)strlen(first)),
            .since = instant_of(picture, (struct sup_instant){0}),
        };
    }
}

static void hear_drain(struct sim__picture *picture, const struct sim__json *line, uint32_t instant)
{
    if (sim__json_is(line, "event", sup_event_name(SUP_EVENT_SHUTDOWN_REQUESTED))) {
        struct sim__band *drains = sim__grown(picture->drains, &picture->drain_room,
                                              (uint64_t)picture->drain_count + 1, sizeof *drains);
        picture->failed |= drains == NULL;
        if (drains != NULL) {
            picture->drains = drains;
            drains[picture->drain_count++] =
                (struct sim__band){.from = instant, .to = SIM__PICTURE_NONE};
        }
    } else if (sim__json_is(line, "event", sup_event_name(SUP_EVENT_DRAINED)) &&
               picture->drain_count > 0) {
        picture->drains[picture->drain_count - 1].to = instant;
    }
}

/* ---- a line ---- */

/* A member's text, decoded; "" when there is none. */
static const char *text_of(const struct sim__json *line, const char *key, struct sim__text *text)
{
    const struct sim__json_member *member = sim__json_find(line, key);
    sim__text_clear(text);
    if (member != NULL && !sim__json_decode(member, text)) {
        sim__text_putn(text, member->value, member->value_length);
    }
    return sim__text_string(text);
}

static uint32_t word_of(struct sim__picture *picture, const struct sim__json *line, const char *key,
                        struct sim__text *text)
{
    if (sim__json_find(line, key) == NULL) {
        return SIM__PICTURE_NONE;
    }
    const char *word = text_of(line, key, text);
    return sim__picture_word(picture, word, (uint32_t)strlen(word));
}

static void find_subject(struct sim__picture *picture, const struct sim__json *line,
                         struct sim__picture_event *event, struct sim__text *text)
{
    if (sim__json_find(line, "service") != NULL) {
        const char *name = text_of(line, "service", text);
        event->kind = SIM__SUBJECT_SERVICE;
        event->subject = lane_of(picture, name, (uint32_t)strlen(name));
    } else if (sim__json_find(line, "group") != NULL) {
        const char *path = text_of(line, "group", text);
        event->subject = group_of(picture, path, (uint32_t)strlen(path));
        event->kind = SIM__SUBJECT_GROUP;
    } else if (sim__json_is(line, "event", "condition")) {
        event->subject = condition_of(picture, text_of(line, "name", text));
        event->kind = SIM__SUBJECT_CONDITION;
    }
    if (event->subject == SIM__PICTURE_NONE) { /* the root group, and what nobody named */
        event->kind = SIM__SUBJECT_SUPERVISOR;
        event->subject = 0;
    }
}

static bool keep(struct sim__picture *picture, const struct sim__picture_event *event)
{
    if (picture->event_count >= SIM__PICTURE_EVENTS_MAX) {
        return false;
    }
    struct sim__picture_event *events = sim__grown(
        picture->events, &picture->event_room, (uint64_t)picture->event_count + 1, sizeof *events);
    picture->failed |= events == NULL;
    if (events == NULL) {
        return false;
    }
    picture->events = events;
    events[picture->event_count++] = *event;
    return true;
}

static void hear_subject(struct sim__picture *picture, const struct sim__json *line,
                         const struct sim__picture_event *event, struct sim__text *text)
{
    uint32_t number = picture->event_count - 1;
    if (event->kind == SIM__SUBJECT_SERVICE) {
        if (sim__json_is(line, "event", sup_event_name(SUP_EVENT_REGISTERED))) {
            const char *path = text_of(line, "group", text);
            uint32_t group = group_of(picture, path, (uint32_t)strlen(path));
            picture->lanes[event->subject].group = group;
        }
        sim__lane_hear(picture, event->subject, line, event, number);
    } else if (event->kind == SIM__SUBJECT_CONDITION) {
        end_condition(picture, event->subject, event->instant);
        picture->conditions[event->subject].state = word_of(picture, line, "state", text);
    } else {
        hear_drain(picture, line, event->instant);
    }
}

void sim__picture_line(struct sim__picture *picture, const struct sim__json *line,
                       const char *detail)
{
    struct sim__text text = {0};
    uint64_t ns = 0, attempt = 0;
    if (picture->failed || !sim__json_number(line, "t", &ns)) {
        return;
    }
    struct sim__picture_event event = {.instant = instant_of(picture, (struct sup_instant){ns})};
    sim__json_number(line, "attempt", &attempt);
    event.attempt = attempt < UINT32_MAX ? (uint32_t)attempt : UINT32_MAX;
    find_subject(picture, line, &event, &text);
    event.type = word_of(picture, line, "event", &text);
    event.because = word_of(picture, line, "because", &text);
    event.outcome = word_of(picture, line, "outcome", &text);
    event.detail = sim__picture_word(picture, detail, (uint32_t)strlen(detail));
    picture->total++;
    if (!picture->failed && keep(picture, &event)) {
        hear_subject(picture, line, &event, &text);
        sim__plots_hear(picture, line, &event);
    }
    picture->failed |= text.failed;
    sim__text_release(&text);
}

/* ---- beginning and end ---- */

int sim__picture_create(const struct sim_scenario *scenario, struct sim__picture **ret_picture)
{
    struct sim__picture *picture = calloc(1, sizeof *picture);
    if (picture == NULL || sim__arena_create(&sup_allocator_libc, &picture->arena) != SUP_OK) {
        free(picture);
        return SUP_ENOMEM;
    }
    picture->scenario = scenario;
    sim__table_init(&picture->word_table, picture->arena, 0);
    sim__table_init(&picture->group_table, picture->arena, 0);
    sim__table_init(&picture->lane_table, picture->arena, 0);
    sim__table_init(&picture->service_table, picture->arena, 0);
    picture->end = SIM__PICTURE_NONE;
    instant_of(picture, (struct sup_instant){0});
    note_services(picture);
    note_conditions(picture);
    if (picture->failed || !sim__plots_begin(picture)) {
        sim__picture_free(picture);
        return SUP_ENOMEM;
    }
    *ret_picture = picture;
    return SUP_OK;
}

void sim__picture_free(struct sim__picture *picture)
{
    if (picture == NULL) {
        return;
    }
    sim__plots_release(picture);
    free(picture->words);
    free(picture->instants);
    free(picture->groups);
    free(picture->lanes);
    free(picture->events);
    free(picture->bars);
    free(picture->bands);
    free(picture->drains);
    sim__arena_free(picture->arena);
    free(picture);
}

/* Bars of one service by their beginning; those that begin together, and so the attempts of an
 * instant, in the order of what began them. */
static int by_service(const void *left, const void *right)
{
    const struct sim__bar *a = left, *b = right;
    if (a->service != b->service) {
        return a->service < b->service ? -1 : 1;
    }
    if (a->from != b->from) {
        return a->from < b->from ? -1 : 1;
    }
    return a->event < b->event ? -1 : a->event > b->event;
}

/* Of a run that has come to its end: what marks name, and `until` where anything still goes on. */
static struct sup_instant end_of(const struct sim__picture *picture,
                                 const struct sim__picture_closing *closing)
{
    struct sup_instant last = picture->instants[picture->instant_count - 1];
    uint64_t until = closing->came_to_its_end ? picture->scenario->until.ns : 0;
    bool goes_on = false;
    for (uint32_t i = 0; i < picture->lane_count; i++) {
        goes_on |= sim__lane_goes_on(&picture->lanes[i]);
    }
    if (goes_on && until != SUP_NEVER_NS && until > last.ns) {
        last.ns = until;
    }
    for (uint32_t i = 0; i < closing->marked_count; i++) {
        uint64_t ns = closing->marked[i].ns;
        last.ns = ns > last.ns && ns <= until && ns != SUP_NEVER_NS ? ns : last.ns;
    }
    return last;
}

void sim__picture_complete(struct sim__picture *picture, const struct sim__picture_closing *closing)
{
    picture->end = instant_of(picture, end_of(picture, closing));
    for (uint32_t i = 0; i < picture->lane_count; i++) {
        sim__lane_complete(picture, i, picture->end);
    }
    for (uint32_t i = 0; i < picture->condition_count; i++) {
        end_condition(picture, i, picture->end);
    }
    for (uint32_t i = 0; i < picture->drain_count; i++) {
        if (picture->drains[i].to == SIM__PICTURE_NONE) {
            picture->drains[i].to = picture->end;
        }
    }
    sim__plots_complete(picture);
    if (picture->bar_count > 0) {
        qsort(picture->bars, picture->bar_count, sizeof picture->bars[0], by_service);
    }
    sim__picture_weave(picture, closing->marked, closing->marked_count);
}

uint32_t sim__picture_instant(const struct sim__picture *picture, struct sup_instant at)
{
    uint32_t low = 0, high = picture->instant_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (picture->instants[middle].ns <= at.ns) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t sim__picture_lane(const struct sim__picture *picture, const char *name)
{
    const struct sim__slot *slot =
        sim__table_find(&picture->lane_table, 0, name, (uint32_t)strlen(name));
    return slot != NULL ? value_number(slot->value) : SIM__PICTURE_NONE;
}
