/* What children say by the sd_notify protocol: datagrams on NOTIFY_SOCKET. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/ratio.h"
#include "processes_internal.h"
#include "sup/assert.h"

/* Messages handled before others get their turn, and at the end of a child, when
 * a process that it left behind may still be sending. */
#define MESSAGES_A_TURN 16
#define MESSAGES_AT_END 4096
#define DESCRIPTORS_A_MESSAGE 253 /* the kernel's SCM_MAX_FD */
/* Of a control group, when a sender is looked for in it. */
#define PIDS_LOOKED_AT 512

static const char *after(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* ---- sd_notify ---- */

/* A number to the end of the line; false when it is none. */
static bool number(const char *text, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(*text - '0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    *ret_value = value;
    return true;
}

/* The child's microseconds on the host's clock, which may run faster. */
static struct sup_duration length_of(const struct sup_processes *processes, uint64_t usec)
{
    uint64_t speed = processes->clock->speed_billionths;
    return (struct sup_duration){sup__ratio(usec, speed, SUP__SPEED_ONE / 1000)};
}

/* When the deadline under way is due at the latest. */
static struct sup_instant latest(const struct sup__child *child, struct sup_instant now)
{
    struct sup_snapshot snapshot;
    struct sup_instant from = now;
    if (sup_snapshot_slot(child->processes->sup, child->id.slot, &snapshot) == SUP_OK) {
        if (snapshot.phase == SUP_PHASE_STARTING) {
            from = child->started_at;
        } else if (snapshot.phase == SUP_PHASE_STOPPING) {
            from = child->cancelled_at;
        }
    }
    return sup_instant_add(from, child->extend_max);
}

static void extend(struct sup__child *child, struct sup_duration length)
{
    const struct sup_processes *processes = child->processes;
    if (child->extend_max.ns != SUP_NEVER_NS) {
        struct sup_instant now = sup__clock_now(processes->clock);
        struct sup_instant limit = latest(child, now);
        struct sup_duration most = {limit.ns > now.ns ? limit.ns - now.ns : 0};
        if (length.ns > most.ns) {
            length = most;
            sup__count(child, SUP_PROCESSES_EXTENSIONS_CAPPED,
                       "it asks for more time than it may have");
        }
    }
    sup_reported(sup_report_extend(processes->sup, child->id, length));
}

static void say_assignment(struct sup__child *child, const char *line)
{
    struct sup *sup = child->processes->sup;
    const char *rest;
    uint64_t usec;
    if (strcmp(line, "READY=1") == 0) {
        sup_reported(sup_report_ready(sup, child->id, true));
    } else if (strcmp(line, "STOPPING=1") == 0) {
        sup_reported(sup_report_ready(sup, child->id, false));
    } else if (strcmp(line, "WATCHDOG=1") == 0) {
        sup_reported(sup_report_beat(sup, child->id));
    } else if ((rest = after(line, "EXTEND_TIMEOUT_USEC=")) != NULL && number(rest, &usec)) {
        extend(child, length_of(child->processes, usec));
    }
}

static void take_message(struct sup__child *child, char *message, size_t length)
{
    SUP_ASSERT(length <= SUP__MESSAGE_BYTES);
    message[length] = '\0';
    char *line = message;
    while (line != NULL) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end++ = '\0';
        }
        say_assignment(child, line);
        line = end;
    }
}

/* ---- who speaks ---- */

static bool is_in_cgroup(const struct sup__child *child, pid_t pid)
{
    pid_t pids[PIDS_LOOKED_AT];
    uint32_t count = child->cgroup[0] != '\0' ? sup__cgroup_pids(child, pids, PIDS_LOOKED_AT) : 0;
    for (uint32_t i = 0; i < count && i < PIDS_LOOKED_AT; i++) {
        if (pids[i] == pid) {
            return true;
        }
    }
    return false;
}

/* The name of the socket says which attempt is meant, and can be found out; this, whether
 * the sender may speak for it. The kernel vouches for the number, which is the child's own
 * until it is reaped. A sender outside of our process namespace has number 0. */
static bool is_believed(const struct sup__child *child, const struct ucred *sender)
{
    SUP_ASSERT(sup__lives(child) && child->pid > 0);
    if (sender->pid <= 0) {
        return false;
    }
    if (sender->pid == child->pid && !child->reaped) {
        return true;
    }
    if (child->access == SUP_NOTIFY_MAIN) {
        return false;
    }
    if ((!child->leave_group && getpgid(sender->pid) == child->pid) ||
        is_in_cgroup(child, sender->pid)) {
        return true;
    }
    return child->access == SUP_NOTIFY_ALL && (sender->uid == geteuid() || sender->uid == 0);
}

static void refuse(struct sup__child *child, const struct ucred *sender)
{
    char text[96];
    (void)snprintf(text, sizeof(text), "a message of process %d is not believed: access is %s",
                   (int)sender->pid, sup_notify_access_name(child->access));
    sup__count(child, SUP_PROCESSES_MESSAGES_REFUSED, text);
}

/* Descriptors that came with a message are closed: nothing is kept of them, and
 * whoever waits for that (sd_notify_barrier) is answered. */
static struct ucred read_control(struct msghdr *header)
{
    struct ucred sender = {.pid = 0};
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL;
         part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level != SOL_SOCKET) {
            continue;
        }
        if (part->cmsg_type == SCM_CREDENTIALS) {
            memcpy(&sender, CMSG_DATA(part), sizeof(sender));
        } else if (part->cmsg_type == SCM_RIGHTS) {
            size_t bytes = part->cmsg_len - CMSG_LEN(0);
            for (size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
                int fd;
                memcpy(&fd, CMSG_DATA(part) + at, sizeof(fd));
                close(fd);
            }
        }
    }
    return sender;
}

/* False when there is no message. */
static bool read_message(struct sup__child *child)
{
    char message[SUP__MESSAGE_BYTES + 1];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred)) +
                   CMSG_SPACE(DESCRIPTORS_A_MESSAGE * sizeof(int))];
    } control;
    struct iovec part = {message, SUP__MESSAGE_BYTES};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    SUP_ASSERT(child->watches[SUP__WATCH_SOCKET].fd >= 0);
    ssize_t got = recvmsg(child->watches[SUP__WATCH_SOCKET].fd, &header, MSG_CMSG_CLOEXEC);
    if (got < 0) {
        return errno == EINTR;
    }
    struct ucred sender = read_control(&header);
    if (!is_believed(child, &sender)) {
        refuse(child, &sender);
    } else if ((header.msg_flags & MSG_TRUNC) != 0) {
        sup__count(child, SUP_PROCESSES_MESSAGES_CUT, "a message is too long");
    } else {
        take_message(child, message, (size_t)got);
    }
    return true;
}

void sup__drain_socket(struct sup__child *child)
{
    bool more = child->watches[SUP__WATCH_SOCKET].fd >= 0;
    for (int i = 0; i < MESSAGES_AT_END && more; i++) {
        more = read_message(child);
    }
}

void sup__read_socket(struct sup__child *child)
{
    for (int i = 0; i < MESSAGES_A_TURN && read_message(child); i++) {
    }
}
