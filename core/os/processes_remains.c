/* What a child left behind is awaited.
 *
 * Its group has been sent SIGKILL, which the kernel does in one go: no fork that is under
 * way escapes. What is left is to learn when the last of the group has gone, however many
 * there are, without asking again and again, and although they are not our children but
 * init's: a living member is looked for in /proc (one pass for all children that wait),
 * and its pidfd says when it has ended; then the next one is looked for. A zombie that its
 * parent does not wait for is a number and nothing else: it holds nothing up. Where a
 * member cannot be watched (no descriptor left, no /proc), the group is asked again after
 * a while, longer each time.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "kernel.h"
#include "processes_internal.h"
#include "sup/assert.h"

#define BACKOFF_FIRST SUP_MS(1)
#define BACKOFF_LAST SUP_MS(64)
#define WAIT_LEAST SUP_MS(100)

/* ---- the list ---- */

/* What has been killed takes a moment to go, also when nobody means to wait for it. */
static struct sup_instant bound_of(const struct sup__child *child)
{
    const struct sup__clock *clock = child->processes->clock;
    struct sup_instant now = sup__clock_now(clock);
    struct sup_instant least = sup_instant_add(sup__os_now(), WAIT_LEAST);
    struct sup_instant until = sup__clock_reach(clock, sup_instant_add(now, child->abort_wait));
    return until.ns > least.ns ? until : least;
}

void sup__leave(struct sup__child *child)
{
    struct sup_processes *processes = child->processes;
    SUP_ASSERT(child->stage == SUP__STAGE_LEAVING);
    child->until = bound_of(child);
    child->backoff = BACKOFF_FIRST;
    child->remains = SUP__REMAINS_TO_BE_SEEN;
    child->next = processes->leaving;
    processes->leaving = child;
}

void sup__unleave(struct sup__child *child)
{
    struct sup__child **at = &child->processes->leaving;
    while (*at != NULL && *at != child) {
        at = &(*at)->next;
    }
    if (*at == child) {
        *at = child->next;
    }
}

/* An abort is awaited by the supervisor itself, which then abandons the attempt: its end
 * comes late, when all of it has gone. */
struct sup_instant sup__bound(const struct sup__child *child)
{
    bool waits = child->processes->silent || child->aborted;
    return waits ? (struct sup_instant){SUP_NEVER_NS} : child->until;
}

bool sup__has_left(const struct sup__child *child)
{
    SUP_ASSERT(child->stage == SUP__STAGE_LEAVING);
    return child->remains == SUP__REMAINS_NOTHING || sup__bound(child).ns <= sup__os_now().ns;
}

/* ---- members of groups ---- */

/* Calls `fn` with every process there is, zombies too; false without /proc. */
static bool each_process(void (*fn)(void *context, pid_t pid), void *context)
{
    DIR *directory = opendir("/proc");
    if (directory == NULL) {
        return false;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (isdigit((unsigned char)entry->d_name[0])) {
            fn(context, (pid_t)strtol(entry->d_name, NULL, 10));
        }
    }
    closedir(directory);
    return true;
}

static bool has_ended(int pidfd)
{
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    return poll(&end, 1, 0) == 1;
}

/* A process of the group has been found: a living one is watched. That it is in the group
 * is asked again once the descriptor stands for it, since its number may be another's
 * meanwhile. */
static void consider(struct sup__child *child, pid_t pid)
{
    struct sup__watch *watch = &child->watches[SUP__WATCH_MEMBER];
    int fd = sup__pidfd_open(pid);
    if (fd < 0) {
        child->seen_living = child->seen_living || errno != ESRCH;
        return;
    }
    if (has_ended(fd) || getpgid(pid) != child->pid) {
        child->seen_dead = true;
        close(fd);
        return;
    }
    child->seen_living = true;
    watch->fd = fd;
    if (sup__watch(watch, EPOLLIN) != 0) {
        close(fd);
        watch->fd = -1;
    }
}

static void match(void *context, pid_t pid)
{
    struct sup_processes *processes = context;
    pid_t group = getpgid(pid);
    for (struct sup__child *child = processes->leaving; child != NULL; child = child->next) {
        if (child->pid == group && child->remains == SUP__REMAINS_TO_BE_SEEN &&
            child->watches[SUP__WATCH_MEMBER].fd < 0) {
            consider(child, pid);
        }
    }
}

/* ---- looking ---- */

static void try_later(struct sup__child *child)
{
    child->remains = SUP__REMAINS_UNSEEN;
    child->retry = sup_instant_add(sup__os_now(), child->backoff);
    child->backoff.ns *= 2;
    child->backoff.ns = child->backoff.ns < BACKOFF_LAST.ns ? child->backoff.ns : BACKOFF_LAST.ns;
}

static void look_into_cgroup(struct sup__child *child)
{
    if (!sup__cgroup_populated(child)) {
        child->remains = SUP__REMAINS_NOTHING;
    } else if (sup__cgroup_watch(child) == 0) {
        child->remains = SUP__REMAINS_WATCHED;
        /* What changed before it was watched. */
        if (!sup__cgroup_populated(child)) {
            child->remains = SUP__REMAINS_NOTHING;
        }
    } else {
        try_later(child);
    }
}

/* True when the group has to be searched for. */
static bool look_first(struct sup__child *child)
{
    if (child->remains != SUP__REMAINS_TO_BE_SEEN) {
        return false;
    }
    if (child->cgroup[0] != '\0') {
        look_into_cgroup(child);
        return false;
    }
    if (!sup__signal_group(child, 0)) {
        child->remains = SUP__REMAINS_NOTHING;
        return false;
    }
    child->seen_living = child->seen_dead = false;
    return true;
}

/* Only zombies were there: nothing that holds anything. */
static void conclude(struct sup__child *child, bool searched)
{
    if (child->watches[SUP__WATCH_MEMBER].fd >= 0) {
        child->remains = SUP__REMAINS_WATCHED;
    } else if (!sup__signal_group(child, 0) ||
               (searched && child->seen_dead && !child->seen_living)) {
        child->remains = SUP__REMAINS_NOTHING;
    } else {
        try_later(child);
    }
}

void sup__look(struct sup_processes *processes)
{
    bool search = false;
    for (struct sup__child *child = processes->leaving; child != NULL; child = child->next) {
        search = look_first(child) || search;
    }
    if (!search) {
        return;
    }
    bool searched = each_process(match, processes);
    for (struct sup__child *child = processes->leaving; child != NULL; child = child->next) {
        if (child->remains == SUP__REMAINS_TO_BE_SEEN) {
            conclude(child, searched);
        }
    }
}

/* A report may lead to anything, so the list is begun anew after each. */
void sup__tend(struct sup_processes *processes)
{
    sup__look(processes);
    struct sup__child *child = processes->leaving;
    while (child != NULL) {
        if (sup__has_left(child)) {
            sup__report(child);
            child = processes->leaving;
        } else {
            child = child->next;
        }
    }
    sup__arm(processes);
}

/* ---- naming ---- */

struct found {
    const struct sup__child *child;
    pid_t pids[SUP__PIDS_NAMED];
    uint32_t count;
    bool dead; /* some are there that have ended */
};

static void note(void *context, pid_t pid)
{
    struct found *found = context;
    if (getpgid(pid) != found->child->pid) {
        return;
    }
    int fd = sup__pidfd_open(pid);
    if (fd >= 0 && has_ended(fd)) {
        found->dead = true;
    } else if (fd >= 0 || errno != ESRCH) {
        if (found->count < SUP__PIDS_NAMED) {
            found->pids[found->count] = pid;
        }
        found->count++;
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* "2 processes are left behind (4711 4712): exit code 3"; the child's own error comes
 * last, since it may be long and is then cut. */
static void compose(struct sup__child *child, const struct found *found)
{
    char own[SUP__ERROR_BYTES] = "";
    size_t size = sizeof(child->error);
    if (child->end.error != NULL) {
        (void)snprintf(own, sizeof(own), ": %s", child->end.error);
    } else if (child->end.has_code) {
        (void)snprintf(own, sizeof(own), ": exit code %d", (int)child->end.code);
    }
    uint32_t named = found->count < SUP__PIDS_NAMED ? found->count : SUP__PIDS_NAMED;
    int at = found->count == 0
                 ? snprintf(child->error, size, "something is left behind")
                 : snprintf(child->error, size, "%u %s left behind (", (unsigned)found->count,
                            found->count == 1 ? "process is" : "processes are");
    for (uint32_t i = 0; i < named; i++) {
        at += snprintf(child->error + at, size - (size_t)at, "%s%d", i > 0 ? " " : "",
                       (int)found->pids[i]);
    }
    if (found->count > 0) {
        at += snprintf(child->error + at, size - (size_t)at, "%s)",
                       found->count > named ? " ..." : "");
    }
    SUP_ASSERT(at > 0 && (size_t)at < size);
    size_t room = size - (size_t)at - 1;
    size_t length = strlen(own) < room ? strlen(own) : room;
    memcpy(child->error + at, own, length);
    child->error[(size_t)at + length] = '\0';
}

void sup__name_remains(struct sup__child *child)
{
    struct found found = {.child = child};
    if (child->cgroup[0] != '\0') {
        found.count = sup__cgroup_pids(child, found.pids, SUP__PIDS_NAMED);
        found.dead = !sup__cgroup_populated(child);
    } else {
        (void)each_process(note, &found);
        found.dead = found.dead || !sup__signal_group(child, 0);
    }
    if (found.count == 0 && found.dead) {
        return; /* the last has gone meanwhile */
    }
    compose(child, &found);
    child->end.error = child->error;
    SUP_ASSERT(child->end.outcome != SUP_OUTCOME_ABORTED);
    if (child->end.outcome == SUP_OUTCOME_SUCCEEDED) {
        child->end.outcome = SUP_OUTCOME_FAILED;
        child->end.done = false;
    }
    sup__count(child, SUP_PROCESSES_LEFT_BEHIND, child->error);
}
