/* Files of other service managers as scenarios; see sourced.h. */
#include "sourced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sup/error.h"

static bool ends(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

bool cli_sourced_is(const char *path)
{
    const char *why = NULL;
    struct sim__file file = {0};
    if (ends(path, ".service")) {
        return true;
    }
    if (strcmp(path, "-") == 0 || ends(path, ".yaml") || ends(path, ".yml") ||
        ends(path, ".json") || sim__file_read_regular(path, &file, &why) != SUP_OK) {
        return false;
    }
    char *text = strndup(file.bytes == NULL ? "" : file.bytes, file.length);
    bool source = text != NULL && sim__import_kind_of_file(path, text) != SIM__IMPORT_KIND_COUNT;
    free(text);
    free(file.bytes);
    return source;
}

/* The reader's own words are of --set, for one. */
static int read_imported(const char *path, const struct sim__imported *imported,
                         const struct sim__reading *how, struct sim_diagnostics *ret_diagnostics)
{
    struct sim__text name = {0};
    struct sim__reading reading = *how;
    sim__text_format(&name, "%s (imported)", path);
    reading.alloc = &sup_allocator_libc;
    reading.bytes = sim__text_string(&imported->scenario);
    reading.length = imported->scenario.length;
    reading.file = sim__text_string(&name);
    int result = name.failed ? SUP_ENOMEM : sim__scenario_read(&reading, ret_diagnostics, NULL);
    sim__text_release(&name);
    return result;
}

int cli_sourced_read(const char *path, const struct sim__reading *how,
                     struct sim_diagnostics *ret_diagnostics)
{
    const struct sim__import_request request = {
        .alloc = &sup_allocator_libc,
        .world = &sim__import_disk,
        .sources = &path,
        .source_count = 1,
        .from = SIM__IMPORT_KIND_COUNT,
    };
    struct sim__imported imported;
    *ret_diagnostics = (struct sim_diagnostics){0};
    int result = sim__import(&request, &imported);
    if (result == SUP_OK) {
        fputs(sim__text_string(&imported.said), stderr);
        result = read_imported(path, &imported, how, ret_diagnostics);
    } else if (result == SUP_EINVAL) {
        ret_diagnostics->text = strdup(sim__text_string(&imported.said));
        result = ret_diagnostics->text == NULL ? SUP_ENOMEM : SUP_EINVAL;
    }
    sim__imported_release(&imported);
    return result;
}
