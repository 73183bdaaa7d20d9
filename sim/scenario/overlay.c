/* Lays the values of a combination over the tree of a file.
 *
 * The tree is shared by all combinations and stays as it is: what lies on the way to a
 * value is copied, so that the others do not see it. A map that is not there is made; whether
 * its keys may stand there the reader finds out, as of any other.
 */
#include <string.h>

#include "document.h"
#include "sim/base/text.h"

/* What is laid over: a path and its value. */
struct layer {
    const struct sim__path *path;
    struct sim__node *value;
};

static struct sim__node *lay(struct sim_arena *arena, const struct sim__node *map,
                             const struct layer *layer, uint32_t depth);

static struct sim__entry *find(struct sim__node *map, const char *key)
{
    for (uint32_t i = 0; i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0) {
            return &map->entries[i];
        }
    }
    return NULL;
}

/* The list of services with those of the path's name laid over. */
static struct sim__node *lay_services(struct sim_arena *arena, const struct sim__node *list,
                                      const struct layer *layer)
{
    struct sim__node *copy = sim__arena_alloc(arena, 1, sizeof(*copy));
    struct sim__entry *entries = sim__arena_alloc(arena, list->count, sizeof(*entries));
    if (copy == NULL || entries == NULL) {
        return NULL;
    }
    memcpy(entries, list->entries, list->count * sizeof(*entries));
    *copy = *list;
    copy->entries = entries;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct sim__node *name = sim__node_at(entries[i].value, SIM__KEY_NAME);
        if (name != NULL && name->kind == SIM__SCALAR &&
            strcmp(name->text, layer->path->keys[1]) == 0) {
            entries[i].value = lay(arena, entries[i].value, layer, 2);
        }
    }
    return copy;
}

/* What stands at the path's key of this depth. */
static struct sim__node *value_at(struct sim_arena *arena, const struct sim__node *old,
                                  const struct layer *layer, uint32_t depth)
{
    const struct sim__path *path = layer->path;
    if (depth + 1 < path->count) {
        bool services = depth == 0 && strcmp(path->keys[0], "services") == 0 && old != NULL &&
                        old->kind == SIM__LIST && old->count > 0;
        return services ? lay_services(arena, old, layer) : lay(arena, old, layer, depth + 1);
    }
    struct sim__node *value = sim__arena_alloc(arena, 1, sizeof(*value));
    if (value != NULL) {
        *value = *layer->value;
        value->name = path->keys[depth];
    }
    return value;
}

/* A copy of the map, made when there is none, with the rest of the path laid over. */
static struct sim__node *lay(struct sim_arena *arena, const struct sim__node *map,
                             const struct layer *layer, uint32_t depth)
{
    const struct sim__path *path = layer->path;
    const struct sim__node none = {.kind = SIM__MAP,
                                   .place = path->place,
                                   .at = path->place,
                                   .name = depth == 0 ? NULL : path->keys[depth - 1]};
    const struct sim__node *old = map == NULL || map->kind != SIM__MAP ? &none : map;
    struct sim__node *copy = sim__arena_alloc(arena, 1, sizeof(*copy));
    struct sim__entry *entries = sim__arena_alloc(arena, (size_t)old->count + 1, sizeof(*entries));
    if (copy == NULL || entries == NULL) {
        return NULL;
    }
    if (old->count > 0) {
        memcpy(entries, old->entries, old->count * sizeof(*entries));
    }
    *copy = *old;
    copy->entries = entries;
    struct sim__entry *entry = find(copy, path->keys[depth]);
    if (entry == NULL) {
        entry = &entries[copy->count++];
        *entry = sim__entry(path->keys[depth], strlen(path->keys[depth]));
        entry->place = path->place;
        copy->keys |= sim__key_bit(entry->id);
    }
    entry->value = value_at(arena, entry->value, layer, depth);
    return entry->value == NULL ? NULL : copy;
}

uint32_t sim__variants_at(const struct sim__variants *variants, uint32_t combination, uint32_t axis)
{
    uint32_t behind = 1;
    for (uint32_t i = axis + 1; i < variants->axis_count; i++) {
        behind *= variants->axes[i].count;
    }
    return combination / behind % variants->axes[axis].count;
}

struct sim__node *sim__variants_apply(const struct sim__document *document, struct sim_arena *arena,
                                      uint32_t combination)
{
    const struct sim__variants *variants = &document->variants;
    struct sim__node *root = document->root;
    /* A map before what stands in it, whoever sets them. */
    for (uint32_t depth = 1; depth <= SIM__PATH_KEYS_MAX; depth++) {
        for (uint32_t i = 0; i < variants->set_count && root != NULL; i++) {
            const struct sim__axis *set = &variants->sets[i];
            const struct layer layer = {&set->path, set->values[0]};
            root = set->path.count == depth ? lay(arena, root, &layer, 0) : root;
        }
        for (uint32_t i = 0; i < variants->axis_count && root != NULL; i++) {
            const struct sim__axis *axis = &variants->axes[i];
            if (axis->path.count == depth && combination != SIM__AS_WRITTEN) {
                const struct layer layer = {
                    &axis->path, axis->values[sim__variants_at(variants, combination, i)]};
                root = lay(arena, root, &layer, 0);
            }
        }
    }
    return root;
}

void sim__variants_name(const struct sim__document *document, uint32_t combination,
                        struct sim_scenario *scenario)
{
    const struct sim__variants *variants = &document->variants;
    struct sim__text text = {0};
    scenario->title = scenario->name;
    if (combination == SIM__AS_WRITTEN || variants->axis_count == 0) {
        return;
    }
    scenario->varied =
        sim__arena_alloc(scenario->arena, variants->axis_count, sizeof(*scenario->varied));
    for (uint32_t i = 0; scenario->varied != NULL && i < variants->axis_count; i++) {
        const struct sim__axis *axis = &variants->axes[i];
        const char *label = axis->labels[sim__variants_at(variants, combination, i)];
        struct sim_varied *setting = &scenario->varied[scenario->varied_count++];
        setting->key = sim__arena_text(scenario->arena, axis->path.text, strlen(axis->path.text));
        setting->value = sim__arena_text(scenario->arena, label, strlen(label));
        sim__text_format(&text, "%s%s=%s", i == 0 ? "" : ", ", axis->path.text, label);
    }
    scenario->variant = sim__arena_text(scenario->arena, sim__text_string(&text), text.length);
    size_t length = text.length;
    sim__text_clear(&text);
    sim__text_format(&text, "%s [%s]", scenario->title,
                     scenario->variant == NULL ? "" : scenario->variant);
    scenario->name = sim__arena_text(scenario->arena, sim__text_string(&text), text.length);
    if (text.failed || length == 0 || scenario->name == NULL) {
        sim__arena_fail(scenario->arena);
    }
    sim__text_release(&text);
}
