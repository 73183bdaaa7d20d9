/* Whether each such event is followed, soon enough, by another. Those that wait for an
 * answer stand in a ring in the order of their time; the last answer of each party is
 * remembered, so that an event costs the same however many wait. */
#include <stdlib.h>

#include "counted.h"
#include "facts.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

int sim__follow_init(struct sim__follow *follow, const struct sim_counted *wanted, uint64_t seed)
{
    *follow = (struct sim__follow){.wanted = wanted};
    sim__roll_init(&follow->roll, NULL, seed);
    int error = sim__filter_init(&follow->filter, &wanted->filter);
    int then = sim__filter_init(&follow->then, &wanted->then);
    return error != SUP_OK ? error : then;
}

void sim__follow_release(struct sim__follow *follow)
{
    sim__filter_release(&follow->filter);
    sim__filter_release(&follow->then);
    sim__roll_release(&follow->roll);
    free(follow->ring);
    free(follow->answers);
}

/* Who has to answer: the same service; what is about none has a place of its own. */
static uint32_t party_of(const struct sim__follow *follow, uint32_t number)
{
    return follow->wanted->any_service ? 0 : number;
}

static const struct sim__asked *oldest(const struct sim__follow *follow)
{
    return &follow->ring[follow->first];
}

static bool is_answered(const struct sim__follow *follow, const struct sim__asked *asked)
{
    uint32_t party = party_of(follow, asked->number);
    return party < follow->answer_room && follow->answers[party] > asked->sequence;
}

static void note(struct sim__unanswered *list, const struct sim__asked *asked)
{
    if (list->count < SIM__UNANSWERED_SHOWN) {
        list->shown[list->count] = *asked;
    }
    list->count++;
}

static void drop_oldest(struct sim__follow *follow)
{
    SUP_ASSERT(follow->count > 0);
    follow->first = (follow->first + 1) % follow->room;
    follow->count--;
}

/* What is answered goes, and what cannot be answered in time any more. */
static void pass(struct sim__follow *follow, struct sup_instant now)
{
    const struct sup_duration within = follow->wanted->within;
    while (follow->count > 0) {
        bool answered = is_answered(follow, oldest(follow));
        if (!answered && !sim__passed(oldest(follow)->at, now, within)) {
            return;
        }
        if (!answered) {
            note(&follow->missed, oldest(follow));
        }
        drop_oldest(follow);
    }
}

static bool make_room(struct sim__follow *follow)
{
    uint32_t room = follow->room == 0 ? 16 : follow->room * 2;
    struct sim__asked *ring = room > follow->room ? malloc(room * sizeof(*ring)) : NULL;
    if (ring == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < follow->count; i++) {
        ring[i] = follow->ring[(follow->first + i) % follow->room];
    }
    free(follow->ring);
    follow->ring = ring;
    follow->room = room;
    follow->first = 0;
    return true;
}

static void answer(struct sim__follow *follow, const struct sup_event *event, uint32_t number)
{
    uint32_t party = party_of(follow, number);
    uint64_t *answers = sim__grown(follow->answers, &follow->answer_room, (uint64_t)party + 1,
                                   sizeof(*follow->answers));
    if (answers == NULL) {
        follow->failed = true;
        return;
    }
    follow->answers = answers;
    answers[party] = event->sequence;
}

static void ask(struct sim__follow *follow, const struct sup_event *event, uint32_t number)
{
    if (follow->count == follow->room && !make_room(follow)) {
        follow->failed = true;
        return;
    }
    follow->asked++;
    follow->ring[(follow->first + follow->count) % follow->room] =
        (struct sim__asked){event->at, event->sequence, number};
    follow->count++;
}

/* An event that is both answers those before it, never itself. */
void sim__follow_hear(struct sim__follow *follow, const struct sup_event *event)
{
    bool asks = sim__filter_fits(&follow->filter, event);
    bool answers = sim__filter_fits(&follow->then, event);
    if (!asks && !answers) {
        return;
    }
    uint32_t number = event->service == NULL ? 0 : sim__roll_hear(&follow->roll, event);
    if (event->service != NULL && number == 0) {
        follow->failed = true;
        return;
    }
    pass(follow, event->at);
    if (answers) {
        answer(follow, event, number);
    }
    if (asks) {
        ask(follow, event, number);
    }
}

/* ---- deciding ---- */

/* A run without a horizon has ended for good: what did not come has failed. */
static void decide_rest(struct sim__follow *follow, struct sup_instant until)
{
    const struct sup_duration within = follow->wanted->within;
    for (; follow->count > 0; drop_oldest(follow)) {
        const struct sim__asked *asked = oldest(follow);
        bool over = sup_instant_add(asked->at, within).ns <= until.ns;
        if (!is_answered(follow, asked)) {
            note(over ? &follow->missed : &follow->undecided, asked);
        }
    }
}

static void list(struct sim__finding *finding, const struct sim__follow *follow,
                 const struct sim__unanswered *list, const struct sim__end *end)
{
    struct sim__text *found = &finding->found;
    for (uint32_t i = 0; i < list->count && i < SIM__UNANSWERED_SHOWN; i++) {
        uint32_t number = list->shown[i].number;
        const char *name = number == 0 ? NULL : sim__roll_name(&follow->roll, end->sup, number);
        sim__text_put(found, i == 0 ? "" : ", ");
        if (name != NULL) {
            sim__text_show(found, name);
            sim__text_put(found, " at ");
            sim__finding_concerns(finding, name);
        } else {
            sim__text_put(found, "at ");
        }
        sim__instant_text(found, list->shown[i].at);
    }
    if (list->count > SIM__UNANSWERED_SHOWN) {
        sim__text_put(found, " and ");
        sim__text_u64(found, list->count - SIM__UNANSWERED_SHOWN);
        sim__text_put(found, " more");
    }
}

static void explain(const struct sim__follow *follow, const struct sim__end *end,
                    struct sim__finding *finding)
{
    const struct sim_counted *wanted = follow->wanted;
    struct sim__text *found = &finding->found;
    bool undecided = follow->undecided.count > 0 && !wanted->open;
    sim__text_put(&finding->expected, "each ");
    sim__filter_text(&finding->expected, &wanted->filter);
    sim__text_put(&finding->expected, " to be followed by ");
    sim__filter_text(&finding->expected, &wanted->then);
    sim__text_put(&finding->expected,
                  wanted->any_service ? ", of any service, within " : " within ");
    sim__duration_text(&finding->expected, wanted->within);
    if (follow->asked == 0) {
        sim__text_put(found, "there was none to be followed");
        return;
    }
    if (follow->missed.count > 0) {
        sim__text_u64(found, follow->missed.count);
        sim__text_put(found, " of ");
        sim__text_u64(found, follow->asked);
        sim__text_put(found, follow->missed.count == 1 ? " was not: " : " were not: ");
        list(finding, follow, &follow->missed, end);
    }
    if (undecided) {
        sim__text_put(found, follow->missed.count > 0 ? "; " : "");
        sim__text_u64(found, follow->undecided.count);
        sim__text_put(found, " of ");
        sim__text_u64(found, follow->asked);
        sim__text_put(found, " undecided at `until`: ");
        list(finding, follow, &follow->undecided, end);
    }
}

void sim__follow_decide(struct sim_expect *expect, const struct sim__entry *entry,
                        struct sim__follow *follow, const struct sim__end *end)
{
    const struct sim_counted *wanted = follow->wanted;
    decide_rest(follow, expect->scenario->until);
    bool undecided = follow->undecided.count > 0 && !wanted->open;
    if (follow->asked > 0 && follow->missed.count == 0 && !undecided) {
        return;
    }
    struct sim__finding finding;
    struct sup_instant at = end->at;
    sim__finding_init(&finding);
    explain(follow, end, &finding);
    if (follow->missed.count > 0) {
        struct sup_instant late = sup_instant_add(follow->missed.shown[0].at, wanted->within);
        at = late.ns < at.ns ? late : at;
    }
    sim__expect_add(expect, entry->expectation->place, at, &finding);
}
