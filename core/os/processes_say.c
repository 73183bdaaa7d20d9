/* What children say over pipes: lines on NOTIFY_FD, and their kept output. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "processes_internal.h"
#include "sup/assert.h"

/* Read at a time on the stack: a line's text is handed on from there, which may lead back
 * here, so the room is not shared. */
#define LINES_BYTES 4096

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
        sup_reported(sup_report_beat(processes->sup, child->id));
    } else if (strcmp(line, "not-ready") == 0) {
        sup_reported(sup_report_ready(processes->sup, child->id, false));
    } else if (strcmp(line, "done") == 0) {
        child->done = true;
    } else if ((rest = after(line, "error ")) != NULL) {
        keep_error(child, rest);
    } else if ((rest = after(line, "message ")) != NULL) {
        if (processes->config.message != NULL) {
            processes->config.message(processes->config.message_context, child->id, rest);
        }
    } else {
        sup_reported(sup_report_ready(processes->sup, child->id, true));
    }
}

/* What does not fit into the line's room is dropped; the newline still counts. */
static void take_lines(struct sup__child *child, const char *bytes, size_t length)
{
    SUP_ASSERT(child->line_length < sizeof(child->line));
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
    SUP_ASSERT(watch->fd >= 0 && size > 0);
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
    char buffer[LINES_BYTES];
    size_t got = read_some(&child->watches[SUP__WATCH_LINES], buffer, sizeof(buffer));
    take_lines(child, buffer, got);
}

/* ---- output ---- */

/* Into the ring: what is longer than it leaves its end there. */
static void put_ring(struct sup__child *child, const char *bytes, size_t length)
{
    uint64_t room = child->processes->config.output_bytes;
    size_t skip = length > room ? length - (size_t)room : 0;
    uint64_t at = (child->output_total + skip) % room;
    size_t first = length - skip < room - at ? length - skip : (size_t)(room - at);
    SUP_ASSERT(at + first <= room && length - skip - first <= room);
    memcpy(child->output + at, bytes + skip, first);
    memcpy(child->output, bytes + skip + first, length - skip - first);
}

static void keep_output(struct sup__child *child, const char *bytes, size_t length)
{
    const struct sup_processes_config *config = &child->processes->config;
    if (child->output != NULL) {
        put_ring(child, bytes, length);
    }
    child->output_total += length;
    if (config->output != NULL) {
        config->output(config->output_context, child->id, bytes, length);
    }
}

void sup__read_output(struct sup__child *child)
{
    char *buffer = child->processes->buffer;
    size_t got = read_some(&child->watches[SUP__WATCH_OUTPUT], buffer, SUP__READ_BYTES);
    if (got > 0) {
        keep_output(child, buffer, got);
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
    char buffer[LINES_BYTES];
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
    sup__drain_socket(child);
}
