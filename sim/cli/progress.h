/* A line on the terminal while something takes longer than half a second. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct cli_progress {
    bool stop; /* the run at hand is to be ended */
    bool cut;  /* a run was ended before it was over */
    bool on;   /* stderr is a terminal, and the user wants words */
    bool shown;
    uint64_t started_ns; /* of the wall clock */
    uint64_t looked_ns;
    uint64_t done; /* runs */
    uint64_t count;
    const char *name; /* of the scenario being run; NULL with several jobs */
    uint32_t skipped;
    /* NULL, or called in the course of a run now and then. */
    void (*tick)(void *context);
    void *tick_context;
};

/* The monotonic clock; for measuring only, no run ever sees it. */
uint64_t cli_wall_ns(void);

void cli_progress_start(struct cli_progress *progress, bool quiet, uint64_t count);
/* Several jobs: `done` runs have ended. */
void cli_progress_show(struct cli_progress *progress, uint64_t done);
/* As the `progress` callback of a run. Stops it when the command is interrupted or
 * `stop` is set. */
bool cli_progress_step(void *progress, uint64_t now_ns, uint64_t events);
/* Wipes the line, before anything else is written. */
void cli_progress_clear(struct cli_progress *progress);

#endif
