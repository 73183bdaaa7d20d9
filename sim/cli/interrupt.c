/* Signals that end the command early; see interrupt.h. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;
static bool pipe_was_ignored;

static void remember(int signal_number)
{
    caught = signal_number;
}

static void set_action(int signal_number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_flags = flags};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    (void)sigaction(signal_number, &action, NULL);
}

/* A file that may not become larger is a disk that is full, not a death: the write fails.
 * Not ignored, so that programs which a scenario starts have it as they found it. */
static void go_on(int signal_number)
{
    (void)signal_number;
}

void cli_interrupt_prepare(void)
{
    struct sigaction before;
    pipe_was_ignored = sigaction(SIGPIPE, NULL, &before) == 0 && before.sa_handler == SIG_IGN;
    set_action(SIGPIPE, SIG_IGN, 0);
    set_action(SIGXFSZ, go_on, SA_RESTART);
}

void cli_interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction before;
        /* What a shell starts in the background ignores SIGINT, and goes on doing so. */
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN) {
            continue;
        }
        /* Without SA_RESTART, so that what waits is woken. */
        set_action(signals[i], remember, (int)SA_RESETHAND);
    }
}

void cli_interrupt_worker(void)
{
    set_action(SIGINT, SIG_IGN, 0);
    set_action(SIGTERM, SIG_DFL, 0);
    set_action(SIGHUP, SIG_DFL, 0);
    caught = 0;
}

int cli_interrupted(void)
{
    return caught;
}

const char *cli_interrupt_name(int signal_number)
{
    switch (signal_number) {
    case SIGINT:
        return "SIGINT";
    case SIGTERM:
        return "SIGTERM";
    case SIGHUP:
        return "SIGHUP";
    default:
        return "a signal";
    }
}

bool cli_pipe_may_break(void)
{
    return !pipe_was_ignored;
}

void cli_pipe_break(void)
{
    set_action(SIGPIPE, SIG_DFL, 0);
    (void)raise(SIGPIPE);
}
