/* rehearse diff: the first event in which two traces differ. */
#include <unistd.h>

#include "commands.h"
#include "diff.h"
#include "output.h"

int cli_diff(const struct cli_options *options)
{
    struct sim__text out = {0};
    enum cli_diff_result status =
        cli_diff_files(options->paths[0], options->paths[1],
                       cli_style_for(STDOUT_FILENO, cli_options_colors(options)), &out);
    if (status == CLI_DIFF_SAME) {
        sim__text_put(&out, "the traces are the same\n");
    }
    if (options->quiet) {
        sim__text_clear(&out);
    }
    if (!cli_output_say(&out)) {
        status = CLI_DIFF_UNREADABLE;
    }
    sim__text_release(&out);
    return (int)status;
}
