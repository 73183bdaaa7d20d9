/* Puts the picture of a run together from what a writer is told of it. */
#ifndef CLI_PICTURED_H
#define CLI_PICTURED_H

#include "report.h"
#include "sim/picture/picture.h"

struct cli_pictured;

/* A run begins; what came before is forgotten. False without memory. */
bool cli_pictured_begin(struct cli_pictured **pictured, const struct cli_case *one);
void cli_pictured_line(struct cli_pictured *pictured, const char *line, size_t length);
/* The run has come to this. NULL: there is no picture of it, since it was not run there, or
 * without memory (*ret_failed). What is returned lives until the next call. */
struct cli_picture {
    const struct sim__picture *picture;
    struct sim__picture_frame frame;
};
const struct cli_picture *cli_pictured_end(struct cli_pictured *pictured,
                                           const struct cli_options *options,
                                           const struct cli_case *one,
                                           const struct cli_record *record, bool *ret_failed);
/* NULL is allowed. */
void cli_pictured_free(struct cli_pictured *pictured);

#endif
