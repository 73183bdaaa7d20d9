/* The JSON schema of a scenario file, for editors.
 *
 * Which keys a map has, and which words a value, comes from the lists that the reader is
 * made of; what each holds from the types beside this file. A key without a type, or a
 * type for a key that the reader does not have, is an error.
 */
#ifndef SIM_SCHEMA_SCHEMA_H
#define SIM_SCHEMA_SCHEMA_H

#include "sim/base/text.h"
#include "sup/time.h"

/* Appends the schema. 0, or SUP_ENOMEM; SUP_EINVAL and the reason in `why` when the types
 * do not fit the lists. */
int sim__schema(struct sim__text *text, struct sim__text *why) SUP_WARN_UNUSED;

#endif
