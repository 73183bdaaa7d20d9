/* What a campaign says of the relations that it has asked. */
#ifndef CLI_FUZZ_RELATIONS_H
#define CLI_FUZZ_RELATIONS_H

#include "sim/base/text.h"
#include "sim/fuzz/campaign.h"

/* The value of --relations: NULL and *ret_relations, or why it is none. */
const char *cli_relations_read(const char *value, enum sim__fuzz_relations *ret_relations);
/* The option as the user gave it, with a space before it; nothing for the default. */
void cli_put_relations_option(struct sim__text *text, enum sim__fuzz_relations relations);
/* A line, with its newline; nothing when nobody was asked. */
void cli_put_relations(struct sim__text *text, const struct sim__fuzz_tally *tally);
/* The value of a key of a JSON object. */
void cli_put_relations_json(struct sim__text *text, const struct sim__fuzz_tally *tally);

/* Of each feature in how many seeds it was on: keys of a JSON object. */
void cli_put_features_json(struct sim__text *text, const struct sim__fuzz_tally *tally);

#endif
