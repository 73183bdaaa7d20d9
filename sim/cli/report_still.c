/* One run as one picture: SVG, and tracks for Perfetto. Of several runs it is the first that did
 * not pass, and the first of all when all of them passed. */
#include "pictured.h"
#include "report.h"
#include "sim/picture/still.h"
#include "sim/picture/tracks.h"

typedef void (*put_fn)(struct sim__text *text, const struct sim__picture *picture,
                       const struct sim__picture_frame *frame);

/* Whether the run at hand may still become the one. */
static bool is_open(const struct cli_writer *writer)
{
    return writer->failures == 0;
}

static void begin(struct cli_writer *writer, const struct cli_case *one, uint64_t seed)
{
    (void)seed;
    if (is_open(writer)) {
        writer->text.failed |= !cli_pictured_begin(&writer->pictured, one);
    }
}

static void line(struct cli_writer *writer, const char *line, size_t length)
{
    if (is_open(writer)) {
        cli_pictured_line(writer->pictured, line, length);
    }
}

static void take(struct cli_writer *writer, const struct cli_case *one,
                 const struct cli_record *record, put_fn put)
{
    bool better = writer->number == 0 || record->status != SIM_EXIT_PASS;
    const struct cli_picture *made =
        is_open(writer) && better
            ? cli_pictured_end(writer->pictured, writer->options, one, record, &writer->text.failed)
            : NULL;
    if (made == NULL) {
        return;
    }
    writer->number++;
    writer->failures += !made->frame.passed;
    sim__text_clear(&writer->body);
    put(&writer->body, made->picture, &made->frame);
}

static void run_still(struct cli_writer *writer, const struct cli_case *one,
                      const struct cli_record *record)
{
    take(writer, one, record, sim__still_put);
}

static void run_tracks(struct cli_writer *writer, const struct cli_case *one,
                       const struct cli_record *record)
{
    take(writer, one, record, sim__tracks_put);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    (void)tally;
    writer->text.failed |= writer->body.failed;
    if (!writer->text.failed) {
        sim__text_putn(&writer->text, sim__text_string(&writer->body), writer->body.length);
    }
    cli_pictured_free(writer->pictured);
    writer->pictured = NULL;
}

const struct cli_writer_calls cli_report_svg = {
    .begin = begin,
    .line = line,
    .run = run_still,
    .end = end,
};

const struct cli_writer_calls cli_report_perfetto = {
    .begin = begin,
    .line = line,
    .run = run_tracks,
    .end = end,
};
