/* Groups: a tree of dotted paths under "runtime", and the services in it. */
#include "group.h"

#include <string.h>

#include "canary.h"
#include "face.h"
#include "heap.h"
#include "limits.h"
#include "memory.h"
#include "registry.h"
#include "service.h"
#include "supervisor.h"
#include "table.h"
#include "window.h"

#define ROOT_NAME "runtime"
#define ROOT_LENGTH (sizeof(ROOT_NAME) - 1)

static const char *path_of(const void *context, uint32_t group)
{
    const struct sup *sup = context;
    return sup->groups[group].path;
}

/* The path below the root: "runtime.a.b" and "a.b" are the same; "" is the root. */
static const char *below_root(const char *path)
{
    if (path == NULL) {
        return "";
    }
    if (path[0] != ROOT_NAME[0]) {
        return path;
    }
    if (strcmp(path, ROOT_NAME) == 0) {
        return "";
    }
    if (strncmp(path, ROOT_NAME ".", ROOT_LENGTH + 1) == 0 && path[ROOT_LENGTH + 1] != '\0') {
        return path + ROOT_LENGTH + 1;
    }
    return path;
}

bool sup__group_path_valid(const char *path)
{
    path = below_root(path);
    size_t length = strlen(path);
    if (length > SUP__PATH_MAX - ROOT_LENGTH - 2) {
        return false;
    }
    size_t part = 0;
    for (size_t i = 0; i < length; i++) {
        part = path[i] == '.' ? 0 : part + 1;
        bool empty = path[i] == '.' && (i == 0 || i + 1 == length || path[i + 1] == '.');
        if (empty || part > SUP_NAME_MAX || !sup__name_byte(path[i])) {
            return false;
        }
    }
    return true;
}

/* The full path, and its length; 0 when it is too long. */
static size_t full_path(const char *path, char *full)
{
    const char *below = below_root(path);
    size_t length = strlen(below);
    if (length > SUP__PATH_MAX - ROOT_LENGTH - 2) {
        return 0;
    }
    memcpy(full, ROOT_NAME, ROOT_LENGTH + 1);
    if (length == 0) {
        return ROOT_LENGTH;
    }
    full[ROOT_LENGTH] = '.';
    memcpy(full + ROOT_LENGTH + 1, below, length + 1);
    return ROOT_LENGTH + 1 + length;
}

uint32_t sup__group_find(const struct sup *sup, const char *path)
{
    char full[SUP__PATH_MAX];
    if (*below_root(path) == '\0') {
        return SUP__ROOT;
    }
    size_t length = full_path(path, full);
    return length == 0 ? SUP__NONE : sup__table_find(&sup->paths, full, length, path_of, sup);
}

static int make_one(struct sup *sup, const char *full, size_t length, uint32_t parent,
                    uint32_t *ret_group)
{
    SUP_ASSERT((parent == SUP__NONE) == (sup->group_count == 0));
    if (sup->group_count >= sup->config.groups_max) {
        return SUP_ELIMIT;
    }
    void *groups = sup->groups;
    int error = sup__grow(&sup->config.alloc, &groups, &sup->group_capacity, sup->group_count + 1,
                          sizeof(*sup->groups));
    sup->groups = groups;
    if (error == SUP_OK) {
        error = sup__table_reserve(&sup->paths, &sup->config.alloc);
    }
    if (error == SUP_OK) {
        error = sup__heap_reserve(&sup->heap, &sup->config.alloc, sup->timers + 1);
    }
    if (error != SUP_OK) {
        return error;
    }
    char *path = sup__alloc(&sup->config.alloc, length + 1);
    if (path == NULL) {
        return SUP_ENOMEM;
    }
    memcpy(path, full, length);
    uint32_t index = sup->group_count++;
    sup->groups[index] = (struct sup__group){
        .path = path,
        .parent = parent,
        .first_child = SUP__NONE,
        .next_sibling = parent == SUP__NONE ? SUP__NONE : sup->groups[parent].first_child,
        .first = SUP__NONE,
        .last = SUP__NONE,
        .cancelled = parent != SUP__NONE && sup->groups[parent].cancelled,
        .policy = {.limit = {.then = SUP_LIMIT_ESCALATE}},
        .chain_first = SUP__NONE,
        .chain_last = SUP__NONE,
        .chain_cursor = SUP__NONE,
    };
    if (parent != SUP__NONE) {
        sup->groups[parent].first_child = index;
    }
    sup->timers++;
    sup__table_insert(&sup->paths, path, length, index);
    *ret_group = index;
    return SUP_OK;
}

int sup__group_make(struct sup *sup, const char *path, uint32_t *ret_group)
{
    char full[SUP__PATH_MAX];
    if (!sup__group_path_valid(path)) {
        return SUP_EINVAL;
    }
    size_t length = full_path(path, full);
    SUP_ASSERT(length > 0); /* what is valid is not too long */
    uint32_t parent = SUP__NONE;
    for (size_t end = 0;; end++) {
        if (full[end] != '.' && full[end] != '\0') {
            continue;
        }
        uint32_t group = sup__table_find(&sup->paths, full, end, path_of, sup);
        if (group == SUP__NONE) {
            int error = make_one(sup, full, end, parent, &group);
            if (error != SUP_OK) {
                return error;
            }
        }
        parent = group;
        if (full[end] == '\0') {
            *ret_group = group;
            return SUP_OK;
        }
    }
}

bool sup__group_within(const struct sup *sup, uint32_t group, uint32_t ancestor)
{
    while (group != SUP__NONE && group != ancestor) {
        group = sup->groups[group].parent;
    }
    return group == ancestor;
}

static void count_services(struct sup *sup, uint32_t group, uint32_t by)
{
    for (; group != SUP__NONE; group = sup->groups[group].parent) {
        sup->groups[group].services += by;
    }
}

void sup__group_link(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->registered);
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__group *group = &sup->groups[s->group];
    struct sup__cold *cold = &sup->colds[slot];
    cold->group_previous = group->last;
    cold->group_next = SUP__NONE;
    if (group->last == SUP__NONE) {
        group->first = slot;
    } else {
        sup->colds[group->last].group_next = slot;
    }
    group->last = slot;
    count_services(sup, s->group, 1);
}

void sup__group_unlink(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(sup->groups[s->group].services > 0);
    struct sup__group *group = &sup->groups[s->group];
    struct sup__cold *cold = sup__cold_of(sup, s);
    if (cold->group_previous == SUP__NONE) {
        group->first = cold->group_next;
    } else {
        sup->colds[cold->group_previous].group_next = cold->group_next;
    }
    if (cold->group_next == SUP__NONE) {
        group->last = cold->group_previous;
    } else {
        sup->colds[cold->group_next].group_previous = cold->group_previous;
    }
    count_services(sup, s->group, UINT32_MAX);
}

void sup__group_move(struct sup *sup, struct sup__service *s, uint32_t before)
{
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__group *group = &sup->groups[s->group];
    struct sup__cold *cold = &sup->colds[slot];
    sup__group_unlink(sup, s);
    cold->group_next = before;
    cold->group_previous = before == SUP__NONE ? group->last : sup->colds[before].group_previous;
    *(cold->group_previous == SUP__NONE ? &group->first
                                        : &sup->colds[cold->group_previous].group_next) = slot;
    *(before == SUP__NONE ? &group->last : &sup->colds[before].group_previous) = slot;
    count_services(sup, s->group, 1);
}

static bool later(const struct sup *sup, uint32_t a, uint32_t b)
{
    return sup->colds[a].order > sup->colds[b].order;
}

static void sift(const struct sup *sup, uint32_t *slots, uint32_t hole, uint32_t count)
{
    uint32_t slot = slots[hole];
    for (uint32_t child; (child = 2 * hole + 1) < count; hole = child) {
        if (child + 1 < count && later(sup, slots[child], slots[child + 1])) {
            child++;
        }
        if (!later(sup, slot, slots[child])) {
            break;
        }
        slots[hole] = slots[child];
    }
    slots[hole] = slot;
}

/* Heapsort: in place, O(n log n), last registered first. */
static void sort_slots(const struct sup *sup, uint32_t *slots, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;) {
        sift(sup, slots, i, count);
    }
    for (uint32_t end = count; end > 1; end--) {
        uint32_t slot = slots[0];
        slots[0] = slots[end - 1];
        slots[end - 1] = slot;
        sift(sup, slots, 0, end - 1);
    }
}

static uint32_t collect_own(struct sup *sup, uint32_t group, uint32_t count)
{
    for (uint32_t slot = sup->groups[group].last; slot != SUP__NONE;
         slot = sup->colds[slot].group_previous) {
        sup->scratch[count++] = slot;
    }
    return count;
}

/* The next group of the subtree of `top`, parents first; NONE at its end. */
static uint32_t next_group(const struct sup *sup, uint32_t group, uint32_t top)
{
    SUP_ASSERT(group < sup->group_count && top < sup->group_count);
    if (sup->groups[group].first_child != SUP__NONE) {
        return sup->groups[group].first_child;
    }
    while (group != top) {
        if (sup->groups[group].next_sibling != SUP__NONE) {
            return sup->groups[group].next_sibling;
        }
        group = sup->groups[group].parent;
    }
    return SUP__NONE;
}

uint32_t sup__group_collect(struct sup *sup, uint32_t group)
{
    uint32_t count = 0;
    if (group == SUP__ROOT) {
        for (uint32_t slot = sup->last; slot != SUP__NONE; slot = sup->colds[slot].previous) {
            sup->scratch[count++] = slot;
        }
        return count;
    }
    uint32_t groups = 0;
    for (uint32_t g = group; g != SUP__NONE; g = next_group(sup, g, group)) {
        count = collect_own(sup, g, count);
        groups++;
    }
    if (groups > 1) {
        sort_slots(sup, sup->scratch, count);
    }
    SUP_ASSERT(count == sup->groups[group].services);
    return count;
}

void sup__group_count(const struct sup *sup, uint32_t group, uint32_t *ret_active,
                      uint32_t *ret_busy)
{
    uint32_t active = 0;
    uint32_t busy = 0;
    for (uint32_t g = group; g != SUP__NONE; g = next_group(sup, g, group)) {
        active += sup->groups[g].active;
        busy += sup->groups[g].busy;
    }
    *ret_active = active;
    *ret_busy = busy;
}

void sup__group_mark_cancelled(struct sup *sup, uint32_t group)
{
    for (uint32_t g = group; g != SUP__NONE;
         g = SUP_PLANTED(CANCEL_NOT_INHERITED) ? SUP__NONE : next_group(sup, g, group)) {
        sup->groups[g].cancelled = true;
    }
}

bool sup__group_rebirths(const struct sup *sup, uint32_t group)
{
    for (uint32_t g = group; g != SUP__NONE; g = next_group(sup, g, group)) {
        if (sup->groups[g].policy.rebirth == SUP_REBIRTH_FRESH) {
            return true;
        }
    }
    return false;
}

void sup__group_limits_clear(struct sup *sup, uint32_t group)
{
    for (uint32_t g = group; g != SUP__NONE; g = next_group(sup, g, group)) {
        struct sup__group *one = &sup->groups[g];
        if (one->policy.rebirth == SUP_REBIRTH_FRESH) {
            one->limit_state = (struct sup__limit){.opened = SUP_INSTANT_NEVER};
            one->paused_until = (struct sup_instant){0};
            sup__window_clear(&one->limit);
        }
    }
}

static uint32_t limit_entries(const struct sup_group_policy *policy)
{
    return sup__limit_reserve(&policy->limit, &policy->limit_rules);
}

static void release_limit(struct sup *sup, struct sup__group *group)
{
    uint32_t entries = limit_entries(&group->policy);
    sup__windows_return(sup, entries);
    sup__release(&sup->config.alloc, group->limit.at, entries * sizeof(uint64_t));
}

void sup__groups_release(struct sup *sup)
{
    const struct sup_allocator *alloc = &sup->config.alloc;
    for (uint32_t g = 0; g < sup->group_count; g++) {
        struct sup__group *group = &sup->groups[g];
        sup__release(alloc, group->path, strlen(group->path) + 1);
        release_limit(sup, group);
    }
    sup__release(alloc, sup->groups, sup->group_capacity * sizeof(*sup->groups));
    sup__table_release(&sup->paths, alloc);
}

static int set_policy(struct sup *sup, uint32_t index, const struct sup_group_policy *policy)
{
    const struct sup_allocator *alloc = &sup->config.alloc;
    struct sup__group *group = &sup->groups[index];
    uint32_t entries = limit_entries(policy);
    struct sup_instant *at = NULL;
    int error = sup__windows_reserve(sup, entries);
    if (error == SUP_OK && entries > 0) {
        at = alloc->resize(alloc->context, NULL, 0, entries * sizeof(*at));
        if (at == NULL) {
            sup__windows_return(sup, entries);
            error = SUP_ENOMEM;
        }
    }
    if (error != SUP_OK) {
        return error;
    }
    release_limit(sup, group);
    sup__window_init(&group->limit, at, sup__limit_capacity(&policy->limit, &policy->limit_rules),
                     policy->limit.within);
    group->limit_state = (struct sup__limit){.opened = SUP_INSTANT_NEVER};
    group->policy = *policy;
    return SUP_OK;
}

static bool policy_valid(const struct sup_group_policy *policy)
{
    return (unsigned)policy->strategy <= SUP_STRATEGY_REST_FOR_ONE &&
           (unsigned)policy->limit.then <= SUP_LIMIT_PAUSE &&
           (unsigned)policy->auto_shutdown <= SUP_AUTO_SHUTDOWN_ALL &&
           (unsigned)policy->rebirth <= SUP_REBIRTH_FRESH &&
           (!policy->limit.enabled || policy->limit.max <= SUP_LIMIT_MAX_MAX) &&
           policy->limit_rules.counts == SUP_LIMIT_COUNTS_RESTARTS &&
           policy->limit_rules.window != SUP_LIMIT_WINDOW_STREAK &&
           sup__limit_mistake(&policy->limit, &policy->limit_rules) == NULL;
}

int sup_group_create_sized(struct sup *sup, const char *path, const struct sup_group_policy *policy,
                           size_t size)
{
    struct sup_group_policy own = {.strategy = SUP_STRATEGY_ONE_FOR_ONE};
    int error = policy == NULL ? SUP_OK : sup__take(&own, sizeof(own), policy, size);
    if (error == SUP_OK && !policy_valid(&own)) {
        error = SUP_EINVAL;
    }
    sup__limit_canonical(&own.limit, &own.limit_rules);
    uint32_t group = SUP__NONE;
    if (error == SUP_OK) {
        error = sup__group_make(sup, path, &group);
    }
    return error == SUP_OK && policy != NULL ? set_policy(sup, group, &own) : error;
}
