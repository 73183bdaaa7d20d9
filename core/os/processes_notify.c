/* What children say: lines on NOTIFY_FD, datagrams of the sd_notify protocol, and
 * their kept output. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "processes_internal.h"

/* Messages handled before others get their turn, and at the end of a child, when
 * a process that it left behind may still be sending. */
#define MESSAGES_A_TURN 16
#define MESSAGES_AT_END 4096
#define DESCRIPTORS_A_MESSAGE 253 /* the kernel's SCM_MAX_FD */

/* ---- lines ---- */

static const char *after(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static void keep_error(struct sup__child *child, const char *text)
{
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < sizeof(child->error); i++) {
        unsigned char c = (unsigned char)text[i];
        child->error[i] = c < ' ' || c == 0x7F ? '?' : text[i];
    }
    child->error[i] = '\0';
    child->has_error = true;
}

static void say_line(struct sup__child *child, const char *line)
{
    struct sup_processes *processes = child->processes;
    const char *rest;
    if (strcmp(line, "beat") == 0) {
        (void)sup_report_beat(processes->sup, child->id);
    } else if (strcmp(line, "not-ready") == 0) {
        (void)sup_report_ready(processes->sup, child->id, false);
    } else if (strcmp(line, "done") == 0) {
        child->done = true;
    } else if ((rest = after(line, "error ")) != NULL) {
        keep_error(child, rest);
    } else if ((rest = after(line, "message ")) != NULL) {
        if (processes->config.message != NULL) {
            processes->config.message(processes->config.message_context, child->id, rest);
        }
    } else {
        (void)sup_report_ready(processes->sup, child->id, true);
    }
}

/* What does not fit into the line's room is dropped; the newline still counts. */
static void take_lines(struct sup__child *child, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            child->line[child->line_length] = '\0';
            child->line_length = 0;
            say_line(child, child->line);
        } else if (child->line_length + 1 < sizeof(child->line)) {
            child->line[child->line_length++] = bytes[i];
        }
    }
}

/* One read; how many bytes came, 0 when there is nothing. The descriptor is closed
 * when the other side has closed it or cannot be read. */
static size_t read_some(struct sup__watch *watch, char *buffer, size_t size)
{
    ssize_t got = read(watch->fd, buffer, size);
    if (got > 0) {
        return (size_t)got;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        sup__close(watch);
    }
    return 0;
}

void sup__read_lines(struct sup__child *child)
{
    char buffer[SUP__READ_BYTES];
    size_t got = read_some(&child->watches[SUP__WATCH_LINES], buffer, sizeof(buffer));
    take_lines(child, buffer, got);
}

/* ---- output ---- */

static void keep_output(struct sup__child *child, const char *bytes, size_t length)
{
    const struct sup_processes_config *config = &child->processes->config;
    for (size_t i = 0; i < length && child->output != NULL; i++) {
        child->output[(child->output_total + i) % config->output_bytes] = bytes[i];
    }
    child->output_total += length;
    if (config->output != NULL) {
        config->output(config->output_context, child->id, bytes, length);
    }
}

void sup__read_output(struct sup__child *child)
{
    char buffer[SUP__READ_BYTES];
    size_t got = read_some(&child->watches[SUP__WATCH_OUTPUT], buffer, sizeof(buffer));
    if (got > 0) {
        keep_output(child, buffer, got);
    }
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
    return (struct sup_duration){sup__scale(usec, speed, SUP__SPEED_ONE / 1000)};
}

static void say_assignment(struct sup__child *child, const char *line)
{
    struct sup *sup = child->processes->sup;
    const char *rest;
    uint64_t usec;
    if (strcmp(line, "READY=1") == 0) {
        (void)sup_report_ready(sup, child->id, true);
    } else if (strcmp(line, "STOPPING=1") == 0) {
        (void)sup_report_ready(sup, child->id, false);
    } else if (strcmp(line, "WATCHDOG=1") == 0) {
        (void)sup_report_beat(sup, child->id);
    } else if ((rest = after(line, "EXTEND_TIMEOUT_USEC=")) != NULL && number(rest, &usec)) {
        (void)sup_report_extend(sup, child->id, length_of(child->processes, usec));
    }
}

static void take_message(struct sup__child *child, char *message, size_t length)
{
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

/* The name of the socket says which attempt is meant; this, whether the sender may
 * speak for it: the supervisor's own user, root, or a member of the child's group. */
static bool is_trusted(const struct sup__child *child, const struct ucred *sender)
{
    return sender->uid == geteuid() || sender->uid == 0 || sender->pid == child->pid ||
           (sender->pid > 0 && !child->leave_group && getpgid(sender->pid) == child->pid);
}

/* Descriptors that came with a message are closed: nothing is kept of them, and
 * whoever waits for that (sd_notify_barrier) is answered. */
static bool read_control(const struct sup__child *child, struct msghdr *header)
{
    bool trusted = false;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL;
         part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level != SOL_SOCKET) {
            continue;
        }
        if (part->cmsg_type == SCM_CREDENTIALS) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(part), sizeof(sender));
            trusted = is_trusted(child, &sender);
        } else if (part->cmsg_type == SCM_RIGHTS) {
            size_t bytes = part->cmsg_len - CMSG_LEN(0);
            for (size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
                int fd;
                memcpy(&fd, CMSG_DATA(part) + at, sizeof(fd));
                close(fd);
            }
        }
    }
    return trusted;
}

/* False when there is no message. */
static bool read_message(struct sup__child *child)
{
    char message[SUP__READ_BYTES + 1];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred)) +
                   CMSG_SPACE(DESCRIPTORS_A_MESSAGE * sizeof(int))];
    } control;
    struct iovec part = {message, SUP__READ_BYTES};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    ssize_t got = recvmsg(child->watches[SUP__WATCH_SOCKET].fd, &header, MSG_CMSG_CLOEXEC);
    if (got < 0) {
        return errno == EINTR;
    }
    if (read_control(child, &header) && (header.msg_flags & MSG_TRUNC) == 0) {
        take_message(child, message, (size_t)got);
    }
    return true;
}

void sup__read_socket(struct sup__child *child)
{
    for (int i = 0; i < MESSAGES_A_TURN && read_message(child); i++) {
    }
}

/* ---- at the end ---- */

/* Bytes that are in the pipe now; more may come from processes left behind. */
static size_t waiting(const struct sup__watch *watch)
{
    int bytes = 0;
    return watch->fd >= 0 && ioctl(watch->fd, FIONREAD, &bytes) == 0 ? (size_t)bytes : 0;
}

static void drain_pipe(struct sup__child *child, enum sup__watch_kind kind)
{
    struct sup__watch *watch = &child->watches[kind];
    size_t left = waiting(watch);
    char buffer[SUP__READ_BYTES];
    while (left > 0 && watch->fd >= 0) {
        size_t got = read_some(watch, buffer, left < sizeof(buffer) ? left : sizeof(buffer));
        if (got == 0) {
            break;
        }
        left -= got;
        if (kind == SUP__WATCH_LINES) {
            take_lines(child, buffer, got);
        } else {
            keep_output(child, buffer, got);
        }
    }
}

void sup__drain(struct sup__child *child)
{
    drain_pipe(child, SUP__WATCH_OUTPUT);
    drain_pipe(child, SUP__WATCH_LINES);
    if (child->watches[SUP__WATCH_SOCKET].fd >= 0) {
        for (int i = 0; i < MESSAGES_AT_END && read_message(child); i++) {
        }
    }
}
