/* From clone to exec.
 *
 * A child first runs in the supervisor's memory, on a stack of its own, while the thread
 * that made it waits (CLONE_VM | CLONE_VFORK, as posix_spawn does): no page table is
 * copied, and the answer whether the program could be executed is there at once. What
 * posix_spawn cannot do is done here: the child asks to be killed with its parent, joins
 * its control group, and drops the supervisor's descriptors without having copied them,
 * which would cost a start some 0.1 us for each that is open.
 *
 * The child makes raw system calls and nothing else: no lock, no allocation, nothing that
 * a sanitizer watches. All signals are blocked until every handler is reset, since a
 * handler would run in the supervisor's memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"
#include "sup/error.h"

#define STACK_BYTES (UINT64_C(64) * 1024)
#define GUARD_BYTES (UINT64_C(4) * 1024)
#define LINES_FD 3
#define STATUS_FAILED 127
#define KERNEL_SIGNALS 64
/* The kernel's own set of signals, and its struct sigaction, whatever the machine. */
#define KERNEL_SET_BYTES 8
#define KERNEL_ACTION_WORDS 8
/* CLOSE_RANGE_UNSHARE, whose header comes with the kernel's and not with every C library. */
#define UNSHARE_RANGE 2u
#define LIST_BYTES 1024

#define ON_THE_CHILDS_STACK __attribute__((noinline, no_sanitize("address", "thread", "undefined")))

/* As getdents64 writes it. */
struct entry {
    uint64_t inode;
    int64_t next;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* ---- the child ---- */

static ON_THE_CHILDS_STACK void leave(struct sup__launch *launch, enum sup__step step, int error)
{
    launch->step = step;
    launch->error = error;
    for (;;) {
        syscall(SYS_exit_group, STATUS_FAILED);
    }
}

static ON_THE_CHILDS_STACK void reset_signals(void)
{
    unsigned long action[KERNEL_ACTION_WORDS];
    for (int i = 0; i < KERNEL_ACTION_WORDS; i++) {
        ((volatile unsigned long *)action)[i] = 0; /* SIG_DFL, and no call of memset */
    }
    for (int i = 1; i <= KERNEL_SIGNALS; i++) {
        syscall(SYS_rt_sigaction, i, action, NULL, KERNEL_SET_BYTES);
    }
}

/* The supervisor may have died before the kernel was asked. A parent 0 is one outside of
 * the child's process namespace, of which nothing can be told. */
static ON_THE_CHILDS_STACK void tie_to_parent(const struct sup__launch *launch)
{
    if (launch->spec->lifetime != SUP_LIFETIME_SUPERVISOR) {
        return;
    }
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    long parent = syscall(SYS_getppid);
    if (parent != launch->parent && parent != 0) {
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    }
}

static ON_THE_CHILDS_STACK void join_cgroup(struct sup__launch *launch)
{
    if (launch->cgroup_fd >= 0 && syscall(SYS_write, launch->cgroup_fd, "0", (size_t)1) != 1) {
        leave(launch, SUP__STEP_CGROUP, errno);
    }
}

static ON_THE_CHILDS_STACK void put_at(struct sup__launch *launch, int from, int to)
{
    if (syscall(SYS_dup3, from, to, 0) < 0) {
        leave(launch, SUP__STEP_PREPARE, errno);
    }
}

/* A table that is shared with the supervisor is given up, without a copy of what lies
 * above the low ones. A kernel that cannot do that (before 5.9) copies it all. */
static ON_THE_CHILDS_STACK void drop_descriptors(struct sup__launch *launch)
{
    if (syscall(SYS_close_range, launch->keep_below, ~0U, UNSHARE_RANGE) != 0 &&
        syscall(SYS_unshare, CLONE_FILES) != 0) {
        leave(launch, SUP__STEP_PREPARE, errno);
    }
}

/* The number that a name in /proc/self/fd is; below 0: none. */
static ON_THE_CHILDS_STACK int number_in(const char *name)
{
    int number = *name == '.' ? -1 : 0;
    for (; *name >= '0' && *name <= '9'; name++) {
        number = number * 10 + (*name - '0');
    }
    return number;
}

/* Not closefrom, which not every C library has, and which ends a process that finds no /proc. The
 * list goes by numbers, so that closing what has been read takes nothing from what follows. */
static ON_THE_CHILDS_STACK void close_from(struct sup__launch *launch, int first)
{
    _Alignas(uint64_t) char list[LIST_BYTES];
    int listing = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY);
    long length = listing < 0 ? -1 : 1;
    while (length > 0) {
        length = syscall(SYS_getdents64, listing, list, sizeof(list));
        for (long at = 0; at < length;) {
            const struct entry *entry = (const void *)&list[at];
            int number = number_in(entry->name);
            if (number >= first && number != listing) {
                syscall(SYS_close, number);
            }
            at += entry->length;
        }
    }
    if (length < 0) {
        leave(launch, SUP__STEP_PREPARE, errno);
    }
    syscall(SYS_close, listing);
}

static ON_THE_CHILDS_STACK void place_descriptors(struct sup__launch *launch)
{
    int next = STDERR_FILENO + 1;
    put_at(launch, launch->null_fd, STDIN_FILENO);
    if (launch->spec->output != SUP_OUTPUT_INHERIT) {
        int from = launch->spec->output == SUP_OUTPUT_KEEP ? launch->output_fd : launch->null_fd;
        put_at(launch, from, STDOUT_FILENO);
        put_at(launch, from, STDERR_FILENO);
    }
    if (launch->lines_fd >= 0) {
        put_at(launch, launch->lines_fd, LINES_FD);
        next = LINES_FD + 1;
    }
    if (syscall(SYS_close_range, next, ~0U, 0) != 0) {
        close_from(launch, next);
    }
}

static ON_THE_CHILDS_STACK bool is_elsewhere(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ESTALE || error == ENODEV ||
           error == ETIMEDOUT;
}

/* Composes "DIRECTORY/NAME" into the room; false when it does not fit. `*ret_next` is
 * where the next directory begins, NULL after the last one. */
static ON_THE_CHILDS_STACK bool compose(const char *path, const char *name, char *room,
                                        const char **ret_next)
{
    size_t length = 0;
    while (*path != '\0' && *path != ':' && length < PATH_MAX) {
        room[length++] = *path++;
    }
    while (*path != '\0' && *path != ':') {
        path++;
    }
    *ret_next = *path == ':' ? path + 1 : NULL;
    if (length > 0) { /* an empty one is the current directory */
        room[length++] = '/';
    }
    while (*name != '\0' && length < PATH_MAX) {
        room[length++] = *name++;
    }
    room[length < PATH_MAX ? length : PATH_MAX] = '\0';
    return *name == '\0' && length < PATH_MAX;
}

/* As execvpe, but a script without a first line that names its interpreter is not run. */
static ON_THE_CHILDS_STACK int execute(const struct sup__launch *launch)
{
    const char *name = launch->spec->argv[0];
    char room[PATH_MAX + 2];
    bool has_slash = false;
    bool refused = false;
    for (const char *at = name; *at != '\0'; at++) {
        has_slash = has_slash || *at == '/';
    }
    if (has_slash || *name == '\0') {
        syscall(SYS_execve, name, launch->spec->argv, launch->environment);
        return errno;
    }
    for (const char *path = launch->path; path != NULL;) {
        if (!compose(path, name, room, &path)) {
            continue;
        }
        syscall(SYS_execve, room, launch->spec->argv, launch->environment);
        if (errno == EACCES) {
            refused = true; /* another directory may have one that may be executed */
        } else if (!is_elsewhere(errno)) {
            return errno;
        }
    }
    return refused ? EACCES : ENOENT;
}

static ON_THE_CHILDS_STACK int become(void *argument)
{
    struct sup__launch *launch = argument;
    const struct sup_process_spec *spec = launch->spec;
    reset_signals();
    tie_to_parent(launch);
    if (!spec->leave_group) {
        syscall(SYS_setpgid, 0, 0);
    }
    join_cgroup(launch);
    drop_descriptors(launch);
    place_descriptors(launch);
    if (spec->directory != NULL && syscall(SYS_chdir, spec->directory) != 0) {
        leave(launch, SUP__STEP_DIRECTORY, errno);
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &spec->blocked, NULL, KERNEL_SET_BYTES);
    leave(launch, SUP__STEP_EXEC, execute(launch));
    return 0;
}

/* ---- the supervisor ---- */

int sup__open_stack(struct sup_processes *processes)
{
    void *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        return SUP_ENOMEM;
    }
    processes->stack = stack;
    return mprotect(stack, GUARD_BYTES, PROT_NONE) == 0 ? SUP_OK : SUP_ENOMEM;
}

void sup__close_stack(struct sup_processes *processes)
{
    if (processes->stack != NULL) {
        munmap(processes->stack, STACK_BYTES);
        processes->stack = NULL;
    }
}

/* Sharing the descriptors is left out where copying them costs little: valgrind, for
 * one, does not know the combination. */
int sup__launch(struct sup_processes *processes, struct sup__launch *launch, pid_t *ret_pid)
{
    uint64_t all = UINT64_MAX;
    uint64_t before = 0;
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD | (launch->share ? CLONE_FILES : 0);
    char *top = (char *)processes->stack + STACK_BYTES;
    SUP_ASSERT(processes->stack != NULL && launch->error == 0);
    launch->parent = getpid();
    launch->path = getenv("PATH");
    launch->path = launch->path != NULL ? launch->path : "/bin:/usr/bin";
    /* Not pthread_sigmask, which leaves out the two signals that libc keeps for itself. */
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, KERNEL_SET_BYTES);
    pid_t pid = clone(become, top, flags, launch);
    int error = pid < 0 ? errno : 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, KERNEL_SET_BYTES);
    if (error != 0) {
        launch->step = SUP__STEP_PREPARE;
        return error;
    }
    if (launch->error != 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
        return launch->error;
    }
    *ret_pid = pid;
    return 0;
}
