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

/* ---- keys at the top of a text ---- */

static const char *behind_mark(const char *bytes)
{
    return strncmp(bytes, "\xef\xbb\xbf", 3) == 0 ? bytes + 3 : bytes;
}

/* Behind a key of that name, between quotes or without, and its colon; NULL: another stands
 * there. */
static const char *behind_key(const char *at, const char *key)
{
    char quote = *at == '"' || *at == '\'' ? *at : '\0';
    size_t length = strlen(key);
    at += quote != '\0';
    if (strncmp(at, key, length) != 0 || (quote != '\0' && at[length] != quote)) {
        return NULL;
    }
    at += length + (quote != '\0');
    at += strspn(at, " \t");
    return *at == ':' && (quote != '\0' || at[1] == '\0' || strchr(" \t\r\n", at[1]) != NULL)
               ? at + 1
               : NULL;
}

/* Of a map in blocks: a line that is not indented. */
static const char *find_in_lines(const char *bytes, const char *key)
{
    const char *found = NULL;
    for (const char *at = bytes; at != NULL && found == NULL; at = strchr(at, '\n')) {
        at += *at == '\n' ? 1 : 0;
        found = behind_key(at, key);
    }
    return found;
}

/* Of a map in braces, JSON or not. */
static const char *find_in_braces(const char *at, const char *key)
{
    unsigned depth = 0;
    char quote = '\0';
    bool may_begin = false;
    for (; *at != '\0'; at++) {
        const char *found = depth == 1 && may_begin ? behind_key(at, key) : NULL;
        if (found != NULL) {
            return found;
        }
        if (quote != '\0') {
            if (*at == '\\' && quote == '"' && at[1] != '\0') {
                at++; /* whatever it is, it does not end the text */
            } else if (*at == quote) {
                quote = '\0';
            }
            continue;
        }
        may_begin = *at == '{' || *at == ',' || (may_begin && strchr(" \t\r\n", *at) != NULL);
        quote = *at == '"' || *at == '\'' ? *at : '\0';
        depth += *at == '{' || *at == '[';
        depth -= (*at == '}' || *at == ']') && depth > 0;
    }
    return NULL;
}

/* Behind the key, where it is one of the map that the text is; NULL: it is none of it. */
static const char *find_key(const char *bytes, const char *key)
{
    const char *at = behind_mark(bytes);
    const char *first = at + strspn(at, " \t\r\n");
    bool braces = first[0] == '{' && first[1] != '{'; /* two begin a template */
    return braces ? find_in_braces(first, key) : find_in_lines(at, key);
}

/* ---- files ---- */

bool sim__import_is_scenario(const char *bytes)
{
    return find_key(bytes, "scenario") != NULL;
}

/* Compose files have a map of services; scenarios, whole or in pieces, have a list, unless they are
 * called as a compose file is. */
static bool has_services(const char *path, const char *bytes)
{
    const char *at = find_key(bytes, "services"), *name = sim__import_base(path);
    if (strncmp(name, "compose.", 8) == 0 || strncmp(name, "docker-compose.", 15) == 0) {
        return at != NULL;
    }
    for (size_t more = 1; at != NULL && more > 0; at += more) {
        more = strspn(at, " \t\r\n");
        more += at[more] == '#' ? strcspn(at + more, "\n") : 0;
    }
    return at != NULL && *at != '-' && *at != '[';
}

/* Whether a line begins so. */
static bool has_line(const char *bytes, const char *start)
{
    size_t length = strlen(start);
    for (const char *at = behind_mark(bytes); at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n' ? 1 : 0;
        if (strncmp(at, start, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether they look like flags and children of OTP, of which a list may be alone. */
static bool are_terms(const char *bytes)
{
    static const char *const marks[] = {"one_for_", "rest_for_one", "start =>"};
    static const char *const restarts[] = {"permanent", "transient", "temporary"};
    for (size_t i = 0; i < 3; i++) {
        if (strstr(bytes, marks[i]) != NULL) {
            return true;
        }
    }
    size_t end = strlen(bytes);
    while (end > 0 && strchr(" \t\r\n", bytes[end - 1]) != NULL) {
        end--;
    }
    bool stops = end > 0 && bytes[end - 1] == '.' && strchr(bytes, '{') != NULL;
    for (size_t i = 0; stops && i < 3; i++) {
        if (strstr(bytes, restarts[i]) != NULL) {
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
    {"- apiVersion:", SIM__IMPORT_KUBERNETES},
};

enum sim__import_kind sim__import_kind_of_file(const char *path, const char *bytes)
{
    if (sim__import_ends(path, ".service")) {
        return SIM__IMPORT_SYSTEMD;
    }
    if (sim__import_is_scenario(bytes)) {
        return SIM__IMPORT_KIND_COUNT; /* one of ours */
    }
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (has_line(bytes, lines[i].start)) {
            return lines[i].kind;
        }
    }
    if (find_key(bytes, "apiVersion") != NULL) {
        return SIM__IMPORT_KUBERNETES;
    }
    if (has_services(path, bytes)) {
        return SIM__IMPORT_COMPOSE;
    }
    return are_terms(bytes) ? SIM__IMPORT_OTP : SIM__IMPORT_KIND_COUNT;
}

/* ---- directories ---- */

enum sim__import_kind sim__import_kind_of_directory(const struct sim__import_entry *entries,
                                                    uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (sim__import_ends(entries[i].name, ".service")) {
            return SIM__IMPORT_SYSTEMD;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(entries[i].name, "run") == 0 && entries[i].found == SIM__FOUND_FILE) {
            return SIM__IMPORT_S6; /* or runit: what else is in it tells */
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
