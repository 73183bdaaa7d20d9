/* The failing allocator of the sweeps; see failing.h. */
#include "oom/failing.h"

#include <stdlib.h>
#include <string.h>

/* Keeps the block behind it aligned for any type. */
union header {
    size_t size;
    max_align_t align;
};

static bool refuses(struct failing *failing)
{
    failing->requests++;
    if (failing->fail_at == 0) {
        return false;
    }
    bool now = failing->for_good ? failing->requests >= failing->fail_at
                                 : failing->requests == failing->fail_at;
    failing->refused += now;
    return now;
}

static void forget(struct failing *failing, union header *header, size_t old_size)
{
    if (header->size != old_size) {
        failing->wrong_size = true;
    }
    failing->live--;
    failing->bytes -= header->size;
    free(header);
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct failing *failing = context;
    union header *old = block == NULL ? NULL : (union header *)block - 1;
    if (new_size == 0) {
        if (old != NULL) {
            forget(failing, old, old_size);
        }
        return NULL;
    }
    if (refuses(failing)) {
        return NULL;
    }
    union header *fresh = malloc(sizeof *fresh + new_size);
    if (fresh == NULL) {
        return NULL;
    }
    fresh->size = new_size;
    /* What nobody wrote should not look like zeros. */
    memset(fresh + 1, 0xa5, new_size);
    failing->live++;
    failing->bytes += new_size;
    if (old != NULL) {
        memcpy(fresh + 1, block, old->size < new_size ? old->size : new_size);
        forget(failing, old, old_size);
    }
    return fresh + 1;
}

struct sup_allocator failing_allocator(struct failing *failing)
{
    return (struct sup_allocator){resize, failing};
}

void failing_arm(struct failing *failing, size_t fail_at, bool for_good)
{
    failing->fail_at = fail_at;
    failing->for_good = for_good;
    failing->requests = 0;
    failing->refused = 0;
}
