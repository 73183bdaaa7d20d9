/* rehearse merge: what one machine would have printed, from the results of many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "elsewhere.h"
#include "farm.h"
#include "fuzz_report.h"
#include "gathered.h"
#include "sim/run.h"
#include "sweep_session.h"

/* The command line of the shards with the outputs of this one, to be read as any other. */
struct words {
    struct sim_arena *arena;
    char **words;
    uint32_t count;
    uint32_t room;
    bool failed;
};

static void add_word(struct words *words, const char *word)
{
    if (words->count < words->room) {
        words->words[words->count++] = sim__arena_text(words->arena, word, strlen(word));
    }
    words->failed |= words->count == words->room || sim__arena_failed(words->arena);
}

/* The strings of an array that stands in the heads; false when it is none. */
static bool add_array(struct words *words, struct cli_fields *fields, const char *array)
{
    const struct sim__json_member member = {.value = array, .value_length = strlen(array)};
    struct sim__json_items items;
    struct sim__json_member item;
    if (!sim__json_items(&member, &items)) {
        return false;
    }
    while (sim__json_item(&items, &item)) {
        add_word(words, cli_item_string(fields, &item));
    }
    return !fields->bad;
}

/* Whether it is an option, in one word, that the shards of a command may have been given. */
static bool is_decisive(const char *word, enum cli_command command)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    size_t length = strcspn(word, "=");
    for (uint32_t i = 0; i < count; i++) {
        bool valued = table[i].value != NULL;
        if (strncmp(word, "--", 2) == 0 && strlen(table[i].name) == length - 2 &&
            memcmp(table[i].name, word + 2, length - 2) == 0 &&
            ((table[i].commands >> command) & 1u) != 0) {
            return cli_farm_decides(&table[i]) && valued == (word[length] == '=');
        }
    }
    return false;
}

static enum cli_command command_of(const char *name)
{
    static const enum cli_command commands[] = {CLI_RUN, CLI_FUZZ, CLI_SWEEP};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(cli_command_name(commands[i]), name) == 0) {
            return commands[i];
        }
    }
    return CLI_NONE;
}

static void add_outputs(struct words *words, const struct cli_options *options)
{
    for (uint32_t i = 0; i < options->given_count; i++) {
        const struct cli_given *given = &options->given[i];
        struct sim__text word = {0};
        if (given->option->section != CLI_OUTPUT) {
            continue;
        }
        sim__text_format(&word, "--%s", given->option->name);
        if (given->value != NULL) {
            sim__text_char(&word, '=');
            sim__text_put(&word, given->value);
        }
        add_word(words, sim__text_string(&word));
        words->failed |= word.failed;
        sim__text_release(&word);
    }
}

/* NULL, or what is wrong with the head. */
static const char *make_words(struct words *words, struct cli_merged *merged,
                              const struct cli_options *options)
{
    struct cli_fields *fields = &merged->fields;
    *fields = (struct cli_fields){.arena = merged->arena};
    enum cli_command command = command_of(merged->head.command);
    if (command == CLI_NONE) {
        return "no command that has results";
    }
    add_word(words, "rehearse");
    add_word(words, merged->head.command);
    uint32_t from = words->count;
    if (!add_array(words, fields, merged->head.options)) {
        return "no array of texts: 'options'";
    }
    for (uint32_t i = from; i < words->count && !words->failed; i++) {
        if (!is_decisive(words->words[i], command)) {
            return "an option there is none that results are of";
        }
    }
    if (options->gathering == NULL) {
        add_outputs(words, options);
    }
    add_word(words, "--");
    return add_array(words, fields, merged->head.paths) ? NULL : "no array of texts: 'paths'";
}

/* Some more than there can be, since each has two bytes or more. */
static uint32_t room_for(const struct cli_merged *merged, const struct cli_options *options)
{
    size_t most = strlen(merged->head.options) + strlen(merged->head.paths);
    return (uint32_t)(most / 2 + options->given_count + 8);
}

static int merge_or_gather(const struct cli_options *own, struct cli_merged *merged)
{
    if (own->gathering != NULL) {
        cli_gathering_begin(own->gathering, own);
    }
    int status = own->command == CLI_FUZZ    ? cli_fuzz_merged(own, merged)
                 : own->command == CLI_SWEEP ? cli_sweep_merged(own, merged)
                                             : cli_run_merged(own, merged);
    if (own->gathering != NULL) {
        cli_gathering_end(own->gathering);
    }
    return status;
}

static int merge_as(const struct cli_options *options, const struct words *words,
                    struct cli_merged *merged)
{
    struct cli_options own;
    struct sim__text message = {0};
    int status = SIM_EXIT_USAGE;
    bool read = cli_options_read((int)words->count, words->words, &own, &message);
    own.tasks = options->tasks;
    own.program = options->program;
    own.quiet |= options->quiet;
    own.gathering = options->gathering;
    own.results = merged->parts[0].path; /* of what it has been: it is checked as such */
    const char *mistake = read ? cli_farm_mistake(&own) : sim__text_string(&message);
    own.results = NULL;
    if (mistake != NULL) {
        (void)cli_merged_complain(&merged->parts[0], 1, mistake);
    } else {
        status = merge_or_gather(&own, merged);
    }
    sim__text_release(&message);
    cli_options_release(&own);
    return status;
}

static int merge(const struct cli_options *options, struct cli_merged *merged)
{
    struct words words = {.arena = merged->arena, .room = room_for(merged, options)};
    words.words = calloc(words.room, sizeof words.words[0]);
    words.failed = words.words == NULL;
    const char *mistake = words.failed ? NULL : make_words(&words, merged, options);
    int status = SIM_EXIT_USAGE;
    if (words.failed || merged->fields.no_memory) {
        fputs("rehearse: out of memory\n", stderr);
    } else if (mistake != NULL) {
        (void)cli_merged_complain(&merged->parts[0], 1, mistake);
    } else {
        status = merge_as(options, &words, merged);
    }
    free(words.words);
    return status;
}

int cli_merge(const struct cli_options *options)
{
    struct cli_merged merged;
    int status = cli_merged_open(options, &merged);
    if (status == SIM_EXIT_PASS) {
        status = merge(options, &merged);
    }
    if (merged.repeated > 0 && status != SIM_EXIT_NONDETERMINISTIC && !options->quiet) {
        struct sim__text text = {0};
        cli_put_plural(&text, merged.repeated, "run");
        fprintf(stderr, "rehearse: %s done by two shards came out the same\n",
                sim__text_string(&text));
        sim__text_release(&text);
    }
    cli_merged_close(&merged);
    return status;
}
