/* Unit files with their drop-ins. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define SERVICE ".service"

/* ---- a file ---- */

enum where { OUTSIDE, INSIDE, IGNORED };

static enum where enter(struct sim__unit *unit, const struct sim__unit_lines *lines)
{
    static const char *const known[] = {"Unit", "Service", "Install"};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(lines->name, known[i]) == 0) {
            return i < 2 ? INSIDE : IGNORED;
        }
    }
    if (strncmp(lines->name, "X-", 2) != 0) {
        sim__import_warn(unit->import, unit->service, lines->spot,
                         "systemd knows no section [%s] in a service",
                         sim__quotable(unit->import->arena, lines->name, strlen(lines->name)));
    }
    return IGNORED;
}

static void read_lines(struct sim__unit *unit, const char *path, const char *bytes, size_t length)
{
    struct sim__unit_lines lines;
    enum where where = OUTSIDE;
    char section[16] = "";
    sim__unit_lines_open(&lines, unit->import, path, bytes, length);
    for (enum sim__unit_line line = SIM__UNIT_SECTION; line != SIM__UNIT_END;) {
        line = sim__unit_lines_next(&lines);
        if (line == SIM__UNIT_SECTION) {
            where = enter(unit, &lines);
            memcpy(section, where == INSIDE ? lines.name : "",
                   where == INSIDE ? strlen(lines.name) + 1 : 1);
        } else if (line == SIM__UNIT_ASSIGNMENT && where == INSIDE) {
            sim__unit_assign(unit, section, &lines);
        } else if (line == SIM__UNIT_ASSIGNMENT && where == OUTSIDE) {
            sim__import_refuse(unit->import, lines.spot,
                               "an assignment before the first section, which systemd ignores");
        }
    }
    sim__unit_lines_close(&lines);
}

/* ---- drop-ins ---- */

struct dropin {
    const char *name;
    const char *path;
    uint32_t rank; /* of its directory: the first of a name wins */
    bool masked;
    struct dropin *next;
};

/* Where drop-ins of a unit are looked for. */
struct dropins {
    struct sim__unit *unit;
    const char *directory; /* of the unit */
    struct dropin *list;
    uint32_t count;
    uint32_t rank;
};

static void look_into(struct dropins *dropins, const char *name, size_t length)
{
    struct sim__import *import = dropins->unit->import;
    const struct sim__import_world *world = import->request->world;
    const char *own = sim__import_text(import, "%.*s.d", (int)length, name);
    const char *path = sim__import_join(import, dropins->directory, own);
    uint32_t count = 0;
    dropins->rank++;
    if (sim__arena_failed(import->arena) ||
        world->look(world->context, path) != SIM__FOUND_DIRECTORY) {
        return;
    }
    const struct sim__import_entry *entries =
        sim__import_list(import, path, dropins->unit->spot, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!sim__import_ends(entries[i].name, ".conf") ||
            entries[i].found == SIM__FOUND_DIRECTORY || entries[i].found == SIM__FOUND_NOTHING) {
            continue;
        }
        struct dropin *dropin = sim__arena_alloc(import->arena, 1, sizeof(*dropin));
        if (dropin == NULL) {
            return;
        }
        *dropin =
            (struct dropin){entries[i].name, sim__import_join(import, path, entries[i].name),
                            dropins->rank, entries[i].found == SIM__FOUND_MASK, dropins->list};
        dropins->list = dropin;
        dropins->count++;
    }
}

/* From the unit's own to those of all services: X.service.d, of an instance those of its template,
 * of a-b-c.service those of a-b-.service and a-.service, and service.d. */
static void find_all(struct dropins *dropins)
{
    const char *name = dropins->unit->name;
    const char *at = strchr(name, '@');
    size_t stem = strlen(name) - strlen(SERVICE);
    struct sim__import *import = dropins->unit->import;
    look_into(dropins, name, strlen(name));
    if (at != NULL && (size_t)(at - name) + 1 < stem) {
        const char *of = sim__import_text(import, "%.*s@" SERVICE, (int)(at - name), name);
        look_into(dropins, of, strlen(of));
    }
    for (size_t length = at == NULL ? stem : (size_t)(at - name); length > 1; length--) {
        if (name[length - 1] == '-' && length < stem) {
            const char *of = sim__import_text(import, "%.*s" SERVICE, (int)length, name);
            look_into(dropins, of, strlen(of));
        }
    }
    look_into(dropins, "service", strlen("service"));
}

static int by_name(const void *a, const void *b)
{
    const struct dropin *const *left = a, *const *right = b;
    int order = strcmp((*left)->name, (*right)->name);
    return order != 0 ? order : (*left)->rank < (*right)->rank ? -1 : 1;
}

static void read_dropin(struct sim__unit *unit, const struct dropin *dropin)
{
    size_t length = 0;
    const char *bytes =
        dropin->masked ? NULL : sim__import_read(unit->import, dropin->path, unit->spot, &length);
    if (bytes != NULL) {
        sim__import_remark(unit->import, unit->service, "with %s",
                           sim__import_at(unit->import, (struct sim__spot){.file = dropin->path}));
        read_lines(unit, dropin->path, bytes, length);
    }
}

static void read_dropins(struct sim__unit *unit, const char *directory)
{
    struct dropins dropins = {.unit = unit, .directory = directory};
    find_all(&dropins);
    const struct dropin **sorted =
        sim__arena_alloc(unit->import->arena, (size_t)dropins.count + 1, sizeof(*sorted));
    uint32_t count = 0;
    if (sorted == NULL) {
        return;
    }
    for (const struct dropin *dropin = dropins.list; dropin != NULL; dropin = dropin->next) {
        sorted[count++] = dropin;
    }
    qsort(sorted, count, sizeof(*sorted), by_name);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(sorted[i]->name, sorted[i - 1]->name) != 0) {
            read_dropin(unit, sorted[i]);
        }
    }
}

/* ---- units ---- */

struct sim__unit *sim__unit_new(struct sim__import *import, const char *name, struct sim__spot spot)
{
    struct sim__imported_service *service = sim__import_add(import, "systemd", name, spot);
    struct sim__unit *unit =
        service == NULL ? NULL : sim__arena_alloc(import->arena, 1, sizeof(*unit));
    if (unit == NULL) {
        return NULL;
    }
    unit->import = import;
    unit->name = name;
    unit->spot = spot;
    unit->service = service;
    *import->last_unit = unit;
    import->last_unit = &unit->next;
    return unit;
}

/* "dir/" of "dir/name", "." of "name" */
static const char *directory_of(struct sim__import *import, const char *path)
{
    size_t head = (size_t)(sim__import_base(path) - path);
    return head == 0 ? "." : sim__import_text(import, "%.*s", (int)head, path);
}

static void read_unit(struct sim__import *import, const char *path, const char *name,
                      const char *bytes, size_t length)
{
    struct sim__unit *unit = sim__unit_new(import, name, (struct sim__spot){.file = path});
    if (unit != NULL) {
        read_lines(unit, path, bytes, length);
        if (sim__import_ends(name, SERVICE)) {
            read_dropins(unit, directory_of(import, path));
        }
    }
}

/* "foo@bar.service", where only "foo@.service" is there. */
static void read_instance(struct sim__import *import, const char *path)
{
    static const struct sim__spot nowhere = {.file = NULL};
    const char *name = sim__import_base(path);
    const char *at = strchr(name, '@');
    size_t length = 0;
    if (at == NULL || !sim__import_ends(name, SERVICE)) {
        sim__import_refuse(import, (struct sim__spot){.file = path}, "there is no such file");
        return;
    }
    const char *template = sim__import_text(import, "%.*s@" SERVICE, (int)(at - path), path);
    const char *bytes = sim__import_read(import, template, nowhere, &length);
    if (bytes != NULL) {
        read_unit(import, template, name, bytes, length);
    }
}

/* What `systemctl show` prints has none. */
static bool has_section(const char *bytes)
{
    return bytes[0] == '[' || strstr(bytes, "\n[") != NULL;
}

void sim__import_systemd(struct sim__import *import, const char *path, const char *bytes,
                         size_t length)
{
    if (bytes == NULL) {
        read_instance(import, path);
    } else if (sim__import_ends(path, SERVICE) || has_section(bytes)) {
        read_unit(import, path, sim__import_base(path), bytes, length);
    } else {
        sim__unit_shown(import, path, bytes, length);
    }
}

void sim__import_systemd_directory(struct sim__import *import, const char *path,
                                   const struct sim__import_entry *entries, uint32_t count)
{
    const struct sim__spot from = {.file = path};
    for (uint32_t i = 0; i < count && !sim__arena_failed(import->arena); i++) {
        if (!sim__import_ends(entries[i].name, SERVICE) || entries[i].found != SIM__FOUND_FILE) {
            continue;
        }
        const char *file = sim__import_join(import, path, entries[i].name);
        size_t length = 0;
        const char *bytes = sim__import_read(import, file, from, &length);
        if (bytes != NULL) {
            read_unit(import, file, entries[i].name, bytes, length);
        }
    }
}

void sim__import_systemd_finish(struct sim__import *import)
{
    for (struct sim__unit *unit = import->units; unit != NULL; unit = unit->next) {
        sim__unit_finish(unit);
    }
}
