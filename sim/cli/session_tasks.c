/* Which runs a session is of, and what they came to as they are. */
#include "session.h"

const struct cli_case *cli_session_case(const struct cli_session *session, uint64_t task)
{
    const struct cli_plan *plan = &session->plan;
    uint64_t index = task / session->seeds;
    if (plan->valid == plan->count) {
        return &plan->cases[index];
    }
    const struct cli_case *one = plan->cases;
    while (one->scenario == NULL || index > 0) {
        index -= one->scenario != NULL;
        one++;
    }
    return one;
}

uint64_t cli_session_seed(const struct cli_session *session, uint64_t task)
{
    const struct cli_options *options = session->options;
    if (options->has_seed || options->has_seeds) {
        return options->seed_first + task % session->seeds;
    }
    return cli_session_case(session, task)->scenario->seed;
}

uint64_t cli_session_share(const struct cli_session *session, const struct cli_case *one)
{
    uint64_t before = (uint64_t)(one - session->plan.cases) * session->seeds;
    return cli_shard_share(&session->shard, before + session->seeds) -
           cli_shard_share(&session->shard, before);
}

uint64_t cli_session_shared(const struct cli_session *session)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < session->plan.count; i++) {
        count += cli_session_share(session, &session->plan.cases[i]) > 0;
    }
    return count;
}

void cli_session_done(struct cli_session *session, uint64_t task, const struct cli_record *record)
{
    const struct cli_case *one = cli_session_case(session, task);
    const struct cli_done done = {.task = task, .record = record};
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_writer *writer = &session->writers[i];
        if (writer->calls->done != NULL) {
            writer->calls->done(writer, one, &done);
        }
    }
}
