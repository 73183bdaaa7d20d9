/* Files of other service managers as scenarios; see sourced.h. */
#include "sourced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sup/error.h"

/* ---- arguments ---- */

/* Where there is no file of that name it may be "worker@1.service", of a template beside it. */
static bool is_instance(const char *path)
{
    static const char end[] = ".service";
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t length = strlen(name), tail = sizeof(end) - 1;
    return strchr(name, '@') != NULL && length >= tail && strcmp(name + length - tail, end) == 0;
}

int cli_sourced_whole(const char *path, enum sim__import_kind from,
                      enum sim__import_whole *ret_whole)
{
    const struct sim__import_request request = {
        .alloc = &sup_allocator_libc, .world = &sim__import_disk, .from = from};
    struct stat status;
    *ret_whole = SIM__WHOLE_NOTHING;
    if (strcmp(path, "-") == 0) {
        return SUP_OK;
    }
    if (stat(path, &status) != 0) {
        *ret_whole = is_instance(path) ? SIM__WHOLE_SOURCE : SIM__WHOLE_NOTHING;
        return SUP_OK;
    }
    if (!S_ISDIR(status.st_mode)) {
        return SUP_OK;
    }
    if (from != SIM__IMPORT_KIND_COUNT) {
        *ret_whole = SIM__WHOLE_SOURCE;
        return SUP_OK;
    }
    return sim__import_whole(&request, path, ret_whole);
}

/* ---- a disk on which one file has been read ---- */

struct held {
    const char *path;
    struct sim__file file;
};

static enum sim__import_found look(void *context, const char *path)
{
    const struct held *held = context;
    return strcmp(path, held->path) == 0 ? SIM__FOUND_FILE : sim__import_disk.look(NULL, path);
}

static int read_held(void *context, const char *path, enum sim__import_trust trust,
                     struct sim__file *ret_file, const char **ret_why)
{
    const struct held *held = context;
    if (strcmp(path, held->path) != 0) {
        return sim__import_disk.read(NULL, path, trust, ret_file, ret_why);
    }
    *ret_file = held->file;
    ret_file->bytes = malloc(held->file.length + 1);
    if (ret_file->bytes == NULL) {
        return SUP_ENOMEM;
    }
    if (held->file.length > 0) {
        memcpy(ret_file->bytes, held->file.bytes, held->file.length);
    }
    return SUP_OK;
}

static int list(void *context, const char *path, struct sim_arena *arena,
                struct sim__import_listing *ret_listing)
{
    (void)context;
    return sim__import_disk.list(NULL, path, arena, ret_listing);
}

/* ---- the import ---- */

/* What is set: parameters of presets first, for the import, then places in its scenario. */
struct parted {
    struct sim__set *sets;
    uint32_t parameters;
    uint32_t places;
};

static int part(const struct sim__reading *how, struct parted *ret_parted)
{
    *ret_parted = (struct parted){.sets = calloc((size_t)how->set_count + 1, sizeof(how->sets[0]))};
    if (ret_parted->sets == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < how->set_count; i++) {
        if (sim__import_sets_parameter(how->sets[i].path)) {
            ret_parted->sets[ret_parted->parameters++] = how->sets[i];
        }
    }
    for (uint32_t i = 0; i < how->set_count; i++) {
        if (!sim__import_sets_parameter(how->sets[i].path)) {
            ret_parted->sets[ret_parted->parameters + ret_parted->places++] = how->sets[i];
        }
    }
    return SUP_OK;
}

static int read_imported(const char *path, const struct sim__imported *imported,
                         const struct sim__reading *how, struct sim_diagnostics *ret_diagnostics)
{
    struct sim__text name = {0};
    struct sim__reading reading = *how;
    sim__text_format(&name, "%s" CLI_IMPORTED, strcmp(path, "-") == 0 ? "<stdin>" : path);
    reading.alloc = &sup_allocator_libc;
    reading.bytes = sim__text_string(&imported->scenario);
    reading.length = imported->scenario.length;
    reading.file = sim__text_string(&name);
    int result = name.failed ? SUP_ENOMEM : sim__scenario_read(&reading, ret_diagnostics, NULL);
    sim__text_release(&name);
    return result;
}

static int import(const struct sim__import_request *request, const struct sim__reading *how,
                  struct sim_diagnostics *ret_diagnostics)
{
    struct sim__imported imported;
    int result = sim__import(request, &imported);
    if (result == SUP_OK) {
        fputs(sim__text_string(&imported.said), stderr);
        result = read_imported(request->sources[0], &imported, how, ret_diagnostics);
    } else if (result == SUP_EINVAL) {
        ret_diagnostics->text = strdup(sim__text_string(&imported.said));
        result = ret_diagnostics->text == NULL ? SUP_ENOMEM : SUP_EINVAL;
    }
    sim__imported_release(&imported);
    return result;
}

static int import_of(const char *path, enum sim__import_kind from, struct held *held,
                     const struct sim__reading *how, struct sim_diagnostics *ret_diagnostics)
{
    const struct sim__import_world world = {held, look, read_held, list};
    struct parted parted;
    int result = part(how, &parted);
    if (result == SUP_OK) {
        const struct sim__import_request request = {
            .alloc = &sup_allocator_libc,
            .world = held == NULL ? &sim__import_disk : &world,
            .sources = &path,
            .source_count = 1,
            .from = from,
            .sets = parted.sets,
            .set_count = parted.parameters,
        };
        struct sim__reading reading = *how;
        reading.sets = parted.sets + parted.parameters;
        reading.set_count = parted.places;
        result = import(&request, &reading, ret_diagnostics);
    }
    free(parted.sets);
    return result;
}

/* ---- a scenario, or not ---- */

static int is_source(const struct held *held, enum sim__import_kind from, bool *ret_source)
{
    char *text = strndup(held->file.bytes == NULL ? "" : held->file.bytes, held->file.length);
    if (text == NULL) {
        return SUP_ENOMEM;
    }
    *ret_source = from != SIM__IMPORT_KIND_COUNT
                      ? !sim__import_is_scenario(text)
                      : sim__import_kind_of_file(held->path, text) != SIM__IMPORT_KIND_COUNT;
    free(text);
    return SUP_OK;
}

int cli_sourced_read(const char *path, enum sim__import_kind from, const struct sim__reading *how,
                     struct sim_diagnostics *ret_diagnostics)
{
    struct held held = {.path = path};
    struct stat status;
    const char *why = NULL;
    bool source = false;
    *ret_diagnostics = (struct sim_diagnostics){0};
    if (strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISDIR(status.st_mode))) {
        return import_of(path, from, NULL, how, ret_diagnostics);
    }
    int result = sim__file_read(path, &held.file, &why);
    if (result == SUP_EINVAL) {
        return sim__scenarios_load(path, how, ret_diagnostics, NULL); /* which says why */
    }
    result = result == SUP_OK ? is_source(&held, from, &source) : result;
    if (result == SUP_OK) {
        result = source ? import_of(path, from, &held, how, ret_diagnostics)
                        : sim__scenarios_read(path, &held.file, how, ret_diagnostics, NULL);
    }
    free(held.file.bytes);
    return result;
}
