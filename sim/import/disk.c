/* The files of this machine, for an import. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import.h"

static enum sim__import_found look(void *context, const char *path)
{
    struct stat status;
    (void)context;
    if (strcmp(path, "-") == 0) {
        return SIM__FOUND_FILE;
    }
    if (stat(path, &status) != 0) {
        return SIM__FOUND_NOTHING;
    }
    return S_ISDIR(status.st_mode) ? SIM__FOUND_DIRECTORY : SIM__FOUND_FILE;
}

static int read_file(void *context, const char *path, enum sim__import_trust trust,
                     struct sim__file *ret_file, const char **ret_why)
{
    struct stat status;
    (void)context;
    bool stream =
        trust == SIM__TRUST_NAMED &&
        (strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode)));
    return stream ? sim__file_read(path, ret_file, ret_why)
                  : sim__file_read_regular(path, ret_file, ret_why);
}

static enum sim__import_found follow(const char *path)
{
    char target[PATH_MAX];
    struct stat status;
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    if (length <= 0 || stat(path, &status) != 0 ||
        !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
        return SIM__FOUND_MASK;
    }
    target[length] = '\0';
    return strchr(target, '/') == NULL || strncmp(target, "./", 2) == 0 ? SIM__FOUND_ALIAS
                                                                        : look(NULL, path);
}

static enum sim__import_found find(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        return SIM__FOUND_NOTHING;
    }
    if (S_ISLNK(status.st_mode)) {
        return follow(path);
    }
    if (S_ISDIR(status.st_mode)) {
        return SIM__FOUND_DIRECTORY;
    }
    return S_ISREG(status.st_mode) ? SIM__FOUND_FILE : SIM__FOUND_NOTHING;
}

/* Room in an arena, which doubles. */
struct listing {
    struct sim_arena *arena;
    struct sim__import_entry *entries;
    uint32_t count;
    uint32_t room;
};

static struct sim__import_entry *next_entry(struct listing *listing)
{
    if (listing->count == listing->room) {
        uint32_t room = listing->room == 0 ? 64 : listing->room * 2;
        struct sim__import_entry *more =
            sim__arena_alloc(listing->arena, room, sizeof(*listing->entries));
        if (more == NULL) {
            return NULL;
        }
        if (listing->count > 0) {
            memcpy(more, listing->entries, listing->count * sizeof(*more));
        }
        listing->entries = more;
        listing->room = room;
    }
    return &listing->entries[listing->count++];
}

static int take_entry(struct listing *listing, const char *directory, const char *name)
{
    struct sim__text path = {0};
    sim__text_format(&path, "%s/%s", directory, name);
    struct sim__import_entry *entry = path.failed ? NULL : next_entry(listing);
    char *copy = entry == NULL ? NULL : sim__arena_text(listing->arena, name, strlen(name));
    if (copy != NULL) {
        *entry = (struct sim__import_entry){copy, find(sim__text_string(&path))};
    }
    sim__text_release(&path);
    return copy == NULL ? SUP_ENOMEM : SUP_OK;
}

static int take_entries(struct listing *listing, DIR *directory, const char *path,
                        const char **ret_why)
{
    int result = SUP_OK;
    while (result == SUP_OK && listing->count <= SIM__IMPORT_ENTRIES_MAX) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            *ret_why = errno == 0 ? NULL : "the directory cannot be read";
            return *ret_why == NULL ? SUP_OK : SUP_EINVAL;
        }
        if (entry->d_name[0] != '.') {
            result = take_entry(listing, path, entry->d_name);
        }
    }
    return result;
}

static int list(void *context, const char *path, struct sim_arena *arena,
                struct sim__import_listing *ret_listing)
{
    struct listing listing = {.arena = arena};
    (void)context;
    DIR *directory = opendir(path);
    if (directory == NULL) {
        ret_listing->why = errno == EACCES ? "permission denied" : "the directory cannot be read";
        return errno == ENOMEM ? SUP_ENOMEM : SUP_EINVAL;
    }
    int result = take_entries(&listing, directory, path, &ret_listing->why);
    closedir(directory);
    ret_listing->entries = listing.entries;
    ret_listing->count = listing.count;
    return result;
}

const struct sim__import_world sim__import_disk = {NULL, look, read_file, list};
