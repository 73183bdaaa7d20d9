/* Coroutines; see coroutine.h. Tools that watch the stack are told about each
 * switch: AddressSanitizer by its fiber calls, valgrind by registering stacks. */
#define _GNU_SOURCE
#include "coroutine.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(start, end) 0u
#define VALGRIND_STACK_DEREGISTER(id) (void)(id)
#endif

#include "sup/assert.h"
#include "sup/error.h"

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED_BY_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED_BY_ASAN 1
#endif
#endif
#ifdef WATCHED_BY_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

/* The C entry points of Boost.Context (boost/context/detail/fcontext.hpp). */
struct transfer {
    void *context;
    void *data;
};
extern struct transfer jump_fcontext(void *to, void *data);
extern void *make_fcontext(void *stack_top, size_t size, void (*fn)(struct transfer));

struct sim_coroutine {
    char *block; /* guard page, then the stack */
    size_t block_bytes;
    size_t stack_bytes;
    unsigned valgrind_id;
    void *inside;  /* where it goes on */
    void *outside; /* who resumed it */
    sim_coroutine_fn fn;
    void *context;
    bool over;
    const void *outside_stack; /* for AddressSanitizer */
    size_t outside_bytes;
    void *fake_stack;
};

static size_t page_bytes(void)
{
    long bytes = sysconf(_SC_PAGESIZE);
    return bytes > 0 ? (size_t)bytes : 4096;
}

int sim__coroutine_create(size_t stack_bytes, struct sim_coroutine **ret_coroutine)
{
    size_t page = page_bytes();
    struct sim_coroutine *coroutine = calloc(1, sizeof(*coroutine));
    if (coroutine == NULL) {
        return SUP_ENOMEM;
    }
    stack_bytes = stack_bytes == 0 ? SIM_COROUTINE_STACK_DEFAULT : stack_bytes;
    coroutine->stack_bytes = (stack_bytes + page - 1) / page * page;
    coroutine->block_bytes = coroutine->stack_bytes + page;
    void *block = mmap(NULL, coroutine->block_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED || mprotect(block, page, PROT_NONE) != 0) {
        if (block != MAP_FAILED) {
            munmap(block, coroutine->block_bytes);
        }
        free(coroutine);
        return SUP_ENOMEM;
    }
    coroutine->block = block;
    coroutine->over = true;
    coroutine->valgrind_id =
        VALGRIND_STACK_REGISTER(coroutine->block + page, coroutine->block + coroutine->block_bytes);
    *ret_coroutine = coroutine;
    return SUP_OK;
}

void sim__coroutine_free(struct sim_coroutine *coroutine)
{
    if (coroutine == NULL) {
        return;
    }
    VALGRIND_STACK_DEREGISTER(coroutine->valgrind_id);
    munmap(coroutine->block, coroutine->block_bytes);
    free(coroutine);
}

static void switch_in(struct sim_coroutine *coroutine, void **fake_stack)
{
#ifdef WATCHED_BY_ASAN
    __sanitizer_start_switch_fiber(
        fake_stack, coroutine->block + coroutine->block_bytes - coroutine->stack_bytes,
        coroutine->stack_bytes);
#else
    (void)coroutine;
    (void)fake_stack;
#endif
}

static void switched_in(struct sim_coroutine *coroutine)
{
#ifdef WATCHED_BY_ASAN
    __sanitizer_finish_switch_fiber(coroutine->fake_stack, &coroutine->outside_stack,
                                    &coroutine->outside_bytes);
#else
    (void)coroutine;
#endif
}

enum leaving { FOR_A_WHILE, FOR_GOOD };

static void switch_out(struct sim_coroutine *coroutine, enum leaving leaving)
{
#ifdef WATCHED_BY_ASAN
    __sanitizer_start_switch_fiber(leaving == FOR_GOOD ? NULL : &coroutine->fake_stack,
                                   coroutine->outside_stack, coroutine->outside_bytes);
#else
    (void)coroutine;
    (void)leaving;
#endif
}

static void switched_out(void *fake_stack)
{
#ifdef WATCHED_BY_ASAN
    __sanitizer_finish_switch_fiber(fake_stack, NULL, NULL);
#else
    (void)fake_stack;
#endif
}

_Noreturn void sim__coroutine_leave(struct sim_coroutine *coroutine)
{
    coroutine->over = true;
    switch_out(coroutine, FOR_GOOD);
    jump_fcontext(coroutine->outside, coroutine);
    abort(); /* nobody resumes a coroutine that is over */
}

static void entry(struct transfer transfer)
{
    struct sim_coroutine *coroutine = transfer.data;
    coroutine->outside = transfer.context;
    switched_in(coroutine);
    coroutine->fn(coroutine->context);
    sim__coroutine_leave(coroutine);
}

void sim__coroutine_start(struct sim_coroutine *coroutine, sim_coroutine_fn fn, void *context)
{
    SUP_ASSERT(coroutine->over);
#ifdef WATCHED_BY_ASAN
    /* Frames that were left and not returned from are still fenced. */
    __asan_unpoison_memory_region(
        coroutine->block + coroutine->block_bytes - coroutine->stack_bytes, coroutine->stack_bytes);
#endif
    coroutine->fn = fn;
    coroutine->context = context;
    coroutine->over = false;
    coroutine->fake_stack = NULL;
    coroutine->inside =
        make_fcontext(coroutine->block + coroutine->block_bytes, coroutine->stack_bytes, entry);
}

bool sim__coroutine_resume(struct sim_coroutine *coroutine)
{
    SUP_ASSERT(!coroutine->over);
    void *fake_stack = NULL;
    switch_in(coroutine, &fake_stack);
    struct transfer transfer = jump_fcontext(coroutine->inside, coroutine);
    switched_out(fake_stack);
    coroutine->inside = transfer.context;
    return coroutine->over;
}

void sim__coroutine_suspend(struct sim_coroutine *coroutine)
{
    switch_out(coroutine, FOR_A_WHILE);
    struct transfer transfer = jump_fcontext(coroutine->outside, coroutine);
    coroutine->outside = transfer.context;
    switched_in(coroutine);
}

void sim__coroutine_drop(struct sim_coroutine *coroutine)
{
    coroutine->over = true;
}

size_t sim__coroutine_stack_bytes(const struct sim_coroutine *coroutine)
{
    return coroutine->stack_bytes;
}
