/* Trials as JSON; see trial_json.h. */
#include "trial_json.h"

#include <inttypes.h>
#include <string.h>

#define SIM__X(id, name) name,
static const char *const signs[] = {SIM__SIGN_LIST(SIM__X)};
#undef SIM__X
static const char *const rests[] = {
    [SIM__REST_UNSAID] = "unsaid",
    [SIM__REST_CALM] = "calm",
    [SIM__REST_FORETOLD] = "foretold",
};
static const char *const fates[] = {
    [SIM__FUZZ_JUDGED] = "judged",
    [SIM__FUZZ_REFUSED] = "refused",
    [SIM__FUZZ_ENDLESS] = "endless",
};
static const char *const answers[] = {
    [SIM__RELATION_LEFT_OUT] = "left-out",
    [SIM__RELATION_NOT_ASKED] = "not-asked",
    [SIM__RELATION_HOLDS] = "holds",
    [SIM__RELATION_BROKEN] = "broken",
};
#define COUNT(words) ((uint32_t)(sizeof(words) / sizeof(words)[0]))

/* ---- a trial ---- */

void cli_trial_put_json(struct sim__text *text, const struct sim__trial *trial)
{
    cli_put_some_string(text, "sign", sim__sign_name(trial->sign));
    cli_put_some_string(text, "word", trial->word);
    cli_put_number(text, "run-seed", trial->seed);
    cli_put_hex(text, "hash", trial->hash);
    cli_put_number(text, "events", trial->events);
    cli_put_number(text, "attempts", trial->attempts);
    cli_put_number(text, "end", trial->end_ns);
    cli_put_number(text, "services", trial->services);
    sim__text_put(text, trial->moves ? ",\"moves\":true" : "");
    cli_put_some_number(text, "line", trial->line);
    if (trial->settling.rest != SIM__REST_UNSAID || trial->settling.room.ns != 0) {
        cli_put_some_string(text, "rest", rests[trial->settling.rest]);
        cli_put_some_number(text, "room", trial->settling.room.ns);
    }
    cli_put_some_string(text, "detail", trial->detail);
    cli_put_some_string(text, "message", trial->message);
}

void cli_trial_take_json(struct cli_fields *fields, struct sim__trial *ret_trial)
{
    struct sim__trial *trial = ret_trial;
    memset(trial, 0, sizeof *trial);
    trial->sign = (enum sim__sign)cli_field_word(fields, "sign", signs, COUNT(signs));
    cli_field_copy(fields, "word", trial->word, sizeof trial->word);
    trial->seed = cli_field_number(fields, "run-seed", UINT64_MAX);
    trial->hash = cli_field_hex(fields, "hash");
    trial->events = cli_field_number(fields, "events", UINT64_MAX);
    trial->attempts = cli_field_number(fields, "attempts", UINT64_MAX);
    trial->end_ns = cli_field_number(fields, "end", UINT64_MAX);
    trial->services = (uint32_t)cli_field_number(fields, "services", UINT32_MAX);
    trial->moves = cli_field_flag(fields, "moves");
    trial->line = (uint32_t)cli_field_some_number(fields, "line", UINT32_MAX);
    if (sim__json_find(&fields->json, "rest") != NULL) {
        trial->settling.rest = (enum sim__rest)cli_field_word(fields, "rest", rests, COUNT(rests));
        trial->settling.room = SUP_NS(cli_field_some_number(fields, "room", UINT64_MAX));
    }
    cli_field_copy(fields, "detail", trial->detail, sizeof trial->detail);
    cli_field_copy(fields, "message", trial->message, sizeof trial->message);
}

/* ---- a seed of a campaign ---- */

void cli_try_put_json(struct sim__text *text, const struct sim__fuzz_try *one)
{
    cli_put_number(text, "seed", one->drawn.seed);
    cli_put_hex(text, "features", one->drawn.features[0]);
    cli_put_hex(text, "more-features", one->drawn.features[1]);
    cli_put_number(text, "drawn-services", one->drawn.services);
    cli_put_some_number(text, "variant", one->variant);
    cli_put_some_string(text, "fate", fates[one->fate]);
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        cli_put_some_string(text, sim__relation_name((enum sim__relation)i),
                            answers[one->relations[i]]);
    }
    cli_trial_put_json(text, &one->trial);
}

void cli_try_take_json(struct cli_fields *fields, const struct sim__fuzz_how *how, uint64_t seed,
                       struct sim__fuzz_try *ret_try)
{
    struct sim__fuzz_try *one = ret_try;
    memset(one, 0, sizeof *one);
    one->drawn.seed = cli_field_number(fields, "seed", UINT64_MAX);
    if (one->drawn.seed != seed) {
        cli_fields_fail(fields, "not the seed of this task:", "seed");
    }
    one->drawn.features[0] = cli_field_hex(fields, "features");
    one->drawn.features[1] = cli_field_hex(fields, "more-features");
    one->drawn.services = (uint32_t)cli_field_number(fields, "drawn-services", UINT32_MAX);
    uint32_t variants = how->from != NULL ? how->from->variant_count : 0;
    one->variant =
        (uint32_t)cli_field_some_number(fields, "variant", variants > 0 ? variants - 1 : 0);
    one->fate = (enum sim__fuzz_fate)cli_field_word(fields, "fate", fates, COUNT(fates));
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        one->relations[i] = (enum sim__relation_answer)cli_field_word(
            fields, sim__relation_name((enum sim__relation)i), answers, COUNT(answers));
    }
    cli_trial_take_json(fields, &one->trial);
}
