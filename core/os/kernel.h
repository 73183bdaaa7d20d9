/* What Linux offers and C libraries do or do not: glibc has some of it since a few years, musl has
 * none of it. */
#ifndef SUP_OS_KERNEL_H
#define SUP_OS_KERNEL_H

#include <sys/types.h>

/* The descriptor, or -1 with errno. */
int sup__pidfd_open(pid_t pid);
/* To the process, or to its process group (since Linux 6.9). 0, or -1 with errno. */
int sup__pidfd_signal(int pidfd, int number);
int sup__pidfd_signal_group(int pidfd, int number);

/* In words. */
const char *sup__os_error_text(int error);
/* As the headers name it; NULL when the C library does not say. */
const char *sup__os_error_name(int error);
/* Without SIG; NULL: it has none. */
const char *sup__os_signal_name(int number);

#endif
