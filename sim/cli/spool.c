/* Traces kept on disk; see spool.h. */
#define _GNU_SOURCE /* fallocate */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES 65536u

bool cli_spool_open(struct cli_spool *spool)
{
    const char *directory = getenv("TMPDIR");
    struct sim__text name = {0};
    *spool = (struct cli_spool){.descriptor = -1};
    sim__text_put(&name, directory == NULL || directory[0] == '\0' ? "/tmp" : directory);
    sim__text_put(&name, "/rehearse-XXXXXX");
    if (!name.failed) {
        spool->descriptor = mkstemp(name.bytes);
    }
    if (spool->descriptor >= 0) {
        (void)unlink(name.bytes);
        (void)fcntl(spool->descriptor, F_SETFD, FD_CLOEXEC);
    }
    sim__text_release(&name);
    return spool->descriptor >= 0;
}

void cli_spool_close(struct cli_spool *spool)
{
    if (spool->descriptor >= 0) {
        close(spool->descriptor);
    }
    sim__text_release(&spool->buffer);
    *spool = (struct cli_spool){.descriptor = -1};
}

void cli_spool_resume(struct cli_spool *spool)
{
    off_t at = lseek(spool->descriptor, 0, SEEK_CUR);
    spool->length = at < 0 ? 0 : (uint64_t)at;
    spool->error = at < 0 ? errno : 0;
    sim__text_clear(&spool->buffer);
}

static void write_out(struct cli_spool *spool)
{
    const char *bytes = sim__text_string(&spool->buffer);
    size_t left = spool->buffer.length;
    while (left > 0 && spool->error == 0) {
        ssize_t put = write(spool->descriptor, bytes, left);
        if (put >= 0) {
            bytes += put;
            left -= (size_t)put;
        } else if (errno != EINTR) {
            spool->error = errno;
        }
    }
    if (spool->buffer.failed) {
        spool->error = ENOMEM;
    }
    sim__text_clear(&spool->buffer);
}

void cli_spool_put(struct cli_spool *spool, const char *line, size_t length)
{
    sim__text_putn(&spool->buffer, line, length);
    spool->length += length;
    if (spool->buffer.length >= BUFFER_BYTES || spool->buffer.failed) {
        write_out(spool);
    }
}

bool cli_spool_flush(struct cli_spool *spool)
{
    write_out(spool);
    return spool->error == 0;
}

/* Hands over the whole lines of what has been read; the rest stays. */
static void hand_over(struct sim__text *text,
                      void (*line)(void *context, const char *line, size_t length), void *context)
{
    const char *at = sim__text_string(text);
    const char *end = at + text->length;
    for (;;) {
        const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        if (newline == NULL) {
            break;
        }
        line(context, at, (size_t)(newline - at) + 1);
        at = newline + 1;
    }
    size_t rest = (size_t)(end - at);
    if (text->length > rest) {
        memmove(text->bytes, at, rest + 1);
        text->length = rest;
    }
}

bool cli_spool_take(struct cli_spool *spool, uint64_t at, uint64_t length,
                    void (*line)(void *context, const char *line, size_t length), void *context)
{
    struct sim__text text = {0};
    char chunk[BUFFER_BYTES];
    uint64_t left = length;
    bool good = true;
    while (left > 0 && good) {
        size_t wanted = left < sizeof(chunk) ? (size_t)left : sizeof(chunk);
        ssize_t got = pread(spool->descriptor, chunk, wanted, (off_t)(at + length - left));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        good = got > 0;
        if (good) {
            sim__text_putn(&text, chunk, (size_t)got);
            left -= (uint64_t)got;
            hand_over(&text, line, context);
            good = !text.failed;
        }
    }
    sim__text_release(&text);
    /* Where holes cannot be made the file is only larger. */
    (void)fallocate(spool->descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at,
                    (off_t)length);
    return good;
}
