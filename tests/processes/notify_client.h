/* The client's side of sd_notify, as the library has it: for children of tests. */
#ifndef NOTIFY_CLIENT_H
#define NOTIFY_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* A socket connected to NOTIFY_SOCKET; -1 with errno when there is none. */
int notify_open(void);
bool notify_say(int fd, const char *message);
bool notify_say_bytes(int fd, const void *bytes, size_t length);

#endif
