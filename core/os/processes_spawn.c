/* Making a child: its descriptors, its environment, its control group, its pidfd. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ratio.h"
#include "kernel.h"
#include "processes_internal.h"
#include "sup/assert.h"

#define LINES_FD 3
/* The low descriptors lie above those that a child's are copied to. */
#define LOWS_FROM 4
/* From about so many open descriptors on, a child shares them until it has closed
 * them: copying as many takes as long as a thousandth of the start. */
#define SHARED_FROM 128
#define NAMES_TRIED 64

enum variable {
    VARIABLE_SERVICE,
    VARIABLE_GENERATION,
    VARIABLE_ATTEMPT,
    VARIABLE_NOTIFY_SOCKET,
    VARIABLE_NOTIFY_FD,
    VARIABLE_WATCHDOG_USEC,
    /* Never told, but what was there is taken away. */
    VARIABLE_WATCHDOG_PID,
    VARIABLE_LISTEN_FDS,
    VARIABLE_LISTEN_PID,
    VARIABLE_LISTEN_FDNAMES,
    VARIABLES
};

static const char *const variable_names[VARIABLES] = {
    "SUP_SERVICE=",   "SUP_GENERATION=", "SUP_ATTEMPT=", "NOTIFY_SOCKET=", "NOTIFY_FD=",
    "WATCHDOG_USEC=", "WATCHDOG_PID=",   "LISTEN_FDS=",  "LISTEN_PID=",    "LISTEN_FDNAMES=",
};

#define VARIABLE_BYTES (SUP_NAME_MAX + 32)

/* What is needed while a child is being made. */
struct making {
    struct sup__child *child;
    struct sup__launch launch;
    char **environment;
    char variables[VARIABLES][VARIABLE_BYTES];
};

/* ---- descriptors ---- */

int sup__open_low(struct sup_processes *processes)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; null >= 0 && i < SUP__LOWS; i++) {
        processes->low[i] = fcntl(null, F_DUPFD_CLOEXEC, LOWS_FROM);
    }
    if (null >= 0) {
        close(null);
    }
    bool all = processes->low[SUP__LOWS - 1] >= 0;
    return all ? SUP_OK : SUP_ELIMIT;
}

void sup__close_low(struct sup_processes *processes)
{
    for (int i = 0; i < SUP__LOWS; i++) {
        if (processes->low[i] >= 0) {
            close(processes->low[i]);
            processes->low[i] = -1;
        }
    }
}

/* The child's end of a pipe is put under a low descriptor while it is being made;
 * afterwards that is /dev/null again. */
static void free_low(const struct sup_processes *processes, enum sup__low low)
{
    int fd = dup3(processes->low[SUP__LOW_NULL], processes->low[low], O_CLOEXEC);
    SUP_ASSERT(fd == processes->low[low]);
}

static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 ? 0 : errno;
}

/* A pipe from the child; only our end is nonblocking, the two do not share that. */
static int open_pipe(struct sup__watch *watch, enum sup__low low, int *ret_end)
{
    int ends[2];
    const struct sup_processes *processes = watch->processes;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return errno;
    }
    watch->fd = ends[0];
    int placed = dup3(ends[1], processes->low[low], O_CLOEXEC);
    int error = placed < 0 ? errno : 0;
    close(ends[1]);
    *ret_end = placed;
    error = error != 0 ? error : set_nonblocking(ends[0]);
    return error != 0 ? error : sup__watch(watch, EPOLLIN);
}

/* A socket whose name no attempt had before and no stranger guesses. */
static int bind_name(struct sup_processes *processes, int fd, char *ret_name, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int error = EADDRINUSE;
    for (int i = 0; i < NAMES_TRIED && error == EADDRINUSE; i++) {
        int length = snprintf(ret_name, size, "sup-%016" PRIx64 "-%" PRIu64, processes->salt,
                              ++processes->serial);
        SUP_ASSERT(length > 0 && (size_t)length < size);
        memcpy(address.sun_path + 1, ret_name, (size_t)length);
        socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
        error = bind(fd, (const struct sockaddr *)&address, bytes) == 0 ? 0 : errno;
    }
    return error;
}

static int open_socket(struct making *making)
{
    struct sup_processes *processes = making->child->processes;
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
    return sup__watch(watch, EPOLLIN);
}

static int open_output(struct making *making)
{
    struct sup__child *child = making->child;
    uint32_t room = child->processes->config.output_bytes;
    if (child->output == NULL && room > 0) {
        child->output = malloc(room);
        if (child->output == NULL) {
            return ENOMEM;
        }
    }
    return open_pipe(&child->watches[SUP__WATCH_OUTPUT], SUP__LOW_OUTPUT,
                     &making->launch.output_fd);
}

static int open_descriptors(struct making *making)
{
    const struct sup_process_spec *spec = making->launch.spec;
    int error = 0;
    if (spec->ready_pipe) {
        error = open_pipe(&making->child->watches[SUP__WATCH_LINES], SUP__LOW_LINES,
                          &making->launch.lines_fd);
    }
    if (error == 0 && spec->notify) {
        error = open_socket(making);
    }
    if (error == 0 && spec->output == SUP_OUTPUT_KEEP) {
        error = open_output(making);
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
    return sup__ratio(making->launch.spec->watchdog.ns, SUP__SPEED_ONE, speed) / 1000;
}

static void fill_variables(struct making *making, const struct sup_start *start)
{
    const struct sup_process_spec *spec = making->launch.spec;
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
        bool gone = making->launch.spec->envp == NULL || making->variables[i][0] != '\0';
        if (gone && strncmp(entry, variable_names[i], strlen(variable_names[i])) == 0) {
            return true;
        }
    }
    return false;
}

static int make_environment(struct making *making)
{
    const char *const *from = making->launch.spec->envp;
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

/* ---- the child ---- */

/* A child that has ended meanwhile is still ours to wait for, so its pid stands
 * for nobody else. Edge-triggered: were the child held by a debugger, it could not
 * be reaped yet, and the kernel says again when it can. */
static int watch_exit(struct sup__child *child)
{
    struct sup__watch *watch = &child->watches[SUP__WATCH_EXIT];
    SUP_ASSERT(child->pid > 0 && watch->fd < 0);
    watch->fd = sup__pidfd_open(child->pid);
    int error = watch->fd < 0 ? errno : sup__watch(watch, EPOLLIN | EPOLLET);
    if (error != 0) {
        kill(child->leave_group ? child->pid : -child->pid, SIGKILL);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        return error;
    }
    child->processes->last_fd = watch->fd;
    return 0;
}

static void fill_launch(struct making *making, const struct sup_process_spec *spec)
{
    const struct sup_processes *processes = making->child->processes;
    int highest = 0;
    for (int i = 0; i < SUP__LOWS; i++) {
        highest = processes->low[i] > highest ? processes->low[i] : highest;
    }
    SUP_ASSERT(processes->low[SUP__LOW_NULL] >= LOWS_FROM);
    making->launch = (struct sup__launch){
        .spec = spec,
        .lines_fd = -1,
        .output_fd = -1,
        .null_fd = processes->low[SUP__LOW_NULL],
        .cgroup_fd = -1,
        .keep_below = highest + 1,
        .share = processes->last_fd >= SHARED_FROM,
    };
}

static int make(struct making *making, const struct sup_start *start)
{
    struct sup__child *child = making->child;
    fill_variables(making, start);
    int error = open_descriptors(making);
    error = error != 0 ? error : make_environment(making);
    if (error == 0 && child->processes->cgroup_fd >= 0) {
        making->launch.step = SUP__STEP_CGROUP;
        making->launch.cgroup_fd = sup__cgroup_make(child, start, &error);
    }
    if (error == 0) {
        making->launch.step = SUP__STEP_PREPARE;
        making->launch.environment = making->environment;
        error = sup__launch(child->processes, &making->launch, &child->pid);
    }
    return error != 0 ? error : watch_exit(child);
}

int sup__spawn(struct sup__child *child, const struct sup_start *start, enum sup__step *ret_step)
{
    struct making making = {.child = child};
    fill_launch(&making, start->work);
    int error = make(&making, start);
    free(making.environment);
    if (making.launch.lines_fd >= 0) {
        free_low(child->processes, SUP__LOW_LINES);
    }
    if (making.launch.output_fd >= 0) {
        free_low(child->processes, SUP__LOW_OUTPUT);
    }
    if (making.launch.cgroup_fd >= 0) {
        close(making.launch.cgroup_fd);
    }
    if (error != 0) {
        for (uint32_t i = 0; i < SUP__WATCHES; i++) {
            sup__close(&child->watches[i]);
        }
        sup__cgroup_remove(child);
        child->pid = 0;
        *ret_step = making.launch.step;
    }
    return error;
}
