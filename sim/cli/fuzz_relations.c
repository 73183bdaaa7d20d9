/* What a campaign says of relations: the option, the line of the summary, the JSON; and of
 * features, and of seeds that took their process with them. */
#include "fuzz_relations.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

static const char *const words[] = {
    [SIM__FUZZ_RELATIONS_SAMPLE] = "sample",
    [SIM__FUZZ_RELATIONS_ALL] = "all",
    [SIM__FUZZ_RELATIONS_NONE] = "none",
};
#define WORDS (sizeof(words) / sizeof(words[0]))

const char *cli_relations_read(const char *value, enum sim__fuzz_relations *ret_relations)
{
    for (size_t i = 0; i < WORDS; i++) {
        if (strcmp(words[i], value) == 0) {
            *ret_relations = (enum sim__fuzz_relations)i;
            return NULL;
        }
    }
    return "sample, all or none";
}

void cli_put_relations_option(struct sim__text *text, enum sim__fuzz_relations relations)
{
    if (relations != SIM__FUZZ_RELATIONS_SAMPLE) {
        sim__text_format(text, " --relations %s", words[relations]);
    }
}

void cli_put_relations(struct sim__text *text, const struct sim__fuzz_tally *tally)
{
    uint32_t put = 0;
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        const struct sim__fuzz_asked *asked = &tally->relations[i];
        if (asked->wanted > 0) {
            sim__text_put(text, put++ == 0 ? "relations: " : ", ");
            sim__text_format(text, "%s asked of ", sim__relation_name((enum sim__relation)i));
            cli_put_grouped(text, asked->asked);
            sim__text_put(text, " of ");
            cli_put_plural(text, asked->wanted, "scenario");
            sim__text_put(text, ", broken in ");
            cli_put_grouped(text, asked->broken);
        }
    }
    if (put > 0) {
        sim__text_char(text, '\n');
    }
}

void cli_put_relations_json(struct sim__text *text, const struct sim__fuzz_tally *tally)
{
    sim__text_char(text, '{');
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        const struct sim__fuzz_asked *asked = &tally->relations[i];
        sim__text_format(
            text, "%s\"%s\":{\"wanted\":%" PRIu64 ",\"asked\":%" PRIu64 ",\"broken\":%" PRIu64 "}",
            i == 0 ? "" : ",", sim__relation_name((enum sim__relation)i), asked->wanted,
            asked->asked, asked->broken);
    }
    sim__text_char(text, '}');
}

void cli_put_features_json(struct sim__text *text, const struct sim__fuzz_tally *tally)
{
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        sim__text_format(text, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",",
                         sim__fuzz_feature_name((enum sim__fuzz_feature)i), tally->on[i]);
    }
}
