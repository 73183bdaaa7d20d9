/* Fuzzes the reader of the command line: arguments, one a line. What is refused is refused
 * with a reason, and what is taken is within the bounds that --help gives. */
#include <stdbool.h>
#include <string.h>

#include "judge.h"
#include "sim/cli/options.h"

#define ARGUMENTS_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each argument in storage of its own, so that a byte read too much is seen. */
static int split(const char *bytes, size_t size, char **argv)
{
    int argc = 0;
    argv[argc++] = strdup("rehearse");
    for (size_t at = 0; at < size && argc < ARGUMENTS_MAX;) {
        const char *newline = memchr(bytes + at, '\n', size - at);
        size_t length = newline == NULL ? size - at : (size_t)(newline - (bytes + at));
        argv[argc++] = strndup(bytes + at, length);
        at += length + 1;
    }
    argv[argc] = NULL;
    return argc;
}

static void check_counts(const struct cli_options *options, uint32_t argc)
{
    JUDGE(options->path_count < argc && options->filter_count < argc);
    JUDGE(options->set_count < argc && options->chosen_count < argc);
    JUDGE(options->shown.service_count < argc && options->shown.event_count < argc);
    for (uint32_t i = 0; i < options->path_count; i++) {
        JUDGE(options->paths[i] != NULL);
    }
    for (uint32_t i = 0; i < options->set_count; i++) {
        JUDGE(options->sets[i].path[0] != '\0' && options->sets[i].value != NULL);
    }
}

static void check_taken(const struct cli_options *options)
{
    JUDGE(options->jobs >= 1 && options->jobs <= 256);
    JUDGE(options->shard <= options->shard_count && options->shard_count <= 10000);
    JUDGE((options->shard == 0) == (options->shard_count == 0));
    JUDGE(options->seeds_open || options->seed_first <= options->seed_last);
    JUDGE(options->budget.ns != UINT64_MAX && options->shrink_budget.ns != UINT64_MAX);
    JUDGE(options->executor != NULL && options->executor->run != NULL);
    if (!options->help && !options->version) {
        JUDGE(options->command != CLI_NONE && options->command < CLI_COMMANDS);
        JUDGE(!(options->has_seed && options->has_seeds));
        JUDGE(!(options->verbose && options->quiet));
        JUDGE(!options->update || options->golden != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *argv[ARGUMENTS_MAX + 1];
    struct cli_options options;
    struct sim__text message = {0};
    int argc = split((const char *)data, size, argv);
    judge_begin();
    bool taken = cli_options_read(argc, argv, &options, &message);
    judge_time(1);
    JUDGE(taken == (message.length == 0));
    judge_text(sim__text_string(&message), message.length);
    check_counts(&options, (uint32_t)argc);
    if (taken) {
        check_taken(&options);
    }
    cli_options_release(&options);
    sim__text_release(&message);
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    return 0;
}
