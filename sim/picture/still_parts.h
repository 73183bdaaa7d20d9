/* Inside the room: the parts of a still. */
#ifndef SIM_PICTURE_STILL_PARTS_H
#define SIM_PICTURE_STILL_PARTS_H

#include "picture.h"
#include "sim/base/text.h"

/* In pixels. */
#define WIDTH 1200u
#define LEFT 210u /* of the lanes; names stand before it */
#define RIGHT 20u
#define ACROSS (WIDTH - LEFT - RIGHT)
#define ROW 24u
#define BAR 14u
#define TOP 92u
#define LANES_MAX 120u
#define NAME_COLUMNS 28u
#define TICKS 9u
#define FOOT 30u /* for the names of commands */
#define PLOT 64u
#define PLOTS_SHOWN 4u
#define LEGEND 42u

/* One row of it. */
enum sim__row_kind { SIM__ROW_GROUP, SIM__ROW_LANE, SIM__ROW_CONDITION, SIM__ROW_MARKS };
struct sim__row {
    enum sim__row_kind kind;
    uint32_t number;
    uint32_t depth;
};

struct sim__still {
    struct sim__text *text;
    const struct sim__picture *picture;
    const struct sim__picture_frame *frame;
    struct sim__row rows[LANES_MAX * 2 + 2];
    uint32_t row_count;
    uint32_t lanes_shown;
    struct sup_duration whole; /* at least 1ns */
};

/* In tenths of a pixel; rows in pixels. */
uint32_t sim__still_x(const struct sim__still *still, uint32_t instant);
uint32_t sim__still_y(uint32_t row);
void sim__still_tenths(struct sim__text *text, const char *name, uint32_t tenths);
void sim__still_words(struct sim__text *text, const char *words);

/* still_rows.c: every row with what is on it. */
void sim__still_rows(struct sim__still *still);

/* still_frame.c: what stands around the rows, and lies across them down to `bottom`. */
void sim__still_head(struct sim__still *still, uint32_t height);
void sim__still_ruler(struct sim__still *still, uint32_t bottom);
void sim__still_commands(struct sim__still *still, uint32_t bottom);
void sim__still_failing(struct sim__still *still, uint32_t bottom);
void sim__still_plot(struct sim__still *still, const struct sim__plot *plot, uint32_t top);
void sim__still_legend(struct sim__still *still, uint32_t y);

#endif
