/* Expectations that services have the same story: starts, delays, reasons or all events.
 *
 * The story is compared as it comes. Only what some have told and others may still tell
 * is kept: where every service is named, as much as one is behind another.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sim/base/grow.h"
#include "sim/trace/event_values.h"
#include "sup/supervisor.h"

#define NO_TELLER UINT32_MAX

static const char *const names[SIM_SAMES] = {
#define X(id, name) name,
    SIM_SAME_LIST(X)
#undef X
};

int sim__same_add(struct sim_expect *expect, uint32_t entry)
{
    const struct sim_expectation *e = expect->entries[entry].expectation;
    static const uint32_t types[SIM_SAMES] = {
        [SIM_SAME_STARTS] = UINT32_C(1) << SUP_EVENT_ATTEMPT_STARTED,
        [SIM_SAME_DELAYS] = UINT32_C(1) << SUP_EVENT_BACKING_OFF,
        [SIM_SAME_REASON] = UINT32_C(1) << SUP_EVENT_TERMINATED,
        [SIM_SAME_EVENTS] = UINT32_MAX,
    };
    for (int k = 0; k < SIM_SAMES; k++) {
        expect->types |= e->same[k] ? types[k] : 0;
    }
    expect->entries[entry].part = expect->same_count;
    struct sim__same *same = &expect->same[expect->same_count++];
    *same = (struct sim__same){.entry = entry};
    return sim__target_init(&same->target, &e->target);
}

void sim__same_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->same_count; i++) {
        struct sim__same *same = &expect->same[i];
        for (int k = 0; k < SIM_SAMES; k++) {
            free(same->tales[k].told);
        }
        sim__target_release(&same->target);
        free(same->tellers);
        free(same->by_slot);
    }
    free(expect->same);
}

/* ---- listening ---- */

static bool is_asked(const struct sim__same *same, const char *name)
{
    return sim__target_names(&same->target, name) || sim__target_globs(&same->target, name);
}

/* Its place among the tellers plus 1; NO_TELLER; 0 when out of memory. */
static uint32_t teller_of(struct sim__same *same, const struct sup_event *event)
{
    uint32_t *by_slot =
        sim__grown(same->by_slot, &same->slot_room, (uint64_t)event->slot + 1, sizeof(*by_slot));
    if (by_slot == NULL) {
        return 0;
    }
    same->by_slot = by_slot;
    if (by_slot[event->slot] != 0) {
        return by_slot[event->slot];
    }
    if (!is_asked(same, event->service)) {
        return by_slot[event->slot] = NO_TELLER;
    }
    struct sim__teller *tellers =
        sim__grown(same->tellers, &same->room, (uint64_t)same->count + 1, sizeof(*tellers));
    if (tellers == NULL) {
        return 0;
    }
    same->tellers = tellers;
    tellers[same->count] = (struct sim__teller){.slot = event->slot};
    return by_slot[event->slot] = ++same->count;
}

/* All that an event says but when, of whom and where. */
static uint64_t essence(const struct sup_event *event)
{
    struct sim__value values[SIM__VALUES_MAX];
    uint32_t count = sim__event_values(event, values);
    uint64_t hash = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct sim__value *v = &values[i];
        if (strcmp(v->key, "t") == 0 || strcmp(v->key, "n") == 0 ||
            strcmp(v->key, "service") == 0 || strcmp(v->key, "group") == 0) {
            continue;
        }
        hash = sim__hash(hash, v->key, strlen(v->key));
        uint64_t number = v->kind == SIM__VALUE_NUMBER   ? v->number
                          : v->kind == SIM__VALUE_SIGNED ? (uint64_t)v->negative
                          : v->kind == SIM__VALUE_BOOL   ? v->boolean
                                                         : 0;
        hash = sim__hash(hash ^ number, v->kind == SIM__VALUE_TEXT ? v->text : "",
                         v->kind == SIM__VALUE_TEXT ? strlen(v->text) : 0);
    }
    return hash;
}

/* Whether the event is one of those that are compared, and what of it. */
static bool tell(enum sim_same same, const struct sup_event *event, struct sim__told *ret_told)
{
    *ret_told = (struct sim__told){.at = event->at, .type = event->type, .slot = event->slot};
    switch (same) {
    case SIM_SAME_STARTS:
        return event->type == SUP_EVENT_ATTEMPT_STARTED;
    case SIM_SAME_DELAYS:
        ret_told->value = event->delay.ns;
        return event->type == SUP_EVENT_BACKING_OFF;
    case SIM_SAME_REASON:
        ret_told->value = event->reason;
        return event->type == SUP_EVENT_TERMINATED;
    case SIM_SAME_EVENTS:
        ret_told->value = essence(event);
        return true;
    case SIM_SAMES:
        break;
    }
    return false;
}

static bool has_instant(enum sim_same same)
{
    return same == SIM_SAME_STARTS || same == SIM_SAME_EVENTS;
}

static bool agree(const struct sim_expectation *e, enum sim_same same, uint64_t place,
                  const struct sim__told *wanted, const struct sim__told *found)
{
    struct sup_instant latest = sup_instant_add(wanted->at, e->same_within);
    for (uint64_t i = 0; e->same_late_each.ns > 0 && i <= place && latest.ns < found->at.ns; i++) {
        latest = sup_instant_add(latest, e->same_late_each);
    }
    return wanted->value == found->value && wanted->type == found->type &&
           (!has_instant(same) || found->at.ns <= latest.ns);
}

/* What all have passed who are still compared is not needed any more. */
static void drop(const struct sim__same *same, struct sim__tale *tale)
{
    const struct sim__target *target = &same->target;
    while (target->glob_count == 0 && tale->first < tale->count &&
           tale->told[tale->first].passed + same->wrong == target->name_count) {
        tale->first++;
    }
    if (tale->first > 64 && tale->first > tale->count / 2) {
        memmove(tale->told, tale->told + tale->first,
                (tale->count - tale->first) * sizeof(*tale->told));
        tale->dropped += tale->first;
        tale->count -= tale->first;
        tale->first = 0;
    }
}

/* Who has gone astray is compared no more, and others not with him: he passes nothing. */
static void leave(struct sim__same *same, const struct sim__teller *teller)
{
    same->wrong++;
    for (int k = 0; k < SIM_SAMES; k++) {
        struct sim__tale *tale = &same->tales[k];
        for (uint32_t i = tale->first; i < tale->count && tale->dropped + i < teller->heard[k];
             i++) {
            tale->told[i].passed--;
        }
    }
}

/* False when out of memory. */
static bool compare(struct sim__same *same, enum sim_same k, const struct sim_expectation *e,
                    struct sim__teller *teller, const struct sim__told *told)
{
    struct sim__tale *tale = &same->tales[k];
    uint64_t place = teller->heard[k];
    uint64_t at = place - tale->dropped;
    if (at == tale->count) {
        struct sim__told *list = sim__grown(tale->told, &tale->room, at + 1, sizeof(*list));
        if (list == NULL) {
            return false;
        }
        tale->told = list;
        list[tale->count++] = *told;
    } else if (!agree(e, k, place, &tale->told[at], told)) {
        teller->wrong = true;
        teller->same = k;
        teller->place = place;
        teller->wanted = tale->told[at];
        teller->found = *told;
        leave(same, teller);
        return true;
    }
    teller->heard[k]++;
    tale->told[at].passed++;
    drop(same, tale);
    return true;
}

static bool hear(struct sim__same *same, const struct sim_expectation *e,
                 const struct sup_event *event)
{
    uint32_t place = teller_of(same, event);
    struct sim__told told;
    bool good = place != 0;
    if (place == 0 || place == NO_TELLER) {
        return good;
    }
    struct sim__teller *teller = &same->tellers[place - 1];
    for (int k = 0; good && !teller->wrong && k < SIM_SAMES; k++) {
        if (e->same[k] && tell((enum sim_same)k, event, &told)) {
            good = compare(same, (enum sim_same)k, e, teller, &told);
        }
    }
    return good;
}

void sim__same_listen(struct sim_expect *expect, const struct sup_event *event)
{
    if (event->service == NULL || event->slot == UINT32_MAX) {
        return;
    }
    for (uint32_t i = 0; i < expect->same_count; i++) {
        struct sim__same *same = &expect->same[i];
        if (!hear(same, expect->entries[same->entry].expectation, event)) {
            expect->failed = true;
        }
    }
}

/* ---- deciding ---- */

static void wanted_text(struct sim__text *out, const struct sim_expectation *e)
{
    bool any = false;
    sim__target_text(out, &e->target);
    sim__text_put(out, ": the same ");
    for (int k = 0; k < SIM_SAMES; k++) {
        if (e->same[k]) {
            sim__text_put(out, any ? ", " : "");
            sim__text_put(out, names[k]);
            any = true;
        }
    }
    if (e->same[SIM_SAME_STARTS] || e->same[SIM_SAME_EVENTS]) {
        sim__text_put(out, " within ");
        sim__duration_text(out, e->same_within);
    }
}

static void told_text(struct sim__text *out, enum sim_same same, const struct sim__told *told)
{
    switch (same) {
    case SIM_SAME_DELAYS:
        sim__duration_text(out, SUP_NS(told->value));
        break;
    case SIM_SAME_REASON:
        sim__text_put(out, sup_reason_name((enum sup_reason)told->value));
        break;
    case SIM_SAME_EVENTS:
        sim__text_put(out, sup_event_name(told->type));
        sim__text_put(out, " at ");
        sim__instant_text(out, told->at);
        break;
    default:
        sim__text_put(out, "at ");
        sim__instant_text(out, told->at);
    }
}

static const char *one_of(enum sim_same same)
{
    static const char *const nouns[SIM_SAMES] = {"start", "delay", "reason", "event"};
    return nouns[same];
}

struct verdict {
    const struct sim__same *same;
    const struct sim_expectation *expectation;
    struct sup *sup;
    struct sup_instant until;
    struct sim__finding finding;
    uint32_t asked;
    uint32_t wrong;
    bool any; /* something was compared */
};

/* "b: start 2 at 5s, of a at 4s"; "b: 2 starts, and a has more" */
static void explain(struct verdict *verdict, const char *name, const struct sim__teller *teller)
{
    struct sim__text *out = &verdict->finding.found;
    if (++verdict->wrong > SIM__NAMES_SHOWN) {
        return;
    }
    sim__finding_concerns(&verdict->finding, name);
    sim__text_put(out, verdict->wrong > 1 ? "; " : "");
    sim__text_show(out, name);
    const char *other = sup_slot_name(verdict->sup, teller->wanted.slot);
    if (teller->found.slot == UINT32_MAX) {
        sim__text_format(out, ": %" PRIu64 " %s%s, of ", teller->place, one_of(teller->same),
                         teller->place == 1 ? "" : "s");
        sim__text_show(out, other);
        sim__text_put(out, " one more ");
        told_text(out, teller->same, &teller->wanted);
        return;
    }
    sim__text_format(out, ": %s %" PRIu64 " ", one_of(teller->same), teller->place + 1);
    told_text(out, teller->same, &teller->found);
    sim__text_put(out, ", of ");
    sim__text_show(out, other);
    sim__text_char(out, ' ');
    told_text(out, teller->same, &teller->wanted);
    if (teller->same == SIM_SAME_EVENTS && teller->wanted.type == teller->found.type &&
        teller->wanted.value != teller->found.value) {
        sim__text_put(out, " with other fields");
    }
}

/* Who tells less than another is wrong by the first that he lacks, unless the run was cut
 * off while it might still come. */
static void look_for_missing(const struct verdict *verdict, enum sim_same k,
                             struct sim__teller *teller)
{
    const struct sim__tale *tale = &verdict->same->tales[k];
    if (teller->heard[k] >= tale->dropped + tale->count) {
        return;
    }
    const struct sim__told *lacking = &tale->told[teller->heard[k] - tale->dropped];
    struct sup_instant latest = sup_instant_add(lacking->at, verdict->expectation->same_within);
    if (verdict->until.ns == SUP_NEVER_NS || latest.ns <= verdict->until.ns) {
        teller->wrong = true;
        teller->same = k;
        teller->place = teller->heard[k];
        teller->wanted = *lacking;
        teller->found.slot = UINT32_MAX;
    }
}

static void judge(struct verdict *verdict, const char *name, const struct sim__teller *heard)
{
    struct sim__teller teller = *heard;
    verdict->asked++;
    for (int k = 0; !teller.wrong && k < SIM_SAMES; k++) {
        look_for_missing(verdict, (enum sim_same)k, &teller);
    }
    if (teller.wrong) {
        explain(verdict, name, &teller);
    }
}

static void judge_all(struct verdict *verdict)
{
    static const struct sim__teller silent = {.slot = UINT32_MAX};
    const struct sim__same *same = verdict->same;
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(verdict->sup, slot)) != NULL; slot++) {
        uint32_t place = slot < same->slot_room ? same->by_slot[slot] : 0;
        if (place != NO_TELLER && (place != 0 || is_asked(same, name))) {
            judge(verdict, name, place != 0 ? &same->tellers[place - 1] : &silent);
        }
    }
    for (uint32_t i = 0; i < same->target.name_count; i++) {
        struct sup_metrics unused;
        if (sup_service_metrics(verdict->sup, same->target.names[i], &unused) != SUP_OK) {
            judge(verdict, same->target.names[i], &silent);
        }
    }
    for (int k = 0; k < SIM_SAMES; k++) {
        verdict->any = verdict->any || same->tales[k].dropped + same->tales[k].count > 0;
    }
}

void sim__same_decide(struct sim_expect *expect, const struct sim__entry *entry,
                      const struct sim__end *end)
{
    struct verdict verdict = {.same = &expect->same[entry->part],
                              .expectation = entry->expectation,
                              .sup = end->sup,
                              .until = expect->scenario->until};
    sim__finding_init(&verdict.finding);
    judge_all(&verdict);
    struct sim__text *found = &verdict.finding.found;
    if (verdict.wrong > SIM__NAMES_SHOWN) {
        sim__text_format(found, "; and %" PRIu32 " more", verdict.wrong - SIM__NAMES_SHOWN);
    } else if (verdict.wrong == 0 && verdict.asked < 2) {
        sim__text_put(found,
                      verdict.asked == 0 ? "no service matches" : "only one service matches");
    } else if (verdict.wrong == 0 && !verdict.any) {
        sim__text_put(found, "nothing to compare");
    }
    if (found->length > 0) {
        wanted_text(&verdict.finding.expected, entry->expectation);
        sim__expect_add(expect, entry->expectation->place, end->at, &verdict.finding);
    }
}
