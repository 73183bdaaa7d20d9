/* Fuzzes the reader of scenarios that include other files: the input is several
 * files, each begun by a line `#=== NAME`, written beside each other into a
 * directory of our own. None of them makes the reader crash, hang, leak, or
 * refuse without saying where and why. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge.h"
#include "sim/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The names that can be written; the first is the scenario's. One is a link to
 * another, one lies a directory deeper. */
static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml", "below/d.yaml"};
#define NAMES (sizeof names / sizeof names[0])
static const char mark[] = "#=== ";

static char place[256]; /* libFuzzer's own paths are relative: nobody changes
                           directory */
static char scenario_path[sizeof place + 16];
static int directory;
static int files[NAMES];

static void clean(void)
{
    for (size_t i = 0; i < NAMES; i++) {
        (void)unlinkat(directory, names[i], 0);
    }
    (void)unlinkat(directory, "link.yaml", 0);
    (void)unlinkat(directory, "below", AT_REMOVEDIR);
    (void)rmdir(place);
}

static void settle(void)
{
    const char *where = getenv("TMPDIR");
    snprintf(place, sizeof place, "%s/rehearse-fuzz-XXXXXX", where != NULL ? where : "/dev/shm");
    JUDGE(mkdtemp(place) != NULL);
    snprintf(scenario_path, sizeof scenario_path, "%s/%s", place, names[0]);
    directory = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    JUDGE(directory >= 0 && mkdirat(directory, "below", 0700) == 0);
    JUDGE(symlinkat("b.yaml", directory, "link.yaml") == 0);
    for (size_t i = 0; i < NAMES; i++) {
        files[i] = openat(directory, names[i], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        JUDGE(files[i] >= 0);
    }
    JUDGE(atexit(clean) == 0);
}

/* The file whose name the line at the mark gives; the first when it is none. */
static size_t named(const char *line, size_t length)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], line, length) == 0) {
            return i;
        }
    }
    return 0;
}

static void write_files(const char *bytes, size_t size)
{
    size_t file = 0;
    for (size_t i = 0; i < NAMES; i++) {
        JUDGE(ftruncate(files[i], 0) == 0 && lseek(files[i], 0, SEEK_SET) == 0);
    }
    for (size_t at = 0; at < size;) {
        const char *newline = memchr(bytes + at, '\n', size - at);
        size_t length = newline == NULL ? size - at : (size_t)(newline - (bytes + at)) + 1;
        size_t before = sizeof mark - 1;
        if (length > before && memcmp(bytes + at, mark, before) == 0) {
            file = named(bytes + at + before, length - before - 1);
        } else {
            JUDGE(write(files[file], bytes + at, length) == (ssize_t)length);
        }
        at += length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    if (place[0] == '\0') {
        settle();
    }
    write_files((const char *)data, size);
    uint64_t descriptors = judge_descriptors();
    judge_begin();
    int result = sim_scenario_load(scenario_path, &diagnostics, &scenario);
    judge_time(2);
    JUDGE(result == SUP_OK || result == SUP_EINVAL);
    JUDGE((result == SUP_OK) == (scenario != NULL));
    JUDGE((result == SUP_OK) == (diagnostics.errors == 0));
    if (result != SUP_OK) {
        JUDGE(diagnostics.text != NULL);
        judge_text(diagnostics.text, strlen(diagnostics.text));
    }
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    judge_closed(descriptors);
    return 0;
}
