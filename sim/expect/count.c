/* How many events there were, in all or of each service. */
#include <stdlib.h>

#include "counted.h"
#include "facts.h"
#include "sim/base/grow.h"
#include "sup/error.h"

int sim__count_init(struct sim__count *count, const struct sim_counted *wanted, uint64_t seed)
{
    *count =
        (struct sim__count){.most = wanted->is.max, .over_slot = UINT32_MAX, .each = wanted->each};
    sim__roll_init(&count->roll, NULL, seed);
    return sim__filter_init(&count->filter, &wanted->filter);
}

void sim__count_release(struct sim__count *count)
{
    sim__filter_release(&count->filter);
    sim__roll_release(&count->roll);
    free(count->by_number);
}

/* One more for whom the event is about: the filter names services, so that it is one. */
static void count_for_one(struct sim__count *count, const struct sup_event *event)
{
    uint32_t number = sim__roll_hear(&count->roll, event);
    uint64_t *by_number = number == 0 ? NULL
                                      : sim__grown(count->by_number, &count->room,
                                                   (uint64_t)number + 1, sizeof(*by_number));
    if (by_number == NULL) {
        count->filter.failed = true;
        return;
    }
    count->by_number = by_number;
    by_number[number]++;
}

void sim__count_hear(struct sim__count *count, const struct sup_event *event)
{
    if (!sim__filter_fits(&count->filter, event)) {
        return;
    }
    if (count->total == count->most) {
        count->over_at = event->at;
        count->over_slot = event->slot;
    }
    count->total++;
    if (count->each) {
        count_for_one(count, event);
    }
}

/* ---- in all ---- */

static void decide_all(struct sim_expect *expect, const struct sim__entry *entry,
                       const struct sim__count *count, const struct sim__end *end)
{
    const struct sim_counted *wanted = entry->expectation->counted;
    struct sim__finding finding;
    if (sim__within(wanted->is, count->total)) {
        return;
    }
    sim__finding_init(&finding);
    sim__text_put(&finding.expected, "tally of ");
    sim__filter_text(&finding.expected, &wanted->filter);
    sim__text_put(&finding.expected, ": ");
    sim__range_text(&finding.expected, wanted->is, SIM__NUMBERS);
    sim__text_u64(&finding.found, count->total);
    bool over = count->total > wanted->is.max;
    finding.detail = over ? "over" : "under";
    if (over) {
        sim__text_put(&finding.found,
                      wanted->is.max == 0 ? ", the first at " : ", one too many at ");
        sim__instant_text(&finding.found, count->over_at);
        const char *name = sup_slot_name(end->sup, count->over_slot);
        if (name != NULL) {
            sim__text_put(&finding.found, " (");
            sim__text_show(&finding.found, name);
            sim__text_put(&finding.found, ")");
            sim__finding_concerns(&finding, name);
        }
    }
    sim__expect_add(expect, entry->expectation->place, over ? count->over_at : end->at, &finding);
}

/* ---- of each ---- */

struct answers {
    struct sim__finding *finding;
    struct sim_range wanted;
    uint64_t asked;
    uint64_t wrong;
};

static void ask(struct answers *answers, const char *name, uint64_t found)
{
    answers->asked++;
    if (sim__within(answers->wanted, found)) {
        return;
    }
    if (answers->wrong == 0) {
        answers->finding->detail = found > answers->wanted.max ? "over" : "under";
    }
    if (answers->wrong++ < SIM__NAMES_SHOWN) {
        sim__text_put(&answers->finding->found, answers->wrong > 1 ? "; " : "");
        sim__text_show(&answers->finding->found, name);
        sim__text_put(&answers->finding->found, ": ");
        sim__text_u64(&answers->finding->found, found);
        sim__finding_concerns(answers->finding, name);
    }
}

static uint64_t count_of(const struct sim__count *count, uint32_t slot, const char *name)
{
    uint32_t number = sim__roll_find(&count->roll, slot, name);
    return number < count->room ? count->by_number[number] : 0;
}

/* Names that nobody ever had are asked, too: only commands can have been about them. */
static void ask_missing(const struct sim__count *count, const struct sup *sup,
                        struct answers *answers)
{
    const struct sim__target *target = &count->filter.target;
    for (uint32_t i = 0; i < target->name_count && count->filter.wanted->group == NULL; i++) {
        const char *name = target->names[i];
        struct sup_metrics unused;
        if (sup_service_metrics(sup, name, &unused) != SUP_OK) {
            ask(answers, name, count_of(count, UINT32_MAX, name));
        }
    }
}

static void ask_all(struct sim__count *count, const struct sup *sup, struct answers *answers)
{
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(sup, slot)) != NULL; slot++) {
        if (sim__filter_asks(&count->filter, slot, name)) {
            ask(answers, name, count_of(count, slot, name));
        }
    }
    ask_missing(count, sup, answers);
}

static void decide_each(struct sim_expect *expect, const struct sim__entry *entry,
                        struct sim__count *count, const struct sim__end *end)
{
    const struct sim_counted *wanted = entry->expectation->counted;
    struct sim__finding finding;
    struct answers answers = {.finding = &finding, .wanted = wanted->is};
    sim__finding_init(&finding);
    ask_all(count, end->sup, &answers);
    if (answers.asked > 0 && answers.wrong == 0) {
        return;
    }
    sim__text_put(&finding.expected, "tally of ");
    sim__filter_text(&finding.expected, &wanted->filter);
    sim__text_put(&finding.expected, ", of each service: ");
    sim__range_text(&finding.expected, wanted->is, SIM__NUMBERS);
    if (answers.asked == 0) {
        sim__text_put(&finding.found, "no service matches");
    } else if (answers.wrong > SIM__NAMES_SHOWN) {
        sim__text_put(&finding.found, "; and ");
        sim__text_u64(&finding.found, answers.wrong - SIM__NAMES_SHOWN);
        sim__text_put(&finding.found, " more");
    }
    sim__expect_add(expect, entry->expectation->place, end->at, &finding);
}

void sim__count_decide(struct sim_expect *expect, const struct sim__entry *entry,
                       struct sim__count *count, const struct sim__end *end)
{
    if (entry->expectation->counted->each) {
        decide_each(expect, entry, count, end);
    } else {
        decide_all(expect, entry, count, end);
    }
}
