/* Making a child: its descriptors, its environment, posix_spawn, its pidfd. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/supervisor.h"

#define LINES_FD 3
/* Ends that a child gets lie above those that they are copied to. */
#define ENDS_FROM 4
#define NAMES_TRIED 64

enum variable {
    VARIABLE_SERVICE,
    VARIABLE_GENERATION,
    VARIABLE_ATTEMPT,
    VARIABLE_NOTIFY_SOCKET,
    VARIABLE_NOTIFY_FD,
    VARIABLE_WATCHDOG_USEC,
    VARIABLE_WATCHDOG_PID, /* never told, but what was there is taken away */
    VARIABLES
};

static const char *const variable_names[VARIABLES] = {
    "SUP_SERVICE=", "SUP_GENERATION=", "SUP_ATTEMPT=",  "NOTIFY_SOCKET=",
    "NOTIFY_FD=",   "WATCHDOG_USEC=",  "WATCHDOG_PID=",
};

#define VARIABLE_BYTES (SUP_NAME_MAX + 32)

/* What is needed while a child is being made. */
struct making {
    struct sup__child *child;
    const struct sup_process_spec *spec;
    int lines_end;  /* the child's end of a pipe; -1: none */
    int output_end; /* likewise */
    char **environment;
    char variables[VARIABLES][VARIABLE_BYTES];
};

/* ---- descriptors ---- */

static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 ? 0 : errno;
}

/* A pipe from the child; only our end is nonblocking, the two do not share that. */
static int open_pipe(struct sup_processes *processes, struct sup__watch *watch, int *ret_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return errno;
    }
    watch->fd = ends[0];
    *ret_end = ends[1];
    if (ends[1] < ENDS_FROM) {
        *ret_end = fcntl(ends[1], F_DUPFD_CLOEXEC, ENDS_FROM);
        int error = *ret_end < 0 ? errno : 0;
        close(ends[1]);
        if (error != 0) {
            return error;
        }
    }
    int error = set_nonblocking(ends[0]);
    return error != 0 ? error : sup__watch(processes, watch, EPOLLIN);
}

/* A socket whose name no attempt had before and no stranger guesses. */
static int bind_name(struct sup_processes *processes, int fd, char *ret_name, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int error = EADDRINUSE;
    for (int i = 0; i < NAMES_TRIED && error == EADDRINUSE; i++) {
        int length = snprintf(ret_name, size, "sup-%016" PRIx64 "-%" PRIu64, processes->salt,
                              ++processes->serial);
        memcpy(address.sun_path + 1, ret_name, (size_t)length);
        socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
        error = bind(fd, (const struct sockaddr *)&address, bytes) == 0 ? 0 : errno;
    }
    return error;
}

static int open_socket(struct sup_processes *processes, struct making *making)
{
    struct sup__watch *watch = &making->child->watches[SUP__WATCH_SOCKET];
    char name[64];
    int on = 1;
    watch->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (watch->fd < 0) {
        return errno;
    }
    if (setsockopt(watch->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0) {
        return errno;
    }
    int error = bind_name(processes, watch->fd, name, sizeof(name));
    if (error != 0) {
        return error;
    }
    (void)snprintf(making->variables[VARIABLE_NOTIFY_SOCKET], VARIABLE_BYTES, "%s@%s",
                   variable_names[VARIABLE_NOTIFY_SOCKET], name);
    return sup__watch(processes, watch, EPOLLIN);
}

static int open_output(struct sup_processes *processes, struct making *making)
{
    struct sup__child *child = making->child;
    uint32_t room = processes->config.output_bytes;
    if (child->output == NULL && room > 0) {
        child->output = malloc(room);
        if (child->output == NULL) {
            return ENOMEM;
        }
    }
    return open_pipe(processes, &child->watches[SUP__WATCH_OUTPUT], &making->output_end);
}

static int open_descriptors(struct sup_processes *processes, struct making *making)
{
    int error = 0;
    if (making->spec->ready_pipe) {
        error = open_pipe(processes, &making->child->watches[SUP__WATCH_LINES], &making->lines_end);
    }
    if (error == 0 && making->spec->notify) {
        error = open_socket(processes, making);
    }
    if (error == 0 && making->spec->output == SUP_OUTPUT_KEEP) {
        error = open_output(processes, making);
    }
    return error;
}

/* ---- environment ---- */

static void set_number(struct making *making, enum variable variable, uint64_t value)
{
    (void)snprintf(making->variables[variable], VARIABLE_BYTES, "%s%" PRIu64,
                   variable_names[variable], value);
}

/* In the child's own time, which the host's clock may outrun. */
static uint64_t watchdog_usec(const struct making *making)
{
    uint64_t speed = making->child->processes->clock->speed_billionths;
    return sup__scale(making->spec->watchdog.ns, SUP__SPEED_ONE, speed) / 1000;
}

static void fill_variables(struct making *making, const struct sup_start *start)
{
    const struct sup_process_spec *spec = making->spec;
    (void)snprintf(making->variables[VARIABLE_SERVICE], VARIABLE_BYTES, "%s%s",
                   variable_names[VARIABLE_SERVICE], start->service);
    set_number(making, VARIABLE_GENERATION, start->id.generation);
    set_number(making, VARIABLE_ATTEMPT, start->id.attempt);
    if (spec->ready_pipe) {
        set_number(making, VARIABLE_NOTIFY_FD, LINES_FD);
    }
    if (spec->notify && spec->watchdog.ns != 0 && spec->watchdog.ns != SUP_NEVER_NS) {
        set_number(making, VARIABLE_WATCHDOG_USEC, watchdog_usec(making));
    }
}

/* Variables that the child is given anew. What the supervisor inherited of these
 * was meant for itself; what the user's own envp says stays unless it is replaced. */
static bool is_replaced(const struct making *making, const char *entry)
{
    for (uint32_t i = 0; i < VARIABLES; i++) {
        bool gone = making->spec->envp == NULL || making->variables[i][0] != '\0';
        if (gone && strncmp(entry, variable_names[i], strlen(variable_names[i])) == 0) {
            return true;
        }
    }
    return false;
}

static int make_environment(struct making *making)
{
    const char *const *from = making->spec->envp;
    from = from != NULL ? from : (const char *const *)environ;
    size_t count = 0;
    while (from != NULL && from[count] != NULL) {
        count++;
    }
    making->environment = malloc((count + VARIABLES + 1) * sizeof(char *));
    if (making->environment == NULL) {
        return ENOMEM;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_replaced(making, from[i])) {
            making->environment[kept++] = (char *)(uintptr_t)from[i];
        }
    }
    for (uint32_t i = 0; i < VARIABLES; i++) {
        if (making->variables[i][0] != '\0') {
            making->environment[kept++] = making->variables[i];
        }
    }
    making->environment[kept] = NULL;
    return 0;
}

/* ---- spawning ---- */

static int add_output(posix_spawn_file_actions_t *actions, const struct making *making)
{
    int error = 0;
    switch (making->spec->output) {
    case SUP_OUTPUT_INHERIT:
        break;
    case SUP_OUTPUT_NULL:
        error = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        if (error == 0) {
            error = posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
        }
        break;
    case SUP_OUTPUT_KEEP:
        error = posix_spawn_file_actions_adddup2(actions, making->output_end, STDOUT_FILENO);
        if (error == 0) {
            error = posix_spawn_file_actions_adddup2(actions, making->output_end, STDERR_FILENO);
        }
        break;
    }
    return error;
}

/* Everything above what was asked for is closed, also what another part of the
 * program opened without O_CLOEXEC. */
static int add_actions(posix_spawn_file_actions_t *actions, const struct making *making)
{
    int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0) {
        error = add_output(actions, making);
    }
    if (error == 0 && making->lines_end >= 0) {
        error = posix_spawn_file_actions_adddup2(actions, making->lines_end, LINES_FD);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_addclosefrom_np(
            actions, making->lines_end >= 0 ? LINES_FD + 1 : LINES_FD);
    }
    if (error == 0 && making->spec->directory != NULL) {
        error = posix_spawn_file_actions_addchdir_np(actions, making->spec->directory);
    }
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes, const struct making *making)
{
    sigset_t mask;
    sigset_t all;
    sigemptyset(&mask);
    sigfillset(&all);
    for (int i = 0; i < 64; i++) {
        if ((making->spec->blocked >> i & 1) != 0) {
            (void)sigaddset(&mask, i + 1);
        }
    }
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (!making->spec->leave_group) {
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    int error = posix_spawnattr_setflags(attributes, flags);
    error = error != 0 ? error : posix_spawnattr_setsigmask(attributes, &mask);
    error = error != 0 ? error : posix_spawnattr_setsigdefault(attributes, &all);
    return error != 0 ? error : posix_spawnattr_setpgroup(attributes, 0);
}

static int spawn(const struct making *making)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = add_actions(&actions, making);
        error = error != 0 ? error : set_attributes(&attributes, making);
        if (error == 0) {
            char *const *argv = (char *const *)(uintptr_t)making->spec->argv;
            error = posix_spawnp(&making->child->pid, argv[0], &actions, &attributes, argv,
                                 making->environment);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* A child that has ended meanwhile is still ours to wait for, so its pid stands
 * for nobody else. Edge-triggered: were the child held by a debugger, it could not
 * be reaped yet, and the kernel says again when it can. */
static int watch_exit(struct sup_processes *processes, struct sup__child *child)
{
    struct sup__watch *watch = &child->watches[SUP__WATCH_EXIT];
    watch->fd = pidfd_open(child->pid, 0);
    int error = watch->fd < 0 ? errno : sup__watch(processes, watch, EPOLLIN | EPOLLET);
    if (error != 0) {
        kill(child->leave_group ? child->pid : -child->pid, SIGKILL);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    return error;
}

static void close_end(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

int sup__spawn(struct sup_processes *processes, struct sup__child *child,
               const struct sup_start *start)
{
    struct making making = {.child = child, .spec = start->work, .lines_end = -1, .output_end = -1};
    fill_variables(&making, start);
    int error = open_descriptors(processes, &making);
    error = error != 0 ? error : make_environment(&making);
    error = error != 0 ? error : spawn(&making);
    error = error != 0 ? error : watch_exit(processes, child);
    free(making.environment);
    close_end(making.lines_end);
    close_end(making.output_end);
    if (error != 0) {
        for (uint32_t i = 0; i < SUP__WATCHES; i++) {
            sup__close(&child->watches[i]);
        }
        child->pid = 0;
    }
    return error;
}
