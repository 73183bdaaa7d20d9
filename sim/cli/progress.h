/* A line on the terminal while something takes longer than half a second. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/time.h"

struct cli_progress {
    bool stop; /* the run at hand is to be ended */
    bool cut;  /* a run was ended before it was over */
    bool on;   /* stderr is a terminal, and the user wants words */
    bool shown;
    struct sup_instant started; /* of the wall clock */
    struct sup_instant looked;
    uint64_t done; /* runs */
    uint64_t count;
    const char *name; /* of the scenario being run; NULL with several jobs */
    uint32_t skipped;
    /* NULL, or called in the course of a run now and then. */
    void (*tick)(void *context);
    void *tick_context;
};

/* The monotonic clock; for measuring only, no run ever sees it. */
struct sup_instant cli_wall_now(void);

enum cli_words { CLI_WORDS_WANTED, CLI_WORDS_UNWANTED };
void cli_progress_start(struct cli_progress *progress, enum cli_words words, uint64_t count);
/* Several jobs: `done` runs have ended. */
void cli_progress_show(struct cli_progress *progress, uint64_t done);
/* As the `progress` callback of a run. Stops it when the command is interrupted or
 * `stop` is set. */
bool cli_progress_step(void *progress, struct sup_instant now, uint64_t events);
/* Wipes the line, before anything else is written. */
void cli_progress_clear(struct cli_progress *progress);

#endif
