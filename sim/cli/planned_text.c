/* Plans for people: a table and a few sentences. */
#include <inttypes.h>
#include <string.h>

#include "planned.h"
#include "sim/because/phrases.h"
#include "sup/rules.h"

static const struct sup_limit_policy *limit_of(const struct cli_planned *planned)
{
    return &planned->service->policy.limit;
}

static const struct sup_limit_rules *rules_of(const struct cli_planned *planned)
{
    static const struct sup_limit_rules plain;
    const struct sup_rules *rules = planned->service->policy.rules;
    return rules == NULL ? &plain : &rules->limit;
}

static bool opens(const struct cli_planned *planned)
{
    enum sup_limit_window window = rules_of(planned)->window;
    return window == SUP_LIMIT_WINDOW_FIXED || window == SUP_LIMIT_WINDOW_ONCE;
}

/* ---- the table ---- */

static void put_right(struct sim__text *text, size_t width, const struct sim__text *cell)
{
    /* What is wider than its column stays apart from the one before it. */
    sim__text_pad(text, cell->length < width ? width - cell->length : 1);
    sim__text_put(text, sim__text_string(cell));
}

static void put_limit_title(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sup_limit_policy *limit = limit_of(planned);
    if (limit->enabled) {
        sim__text_format(text, "   limit %" PRIu32, limit->max);
        sim__limit_put_span(text, limit, rules_of(planned));
    }
}

struct row {
    const char *number; /* NULL: `index` */
    uint64_t index;
    struct sup_instant at;
    struct sup_duration wait;      /* never: none */
    const struct sup_duration *to; /* NULL, or the longest that the wait may be */
    uint32_t streak;
};

void cli_planned_put_range(struct sim__text *cell, struct sup_duration from,
                           const struct sup_duration *to)
{
    sim__text_duration(cell, from);
    if (to != NULL && to->ns != from.ns) {
        sim__text_put(cell, "..");
        sim__text_duration(cell, *to);
    }
}

static void put_row(struct sim__text *text, const struct row *row,
                    const struct sup_duration *latest)
{
    struct sim__text cell = {0};
    if (row->number != NULL) {
        sim__text_put(&cell, row->number);
    } else {
        sim__text_u64(&cell, row->index);
    }
    put_right(text, 6, &cell);
    sim__text_clear(&cell);
    cli_planned_put_range(&cell, SUP_NS(row->at.ns), latest);
    put_right(text, 13, &cell);
    sim__text_clear(&cell);
    if (row->wait.ns == SUP_NEVER_NS) {
        sim__text_char(&cell, '-');
    } else {
        cli_planned_put_range(&cell, row->wait, row->to);
    }
    put_right(text, 24, &cell);
    sim__text_clear(&cell);
    sim__text_u64(&cell, row->streak);
    put_right(text, 9, &cell);
    sim__text_release(&cell);
}

/* More starts than these are said in a sentence. */
#define ROWS_MAX 40u

static void put_granted(const struct cli_planned *planned, uint32_t index, struct sim__text *text)
{
    const struct sim__planned_start *start = &planned->least.starts[index];
    const struct sim__plan *most = &planned->most;
    bool ranges = planned->ranges && index < most->start_count;
    struct sup_duration latest = SUP_NS(ranges ? most->starts[index].at.ns : start->at.ns);
    struct sup_duration longest = ranges ? most->starts[index].wait : start->wait;
    put_row(text,
            &(struct row){.index = index + 1,
                          .at = start->at,
                          .wait = start->wait,
                          .to = &longest,
                          .streak = start->streak},
            &latest);
    if (limit_of(planned)->enabled) {
        sim__text_format(text, "   %" PRIu32 " of %" PRIu32, start->used, limit_of(planned)->max);
        if (opens(planned) && start->used == 1 &&
            rules_of(planned)->counts == SUP_LIMIT_COUNTS_STARTS) {
            sim__text_put(text, ", window opens");
        }
    }
    sim__text_char(text, '\n');
}

static void put_refused(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    put_row(text,
            &(struct row){.number = "-",
                          .at = plan->at,
                          .wait = plan->last_wait,
                          .to = planned->ranges ? &planned->most.last_wait : NULL,
                          .streak = plan->streak},
            NULL);
    sim__text_put(text, "   refused");
    if (opens(planned)) {
        for (uint32_t i = plan->start_count; i > 0; i--) {
            if (plan->starts[i - 1].used == 1) {
                sim__text_put(text, ", window until ");
                sim__text_duration(text, sup_duration_add(SUP_NS(plan->starts[i - 1].at.ns),
                                                          limit_of(planned)->within));
                break;
            }
        }
    }
    sim__text_char(text, '\n');
}

/* What comes after what was shown. */
static void put_again(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    bool even = true;
    struct sup_duration gap = cli_planned_gap(plan);
    for (uint32_t i = plan->again; i + 1 < plan->start_count; i++) {
        even = even && plan->starts[i + 1].at.ns - plan->starts[i].at.ns == gap.ns;
    }
    if (!plan->repeats) {
        sim__text_put(text, "     \xE2\x80\xA6   and so on\n");
    } else if (even) {
        struct sim__text cell = {0};
        sim__text_char(&cell, '+');
        sim__text_duration(&cell, gap);
        sim__text_put(text, "     \xE2\x80\xA6");
        put_right(text, 13, &cell);
        sim__text_release(&cell);
        sim__text_char(text, '\n');
    } else {
        sim__text_format(text, "     \xE2\x80\xA6   as from start %" PRIu32 ", at ",
                         plan->again + 1);
        sim__text_duration(text, SUP_NS(plan->at.ns));
        sim__text_char(text, '\n');
    }
}

static void put_table(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    sim__text_put(text, "\n start           at         after a wait of   streak");
    put_limit_title(planned, text);
    sim__text_char(text, '\n');
    for (uint32_t i = 0; i < plan->start_count && i < ROWS_MAX; i++) {
        put_granted(planned, i, text);
    }
    if (plan->start_count > ROWS_MAX) {
        sim__text_format(text, "     \xE2\x80\xA6   and %" PRIu32 " more\n",
                         plan->start_count - ROWS_MAX);
    }
    if (plan->refused) {
        put_refused(planned, text);
    } else if (plan->verdict == SIM_PLAN_FOR_EVER && plan->start_count > 0 &&
               plan->start_count <= ROWS_MAX) {
        put_again(planned, text);
    }
    sim__text_char(text, '\n');
}

/* ---- sentences ---- */

static void put_entry(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sup_limit_policy *limit = limit_of(planned);
    if (limit->enabled) {
        sim__text_put(text, ", ");
        sim__limit_put_entry(text, &(struct sim__limit_entry){.limit = limit,
                                                              .rules = rules_of(planned),
                                                              .of = SIM__OF_AT_MOST,
                                                              .number = limit->max + 1});
    }
}

static void put_gives_up(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    sim__text_put(text, "It gives up after ");
    struct sup_duration latest = SUP_NS(planned->most.at.ns);
    bool both = planned->ranges && planned->most.verdict == SIM_PLAN_GIVES_UP;
    cli_planned_put_range(text, SUP_NS(plan->at.ns), both ? &latest : NULL);
    sim__text_format(text, ": %s", sup_reason_name(plan->reason));
    if (plan->reason == SUP_REASON_RESTART_LIMIT) {
        const uint32_t most = planned->service->policy.max_restarts;
        if (most != SUP_UNLIMITED && !limit_of(planned)->enabled) {
            sim__text_put(text, ", ");
            sim__life_put_entry(text, most, SIM__OF_AT_MOST);
        }
        put_entry(planned, text);
    }
    sim__text_put(text, ".\n");
}

static const char *ordinal(uint32_t number)
{
    uint32_t tens = number % 100;
    if (tens >= 11 && tens <= 13) {
        return "th";
    }
    return number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
}

static void put_unreached(const struct cli_planned *planned, struct sim__text *text)
{
    uint32_t made = sim__plan_waits(&planned->least);
    uint32_t shown = planned->unreached_count < 6 ? planned->unreached_count : 6;
    if (shown == 0) {
        return;
    }
    sim__text_put(text, "Of the waits up to ");
    sim__text_duration(text, planned->longest);
    sim__text_put(text, ", ");
    for (uint32_t i = 0; i < shown; i++) {
        sim__text_put(text, i == 0 ? "" : i + 1 == planned->unreached_count ? " and " : ", ");
        sim__text_duration(text, planned->unreached[i]);
    }
    if (shown < planned->unreached_count) {
        sim__text_put(text, " and more");
    }
    sim__text_format(text, " %s never reached: the limit ends it after the %" PRIu32 "%s.\n",
                     planned->unreached_count == 1 ? "is" : "are", made, ordinal(made));
}

static void put_for_ever(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    sim__text_put(text, "It never gives up");
    if (limit_of(planned)->enabled) {
        static const char *const entries[] = {"restart", "start", "end"};
        const struct sup_limit_rules *rules = rules_of(planned);
        uint32_t most = plan->most_used;
        if (rules->window == SUP_LIMIT_WINDOW_STREAK || rules->window == SUP_LIMIT_WINDOW_DECAY) {
            sim__text_format(text, ": the limit never counts more than %" PRIu32, most);
        } else {
            sim__text_format(text, ": at most %" PRIu32 " %s%s into ", most, entries[rules->counts],
                             most == 1 ? " falls" : "s fall");
            sim__text_duration(text, limit_of(planned)->within);
        }
    }
    sim__text_char(text, '.');
    cli_planned_put_needed(planned, text);
    sim__text_char(text, '\n');
    uint64_t starts = cli_planned_starts(plan, sup_instant_at(SUP_SEC(3600)));
    if (starts != UINT64_MAX && plan->repeats) {
        sim__text_put(text, "After 1h: ");
        if (planned->ranges && planned->most.repeats) {
            uint64_t fewest = cli_planned_starts(&planned->most, sup_instant_at(SUP_SEC(3600)));
            if (fewest != starts) {
                sim__text_format(text, "%" PRIu64 "..", fewest);
            }
        }
        sim__text_format(text, "%" PRIu64, starts);
        sim__text_put(text, " starts.");
    } else if (starts == UINT64_MAX) {
        sim__text_put(text, "All of them at one instant: without a wait, a processor is lost.");
    }
}

static const char *phrase_of(enum sim_plan_verdict verdict)
{
    static const char *const phrases[] = {"it gives up", "it stays down", "it stays up",
                                          "it is restarted for ever"};
    return phrases[verdict];
}

static void put_edges(const struct cli_planned *planned, struct sim__text *text)
{
    if (planned->edge_count == 0) {
        return;
    }
    const struct sim__edge *edge = &planned->edges[0];
    if (planned->edge_count == 1) {
        if (edge->below == SIM_PLAN_GIVES_UP) {
            sim__text_put(text, "It gives up only when attempts live ");
            sim__text_duration(text, edge->run);
            sim__text_format(text, " or less; one nanosecond more and %s", phrase_of(edge->above));
        } else {
            sim__text_put(text, "When attempts live ");
            sim__text_duration(text, edge->run);
            sim__text_format(text, " or less, %s; one nanosecond more and %s",
                             phrase_of(edge->below), phrase_of(edge->above));
        }
        cli_planned_put_beyond(planned, text);
        sim__text_put(text, ".\n");
        return;
    }
    sim__text_put(text, "There are several edges. When attempts live\n");
    for (uint32_t i = 0; i < planned->edge_count; i++) {
        sim__text_put(text, i == 0 ? "  up to " : "  then up to ");
        sim__text_duration(text, planned->edges[i].run);
        sim__text_format(text, ", %s;\n", phrase_of(planned->edges[i].below));
    }
    sim__text_format(text, "  longer, %s.\n",
                     phrase_of(planned->edges[planned->edge_count - 1].above));
}

/* What makes the streak smaller besides. */
static void put_forgivers(const struct sup_rules *rules, struct sim__text *text)
{
    static const char *const wholly[] = {"a start by hand", "a stop while it runs"};
    const uint32_t streak = UINT32_C(1) << SUP_CLEARS_STREAK;
    bool is[] = {rules == NULL || (rules->operators.clears & streak) != 0,
                 rules != NULL && (rules->operators.stop_clears & streak) != 0};
    for (int i = 0; i < 2; i++) {
        if (is[i]) {
            sim__text_put(text, wholly[i]);
            sim__text_put(text, i == 0 && is[1] ? ", " : " or ");
        }
    }
    sim__text_put(text, "`forget`");
}

static void put_run(const struct sup_backoff_policy *backoff, const struct sup_rules *rules,
                    struct sim__text *text)
{
    static const char *const does[] = {" forgives the streak", " halves the streak",
                                       " takes one off the streak"};
    enum sup_reset_from from = rules == NULL ? SUP_RESET_FROM_START : rules->reset_from;
    sim__text_put(text, "A run of ");
    sim__text_duration(text, backoff->reset_after);
    sim__text_put(text, from == SUP_RESET_FROM_READY     ? " since it was ready"
                        : from == SUP_RESET_FROM_FAILURE ? ", the wait before it included,"
                                                         : "");
    sim__text_put(text, does[backoff->reset]);
}

/* Where all waits are the same and no limit counts it, the streak is of no matter. */
static void put_resets(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sup_policy *policy = &planned->service->policy;
    const struct sup_rules *rules = policy->rules;
    const struct sup_limit_policy *limit = limit_of(planned);
    bool counted = limit->enabled && rules_of(planned)->window == SUP_LIMIT_WINDOW_STREAK;
    if (planned->least.verdict == SIM_PLAN_STAYS_DOWN ||
        planned->least.verdict == SIM_PLAN_STAYS_UP ||
        (cli_planned_is_even(&planned->least) && !counted)) {
        return;
    }
    if (rules != NULL && rules->after_ready.ns != SUP_NEVER_NS) {
        sim__text_put(text, "An attempt that was ready forgives the streak");
    } else if (policy->backoff.reset_after.ns == SUP_NEVER_NS) {
        sim__text_put(text, "Nothing forgives the streak but ");
        put_forgivers(rules, text);
    } else {
        put_run(&policy->backoff, rules, text);
    }
    if (limit->enabled && opens(planned)) {
        sim__text_put(text, "; the window is over ");
        sim__text_duration(text, limit->within);
        sim__text_put(text, " after it opened");
    }
    sim__text_put(text, ".\n");
}

void cli_planned_put(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim__plan *plan = &planned->least;
    cli_planned_put_head(planned, text);
    put_table(planned, text);
    switch (plan->verdict) {
    case SIM_PLAN_GIVES_UP:
        put_gives_up(planned, text);
        put_unreached(planned, text);
        break;
    case SIM_PLAN_FOR_EVER:
        put_for_ever(planned, text);
        break;
    case SIM_PLAN_STAYS_UP:
        sim__text_put(text, "It stays up: the attempt lives on.\n");
        break;
    case SIM_PLAN_STAYS_DOWN:
        sim__text_format(text, "It stays down: %s.\n", sup_reason_name(plan->reason));
        break;
    }
    if (planned->ranges && planned->most.verdict != plan->verdict) {
        sim__text_format(text, "With the longest waits that may be drawn, %s.\n",
                         phrase_of(planned->most.verdict));
    }
    cli_planned_put_otherwise(planned, text);
    put_edges(planned, text);
    put_resets(planned, text);
}
