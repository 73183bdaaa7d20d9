/* What a trial came to, and what else a campaign keeps of a seed, as members of a line of a results
 * file. */
#ifndef CLI_TRIAL_JSON_H
#define CLI_TRIAL_JSON_H

#include "fields.h"
#include "sim/fuzz/campaign.h"
#include "sim/trial/trial.h"

/* Appends members, a comma before each; reads them: what is wrong, the fields then say. */
void cli_trial_put_json(struct sim__text *text, const struct sim__trial *trial);
void cli_trial_take_json(struct cli_fields *fields, struct sim__trial *ret_trial);

/* Of a seed of a campaign without a corpus; `how` says of how many variants it can be. */
void cli_try_put_json(struct sim__text *text, const struct sim__fuzz_try *one);
void cli_try_take_json(struct cli_fields *fields, const struct sim__fuzz_how *how, uint64_t seed,
                       struct sim__fuzz_try *ret_try);

#endif
