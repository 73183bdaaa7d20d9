/* The data of a page, and the page around it. */
#include "page.h"

#include <string.h>

#include "page_files.h"
#include "sim/base/escape.h"
#include "sup/sup.h"

void sim__page_string(struct sim__text *page, const char *string)
{
    struct sim__text quoted = {0};
    sim__text_json(&quoted, string);
    const char *bytes = sim__text_string(&quoted);
    for (size_t i = 0; i < quoted.length;) {
        size_t plain = strcspn(bytes + i, "<>&");
        sim__text_putn(page, bytes + i, plain);
        i += plain;
        if (i < quoted.length) {
            sim__text_format(page, "\\u%04x", (unsigned)bytes[i++]);
        }
    }
    page->failed |= quoted.failed;
    sim__text_release(&quoted);
}

static void put_key(struct sim__text *page, const char *key)
{
    char last = page->length > 0 ? page->bytes[page->length - 1] : '{';
    sim__text_put(page, last == '{' || last == '[' ? "" : ",\n");
    sim__text_format(page, "\"%s\":", key);
}

static void put_member(struct sim__text *page, const char *key, const char *value)
{
    put_key(page, key);
    sim__page_string(page, value);
}

static void separate(struct sim__text *page, uint64_t number)
{
    sim__text_put(page, number == 0 ? "" : number % 16 == 0 ? ",\n" : ",");
}

/* What JavaScript's numbers cannot hold exactly goes as text. */
#define EXACT_MAX (UINT64_C(1) << 53)

static void put_instants(struct sim__text *page, const struct sim__picture *picture)
{
    put_key(page, "instants");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->instant_count; i++) {
        uint64_t ns = picture->instants[i].ns;
        separate(page, i);
        sim__text_put(page, ns >= EXACT_MAX ? "\"" : "");
        sim__text_u64(page, ns);
        sim__text_put(page, ns >= EXACT_MAX ? "\"" : "");
    }
    sim__text_char(page, ']');
}

static void put_words(struct sim__text *page, const struct sim__picture *picture)
{
    put_key(page, "words");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->word_count; i++) {
        separate(page, i);
        sim__page_string(page, picture->words[i]);
    }
    sim__text_char(page, ']');
}

/* A number, or -1. */
static void put_number(struct sim__text *page, uint32_t number)
{
    if (number == SIM__PICTURE_NONE) {
        sim__text_put(page, "-1");
    } else {
        sim__text_u64(page, number);
    }
}

static void put_row(struct sim__text *page, uint32_t row, const uint32_t *numbers, uint32_t count)
{
    separate(page, row);
    for (uint32_t i = 0; i < count; i++) {
        sim__text_put(page, i == 0 ? "" : ",");
        put_number(page, numbers[i]);
    }
}

static void put_named(struct sim__text *page, uint32_t row, const char *name, uint32_t number)
{
    separate(page, row);
    sim__text_char(page, '[');
    sim__page_string(page, name);
    sim__text_char(page, ',');
    put_number(page, number);
    sim__text_char(page, ']');
}

static void put_subjects(struct sim__text *page, const struct sim__picture *picture)
{
    put_key(page, "groups");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->group_count; i++) {
        put_named(page, i, picture->groups[i].name, picture->groups[i].parent);
    }
    sim__text_char(page, ']');
    put_key(page, "services");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->lane_count; i++) {
        put_named(page, i, picture->lanes[i].name, picture->lanes[i].group);
    }
    sim__text_char(page, ']');
    put_key(page, "conditions");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->condition_count; i++) {
        separate(page, i);
        sim__text_char(page, '[');
        sim__page_string(page, picture->conditions[i].name);
        sim__text_char(page, ']');
    }
    sim__text_char(page, ']');
}

static void put_bars(struct sim__text *page, const struct sim__picture *picture)
{
    put_key(page, "spans");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->bar_count; i++) {
        const struct sim__bar *bar = &picture->bars[i];
        const uint32_t row[] = {bar->service, bar->kind,    bar->from,
                                bar->to,      bar->attempt, bar->event};
        put_row(page, i, row, sizeof row / sizeof row[0]);
    }
    sim__text_char(page, ']');
    put_key(page, "bands");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->band_count; i++) {
        const struct sim__band *band = &picture->bands[i];
        const uint32_t row[] = {band->condition, band->state, band->from, band->to};
        put_row(page, i, row, sizeof row / sizeof row[0]);
    }
    sim__text_char(page, ']');
    put_key(page, "drains");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->drain_count; i++) {
        const uint32_t row[] = {picture->drains[i].from, picture->drains[i].to};
        put_row(page, i, row, sizeof row / sizeof row[0]);
    }
    sim__text_char(page, ']');
}

static void put_events(struct sim__text *page, const struct sim__picture *picture)
{
    uint32_t outcomes = 0;
    put_key(page, "events");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->event_count; i++) {
        const struct sim__picture_event *event = &picture->events[i];
        const uint32_t row[] = {event->instant, event->kind,    event->subject, event->type,
                                event->detail,  event->because, event->attempt};
        put_row(page, i, row, sizeof row / sizeof row[0]);
    }
    sim__text_char(page, ']');
    put_key(page, "outcomes");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->event_count; i++) {
        if (picture->events[i].outcome != SIM__PICTURE_NONE) {
            const uint32_t row[] = {i, picture->events[i].outcome};
            put_row(page, outcomes++, row, sizeof row / sizeof row[0]);
        }
    }
    sim__text_char(page, ']');
}

static void put_plots(struct sim__text *page, const struct sim__picture *picture)
{
    put_key(page, "plots");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < picture->plot_count; i++) {
        const struct sim__plot *plot = &picture->plots[i];
        sim__text_put(page, i == 0 ? "{" : ",\n{");
        put_member(page, "name", plot->name);
        put_key(page, "peak");
        sim__text_u64(page, plot->peak);
        put_key(page, "steps");
        sim__text_char(page, '[');
        for (uint32_t k = 0; k < plot->step_count; k++) {
            separate(page, k);
            put_number(page, plot->steps[k].instant);
            sim__text_char(page, ',');
            sim__text_u64(page, plot->steps[k].value);
        }
        sim__text_put(page, "]}");
    }
    sim__text_char(page, ']');
}

static void put_mark(struct sim__text *page, const struct sim__picture_mark *mark)
{
    sim__text_char(page, '{');
    put_key(page, "at");
    put_number(page, mark->from);
    put_key(page, "to");
    put_number(page, mark->to);
    put_key(page, "line");
    sim__text_u64(page, mark->line);
    put_member(page, "file", mark->file);
    put_member(page, "source", mark->source);
    put_key(page, "held");
    sim__text_put(page, mark->held ? "true" : "false");
    put_member(page, "expected", mark->expected);
    put_member(page, "found", mark->found);
    put_key(page, "services");
    sim__text_char(page, '[');
    put_row(page, 0, mark->lanes, mark->lane_count);
    sim__text_put(page, "]}");
}

static void put_marks(struct sim__text *page, const struct sim__picture_frame *frame)
{
    put_key(page, "expectations");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < frame->mark_count; i++) {
        sim__text_put(page, i == 0 ? "" : ",\n");
        put_mark(page, &frame->marks[i]);
    }
    sim__text_char(page, ']');
    put_key(page, "measures");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < frame->figure_count; i++) {
        sim__text_put(page, i == 0 ? "{" : ",\n{");
        put_member(page, "name", frame->figures[i].name);
        put_member(page, "value", frame->figures[i].value);
        put_key(page, "line");
        sim__text_u64(page, frame->figures[i].line);
        sim__text_char(page, '}');
    }
    sim__text_char(page, ']');
}

static void put_frame(struct sim__text *page, const struct sim__picture *picture,
                      const struct sim__picture_frame *frame)
{
    put_member(page, "file", frame->file);
    put_member(page, "name", frame->name);
    if (frame->variant != NULL) {
        put_member(page, "variant", frame->variant);
    }
    put_key(page, "seed");
    sim__text_format(page, "\"%llu\"", (unsigned long long)frame->seed);
    put_member(page, "executor", frame->executor);
    put_key(page, "hash");
    sim__text_char(page, '"');
    sim__text_hex16(page, frame->hash);
    sim__text_char(page, '"');
    put_key(page, "events_total");
    sim__text_u64(page, picture->total);
    put_member(page, "word", frame->word);
    put_key(page, "passed");
    sim__text_put(page, frame->passed ? "true" : "false");
    put_member(page, "message", frame->message);
    put_member(page, "note", frame->note);
    put_member(page, "replay", frame->replay);
    put_key(page, "end");
    put_number(page, picture->end);
    put_key(page, "fails_at");
    put_number(page, frame->fails_at);
}

void sim__page_run(struct sim__text *page, const struct sim__picture *picture,
                   const struct sim__picture_frame *frame)
{
    sim__text_char(page, '{');
    put_frame(page, picture, frame);
    put_instants(page, picture);
    put_words(page, picture);
    put_subjects(page, picture);
    put_bars(page, picture);
    put_events(page, picture);
    put_plots(page, picture);
    put_marks(page, frame);
    sim__text_char(page, '}');
}

/* ---- the page around it ---- */

void sim__page_part(struct sim__text *page, const char *frame, const char *from, const char *to)
{
    const char *begin = from == NULL ? frame : strstr(frame, from);
    const char *end = begin == NULL || to == NULL ? NULL : strstr(begin, to);
    page->failed |= begin == NULL || (to != NULL && end == NULL);
    if (page->failed) {
        return;
    }
    begin += from == NULL ? 0 : strlen(from);
    sim__text_putn(page, begin, to == NULL ? strlen(begin) : (size_t)(end - begin));
}

void sim__page_begin(struct sim__text *page)
{
    sim__page_part(page, sim__page_frame, NULL, "@style@\n");
    sim__text_put(page, sim__page_base);
    sim__text_put(page, sim__page_style);
    sim__page_part(page, sim__page_frame, "@style@\n", "@data@\n");
    sim__text_put(page, "<script type=\"application/json\" id=\"data\">{\"format\":1");
    put_member(page, "version", SUP_VERSION);
    put_key(page, "kinds");
    sim__text_char(page, '[');
    for (uint32_t i = 0; i < SIM__BARS; i++) {
        separate(page, i);
        sim__page_string(page, sim__bar_name((enum sim__bar_kind)i));
    }
    sim__text_char(page, ']');
    put_key(page, "runs");
    sim__text_char(page, '[');
}

void sim__page_between(struct sim__text *page)
{
    sim__text_put(page, ",\n");
}

void sim__page_end(struct sim__text *page, uint64_t left_out)
{
    sim__text_char(page, ']');
    put_key(page, "left_out");
    sim__text_u64(page, left_out);
    sim__text_put(page, "}</script>\n");
    sim__page_part(page, sim__page_frame, "@data@\n", "@script@\n");
    sim__text_put(page, sim__page_texts);
    sim__text_put(page, sim__page_script);
    sim__page_part(page, sim__page_frame, "@script@\n", NULL);
}
