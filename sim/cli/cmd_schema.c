/* rehearse schema: the JSON schema of a scenario file, made from what the reader knows. */
#include <stdio.h>

#include "commands.h"
#include "output.h"
#include "sim/run.h"
#include "sim/schema/schema.h"
#include "sup/error.h"

int cli_schema(const struct cli_options *options)
{
    struct sim__text text = {0}, why = {0};
    (void)options;
    int result = sim__schema(&text, &why);
    int status = result == SUP_OK ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
    if (result == SUP_EINVAL) {
        fprintf(stderr, "rehearse: the schema does not fit the reader:\n%s",
                sim__text_string(&why));
    } else if (result != SUP_OK) {
        fputs("rehearse: out of memory\n", stderr);
    } else if (!cli_output_say(&text)) {
        status = SIM_EXIT_USAGE;
    }
    sim__text_release(&text);
    sim__text_release(&why);
    return status;
}
