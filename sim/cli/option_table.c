/* The table of options, and what each of them sets. */
#include <string.h>

#include "farm.h"
#include "numbers.h"
#include "options.h"
#include "reported.h"
#include "sets.h"
#include "sim/scenario.h"
#include "sweeping.h"

#define RUN (1u << CLI_RUN)
#define CHECK (1u << CLI_CHECK)
#define DIFF (1u << CLI_DIFF)
#define SHRINK (1u << CLI_SHRINK)
#define FUZZ (1u << CLI_FUZZ)
#define SWEEP (1u << CLI_SWEEP)
#define EXPLAIN (1u << CLI_EXPLAIN)
#define PLAN (1u << CLI_PLAN)
#define COMPARE (1u << CLI_COMPARE)
#define MERGE (1u << CLI_MERGE)
#define REPORT (1u << CLI_REPORT)
#define CONTINUATIONS_MAX 1000000u
#define IMPORT (1u << CLI_IMPORT)
#define EVERY ((1u << CLI_COMMANDS) - 2u)
#define JOBS_MAX 256u
#define FAIL_AT_MAX (UINT64_C(36525) * 86400 * 1000000000)

static const char *set_seed(struct cli_options *options, const char *value)
{
    if (!cli_number_read(value, &options->seed_first)) {
        return "a seed is a number from 0 to 18446744073709551615";
    }
    options->seed_last = options->seed_first;
    options->has_seed = true;
    return NULL;
}

static const char *set_seeds(struct cli_options *options, const char *value)
{
    if (options->command == CLI_FUZZ && cli_commit_read(value, &options->seed_first)) {
        options->has_seeds = options->seeds_open = true;
        return NULL;
    }
    if (!cli_range_read(value, &options->seed_first, &options->seed_last)) {
        return "a range of seeds is written 1..100, both ends included";
    }
    if (options->seed_last < options->seed_first) {
        return "the range is empty: its end lies before its start";
    }
    if (options->command != CLI_FUZZ && options->seed_last - options->seed_first >= UINT32_MAX) {
        return "at most 4294967295 seeds at a time";
    }
    options->has_seeds = true;
    return NULL;
}

static const char *set_budget(struct cli_options *options, const char *value)
{
    const char *why = "a duration, like 30s";
    if (sim_duration_parse(value, &options->budget.ns, &why) != 0) {
        return why;
    }
    bool good = options->budget.ns > 0 && options->budget.ns < UINT64_MAX;
    return good ? NULL : "a duration above 0";
}

static const char *set_shrink_budget(struct cli_options *options, const char *value)
{
    struct cli_options other = {.budget = {0}};
    const char *why = set_budget(&other, value);
    options->shrink_budget = other.budget;
    return why;
}

static const char *set_jobs(struct cli_options *options, const char *value)
{
    uint64_t jobs;
    if (!cli_number_read(value, &jobs) || jobs == 0 || jobs > JOBS_MAX) {
        return "a number from 1 to 256";
    }
    options->jobs = (uint32_t)jobs;
    return NULL;
}

static const char *set_executor(struct cli_options *options, const char *value)
{
    const struct cli_executor *executor = cli_executor_find(value);
    if (executor == NULL) {
        return "it is sim, threads or processes";
    }
    if (executor->run == NULL) {
        return "not available in this build";
    }
    options->executor = executor;
    return NULL;
}

static const char *set_speed(struct cli_options *options, const char *value)
{
    if (!cli_decimal_read(value, &options->speed_billionths) || options->speed_billionths == 0) {
        return "a decimal number above 0, like 10 or 0.5";
    }
    return NULL;
}

static const char *set_tolerance(struct cli_options *options, const char *value)
{
    const char *why = "a duration, like 50ms";
    if (sim_duration_parse(value, &options->tolerance.ns, &why) != 0) {
        return why;
    }
    options->has_tolerance = true;
    return NULL;
}

static const char *set_max_events(struct cli_options *options, const char *value)
{
    if (!cli_number_read(value, &options->max_events) || options->max_events == 0) {
        return "a number from 1";
    }
    return NULL;
}

static const char *set_max_memory(struct cli_options *options, const char *value)
{
    if (!cli_number_read(value, &options->max_memory) || options->max_memory == 0) {
        return "a number of bytes from 1";
    }
    return NULL;
}

static const char *set_max_steps(struct cli_options *options, const char *value)
{
    if (!cli_number_read(value, &options->max_steps) || options->max_steps == 0) {
        return "a number from 1";
    }
    return NULL;
}

static const char *set_max_wall(struct cli_options *options, const char *value)
{
    const char *why = "a duration, like 10s";
    uint64_t ns;
    if (sim_duration_parse(value, &ns, &why) != 0) {
        return why;
    }
    if (ns == 0) {
        return "a duration above 0";
    }
    options->max_wall = SUP_NS(ns == UINT64_MAX ? 0 : ns);
    options->has_max_wall = true;
    return NULL;
}

static const char *set_patience(struct cli_options *options, const char *value)
{
    struct cli_options other = {0};
    const char *why = set_max_wall(&other, value);
    options->patience = other.max_wall;
    return why;
}

static const char *set_continue_from(struct cli_options *options, const char *value)
{
    options->continues = true;
    return cli_number_read(value, &options->continue_from) ? NULL : "a number of choices from 0";
}

static const char *set_continuations(struct cli_options *options, const char *value)
{
    uint64_t count;
    if (!cli_number_read(value, &count) || count == 0 || count > CONTINUATIONS_MAX) {
        return "a number from 1 to 1000000";
    }
    options->continuations = (uint32_t)count;
    return NULL;
}

static const char *set_filter(struct cli_options *options, const char *value)
{
    options->filters[options->filter_count++] = value;
    return NULL;
}

static const char *set_service(struct cli_options *options, const char *value)
{
    options->shown.services[options->shown.service_count++] = value;
    return cli_shown_target_mistake(value);
}

static const char *set_event(struct cli_options *options, const char *value)
{
    options->shown.events[options->shown.event_count++] = value;
    return cli_shown_event_mistake(value);
}

static const char *read_instant(const char *value, struct sup_instant *ret_at)
{
    const char *why = "an instant, like 1m30s";
    return sim_duration_parse(value, &ret_at->ns, &why) == 0 ? NULL : why;
}

static const char *set_shown_from(struct cli_options *options, const char *value)
{
    options->shown.has_from = true;
    return read_instant(value, &options->shown.from);
}

static const char *set_to(struct cli_options *options, const char *value)
{
    options->shown.has_to = true;
    return read_instant(value, &options->shown.to);
}

static const char *set_life(struct cli_options *options, const char *value)
{
    return sim__life_parse(value, &options->life);
}

static const char *set_mode(struct cli_options *options, const char *value)
{
    options->mode = value;
    bool good = strcmp(value, "ideal") == 0 || strcmp(value, "realistic") == 0 ||
                strcmp(value, "busy") == 0;
    return good ? NULL : "it is ideal, realistic or busy";
}

static const char *set_expect(struct cli_options *options, const char *value)
{
    options->expects_verdict = true;
    for (int verdict = SIM_PLAN_GIVES_UP; verdict <= SIM_PLAN_FOR_EVER; verdict++) {
        options->verdict = (enum sim_plan_verdict)verdict;
        if (strcmp(value, sim__plan_verdict_name(options->verdict)) == 0) {
            return NULL;
        }
    }
    return "it is gives-up, for-ever, stays-up or stays-down";
}

static const char *set_expect_same(struct cli_options *options, const char *value)
{
    options->expects_same = true;
    return strcmp(value, "same") == 0 ? NULL : "it is `same`";
}

static const char *set_relations(struct cli_options *options, const char *value)
{
    return cli_relations_read(value, &options->relations);
}

static const char *set_relation(struct cli_options *options, const char *value)
{
    options->claimed = true;
    return sim__claim_read(value, &options->claim);
}

static const char *set_import_from(struct cli_options *options, const char *value)
{
    options->import_from = sim__import_kind_find(value);
    return options->import_from == SIM__IMPORT_KIND_COUNT ? "no kind of source: " SIM__IMPORT_LIST
                                                          : NULL;
}

static const char *set_fail_at(struct cli_options *options, const char *value)
{
    options->has_fail_at = true;
    const char *why = read_instant(value, &options->failure.at);
    return why == NULL && options->failure.at.ns > FAIL_AT_MAX ? "at most a hundred years" : why;
}

static const char *set_when(struct cli_options *options, const char *value)
{
    return sim__import_when_read(value, &options->failure);
}

#define SET_TEXT(field) \
    static const char *set_##field(struct cli_options *options, const char *value) \
    { \
        options->field = value; \
        return value[0] == '\0' ? "a file, or - for standard output" : NULL; \
    }
#define SET_FLAG(field) \
    static const char *set_##field(struct cli_options *options, const char *value) \
    { \
        (void)value; \
        options->field = true; \
        return NULL; \
    }
SET_TEXT(from)
static const char *set_corpus(struct cli_options *options, const char *value)
{
    options->corpus = value;
    return value[0] == '\0' ? "a directory" : NULL;
}
SET_TEXT(trace)
SET_TEXT(junit)
SET_TEXT(metrics)
SET_TEXT(table)
SET_TEXT(html)
SET_TEXT(svg)
SET_TEXT(perfetto)
SET_TEXT(badge)
SET_TEXT(summary)
SET_FLAG(append)
SET_TEXT(golden)
SET_TEXT(out)
SET_TEXT(record)
SET_TEXT(replay)
SET_FLAG(replay_tolerant)
SET_FLAG(update)
SET_FLAG(c)
SET_FLAG(tap)
SET_FLAG(json)
SET_FLAG(github)
SET_FLAG(verbose)
SET_FLAG(quiet)
SET_FLAG(no_color)
SET_FLAG(once)
SET_FLAG(fail_fast)
SET_FLAG(no_shrink)
SET_FLAG(fail_late)
SET_FLAG(list)
SET_FLAG(lint)
SET_FLAG(explain)
SET_FLAG(watch)
SET_FLAG(lanes)
static const char *set_strict(struct cli_options *options, const char *value)
{
    (void)value;
    options->strict = options->lint = true;
    return NULL;
}
SET_FLAG(at_large)
SET_FLAG(force)
SET_FLAG(help)
SET_FLAG(version)

static const struct cli_option table[] = {
    {"seed", 0, RUN | SHRINK | SWEEP | EXPLAIN, "N", set_seed, CLI_WHAT,
     "the seed, instead of the scenario's own"},
    {"seeds", 0, RUN | CHECK | FUZZ, "A..B", set_seeds, CLI_WHAT,
     "run with every seed from A to B, a sweep"},
    {"from", 0, FUZZ, "FILE", set_from, CLI_WHAT,
     "make them of this file: of what it varies and leaves open"},
    {"from", 0, IMPORT | PLAN | COMPARE, "KIND", set_import_from, CLI_WHAT,
     "what kind of sources they are, where it does not show: " SIM__IMPORT_LIST},
    {"fail-at", 0, IMPORT, "T", set_fail_at, CLI_WHAT,
     "from that instant on the services of the scenario do as --when says"},
    {"when", 0, IMPORT, "B", set_when, CLI_WHAT,
     "fail (the default), crash, succeed, each also 'fail after 1s', never-ready, no-beat"},
    {"at-large", 0, FUZZ, NULL, set_at_large, CLI_WHAT,
     "--from: change the file anywhere; what it expects is not asked"},
    {"corpus", 0, FUZZ, "DIR", set_corpus, CLI_WHAT,
     "change inputs of DIR, too, and keep there what shows something new"},
    {"shard", 0, RUN | FUZZ | SWEEP, "K/N", cli_set_shard, CLI_WHAT,
     "only the K-th of every N runs, seeds or points; auto: as Slurm and others say"},
    {"relations", 0, FUZZ, "WHICH", set_relations, CLI_HOW,
     "compare pairs of runs: of a sample of the seeds (the default), all or none"},
    {"relation", 0, SHRINK, "NAME", set_relation, CLI_WHAT,
     "what breaks is not the run but this relation of fuzz: NAME or NAME:DRAW"},
    {"budget", 0, FUZZ | SHRINK | SWEEP | EXPLAIN, "D", set_budget, CLI_HOW,
     "end after so much real time (shrink: 30s; explain: 1m)"},
    {"continuations", 0, EXPLAIN, "N", set_continuations, CLI_HOW,
     "so many after each choice that is looked at (200)"},
    {"shrink-budget", 0, FUZZ, "D", set_shrink_budget, CLI_HOW,
     "real time to make a failure small (10s); all of them: 6 times as much"},
    {"c", 0, 1u << CLI_EXPORT, NULL, set_c, CLI_WHAT, "as a C header of struct sup_policy"},
    {"when", 0, PLAN, "LIFE", set_life, CLI_WHAT,
     "what every attempt does: fail (the default), crash, succeed, never-ready, no-beat, "
     "'fail after 900ms'"},
    {"expect", 0, COMPARE, "same", set_expect_same, CLI_WHAT, "status 1 when they part"},
    {"service", 0, PLAN | COMPARE, "GLOB", set_service, CLI_WHAT,
     "only services whose name matches; may be repeated"},
    {"mode", 0, PLAN | COMPARE, "MODE", set_mode, CLI_WHAT,
     "of every preset: ideal, realistic or busy"},
    {"expect", 0, PLAN, "VERDICT", set_expect, CLI_WHAT,
     "status 1 unless every verdict is: gives-up, for-ever, stays-up or stays-down"},
    {"explain", 0, PLAN, NULL, set_explain, CLI_OUTPUT,
     "the policy in plain keys, each with where it comes from"},
    {"lint", 0, CHECK, NULL, set_lint, CLI_WHAT, "warn of what is legal and most likely a mistake"},
    {"strict", 0, CHECK, NULL, set_strict, CLI_WHAT, "--lint, and a warning makes the status 2"},
    {"strict", 0, IMPORT, NULL, set_strict, CLI_WHAT, "a warning makes the status 1"},
    {"filter", 0, RUN, "GLOB", set_filter, CLI_WHAT,
     "only scenarios whose name matches (* and ?); may be repeated"},
    {"variant", 0, RUN | PLAN | FUZZ | SHRINK | SWEEP | EXPLAIN, "KEY=VALUE", cli_set_variant,
     CLI_WHAT, "of a file that varies, only with this value; once a key"},
    {"set", 0, RUN | CHECK | PLAN | FUZZ | SHRINK | SWEEP | EXPLAIN, "PATH=VALUE", cli_set_set,
     CLI_WHAT, "set a value, like defaults.backoff.base=1s; may be repeated"},
    {"set", 0, IMPORT, "KEY=VALUE", cli_set_set, CLI_WHAT,
     "set a preset's parameter, like version=252; may be repeated"},
    {"kind", 0, SWEEP, "KIND", cli_set_kind, CLI_WHAT,
     "only points of this kind: start, allocation, timer, report-late, report-lost, beat, ready"},
    {"at", 0, SWEEP, "N", cli_set_at, CLI_WHAT, "only the N-th point of the kind"},
    {"persistent", 0, SWEEP, NULL, cli_set_persistent, CLI_WHAT, "--at: and all that follow"},
    {"then", 0, SWEEP, "KIND:N", cli_set_then, CLI_WHAT,
     "--at: and the N-th point of that kind after it"},
    {"points", 0, SWEEP, "N", cli_set_points, CLI_WHAT,
     "at most N points of a file, spread evenly (2000)"},
    {"pairs", 0, SWEEP, "N", cli_set_pairs, CLI_WHAT,
     "and N pairs of them at most, spread evenly (none)"},
    {"list", 0, RUN, NULL, set_list, CLI_WHAT, "list files and names, run nothing"},
    {"watch", 0, RUN | CHECK, NULL, set_watch, CLI_WHAT, "again whenever a file changes, until ^C"},
    {"fail-fast", 0, RUN | FUZZ | SWEEP, NULL, set_fail_fast, CLI_WHAT,
     "stop after the first that does not pass"},
    {"no-shrink", 0, FUZZ, NULL, set_no_shrink, CLI_WHAT, "leave what failed as large as it is"},
    {"jobs", 'j', RUN | FUZZ | SWEEP | EXPLAIN, "N", set_jobs, CLI_HOW,
     "in N processes; the output stays the same"},
    {"replay", 0, RUN, "FILE", set_replay, CLI_WHAT,
     "the run that --record wrote into FILE, strictly"},
    {"replay-tolerant", 0, RUN, NULL, set_replay_tolerant, CLI_WHAT,
     "--replay: by label, for what has changed since"},
    {"continue-from", 0, RUN, "K", set_continue_from, CLI_WHAT,
     "--replay: only K choices, and then as --seed has it"},
    {"once", 0, RUN | SWEEP, NULL, set_once, CLI_HOW,
     "skip the second run that proves determinism"},
    {"max-events", 0, RUN | SHRINK | EXPLAIN, "N", set_max_events, CLI_HOW,
     "events one run may make (10000000)"},
    {"max-memory", 0, RUN | CHECK | PLAN | SHRINK | SWEEP | EXPLAIN, "BYTES", set_max_memory,
     CLI_HOW, "memory one run may need in the worst case (2147483648)"},
    {"max-steps", 0, RUN | SHRINK | EXPLAIN, "N", set_max_steps, CLI_HOW,
     "steps one run may take, with or without an event (100000000)"},
    {"max-wall", 0, RUN | SHRINK, "D", set_max_wall, CLI_HOW,
     "real time one run may take (no limit; shrink: 20s)"},
    {"patience", 0, FUZZ | SWEEP | EXPLAIN, "D", set_patience, CLI_HOW,
     "how long one run may work: then it hangs (1m)"},
    {"late", 0, SWEEP, "D", cli_set_late, CLI_HOW, "by how much what is late is late (1s)"},
    {"executor", 0, RUN, "WORLD", set_executor, CLI_HOW, "sim (the default), threads or processes"},
    {"speed", 0, RUN, "X", set_speed, CLI_HOW, "how much faster than real time; not with sim"},
    {"tolerance", 0, RUN, "D", set_tolerance, CLI_HOW, "how late real time may be; not with sim"},
    {"fail-late", 0, RUN, NULL, set_fail_late, CLI_HOW,
     "a run that the machine was too late for fails; not with sim"},
    {"verbose", 'v', RUN, NULL, set_verbose, CLI_OUTPUT,
     "the timeline of events, and script items never reached"},
    {"lanes", 0, RUN, NULL, set_lanes, CLI_OUTPUT,
     "draw each run that is told of, a line for each service"},
    {"service", 0, RUN, "TARGET", set_service, CLI_OUTPUT,
     "with -v: only events of these services; may be repeated"},
    {"event", 0, RUN, "EVENT", set_event, CLI_OUTPUT,
     "with -v: only events of this name; may be repeated"},
    {"from", 0, RUN, "T", set_shown_from, CLI_OUTPUT, "with -v: only events from this instant on"},
    {"to", 0, RUN, "T", set_to, CLI_OUTPUT, "with -v: only events up to this instant"},
    {"quiet", 'q',
     RUN | CHECK | FUZZ | MERGE | DIFF | SHRINK | SWEEP | EXPLAIN | IMPORT | (1u << CLI_INIT), NULL,
     set_quiet, CLI_OUTPUT, "only what failed"},
    {"tap", 0, RUN | MERGE, NULL, set_tap, CLI_OUTPUT, "Test Anything Protocol on standard output"},
    {"json", 0, RUN | CHECK | PLAN | COMPARE | FUZZ | SWEEP | MERGE | EXPLAIN | REPORT, NULL,
     set_json, CLI_OUTPUT, "JSON Lines on standard output"},
    {"github", 0, RUN | CHECK | MERGE, NULL, set_github, CLI_OUTPUT,
     "annotations for GitHub Actions, beside the report"},
    {"results", 0, RUN | FUZZ | SWEEP, "FILE", cli_set_results, CLI_OUTPUT,
     "write what came of each run, for 'rehearse merge'"},
    {"directory", 'C', MERGE | REPORT, "DIR", cli_set_directory, CLI_HOW,
     "read the scenarios as from DIR, where they are now"},
    {"junit", 0, RUN | MERGE, "FILE", set_junit, CLI_OUTPUT, "write JUnit XML"},
    {"summary", 0, RUN | MERGE, "FILE", set_summary, CLI_OUTPUT,
     "write what it came to as Markdown"},
    {"append", 0, RUN | MERGE, NULL, set_append, CLI_OUTPUT,
     "--summary: behind what FILE has, as in $GITHUB_STEP_SUMMARY"},
    {"badge", 0, RUN | MERGE, "FILE", set_badge, CLI_OUTPUT,
     "write what it came to as a small SVG"},
    {"out", 'o', FUZZ | SHRINK | SWEEP | MERGE, "FILE", set_out, CLI_OUTPUT,
     "write the small file here (standard output); fuzz, sweep: in a directory"},
    {"out", 'o', IMPORT, "FILE", set_out, CLI_OUTPUT, "write the scenario here (standard output)"},
    {"record", 0, RUN, "FILE", set_record, CLI_OUTPUT,
     "write the choices of the run, for --replay"},
    {"trace", 0, RUN, "FILE", set_trace, CLI_OUTPUT, "write every event as JSON Lines"},
    {"table", 0, RUN | MERGE, "FILE", set_table, CLI_OUTPUT, "write a row for each run, as CSV"},
    {"table", 0, REPORT, NULL, cli_set_sheets, CLI_OUTPUT,
     "tables for people, where nothing is said"},
    {"html", 0, REPORT, "FILE", set_html, CLI_OUTPUT, "write a page with plots and tables"},
    {"csv", 0, REPORT, "DIR", cli_set_csv, CLI_OUTPUT, "write each table into DIR, as NAME.csv"},
    {"pages", 0, REPORT, "DIR", cli_set_pages, CLI_OUTPUT,
     "draw the runs at the ends into DIR, and lead to them"},
    {"ledger", 0, REPORT, "FILE", cli_set_ledger, CLI_OUTPUT,
     "and what FILE counts: probes and cells of the phase table"},
    {"html", 0, RUN, "FILE", set_html, CLI_OUTPUT, "write a page with a picture of each run"},
    {"svg", 0, RUN, "FILE", set_svg, CLI_OUTPUT, "draw the run that failed, or the first, as SVG"},
    {"perfetto", 0, RUN, "FILE", set_perfetto, CLI_OUTPUT, "… as a trace for Perfetto's viewer"},
    {"metrics", 0, RUN | MERGE, "FILE", set_metrics, CLI_OUTPUT,
     "write the counters as Prometheus text"},
    {"golden", 0, RUN, "DIR", set_golden, CLI_OUTPUT,
     "compare each trace with the one kept in DIR; not with real time"},
    {"update", 0, RUN, NULL, set_update, CLI_OUTPUT, "--golden: write them, list what changed"},
    {"force", 0, RUN | FUZZ | SWEEP | MERGE | SHRINK | IMPORT | REPORT, NULL, set_force, CLI_OUTPUT,
     "let an output replace a file that is no earlier output"},
    {"no-color", 0, RUN | CHECK | MERGE | DIFF, NULL, set_no_color, CLI_OUTPUT,
     "plain text, on a terminal too"},
    {"help", 'h', EVERY | 1u, NULL, set_help, CLI_OTHER, "this help"},
    {"version", 0, 1u, NULL, set_version, CLI_OTHER, "the version"},
};
#define TABLE_COUNT ((uint32_t)(sizeof table / sizeof table[0]))

const struct cli_option *cli_option_table(uint32_t *ret_count)
{
    *ret_count = TABLE_COUNT;
    return table;
}
