/* A picture as lines of text; see strip.h. */
#include "strip.h"

#include <string.h>

#include "scale.h"
#include "sim/base/escape.h"
#include "sim/base/utf8.h"
#include "sup/event.h"

#define COLUMNS 72u
#define NAME_COLUMNS 24u
#define TICK_COLUMNS 12u

/* What stands for each kind of bar. Of the breaker's own nothing does: it cools. */
static const char *const signs[SIM__BARS] = {
    [SIM__BAR_STARTING] = "\xE2\x96\x92", /* a shade */
    [SIM__BAR_RUNNING] = "\xE2\x96\x88",  /* a full block */
    [SIM__BAR_UNREADY] = "\xE2\x96\x93",  /* a dark shade */
    [SIM__BAR_STOPPING] = "/",
    [SIM__BAR_FINISHING] = "\\",
    [SIM__BAR_WAITING] = "\xC2\xB7", /* a middle dot */
    [SIM__BAR_COOLING] = ":",
    [SIM__BAR_HELD] = "=",
    [SIM__BAR_IDLE] = " ",
    [SIM__BAR_ENDED] = "\xE2\x94\x80", /* a line */
};

struct strip {
    const char *cells[COLUMNS];
};

static uint32_t column_of(const struct sim__picture *picture, uint32_t instant)
{
    const struct sup_duration whole = SUP_NS(picture->instants[picture->end].ns);
    uint32_t column = sim__scale(picture->instants[instant], whole, COLUMNS);
    return column < COLUMNS ? column : COLUMNS - 1;
}

static void draw_bars(struct strip *strip, const struct sim__picture *picture, uint32_t lane)
{
    for (uint32_t i = sim__picture_bars_of(picture, lane);
         i < picture->bar_count && picture->bars[i].service == lane; i++) {
        const struct sim__bar *bar = &picture->bars[i];
        if (signs[bar->kind] == NULL) {
            continue;
        }
        uint32_t to = column_of(picture, bar->to);
        for (uint32_t at = column_of(picture, bar->from); at <= to; at++) {
            strip->cells[at] = signs[bar->kind];
        }
    }
}

/* How attempts ended lies upon the bars: what failed before what did not. */
static void draw_ends(struct strip *strip, const struct sim__picture *picture, uint32_t lane)
{
    for (uint32_t i = 0; i < picture->event_count; i++) {
        const struct sim__picture_event *event = &picture->events[i];
        if (event->kind != SIM__SUBJECT_SERVICE || event->subject != lane ||
            event->outcome == SIM__PICTURE_NONE) {
            continue;
        }
        const char *outcome = picture->words[event->outcome];
        const char **cell = &strip->cells[column_of(picture, event->instant)];
        if (strcmp(outcome, sup_outcome_name(SUP_OUTCOME_SUCCEEDED)) == 0) {
            *cell = **cell == 'x' ? *cell : "o";
        } else if (strcmp(outcome, sup_outcome_name(SUP_OUTCOME_CANCELLED)) != 0) {
            *cell = "x";
        }
    }
}

static void put_name(struct sim__text *text, const char *name, uint32_t width)
{
    size_t length = sim__utf8_cut(name, strlen(name), width);
    sim__text_safe(text, name, length);
    sim__text_pad(text, width - sim__utf8_columns(name, length) + 2);
}

static uint32_t name_width(const struct sim__picture *picture, uint32_t lanes)
{
    uint32_t width = 0;
    for (uint32_t i = 0; i < lanes; i++) {
        size_t columns = sim__utf8_columns(picture->lanes[i].name, strlen(picture->lanes[i].name));
        width = columns > width ? (uint32_t)columns : width;
    }
    return width < NAME_COLUMNS ? width : NAME_COLUMNS;
}

/* Names of instants, each at its column, and so that none lies on another. */
static void put_ruler(struct sim__text *text, const struct sim__picture *picture, uint32_t before)
{
    const struct sup_duration whole = SUP_NS(picture->instants[picture->end].ns);
    const struct sup_duration step = sim__scale_step(whole, COLUMNS / TICK_COLUMNS);
    size_t start = text->length;
    sim__text_pad(text, before);
    for (struct sup_instant at = {0}; at.ns <= whole.ns; at = sup_instant_add(at, step)) {
        uint32_t column = before + sim__scale(at, whole, COLUMNS);
        if (at.ns > 0) {
            sim__text_column(text, start, column);
        }
        sim__text_duration(text, SUP_NS(at.ns));
    }
    sim__text_char(text, '\n');
}

void sim__strip_put(struct sim__text *text, const struct sim__picture *picture, uint32_t indent)
{
    uint32_t lanes = picture->lane_count;
    lanes = lanes < SIM__STRIP_LANES_MAX ? lanes : SIM__STRIP_LANES_MAX;
    uint32_t width = name_width(picture, lanes);
    if (picture->instants[picture->end].ns == 0) {
        return; /* all of it is one instant */
    }
    put_ruler(text, picture, indent + width + 2);
    for (uint32_t i = 0; i < lanes; i++) {
        struct strip strip;
        for (uint32_t at = 0; at < COLUMNS; at++) {
            strip.cells[at] = " ";
        }
        draw_bars(&strip, picture, i);
        draw_ends(&strip, picture, i);
        sim__text_pad(text, indent);
        put_name(text, picture->lanes[i].name, width);
        for (uint32_t at = 0; at < COLUMNS; at++) {
            sim__text_put(text, strip.cells[at]);
        }
        sim__text_char(text, '\n');
    }
    if (lanes < picture->lane_count) {
        sim__text_pad(text, indent);
        sim__text_format(text, "and %u services more\n", picture->lane_count - lanes);
    }
}
