/* The command rehearse: picks the command and makes the process ready for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/chaos/child.h"
#include "commands.h"
#include "interrupt.h"
#include "output.h"
#include "sim/run.h"
#include "sup/sup.h"

int cli_worse(int a, int b)
{
    if (a == SIM_EXIT_USAGE || b == SIM_EXIT_USAGE) {
        int other = a == SIM_EXIT_USAGE ? b : a;
        return other == SIM_EXIT_PASS ? SIM_EXIT_USAGE : other;
    }
    return a > b ? a : b;
}

/* A file opened later must not take the place of a standard stream that was
 * closed. Opened so, writing to it fails, as it should. */
static bool open_standard_streams(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) != descriptor) {
            return false;
        }
    }
    return true;
}

static int say(struct sim__text *text)
{
    return cli_output_say(text) ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

static int help(enum cli_command command)
{
    struct sim__text text = {0};
    cli_help(command, &text);
    return say(&text);
}

static int version(void)
{
    struct sim__text text = {0};
    sim__text_put(&text, "rehearse " SUP_VERSION "\n");
    return say(&text);
}

static void usage_error(const struct cli_options *options, const struct sim__text *message)
{
    bool named = options->command != CLI_NONE;
    fprintf(stderr, "rehearse: %s\nTry 'rehearse %s%s--help'.\n", sim__text_string(message),
            cli_command_name(options->command), named ? " " : "");
}

int main(int argc, char **argv)
{
    struct cli_options options;
    struct sim__text message = {0};
    int status = SIM_EXIT_USAGE;
    if (sim__chaos_is_child(argc, argv)) {
        return sim__chaos_child(argc, argv);
    }
    if (!open_standard_streams()) {
        return SIM_EXIT_USAGE;
    }
    cli_interrupt_prepare();
    if (!cli_options_read(argc, argv, &options, &message)) {
        usage_error(&options, &message);
    } else if (options.help) {
        status = help(options.command);
    } else if (options.version) {
        status = version();
    } else if (options.command == CLI_RUN) {
        status = cli_run(&options);
    } else if (options.command == CLI_CHECK) {
        status = cli_check(&options);
    } else {
        status = cli_diff(&options);
    }
    sim__text_release(&message);
    cli_options_release(&options);
    return status;
}
