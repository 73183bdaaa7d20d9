/* The data of a report's page, and the page around it; see page.h. */
#include "page.h"

#include <string.h>

#include "page_files.h"
#include "sim/base/table.h"
#include "sup/sup.h"

/* What JavaScript's numbers cannot hold exactly goes as text. */
#define EXACT_MAX (UINT64_C(1) << 53)

/* Texts by the order in which they come first. */
struct words {
    struct sim_arena *arena;
    struct sim__table known;
    struct sim__text list;
    uint64_t count;
};

static const char *const kinds[] = {
    [SIM__COLUMN_TEXT] = "text",     [SIM__COLUMN_COUNT] = "count",   [SIM__COLUMN_SEED] = "seed",
    [SIM__COLUMN_LENGTH] = "length", [SIM__COLUMN_FIGURE] = "figure", [SIM__COLUMN_UNIT] = "text",
};

static uint64_t number_of(struct words *words, const char *text)
{
    bool is_new = false;
    struct sim__slot *slot =
        sim__table_add(&words->known, 0, text, (uint32_t)strlen(text), &is_new);
    if (slot == NULL) {
        words->list.failed = true;
        return 0;
    }
    if (is_new) {
        sim__text_put(&words->list, words->count == 0 ? "" : ",\n");
        sim__page_string(&words->list, text);
        slot->value = (void *)(uintptr_t)words->count++;
    }
    return (uint64_t)(uintptr_t)slot->value;
}

static void put_cell(struct sim__text *page, struct words *words, const struct sim__cell *cell)
{
    const char *quote = cell->number >= EXACT_MAX ? "\"" : "";
    switch (cell->is) {
    case SIM__CELL_NONE:
        sim__text_put(page, "null");
        return;
    case SIM__CELL_NEVER:
        sim__text_put(page, "\"never\"");
        return;
    case SIM__CELL_TEXT:
        sim__text_u64(page, number_of(words, cell->text));
        return;
    case SIM__CELL_NUMBER:
        sim__text_put(page, quote);
        sim__text_u64(page, cell->number);
        sim__text_put(page, quote);
        return;
    }
}

static bool is_there(const struct sim__column *column)
{
    return column->kind != SIM__COLUMN_SPARK;
}

static void put_sheet(struct sim__text *page, struct words *words, const struct sim__sheet *sheet,
                      enum sim__sheet_id id)
{
    sim__text_format(page, "%s\n\"%s\":{\"title\":\"%s\",\"columns\":[", id == 0 ? "" : ",",
                     sim__sheet_name(id), sim__sheet_title(id));
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        if (is_there(&sheet->columns[i])) {
            sim__text_format(page, "%s[\"%s\",\"%s\"]", i == 0 ? "" : ",", sheet->columns[i].name,
                             kinds[sheet->columns[i].kind]);
        }
    }
    sim__text_put(page, "],\"rows\":[");
    for (uint32_t row = 0; row < sim__sheet_rows(sheet); row++) {
        const struct sim__cell *cells = sim__sheet_row(sheet, row);
        sim__text_put(page, row == 0 ? "\n[" : ",\n[");
        for (uint32_t i = 0; i < sheet->column_count; i++) {
            if (is_there(&sheet->columns[i])) {
                sim__text_put(page, i == 0 ? "" : ",");
                put_cell(page, words, &cells[i]);
            }
        }
        sim__text_char(page, ']');
    }
    sim__text_put(page, "]}");
}

static void put_data(struct sim__text *page, struct words *words, const struct sim__book *book)
{
    sim__text_put(page, "<script type=\"application/json\" id=\"data\">{\"format\":1,\"version\":");
    sim__page_string(page, SUP_VERSION);
    sim__text_put(page, ",\"sheets\":{");
    for (int id = 0; id < SIM__SHEETS; id++) {
        put_sheet(page, words, &book->sheets[id], (enum sim__sheet_id)id);
    }
    sim__text_put(page, "},\n\"words\":[");
    sim__text_putn(page, sim__text_string(&words->list), words->list.length);
    sim__text_put(page, "]}</script>\n");
}

void sim__book_put_page(struct sim__text *page, const struct sim__book *book)
{
    struct words words = {0};
    if (sim__arena_create(&sup_allocator_libc, &words.arena) != SUP_OK) {
        page->failed = true;
        return;
    }
    sim__table_init(&words.known, words.arena, 0);
    sim__page_part(page, sim__report_frame, NULL, "@style@\n");
    sim__text_put(page, sim__page_base);
    sim__text_put(page, sim__report_style);
    sim__page_part(page, sim__report_frame, "@style@\n", "@data@\n");
    put_data(page, &words, book);
    sim__page_part(page, sim__report_frame, "@data@\n", "@script@\n");
    sim__text_put(page, sim__page_texts);
    sim__text_put(page, sim__report_script);
    sim__page_part(page, sim__report_frame, "@script@\n", NULL);
    page->failed |= words.list.failed || sim__arena_failed(words.arena);
    sim__text_release(&words.list);
    sim__arena_free(words.arena);
}
