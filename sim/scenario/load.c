/* Reading a scenario from a path. */
#include <stdlib.h>
#include <string.h>

#include "diagnostic.h"
#include "file.h"
#include "read.h"
#include "sim/base/escape.h"
#include "sim/base/text.h"

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
    *ret_diagnostics = (struct sim_diagnostics){.text = line.bytes, .errors = 1};
    return SUP_EINVAL;
}

static const char *name_of(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

int sim__scenarios_read(const char *path, const struct sim__file *file,
                        const struct sim__reading *how, struct sim_diagnostics *ret_diagnostics,
                        struct sim_scenario **ret_scenario)
{
    struct sim__reading reading = *how;
    reading.alloc = &sup_allocator_libc;
    reading.bytes = file->bytes;
    reading.length = file->length;
    reading.file = name_of(path);
    reading.path = path;
    reading.identity = file->identity;
    return sim__scenario_read(&reading, ret_diagnostics, ret_scenario);
}

int sim__scenarios_load(const char *path, const struct sim__reading *how,
                        struct sim_diagnostics *ret_diagnostics, struct sim_scenario **ret_scenario)
{
    *ret_diagnostics = (struct sim_diagnostics){0};
    const char *why = NULL;
    struct sim__file file;
    int result = sim__file_read(path, &file, &why);
    if (result == SUP_EINVAL) {
        return complain(name_of(path), why, how->told, ret_diagnostics);
    }
    if (result == SUP_OK) {
        result = sim__scenarios_read(path, &file, how, ret_diagnostics, ret_scenario);
        free(file.bytes);
    }
    return result;
}

int sim__scenario_load(const char *path, const struct sim_limits *limits,
                       struct sim__told_list *told, struct sim_diagnostics *ret_diagnostics,
                       struct sim_scenario **ret_scenario)
{
    const struct sim__reading how = {.limits = limits, .told = told};
    return sim__scenarios_load(path, &how, ret_diagnostics, ret_scenario);
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
