/* What is said of a file that was made smaller; see shrunk.h. */
#include "shrunk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "sim/base/escape.h"
#include "sup/sup.h"

static void put_name(struct sim__text *text, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
    sim__text_safe(text, name, strlen(name));
}

/* One line, whatever a message holds. */
static void put_message(struct sim__text *text, const char *message)
{
    size_t length = strcspn(message, "\n");
    sim__text_safe(text, message, length);
}

static void put_replay(struct sim__text *text, const struct cli_options *options)
{
    bool standard = options->out == NULL || strcmp(options->out, "-") == 0;
    sim__text_format(text, "%s %s", options->program, options->claimed ? "shrink" : "run");
    if (options->claimed) {
        sim__text_put(text, " --relation ");
        sim__claim_put(&options->claim, text);
    }
    if (options->max_events != 0) {
        sim__text_format(text, " --max-events %" PRIu64, options->max_events);
    }
    if (options->max_steps != 0) {
        sim__text_format(text, " --max-steps %" PRIu64, options->max_steps);
    }
    sim__text_char(text, ' ');
    if (standard) {
        sim__text_put(text, "THIS-FILE");
    } else {
        sim__text_shell(text, options->out);
    }
}

void cli_shrunk_hash(const struct cli_smaller *smaller, struct sim__text *text)
{
    if (smaller->last.sign != SIM__SIGN_CRASHED && smaller->last.sign != SIM__SIGN_HUNG) {
        sim__text_format(text, "# seed: %" PRIu64 ", hash: %016" PRIx64 "\n", smaller->last.seed,
                         smaller->last.hash);
    }
}

void cli_shrunk_heading(const struct cli_smaller *smaller, const char *variant,
                        const struct cli_options *options, struct sim__text *text)
{
    sim__text_put(text, "# Shrunk by rehearse " SUP_VERSION " from ");
    put_name(text, strcmp(options->paths[0], "-") == 0 ? "standard input" : options->paths[0]);
    if (variant != NULL) {
        sim__text_put(text, " [");
        put_message(text, variant);
        sim__text_char(text, ']');
    }
    sim__text_put(text, ".\n# signature: ");
    sim__trial_signature(&smaller->last, text);
    sim__text_put(text, "\n# message: ");
    put_message(text, smaller->last.message);
    sim__text_put(text, "\n# sizes: ");
    cli_smaller_sizes(smaller, text);
    sim__text_char(text, '\n');
    cli_shrunk_hash(smaller, text);
    sim__text_put(text, "# replay: ");
    put_replay(text, options);
    sim__text_char(text, '\n');
}

const char *cli_shrunk_early(const struct cli_smaller *smaller)
{
    if (smaller->shrunk.whole) {
        return "";
    }
    return cli_interrupted() != 0 ? ", interrupted" : ", the budget ran out";
}

void cli_shrunk_report(const struct cli_smaller *smaller, const struct cli_options *options)
{
    struct sim__text text = {0};
    if (options->quiet) {
        return;
    }
    const char *early = cli_shrunk_early(smaller);
    sim__trial_signature(&smaller->last, &text);
    sim__text_put(&text, ": ");
    cli_smaller_sizes(smaller, &text);
    sim__text_format(&text, "; %" PRIu64 " files tried%s%s", smaller->shrunk.tried, early,
                     early[0] != '\0' && cli_interrupted() == 0 ? ": --budget gives more" : "");
    fprintf(stderr, "%s\n", sim__text_string(&text));
    sim__text_release(&text);
}
