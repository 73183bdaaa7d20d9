/* Signals that end the command early; see interrupt.h. */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

/* How long after the first a signal is still the same wish: timeout(1) sends each of its
 * signals twice, to the process and to its group, and so does who types ^C under a wrapper. */
enum { SAME_WISH_MS = 1000 };

static volatile sig_atomic_t caught;
/* When the first came; 0: none came. */
static atomic_llong first_ms;
static bool pipe_was_ignored;

static void set_action(int signal_number, void (*handler)(int), int flags);

/* 1 and up, so that 0 says "never". */
static long long now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
}

/* Nothing but calls that are safe in a signal's handler. */
static void remember(int signal_number)
{
    const long long now = now_ms();
    long long never = 0;
    if (atomic_compare_exchange_strong(&first_ms, &never, now)) {
        caught = signal_number;
    } else if (now - never >= SAME_WISH_MS) {
        set_action(signal_number, SIG_DFL, 0);
        (void)raise(signal_number);
    }
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
        set_action(signals[i], remember, 0);
    }
}

void cli_interrupt_worker(void)
{
    set_action(SIGINT, SIG_IGN, 0);
    set_action(SIGTERM, SIG_DFL, 0);
    set_action(SIGHUP, SIG_DFL, 0);
    caught = 0;
    atomic_store(&first_ms, 0);
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
