/* The last word on an import: the scenario that was written is read. What its reader refuses is
 * said at the place in the source that the line has in its comment. */
#include <string.h>

#include "model.h"
#include "sim/scenario/read.h"

/* A line of the scenario, from 1; "" when there is none. */
static const char *line_of(const struct sim__text *scenario, uint32_t number, size_t *ret_length)
{
    const char *at = scenario->bytes;
    for (uint32_t line = 1; at != NULL && line < number; line++) {
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    *ret_length = at == NULL ? 0 : strcspn(at, "\n");
    return at == NULL ? "" : at;
}

/* The place in the comment of a line, or that of the import as a whole. */
static void put_place(struct sim__text *said, const char *line, size_t length)
{
    static const char mark[] = "  # ";
    size_t from = length;
    for (size_t i = 0; i + sizeof(mark) - 1 < length; i++) {
        if (memcmp(line + i, mark, sizeof(mark) - 1) == 0) {
            from = i + sizeof(mark) - 1;
            break;
        }
    }
    size_t to = from;
    while (to < length && !(line[to] == ',' && to + 1 < length && line[to + 1] == ' ')) {
        to++;
    }
    if (from == length) {
        sim__text_put(said, "rehearse");
    } else {
        bool numbered = line[to - 1] >= '0' && line[to - 1] <= '9';
        sim__text_putn(said, line + from, to - from);
        sim__text_put(said, numbered ? ":1" : "");
    }
}

static void say(struct sim__import *import, const struct sim__told *told)
{
    struct sim__imported *imported = import->imported;
    size_t length;
    const char *line = line_of(&imported->scenario, told->place.line, &length);
    if (told->severity != SIM__ERROR || ++imported->errors > SIM__IMPORT_SAID_MAX) {
        return;
    }
    put_place(&imported->said, line, length);
    sim__text_format(&imported->said, ": error: %s%s%s\n", told->message,
                     told->hint[0] == '\0' ? "" : "; ", told->hint);
}

void sim__import_verify(struct sim__import *import)
{
    struct sim__imported *imported = import->imported;
    struct sim_diagnostics diagnostics = {0};
    struct sim__told_list told = {0};
    struct sim_scenario *scenario = NULL;
    const struct sim__reading reading = {
        .alloc = import->request->alloc,
        .bytes = sim__text_string(&imported->scenario),
        .length = imported->scenario.length,
        .file = "imported",
        .told = &told,
    };
    int result = imported->scenario.failed ? SUP_ENOMEM
                                           : sim__scenario_read(&reading, &diagnostics, &scenario);
    if (result == SUP_ENOMEM) {
        sim__arena_fail(import->arena);
        return;
    }
    for (uint32_t i = 0; result != SUP_OK && i < told.count; i++) {
        say(import, &told.list[i]);
    }
    if (imported->errors > 0) {
        sim__text_clear(&imported->scenario);
    }
    sim__told_release(&told);
    sim_diagnostics_release(&diagnostics);
    sim_scenario_free(scenario);
}
