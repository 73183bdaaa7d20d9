/* Services and their settings; see model.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "sim/scenario/diagnostic.h"
#include "sup/supervisor.h"

/* Spaces of the table of names: those of the scenario, and those of the sources. */
enum { RESULT, SOURCE, GROUP };

static bool may_stand(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/* NULL when it cannot be a name, which has been said. */
static const char *name_of(struct sim__import *import, const char *system, const char *name,
                           struct sim__spot spot)
{
    bool unit = strcmp(system, "systemd") == 0 && sim__import_ends(name, ".service");
    size_t length = strlen(name) - (unit ? strlen(".service") : 0);
    if (length == 0 || length > SUP_NAME_MAX) {
        sim__import_refuse(import, spot, "a name of %s: `%s`",
                           length == 0 ? "no letter" : "more than 128 bytes",
                           sim__quotable(import->arena, name, strlen(name)));
        return NULL;
    }
    char *made = sim__arena_text(import->arena, name, length);
    for (size_t i = 0; made != NULL && i < length; i++) {
        made[i] = may_stand(made[i]) ? made[i] : '_';
    }
    return made;
}

static struct sim__imported_service *new_service(struct sim__import *import, const char *name)
{
    struct sim__imported_service *service = sim__arena_alloc(import->arena, 1, sizeof(*service));
    if (service == NULL) {
        return NULL;
    }
    service->name = name;
    service->beat.ns = SUP_NEVER_NS;
    *import->last = service;
    import->last = &service->next;
    import->imported->services++;
    return service;
}

struct sim__imported_service *sim__import_add(struct sim__import *import, const char *system,
                                              const char *name, struct sim__spot spot)
{
    bool is_new = false;
    const char *made = name_of(import, system, name, spot);
    if (made == NULL) {
        return NULL;
    }
    if (import->imported->services >= SIM__IMPORT_SERVICES_MAX) {
        sim__import_refuse(import, spot, "more than %u services", SIM__IMPORT_SERVICES_MAX);
        return NULL;
    }
    struct sim__slot *slot =
        sim__table_add(&import->names, RESULT, made, (uint32_t)strlen(made), &is_new);
    if (slot == NULL) {
        return NULL;
    }
    if (!is_new) {
        const struct sim__imported_service *other = slot->value;
        sim__import_refuse(import, spot, "a second service of the name `%s`; the first is in %s",
                           made, sim__import_at(import, other->spot));
        return NULL;
    }
    struct sim__imported_service *service = new_service(import, made);
    if (service == NULL) {
        return NULL;
    }
    slot->value = service;
    service->system = system;
    service->spot = spot;
    const char *own = sim__arena_text(import->arena, name, strlen(name));
    if (own != NULL) {
        (void)sim__table_add(&import->names, SOURCE, own, (uint32_t)strlen(own), &is_new);
    }
    return service;
}

const char *sim__import_group_part(struct sim__import *import, const char *name)
{
    bool root = strcmp(name, "runtime") == 0;
    char *part = sim__arena_text(import->arena, root || name[0] == '\0' ? "runtime_" : name,
                                 root || name[0] == '\0' ? 8 : strlen(name));
    for (char *c = part; c != NULL && *c != '\0'; c++) {
        *c = may_stand(*c) && *c != '.' ? *c : '_';
    }
    return part == NULL ? "" : part;
}

struct sim__imported_group *sim__import_add_group(struct sim__import *import, const char *path,
                                                  struct sim__spot spot)
{
    bool is_new = false;
    struct sim__slot *slot =
        sim__table_add(&import->names, GROUP, path, (uint32_t)strlen(path), &is_new);
    if (slot == NULL) {
        return NULL;
    }
    if (!is_new || strlen(path) > SUP_NAME_MAX) {
        sim__import_refuse(import, spot,
                           is_new ? "the path of a group of more than 128 bytes: %s"
                                  : "a second group of the path %s",
                           path);
        return NULL;
    }
    struct sim__imported_group *group = sim__arena_alloc(import->arena, 1, sizeof(*group));
    if (group == NULL) {
        return NULL;
    }
    slot->value = group;
    group->path = path;
    group->spot = spot;
    *import->last_group = group;
    import->last_group = &group->next;
    return group;
}

bool sim__import_has(const struct sim__import *import, const char *name)
{
    return sim__table_find(&import->names, SOURCE, name, (uint32_t)strlen(name)) != NULL;
}

void sim__import_put(struct sim__import *import, struct sim__settings *settings, const char *key,
                     const char *value, struct sim__spot spot)
{
    if (settings->first == NULL) {
        settings->last = &settings->first;
    }
    struct sim__setting *setting = settings->first;
    while (setting != NULL && strcmp(setting->key, key) != 0) {
        setting = setting->next;
    }
    if (setting == NULL) {
        setting = sim__arena_alloc(import->arena, 1, sizeof(*setting));
        if (setting == NULL) {
            return;
        }
        *settings->last = setting;
        settings->last = &setting->next;
    }
    setting->key = key;
    setting->value = value;
    setting->spot = spot;
}

const char *sim__import_duration(struct sim__import *import, struct sup_duration length)
{
    struct sim__text text;
    char buffer[64];
    sim__text_init_fixed(&text, buffer, sizeof(buffer));
    sim__text_duration(&text, length);
    return sim__import_text(import, "%s", buffer);
}

/* ---- names that a count makes ---- */

/* "stem-7": the service of the stem, and the number; NULL: it is no such name. */
static const struct sim__imported_service *stem_of(const struct sim__import *import,
                                                   const char *name, uint64_t *ret_number)
{
    const char *dash = strrchr(name, '-');
    if (dash == NULL || dash == name || dash[1] == '\0' || (dash[1] == '0' && dash[2] != '\0') ||
        strspn(dash + 1, "0123456789") != strlen(dash + 1) || strlen(dash + 1) > 9) {
        return NULL;
    }
    struct sim__slot *slot = sim__table_find(&import->names, RESULT, name, (uint32_t)(dash - name));
    *ret_number = strtoull(dash + 1, NULL, 10);
    return slot == NULL ? NULL : slot->value;
}

void sim__import_check_counts(struct sim__import *import)
{
    uint64_t total = 0;
    for (const struct sim__imported_service *service = import->services; service != NULL;
         service = service->next) {
        uint64_t number = 0;
        total += service->count > 0 ? service->count : 1;
        const struct sim__imported_service *stem = stem_of(import, service->name, &number);
        if (stem != NULL && number < stem->count) {
            sim__import_refuse(import, service->spot,
                               "a second service of the name `%s`; the %" PRIu32 " of %s have it",
                               service->name, stem->count, sim__import_at(import, stem->spot));
        }
    }
    if (total > SIM__IMPORT_COUNTED_MAX) {
        sim__import_refuse(import, (struct sim__spot){.file = NULL},
                           "more than %u services, their counts reckoned", SIM__IMPORT_COUNTED_MAX);
    }
}
