/* What is said of a file that was made smaller; see shrunk.h. */
#include "shrunk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "interrupt.h"
#include "sim/base/escape.h"
#include "sup/sup.h"

static void put_counts(struct sim__text *text, const struct cli_shrunk *shrunk)
{
    const struct cli_size *a = &shrunk->before, *b = &shrunk->after;
    sim__text_format(text,
                     "%" PRIu32 " -> %" PRIu32 " services, %" PRIu32 " -> %" PRIu32
                     " timeline entries, %" PRIu32 " -> %" PRIu32 " lines, %zu -> %zu bytes",
                     a->services, b->services, a->timeline, b->timeline, a->lines, b->lines,
                     a->bytes, b->bytes);
}

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
    sim__text_format(text, "%s run", options->program);
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

void cli_shrunk_heading(const struct cli_shrunk *shrunk, const struct cli_options *options,
                        struct sim__text *text)
{
    sim__text_put(text, "# Shrunk by rehearse " SUP_VERSION " from ");
    put_name(text, strcmp(options->paths[0], "-") == 0 ? "standard input" : options->paths[0]);
    if (shrunk->variant != NULL) {
        sim__text_put(text, " [");
        put_message(text, shrunk->variant);
        sim__text_char(text, ']');
    }
    sim__text_put(text, ".\n# signature: ");
    sim__trial_signature(&shrunk->last, text);
    sim__text_put(text, "\n# message: ");
    put_message(text, shrunk->last.message);
    sim__text_put(text, "\n# sizes: ");
    put_counts(text, shrunk);
    sim__text_format(text,
                     "\n# seed: %" PRIu64 ", hash: %016" PRIx64 "\n# replay: ", shrunk->last.seed,
                     shrunk->last.hash);
    put_replay(text, options);
    sim__text_char(text, '\n');
}

void cli_shrunk_report(const struct cli_shrunk *shrunk, const struct cli_options *options)
{
    struct sim__text text = {0};
    if (options->quiet) {
        return;
    }
    sim__trial_signature(&shrunk->last, &text);
    sim__text_put(&text, ": ");
    put_counts(&text, shrunk);
    sim__text_format(&text, "; %" PRIu64 " files tried", shrunk->shrunk.tried);
    if (!shrunk->shrunk.whole) {
        sim__text_put(&text, cli_interrupted() != 0 ? ", interrupted"
                                                    : ", the budget ran out: --budget gives more");
    }
    fprintf(stderr, "%s\n", sim__text_string(&text));
    sim__text_release(&text);
}
