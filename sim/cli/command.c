/* The command as a function: makes the process ready, and picks the subcommand. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/chaos/child.h"
#include "commands.h"
#include "interrupt.h"
#include "output.h"
#include "sim/main.h"
#include "sim/run.h"
#include "sup/sup.h"
#include "watch.h"

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
    if (message->failed) {
        fputs("rehearse: out of memory\n", stderr);
        return;
    }
    fprintf(stderr, "rehearse: %s\nTry 'rehearse %s%s--help'.\n", sim__text_string(message),
            cli_command_name(options->command), named ? " " : "");
}

/* ---- the program's tasks ---- */

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= SUP_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               length;
}

static bool stands_before(const struct sim_task *tasks, const struct sim_task *task)
{
    for (; tasks != task; tasks++) {
        if (strcmp(tasks->name, task->name) == 0) {
            return true;
        }
    }
    return false;
}

/* NULL, or what is wrong with the task. */
static const char *mistake_of(const struct sim_task *tasks, const struct sim_task *task)
{
    if (!is_name(task->name)) {
        return "its name is not [A-Za-z0-9_.-]+";
    }
    if (task->fn == NULL) {
        return "it has no function";
    }
    if (task->stack_bytes > SIM_TASK_STACK_BYTES_MAX) {
        return "its stack is larger than 1 GiB";
    }
    return stands_before(tasks, task) ? "it stands there twice" : NULL;
}

static bool good_tasks(const struct sim_task *tasks)
{
    for (const struct sim_task *task = tasks; task->name != NULL; task++) {
        const char *mistake = mistake_of(tasks, task);
        if (mistake != NULL) {
            fprintf(stderr, "rehearse: sim_main: task %zu, `%s`: %s\n", (size_t)(task - tasks) + 1,
                    task->name, mistake);
            return false;
        }
    }
    return true;
}

/* By enum cli_command; without a command nothing comes this far. */
#define CLI__X(id, name, function, what) function,
static int (*const functions[])(const struct cli_options *options) = {NULL,
                                                                      CLI_COMMAND_LIST(CLI__X)};
#undef CLI__X

int sim_main(int argc, char **argv, const struct sim_task *tasks)
{
    static const struct sim_task none[] = {{.name = NULL}};
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
    tasks = tasks != NULL ? tasks : none;
    if (!good_tasks(tasks)) {
        return SIM_EXIT_USAGE;
    }
    bool read = cli_options_read(argc, argv, &options, &message);
    options.tasks = tasks;
    options.program = tasks[0].name != NULL && argc > 0 ? argv[0] : "rehearse";
    if (!read) {
        usage_error(&options, &message);
    } else if (options.help) {
        status = help(options.command);
    } else if (options.version) {
        status = version();
    } else {
        int (*command)(const struct cli_options *) = functions[options.command];
        status = options.watch ? cli_watch(&options, command) : command(&options);
    }
    sim__text_release(&message);
    cli_options_release(&options);
    return status;
}
