/* Shows the line of a scenario file that a message is about, with a caret. */
#ifndef CLI_SOURCE_LINE_H
#define CLI_SOURCE_LINE_H

#include "sim/scenario.h"
#include "style.h"
#include "words.h"

/* "file:line:col: ", without line and column when there is no place. */
void cli_source_place(struct sim__text *text, const char *file, struct sim_place place);
/* The file that the place is in: `file`, or one that the scenario includes. */
const char *cli_source_file(const struct sim_scenario *scenario, const char *file,
                            struct sim_place place);
/* The line and, under it, the caret; of a long line the part around the place.
 * Nothing when there is no such place. */
void cli_source_line(struct sim__text *text, const struct cli_style *style,
                     const struct sim_scenario *scenario, struct sim_place place);

#endif
