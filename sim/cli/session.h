/* One invocation of `rehearse run`: its scenarios, its writers, what came of it
 * so far. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "golden.h"
#include "output.h"
#include "plan.h"
#include "progress.h"
#include "report.h"
#include "shard.h"
#include "statistics.h"

#define CLI_WRITERS_MAX 16u

struct cli_merged;
struct cli_taped;

struct cli_session {
    const struct cli_options *options;
    struct cli_taped *taped; /* NULL: choices are nobody's concern */
    struct cli_plan plan;
    uint64_t seeds;            /* a scenario's runs */
    struct cli_shard shard;    /* which of all runs are done here */
    struct cli_merged *merged; /* NULL, or what has been run elsewhere */
    struct cli_writer writers[CLI_WRITERS_MAX];
    struct cli_output outputs[CLI_WRITERS_MAX];
    uint32_t writer_count;
    struct cli_golden golden;
    struct cli_progress progress;
    struct cli_tally tally;
    struct cli_sweep sweep;
    struct cli_statistics statistics; /* of the sweep's measures */
    bool *held;                       /* of the sweep: did expectation i ever hold? */
    const struct cli_case *current;   /* the scenario whose runs are being taken */
    bool case_unfit;                  /* the executor cannot run it */
    bool case_late;                   /* a run of it was too late to tell */
    bool case_failed;                 /* a run of the scenario at hand did not pass */
    bool write_failed;
    struct sup_instant flushed; /* of the wall clock */
    uint32_t lines;             /* since then */
    bool pipe_broke;            /* nobody reads the outputs any more */
};

/* The runs of a session are tasks with numbers: all seeds of the first valid scenario, all of the
 * next one. The scenario and the seed of one. */
const struct cli_case *cli_session_case(const struct cli_session *session, uint64_t task);
uint64_t cli_session_seed(const struct cli_session *session, uint64_t task);
/* When only valid ones are left: how many runs of a scenario are done here, and of how many
 * scenarios any is. */
uint64_t cli_session_share(const struct cli_session *session, const struct cli_case *one);
uint64_t cli_session_shared(const struct cli_session *session);

/* Opens the outputs that the options ask for, none of which may destroy an input or
 * another output. */
bool cli_session_open(struct cli_session *session);
/* Flushes and closes them: only then are they in their places. */
void cli_session_close(struct cli_session *session);

/* The reports, each to all writers. */
void cli_session_start(struct cli_session *session);
void cli_session_end(struct cli_session *session);
/* A run begins: nothing but its lines and its result comes until its end. */
void cli_session_begin(struct cli_session *session, const struct cli_case *one, uint64_t seed);
/* A line of its trace; `session` is one. */
void cli_session_line(void *session, const char *line, size_t length);
/* Writes out what waits for being more, when it has waited for long; `session` is one. */
void cli_session_tick(void *session);
/* Tells what a run came to, as it is; before it is taken, or for another shard. */
void cli_session_done(struct cli_session *session, uint64_t task, const struct cli_record *record);
/* Takes the result of a run over; false when no more are wanted. Tasks come in
 * order, but when the command is interrupted some may be missing. */
bool cli_session_take(struct cli_session *session, uint64_t task, struct cli_record *record);

#endif
