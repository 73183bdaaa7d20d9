/* What a whole invocation came to; see headline.h. */
#include "headline.h"

static void put_part(struct sim__text *text, size_t from, uint64_t count, const char *what)
{
    if (count > 0) {
        sim__text_put(text, text->length > from ? ", " : "");
        cli_put_grouped(text, count);
        sim__text_format(text, " %s", what);
    }
}

enum cli_outcome cli_headline(struct sim__text *text, const struct cli_tally *tally)
{
    size_t from = text->length;
    uint64_t bad = tally->failed + tally->invalid + tally->skipped;
    if (tally->interrupted != NULL) {
        sim__text_put(text, "interrupted, ");
        from = text->length;
    } else if (bad == 0 && tally->status != SIM_EXIT_PASS) {
        /* Of what is no scenario: an argument that names nothing. */
        sim__text_put(text, "error, ");
        from = text->length;
    }
    if (bad > 0) {
        put_part(text, from, tally->failed, "failed");
        put_part(text, from, tally->invalid, "invalid");
        put_part(text, from, tally->skipped, "not run");
        sim__text_put(text, " of ");
        cli_put_grouped(text, tally->scenarios + tally->invalid + tally->skipped);
        return CLI_OUTCOME_BAD;
    }
    cli_put_grouped(text, tally->passed);
    sim__text_put(text, " passed");
    put_part(text, from, tally->late, "late");
    put_part(text, from, tally->unfit, "skipped");
    if (tally->interrupted != NULL || tally->status != SIM_EXIT_PASS) {
        return CLI_OUTCOME_BAD;
    }
    return tally->passed == 0 || tally->late + tally->unfit > 0 ? CLI_OUTCOME_UNDECIDED
                                                                : CLI_OUTCOME_GOOD;
}
