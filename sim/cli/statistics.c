/* What the measures of a scenario come to over its runs. */
#include "statistics.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

#define TEXTS 2u /* of a failure: what was expected, what was found */

static const unsigned percents[CLI_STATISTICS] = {
#define CLI__X(id, name, percent) percent,
    CLI_STATISTICS_LIST(CLI__X)
#undef CLI__X
};

const char *cli_statistic_name(enum cli_statistic statistic)
{
    static const char *const names[CLI_STATISTICS] = {
#define CLI__X(id, name, percent) name,
        CLI_STATISTICS_LIST(CLI__X)
#undef CLI__X
    };
    return names[statistic];
}

void cli_statistics_release(struct cli_statistics *statistics)
{
    for (uint32_t i = 0; statistics->texts != NULL && i < TEXTS * statistics->failure_count; i++) {
        sim__text_release(&statistics->texts[i]);
    }
    free(statistics->rows);
    free(statistics->moved);
    free(statistics->summaries);
    free(statistics->failures);
    free(statistics->texts);
    *statistics = (struct cli_statistics){0};
}

void cli_statistics_begin(struct cli_statistics *statistics, const struct sim_scenario *scenario)
{
    cli_statistics_release(statistics);
    statistics->scenario = scenario;
}

/* ---- collecting ---- */

static uint64_t width(const struct cli_statistics *statistics)
{
    return (uint64_t)statistics->scenario->measure_count + 1;
}

static bool reserve(struct cli_statistics *statistics)
{
    if (statistics->moved == NULL) {
        statistics->moved = calloc((size_t)width(statistics), sizeof(*statistics->moved));
    }
    if (statistics->moved == NULL) {
        return false;
    }
    if (statistics->runs < statistics->room) {
        return true;
    }
    uint64_t room = statistics->room == 0 ? 16 : statistics->room * 2;
    if (room > SIZE_MAX / sizeof(uint64_t) / width(statistics)) {
        return false;
    }
    uint64_t *rows = realloc(statistics->rows, (size_t)(room * width(statistics)) * sizeof(*rows));
    if (rows == NULL) {
        return false;
    }
    statistics->rows = rows;
    statistics->room = room;
    return true;
}

void cli_statistics_add(struct cli_statistics *statistics, const struct cli_record *record)
{
    uint32_t count = statistics->scenario->measure_count;
    bool whole = record->verdict == SIM_PASS || record->verdict == SIM_EXPECTATION_FAILED;
    if (count == 0 || !whole || record->measure_count != count || statistics->failed) {
        return;
    }
    if (!reserve(statistics)) {
        statistics->failed = true;
        return;
    }
    uint64_t *row = statistics->rows + statistics->runs++ * width(statistics);
    row[0] = record->seed;
    memcpy(row + 1, record->measures, count * sizeof(*row));
    for (uint32_t i = 0; i < count; i++) {
        uint64_t moved = record->moved[i];
        statistics->moved[i] = moved > statistics->moved[i] ? moved : statistics->moved[i];
    }
}

/* ---- figures ---- */

/* The measure's figures of all runs, the smallest first. */
static void sort(const struct cli_statistics *statistics, uint32_t measure,
                 struct sim__figure *figures)
{
    for (uint64_t i = 0; i < statistics->runs; i++) {
        const uint64_t *row = statistics->rows + i * width(statistics);
        figures[i] = (struct sim__figure){row[1 + measure], row[0]};
    }
    sim__figures_sort(figures, statistics->runs);
}

static void spread(const struct sim_measure *measure, const struct sim__figure *figures,
                   uint64_t count, struct cli_summary *summary)
{
    uint64_t known = count;
    while (known > 0 && sim_measure_is_duration(measure) &&
           figures[known - 1].value == SUP_NEVER_NS) {
        known--;
    }
    summary->never = count - known;
    sim__figures_count(figures, known, summary->spread);
}

/* ---- what is expected ---- */

static void put_statistic(struct sim__text *text, unsigned percent)
{
    for (int i = 0; i < CLI_STATISTICS; i++) {
        if (percents[i] == percent) {
            sim__text_put(text, cli_statistic_name((enum cli_statistic)i));
            return;
        }
    }
    sim__text_format(text, "p%u", percent);
}

static void put_range(struct sim__text *text, const struct sim_measure *measure,
                      struct sim_range range)
{
    if (range.min == range.max) {
        cli_report_figure(text, measure, range.min);
    } else if (range.max == UINT64_MAX) {
        sim__text_put(text, "at least ");
        cli_report_figure(text, measure, range.min);
    } else {
        sim__text_put(text, range.min == 0 ? "at most " : "");
        if (range.min > 0) {
            cli_report_figure(text, measure, range.min);
            sim__text_put(text, " to ");
        }
        cli_report_figure(text, measure, range.max);
    }
}

static void fail(struct cli_statistics *statistics, const struct sim_measured *measured,
                 const struct sim_statistic *wanted, const struct sim__figure *found)
{
    const struct sim_measure *measure = &statistics->scenario->measures[measured->measure];
    struct sim__text *text = &statistics->texts[(size_t)statistics->failure_count * TEXTS];
    sim__text_format(&text[0], "measure %s over seeds: ", measure->name);
    put_statistic(&text[0], wanted->percent);
    sim__text_char(&text[0], ' ');
    put_range(&text[0], measure, wanted->range);
    if (found != NULL && statistics->moved[measured->measure] > 0) {
        sim__text_put(&text[0], ", give or take ");
        cli_report_figure(&text[0], measure, statistics->moved[measured->measure]);
    }
    if (found != NULL) {
        cli_report_figure(&text[1], measure, found->value);
        sim__text_format(&text[1], " (seed %llu)", (unsigned long long)found->seed);
    } else {
        sim__text_put(&text[1],
                      statistics->failed ? "no memory for the figures" : "no run came to its end");
    }
    statistics->failures[statistics->failure_count++] = (struct cli_failure){
        .place = wanted->place,
        .at = SUP_INSTANT_NEVER,
        .expected = sim__text_string(&text[0]),
        .found = sim__text_string(&text[1]),
        .events = "",
    };
}

static bool is_within(const struct cli_statistics *statistics, const struct sim_measured *measured,
                      struct sim_range range, uint64_t value)
{
    uint64_t moved = statistics->moved[measured->measure];
    return (value >= range.min || range.min - value <= moved) &&
           (value <= range.max || value - range.max <= moved);
}

/* `figures` are those of the entry's measure; NULL: there are none. */
static void judge(struct cli_statistics *statistics, const struct sim_measured *measured,
                  const struct sim__figure *figures)
{
    for (uint32_t i = 0; i < measured->statistic_count; i++) {
        const struct sim_statistic *wanted = &measured->statistics[i];
        if (figures == NULL) {
            fail(statistics, measured, wanted, NULL);
            continue;
        }
        struct sim__figure found = sim__figures_rank(figures, statistics->runs, wanted->percent);
        if (!is_within(statistics, measured, wanted->range, found.value)) {
            fail(statistics, measured, wanted, &found);
        }
    }
}

/* Over all entries that ask for the measure. */
static void judge_measure(struct cli_statistics *statistics, uint32_t measure,
                          const struct sim__figure *figures)
{
    const struct sim_scenario *scenario = statistics->scenario;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *e = &scenario->expectations[i];
        if (e->when == SIM_WHEN_SEEDS && e->measured->measure == measure) {
            judge(statistics, e->measured, figures);
        }
    }
}

static int by_place(const void *a, const void *b)
{
    const struct cli_failure *left = a;
    const struct cli_failure *right = b;
    if (left->place.line != right->place.line) {
        return left->place.line < right->place.line ? -1 : 1;
    }
    return left->place.column < right->place.column ? -1 : left->place.column > right->place.column;
}

/* Room for as many failures as there may be; how many these are. */
static uint32_t make_room(struct cli_statistics *statistics)
{
    const struct sim_scenario *scenario = statistics->scenario;
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *e = &scenario->expectations[i];
        count += e->when == SIM_WHEN_SEEDS ? e->measured->statistic_count : 0;
    }
    statistics->failures = calloc((size_t)count + 1, sizeof(*statistics->failures));
    statistics->texts = calloc((size_t)count * TEXTS + 1, sizeof(*statistics->texts));
    statistics->summaries = calloc(scenario->measure_count, sizeof(*statistics->summaries));
    statistics->failed |=
        statistics->failures == NULL || statistics->texts == NULL || statistics->summaries == NULL;
    return count;
}

void cli_statistics_end(struct cli_statistics *statistics)
{
    const struct sim_scenario *scenario = statistics->scenario;
    struct sim__figure *figures = NULL;
    if (scenario->measure_count == 0 || statistics->failures != NULL) {
        return;
    }
    uint32_t asked = make_room(statistics);
    if (statistics->runs > 0 && !statistics->failed) {
        figures = calloc((size_t)statistics->runs, sizeof(*figures));
        statistics->failed = figures == NULL;
    }
    bool room = statistics->failures != NULL && statistics->texts != NULL;
    for (uint32_t i = 0; i < scenario->measure_count && room; i++) {
        if (figures != NULL) {
            sort(statistics, i, figures);
        }
        for (int k = 0; k < CLI_STATISTICS && figures != NULL && statistics->summaries != NULL;
             k++) {
            statistics->summaries[i].figures[k] =
                sim__figures_rank(figures, statistics->runs, percents[k]);
        }
        if (figures != NULL && statistics->summaries != NULL) {
            spread(&scenario->measures[i], figures, statistics->runs, &statistics->summaries[i]);
        }
        if (asked > 0) {
            judge_measure(statistics, i, figures);
        }
    }
    if (figures == NULL) {
        free(statistics->summaries);
        statistics->summaries = NULL;
    }
    free(figures);
    if (room) {
        qsort(statistics->failures, statistics->failure_count, sizeof(*statistics->failures),
              by_place);
    }
}

uint32_t cli_statistics_failures(const struct cli_statistics *statistics,
                                 const struct cli_failure **ret_failures)
{
    *ret_failures = statistics->failures;
    return statistics->failure_count;
}
