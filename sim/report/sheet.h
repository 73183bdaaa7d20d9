/* A campaign as sheets: tables of texts and numbers, of which each form of a report is made.
 *
 * What stands in a page, in its CSV files, in the JSON and in the table for people is the same
 * sheet, so none of them can say what the others do not. A book has all sheets of a report; a row
 * begins with the number of its campaign, if it is of one. Nothing in it depends on the order in
 * which results were read.
 */
#ifndef SIM_REPORT_SHEET_H
#define SIM_REPORT_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sup/time.h"

/* X(ID, "name", what a reader is told of it) */
#define SIM__SHEET_LIST(X) \
    X(CAMPAIGNS, "campaigns", "Campaigns") \
    X(VERDICTS, "verdicts", "Verdicts") \
    X(FAILURES, "failures", "What failed") \
    X(MEASURES, "measures", "Measures over seeds") \
    X(SPREAD, "spread", "How measures are spread") \
    X(HEAT, "heat", "Two varied keys") \
    X(SLOWEST, "slowest", "The largest runs") \
    X(POINTS, "points", "Faults by kind") \
    X(FEATURES, "features", "What scenarios had in them") \
    X(RELATIONS, "relations", "Relations between pairs of runs") \
    X(CELLS, "cells", "Cells of the phase table") \
    X(PROBES, "probes", "Probes") \
    X(RUNS, "runs", "Runs that are named above")

enum sim__sheet_id {
#define SIM__X(id, name, title) SIM__SHEET_##id,
    SIM__SHEET_LIST(SIM__X)
#undef SIM__X
        SIM__SHEETS
};

enum sim__column_kind {
    SIM__COLUMN_TEXT,
    SIM__COLUMN_COUNT,
    SIM__COLUMN_SEED,
    SIM__COLUMN_LENGTH, /* of time, in nanoseconds */
    SIM__COLUMN_FIGURE, /* of a measure: a length where the row's unit is "ns" */
    SIM__COLUMN_UNIT,   /* of the row's figures: "ns", or nothing; not for people */
    SIM__COLUMN_SPARK,  /* a text for people only */
};

struct sim__column {
    const char *name;
    enum sim__column_kind kind;
};

struct sim__cell {
    enum { SIM__CELL_NONE, SIM__CELL_TEXT, SIM__CELL_NUMBER, SIM__CELL_NEVER } is;
    bool length; /* a number: of time */
    uint64_t number;
    const char *text;
};

struct sim__sheet {
    const struct sim__column *columns;
    uint32_t column_count;
    struct sim__cell *cells; /* row by row */
    uint32_t cell_count;
    uint32_t cell_room;
};

struct sim__book {
    struct sim_arena *arena; /* of the texts */
    struct sim__sheet sheets[SIM__SHEETS];
    bool failed; /* out of memory */
};

const char *sim__sheet_name(enum sim__sheet_id id);
const char *sim__sheet_title(enum sim__sheet_id id);

/* 0, or SUP_ENOMEM; sim__book_release in both cases. */
int sim__book_init(struct sim__book *book);
void sim__book_release(struct sim__book *book);

static inline uint32_t sim__sheet_rows(const struct sim__sheet *sheet)
{
    return sheet->cell_count / sheet->column_count;
}
static inline const struct sim__cell *sim__sheet_row(const struct sim__sheet *sheet, uint32_t row)
{
    return sheet->cells + (uint64_t)row * sheet->column_count;
}

/* The next cell of a sheet; a row is full when all its columns have one. Texts are copied. */
void sim__put_text(struct sim__book *book, enum sim__sheet_id id, const char *text);
void sim__put_number(struct sim__book *book, enum sim__sheet_id id, uint64_t number);
void sim__put_none(struct sim__book *book, enum sim__sheet_id id);
/* What is never never was. */
void sim__put_length(struct sim__book *book, enum sim__sheet_id id, struct sup_duration length);

#endif
