/* Names: their form, and what declares them. */
#include "names.h"

#include <inttypes.h>
#include <string.h>

#include "reader.h"
#include "sup/assert.h"

#define ROOT SIM__ROOT_GROUP
/* Spaces of the table of services: names that stand alone, stems of counted
 * ones, and stems of the file's own names that stand alone but look counted. */
enum { SINGLE = SIM__NAMES_SINGLE, COUNTED = SIM__NAMES_COUNTED, LOOKALIKE };

void sim__names_init(struct sim__names *names, struct sim_arena *arena, uint64_t seed)
{
    *names = (struct sim__names){.arena = arena};
    sim__table_init(&names->services, arena, seed);
    sim__table_init(&names->groups, arena, seed);
    sim__table_init(&names->conditions, arena, seed);
    sim__table_init(&names->globs, arena, seed);
    names->last = &names->first;
    names->last_group = &names->first_group;
    names->last_reference = &names->first_reference;
}

/* ---- form ---- */

const char *sim__name_mistake(const char *text, uint32_t length, enum sim__form form)
{
    bool wildcards = form == SIM__FORM_PATTERN;
    if (length == 0) {
        return "is empty";
    }
    if (length > SUP_NAME_MAX) {
        return "is longer than 128 bytes";
    }
    for (uint32_t i = 0; i < length; i++) {
        char c = text[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '.' || c == '-' || (wildcards && (c == '*' || c == '?'));
        if (!good) {
            if (!wildcards && (c == '*' || c == '?')) {
                return "cannot be a glob here: one name is wanted";
            }
            return wildcards ? "may hold only letters, digits, _ . - and the wildcards * ?"
                             : "may hold only letters, digits, _ . and -";
        }
    }
    return NULL;
}

static bool read_form(struct sim__reader *reader, const struct sim__node *node, enum sim__form form,
                      const char *what, const char **ret_name)
{
    const char *text;
    if (!sim__text(reader, node, &text)) {
        return false;
    }
    const char *mistake = sim__name_mistake(node->text, node->length, form);
    if (mistake != NULL) {
        sim__error_as(reader, SIM__CODE_BAD_NAME, node->at, "%s%s `%s` %s",
                      sim__label(reader, node), what,
                      sim__quotable(reader->scratch, node->text, node->length), mistake);
        return false;
    }
    *ret_name = text;
    return true;
}

bool sim__read_name(struct sim__reader *reader, const struct sim__node *node, const char **ret_name)
{
    return read_form(reader, node, SIM__FORM_NAME, "the name", ret_name);
}

bool sim__read_state(struct sim__reader *reader, const struct sim__node *node,
                     const char **ret_state)
{
    return read_form(reader, node, SIM__FORM_NAME, "the state", ret_state);
}

bool sim__read_pattern(struct sim__reader *reader, const struct sim__node *node,
                       const char **ret_pattern)
{
    return read_form(reader, node, SIM__FORM_PATTERN, "the target", ret_pattern);
}

bool sim__read_group_path(struct sim__reader *reader, const struct sim__node *node,
                          const char **ret_path)
{
    const char *path;
    if (!read_form(reader, node, SIM__FORM_NAME, "the group path", &path)) {
        return false;
    }
    size_t length = strlen(path);
    SUP_ASSERT(length > 0); /* an empty one has no form */
    if (path[0] == '.' || path[length - 1] == '.' || strstr(path, "..") != NULL) {
        sim__error_as(reader, SIM__CODE_BAD_NAME, node->at,
                      "%sthe group path `%s` has an empty part", sim__label(reader, node), path);
        return false;
    }
    *ret_path = path;
    return true;
}

/* ---- declarations ---- */

/* For "stem-12": the length of the stem and the number; false for any other
 * form, leading zeros included. */
static bool split_count(const char *name, uint32_t length, uint32_t *ret_stem, uint64_t *ret_number)
{
    uint32_t digits = length;
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') {
        digits--;
    }
    uint32_t count = length - digits;
    if (count == 0 || count > 9 || digits < 2 || name[digits - 1] != '-' ||
        (name[digits] == '0' && count > 1)) {
        return false;
    }
    *ret_number = 0;
    for (uint32_t i = digits; i < length; i++) {
        *ret_number = *ret_number * 10 + (uint64_t)(name[i] - '0');
    }
    *ret_stem = digits - 1;
    return true;
}

/* NULL: there is none, or there was no memory for it. */
static struct sim__known *entry_of(const struct sim__names *names, uint32_t space, const char *name,
                                   uint32_t length)
{
    struct sim__slot *slot = sim__table_find(&names->services, space, name, length);
    return slot == NULL ? NULL : slot->value;
}

/* The entry of a name that stands alone. */
static struct sim__known *single_of(const struct sim__names *names, const char *name)
{
    return entry_of(names, SINGLE, name, (uint32_t)strlen(name));
}

/* The counted entry whose names have the form of this one, and its number. */
static struct sim__known *counted_of(const struct sim__names *names, const char *name,
                                     uint64_t *ret_number)
{
    uint32_t stem;
    if (!split_count(name, (uint32_t)strlen(name), &stem, ret_number)) {
        return NULL;
    }
    return entry_of(names, COUNTED, name, stem);
}

bool sim__names_service(const struct sim__names *names, const char *name)
{
    uint64_t number;
    const struct sim__known *counted = counted_of(names, name, &number);
    return single_of(names, name) != NULL || (counted != NULL && number < counted->count);
}

/* Whether an entry of `services` has the name, or one of those that the count
 * makes. What a spawn may register one day is no duplicate: it depends on when it
 * comes, and its result says so. */
static bool collides(const struct sim__names *names, const struct sim_service *service)
{
    const char *name = service->name;
    uint32_t length = (uint32_t)strlen(name);
    if (!service->counted) {
        uint64_t number;
        const struct sim__known *single = single_of(names, name);
        const struct sim__known *range = counted_of(names, name, &number);
        return (single != NULL && single->own) || (range != NULL && number < range->own_count);
    }
    const struct sim__known *counted = entry_of(names, COUNTED, name, length);
    const struct sim__known *lookalike = entry_of(names, LOOKALIKE, name, length);
    return (counted != NULL && counted->own) ||
           (lookalike != NULL && lookalike->count < service->count);
}

/* Remembers of "stem-12" that the stem is used so, with the least number. */
static void note_lookalike(struct sim__names *names, const char *name)
{
    uint32_t stem;
    uint64_t number;
    bool is_new;
    if (!split_count(name, (uint32_t)strlen(name), &stem, &number)) {
        return;
    }
    struct sim__slot *slot = sim__table_add(&names->services, LOOKALIKE, name, stem, &is_new);
    if (slot == NULL) {
        return;
    }
    if (is_new) {
        slot->value = sim__arena_alloc(names->arena, 1, sizeof(struct sim__known));
    }
    struct sim__known *least = slot->value;
    if (least != NULL && (is_new || number < least->count)) {
        least->count = (uint32_t)number;
    }
}

/* The entry of a name, made when it is new and put at the end of the list. */
static struct sim__known *known_of(struct sim__names *names, struct sim__slot *slot,
                                   const char *name, struct sim__known ***last)
{
    SUP_ASSERT(**last == NULL);
    if (slot != NULL && slot->value == NULL) {
        struct sim__known *known = sim__arena_alloc(names->arena, 1, sizeof(*known));
        if (known != NULL) {
            known->name = name;
            **last = known;
            *last = &known->next;
        }
        slot->value = known;
    }
    return slot == NULL ? NULL : slot->value;
}

void sim__declare_service(struct sim__reader *reader, const struct sim__declaration *declared)
{
    struct sim__names *names = &reader->names;
    const struct sim_service *service = declared->service;
    const char *name = service->name;
    SUP_ASSERT(name != NULL && service->count > 0);
    bool own = declared->origin == SIM__FROM_SERVICES;
    if (own && reader->scenario->on_duplicate == SUP_DUPLICATE_REJECT && collides(names, service)) {
        sim__error_as(reader, SIM__CODE_DUPLICATE_NAME, declared->place,
                      "a second service called `%s`%s" SIM__HINT
                      "; `on-duplicate: replace` would allow it",
                      name, service->counted ? "-..." : "");
    }
    bool is_new;
    struct sim__slot *slot = sim__table_add(&names->services, service->counted ? COUNTED : SINGLE,
                                            name, (uint32_t)strlen(name), &is_new);
    struct sim__known *known = known_of(names, slot, name, &names->last);
    if (known == NULL) {
        return;
    }
    sim__memory_declare(names, known, declared);
    uint32_t count = service->counted ? service->count : 0;
    if (is_new || count > known->count) {
        SUP_ASSERT(count >= known->count);
        names->total += service->counted ? count - known->count : 1;
        known->count = count;
        known->place = declared->place;
    }
    if (own) {
        known->own = true;
        known->own_count = count > known->own_count ? count : known->own_count;
        if (!service->counted) {
            note_lookalike(names, name);
        }
    }
}

/* Each name counts once, however often it may be spawned, and also when it stands
 * alone and is one of a counted service's too. */
void sim__names_count(struct sim__reader *reader)
{
    const struct sim__names *names = &reader->names;
    uint64_t total = 0;
    if (names->total <= SIM_SERVICES_MAX) {
        return;
    }
    for (const struct sim__known *known = names->first; known != NULL; known = known->next) {
        uint64_t number;
        const struct sim__known *range =
            known->count > 0 ? NULL : counted_of(names, known->name, &number);
        bool again = range != NULL && number < range->count;
        total += known->count > 0 ? known->count : again ? 0 : 1;
        if (total > SIM_SERVICES_MAX) {
            sim__error_as(reader, SIM__CODE_LIMIT, known->place,
                          "with this there are %" PRIu64 " names of services, `count` included; "
                          "there can be %u",
                          total, SIM_SERVICES_MAX);
            return;
        }
    }
}

const char *sim__without_root(const char *path)
{
    size_t length = strlen(ROOT);
    if (strncmp(path, ROOT, length) != 0 || (path[length] != '.' && path[length] != '\0')) {
        return path;
    }
    return path[length] == '.' ? path + length + 1 : path + length;
}

const char *sim__full_path(struct sim_arena *arena, const char *path)
{
    path = sim__without_root(path);
    size_t root = strlen(ROOT);
    size_t length = strlen(path);
    char *full = sim__arena_alloc(arena, root + 1 + length + 1, 1);
    if (full != NULL) {
        memcpy(full, ROOT, root);
        if (length > 0) {
            full[root] = '.';
            memcpy(full + root + 1, path, length);
        }
    }
    return full;
}

/* One more group than there may be is said once. */
static void count_group(struct sim__reader *reader, struct sim_place place)
{
    if (++reader->names.group_count == SIM_GROUPS_MAX) {
        sim__error_as(reader, SIM__CODE_LIMIT, place,
                      "with this there are more than %u groups, the root and those on the way to "
                      "others included",
                      SIM_GROUPS_MAX);
    }
}

void sim__declare_group(struct sim__reader *reader, const char *path, struct sim_place place)
{
    struct sim__names *names = &reader->names;
    bool is_new = false;
    path = sim__without_root(path);
    for (size_t i = 1; *path != '\0' && path[i - 1] != '\0'; i++) {
        if (path[i] != '.' && path[i] != '\0') {
            continue;
        }
        struct sim__slot *slot = sim__table_add(&names->groups, 0, path, (uint32_t)i, &is_new);
        const char *name = is_new ? sim__arena_text(names->arena, path, i) : NULL;
        if (name != NULL) {
            known_of(names, slot, name, &names->last_group);
            count_group(reader, place);
        }
    }
}

bool sim__declare_group_policy(struct sim__reader *reader, const struct sim_group *group,
                               struct sim_place place)
{
    bool is_new = true;
    sim__declare_group(reader, group->name, place);
    const char *path = sim__without_root(group->name);
    struct sim__slot *slot =
        sim__table_add(&reader->names.groups, 1, path, (uint32_t)strlen(path), &is_new);
    if (slot != NULL && is_new) {
        slot->value = (void *)(uintptr_t)group;
    }
    return is_new;
}

const struct sup_group_policy *sim__group_policy(const struct sim__reader *reader, const char *path)
{
    path = sim__without_root(path == NULL ? "" : path);
    if (*path == '\0') {
        return &reader->scenario->root;
    }
    const struct sim__slot *slot =
        sim__table_find(&reader->names.groups, 1, path, (uint32_t)strlen(path));
    return slot == NULL ? NULL : &((const struct sim_group *)slot->value)->policy;
}
