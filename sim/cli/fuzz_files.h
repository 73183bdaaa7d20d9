/* Files that a campaign writes, and the directories that they are in. */
#ifndef CLI_FUZZ_FILES_H
#define CLI_FUZZ_FILES_H

#include "words.h"

/* Says on standard error what is wrong with it. False, always. */
bool cli_fuzz_complain(const char *path, const char *why);
/* Makes the directory when there is none. False, and a message, when it cannot be one. */
bool cli_fuzz_directory(const char *directory);
/* What an earlier campaign wrote may be replaced; nothing else. `option` named it. False, and a
 * message, when it cannot be written. */
bool cli_fuzz_file(const char *path, const char *option, struct sim__text *text);

#endif
