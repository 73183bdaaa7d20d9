/* The last events of a run; see tail.h. Every event of every run comes through here, so
 * what can wait until somebody asks does: the names of services, which the supervisor
 * keeps. */
#include "tail.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "event_values.h"
#include "internal.h"
#include "sup/assert.h"
#include "sup/snapshot.h"

/* The fields that an event has when it is no command and no drain. */
#define COMMON_BYTES offsetof(struct sup_event, command)
#define LONG_FIELDS (SUP_FIELD_COMMAND | SUP_FIELD_TIMEOUT | SUP_FIELD_DRAIN)
#define TEXT_FIELDS (SUP_FIELD_ERROR | SUP_FIELD_TEXT | SUP_FIELD_COMMAND)
#define STRINGS_MAX 6u

/* Copies what `strings` point to, and lets them point to the copies. */
static void copy_strings(struct sim__text *to, const char **strings[], uint32_t count)
{
    size_t at[STRINGS_MAX];
    SUP_ASSERT(count <= STRINGS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        at[i] = to->length;
        sim__text_putn(to, *strings[i], strlen(*strings[i]) + 1);
    }
    /* They may have moved while they grew; without memory the rest is empty. */
    for (uint32_t i = 0; i < count; i++) {
        *strings[i] = at[i] < to->length ? to->bytes + at[i] : "";
    }
}

/* The texts of the event, and the names that no slot stands for. */
static uint32_t own_strings(struct sup_event *event, const char **strings[])
{
    uint32_t count = 0;
    if (event->service != NULL && event->slot == UINT32_MAX) {
        strings[count++] = &event->service;
    }
    if (event->group != NULL) {
        strings[count++] = &event->group;
    }
    if ((event->fields & SUP_FIELD_ERROR) != 0 && event->error != NULL) {
        strings[count++] = &event->error;
    }
    if ((event->fields & SUP_FIELD_TEXT) != 0 && event->text != NULL) {
        strings[count++] = &event->text;
    }
    if ((event->fields & SUP_FIELD_COMMAND) != 0 && event->who != NULL) {
        strings[count++] = &event->who;
    }
    if ((event->fields & SUP_FIELD_COMMAND) != 0 && event->why != NULL) {
        strings[count++] = &event->why;
    }
    return count;
}

/* A run of which nobody wants to see the last events has no room for them either. */
static bool has_slots(struct sim_tail *tail)
{
    if (tail->slots == NULL) {
        tail->slots = calloc(SIM_TAIL_EVENTS, sizeof(*tail->slots));
        tail->failed |= tail->slots == NULL;
    }
    return tail->slots != NULL;
}

void sim__tail_push(struct sim_tail *tail, const struct sup_event *event)
{
    if (!has_slots(tail)) {
        return;
    }
    struct sim_tail_slot *slot = &tail->slots[tail->next];
    tail->next = tail->next + 1 < SIM_TAIL_EVENTS ? tail->next + 1 : 0;
    tail->count += tail->count < SIM_TAIL_EVENTS;
    if (__builtin_expect((event->fields & LONG_FIELDS) != 0, 0)) {
        slot->event = *event;
    } else {
        memcpy(&slot->event, event, COMMON_BYTES);
    }
    slot->strings.length = 0;
    if ((event->fields & TEXT_FIELDS) != 0 || event->group != NULL || event->slot == UINT32_MAX) {
        const char **strings[STRINGS_MAX];
        copy_strings(&slot->strings, strings, own_strings(&slot->event, strings));
        tail->failed |= slot->strings.failed;
    }
}

void sim__tail_explain(struct sim_tail *tail, const struct sim_trace_options *asked,
                       const struct sup_event *event)
{
    if (tail->slots == NULL) {
        return; /* there was no memory for the event */
    }
    uint32_t last = tail->next == 0 ? SIM_TAIL_EVENTS - 1 : tail->next - 1;
    struct sim__text *because = &tail->slots[last].because;
    SUP_ASSERT(tail->count > 0 && tail->slots[last].event.sequence == event->sequence);
    sim__text_clear(because);
    sim__trace_because(asked, event, because);
    tail->failed |= because->failed;
}

void sim__tail_settle(struct sim_tail *tail, const struct sup *sup)
{
    for (uint32_t i = 0; i < tail->count; i++) {
        struct sim_tail_slot *slot = &tail->slots[i];
        if (slot->event.service != NULL && slot->event.slot != UINT32_MAX) {
            const char *name = sup_slot_name(sup, slot->event.slot);
            SUP_ASSERT(name != NULL && strlen(name) <= SUP_NAME_MAX);
            memcpy(slot->name, name, strlen(name) + 1);
            slot->event.service = slot->name;
            slot->event.slot = UINT32_MAX;
        }
    }
}

/* Whether they are the same in a trace, words aside. */
static bool is_alike(struct sim_tail *tail, const struct sup_event *one,
                     const struct sup_event *other)
{
    struct sim__text line = {0}, line_of_other = {0};
    bool alike = one->sequence == other->sequence;
    if (alike) {
        sim__event_put(one, "", &line);
        sim__event_put(other, "", &line_of_other);
        alike = strcmp(sim__text_string(&line), sim__text_string(&line_of_other)) == 0;
        tail->failed |= line.failed || line_of_other.failed;
    }
    sim__text_release(&line);
    sim__text_release(&line_of_other);
    return alike;
}

void sim__tail_take_words(struct sim_tail *tail, struct sim_tail *explained)
{
    for (uint32_t i = 0; i < tail->count; i++) {
        for (uint32_t k = 0; k < explained->count; k++) {
            if (is_alike(tail, &tail->slots[i].event, &explained->slots[k].event)) {
                sim__text_release(&tail->slots[i].because);
                tail->slots[i].because = explained->slots[k].because;
                explained->slots[k].because = (struct sim__text){0};
                break;
            }
        }
    }
}

void sim__tail_put(const struct sim_tail *tail, struct sim__text *lines)
{
    for (uint32_t i = 0; i < tail->count; i++) {
        uint32_t first = tail->count < SIM_TAIL_EVENTS ? 0 : tail->next;
        const struct sim_tail_slot *slot = &tail->slots[(first + i) % SIM_TAIL_EVENTS];
        sim__event_put(&slot->event, sim__text_string(&slot->because), lines);
        sim__text_char(lines, '\n');
    }
}

void sim__tail_release(struct sim_tail *tail)
{
    for (uint32_t i = 0; tail->slots != NULL && i < SIM_TAIL_EVENTS; i++) {
        sim__text_release(&tail->slots[i].strings);
        sim__text_release(&tail->slots[i].because);
    }
    free(tail->slots);
    *tail = (struct sim_tail){0};
}
