/* A picture as a still: which rows it has; see still.h. */
#include "still.h"

#include <stdlib.h>
#include <string.h>

#include "scale.h"
#include "sim/base/escape.h"
#include "still_parts.h"

static void add_row(struct sim__still *still, enum sim__row_kind kind, uint32_t number,
                    uint32_t depth)
{
    if (still->row_count < sizeof still->rows / sizeof still->rows[0]) {
        still->rows[still->row_count++] = (struct sim__row){kind, number, depth};
    }
}

static uint32_t depth_of(const struct sim__still *still, uint32_t group)
{
    uint32_t depth = 0;
    for (; group != SIM__PICTURE_NONE; group = still->picture->groups[group].parent) {
        depth++;
    }
    return depth;
}

/* The lanes of a group, and of what is below it. */
static void add_group(struct sim__still *still, uint32_t group)
{
    const struct sim__picture *picture = still->picture;
    uint32_t depth = depth_of(still, group);
    if (group != SIM__PICTURE_NONE) {
        add_row(still, SIM__ROW_GROUP, group, depth - 1);
    }
    for (uint32_t i = 0; i < picture->lane_count && still->lanes_shown < LANES_MAX; i++) {
        if (picture->lanes[i].group == group) {
            add_row(still, SIM__ROW_LANE, i, depth);
            still->lanes_shown++;
        }
    }
    for (uint32_t i = group == SIM__PICTURE_NONE ? 0 : group + 1;
         i < picture->group_count && still->lanes_shown < LANES_MAX; i++) {
        if (picture->groups[i].parent == group) {
            add_group(still, i);
        }
    }
}

/* The lanes of failures alone, when all of them are too many. */
static void add_failing(struct sim__still *still)
{
    const struct sim__picture *picture = still->picture;
    bool *shown = calloc(picture->lane_count, sizeof *shown);
    still->text->failed |= shown == NULL;
    for (uint32_t i = 0; i < still->frame->mark_count && shown != NULL; i++) {
        const struct sim__picture_mark *mark = &still->frame->marks[i];
        for (uint32_t k = 0; k < mark->lane_count && !mark->held; k++) {
            if (!shown[mark->lanes[k]] && still->lanes_shown < LANES_MAX / 2) {
                shown[mark->lanes[k]] = true;
                add_row(still, SIM__ROW_LANE, mark->lanes[k], 0);
                still->lanes_shown++;
            }
        }
    }
    for (uint32_t i = 0; shown != NULL && i < picture->lane_count; i++) {
        if (!shown[i] && still->lanes_shown < LANES_MAX) {
            add_row(still, SIM__ROW_LANE, i, 0);
            still->lanes_shown++;
        }
    }
    free(shown);
}

static void add_rows(struct sim__still *still)
{
    for (uint32_t i = 0; i < still->picture->condition_count && i < LANES_MAX / 2; i++) {
        add_row(still, SIM__ROW_CONDITION, i, 0);
    }
    if (still->frame->mark_count > 0) {
        add_row(still, SIM__ROW_MARKS, 0, 0);
    }
    if (still->picture->lane_count > LANES_MAX) {
        add_failing(still);
    } else {
        add_group(still, SIM__PICTURE_NONE);
    }
}

uint32_t sim__still_x(const struct sim__still *still, uint32_t instant)
{
    return LEFT * 10 + sim__scale(still->picture->instants[instant], still->whole, ACROSS * 10);
}

uint32_t sim__still_y(uint32_t row)
{
    return TOP + row * ROW;
}

void sim__still_tenths(struct sim__text *text, const char *name, uint32_t tenths)
{
    sim__text_format(text, " %s=\"%u.%u\"", name, tenths / 10, tenths % 10);
}

void sim__still_words(struct sim__text *text, const char *words)
{
    sim__text_xml(text, words, strlen(words));
}

void sim__still_put(struct sim__text *text, const struct sim__picture *picture,
                    const struct sim__picture_frame *frame)
{
    struct sim__still still = {.text = text, .picture = picture, .frame = frame};
    still.whole = SUP_NS(picture->instants[picture->end].ns);
    still.whole.ns += still.whole.ns == 0;
    add_rows(&still);
    uint32_t bottom = sim__still_y(still.row_count), plots = bottom + FOOT;
    uint32_t plotted = picture->plot_count < PLOTS_SHOWN ? picture->plot_count : PLOTS_SHOWN;
    sim__still_head(&still, plots + plotted * PLOT + LEGEND);
    sim__still_ruler(&still, bottom);
    sim__still_commands(&still, bottom);
    sim__still_rows(&still);
    sim__still_failing(&still, bottom);
    if (still.lanes_shown < picture->lane_count) {
        sim__text_format(text,
                         "<text class=\"sub\" x=\"20\" y=\"%u\">and %u services more</text>\n",
                         bottom + 16, picture->lane_count - still.lanes_shown);
    }
    for (uint32_t i = 0; i < plotted; i++) {
        sim__still_plot(&still, &picture->plots[i], plots + i * PLOT);
    }
    sim__still_legend(&still, plots + plotted * PLOT + 14);
    sim__text_put(text, "</svg>\n");
}
