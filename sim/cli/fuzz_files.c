/* Files that a campaign writes; see fuzz_files.h. */
#include "fuzz_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "output.h"

/* Of a path as it is shown; what is longer is cut. */
#define NAME_BYTES 8192u

bool cli_fuzz_complain(const char *path, const char *why)
{
    char buffer[NAME_BYTES];
    struct sim__text name;
    sim__text_init_fixed(&name, buffer, sizeof buffer);
    sim__text_show(&name, path);
    fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    return false;
}

bool cli_fuzz_file(const char *path, const char *option, struct sim__text *text)
{
    struct cli_output output;
    bool good = cli_output_name(&output, path, option, CLI_OUTPUT_FOUND);
    if (good && !cli_output_may_replace(&output)) {
        good = cli_output_refuse(&output, "it exists and was not written by rehearse fuzz");
    }
    good = good && cli_output_open(&output) && cli_output_write(&output, text);
    return cli_output_close(&output) && good;
}

bool cli_fuzz_directory(const char *directory)
{
    struct stat status;
    if (mkdir(directory, 0777) == 0) {
        return true;
    }
    if (errno != EEXIST || stat(directory, &status) != 0) {
        return cli_fuzz_complain(directory, strerror(errno));
    }
    return S_ISDIR(status.st_mode) || cli_fuzz_complain(directory, "it is no directory");
}
