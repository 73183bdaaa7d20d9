/* Reads the command line by the table of options. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "farm.h"
#include "lost.h"
#include "numbers.h"
#include "sets.h"
#include "sim/base/grow.h"

#define CLI__X(id, name, function, what) name,
static const char *const command_names[] = {"", CLI_COMMAND_LIST(CLI__X)};
#undef CLI__X

const char *cli_command_name(enum cli_command command)
{
    return command_names[command];
}

static bool applies(const struct cli_option *option, enum cli_command command)
{
    return (option->commands & (1u << command)) != 0;
}

/* A name may be an option of each of two commands, of its own kind. */
static const struct cli_option *find_long(const char *name, size_t length, enum cli_command command)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    const struct cli_option *found = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0 &&
            (found == NULL || applies(&table[i], command))) {
            found = &table[i];
        }
    }
    return found;
}

static const struct cli_option *find_short(char letter, enum cli_command command)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    const struct cli_option *found = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (table[i].letter == letter && letter != 0 &&
            (found == NULL || applies(&table[i], command))) {
            found = &table[i];
        }
    }
    return found;
}

const char cli_out_of_memory[] = "out of memory";

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
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    for (uint32_t i = 0; i < count && word[1] == '-'; i++) {
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

static bool keep_given(struct cli_options *options, const struct cli_option *option,
                       const char *value)
{
    struct cli_given *given = sim__grown(options->given, &options->given_room,
                                         (uint64_t)options->given_count + 1, sizeof *given);
    if (given != NULL) {
        options->given = given;
        given[options->given_count++] = (struct cli_given){.option = option, .value = value};
    }
    return given != NULL;
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
    why = why == NULL && !keep_given(in->options, option, value) ? cli_out_of_memory : why;
    if (why == NULL) {
        return true;
    }
    if (why == cli_out_of_memory) {
        sim__text_put(in->message, why);
        return false;
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
    const struct cli_option *option = find_long(name, length, in->options->command);
    if (option == NULL) {
        return unknown_option(in, word, name, length);
    }
    return apply(in, option, name[length] == '=' ? name + length + 1 : NULL);
}

/* -vq is -v -q; a value may follow its letter: -j4, -j 4. */
static bool read_short(struct reading *in, const char *word)
{
    for (const char *c = word + 1; *c != '\0'; c++) {
        const struct cli_option *option = find_short(*c, in->options->command);
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
    for (int i = CLI_RUN; i < CLI_COMMANDS; i++) {
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
    for (int i = CLI_RUN; i < CLI_COMMANDS; i++) {
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
    const char *const files[] = {options->trace,    options->junit, options->metrics,
                                 options->table,    options->html,  options->svg,
                                 options->perfetto, options->badge, options->summary};
    int claims = (options->tap ? 1 : 0) + (options->json ? 1 : 0) + (options->sheets ? 1 : 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        claims += files[i] != NULL && strcmp(files[i], "-") == 0;
    }
    if (options->has_seed && options->has_seeds) {
        sim__text_put(message, "--seed and --seeds exclude each other");
    } else if (options->verbose && options->quiet) {
        sim__text_put(message, "--verbose and --quiet exclude each other");
    } else if (options->github && claims > 0) {
        sim__text_put(message, "--github stands beside the report, where --tap, --json or a file "
                               "`-` would be; name a file for that");
    } else if (options->append && options->summary == NULL) {
        sim__text_put(message, "--append belongs to --summary FILE");
    } else if (options->update && options->golden == NULL) {
        sim__text_put(message, "--update belongs to --golden DIR");
    } else if (options->golden != NULL && options->executor != cli_executor_find("sim")) {
        sim__text_put(message, "--golden compares what is the same every time: not with real time");
    } else if (options->command == CLI_RUN && cli_shown_chooses(&options->shown) &&
               !options->verbose) {
        sim__text_put(message, "--service, --event, --from and --to choose what -v shows; "
                               "give -v too");
    } else if (options->shown.has_from && options->shown.has_to &&
               options->shown.from.ns > options->shown.to.ns) {
        sim__text_put(message, "--from lies after --to, so nothing would be shown");
    } else if (options->failure.when != SIM__WHEN_NONE && !options->has_fail_at) {
        sim__text_put(message, "--when belongs to --fail-at T");
    } else if (claims > 1) {
        sim__text_put(message, "only one output can have standard output; name files for the rest");
    } else {
        return true;
    }
    return false;
}

/* The commands that take no files, or something else. */
static bool check_words(const struct cli_options *options, struct sim__text *message)
{
    bool shell = options->path_count == 1 &&
                 (strcmp(options->paths[0], "bash") == 0 || strcmp(options->paths[0], "zsh") == 0 ||
                  strcmp(options->paths[0], "fish") == 0);
    if (options->command == CLI_EXPORT && !options->c) {
        sim__text_put(message, "say as what: rehearse export --c FILE");
    } else if (options->command == CLI_EXPORT && options->path_count != 1) {
        sim__text_put(message, "one file is exported at a time: rehearse export --c FILE");
    } else if (options->command == CLI_SHRINK && options->path_count != 1) {
        sim__text_put(message, "one file is shrunk at a time: rehearse shrink FILE");
    } else if (options->command == CLI_EXPLAIN && options->path_count != 1) {
        sim__text_put(message, "one failure is explained at a time: rehearse explain FILE");
    } else if (options->command == CLI_INIT && options->path_count > 1) {
        sim__text_put(message, "one directory at a time: rehearse init [DIR]");
    } else if (options->command == CLI_COMPLETIONS && !shell) {
        sim__text_put(message, "a shell is needed: rehearse completions bash|zsh|fish");
    } else if (options->command == CLI_FUZZ && options->path_count > 0) {
        sim__text_put(message, "'rehearse fuzz' makes its scenarios itself; of a file: "
                               "rehearse fuzz --from FILE");
    } else if (options->command == CLI_FUZZ && options->from == NULL &&
               (options->at_large || options->set_count > 0 || options->chosen_count > 0)) {
        sim__text_put(message, "--at-large, --set and --variant belong to --from FILE");
    } else if (options->command == CLI_FUZZ && options->from != NULL && options->corpus != NULL) {
        sim__text_put(message, "--from and --corpus are two campaigns; a file in DIR is an input");
    } else if (options->command == CLI_SCHEMA && options->path_count > 0) {
        sim__text_put(message, "'rehearse schema' takes no arguments");
    } else {
        return true;
    }
    return false;
}

static bool takes_files(const struct cli_options *options)
{
    return options->command == CLI_RUN || options->command == CLI_CHECK ||
           options->command == CLI_DIFF || options->command == CLI_SWEEP ||
           options->command == CLI_IMPORT || options->command == CLI_PLAN ||
           options->command == CLI_COMPARE || options->command == CLI_MERGE ||
           options->command == CLI_REPORT;
}

static bool check_paths(const struct cli_options *options, struct sim__text *message)
{
    uint32_t stdin_count = 0;
    for (uint32_t i = 0; i < options->path_count; i++) {
        stdin_count += strcmp(options->paths[i], "-") == 0;
    }
    if (!takes_files(options)) {
        return check_words(options, message);
    }
    if (options->command == CLI_DIFF && options->path_count != 2) {
        sim__text_put(message, "two traces are needed: rehearse diff A.jsonl B.jsonl");
    } else if (options->command == CLI_COMPARE && options->path_count != 2) {
        sim__text_put(message, "two policies are needed: rehearse compare A B");
    } else if (options->path_count == 0 && options->replay == NULL) {
        sim__text_format(message, "no file or directory is named: rehearse %s FILE|DIR...",
                         cli_command_name(options->command));
    } else if (stdin_count > 0 && options->watch) {
        sim__text_put(message, "--watch looks at files: standard input comes once");
    } else if (stdin_count > 1) {
        sim__text_put(message, "standard input ('-') can be read only once");
    } else if ((options->command == CLI_MERGE || options->command == CLI_REPORT) &&
               stdin_count > 0) {
        sim__text_put(message, "results are read twice: not from standard input ('-')");
    } else if (cli_sweeping_mistake(options) != NULL) {
        sim__text_put(message, cli_sweeping_mistake(options));
    } else {
        return true;
    }
    return false;
}

bool cli_options_read(int argc, char **argv, struct cli_options *ret_options,
                      struct sim__text *ret_message)
{
    *ret_options = (struct cli_options){.jobs = 1,
                                        .patience = CLI_PATIENCE,
                                        .executor = cli_executor_find("sim"),
                                        .import_from = SIM__IMPORT_KIND_COUNT};
    size_t room = argc > 0 ? (size_t)argc : 1;
    ret_options->paths = calloc(room, sizeof ret_options->paths[0]);
    ret_options->filters = calloc(room, sizeof ret_options->filters[0]);
    ret_options->shown.services = calloc(room, sizeof ret_options->shown.services[0]);
    ret_options->shown.events = calloc(room, sizeof ret_options->shown.events[0]);
    ret_options->sets = calloc(room, sizeof ret_options->sets[0]);
    ret_options->chosen = calloc(room, sizeof ret_options->chosen[0]);
    if (ret_options->paths == NULL || ret_options->filters == NULL || ret_options->sets == NULL ||
        ret_options->chosen == NULL || ret_options->shown.services == NULL ||
        ret_options->shown.events == NULL) {
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
    if (ret_options->has_fail_at && ret_options->failure.when == SIM__WHEN_NONE) {
        ret_options->failure.when = SIM__WHEN_FAIL;
    }
    if (ret_options->command == CLI_NONE) {
        sim__text_put(ret_message, "no command is given: run, check, diff and others; see --help");
        return false;
    }
    const char *mistake = cli_farm_mistake(ret_options);
    if (mistake != NULL) {
        sim__text_put(ret_message, mistake);
        return false;
    }
    return check_conflicts(ret_options, ret_message) && check_paths(ret_options, ret_message);
}

void cli_options_release(struct cli_options *options)
{
    free(options->paths);
    free(options->filters);
    free(options->given);
    cli_sets_release(options->sets, options->set_count);
    cli_sets_release(options->chosen, options->chosen_count);
    free(options->shown.services);
    free(options->shown.events);
    *options = (struct cli_options){0};
}
