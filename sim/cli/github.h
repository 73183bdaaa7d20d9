/* Workflow commands: lines in the log of GitHub Actions that become annotations, at the
 * line of a file. A name or a text of a user's is never one: it is escaped within a
 * command, and what would be taken for a command elsewhere is disarmed.
 */
#ifndef CLI_GITHUB_H
#define CLI_GITHUB_H

#include "plan.h"
#include "words.h"

enum cli_github_level { CLI_GITHUB_ERROR, CLI_GITHUB_WARNING, CLI_GITHUB_NOTICE };

struct cli_github_note {
    enum cli_github_level level;
    const char *file;       /* as the command met it; NULL: of no file */
    struct sim_place place; /* line 0: of the file as a whole */
    const char *title;
};

/* One annotation. Title and message are raw; a line feed in the message begins a line of it. */
void cli_github_put(struct sim__text *text, const struct cli_github_note *note,
                    const char *message);
/* Raw text as the data of a command that is put together elsewhere. */
void cli_github_put_data(struct sim__text *text, const char *raw);
/* What is wrong with a file, or most likely a mistake; `file` as it was given. */
void cli_github_told(struct sim__text *text, const char *file, const struct sim__told_list *told);
/* Disarms what was written from this length on, whole lines: `::` at the begin of a line and
 * `##[` anywhere lose their meaning, and can be read still. */
void cli_github_disarm(struct sim__text *text, size_t from);
/* As cli_plan_complain, and an annotation of each complaint on standard output. */
void cli_github_complain(const struct cli_plan *plan);

#endif
