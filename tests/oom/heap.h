/* The heap of a whole program, which fails when told. To be included by its one source file.
 *
 * malloc and its family are replaced, so blocks that libfyaml takes and gives back are
 * counted as well. But only requests from this program's own text are made to fail: libfyaml
 * 0.7.12 does not survive a failure of its own (of the 120 requests of a small document ten
 * end in a null pointer that it follows and thirteen leak).
 */
#ifndef TESTS_HEAP_H
#define TESTS_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What glibc calls its own allocator; the linker's marks around our text. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);
extern char __executable_start, etext;

/* The replaced functions take no context, so this is the program's one global. */
static struct {
    size_t fail_at; /* 0: never */
    bool for_good;
    size_t requests; /* of our own text, since arm() */
    size_t refused;
    long live;              /* blocks of everybody */
    size_t *refused_by_all; /* NULL, or shared with children, which count in it, too */
} heap;

/* Whoever asks is told by the address that a call returns to, so there has to be a call. */
#define OUT_OF_LINE __attribute__((noinline))

/* Called at every refusal; there to put a breakpoint on. */
static OUT_OF_LINE void refused_here(void)
{
    __asm__ volatile("");
}

static bool refuses(const void *caller)
{
    const char *place = caller;
    if (place < &__executable_start || place >= &etext) {
        return false;
    }
    heap.requests++;
    if (heap.fail_at == 0) {
        return false;
    }
    bool now = heap.for_good ? heap.requests >= heap.fail_at : heap.requests == heap.fail_at;
    heap.refused += now;
    if (now) {
        if (heap.refused_by_all != NULL) {
            ++*heap.refused_by_all;
        }
        refused_here();
    }
    return now;
}

static void *count(void *block)
{
    heap.live += block != NULL;
    return block;
}

OUT_OF_LINE void *malloc(size_t size)
{
    return refuses(__builtin_return_address(0)) ? NULL : count(__libc_malloc(size));
}

OUT_OF_LINE void *calloc(size_t number, size_t size)
{
    return refuses(__builtin_return_address(0)) ? NULL : count(__libc_calloc(number, size));
}

OUT_OF_LINE void *realloc(void *block, size_t size)
{
    if (refuses(__builtin_return_address(0))) {
        return NULL;
    }
    void *fresh = __libc_realloc(block, size);
    return block == NULL ? count(fresh) : fresh;
}

OUT_OF_LINE void *aligned_alloc(size_t alignment, size_t size)
{
    return refuses(__builtin_return_address(0)) ? NULL : count(__libc_memalign(alignment, size));
}

OUT_OF_LINE void free(void *block)
{
    heap.live -= block != NULL;
    __libc_free(block);
}

OUT_OF_LINE char *strndup(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    char *copy = refuses(__builtin_return_address(0)) ? NULL : count(__libc_malloc(length + 1));
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

OUT_OF_LINE char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = refuses(__builtin_return_address(0)) ? NULL : count(__libc_malloc(size));
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

static void arm(size_t fail_at, bool for_good)
{
    heap.fail_at = fail_at;
    heap.for_good = for_good;
    heap.requests = 0;
    heap.refused = 0;
}

#endif
