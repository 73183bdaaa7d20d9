/* The files that a supervisord.conf includes. */
#include <string.h>

#include "ini.h"
#include "sim/glob.h"
#include "sim/scenario/diagnostic.h"

#define DEPTH_MAX 16u

/* What is being included, and from where. */
struct including {
    struct sim__ini *ini;
    struct sim__spot spot; /* of the pattern */
    uint32_t files;
};

/* "a/b/c" after its first part; NULL when there is one part only. */
static const char *rest_of(const char *pattern)
{
    const char *slash = strchr(pattern, '/');
    return slash == NULL ? NULL : slash + strspn(slash, "/");
}

static void read_one(struct including *in, const char *path)
{
    size_t length = 0;
    const char *bytes = sim__import_read(in->ini->import, path, in->spot, &length);
    in->files++;
    if (bytes != NULL) {
        sim__ini_read(in->ini, path, bytes, length);
    }
}

/* The files below the directory that the pattern matches, each part of it a glob, in the order of
 * their names. */
static void expand(struct including *in, const char *directory, const char *pattern, unsigned depth)
{
    struct sim__import *import = in->ini->import;
    const struct sim__import_world *world = import->request->world;
    const char *rest = rest_of(pattern);
    size_t length = strcspn(pattern, "/");
    const char *part = sim__arena_text(import->arena, pattern, length);
    if (part == NULL || depth > DEPTH_MAX || import->imported->errors > 0) {
        return;
    }
    if (!sim_glob_is(part)) {
        const char *path = sim__import_join(import, directory, part);
        enum sim__import_found found = world->look(world->context, path);
        if (rest != NULL && rest[0] != '\0' && found == SIM__FOUND_DIRECTORY) {
            expand(in, path, rest, depth + 1);
        } else if (rest == NULL && found == SIM__FOUND_FILE) {
            read_one(in, path);
        }
        return;
    }
    uint32_t count = 0;
    const char *listed = directory[0] == '\0' ? "." : directory;
    if (world->look(world->context, listed) != SIM__FOUND_DIRECTORY) {
        return;
    }
    const struct sim__import_entry *entries = sim__import_list(import, listed, in->spot, &count);
    for (uint32_t i = 0; i < count && !sim__arena_failed(import->arena); i++) {
        if (!sim_glob_match(part, entries[i].name)) {
            continue;
        }
        const char *path = sim__import_join(import, directory, entries[i].name);
        if (rest != NULL && entries[i].found == SIM__FOUND_DIRECTORY) {
            expand(in, path, rest, depth + 1);
        } else if (rest == NULL &&
                   (entries[i].found == SIM__FOUND_FILE || entries[i].found == SIM__FOUND_ALIAS)) {
            read_one(in, path);
        }
    }
}

static void include(struct including *in, const char *here, const char *pattern)
{
    struct sim__import *import = in->ini->import;
    const char *shown = sim__quotable(import->arena, pattern, strlen(pattern));
    if (strncmp(pattern, "%(here)s/", 9) == 0) {
        pattern += 9;
    }
    if (strstr(pattern, "%(") != NULL) {
        sim__import_warn(import, NULL, in->spot,
                         "what stands for something else is not resolved; %s is left out", shown);
        return;
    }
    if (strchr(pattern, '[') != NULL) {
        sim__import_refuse(import, in->spot, "of patterns only * and ? are known: %s", shown);
        return;
    }
    uint32_t before = in->files;
    bool rooted = pattern[0] == '/';
    expand(in, rooted ? "/" : here, pattern + strspn(pattern, "/"), 0);
    if (in->files == before) {
        sim__import_warn(import, NULL, in->spot, "no file is included by %s", shown);
    }
}

void sim__supervisord_include(struct sim__ini *ini, const char *path)
{
    struct sim__import *import = ini->import;
    const struct sim__ini_section *section = sim__ini_section(ini, "include");
    const struct sim__ini_option *files =
        section == NULL ? NULL : sim__ini_option(section, "files");
    size_t head = (size_t)(sim__import_base(path) - path);
    const char *here = sim__import_text(import, "%.*s", (int)head, path);
    if (files == NULL) {
        return;
    }
    struct including in = {.ini = ini, .spot = files->value_at};
    const char *at = files->value;
    for (uint32_t words = 0; *(at += strspn(at, " \t\n")) != '\0'; words++) {
        size_t length = strcspn(at, " \t\n");
        const char *pattern = sim__arena_text(import->arena, at, length);
        if (pattern == NULL || words >= SIM__IMPORT_WORDS_MAX) {
            sim__import_refuse(import, in.spot, "more than 1000 patterns");
            return;
        }
        include(&in, here, pattern);
        at += length;
    }
}
