/* rehearse export: the named policies of a file as a C header, so that a program and its
 * rehearsals cannot part. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "output.h"
#include "plan.h"
#include "sim/run.h"
#include "sup/error.h"
#include "sup/rules.h"

/* ---- words of the header ---- */

/* clang-format off */
#define RESTART_CASE(id, name) case SUP_RESTART_##id: return "SUP_RESTART_" #id;
#define JITTER_CASE(id, name) case SUP_JITTER_##id: return "SUP_JITTER_" #id;
#define FORGIVE_CASE(id, name) case SUP_FORGIVE_##id: return "SUP_FORGIVE_" #id;
#define BREAKER_CASE(id, name) case SUP_BREAKER_THEN_##id: return "SUP_BREAKER_THEN_" #id;
#define LIMIT_CASE(id, name) case SUP_LIMIT_##id: return "SUP_LIMIT_" #id;
#define STALE_CASE(id, name) case SUP_STALE_##id: return "SUP_STALE_" #id;
#define KIND_CASE(id, name) case SUP_KIND_##id: return "SUP_KIND_" #id;
#define INTERVAL_CASE(id, name) case SUP_INTERVAL_##id: return "SUP_INTERVAL_" #id;
#define CLEAN_EXITS_CASE(id, name) case SUP_CLEAN_EXITS_##id: return "SUP_CLEAN_EXITS_" #id;
#define RESET_FROM_CASE(id, name) case SUP_RESET_FROM_##id: return "SUP_RESET_FROM_" #id;
#define SHAPE_CASE(id, name) case SUP_SHAPE_##id: return "SUP_SHAPE_" #id;
#define FROM_CASE(id, name) case SUP_FROM_##id: return "SUP_FROM_" #id;
#define WINDOW_CASE(id, name) case SUP_LIMIT_WINDOW_##id: return "SUP_LIMIT_WINDOW_" #id;
#define COUNTS_CASE(id, name) case SUP_LIMIT_COUNTS_##id: return "SUP_LIMIT_COUNTS_" #id;
#define STOP_CASE(id, name) case SUP_STOP_##id: return "SUP_STOP_" #id;
#define WORD(what, LIST, ROW) \
    static const char *what##_word(enum sup_##what value) \
    { \
        switch (value) { \
            LIST(ROW) \
        } \
        return ""; \
    }
WORD(restart, SUP_RESTART_LIST, RESTART_CASE)
WORD(jitter, SUP_JITTER_LIST, JITTER_CASE)
WORD(forgive, SUP_FORGIVE_LIST, FORGIVE_CASE)
WORD(breaker_then, SUP_BREAKER_THEN_LIST, BREAKER_CASE)
WORD(limit_then, SUP_LIMIT_THEN_LIST, LIMIT_CASE)
WORD(stale_then, SUP_STALE_THEN_LIST, STALE_CASE)
WORD(kind, SUP_KIND_LIST, KIND_CASE)
WORD(interval_mode, SUP_INTERVAL_LIST, INTERVAL_CASE)
WORD(clean_exits, SUP_CLEAN_EXITS_LIST, CLEAN_EXITS_CASE)
WORD(reset_from, SUP_RESET_FROM_LIST, RESET_FROM_CASE)
WORD(shape, SUP_SHAPE_LIST, SHAPE_CASE)
WORD(from, SUP_FROM_LIST, FROM_CASE)
WORD(stop_then, SUP_STOP_THEN_LIST, STOP_CASE)
WORD(limit_window, SUP_LIMIT_WINDOW_LIST, WINDOW_CASE)
WORD(limit_counts, SUP_LIMIT_COUNTS_LIST, COUNTS_CASE)
/* clang-format on */

/* A letter that may stand in a C name; another becomes an underscore. */
static char letter_of(char c)
{
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word ? c : '_';
}

/* By what is left of them in C. */
static int by_c_name(const void *left, const void *right)
{
    const char *a = (*(const struct sim_policy *const *)left)->name;
    const char *b = (*(const struct sim_policy *const *)right)->name;
    while (*a != '\0' && *b != '\0' && letter_of(*a) == letter_of(*b)) {
        a++;
        b++;
    }
    int first = *a == '\0' ? 0 : letter_of(*a);
    int second = *b == '\0' ? 0 : letter_of(*b);
    return first - second;
}

static void put_c_name(struct sim__text *text, const char *name)
{
    for (; *name != '\0'; name++) {
        sim__text_char(text, letter_of(*name));
    }
}

/* ---- fields ---- */

static void put_duration(struct sim__text *text, const char *field, struct sup_duration duration)
{
    if (duration.ns == SUP_NEVER_NS) {
        sim__text_format(text, "%s = {SUP_NEVER_NS},", field);
    } else {
        sim__text_format(text, "%s = {UINT64_C(%llu)}, /* ", field,
                         (unsigned long long)duration.ns);
        sim__text_duration(text, duration);
        sim__text_put(text, " */");
    }
    sim__text_char(text, '\n');
}

static void put_number(struct sim__text *text, const char *field, uint32_t number)
{
    if (number == SUP_UNLIMITED) {
        sim__text_format(text, "%s = SUP_UNLIMITED,\n", field);
    } else {
        sim__text_format(text, "%s = %uu,\n", field, (unsigned)number);
    }
}

static void put_word(struct sim__text *text, const char *field, const char *word)
{
    sim__text_format(text, "%s = %s,\n", field, word);
}

static void put_backoff(struct sim__text *text, const struct sup_backoff_policy *backoff)
{
    sim__text_put(text, "    .backoff = {\n");
    put_duration(text, "        .base", backoff->base);
    put_duration(text, "        .max", backoff->max);
    sim__text_format(text, "        .factor_billionths = UINT64_C(%llu),\n",
                     (unsigned long long)backoff->factor_billionths);
    put_word(text, "        .jitter", jitter_word(backoff->jitter));
    put_number(text, "        .jitter_percent", backoff->jitter_percent);
    put_duration(text, "        .reset_after", backoff->reset_after);
    put_word(text, "        .reset", forgive_word(backoff->reset));
    sim__text_put(text, "    },\n");
}

static void put_breaker(struct sim__text *text, const struct sup_breaker_policy *breaker)
{
    sim__text_put(text, "    .breaker = {\n");
    put_number(text, "        .failures", breaker->failures);
    put_duration(text, "        .within", breaker->within);
    put_word(text, "        .then", breaker_then_word(breaker->then));
    put_duration(text, "        .cooldown", breaker->cooldown);
    put_duration(text, "        .probe_for", breaker->probe_for);
    sim__text_put(text, "    },\n");
}

static void put_limit(struct sim__text *text, const struct sup_limit_policy *limit)
{
    sim__text_put(text, "    .limit = {\n");
    put_word(text, "        .enabled", limit->enabled ? "true" : "false");
    put_number(text, "        .max", limit->max);
    put_duration(text, "        .within", limit->within);
    put_word(text, "        .then", limit_then_word(limit->then));
    sim__text_put(text, "    },\n");
}

/* ---- rules ---- */

static void put_words(struct sim__text *text, const char *field, const uint64_t *words)
{
    sim__text_format(text, "        .%s = {", field);
    for (int i = 0; i < 4; i++) {
        sim__text_format(text, "%sUINT64_C(0x%llx)", i > 0 ? ", " : "",
                         (unsigned long long)words[i]);
    }
    sim__text_put(text, "},\n");
}

static void put_set(struct sim__text *text, const char *field, const struct sup_exit_set *set)
{
    sim__text_format(text, "    .%s = {\n", field);
    put_words(text, "codes", set->codes);
    sim__text_format(text, "        .signals = UINT64_C(0x%llx),\n",
                     (unsigned long long)set->signals);
    put_words(text, "finish", set->finish);
    sim__text_format(text, "        .classes = 0x%xu,\n", (unsigned)set->classes);
    sim__text_put(text, "    },\n");
}

static void put_waits(struct sim__text *text, const struct sup_rules *rules)
{
    put_word(text, "    .shape", shape_word(rules->shape));
    put_number(text, "    .wait_count", rules->wait_count);
    put_duration(text, "    .step", rules->step);
    put_duration(text, "    .grain", rules->grain);
    put_duration(text, "    .first", rules->first);
    put_word(text, "    .reset_from", reset_from_word(rules->reset_from));
    put_duration(text, "    .reset_poll", rules->reset_poll);
    put_duration(text, "    .jitter_add", rules->jitter_add);
    put_word(text, "    .over_cap", rules->over_cap ? "true" : "false");
    for (uint32_t i = 0; i < rules->wait_count; i++) {
        char field[32];
        snprintf(field, sizeof(field), "    .waits[%" PRIu32 "]", i);
        put_duration(text, field, rules->waits[i]);
    }
}

static void put_limit_rules(struct sim__text *text, const struct sup_limit_rules *rules)
{
    put_word(text, "    .limit.window", limit_window_word(rules->window));
    put_word(text, "    .limit.counts", limit_counts_word(rules->counts));
    put_duration(text, "    .limit.half_life", rules->half_life);
    put_duration(text, "    .limit.grain", rules->grain);
    put_duration(text, "    .limit.pause", rules->pause);
    put_set(text, "limit.ends", &rules->ends);
}

static void put_operators(struct sim__text *text, const struct sup_operator_rules *operators)
{
    put_number(text, "    .operators.clears", operators->clears);
    put_number(text, "    .operators.stop_clears", operators->stop_clears);
    put_word(text, "    .operators.counts", operators->counts ? "true" : "false");
    put_word(text, "    .operators.waits", operators->waits ? "true" : "false");
}

static void put_rules(struct sim__text *text, const struct sim_policy *named)
{
    const struct sup_rules *rules = named->policy.rules;
    sim__text_put(text, "\nstatic const struct sup_rules rules_");
    put_c_name(text, named->name);
    sim__text_put(text, " = {\n    .size = sizeof(struct sup_rules),\n");
    put_word(text, "    .has_restart_on", rules->has_restart_on ? "true" : "false");
    put_word(text, "    .clean_exits", clean_exits_word(rules->clean_exits));
    put_set(text, "restart_on", &rules->restart_on);
    put_set(text, "success", &rules->success);
    put_set(text, "prevent", &rules->prevent);
    put_set(text, "force", &rules->force);
    put_waits(text, rules);
    put_word(text, "    .from", from_word(rules->from));
    put_duration(text, "    .ready_after", rules->ready_after);
    put_duration(text, "    .after_ready", rules->after_ready);
    put_duration(text, "    .run_for", rules->run_for);
    put_word(text, "    .stop_then", stop_then_word(rules->stop_then));
    put_word(text, "    .stop_abort", rules->stop_abort ? "true" : "false");
    put_number(text, "    .stop_signal", (uint32_t)rules->stop_signal);
    put_limit_rules(text, &rules->limit);
    put_operators(text, &rules->operators);
    put_duration(text, "    .stop_finish", rules->stop_finish);
    put_word(text, "    .significant", rules->significant ? "true" : "false");
    sim__text_put(text, "};\n");
}

static void put_policy(struct sim__text *text, const struct sim_policy *named)
{
    const struct sup_policy *policy = &named->policy;
    if (policy->rules != NULL) {
        put_rules(text, named);
    }
    sim__text_format(text, "\n/* %s */\nstatic const struct sup_policy policy_", named->name);
    put_c_name(text, named->name);
    sim__text_put(text, " = {\n");
    put_word(text, "    .restart", restart_word(policy->restart));
    put_word(text, "    .kind", kind_word(policy->kind));
    put_number(text, "    .max_restarts", policy->max_restarts);
    put_backoff(text, &policy->backoff);
    put_duration(text, "    .clean_exit_delay", policy->clean_exit_delay);
    put_breaker(text, &policy->breaker);
    put_limit(text, &policy->limit);
    put_word(text, "    .ready_explicit", policy->ready_explicit ? "true" : "false");
    put_duration(text, "    .ready_timeout", policy->ready_timeout);
    put_duration(text, "    .stale_after", policy->stale_after);
    put_word(text, "    .stale_then", stale_then_word(policy->stale_then));
    put_duration(text, "    .stop_grace", policy->stop_grace);
    put_duration(text, "    .stop_abort_wait", policy->stop_abort_wait);
    put_duration(text, "    .interval_every", policy->interval_every);
    put_word(text, "    .interval_mode", interval_mode_word(policy->interval_mode));
    if (policy->rules != NULL) {
        sim__text_put(text, "    .rules = &rules_");
        put_c_name(text, named->name);
        sim__text_put(text, ",\n");
    }
    sim__text_put(text, "};\n");
}

/* ---- the header ---- */

/* Two policies whose names C cannot tell apart are said; false when there are some. */
static bool check_names(const struct sim_scenario *scenario)
{
    const struct sim_policy **sorted = calloc(scenario->policy_count, sizeof sorted[0]);
    bool good = sorted != NULL;
    if (!good) {
        fputs("rehearse: out of memory\n", stderr);
        return false;
    }
    for (uint32_t i = 0; i < scenario->policy_count; i++) {
        sorted[i] = &scenario->policies[i];
    }
    qsort(sorted, scenario->policy_count, sizeof sorted[0], by_c_name);
    for (uint32_t i = 1; good && i < scenario->policy_count; i++) {
        good = by_c_name(&sorted[i - 1], &sorted[i]) != 0;
        if (!good) {
            bool inverse = sorted[i] < sorted[i - 1];
            fprintf(stderr, "rehearse: the policies `%s` and `%s` would have one name in C\n",
                    sorted[inverse ? i : i - 1]->name, sorted[inverse ? i - 1 : i]->name);
        }
    }
    free(sorted);
    return good;
}

/* A comment must not end early, nor steer a terminal. */
static void put_file(struct sim__text *text, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct sim__text safe = {0};
    sim__text_show(&safe, strcmp(path, "-") == 0 ? "standard input"
                          : slash == NULL        ? path
                                                 : slash + 1);
    for (const char *at = sim__text_string(&safe); *at != '\0'; at++) {
        sim__text_char(text, *at == '*' || *at == '\\' ? '?' : *at);
    }
    sim__text_release(&safe);
}

static int export_case(const struct cli_case *one)
{
    const struct sim_scenario *scenario = one->scenario;
    struct sim__text text = {0};
    if (scenario->policy_count == 0) {
        fputs("rehearse: the file has no `policies` to export\n", stderr);
        return SIM_EXIT_USAGE;
    }
    if (!check_names(scenario)) {
        return SIM_EXIT_USAGE;
    }
    sim__text_put(&text, "/* The policies of ");
    put_file(&text, one->path);
    sim__text_put(&text,
                  ", written by `rehearse export --c`: change them there.\n"
                  " *\n"
                  " * Each is a whole struct sup_policy: what its file leaves out is what is\n"
                  " * built in. */\n"
                  "#ifndef REHEARSE_POLICIES_H\n"
                  "#define REHEARSE_POLICIES_H\n"
                  "\n"
                  "#include <sup/policy.h>\n");
    for (uint32_t i = 0; i < scenario->policy_count; i++) {
        if (scenario->policies[i].policy.rules != NULL) {
            sim__text_put(&text, "#include <sup/rules.h>\n");
            break;
        }
    }
    for (uint32_t i = 0; i < scenario->policy_count; i++) {
        put_policy(&text, &scenario->policies[i]);
    }
    sim__text_put(&text, "\n#endif\n");
    return cli_output_say(&text) ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

int cli_export(const struct cli_options *options)
{
    struct cli_plan plan;
    int status = SIM_EXIT_USAGE;
    if (cli_plan_read(options, &plan) != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
    } else if (plan.count > 1) {
        fputs("rehearse: one file is exported at a time\n", stderr);
    } else {
        cli_plan_complain(&plan);
        if (plan.valid == 1) {
            status = export_case(&plan.cases[0]);
        }
    }
    cli_plan_release(&plan);
    return status;
}
