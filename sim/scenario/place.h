/* From byte offsets to lines and columns, and back.
 *
 * Lines end with \n, \r\n or \r; columns count characters, not bytes, from 1. A
 * cursor remembers where it was, so going through a file in order costs one pass
 * however long its lines are.
 */
#ifndef SIM_SCENARIO_PLACE_H
#define SIM_SCENARIO_PLACE_H

#include <stddef.h>

#include "sim/scenario.h"

struct sim__cursor {
    const char *bytes;
    size_t length;
    size_t offset;
    struct sim_place place; /* of offset */
};

void sim__cursor_init(struct sim__cursor *cursor, const char *bytes, size_t length);
struct sim_place sim__cursor_at(struct sim__cursor *cursor, size_t offset);
/* Moves forward to the start of the line; false when there is no such line. */
bool sim__cursor_line(struct sim__cursor *cursor, uint32_t line);
/* Moves one character on, not past the end. */
void sim__cursor_next(struct sim__cursor *cursor);

#endif
