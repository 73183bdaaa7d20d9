/* Files as bytes. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario.h"
#include "sup/assert.h"

/* Words of our own: those of the C library depend on the locale. */
static const char *reason_of(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such file";
    case EACCES:
    case EPERM:
        return "permission denied";
    case EISDIR:
        return "this is a directory";
    case ENOTDIR:
        return "a part of the path is no directory";
    case ELOOP:
        return "its symbolic links lead in a circle";
    case ENAMETOOLONG:
        return "the path is too long";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    default:
        return "it cannot be read";
    }
}

/* The whole stream, at most one byte more than a file may have. */
static int slurp(FILE *stream, struct sim__file *ret_file, int *ret_errno)
{
    const size_t most = (size_t)SIM_FILE_BYTES_MAX + 1;
    size_t length = 0;
    size_t size = 0;
    char *bytes = NULL;
    for (size_t got = 1; got > 0 && length < most; length += got) {
        if (length == size) {
            size = size == 0 ? (size_t)64 << 10 : size * 2;
            size = size < most ? size : most;
            char *larger = realloc(bytes, size);
            if (larger == NULL) {
                free(bytes);
                return SUP_ENOMEM;
            }
            bytes = larger;
        }
        errno = 0;
        got = fread(bytes + length, 1, size - length, stream);
    }
    SUP_ASSERT(length <= most);
    *ret_errno = ferror(stream) ? (errno != 0 ? errno : EIO) : 0;
    ret_file->bytes = bytes;
    ret_file->length = length;
    return SUP_OK;
}

static int read_stream(FILE *stream, struct sim__file *ret_file, const char **ret_why)
{
    struct stat status;
    int error = 0;
    *ret_file = (struct sim__file){0};
    if (fstat(fileno(stream), &status) == 0) {
        ret_file->identity =
            (struct sim__identity){true, (uint64_t)status.st_dev, (uint64_t)status.st_ino};
    }
    int result = slurp(stream, ret_file, &error);
    if (result == SUP_OK && error != 0) {
        free(ret_file->bytes);
        *ret_file = (struct sim__file){0};
        *ret_why = reason_of(error);
        return SUP_EINVAL;
    }
    return result;
}

int sim__file_read(const char *path, struct sim__file *ret_file, const char **ret_why)
{
    if (strcmp(path, "-") == 0) {
        return read_stream(stdin, ret_file, ret_why);
    }
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        *ret_why = reason_of(errno);
        return SUP_EINVAL;
    }
    int result = read_stream(stream, ret_file, ret_why);
    fclose(stream);
    return result;
}

/* NULL: it is a regular file. */
static const char *irregular(int result, const struct stat *status)
{
    if (result != 0) {
        return reason_of(errno);
    }
    if (S_ISDIR(status->st_mode)) {
        return reason_of(EISDIR);
    }
    return S_ISREG(status->st_mode) ? NULL : "this is no regular file";
}

int sim__file_open(const char *path, struct sim__opened *ret_opened, const char **ret_why)
{
    struct stat status;
    /* Before it is opened, since that alone may do something to a device; and again when it
     * is open, since it may have been replaced. */
    *ret_why = irregular(stat(path, &status), &status);
    if (*ret_why != NULL) {
        return SUP_EINVAL;
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    *ret_why = irregular(descriptor < 0 ? -1 : fstat(descriptor, &status), &status);
    if (*ret_why != NULL) {
        if (descriptor >= 0) {
            close(descriptor);
        }
        return SUP_EINVAL;
    }
    *ret_opened = (struct sim__opened){
        .descriptor = descriptor,
        .size = (uint64_t)status.st_size,
        .identity = {true, (uint64_t)status.st_dev, (uint64_t)status.st_ino},
    };
    return SUP_OK;
}

void sim__file_close(const struct sim__opened *opened)
{
    (void)close(opened->descriptor);
}

int sim__file_finish(const struct sim__opened *opened, struct sim__file *ret_file,
                     const char **ret_why)
{
    FILE *stream = fdopen(opened->descriptor, "rb");
    if (stream == NULL) {
        sim__file_close(opened);
        return SUP_ENOMEM;
    }
    int result = read_stream(stream, ret_file, ret_why);
    fclose(stream);
    return result;
}

int sim__file_read_regular(const char *path, struct sim__file *ret_file, const char **ret_why)
{
    struct sim__opened opened;
    int result = sim__file_open(path, &opened, ret_why);
    return result == SUP_OK ? sim__file_finish(&opened, ret_file, ret_why) : result;
}
