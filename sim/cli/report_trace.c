/* The traces of all runs, one after the other, as they are made. */
#include "report.h"

static void line(struct cli_writer *writer, const char *bytes, size_t length)
{
    sim__text_putn(&writer->text, bytes, length);
}

const struct cli_writer_calls cli_report_trace = {
    .line = line,
};
