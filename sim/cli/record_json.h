/* What a run came to as members of a line of a results file: the same on every machine, whatever
 * the order of its bytes, but for the wall time, which stands last. */
#ifndef CLI_RECORD_JSON_H
#define CLI_RECORD_JSON_H

#include "fields.h"
#include "record.h"

/* Appends members, a comma before each. Of a run in the simulator, which writes nothing. */
void cli_record_put_json(struct sim__text *text, const struct cli_record *record);
/* Of a run of the scenario with this seed: appends the record as cli_record_write has it. False
 * when it is none, which the fields then say. */
bool cli_record_take_json(struct cli_fields *fields, const struct sim_scenario *scenario,
                          uint64_t seed, struct sim__text *bytes);

#endif
