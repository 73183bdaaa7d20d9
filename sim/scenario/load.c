/* Reading a scenario from a path. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostic.h"
#include "read.h"
#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sup/assert.h"

/* Words of our own: those of the C library depend on the locale. */
static const char *reason_of(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such file";
    case EACCES:
    case EPERM:
        return "permission denied";
    case EISDIR:
        return "this is a directory";
    case ENOTDIR:
        return "a part of the path is no directory";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    default:
        return "it cannot be read";
    }
}

/* A diagnostic for the file as a whole; SUP_EINVAL, or SUP_ENOMEM. */
static int complain(const char *path, const char *text, struct sim__told_list *told,
                    struct sim_diagnostics *ret_diagnostics)
{
    if (told != NULL &&
        sim__told_whole(sim__code_name(SIM__CODE_UNREADABLE), text, told) != SUP_OK) {
        return SUP_ENOMEM;
    }
    struct sim__text line = {0};
    sim__text_show(&line, path);
    sim__text_format(&line, ": error: %s\n", text);
    if (line.failed) {
        sim__text_release(&line);
        return SUP_ENOMEM;
    }
    *ret_diagnostics = (struct sim_diagnostics){line.bytes, 1};
    return SUP_EINVAL;
}

/* The whole stream, at most one byte more than a file may have. */
static int slurp(FILE *stream, char **ret_bytes, size_t *ret_length, int *ret_errno)
{
    const size_t most = (size_t)SIM_FILE_BYTES_MAX + 1;
    size_t length = 0;
    size_t size = 0;
    char *bytes = NULL;
    for (size_t got = 1; got > 0 && length < most; length += got) {
        if (length == size) {
            size = size == 0 ? (size_t)64 << 10 : size * 2;
            size = size < most ? size : most;
            char *larger = realloc(bytes, size);
            if (larger == NULL) {
                free(bytes);
                return SUP_ENOMEM;
            }
            bytes = larger;
        }
        errno = 0;
        got = fread(bytes + length, 1, size - length, stream);
    }
    SUP_ASSERT(length <= most);
    *ret_errno = ferror(stream) ? (errno != 0 ? errno : EIO) : 0;
    *ret_bytes = bytes;
    *ret_length = length;
    return SUP_OK;
}

int sim__scenario_load(const char *path, const struct sim_limits *limits,
                       struct sim__told_list *told, struct sim_diagnostics *ret_diagnostics,
                       struct sim_scenario **ret_scenario)
{
    *ret_diagnostics = (struct sim_diagnostics){NULL, 0};
    bool standard = strcmp(path, "-") == 0;
    const char *file = standard ? "<stdin>" : path;
    FILE *stream = standard ? stdin : fopen(path, "rb");
    if (stream == NULL) {
        return complain(file, reason_of(errno), told, ret_diagnostics);
    }
    char *bytes = NULL;
    size_t length = 0;
    int error = 0;
    int result = slurp(stream, &bytes, &length, &error);
    if (!standard) {
        fclose(stream);
    }
    if (result == SUP_OK && error != 0) {
        result = complain(file, reason_of(error), told, ret_diagnostics);
    } else if (result == SUP_OK) {
        const struct sim__reading reading = {
            .alloc = &sup_allocator_libc,
            .bytes = bytes,
            .length = length,
            .file = file,
            .limits = limits,
            .told = told,
        };
        result = sim__scenario_read(&reading, ret_diagnostics, ret_scenario);
    }
    free(bytes);
    return result;
}

int sim_scenario_load_within(const char *path, const struct sim_limits *limits,
                             struct sim_diagnostics *ret_diagnostics,
                             struct sim_scenario **ret_scenario)
{
    return sim__scenario_load(path, limits, NULL, ret_diagnostics, ret_scenario);
}

int sim_scenario_load(const char *path, struct sim_diagnostics *ret_diagnostics,
                      struct sim_scenario **ret_scenario)
{
    return sim_scenario_load_within(path, NULL, ret_diagnostics, ret_scenario);
}
