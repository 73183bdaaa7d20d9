/* Control groups: every process that a child made, new sessions included.
 *
 * Each attempt has a directory of its own below the one that was delegated. `cgroup.kill`
 * kills all that is in it in one go, forks that are under way included; `cgroup.events`
 * says "populated 0" when the last has gone (a zombie does not count), and its descriptor
 * tells when that changes.
 *
 * The groups that a killed supervisor left are looked for once, when the executor is made:
 * later ones are its own, of which what cannot be killed must not hold up what follows.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
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

static int open_in(const struct sup_processes *processes, const char *group, const char *file,
                   int flags)
{
    char path[SUP__CGROUP_BYTES + 32];
    SUP_ASSERT(group[0] != '\0');
    (void)snprintf(path, sizeof(path), "%s/%s", group, file);
    return openat(processes->cgroup_fd, path, flags | O_CLOEXEC | O_NOFOLLOW);
}

static int open_file(const struct sup__child *child, const char *file, int flags)
{
    return open_in(child->processes, child->cgroup, file, flags);
}

/* Nothing can be done about an error here; what lives on is named at the end. */
static void kill_group(const struct sup_processes *processes, const char *group)
{
    int fd = open_in(processes, group, "cgroup.kill", O_WRONLY);
    if (fd >= 0) {
        (void)!write(fd, "1", 1);
        close(fd);
    }
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

/* 0: nobody is in it; EBUSY: somebody is; another errno: it cannot be looked into. */
static int look_into(const struct sup_processes *processes, const char *group)
{
    char text[FILE_BYTES];
    int fd = open_in(processes, group, "cgroup.events", O_RDONLY);
    if (fd < 0) {
        return errno;
    }
    int error = read_open_file(fd, text, sizeof(text)) && says_empty(text) ? 0 : EBUSY;
    close(fd);
    return error;
}

/* Likewise when it has been removed, or is no control group. */
static bool is_empty(const struct sup_processes *processes, const char *group)
{
    int error = look_into(processes, group);
    return error == 0 || error == ENOENT;
}

/* ---- what a supervisor that was killed has left ---- */

/* The length of SERVICE in SERVICE.GENERATION.ATTEMPT; 0 when it is no such name. */
static size_t service_length(const char *group)
{
    size_t at = strlen(group);
    for (int numbers = 0; numbers < 2; numbers++) {
        size_t end = at;
        while (at > 0 && isdigit((unsigned char)group[at - 1])) {
            at--;
        }
        if (at == end || at < 2 || group[at - 1] != '.') {
            return 0;
        }
        at--;
    }
    return at;
}

/* Keeps the name when somebody lives there; a directory that nobody is in is removed. */
static int survey(struct sup_processes *processes, const char *group)
{
    size_t length = strlen(group);
    if (service_length(group) == 0 || length >= SUP__CGROUP_BYTES) {
        return SUP_OK;
    }
    if (is_empty(processes, group)) {
        (void)unlinkat(processes->cgroup_fd, group, AT_REMOVEDIR);
        return SUP_OK;
    }
    struct sup__survivor *survivor = calloc(1, sizeof(*survivor));
    if (survivor == NULL) {
        return SUP_ENOMEM;
    }
    memcpy(survivor->group, group, length + 1);
    survivor->next = processes->survivors;
    processes->survivors = survivor;
    return SUP_OK;
}

int sup__cgroup_survey(struct sup_processes *processes)
{
    int fd = openat(processes->cgroup_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    int error = SUP_OK;
    if (directory == NULL) {
        error = fd >= 0 && errno == ENOMEM ? SUP_ENOMEM : SUP_EINVAL;
        if (fd >= 0) {
            close(fd);
        }
        return error;
    }
    struct dirent *entry = readdir(directory);
    for (; entry != NULL && error == SUP_OK; entry = readdir(directory)) {
        error = survey(processes, entry->d_name);
    }
    closedir(directory);
    return error;
}

void sup__cgroup_forget(struct sup_processes *processes)
{
    while (processes->survivors != NULL) {
        struct sup__survivor *survivor = processes->survivors;
        processes->survivors = survivor->next;
        free(survivor);
    }
}

/* Survivors of the service are killed, whichever attempt they are of. Until the last has
 * gone none may start beside them: 0 or EBUSY. */
static int outlive_survivors(struct sup_processes *processes, const char *service)
{
    int error = 0;
    for (struct sup__survivor **at = &processes->survivors; *at != NULL;) {
        struct sup__survivor *survivor = *at;
        size_t length = service_length(survivor->group);
        if (strlen(service) != length || strncmp(survivor->group, service, length) != 0) {
            at = &survivor->next;
        } else if (is_empty(processes, survivor->group)) {
            (void)unlinkat(processes->cgroup_fd, survivor->group, AT_REMOVEDIR);
            *at = survivor->next;
            free(survivor);
        } else {
            kill_group(processes, survivor->group);
            at = &survivor->next;
            error = EBUSY;
        }
    }
    return error;
}

/* ---- a child's ---- */

/* The name is there, though nobody was seen in it before: it is nobody's while it is empty. */
static int take_over(const struct sup__child *child)
{
    int error = look_into(child->processes, child->cgroup);
    if (error == EBUSY) {
        kill_group(child->processes, child->cgroup);
    }
    return error;
}

int sup__cgroup_make(struct sup__child *child, const struct sup_start *start, int *ret_error)
{
    struct sup_processes *processes = child->processes;
    SUP_ASSERT(processes->cgroup_fd >= 0 && child->cgroup[0] == '\0');
    *ret_error = outlive_survivors(processes, start->service);
    if (*ret_error != 0) {
        return -1;
    }
    (void)snprintf(child->cgroup, sizeof(child->cgroup), "%s.%" PRIu32 ".%" PRIu32, start->service,
                   start->id.generation, start->id.attempt);
    int error = mkdirat(processes->cgroup_fd, child->cgroup, 0755) == 0 ? 0 : errno;
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
    kill_group(child->processes, child->cgroup);
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
