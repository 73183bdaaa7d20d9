/* The import: each source to the reader of its kind, and the scenario; see import.h. */
#include "import.h"

#include <inttypes.h>
#include <string.h>

#include "model.h"

/* ---- sources ---- */

/* A source, and what is known of it. */
struct source {
    struct sim__import *import;
    const char *path;
    struct sim__spot spot;
    const char *bytes; /* of a file; NULL: there is none of that name */
    size_t length;
    const struct sim__import_entry *entries; /* of a directory */
    uint32_t count;
};

static enum sim__import_kind asked_for(const struct source *source, enum sim__import_kind found)
{
    const enum sim__import_kind from = source->import->request->from;
    return from != SIM__IMPORT_KIND_COUNT ? from : found;
}

static void refuse_unknown(const struct source *source)
{
    sim__import_refuse(
        source->import, source->spot,
        "nothing tells what kind of source this is; say it with --from: " SIM__IMPORT_LIST);
}

/* The readers of files; one of systemd also of none, which may be an instance. */
static void (*const readers[])(struct sim__import *import, const char *path, const char *bytes,
                               size_t length) = {
    [SIM__IMPORT_SYSTEMD] = sim__import_systemd,
    [SIM__IMPORT_SUPERVISORD] = sim__import_supervisord,
    [SIM__IMPORT_COMPOSE] = sim__import_compose,
    [SIM__IMPORT_KUBERNETES] = sim__import_kubernetes,
    [SIM__IMPORT_S6] = NULL,
    [SIM__IMPORT_RUNIT] = NULL,
    [SIM__IMPORT_OTP] = sim__import_otp,
};

static void read_file(const struct source *source)
{
    enum sim__import_kind kind =
        asked_for(source, sim__import_kind_of_file(source->path, source->bytes));
    if (kind == SIM__IMPORT_KIND_COUNT) {
        refuse_unknown(source);
    } else if (readers[kind] == NULL) {
        sim__import_refuse(source->import, source->spot,
                           "of this kind a directory is imported, no file");
    } else {
        readers[kind](source->import, source->path, source->bytes, source->length);
    }
}

/* The files of a directory that may be manifests. */
static void read_manifests(const struct source *source)
{
    struct sim__import *import = source->import;
    for (uint32_t i = 0; i < source->count && !sim__arena_failed(import->arena); i++) {
        const struct sim__import_entry *entry = &source->entries[i];
        if (entry->found != SIM__FOUND_FILE || !sim__import_is_yaml(entry->name)) {
            continue;
        }
        struct source one = {.import = import,
                             .path = sim__import_join(import, source->path, entry->name)};
        one.spot = (struct sim__spot){.file = one.path};
        one.bytes = sim__import_read(import, one.path, source->spot, &one.length);
        if (one.bytes != NULL) {
            read_file(&one);
        }
    }
}

static bool has_configuration(const struct source *source)
{
    for (uint32_t i = 0; i < source->count; i++) {
        const struct sim__import_entry *entry = &source->entries[i];
        if (strcmp(entry->name, SIM__IMPORT_SUPERVISORD_FILE) == 0) {
            return entry->found == SIM__FOUND_FILE || entry->found == SIM__FOUND_ALIAS;
        }
    }
    return false;
}

static enum sim__import_kind kind_of_directory(const struct source *source)
{
    enum sim__import_kind kind = sim__import_kind_of_directory(source->entries, source->count);
    if (kind != SIM__IMPORT_KIND_COUNT) {
        return kind;
    }
    if (sim__import_has_services(source->import, source->path, source->entries, source->count)) {
        return SIM__IMPORT_S6; /* or runit: each directory tells */
    }
    return has_configuration(source) ? SIM__IMPORT_SUPERVISORD : kind;
}

/* What it includes is looked for from where it is. */
static void read_configuration(const struct source *source)
{
    struct sim__import *import = source->import;
    const char *path = sim__import_join(import, source->path, SIM__IMPORT_SUPERVISORD_FILE);
    size_t length;
    if (!has_configuration(source)) {
        sim__import_refuse(import, source->spot,
                           "no " SIM__IMPORT_SUPERVISORD_FILE
                           " in this directory; name the file: --from supervisord FILE");
        return;
    }
    const char *bytes = sim__import_read(import, path, source->spot, &length);
    if (bytes != NULL) {
        sim__import_supervisord(import, path, bytes, length);
    }
}

static void read_directory(struct source *source)
{
    static const struct sim__spot nowhere = {.file = NULL};
    uint64_t errors = source->import->imported->errors;
    source->entries = sim__import_list(source->import, source->path, nowhere, &source->count);
    if (errors != source->import->imported->errors) {
        return;
    }
    switch (asked_for(source, kind_of_directory(source))) {
    case SIM__IMPORT_SYSTEMD:
        sim__import_systemd_directory(source->import, source->path, source->entries, source->count);
        break;
    case SIM__IMPORT_KUBERNETES:
        read_manifests(source);
        break;
    case SIM__IMPORT_S6:
    case SIM__IMPORT_RUNIT:
        sim__import_services(source->import, source->path, source->entries, source->count);
        break;
    case SIM__IMPORT_SUPERVISORD:
        read_configuration(source);
        break;
    case SIM__IMPORT_COMPOSE:
    case SIM__IMPORT_OTP:
        sim__import_refuse(source->import, source->spot,
                           "of this kind a file is imported, no directory; name the file: "
                           "--from %s FILE",
                           sim__import_kind_name(source->import->request->from));
        break;
    case SIM__IMPORT_KIND_COUNT:
        sim__import_refuse(source->import, source->spot,
                           "nothing to import in this directory: no compose file or Kubernetes "
                           "manifest (*.yaml, *.yml or *.json), " SIM__IMPORT_NO_SOURCE);
        break;
    }
}

/* Where there is nothing, an instance of a template may be meant. */
static void read_nothing(const struct source *source)
{
    const char *base = sim__import_base(source->path);
    if (strchr(base, '@') != NULL && sim__import_ends(base, ".service")) {
        sim__import_systemd(source->import, source->path, NULL, 0);
    } else {
        sim__import_refuse(source->import, source->spot, "there is no such file or directory");
    }
}

static void read_source(struct sim__import *import, const char *path)
{
    static const struct sim__spot nowhere = {.file = NULL};
    const struct sim__import_world *world = import->request->world;
    struct source source = {.import = import,
                            .path = strcmp(path, "-") == 0 ? "<stdin>" : path,
                            .spot = {.file = path}};
    switch (world->look(world->context, path)) {
    case SIM__FOUND_DIRECTORY:
        read_directory(&source);
        break;
    case SIM__FOUND_NOTHING:
        read_nothing(&source);
        break;
    default:
        source.bytes = sim__import_read(import, path, nowhere, &source.length);
        if (source.bytes != NULL) {
            read_file(&source);
        }
    }
}

/* ---- directories that may hold scenarios ---- */

/* What the files are that may be scenarios or manifests. */
static void look_through(const struct source *source, bool *ret_scenarios, bool *ret_manifests)
{
    struct sim__import *import = source->import;
    for (uint32_t i = 0; i < source->count && !sim__arena_failed(import->arena); i++) {
        const struct sim__import_entry *entry = &source->entries[i];
        size_t length;
        bool looks = entry->found == SIM__FOUND_FILE && sim__import_is_yaml(entry->name);
        const char *path = looks ? sim__import_join(import, source->path, entry->name) : NULL;
        const char *bytes = looks ? sim__import_read(import, path, source->spot, &length) : NULL;
        if (bytes != NULL) {
            *ret_scenarios |= sim__import_is_scenario(bytes);
            *ret_manifests |= sim__import_kind_of_file(path, bytes) == SIM__IMPORT_KUBERNETES;
        }
    }
}

static enum sim__import_whole whole_of(struct sim__import *import, const char *path)
{
    static const struct sim__spot nowhere = {.file = NULL};
    struct source source = {.import = import, .path = path, .spot = {.file = path}};
    bool scenarios = false, manifests = false;
    source.entries = sim__import_list(import, path, nowhere, &source.count);
    enum sim__import_kind kind = kind_of_directory(&source);
    look_through(&source, &scenarios, &manifests);
    if (kind == SIM__IMPORT_KUBERNETES) {
        return manifests && !scenarios ? SIM__WHOLE_SOURCE : SIM__WHOLE_NOTHING;
    }
    if (kind == SIM__IMPORT_SUPERVISORD) {
        return SIM__WHOLE_LAST;
    }
    return kind == SIM__IMPORT_KIND_COUNT ? SIM__WHOLE_NOTHING
           : scenarios                    ? SIM__WHOLE_BOTH
                                          : SIM__WHOLE_SOURCE;
}

int sim__import_whole(const struct sim__import_request *request, const char *path,
                      enum sim__import_whole *ret_whole)
{
    struct sim__imported imported = {0};
    struct sim__import import = {.request = request, .imported = &imported};
    int result = sim__arena_create(request->alloc, &import.arena);
    if (result != SUP_OK) {
        return result;
    }
    *ret_whole = whole_of(&import, path);
    /* What is wrong with it is said when it is read. */
    result = sim__arena_failed(import.arena) || imported.said.failed ? SUP_ENOMEM : SUP_OK;
    sim__imported_release(&imported);
    sim__arena_free(import.arena);
    return result;
}

/* ---- the whole ---- */

static void say_the_rest(struct sim__imported *imported, uint64_t count, const char *what)
{
    if (count > SIM__IMPORT_SAID_MAX) {
        sim__text_format(&imported->said, "rehearse: %" PRIu64 " more %s are not shown\n",
                         count - SIM__IMPORT_SAID_MAX, what);
    }
}

static void read_all(struct sim__import *import)
{
    const struct sim__import_request *request = import->request;
    sim__import_sets_read(import);
    for (uint32_t i = 0; i < request->source_count && !sim__arena_failed(import->arena); i++) {
        read_source(import, request->sources[i]);
    }
    if (sim__arena_failed(import->arena)) {
        return;
    }
    sim__import_systemd_finish(import);
    if (import->services == NULL && import->imported->errors == 0) {
        sim__import_refuse(import, (struct sim__spot){.file = NULL},
                           "there is no service in what is imported");
    }
    sim__import_check_counts(import);
    if (import->imported->errors == 0) {
        sim__import_sets_apply(import);
    }
    if (import->imported->errors == 0) {
        sim__import_write(import, &import->imported->scenario);
        sim__import_verify(import);
    }
}

int sim__import(const struct sim__import_request *request, struct sim__imported *ret_imported)
{
    struct sim__import import = {.request = request, .imported = ret_imported};
    *ret_imported = (struct sim__imported){0};
    int result = sim__arena_create(request->alloc, &import.arena);
    if (result != SUP_OK) {
        return result;
    }
    import.last = &import.services;
    import.last_unit = &import.units;
    import.last_group = &import.groups;
    sim__table_init(&import.names, import.arena, request->source_count);
    read_all(&import);
    say_the_rest(ret_imported, ret_imported->warnings, "warnings");
    say_the_rest(ret_imported, ret_imported->errors, "errors");
    if (sim__arena_failed(import.arena) || ret_imported->said.failed ||
        ret_imported->scenario.failed) {
        result = SUP_ENOMEM;
    } else if (ret_imported->errors > 0) {
        result = SUP_EINVAL;
    }
    sim__arena_free(import.arena);
    return result;
}

void sim__imported_release(struct sim__imported *imported)
{
    sim__text_release(&imported->scenario);
    sim__text_release(&imported->said);
}
