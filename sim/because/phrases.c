/* Phrases of reasons; see phrases.h. */
#include "phrases.h"

#include <inttypes.h>

#include "sup/grounds.h"

static const struct sup_limit_rules plain;

static const char *const entry_names[] = {
    [SUP_LIMIT_COUNTS_RESTARTS] = "restart",
    [SUP_LIMIT_COUNTS_STARTS] = "start",
    [SUP_LIMIT_COUNTS_ENDS] = "end",
};

void sim__limit_put_span(struct sim__text *text, const struct sup_limit_policy *limit,
                         const struct sup_limit_rules *rules)
{
    rules = rules == NULL ? &plain : rules;
    if (rules->window == SUP_LIMIT_WINDOW_STREAK) {
        sim__text_put(text, " in a row");
    } else if (rules->window == SUP_LIMIT_WINDOW_DECAY) {
        sim__text_put(text, ", half-life ");
        sim__text_duration(text, rules->half_life);
    } else if (limit->within.ns != SUP_NEVER_NS) {
        sim__text_put(text, " in ");
        sim__text_duration(text, limit->within);
    }
}

void sim__limit_put_entry(struct sim__text *text, const struct sim__limit_entry *entry)
{
    const struct sup_limit_rules *rules = entry->rules == NULL ? &plain : entry->rules;
    bool streak = rules->window == SUP_LIMIT_WINDOW_STREAK;
    sim__text_format(text, "%s %" PRIu32, streak ? "failure" : entry_names[rules->counts],
                     entry->number);
    if (streak) {
        sim__limit_put_span(text, entry->limit, rules);
    }
    sim__text_format(text, "%s%" PRIu32, entry->of, entry->limit->max);
    if (!streak) {
        sim__limit_put_span(text, entry->limit, rules);
    }
}

void sim__life_put_entry(struct sim__text *text, uint32_t max, const char *of)
{
    sim__text_format(text, "restart %" PRIu64 "%s%" PRIu32 " in its life", (uint64_t)max + 1, of,
                     max);
}

/* Thousandths, rounded down. */
static void put_score(struct sim__text *text, uint64_t score)
{
    uint64_t thousandths = (score & UINT32_MAX) * 1000 >> 32;
    sim__text_format(text, ", score %" PRIu64 ".%03" PRIu64, score >> 32, thousandths);
}

/* What is counted by a clock of grains may have come before instant 0 by that clock. */
#define BEFORE_ALL (UINT64_MAX / 2)

static void put_since(struct sim__text *text, const char *words, struct sup_instant since)
{
    if (since.ns == SUP_NEVER_NS) {
        return;
    }
    if (since.ns > BEFORE_ALL) {
        sim__text_put(text, words);
        sim__text_char(text, '-');
        sim__text_duration(text, SUP_NS(0 - since.ns));
    } else {
        sim__text_put(text, words);
        sim__text_duration(text, SUP_NS(since.ns));
    }
}

void sim__limit_put_window(struct sim__text *text, const struct sup_limit_grounds *limit)
{
    switch (limit->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        put_since(text, ", the oldest at ", limit->since);
        if (limit->rules->grain.ns > 1) {
            sim__text_put(text, " by a clock of ");
            sim__text_duration(text, limit->rules->grain);
        }
        break;
    case SUP_LIMIT_WINDOW_FIXED:
        put_since(text, ", window opened at ", limit->since);
        break;
    case SUP_LIMIT_WINDOW_ONCE:
        put_since(text, ", its only window opened at ", limit->since);
        break;
    case SUP_LIMIT_WINDOW_DECAY:
        put_score(text, limit->score);
        break;
    default:
        break; /* a streak is its own window */
    }
}
