/* Files that the command writes. */
#include "output.h"

#include <errno.h>
#include <string.h>

static bool complain(struct cli_output *output, const char *why)
{
    struct cli_text name = {0};
    cli_text_safe(&name, output->name, strlen(output->name));
    if (!output->failed) {
        fprintf(stderr, "rehearse: cannot write %s: %s\n", cli_text_string(&name), why);
    }
    cli_text_release(&name);
    output->failed = true;
    return false;
}

bool cli_output_open(struct cli_output *output, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    *output = (struct cli_output){.name = standard ? "standard output" : path};
    output->file = standard ? stdout : fopen(path, "w");
    return output->file != NULL || complain(output, strerror(errno));
}

bool cli_output_write(struct cli_output *output, struct cli_text *text)
{
    if (text->failed) {
        return complain(output, "out of memory");
    }
    if (!output->failed && text->length > 0 &&
        (fwrite(text->bytes, 1, text->length, output->file) != text->length ||
         fflush(output->file) != 0)) {
        complain(output, strerror(errno));
    }
    cli_text_clear(text);
    return !output->failed;
}

bool cli_output_close(struct cli_output *output)
{
    FILE *file = output->file;
    output->file = NULL;
    if (file == NULL) {
        return !output->failed;
    }
    int result = file == stdout ? fflush(file) : fclose(file);
    if (result != 0) {
        complain(output, strerror(errno));
    }
    return !output->failed;
}
