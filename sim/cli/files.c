/* Walks directories for scenario files. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diagnostics.h"
#include "sim/base/grow.h"
#include "sup/error.h"

#define DEPTH_MAX 64u

struct walk {
    struct cli_files *files;
    struct cli_complaints *complaints;
};

void cli_files_complain(struct cli_complaints *complaints, const char *path, const char *what)
{
    const struct sim__told told = {
        .code = sim__code_name(SIM__CODE_UNREADABLE), .message = what, .hint = ""};
    sim__text_put(&complaints->lines, "rehearse: ");
    sim__text_safe(&complaints->lines, path, strlen(path));
    sim__text_format(&complaints->lines, ": %s\n", what);
    cli_put_diagnostic(&complaints->json, path, &told);
    complaints->count++;
}

static void complain(struct walk *walk, const char *path, const char *what)
{
    cli_files_complain(walk->complaints, path, what);
}

/* How a file came to be looked at. */
enum found { NAMED, WALKED };

static int append(struct cli_files *files, const char *path, enum found found)
{
    void *paths = sim__grown(files->paths, &files->capacity, (uint64_t)files->count + 1,
                             sizeof files->paths[0]);
    if (paths == NULL) {
        return SUP_ENOMEM;
    }
    files->paths = paths;
    void *marks = sim__grown(files->walked, &files->marks, (uint64_t)files->count + 1,
                             sizeof files->walked[0]);
    if (marks == NULL) {
        return SUP_ENOMEM;
    }
    files->walked = marks;
    char *copy = strdup(path);
    if (copy == NULL) {
        return SUP_ENOMEM;
    }
    files->walked[files->count] = found == WALKED;
    files->paths[files->count++] = copy;
    return SUP_OK;
}

int cli_files_name(struct cli_files *files, const char *path)
{
    return append(files, path, NAMED);
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);
    return length > end_length && strcmp(name + length - end_length, end) == 0;
}

static bool is_scenario(const char *name)
{
    return (ends_with(name, ".yaml") || ends_with(name, ".yml") || ends_with(name, ".json")) &&
           strcmp(name, "schema.json") != 0;
}

static int walk_directory(struct walk *walk, const char *path, unsigned depth);

/* One entry that is not hidden. */
static int walk_entry(struct walk *walk, const char *path, const char *name, unsigned depth)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        complain(walk, path, strerror(errno));
        return SUP_OK;
    }
    if (S_ISDIR(status.st_mode)) {
        return walk_directory(walk, path, depth + 1);
    }
    if (!is_scenario(name)) {
        return SUP_OK;
    }
    if (S_ISLNK(status.st_mode) && stat(path, &status) != 0) {
        complain(walk, path, strerror(errno));
        return SUP_OK;
    }
    return S_ISREG(status.st_mode) ? append(walk->files, path, WALKED) : SUP_OK;
}

static int walk_entries(struct walk *walk, DIR *directory, const char *path, unsigned depth)
{
    struct sim__text child = {0};
    int result = SUP_OK;
    size_t length = strlen(path);
    while (result == SUP_OK) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            if (errno != 0) {
                complain(walk, path, strerror(errno));
            }
            break;
        }
        if (entry->d_name[0] == '.') {
            continue;
        }
        sim__text_clear(&child);
        sim__text_put(&child, path);
        if (length > 0 && path[length - 1] != '/') {
            sim__text_char(&child, '/');
        }
        sim__text_put(&child, entry->d_name);
        result = child.failed ? SUP_ENOMEM
                              : walk_entry(walk, sim__text_string(&child), entry->d_name, depth);
    }
    sim__text_release(&child);
    return result;
}

static int walk_directory(struct walk *walk, const char *path, unsigned depth)
{
    if (depth > DEPTH_MAX) {
        complain(walk, path, "directories are nested too deeply");
        return SUP_OK;
    }
    DIR *directory = opendir(path);
    if (directory == NULL) {
        complain(walk, path, strerror(errno));
        return SUP_OK;
    }
    int result = walk_entries(walk, directory, path, depth);
    closedir(directory);
    return result;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int cli_files_find(struct cli_files *files, const char *path, const char *nothing,
                   struct cli_complaints *complaints)
{
    struct walk walk = {.files = files, .complaints = complaints};
    struct stat status;
    if (strcmp(path, "-") == 0) {
        return append(files, path, NAMED);
    }
    if (stat(path, &status) != 0) {
        complain(&walk, path, strerror(errno));
        return SUP_OK;
    }
    if (!S_ISDIR(status.st_mode)) {
        return append(files, path, NAMED);
    }
    uint32_t first = files->count, before = complaints->count;
    int result = walk_directory(&walk, path, 0);
    if (files->count > first) {
        qsort(files->paths + first, files->count - first, sizeof files->paths[0], compare);
    } else if (result == SUP_OK && complaints->count == before && nothing != NULL) {
        complain(&walk, path, nothing);
    }
    return result;
}

void cli_files_release(struct cli_files *files)
{
    for (uint32_t i = 0; i < files->count; i++) {
        free(files->paths[i]);
    }
    free(files->paths);
    free(files->walked);
    *files = (struct cli_files){0};
}
