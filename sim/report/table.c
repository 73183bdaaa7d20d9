/* Sheets for people; columns that nothing stands in are left out. */
#include <string.h>

#include "forms.h"
#include "sim/base/escape.h"

#define ROWS_MAX 40u     /* of one sheet */
#define TEXT_COLUMNS 60u /* of one cell: what is longer is cut */
#define COLUMNS_MAX 24u

/* What is for programs alone. */
static bool is_shown(enum sim__sheet_id id)
{
    return id != SIM__SHEET_SPREAD && id != SIM__SHEET_RUNS;
}

static size_t columns_in(const struct sim__text *text)
{
    size_t columns = 0;
    for (size_t i = 0; i < text->length; i++) {
        columns += ((unsigned char)text->bytes[i] & 0xc0u) != 0x80u;
    }
    return columns;
}

/* Cut where it is too long, and never within a letter. */
static void cut(struct sim__text *text)
{
    size_t columns = 0, at = 0;
    if (columns_in(text) <= TEXT_COLUMNS) {
        return;
    }
    while (columns < TEXT_COLUMNS) {
        at++;
        columns += ((unsigned char)text->bytes[at] & 0xc0u) != 0x80u;
    }
    text->length = at;
    text->bytes[at] = '\0';
    sim__text_put(text, "...");
}

static void put_cell(struct sim__text *word, const struct sim__column *column,
                     const struct sim__cell *cell)
{
    sim__text_clear(word);
    if (cell->is == SIM__CELL_TEXT) {
        sim__text_show(word, cell->text);
        /* A line to copy is whole. */
        if (strcmp(column->name, "replay") != 0 && !word->failed) {
            cut(word);
        }
    } else if (cell->is == SIM__CELL_NEVER) {
        sim__text_put(word, "never");
    } else if (cell->is == SIM__CELL_NUMBER && cell->length) {
        sim__text_duration(word, SUP_NS(cell->number));
    } else if (cell->is == SIM__CELL_NUMBER) {
        sim__text_u64(word, cell->number);
    }
}

static bool is_text(const struct sim__column *column)
{
    return column->kind == SIM__COLUMN_TEXT || column->kind == SIM__COLUMN_SPARK;
}

/* How wide each column is; 0: it is left out. */
static void measure(struct sim__text *word, const struct sim__sheet *sheet, uint32_t rows,
                    size_t *widths)
{
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        size_t widest = 0;
        for (uint32_t row = 0; row < rows; row++) {
            put_cell(word, &sheet->columns[i], &sim__sheet_row(sheet, row)[i]);
            widest = columns_in(word) > widest ? columns_in(word) : widest;
        }
        size_t head = strlen(sheet->columns[i].name);
        bool left_out = widest == 0 || sheet->columns[i].kind == SIM__COLUMN_UNIT;
        widths[i] = left_out ? 0 : widest < head ? head : widest;
    }
}

static void put_aligned(struct sim__text *text, const struct sim__text *word,
                        const struct sim__column *column, size_t width)
{
    size_t pad = width - columns_in(word);
    sim__text_put(text, "  ");
    sim__text_pad(text, is_text(column) ? 0 : pad);
    sim__text_put(text, sim__text_string(word));
    sim__text_pad(text, is_text(column) ? pad : 0);
}

static void end_line(struct sim__text *text)
{
    while (text->length > 0 && text->bytes[text->length - 1] == ' ') {
        text->bytes[--text->length] = '\0';
    }
    sim__text_char(text, '\n');
}

static void put_sheet(struct sim__text *text, const struct sim__book *book, enum sim__sheet_id id)
{
    const struct sim__sheet *sheet = &book->sheets[id];
    const uint32_t all = sim__sheet_rows(sheet), rows = all < ROWS_MAX ? all : ROWS_MAX;
    struct sim__text word = {0};
    size_t widths[COLUMNS_MAX] = {0};
    measure(&word, sheet, rows, widths);
    sim__text_format(text, "%s%s\n", text->length == 0 ? "" : "\n", sim__sheet_title(id));
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        sim__text_clear(&word);
        sim__text_put(&word, sheet->columns[i].name);
        if (widths[i] > 0) {
            put_aligned(text, &word, &sheet->columns[i], widths[i]);
        }
    }
    end_line(text);
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t i = 0; i < sheet->column_count; i++) {
            put_cell(&word, &sheet->columns[i], &sim__sheet_row(sheet, row)[i]);
            if (widths[i] > 0) {
                put_aligned(text, &word, &sheet->columns[i], widths[i]);
            }
        }
        end_line(text);
    }
    if (rows < all) {
        sim__text_format(text, "  and %u more; --csv DIR writes them all\n",
                         (unsigned)(all - rows));
    }
    text->failed |= word.failed;
    sim__text_release(&word);
}

void sim__book_put_table(struct sim__text *text, const struct sim__book *book)
{
    for (int id = 0; id < SIM__SHEETS; id++) {
        if (is_shown((enum sim__sheet_id)id) && sim__sheet_rows(&book->sheets[id]) > 0) {
            put_sheet(text, book, (enum sim__sheet_id)id);
        }
    }
}
