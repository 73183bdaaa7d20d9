/* `rehearse sweep` of what has been done by shards; see sweep_session.h. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "sim/run.h"
#include "sweep_session.h"

static bool take_line(void *context, uint64_t task, struct cli_fields *fields,
                      struct sim__text *bytes)
{
    const struct cli_sweep_session *sweep = context;
    struct sim__sweep_try one;
    cli_sweep_try_take_json(fields, &one);
    if ((one.point.first.at == 0) != (task < sweep->count)) {
        cli_fields_fail(fields, "not the point of this task", "");
    }
    if (!fields->bad && !fields->no_memory) {
        sim__text_putn(bytes, (const char *)&one, sizeof one);
    }
    return !fields->bad && !fields->no_memory;
}

static void name(void *context, uint64_t task, struct sim__text *text)
{
    const struct cli_sweep_session *sweep = context;
    if (task < sweep->count) {
        sim__text_show(text, sweep->swept[task].one->path);
        sim__text_put(text, " without a fault");
    } else {
        sim__text_put(text, "try ");
        sim__text_u64(text, task - sweep->count + 1);
    }
}

int cli_sweep_check(struct cli_sweep_session *sweep, struct cli_merged_reader *reader)
{
    struct sim__text files = {0};
    cli_results_files(&files, &sweep->plan);
    int status = cli_merged_check(sweep->merged, &files, 0);
    sim__text_release(&files);
    /* How many there are is not known before the first of them are read. */
    *reader = (struct cli_merged_reader){
        .context = sweep, .tasks = UINT64_MAX, .take = take_line, .name = name};
    return status == SIM_EXIT_PASS ? cli_merged_index(sweep->merged, reader) : status;
}

static bool is_of(const struct sim__sweep_try *one, const struct sim__sweep_point *point)
{
    return one->point.first.kind == point->first.kind && one->point.first.at == point->first.at &&
           one->point.first.persistent == point->first.persistent;
}

/* The result of a task; false, and a message on stderr, when it is another one's. */
static bool fetch(struct cli_sweep_session *sweep, uint64_t task, uint64_t number,
                  struct sim__text *bytes)
{
    struct sim__sweep_point point;
    struct sim__sweep_try one;
    (void)cli_sweep_find(sweep, task, &point);
    if (!cli_merged_fetch(sweep->merged, number, bytes)) {
        return false;
    }
    memcpy(&one, bytes->bytes, sizeof one);
    if (!is_of(&one, &point)) {
        fputs("rehearse: a try is not of its point; run the shards again\n", stderr);
        return false;
    }
    return true;
}

void cli_sweep_play(struct cli_sweep_session *sweep,
                    bool (*take)(void *context, uint64_t task, char *bytes, size_t length))
{
    const uint64_t first = sweep->phase == CLI_SWEEP_POINTS ? sweep->count : 0;
    int status = cli_merged_whole(sweep->merged, first, sweep->tasks);
    bool more = status == SIM_EXIT_PASS;
    for (uint64_t task = 0; more && task < sweep->tasks && cli_interrupted() == 0; task++) {
        struct sim__text bytes = {0};
        if (fetch(sweep, task, first + task, &bytes)) {
            more = take(sweep, task, bytes.bytes, bytes.length);
        } else {
            sim__text_release(&bytes);
            status = SIM_EXIT_USAGE;
            more = false;
        }
    }
    sweep->refused |= status != SIM_EXIT_PASS;
    sweep->status = cli_worse(sweep->status, status);
}
