/* The seeds of a campaign of fuzz for a report; see gathered.h. */
#include <inttypes.h>

#include "fuzz_report.h"
#include "gathered.h"

static const struct sim__yardstick yardsticks[] = {{.name = "events of a run"},
                                                   {.name = "services"}};
#define YARDSTICKS ((uint32_t)(sizeof yardsticks / sizeof yardsticks[0]))

static void replay(const struct sim__campaign *campaign, const struct sim__variant *variant,
                   uint64_t seed, struct sim__text *text)
{
    const struct cli_fuzz *fuzz = variant->owner;
    (void)campaign;
    sim__text_put(text, sim__text_string(&fuzz->command));
    sim__text_format(text, " --seeds %" PRIu64 "..%" PRIu64, seed, seed);
}

void cli_gather_fuzz(struct cli_gathering *gathering, const struct cli_fuzz *fuzz)
{
    const struct sim__fuzz_from *from = fuzz->how.from;
    uint32_t count = from != NULL ? from->variant_count : 1;
    gathering->begun = true;
    gathering->campaign.seeded = true;
    gathering->campaign.replay = replay;
    for (uint32_t i = 0; i < count; i++) {
        const char *label = from != NULL ? from->variants[i].label : NULL;
        const struct sim__variant variant = {
            .file = from != NULL ? fuzz->options->from : "",
            .scenario = from != NULL ? "" : "generated",
            .variant = label == NULL ? "" : label,
            .measures = yardsticks,
            .measure_count = YARDSTICKS,
            .owner = fuzz,
        };
        (void)sim__campaign_variant(&gathering->campaign, &variant);
    }
}

void cli_gather_seed(struct cli_gathering *gathering, const struct sim__fuzz_try *one)
{
    const struct sim__trial *trial = &one->trial;
    const uint64_t figures[YARDSTICKS] = {trial->events, one->drawn.services};
    struct sim__text word = {0};
    const struct sim__outcome outcome = {
        .seed = one->drawn.seed,
        .events = trial->events,
        .attempts = trial->attempts,
        .end_ns = trial->end_ns,
        .hash = trial->hash,
        .word = sim__sign_name(trial->sign),
        .status = (uint8_t)cli_fuzz_status(trial),
        .whole = true,
    };
    if (one->fate != SIM__FUZZ_JUDGED) { /* what is no scenario, or need not end, is not judged */
        return;
    }
    sim__campaign_run(&gathering->campaign, one->variant, &outcome, figures);
    if (trial->sign == SIM__SIGN_PASSED) {
        return;
    }
    sim__trial_signature(trial, &word);
    const struct sim__campaign_failure failure = {
        .variant = one->variant,
        .seed = one->drawn.seed,
        .by_word = true,
        .place = "",
        .word = sim__text_string(&word),
        .expected = "",
        .found = trial->message,
    };
    sim__campaign_fail(&gathering->campaign, &failure);
    gathering->campaign.failed |= word.failed;
    sim__text_release(&word);
}

/* What is rarest first, since what no seed has had nothing is known of. */
static void put_features(struct cli_gathering *gathering, const struct sim__fuzz_tally *tally)
{
    struct sim__book *book = &gathering->book;
    uint32_t order[SIM__FUZZ_FEATURE_COUNT];
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        uint32_t at = i;
        for (; at > 0 && tally->on[order[at - 1]] > tally->on[i]; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        const enum sim__fuzz_feature feature = (enum sim__fuzz_feature)order[i];
        sim__put_number(book, SIM__SHEET_FEATURES, gathering->count);
        sim__put_text(book, SIM__SHEET_FEATURES, sim__fuzz_feature_name(feature));
        sim__put_number(book, SIM__SHEET_FEATURES, tally->on[feature]);
        sim__put_number(book, SIM__SHEET_FEATURES, tally->on_failed[feature]);
    }
}

void cli_gather_fuzz_end(struct cli_gathering *gathering, const struct cli_fuzz *fuzz)
{
    struct sim__book *book = &gathering->book;
    const struct sim__fuzz_tally *tally = fuzz->tally;
    sim__campaign_put(&gathering->campaign);
    if (fuzz->how.from == NULL) { /* which the generator does not make */
        put_features(gathering, tally);
    }
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        const struct sim__fuzz_asked *asked = &tally->relations[i];
        if (asked->wanted > 0) {
            sim__put_number(book, SIM__SHEET_RELATIONS, gathering->count);
            sim__put_text(book, SIM__SHEET_RELATIONS, sim__relation_name((enum sim__relation)i));
            sim__put_number(book, SIM__SHEET_RELATIONS, asked->wanted);
            sim__put_number(book, SIM__SHEET_RELATIONS, asked->asked);
            sim__put_number(book, SIM__SHEET_RELATIONS, asked->broken);
        }
    }
    gathering->done = !fuzz->write_failed && !fuzz->no_memory && !book->failed;
}
