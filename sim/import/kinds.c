/* What kind of source a file or a directory is: by its name and by what is in it. */
#include <string.h>

#include "model.h"

static const char *const names[] = {
#define SIM__X(id, name) name,
    SIM__IMPORT_KINDS(SIM__X)
#undef SIM__X
};

const char *sim__import_kind_name(enum sim__import_kind kind)
{
    return names[kind];
}

enum sim__import_kind sim__import_kind_find(const char *name)
{
    int kind = 0;
    while (kind < SIM__IMPORT_KIND_COUNT && strcmp(names[kind], name) != 0) {
        kind++;
    }
    return (enum sim__import_kind)kind;
}

/* Whether a line begins so. */
static bool has_line(const char *bytes, const char *start)
{
    size_t length = strlen(start);
    for (const char *at = bytes; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n' ? 1 : 0;
        if (strncmp(at, start, length) == 0) {
            return true;
        }
    }
    return false;
}

static const struct {
    const char *start; /* of a line */
    enum sim__import_kind kind;
} lines[] = {
    {"[supervisord]", SIM__IMPORT_SUPERVISORD},
    {"[program:", SIM__IMPORT_SUPERVISORD},
    {"[include]", SIM__IMPORT_SUPERVISORD},
    {"[Unit]", SIM__IMPORT_SYSTEMD},
    {"[Service]", SIM__IMPORT_SYSTEMD},
    {"Id=", SIM__IMPORT_SYSTEMD},
    {"Type=", SIM__IMPORT_SYSTEMD},
    {"apiVersion:", SIM__IMPORT_KUBERNETES},
    {"- apiVersion:", SIM__IMPORT_KUBERNETES},
    {"services:", SIM__IMPORT_COMPOSE},
};

enum sim__import_kind sim__import_kind_of_file(const char *path, const char *bytes)
{
    if (sim__import_ends(path, ".service")) {
        return SIM__IMPORT_SYSTEMD;
    }
    if (has_line(bytes, "scenario:")) {
        return SIM__IMPORT_KIND_COUNT; /* one of ours */
    }
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (has_line(bytes, lines[i].start)) {
            return lines[i].kind;
        }
    }
    if (strstr(bytes, "one_for_") != NULL || strstr(bytes, "rest_for_one") != NULL ||
        strstr(bytes, "start =>") != NULL) {
        return SIM__IMPORT_OTP;
    }
    if (bytes[strspn(bytes, " \t\r\n")] == '{') {
        return strstr(bytes, "\"apiVersion\"") != NULL ? SIM__IMPORT_KUBERNETES
               : strstr(bytes, "\"services\"") != NULL ? SIM__IMPORT_COMPOSE
                                                       : SIM__IMPORT_KIND_COUNT;
    }
    return SIM__IMPORT_KIND_COUNT;
}

enum sim__import_kind sim__import_kind_of_directory(const struct sim__import_entry *entries,
                                                    uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (sim__import_ends(entries[i].name, ".service")) {
            return SIM__IMPORT_SYSTEMD;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (sim__import_is_yaml(entries[i].name)) {
            return SIM__IMPORT_KUBERNETES;
        }
    }
    return SIM__IMPORT_KIND_COUNT;
}

bool sim__import_is_yaml(const char *name)
{
    return sim__import_ends(name, ".yaml") || sim__import_ends(name, ".yml") ||
           sim__import_ends(name, ".json");
}
