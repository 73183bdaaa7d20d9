/* Which services an expectation is about. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

uint32_t sim__names_sort(const char **names, uint32_t count)
{
    qsort(names, count, sizeof(*names), compare);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0) {
            names[kept++] = names[i];
        }
    }
    return kept;
}

uint32_t sim__names_find(const char *const *names, uint32_t count, const char *name)
{
    const char *const *at = bsearch(&name, names, count, sizeof(name), compare);
    return at == NULL ? SIM__NO_NAME : (uint32_t)(at - names);
}

int sim__target_init(struct sim__target *target, const struct sim_target *wanted)
{
    *target = (struct sim__target){0};
    target->names = calloc((size_t)wanted->count + 1, sizeof(*target->names));
    target->globs = calloc((size_t)wanted->count + 1, sizeof(*target->globs));
    if (target->names == NULL || target->globs == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < wanted->count; i++) {
        const char *pattern = wanted->patterns[i];
        if (sim_glob_is(pattern)) {
            target->globs[target->glob_count++] = pattern;
        } else {
            target->names[target->name_count++] = pattern;
        }
    }
    target->name_count = sim__names_sort(target->names, target->name_count);
    return SUP_OK;
}

void sim__target_release(struct sim__target *target)
{
    free(target->names);
    free(target->globs);
    free(target->slots);
}

bool sim__target_names(const struct sim__target *target, const char *name)
{
    return sim__names_find(target->names, target->name_count, name) != SIM__NO_NAME;
}

/* By a glob, and not by its name as well. */
bool sim__target_globs(const struct sim__target *target, const char *name)
{
    for (uint32_t i = 0; i < target->glob_count; i++) {
        if (sim_glob_match(target->globs[i], name)) {
            return !sim__target_names(target, name);
        }
    }
    return false;
}

int sim__target_note(struct sim__target *target, uint32_t slot, const char *name)
{
    if (!sim__target_globs(target, name)) {
        return SUP_OK;
    }
    SUP_ASSERT(target->keeps_slots);
    void *grown = sim__grown(target->slots, &target->slot_capacity,
                             (uint64_t)target->slot_count + 1, sizeof(*target->slots));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    target->slots = grown;
    target->slots[target->slot_count++] = slot;
    return SUP_OK;
}

static bool each_name(const struct sim__target *target, struct sup *sup, sim__target_fn fn,
                      void *context)
{
    for (uint32_t i = 0; i < target->name_count; i++) {
        struct sup_snapshot snapshot;
        bool there = sup_snapshot_of(sup, target->names[i], &snapshot) == SUP_OK;
        if (!fn(context, target->names[i], there ? &snapshot : NULL)) {
            return false;
        }
    }
    return true;
}

void sim__target_each(const struct sim__target *target, struct sup *sup, sim__target_fn fn,
                      void *context)
{
    struct sup_snapshot snapshot;
    if (!each_name(target, sup, fn, context) || target->glob_count == 0) {
        return;
    }
    if (target->keeps_slots) {
        for (uint32_t i = 0; i < target->slot_count; i++) {
            if (sup_snapshot_slot(sup, target->slots[i], &snapshot) == SUP_OK &&
                !fn(context, snapshot.service, &snapshot)) {
                return;
            }
        }
        return;
    }
    uint64_t cursor = 0;
    while (sup_snapshot_next(sup, &cursor, &snapshot)) {
        if (sim__target_globs(target, snapshot.service) &&
            !fn(context, snapshot.service, &snapshot)) {
            return;
        }
    }
}

void sim__target_text(struct sim__text *out, const struct sim_target *target)
{
    for (uint32_t i = 0; i < target->count; i++) {
        sim__text_put(out, i == 0 ? "" : ", ");
        sim__text_show(out, target->patterns[i]);
    }
}
