/* The texts that a scenario is made from; see sources.h. */
#include "sources.h"

#include <string.h>

#include "sup/error.h"

int sim__sources_create(const struct sup_allocator *alloc, struct sim__sources **ret_sources)
{
    struct sim_arena *arena;
    int result = sim__arena_create(alloc, &arena);
    if (result != SUP_OK) {
        return result;
    }
    struct sim__sources *sources = sim__arena_alloc(arena, 1, sizeof(*sources));
    if (sources == NULL) {
        sim__arena_free(arena);
        return SUP_ENOMEM;
    }
    sources->arena = arena;
    sources->references = 1;
    *ret_sources = sources;
    return SUP_OK;
}

struct sim__sources *sim__sources_ref(struct sim__sources *sources)
{
    sources->references++;
    return sources;
}

void sim__sources_unref(struct sim__sources *sources)
{
    if (sources != NULL && --sources->references == 0) {
        sim__arena_free(sources->arena);
    }
}

/* Scenarios hold the list, so an entry stays where it is: it grows before they are made. */
static bool grow(struct sim__sources *sources)
{
    if (sources->count < sources->size) {
        return true;
    }
    uint32_t size = sources->size == 0 ? 1 : sources->size * 2;
    struct sim_source *list = sim__arena_alloc(sources->arena, size, sizeof(*list));
    if (list != NULL && sources->count > 0) {
        memcpy(list, sources->list, sources->count * sizeof(*list));
    }
    if (list != NULL) {
        sources->list = list;
        sources->size = size;
    }
    return list != NULL;
}

int sim__sources_add(struct sim__sources *sources, const struct sim_source *source,
                     uint32_t *ret_file)
{
    size_t length = source->length > SIM_FILE_BYTES_MAX ? 0 : source->length;
    const char *name = sim__arena_text(sources->arena, source->name, strlen(source->name));
    const char *bytes = sim__arena_text(sources->arena, source->bytes, length);
    if (name == NULL || bytes == NULL || !grow(sources)) {
        return SUP_ENOMEM;
    }
    sources->list[sources->count] = (struct sim_source){name, bytes, length};
    sources->bytes += length;
    *ret_file = sources->count++;
    return SUP_OK;
}
