/* Linux beyond the C library; see kernel.h. */
#define _GNU_SOURCE
#include "kernel.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* PIDFD_SIGNAL_PROCESS_GROUP, which older headers do not have. */
#define SIGNAL_GROUP 4u

int sup__pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0u);
}

int sup__pidfd_signal(int pidfd, int number)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0u);
}

int sup__pidfd_signal_group(int pidfd, int number)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, SIGNAL_GROUP);
}

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)

/* Neither is translated. */
const char *sup__os_error_text(int error)
{
    const char *text = strerrordesc_np(error);
    return text != NULL ? text : "unknown error";
}

const char *sup__os_error_name(int error)
{
    return strerrorname_np(error);
}

const char *sup__os_signal_name(int number)
{
    return sigabbrev_np(number);
}

#else

const char *sup__os_error_text(int error)
{
    return strerror(error);
}

const char *sup__os_error_name(int error)
{
    (void)error;
    return NULL;
}

const char *sup__os_signal_name(int number)
{
    static const char *const names[] = {
        [SIGHUP] = "HUP",       [SIGINT] = "INT",   [SIGQUIT] = "QUIT", [SIGILL] = "ILL",
        [SIGTRAP] = "TRAP",     [SIGABRT] = "ABRT", [SIGBUS] = "BUS",   [SIGFPE] = "FPE",
        [SIGKILL] = "KILL",     [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
        [SIGPIPE] = "PIPE",     [SIGALRM] = "ALRM", [SIGTERM] = "TERM", [SIGXCPU] = "XCPU",
        [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGIO] = "POLL",   [SIGXFSZ] = "XFSZ",
        [SIGPWR] = "PWR",       [SIGSYS] = "SYS",
    };
    return number > 0 && number < (int)(sizeof(names) / sizeof(names[0])) ? names[number] : NULL;
}

#endif
