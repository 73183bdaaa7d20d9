/* What the targets judge by; see judge.h. */
#include "judge.h"

#include <fcntl.h>
#include <sanitizer/allocator_interface.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/base/utf8.h"

static FILE *stream;
static char *said;
static size_t said_length;
static struct timespec began;

void judge_listen(void)
{
    if (stream == NULL) {
        stream = open_memstream(&said, &said_length);
        JUDGE(stream != NULL);
        stderr = stream;
    }
    JUDGE(fseek(stream, 0, SEEK_SET) == 0);
}

const char *judge_heard(size_t *ret_length)
{
    JUDGE(fflush(stream) == 0);
    *ret_length = said_length;
    return said;
}

void judge_text(const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t size = sim__utf8_length(bytes + at, length - at);
        JUDGE(size > 0);
        JUDGE(bytes[at] == '\n' || bytes[at] == '\t' ||
              !sim__utf8_steers(sim__utf8_code(bytes + at, size)));
        at += size;
    }
}

void judge_begin(void)
{
    JUDGE(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &began) == 0);
}

void judge_time(double seconds)
{
    struct timespec now;
    JUDGE(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    JUDGE((double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9 <=
          seconds);
}

/* What was there before is freed in between at most by us, so the sum may pass
 * below zero. */
static int64_t bytes_now;
static int64_t bytes_most;

static void on_malloc(const volatile void *block, size_t size)
{
    (void)block;
    bytes_now += (int64_t)size;
    bytes_most = bytes_now > bytes_most ? bytes_now : bytes_most;
}

static void on_free(const volatile void *block)
{
    bytes_now -= block == NULL ? 0 : (int64_t)__sanitizer_get_allocated_size(block);
}

void judge_count_memory(void)
{
    static bool counting;
    if (!counting) {
        counting = true;
        JUDGE(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0);
    }
    bytes_now = bytes_most = 0;
}

uint64_t judge_memory(void)
{
    return (uint64_t)bytes_most;
}

uint64_t judge_descriptors(void)
{
    uint64_t open = 0;
    for (int fd = 0; fd < 64; fd++) {
        open |= fcntl(fd, F_GETFD) >= 0 ? UINT64_C(1) << fd : 0;
    }
    return open;
}

void judge_closed(uint64_t descriptors)
{
    JUDGE(judge_descriptors() == descriptors);
}
