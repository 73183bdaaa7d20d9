/* Sheets for programs; see forms.h. */
#include "forms.h"

#include <string.h>

#include "sim/base/escape.h"

static bool is_for_people(const struct sim__column *column)
{
    return column->kind == SIM__COLUMN_SPARK;
}

/* ---- comma-separated values ---- */

void sim__put_csv_cell(struct sim__text *text, const char *cell)
{
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        sim__text_put(text, cell);
        return;
    }
    sim__text_char(text, '"');
    for (; *cell != '\0'; cell++) {
        sim__text_put(text, *cell == '"' ? "\"" : "");
        sim__text_char(text, *cell);
    }
    sim__text_char(text, '"');
}

static void put_csv(struct sim__text *text, const struct sim__cell *cell)
{
    if (cell->is == SIM__CELL_TEXT) {
        sim__put_csv_cell(text, cell->text);
    } else if (cell->is == SIM__CELL_NUMBER) {
        sim__text_u64(text, cell->number);
    } else if (cell->is == SIM__CELL_NEVER) {
        sim__text_put(text, "never");
    }
}

void sim__sheet_put_csv(struct sim__text *text, const struct sim__sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        if (!is_for_people(&sheet->columns[i])) {
            sim__text_put(text, i == 0 ? "" : ",");
            sim__text_put(text, sheet->columns[i].name);
        }
    }
    sim__text_char(text, '\n');
    for (uint32_t row = 0; row < sim__sheet_rows(sheet); row++) {
        const struct sim__cell *cells = sim__sheet_row(sheet, row);
        for (uint32_t i = 0; i < sheet->column_count; i++) {
            if (!is_for_people(&sheet->columns[i])) {
                sim__text_put(text, i == 0 ? "" : ",");
                put_csv(text, &cells[i]);
            }
        }
        sim__text_char(text, '\n');
    }
}

/* ---- JSON ---- */

static void put_json(struct sim__text *text, const struct sim__column *column,
                     const struct sim__cell *cell)
{
    if (cell->is == SIM__CELL_NONE || is_for_people(column)) {
        return;
    }
    sim__text_format(text, ",\"%s\":", column->name);
    if (cell->is == SIM__CELL_TEXT) {
        sim__text_json(text, cell->text);
    } else if (cell->is == SIM__CELL_NEVER) {
        sim__text_put(text, "\"never\"");
    } else {
        sim__text_u64(text, cell->number);
    }
}

void sim__book_put_json(struct sim__text *text, const struct sim__book *book)
{
    for (int id = 0; id < SIM__SHEETS; id++) {
        const struct sim__sheet *sheet = &book->sheets[id];
        for (uint32_t row = 0; row < sim__sheet_rows(sheet); row++) {
            const struct sim__cell *cells = sim__sheet_row(sheet, row);
            sim__text_format(text, "{\"kind\":\"%s\"", sim__sheet_name((enum sim__sheet_id)id));
            for (uint32_t i = 0; i < sheet->column_count; i++) {
                put_json(text, &sheet->columns[i], &cells[i]);
            }
            sim__text_put(text, "}\n");
        }
    }
}
