/* The rows of a still: names, bars, how attempts ended, conditions, expectations. */
#include <stdlib.h>
#include <string.h>

#include "sim/base/escape.h"
#include "sim/base/utf8.h"
#include "still_parts.h"
#include "sup/event.h"

/* A name, cut so that it fits before the lanes. */
static void put_name(struct sim__still *still, const char *name, uint32_t x, uint32_t y,
                     const char *class)
{
    size_t length = strlen(name), at = sim__utf8_cut(name, length, NAME_COLUMNS);
    sim__text_format(still->text, "<text class=\"%s\" x=\"%u\" y=\"%u\">", class, x, y);
    sim__text_xml(still->text, name, at);
    sim__text_put(still->text, at < length ? "\xE2\x80\xA6</text>\n" : "</text>\n");
}

/* What stands in the tooltip of a bar. */
static void put_bar_title(struct sim__still *still, const struct sim__bar *bar)
{
    const struct sim__picture *picture = still->picture;
    const struct sim__picture_event *event = &picture->events[bar->event];
    struct sim__text words = {0};
    sim__text_put(&words, sim__bar_name(bar->kind));
    if (bar->attempt > 0) {
        sim__text_format(&words, " #%u", bar->attempt);
    }
    sim__text_put(&words, ", ");
    sim__text_duration(&words, SUP_NS(picture->instants[bar->from].ns));
    sim__text_put(&words, " to ");
    sim__text_duration(&words, SUP_NS(picture->instants[bar->to].ns));
    if (event->because != SIM__PICTURE_NONE) {
        sim__text_format(&words, ": %s", picture->words[event->because]);
    }
    sim__text_put(still->text, "<title>");
    sim__still_words(still->text, sim__text_string(&words));
    sim__text_put(still->text, "</title>");
    still->text->failed |= words.failed;
    sim__text_release(&words);
}

/* How high a kind stands in its row, so that nobody needs the colours. */
static void shape_of(enum sim__bar_kind kind, uint32_t *ret_top, uint32_t *ret_height)
{
    *ret_top = (ROW - BAR) / 2;
    *ret_height = BAR;
    if (kind == SIM__BAR_WAITING || kind == SIM__BAR_COOLING || kind == SIM__BAR_HELD) {
        *ret_top += BAR / 4;
        *ret_height = BAR / 2;
    } else if (kind == SIM__BAR_IDLE || kind == SIM__BAR_ENDED) {
        *ret_top += BAR / 2 - 1;
        *ret_height = kind == SIM__BAR_IDLE ? 2 : 1;
    } else if (kind == SIM__BAR_OPEN || kind == SIM__BAR_HALF_OPEN) {
        *ret_top += BAR + 1;
        *ret_height = 3;
    }
}

static void put_bar(struct sim__still *still, const struct sim__bar *bar, uint32_t y)
{
    uint32_t from = sim__still_x(still, bar->from), to = sim__still_x(still, bar->to), top, height;
    shape_of(bar->kind, &top, &height);
    sim__text_format(still->text, "<rect class=\"%s\"", sim__bar_name(bar->kind));
    sim__still_tenths(still->text, "x", from);
    sim__still_tenths(still->text, "width", to > from + 8 ? to - from : 8);
    sim__text_format(still->text, " y=\"%u\" height=\"%u\">", y + top, height);
    put_bar_title(still, bar);
    sim__text_put(still->text, "</rect>\n");
}

/* Bars that would lie on one another within a pixel are one. */
static void put_lane(struct sim__still *still, uint32_t lane, uint32_t y)
{
    const struct sim__picture *picture = still->picture;
    uint32_t drawn[SIM__BARS] = {0};
    for (uint32_t i = sim__picture_bars_of(picture, lane);
         i < picture->bar_count && picture->bars[i].service == lane; i++) {
        const struct sim__bar *bar = &picture->bars[i];
        uint32_t to = sim__still_x(still, bar->to);
        if (to >= drawn[bar->kind] + 5) {
            put_bar(still, bar, y);
            drawn[bar->kind] = to;
        }
    }
}

/* How attempts ended: a cross for what failed, a dot for what ended well. */
static void put_ends(struct sim__still *still, const uint32_t *row_of)
{
    const struct sim__picture *picture = still->picture;
    uint32_t last = SIM__PICTURE_NONE, last_y = 0;
    for (uint32_t i = 0; i < picture->event_count; i++) {
        const struct sim__picture_event *event = &picture->events[i];
        uint32_t row =
            event->kind == SIM__SUBJECT_SERVICE ? row_of[event->subject] : SIM__PICTURE_NONE;
        if (event->outcome == SIM__PICTURE_NONE || row == SIM__PICTURE_NONE) {
            continue;
        }
        const char *outcome = picture->words[event->outcome];
        uint32_t x = sim__still_x(still, event->instant), y = sim__still_y(row) + ROW / 2;
        bool well = strcmp(outcome, sup_outcome_name(SUP_OUTCOME_SUCCEEDED)) == 0;
        bool told = strcmp(outcome, sup_outcome_name(SUP_OUTCOME_CANCELLED)) == 0;
        if (y == last_y && x < last + 20 && x >= last) {
            continue; /* they would hide each other */
        }
        last = x;
        last_y = y;
        sim__text_format(still->text, "<use href=\"#%s\"", well ? "well" : told ? "told" : "badly");
        sim__still_tenths(still->text, "x", x);
        sim__text_format(still->text, " y=\"%u\"/>\n", y);
    }
}

static void put_condition(struct sim__still *still, uint32_t condition, uint32_t y)
{
    const struct sim__picture *picture = still->picture;
    for (uint32_t i = 0; i < picture->band_count; i++) {
        const struct sim__band *band = &picture->bands[i];
        if (band->condition != condition) {
            continue;
        }
        const char *state = picture->words[band->state];
        uint32_t from = sim__still_x(still, band->from), to = sim__still_x(still, band->to);
        bool up = strcmp(state, "up") == 0;
        sim__text_format(still->text, "<rect class=\"%s\"", up ? "up" : "down");
        sim__still_tenths(still->text, "x", from);
        sim__still_tenths(still->text, "width", to > from + 8 ? to - from : 8);
        sim__text_format(still->text, " y=\"%u\" height=\"%u\"><title>", y + (ROW - BAR) / 2, BAR);
        sim__still_words(still->text, state);
        sim__text_put(still->text, "</title></rect>\n");
        if (to > from + 500) {
            sim__text_put(still->text, "<text class=\"state\"");
            sim__still_tenths(still->text, "x", from + 50);
            sim__text_format(still->text, " y=\"%u\">", y + ROW / 2 + 4);
            sim__text_xml(still->text, state, strlen(state) < 24 ? strlen(state) : 24);
            sim__text_put(still->text, "</text>\n");
        }
    }
}

static void put_marks(struct sim__still *still, uint32_t y)
{
    for (uint32_t i = 0; i < still->frame->mark_count; i++) {
        const struct sim__picture_mark *mark = &still->frame->marks[i];
        uint32_t at = mark->to == SIM__PICTURE_NONE ? still->picture->end : mark->to;
        sim__text_format(still->text, "<use href=\"#%s\"", mark->held ? "held" : "missed");
        sim__still_tenths(still->text, "x", sim__still_x(still, at));
        sim__text_format(still->text, " y=\"%u\"><title>line %u: ", y + ROW / 2, mark->line);
        sim__still_words(still->text, mark->held ? mark->source : mark->expected);
        if (!mark->held) {
            sim__text_put(still->text, "; found ");
            sim__still_words(still->text, mark->found);
        }
        sim__text_put(still->text, "</title></use>\n");
    }
}

static void put_row(struct sim__still *still, uint32_t number)
{
    const struct sim__picture *picture = still->picture;
    const struct sim__row *row = &still->rows[number];
    uint32_t y = sim__still_y(number), x = 20 + row->depth * 12, base = y + ROW / 2 + 4;
    switch (row->kind) {
    case SIM__ROW_GROUP:
        put_name(still, picture->groups[row->number].name, x, base, "group");
        break;
    case SIM__ROW_LANE:
        put_name(still, picture->lanes[row->number].name, x, base, "name");
        put_lane(still, row->number, y);
        break;
    case SIM__ROW_CONDITION:
        put_name(still, picture->conditions[row->number].name, x, base, "sub");
        put_condition(still, row->number, y);
        break;
    case SIM__ROW_MARKS:
        put_name(still, "expectations", x, base, "sub");
        put_marks(still, y);
        break;
    }
    sim__text_format(still->text,
                     "<line class=\"rule\" x1=\"20\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>\n",
                     WIDTH - RIGHT, y + ROW, y + ROW);
}

void sim__still_rows(struct sim__still *still)
{
    uint32_t lanes = still->picture->lane_count;
    uint32_t *row_of = calloc(lanes > 0 ? lanes : 1, sizeof *row_of);
    if (row_of == NULL) {
        still->text->failed = true;
        return;
    }
    for (uint32_t i = 0; i < lanes; i++) {
        row_of[i] = SIM__PICTURE_NONE;
    }
    for (uint32_t i = 0; i < still->row_count; i++) {
        if (still->rows[i].kind == SIM__ROW_LANE) {
            row_of[still->rows[i].number] = i;
        }
        put_row(still, i);
    }
    put_ends(still, row_of);
    free(row_of);
}
