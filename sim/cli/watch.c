/* --watch; see watch.h. */
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interrupt.h"
#include "plan.h"
#include "sim/base/grow.h"
#include "sim/base/table.h"
#include "sim/run.h"
#include "sup/error.h"

/* What belongs to one save comes within so much. */
#define QUIET_MS 60
/* A bound on how long a storm of changes may put off the next time. */
#define STORM_LOOKS 50
#define DEPTH_MAX 64u

struct watch {
    const struct cli_options *options;
    int descriptor; /* of inotify */
    char **paths;   /* of all files that were ever read; they stay */
    uint32_t count, room;
    uint64_t seen; /* what they were when the command was begun */
};

static bool add_path(struct watch *watch, const char *path)
{
    for (uint32_t i = 0; i < watch->count; i++) {
        if (strcmp(watch->paths[i], path) == 0) {
            return true;
        }
    }
    char **paths =
        sim__grown(watch->paths, &watch->room, (uint64_t)watch->count + 1, sizeof watch->paths[0]);
    char *copy = paths != NULL ? strdup(path) : NULL;
    watch->paths = paths != NULL ? paths : watch->paths;
    if (copy != NULL) {
        watch->paths[watch->count++] = copy;
    }
    return copy != NULL;
}

/* The arguments, and every file that is read for them now. */
static bool find_paths(struct watch *watch)
{
    struct cli_plan plan = {0};
    bool good = cli_plan_read(watch->options, &plan) == SUP_OK;
    for (uint32_t i = 0; i < watch->options->path_count && good; i++) {
        good = add_path(watch, watch->options->paths[i]);
    }
    for (uint32_t i = 0; i < plan.files.count && good; i++) {
        good = add_path(watch, plan.files.paths[i]);
    }
    for (uint32_t i = 0; i < plan.count && good; i++) {
        const struct sim_scenario *scenario = plan.cases[i].scenario;
        for (uint32_t k = 0; scenario != NULL && k < scenario->source_count && good; k++) {
            good = add_path(watch, scenario->sources[k].name);
        }
    }
    cli_plan_release(&plan);
    return good;
}

/* What the files are, and how many: a number that changes when any of them does. */
static uint64_t look(const struct watch *watch)
{
    uint64_t seen = watch->count;
    for (uint32_t i = 0; i < watch->count; i++) {
        struct stat status;
        struct {
            uint64_t seen, inode, size;
            int64_t changed, changed_ns, written, written_ns;
        } is = {.seen = seen};
        if (stat(watch->paths[i], &status) == 0) {
            is.inode = (uint64_t)status.st_ino;
            is.size = S_ISDIR(status.st_mode) ? 0 : (uint64_t)status.st_size;
            is.changed = S_ISDIR(status.st_mode) ? 0 : (int64_t)status.st_ctim.tv_sec;
            is.changed_ns = S_ISDIR(status.st_mode) ? 0 : status.st_ctim.tv_nsec;
            is.written = S_ISDIR(status.st_mode) ? 0 : (int64_t)status.st_mtim.tv_sec;
            is.written_ns = S_ISDIR(status.st_mode) ? 0 : status.st_mtim.tv_nsec;
        }
        seen = sim__hash(seen, (const char *)&is, sizeof is);
    }
    return seen;
}

static void watch_directory(const struct watch *watch, const char *path)
{
    const uint32_t changes =
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB;
    (void)inotify_add_watch(watch->descriptor, path, changes | IN_ONLYDIR);
}

/* A directory, and those in it, as deep as they are walked for files: one may be filled later. */
static void watch_tree(const struct watch *watch, const char *path, uint32_t depth)
{
    char below[PATH_MAX];
    DIR *directory = depth > 0 ? opendir(path) : NULL;
    if (directory == NULL) {
        return;
    }
    watch_directory(watch, path);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        struct stat status;
        int length = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && length < (int)sizeof below && lstat(below, &status) == 0 &&
            S_ISDIR(status.st_mode)) {
            watch_tree(watch, below, depth - 1);
        }
    }
    closedir(directory);
}

/* Where a file stands: who saves it may put another one in its place. */
static void watch_directory_of(const struct watch *watch, const char *path)
{
    char *directory = strdup(path);
    char *slash = directory != NULL ? strrchr(directory, '/') : NULL;
    if (slash != NULL) {
        slash[slash == directory ? 1 : 0] = '\0';
    }
    watch_directory(watch, slash != NULL ? directory : ".");
    free(directory);
}

static void watch_all(const struct watch *watch)
{
    for (uint32_t i = 0; i < watch->count; i++) {
        watch_directory_of(watch, watch->paths[i]);
        watch_tree(watch, watch->paths[i], DEPTH_MAX);
    }
}

/* False: nothing can be watched, and that was said. */
static bool prepare(struct watch *watch)
{
    if (watch->descriptor >= 0) {
        close(watch->descriptor);
    }
    watch->descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->descriptor < 0) {
        fprintf(stderr, "rehearse: --watch: %s\n", strerror(errno));
        return false;
    }
    if (!find_paths(watch)) {
        fputs("rehearse: out of memory\n", stderr);
        return false;
    }
    watch_all(watch);
    watch->seen = look(watch);
    return true;
}

/* The status of the command, done in a process of its own. */
static int do_once(const struct watch *watch, int (*command)(const struct cli_options *options))
{
    int status = 0;
    if (isatty(STDOUT_FILENO) == 1) {
        fputs("\x1b[H\x1b[2J\x1b[3J", stdout); /* home; clear the screen and what scrolled off it */
        fflush(stdout);
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(watch->descriptor);
        status = command(watch->options);
        fflush(NULL);
        _exit(status);
    }
    if (pid < 0) {
        fprintf(stderr, "rehearse: --watch: %s\n", strerror(errno));
        return SIM_EXIT_USAGE;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        /* A signal of the terminal is the child's, too; it ends by it. */
        if (cli_interrupted() != 0) {
            (void)kill(pid, cli_interrupted());
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIM_EXIT_STALLED;
}

static void forget_events(const struct watch *watch)
{
    char events[4096];
    while (read(watch->descriptor, events, sizeof events) > 0) {
        /* What they say does not matter; that there are any does. */
    }
}

/* Waits until something is told, and then until it is quiet. False: a signal came. */
static bool wait_for_change(const struct watch *watch)
{
    struct pollfd told = {.fd = watch->descriptor, .events = POLLIN};
    int timeout = -1;
    for (int looks = 0; looks < STORM_LOOKS && cli_interrupted() == 0; looks++) {
        int count = poll(&told, 1, timeout);
        if (count == 0) {
            return true;
        }
        if (count > 0) {
            forget_events(watch);
            timeout = QUIET_MS;
        }
    }
    return cli_interrupted() == 0;
}

static void say_state(const struct watch *watch, int status)
{
    if (!watch->options->quiet) {
        fprintf(stderr, "rehearse: status %d; again when a file changes, ^C ends\n", status);
    }
}

int cli_watch(const struct cli_options *options, int (*command)(const struct cli_options *options))
{
    struct watch watch = {.options = options, .descriptor = -1};
    int result = SIM_EXIT_PASS;
    cli_interrupt_catch();
    while (result == SIM_EXIT_PASS && cli_interrupted() == 0) {
        if (!prepare(&watch)) {
            result = SIM_EXIT_USAGE;
            break;
        }
        int status = do_once(&watch, command);
        if (cli_interrupted() != 0) {
            break;
        }
        say_state(&watch, status);
        while (look(&watch) == watch.seen && wait_for_change(&watch)) {
            /* Somebody touched something: is one of the files another one? A directory may have
             * a file more. */
            uint32_t count = watch.count;
            if (!find_paths(&watch) || watch.count != count) {
                break;
            }
            watch_all(&watch);
        }
    }
    if (watch.descriptor >= 0) {
        close(watch.descriptor);
    }
    for (uint32_t i = 0; i < watch.count; i++) {
        free(watch.paths[i]);
    }
    free(watch.paths);
    return cli_interrupted() != 0 ? 128 + cli_interrupted() : result;
}
