/* Sheets, and the columns of each; see sheet.h. */
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/sup.h"

#define TEXT(name) \
    { \
        name, SIM__COLUMN_TEXT \
    }
#define COUNT(name) \
    { \
        name, SIM__COLUMN_COUNT \
    }
#define SEED(name) \
    { \
        name, SIM__COLUMN_SEED \
    }
#define LENGTH(name) \
    { \
        name, SIM__COLUMN_LENGTH \
    }
#define FIGURE(name) \
    { \
        name, SIM__COLUMN_FIGURE \
    }
#define UNIT \
    { \
        "unit", SIM__COLUMN_UNIT \
    }
#define WHOSE COUNT("campaign"), TEXT("file"), TEXT("scenario"), TEXT("variant")

static const struct sim__column campaigns[] = {COUNT("campaign"), TEXT("command"), COUNT("runs"),
                                               COUNT("passed"), COUNT("events")};
static const struct sim__column verdicts[] = {WHOSE,
                                              COUNT("runs"),
                                              COUNT("passed"),
                                              COUNT("failed"),
                                              COUNT("refused"),
                                              COUNT("broken"),
                                              COUNT("stalled"),
                                              COUNT("differs"),
                                              COUNT("events"),
                                              LENGTH("longest"),
                                              SEED("first-failed")};
static const struct sim__column failures[] = {
    WHOSE,         TEXT("place"),     TEXT("verdict"), TEXT("expected"), TEXT("found"),
    COUNT("runs"), COUNT("variants"), SEED("seed"),    TEXT("replay")};
static const struct sim__column measures[] = {WHOSE,
                                              TEXT("measure"),
                                              UNIT,
                                              COUNT("runs"),
                                              COUNT("never"),
                                              FIGURE("min"),
                                              SEED("min-seed"),
                                              FIGURE("median"),
                                              SEED("median-seed"),
                                              FIGURE("p90"),
                                              SEED("p90-seed"),
                                              FIGURE("p99"),
                                              SEED("p99-seed"),
                                              FIGURE("max"),
                                              SEED("max-seed"),
                                              {"spread", SIM__COLUMN_SPARK}};
static const struct sim__column spread[] = {
    WHOSE, TEXT("measure"), UNIT, TEXT("scale"), FIGURE("from"), FIGURE("to"), COUNT("runs")};
static const struct sim__column heat[] = {
    COUNT("campaign"), TEXT("file"),    TEXT("scenario"), TEXT("key-x"), TEXT("value-x"),
    TEXT("key-y"),     TEXT("value-y"), TEXT("measure"),  UNIT,          COUNT("runs"),
    COUNT("failed"),   FIGURE("min"),   FIGURE("median"), FIGURE("p99"), FIGURE("max")};
static const struct sim__column slowest[] = {WHOSE,           TEXT("by"),      SEED("seed"),
                                             TEXT("verdict"), COUNT("events"), COUNT("attempts"),
                                             LENGTH("length")};
static const struct sim__column points[] = {WHOSE,         TEXT("fault"),     COUNT("points"),
                                            COUNT("runs"), COUNT("survived"), COUNT("cut"),
                                            COUNT("fell")};
static const struct sim__column features[] = {COUNT("campaign"), TEXT("feature"), COUNT("runs"),
                                              COUNT("failed")};
static const struct sim__column relations[] = {COUNT("campaign"), TEXT("relation"), COUNT("wanted"),
                                               COUNT("asked"), COUNT("broken")};
static const struct sim__column cells[] = {COUNT("campaign"), TEXT("phase"), TEXT("event"),
                                           COUNT("times")};
static const struct sim__column probes[] = {COUNT("campaign"), TEXT("probe"), COUNT("times")};
static const struct sim__column runs[] = {WHOSE,           SEED("seed"),     TEXT("verdict"),
                                          COUNT("events"), LENGTH("length"), TEXT("hash"),
                                          TEXT("page"),    TEXT("replay"),   TEXT("picture")};

#define COLUMNS(name) \
    { \
        name, sizeof name / sizeof name[0] \
    }
static const struct {
    const struct sim__column *columns;
    size_t count;
} columns_of[] = {
    [SIM__SHEET_CAMPAIGNS] = COLUMNS(campaigns), [SIM__SHEET_VERDICTS] = COLUMNS(verdicts),
    [SIM__SHEET_FAILURES] = COLUMNS(failures),   [SIM__SHEET_MEASURES] = COLUMNS(measures),
    [SIM__SHEET_SPREAD] = COLUMNS(spread),       [SIM__SHEET_HEAT] = COLUMNS(heat),
    [SIM__SHEET_SLOWEST] = COLUMNS(slowest),     [SIM__SHEET_POINTS] = COLUMNS(points),
    [SIM__SHEET_FEATURES] = COLUMNS(features),   [SIM__SHEET_RELATIONS] = COLUMNS(relations),
    [SIM__SHEET_CELLS] = COLUMNS(cells),         [SIM__SHEET_PROBES] = COLUMNS(probes),
    [SIM__SHEET_RUNS] = COLUMNS(runs),
};

const char *sim__sheet_name(enum sim__sheet_id id)
{
#define SIM__X(id, name, title) name,
    static const char *const names[] = {SIM__SHEET_LIST(SIM__X)};
#undef SIM__X
    return names[id];
}

const char *sim__sheet_title(enum sim__sheet_id id)
{
#define SIM__X(id, name, title) title,
    static const char *const titles[] = {SIM__SHEET_LIST(SIM__X)};
#undef SIM__X
    return titles[id];
}

int sim__book_init(struct sim__book *book)
{
    *book = (struct sim__book){0};
    for (int i = 0; i < SIM__SHEETS; i++) {
        book->sheets[i].columns = columns_of[i].columns;
        book->sheets[i].column_count = (uint32_t)columns_of[i].count;
    }
    return sim__arena_create(&sup_allocator_libc, &book->arena);
}

void sim__book_release(struct sim__book *book)
{
    for (int i = 0; i < SIM__SHEETS; i++) {
        free(book->sheets[i].cells);
    }
    sim__arena_free(book->arena);
    *book = (struct sim__book){0};
}

static void put(struct sim__book *book, enum sim__sheet_id id, const struct sim__cell *cell)
{
    struct sim__sheet *sheet = &book->sheets[id];
    struct sim__cell *grown =
        sim__grown(sheet->cells, &sheet->cell_room, (uint64_t)sheet->cell_count + 1, sizeof *grown);
    book->failed |= grown == NULL;
    if (grown != NULL) {
        sheet->cells = grown;
        grown[sheet->cell_count++] = *cell;
    }
}

void sim__put_text(struct sim__book *book, enum sim__sheet_id id, const char *text)
{
    struct sim__cell cell = {.is = SIM__CELL_TEXT};
    cell.text = sim__arena_text(book->arena, text, strlen(text));
    book->failed |= cell.text == NULL;
    put(book, id, &cell);
}

void sim__put_number(struct sim__book *book, enum sim__sheet_id id, uint64_t number)
{
    const struct sim__cell cell = {.is = SIM__CELL_NUMBER, .number = number};
    put(book, id, &cell);
}

void sim__put_none(struct sim__book *book, enum sim__sheet_id id)
{
    const struct sim__cell cell = {.is = SIM__CELL_NONE};
    put(book, id, &cell);
}

void sim__put_length(struct sim__book *book, enum sim__sheet_id id, struct sup_duration length)
{
    const struct sim__cell cell = {.is = length.ns == SUP_NEVER_NS ? SIM__CELL_NEVER
                                                                   : SIM__CELL_NUMBER,
                                   .length = true,
                                   .number = length.ns};
    put(book, id, &cell);
}
