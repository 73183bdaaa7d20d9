/* Files that the command writes; see output.h. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"

#define BUFFER_BYTES 65536u
#define FIRST_BYTES 96u

static bool complain(struct cli_output *output, const char *why)
{
    struct sim__text name = {0};
    sim__text_safe(&name, output->name, strlen(output->name));
    if (!output->failed) {
        fprintf(stderr, "rehearse: cannot write %s: %s\n", sim__text_string(&name), why);
    }
    sim__text_release(&name);
    output->failed = true;
    return false;
}

static bool out_of_memory(struct cli_output *output)
{
    if (!output->failed) {
        fputs("rehearse: out of memory\n", stderr);
    }
    output->failed = true;
    return false;
}

bool cli_output_refuse(struct cli_output *output, const char *why)
{
    struct sim__text name = {0};
    sim__text_safe(&name, output->name, strlen(output->name));
    if (output->option != NULL) {
        fprintf(stderr, "rehearse: --%s %s: %s\n", output->option, sim__text_string(&name), why);
    } else {
        fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    }
    sim__text_release(&name);
    output->failed = true;
    return false;
}

/* ---- which file it is ---- */

static struct cli_identity identity_of(const struct stat *status)
{
    return (struct cli_identity){
        .exists = true,
        .mode = status->st_mode,
        .device = status->st_dev,
        .inode = status->st_ino,
    };
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* "dir/" of "dir/name", "" of "name"; with `tail` appended. */
static char *beside(const char *path, const char *tail)
{
    size_t head = (size_t)(base_of(path) - path);
    size_t size = head + strlen(tail) + 1;
    char *joined = malloc(size);
    if (joined == NULL) {
        errno = ENOMEM; /* which C does not promise */
    } else {
        memcpy(joined, path, head);
        memcpy(joined + head, tail, strlen(tail) + 1);
    }
    return joined;
}

/* What the link says, seen from where the link stands; NULL: it cannot be read. */
static char *follow(const char *path)
{
    char link[PATH_MAX];
    ssize_t length = readlink(path, link, sizeof link - 1);
    if (length < 0) {
        return NULL;
    }
    link[length] = '\0';
    return link[0] == '/' ? strdup(link) : beside(path, link);
}

/* Where the name leads when its links are followed, also when nothing is there. */
static char *resolve(const char *path)
{
    struct stat status;
    char *at = strdup(path);
    errno = at == NULL ? ENOMEM : errno;
    for (int links = 0; at != NULL; links++) {
        if (lstat(at, &status) != 0 || !S_ISLNK(status.st_mode)) {
            return at;
        }
        char *next = links < 40 ? follow(at) : NULL;
        if (links >= 40) {
            errno = ELOOP;
        }
        free(at);
        at = next;
    }
    return NULL;
}

static bool identify_new(struct cli_output *output)
{
    struct stat status;
    char *directory = beside(output->target, ".");
    bool found = directory != NULL && stat(directory, &status) == 0;
    free(directory);
    if (found) {
        output->identity = identity_of(&status);
        output->identity.exists = false;
    }
    return found;
}

bool cli_output_name(struct cli_output *output, const char *path, const char *option,
                     enum cli_output_kind kind)
{
    struct stat status;
    *output = (struct cli_output){.name = path, .option = option, .kind = kind, .descriptor = -1};
    if (strcmp(path, "-") == 0) {
        output->name = "standard output";
        output->descriptor = STDOUT_FILENO;
        output->opened = true;
        if (fstat(STDOUT_FILENO, &status) == 0) {
            output->identity = identity_of(&status);
        }
        output->identity.standard = true;
        return true;
    }
    bool exists = stat(path, &status) == 0;
    if (!exists && errno != ENOENT) {
        return complain(output, strerror(errno));
    }
    if (exists && S_ISDIR(status.st_mode)) {
        return complain(output, strerror(EISDIR));
    }
    /* A name under /dev/fd or /proc leads nowhere but through the name itself. */
    output->target = exists && !S_ISREG(status.st_mode) ? strdup(path) : resolve(path);
    if (output->target == NULL) {
        return complain(output, strerror(errno));
    }
    if (exists) {
        output->identity = identity_of(&status);
        return true;
    }
    if (base_of(output->target)[0] == '\0') {
        return complain(output, strerror(EISDIR));
    }
    return identify_new(output) || complain(output, strerror(errno));
}

bool cli_output_is(const struct cli_output *output, const struct cli_output *other)
{
    const struct cli_identity *a = &output->identity;
    const struct cli_identity *b = &other->identity;
    /* Two may share a terminal or /dev/null. */
    if ((a->exists && S_ISCHR(a->mode)) || a->exists != b->exists || a->device != b->device ||
        a->inode != b->inode) {
        return false;
    }
    return a->exists || (output->target != NULL && other->target != NULL &&
                         strcmp(base_of(output->target), base_of(other->target)) == 0);
}

static bool is_this(const struct cli_output *output, const struct stat *status)
{
    const struct cli_identity *identity = &output->identity;
    return identity->exists && !S_ISCHR(status->st_mode) && identity->device == status->st_dev &&
           identity->inode == status->st_ino;
}

bool cli_output_is_path(const struct cli_output *output, const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && is_this(output, &status);
}

bool cli_output_is_open_file(const struct cli_output *output, int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 && is_this(output, &status);
}

bool cli_output_may_replace(const struct cli_output *output)
{
    static const char *const begins[] = {
        [CLI_OUTPUT_PLAIN] = "",
        [CLI_OUTPUT_TRACE] = "{\"rehearse\":",
        [CLI_OUTPUT_JUNIT] =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rehearse\"",
        [CLI_OUTPUT_METRICS] = "# HELP sup_",
        [CLI_OUTPUT_SHRUNK] = "# Shrunk by rehearse",
        [CLI_OUTPUT_TABLE] = "file,scenario,variant,",
        [CLI_OUTPUT_RESULTS] = "{\"rehearse-results\":",
        [CLI_OUTPUT_HTML] = "<!doctype html>\n<!-- Pictures of runs, by rehearse",
        [CLI_OUTPUT_SVG] =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- A picture of a run, by rehearse",
        [CLI_OUTPUT_PERFETTO] = "{\"otherData\":{\"rehearse\":",
        [CLI_OUTPUT_BADGE] = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rehearse-badge\"",
        [CLI_OUTPUT_SUMMARY] = "<!-- rehearse summary -->",
        [CLI_OUTPUT_FOUND] = "# found by rehearse ",
        [CLI_OUTPUT_CHOICES] = "# rehearse choices ",
        [CLI_OUTPUT_IMPORTED] = "# Imported by rehearse",
        [CLI_OUTPUT_REPORT] = "<!doctype html>\n<!-- A report of campaigns, by rehearse",
        [CLI_OUTPUT_SHEET] = "campaign,",
    };
    const char *wanted = begins[output->kind];
    char first[FIRST_BYTES];
    if (!output->identity.exists || !S_ISREG(output->identity.mode) || output->appends) {
        return true;
    }
    int descriptor = open(output->target, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        return false;
    }
    ssize_t length = read(descriptor, first, strlen(wanted));
    close(descriptor);
    return length == 0 ||
           (length == (ssize_t)strlen(wanted) && memcmp(first, wanted, strlen(wanted)) == 0);
}

/* ---- writing ---- */

static mode_t mode_for(const struct cli_output *output)
{
    if (output->identity.exists) {
        return output->identity.mode & 07777;
    }
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool write_all(struct cli_output *output, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(output->descriptor, bytes, length);
        if (put < 0 && errno == EINTR && !cli_interrupted()) {
            continue;
        }
        if (put < 0) {
            return false;
        }
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* Begins with what the target holds, and an empty line where it holds something. */
static bool copy_target(struct cli_output *output)
{
    char bytes[4096];
    char last = '\n';
    int descriptor = open(output->target, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t length = descriptor < 0 ? -1 : read(descriptor, bytes, sizeof bytes);
    bool some = length > 0;
    while (length > 0 && write_all(output, bytes, (size_t)length)) {
        last = bytes[length - 1];
        length = read(descriptor, bytes, sizeof bytes);
    }
    int error = errno;
    if (descriptor >= 0) {
        close(descriptor);
    }
    errno = error;
    return length == 0 && (!some || write_all(output, "\n\n", last == '\n' ? 1 : 2));
}

/* A new file beside the target, with the target's mode. */
static bool open_beside(struct cli_output *output)
{
    /* The file itself may be protected although its directory is not. */
    if (output->identity.exists && faccessat(AT_FDCWD, output->target, W_OK, AT_EACCESS) != 0) {
        return complain(output, strerror(errno));
    }
    output->temporary = beside(output->target, ".rehearse-XXXXXX");
    if (output->temporary == NULL) {
        return out_of_memory(output);
    }
    output->descriptor = mkstemp(output->temporary);
    if (output->descriptor < 0) {
        int error = errno;
        free(output->temporary);
        output->temporary = NULL;
        return complain(output, error == EACCES || error == EROFS
                                    ? "its directory cannot be written"
                                    : strerror(error));
    }
    output->opened = true;
    (void)fcntl(output->descriptor, F_SETFD, FD_CLOEXEC);
    bool good = fchmod(output->descriptor, mode_for(output)) == 0 &&
                (!output->appends || !output->identity.exists || copy_target(output));
    return good || complain(output, strerror(errno));
}

bool cli_output_open(struct cli_output *output)
{
    if (output->failed || output->opened) {
        return !output->failed;
    }
    if (!output->identity.exists || S_ISREG(output->identity.mode)) {
        return open_beside(output);
    }
    /* A pipe waits here for its reader; a signal ends that. */
    output->descriptor = open(output->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    output->opened = output->descriptor >= 0;
    return output->opened || complain(output, strerror(errno));
}

/* What is not complete is worth less than the room it takes, which another output
 * may need. */
static void discard(struct cli_output *output)
{
    if (output->descriptor > STDERR_FILENO) {
        close(output->descriptor);
    }
    output->descriptor = -1;
    output->opened = false;
    if (output->temporary != NULL) {
        unlink(output->temporary);
        free(output->temporary);
        output->temporary = NULL;
    }
}

static bool fail_write(struct cli_output *output)
{
    if (errno == EPIPE && cli_pipe_may_break()) {
        output->broken_pipe = true;
        output->failed = true;
    } else {
        complain(output, strerror(errno));
    }
    discard(output);
    return false;
}

bool cli_output_flush(struct cli_output *output)
{
    if (!output->failed && output->buffer.length > 0 &&
        !write_all(output, output->buffer.bytes, output->buffer.length)) {
        fail_write(output);
    }
    sim__text_clear(&output->buffer);
    return !output->failed;
}

bool cli_output_put(struct cli_output *output, const char *bytes, size_t length)
{
    sim__text_putn(&output->buffer, bytes, length);
    if (output->buffer.failed) {
        return out_of_memory(output);
    }
    return output->buffer.length < BUFFER_BYTES ? !output->failed : cli_output_flush(output);
}

bool cli_output_write(struct cli_output *output, struct sim__text *text)
{
    if (text->failed) {
        return out_of_memory(output);
    }
    if (text->length > 0) {
        cli_output_put(output, text->bytes, text->length);
        cli_output_flush(output);
    }
    sim__text_clear(text);
    return !output->failed;
}

/* The complete file takes the target's place. */
static bool install(struct cli_output *output)
{
    if (close(output->descriptor) != 0) {
        output->descriptor = -1;
        return fail_write(output);
    }
    output->descriptor = -1;
    output->opened = false;
    if (output->temporary != NULL && rename(output->temporary, output->target) != 0) {
        return fail_write(output);
    }
    free(output->temporary);
    output->temporary = NULL;
    return true;
}

bool cli_output_close(struct cli_output *output)
{
    cli_output_flush(output);
    if (output->failed) {
        discard(output);
    } else if (output->opened && !output->identity.standard) {
        install(output);
    }
    sim__text_release(&output->buffer);
    free(output->target);
    output->target = NULL;
    return !output->failed;
}

bool cli_output_say(struct sim__text *text)
{
    struct cli_output output;
    bool good =
        cli_output_name(&output, "-", NULL, CLI_OUTPUT_PLAIN) && cli_output_write(&output, text);
    good = cli_output_close(&output) && good;
    sim__text_release(text);
    if (output.broken_pipe) {
        cli_pipe_break();
    }
    return good;
}
