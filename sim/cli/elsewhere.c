/* `rehearse run` of what has been run by shards; see elsewhere.h. */
#include "elsewhere.h"

#include <stdio.h>

#include "interrupt.h"
#include "record_json.h"
#include "sup/error.h"

static bool take(void *context, uint64_t task, struct cli_fields *fields, struct sim__text *bytes)
{
    const struct cli_session *session = context;
    return cli_record_take_json(fields, cli_session_case(session, task)->scenario,
                                cli_session_seed(session, task), bytes);
}

static void name(void *context, uint64_t task, struct sim__text *text)
{
    const struct cli_session *session = context;
    const struct cli_case *one = cli_session_case(session, task);
    sim__text_show(text, one->path);
    sim__text_put(text, ": ");
    sim__text_show(text, one->scenario->name);
    sim__text_format(text, ", seed %llu", (unsigned long long)cli_session_seed(session, task));
}

int cli_elsewhere_check(struct cli_session *session, struct cli_merged_reader *reader)
{
    struct sim__text files = {0};
    struct cli_plan *plan = &session->plan;
    const uint64_t tasks = plan->valid * session->seeds;
    cli_results_files(&files, plan);
    int status = cli_merged_check(session->merged, &files, tasks);
    sim__text_release(&files);
    if (status != SIM_EXIT_PASS) {
        return status;
    }
    *reader =
        (struct cli_merged_reader){.context = session, .tasks = tasks, .take = take, .name = name};
    status = cli_merged_index(session->merged, reader);
    /* With an invalid file nothing was run. */
    bool none = session->options->fail_fast && plan->valid < plan->count;
    return status == SIM_EXIT_PASS && !none ? cli_merged_whole(session->merged, 0, tasks) : status;
}

static bool play(struct cli_session *session, uint64_t task)
{
    struct sim__text bytes = {0};
    struct cli_record record;
    if (!cli_merged_fetch(session->merged, task, &bytes)) {
        sim__text_release(&bytes);
        session->write_failed = true;
        return false;
    }
    int result = cli_record_read(bytes.bytes, bytes.length, &record);
    if (result != SUP_OK) {
        fprintf(stderr, "rehearse: a result is lost: %s\n", sup_error_text(result));
        session->write_failed = true;
        return false;
    }
    cli_session_begin(session, cli_session_case(session, task), record.seed);
    bool more = cli_session_take(session, task, &record);
    cli_record_release(&record);
    return more;
}

void cli_elsewhere_play(struct cli_session *session)
{
    uint64_t task = 0;
    while (task < session->shard.total && !cli_interrupted() && play(session, task)) {
        task++;
    }
}
