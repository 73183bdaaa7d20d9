/* Whole runs of small scenarios, and their events as a story to compare with. */
#ifndef TESTS_UNIT_TOLD_H
#define TESTS_UNIT_TOLD_H

#include "sim/run.h"

#define HEAD "scenario: 1\nname: test\n"
#define STORY_BYTES 8192u

/* A run, and its events as lines of "2s cancel-delivered a". */
struct told {
    struct sim_scenario *scenario;
    struct sim_result result;
    char story[STORY_BYTES];
};

/* Reads the text, which has to be valid; nothing is run yet. */
void told_read(const char *text, struct told *told);
void told_run_with(struct told *told, const struct sim_run_options *options);
/* Reads it and runs it. */
void told_run(const char *text, struct told *told);
void told_forget(struct told *told);
/* Prints the story and what failed. */
void told_show(const struct told *told);
void told_assert_verdict(const struct told *told, enum sim_verdict verdict);
/* The story holds exactly these lines, one after the other. */
void told_assert(const struct told *told, const char *lines);

#endif
