/* How many events there were, in all or of each service. */
#include <stdlib.h>

#include "counted.h"
#include "facts.h"
#include "sim/base/grow.h"
#include "sup/error.h"

int sim__count_init(struct sim__count *count, const struct sim_counted *wanted)
{
    *count =
        (struct sim__count){.most = wanted->is.max, .over_slot = UINT32_MAX, .each = wanted->each};
    int error = sim__filter_init(&count->filter, &wanted->filter);
    if (error == SUP_OK && count->each) {
        size_t names = (size_t)count->filter.target.name_count + 1;
        count->by_name = calloc(names, sizeof(*count->by_name));
        error = count->by_name == NULL ? SUP_ENOMEM : SUP_OK;
    }
    return error;
}

void sim__count_release(struct sim__count *count)
{
    sim__filter_release(&count->filter);
    free(count->by_slot);
    free(count->by_name);
}

/* One more for whom the event is about. */
static void count_for_one(struct sim__count *count, const struct sup_event *event)
{
    const struct sim__target *target = &count->filter.target;
    if (event->slot == UINT32_MAX) {
        uint32_t at = sim__names_find(target->names, target->name_count, event->service);
        if (at != SIM__NO_NAME) {
            count->by_name[at]++;
        }
        return;
    }
    uint64_t *by_slot = sim__grown(count->by_slot, &count->room, (uint64_t)event->slot + 1,
                                   sizeof(*count->by_slot));
    if (by_slot == NULL) {
        count->filter.failed = true;
        return;
    }
    count->by_slot = by_slot;
    by_slot[event->slot]++;
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

struct roll {
    struct sim__finding *finding;
    struct sim_range wanted;
    uint64_t asked;
    uint64_t wrong;
};

static void ask(struct roll *roll, const char *name, uint64_t found)
{
    roll->asked++;
    if (sim__within(roll->wanted, found)) {
        return;
    }
    if (roll->wrong++ < SIM__NAMES_SHOWN) {
        sim__text_put(&roll->finding->found, roll->wrong > 1 ? "; " : "");
        sim__text_show(&roll->finding->found, name);
        sim__text_put(&roll->finding->found, ": ");
        sim__text_u64(&roll->finding->found, found);
        sim__finding_concerns(roll->finding, name);
    }
}

static uint64_t count_of(const struct sim__count *count, uint32_t slot)
{
    return slot < count->room ? count->by_slot[slot] : 0;
}

/* Names that nobody ever had are asked, too: only commands can have been about them. */
static void ask_missing(const struct sim__count *count, const bool *seen, struct roll *roll)
{
    const struct sim__target *target = &count->filter.target;
    for (uint32_t i = 0; i < target->name_count && count->filter.wanted->group == NULL; i++) {
        if (!seen[i]) {
            ask(roll, target->names[i], count->by_name[i]);
        }
    }
}

static void ask_all(struct sim__count *count, struct sup *sup, bool *seen, struct roll *roll)
{
    const struct sim__target *target = &count->filter.target;
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(sup, slot)) != NULL; slot++) {
        uint32_t at = sim__names_find(target->names, target->name_count, name);
        if (at != SIM__NO_NAME) {
            seen[at] = true;
        }
        if (sim__filter_asks(&count->filter, slot, name)) {
            uint64_t before = at != SIM__NO_NAME ? count->by_name[at] : 0;
            ask(roll, name, before + count_of(count, slot));
        }
    }
    ask_missing(count, seen, roll);
}

static void decide_each(struct sim_expect *expect, const struct sim__entry *entry,
                        struct sim__count *count, const struct sim__end *end)
{
    const struct sim_counted *wanted = entry->expectation->counted;
    struct sim__finding finding;
    struct roll roll = {.finding = &finding, .wanted = wanted->is};
    bool *seen = calloc((size_t)count->filter.target.name_count + 1, sizeof(*seen));
    if (seen == NULL) {
        expect->failed = true;
        return;
    }
    sim__finding_init(&finding);
    ask_all(count, end->sup, seen, &roll);
    free(seen);
    if (roll.asked > 0 && roll.wrong == 0) {
        return;
    }
    sim__text_put(&finding.expected, "tally of ");
    sim__filter_text(&finding.expected, &wanted->filter);
    sim__text_put(&finding.expected, ", of each service: ");
    sim__range_text(&finding.expected, wanted->is, SIM__NUMBERS);
    if (roll.asked == 0) {
        sim__text_put(&finding.found, "no service matches");
    } else if (roll.wrong > SIM__NAMES_SHOWN) {
        sim__text_put(&finding.found, "; and ");
        sim__text_u64(&finding.found, roll.wrong - SIM__NAMES_SHOWN);
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
