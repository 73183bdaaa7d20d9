/* Finds the scenario files that the arguments name.
 *
 * A directory is walked: *.yaml, *.yml and *.json, sorted by the bytes of their
 * paths; hidden entries and files named schema.json are left out; links to
 * directories are not followed, so a walk always ends. A file that is named
 * itself is taken whatever it is called.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "words.h"

/* What is wrong with arguments and directories: as lines for people, and as
 * diagnostics in JSON Lines. */
struct cli_complaints {
    struct sim__text lines;
    struct sim__text json;
    uint32_t count;
};

struct cli_files {
    char **paths;
    bool *walked; /* found in a directory, not named */
    uint32_t count;
    uint32_t capacity;
    uint32_t marks; /* room of `walked` */
};

/* What is said of a directory in which there is no scenario, where only scenarios are asked for. */
#define CLI_NO_SCENARIO "no scenario in this directory (*.yaml, *.yml or *.json)"

/* Appends what `path` names. What is wrong with it is appended to `complaints`; the
 * rest is still found. `nothing` is said of a directory in which there is none; NULL: that is not
 * wrong. 0 or SUP_ENOMEM. */
int cli_files_find(struct cli_files *files, const char *path, const char *nothing,
                   struct cli_complaints *complaints);
/* Appends the path itself, whatever it names. 0 or SUP_ENOMEM. */
int cli_files_name(struct cli_files *files, const char *path);
/* A complaint about an argument, or what it names. */
void cli_files_complain(struct cli_complaints *complaints, const char *path, const char *what);
void cli_files_release(struct cli_files *files);

#endif
