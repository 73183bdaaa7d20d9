/* Writes a tree as JSON that people can read. */
#ifndef SIM_SCHEMA_WRITE_H
#define SIM_SCHEMA_WRITE_H

#include "sim/base/text.h"
#include "sim/scenario/node.h"

/* What fits into a line stands in one, and lists of words are filled. */
void sim__schema_write(struct sim__text *text, const struct sim__node *root);

#endif
