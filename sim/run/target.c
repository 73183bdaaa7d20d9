/* Finds what the target of an action names at the moment it is carried out. */
#include <stdlib.h>
#include <string.h>

#include "sup/error.h"
#include "sup/snapshot.h"
#include "timeline.h"

static int found_add(struct sim_timeline *timeline, uint32_t *count, struct sim_found found)
{
    if (*count == timeline->found_room) {
        uint32_t room = timeline->found_room == 0 ? 64 : timeline->found_room * 2;
        struct sim_found *grown = realloc(timeline->found, room * sizeof(*grown));
        if (grown == NULL) {
            return SUP_ENOMEM;
        }
        timeline->found = grown;
        timeline->found_room = room;
    }
    timeline->found[(*count)++] = found;
    return SUP_OK;
}

static int mark(struct sim_timeline *timeline, uint32_t slot)
{
    if (slot >= timeline->mark_count) {
        uint32_t count = timeline->mark_count * 2;
        count = count <= slot ? slot + 1 : count;
        uint64_t *marks = realloc(timeline->marks, count * sizeof(*marks));
        if (marks == NULL) {
            return SUP_ENOMEM;
        }
        memset(marks + timeline->mark_count, 0, (count - timeline->mark_count) * sizeof(*marks));
        timeline->marks = marks;
        timeline->mark_count = count;
    }
    timeline->marks[slot] = timeline->mark;
    return SUP_OK;
}

/* Marks what one pattern names; *ret_any says whether it names anything. */
static int mark_pattern(struct sim_timeline *timeline, struct sup *sup, const char *pattern,
                        bool *ret_any)
{
    struct sup_snapshot snapshot;
    *ret_any = false;
    if (!sim_glob_is(pattern)) {
        if (sup_snapshot_of(sup, pattern, &snapshot) != SUP_OK) {
            return SUP_OK;
        }
        *ret_any = true;
        return mark(timeline, snapshot.slot);
    }
    int error = SUP_OK;
    uint64_t cursor = 0;
    while (error == SUP_OK && sup_snapshot_next(sup, &cursor, &snapshot)) {
        if (!sim_glob_match(pattern, snapshot.service)) {
            continue;
        }
        *ret_any = true;
        error = mark(timeline, snapshot.slot);
    }
    return error;
}

static int collect_marked(struct sim_timeline *timeline, struct sup *sup, uint32_t *count)
{
    struct sup_snapshot snapshot;
    int error = SUP_OK;
    uint64_t cursor = 0;
    while (error == SUP_OK && sup_snapshot_next(sup, &cursor, &snapshot)) {
        if (snapshot.slot < timeline->mark_count &&
            timeline->marks[snapshot.slot] == timeline->mark) {
            error = found_add(timeline, count, (struct sim_found){.slot = snapshot.slot});
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

static int find_one(struct sim_timeline *timeline, struct sup *sup, const char *name,
                    uint32_t *ret_count)
{
    struct sup_snapshot snapshot;
    struct sim_found found = {.slot = UINT32_MAX};
    *ret_count = 0;
    if (sup_snapshot_of(sup, name, &snapshot) == SUP_OK) {
        found.slot = snapshot.slot;
    }
    return found_add(timeline, ret_count, found);
}

int sim_timeline_find(struct sim_timeline *timeline, struct sup *sup,
                      const struct sim_target *target, uint32_t *ret_count)
{
    if (target->count == 1 && !sim_glob_is(target->patterns[0])) {
        return find_one(timeline, sup, target->patterns[0], ret_count);
    }
    int error = SUP_OK;
    uint32_t missing = 0;
    timeline->mark++;
    for (uint32_t i = 0; error == SUP_OK && i < target->count; i++) {
        bool any;
        error = mark_pattern(timeline, sup, target->patterns[i], &any);
        if (error == SUP_OK && !any && !is_repeated(target, i)) {
            error =
                found_add(timeline, &missing, (struct sim_found){.slot = UINT32_MAX, .pattern = i});
        }
    }
    /* The registered ones are found last and come first. */
    uint32_t count = missing;
    if (error == SUP_OK) {
        error = collect_marked(timeline, sup, &count);
    }
    if (error != SUP_OK) {
        return error;
    }
    for (uint32_t i = 0; i < missing; i++) {
        if ((error = found_add(timeline, &count, timeline->found[i])) != SUP_OK) {
            return error;
        }
    }
    count -= missing;
    memmove(timeline->found, timeline->found + missing, count * sizeof(*timeline->found));
    *ret_count = count;
    return SUP_OK;
}
