/* The outputs of one invocation beside its inputs: none may destroy another, and
 * none may destroy what is read. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "output.h"
#include "plan.h"

/* Looks at outputs that are named and not open yet. False, and a message on stderr,
 * when one is an input of the plan, when two are one file, or when one would replace
 * a file that is no earlier output of its kind, unless it may replace any. */
enum cli_replace { CLI_REPLACE_OWN, CLI_REPLACE_ANY };
bool cli_outputs_check(struct cli_output *outputs, uint32_t count, const struct cli_plan *plan,
                       enum cli_replace replace);

#endif
