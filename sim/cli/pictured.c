/* Puts the picture of a run together; see pictured.h. */
#include "pictured.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/scenario/place.h"
#include "source_line.h"
#include "sup/error.h"
#include "timeline.h"

struct cli_pictured {
    struct sim__picture *picture;
    struct sim_arena *arena; /* of the frame's texts and marks */
    struct cli_picture made;
    struct sim__text detail;
    bool failed;
};

void cli_pictured_free(struct cli_pictured *pictured)
{
    if (pictured != NULL) {
        sim__picture_free(pictured->picture);
        sim__arena_free(pictured->arena);
        sim__text_release(&pictured->detail);
        free(pictured);
    }
}

bool cli_pictured_begin(struct cli_pictured **pictured, const struct cli_case *one)
{
    cli_pictured_free(*pictured);
    *pictured = calloc(1, sizeof **pictured);
    if (*pictured == NULL) {
        return false;
    }
    bool good = sim__arena_create(&sup_allocator_libc, &(*pictured)->arena) == SUP_OK &&
                sim__picture_create(one->scenario, &(*pictured)->picture) == SUP_OK;
    if (!good) {
        cli_pictured_free(*pictured);
        *pictured = NULL;
    }
    return good;
}

void cli_pictured_line(struct cli_pictured *pictured, const char *line, size_t length)
{
    struct sim__json json;
    if (pictured != NULL && cli_timeline_reads(line, length, &json)) {
        sim__text_clear(&pictured->detail);
        cli_timeline_detail(&pictured->detail, &json);
        sim__picture_line(pictured->picture, &json, sim__text_string(&pictured->detail));
        pictured->failed |= pictured->detail.failed;
    }
}

/* ---- the frame ---- */

/* The text as a copy of the arena's; empties it. */
static const char *take(struct cli_pictured *pictured, struct sim__text *text)
{
    const char *copy = sim__arena_text(pictured->arena, sim__text_string(text), text->length);
    pictured->failed |= text->failed || copy == NULL;
    sim__text_release(text);
    *text = (struct sim__text){0};
    return copy != NULL ? copy : "";
}

/* The line of the file, without what indents it. */
static const char *source_of(struct cli_pictured *pictured, const struct sim_scenario *scenario,
                             struct sim_place place)
{
    struct sim__cursor cursor;
    if (place.line == 0 || place.file >= scenario->source_count) {
        return "";
    }
    const struct sim_source *source = &scenario->sources[place.file];
    sim__cursor_init(&cursor, source->bytes, source->length);
    if (!sim__cursor_line(&cursor, place.line)) {
        return "";
    }
    size_t from = cursor.offset, to = from;
    while (to < source->length && source->bytes[to] != '\n' && source->bytes[to] != '\r') {
        to++;
    }
    while (from < to && source->bytes[from] == ' ') {
        from++;
    }
    struct sim__text text = {0};
    sim__text_safe(&text, source->bytes + from, to - from);
    return take(pictured, &text);
}

static bool is_there(struct sim_place a, struct sim_place b)
{
    return a.line == b.line && a.column == b.column && a.file == b.file;
}

static struct sup_instant instant_of(const struct cli_failure *failure,
                                     const struct cli_record *record)
{
    return failure->at.ns == SUP_NEVER_NS ? record->end : failure->at;
}

/* Where a mark of an expectation that held begins and ends; never: it is of the whole run. */
static void stretch_of(const struct sim_expectation *one, struct sup_instant *ret_from,
                       struct sup_instant *ret_to)
{
    *ret_from = *ret_to = SUP_INSTANT_NEVER;
    if (one->when == SIM_WHEN_AT) {
        *ret_from = *ret_to = one->from;
    } else if (one->when == SIM_WHEN_BY) {
        *ret_from = *ret_to = one->to;
    } else if (one->when == SIM_WHEN_ALWAYS || one->when == SIM_WHEN_NEVER) {
        *ret_from = one->from;
        *ret_to = one->to;
    }
}

struct framing {
    struct cli_pictured *pictured;
    const struct cli_case *one;
    const struct cli_record *record;
    struct sim__picture_mark *marks;
    uint32_t count;
};

static bool has_failed(const struct framing *framing, struct sim_place place)
{
    for (uint32_t i = 0; i < framing->record->failure_count; i++) {
        if (is_there(framing->record->failures[i].place, place)) {
            return true;
        }
    }
    return false;
}

static uint32_t number_of(const struct framing *framing, struct sup_instant at)
{
    return at.ns == SUP_NEVER_NS ? SIM__PICTURE_NONE
                                 : sim__picture_instant(framing->pictured->picture, at);
}

static struct sim__picture_mark *mark_at(struct framing *framing, struct sim_place place)
{
    const struct cli_case *one = framing->one;
    struct sim__picture_mark *mark = &framing->marks[framing->count++];
    *mark = (struct sim__picture_mark){
        .line = place.line,
        .file = cli_source_file(one->scenario, one->path, place),
        .source = source_of(framing->pictured, one->scenario, place),
        .expected = "",
        .found = "",
    };
    return mark;
}

static void put_failure(struct framing *framing, const struct cli_failure *failure)
{
    struct sim__picture_mark *mark = mark_at(framing, failure->place);
    uint32_t *lanes =
        sim__arena_alloc(framing->pictured->arena, failure->service_count + 1u, sizeof *lanes);
    mark->from = mark->to = number_of(framing, instant_of(failure, framing->record));
    mark->expected = failure->expected;
    mark->found = failure->found;
    for (uint32_t i = 0; i < failure->service_count && lanes != NULL; i++) {
        uint32_t lane = sim__picture_lane(framing->pictured->picture, failure->services[i]);
        if (lane != SIM__PICTURE_NONE) {
            lanes[mark->lane_count++] = lane;
        }
    }
    mark->lanes = lanes;
}

static void put_held(struct framing *framing, const struct sim_expectation *one)
{
    struct sup_instant from, to;
    bool asked = one->when != SIM_WHEN_SEEDS && one->when != SIM_WHEN_MEASURE;
    if (!asked || has_failed(framing, one->place)) {
        return;
    }
    stretch_of(one, &from, &to);
    struct sim__picture_mark *mark = mark_at(framing, one->place);
    mark->from = number_of(framing, from);
    mark->to = number_of(framing, to);
    if (mark->from != SIM__PICTURE_NONE && mark->to == SIM__PICTURE_NONE) {
        mark->to = framing->pictured->picture->end;
    }
    mark->held = true;
}

/* What was not judged, since the run failed as a whole, has no marks. */
static bool is_judged(const struct cli_record *record)
{
    return record->verdict == SIM_PASS || record->verdict == SIM_EXPECTATION_FAILED;
}

static void put_marks(struct framing *framing, struct sim__picture_frame *frame)
{
    const struct sim_scenario *scenario = framing->one->scenario;
    const struct cli_record *record = framing->record;
    framing->marks = sim__arena_alloc(framing->pictured->arena,
                                      record->failure_count + scenario->expectation_count + 1u,
                                      sizeof *framing->marks);
    if (framing->marks == NULL) {
        framing->pictured->failed = true;
        return;
    }
    for (uint32_t i = 0; i < record->failure_count; i++) {
        put_failure(framing, &record->failures[i]);
    }
    for (uint32_t i = 0; i < scenario->expectation_count && is_judged(record); i++) {
        put_held(framing, &scenario->expectations[i]);
    }
    frame->marks = framing->marks;
    frame->mark_count = framing->count;
    frame->fails_at = frame->passed ? SIM__PICTURE_NONE : framing->pictured->picture->end;
    if (record->failure_count > 0) {
        frame->fails_at = framing->marks[0].from;
    }
}

static void put_figures(struct framing *framing, struct sim__picture_frame *frame)
{
    const struct sim_scenario *scenario = framing->one->scenario;
    const struct cli_record *record = framing->record;
    struct sim__text text = {0};
    struct sim__picture_figure *figures =
        sim__arena_alloc(framing->pictured->arena, record->measure_count + 1u, sizeof *figures);
    for (uint32_t i = 0;
         figures != NULL && i < record->measure_count && i < scenario->measure_count; i++) {
        const struct sim_measure *measure = &scenario->measures[i];
        cli_report_figure(&text, measure, record->measures[i]);
        figures[frame->figure_count++] = (struct sim__picture_figure){
            .name = measure->name,
            .value = take(framing->pictured, &text),
            .line = measure->place.line,
        };
    }
    frame->figures = figures;
}

/* Every instant that a mark names: where it holds, and where it fails. */
static void complete(struct cli_pictured *pictured, const struct cli_case *one,
                     const struct cli_record *record)
{
    const struct sim_scenario *scenario = one->scenario;
    size_t room = (size_t)scenario->expectation_count * 2 + record->failure_count + 1;
    struct sup_instant *marked = calloc(room, sizeof *marked);
    struct sim__picture_closing closing = {.came_to_its_end = is_judged(record), .marked = marked};
    for (uint32_t i = 0; i < record->failure_count && marked != NULL; i++) {
        marked[closing.marked_count++] = instant_of(&record->failures[i], record);
    }
    for (uint32_t i = 0; i < scenario->expectation_count && marked != NULL; i++) {
        stretch_of(&scenario->expectations[i], &marked[closing.marked_count],
                   &marked[closing.marked_count + 1]);
        closing.marked_count += 2;
    }
    pictured->failed |= marked == NULL;
    sim__picture_complete(pictured->picture, &closing);
    free(marked);
}

const struct cli_picture *cli_pictured_end(struct cli_pictured *pictured,
                                           const struct cli_options *options,
                                           const struct cli_case *one,
                                           const struct cli_record *record, bool *ret_failed)
{
    struct sim__text text = {0};
    if (pictured == NULL || record->skipped) {
        return NULL;
    }
    struct framing framing = {.pictured = pictured, .one = one, .record = record};
    complete(pictured, one, record);
    cli_report_replay(&text, options, one, record->seed);
    pictured->made = (struct cli_picture){
        .picture = pictured->picture,
        .frame =
            {
                .file = one->path,
                .name = one->scenario->title,
                .variant = one->scenario->variant,
                .seed = record->seed,
                .hash = record->hash,
                .executor = options->executor->name,
                .word = record->verdict == SIM_LATE ? "late" : cli_report_word(record->status),
                .passed = record->status == SIM_EXIT_PASS,
                .message = record->message,
                .note = record->note,
                .replay = take(pictured, &text),
                .fails_at = SIM__PICTURE_NONE,
            },
    };
    put_marks(&framing, &pictured->made.frame);
    put_figures(&framing, &pictured->made.frame);
    *ret_failed |=
        pictured->failed || pictured->picture->failed || sim__arena_failed(pictured->arena);
    return *ret_failed ? NULL : &pictured->made;
}
