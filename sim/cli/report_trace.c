/* The traces of all runs, one after the other. */
#include "report.h"

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    (void)one;
    sim__text_putn(&writer->text, record->trace, record->trace_length);
}

const struct cli_writer_calls cli_report_trace = {
    .run = run,
};
