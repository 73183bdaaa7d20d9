/* What is refused to a program and to the processes that it makes, counted together. To be
 * included after heap.h by a source file that defines _DEFAULT_SOURCE (MAP_ANONYMOUS).
 */
#ifndef TESTS_SHARED_H
#define TESTS_SHARED_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>

/* Before anything is refused. False, and a message: it cannot be had. */
static bool share_refusals(void)
{
    void *page = mmap(NULL, sizeof *heap.refused_by_all, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        perror("mmap");
        return false;
    }
    heap.refused_by_all = page;
    return true;
}

/* As arm(). Processes that were made before keep what they were told. */
static void arm_all(size_t fail_at, bool for_good)
{
    *heap.refused_by_all = 0;
    arm(fail_at, for_good);
}

#endif
