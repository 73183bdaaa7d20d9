/* Fuzzes the reader of results files, of which two are merged, parted by a line of `----`: what
 * is refused is refused with a reason, and of what is taken each result is a record, which is
 * written as the same line again. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "judge.h"
#include "sim/cli/merged.h"
#include "sim/cli/record_json.h"
#include "sim/cli/sweep_shards.h"
#include "sim/cli/trial_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mark[] = "\n----\n";

static const char fallible[] = "scenario: 1\n"
                               "name: fallible\n"
                               "services: [{name: a, script: [{fail: {}, times: 2}, run]}]\n"
                               "until: 1s\n"
                               "measures: {again: {tally: {event: attempt-started}}}\n"
                               "expect:\n"
                               "  - {at: 1s, service: a, is: {phase: running}}\n"
                               "  - {sometimes: {service: a, is: {starts: 2}}}\n";

static struct sim_scenario *scenario_of(void)
{
    static struct sim_scenario *scenario;
    struct sim_diagnostics diagnostics = {0};
    if (scenario == NULL) {
        int error = sim_scenario_read(fallible, sizeof fallible - 1, "fallible.yaml", &diagnostics,
                                      &scenario);
        fputs(diagnostics.text != NULL ? diagnostics.text : "", stderr);
        JUDGE(error == SUP_OK);
        sim_diagnostics_release(&diagnostics);
    }
    return scenario;
}

struct file {
    int descriptor;
    char path[32];
};

static void write_file(struct file *file, const uint8_t *bytes, size_t size)
{
    if (file->path[0] == '\0') {
        file->descriptor = memfd_create("results", MFD_CLOEXEC);
        JUDGE(file->descriptor >= 0);
        snprintf(file->path, sizeof file->path, "/dev/fd/%d", file->descriptor);
    }
    JUDGE(ftruncate(file->descriptor, 0) == 0);
    JUDGE(pwrite(file->descriptor, bytes, size, 0) == (ssize_t)size);
}

/* A record comes back from its line as it was. */
static void check_record(const struct cli_record *record)
{
    struct sim__text line = {0}, again = {0}, bytes = {0};
    struct cli_fields fields = {0};
    struct cli_record back;
    JUDGE(sim__arena_create(&sup_allocator_libc, &fields.arena) == SUP_OK);
    cli_results_task(&line, 0);
    cli_record_put_json(&line, record);
    sim__text_char(&line, '}');
    JUDGE(cli_fields_read(&fields, line.bytes, line.length));
    JUDGE(cli_record_take_json(&fields, scenario_of(), record->seed, &bytes));
    JUDGE(cli_record_read(bytes.bytes, bytes.length, &back) == SUP_OK);
    cli_results_task(&again, 0);
    cli_record_put_json(&again, &back);
    sim__text_char(&again, '}');
    JUDGE(again.length == line.length && memcmp(again.bytes, line.bytes, line.length) == 0);
    cli_record_release(&back);
    sim__arena_free(fields.arena);
    sim__text_release(&line);
    sim__text_release(&again);
}

/* What a seed or a point came to stays the same when it is written and read again. */
static bool take_seed(struct cli_fields *fields, uint64_t seed, struct sim__text *bytes)
{
    const struct sim__fuzz_how how = {.from = NULL};
    struct sim__fuzz_try one, back;
    struct cli_fields again = {.arena = fields->arena};
    struct sim__text line = {0};
    cli_try_take_json(fields, &how, seed, &one);
    if (fields->bad) {
        return false;
    }
    cli_results_task(&line, 0);
    cli_try_put_json(&line, &one);
    sim__text_char(&line, '}');
    JUDGE(cli_fields_read(&again, line.bytes, line.length));
    cli_try_take_json(&again, &how, seed, &back);
    JUDGE(!again.bad && memcmp(&one, &back, sizeof one) == 0);
    sim__text_release(&line);
    sim__text_putn(bytes, (const char *)&one, sizeof one);
    return true;
}

static bool take_point(struct cli_fields *fields, struct sim__text *bytes)
{
    struct sim__sweep_try one, back;
    struct cli_fields again = {.arena = fields->arena};
    struct sim__text line = {0};
    cli_sweep_try_take_json(fields, &one);
    if (fields->bad) {
        return false;
    }
    cli_results_task(&line, 0);
    cli_sweep_try_put_json(&line, &one);
    sim__text_char(&line, '}');
    JUDGE(cli_fields_read(&again, line.bytes, line.length));
    cli_sweep_try_take_json(&again, &back);
    JUDGE(!again.bad);
    /* A fault at no point is none, whatever its kind. */
    JUDGE(one.point.first.at == 0 || memcmp(&one, &back, sizeof one) == 0);
    sim__text_release(&line);
    sim__text_putn(bytes, (const char *)&one, sizeof one);
    return true;
}

/* Of any seed. What is refused behind this one by the digest has been taken here. */
static bool take(void *context, uint64_t task, struct cli_fields *fields, struct sim__text *bytes)
{
    uint64_t seed = 0;
    (void)context;
    (void)task;
    (void)sim__json_number(&fields->json, "seed", &seed);
    if (sim__json_find(&fields->json, "points") != NULL) {
        return take_point(fields, bytes);
    }
    if (sim__json_find(&fields->json, "sign") != NULL) {
        return take_seed(fields, seed, bytes);
    }
    bool taken = cli_record_take_json(fields, scenario_of(), seed, bytes);
    if (taken) {
        struct sim__text copy = {0};
        struct cli_record record;
        sim__text_putn(&copy, bytes->bytes, bytes->length);
        JUDGE(cli_record_read(copy.bytes, copy.length, &record) == SUP_OK);
        check_record(&record);
        cli_record_release(&record);
    }
    return taken;
}

static void name(void *context, uint64_t task, struct sim__text *text)
{
    (void)context;
    sim__text_u64(text, task);
}

static void fetch_all(struct cli_merged *merged)
{
    for (uint32_t i = 0; i < merged->entry_count; i++) {
        struct sim__text bytes = {0};
        struct cli_record record;
        JUDGE(cli_merged_fetch(merged, merged->entries[i].task, &bytes));
        if (bytes.length != sizeof(struct sim__fuzz_try) &&
            bytes.length != sizeof(struct sim__sweep_try)) {
            JUDGE(cli_record_read(bytes.bytes, bytes.length, &record) == SUP_OK);
            cli_record_release(&record);
        } else {
            sim__text_release(&bytes);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file a, b;
    const uint8_t *parting = memmem(data, size, mark, sizeof mark - 1);
    size_t first = parting == NULL ? size : (size_t)(parting - data) + 1;
    size_t second = parting == NULL ? 0 : first + sizeof mark - 2;
    const char *paths[] = {a.path, b.path};
    const struct cli_options options = {.paths = paths, .path_count = parting == NULL ? 1 : 2};
    const struct cli_merged_reader reader = {.tasks = 1000, .take = take, .name = name};
    struct cli_merged merged;
    size_t length;
    (void)scenario_of();
    write_file(&a, data, first);
    write_file(&b, data + second, size - second);
    uint64_t descriptors = judge_descriptors();
    judge_listen();
    judge_begin();
    int status = cli_merged_open(&options, &merged);
    status = status == SIM_EXIT_PASS ? cli_merged_index(&merged, &reader) : status;
    if (status == SIM_EXIT_PASS) {
        (void)cli_merged_whole(&merged, 0, reader.tasks);
        fetch_all(&merged);
    }
    cli_merged_close(&merged);
    judge_time(2);
    const char *said = judge_heard(&length);
    JUDGE(status == SIM_EXIT_PASS || length > 0);
    judge_text(said, length);
    judge_closed(descriptors);
    return 0;
}
