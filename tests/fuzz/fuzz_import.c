/* Fuzzes the import. An input is a disk: files one behind the other, each a line with its path
 * and then its bytes, parted by lines of `====`. What lies in no directory is a source, and
 * every directory is. Either something is refused, with a reason and without a scenario, or
 * the scenario is a file that can be read; twice the same in both cases. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "judge.h"
#include "sim/import/import.h"
#include "sup/error.h"

#define FILES_MAX 32u
#define PATH_BYTES 200u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char mark[] = "\n====\n";

struct file {
    char path[PATH_BYTES];
    const char *bytes;
    size_t length;
};

struct disk {
    struct file files[FILES_MAX];
    uint32_t count;
};

static const struct file *find(const struct disk *disk, const char *path)
{
    for (uint32_t i = 0; i < disk->count; i++) {
        if (strcmp(disk->files[i].path, path) == 0) {
            return &disk->files[i];
        }
    }
    return NULL;
}

static const char *below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static enum sim__import_found look(void *context, const char *path)
{
    const struct disk *disk = context;
    if (find(disk, path) != NULL) {
        return SIM__FOUND_FILE;
    }
    for (uint32_t i = 0; i < disk->count; i++) {
        if (below(disk->files[i].path, path) != NULL) {
            return SIM__FOUND_DIRECTORY;
        }
    }
    return SIM__FOUND_NOTHING;
}

static int read_file(void *context, const char *path, enum sim__import_trust trust,
                     struct sim__file *ret_file, const char **ret_why)
{
    const struct file *file = find(context, path);
    (void)trust;
    if (file == NULL) {
        *ret_why = "there is no such file";
        return SUP_EINVAL;
    }
    ret_file->bytes = malloc(file->length + 1);
    if (ret_file->bytes == NULL) {
        return SUP_ENOMEM;
    }
    memcpy(ret_file->bytes, file->bytes, file->length);
    ret_file->length = file->length;
    return SUP_OK;
}

static int list(void *context, const char *path, struct sim_arena *arena,
                struct sim__import_listing *ret_listing)
{
    const struct disk *disk = context;
    struct sim__import_entry *entries = sim__arena_alloc(arena, FILES_MAX, sizeof(*entries));
    uint32_t count = 0;
    for (uint32_t i = 0; entries != NULL && i < disk->count; i++) {
        const char *name = below(disk->files[i].path, path);
        size_t length = name == NULL ? 0 : strcspn(name, "/");
        bool known = length == 0;
        for (uint32_t k = 0; k < count; k++) {
            known |=
                strlen(entries[k].name) == length && memcmp(entries[k].name, name, length) == 0;
        }
        if (!known) {
            entries[count++] = (struct sim__import_entry){sim__arena_text(arena, name, length),
                                                          name[length] == '/' ? SIM__FOUND_DIRECTORY
                                                                              : SIM__FOUND_FILE};
        }
    }
    *ret_listing = (struct sim__import_listing){.entries = entries, .count = count};
    return SUP_OK;
}

/* The file that the input begins with; what follows it. */
static const char *cut(struct disk *disk, const char *bytes, const char *end)
{
    const char *line = memchr(bytes, '\n', (size_t)(end - bytes));
    const char *parting = memmem(bytes, (size_t)(end - bytes), mark, sizeof mark - 1);
    const char *last = parting == NULL ? end : parting;
    struct file *file = &disk->files[disk->count];
    size_t length = line == NULL || line >= last ? (size_t)(last - bytes) : (size_t)(line - bytes);
    if (length > 0 && length < PATH_BYTES && memchr(bytes, '\0', length) == NULL) {
        memcpy(file->path, bytes, length);
        file->path[length] = '\0';
        file->bytes = bytes + length + (bytes + length < last ? 1 : 0);
        file->length = (size_t)(last - file->bytes);
        disk->count += find(disk, file->path) == NULL;
    }
    return parting == NULL ? end : parting + sizeof mark - 1;
}

/* The paths' first parts, each once. */
static uint32_t sources_of(const struct disk *disk, char (*names)[PATH_BYTES], const char **sources)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < disk->count; i++) {
        size_t length = strcspn(disk->files[i].path, "/");
        bool known = length == 0;
        for (uint32_t k = 0; k < count; k++) {
            known |=
                strlen(names[k]) == length && memcmp(names[k], disk->files[i].path, length) == 0;
        }
        if (!known) {
            memcpy(names[count], disk->files[i].path, length);
            names[count][length] = '\0';
            sources[count] = names[count];
            count++;
        }
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct disk disk;
    static char names[FILES_MAX][PATH_BYTES];
    const char *sources[FILES_MAX];
    struct sim__imported imported, again;
    const char *bytes = (const char *)data, *end = bytes + size;
    for (disk.count = 0; bytes < end && disk.count < FILES_MAX;) {
        bytes = cut(&disk, bytes, end);
    }
    const struct sim__import_world world = {&disk, look, read_file, list};
    const struct sim__import_request request = {
        .alloc = &sup_allocator_libc,
        .world = &world,
        .sources = sources,
        .source_count = sources_of(&disk, names, sources),
        .from = SIM__IMPORT_KIND_COUNT,
    };
    judge_begin();
    enum sim__import_whole whole;
    if (request.source_count > 0) {
        JUDGE(sim__import_whole(&request, request.sources[0], &whole) == SUP_OK);
    }
    int result = sim__import(&request, &imported);
    judge_time(1);
    JUDGE(result == SUP_OK || result == SUP_EINVAL);
    JUDGE((result == SUP_OK) == (imported.errors == 0));
    JUDGE((imported.said.length > 0) == (imported.errors + imported.warnings > 0));
    JUDGE(sim__import(&request, &again) == result);
    JUDGE(strcmp(sim__text_string(&imported.said), sim__text_string(&again.said)) == 0);
    JUDGE(strcmp(sim__text_string(&imported.scenario), sim__text_string(&again.scenario)) == 0);
    judge_text(sim__text_string(&imported.said), imported.said.length);
    judge_text(sim__text_string(&imported.scenario), imported.scenario.length);
    if (result == SUP_OK) {
        JUDGE(imported.scenario.length > 0);
    } else {
        JUDGE(imported.scenario.length == 0);
    }
    sim__imported_release(&imported);
    sim__imported_release(&again);
    return 0;
}
