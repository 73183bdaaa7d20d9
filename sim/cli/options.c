/* Reads the command line by the table of options. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "sim/scenario.h"

#define RUN (1u << CLI_RUN)
#define CHECK (1u << CLI_CHECK)
#define DIFF (1u << CLI_DIFF)
#define JOBS_MAX 256u

static const char *const command_names[] = {"", "run", "check", "diff"};

const char *cli_command_name(enum cli_command command)
{
    return command_names[command];
}

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
    if (!cli_range_read(value, &options->seed_first, &options->seed_last)) {
        return "a range of seeds is written 1..100, both ends included";
    }
    if (options->seed_last < options->seed_first) {
        return "the range is empty: its end lies before its start";
    }
    if (options->seed_last - options->seed_first >= UINT32_MAX) {
        return "at most 4294967295 seeds at a time";
    }
    options->has_seeds = true;
    return NULL;
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
    return NULL;
}

static const char *set_filter(struct cli_options *options, const char *value)
{
    options->filters[options->filter_count++] = value;
    return NULL;
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
SET_TEXT(trace)
SET_TEXT(junit)
SET_TEXT(metrics)
SET_FLAG(tap)
SET_FLAG(json)
SET_FLAG(verbose)
SET_FLAG(quiet)
SET_FLAG(no_color)
SET_FLAG(once)
SET_FLAG(fail_fast)
SET_FLAG(fail_late)
SET_FLAG(list)
SET_FLAG(lint)
static const char *set_strict(struct cli_options *options, const char *value)
{
    (void)value;
    options->strict = options->lint = true;
    return NULL;
}
SET_FLAG(force)
SET_FLAG(help)
SET_FLAG(version)

static const struct cli_option table[] = {
    {"seed", 0, RUN, "N", set_seed, CLI_WHAT, "the seed, instead of the scenario's own"},
    {"seeds", 0, RUN | CHECK, "A..B", set_seeds, CLI_WHAT,
     "run with every seed from A to B, a sweep"},
    {"lint", 0, CHECK, NULL, set_lint, CLI_WHAT, "warn of what is legal and most likely a mistake"},
    {"strict", 0, CHECK, NULL, set_strict, CLI_WHAT, "--lint, and a warning makes the status 2"},
    {"filter", 0, RUN, "GLOB", set_filter, CLI_WHAT,
     "only scenarios whose name matches (* and ?); may be repeated"},
    {"list", 0, RUN, NULL, set_list, CLI_WHAT, "list files and names, run nothing"},
    {"fail-fast", 0, RUN, NULL, set_fail_fast, CLI_WHAT, "stop after the first that does not pass"},
    {"jobs", 'j', RUN, "N", set_jobs, CLI_HOW, "in N processes; the output stays the same"},
    {"once", 0, RUN, NULL, set_once, CLI_HOW, "skip the second run that proves determinism"},
    {"max-events", 0, RUN, "N", set_max_events, CLI_HOW, "events one run may make (10000000)"},
    {"max-memory", 0, RUN | CHECK, "BYTES", set_max_memory, CLI_HOW,
     "memory one run may need in the worst case (2147483648)"},
    {"max-steps", 0, RUN, "N", set_max_steps, CLI_HOW,
     "steps one run may take, with or without an event (100000000)"},
    {"max-wall", 0, RUN, "D", set_max_wall, CLI_HOW, "real time one run may take (no limit)"},
    {"executor", 0, RUN, "WORLD", set_executor, CLI_HOW, "sim (the default), threads or processes"},
    {"speed", 0, RUN, "X", set_speed, CLI_HOW, "how much faster than real time; not with sim"},
    {"tolerance", 0, RUN, "D", set_tolerance, CLI_HOW, "how late real time may be; not with sim"},
    {"fail-late", 0, RUN, NULL, set_fail_late, CLI_HOW,
     "a run that the machine was too late for fails; not with sim"},
    {"verbose", 'v', RUN, NULL, set_verbose, CLI_OUTPUT,
     "the timeline of events, and script items never reached"},
    {"quiet", 'q', RUN | CHECK | DIFF, NULL, set_quiet, CLI_OUTPUT, "only what failed"},
    {"tap", 0, RUN, NULL, set_tap, CLI_OUTPUT, "Test Anything Protocol on standard output"},
    {"json", 0, RUN | CHECK, NULL, set_json, CLI_OUTPUT, "JSON Lines on standard output"},
    {"junit", 0, RUN, "FILE", set_junit, CLI_OUTPUT, "write JUnit XML"},
    {"trace", 0, RUN, "FILE", set_trace, CLI_OUTPUT, "write every event as JSON Lines"},
    {"metrics", 0, RUN, "FILE", set_metrics, CLI_OUTPUT, "write the counters as Prometheus text"},
    {"force", 0, RUN, NULL, set_force, CLI_OUTPUT,
     "let an output replace a file that is no earlier output"},
    {"no-color", 0, RUN | CHECK | DIFF, NULL, set_no_color, CLI_OUTPUT,
     "plain text, on a terminal too"},
    {"help", 'h', RUN | CHECK | DIFF | 1u, NULL, set_help, CLI_OTHER, "this help"},
    {"version", 0, 1u, NULL, set_version, CLI_OTHER, "the version"},
};
#define TABLE_COUNT ((uint32_t)(sizeof table / sizeof table[0]))

const struct cli_option *cli_option_table(uint32_t *ret_count)
{
    *ret_count = TABLE_COUNT;
    return table;
}

static bool applies(const struct cli_option *option, enum cli_command command)
{
    return (option->commands & (1u << command)) != 0;
}

static const struct cli_option *find_long(const char *name, size_t length)
{
    for (uint32_t i = 0; i < TABLE_COUNT; i++) {
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static const struct cli_option *find_short(char letter)
{
    for (uint32_t i = 0; i < TABLE_COUNT; i++) {
        if (table[i].letter == letter && letter != 0) {
            return &table[i];
        }
    }
    return NULL;
}

/* What is being read, and where. */
struct reading {
    int argc;
    char **argv;
    int next;
    struct cli_options *options;
    struct sim__text *message;
};

static bool complain(struct reading *in, const char *what, const char *name, size_t length)
{
    sim__text_put(in->message, what);
    sim__text_put(in->message, " '");
    sim__text_safe(in->message, name, length);
    sim__text_put(in->message, "'");
    return false;
}

static bool unknown_option(struct reading *in, const char *word, const char *name, size_t length)
{
    const char *nearest = NULL;
    /* Of a short word any other is near; a letter has no neighbours at all. */
    uint32_t least = length < 4 ? 2 : 4;
    for (uint32_t i = 0; i < TABLE_COUNT && word[1] == '-'; i++) {
        uint32_t distance = cli_distance(name, length, table[i].name);
        if (applies(&table[i], in->options->command) && distance < least) {
            least = distance;
            nearest = table[i].name;
        }
    }
    complain(in, "unknown option", word, (size_t)(name - word) + length);
    if (nearest != NULL) {
        sim__text_format(in->message, "; did you mean '--%s'?", nearest);
    }
    return false;
}

/* A file's name that was forgotten, more likely than a file called so. */
static bool is_mistaken_file(struct reading *in, const struct cli_option *option, const char *value)
{
    if (strcmp(option->value, "FILE") != 0 || value[0] != '-' || value[1] == '\0') {
        return false;
    }
    sim__text_format(in->message, "'--%s' needs a value: --%s FILE; a file called '", option->name,
                     option->name);
    sim__text_safe(in->message, value, strlen(value));
    sim__text_format(in->message, "' is written --%s=", option->name);
    sim__text_safe(in->message, value, strlen(value));
    return true;
}

/* The option is known; `value` is NULL when none stands with it. */
static bool apply(struct reading *in, const struct cli_option *option, const char *value)
{
    if (!applies(option, in->options->command)) {
        sim__text_format(in->message, "'--%s' is not an option of ", option->name);
        if (in->options->command == CLI_NONE) {
            sim__text_put(in->message, "rehearse itself: it follows a command");
        } else {
            sim__text_format(in->message, "'rehearse %s'", cli_command_name(in->options->command));
        }
        return false;
    }
    if (option->value == NULL && value != NULL) {
        sim__text_format(in->message, "'--%s' takes no value", option->name);
        return false;
    }
    if (option->value != NULL && value == NULL) {
        if (in->next >= in->argc) {
            sim__text_format(in->message, "'--%s' needs a value: --%s %s", option->name,
                             option->name, option->value);
            return false;
        }
        value = in->argv[in->next++];
        if (is_mistaken_file(in, option, value)) {
            return false;
        }
    }
    const char *why = option->set(in->options, value);
    if (why == NULL) {
        return true;
    }
    sim__text_format(in->message, "'--%s ", option->name);
    sim__text_safe(in->message, value, strlen(value));
    sim__text_format(in->message, "': %s", why);
    return false;
}

static bool read_long(struct reading *in, const char *word)
{
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    const struct cli_option *option = find_long(name, length);
    if (option == NULL) {
        return unknown_option(in, word, name, length);
    }
    return apply(in, option, name[length] == '=' ? name + length + 1 : NULL);
}

/* -vq is -v -q; a value may follow its letter: -j4, -j 4. */
static bool read_short(struct reading *in, const char *word)
{
    for (const char *c = word + 1; *c != '\0'; c++) {
        const struct cli_option *option = find_short(*c);
        if (option == NULL) {
            return unknown_option(in, word, word + 1, strlen(word + 1));
        }
        bool valued = option->value != NULL && c[1] != '\0';
        if (!apply(in, option, valued ? c + 1 : NULL)) {
            return false;
        }
        if (valued) {
            return true;
        }
    }
    return true;
}

static enum cli_command find_command(const char *word)
{
    for (int i = CLI_RUN; i <= CLI_DIFF; i++) {
        if (strcmp(command_names[i], word) == 0) {
            return (enum cli_command)i;
        }
    }
    return CLI_NONE;
}

static bool read_command(struct reading *in, const char *word)
{
    if (strcmp(word, "help") == 0) {
        in->options->help = true;
        if (in->next >= in->argc) {
            return true;
        }
        word = in->argv[in->next++];
    }
    in->options->command = find_command(word);
    if (in->options->command != CLI_NONE) {
        return true;
    }
    complain(in, "unknown command", word, strlen(word));
    for (int i = CLI_RUN; i <= CLI_DIFF; i++) {
        if (cli_distance(word, strlen(word), command_names[i]) < 3) {
            sim__text_format(in->message, "; did you mean '%s'?", command_names[i]);
            return false;
        }
    }
    if (strcmp(word, "version") == 0) {
        sim__text_put(in->message, "; did you mean '--version'?");
    } else if (strpbrk(word, "./") != NULL) {
        sim__text_put(in->message, "; to run a file: rehearse run ");
        sim__text_shell(in->message, word);
    }
    return false;
}

static bool read_word(struct reading *in, const char *word, bool *options_ended)
{
    if (!*options_ended && strcmp(word, "--") == 0) {
        *options_ended = true;
        return true;
    }
    if (!*options_ended && word[0] == '-' && word[1] == '-') {
        return read_long(in, word);
    }
    if (!*options_ended && word[0] == '-' && word[1] != '\0') {
        return read_short(in, word);
    }
    if (in->options->command == CLI_NONE && !*options_ended) {
        return read_command(in, word);
    }
    in->options->paths[in->options->path_count++] = word;
    return true;
}

/* The outputs that take standard output for themselves, and what excludes each
 * other. */
static bool check_conflicts(const struct cli_options *options, struct sim__text *message)
{
    const char *const files[] = {options->trace, options->junit, options->metrics};
    int claims = (options->tap ? 1 : 0) + (options->json ? 1 : 0);
    for (size_t i = 0; i < 3; i++) {
        claims += files[i] != NULL && strcmp(files[i], "-") == 0;
    }
    if (options->has_seed && options->has_seeds) {
        sim__text_put(message, "--seed and --seeds exclude each other");
    } else if (options->verbose && options->quiet) {
        sim__text_put(message, "--verbose and --quiet exclude each other");
    } else if (claims > 1) {
        sim__text_put(message, "only one output can have standard output; name files for the rest");
    } else {
        return true;
    }
    return false;
}

static bool check_paths(const struct cli_options *options, struct sim__text *message)
{
    uint32_t stdin_count = 0;
    for (uint32_t i = 0; i < options->path_count; i++) {
        stdin_count += strcmp(options->paths[i], "-") == 0;
    }
    if (options->command == CLI_DIFF && options->path_count != 2) {
        sim__text_put(message, "two traces are needed: rehearse diff A.jsonl B.jsonl");
    } else if (options->path_count == 0) {
        sim__text_format(message, "no file or directory is named: rehearse %s FILE|DIR...",
                         cli_command_name(options->command));
    } else if (stdin_count > 1) {
        sim__text_put(message, "standard input ('-') can be read only once");
    } else {
        return true;
    }
    return false;
}

bool cli_options_read(int argc, char **argv, struct cli_options *ret_options,
                      struct sim__text *ret_message)
{
    *ret_options = (struct cli_options){.jobs = 1, .executor = cli_executor_find("sim")};
    size_t room = argc > 0 ? (size_t)argc : 1;
    ret_options->paths = calloc(room, sizeof ret_options->paths[0]);
    ret_options->filters = calloc(room, sizeof ret_options->filters[0]);
    if (ret_options->paths == NULL || ret_options->filters == NULL) {
        sim__text_put(ret_message, "out of memory");
        return false;
    }
    struct reading in = {
        .argc = argc, .argv = argv, .next = 1, .options = ret_options, .message = ret_message};
    bool options_ended = false;
    while (in.next < argc) {
        const char *word = argv[in.next++];
        if (!read_word(&in, word, &options_ended)) {
            return false;
        }
    }
    if (ret_options->help || ret_options->version) {
        return true;
    }
    if (ret_options->command == CLI_NONE) {
        sim__text_put(ret_message, "no command is given: run, check or diff");
        return false;
    }
    return check_conflicts(ret_options, ret_message) && check_paths(ret_options, ret_message);
}

void cli_options_release(struct cli_options *options)
{
    free(options->paths);
    free(options->filters);
    *options = (struct cli_options){0};
}
