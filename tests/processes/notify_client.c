/* The client's side of sd_notify; see notify_client.h. */
#define _GNU_SOURCE
#include "notify_client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int notify_open(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *name = getenv("NOTIFY_SOCKET");
    size_t length = name != NULL ? strlen(name) : 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || length == 0 || name[0] != '@' || length >= sizeof(address.sun_path)) {
        return -1;
    }
    memcpy(address.sun_path, name, length);
    address.sun_path[0] = '\0';
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return connect(fd, (const struct sockaddr *)&address, size) == 0 ? fd : -1;
}

bool notify_say_bytes(int fd, const void *bytes, size_t length)
{
    return fd >= 0 && send(fd, bytes, length, 0) >= 0;
}

bool notify_say(int fd, const char *message)
{
    return notify_say_bytes(fd, message, strlen(message));
}
