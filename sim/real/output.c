/* What the programs of a run wrote last; see output.h. */
#include "output.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/snapshot.h"

#define OUTPUT_BYTES 4096u
#define OUTPUTS_MAX 64u

static void add(struct sim__outputs *outputs, const char *service, uint32_t attempt,
                const char *bytes, size_t length)
{
    size_t name = strlen(service) + 1;
    struct sim_output *items =
        sim__grown(outputs->items, &outputs->room, (uint64_t)outputs->count + 1, sizeof(*items));
    char *block = malloc(name + length);
    if (items != NULL) {
        outputs->items = items;
    }
    if (items == NULL || block == NULL) {
        outputs->failed = true;
        free(block);
        return;
    }
    memcpy(block, service, name);
    memcpy(block + name, bytes, length);
    items[outputs->count++] = (struct sim_output){block, attempt, block + name, length};
}

void sim__outputs_gather(struct sim__outputs *outputs, struct sup *sup,
                         const struct sim_crew_kind *kind, void *crew)
{
    struct sup_snapshot snapshot;
    char bytes[OUTPUT_BYTES];
    uint64_t cursor = 0;
    while (kind->output != NULL && crew != NULL && outputs->count < OUTPUTS_MAX &&
           sup_snapshot_next(sup, &cursor, &snapshot)) {
        struct sup_attempt id = {snapshot.slot, snapshot.generation, snapshot.attempt};
        size_t length = 0;
        /* The one at work may have said nothing yet; then the one before it counts. */
        for (int back = 0; back < 2 && length == 0 && id.attempt > 0; back++) {
            length = kind->output(crew, id, bytes, sizeof(bytes));
            id.attempt -= length == 0;
        }
        if (length > 0) {
            add(outputs, snapshot.service, id.attempt, bytes, length);
        }
    }
}

void sim__outputs_release(struct sim__outputs *outputs)
{
    for (uint32_t i = 0; i < outputs->count; i++) {
        free((void *)(uintptr_t)outputs->items[i].service);
    }
    free(outputs->items);
    *outputs = (struct sim__outputs){0};
}
