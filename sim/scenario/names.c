/* Names and targets: their form, what declares them, what refers to them. */
#include "names.h"

#include <string.h>

#include "reader.h"

#define ROOT "runtime"
/* Names offered as a hint are looked for among this many. */
#define HINT_NAMES 2000u
/* Steps allowed for matching globs with names; past it, a glob is believed. */
#define GLOB_WORK_MAX UINT64_C(200000000)

/* Spaces of the table of services: names that stand alone, stems of counted
 * ones, and stems of those that stand alone but look counted. */
enum { SINGLE, COUNTED, LOOKALIKE };

void sim__names_init(struct sim__names *names, struct sim_arena *arena, uint64_t seed)
{
    *names = (struct sim__names){.arena = arena};
    sim__table_init(&names->services, arena, seed);
    sim__table_init(&names->groups, arena, seed);
    sim__table_init(&names->globs, arena, seed);
    names->last = &names->first;
    names->last_group = &names->first_group;
    names->last_reference = &names->first_reference;
}

/* ---- form ---- */

const char *sim__name_mistake(const char *text, uint32_t length, bool wildcards)
{
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
            return wildcards ? "may hold only letters, digits, _ . - and the wildcards * ?"
                             : "may hold only letters, digits, _ . and -";
        }
    }
    return NULL;
}

static bool read_form(struct sim__reader *reader, const struct sim__node *node, bool wildcards,
                      const char *what, const char **ret_name)
{
    const char *text;
    if (!sim__text(reader, node, &text)) {
        return false;
    }
    const char *mistake = sim__name_mistake(node->text, node->length, wildcards);
    if (mistake != NULL) {
        sim__error(reader, node->at, "%s%s `%s` %s", sim__label(reader, node), what,
                   sim__quotable(reader->scratch, node->text, node->length), mistake);
        return false;
    }
    *ret_name = text;
    return true;
}

bool sim__read_name(struct sim__reader *reader, const struct sim__node *node, const char **ret_name)
{
    return read_form(reader, node, false, "the name", ret_name);
}

bool sim__read_pattern(struct sim__reader *reader, const struct sim__node *node,
                       const char **ret_pattern)
{
    return read_form(reader, node, true, "the target", ret_pattern);
}

bool sim__read_group_path(struct sim__reader *reader, const struct sim__node *node,
                          const char **ret_path)
{
    const char *path;
    if (!read_form(reader, node, false, "the group path", &path)) {
        return false;
    }
    size_t length = strlen(path);
    if (path[0] == '.' || path[length - 1] == '.' || strstr(path, "..") != NULL) {
        sim__error(reader, node->at, "%sthe group path `%s` has an empty part",
                   sim__label(reader, node), path);
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

/* What declares this very name, counted services included. */
static const struct sim__known *find_service(const struct sim__names *names, const char *name)
{
    uint32_t length = (uint32_t)strlen(name);
    const struct sim__slot *slot = sim__table_find(&names->services, SINGLE, name, length);
    uint32_t stem;
    uint64_t number;
    if (slot == NULL && split_count(name, length, &stem, &number)) {
        slot = sim__table_find(&names->services, COUNTED, name, stem);
        if (slot != NULL && number >= ((const struct sim__known *)slot->value)->count) {
            slot = NULL;
        }
    }
    return slot == NULL ? NULL : slot->value;
}

/* Whether the name, or one of those that the count makes, is declared. */
static bool collides(const struct sim__names *names, const char *name, bool counted, uint32_t count)
{
    uint32_t length = (uint32_t)strlen(name);
    if (!counted) {
        return find_service(names, name) != NULL;
    }
    const struct sim__slot *lookalike = sim__table_find(&names->services, LOOKALIKE, name, length);
    return sim__table_find(&names->services, COUNTED, name, length) != NULL ||
           (lookalike != NULL && ((const struct sim__known *)lookalike->value)->count < count);
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

void sim__declare_service(struct sim__reader *reader, const char *name, bool counted,
                          uint32_t count, bool spawned, struct sim_place place)
{
    struct sim__names *names = &reader->names;
    if (!spawned && reader->scenario->on_duplicate == SUP_DUPLICATE_REJECT &&
        collides(names, name, counted, count)) {
        sim__error(reader, place,
                   "a second service called `%s`%s; `on-duplicate: replace` would allow it", name,
                   counted ? "-..." : "");
    }
    names->total += count;
    if (names->total > SIM_SERVICES_MAX && names->total - count <= SIM_SERVICES_MAX) {
        sim__error(reader, place, "more than %u services, `count` included", SIM_SERVICES_MAX);
    }
    bool is_new;
    struct sim__slot *slot = sim__table_add(&names->services, counted ? COUNTED : SINGLE, name,
                                            (uint32_t)strlen(name), &is_new);
    struct sim__known *known = known_of(names, slot, name, &names->last);
    if (known != NULL && counted && count > known->count) {
        known->count = count;
    }
    if (!counted) {
        note_lookalike(names, name);
    }
}

/* "runtime.a.b" and "a.b" are one; "" is the root. */
static const char *without_root(const char *path)
{
    size_t length = strlen(ROOT);
    if (strncmp(path, ROOT, length) != 0 || (path[length] != '.' && path[length] != '\0')) {
        return path;
    }
    return path[length] == '.' ? path + length + 1 : path + length;
}

const char *sim__full_path(struct sim_arena *arena, const char *path)
{
    path = without_root(path);
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

void sim__declare_group(struct sim__reader *reader, const char *path)
{
    struct sim__names *names = &reader->names;
    bool is_new = false;
    path = without_root(path);
    for (size_t i = 1; *path != '\0' && path[i - 1] != '\0'; i++) {
        if (path[i] != '.' && path[i] != '\0') {
            continue;
        }
        struct sim__slot *slot = sim__table_add(&names->groups, 0, path, (uint32_t)i, &is_new);
        const char *name = is_new ? sim__arena_text(names->arena, path, i) : NULL;
        if (name != NULL) {
            known_of(names, slot, name, &names->last_group);
        }
    }
}

bool sim__declare_group_policy(struct sim__reader *reader, const char *path)
{
    bool is_new = true;
    sim__declare_group(reader, path);
    path = without_root(path);
    (void)sim__table_add(&reader->names.groups, 1, path, (uint32_t)strlen(path), &is_new);
    return is_new;
}

/* ---- references ---- */

void sim__refer(struct sim__reader *reader, enum sim__reference_kind kind, struct sim_place place,
                const char *text)
{
    struct sim__reference *reference = sim__arena_alloc(reader->scratch, 1, sizeof(*reference));
    if (reference == NULL) {
        return;
    }
    *reference = (struct sim__reference){kind, place, text, NULL};
    *reader->names.last_reference = reference;
    reader->names.last_reference = &reference->next;
}

/* Whether the glob matches one of known's names. */
static bool matches(struct sim__names *names, const char *glob, const struct sim__known *known)
{
    size_t cost = (strlen(glob) + 1) * (strlen(known->name) + 8);
    if (known->count == 0) {
        names->glob_work += cost;
        return sim_glob_match(glob, known->name);
    }
    char name[SUP_NAME_MAX + 16];
    size_t length = strlen(known->name);
    memcpy(name, known->name, length);
    name[length++] = '-';
    for (uint32_t i = 0; i < known->count; i++) {
        char digits[12];
        size_t first = sizeof(digits);
        digits[--first] = '\0';
        uint32_t rest = i;
        do {
            digits[--first] = (char)('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        memcpy(name + length, digits + first, sizeof(digits) - first);
        names->glob_work += cost;
        if (names->glob_work > GLOB_WORK_MAX || sim_glob_match(glob, name)) {
            return true;
        }
    }
    return false;
}

static bool glob_matches_any(struct sim__names *names, const char *glob)
{
    bool is_new;
    uint32_t length = (uint32_t)strlen(glob);
    if (sim__table_find(&names->globs, 0, glob, length) != NULL) {
        return true;
    }
    for (const struct sim__known *known = names->first; known != NULL; known = known->next) {
        if (names->glob_work > GLOB_WORK_MAX || matches(names, glob, known)) {
            sim__table_add(&names->globs, 0, glob, length, &is_new);
            return true;
        }
    }
    return false;
}

static void report_service(struct sim__reader *reader, const struct sim__reference *reference)
{
    const struct sim__names *names = &reader->names;
    const struct sim__slot *slot = sim__table_find(&names->services, COUNTED, reference->text,
                                                   (uint32_t)strlen(reference->text));
    if (slot != NULL) {
        const struct sim__known *known = slot->value;
        sim__error(reader, reference->place,
                   "no service is called `%s`; its `count` makes `%s-0` to `%s-%u`", known->name,
                   known->name, known->name, known->count - 1);
        return;
    }
    const char *hint = "";
    if (sim__diagnosis_open(&reader->diagnosis)) {
        const char **list = sim__arena_alloc(reader->scratch, HINT_NAMES, sizeof(*list));
        uint32_t count = 0;
        const struct sim__known *known = names->first;
        for (; list != NULL && known != NULL && count < HINT_NAMES; known = known->next) {
            list[count++] = known->name;
        }
        hint = count == 0 ? "" : sim__hint(reader, reference->text, list, count);
    }
    sim__error(reader, reference->place, "no service is called `%s`%s", reference->text, hint);
}

static void report_group(struct sim__reader *reader, const struct sim__reference *reference)
{
    const char *list[64] = {ROOT};
    uint32_t count = 1;
    const struct sim__known *known = reader->names.first_group;
    for (; known != NULL && count < SIM__COUNT(list); known = known->next) {
        list[count++] = known->name;
    }
    sim__error(reader, reference->place, "no group is called `%s`%s", reference->text,
               sim__hint(reader, without_root(reference->text), list, count));
}

static void resolve(struct sim__reader *reader, const struct sim__reference *reference)
{
    const char *text = reference->text;
    if (reference->kind == SIM__REF_GROUP) {
        const char *path = without_root(text);
        if (*path != '\0' &&
            sim__table_find(&reader->names.groups, 0, path, (uint32_t)strlen(path)) == NULL) {
            report_group(reader, reference);
        }
    } else if (sim_glob_is(text)) {
        if (!glob_matches_any(&reader->names, text)) {
            sim__error(reader, reference->place, "the target `%s` matches no service", text);
        }
    } else if (find_service(&reader->names, text) == NULL) {
        report_service(reader, reference);
    }
}

void sim__names_resolve(struct sim__reader *reader)
{
    const struct sim__reference *reference = reader->names.first_reference;
    for (; reference != NULL; reference = reference->next) {
        resolve(reader, reference);
    }
}

/* ---- targets ---- */

bool sim__read_target(struct sim__reader *reader, const struct sim__node *node,
                      struct sim_target *ret_target)
{
    uint32_t count = node->kind == SIM__LIST ? node->count : 1;
    const char **patterns = sim__arena_alloc(reader->arena, count, sizeof(*patterns));
    if (patterns == NULL || (node->kind == SIM__LIST && !sim__list(reader, node))) {
        return false;
    }
    if (count == 0) {
        sim__error(reader, node->at, "%sthe list of targets is empty", sim__label(reader, node));
        return false;
    }
    bool good = true;
    for (uint32_t i = 0; i < count; i++) {
        const struct sim__node *entry = node->kind == SIM__LIST ? node->entries[i].value : node;
        if (sim__read_pattern(reader, entry, &patterns[i])) {
            sim__refer(reader, SIM__REF_TARGET, entry->at, patterns[i]);
        } else {
            good = false;
        }
    }
    *ret_target = (struct sim_target){patterns, count, node->at};
    return good;
}

bool sim__read_names(struct sim__reader *reader, const struct sim__node *node,
                     const char ***ret_names, uint32_t *ret_count)
{
    if (!sim__list(reader, node)) {
        return false;
    }
    const char **names = sim__arena_alloc(reader->arena, node->count, sizeof(*names));
    bool good = names != NULL;
    for (uint32_t i = 0; names != NULL && i < node->count; i++) {
        const struct sim__node *entry = node->entries[i].value;
        if (sim__read_name(reader, entry, &names[i])) {
            sim__refer(reader, SIM__REF_SERVICE, entry->at, names[i]);
        } else {
            good = false;
        }
    }
    *ret_names = names;
    *ret_count = node->count;
    return good;
}
