/* What refers to a name: kept until all have been read, then looked up. */
#include <string.h>

#include "reader.h"
#include "sim/base/glob.h"
#include "sup/assert.h"

/* Names offered as a hint are looked for among this many. */
#define HINT_NAMES 2000u
/* Steps allowed for matching globs with names; past it, a glob is believed. */
#define GLOB_WORK_MAX UINT64_C(200000000)

void sim__refer(struct sim__reader *reader, enum sim__reference_kind kind, struct sim_place place,
                const char *text)
{
    SUP_ASSERT(text != NULL && *reader->names.last_reference == NULL);
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
    SUP_ASSERT(length <= SUP_NAME_MAX);
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

uint64_t sim__names_matching(struct sim__names *names, const char *glob)
{
    bool is_new = false;
    uint32_t length = (uint32_t)strlen(glob);
    struct sim__slot *slot = sim__table_add(&names->globs, 1, glob, length, &is_new);
    if (slot == NULL || !is_new) {
        return slot == NULL ? names->total : *(const uint64_t *)slot->value;
    }
    uint64_t *total = sim__arena_alloc(names->arena, 1, sizeof(*total));
    slot->value = total;
    if (total == NULL) {
        slot->value = &names->total;
        return names->total;
    }
    for (const struct sim__known *known = names->first; known != NULL; known = known->next) {
        if (names->glob_work > GLOB_WORK_MAX) {
            *total = names->total;
            break;
        }
        *total += !matches(names, glob, known) ? 0 : known->count > 0 ? known->count : 1;
    }
    return *total;
}

static void report_service(struct sim__reader *reader, const struct sim__reference *reference)
{
    const struct sim__names *names = &reader->names;
    const struct sim__slot *slot = sim__table_find(
        &names->services, SIM__NAMES_COUNTED, reference->text, (uint32_t)strlen(reference->text));
    const struct sim__known *counted = slot == NULL ? NULL : slot->value;
    if (counted != NULL) {
        SUP_ASSERT(counted->count > 0);
        bool target = reference->kind == SIM__REF_TARGET;
        sim__error_as(reader, SIM__CODE_UNKNOWN_NAME, reference->place,
                      "no service is called `%s`" SIM__HINT
                      "; its `count` makes `%s-0` to `%s-%u`%s%s%s",
                      counted->name, counted->name, counted->name, counted->count - 1,
                      target ? ", which are `" : "", target ? counted->name : "",
                      target ? "-*` together" : "");
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
    sim__error_as(reader, SIM__CODE_UNKNOWN_NAME, reference->place, "no service is called `%s`%s",
                  reference->text, hint);
}

static void report_group(struct sim__reader *reader, const struct sim__reference *reference)
{
    const char *list[64] = {SIM__ROOT_GROUP};
    uint32_t count = 1;
    const struct sim__known *known = reader->names.first_group;
    for (; known != NULL && count < SIM__COUNT(list); known = known->next) {
        list[count++] = known->name;
    }
    sim__error_as(reader, SIM__CODE_UNKNOWN_NAME, reference->place, "no group is called `%s`%s",
                  reference->text,
                  sim__hint(reader, sim__without_root(reference->text), list, count));
}

static void resolve(struct sim__reader *reader, const struct sim__reference *reference)
{
    const char *text = reference->text;
    if (reference->kind == SIM__REF_GROUP) {
        const char *path = sim__without_root(text);
        if (*path != '\0' &&
            sim__table_find(&reader->names.groups, 0, path, (uint32_t)strlen(path)) == NULL) {
            report_group(reader, reference);
        }
    } else if (sim_glob_is(text)) {
        if (!glob_matches_any(&reader->names, text)) {
            sim__error_as(reader, SIM__CODE_UNKNOWN_NAME, reference->place,
                          "the target `%s` matches no service", text);
        }
    } else if (!sim__names_service(&reader->names, text)) {
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
        sim__error_as(reader, SIM__CODE_EMPTY, node->at, "%sthe list of targets is empty",
                      sim__label(reader, node));
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
    *ret_target = (struct sim_target){.patterns = patterns, .count = count, .place = node->at};
    return good;
}

bool sim__targets_meet(struct sim__reader *reader, const struct sim_target *one,
                       const struct sim_target *other)
{
    struct sim__names *names = &reader->names;
    for (uint32_t i = 0; i < one->count; i++) {
        const size_t length = strlen(one->patterns[i]) + 1;
        for (uint32_t j = 0; j < other->count; j++) {
            bool matched = sim_glob_is(one->patterns[i]) != sim_glob_is(other->patterns[j]);
            names->glob_work += matched ? length * (strlen(other->patterns[j]) + 8) : 8;
            if (names->glob_work > GLOB_WORK_MAX ||
                sim__globs_meet(one->patterns[i], other->patterns[j])) {
                return true;
            }
        }
    }
    return false;
}

bool sim__is_drawn_target(const struct sim__node *node)
{
    static const enum sim__key keys[] = {SIM__DRAWN_TARGET_KEYS(SIM__KEY)};
    for (size_t i = 0; i < SIM__COUNT(keys); i++) {
        if (sim__node_at(node, keys[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static bool read_one_of(struct sim__reader *reader, struct sim__node *const *others,
                        const struct sim__node *node, struct sim_target *ret_target)
{
    for (uint32_t i = 0; i < 2; i++) {
        if (others[i] != NULL) {
            sim__error(reader, others[i]->at, "`one-of` draws one; `some` and `of` draw several");
            return false;
        }
    }
    bool good = sim__read_target(reader, node, ret_target);
    ret_target->some = 1;
    return good;
}

bool sim__read_drawn_target(struct sim__reader *reader, const struct sim__node *node,
                            struct sim_target *ret_target)
{
    enum { SIM__DRAWN_TARGET_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__DRAWN_TARGET_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node->kind != SIM__MAP) {
        return sim__read_target(reader, node, ret_target);
    }
    if (!sim__map(reader, node, &keys, v)) {
        return false;
    }
    if (v[ONE_OF] != NULL) {
        return read_one_of(reader, &v[SOME], v[ONE_OF], ret_target);
    }
    if (v[SOME] == NULL && v[OF] == NULL) {
        if (sim__all_known(node, v, KEYS)) {
            sim__error(reader, node->at,
                       "%sa drawn target is `{one-of: TARGET}` or `{some: 3, of: TARGET}`",
                       sim__label(reader, node));
        }
        return false;
    }
    uint32_t some = 0;
    bool good = sim__required(reader, node, v[SOME], "some") &&
                sim__number_u32(reader, v[SOME], 1, UINT32_MAX, &some);
    good = sim__required(reader, node, v[OF], "of") &&
           sim__read_target(reader, v[OF], ret_target) && good;
    ret_target->some = some;
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
