/* One campaign on many machines: its options. */
#include "farm.h"

#include <string.h>

#include "numbers.h"
#include "shard_auto.h"

const char *cli_set_shard(struct cli_options *options, const char *value)
{
    uint64_t shard, count;
    if (strcmp(value, "auto") == 0) {
        const char *why = cli_shard_auto(&shard, &count);
        if (why != NULL) {
            return why;
        }
    } else if (!cli_fraction_read(value, &shard, &count)) {
        shard = count = 0;
    }
    if (shard == 0 || shard > count || count > CLI_SHARDS_MAX) {
        return "one of several is written 1/4, up to 4/4; at most 10000, or auto";
    }
    options->shard = (uint32_t)shard;
    options->shard_count = (uint32_t)count;
    return NULL;
}

const char *cli_set_results(struct cli_options *options, const char *value)
{
    options->results = value;
    return value[0] == '\0' || strcmp(value, "-") == 0 ? "a file" : NULL;
}

const char *cli_set_directory(struct cli_options *options, const char *value)
{
    options->directory = value;
    return value[0] == '\0' ? "a directory" : NULL;
}

bool cli_farm_decides(const struct cli_option *option)
{
    static const char *const others[] = {"jobs", "shard", "list", "watch"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(option->name, others[i]) == 0) {
            return false;
        }
    }
    return option->section == CLI_WHAT || option->section == CLI_HOW;
}

static bool reads_standard_input(const struct cli_options *options)
{
    for (uint32_t i = 0; i < options->path_count; i++) {
        if (strcmp(options->paths[i], "-") == 0) {
            return true;
        }
    }
    return options->from != NULL && strcmp(options->from, "-") == 0;
}

/* What has to be the same wherever it is done, and on one machine. */
static const char *mistake_of_results(const struct cli_options *options)
{
    if (options->executor != cli_executor_find("sim")) {
        return "--results are of what is the same on every machine: not of real time";
    }
    if (options->budget.ns > 0) {
        return "--budget ends each machine at another place: with --results say how much is to be "
               "run";
    }
    bool many = options->has_seeds && options->seed_last - options->seed_first >= UINT32_MAX;
    if (many && !options->seeds_open) {
        return "--results are of at most 4294967295 seeds at a time";
    }
    if (options->corpus != NULL) {
        return "--corpus makes of each seed what those before it lead to: not with --results";
    }
    if (options->sweeping.pairs_max > 0) {
        return "--pairs are chosen by what all points came to: not with --results";
    }
    if (options->sweeping.point.first.at > 0) {
        return "--at N is one point, which has no --results to be merged";
    }
    if (options->list) {
        return "--list runs nothing that --results could be of";
    }
    return reads_standard_input(options) ? "merge reads the scenarios again: with --results they "
                                           "are files, not standard input ('-')"
                                         : NULL;
}

const char *cli_farm_mistake(const struct cli_options *options)
{
    bool divided = options->command == CLI_RUN && options->shard_count > 0;
    if (!divided && options->results == NULL) {
        return NULL;
    }
    if (options->golden != NULL) {
        return "--golden is about all runs of a file: not with --shard or --results";
    }
    if (options->record != NULL || options->replay != NULL || options->continues) {
        return "--record and --replay are about one run: not with --shard or --results";
    }
    return options->results != NULL ? mistake_of_results(options) : NULL;
}
