/* Finds what a target names. */
#include "targets.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/glob.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"

void sim__targets_release(struct sim_targets *targets)
{
    free(targets->found);
    free(targets->marks);
    *targets = (struct sim_targets){0};
}

static inline int found_add(struct sim_targets *targets, uint32_t *count, struct sim_found found)
{
    void *grown = sim__grown(targets->found, &targets->found_room, (uint64_t)*count + 1,
                             sizeof(*targets->found));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    targets->found = grown;
    SUP_ASSERT(*count < targets->found_room);
    targets->found[(*count)++] = found;
    return SUP_OK;
}

static int mark(struct sim_targets *targets, uint32_t slot)
{
    void *grown = sim__grown(targets->marks, &targets->mark_count, (uint64_t)slot + 1,
                             sizeof(*targets->marks));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    targets->marks = grown;
    SUP_ASSERT(slot < targets->mark_count);
    targets->marks[slot] = targets->mark;
    return SUP_OK;
}

/* As sup_snapshot_next and sup_snapshot_of, but of the snapshot there is only who it is of. */
#define WHO_BYTES offsetof(struct sup_snapshot, kind)
/* The same, and what it does. */
#define DEEDS_BYTES offsetof(struct sup_snapshot, reason_text)

static bool next_name(struct sup *sup, uint64_t *cursor, struct sup_snapshot *ret_snapshot)
{
    return sup_snapshot_next_sized(sup, cursor, ret_snapshot, WHO_BYTES);
}

static bool is_there(struct sup *sup, const char *name, struct sup_snapshot *ret_snapshot)
{
    return sup_snapshot_of_sized(sup, name, ret_snapshot, WHO_BYTES) == SUP_OK;
}

/* Marks what one pattern names; *ret_any says whether it names anything. */
static int mark_pattern(struct sim_targets *targets, struct sup *sup, const char *pattern,
                        bool *ret_any)
{
    struct sup_snapshot snapshot;
    *ret_any = false;
    if (!sim_glob_is(pattern)) {
        if (!is_there(sup, pattern, &snapshot)) {
            return SUP_OK;
        }
        *ret_any = true;
        return mark(targets, snapshot.slot);
    }
    int error = SUP_OK;
    uint64_t cursor = 0;
    while (error == SUP_OK && next_name(sup, &cursor, &snapshot)) {
        if (!sim__glob_names(pattern, snapshot.service)) {
            continue;
        }
        *ret_any = true;
        error = mark(targets, snapshot.slot);
    }
    return error;
}

static int collect_marked(struct sim_targets *targets, struct sup *sup, uint32_t *count)
{
    struct sup_snapshot snapshot;
    int error = SUP_OK;
    uint64_t cursor = 0;
    while (error == SUP_OK && next_name(sup, &cursor, &snapshot)) {
        if (snapshot.slot < targets->mark_count && targets->marks[snapshot.slot] == targets->mark) {
            error = found_add(targets, count, (struct sim_found){.slot = snapshot.slot});
        }
    }
    return error;
}

static bool is_repeated(const struct sim_target *target, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(target->patterns[i], target->patterns[index]) == 0) {
            return true;
        }
    }
    return false;
}

static int find_one(struct sim_targets *targets, struct sup *sup, const char *name,
                    uint32_t *ret_count)
{
    struct sup_snapshot snapshot;
    struct sim_found found = {.slot = UINT32_MAX};
    *ret_count = 0;
    if (is_there(sup, name, &snapshot)) {
        found.slot = snapshot.slot;
    }
    return found_add(targets, ret_count, found);
}

/* Whom one glob names, in the order of the registry already. */
static int find_matching(struct sim_targets *targets, struct sup *sup, const char *glob,
                         uint32_t *ret_count)
{
    struct sup_snapshot snapshot;
    int error = SUP_OK;
    uint64_t cursor = 0;
    *ret_count = 0;
    while (error == SUP_OK && next_name(sup, &cursor, &snapshot)) {
        if (sim__glob_names(glob, snapshot.service)) {
            error = found_add(targets, ret_count, (struct sim_found){.slot = snapshot.slot});
        }
    }
    if (error == SUP_OK && *ret_count == 0) {
        error = found_add(targets, ret_count, (struct sim_found){.slot = UINT32_MAX});
    }
    return error;
}

int sim__targets_find(struct sim_targets *targets, struct sup *sup, const struct sim_target *target,
                      uint32_t *ret_count)
{
    if (target->count == 1) {
        const char *pattern = target->patterns[0];
        return sim_glob_is(pattern) ? find_matching(targets, sup, pattern, ret_count)
                                    : find_one(targets, sup, pattern, ret_count);
    }
    int error = SUP_OK;
    uint32_t missing = 0;
    targets->mark++;
    for (uint32_t i = 0; error == SUP_OK && i < target->count; i++) {
        bool any;
        error = mark_pattern(targets, sup, target->patterns[i], &any);
        if (error == SUP_OK && !any && !is_repeated(target, i)) {
            error =
                found_add(targets, &missing, (struct sim_found){.slot = UINT32_MAX, .pattern = i});
        }
    }
    /* The registered ones are found last and come first. */
    uint32_t count = missing;
    if (error == SUP_OK) {
        error = collect_marked(targets, sup, &count);
    }
    if (error != SUP_OK) {
        return error;
    }
    for (uint32_t i = 0; i < missing; i++) {
        if ((error = found_add(targets, &count, targets->found[i])) != SUP_OK) {
            return error;
        }
    }
    SUP_ASSERT(count >= 2 * missing); /* those that are missing stand at both ends now */
    count -= missing;
    memmove(targets->found, targets->found + missing, count * sizeof(*targets->found));
    *ret_count = count;
    return SUP_OK;
}

/* ---- drawing ---- */

static bool is_live(struct sup *sup, uint32_t slot)
{
    struct sup_snapshot snapshot;
    return sup_snapshot_slot_sized(sup, slot, &snapshot, DEEDS_BYTES) == SUP_OK && snapshot.active;
}

/* A number of 0 … rest - 1, both included. */
static uint64_t draw_one(const struct sim_drawing *drawing, uint32_t rest)
{
    struct sim__draws *draws = drawing->draws;
    uint64_t drawn = sup_random_upto(drawing->stream, rest - 1, &draws->taken);
    if (sim__draws_are_taped(draws)) {
        const struct sim__asked asked = {.most = rest - 1, .drawn = drawn, .unit = SIM__UNIT_WAY};
        return sim__draws_pass(draws, drawing->stream, &asked);
    }
    return drawn;
}

uint32_t sim__targets_draw(struct sim_targets *targets, struct sup *sup,
                           const struct sim_drawing *drawing, uint32_t count)
{
    struct sim_found *found = targets->found;
    uint32_t registered = 0;
    uint32_t left = 0;
    SUP_ASSERT(drawing->some > 0);
    for (uint32_t i = 0; i < count; i++) {
        if (found[i].slot != UINT32_MAX) {
            registered++;
            if (drawing->among == SIM_AMONG_ALL || is_live(sup, found[i].slot)) {
                found[left++] = found[i];
            }
        }
    }
    if (registered == 0) {
        return count < drawing->some ? count : drawing->some;
    }
    /* Selection sampling: D. E. Knuth, "The Art of Computer Programming", volume 2, section
     * 3.4.2, algorithm S. */
    uint32_t taken = 0;
    for (uint32_t i = 0; i < left && taken < drawing->some; i++) {
        uint32_t wanted = drawing->some - taken;
        uint32_t rest = left - i;
        if (rest <= wanted || draw_one(drawing, rest) < wanted) {
            found[taken++] = found[i];
        }
    }
    return taken;
}
