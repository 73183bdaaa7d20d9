/* What `rehearse sweep` is asked for: kinds of points, one point by its number. */
#ifndef CLI_SWEEPING_H
#define CLI_SWEEPING_H

#include <stdint.h>

#include "sim/sweep/sweep.h"

struct cli_options;

struct cli_sweeping {
    uint32_t kinds;                /* bits; 0: all */
    struct sim__sweep_point point; /* --at, --persistent, --then; the kind is that of `kinds` */
    uint64_t points_max;           /* of a file; 0: the default */
    uint64_t pairs_max;            /* of a file; 0: none */
    struct sup_duration late;      /* 0: the default */
};

/* For the table of options: NULL, or why the value is refused. */
const char *cli_set_kind(struct cli_options *options, const char *value);
const char *cli_set_at(struct cli_options *options, const char *value);
const char *cli_set_persistent(struct cli_options *options, const char *value);
const char *cli_set_then(struct cli_options *options, const char *value);
const char *cli_set_points(struct cli_options *options, const char *value);
const char *cli_set_pairs(struct cli_options *options, const char *value);
const char *cli_set_late(struct cli_options *options, const char *value);

/* What does not go together; NULL: all does. */
const char *cli_sweeping_mistake(const struct cli_options *options);

#endif
