/* Control groups: every process that a child made, new sessions included.
 *
 * Each attempt has a directory of its own below the one that was delegated. `cgroup.kill`
 * kills all that is in it in one go, forks that are under way included; `cgroup.events`
 * says "populated 0" when the last has gone (a zombie does not count), and its descriptor
 * tells when that changes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"

/* Long enough for all files that are read but cgroup.procs, of which this is enough. */
#define FILE_BYTES 4096

static int open_file(const struct sup__child *child, const char *file, int flags)
{
    char path[sizeof(child->cgroup) + 32];
    SUP_ASSERT(child->cgroup[0] != '\0');
    (void)snprintf(path, sizeof(path), "%s/%s", child->cgroup, file);
    return openat(child->processes->cgroup_fd, path, flags | O_CLOEXEC | O_NOFOLLOW);
}

/* 0 or an errno. */
static int write_file(const struct sup__child *child, const char *file, const char *text)
{
    int fd = open_file(child, file, O_WRONLY);
    if (fd < 0) {
        return errno;
    }
    size_t length = strlen(text);
    int error = write(fd, text, length) == (ssize_t)length ? 0 : errno;
    close(fd);
    return error;
}

/* From the beginning, NUL-terminated; false when it cannot be read. */
static bool read_open_file(int fd, char *ret_text, size_t size)
{
    ssize_t got = pread(fd, ret_text, size - 1, 0);
    ret_text[got > 0 ? got : 0] = '\0';
    return got >= 0;
}

static bool says_empty(const char *events)
{
    const char *at = strstr(events, "populated ");
    return at != NULL && at[strlen("populated ")] == '0';
}

/* What a supervisor that was killed left there is killed; until it has gone, the name is
 * not used again. */
static int take_over(struct sup__child *child)
{
    char text[FILE_BYTES];
    int fd = open_file(child, "cgroup.events", O_RDONLY);
    if (fd < 0) {
        return errno;
    }
    bool empty = read_open_file(fd, text, sizeof(text)) && says_empty(text);
    close(fd);
    if (!empty) {
        (void)write_file(child, "cgroup.kill", "1");
        return EBUSY;
    }
    return 0;
}

int sup__cgroup_make(struct sup__child *child, const struct sup_start *start, int *ret_error)
{
    int root = child->processes->cgroup_fd;
    SUP_ASSERT(root >= 0 && child->cgroup[0] == '\0');
    (void)snprintf(child->cgroup, sizeof(child->cgroup), "%s.%" PRIu32 ".%" PRIu32, start->service,
                   start->id.generation, start->id.attempt);
    int error = mkdirat(root, child->cgroup, 0755) == 0 ? 0 : errno;
    if (error == EEXIST) {
        error = take_over(child);
    } else if (error != 0) {
        child->cgroup[0] = '\0';
    }
    int fd = error == 0 ? open_file(child, "cgroup.procs", O_WRONLY) : -1;
    *ret_error = error != 0 ? error : fd < 0 ? errno : 0;
    return fd;
}

void sup__cgroup_kill(const struct sup__child *child)
{
    /* Nothing can be done about an error here; what lives on is named at the end. */
    (void)write_file(child, "cgroup.kill", "1");
}

bool sup__cgroup_populated(struct sup__child *child)
{
    char text[FILE_BYTES];
    struct sup__watch *watch = &child->watches[SUP__WATCH_CGROUP];
    SUP_ASSERT(watch->kind == SUP__WATCH_CGROUP && watch->child == child);
    if (watch->fd < 0) {
        watch->fd = open_file(child, "cgroup.events", O_RDONLY);
    }
    if (watch->fd < 0) {
        return errno != ENOENT; /* it has been removed, so it was empty */
    }
    return !(read_open_file(watch->fd, text, sizeof(text)) && says_empty(text));
}

int sup__cgroup_watch(struct sup__child *child)
{
    struct sup__watch *watch = &child->watches[SUP__WATCH_CGROUP];
    if (watch->fd < 0) {
        return EBADF;
    }
    int error = sup__watch(watch, EPOLLPRI);
    return error == EEXIST ? 0 : error;
}

uint32_t sup__cgroup_pids(const struct sup__child *child, pid_t *ret_pids, uint32_t size)
{
    char text[FILE_BYTES];
    uint32_t count = 0;
    int fd = open_file(child, "cgroup.procs", O_RDONLY);
    if (fd < 0) {
        return 0;
    }
    (void)read_open_file(fd, text, sizeof(text));
    close(fd);
    for (char *at = text; *at != '\0'; count++) {
        char *end;
        long pid = strtol(at, &end, 10);
        if (end == at) {
            break;
        }
        if (count < size) {
            ret_pids[count] = (pid_t)pid;
        }
        at = *end == '\n' ? end + 1 : end;
    }
    return count;
}

void sup__cgroup_remove(struct sup__child *child)
{
    if (child->cgroup[0] != '\0') {
        (void)unlinkat(child->processes->cgroup_fd, child->cgroup, AT_REMOVEDIR);
        child->cgroup[0] = '\0';
    }
}
