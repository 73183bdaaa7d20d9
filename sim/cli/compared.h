/* Two policies under the same lives. */
#ifndef CLI_COMPARED_H
#define CLI_COMPARED_H

#include "output.h"
#include "sim/plan/plan.h"

/* A policy, and whose it is. */
struct cli_side {
    const struct sim_scenario *scenario;
    const struct sim_service *service;
};

/* What a policy makes of a life, in words that are the same for the same. */
#define CLI_CELL_BYTES 96u
struct cli_cell {
    bool possible; /* the service can live so */
    char text[CLI_CELL_BYTES];
};
#define CLI_LIVES_MAX 16u
struct cli_compared {
    struct cli_side sides[2];
    const char *lives[CLI_LIVES_MAX];
    struct cli_cell cells[CLI_LIVES_MAX][2];
    uint32_t count;
    uint32_t parts; /* lives of which they make something else */
};

/* SUP_OK, or what the supervisor refused. */
int cli_compared_make(const struct cli_side *a, const struct cli_side *b,
                      struct cli_compared *ret_compared);
void cli_compared_put(const struct cli_compared *compared, struct sim__text *text);
void cli_compared_put_json(const struct cli_compared *compared, struct sim__text *text);

#endif
