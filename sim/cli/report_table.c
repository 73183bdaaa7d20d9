/* A table of all runs as comma-separated values (RFC 4180, with line feeds): file, scenario,
 * variant, a column for each key that any file varies, seed, verdict, a column for each
 * measure that any file names. Lengths of time are in nanoseconds.
 *
 * Columns are those of all files together, in the order in which they come first. What a
 * run does not have is left empty.
 */
#include <string.h>

#include "report.h"
#include "sim/base/arena.h"
#include "sim/base/table.h"
#include "sim/report/forms.h"

struct column {
    const char *name;
    struct column *next;
};

/* Names in the order in which they came, each once. */
struct columns {
    struct column *first, **last;
    struct sim__table known;
};

struct cli_table {
    struct sim_arena *arena;
    struct columns keys;
    struct columns measures;
};

static void begin_columns(struct columns *columns, struct sim_arena *arena)
{
    columns->last = &columns->first;
    sim__table_init(&columns->known, arena, 0);
}

/* The names belong to scenarios, which outlive the table. */
static void add_column(struct cli_table *table, struct columns *columns, const char *name)
{
    bool is_new = false;
    struct sim__slot *slot =
        sim__table_add(&columns->known, 0, name, (uint32_t)strlen(name), &is_new);
    if (slot == NULL || !is_new) {
        return;
    }
    struct column *column = sim__arena_alloc(table->arena, 1, sizeof(*column));
    if (column != NULL) {
        column->name = name;
        *columns->last = column;
        columns->last = &column->next;
    }
}

static struct cli_table *make_table(const struct cli_plan *plan)
{
    struct sim_arena *arena;
    if (sim__arena_create(&sup_allocator_libc, &arena) != SUP_OK) {
        return NULL;
    }
    struct cli_table *table = sim__arena_alloc(arena, 1, sizeof(*table));
    if (table != NULL) {
        table->arena = arena;
        begin_columns(&table->keys, arena);
        begin_columns(&table->measures, arena);
    }
    for (uint32_t i = 0; table != NULL && i < plan->count; i++) {
        const struct sim_scenario *scenario = plan->cases[i].scenario;
        for (uint32_t k = 0; scenario != NULL && k < scenario->varied_count; k++) {
            add_column(table, &table->keys, scenario->varied[k].key);
        }
        for (uint32_t k = 0; scenario != NULL && k < scenario->measure_count; k++) {
            add_column(table, &table->measures, scenario->measures[k].name);
        }
    }
    if (table == NULL || sim__arena_failed(arena)) {
        sim__arena_free(arena);
        return NULL;
    }
    return table;
}

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    struct sim__text *text = &writer->text;
    writer->table = make_table(plan);
    if (writer->table == NULL) {
        text->failed = true;
        return;
    }
    sim__text_put(text, "file,scenario,variant");
    for (const struct column *key = writer->table->keys.first; key != NULL; key = key->next) {
        sim__text_char(text, ',');
        sim__put_csv_cell(text, key->name);
    }
    sim__text_put(text, ",seed,verdict");
    for (const struct column *one = writer->table->measures.first; one != NULL; one = one->next) {
        sim__text_char(text, ',');
        sim__put_csv_cell(text, one->name);
    }
    sim__text_char(text, '\n');
}

static void put_setting(struct sim__text *text, const struct sim_scenario *scenario,
                        const char *key)
{
    for (uint32_t i = 0; i < scenario->varied_count; i++) {
        if (strcmp(scenario->varied[i].key, key) == 0) {
            sim__put_csv_cell(text, scenario->varied[i].value);
            return;
        }
    }
}

static void put_measure(struct sim__text *text, const struct sim_scenario *scenario,
                        const struct cli_record *record, const char *name)
{
    for (uint32_t i = 0; i < record->measure_count && i < scenario->measure_count; i++) {
        if (strcmp(scenario->measures[i].name, name) != 0) {
            continue;
        }
        if (sim_measure_is_duration(&scenario->measures[i]) &&
            record->measures[i] == SUP_NEVER_NS) {
            sim__text_put(text, "never");
        } else {
            sim__text_u64(text, record->measures[i]);
        }
        return;
    }
}

/* Never that it passed, of a run that has failed. */
static const char *verdict_of(const struct cli_case *one, const struct cli_record *record)
{
    if (record->skipped) {
        return "skipped";
    }
    return cli_report_is_golden(one, record) ? "golden" : sim_verdict_name(record->verdict);
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text *text = &writer->text;
    const struct sim_scenario *scenario = one->scenario;
    if (writer->table == NULL) {
        return;
    }
    sim__put_csv_cell(text, one->path);
    sim__text_char(text, ',');
    sim__put_csv_cell(text, scenario->title);
    sim__text_char(text, ',');
    sim__put_csv_cell(text, scenario->variant == NULL ? "" : scenario->variant);
    for (const struct column *key = writer->table->keys.first; key != NULL; key = key->next) {
        sim__text_char(text, ',');
        put_setting(text, scenario, key->name);
    }
    sim__text_format(text, ",%llu,", (unsigned long long)record->seed);
    sim__text_put(text, verdict_of(one, record));
    for (const struct column *column = writer->table->measures.first; column != NULL;
         column = column->next) {
        sim__text_char(text, ',');
        put_measure(text, scenario, record, column->name);
    }
    sim__text_char(text, '\n');
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    (void)tally;
    if (writer->table != NULL) {
        sim__arena_free(writer->table->arena);
    }
    writer->table = NULL;
}

const struct cli_writer_calls cli_report_table = {
    .start = start,
    .run = run,
    .end = end,
};
