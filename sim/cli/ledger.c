/* A ledger for a report; see ledger.h. Its records are those of tests/ledger/keep.c: a count, the
 * lowest byte first, and a name. Every byte of it is hostile. */
#include "ledger.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_files.h"
#include "sim/run.h"

#define NAME_BYTES 120u
#define RECORDS_MAX 10000u
#define CELL "cell: "

struct record {
    uint64_t times;
    char name[NAME_BYTES]; /* "": there is none */
};
static_assert(sizeof(struct record) == 128, "records of keep.c");

struct ledger {
    struct record *records;
    uint32_t count;
};

/* ---- reading ---- */

static bool is_name(const char *name)
{
    size_t length = strnlen(name, NAME_BYTES);
    for (size_t i = 0; i < length; i++) {
        if (name[i] < ' ' || name[i] > '~') {
            return false;
        }
    }
    return length < NAME_BYTES;
}

static uint64_t little_endian(uint64_t number)
{
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    number = __builtin_bswap64(number);
#endif
    return number;
}

/* NULL, or what is wrong. */
static const char *read_records(FILE *file, struct ledger *ledger)
{
    static const char none[] = "no ledger: a program of the canaries' build writes one, with "
                               "REHEARSE_LEDGER=FILE";
    size_t length = fread(ledger->records, 1, (RECORDS_MAX + 1) * sizeof(struct record), file);
    if (ferror(file)) {
        return strerror(errno);
    }
    ledger->count = (uint32_t)(length / sizeof(struct record));
    if (length == 0 || length % sizeof(struct record) != 0 || ledger->count > RECORDS_MAX) {
        return none;
    }
    for (uint32_t i = 0; i < ledger->count; i++) {
        if (!is_name(ledger->records[i].name)) {
            return none;
        }
        ledger->records[i].times = little_endian(ledger->records[i].times);
    }
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static int by_times(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    if (left->times != right->times) {
        return left->times < right->times ? -1 : 1;
    }
    return by_name(a, b);
}

/* Two places of one name count together. */
static void sum_up(struct ledger *ledger)
{
    uint32_t kept = 0;
    qsort(ledger->records, ledger->count, sizeof ledger->records[0], by_name);
    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct record *one = &ledger->records[i];
        struct record *last = kept > 0 ? &ledger->records[kept - 1] : NULL;
        if (one->name[0] == '\0') {
            continue;
        }
        if (last != NULL && strcmp(last->name, one->name) == 0) {
            last->times =
                last->times > UINT64_MAX - one->times ? UINT64_MAX : last->times + one->times;
        } else {
            ledger->records[kept++] = *one;
        }
    }
    ledger->count = kept;
}

/* ---- telling ---- */

static bool put_cell(struct sim__book *book, const struct record *one)
{
    const char *phase = one->name + strlen(CELL);
    const char *comma = strstr(phase, ", ");
    if (strncmp(one->name, CELL, strlen(CELL)) != 0 || comma == NULL) {
        return false;
    }
    char name[NAME_BYTES] = "";
    memcpy(name, phase, (size_t)(comma - phase));
    sim__put_none(book, SIM__SHEET_CELLS);
    sim__put_text(book, SIM__SHEET_CELLS, name);
    sim__put_text(book, SIM__SHEET_CELLS, comma + 2);
    sim__put_number(book, SIM__SHEET_CELLS, one->times);
    return true;
}

/* Cells in the order of the table; what else is counted by how often it was, the rarest first. */
static void put_records(struct ledger *ledger, struct sim__book *book)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ledger->count; i++) {
        if (!put_cell(book, &ledger->records[i])) {
            ledger->records[kept++] = ledger->records[i];
        }
    }
    ledger->count = kept;
    sum_up(ledger);
    qsort(ledger->records, ledger->count, sizeof ledger->records[0], by_times);
    for (uint32_t i = 0; i < ledger->count; i++) {
        sim__put_none(book, SIM__SHEET_PROBES);
        sim__put_text(book, SIM__SHEET_PROBES, ledger->records[i].name);
        sim__put_number(book, SIM__SHEET_PROBES, ledger->records[i].times);
    }
}

int cli_ledger_read(const char *path, struct sim__book *book)
{
    struct ledger ledger = {.records = calloc(RECORDS_MAX + 1, sizeof ledger.records[0])};
    FILE *file = fopen(path, "rbe");
    const char *why = ledger.records == NULL ? "out of memory"
                      : file == NULL         ? strerror(errno)
                                             : read_records(file, &ledger);
    if (why != NULL) {
        (void)cli_fuzz_complain(path, why);
    } else {
        put_records(&ledger, book);
    }
    if (file != NULL) {
        fclose(file);
    }
    free(ledger.records);
    return why == NULL ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}
