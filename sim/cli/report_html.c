/* The runs as a page with their pictures (sim/picture/page.h).
 *
 * All runs that did not pass are on it, and of the others as many as anybody will look at:
 * a page is opened by a browser, which has it in memory.
 */
#include "pictured.h"
#include "report.h"
#include "sim/picture/page.h"

#define PASSED_MAX 50u            /* runs that passed */
#define PASSED_BYTES (32u << 20)  /* the page at most, with another one that passed */
#define FAILED_BYTES (256u << 20) /* … and with one that did not */

static void begin(struct cli_writer *writer, const struct cli_case *one, uint64_t seed)
{
    (void)seed;
    writer->text.failed |= !cli_pictured_begin(&writer->pictured, one);
}

static void line(struct cli_writer *writer, const char *line, size_t length)
{
    cli_pictured_line(writer->pictured, line, length);
}

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    (void)plan;
    sim__page_begin(&writer->body);
}

static bool has_room(const struct cli_writer *writer, const struct sim__picture_frame *frame)
{
    return frame->passed ? writer->number < PASSED_MAX && writer->body.length < PASSED_BYTES
                         : writer->body.length < FAILED_BYTES;
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    const struct cli_picture *made =
        cli_pictured_end(writer->pictured, writer->options, one, record, &writer->text.failed);
    if (made == NULL) {
        return;
    }
    if (!has_room(writer, &made->frame)) {
        writer->skips++;
        return;
    }
    if (writer->number + writer->failures > 0) {
        sim__page_between(&writer->body);
    }
    *(made->frame.passed ? &writer->number : &writer->failures) += 1;
    sim__page_run(&writer->body, made->picture, &made->frame);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    (void)tally;
    sim__page_end(&writer->body, writer->skips);
    writer->text.failed |= writer->body.failed;
    if (!writer->text.failed) {
        sim__text_putn(&writer->text, sim__text_string(&writer->body), writer->body.length);
    }
    cli_pictured_free(writer->pictured);
    writer->pictured = NULL;
}

const struct cli_writer_calls cli_report_html = {
    .start = start,
    .begin = begin,
    .line = line,
    .run = run,
    .end = end,
};
