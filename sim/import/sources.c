/* Files and directories, within their limits. */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "sim/base/utf8.h"

const char *sim__import_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool sim__import_ends(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

const char *sim__import_join(struct sim__import *import, const char *directory, const char *name)
{
    size_t length = strlen(directory);
    bool parted = length == 0 || directory[length - 1] == '/';
    return sim__import_text(import, "%s%s%s", directory, parted ? "" : "/", name);
}

/* Where a file that cannot be read is spoken of. */
static void refuse(struct sim__import *import, const char *path, struct sim__spot from,
                   const char *why)
{
    if (from.file == NULL) {
        sim__import_refuse(import, (struct sim__spot){.file = path}, "%s", why);
    } else {
        sim__import_refuse(import, from, "%s: %s", path, why);
    }
}

/* The first byte that is no text; the length when there is none. */
static size_t text_length(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && bytes[at] != '\0') {
        size_t size = sim__utf8_length(bytes + at, length - at);
        if (size == 0) {
            break;
        }
        at += size;
    }
    return at;
}

static bool is_text(struct sim__import *import, const char *path, const char *bytes, size_t length)
{
    size_t good = text_length(bytes, length);
    if (good == length) {
        return true;
    }
    struct sim__spot spot = {path, 1, 1};
    size_t start = 0;
    for (size_t i = 0; i < good; i++) {
        if (bytes[i] == '\n') {
            spot.line++;
            start = i + 1;
        }
    }
    spot.column = (uint32_t)sim__utf8_columns(bytes + start, good - start) + 1;
    sim__import_refuse(import, spot,
                       bytes[good] == '\0' ? "a NUL byte: this is no text"
                                           : "a byte that is not UTF-8: this is no text");
    return false;
}

static const char *within_limits(struct sim__import *import, const struct sim__file *file)
{
    if (file->length > SIM__IMPORT_FILE_BYTES_MAX) {
        return "the file is larger than 4 MiB";
    }
    if (import->bytes + file->length > SIM__IMPORT_BYTES_MAX) {
        return "all files together are larger than 64 MiB";
    }
    return ++import->files > SIM__IMPORT_FILES_MAX ? "more than 20000 files" : NULL;
}

const char *sim__import_read(struct sim__import *import, const char *path, struct sim__spot from,
                             size_t *ret_length)
{
    const struct sim__import_world *world = import->request->world;
    struct sim__file file = {0};
    const char *why = NULL, *bytes = NULL;
    int result = world->read(world->context, path,
                             from.file == NULL ? SIM__TRUST_NAMED : SIM__TRUST_FOUND, &file, &why);
    if (result == SUP_ENOMEM) {
        sim__arena_fail(import->arena);
        return NULL;
    }
    why = result == SUP_OK ? within_limits(import, &file) : why;
    if (why != NULL) {
        refuse(import, path, from, why);
    } else if (is_text(import, path, file.bytes, file.length)) {
        import->bytes += file.length;
        bytes = sim__arena_text(import->arena, file.bytes == NULL ? "" : file.bytes, file.length);
        *ret_length = file.length;
    }
    free(file.bytes);
    return bytes;
}

static int by_name(const void *a, const void *b)
{
    const struct sim__import_entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

struct sim__import_entry *sim__import_list(struct sim__import *import, const char *path,
                                           struct sim__spot from, uint32_t *ret_count)
{
    const struct sim__import_world *world = import->request->world;
    struct sim__import_listing listing = {0};
    *ret_count = 0;
    int result = world->list(world->context, path, import->arena, &listing);
    const char *why = listing.why;
    uint32_t count = listing.count;
    if (result == SUP_ENOMEM) {
        sim__arena_fail(import->arena);
        return NULL;
    }
    if (result == SUP_OK && count > SIM__IMPORT_ENTRIES_MAX) {
        why = "the directory has more than 100000 entries";
    } else if (result == SUP_OK && (import->listed += count) > SIM__IMPORT_LISTED_MAX) {
        why = "more than 1000000 entries of directories were looked at";
    }
    if (why != NULL) {
        refuse(import, path, from, why);
        return NULL;
    }
    if (count > 1) {
        qsort(listing.entries, count, sizeof(*listing.entries), by_name);
    }
    *ret_count = count;
    return listing.entries;
}
