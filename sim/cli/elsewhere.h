/* `rehearse run` of what has been run by shards. */
#ifndef CLI_ELSEWHERE_H
#define CLI_ELSEWHERE_H

#include "merged.h"
#include "session.h"

/* With these options, which are those of the shards but for the outputs. (cmd_run.c) */
int cli_run_merged(const struct cli_options *options, struct cli_merged *merged);

/* Whether what the shards have run is what there is to be run, all of it: SIM_EXIT_PASS, or a
 * status, and a message on stderr. The reader stays. */
int cli_elsewhere_check(struct cli_session *session, struct cli_merged_reader *reader);
/* Takes their results, in the place of runs. */
void cli_elsewhere_play(struct cli_session *session);

#endif
