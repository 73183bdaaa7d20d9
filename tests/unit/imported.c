/* Imports from files in memory; see imported.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sup/error.h"
#include "unit/imported.h"

static const struct imported_file *find(const struct imported_world *world, const char *path)
{
    for (const struct imported_file *file = world->files; file->path != NULL; file++) {
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

/* The name of the entry of the directory that the path lies in or is; NULL: it does not. */
static const char *entry_of(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    bool below = strncmp(path, directory, length) == 0 && path[length] == '/';
    return below ? path + length + 1 : NULL;
}

static enum sim__import_found look(void *context, const char *path)
{
    const struct imported_world *world = context;
    if (find(world, path) != NULL) {
        return SIM__FOUND_FILE;
    }
    for (const struct imported_file *file = world->files; file->path != NULL; file++) {
        if (entry_of(file->path, path) != NULL) {
            return SIM__FOUND_DIRECTORY;
        }
    }
    return SIM__FOUND_NOTHING;
}

static int read_file(void *context, const char *path, enum sim__import_trust trust,
                     struct sim__file *ret_file, const char **ret_why)
{
    const struct imported_file *file = find(context, path);
    (void)trust;
    if (file == NULL) {
        *ret_why = "there is no such file";
        return SUP_EINVAL;
    }
    if (file->bytes == NULL) {
        *ret_why = "it cannot be read";
        return SUP_EINVAL;
    }
    ret_file->length = strlen(file->bytes);
    ret_file->bytes = strdup(file->bytes);
    return ret_file->bytes == NULL ? SUP_ENOMEM : SUP_OK;
}

static bool has(const struct sim__import_entry *entries, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(entries[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int list(void *context, const char *path, struct sim_arena *arena,
                struct sim__import_listing *ret_listing)
{
    const struct imported_world *world = context;
    uint32_t room = 1, count = 0;
    for (const struct imported_file *file = world->files; file->path != NULL; file++) {
        room++;
    }
    struct sim__import_entry *entries = sim__arena_alloc(arena, room, sizeof(*entries));
    for (const struct imported_file *file = world->files; entries != NULL && file->path != NULL;
         file++) {
        const char *name = entry_of(file->path, path);
        size_t length = name == NULL ? 0 : strcspn(name, "/");
        char *copy = name == NULL ? NULL : sim__arena_text(arena, name, length);
        if (copy != NULL && !has(entries, count, copy)) {
            entries[count++] = (struct sim__import_entry){
                copy, name[length] == '/' ? SIM__FOUND_DIRECTORY : SIM__FOUND_FILE};
        }
    }
    *ret_listing = (struct sim__import_listing){.entries = entries, .count = count};
    return sim__arena_failed(arena) ? SUP_ENOMEM : SUP_OK;
}

int import_files_as(const struct imported_file *files, const char *const *sources,
                    const struct sim__set *sets, enum sim__import_kind from,
                    struct sim__imported *ret_imported)
{
    struct imported_world own = {files};
    const struct sim__import_world world = {&own, look, read_file, list};
    struct sim__import_request request = {
        .alloc = &sup_allocator_libc,
        .world = &world,
        .sources = sources,
        .from = from,
        .sets = sets,
    };
    while (sources[request.source_count] != NULL) {
        request.source_count++;
    }
    while (sets != NULL && sets[request.set_count].path != NULL) {
        request.set_count++;
    }
    return sim__import(&request, ret_imported);
}

int import_files(const struct imported_file *files, const char *const *sources,
                 struct sim__imported *ret_imported)
{
    return import_files_as(files, sources, NULL, SIM__IMPORT_KIND_COUNT, ret_imported);
}

static int import_bytes(const char *path, const char *bytes, struct sim__imported *ret_imported)
{
    const struct imported_file files[] = {{path, bytes}, {NULL, NULL}};
    const char *const sources[] = {path, NULL};
    return import_files(files, sources, ret_imported);
}

char *import_one(const char *path, const char *bytes)
{
    struct sim__imported imported;
    int result = import_bytes(path, bytes, &imported);
    if (result != SUP_OK) {
        fail_msg("%s", sim__text_string(&imported.said));
    }
    char *copy = strdup(sim__text_string(&imported.scenario));
    assert_non_null(copy);
    sim__imported_release(&imported);
    return copy;
}

char *import_said(const char *path, const char *bytes)
{
    struct sim__imported imported;
    int result = import_bytes(path, bytes, &imported);
    assert_int_equal(result, imported.errors > 0 ? SUP_EINVAL : SUP_OK);
    assert_true(imported.errors == 0 || imported.scenario.length == 0);
    char *copy = strdup(sim__text_string(&imported.said));
    assert_non_null(copy);
    sim__imported_release(&imported);
    return copy;
}

void import_has(const char *path, const char *bytes, const char *wanted)
{
    struct sim__imported imported;
    int result = import_bytes(path, bytes, &imported);
    const char *said = sim__text_string(&imported.said);
    const char *scenario = sim__text_string(&imported.scenario);
    assert_int_equal(result, imported.errors > 0 ? SUP_EINVAL : SUP_OK);
    if (strstr(scenario, wanted) == NULL && strstr(said, wanted) == NULL) {
        fail_msg("%s\nhas no\n%s\nbut\n%s%s", bytes, wanted, said, scenario);
    }
    sim__imported_release(&imported);
}
